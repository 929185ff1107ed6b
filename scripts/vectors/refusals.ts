/** refusals.json: frames, envelopes and handovers that must be refused, each with its code, and the order of the checks. */
import { canonicalJwk, keyThumbprint } from '../../protocol/algorithms.ts';
import { encode } from '../../protocol/codec.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import {
  type BatchSignature,
  type Envelope,
  EnvelopeSchema,
  HeaderSchema,
  type Routing,
  RoutingSchema,
} from '../../protocol/generated/schema.ts';
import type { Mailbox } from '../../protocol/ids.ts';
import { directoryOf } from './directory.ts';
import { handoverCases } from './refused-handovers.ts';
import { refusedFrames } from './refused-frames.ts';
import { SAMPLE } from './log.ts';
import { ed25519Key } from './keys.ts';
import {
  alder,
  briar,
  cedar,
  DAY_MS,
  dogwood,
  HOUR_MS,
  messageOf,
  type MessagePlan,
  reseed,
  signedEnvelope,
  type VectorAgency,
} from './world.ts';

const NOW_MS = SAMPLE.stateMs + 1000;
const stranger = ed25519Key(99);
const nobody: VectorAgency = { ...alder, mailbox: 'xa.customs/nobody' as Mailbox };
const unknown: VectorAgency = { ...briar, mailbox: 'xb.police/nobody' as Mailbox };
const outdated: VectorAgency = { ...briar, encryption: alder.encryption };

interface Case {
  readonly name: string;
  readonly envelope: Envelope;
  /** Agency of the session's certificate; alder's unless told. */
  readonly agency: string;
  readonly atMs: number;
  readonly code: ErrorCode | undefined;
  /** Of the entry that the answer names, when it was accepted before. */
  readonly index?: number;
}

const routingOf = (envelope: Envelope): Routing => parseHeader(envelope.header).routing;
const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
const signatureOf = (envelope: Envelope, change: Partial<BatchSignature>): Envelope => ({
  ...envelope,
  signature: { ...envelope.signature, ...change },
});
const withContent = (envelope: Envelope): Envelope => ({ ...envelope, content: flipped(envelope.content, 0) });

/** Header bytes that no encoder writes, signed. */
function headerWith(change: (routing: Uint8Array) => Uint8Array, plan: Partial<Routing> = {}): Envelope {
  const good = messageOf(alder, [briar], NOW_MS);
  const routing = change(encode(RoutingSchema, { ...routingOf(good), ...plan }));
  const header = encode(HeaderSchema, { ...parseHeader(good.header).header, routing });
  return { ...good, header };
}

const append =
  (...bytes: number[]) =>
  (to: Uint8Array): Uint8Array =>
    Uint8Array.from([...to, ...bytes]);

type Stateless = Omit<Case, 'agency' | 'atMs'>;
const stateless = (name: string, envelope: Envelope, code: ErrorCode): Stateless => ({ name, envelope, code });
const from = (plan: MessagePlan = {}): Envelope => messageOf(alder, [briar], NOW_MS, plan);
const labelled = (routing: Partial<Routing>): Envelope => from({ routing });
const expired = { expiresAtMs: NOW_MS, createdAtMs: NOW_MS };

