"""Runs the second implementation against a gateway and a node: `run.py <config.json>`; prints a JSON report."""

import asyncio
import json
import os
import re
import sys
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from envelope import now_ms, seal, uuid7
from keys import key_id_of, verify_leaf
from liaison_client import Session, fetch_directory, hand_over, take_delivery, take_end, verify_handover
from log import Checkpoint, LogKey, read_receipt, write_receipt
from vectors import equal, refused
from vectors_wire import check_vectors
from wire import Wire

WEEK_MS = 7 * 24 * 3600 * 1000


def load(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def code_numbers(errors_doc: str) -> dict:
    return {name: int(number) for name, number in re.findall(r"^\| `([A-Z_0-9]+)` +\| (\d+)", errors_doc, re.MULTILINE)}


class Agency:
    def __init__(self, config: dict):
        self.config = config
        self.wire = Wire(os.path.join(config["protocol"], "proto"))
        self.log_key = LogKey(config["logKey"])
        self.anchors = [x509.load_pem_x509_certificate(load(config["anchor"]))]
        self.signing_key = load_pem_private_key(load(config["signingKey"]), None)
        encryption_key = load_pem_private_key(load(config["encryptionKey"]), None)
        self.encryption_keys = {key_id_of(encryption_key.public_key()): encryption_key}
        self.codes = code_numbers(load(config["errors"]).decode())

    def seal_report(self, peer, text: str):
        """A SpontaneousInformation."""
        wire, now = self.wire, now_ms()
        body = wire.Body(case_number="INTEROP-1", language="en")
        content = body.spontaneous_information
        content.crime_area, content.subject, content.text = 1, "From a second implementation", text
        content.evaluation.source_code = content.evaluation.info_code = 2
        content.evaluation.assessed_by_unit, content.evaluation.assessed_at_ms = "desk", now
        routing = wire.Routing(
            message_id=uuid7(),
            type=3,
            schema_version=1,
            sender=self.config["mailbox"],
            signing_key_id=key_id_of(self.signing_key.public_key()),
            thread_id=os.urandom(16),
            created_at_ms=now,
            expires_at_ms=now + WEEK_MS,
            urgency=1,
            classification=1,
            handling=[2],
            purpose=2,
        )
        recipients = {peer.mailbox: (peer.encryption_key_id, peer.encryption_key)}
        return routing, seal(wire, self.signing_key, recipients, routing, body)


def check_receipt(agency: Agency, entry: bytes, index: int, path, note: bytes) -> bytes:
    """The receipt verifies, and with any part changed it does not."""
    receipt = write_receipt(entry, index, path, note)
    equal(read_receipt(receipt, agency.log_key), entry, "receipt")

    def flip(data: bytes, place: int) -> bytes:
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]

    def forged(name: str, code: str, *parts) -> None:
        refused(name, code, lambda: read_receipt(write_receipt(*parts), agency.log_key))

    for place in range(0, len(entry), 7):
        name = f"receipt with byte {place} of the entry changed"
        forged(name, "PROOF_INVALID", flip(entry, place), index, path, note)
    for place, item in enumerate(path):
        changed = [*path[:place], flip(item, 31), *path[place + 1 :]]
        forged(f"receipt with hash {place} changed", "PROOF_INVALID", entry, index, changed, note)
    forged("receipt of another index", "PROOF_INVALID", entry, index + 1, path, note)
    forged("receipt with a path too long", "PROOF_INVALID", entry, index, [*path, bytes(32)], note)
    size = note.index(b"\n") + 1
    # A checkpoint and a signature that do not belong together.
    forged("receipt of another size", "CHECKPOINT_INVALID", entry, index, path, note[:size] + b"9" + note[size:])
    another = note[:-6] + (b"AAAA" if note[-6:-2] != b"AAAA" else b"BBBB") + note[-2:]
    forged("receipt with another signature", "CHECKPOINT_INVALID", entry, index, path, another)
    return receipt


async def submit(agency: Agency, session: Session, peer) -> dict:
    """One forged and one good envelope in a frame; then the good one again."""
    routing, envelope = agency.seal_report(peer, agency.config["text"])
    _, forged = agency.seal_report(peer, "Never to be seen.")
    signature = bytearray(forged.signature.signature)
    signature[10] ^= 1
    forged.signature.signature = bytes(signature)
    result = await session.ask("submit", "submit_result", agency.wire.Submit(envelopes=[forged, envelope]))
    equal(len(result.outcomes), 2, "outcomes")
    equal(result.outcomes[0].refused.code, agency.codes["SIGNATURE_INVALID"], "forged envelope")
    outcome = result.outcomes[1]
    equal((outcome.WhichOneof("outcome"), outcome.message_id), ("accepted", routing.message_id), "outcome")
    entry, path = session.read_logged(result, outcome.accepted)
    acceptance = entry.submission_acceptance
    equal(acceptance.header, envelope.header, "header of the acceptance")
    verify_leaf(agency.signing_key.public_key(), "message", acceptance.header, acceptance.signature, acceptance.path)
    equal(len(acceptance.numbers), 1, "numbers")
    receipt = check_receipt(agency, outcome.accepted.entry, outcome.accepted.index, path, result.checkpoint)

    again = await session.ask("submit", "submit_result", agency.wire.Submit(envelopes=[envelope]))
    equal(again.outcomes[0].accepted.entry, outcome.accepted.entry, "entry of a repeated submission")
    session.read_logged(again, again.outcomes[0].accepted)
    return {"envelope": envelope, "routing": routing, "receipt": receipt, "number": acceptance.numbers[0]}


