/**
 * The state that the log folds into, as tables of plain rows. Each table names its columns in a fixed order, the first
 * ones being the primary key: SQLite's tables, the in-memory store and the state digest are all made from this page.
 */
import type { AgencyStatus, KeyUsage } from '../protocol/generated/schema.ts';
import { RowHash } from './row-hash.ts';
import {
  TABLES_2,
  type AgencyRuleRow,
  type AgreementRow,
  type BlobRow,
  type BlobMessageRow,
  type BlobUseRow,
  type ControlRow,
  type DeadlineRow,
  type DisclosureRow,
  type EventRow,
  type GroupRow,
  type HoldRow,
  type ShardRow,
  type UnitRuleRow,
} from './rows-2.ts';

export const DeliveryState = { CONSIGNED: 1, HANDED_OVER: 2, FAILED: 3 } as const;
export type DeliveryState = (typeof DeliveryState)[keyof typeof DeliveryState];

/** Facts of the log itself, one row each. */
export interface FactRow {
  name: 'origin' | 'verifier-key' | 'first-number' | 'next-origin' | 'last-at-ms' | 'exchange' | 'rules';
  text: string;
  number: number;
}
export interface OperatorRow {
  keyId: Uint8Array;
  jwk: string;
  /** Number that this key's next act must carry. */
  nextNumber: number;
}
export interface AnchorRow {
  digest: Uint8Array;
  certificate: Uint8Array;
}
export interface AgencyRow {
  agency: string;
  status: AgencyStatus;
  changedIndex: number;
}
export interface MailboxRow {
  mailbox: string;
  /** Small number used in other tables; counts from 1 in the order of enrolment. */
  id: number;
  agency: string;
  /** Encoded SignedLeaf of the current KeyStatement. */
  statement: Uint8Array;
  /** Key ids of the current KeyStatement, joined. */
  keyIds: Uint8Array;
  version: number;
  changedIndex: number;
}
export interface CounterRow {
  mailboxId: number;
  /** Number that the next message to this mailbox gets. */
  nextNumber: number;
}
export interface KeyRow {
  keyId: Uint8Array;
  agency: string;
  usage: KeyUsage;
  /** Encoded CertificateChain. */
  chain: Uint8Array;
  notAfterMs: number;
  registeredIndex: number;
  /** Log index of the revocation; 0 while in force. */
  revokedIndex: number;
}
/** One accepted message, from acceptance until long after its expiry. */
export interface MessageRow {
  /** Log index of the SubmissionAcceptance. */
  entryIndex: number;
  messageId: Uint8Array;
  senderId: number;
  headerDigest: Uint8Array;
  expiresAtMs: number;
  /** Deliveries that have not ended. Content is erased when it reaches 0. */
  outstanding: number;
  /** Where it went: for each recipient u32be mailbox id ‖ u64be number. */
  places: Uint8Array;
}
export interface DeliveryRow {
  mailboxId: number;
  number: number;
  messageIndex: number;
  state: DeliveryState;
  /** Log index of the entry that ended it; 0 while consigned. */
  eventIndex: number;
  /** Log index of a handover that came after the end or contradicts it; 0 when there was none. */
  lateIndex: number;
}

export interface Tables {
  facts: FactRow;
  operators: OperatorRow;
  anchors: AnchorRow;
  agencies: AgencyRow;
  mailboxes: MailboxRow;
  counters: CounterRow;
  keys: KeyRow;
  messages: MessageRow;
  deliveries: DeliveryRow;
  agencyRules: AgencyRuleRow;
  unitRules: UnitRuleRow;
  agreements: AgreementRow;
  groups: GroupRow;
  controls: ControlRow;
  disclosures: DisclosureRow;
  deadlines: DeadlineRow;
  events: EventRow;
  blobs: BlobRow;
  blobMessages: BlobMessageRow;
  blobUses: BlobUseRow;
  holds: HoldRow;
  shards: ShardRow;
}
export type TableName = keyof Tables;
export type Value = string | number | Uint8Array;
export type ColumnType = 'TEXT' | 'INTEGER' | 'BLOB';

