/** Writes a log as a gateway does, with real keys and certificates. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatVerifierKey } from '../../audit/index.ts';
import { createSigner, KEY_TYPE } from '../../audit/verifier-key.ts';
import { LogWriter } from '../../bench/generate/log-writer.ts';
import { handoverWork, signAct as signOneAct, submissionWork } from '../../bench/generate/work.ts';
import type { LogKeys } from '../../gateway/ledger/log-keys.ts';
import { LedgerEngine, type LogSigner, type Outcome, type Work } from '../../gateway/ledger/engine.ts';
import { type Command, entryOf } from '../../ledger/decide.ts';
import { FIRST_SHARD, LOG_VERSION } from '../../ledger/shards.ts';
import { canonicalJwk, keyThumbprint } from '../../protocol/algorithms.ts';
import { parseCertificates } from '../../protocol/certificates.ts';
import { encode } from '../../protocol/codec.ts';
import { encryptionKeyOf, generateEncryptionKey, signKeyStatement } from '../../protocol/envelope/encryption-keys.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import {
  type ShardOpen,
  type Act,
  type Enrol,
  Exchange,
  HandoverOutcome,
  type HandoverStatement,
  HeaderSchema,
  type Routing,
  RoutingSchema,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { type AgencyId, type Mailbox, messageIdBytes, newMessageId } from '../../protocol/ids.ts';
import { leafHash, sha256 } from '../../protocol/merkle.ts';
import { issue, makeAuthority, type OpensslAuthority, type OpensslKeyType } from '../support/openssl.ts';
import { testKey, log as signer } from './support.ts';

export { signer };
export const HOUR_MS = 3_600_000;
export const operatorKey = testKey(9);
/** Certificates are valid from now on. */
export const START_MS = Date.now() + 60_000;
export const directory = mkdtempSync(join(tmpdir(), 'liaison-audit-'));
export const removeDirectory = (): void => rmSync(directory, { recursive: true });

const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));

export interface TestAgency {
  readonly agency: AgencyId;
  readonly mailbox: Mailbox;
  readonly signing: KeyObject;
  readonly tls: KeyObject;
  readonly tlsKeyId: Uint8Array;
  readonly encryptionKeyId: Uint8Array;
  readonly enrol: Enrol;
}

export const root = makeAuthority(directory);
export const rootCertificate = certificatesOf(root.certificatePath)[0]!;
export const customs = makeAgency('xa.customs', 'portalder', 'p256');
export const police = makeAgency('xb.police', 'liaison', 'ed25519');
export const harbour = makeAgency('xc.customs', 'harbour', 'p384');

function certificatesOf(path: string): Uint8Array[] {
  return parseCertificates(readFileSync(path)).map(({ raw }) => new Uint8Array(raw));
}

export function makeAgency(
  name: string,
  unit: string,
  type: OpensslKeyType,
  authority: OpensslAuthority = root,
): TestAgency {
  const agency = name as AgencyId;
  const mailbox = `${name}/${unit}` as Mailbox;
  const [tlsPaths, signingPaths] = [
    issue(authority, { kind: 'tls-client', agency }),
    issue(authority, { kind: 'signing', agency, type }),
  ];
  const [tls, signing] = [tlsPaths, signingPaths].map(({ keyPath }) => createPrivateKey(readFileSync(keyPath)));
  if (!tls || !signing) throw new Error('no keys');
  const encryption = encryptionKeyOf(generateEncryptionKey().privateKey);
  const statement = { blind: random(16), mailbox, version: 1, keys: [encryption], createdAtMs: START_MS };
  const enrol: Enrol = {
    agency,
    units: [unit],
    tls: [{ certificates: certificatesOf(tlsPaths.chainPath) }],
    signing: [{ certificates: certificatesOf(signingPaths.chainPath) }],
    keyStatements: [signKeyStatement(signing, statement)],
  };
  return { agency, mailbox, signing, tls, tlsKeyId: keyThumbprint(tls), encryptionKeyId: encryption.keyId, enrol };
}

export interface TestMessage {
  readonly header: Uint8Array;
  readonly content: Uint8Array;
  readonly wrappedKeys: readonly Uint8Array[];
  readonly routing: Routing;
}

