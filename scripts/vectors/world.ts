/**
 * The agencies, messages and the log that the vectors are about. Everything is the same each time: keys come from seeds,
 * signatures are Ed25519, and what would be random is SHA-256 in counter mode. Contents and wrapped keys stand in for
 * real ones and cannot be decrypted; `envelopes.json` has messages that can.
 */
import type { KeyObject } from 'node:crypto';
import { apply } from '../../ledger/apply.ts';
import { type Command, decide, type Decision, entryOf, type SubmitCommand } from '../../ledger/decide.ts';
import { FIRST_SHARD } from '../../ledger/shards.ts';
import { MemoryStore } from '../../ledger/store/memory.ts';
import { canonicalJwk, keyThumbprint } from '../../protocol/algorithms.ts';
import { signBatch, signLeaf } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import { encryptionKeyOf, signKeyStatement } from '../../protocol/envelope/encryption-keys.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import {
  type ShardOpen,
  type Act,
  ActSchema,
  type EncryptionKey,
  type Enrol,
  type Entry,
  EntrySchema,
  type Envelope,
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
import { NOW_MS, routingFor, seededRandom } from '../../test/protocol/support.ts';
import { certificateOf } from './der.ts';
import { ed25519Key, ORIGIN, p256Key, x25519Key } from './keys.ts';

export { NOW_MS };
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
let source = seededRandom('world');
/** What stands for chance in these vectors. */
export const random = (bytes: number): Uint8Array => source(bytes);
/** Each file has a source of its own, so that what is added to one changes no other. */
export const reseed = (name: string): void => void (source = seededRandom(name));
export const operatorKey = ed25519Key(9);
export const ROOT = { name: 'Vectors root', key: ed25519Key(10) };
export const VALID = { notBeforeMs: NOW_MS - DAY_MS, notAfterMs: Date.UTC(2049, 0, 1) };
export const anchor = certificateOf({
  serial: 1,
  subject: ROOT.name,
  key: ROOT.key,
  issuer: ROOT,
  authority: true,
  ...VALID,
});

export interface VectorAgency {
  readonly agency: AgencyId;
  readonly mailbox: Mailbox;
  readonly tls: KeyObject;
  /** The second and third have certificates for one day, where there are any. */
  readonly signing: readonly [KeyObject, ...KeyObject[]];
  readonly encryption: EncryptionKey;
  readonly enrol: Enrol;
}

interface AgencyPlan {
  readonly agency: string;
  readonly unit: string;
  readonly seed: number;
  readonly signingKeys: number;
  readonly encryption: KeyObject;
}

function agencyOf({ agency, unit, seed, signingKeys, encryption }: AgencyPlan): VectorAgency {
  const mailbox = `${agency}/${unit}` as Mailbox;
  const key = (place: number): KeyObject => ed25519Key(seed + place);
  const common = { issuer: ROOT, subject: agency, uris: [`liaison://${agency}`], ...VALID };
  const tls = certificateOf({ ...common, serial: seed, key: key(0), purpose: 'tls-client' });
  const signing = Array.from({ length: signingKeys }, (_, i) => key(i + 1)) as [KeyObject, ...KeyObject[]];
  const chains = signing.map((item, i) => {
    const notAfterMs = i === 0 ? VALID.notAfterMs : NOW_MS + DAY_MS;
    return { certificates: [certificateOf({ ...common, serial: seed + 1 + i, key: item, notAfterMs })] };
  });
  const published = encryptionKeyOf(encryption);
  const statement = { blind: random(16), mailbox, version: 1, keys: [published], createdAtMs: NOW_MS };
  const enrol: Enrol = {
    agency,
    units: [unit],
    tls: [{ certificates: [tls] }],
    signing: chains,
    keyStatements: [signKeyStatement(signing[0], statement)],
  };
  return { agency: agency as AgencyId, mailbox, tls: key(0), signing, encryption: published, enrol };
}

export const alder = agencyOf({
  ...{ agency: 'xa.customs', unit: 'portalder', seed: 20, signingKeys: 3 },
  encryption: p256Key(21),
});
export const briar = agencyOf({
  ...{ agency: 'xb.police', unit: 'liaison', seed: 30, signingKeys: 2 },
  encryption: p256Key(31),
});
export const cedar = agencyOf({
  ...{ agency: 'xc.customs', unit: 'headquarters', seed: 40, signingKeys: 1 },
  encryption: x25519Key(41),
});
export const dogwood = agencyOf({
  ...{ agency: 'xd.customs', unit: 'airport', seed: 50, signingKeys: 2 },
  encryption: p256Key(51),
});
export const AGENCIES = [alder, briar, cedar, dogwood] as const;

/** What is changed of a correct message. */
export interface MessagePlan {
  readonly routing?: Partial<Routing>;
  readonly key?: KeyObject;
  /** Kept instead of fresh bytes, so that only the header differs. */
  readonly content?: Uint8Array;
}

