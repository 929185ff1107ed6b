"""Sealing and opening: SPEC.md sections 5 and 6."""

import os
import re
import uuid
import time

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys import b64url, raw_public, sign_batch, verify_leaf
from log import sha256
from wire import Refused, refuse_unless

LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
MAILBOX = re.compile(rf"(?P<agency>{LABEL}(\.{LABEL})*)/(?P<unit>{LABEL})")
REQUEST, ANSWER, SPONTANEOUS = 1, 2, 3
CONTENTS = {REQUEST: "information_request", ANSWER: "information_answer", SPONTANEOUS: "spontaneous_information"}
H3, URGENT, NO_HIT = 4, 2, 3


def now_ms() -> int:
    return int(time.time() * 1000)


def uuid7() -> bytes:
    data = bytearray(now_ms().to_bytes(6, "big") + os.urandom(10))
    data[6] = data[6] & 0x0F | 0x70
    data[8] = data[8] & 0x3F | 0x80
    return bytes(data)


def is_uuid7(data: bytes) -> bool:
    return len(data) == 16 and uuid.UUID(bytes=data).version == 7


def is_mailbox(text: str) -> bool:
    found = MAILBOX.fullmatch(text)
    return bool(found) and len(found["agency"]) <= 32 and len(found["unit"]) <= 31


def padded_length(length: int) -> int:
    e = length.bit_length() - 1
    s = e.bit_length()
    mask = (1 << max(0, e - s)) - 1
    return (length + mask) & ~mask


def additional_data(routing: bytes) -> bytes:
    header = f'{{"enc":"A256GCM","routing":"{b64url(sha256(routing))}","typ":"liaison-v1-content"}}'
    return b64url(header.encode()).encode()


def wrapping_key(shared: bytes) -> bytes:
    name = b"ECDH-ES+A256KW"
    info = len(name).to_bytes(4, "big") + name + bytes(4) + bytes(4) + (256).to_bytes(4, "big")
    return ConcatKDFHash(SHA256(), 32, info).derive(shared)


def wrap(public, content_key: bytes, secret: bytes | None = None) -> bytes:
    """`secret` is the ephemeral private key; only vectors give one."""
    if isinstance(public, x25519.X25519PublicKey):
        ephemeral = x25519.X25519PrivateKey.from_private_bytes(secret or os.urandom(32))
        shared, sent = ephemeral.exchange(public), b"\x02" + raw_public(ephemeral.public_key())
    else:
        curve = ec.SECP256R1()
        ephemeral = ec.derive_private_key(int.from_bytes(secret, "big"), curve) if secret else ec.generate_private_key(curve)
        shared = ephemeral.exchange(ec.ECDH(), public)
        sent = b"\x01" + ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return sent + aes_key_wrap(wrapping_key(shared), content_key)


def unwrap(private, wrapped: bytes) -> bytes:
    """Fails with ValueError, or with InvalidUnwrap."""
    if isinstance(private, x25519.X25519PrivateKey):
        if len(wrapped) != 73 or wrapped[0] != 2:
            raise ValueError("not of suite 2")
        shared = private.exchange(x25519.X25519PublicKey.from_public_bytes(wrapped[1:33]))
    else:
        if len(wrapped) != 106 or wrapped[0] != 1 or wrapped[1] != 4:
            raise ValueError("not of suite 1")
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), wrapped[1:66])
        shared = private.exchange(ec.ECDH(), point)
    return aes_key_unwrap(wrapping_key(shared), wrapped[-40:])


def seal(wire, signing_key, recipients: dict, routing, body):
    """`recipients`: mailbox → (key id, public key). Completes `routing`; returns an Envelope in a batch of one."""
    encoded = wire.encode(body)
    used = 36 + len(encoded)
    padded = os.urandom(32) + len(encoded).to_bytes(4, "big") + encoded + bytes(padded_length(used) - used)
    for mailbox, (key_id, _) in recipients.items():
        routing.recipients.add(mailbox=mailbox, key_id=key_id)
    routing.body_digest = sha256(padded)
    routing_bytes = wire.encode(routing)
    content_key, iv = os.urandom(32), os.urandom(12)
    content = iv + AESGCM(content_key).encrypt(iv, padded, additional_data(routing_bytes))
    wrapped = [wrap(public, content_key) for _, public in recipients.values()]
    header = wire.Header(
        routing=routing_bytes, content_digest=sha256(content), wrapped_key_digests=[sha256(item) for item in wrapped]
    )
    leaf = wire.encode(header)
    signature, paths = sign_batch(wire, signing_key, "message", [leaf])
    return wire.Envelope(header=leaf, signature=signature, path=paths[0], content=content, wrapped_keys=wrapped)


