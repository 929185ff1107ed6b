/** Answers that only read: proofs, status, and what a session needs when it opens. */
import { deadlinesOf, stageEntries } from '../../ledger/cases/deadlines.ts';
import { eventEntries } from '../../ledger/cases/events.ts';
import { decodePlaces, stateDigest, type MessageRow } from '../../ledger/rows.ts';
import { senderAgency } from '../../ledger/policy/originals.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Hello, LoggedEntry } from '../../protocol/generated/schema.ts';
import { agencyOf, toBase64Url, toHex, type AgencyId, type Mailbox } from '../../protocol/ids.ts';
import { ATTACHMENTS, chooseVersion, type ProtocolVersion, SHARDS } from '../../protocol/versions.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { LedgerStatus } from '../pipeline.ts';
import { encodeFrame, Proofs } from './answers.ts';
import { disclosuresOf } from './disclosures.ts';
import type { LedgerEngine } from './engine.ts';
import { consistencyFrom, extensionFrom, isDropped } from './shard-links.ts';

const PROOF_BYTES = 2 * 1024 * 1024;
/** What passed one message on. A node that was there has been told of most of it. */
const DISCLOSURE_BYTES = 4 * 1024 * 1024;

/** Why a session that says this in its Hello cannot be opened. */
export function openingRefusal(engine: LedgerEngine, agency: AgencyId, hello: Hello): LiaisonError | undefined {
  const mailboxes = hello.mailboxes.map(({ mailbox }) => mailbox);
  const foreign = mailboxes.find((mailbox) => engine.store.get('mailboxes', mailbox)?.agency !== agency);
  if (foreign !== undefined) return new LiaisonError('MAILBOX_NOT_YOURS', foreign);
  try {
    extensionFrom(engine, hello.checkpoint, knowsShards(hello));
    return undefined;
  } catch (error) {
    if (error instanceof LiaisonError) return error;
    throw error;
  }
}

/** The additions that this gateway has. */
export const CAPABILITIES: readonly string[] = [ATTACHMENTS, SHARDS];

export const knowsShards = ({ capabilities }: Hello): boolean => capabilities.includes(SHARDS);

/** What a session that has been opened is told first. @throws LiaisonError as {@link extensionFrom} */
export function welcomeFrame(engine: LedgerEngine, session: Uint8Array, hello: Hello, nowMs: number): Uint8Array {
  const isFollowing = knowsShards(hello);
  return encodeFrame({
    kind: 'welcome',
    value: {
      version: chooseVersion(hello.versions) ?? 1,
      session,
      limits: {
        frameBytesMax: LIMITS.frameBytesMax,
        submitMessagesMax: LIMITS.submitMessagesMax,
        submitBytesInFlightMax: LIMITS.submitBytesInFlightMax,
      },
      checkpoint: engine.checkpoint,
      ...extensionFrom(engine, hello.checkpoint, isFollowing),
      nowMs: Math.max(0, nowMs),
      capabilities: [...CAPABILITIES],
      firstNumber: isFollowing ? engine.firstNumber : 0,
    },
  });
}

export interface ProofAsk {
  readonly request: number;
  readonly version: ProtocolVersion;
  readonly knowsShards: boolean;
  readonly messageIds: readonly Uint8Array[];
  readonly checkpoint: Uint8Array;
}

/**
 * Acceptance and evidence of the messages that an agency has sent, as a Proofs frame; and, of requests that it has got, the
 * stages of its own deadlines. Entries whose shard was dropped are left out.
 * @throws LiaisonError CHECKPOINT_INVALID, CHECKPOINT_INCONSISTENT; VERSION_UNSUPPORTED when the session does not know shards
 *   and there is something in one that has ended
 */
export function proofsFrame(engine: LedgerEngine, agency: AgencyId, ask: ProofAsk): Uint8Array {
  const evidence = ask.messageIds.map((id) => evidenceFor(engine, agency, id, ask.version));
  const cosigned = ask.checkpoint.length === 0 ? cosignedFor(engine, evidence) : undefined;
  const proofs = new Proofs(engine, ask.knowsShards, cosigned?.size);
  const entries: LoggedEntry[] = [];
  const unknown: Uint8Array[] = [];
  const remaining: Uint8Array[] = [];
  let bytes = 0;
  for (const [i, messageId] of ask.messageIds.entries()) {
    const found = evidence[i] ?? [];
    if (found.length === 0) unknown.push(messageId);
    else if (bytes > PROOF_BYTES) remaining.push(messageId);
    else {
      for (const index of found) {
        if (isDropped(engine, index)) continue;
        const logged = proofs.logged(index);
        bytes += logged.entry.length + logged.checkpoint.length + 300;
        entries.push(logged);
      }
    }
  }
  const consistency = consistencyFrom(engine, ask.checkpoint);
  const { request } = ask;
  const value = {
    request,
    checkpoint: cosigned?.note ?? engine.checkpoint,
    hashes: proofs.hashes,
    entries,
    consistency,
    unknown,
    remaining,
  };
  return encodeFrame({ kind: 'proofs', value });
}

