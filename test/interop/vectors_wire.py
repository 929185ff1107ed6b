"""Checks the vectors of frames, refusals, the log, receipts, acts and certificates, and counts all of them."""

import json
import os
import re

from cryptography import x509
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from decisions import Directory, Operators, decide_statement, decide_submission, load_anchors
from decisions import read_frame, read_key_statement
from keys import key_id_of, public_from_jwk, verify_chain
from log import Checkpoint, LogKey, is_consistent, leaf_hash, path_of, read_receipt, root_from_path, root_of
from log import sha256, subject_of
from vectors import CHECKS, check_value, equal, fill, refused, snake
from wire import Refused, refuse_unless


def check_schema(wire, data: dict) -> int:
    """What version 1 has is there; a later version may have brought further fields."""
    for name, fields in data["messages"].items():
        descriptor = getattr(wire, name).DESCRIPTOR
        for field in fields:
            found, bounds = descriptor.fields_by_number[field["id"]], wire.bounds(f"liaison.v1.{name}", field["id"])
            equal(found.name, snake(field["name"]), name)
            equal(found.label == found.LABEL_REPEATED, field["repeated"], found.full_name)
            limits = (bounds.lengths, bounds.max, bounds.count, bounds.optional)
            stated = (set(field["lengths"]) if "lengths" in field else None, field.get("max"), field.get("count"))
            equal(limits, (*stated, field.get("optional", False)), found.full_name)
    return len(data["messages"])


def check_schema_logs(wire, data: dict) -> int:
    """What is frozen last has every field there is."""
    for name, fields in data["messages"].items():
        numbers = sorted(item.number for item in getattr(wire, name).DESCRIPTOR.fields)
        equal(numbers, [field["id"] for field in fields], name)
    return check_schema(wire, data)


def check_version_2(wire, data: dict) -> int:
    for case in data["encodings"]:
        check_value(wire, case["message"], case)
    for case in data["frames"]:
        check_value(wire, "Frame", case)
        equal(wire.decode_frame(bytes.fromhex(case["encoded"])).WhichOneof("frame"), snake(case["kind"]), case["name"])
    return len(data["encodings"]) + len(data["frames"])


def check_logs(wire, data: dict) -> int:
    for case in data["encodings"]:
        check_value(wire, case["message"], case)
    return len(data["encodings"])


def check_bodies_2(wire, data: dict) -> int:
    """Encodings, and that what is kept is not lost: the library keeps it too, if at another place."""
    for case in data["bodies"]:
        check_value(wire, "Body", case)
    for case in data["kept"]:
        first, again = (wire.decode("Body", bytes.fromhex(case[name]), canonical=False) for name in ("encoded", "again"))
        equal(len(first.SerializeToString()), len(bytes.fromhex(case["again"])), case["name"])
        for message in (first, again):
            message.DiscardUnknownFields()
        equal(first, again, case["name"])
    return len(data["bodies"]) + len(data["kept"])


def check_frames(wire, data: dict) -> int:
    for case in data["frames"]:
        check_value(wire, "Frame", case)
        equal(wire.decode_frame(bytes.fromhex(case["encoded"])).WhichOneof("frame"), snake(case["kind"]), case["name"])
    for case in data["skipped"]:
        encoded = bytes.fromhex(case["encoded"])
        frame = wire.decode_frame(encoded)
        frame.DiscardUnknownFields()
        equal(frame, fill(wire.Frame(), case["value"]), case["name"])
        refused(case["name"], "MALFORMED", lambda: wire.decode("Frame", encoded))
    return len(data["frames"]) + len(data["skipped"])


def check_refusals(wire, data: dict) -> int:
    directory = Directory(data["directory"])
    signing_keys = {key_id_of(key): key for key in map(public_from_jwk, data["keys"])}
    for case in data["frames"]:
        encoded = bytes.fromhex(case["encoded"])
        refused(case["name"], case["code"], lambda: read_frame(wire, encoded, case["to"], case["state"]))

    def answer(action):
        try:
            return None, action()
        except Refused as refusal:
            return refusal.code, None

    for case in data["submissions"]:
        envelope = wire.decode("Envelope", bytes.fromhex(case["envelope"]))
        given = answer(
            lambda: decide_submission(wire, directory, signing_keys, envelope, case["agency"], case["atMs"])
        )
        equal(given, (case.get("code"), case.get("index")), case["name"])
    for case in data["handovers"]:
        handover = read_frame(wire, bytes.fromhex(case["frame"]), "gateway", "open")
        given = [
            answer(lambda: decide_statement(wire, directory, signing_keys, handover, leaf, case["agency"]))
            for leaf in handover.statements
        ]
        equal(given, list(zip(case["codes"], case["indices"])), case["name"])
    return len(data["frames"]) + len(data["submissions"]) + len(data["handovers"])