/** A message as it is submitted, one in its batch. */
export function messageOf(
  from: VectorAgency,
  to: readonly VectorAgency[],
  atMs: number,
  plan: MessagePlan = {},
): Envelope {
  const key = plan.key ?? from.signing[0];
  const content = plan.content ?? random(40);
  const wrappedKeys = to.map(() => random(24));
  const routing: Routing = {
    ...routingFor(),
    messageId: messageIdBytes(newMessageId(atMs, random(10))),
    sender: from.mailbox,
    signingKeyId: keyThumbprint(key),
    recipients: to.map(({ mailbox, encryption }) => ({ mailbox, keyId: encryption.keyId })),
    threadId: random(16),
    createdAtMs: atMs,
    expiresAtMs: atMs + 7 * DAY_MS,
    bodyDigest: random(32),
    ...plan.routing,
  };
  return signedEnvelope(key, routing, content, wrappedKeys);
}

/** Signs header bytes over these parts, right or wrong. */
export function signedEnvelope(
  key: KeyObject,
  routing: Routing,
  content: Uint8Array,
  wrappedKeys: Uint8Array[],
): Envelope {
  const header = encode(HeaderSchema, {
    routing: encode(RoutingSchema, routing),
    contentDigest: sha256(content),
    wrappedKeyDigests: wrappedKeys.map(sha256),
  });
  const { leaf, ...rest } = signLeaf('message', key, header);
  return { header: leaf, ...rest, content, wrappedKeys };
}

/** What gateway/verify hands to the ledger. */
export function submitCommand(agency: AgencyId, envelope: Envelope): SubmitCommand {
  const { header, signature, path, content, wrappedKeys } = envelope;
  const contentBytes = wrappedKeys.reduce((sum, item) => sum + item.length, content.length);
  return { kind: 'submit', agency, header, parsed: parseHeader(header), signature, path, contentBytes };
}

export function statementOf(
  message: Envelope,
  recipient: VectorAgency,
  number: number,
  change: Partial<HandoverStatement> = {},
): HandoverStatement {
  const { routing, digest } = parseHeader(message.header);
  return {
    blind: random(16),
    messageId: routing.messageId,
    sender: routing.sender,
    recipient: recipient.mailbox,
    number,
    headerDigest: digest,
    outcome: HandoverOutcome.HANDED_OVER,
    reason: 0,
    atMs: NOW_MS,
    ...change,
  };
}

/** The statements of one batch, signed. */
export function signedStatements(key: KeyObject, statements: readonly HandoverStatement[]): SignedLeaf[] {
  const leaves = statements.map((statement) => encode(HandoverStatementSchema, statement));
  const { signature, paths } = signBatch('handover', key, leaves);
  return leaves.map((leaf, i) => ({ leaf, signature, path: paths[i] ?? { index: i, hashes: [] } }));
}

export const actOf = (act: Act['act'], number: number, createdAtMs: number, change: Partial<Act> = {}): Act => ({
  ...{ blind: random(16), origin: ORIGIN, number, createdAtMs, act },
  ...change,
});

export const signedAct = (act: Act, key: KeyObject = operatorKey): SignedLeaf =>
  signLeaf('act', key, encode(ActSchema, act));

/** Decides and records as a gateway does, with a clock of its own. */
export class VectorLog {
  readonly store = new MemoryStore();
  readonly entries: { name: string; bytes: Uint8Array; entry: Entry; leafHash: Uint8Array }[] = [];
  nowMs = NOW_MS;
  private acts = 0;

  constructor(verifierKey: string) {
    const operators = [operatorKey, ed25519Key(8)].map((key) => ({
      keyId: keyThumbprint(key),
      jwk: canonicalJwk(key),
    }));
    const value: ShardOpen = {
      origin: ORIGIN,
      verifierKey,
      operators,
      anchors: [anchor],
      ...FIRST_SHARD,
      exchange: 0,
      logVersion: 0,
    };
    this.record('the first entry', entryOf(this.context(), { kind: 'shardOpen', value }));
  }

  get size(): number {
    return this.entries.length;
  }

  /** Returns the index of the first entry that the command was recorded by. */
  run(name: string, command: Command): number {
    this.nowMs += 1000;
    const index = this.entries.length;
    for (const entry of entriesOf(decide(this.store, command, this.context()))) this.record(name, entry);
    return index;
  }

  act(name: string, act: Act['act']): number {
    return this.run(name, { kind: 'act', signed: signedAct(actOf(act, this.acts++, this.nowMs + 1000)) });
  }

  submit(name: string, from: VectorAgency, envelope: Envelope): number {
    return this.run(name, submitCommand(from.agency, envelope));
  }

  handover(name: string, by: VectorAgency, statement: HandoverStatement): number {
    const [signed] = signedStatements(by.signing[0], [statement]) as [SignedLeaf];
    return this.run(name, { kind: 'handover', agency: by.agency, signed, statement });
  }

  private context() {
    return { nowMs: this.nowMs, random, revocationLists: [], requireRevocationLists: false };
  }

  private record(name: string, entry: Entry): void {
    const bytes = encode(EntrySchema, entry);
    this.store.write(apply(this.store, this.entries.length, entry));
    this.entries.push({ name, bytes, entry, leafHash: leafHash(bytes) });
  }
}

function entriesOf(decision: Decision): Entry[] {
  if (decision.kind === 'entries') return decision.entries;
  if (decision.kind === 'refused' && decision.entry) return [decision.entry];
  throw decision.kind === 'refused' ? decision.error : new Error('Nothing was recorded.');
}
