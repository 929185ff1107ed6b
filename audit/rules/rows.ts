/** The rules for what the gateway keeps beside its log: the rows it acts on, and the contents that wait. */
import { needsContent } from '../../ledger/holds.ts';
import {
  compareKeys,
  keyOf,
  type MessageRow,
  stateDigest,
  TABLE_NAMES,
  TABLES,
  type TableName,
} from '../../ledger/rows.ts';
import type { RowStore } from '../../ledger/state.ts';
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { EntrySchema, type Header, HeaderSchema } from '../../protocol/generated/schema.ts';
import { equalBytes, toHex } from '../../protocol/ids.ts';
import { sha256 } from '../../protocol/merkle.ts';
import { unpackKeys } from '../data-format.ts';
import type { Findings } from '../findings.ts';
import type { ReplayRows } from '../replay-store.ts';
import type { LiveData, StoredContent } from '../source.ts';
import { checkAwaitedConsent } from './cases.ts';

/**
 * Compares the gateway's rows, if they are at hand, with the replayed ones.
 * @returns the digest of the replayed state
 */
export function checkState(live: LiveData | undefined, replayed: RowStore, findings: Findings): Uint8Array {
  const digest = stateDigest(replayed);
  if (!live || equalBytes(stateDigest(live), digest)) return digest;
  for (const table of TABLE_NAMES) {
    const difference = firstDifference(table, live.scan(table), replayed.scan(table));
    if (difference) findings.add('state-digest', `Table ${table}: ${difference}`);
  }
  return digest;
}

type Row = Readonly<Record<string, unknown>>;

/** The first row, in the order of the keys, that only one side has or that differs. */
function firstDifference(table: TableName, stored: Iterable<unknown>, replayed: Iterable<unknown>): string | undefined {
  const left = stored[Symbol.iterator]();
  const right = replayed[Symbol.iterator]();
  const key = (row: Row): ReturnType<typeof keyOf> => keyOf(table, row as never);
  for (;;) {
    const ours = left.next().value as Row | undefined;
    const theirs = right.next().value as Row | undefined;
    if (!ours && !theirs) return undefined;
    const order = ours && theirs ? compareKeys(key(ours), key(theirs)) : ours ? -1 : 1;
    if (order < 0) return `the log gives no row ${shown(key(ours as Row))}, which is stored.`;
    if (order > 0) return `the row ${shown(key(theirs as Row))} is missing.`;
    const columns = Object.keys(TABLES[table].columns).filter((name) => text(ours?.[name]) !== text(theirs?.[name]));
    if (columns.length === 0) continue;
    const parts = columns.map((name) => `${name} is ${text(ours?.[name])}, the log gives ${text(theirs?.[name])}`);
    return `row ${shown(key(ours as Row))}: ${parts.join('; ')}.`;
  }
}

const shown = (key: readonly unknown[]): string => key.map(text).join(', ');

function text(value: unknown): string {
  if (value instanceof Uint8Array) {
    const hex = toHex(value);
    return hex.length <= 64 ? hex : `${value.length} bytes with SHA-256 ${toHex(sha256(value))}`;
  }
  return String(value);
}

/**
 * Messages that still wait although their time is over.
 * @param until an entry after which the gateway was long at work: what it had accepted and had expired by then is judged
 */
export function checkOverdue(replayed: ReplayRows, until: { index: number; atMs: number }, findings: Findings): void {
  for (const message of replayed.messagesOpenAt(until.atMs)) {
    const { entryIndex, outstanding, expiresAtMs } = message;
    if (entryIndex > until.index) return;
    checkAwaitedConsent(replayed, message, findings);
    if (outstanding === 0) continue;
    const when = new Date(expiresAtMs).toISOString();
    findings.addAbout(
      entryIndex,
      'delivery-overdue',
      `It expired at ${when}; ${outstanding} deliveries were never ended.`,
    );
  }
}

/** In the order of the log. Only where something is held must all messages be looked at. */
function* messagesWithContent(replayed: ReplayRows): Iterable<MessageRow> {
  const [held] = replayed.scan('holds');
  if (!held) {
    yield* replayed.messagesOutstanding();
    return;
  }
  for (const message of replayed.scan('messages')) if (needsContent(replayed, message)) yield message;
}

/** Content must be there exactly for the messages that somebody still waits for or that are held, and be what their senders signed. */
export function checkContents(live: LiveData, replayed: ReplayRows, findings: Findings): void {
  const stored = live.contents()[Symbol.iterator]();
  let content = next(stored);
  const keepUntil = (index: number): void => {
    for (; content && content.entryIndex < index; content = next(stored)) {
      findings.addAbout(content.entryIndex, 'content-kept', 'Nobody waits for the content of this message any more.');
    }
  };
  for (const { entryIndex, outstanding } of messagesWithContent(replayed)) {
    keepUntil(entryIndex);
    if (content?.entryIndex !== entryIndex) {
      if (outstanding === 0) findings.addAbout(entryIndex, 'held-message', 'The content is gone, which is held.');
      else
        findings.addAbout(
          entryIndex,
          'content-missing',
          `${outstanding} recipients wait for its content, which is gone.`,
        );
      continue;
    }
    const fault = contentFault(live, content);
    if (fault !== '') findings.addAbout(entryIndex, 'content-damaged', fault);
    content = next(stored);
  }
  keepUntil(Infinity);
}

function next(contents: Iterator<StoredContent, unknown>): StoredContent | undefined {
  const result = contents.next();
  return result.done === true ? undefined : result.value;
}

function contentFault(live: LiveData, { entryIndex, content, wrappedKeys }: StoredContent): string {
  const header = headerOf(live, entryIndex);
  const keys = unpackKeys(wrappedKeys);
  if (!header) return 'The acceptance cannot be read, so its content cannot be compared.';
  if (!equalBytes(sha256(content), header.contentDigest))
    return 'The content has another digest than the header states.';
  const areSame =
    keys?.length === header.wrappedKeyDigests.length &&
    keys.every((key, i) => equalBytes(sha256(key), header.wrappedKeyDigests[i] ?? new Uint8Array(0)));
  return areSame ? '' : 'The wrapped keys have other digests than the header states.';
}

function headerOf(live: LiveData, index: number): Header | undefined {
  try {
    const { event } = decode(EntrySchema, live.entryBytes(index) ?? new Uint8Array(0), 'signed');
    return event.kind === 'submissionAcceptance' ? decode(HeaderSchema, event.value.header, 'signed') : undefined;
  } catch (error) {
    if (error instanceof LiaisonError && error.code === 'MALFORMED') return undefined;
    throw error;
  }
}
