/**
 * batches.json and envelopes.json. Keys, ECDSA and PSS signatures and JWE come from the platform's random generator, so
 * these files change as a whole when they are made again.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { canonicalJwk, keyThumbprint } from '../../protocol/algorithms.ts';
import {
  batchPayload,
  type BatchKind,
  batchRoot,
  protectedHeader,
  signBatch,
  signingInput,
} from '../../protocol/batch.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { contentHeader, toGeneralJwe } from '../../protocol/envelope/jwe.ts';
import { padBody, unpadBody } from '../../protocol/envelope/padding.ts';
import { EncryptionSuite } from '../../protocol/envelope/suites.ts';
import {
  BodySchema,
  type Envelope,
  EnvelopeSchema,
  HeaderSchema,
  type Routing,
  RoutingSchema,
} from '../../protocol/generated/schema.ts';
import { utf8 } from '../../protocol/ids.ts';
import { leafHash, sha256 } from '../../protocol/merkle.ts';
import { bodyToJson } from '../../protocol/messages/json.ts';
import { oneContentForTwoKeys } from '../../test/protocol/gcm-collision.ts';
import { encryptGcm, wrapKey } from '../../test/protocol/raw-jwe.ts';
import {
  BODY,
  BRIAR,
  CEDAR,
  delivered,
  envelopeTo,
  NOW_MS,
  party,
  type Party,
  resigned,
  seededRandom,
} from '../../test/protocol/support.ts';

const random = seededRandom('sealed vectors');

interface SigningPair {
  readonly name: string;
  readonly key: KeyObject;
}

export const signers = (): SigningPair[] => [
  { name: 'PS256', key: generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey },
  { name: 'ES256', key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey },
  { name: 'ES384', key: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey },
  { name: 'Ed25519', key: generateKeyPairSync('ed25519').privateKey },
];

export function batchVectors(pairs: readonly SigningPair[]): object {
  const kinds: readonly BatchKind[] = ['message', 'handover', 'keys', 'act'];
  const batches = pairs.map(({ name, key }, i) => {
    const kind = kinds[i] ?? 'message';
    const leaves = Array.from({ length: [1, 2, 5, 8][i] ?? 1 }, (_, n) => random(40 + n));
    const { signature, paths } = signBatch(kind, key, leaves);
    const root = batchRoot(
      leafHash(leaves[0] ?? new Uint8Array(0)),
      paths[0] ?? { index: 0, hashes: [] },
      signature.size,
    );
    const { algorithm, keyId, size } = signature;
    return {
      name,
      kind,
      jwk: canonicalJwk(key),
      protectedHeader: protectedHeader(kind, algorithm, keyId),
      payload: batchPayload(kind, size, root),
      signingInput: Buffer.from(signingInput(kind, algorithm, keyId, size, root)).toString('ascii'),
      root,
      signature,
      leaves: leaves.map((leaf, n) => ({ leaf, leafHash: leafHash(leaf), path: paths[n] })),
    };
  });
  return {
    about: 'Signed batches. Each leaf verifies with its path; each refused case differs from a batch in what it names.',
    batches,
    refused: refusedBatches(pairs),
  };
}

function refusedBatches(pairs: readonly SigningPair[]): object[] {
  const leaves = [random(40), random(40), random(40)];
  return pairs.flatMap(({ name, key }, i) => {
    const { signature, paths } = signBatch('message', key, leaves);
    const base = { kind: 'message', jwk: canonicalJwk(key), leaf: leaves[0], signature, path: paths[0] };
    const otherName = (i % 4) + 1 === signature.algorithm ? ((i + 1) % 4) + 1 : (i % 4) + 1;
    const flipped = Uint8Array.from(signature.signature, (byte, at) => (at === 10 ? byte ^ 1 : byte));
    const hashes = paths[0]?.hashes ?? [];
    const made = (what: string, change: object, code = 'SIGNATURE_INVALID'): object => ({
      name: `${name}: ${what}`,
      ...base,
      ...change,
      code,
    });
    return [
      made('shown as another kind', { kind: 'handover' }),
      made('another leaf', { leaf: leaves[1] }),
      made('another index', { path: { index: 1, hashes } }),
      made('an index beyond the size', { path: { index: 3, hashes } }),
      made('a path too short', { path: { index: 0, hashes: hashes.slice(1) } }),
      made('another size', { signature: { ...signature, size: 4 } }),
      made('a changed signature', { signature: { ...signature, signature: flipped } }),
      made('another algorithm claimed', { signature: { ...signature, algorithm: otherName } }),
      made('no algorithm', { signature: { ...signature, algorithm: 0 } }, 'ALGORITHM_REFUSED'),
    ];
  });
}

const privateJwk = (key: KeyObject): object => key.export({ format: 'jwk' });

export function envelopeVectors(): object {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const briar = party(BRIAR);
  const cedar = party(CEDAR, EncryptionSuite.X25519);
  const dogwood = party('xd.customs/airport' as Party['mailbox']);
  const parties = [briar, cedar, dogwood];
  const describe = (name: string, to: readonly Party[]): object => {
    const blind = random(32);
    let drawn = 0;
    const { sealed, envelope } = envelopeTo(key, to, { random: (bytes) => (drawn++ === 0 ? blind : random(bytes)) });
    const padded = padBody(encode(BodySchema, BODY), blind);
    const routing = decode(HeaderSchema, sealed.header, 'signed').routing;
    const recipients = to.map((who, i) => ({
      keyId: who.key.keyId,
      wrappedKey: sealed.wrappedKeys[i] ?? new Uint8Array(0),
    }));
    return {
      name,
      envelope: encode(EnvelopeSchema, envelope),
      header: sealed.header,
      headerDigest: leafHash(sealed.header),
      routing: sealed.routing,
      protectedHeader: contentHeader(routing),
      jwe: toGeneralJwe({ routing, content: sealed.content, recipients }),
      padded,
      bodyBytes: unpadBody(padded),
      body: bodyToJson(BODY),
    };
  };
  return {
    about:
      'Sealed messages as they are submitted, and envelopes that are refused: by the gateway (as submitted) or by the ' +
      'recipient named in `as` (as delivered). All private keys here are public and must protect nothing.',
    signing: { jwk: canonicalJwk(key), keyId: keyThumbprint(key), privateJwk: privateJwk(key) },
    recipients: parties.map((who) => ({
      mailbox: who.mailbox,
      keyId: who.key.keyId,
      jwk: who.key.jwk,
      privateJwk: privateJwk(who.key.privateKey),
    })),
    envelopes: [
      describe('one recipient, P-256', [briar]),
      describe('one recipient, X25519', [cedar]),
      describe('three recipients, P-256 and X25519', parties),
    ],
    refused: refusedEnvelopes(key, parties),
  };
}

function refusedEnvelopes(key: KeyObject, parties: readonly Party[]): object[] {
  const [briar, cedar] = parties as [Party, Party];
  const { sealed, envelope } = envelopeTo(key, [briar, cedar], { random });
  const refused = (name: string, as: string, made: Envelope, code: string): object => ({
    name,
    as,
    envelope: encode(EnvelopeSchema, made),
    code,
  });
  const gateway = (name: string, made: Envelope, code: string): object => refused(name, 'gateway', made, code);
  const relabelled = (change: Partial<Routing>): Envelope =>
    resigned(key, { ...sealed, routing: { ...sealed.routing, ...change } });
  const flipped = (bytes: Uint8Array, i: number): Uint8Array => bytes.map((byte, at) => (at === i ? byte ^ 1 : byte));
  const [first, second] = sealed.wrappedKeys as [Uint8Array, Uint8Array];
  const onlyBriar = relabelled({ recipients: sealed.routing.recipients.slice(0, 1) });
  const signature = { ...envelope.signature, signature: flipped(envelope.signature.signature, 5) };

  return [
    gateway('an unknown field in the header', { ...envelope, header: concat(envelope.header, [0x78, 1]) }, 'MALFORMED'),
    gateway('expiry before creation', relabelled({ expiresAtMs: NOW_MS - 1 }), 'HEADER_INVALID'),
    gateway('a handling code twice', relabelled({ handling: [2, 2] }), 'HEADER_INVALID'),
    gateway('H3 without the mark for its text', relabelled({ handling: [4] }), 'HEADER_INVALID'),
    gateway('an answer to nothing', relabelled({ type: 2 }), 'HEADER_INVALID'),
    gateway('fewer recipients than digests', onlyBriar, 'HEADER_INVALID'),
    gateway('changed content', { ...envelope, content: flipped(envelope.content, 40) }, 'DIGEST_MISMATCH'),
    gateway('a wrapped key left out', { ...envelope, wrappedKeys: [first] }, 'DIGEST_MISMATCH'),
    gateway('wrapped keys exchanged', { ...envelope, wrappedKeys: [second, first] }, 'DIGEST_MISMATCH'),
    gateway('a changed signature', { ...envelope, signature }, 'SIGNATURE_INVALID'),
    gateway('a path to another place', { ...envelope, path: { index: 1, hashes: [] } }, 'SIGNATURE_INVALID'),
    refused('not a recipient', 'xd.customs/airport', delivered(envelope, 0), 'NOT_ADDRESSED'),
    refused("another recipient's wrapped key", BRIAR, delivered(envelope, 1), 'DIGEST_MISMATCH'),
    refused('all wrapped keys delivered', BRIAR, envelope, 'DIGEST_MISMATCH'),
    refused(
      'another classification, signed again',
      BRIAR,
      delivered(relabelled({ classification: 2 }), 0),
      'CANNOT_DECRYPT',
    ),
    refused('another sender, signed again', BRIAR, delivered(relabelled({ sender: CEDAR }), 0), 'CANNOT_DECRYPT'),
    ...hostileContents(key, sealed.routing, [briar, cedar]).map(({ name, made, as, index, code }) =>
      refused(name, as, delivered(made, index), code),
    ),
  ];
}

interface HostileContent {
  readonly name: string;
  readonly made: Envelope;
  readonly as: string;
  readonly index: number;
  readonly code: string;
}

/** Properly signed by the sender, wrong inside. */
function hostileContents(key: KeyObject, base: Routing, to: readonly [Party, Party]): HostileContent[] {
  const [briar, cedar] = to;
  const padded = padBody(encode(BodySchema, BODY), random(32));
  const publicOf = (who: Party): KeyObject => createPublicKey(who.key.privateKey);
  const routing = { ...base, bodyDigest: sha256(padded) };

  const keys = [randomBytes(32), randomBytes(32)] as const;
  const twoFaced = resigned(key, {
    routing,
    content: oneContentForTwoKeys(padded, keys, encode(RoutingSchema, routing), randomBytes(12)),
    wrappedKeys: [wrapKey(keys[0], publicOf(briar)), wrapKey(keys[1], publicOf(cedar))],
  });

  const contentKey = randomBytes(32);
  const sealRaw = (plaintext: Uint8Array): Envelope => {
    const own = { ...base, bodyDigest: sha256(plaintext) };
    return resigned(key, {
      routing: own,
      content: encryptGcm(plaintext, contentKey, encode(RoutingSchema, own), randomBytes(12)),
      wrappedKeys: to.map((who) => wrapKey(contentKey, publicOf(who))),
    });
  };
  const dirty = Uint8Array.from(padded, (byte, i) => (i === padded.length - 1 ? 1 : byte));
  const noLanguage = padBody(encode(BodySchema, { ...BODY, language: '' }), random(32));
  const twoKeys = 'one ciphertext and one tag under two content keys';
  return [
    { name: twoKeys, made: twoFaced, as: briar.mailbox, index: 0, code: 'BODY_DIGEST_MISMATCH' },
    { name: twoKeys, made: twoFaced, as: cedar.mailbox, index: 1, code: 'BODY_DIGEST_MISMATCH' },
    { name: 'padding that is not zero', made: sealRaw(dirty), as: BRIAR, index: 0, code: 'BODY_INVALID' },
    { name: 'more padding', made: sealRaw(concat(padded, [0])), as: BRIAR, index: 0, code: 'BODY_INVALID' },
    {
      name: 'a body that is no body',
      made: sealRaw(padBody(utf8('text'), random(32))),
      as: BRIAR,
      index: 0,
      code: 'BODY_INVALID',
    },
    { name: 'a body without language', made: sealRaw(noLanguage), as: BRIAR, index: 0, code: 'BODY_INVALID' },
  ];
}

const concat = (bytes: Uint8Array, more: readonly number[]): Uint8Array => Uint8Array.from([...bytes, ...more]);
