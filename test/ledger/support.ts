/**
 * Agencies, certificates and commands for the tests of the ledger. Certificates and acts are real; the signatures of
 * submissions and handovers are not, because the ledger does not look at them: gateway/verify has.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply } from '../../ledger/apply.ts';
import {
  decide,
  type Command,
  type Decision,
  type DecisionContext,
  type HandoverCommand,
  type SubmitCommand,
} from '../../ledger/decide.ts';
import { FIRST_SHARD } from '../../ledger/shards.ts';
import type { RowStore } from '../../ledger/state.ts';
import { MemoryStore } from '../../ledger/store/memory.ts';
import { canonicalJwk, keyThumbprint } from '../../protocol/algorithms.ts';
import { signLeaf } from '../../protocol/batch.ts';
import { parseCertificates } from '../../protocol/certificates.ts';
import { encode } from '../../protocol/codec.ts';
import { generateEncryptionKey, signKeyStatement } from '../../protocol/envelope/encryption-keys.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import {
  ActSchema,
  type Act,
  type BatchSignature,
  type CertificateChain,
  type EncryptionKey,
  type Enrol,
  type Entry,
  HandoverOutcome,
  type HandoverStatement,
  HandoverStatementSchema,
  HeaderSchema,
  type Path,
  type Routing,
  RoutingSchema,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { agencyOf, type AgencyId, type Mailbox, messageIdBytes, newMessageId } from '../../protocol/ids.ts';
import { sha256 } from '../../protocol/merkle.ts';
import type { RevocationList } from '../../protocol/revocation.ts';
import { issue, type IssueOptions, makeAuthority } from '../support/openssl.ts';

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const ORIGIN = 'ledger.test/log';
/** Certificates are valid from now on. */
export const START_MS = Math.ceil(Date.now() / SECOND_MS) * SECOND_MS + MINUTE_MS;

const directory = mkdtempSync(join(tmpdir(), 'liaison-ledger-'));
export const removeDirectory = (): void => rmSync(directory, { recursive: true });
export const authority = makeAuthority(directory, { days: 4000 });
const derOf = (path: string): Uint8Array[] =>
  parseCertificates(readFileSync(path)).map(({ raw }) => new Uint8Array(raw));
export const anchor = derOf(authority.certificatePath)[0]!;

const newOperator = (): KeyObject => generateKeyPairSync('ed25519').privateKey;
/** The first two are named in entry 0. */
export const operators = [newOperator(), newOperator(), newOperator()] as const;

/** A certificate with its key, and what a reader of its text would note down. */
export interface Certified {
  readonly chain: CertificateChain;
  readonly key: KeyObject;
  readonly keyId: Uint8Array;
  readonly keyPath: string;
  readonly agency: string;
  readonly use: 'tls-client' | 'signing';
  readonly notAfterMs: number;
  readonly serial: string;
}

/** Everything that {@link certify} has made, by the leaf's DER in hexadecimal. */
export const certificates = new Map<string, Certified>();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function certify(agency: string, use: 'tls-client' | 'signing', options: Partial<IssueOptions> = {}): Certified {
  const made = issue(authority, { days: 3000, ...options, kind: use, agency });
  const key = createPrivateKey(readFileSync(made.keyPath));
  const chain = { certificates: derOf(made.chainPath) };
  const [leaf] = parseCertificates(readFileSync(made.certificatePath));
  const notAfterMs = Date.parse(leaf!.validTo);
  const { keyPath, serial } = made;
  const certified = { chain, key, keyId: keyThumbprint(key), keyPath, agency, use, notAfterMs, serial };
  certificates.set(hex(chain.certificates[0]!), certified);
  return certified;
}

let fillers = 0;
/** Bytes that look random and are the same in every run. */
export function filler(length: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(++fillers);
  const filled = new Uint8Array(length);
  filled.set(bytes.subarray(0, length));
  return filled;
}

/** As `filler`, with a count of its own: two of these give the same bytes. */
export function countingRandom(): (length: number) => Uint8Array {
  let count = 0;
  return (length) => {
    const bytes = new Uint8Array(length).fill(7);
    new DataView(bytes.buffer).setUint32(0, ++count);
    return bytes;
  };
}