def read_header(wire, data: bytes, newest: int = 1):
    """Checks 1 and 2 of section 5.6, up to the version `newest`; returns header and routing. Of version 2 this client reads
    the types that version 1 has."""
    header = wire.decode("Header", data)
    routing = wire.decode("Routing", header.routing)
    boxes = [item.mailbox for item in routing.recipients]
    lists = [list(routing.derived_from), list(routing.permission_ids)]
    handling = list(routing.handling)
    rules = {
        "1": is_uuid7(routing.message_id) and len(routing.thread_id) == 16,
        "2": routing.type != 0 and 1 <= routing.schema_version <= newest,
        "3": all(map(is_mailbox, [routing.sender, *boxes])) and 0 < len(boxes) == len(set(boxes)),
        "4": len(header.wrapped_key_digests) == len(boxes),
        "5": routing.expires_at_ms > routing.created_at_ms,
        "6": all([routing.urgency, routing.classification, routing.purpose])
        and (routing.availability or routing.type != REQUEST),
        "7": handling
        and 0 not in handling
        and len(handling) == len(set(handling))
        and routing.handling_text_present == (H3 in handling),
        "8": (routing.in_reply_to or routing.type != ANSWER)
        and all(map(is_uuid7, [*lists[0], *lists[1], *([routing.in_reply_to] if routing.in_reply_to else [])]))
        and all(len(ids) == len(set(ids)) for ids in lists),
        "9": not (routing.annex_of or routing.attachments)
        and bool(routing.group_id) == bool(routing.group_version)
        and (routing.schema_version == 2 or not routing.group_id),
    }
    for rule, holds in rules.items():
        refuse_unless(holds, "HEADER_INVALID", f"rule {rule}")
    return header, routing


def verify_sender(envelope, routing, signing_keys: dict) -> None:
    key = signing_keys.get(routing.signing_key_id)
    refuse_unless(key, "KEY_UNKNOWN")
    refuse_unless(envelope.signature.key_id == routing.signing_key_id, "SIGNATURE_INVALID", "key id")
    verify_leaf(key, "message", envelope.header, envelope.signature, envelope.path)


def check_as_gateway(wire, envelope, signing_keys: dict) -> None:
    """Checks 1 to 5 of the gateway."""
    header, routing = read_header(wire, envelope.header)
    refuse_unless(sha256(envelope.content) == header.content_digest, "DIGEST_MISMATCH")
    digests = [sha256(item) for item in envelope.wrapped_keys]
    refuse_unless(digests == list(header.wrapped_key_digests), "DIGEST_MISMATCH")
    verify_sender(envelope, routing, signing_keys)


def decrypt(private, wrapped: bytes, content: bytes, routing: bytes) -> bytes:
    try:
        return AESGCM(unwrap(private, wrapped)).decrypt(content[:12], content[12:], additional_data(routing))
    except (ValueError, InvalidUnwrap, InvalidTag):
        raise Refused("CANNOT_DECRYPT") from None


def open_envelope(wire, envelope, mailbox: str, encryption_keys: dict, signing_keys: dict, newest: int = 1):
    """All checks of the recipient's node; returns routing and body."""
    header, routing = read_header(wire, envelope.header, newest)
    verify_sender(envelope, routing, signing_keys)
    place = next((i for i, item in enumerate(routing.recipients) if item.mailbox == mailbox), None)
    refuse_unless(place is not None, "NOT_ADDRESSED")
    refuse_unless(sha256(envelope.content) == header.content_digest, "DIGEST_MISMATCH")
    digests = [sha256(item) for item in envelope.wrapped_keys]
    refuse_unless(digests == [header.wrapped_key_digests[place]], "DIGEST_MISMATCH")
    private = encryption_keys.get(routing.recipients[place].key_id)
    refuse_unless(private, "CANNOT_DECRYPT", "no such key")
    padded = decrypt(private, envelope.wrapped_keys[0], envelope.content, header.routing)
    refuse_unless(sha256(padded) == routing.body_digest, "BODY_DIGEST_MISMATCH")
    return routing, read_body(wire, padded, routing)


def read_body(wire, padded: bytes, routing):
    length = int.from_bytes(padded[32:36], "big")
    refuse_unless(len(padded) >= 36 and length <= 262_144, "BODY_INVALID", "length")
    refuse_unless(len(padded) == padded_length(36 + length), "BODY_INVALID", "padding")
    refuse_unless(not any(padded[36 + length :]), "BODY_INVALID", "padding")
    try:
        body = wire.decode("Body", padded[36 : 36 + length], canonical=False)
    except Refused as refusal:
        raise Refused("BODY_INVALID", str(refusal)) from None
    content = getattr(body, CONTENTS[routing.type])
    refuse_unless(body.WhichOneof("content") == CONTENTS[routing.type], "BODY_INVALID", "type")
    # Well-formedness in outline; a full reader has the grammar of BCP 47.
    refuse_unless(re.fullmatch("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", body.language), "BODY_INVALID", "language")
    refuse_unless(bool(body.handling_text.strip()) == routing.handling_text_present, "BODY_INVALID", "handling_text")
    required = {
        REQUEST: ["subject", "information_sought", "purpose_and_facts", "offence", "crime_area"],
        ANSWER: ["outcome"],
        SPONTANEOUS: ["crime_area", "subject", "text", "evaluation"],
    }[routing.type]
    if routing.type == REQUEST and routing.urgency == URGENT:
        required.append("urgency_reason")
    if routing.type == ANSWER and content.outcome != NO_HIT:
        required += ["text", "evaluation"]
    for name in required:
        value = getattr(content, name)
        if name == "evaluation":
            is_there = content.HasField(name)
        else:
            is_there = value.strip() if isinstance(value, str) else value
        refuse_unless(is_there, "BODY_INVALID", name)
    if routing.type != REQUEST and content.HasField("evaluation"):
        item = content.evaluation
        whole = all([item.source_code, item.info_code, item.assessed_by_unit.strip(), item.assessed_at_ms])
        refuse_unless(whole, "BODY_INVALID", "evaluation")
    return body
