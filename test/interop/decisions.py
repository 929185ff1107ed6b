"""What the gateway decides, in the order of SPEC.md sections 3.9, 9.3 and 10.1, with a directory in plain JSON."""

import re

from cryptography import x509

from envelope import LABEL, check_as_gateway, is_mailbox, is_uuid7
from keys import ALGORITHMS, algorithm_of, is_signed, jwk_of, key_id_of, public_from_jwk, signing_input
from keys import verify_chain, verify_leaf
from log import leaf_hash, root_of
from wire import Refused, refuse_unless

MINUTES_5, DAYS_90 = 5 * 60 * 1000, 90 * 24 * 3600 * 1000
ACTIVE, SUSPENDED = 1, 2
TLS, SIGNING = 1, 2
HANDED_OVER, FAILED = 1, 2
FROM_NODE = {"submit", "ready", "handover", "proof_get", "directory_get", "ping", "pong"}
BOTH_ENDS = {"ping", "error", "go_away"}
FROM_GATEWAY = BOTH_ENDS | {"pong", "submit_result", "deliver", "handover_result", "evidence", "proofs", "directory"}


class Directory:
    """The rows that the checks need, by key."""

    def __init__(self, data: dict):
        self.agencies = {row["agency"]: row["status"] for row in data["agencies"]}
        self.keys = {bytes.fromhex(row["keyId"]): row for row in data["keys"]}
        self.mailboxes = {row["mailbox"]: row for row in data["mailboxes"]}
        self.messages = {(row["sender"], row["messageId"]): row for row in data["messages"]}
        self.by_index = {row["entryIndex"]: row for row in data["messages"]}
        self.deliveries = {(row["mailbox"], row["number"]): row for row in data["deliveries"]}

    def is_signing_key_of(self, key_id: bytes, agency: str) -> bool:
        row = self.keys.get(key_id)
        return row is not None and row["usage"] == SIGNING and row["agency"] == agency


def read_frame(wire, data: bytes, to: str, state: str):
    """Section 3.9, row `any`, and what Hello and the requests add to it."""
    if state == "awaiting-hello":
        refuse_unless(len(data) <= 65_536 and data[:1] == b"\x0a", "FRAME_UNEXPECTED")
    frame = wire.decode_frame(data)
    kind = frame.WhichOneof("frame")
    allowed = {
        ("gateway", "awaiting-hello"): {"hello"},
        ("gateway", "open"): FROM_NODE,
        ("node", "awaiting-welcome"): BOTH_ENDS | {"welcome"},
        ("node", "open"): FROM_GATEWAY,
    }[to, state]
    refuse_unless(kind in allowed, "FRAME_UNEXPECTED", kind)
    value = getattr(frame, kind)
    if kind == "hello":
        refuse_unless(1 in value.versions, "VERSION_UNSUPPORTED")
        mailboxes = [item.mailbox for item in value.mailboxes]
        refuse_unless(len(mailboxes) == len(set(mailboxes)), "MALFORMED", "a mailbox twice")
    if to == "gateway" and kind in ("submit", "handover", "proof_get", "directory_get"):
        refuse_unless(value.request, "MALFORMED", "request 0")
    if kind in ("submit", "handover") and to == "gateway":
        refuse_unless(value.envelopes if kind == "submit" else value.statements, "MALFORMED", "empty")
    return value


def decide_submission(wire, directory: Directory, signing_keys: dict, envelope, agency: str, at_ms: int):
    """The index of an entry written before, or None for a new one."""
    check_as_gateway(wire, envelope, signing_keys)
    routing = wire.decode("Routing", wire.decode("Header", envelope.header).routing)
    refuse_unless(routing.sender.partition("/")[0] == agency, "SENDER_MISMATCH")
    refuse_unless(directory.is_signing_key_of(routing.signing_key_id, agency), "KEY_UNKNOWN")
    refuse_unless(routing.sender in directory.mailboxes, "SENDER_MISMATCH")
    bound = directory.messages.get((routing.sender, routing.message_id.hex()))
    if bound:
        refuse_unless(bound["headerDigest"] == leaf_hash(envelope.header).hex(), "ID_REUSED")
        return bound["entryIndex"]
    key = directory.keys[routing.signing_key_id]
    refuse_unless(directory.agencies[agency] == ACTIVE, "AGENCY_SUSPENDED")
    refuse_unless(key["revokedIndex"] == 0, "KEY_REVOKED")
    refuse_unless(at_ms <= key["notAfterMs"], "CERTIFICATE_EXPIRED")
    refuse_unless(routing.created_at_ms <= at_ms + MINUTES_5, "CREATED_IN_FUTURE")
    refuse_unless(routing.expires_at_ms > at_ms, "EXPIRED")
    refuse_unless(routing.expires_at_ms <= routing.created_at_ms + DAYS_90, "EXPIRY_TOO_FAR")
    for recipient in routing.recipients:
        row = directory.mailboxes.get(recipient.mailbox)
        refuse_unless(row, "RECIPIENT_UNKNOWN")
        refuse_unless(directory.agencies[row["agency"]] == ACTIVE, "RECIPIENT_SUSPENDED")
        refuse_unless(recipient.key_id.hex() in row["keyIds"], "RECIPIENT_KEY_OUTDATED")
    return None


