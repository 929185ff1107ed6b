"""Trees, checkpoints and receipts: SPEC.md sections 4 (tree) and 7.1."""

import base64
import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wire import NUMBER_MAX, refuse_unless


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def split(size: int) -> int:
    """The largest power of two smaller than the size."""
    return 1 << ((size - 1).bit_length() - 1)


def root_of(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    middle = split(len(hashes))
    return node_hash(root_of(hashes[:middle]), root_of(hashes[middle:]))


def path_of(index: int, hashes: list[bytes]) -> list[bytes]:
    if len(hashes) == 1:
        return []
    middle = split(len(hashes))
    if index < middle:
        return path_of(index, hashes[:middle]) + [root_of(hashes[middle:])]
    return path_of(index - middle, hashes[middle:]) + [root_of(hashes[:middle])]


def root_from_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> "bytes | None":
    """RFC 9162 section 2.1.3.2; nothing when the path does not fit index and size."""
    if index >= size:
        return None
    fn, sn, root = index, size - 1, leaf
    for item in path:
        if sn == 0 or len(item) != 32:
            return None
        if fn & 1 or fn == sn:
            root = node_hash(item, root)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            root = node_hash(root, item)
        fn, sn = fn >> 1, sn >> 1
    return root if sn == 0 else None


def is_consistent(size1: int, root1: bytes, size2: int, root2: bytes, proof: list[bytes]) -> bool:
    """RFC 9162 section 2.1.4.2."""
    if size1 > size2:
        return False
    if size1 == size2:
        return root1 == root2 and not proof
    if size1 == 0:
        return not proof
    path = [root1, *proof] if size1 & (size1 - 1) == 0 else list(proof)
    if not path:
        return False
    fn, sn = size1 - 1, size2 - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = path[0]
    for item in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(item, first), node_hash(item, second)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, item)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == root1 and second == root2


def base64_exact(text: str, code: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    refuse_unless(base64.b64encode(data).decode() == text, code, "base64")
    return data


def decimal(text: str, code: str) -> int:
    refuse_unless(re.fullmatch(r"0|[1-9][0-9]{0,15}", text) and int(text) <= NUMBER_MAX, code, "decimal")
    return int(text)


class LogKey:
    def __init__(self, text: str):
        self.name, key_id, rest = text.split("+", 2)
        typed = base64_exact(rest, "CHECKPOINT_INVALID")
        self.key_id = bytes.fromhex(key_id)
        refuse_unless(len(typed) == 33 and typed[0] == 1, "CHECKPOINT_INVALID", "not a log's key")
        refuse_unless(self.key_id == sha256(f"{self.name}\n".encode() + typed)[:4], "CHECKPOINT_INVALID", "key id")
        self.key = Ed25519PublicKey.from_public_bytes(typed[1:])


class Checkpoint:
    """A verified checkpoint; `note` is its text, verbatim."""

    def __init__(self, note: bytes, key: LogKey):
        self.note = note
        code = "CHECKPOINT_INVALID"
        try:
            text = note.decode()
        except UnicodeDecodeError:
            text = ""
        refuse_unless(not re.search(r"[\x00-\x09\x0b-\x1f]", text), code, "control characters")
        end = text.rfind("\n\n")
        refuse_unless(end > 0 and text.endswith("\n"), code, "not a note")
        signed, lines = text[: end + 1], text[end + 2 : -1].split("\n")
        verified = False
        for line in lines:
            found = re.fullmatch(r"— ([^ +]+) ([^ ]+)", line)
            refuse_unless(found, code, "signature line")
            data = base64_exact(found[2], code)
            if found[1] != key.name or data[:4] != key.key_id:
                continue
            try:
                key.key.verify(data[4:], signed.encode())
            except InvalidSignature:
                refuse_unless(False, code, "signature")
            verified = True
        refuse_unless(verified, code, "not signed by the log")
        body = signed[:-1].split("\n")
        refuse_unless(len(body) == 3 and body[0] == key.name, code, "three lines")
        self.size = decimal(body[1], code)
        self.root = base64_exact(body[2], code)
        refuse_unless(len(self.root) == 32 and (self.size or self.root == sha256(b"")), code, "root")

    def verify_entry(self, entry: bytes, index: int, path: list[bytes]) -> None:
        root = root_from_path(leaf_hash(entry), index, self.size, path)
        refuse_unless(root == self.root, "PROOF_INVALID", f"entry {index}")

    def verify_extends(self, older: "Checkpoint", proof: list[bytes]) -> None:
        good = is_consistent(older.size, older.root, self.size, self.root, proof)
        refuse_unless(good, "CHECKPOINT_INCONSISTENT", f"{older.size} to {self.size}")


def write_receipt(entry: bytes, index: int, path: list[bytes], note: bytes) -> bytes:
    encoded = [base64.b64encode(item).decode() for item in (entry, *path)]
    head = ["liaison-receipt@v1", f"entry {encoded[0]}", "c2sp.org/tlog-proof@v1", f"index {index}"]
    return "\n".join([*head, *encoded[1:], "", ""]).encode() + note


def read_receipt(data: bytes, key: LogKey) -> bytes:
    """Verifies as far as rule 14 speaks of every receipt; returns the entry's bytes."""
    code = "FILE_INVALID"
    head, separator, note = data.partition(b"\n\n")
    try:
        lines = head.decode().split("\n")
    except UnicodeDecodeError:
        lines = []
    refuse_unless(separator and len(lines) >= 4 and lines[0] == "liaison-receipt@v1", code)
    refuse_unless(lines[1].startswith("entry ") and lines[2] == "c2sp.org/tlog-proof@v1", code)
    entry = base64_exact(lines[1][6:], code)
    rest = lines[3:]
    if rest[0].startswith("extra "):
        base64_exact(rest.pop(0)[6:], code)
    refuse_unless(rest and rest[0].startswith("index ") and len(rest) <= 64, code)
    index = decimal(rest[0][6:], code)
    path = [base64_exact(line, code) for line in rest[1:]]
    refuse_unless(all(len(item) == 32 for item in path), code, "not a hash")
    Checkpoint(note, key).verify_entry(entry, index, path)
    return entry


def subject_of(wire, data: bytes) -> "dict | None":
    """Rule 14: the message that an entry is about; None for entries that are about none."""
    entry = wire.decode("Entry", data)
    event = getattr(entry, entry.WhichOneof("event"))
    name = event.DESCRIPTOR.name

    def named(item) -> dict:
        return {"sender": item.sender, "messageId": item.message_id.hex(), "headerDigest": item.header_digest.hex()}

    if name == "SubmissionAcceptance":
        routing = wire.decode("Routing", wire.decode("Header", event.header).routing)
        found = {"sender": routing.sender, "messageId": routing.message_id.hex()}
        return {**found, "headerDigest": leaf_hash(event.header).hex()}
    if name == "SubmissionRejection":
        return named(event)
    if name not in ("ContentHandover", "ContentHandoverFailure"):
        return None
    is_failure = name == "ContentHandoverFailure"
    if is_failure and not event.HasField("statement"):
        return {"sender": event.sender, "messageId": event.message_id.hex()}
    said = wire.decode("HandoverStatement", event.statement.leaf)
    refuse_unless(said.outcome == (2 if is_failure else 1), "FILE_INVALID", "the opposite")
    if is_failure:
        logged = (event.sender, event.message_id, event.recipient, event.number)
        stated = (said.sender, said.message_id, said.recipient, said.number)
        refuse_unless(logged == stated, "FILE_INVALID", "another delivery")
    return named(said)