/** The checkpoint that witnesses have signed, if it covers all of these: receipts made of it carry their signatures. */
function cosignedFor(engine: LedgerEngine, evidence: readonly number[][]): LedgerEngine['cosigned'] {
  const { cosigned, firstNumber } = engine;
  const end = firstNumber + (cosigned?.size ?? 0);
  return evidence.every((numbers) => numbers.every((number) => number < end)) ? cosigned : undefined;
}

/** As many as a frame has room for; the order stays. */
function newest(engine: LedgerEngine, indices: readonly number[]): number[] {
  let bytes = 0;
  let first = indices.length;
  while (first > 0 && bytes < DISCLOSURE_BYTES) bytes += engine.entryBytes(indices[--first] as number).length + 300;
  return indices.slice(first);
}

const isOf = (engine: LedgerEngine, mailboxId: number, agency: AgencyId): boolean =>
  agencyOf((engine.store.mailboxOfId(mailboxId) ?? '/') as Mailbox) === agency;

function evidenceFor(
  engine: LedgerEngine,
  agency: AgencyId,
  messageId: Uint8Array,
  version: ProtocolVersion,
): number[] {
  const rows = engine.store.messagesById(messageId);
  const sent = rows.filter((row) => senderAgency(engine.store, row) === agency);
  if (sent.length > 0) {
    const told = version === 1 ? [] : sent.flatMap((row) => disclosuresOf(engine.store, row));
    const disclosures = told.filter((index) => !isDropped(engine, index));
    return [...sent.flatMap((row) => evidenceOf(engine, row, version)), ...newest(engine, disclosures)];
  }
  if (version === 1) return [];
  return rows
    .flatMap((row) => deadlinesOf(engine.store, row))
    .filter((row) => isOf(engine, row.mailboxId, agency))
    .flatMap(stageEntries);
}

/** What a session of version 1 could not read is left out. */
function evidenceOf(engine: LedgerEngine, message: MessageRow, version: ProtocolVersion): number[] {
  const { store } = engine;
  const deadlines = version === 1 ? [] : deadlinesOf(store, message);
  const indices = [message.entryIndex];
  for (const { mailboxId, number } of decodePlaces(message.places)) {
    const delivery = store.get('deliveries', mailboxId, number);
    if (delivery && delivery.eventIndex !== 0) indices.push(delivery.eventIndex);
    if (delivery && delivery.lateIndex !== 0) indices.push(delivery.lateIndex);
    if (version === 1) continue;
    indices.push(...eventEntries(store, mailboxId, number));
    indices.push(...deadlines.filter((row) => row.mailboxId === mailboxId).flatMap(stageEntries));
  }
  return indices;
}

export function ledgerStatus(
  engine: LedgerEngine,
  outstandingDeliveries: number,
  options: { digest: boolean; clockFault: string },
): LedgerStatus {
  const mailboxes = [...engine.store.scan('mailboxes')];
  return {
    origin: engine.store.get('facts', 'origin')?.text ?? '',
    verifierKey: engine.store.get('facts', 'verifier-key')?.text ?? '',
    treeSize: engine.tree.size,
    lastEntryAtMs: engine.store.get('facts', 'last-at-ms')?.number ?? 0,
    checkpoint: engine.checkpoint,
    outstandingDeliveries,
    agencies: [...engine.store.scan('agencies')].map(({ agency, status }) => ({
      agency,
      status,
      mailboxes: mailboxes.filter((row) => row.agency === agency).map((row) => row.mailbox),
    })),
    operators: [...engine.store.scan('operators')].map((row) => ({
      keyId: toBase64Url(row.keyId),
      nextNumber: row.nextNumber,
    })),
    clockFault: options.clockFault,
    stateDigest: options.digest ? toHex(stateDigest(engine.store)) : '',
  };
}