def check_batch(handover, signing_keys: dict) -> None:
    signature = handover.signature
    refuse_unless(signature.size == len(handover.statements), "SIGNATURE_INVALID", "size")
    key = signing_keys.get(signature.key_id)
    refuse_unless(key, "KEY_UNKNOWN")
    refuse_unless(signature.algorithm in ALGORITHMS, "ALGORITHM_REFUSED")
    refuse_unless(signature.algorithm == algorithm_of(key), "SIGNATURE_INVALID")
    root = root_of([leaf_hash(leaf) for leaf in handover.statements])
    data = signing_input("handover", signature.algorithm, signature.key_id, signature.size, root)
    refuse_unless(is_signed(key, signature.signature, data), "SIGNATURE_INVALID")


def decide_statement(wire, directory: Directory, signing_keys: dict, handover, leaf: bytes, agency: str):
    """The index of an entry written before, or None for a new one."""
    statement = wire.decode("HandoverStatement", leaf)
    names = is_mailbox(statement.sender) and is_mailbox(statement.recipient)
    refuse_unless(is_uuid7(statement.message_id) and names, "HEADER_INVALID")
    has_reason = statement.reason != 0
    fits = {HANDED_OVER: not has_reason, FAILED: has_reason}.get(statement.outcome, False)
    refuse_unless(fits, "HANDOVER_MISMATCH", "outcome")
    check_batch(handover, signing_keys)
    mailbox = directory.mailboxes.get(statement.recipient)
    refuse_unless(mailbox and mailbox["agency"] == agency, "MAILBOX_NOT_YOURS")
    key_id = handover.signature.key_id
    refuse_unless(directory.is_signing_key_of(key_id, agency), "KEY_UNKNOWN")
    refuse_unless(directory.keys[key_id]["revokedIndex"] == 0, "KEY_REVOKED")
    delivery = directory.deliveries.get((statement.recipient, statement.number))
    refuse_unless(delivery, "MESSAGE_UNKNOWN")
    message = directory.by_index[delivery["messageIndex"]]
    named = (statement.sender, statement.message_id.hex(), statement.header_digest.hex())
    logged = (message["sender"], message["messageId"], message["headerDigest"])
    refuse_unless(named == logged, "HANDOVER_MISMATCH")
    if delivery["state"] == 1:
        return None
    if (delivery["state"] == 2) == (statement.outcome == HANDED_OVER):
        return delivery["eventIndex"]
    return delivery["lateIndex"] or None