export interface Table {
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** How many of the first columns are the primary key. */
  readonly keyColumns: number;
  /** Columns that are searched by. */
  readonly indexed?: readonly string[];
  /** Partial indexes for stores that have them: name and condition, over the primary key. */
  readonly partial?: Readonly<Record<string, string>>;
  /** Stands in the state digest only when it has rows: it is not of version 1. */
  readonly sinceVersion2?: true;
  /** Few rows, read for every message: stores may keep them all in memory. */
  readonly small: boolean;
  /** Few rows, and mostly asked for those that are not there: stores keep all of them in memory. */
  readonly resident?: true;
}

type TableOf<T extends TableName> = Table & { readonly columns: Readonly<Record<keyof Tables[T], ColumnType>> };

export const TABLES: { readonly [T in TableName]: TableOf<T> } = {
  facts: { columns: { name: 'TEXT', text: 'TEXT', number: 'INTEGER' }, keyColumns: 1, small: true },
  operators: { columns: { keyId: 'BLOB', jwk: 'TEXT', nextNumber: 'INTEGER' }, keyColumns: 1, small: true },
  anchors: { columns: { digest: 'BLOB', certificate: 'BLOB' }, keyColumns: 1, small: true },
  agencies: { columns: { agency: 'TEXT', status: 'INTEGER', changedIndex: 'INTEGER' }, keyColumns: 1, small: true },
  mailboxes: {
    columns: {
      mailbox: 'TEXT',
      id: 'INTEGER',
      agency: 'TEXT',
      statement: 'BLOB',
      keyIds: 'BLOB',
      version: 'INTEGER',
      changedIndex: 'INTEGER',
    },
    keyColumns: 1,
    small: true,
  },
  counters: { columns: { mailboxId: 'INTEGER', nextNumber: 'INTEGER' }, keyColumns: 1, small: true },
  keys: {
    columns: {
      keyId: 'BLOB',
      agency: 'TEXT',
      usage: 'INTEGER',
      chain: 'BLOB',
      notAfterMs: 'INTEGER',
      registeredIndex: 'INTEGER',
      revokedIndex: 'INTEGER',
    },
    keyColumns: 1,
    small: true,
  },
  messages: {
    columns: {
      entryIndex: 'INTEGER',
      messageId: 'BLOB',
      senderId: 'INTEGER',
      headerDigest: 'BLOB',
      expiresAtMs: 'INTEGER',
      outstanding: 'INTEGER',
      places: 'BLOB',
    },
    keyColumns: 1,
    indexed: ['messageId', 'expiresAtMs'],
    small: false,
  },
  deliveries: {
    columns: {
      mailboxId: 'INTEGER',
      number: 'INTEGER',
      messageIndex: 'INTEGER',
      state: 'INTEGER',
      eventIndex: 'INTEGER',
      lateIndex: 'INTEGER',
    },
    keyColumns: 2,
    partial: { outstanding: 'state = 1', failed: 'state = 3' },
    small: false,
  },
  ...TABLES_2,
};

export const TABLE_NAMES = (Object.keys(TABLES) as TableName[]).sort();

const KEY_COLUMNS = Object.fromEntries(
  TABLE_NAMES.map((table) => [table, Object.keys(TABLES[table].columns).slice(0, TABLES[table].keyColumns)]),
) as Record<TableName, string[]>;

/** The values of a row's primary key, in column order. */
export const keyOf = <T extends TableName>(table: T, row: Tables[T]): Value[] =>
  KEY_COLUMNS[table].map((name) => (row as unknown as Record<string, Value>)[name] as Value);

/** A key within its table, for maps. */
export type MapKey = string | number;

export function mapKey(key: readonly Value[]): MapKey {
  const [first, second] = key;
  if (key.length === 2) return `${String(first)}/${String(second)}`;
  if (!(first instanceof Uint8Array)) return first as MapKey;
  return Buffer.from(first.buffer, first.byteOffset, first.byteLength).toString('latin1');
}