def hashes(path: "list[str]") -> "list[bytes]":
    return [bytes.fromhex(item) for item in path]


def check_proofs(roots: dict, leaves: "list[bytes]", proofs: dict) -> None:
    """The paths are those of the tree, and lead where they should."""
    for item in proofs["inclusion"]:
        path = hashes(item["path"])
        root = root_from_path(leaves[item["index"]], item["index"], item["size"], path)
        equal(root, roots[item["size"]], f"inclusion {item['index']} of {item['size']}")
    for item in proofs["consistency"]:
        first, second = item["from"], item["to"]
        good = is_consistent(first, roots[first], second, roots[second], hashes(item["path"]))
        equal(good, True, f"consistency {first} to {second}")


def check_entries(wire, data: dict) -> int:
    for case in [*data["entries"], *data["further"]]:
        check_value(wire, "Entry", case)
        equal(leaf_hash(bytes.fromhex(case["encoded"])).hex(), case["leafHash"], case["name"])
    leaves = hashes([case["leafHash"] for case in data["entries"]])
    roots = {size: root_of(leaves[:size]) if size else sha256(b"") for size in range(len(leaves) + 1)}
    equal([root.hex() for root in roots.values()], data["roots"], "roots")
    log_key = LogKey(data["verifierKey"])
    for item in [*data["notes"], data["cosigned"]]:
        checkpoint = Checkpoint(item["note"].encode(), log_key)
        equal((checkpoint.size, checkpoint.root), (item["size"], roots[item["size"]]), "checkpoint")
    check_proofs(roots, leaves, data["proofs"])
    for item in data["proofs"]["inclusion"]:
        equal(path_of(item["index"], leaves[: item["size"]]), hashes(item["path"]), "inclusion path")
    for item in data["proofs"]["refused"]["inclusion"]:
        root = root_from_path(leaves[item["leaf"]], item["index"], item["size"], hashes(item["path"]))
        equal(root == roots[item["size"]], False, item["name"])
    for item in data["proofs"]["refused"]["consistency"]:
        first, second = item["from"], item["to"]
        equal(is_consistent(first, roots[first], second, roots[second], hashes(item["path"])), False, item["name"])
    tile, bundle = data["tiles"]
    equal((tile["path"], tile["data"]), (f"tile/0/000.p/{len(leaves)}", b"".join(leaves).hex()), "tile")
    entries = [bytes.fromhex(case["encoded"]) for case in data["entries"]]
    joined = b"".join(len(item).to_bytes(2, "big") + item for item in entries)
    equal((bundle["path"], bundle["data"]), (f"tile/entries/000.p/{len(leaves)}", joined.hex()), "bundle")
    check_large_tree(data["large"])
    return len(data["entries"]) + len(data["further"])


def check_large_tree(data: dict) -> None:
    leaves = [leaf_hash(f"entry {i}".encode()) for i in range(data["size"])]
    levels = [leaves]
    while len(levels[-1]) >= 256:
        below = levels[-1]
        levels.append([root_of(below[at : at + 256]) for at in range(0, len(below) - 255, 256)])
    for tile in data["tiles"]:
        level, number = re.fullmatch(r"tile/(\d)/(\d{3})(?:\.p/\d+)?", tile["path"]).groups()
        content = levels[int(level)][256 * int(number) : 256 * int(number) + 256]
        width = f".p/{len(content)}" if len(content) < 256 else ""
        equal(f"tile/{level}/{number}{width}", tile["path"], "path of a tile")
        equal(sha256(b"".join(content)).hex(), tile["sha256"], tile["path"])
    sizes = {item["from"] for item in data["consistency"]}
    roots = {size: root_of(leaves[:size]) for size in sizes} | {data["size"]: bytes.fromhex(data["root"])}
    equal(root_of(leaves), roots[data["size"]], "root of the large tree")
    check_proofs(roots, leaves, data)


def check_receipts(wire, data: dict) -> int:
    log_key = LogKey(data["verifierKey"])
    for case in data["receipts"]:
        entry = read_receipt(case["text"].encode(), log_key)
        equal(subject_of(wire, entry), case["subject"], case["name"])
        equal(wire.decode("Entry", entry).WhichOneof("event"), snake(case["kind"]), case["name"])

    def verify(case: dict) -> None:
        subject, asked = subject_of(wire, read_receipt(case["text"].encode(), log_key)), case.get("asked")
        if asked:
            refuse_unless(subject, "FILE_INVALID", "about no message")
            refuse_unless(all(asked[name] == item for name, item in subject.items()), "FILE_INVALID", "another message")

    for case in data["refused"]:
        refused(case["name"], case["code"], lambda: verify(case))
    return len(data["receipts"]) + len(data["refused"])


