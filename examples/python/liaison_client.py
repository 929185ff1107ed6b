"""A client of the local service of a Liaison node, with nothing but Python's standard library.

The service describes itself at /openapi.json. Times are POSIX milliseconds.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any


class Problem(Exception):
    """What the service answers when something is wrong; `retry` says whether the same call can succeed later."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem.get('code')}: {problem.get('text')}")
        self.status = status
        self.code = str(problem.get("code", ""))
        self.remedy = str(problem.get("remedy", ""))
        self.retry = bool(problem.get("retry", False))


class Liaison:
    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self.token = token
        # The service is on this machine: no proxy of the environment stands between.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def send(self, message: dict[str, Any], key: str) -> str:
        """Sends a message and returns its id. The same key and message again, also after a crash: one message."""
        return str(self._json("POST", "/v1/messages", message, {"Idempotency-Key": key})["id"])

    def upload(self, path: str) -> str:
        """Uploads a file; the answer goes into the message: {"attachments": [{"upload": …, "name": …}]}."""
        with open(path, "rb") as file:
            size = str(os.fstat(file.fileno()).st_size)
            headers = {"Content-Type": "application/octet-stream", "Content-Length": size}
            with self._call("POST", "/v1/attachments", file, headers) as answer:
                return str(json.load(answer)["upload"])

    def inbox(self, wait: int = 30, limit: int = 20) -> list[dict[str, Any]]:
        """The oldest messages that are not done; waits for one when there is none. Each comes until it is done."""
        query = urllib.parse.urlencode({"wait": wait, "limit": limit})
        return list(self._json("GET", f"/v1/inbox?{query}")["messages"])

    def done(self, message_id: str) -> None:
        """Call it when the message is safe in your own system."""
        self._json("POST", f"/v1/inbox/{message_id}/done")

    def status(self, message_id: str) -> dict[str, Any]:
        return dict(self._json("GET", f"/v1/messages/{message_id}"))

    def receipt(self, message_id: str, kind: str, actor: str, justification: str) -> str:
        """A receipt file. Who exports it and why goes into the node's log."""
        with self._call("GET", f"/v1/messages/{message_id}/receipts/{kind}", None, _why(actor, justification)) as answer:
            return str(answer.read().decode("utf-8"))

    def events(self, last_id: str | None = None) -> Iterator[tuple[str, str, Any]]:
        """(id, name, data) as they happen. After a broken connection, go on with the last id."""
        headers = {} if last_id is None else {"Last-Event-ID": last_id}
        with self._call("GET", "/v1/events", None, headers) as stream:
            fields: dict[str, str] = {}
            for raw in stream:
                line = raw.decode("utf-8").rstrip("\n")
                if line == "" and "data" in fields:
                    yield fields.get("id", ""), fields.get("event", ""), json.loads(fields["data"])
                if line == "":
                    fields = {}
                elif not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    fields[name] = value

    def _json(self, method: str, path: str, body: Any = None, headers: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode("utf-8")
        content = {} if body is None else {"Content-Type": "application/json"}
        with self._call(method, path, data, {**content, **(headers or {})}) as answer:
            text = answer.read()
            return json.loads(text) if text else {}

    def _call(self, method: str, path: str, data: Any, headers: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)
        try:
            # Longer than the service waits for a message.
            return self.opener.open(request, timeout=90)
        except urllib.error.HTTPError as error:
            raise Problem(error.code, _problem(error.read())) from None


def _why(actor: str, justification: str) -> dict[str, Any]:
    """Headers are bytes; these are UTF-8."""
    return {"Liaison-Actor": actor.encode("utf-8"), "Liaison-Justification": justification.encode("utf-8")}


def _problem(body: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(body))
    except ValueError:
        return {"code": "UNKNOWN", "text": body[:200].decode("utf-8", "replace")}
