"""A session with the gateway, and what an agency does in it: SPEC.md sections 3 and 9.1."""

import asyncio
import os
import ssl
from collections import deque

import websockets
from cryptography import x509

from envelope import now_ms, open_envelope
from keys import key_id_of, public_from_jwk, sign_batch, verify_leaf, verify_signing_chain
from log import Checkpoint, leaf_hash, subject_of
from wire import NUMBER_MAX, Refused, refuse_unless

FRAME_BYTES_MAX = 16 * 1024 * 1024
ANSWER_SECONDS = 20
HANDED_OVER, FAILED = 1, 2
DELIVERY_EXPIRED = 404


class Session:
    """Frames that nobody waits for yet are kept; pings are answered."""

    def __init__(self, wire, socket, log_key):
        self.wire, self.log_key = wire, log_key
        self.checkpoint: "Checkpoint | None" = None
        self._socket, self._waiting, self._request = socket, deque(), 0

    @staticmethod
    async def open(wire, config: dict, log_key, older: "Checkpoint | None" = None, next_number: int = 1) -> "Session":
        context = ssl.create_default_context(cafile=config["ca"])
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(config["tlsCertificate"], config["tlsKey"])
        socket = await websockets.connect(
            config["url"],
            ssl=context,
            subprotocols=["liaison.v1"],
            compression=None,
            max_size=FRAME_BYTES_MAX,
            ping_interval=None,
        )
        session = Session(wire, socket, log_key)
        hello = wire.Hello(versions=[1, 2, 77], node="interop", checkpoint=older.note if older else b"")
        # A name that no gateway knows: it must not mind.
        hello.capabilities.append("x-interop")
        hello.mailboxes.add(mailbox=config["mailbox"], next_number=next_number)
        await session.send(hello=hello)
        welcome = await session.next("welcome")
        refuse_unless(welcome.version == 2, "VERSION_UNSUPPORTED")
        session.checkpoint = Checkpoint(welcome.checkpoint, log_key)
        if older:
            session.checkpoint.verify_extends(older, list(welcome.consistency))
        return session

    async def close(self) -> None:
        await self._socket.close()

    async def send(self, **frame) -> None:
        await self._socket.send(self.wire.encode(self.wire.Frame(**frame)))

    async def next(self, kind: str, request: int = 0):
        """The next frame of this kind that answers `request`, or with 0 any."""
        for frame in self._waiting:
            if frame.WhichOneof("frame") == kind and (request == 0 or getattr(frame, kind).request == request):
                self._waiting.remove(frame)
                return getattr(frame, kind)
        while True:
            data = await asyncio.wait_for(self._socket.recv(), ANSWER_SECONDS)
            frame = self.wire.decode_frame(data)
            name = frame.WhichOneof("frame")
            value = getattr(frame, name)
            if name == "ping":
                await self.send(pong=self.wire.Pong(nonce=value.nonce, now_ms=now_ms()))
            elif name in ("error", "go_away"):
                raise Refused(str(value.code), value.text)
            elif name == kind and (request == 0 or value.request == request):
                return value
            else:
                self._waiting.append(frame)

    async def ask(self, question: str, answer: str, message):
        self._request += 1
        message.request = self._request
        await self.send(**{question: message})
        return await self.next(answer, self._request)

    def read_logged(self, frame, logged):
        """Verifies an entry with its frame's checkpoint; returns it, and the hashes of its path."""
        refuse_unless(all(place < len(frame.hashes) for place in logged.path), "PROOF_INVALID", "path")
        path = [frame.hashes[place] for place in logged.path]
        Checkpoint(frame.checkpoint, self.log_key).verify_entry(logged.entry, logged.index, path)
        return self.wire.decode("Entry", logged.entry), path


class Peer:
    """What the directory says of a mailbox, verified."""

    def __init__(self, wire, record, anchors):
        self.mailbox, self._anchors = record.mailbox, anchors
        self._chains = {}
        for item in record.signing_keys:
            leaf = x509.load_der_x509_certificate(item.certificates[0])
            self._chains[key_id_of(leaf.public_key())] = (list(item.certificates), item.revoked_index)
        signed = record.key_statement
        # A revoked key vouches for no encryption key any more.
        key = self.signing_key(signed.signature.key_id, NUMBER_MAX, now_ms())
        verify_leaf(key, "keys", signed.leaf, signed.signature, signed.path)
        statement = wire.decode("KeyStatement", signed.leaf)
        refuse_unless(statement.mailbox == self.mailbox and statement.version >= 1, "MALFORMED", "key statement")
        refuse_unless(1 <= len(statement.keys) <= 8, "MALFORMED", "keys")
        # The first is preferred.
        preferred = statement.keys[0]
        self.encryption_key = public_from_jwk(preferred.jwk)
        self.encryption_key_id = preferred.key_id
        refuse_unless(key_id_of(self.encryption_key) == preferred.key_id, "MALFORMED", "thumbprint")

    def signing_key(self, key_id: bytes, index: int, at_ms: int):
        """The key of a signature that the log took in at this index and time."""
        refuse_unless(key_id in self._chains, "KEY_UNKNOWN")
        chain, revoked_index = self._chains[key_id]
        refuse_unless(revoked_index == 0 or index < revoked_index, "KEY_REVOKED")
        return verify_signing_chain(chain, self._anchors, self.mailbox.partition("/")[0], at_ms)