class Operators:
    """Keys of operators, the number of each one's next act, and what an act is checked against."""

    def __init__(self, wire, directory: Directory, origin: str, keys: dict, next_number: int, anchors: list):
        self.wire, self.directory, self.origin, self.anchors = wire, directory, origin, anchors
        self.keys, self.next_number = keys, next_number

    def check(self, data: bytes, at_ms: int):
        signed = self.wire.decode("SignedLeaf", data)
        key = self.keys.get(signed.signature.key_id)
        refuse_unless(key, "OPERATOR_UNKNOWN")
        verify_leaf(key, "act", signed.leaf, signed.signature, signed.path)
        act = self.wire.decode("Act", signed.leaf)
        refuse_unless(act.origin == self.origin, "ACT_INVALID", "origin")
        refuse_unless(act.number == self.next_number, "ACT_OUT_OF_ORDER")
        kind = act.WhichOneof("act")
        is_near = abs(act.created_at_ms - at_ms) <= MINUTES_5
        refuse_unless(kind == "confirm_clock" or is_near, "ACT_INVALID", "time")
        if kind in ("suspend", "release"):
            status = self.directory.agencies.get(getattr(act, kind).agency)
            refuse_unless(status, "AGENCY_UNKNOWN")
            refuse_unless(status == (ACTIVE if kind == "suspend" else SUSPENDED), "ACT_INVALID")
        elif kind == "revoke":
            row = self.directory.keys.get(act.revoke.key_id)
            refuse_unless(row, "KEY_UNKNOWN")
            refuse_unless(row["revokedIndex"] == 0, "ACT_INVALID")
        elif kind == "enrol":
            self._check_enrolment(act.enrol, at_ms)
        return act

    def _check_enrolment(self, enrol, at_ms: int) -> None:
        is_name = re.fullmatch(rf"{LABEL}(\.{LABEL})*", enrol.agency) and len(enrol.agency) <= 32
        refuse_unless(is_name, "HEADER_INVALID", "agency")
        is_known = enrol.agency in self.directory.agencies
        refuse_unless(is_known or (enrol.units and enrol.tls and enrol.signing), "ACT_INVALID", "incomplete")
        units = list(enrol.units)
        refuse_unless(len(units) == len(set(units)) == len(enrol.key_statements), "ACT_INVALID", "units")
        named: set = set()
        for chain in enrol.tls:
            self._check_key(enrol.agency, chain, TLS, named, at_ms)
        signing = [self._check_key(enrol.agency, chain, SIGNING, named, at_ms) for chain in enrol.signing]
        for unit, signed in zip(units, enrol.key_statements):
            self._check_unit(enrol.agency, unit, signed, {key_id_of(key): key for key in signing})

    def _check_key(self, agency: str, chain, usage: int, named: set, at_ms: int):
        use = "signing" if usage == SIGNING else "tls-client"
        key = verify_chain(list(chain.certificates), self.anchors, use, agency, at_ms)
        key_id = key_id_of(key)
        row = self.directory.keys.get(key_id)
        is_free = row is None or (row["agency"], row["usage"]) == (agency, usage)
        refuse_unless(key_id not in named and is_free, "KEY_TAKEN")
        refuse_unless(row is None or row["revokedIndex"] == 0, "KEY_REVOKED")
        named.add(key_id)
        return key

    def _check_unit(self, agency: str, unit: str, signed, signing: dict) -> None:
        mailbox = f"{agency}/{unit}"
        refuse_unless(is_mailbox(mailbox), "HEADER_INVALID", "unit")
        row = self.directory.mailboxes.get(mailbox)
        if row and signed.signature.key_id not in signing:
            # A key of the agency that is in force; the vectors have this for repeated statements only.
            raise Refused("ACT_INVALID", "no higher version")
        key = signing.get(signed.signature.key_id)
        refuse_unless(key, "KEY_UNKNOWN")
        statement = read_key_statement(self.wire, signed, key)
        refuse_unless(statement.mailbox == mailbox, "ACT_INVALID", "another mailbox")


def read_key_statement(wire, signed, signing_key):
    """Section 5.4: the signature first, then the statement's own rules."""
    verify_leaf(signing_key, "keys", signed.leaf, signed.signature, signed.path)
    statement = wire.decode("KeyStatement", signed.leaf)
    refuse_unless(is_mailbox(statement.mailbox), "HEADER_INVALID")
    refuse_unless(statement.version >= 1 and statement.keys, "MALFORMED")
    for item in statement.keys:
        try:
            key = public_from_jwk(item.jwk)
            text_id = key_id_of(key)
        except (ValueError, KeyError, AttributeError):
            raise Refused("ALGORITHM_REFUSED") from None
        refuse_unless(jwk_of(key) == item.jwk, "ALGORITHM_REFUSED", "not canonical")
        refuse_unless('"crv":"P-256"' in item.jwk or '"crv":"X25519"' in item.jwk, "ALGORITHM_REFUSED", "suite")
        refuse_unless(text_id == item.key_id, "MALFORMED", "key id")
    ids = [item.key_id for item in statement.keys]
    refuse_unless(len(ids) == len(set(ids)), "MALFORMED", "a key twice")
    return statement


def load_anchors(certificates: "list[str]") -> list:
    return [x509.load_der_x509_certificate(bytes.fromhex(item)) for item in certificates]