export const newEncryptionKey = (): EncryptionKey => {
  const { keyId, jwk } = generateEncryptionKey();
  return { keyId, jwk };
};

export const keyStatement = (
  signer: Certified,
  mailbox: string,
  version: number,
  keys: readonly EncryptionKey[],
): SignedLeaf =>
  signKeyStatement(signer.key, { blind: filler(16), mailbox, version, keys: [...keys], createdAtMs: START_MS });

export interface TestAgency {
  readonly agency: AgencyId;
  readonly mailboxes: readonly Mailbox[];
  readonly tls: Certified;
  readonly signing: Certified;
  /** One for each mailbox. */
  readonly keys: readonly EncryptionKey[];
  readonly enrol: Enrol;
}

export function makeAgency(name: string, units: readonly string[] = ['desk'], days = 3000): TestAgency {
  const agency = name as AgencyId;
  const mailboxes = units.map((unit) => `${name}/${unit}` as Mailbox);
  const tls = certify(name, 'tls-client', { days });
  const signing = certify(name, 'signing', { days });
  const keys = units.map(newEncryptionKey);
  const keyStatements = mailboxes.map((mailbox, i) => keyStatement(signing, mailbox, 1, [keys[i]!]));
  const enrol = { agency, units: [...units], tls: [tls.chain], signing: [signing.chain], keyStatements };
  return { agency, mailboxes, tls, signing, keys, enrol };
}

export const messageId = (): Uint8Array => messageIdBytes(newMessageId(START_MS, filler(10)));

const unsigned = (keyId: Uint8Array): { signature: BatchSignature; path: Path } => ({
  signature: { algorithm: 4, keyId, size: 1, signature: new Uint8Array(64).fill(1) },
  path: { index: 0, hashes: [] },
});

export interface Draft extends Partial<Routing> {
  readonly sender: string;
  readonly signingKeyId: Uint8Array;
  readonly recipients: { mailbox: string; keyId: Uint8Array }[];
  readonly createdAtMs: number;
}

const NONE = new Uint8Array(0);

/** What the gateway's session and verify stages hand to the ledger; `session` is the agency of the certificate. */
export function submission(draft: Draft, session: string = agencyOf(draft.sender as Mailbox)): SubmitCommand {
  const routing: Routing = {
    messageId: messageId(),
    type: 1,
    schemaVersion: 1,
    threadId: new Uint8Array(16).fill(9),
    inReplyTo: NONE,
    annexOf: NONE,
    groupId: NONE,
    groupVersion: 0,
    expiresAtMs: draft.createdAtMs + DAY_MS,
    urgency: 1,
    availability: 1,
    classification: 1,
    handling: [1],
    handlingTextPresent: false,
    containsPersonalData: false,
    purpose: 3,
    exercise: true,
    derivedFrom: [],
    permissionIds: [],
    retentionUntilMs: 0,
    contactCopyExemption: 0,
    attachments: [],
    grant: undefined,
    interim: false,
    bodyDigest: new Uint8Array(32).fill(3),
    ...draft,
  };
  const header = encode(HeaderSchema, {
    routing: encode(RoutingSchema, routing),
    contentDigest: sha256(NONE),
    wrappedKeyDigests: routing.recipients.map(() => sha256(NONE)),
  });
  const parsed = parseHeader(header);
  const { signature, path } = unsigned(routing.signingKeyId);
  return { kind: 'submit', agency: session as AgencyId, header, parsed, signature, path, contentBytes: 500 };
}

/** A message from an agency's first mailbox to the first mailboxes of others, with everything in order. */
export const message = (
  from: TestAgency,
  to: readonly TestAgency[],
  createdAtMs: number,
  change: Partial<Draft> = {},
): SubmitCommand =>
  submission({
    sender: from.mailboxes[0]!,
    signingKeyId: from.signing.keyId,
    recipients: to.map((item) => ({ mailbox: item.mailboxes[0]!, keyId: item.keys[0]!.keyId })),
    createdAtMs,
    ...change,
  });

