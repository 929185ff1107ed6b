/** acts.json: operators' acts, key statements and an enrolment file. */
import { canonicalJwk, keyThumbprint } from '../../protocol/algorithms.ts';
import { signLeaf } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import { formatEnrolmentFile } from '../../protocol/enrolment.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import {
  type Act,
  type Enrol,
  type KeyStatement,
  KeyStatementSchema,
  type SignedLeaf,
  SignedLeafSchema,
} from '../../protocol/generated/schema.ts';
import { encryptionKeyOf } from '../../protocol/envelope/encryption-keys.ts';
import { certificateOf, type CertificateRequest } from './der.ts';
import { ed25519Key, p256Key, seedOf, x25519Key } from './keys.ts';
import { SAMPLE } from './log.ts';
import {
  actOf,
  alder,
  briar,
  cedar,
  dogwood,
  NOW_MS,
  operatorKey,
  random,
  reseed,
  ROOT,
  signedAct,
  VALID,
} from './world.ts';

const NOW = SAMPLE.stateMs + 1000;
/** Acts that the first operator's key has signed in the log. */
const NEXT = SAMPLE.log.entries
  .slice(0, SAMPLE.stateEntries)
  .filter(({ entry }) => entry.event.kind === 'operatorAct').length;

const certified = (agency: string, seed: number, change: Partial<CertificateRequest>) => ({
  certificates: [
    certificateOf({
      ...{ serial: seed, subject: agency, key: ed25519Key(seed), issuer: ROOT, uris: [`liaison://${agency}`] },
      ...VALID,
      ...change,
    }),
  ],
});
const tlsOf = (agency: string, seed: number) => certified(agency, seed, { purpose: 'tls-client' });

function keyStatement(change: Partial<KeyStatement>): KeyStatement {
  const keys = [encryptionKeyOf(p256Key(61)), encryptionKeyOf(x25519Key(62))];
  return { blind: random(16), mailbox: 'xe.customs/harbour', version: 1, keys, createdAtMs: NOW_MS, ...change };
}

const signedStatement = (statement: KeyStatement, seed = 64): SignedLeaf =>
  signLeaf('keys', ed25519Key(seed), encode(KeyStatementSchema, statement));

/** An agency that the log does not know. */
function newcomer(change: Partial<Enrol> = {}): Act['act'] {
  const agency = 'xe.customs';
  return {
    kind: 'enrol',
    value: {
      ...{ agency, units: ['harbour'], tls: [tlsOf(agency, 63)], signing: [certified(agency, 64, {})] },
      keyStatements: [signedStatement(keyStatement({}))],
      ...change,
    },
  };
}

/** As the gateway would take them now; one after the other is not asked for: each is the key's next act. */
function goodActs(): object[] {
  const shown = (name: string, act: Act['act']): object => {
    const value = actOf(act, NEXT, NOW);
    return { name, kind: act.kind, atMs: NOW, value, signed: encode(SignedLeafSchema, signedAct(value)) };
  };
  return [
    shown('a new agency', newcomer()),
    shown('another signing key for an agency', {
      kind: 'enrol',
      value: {
        ...{ agency: cedar.agency, units: [], tls: [], keyStatements: [] },
        signing: [certified(cedar.agency, 65, {})],
      },
    }),
    shown('suspension', { kind: 'suspend', value: { agency: cedar.agency } }),
    shown('release', { kind: 'release', value: { agency: dogwood.agency } }),
    shown('revocation', { kind: 'revoke', value: { keyId: keyThumbprint(alder.signing[0]) } }),
    shown('confirmation of the clock', { kind: 'confirmClock', value: { atMs: NOW } }),
  ];
}

interface RefusedAct {
  readonly name: string;
  readonly signed: SignedLeaf;
  readonly code: ErrorCode;
}

const SUSPEND: Act['act'] = { kind: 'suspend', value: { agency: cedar.agency } };