/** Checks 1 and 2 of SPEC.md section 5.6. */
function ofHeaders(): Stateless[] {
  const made = stateless;
  const good = from();
  const id = routingOf(good).messageId;
  return [
    made('a header of no bytes', { ...good, header: new Uint8Array(0) }, 'MALFORMED'),
    made('an unknown field in the header', { ...good, header: append(0x78, 1)(good.header) }, 'MALFORMED'),
    made('an unknown field in the routing', headerWith(append(0xf8, 0x07, 1)), 'MALFORMED'),
    made('an unknown field in the routing, and rule 5', headerWith(append(0xf8, 0x07, 1), expired), 'MALFORMED'),
    made(
      'rule 1: an id of version 4',
      labelled({ messageId: id.map((b, i) => (i === 6 ? 0x40 : b)) }),
      'HEADER_INVALID',
    ),
    made('rule 2: no type', labelled({ type: 0 }), 'HEADER_INVALID'),
    made('rule 2: schema version 2', labelled({ schemaVersion: 2 }), 'HEADER_INVALID'),
    made('rule 3: a sender without unit', labelled({ sender: 'xa.customs' }), 'HEADER_INVALID'),
    made('rule 3: a sender in capitals', labelled({ sender: 'XA.customs/portalder' }), 'HEADER_INVALID'),
    made('rule 3: a sender in a federation', labelled({ sender: 'xa.customs/portalder@net' }), 'HEADER_INVALID'),
    made('rule 3: no recipient', messageOf(alder, [], NOW_MS), 'HEADER_INVALID'),
    made('rule 3: a recipient twice', messageOf(alder, [briar, briar], NOW_MS), 'HEADER_INVALID'),
    made('rule 4: more digests than recipients', tooManyKeys(), 'HEADER_INVALID'),
    made('rule 5: expiry at creation', labelled(expired), 'HEADER_INVALID'),
    made('rule 6: no urgency', labelled({ urgency: 0 }), 'HEADER_INVALID'),
    made('rule 6: no availability on a request', labelled({ type: 1, availability: 0 }), 'HEADER_INVALID'),
    made('rule 6: no classification', labelled({ classification: 0 }), 'HEADER_INVALID'),
    made('rule 6: no purpose', labelled({ purpose: 0 }), 'HEADER_INVALID'),
    made('rule 7: no handling code', labelled({ handling: [] }), 'HEADER_INVALID'),
    made('rule 7: an unspecified handling code', labelled({ handling: [1, 0] }), 'HEADER_INVALID'),
    made('rule 7: a handling code twice', labelled({ handling: [1, 1] }), 'HEADER_INVALID'),
    made('rule 7: H3 without the mark', labelled({ handling: [4] }), 'HEADER_INVALID'),
    made('rule 7: the mark without H3', labelled({ handlingTextPresent: true }), 'HEADER_INVALID'),
    made('rule 8: an answer to nothing', labelled({ type: 2 }), 'HEADER_INVALID'),
    made('rule 8: in_reply_to is no id', labelled({ inReplyTo: new Uint8Array(16) }), 'HEADER_INVALID'),
    made('rule 8: derived_from has an id twice', labelled({ derivedFrom: [id, id] }), 'HEADER_INVALID'),
    made('rule 8: permission_ids has an id twice', labelled({ permissionIds: [id, id] }), 'HEADER_INVALID'),
    made('rule 9: annex_of', labelled({ annexOf: id }), 'HEADER_INVALID'),
    made('rule 9: group_id', labelled({ groupId: id }), 'HEADER_INVALID'),
    made('rule 9: group_version', labelled({ groupVersion: 1 }), 'HEADER_INVALID'),
    made('rule 9: attachments', labelled({ attachments: [{ digest: id32(), sizeBytes: 1 }] }), 'HEADER_INVALID'),
    made('rule 5, and changed content', withContent(labelled(expired)), 'HEADER_INVALID'),
  ];
}

/** Checks 3 to 5. */
function ofEnvelopes(): Stateless[] {
  const made = stateless;
  const good = from();
  const otherKeyId = { keyId: keyThumbprint(briar.signing[0]) };
  return [
    made('changed content', withContent(good), 'DIGEST_MISMATCH'),
    made('a wrapped key too few', { ...good, wrappedKeys: [] }, 'DIGEST_MISMATCH'),
    made('a wrapped key too many', { ...good, wrappedKeys: [...good.wrappedKeys, id32()] }, 'DIGEST_MISMATCH'),
    made('a changed wrapped key', { ...good, wrappedKeys: [id32()] }, 'DIGEST_MISMATCH'),
    made('changed content, and an unregistered key', withContent(from({ key: stranger })), 'DIGEST_MISMATCH'),
    made('an unregistered key', from({ key: stranger }), 'KEY_UNKNOWN'),
    made('a TLS key', from({ key: alder.tls }), 'KEY_UNKNOWN'),
    made(
      'an unregistered key, and another in the signature',
      signatureOf(from({ key: stranger }), otherKeyId),
      'KEY_UNKNOWN',
    ),
    made('another key id in the signature', signatureOf(good, otherKeyId), 'SIGNATURE_INVALID'),
    made(
      'another key id in the signature, and no algorithm',
      signatureOf(good, { ...otherKeyId, algorithm: 0 }),
      'SIGNATURE_INVALID',
    ),
    made('no algorithm', signatureOf(good, { algorithm: 0 }), 'ALGORITHM_REFUSED'),
    made(
      'no algorithm, and a wrong path',
      { ...signatureOf(good, { algorithm: 0 }), path: { index: 1, hashes: [] } },
      'ALGORITHM_REFUSED',
    ),
    made("another key's algorithm", signatureOf(good, { algorithm: 2 }), 'SIGNATURE_INVALID'),
    made('an index that is not below the size', { ...good, path: { index: 1, hashes: [] } }, 'SIGNATURE_INVALID'),
    made('a path too long', { ...good, path: { index: 0, hashes: [id32()] } }, 'SIGNATURE_INVALID'),
    made('size 0', signatureOf(good, { size: 0 }), 'SIGNATURE_INVALID'),
    made('size 4097', signatureOf(good, { size: 4097 }), 'SIGNATURE_INVALID'),
    made(
      'a changed signature',
      signatureOf(good, { signature: flipped(good.signature.signature, 0) }),
      'SIGNATURE_INVALID',
    ),
    made('no signature', signatureOf(good, { signature: new Uint8Array(0) }), 'SIGNATURE_INVALID'),
  ];
}

