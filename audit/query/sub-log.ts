/**
 * The state at a position, folded from the entries that matter instead of from all of them, with the gateway's own fold
 * (ledger/apply.ts). For the rows of one message that is the same as folding everything, because of what `apply` reads and writes:
 *
 * - Rows about agencies, mailboxes, keys, agreements and groups come from openings, acts, revocations and changes of groups.
 *   These are all folded.
 * - A message's own rows are written by its acceptance, by the entries about it, by the Purge that forgets it, and by the
 *   acceptances of messages that refer to it, at any remove: an answer ends its deadline, a restriction changes its marking, a
 *   forward is noted as its disclosure. These are folded: {@link relatedMessages} follows the references downwards.
 * - An acceptance finds what it refers to by message id, and reads of it only what its own acceptance has laid down and no later
 *   entry changes. So the acceptance of every message of an id that one of them names is folded too, and of what that refers to in
 *   turn: upwards.
 * - Which messages a Purge forgets depends on all others, because it forgets a limited number. The index has counted, and here a
 *   Purge is told which are meant.
 * - A shard that continues another repeats in its Snapshots the rows that the fold has already. They are passed over, unless no
 *   older shard is at hand: then those about agencies, groups and rules are folded.
 *
 * Counters of mailboxes and of operators' acts, and how many messages refer to a ciphertext, depend on what is left out: they are
 * not told from this state.
 */
import { apply } from '../../ledger/apply.ts';
import type { MessageRow } from '../../ledger/rows.ts';
import type { Change, State } from '../../ledger/state.ts';
import { MemoryStore } from '../../ledger/store/memory.ts';
import { decode } from '../../protocol/codec.ts';
import { readHeader } from '../../protocol/envelope/verify.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { ActSchema, type Entry } from '../../protocol/generated/schema.ts';
import { toHex } from '../../protocol/ids.ts';
import { referencesOf, Relation } from './indexer.ts';
import { type FoundMessage, type LogIndex, StaleIndex } from './log-index.ts';
import type { LogReader } from './log-reader.ts';

/** Messages that one fold takes up: a case of more is refused rather than held in memory. */
export const RELATED_MAX = 20_000;

export interface SubState {
  readonly state: State;
  /** Numbers of entries that did not fit the state and were left out, as the audit leaves them out. */
  readonly unfit: readonly number[];
}

/**
 * Folds what concerns some messages, up to and with an entry.
 * @param messages numbers of acceptances; with none, only what concerns agencies and groups is folded
 * @throws LiaisonError LIMIT_EXCEEDED when more than {@link RELATED_MAX} messages hang together
 */
export function foldAt(log: LogReader, index: LogIndex, messages: readonly number[], through: number): SubState {
  const related = relatedMessages(log, index, messages, through);
  const numbers = new Set(index.general(through));
  const forgottenBy = new Map<number, Set<number>>();
  for (const message of messages) for (const entry of index.entriesAbout(message, through)) numbers.add(entry);
  for (const message of related.values()) {
    numbers.add(message.number);
    if (message.forgottenBy === 0 || message.forgottenBy > through) continue;
    numbers.add(message.forgottenBy);
    const forgotten = forgottenBy.get(message.forgottenBy) ?? new Set();
    forgottenBy.set(message.forgottenBy, forgotten.add(message.number));
  }
  const known = new Set([...related.values()].map(({ messageId, sender }) => keyOf(sender, messageId)));
  const store = new SubStore();
  const unfit: number[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const entry = readable(log, number);
    if (!entry || !concerns(entry, known)) continue;
    store.forgotten = forgottenBy.get(number) ?? NOTHING;
    try {
      store.write(apply(store, number, entry));
    } catch (error) {
      // Certificates that node:crypto cannot read end here as well.
      if (!(error instanceof Error)) throw error;
      unfit.push(number);
    }
  }
  return { state: store, unfit };
}

const NOTHING: ReadonlySet<number> = new Set();
const keyOf = (sender: string, messageId: Uint8Array): string => `${sender} ${toHex(messageId)}`;

/** Holds of other messages speak of rows that are not here. */
function concerns({ event }: Entry, known: ReadonlySet<string>): boolean {
  if (event.kind !== 'operatorAct') return true;
  const { act } = decode(ActSchema, event.value.act.leaf, 'signed');
  if (act.kind !== 'hold' && act.kind !== 'releaseHold') return true;
  return known.has(keyOf(act.value.sender, act.value.messageId));
}

function readable(log: LogReader, number: number): Entry | undefined {
  try {
    return log.entry(number);
  } catch (error) {
    if (error instanceof LiaisonError && error.code === 'MALFORMED') return undefined;
    throw error;
  }
}

/** What the ledger follows; an annex, a grant's target and the permissions named are read when it decides, not when it folds. */
const FOLLOWED: ReadonlySet<Relation> = new Set<Relation>([Relation.REPLY, Relation.DERIVED]);

/**
 * The messages, what refers to them at any remove, and everything that any of these refers to at any remove, with all messages
 * that have an id in common with one of them; by number.
 */
function relatedMessages(
  log: LogReader,
  index: LogIndex,
  messages: readonly number[],
  through: number,
): Map<number, FoundMessage> {
  const found = new Map<number, FoundMessage>();
  const take = (number: number): void => {
    const message = found.has(number) || number > through ? undefined : index.message(number);
    if (!message) return;
    found.set(number, message);
    if (found.size <= RELATED_MAX) return;
    throw new LiaisonError('LIMIT_EXCEEDED', `More than ${RELATED_MAX} messages hang together with this one.`);
  };
  for (const number of messages) take(number);
  // A map is walked on into what is added to it meanwhile.
  for (const { messageId } of found.values()) {
    for (const reference of index.referencesTo(messageId, through)) {
      if (reference.isJudged && FOLLOWED.has(reference.relation)) take(reference.number);
    }
  }
  for (const { number, messageId } of found.values()) {
    for (const same of index.findMessage(messageId)) take(same.number);
    const { routing } = acceptanceOf(log, number).parsed;
    if (routing.schemaVersion < 2) continue;
    for (const [id, relation] of referencesOf(routing)) {
      if (FOLLOWED.has(relation)) for (const { number: named } of index.findMessage(id)) take(named);
    }
  }
  return found;
}

/** The acceptance with this number, as the log has it. @throws StaleIndex when the log has another entry there */
export function acceptanceOf(log: LogReader, number: number) {
  const { atMs, event } = log.entry(number);
  if (event.kind !== 'submissionAcceptance') throw new StaleIndex();
  return { atMs, event: event.value, parsed: readHeader(event.value.header) };
}

/** Rows in memory, found by message id without looking at all of them, and told what a Purge forgets. */
class SubStore extends MemoryStore {
  /** Messages that the Purge in hand forgets. */
  forgotten: ReadonlySet<number> = NOTHING;
  private readonly byId = new Map<string, Set<number>>();

  override messagesById(messageId: Uint8Array): MessageRow[] {
    const numbers = [...(this.byId.get(toHex(messageId)) ?? [])];
    return numbers.flatMap((number) => this.get('messages', number) ?? []);
  }

  override messagesExpiring(): MessageRow[] {
    return [...this.forgotten].flatMap((number) => this.get('messages', number) ?? []);
  }

  override write(changes: readonly Change[]): void {
    super.write(changes);
    for (const change of changes) {
      if (change.kind !== 'put' || change.table !== 'messages') continue;
      const { messageId, entryIndex } = change.row;
      const id = toHex(messageId);
      this.byId.set(id, (this.byId.get(id) ?? new Set()).add(entryIndex));
    }
  }
}