function refusedActs(): RefusedAct[] {
  const made = (name: string, act: Act['act'], code: ErrorCode, change: Partial<Act> = {}, key = operatorKey) => ({
    ...{ name, signed: signedAct(actOf(act, NEXT, NOW, change), key), code },
  });
  const good = signedAct(actOf(SUSPEND, NEXT, NOW));
  const bad = { ...good, signature: { ...good.signature, signature: good.signature.signature.map((b) => b ^ 1) } };
  const extra = Uint8Array.from([...good.leaf, 0xf8, 0x07, 1]);
  const asKeys = signLeaf('keys', operatorKey, good.leaf);
  const otherOrigin = { origin: 'other.example/2026' };
  const early = { createdAtMs: NOW - 300_001 };
  return [
    made('a key that is no operator', SUSPEND, 'OPERATOR_UNKNOWN', {}, ed25519Key(99)),
    { name: 'a changed signature', signed: bad, code: 'SIGNATURE_INVALID' },
    { name: 'signed as a key statement', signed: asKeys, code: 'SIGNATURE_INVALID' },
    { name: 'an unknown field', signed: signLeaf('act', operatorKey, extra), code: 'MALFORMED' },
    { name: 'an unknown field, and a changed signature', signed: { ...bad, leaf: extra }, code: 'SIGNATURE_INVALID' },
    made('another log', SUSPEND, 'ACT_INVALID', otherOrigin),
    made('another log, and a number used before', SUSPEND, 'ACT_INVALID', { ...otherOrigin, number: 0 }),
    made('a number used before', SUSPEND, 'ACT_OUT_OF_ORDER', { number: NEXT - 1 }),
    made('a number too high', SUSPEND, 'ACT_OUT_OF_ORDER', { number: NEXT + 1 }),
    made('a number used before, and another time', SUSPEND, 'ACT_OUT_OF_ORDER', { number: 0, ...early }),
    made('more than five minutes ago', SUSPEND, 'ACT_INVALID', early),
    made('more than five minutes ago, and an unknown agency', suspended('no.body'), 'ACT_INVALID', early),
    made('an unknown agency', suspended('no.body'), 'AGENCY_UNKNOWN'),
    made('an agency that is suspended already', suspended(dogwood.agency), 'ACT_INVALID'),
    made('an agency that is not suspended', { kind: 'release', value: { agency: cedar.agency } }, 'ACT_INVALID'),
    made('the release of an unknown agency', { kind: 'release', value: { agency: 'no.body' } }, 'AGENCY_UNKNOWN'),
    made('an unknown key', { kind: 'revoke', value: { keyId: new Uint8Array(32) } }, 'KEY_UNKNOWN'),
    made('a key that is revoked already', { kind: 'revoke', value: { keyId: revokedKey() } }, 'ACT_INVALID'),
    ...refusedEnrolments(made),
  ];
}

const suspended = (agency: string): Act['act'] => ({ kind: 'suspend', value: { agency } });
const revokedKey = (): Uint8Array => keyThumbprint(briar.signing[1] ?? briar.signing[0]);

function refusedEnrolments(made: (name: string, act: Act['act'], code: ErrorCode) => RefusedAct): RefusedAct[] {
  const enrol = (name: string, change: Partial<Enrol>, code: ErrorCode): RefusedAct =>
    made(name, newcomer(change), code);
  const signing = (change: Partial<CertificateRequest>) => ({ signing: [certified('xe.customs', 64, change)] });
  const strangers = { issuer: { name: 'Another root', key: ed25519Key(97) } };
  const other = signedStatement(keyStatement({ mailbox: 'xe.customs/airport' }));
  return [
    enrol('a bad agency name', { agency: 'XE' }, 'HEADER_INVALID'),
    enrol('a new agency without unit', { units: [], keyStatements: [] }, 'ACT_INVALID'),
    enrol('a new agency without TLS certificate', { tls: [] }, 'ACT_INVALID'),
    enrol('a new agency without signing certificate', { signing: [] }, 'ACT_INVALID'),
    enrol('a unit twice', { units: ['harbour', 'harbour'] }, 'ACT_INVALID'),
    enrol('a unit without key statement', { keyStatements: [] }, 'ACT_INVALID'),
    enrol('a chain from another root', signing(strangers), 'CERTIFICATE_UNTRUSTED'),
    enrol('an expired certificate', signing({ notAfterMs: NOW_MS }), 'CERTIFICATE_EXPIRED'),
    enrol('a TLS certificate for signing', signing({ purpose: 'tls-client' }), 'CERTIFICATE_USAGE'),
    enrol('a certificate without agency', signing({ uris: [] }), 'CERTIFICATE_INVALID'),
    enrol("another agency's certificate", signing({ uris: ['liaison://xa.customs'] }), 'AGENCY_MISMATCH'),
    enrol('one key for both uses', { tls: [tlsOf('xe.customs', 64)] }, 'KEY_TAKEN'),
    enrol("another agency's key", { tls: [certified('xe.customs', 20, { purpose: 'tls-client' })] }, 'KEY_TAKEN'),
    enrol('a key statement of another unit', { keyStatements: [other] }, 'ACT_INVALID'),
    enrol(
      'a key statement signed by a stranger',
      { keyStatements: [signedStatement(keyStatement({}), 99)] },
      'KEY_UNKNOWN',
    ),
    enrol('a bad unit name', { units: ['Harbour'] }, 'HEADER_INVALID'),
    made(
      'a key statement of no higher version',
      { kind: 'enrol', value: { ...alder.enrol, tls: [], signing: [] } },
      'ACT_INVALID',
    ),
    made('a revoked key', { kind: 'enrol', value: { ...briar.enrol, units: [], keyStatements: [] } }, 'KEY_REVOKED'),
  ];
}