def check_acts(wire, data: dict, files: dict) -> int:
    first = wire.decode("Entry", bytes.fromhex(files["entries"]["entries"][0]["encoded"])).shard_open
    keys = {item.key_id: public_from_jwk(item.jwk) for item in first.operators}
    equal(keys.keys(), {key_id_of(key) for key in keys.values()}, "operators")
    folded = files["entries"]["entries"][: data["entries"]]
    done = sum(case["value"]["event"]["kind"] == "operatorAct" for case in folded)
    equal(data["entries"], files["refusals"]["entries"], "the same state")
    directory = Directory(files["refusals"]["directory"])
    anchors = [x509.load_der_x509_certificate(item) for item in first.anchors]
    operators = Operators(wire, directory, first.origin, keys, done, anchors)
    for case in data["acts"]:
        act = operators.check(bytes.fromhex(case["signed"]), data["atMs"])
        equal(act, fill(wire.Act(), case["value"]), case["name"])
    for case in data["refused"]:
        refused(case["name"], case["code"], lambda: operators.check(bytes.fromhex(case["signed"]), data["atMs"]))
    statements = data["keyStatements"]
    signing_key = public_from_jwk(statements["signingKey"])

    def read(case: dict):
        return read_key_statement(wire, wire.decode("SignedLeaf", bytes.fromhex(case["signed"])), signing_key)

    for case in statements["valid"]:
        equal(read(case), fill(wire.KeyStatement(), case["value"]), "key statement")
    for case in statements["refused"]:
        refused(case["name"], case["code"], lambda: read(case))
    return len(data["acts"]) + len(data["refused"]) + len(statements["valid"]) + len(statements["refused"])


def check_certificates(_wire, data: dict) -> int:
    anchors = load_anchors(data["anchors"])
    for case in data["cases"]:

        def verify() -> None:
            lists = [x509.load_der_x509_crl(bytes.fromhex(item)) for item in case["lists"]]
            chain = [bytes.fromhex(item) for item in case["chain"]]
            verify_chain(chain, anchors, case["use"], case["agency"], case["atMs"], lists, case["listsRequired"])

        if "code" in case:
            refused(case["name"], case["code"], verify)
        else:
            verify()
    return len(data["cases"])


def sealed(case: dict) -> bytes:
    """SPEC.md section 5.7, written from it alone."""
    plain = bytes(i % 251 for i in range(case["sizeBytes"]))
    chunks = [plain[at : at + 65536] for at in range(0, len(plain), 65536)] or [b""]
    cipher, prefix = AESGCM(bytes.fromhex(case["key"])), bytes.fromhex(case["noncePrefix"])
    out = []
    for i, chunk in enumerate(chunks):
        nonce = prefix + i.to_bytes(4, "big") + bytes([i == len(chunks) - 1])
        out.append(cipher.encrypt(nonce, chunk, b"liaison/v2/attachment"))
    equal(sha256(plain).hex(), case["plainDigest"], "plain digest")
    return b"".join(out)


def check_attachments(_wire, data: dict) -> int:
    for case in data["cases"]:
        ciphertext = sealed(case)
        equal(len(ciphertext), case["sealedBytes"], "length")
        equal(sha256(ciphertext).hex(), case["digest"], "digest")
        equal((ciphertext[:48].hex(), ciphertext[-48:].hex()), (case["first"], case["last"]), "ends")
    return len(data["cases"])


ALL = {
    "schema": check_schema,
    **CHECKS,
    "frames": check_frames,
    "refusals": check_refusals,
    "entries": check_entries,
    "receipts": check_receipts,
    "certificates": check_certificates,
    "schema-2": check_schema,
    "version-2": check_version_2,
    "bodies-2": check_bodies_2,
    "attachments-2": check_attachments,
    "schema-logs": check_schema_logs,
    "logs": check_logs,
}


def check_vectors(wire, folder: str) -> dict:
    """Every file of the folder; returns how many cases each has."""
    names = sorted(name.removesuffix(".json") for name in os.listdir(folder) if name.endswith(".json"))
    files = {}
    for name in names:
        with open(os.path.join(folder, f"{name}.json"), encoding="utf-8") as file:
            files[name] = json.load(file)
    counts = {name: check(wire, files[name]) for name, check in ALL.items()}
    counts["acts"] = check_acts(wire, files["acts"], files)
    equal(sorted(counts), names, "files of vectors")
    return counts
