/**
 * Writes protocol/vectors/*.json, from which an implementation in another language can be checked. `encoding.json` and
 * `sealing.json` are the same each time; keys and ECDSA and PSS signatures come from the platform's random generator, so
 * the other files change as a whole. They are made once and committed; the tests verify and open them and never write them.
 *
 * `jwe-foreign.json` is not made here: it comes from other JOSE implementations.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { canonicalJwk, keyThumbprint } from '../protocol/algorithms.ts';
import {
  batchPayload,
  type BatchKind,
  batchRoot,
  protectedHeader,
  signBatch,
  signingInput,
} from '../protocol/batch.ts';
import { decode, encode } from '../protocol/codec.ts';
import { contentHeader, encryptContent, toGeneralJwe } from '../protocol/envelope/jwe.ts';
import { padBody, unpadBody } from '../protocol/envelope/padding.ts';
import { EncryptionSuite, SUITES, type SuiteRow } from '../protocol/envelope/suites.ts';
import {
  BodySchema,
  type Envelope,
  EnvelopeSchema,
  HandoverStatementSchema,
  HeaderSchema,
  PathSchema,
  type Routing,
  RoutingSchema,
} from '../protocol/generated/schema.ts';
import { toHex, utf8 } from '../protocol/ids.ts';
import { leafHash, sha256 } from '../protocol/merkle.ts';
import { bodyToJson } from '../protocol/messages/json.ts';
import { oneContentForTwoKeys } from '../test/protocol/gcm-collision.ts';
import { encryptGcm, wrapKey } from '../test/protocol/raw-jwe.ts';
import {
  ALDER,
  BODY,
  BRIAR,
  CEDAR,
  delivered,
  envelopeTo,
  NOW_MS,
  party,
  type Party,
  resigned,
  routingFor,
  seededRandom,
} from '../test/protocol/support.ts';

const H32 = '11'.repeat(32);
const PATH = `08051220${H32}`;

async function write(name: string, value: object): Promise<void> {
  const out = new URL(`../protocol/vectors/${name}.json`, import.meta.url);
  const shown = JSON.stringify(value, (_, item: unknown) => (item instanceof Uint8Array ? toHex(item) : item));
  writeFileSync(out, await format(shown, { ...(await resolveConfig(out)), parser: 'json' }));
}

const random = seededRandom('vectors');

function encodingVectors(): object {
  const statement = {
    blind: random(16),
    messageId: routingFor().messageId,
    sender: ALDER,
    recipient: BRIAR,
    number: 300,
    headerDigest: random(32),
    outcome: 1,
    reason: 0,
    atMs: NOW_MS,
  } as const;
  const routing: Routing = {
    ...routingFor(),
    handling: [2, 4],
    handlingTextPresent: true,
    recipients: [
      { mailbox: BRIAR, keyId: random(32) },
      { mailbox: CEDAR, keyId: random(32) },
    ],
    signingKeyId: random(32),
    bodyDigest: random(32),
  };
  const path = { index: 2 ** 53 - 1, hashes: [random(32), random(32)] };
  return {
    about: 'Canonical encodings, and encodings that a reader refuses in signed mode. Bytes are hexadecimal.',
    valid: [
      { name: 'a path', message: 'Path', value: path, encoded: encode(PathSchema, path) },
      { name: 'an empty path', message: 'Path', value: { index: 0, hashes: [] }, encoded: '' },
      { name: 'a routing', message: 'Routing', value: routing, encoded: encode(RoutingSchema, routing) },
      {
        name: 'a handover statement',
        message: 'HandoverStatement',
        value: statement,
        encoded: encode(HandoverStatementSchema, statement),
      },
    ],
    refused: [
      ['Path', `1220${H32}0805`, 'fields out of order'],
      ['Path', `0800`, 'a default value written out'],
      ['Path', `088500`, 'a number not in its shortest form'],
      ['Path', `880005`, 'a tag not in its shortest form'],
      ['Path', `080512a000${H32}`, 'a length not in its shortest form'],
      ['Path', `${PATH}1801`, 'an unknown field'],
      ['Path', `08050806`, 'a singular field given twice'],
      ['Path', `0880808080808080` + `10`, 'a number above 2^53 − 1'],
      ['Path', `08ffffffffffffffffff01`, 'a number above 2^53 − 1'],
      ['Path', `121f${'11'.repeat(31)}`, 'bytes of a wrong length'],
      ['Path', `1220${H32}`.repeat(21), 'more repetitions than the bound'],
      ['Path', `1005`, 'a wrong wire type'],
      ['Path', `0885`, 'an end within a number'],
      ['Path', `888080801005`, 'a tag above 32 bits'],
      ['Routing', `8801018801028801`, 'numbers not packed'],
      ['Routing', `8a0100`, 'an empty packed list'],
      ['Routing', `8a0101018a010102`, 'a packed list in two parts'],
      ['Routing', `900102`, 'a boolean that is neither 0 nor 1'],
      ['BatchSignature', `0805`, 'an unknown enumeration value'],
      ['BatchSignature', `0801`, 'a missing field of fixed length'],
      ['Body', `1202c0af`, 'a text that is not UTF-8'],
      ['Frame', ``, 'no member of a oneof'],
      ['Frame', `9a0100a20100`, 'two members of a oneof'],
    ].map(([message, encoded, rule]) => ({ message, encoded, rule, code: 'MALFORMED' })),
  };
}

interface SigningPair {
  readonly name: string;
  readonly key: KeyObject;
}

const signers = (): SigningPair[] => [
  { name: 'PS256', key: generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey },
  { name: 'ES256', key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey },
  { name: 'ES384', key: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey },
  { name: 'Ed25519', key: generateKeyPairSync('ed25519').privateKey },
];

function batchVectors(pairs: readonly SigningPair[]): object {
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

function envelopeVectors(): object {
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

/** Everything that is chosen by chance is given, so that the content can be made again byte for byte. */
function sealingVectors(): object {
  const chance = seededRandom('sealing');
  const keyOf = (suite: SuiteRow): KeyObject =>
    createPrivateKey({ key: Buffer.from(chance(32)), format: 'raw-private', ...suite.rawKey });
  const [p256, x25519] = SUITES as readonly [SuiteRow, SuiteRow];
  const made = (name: string, suites: readonly SuiteRow[], padded: Uint8Array): object => {
    const routing = encode(RoutingSchema, {
      ...routingFor(),
      recipients: [],
      signingKeyId: chance(32),
      bodyDigest: sha256(padded),
    });
    const keys = suites.map(keyOf);
    const drawn: Uint8Array[] = [];
    const random = (bytes: number): Uint8Array => drawn[drawn.push(chance(bytes)) - 1] as Uint8Array;
    const { content, wrappedKeys } = encryptContent(
      padded,
      routing,
      keys.map((key) => createPublicKey(key)),
      random,
    );
    const [contentKey, iv, ...ephemeral] = drawn;
    const recipients = keys.map((key, i) => ({
      jwk: canonicalJwk(key),
      privateJwk: privateJwk(key),
      ephemeralPrivateKey: ephemeral[i],
      wrappedKey: wrappedKeys[i],
    }));
    return { name, routing, padded, contentKey, iv, content, recipients };
  };
  return {
    about:
      'Content encryption with everything given that is otherwise drawn at random: content key, nonce, and each ' +
      "recipient's ephemeral private key (the scalar of P-256, big-endian; the 32 bytes of X25519). The routing is only " +
      'bytes here. All private keys are public and must protect nothing.',
    cases: [
      made('one recipient, P-256', [p256], chance(64)),
      made('one recipient, X25519', [x25519], chance(64)),
      made('three recipients, P-256 and X25519', [p256, x25519, p256], chance(1000)),
    ],
  };
}

const concat = (bytes: Uint8Array, more: readonly number[]): Uint8Array => Uint8Array.from([...bytes, ...more]);

await write('encoding', encodingVectors());
await write('batches', batchVectors(signers()));
await write('sealing', sealingVectors());
await write('envelopes', envelopeVectors());