/** The recipient's word about a message; `signer` is the key that the verify stage found. */
export function handover(
  about: SubmitCommand,
  recipient: TestAgency,
  number: number,
  change: Partial<HandoverStatement> = {},
  signer: Uint8Array = recipient.signing.keyId,
): HandoverCommand {
  const statement: HandoverStatement = {
    blind: filler(16),
    messageId: about.parsed.routing.messageId,
    sender: about.parsed.sender,
    recipient: recipient.mailboxes[0]!,
    number,
    headerDigest: about.parsed.digest,
    outcome: HandoverOutcome.HANDED_OVER,
    reason: 0,
    atMs: START_MS,
    ...change,
  };
  const signed = { leaf: encode(HandoverStatementSchema, statement), ...unsigned(signer) };
  return { kind: 'handover', agency: recipient.agency, signed, statement };
}

export const FAILED = { outcome: HandoverOutcome.FAILED, reason: 401 } as const;

export const signAct = (
  act: Act['act'],
  number: number,
  createdAtMs: number,
  { origin = ORIGIN, key = operators[0] } = {},
): Command & { kind: 'act' } => ({
  kind: 'act',
  signed: signLeaf('act', key, encode(ActSchema, { blind: filler(16), origin, number, createdAtMs, act })),
});

export const firstEvent = (verifierKey = 'a verifier key'): Entry['event'] => ({
  kind: 'shardOpen',
  value: {
    origin: ORIGIN,
    verifierKey,
    operators: operators.slice(0, 2).map((key) => ({ keyId: keyThumbprint(key), jwk: canonicalJwk(key) })),
    anchors: [anchor],
    ...FIRST_SHARD,
    logVersion: 0,
    exchange: 0,
  },
});

type EventKind = Entry['event']['kind'];
type EventOf<K extends EventKind> = Extract<Entry['event'], { kind: K }>;

/** Decides and applies over one store, with a clock that the test moves. */
export class TestLedger {
  readonly store: RowStore;
  nowMs = START_MS;
  size = 0;
  lists: RevocationList[] = [];
  requireLists = false;
  private acts = 0;

  constructor(agencies: readonly TestAgency[] = [], store: RowStore = new MemoryStore()) {
    this.store = store;
    this.record({ blind: filler(16), atMs: this.nowMs, event: firstEvent() });
    for (const { enrol } of agencies) this.act({ kind: 'enrol', value: enrol });
  }

  context(): DecisionContext {
    const { nowMs, lists: revocationLists, requireLists: requireRevocationLists } = this;
    return { nowMs, random: filler, revocationLists, requireRevocationLists };
  }

  /** Decides and records what the decision says, a refusal's entry included. */
  run(command: Command): Decision {
    const decision = decide(this.store, command, this.context());
    if (decision.kind === 'entries') for (const entry of decision.entries) this.record(entry);
    else if (decision.kind === 'refused' && decision.entry) this.record(decision.entry);
    return decision;
  }

  /** The events of a command that must be recorded. */
  recorded(command: Command): Entry['event'][] {
    const decision = this.run(command);
    if (decision.kind !== 'entries') throw decision.kind === 'refused' ? decision.error : new Error('a repeat');
    return decision.entries.map(({ event }) => event);
  }

  /** The one event of a kind that a command must be recorded as. */
  event<K extends EventKind>(command: Command, kind: K): EventOf<K>['value'] {
    const [event, ...more] = this.recorded(command);
    if (event?.kind !== kind || more.length > 0) throw new Error(`recorded ${event?.kind ?? 'nothing'}`);
    return event.value as never;
  }

  /** The code of a command that must be refused, and whether an entry records it. */
  refusal(command: Command): { code: ErrorCode; logged: boolean } {
    const decision = this.run(command);
    if (decision.kind !== 'refused') throw new Error(decision.kind);
    return { code: decision.error.code, logged: decision.entry !== undefined };
  }

  /** Carries out the first operator's next act. */
  act(act: Act['act']): Entry['event'][] {
    return this.recorded(this.nextAct(act));
  }

  /** Signs what would be the first operator's next act; an act that is refused does not use up its number. */
  nextAct(act: Act['act'], createdAtMs = this.nowMs): Command & { kind: 'act' } {
    return signAct(act, this.acts, createdAtMs);
  }

  private record(entry: Entry): void {
    if (entry.event.kind === 'operatorAct') this.acts++;
    this.store.write(apply(this.store, this.size++, entry));
  }
}
