/**
 * Shards: the log as a sequence of logs, each with an origin and a key of its own (SPEC.md section 7.5). Entries are counted
 * on over all of them: the **number** of an entry is what the rows of the state refer to, its **index** is its place in the
 * tree of its shard, and number = first number of the shard + index.
 */
import { createHash } from 'node:crypto';
import { decode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { type Act, GroupSchema, type ShardOpen, type Snapshot } from '../protocol/generated/schema.ts';
import { sha256 } from '../protocol/merkle.ts';
import type { DecisionContext } from './decide.ts';
import type { ShardRow } from './rows-2.ts';
import {
  compareKeys,
  encodeRow,
  keyOf,
  type RowScanner,
  stateDigest,
  TABLE_NAMES,
  TABLES,
  type TableName,
  type Tables,
} from './rows.ts';
import { put, type Change, type State } from './state.ts';

/** What this program writes into entry 0. A log of a later version is refused. */
export const LOG_VERSION = 1;

/** What entry 0 of a first shard says about the shard before it. */
export const FIRST_SHARD: Pick<
  ShardOpen,
  'previousCheckpoint' | 'firstNumber' | 'previousVerifierKey' | 'stateDigest' | 'snapshots'
> = {
  previousCheckpoint: new Uint8Array(0),
  firstNumber: 0,
  previousVerifierKey: '',
  stateDigest: new Uint8Array(0),
  snapshots: 0,
};

const invalid = (rule: string): LiaisonError => new LiaisonError('ACT_INVALID', rule);
const damaged = (what: string): LiaisonError => new LiaisonError('DATA_DAMAGED', what);

/** Name of a log: host and path, without a scheme. It stands in every checkpoint. */
export const ORIGIN = /^[a-z0-9.-]+(\/[a-z0-9._-]+)*$/;
export const ORIGIN_MAX = 128;

// What a shard carries on

/** Facts that each shard states anew. */
const OWN_FACTS: ReadonlySet<string> = new Set(['origin', 'verifier-key', 'first-number', 'last-at-ms']);

/**
 * The rows that the Snapshots after a ShardOpen carry: all, but for the facts that each shard states anew, and but for the
 * row of the shard that was closed, which follows from the ShardOpen.
 * @param closedFirst first number of the shard that is, or was last, closed
 */
export function carried(rows: RowScanner, closedFirst: number): RowScanner {
  return {
    *scan<T extends TableName>(table: T): Iterable<Tables[T]> {
      for (const row of rows.scan(table)) {
        if (table === 'facts' && OWN_FACTS.has((row as Tables['facts']).name)) continue;
        if (table === 'shards' && (row as ShardRow).firstNumber >= closedFirst) continue;
        yield row;
      }
    },
  };
}

/** The state digest over exactly the rows of {@link carried}. */
export const carriedDigest = (rows: RowScanner, closedFirst: number): Uint8Array =>
  stateDigest(carried(rows, closedFirst));

/** Most bytes of rows in one Snapshot. */
const SNAPSHOT_BYTES_MAX = 56_000;

/**
 * Rows as Snapshots, table by table in alphabetical order, each full before the next begins. One at a time in memory.
 * @throws LiaisonError LIMIT_EXCEEDED for a row that no Snapshot has room for
 */
export function* snapshotsOf(rows: RowScanner): Iterable<Snapshot> {
  for (const table of TABLE_NAMES) {
    let parts: Uint8Array[] = [];
    let bytes = 0;
    for (const row of rows.scan(table)) {
      const encoded = encodeRow(table, row as unknown as Record<string, unknown>);
      if (encoded.length > SNAPSHOT_BYTES_MAX) {
        throw new LiaisonError('LIMIT_EXCEEDED', `A row of ${table} has ${encoded.length} bytes.`);
      }
      if (bytes + encoded.length > SNAPSHOT_BYTES_MAX) {
        yield { table, rows: Buffer.concat(parts) };
        parts = [];
        bytes = 0;
      }
      parts.push(encoded);
      bytes += encoded.length;
    }
    if (bytes > 0) yield { table, rows: Buffer.concat(parts) };
  }
}

/** How many Snapshots the rows take, and their state digest, in one pass. */
export function snapshotSummary(rows: RowScanner): { snapshots: number; stateDigest: Uint8Array } {
  const hash = createHash('sha256');
  let snapshots = 0;
  let named = 0;
  // As stateDigest does: the names of tables of version 1 stand there in any case.
  const nameUpTo = (table: string): void => {
    for (; named < TABLE_NAMES.length && (TABLE_NAMES[named] as string) <= table; named++) {
      const name = TABLE_NAMES[named] as TableName;
      if (name === table || !TABLES[name].sinceVersion2) hash.update(`${name}\0`);
    }
  };
  for (const snapshot of snapshotsOf(rows)) {
    nameUpTo(snapshot.table);
    hash.update(snapshot.rows);
    snapshots++;
  }
  nameUpTo('\uffff');
  return { snapshots, stateDigest: new Uint8Array(hash.digest()) };
}

/**
 * The fold of a Snapshot: the rows in it.
 * @throws LiaisonError DATA_DAMAGED for what no {@link snapshotsOf} makes
 */
export function snapshotChanges({ table, rows }: Snapshot): Change[] {
  if (!Object.hasOwn(TABLES, table)) throw damaged(`A snapshot is of an unknown table ${JSON.stringify(table)}.`);
  const name = table as TableName;
  const changes: Change[] = [];
  let before: ReturnType<typeof keyOf> | undefined;
  for (let at = 0; at < rows.length;) {
    const { row, end } = decodeRow(name, rows, at);
    const key = keyOf(name, row as never);
    if (before && compareKeys(before, key) >= 0) throw damaged(`A snapshot of ${table} is not in order.`);
    if (name === 'facts' && OWN_FACTS.has(key[0] as string)) throw damaged('A snapshot has a fact of another shard.');
    before = key;
    changes.push(put(name, row as never));
    at = end;
  }
  if (changes.length === 0) throw damaged(`A snapshot of ${table} is empty.`);
  return changes;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeRow(table: TableName, bytes: Uint8Array, start: number): { row: object; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const row: Record<string, unknown> = {};
  let at = start;
  try {
    for (const [name, type] of Object.entries(TABLES[table].columns)) {
      if (view.getUint8(at++) !== type.charCodeAt(0)) throw damaged('');
      if (type === 'INTEGER') {
        row[name] = Number(view.getBigUint64(at));
        if (!Number.isSafeInteger(row[name])) throw damaged('');
        at += 8;
      } else {
        const end = at + 4 + view.getUint32(at);
        if (end > bytes.length) throw damaged('');
        const value = bytes.slice(at + 4, end);
        row[name] = type === 'TEXT' ? UTF8.decode(value) : value;
        at = end;
      }
    }
  } catch (cause) {
    throw new LiaisonError('DATA_DAMAGED', `A row in a snapshot of ${table} cannot be read.`, { cause });
  }
  return { row, end: at };
}

// The fold

/** The rows that entry 0 makes. Those of the state come with the Snapshots when it continues another shard. */
export function shardOpenChanges(index: number, atMs: number, event: ShardOpen): Change[] {
  if (index !== event.firstNumber) throw damaged(`Entry ${index} opens a shard as entry ${event.firstNumber}.`);
  return [
    put('facts', { name: 'origin', text: event.origin, number: 0 }),
    put('facts', { name: 'verifier-key', text: event.verifierKey, number: 0 }),
    ...event.operators.map(({ keyId, jwk }) => put('operators', { keyId, jwk, nextNumber: 0 })),
    ...(event.exchange === 0 ? [] : [put('facts', { name: 'exchange', text: '', number: event.exchange })]),
    ...event.anchors.map((certificate) => put('anchors', { digest: sha256(certificate), certificate })),
    ...(event.firstNumber === 0 ? [] : continues(atMs, event)),
  ];
}

function continues(closedAtMs: number, event: ShardOpen): Change[] {
  const { firstNumber, previousCheckpoint: checkpoint, previousVerifierKey: verifierKey } = event;
  const [origin = '', size = ''] = new TextDecoder().decode(checkpoint).split('\n', 2);
  const entries = /^[1-9][0-9]{0,15}$/.test(size) ? Number(size) : 0;
  if (entries === 0 || entries > firstNumber)
    throw damaged('The checkpoint of the shard before this one does not fit.');
  const row = {
    firstNumber: firstNumber - entries,
    origin,
    verifierKey,
    size: entries,
    checkpoint: checkpoint.slice(),
  };
  return [
    put('facts', { name: 'first-number', text: '', number: firstNumber }),
    put('shards', { ...row, closedAtMs, droppedIndex: 0 }),
  ];
}

/** An order to close has been carried out. */
export const shardCloseChanges = (state: State): Change[] =>
  state.get('facts', 'next-origin') ? [{ kind: 'delete', table: 'facts', key: ['next-origin'] }] : [];

/** The fold of an act about a shard; nothing for any other. */
export function shardActChanges(state: State, index: number, { act }: Act): Change[] {
  if (act.kind === 'closeShard') {
    return [put('facts', { name: 'next-origin', text: act.value.nextOrigin, number: 0 })];
  }
  if (act.kind !== 'dropShard') return [];
  const row = shardOf(state, act.value.origin);
  if (!row) throw damaged(`Entry ${index} drops an unknown shard.`);
  return [put('shards', { ...row, droppedIndex: index })];
}

const shardOf = (state: State, origin: string): ShardRow | undefined =>
  [...state.scan('shards')].find((row) => row.origin === origin);

// The acts

/**
 * Checks the content of an act about a shard; nothing for any other.
 * @throws LiaisonError ACT_INVALID
 */
export function checkShardAct(state: State, { act }: Act, context: DecisionContext): void {
  if (act.kind === 'closeShard') checkClose(state, act.value.nextOrigin);
  if (act.kind === 'dropShard') checkDrop(state, act.value.origin, context);
}

/** Origins that the log has used. */
export const usedOrigins = (state: State): string[] => [
  ...[...state.scan('shards')].map(({ origin }) => origin),
  state.get('facts', 'origin')?.text ?? '',
];

function checkClose(state: State, origin: string): void {
  if (!ORIGIN.test(origin) || origin.length > ORIGIN_MAX) {
    throw invalid(
      `${JSON.stringify(origin)} is no name for a shard: expected one such as gateway.example.org/log/2031.`,
    );
  }
  if (usedOrigins(state).includes(origin))
    throw invalid(`The origin ${origin} has been used: a shard needs a new one.`);
  if (state.get('facts', 'next-origin')) throw invalid('The shard is being closed already.');
}

function checkDrop(state: State, origin: string, { nowMs, retentionYears }: DecisionContext): void {
  const shard = shardOf(state, origin);
  if (!shard) throw invalid(`${origin} is not a closed shard of this log.`);
  if (shard.droppedIndex !== 0) throw invalid(`It was dropped by entry ${shard.droppedIndex} already.`);
  if (retentionYears !== undefined) {
    const due = new Date(shard.closedAtMs);
    due.setUTCFullYear(due.getUTCFullYear() + retentionYears);
    if (nowMs < due.getTime()) throw invalid(`It must be kept until ${due.toISOString()}.`);
  }
  const reference = referenceTo(state, shard);
  if (reference !== '') throw invalid(reference);
}

/** What still needs the entries of a shard, as a sentence; empty when nothing does. */
function referenceTo(state: State, { firstNumber, size }: ShardRow): string {
  const isIn = (number: number): boolean => number >= firstNumber && number < firstNumber + size;
  for (const { entryIndex, reference } of state.scan('holds')) {
    if (isIn(entryIndex)) return `Its entry ${entryIndex} is held: ${reference.replace(/\.?$/, '.')}`;
  }
  for (const { entryIndex } of state.scan('messages')) {
    if (isIn(entryIndex)) return `The message of its entry ${entryIndex} has not been forgotten yet.`;
    if (entryIndex >= firstNumber + size) break;
  }
  for (const { group, endedIndex, changedIndex } of state.scan('groups')) {
    if (endedIndex === 0 && isIn(changedIndex)) {
      return `The group ${decode(GroupSchema, group, 'signed').name} is in force by its entry ${changedIndex}.`;
    }
  }
  return '';
}

/**
 * Origin of the shard for a year: that of the first shard, without a year at its end, and the year; with a count behind it
 * when it has been used.
 */
export function yearlyOrigin(state: State, year: number): string {
  const used = usedOrigins(state);
  const base = (used[0] ?? '').replace(/\/\d{4}$/, '');
  for (let count = 1; ; count++) {
    const origin = `${base}/${year}${count === 1 ? '' : `-${count}`}`;
    if (!used.includes(origin)) return origin;
  }
}
