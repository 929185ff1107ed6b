"""Checks protocol/vectors: every valid case gives the same bytes, every refused one is refused with its code."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from envelope import additional_data, check_as_gateway, decrypt, open_envelope, read_header, wrap
from keys import b64url, from_b64url, key_id_of, private_from_jwk, public_from_jwk, signing_input, verify_leaf
from log import leaf_hash, path_of, root_of
from wire import Refused


def equal(actual, expected, name: str) -> None:
    if actual != expected:
        raise AssertionError(f"{name}: {actual!r}, not {expected!r}")


def refused(name: str, code: str, action) -> None:
    try:
        action()
    except Refused as refusal:
        equal(refusal.code, code, name)
    else:
        raise AssertionError(f"{name}: not refused")


def snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name)


def fill(message, value: dict):
    """Sets a message from a vector's JSON: bytes in hex, enumerations as numbers."""
    for name, item in value.items():
        if name in message.DESCRIPTOR.oneofs_by_name:
            # {kind, value}
            member = getattr(message, snake(item["kind"]))
            member.SetInParent()
            fill(member, item["value"])
            continue
        field = message.DESCRIPTOR.fields_by_name[snake(name)]
        is_bytes = field.type == field.TYPE_BYTES
        if isinstance(item, list):
            target = getattr(message, field.name)
            for part in item:
                if field.message_type:
                    fill(target.add(), part)
                else:
                    target.append(bytes.fromhex(part) if is_bytes else part)
        elif field.message_type:
            getattr(message, field.name).SetInParent()
            fill(getattr(message, field.name), item)
        else:
            setattr(message, field.name, bytes.fromhex(item) if is_bytes else item)
    return message


def check_encoding(wire, data: dict) -> int:
    for case in data["valid"]:
        encoded = bytes.fromhex(case["encoded"])
        message = fill(getattr(wire, case["message"])(), case["value"])
        equal(wire.encode(message), encoded, case["name"])
        equal(wire.decode(case["message"], encoded), message, case["name"])
    for case in data["refused"]:
        encoded = bytes.fromhex(case["encoded"])
        refused(case["rule"], case["code"], lambda: wire.decode(case["message"], encoded))
    for case in data["bodies"]:
        check_value(wire, "Body", case)
    return len(data["valid"]) + len(data["bodies"]) + len(data["refused"])


def check_value(wire, kind: str, case: dict) -> None:
    """Both ways: these fields give these bytes, and the other way round."""
    encoded = bytes.fromhex(case["encoded"])
    message = fill(getattr(wire, kind)(), case["value"])
    equal(wire.encode(message).hex(), encoded.hex(), case["name"])
    equal(wire.decode(kind, encoded), message, case["name"])


def check_batches(wire, data: dict) -> int:
    for batch in data["batches"]:
        name, claimed = batch["name"], fill(wire.BatchSignature(), batch["signature"])
        key = public_from_jwk(batch["jwk"])
        equal(key_id_of(key), claimed.key_id, name)
        tree = [leaf_hash(bytes.fromhex(leaf["leaf"])) for leaf in batch["leaves"]]
        equal([item.hex() for item in tree], [leaf["leafHash"] for leaf in batch["leaves"]], name)
        equal(root_of(tree).hex(), batch["root"], name)
        text = signing_input(batch["kind"], claimed.algorithm, claimed.key_id, claimed.size, root_of(tree)).decode()
        equal(text, batch["signingInput"], name)
        header, payload = (from_b64url(part) for part in text.split("."))
        equal((header.decode(), payload.hex()), (batch["protectedHeader"], batch["payload"]), name)
        for index, leaf in enumerate(batch["leaves"]):
            path = fill(wire.Path(), leaf["path"])
            equal((path.index, list(path.hashes)), (index, path_of(index, tree)), name)
            verify_leaf(key, batch["kind"], bytes.fromhex(leaf["leaf"]), claimed, path)
    for case in data["refused"]:
        key, leaf = public_from_jwk(case["jwk"]), bytes.fromhex(case["leaf"])
        claimed, path = fill(wire.BatchSignature(), case["signature"]), fill(wire.Path(), case["path"])
        refused(case["name"], case["code"], lambda: verify_leaf(key, case["kind"], leaf, claimed, path))
    return len(data["batches"]) + len(data["refused"])