const id32 = (): Uint8Array => new Uint8Array(32).fill(0x11);

function tooManyKeys(): Envelope {
  const { routing } = parseHeader(messageOf(alder, [briar], NOW_MS).header);
  return signedEnvelope(alder.signing[0], routing, id32(), [id32(), id32()]);
}

const made = (name: string, envelope: Envelope, code: ErrorCode | undefined, change: Partial<Case> = {}): Case => ({
  ...{ name, envelope, code, agency: alder.agency, atMs: NOW_MS },
  ...change,
});
const at = (atMs: number): Partial<Case> => ({ atMs });
const of = (agency: VectorAgency): Partial<Case> => ({ agency: agency.agency });
const to = (recipients: VectorAgency[], routing: Partial<Routing> = {}): Envelope =>
  messageOf(alder, recipients, NOW_MS, { routing });

/** Check 6, and what the ledger says of the sender and of the id. */
function ofSenders(): Case[] {
  const { single, ofDogwood } = SAMPLE.messages;
  const bound = (envelope: Envelope) => ({ messageId: routingOf(envelope).messageId });
  const good = to([briar]);
  return [
    made(
      'a changed signature, in a session of another agency',
      signatureOf(good, { signature: flipped(good.signature.signature, 0) }),
      'SIGNATURE_INVALID',
      of(briar),
    ),
    made('in a session of another agency', good, 'SENDER_MISMATCH', of(briar)),
    made(
      "in a session of another agency, and that agency's key",
      messageOf(alder, [briar], NOW_MS, { key: briar.signing[0] }),
      'SENDER_MISMATCH',
      of(cedar),
    ),
    made("another agency's key", messageOf(alder, [briar], NOW_MS, { key: briar.signing[0] }), 'KEY_UNKNOWN'),
    made(
      "another agency's key, and a sender that is not enrolled",
      messageOf(nobody, [briar], NOW_MS, { key: briar.signing[0] }),
      'KEY_UNKNOWN',
    ),
    made('a sender that is not enrolled', messageOf(nobody, [briar], NOW_MS), 'SENDER_MISMATCH'),
    made('the same header again', single, undefined, { index: SAMPLE.at['single'] ?? 0 }),
    made('the same header again, the agency being suspended by now', ofDogwood, undefined, {
      ...of(dogwood),
      index: SAMPLE.at['ofDogwood'] ?? 0,
    }),
    made('another header under a bound id', to([briar], bound(single)), 'ID_REUSED'),
    made(
      'another header under a bound id, of a suspended agency',
      messageOf(dogwood, [briar], NOW_MS, { routing: bound(ofDogwood) }),
      'ID_REUSED',
      of(dogwood),
    ),
  ];
}