/** Order of SQLite's binary collation: numbers by value, text and blobs byte by byte. */
export function compareKeys(a: readonly Value[], b: readonly Value[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (typeof left === 'number' && typeof right === 'number') {
      if (left !== right) return left < right ? -1 : 1;
    } else {
      const order = Buffer.compare(Buffer.from(left as string), Buffer.from(right as string));
      if (order !== 0) return order;
    }
  }
  return 0;
}

const COLUMNS = Object.fromEntries(
  TABLE_NAMES.map((table) => [table, Object.entries(TABLES[table].columns)]),
) as Record<TableName, [string, ColumnType][]>;
const TYPE_BYTE = { INTEGER: 0x49, TEXT: 0x54, BLOB: 0x42 } as const;

/** The bytes of one row for digests and snapshots: per value one type byte, then u64be, or u32be length and bytes. */
export function encodeRow(table: TableName, row: Readonly<Record<string, unknown>>): Uint8Array {
  const columns = COLUMNS[table];
  let length = 0;
  for (const [name, type] of columns) {
    const value = row[name] as Value;
    if (type === 'INTEGER') length += 9;
    else length += 5 + (typeof value === 'string' ? Buffer.byteLength(value) : (value as Uint8Array).length);
  }
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const [name, type] of columns) {
    const value = row[name] as Value;
    bytes[at] = TYPE_BYTE[type];
    if (type === 'INTEGER') {
      at = bytes.writeUInt32BE(Math.floor((value as number) / 2 ** 32), at + 1);
      at = bytes.writeUInt32BE((value as number) % 2 ** 32, at);
      continue;
    }
    const start = at + 5;
    if (typeof value === 'string') at = start + bytes.write(value, start);
    else {
      bytes.set(value as Uint8Array, start);
      at = start + (value as Uint8Array).length;
    }
    bytes.writeUInt32BE(at - start, start - 4);
  }
  return bytes;
}

/** Something whose rows can be read table by table in the order of their keys. */
export interface RowScanner {
  scan<T extends TableName>(table: T): Iterable<Tables[T]>;
  /** The same rows as their values, in the order of the columns: cheaper where there are many. */
  scanValues?(table: TableName): Iterable<readonly Value[]>;
}

/**
 * The state digest: SHA-256 over all tables in alphabetical order, each as its name, a zero byte, and its rows sorted by
 * primary key. Tables of version 2 are left out while they are empty, so that a log of version 1 keeps its digest. Two
 * parties that folded the same log have the same digest.
 */
export function stateDigest(rows: RowScanner): Uint8Array {
  const hash = new RowHash();
  for (const table of TABLE_NAMES) {
    let isNamed = TABLES[table].sinceVersion2 !== true;
    if (isNamed) hash.name(table);
    const types = Object.values(TABLES[table].columns);
    for (const values of rows.scanValues?.(table) ?? valuesOf(table, rows)) {
      if (!isNamed) hash.name(table);
      isNamed = true;
      hash.row(types, values);
    }
  }
  return hash.digest();
}

function* valuesOf(table: TableName, rows: RowScanner): Iterable<readonly Value[]> {
  const names = Object.keys(TABLES[table].columns);
  for (const row of rows.scan(table))
    yield names.map((name) => (row as unknown as Record<string, Value>)[name] as Value);
}

export interface Place {
  mailboxId: number;
  number: number;
}

const PLACE_BYTES = 12;

export function encodePlaces(places: readonly Place[]): Uint8Array {
  const bytes = new Uint8Array(places.length * PLACE_BYTES);
  const view = new DataView(bytes.buffer);
  places.forEach(({ mailboxId, number }, i) => {
    view.setUint32(i * PLACE_BYTES, mailboxId);
    view.setBigUint64(i * PLACE_BYTES + 4, BigInt(number));
  });
  return bytes;
}

export function decodePlaces(bytes: Uint8Array): Place[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / PLACE_BYTES }, (_, i) => ({
    mailboxId: view.getUint32(i * PLACE_BYTES),
    number: Number(view.getBigUint64(i * PLACE_BYTES + 4)),
  }));
}
