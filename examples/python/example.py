"""Two agencies' case-management systems: one sends a report and keeps the receipt, the other takes it in.

    LIAISON_URL=http://127.0.0.1:7480 LIAISON_TOKEN=… python3 example.py send xb.police/drugs case-17-report-1
    LIAISON_URL=http://127.0.0.1:7481 LIAISON_TOKEN=… python3 example.py receive
"""

import json
import os
import sys
import time

from liaison_client import Liaison, Problem


def send(liaison: Liaison, recipient: str, key: str) -> None:
    report = {
        "to": [recipient],
        "handling": ["H0"],
        "body": {
            "language": "en",
            "spontaneousInformation": {
                "subject": "Container ZZZU 123456-4",
                "text": "Arrives on Tuesday. Please check the consignor, Łukasz & Søn.",
                "crimeArea": "REVENUE",
                "evaluation": {
                    "sourceCode": "B",
                    "infoCode": "2",
                    "assessedByUnit": "portalder",
                    "assessedAtMs": int(time.time() * 1000),
                },
            },
        },
    }
    events = liaison.events()
    # Posted twice, as after a crash of this program: one message leaves.
    message_id = liaison.send(report, key)
    assert liaison.send(report, key) == message_id
    wait_for_handover(liaison, events, message_id)
    receipt = liaison.receipt(message_id, "handover", actor="J. Ødegård", justification="kept with case 17")
    print(json.dumps({"id": message_id, "receipt": receipt}))


def wait_for_handover(liaison, events, message_id):
    for _, name, data in events:
        if name == "evidence" and data["id"] == message_id and data["event"] == "ContentHandover":
            return
        # What happened before the stream began stands in the status.
        if any(one.get("state") == "ContentHandover" for one in liaison.status(message_id)["copies"][0]["recipients"]):
            return


def receive(liaison: Liaison) -> None:
    messages = []
    while not messages:
        messages = liaison.inbox(wait=30)
    for message in messages:
        # Store it in your own system first; the message's id says whether you have it already.
        print(json.dumps({"id": message["id"], "from": message["header"]["from"], "body": message["body"]}))
        liaison.done(message["id"])


def main() -> None:
    takes = {"send": 4, "receive": 2}
    if len(sys.argv) != takes.get("".join(sys.argv[1:2])) or not {"LIAISON_URL", "LIAISON_TOKEN"} <= os.environ.keys():
        sys.exit(__doc__)
    liaison = Liaison(os.environ["LIAISON_URL"], os.environ["LIAISON_TOKEN"])
    try:
        if sys.argv[1] == "send":
            send(liaison, sys.argv[2], sys.argv[3])
        else:
            receive(liaison)
    except Problem as problem:
        sys.exit(f"{problem} {problem.remedy}")


if __name__ == "__main__":
    main()