async def receive(agency: Agency, session: Session, peers: dict) -> dict:
    config = agency.config
    await session.send(ready=agency.wire.Ready(messages=10, bytes=1_000_000))
    arrived = []
    while len(arrived) < 2:
        frame = await session.next("deliver")
        arrived += [(frame, delivery) for delivery in frame.deliveries]
    equal([delivery.number for _, delivery in arrived], [1, 2], "numbers delivered")
    expired = check_end(session, *arrived[0], config["mailbox"], peers)
    routing, body, statement = take_delivery(session, arrived[1][1], peers, config["mailbox"], agency.encryption_keys)
    items = await hand_over(session, agency.signing_key, [statement])
    equal([(item.message_id, item.code) for item in items], [(routing.message_id, 0)], "handover")
    again = await hand_over(session, agency.signing_key, [statement])
    equal(again[0].index, items[0].index, "handover repeated")
    text = body.spontaneous_information.text
    return {"id": str(UUID(bytes=routing.message_id)), "text": text, "expired": expired}


def check_end(session: Session, frame, delivery, mailbox: str, peers: dict) -> str:
    """The first number has expired, and its end fills no other; returns the id of its message."""
    failure = take_end(session, frame, delivery, mailbox, peers).content_handover_failure
    other = session.wire.Delivery()
    other.CopyFrom(delivery)
    other.number += 1
    refused("an end for another number", "NUMBER_MISSING", lambda: take_end(session, frame, other, mailbox, peers))
    forged = session.wire.Delivery()
    forged.CopyFrom(delivery)
    forged.ended.entry = forged.ended.entry[:-1] + bytes([forged.ended.entry[-1] ^ 1])
    refused("an end that is not in the log", "PROOF_INVALID", lambda: take_end(session, frame, forged, mailbox, peers))
    return str(UUID(bytes=failure.message_id))


async def main(config: dict) -> dict:
    agency = Agency(config)
    counts = check_vectors(agency.wire, os.path.join(config["protocol"], "vectors"))

    session = await Session.open(agency.wire, config, agency.log_key)
    peers = await fetch_directory(session, agency.anchors, [])
    equal({config["mailbox"], config["peer"]} <= peers.keys(), True, "directory")
    named = await fetch_directory(session, agency.anchors, [config["peer"]])
    peer = named[config["peer"]]
    sent = await submit(agency, session, peer)
    received = await receive(agency, session, peers)

    evidence = await session.next("evidence")
    header = sent["envelope"].header
    entry, _ = session.read_logged(evidence, evidence.entries[0])
    statement = verify_handover(agency.wire, entry, evidence.entries[0].index, header, peer)
    equal(statement.number, sent["number"], "mailbox number")
    older = session.checkpoint
    await session.close()

    # Again, from where the first session ended: nothing is delivered twice, the log has only grown, and what was pushed
    # can be asked for.
    session = await Session.open(agency.wire, config, agency.log_key, older, 3)
    question = agency.wire.ProofGet(message_ids=[sent["routing"].message_id, uuid7()], checkpoint=older.note)
    proofs = await session.ask("proof_get", "proofs", question)
    equal((len(proofs.unknown), len(proofs.remaining)), (1, 0), "messages unknown and left out")
    Checkpoint(proofs.checkpoint, agency.log_key).verify_extends(older, list(proofs.consistency))
    entries = [session.read_logged(proofs, item) for item in proofs.entries]
    kinds = [entry.WhichOneof("event") for entry, _ in entries]
    equal(kinds, ["submission_acceptance", "content_handover"], "evidence")
    verify_handover(agency.wire, entries[1][0], proofs.entries[1].index, header, peer)
    handover = check_receipt(
        agency, proofs.entries[1].entry, proofs.entries[1].index, entries[1][1], proofs.checkpoint
    )
    await session.close()
    return {
        "vectors": counts,
        "sent": str(UUID(bytes=sent["routing"].message_id)),
        "received": received,
        "receipts": [sent["receipt"].decode(), handover.decode()],
    }


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as settings:
        print(json.dumps(asyncio.run(main(json.load(settings)))))