async def fetch_directory(session: Session, anchors, mailboxes: "list[str]") -> "dict[str, Peer]":
    """Named mailboxes, or page by page all of them; with names, a full frame leaves the rest to be asked for."""
    peers, after, more, names = {}, "", True, list(mailboxes)
    while more:
        question = session.wire.DirectoryGet(mailboxes=names, after="" if names else after)
        answer = await session.ask("directory_get", "directory", question)
        refuse_unless(not answer.unknown, "RECIPIENT_UNKNOWN", str(answer.unknown))
        for record in answer.records:
            peers[record.mailbox] = Peer(session.wire, record, anchors)
            after = record.mailbox
        names = [name for name in names if name not in peers]
        more = answer.more and (bool(names) or not mailboxes)
    return peers


def take_delivery(session: Session, delivery, peers: "dict[str, Peer]", mailbox: str, encryption_keys: dict):
    """Opens a delivery; returns routing, body and the encoded HandoverStatement."""
    wire, envelope = session.wire, delivery.message
    refuse_unless(delivery.WhichOneof("content") == "message" and delivery.mailbox == mailbox, "NUMBER_MISSING")
    header = wire.decode("Header", envelope.header)
    claimed = wire.decode("Routing", header.routing)
    refuse_unless(claimed.sender in peers, "KEY_UNKNOWN")
    key_id = claimed.signing_key_id
    key = peers[claimed.sender].signing_key(key_id, delivery.accepted_index, delivery.accepted_at_ms)
    routing, body = open_envelope(wire, envelope, mailbox, encryption_keys, {key_id: key}, newest=2)
    statement = wire.HandoverStatement(
        blind=os.urandom(16),
        message_id=routing.message_id,
        sender=routing.sender,
        recipient=mailbox,
        number=delivery.number,
        header_digest=leaf_hash(envelope.header),
        outcome=HANDED_OVER,
        at_ms=now_ms(),
    )
    return routing, body, wire.encode(statement)


def take_end(session: Session, frame, delivery, mailbox: str, peers: "dict[str, Peer]"):
    """Section 3.5: a number that has ended counts only when the log says so; returns the entry."""
    refuse_unless(delivery.WhichOneof("content") == "ended" and delivery.mailbox == mailbox, "NUMBER_MISSING")
    entry, _ = session.read_logged(frame, delivery.ended)
    refuse_unless(entry.WhichOneof("event") == "content_handover_failure", "NUMBER_MISSING", "not a failure")
    failure = entry.content_handover_failure
    named = (failure.recipient, failure.number)
    refuse_unless(named == (mailbox, delivery.number), "NUMBER_MISSING", "another delivery")
    if not failure.HasField("statement"):
        refuse_unless(failure.code == DELIVERY_EXPIRED, "NUMBER_MISSING", "no statement")
        return entry
    # FAILED, and about the same delivery.
    subject_of(session.wire, delivery.ended.entry)
    signed = failure.statement
    refuse_unless(session.wire.decode("HandoverStatement", signed.leaf).reason == failure.code, "NUMBER_MISSING")
    key = peers[mailbox].signing_key(signed.signature.key_id, delivery.ended.index, entry.at_ms)
    verify_leaf(key, "handover", signed.leaf, signed.signature, signed.path)
    return entry


async def hand_over(session: Session, signing_key, statements: "list[bytes]"):
    signature, _ = sign_batch(session.wire, signing_key, "handover", statements)
    message = session.wire.Handover(statements=statements, signature=signature)
    return (await session.ask("handover", "handover_result", message)).items


def verify_handover(wire, entry, index: int, header: bytes, recipient: Peer):
    """A ContentHandover counts only with the recipient's valid signature; returns the statement."""
    refuse_unless(entry.WhichOneof("event") == "content_handover", "PROOF_INVALID", "not a handover")
    signed = entry.content_handover.statement
    key = recipient.signing_key(signed.signature.key_id, index, entry.at_ms)
    verify_leaf(key, "handover", signed.leaf, signed.signature, signed.path)
    statement = wire.decode("HandoverStatement", signed.leaf)
    routing = wire.decode("Routing", wire.decode("Header", header).routing)
    named = (statement.message_id, statement.sender, statement.recipient, statement.header_digest)
    ours = (routing.message_id, routing.sender, recipient.mailbox, leaf_hash(header))
    refuse_unless(named == ours and statement.outcome == HANDED_OVER, "PROOF_INVALID", "another message")
    refuse_unless(statement.reason == 0, "PROOF_INVALID", "reason")
    return statement