/** What the ledger says of the agency, its key and the times. */
function ofPolicy(): Case[] {
  const [, revoked, ending] = alder.signing;
  const [, revokedToo] = dogwood.signing;
  if (!revoked || !ending || !revokedToo) throw new Error('Keys are missing.');
  const late = NOW_MS + 2 * DAY_MS;
  const future = { createdAtMs: NOW_MS + 300_001, expiresAtMs: NOW_MS + HOUR_MS };
  const past = { createdAtMs: NOW_MS - 100 * DAY_MS, expiresAtMs: NOW_MS };
  return [
    made('a suspended agency', messageOf(dogwood, [briar], NOW_MS), 'AGENCY_SUSPENDED', of(dogwood)),
    made(
      'a suspended agency, and a revoked key',
      messageOf(dogwood, [briar], NOW_MS, { key: revokedToo }),
      'AGENCY_SUSPENDED',
      of(dogwood),
    ),
    made('a revoked key', messageOf(alder, [briar], NOW_MS, { key: revoked }), 'KEY_REVOKED'),
    made(
      'a revoked key whose certificate has expired',
      messageOf(alder, [briar], late, { key: revoked }),
      'KEY_REVOKED',
      at(late),
    ),
    made(
      'a certificate on its last millisecond',
      messageOf(alder, [briar], NOW_MS, { key: ending }),
      undefined,
      at(endOf()),
    ),
    made(
      'an expired certificate',
      messageOf(alder, [briar], NOW_MS, { key: ending }),
      'CERTIFICATE_EXPIRED',
      at(endOf() + 1),
    ),
    made(
      'an expired certificate, and created in future',
      messageOf(alder, [briar], late + HOUR_MS, { key: ending }),
      'CERTIFICATE_EXPIRED',
      at(late),
    ),
    made('created five minutes ahead', to([briar], { ...future, createdAtMs: NOW_MS + 300_000 }), undefined),
    made('created more than five minutes ahead', to([briar], future), 'CREATED_IN_FUTURE'),
    made(
      'created ahead, and an expiry too far',
      to([briar], { ...future, expiresAtMs: NOW_MS + 100 * DAY_MS }),
      'CREATED_IN_FUTURE',
    ),
    made('expires now', to([briar], { createdAtMs: NOW_MS - 1, expiresAtMs: NOW_MS }), 'EXPIRED'),
    made('expires now, more than 90 days after its creation', to([briar], past), 'EXPIRED'),
    made('expires 90 days after its creation', to([briar], { expiresAtMs: NOW_MS + 90 * DAY_MS }), undefined),
    made('expires more than 90 days after its creation', to([briar], tooFar), 'EXPIRY_TOO_FAR'),
  ];
}

const tooFar = { expiresAtMs: NOW_MS + 90 * DAY_MS + 1 };

/** What the ledger says of the recipients. */
function ofRecipients(): Case[] {
  return [
    made('an expiry too far, and an unknown recipient', to([unknown], tooFar), 'EXPIRY_TOO_FAR'),
    made('an unknown recipient', to([unknown]), 'RECIPIENT_UNKNOWN'),
    made('a suspended recipient', to([dogwood]), 'RECIPIENT_SUSPENDED'),
    made(
      'a suspended recipient with an outdated key',
      to([{ ...dogwood, encryption: alder.encryption }]),
      'RECIPIENT_SUSPENDED',
    ),
    made('an outdated key', to([outdated]), 'RECIPIENT_KEY_OUTDATED'),
    made('an unknown recipient before a suspended one', to([unknown, dogwood]), 'RECIPIENT_UNKNOWN'),
    made('an outdated key before an unknown recipient', to([outdated, unknown]), 'RECIPIENT_KEY_OUTDATED'),
    made('the last of three recipients', to([briar, cedar, dogwood]), 'RECIPIENT_SUSPENDED'),
  ];
}

/** Certificates say seconds; the last one counts as a whole. */
const endOf = (): number => SAMPLE.log.store.get('keys', keyThumbprint(alder.signing[2] ?? stranger))?.notAfterMs ?? 0;

const submissions = (): object[] =>
  [
    ...[...ofHeaders(), ...ofEnvelopes()].map((item) => ({ ...item, agency: alder.agency, atMs: NOW_MS })),
    ...ofSenders(),
    ...ofPolicy(),
    ...ofRecipients(),
  ].map(({ envelope, ...item }) => ({ ...item, envelope: encode(EnvelopeSchema, envelope) }));

export function refusalsFile(): object {
  reseed('refusals');
  return {
    about:
      'What must be refused, with the code of the first check that fails; without a code it must be accepted, or is a ' +
      'repetition answered with the entry `index`. The state is the fold of the first `entries` entries of entries.json; ' +
      '`directory` has what the checks need of it. `frames` end the session: `to` says who reads them, `state` in which ' +
      'state of the session. `submissions` are single envelopes from a session of `agency` at `atMs`; `handovers` are ' +
      'whole frames, with a code or null for each statement and the index of its entry. Contents cannot be decrypted.',
    entries: SAMPLE.stateEntries,
    keys: [...new Set([alder, briar, cedar, dogwood].flatMap(({ signing }) => signing.map(canonicalJwk)))],
    directory: directoryOf(SAMPLE.stateEntries),
    frames: refusedFrames(),
    submissions: submissions(),
    handovers: handoverCases(NOW_MS),
  };
}