def open_as(wire, encoded: bytes, recipient: dict, signing: dict):
    keys = {bytes.fromhex(recipient["keyId"]): private_from_jwk(recipient["privateJwk"])}
    return open_envelope(wire, wire.decode("Envelope", encoded), recipient["mailbox"], keys, signing)


def check_envelopes(wire, data: dict) -> int:
    signing = {bytes.fromhex(data["signing"]["keyId"]): public_from_jwk(data["signing"]["jwk"])}
    recipients = {item["mailbox"]: item for item in data["recipients"]}
    for case in data["envelopes"]:
        name, envelope = case["name"], wire.decode("Envelope", bytes.fromhex(case["envelope"]))
        check_as_gateway(wire, envelope, signing)
        header, routing = read_header(wire, envelope.header)
        equal(leaf_hash(envelope.header).hex(), case["headerDigest"], name)
        equal(routing, fill(wire.Routing(), case["routing"]), name)
        equal(additional_data(header.routing).decode(), b64url(case["protectedHeader"].encode()), name)
        wrapped_keys = list(envelope.wrapped_keys)
        for place, recipient in enumerate(routing.recipients):
            holder = recipients[recipient.mailbox]
            delivered = wire.Envelope()
            delivered.CopyFrom(envelope)
            del delivered.wrapped_keys[:]
            delivered.wrapped_keys.append(wrapped_keys[place])
            private = private_from_jwk(holder["privateJwk"])
            padded = decrypt(private, wrapped_keys[place], envelope.content, header.routing)
            equal(padded.hex(), case["padded"], name)
            _, body = open_as(wire, delivered.SerializeToString(), holder, signing)
            equal(body, wire.decode("Body", bytes.fromhex(case["bodyBytes"])), name)
            equal(body.case_number, case["body"]["caseNumber"], name)
    for case in data["refused"]:
        encoded = bytes.fromhex(case["envelope"])
        if case["as"] == "gateway":
            envelope = wire.decode("Envelope", encoded)
            refused(case["name"], case["code"], lambda: check_as_gateway(wire, envelope, signing))
        else:
            holder = recipients[case["as"]]
            refused(case["name"], case["code"], lambda: open_as(wire, encoded, holder, signing))
    return len(data["envelopes"]) + len(data["refused"])


def check_jwe_foreign(_wire, data: dict) -> int:
    routing = bytes.fromhex(data["routing"])
    for case in data["cases"]:
        jwe = case["jwe"]
        equal(jwe["protected"].encode(), additional_data(routing), case["name"])
        content = b"".join(from_b64url(jwe[part]) for part in ("iv", "ciphertext", "tag"))
        private = {item["keyId"]: private_from_jwk(item["privateJwk"]) for item in case["recipients"]}
        for recipient in jwe["recipients"]:
            header, epk = recipient["header"], recipient["header"]["epk"]
            holder = private.get(from_b64url(header["kid"]).hex())
            if holder is None:
                continue
            point = from_b64url(epk["x"]) + from_b64url(epk.get("y", ""))
            wrapped = (b"\x01\x04" if "y" in epk else b"\x02") + point + from_b64url(recipient["encrypted_key"])
            equal(decrypt(holder, wrapped, content, routing).hex(), data["padded"], case["name"])
            private.pop(from_b64url(header["kid"]).hex())
        equal(len(private), 0, f"{case['name']}: recipients left over")
    return len(data["cases"])


def check_sealing(_wire, data: dict) -> int:
    for case in data["cases"]:
        key, iv, routing, padded = (bytes.fromhex(case[name]) for name in ("contentKey", "iv", "routing", "padded"))
        equal((iv + AESGCM(key).encrypt(iv, padded, additional_data(routing))).hex(), case["content"], case["name"])
        for recipient in case["recipients"]:
            private = private_from_jwk(recipient["privateJwk"])
            wrapped = wrap(private.public_key(), key, bytes.fromhex(recipient["ephemeralPrivateKey"]))
            equal(wrapped.hex(), recipient["wrappedKey"], case["name"])
            equal(decrypt(private, wrapped, bytes.fromhex(case["content"]), routing), padded, case["name"])
    return len(data["cases"])


CHECKS = {
    "sealing": check_sealing,
    "encoding": check_encoding,
    "batches": check_batches,
    "envelopes": check_envelopes,
    "jwe-foreign": check_jwe_foreign,
}