function keyStatements(): object {
  const good = [keyStatement({}), keyStatement({ version: 300, keys: [encryptionKeyOf(x25519Key(62))] })];
  const key = encryptionKeyOf(p256Key(61));
  const spaced = { ...key, jwk: key.jwk.replace(',', ', ') };
  const signer = { keyId: key.keyId, jwk: canonicalJwk(ed25519Key(64)) };
  const made = (name: string, change: Partial<KeyStatement>, code: ErrorCode): object => ({
    ...{ name, signed: encode(SignedLeafSchema, signedStatement(keyStatement(change))), code },
  });
  const statement = signedStatement(keyStatement({}));
  const forged = { ...statement, signature: { ...statement.signature, signature: new Uint8Array(64) } };
  return {
    signingKey: canonicalJwk(ed25519Key(64)),
    valid: good.map((value) => ({ value, signed: encode(SignedLeafSchema, signedStatement(value)) })),
    refused: [
      { name: 'a changed signature', signed: encode(SignedLeafSchema, forged), code: 'SIGNATURE_INVALID' },
      made('a bad mailbox name', { mailbox: 'xe.customs' }, 'HEADER_INVALID'),
      made('version 0', { version: 0 }, 'MALFORMED'),
      made('no keys', { keys: [] }, 'MALFORMED'),
      made('a key twice', { keys: [key, key] }, 'MALFORMED'),
      made('a key id that is not the thumbprint', { keys: [{ ...key, keyId: new Uint8Array(32) }] }, 'MALFORMED'),
      made('a JWK with a space', { keys: [spaced] }, 'ALGORITHM_REFUSED'),
      made('a JWK that is none', { keys: [{ ...key, jwk: '{}' }] }, 'ALGORITHM_REFUSED'),
      made('a key for signing', { keys: [signer] }, 'ALGORITHM_REFUSED'),
    ],
  };
}

export function actsFile(): object {
  reseed('acts');
  const enrolment = newcomer();
  if (enrolment.kind !== 'enrol') throw new Error('Not an enrolment.');
  return {
    about:
      "Operators' acts (SPEC.md section 9.3) at `atMs`, the state being the fold of the first `entries` entries of " +
      'entries.json; each of `acts` may be carried out, each of `refused` has the code of the first check that fails. ' +
      '`signed` is an encoded SignedLeaf. `keyStatements` are signed by `signingKey`. `enrolment` is the text of the ' +
      'file that an agency gives to the operator, and the Enrol that it stands for.',
    entries: SAMPLE.stateEntries,
    atMs: NOW,
    operatorKeySeed: seedOf(9),
    operatorKey: canonicalJwk(operatorKey),
    acts: goodActs(),
    refused: refusedActs().map(({ name, signed, code }) => ({ name, signed: encode(SignedLeafSchema, signed), code })),
    keyStatements: keyStatements(),
    enrolment: { text: formatEnrolmentFile(enrolment.value), value: enrolment.value },
  };
}