/** Content and wrapped keys are random bytes: nothing in a log can be decrypted anyway. */
export function makeMessage(
  sender: TestAgency,
  recipients: readonly TestAgency[],
  nowMs: number,
  change: Partial<Routing> = {},
): TestMessage {
  const [none, content] = [new Uint8Array(0), random(500)];
  const routing: Routing = {
    messageId: messageIdBytes(newMessageId(nowMs, random(10))),
    type: 1,
    schemaVersion: 1,
    sender: sender.mailbox,
    signingKeyId: keyThumbprint(sender.signing),
    recipients: recipients.map(({ mailbox, encryptionKeyId }) => ({ mailbox, keyId: encryptionKeyId })),
    threadId: random(16),
    inReplyTo: none,
    annexOf: none,
    groupId: none,
    groupVersion: 0,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + 24 * HOUR_MS,
    urgency: 1,
    availability: 1,
    classification: 1,
    handling: [1],
    handlingTextPresent: false,
    containsPersonalData: true,
    purpose: 3,
    exercise: false,
    derivedFrom: [],
    permissionIds: [],
    retentionUntilMs: 0,
    contactCopyExemption: 0,
    attachments: [],
    grant: undefined,
    interim: false,
    bodyDigest: random(32),
    ...change,
  };
  const wrappedKeys = recipients.map(() => random(106));
  const header = encode(HeaderSchema, {
    routing: encode(RoutingSchema, routing),
    contentDigest: sha256(content),
    wrappedKeyDigests: wrappedKeys.map(sha256),
  });
  return { header, content, wrappedKeys, routing };
}

/** What the ledger is asked to do with a burst, signed once. */
export const submissions = (sender: TestAgency, messages: readonly TestMessage[], key = sender.signing): Work[] =>
  submissionWork(
    sender.agency,
    key,
    messages.map((message) => ({ ...message, parsed: parseHeader(message.header) })),
  );

export function statementAbout(
  message: TestMessage,
  recipient: TestAgency,
  number: number,
  change: Partial<HandoverStatement> = {},
): HandoverStatement {
  return {
    blind: random(16),
    messageId: message.routing.messageId,
    sender: message.routing.sender,
    recipient: recipient.mailbox,
    number,
    headerDigest: leafHash(message.header),
    outcome: HandoverOutcome.HANDED_OVER,
    reason: 0,
    atMs: START_MS,
    ...change,
  };
}

export const handovers = (recipient: TestAgency, statements: readonly HandoverStatement[]): Work[] =>
  handoverWork(recipient.agency, recipient.signing, statements);

export const signAct = (
  act: Act['act'],
  number: number,
  createdAtMs: number,
  { origin = signer.name, key = operatorKey } = {},
): SignedLeaf => signOneAct(key, { blind: random(16), origin, number, createdAtMs, act });

const laterKeys = new Map<string, LogSigner>();

/** The key of a later shard of the tests' logs. */
export function shardSigner(origin: string): LogSigner {
  let key = laterKeys.get(origin);
  if (!key) {
    key = createSigner(origin, KEY_TYPE.ED25519, generateKeyPairSync('ed25519').privateKey);
    laterKeys.set(origin, key);
  }
  return key;
}

const keyRing = (): LogKeys => ({
  of: (ordinal, origin) => (ordinal === 0 ? signer : shardSigner(origin)),
  make: (_, origin) => shardSigner(origin),
});

/** Drives a ledger as the gateway's thread does; each commit is a second later than the one before. */
export class LogBuilder {
  readonly path: string;
  private readonly writer: LogWriter;

  constructor(path: string, exchange: Exchange = Exchange.UNSPECIFIED) {
    this.path = path;
    const value: ShardOpen = {
      origin: signer.name,
      verifierKey: formatVerifierKey(signer),
      operators: [{ keyId: keyThumbprint(operatorKey), jwk: canonicalJwk(operatorKey) }],
      anchors: [rootCertificate],
      ...FIRST_SHARD,
      exchange,
      logVersion: LOG_VERSION,
    };
    LedgerEngine.create(path, signer, entryOf({ nowMs: START_MS, random }, { kind: 'shardOpen', value }));
    const engine = LedgerEngine.open(path, keyRing());
    this.writer = new LogWriter({ engine, operatorKey, random, startMs: START_MS });
  }

  get nowMs(): number {
    return this.writer.nowMs;
  }

  set nowMs(nowMs: number) {
    this.writer.nowMs = nowMs;
  }

  /** One transaction. Refusals without an entry fail the test. */
  commit(...work: readonly Work[]): number[] {
    this.nowMs += 1000;
    return this.writer.commit(work).flatMap(indicesOf);
  }

  command(command: Command): number[] {
    return this.commit({ command });
  }

  act(act: Act['act']): number[] {
    this.nowMs += 1000;
    return indicesOf(this.writer.act(act));
  }

  get checkpoint(): Uint8Array {
    return this.writer.engine.checkpoint;
  }

  close(): void {
    this.writer.engine.close();
  }
}

function indicesOf(outcome: Outcome): number[] {
  if (outcome.kind === 'logged') return outcome.indices;
  if (outcome.kind === 'refused' && outcome.index !== undefined) return [outcome.index];
  throw outcome.kind === 'refused' ? outcome.error : new Error('a repeat');
}
