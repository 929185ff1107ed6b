/** Writes a log as a gateway does, with real keys and certificates. */
import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatVerifierKey } from '../../audit/index.ts';
import { LedgerEngine, type Outcome, type Work } from '../../gateway/ledger/engine.ts';
import { type Command, type DecisionContext, entryOf } from '../../ledger/decide.ts';
import { canonicalJwk, keyThumbprint } from '../../protocol/algorithms.ts';
import { signBatch, signLeaf } from '../../protocol/batch.ts';
import { parseCertificates } from '../../protocol/certificates.ts';
import { encode } from '../../protocol/codec.ts';
import { encryptionKeyOf, generateEncryptionKey, signKeyStatement } from '../../protocol/envelope/encryption-keys.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import {
  type Act,
  ActSchema,
  type Enrol,
  HandoverOutcome,
  type HandoverStatement,
  HandoverStatementSchema,
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
export function submissions(sender: TestAgency, messages: readonly TestMessage[], key = sender.signing): Work[] {
  const { signature, paths } = signBatch(
    'message',
    key,
    messages.map(({ header }) => header),
  );
  return messages.map(({ header, content, wrappedKeys }, i) => {
    const parsed = parseHeader(header);
    const contentBytes = content.length + wrappedKeys.reduce((sum, item) => sum + item.length, 0);
    const path = paths[i]!;
    return {
      command: { kind: 'submit', agency: sender.agency, header, parsed, signature, path, contentBytes },
      content: { content, wrappedKeys },
    };
  });
}

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

export function handovers(recipient: TestAgency, statements: readonly HandoverStatement[]): Work[] {
  const leaves = statements.map((statement) => encode(HandoverStatementSchema, statement));
  const { signature, paths } = signBatch('handover', recipient.signing, leaves);
  return statements.map((statement, i) => {
    const signed = { leaf: leaves[i]!, signature, path: paths[i]! };
    return { command: { kind: 'handover', agency: recipient.agency, signed, statement } };
  });
}

export const signAct = (
  act: Act['act'],
  number: number,
  createdAtMs: number,
  { origin = signer.name, key = operatorKey } = {},
): SignedLeaf => signLeaf('act', key, encode(ActSchema, { blind: random(16), origin, number, createdAtMs, act }));

/** Drives a ledger as the gateway's thread does, with a clock of its own. */
export class LogBuilder {
  readonly path: string;
  nowMs = START_MS;
  private readonly engine: LedgerEngine;
  private acts = 0;

  constructor(path: string) {
    this.path = path;
    const value = {
      origin: signer.name,
      verifierKey: formatVerifierKey(signer),
      operators: [{ keyId: keyThumbprint(operatorKey), jwk: canonicalJwk(operatorKey) }],
      anchors: [rootCertificate],
      previousCheckpoint: new Uint8Array(0),
    };
    LedgerEngine.create(path, signer, entryOf(this.context(), { kind: 'shardOpen', value }));
    this.engine = LedgerEngine.open(path, signer);
  }

  /** One transaction. Refusals without an entry fail the test. */
  commit(...work: readonly Work[]): number[] {
    this.nowMs += 1000;
    return this.engine.commit(work, this.context()).flatMap((outcome: Outcome) => {
      if (outcome.kind === 'logged') return outcome.indices;
      if (outcome.kind === 'refused' && outcome.index !== undefined) return [outcome.index];
      throw outcome.kind === 'refused' ? outcome.error : new Error('a repeat');
    });
  }

  command(command: Command): number[] {
    return this.commit({ command });
  }

  act(act: Act['act']): number[] {
    return this.command({ kind: 'act', signed: signAct(act, this.acts++, this.nowMs) });
  }

  get checkpoint(): Uint8Array {
    return this.engine.checkpoint;
  }

  close(): void {
    this.engine.close();
  }

  private context(): DecisionContext {
    return { nowMs: this.nowMs, random, revocationLists: [], requireRevocationLists: false };
  }
}
