/** What every store of rows must do: one suite for all of them. */
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { bytes, delivery, mailbox, message, OTHER, ROWS } from './rows.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareKeys, keyOf, stateDigest, TABLE_NAMES, type TableName, type Tables } from '../../ledger/rows.ts';
import { type Change, FIRST_EXPIRY, put, type RowStore } from '../../ledger/state.ts';
import { MemoryStore } from '../../ledger/store/memory.ts';
import { SqliteStore } from '../../ledger/store/sqlite.ts';
import { toHex } from '../../protocol/ids.ts';

interface Subject {
  store: RowStore;
  /** Makes what was written durable, as the end of a transaction does. */
  commit(): void;
  close(): void;
}

function memory(): Subject {
  return { store: new MemoryStore(), commit: () => undefined, close: () => undefined };
}

interface SqliteSubject extends Subject {
  store: SqliteStore;
  rollback(): void;
  /** Rows that the database was told to write, ever. */
  written(): number;
}

function sqlite(): SqliteSubject {
  const db = new DatabaseSync(':memory:');
  SqliteStore.createTables(db);
  const store = new SqliteStore(db);
  db.exec('BEGIN');
  return {
    store,
    commit: () => {
      store.flush();
      db.exec('COMMIT');
      store.settle();
      db.exec('BEGIN');
    },
    rollback: () => {
      db.exec('ROLLBACK');
      store.discard();
      db.exec('BEGIN');
    },
    written: () => db.prepare('SELECT total_changes() AS n').get()?.['n'] as number,
    close: () => db.close(),
  };
}

/** Writes that have been committed and writes that have not must read the same. */
const SUBJECTS: readonly [string, () => Subject][] = [
  ['memory', memory],
  ['SQLite, nothing flushed', () => ({ ...sqlite(), commit: () => undefined })],
  ['SQLite, committed', sqlite],
];

const putRow = (table: TableName): Change => put(table, ROWS[table]);
const rowOf = (store: RowStore, table: TableName): unknown => store.get(table, ...keyOf(table, ROWS[table]));
/** Rows as plain values: SQLite's have no prototype. */
const plain = (rows: Iterable<object>): object[] => [...rows].map((row) => ({ ...row }));

describe.each(SUBJECTS)('%s', (_, make) => {
  let subject: Subject;
  let store: RowStore;
  beforeEach(() => {
    subject = make();
    store = subject.store;
  });
  afterEach(() => subject.close());

  const write = (...changes: Change[]): void => {
    store.write(changes);
    subject.commit();
  };
  const remove = (table: TableName): Change => ({ kind: 'delete', table, key: keyOf(table, ROWS[table]) });

  test.each(TABLE_NAMES)('%s: what is put is got, replaced, deleted and put again', (table) => {
    expect(rowOf(store, table)).toBeUndefined();
    write(putRow(table));
    expect({ ...(rowOf(store, table) as object) }).toEqual(ROWS[table]);
    expect(plain(store.scan(table))).toEqual([ROWS[table]]);
    const changed = { ...ROWS[table], ...OTHER[table] };
    write(put(table, changed as Tables[TableName]));
    expect({ ...(rowOf(store, table) as object) }).toEqual(changed);
    expect(plain(store.scan(table))).toEqual([changed]);
    write(remove(table));
    expect(rowOf(store, table)).toBeUndefined();
    expect([...store.scan(table)]).toEqual([]);
    write(putRow(table), remove(table), putRow(table));
    expect(plain(store.scan(table))).toEqual([ROWS[table]]);
    write(putRow(table), remove(table));
    expect(rowOf(store, table)).toBeUndefined();
  });

  test('a key has all its parts, and keys of different tables do not meet', () => {
    write(
      put('deliveries', delivery(1, 23)),
      put('deliveries', delivery(12, 3)),
      put('counters', { mailboxId: 1, nextNumber: 2 }),
    );
    expect(store.get('deliveries', 1, 23)).toMatchObject({ mailboxId: 1, number: 23 });
    expect(store.get('deliveries', 12, 3)).toMatchObject({ mailboxId: 12, number: 3 });
    expect(store.get('deliveries', 1, 3)).toBeUndefined();
    write({ kind: 'delete', table: 'deliveries', key: [1, 23] });
    expect(store.get('deliveries', 1, 23)).toBeUndefined();
    expect(store.get('counters', 1)).toBeDefined();
  });

  test('messages are found by id, of whichever sender', () => {
    const messageId = bytes(...new Array<number>(16).fill(9));
    const rows = [message(4, { messageId }), message(2, { messageId, senderId: 2 }), message(3)];
    write(...rows.map((row) => put('messages', row)));
    const found = (): number[] => store.messagesById(messageId).map((row) => row.entryIndex);
    expect(found().sort()).toEqual([2, 4]);
    write(put('messages', { ...rows[0]!, outstanding: 0 }));
    expect(store.messagesById(messageId).find((row) => row.entryIndex === 4)?.outstanding).toBe(0);
    write({ kind: 'delete', table: 'messages', key: [4] });
    expect(found()).toEqual([2]);
    write(put('messages', rows[0]!));
    expect(found().sort()).toEqual([2, 4]);
    expect(store.messagesById(bytes(9))).toEqual([]);
  });

  test('messages that expire come oldest expiry first, then in the order of the log, within both bounds', () => {
    const expiries = [
      [11, 30],
      [3, 20],
      [8, 20],
      [2, 40],
      [5, 10],
    ] as const;
    write(...expiries.map(([index, expiresAtMs]) => put('messages', message(index, { expiresAtMs }))));
    const between = (expiresAtMs: number, entryIndex: number, until: number, limit = 10): number[] =>
      store.messagesExpiring({ expiresAtMs, entryIndex }, until, limit).map((row) => row.entryIndex);
    expect(between(-1, -1, 100)).toEqual([5, 3, 8, 11, 2]);
    expect(between(10, 5, 40)).toEqual([3, 8, 11, 2]);
    expect(between(10, 4, 39)).toEqual([5, 3, 8, 11]);
    expect(between(9, 99, 39)).toEqual([5, 3, 8, 11]);
    expect(between(20, 99, 30)).toEqual([11]);
    expect(between(-1, -1, 100, 2)).toEqual([5, 3]);
    // A page may end between two that expire at one instant.
    expect(between(20, 3, 100, 2)).toEqual([8, 11]);
    expect(between(20, 2, 20)).toEqual([3, 8]);
    expect(between(-1, -1, 9)).toEqual([]);
    write({ kind: 'delete', table: 'messages', key: [3] }, put('messages', message(2, { expiresAtMs: 15 })));
    expect(between(-1, -1, 100)).toEqual([5, 2, 8, 11]);
    expect({ ...store.messagesExpiring(FIRST_EXPIRY, 10, 1)[0] }).toEqual(message(5, { expiresAtMs: 10 }));
  });

  test('a mailbox is found by its number', () => {
    write(put('mailboxes', mailbox('xa.customs/desk', 1)), put('mailboxes', mailbox('xb.police/desk', 2)));
    expect(store.mailboxOfId(1)).toBe('xa.customs/desk');
    expect(store.mailboxOfId(2)).toBe('xb.police/desk');
    expect(store.mailboxOfId(3)).toBeUndefined();
    write(put('mailboxes', { ...mailbox('xb.police/desk', 2), version: 2 }));
    expect(store.mailboxOfId(2)).toBe('xb.police/desk');
  });

  test('a scan has the order of the keys: numbers by value, text and bytes byte by byte', () => {
    const names = ['xb', 'xa.b', 'xa', 'xa-b', 'xa0', 'XA', 'x\u{e9}', 'x\u{1f600}', 'x\u{ffee}'];
    write(...names.map((agency, i) => put('agencies', { agency, status: 1, changedIndex: i })));
    const texts = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect([...store.scan('agencies')].map((row) => row.agency)).toEqual(texts);
    const blobs = [bytes(2), bytes(1, 255), bytes(1), bytes(128), bytes(), bytes(1, 0), bytes(255, 0)];
    write(...blobs.map((keyId) => put('operators', { keyId, jwk: '', nextNumber: 0 })));
    expect([...store.scan('operators')].map((row) => toHex(row.keyId))).toEqual(blobs.map(toHex).sort());
    const pairs = [
      [10, 2],
      [9, 100],
      [10, 11],
      [2 ** 32, 1],
      [9, 20],
    ] as const;
    write(...pairs.map(([id, number]) => put('deliveries', delivery(id, number))));
    expect([...store.scan('deliveries')].map((row) => [row.mailboxId, row.number])).toEqual([
      [9, 20],
      [9, 100],
      [10, 2],
      [10, 11],
      [2 ** 32, 1],
    ]);
  });

  test('a write that erases content changes no row', () => {
    write(...TABLE_NAMES.map((table) => putRow(table)));
    const before = toHex(stateDigest(store));
    write({ kind: 'erase-content', index: 7 });
    expect(toHex(stateDigest(store))).toBe(before);
  });
});

describe('SQLite: a transaction that is rolled back', () => {
  test('leaves nothing of what was written, not even in what is kept in memory', () => {
    const subject = sqlite();
    const { store } = subject;
    store.write(TABLE_NAMES.map((table) => putRow(table)));
    subject.commit();
    const digest = toHex(stateDigest(store));
    store.write(TABLE_NAMES.map((table) => put(table, { ...ROWS[table], ...OTHER[table] } as Tables[TableName])));
    store.write([
      put('mailboxes', mailbox('xd.late/desk', 2)),
      put('messages', message(8, { messageId: ROWS.messages.messageId })),
      { kind: 'delete', table: 'agencies', key: ['xa.customs'] },
    ]);
    // Reads and a flush on the way must leave no trace either.
    expect(store.mailboxOfId(2)).toBe('xd.late/desk');
    expect(store.messagesById(ROWS.messages.messageId)).toHaveLength(2);
    store.flush();
    expect(store.mailboxOfId(2)).toBe('xd.late/desk');
    expect(store.messagesById(ROWS.messages.messageId)).toHaveLength(2);
    for (const table of TABLE_NAMES) rowOf(store, table);
    subject.rollback();
    expect(store.mailboxOfId(2)).toBeUndefined();
    expect(store.messagesById(ROWS.messages.messageId)).toHaveLength(1);
    for (const table of TABLE_NAMES) expect({ ...(rowOf(store, table) as object) }).toEqual(ROWS[table]);
    expect(toHex(stateDigest(store))).toBe(digest);
    subject.close();
  });

  test('what is written after it counts as if it had not been', () => {
    const subject = sqlite();
    const other = memory();
    subject.store.write([putRow('messages'), putRow('counters')]);
    subject.store.flush();
    subject.rollback();
    for (const { store } of [subject, other]) store.write([put('messages', message(3)), putRow('agencies')]);
    subject.commit();
    expect(plain(subject.store.scan('messages'))).toEqual([message(3)]);
    expect(toHex(stateDigest(subject.store))).toBe(toHex(stateDigest(other.store)));
    subject.close();
  });
});

test('a row that was flushed with another searched column and then changed back is as it was', () => {
  const subject = sqlite();
  const { store } = subject;
  const row = message(1, { expiresAtMs: 5 });
  store.write([put('messages', row)]);
  subject.commit();
  for (const expiresAtMs of [9, 5]) {
    store.write([put('messages', { ...row, expiresAtMs })]);
    store.flush();
  }
  subject.commit();
  expect(store.messagesExpiring(FIRST_EXPIRY, 5, 1)).toHaveLength(1);
  subject.close();
});

// Guards: each look across the rows of an open transaction wrote all of them again.
test('what has been flushed is written once, however often rows are asked for', () => {
  const subject = sqlite();
  const { store } = subject;
  for (let i = 1; i <= 50; i++) {
    store.write([put('disclosures', { rootIndex: 1, forwardIndex: i })]);
    expect(store.within('disclosures', 1)).toHaveLength(i);
  }
  expect(subject.written()).toBe(50);
  subject.rollback();
  expect(store.within('disclosures', 1)).toEqual([]);
  subject.close();
});

test('random writes, flushes, commits and rollbacks leave both stores with one content', () => {
  const key = fc.nat(5);
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({ key, n: fc.nat(3) }).map(({ key, n }) => {
      return put(
        'messages',
        message(key, { messageId: new Uint8Array(16).fill(key % 2), expiresAtMs: n, outstanding: n }),
      );
    }),
    fc.record({ key, n: fc.nat(3) }).map(({ key, n }) => put('counters', { mailboxId: key, nextNumber: n })),
    fc
      .record({ key, n: fc.nat(3) })
      .map(({ key, n }) => put('deliveries', { ...delivery(key % 2, key), lateIndex: n })),
    key.map((key): Change => ({ kind: 'delete', table: 'messages', key: [key] })),
    key.map((key): Change => ({ kind: 'delete', table: 'counters', key: [key] })),
    key.map((key): Change => ({ kind: 'delete', table: 'deliveries', key: [key % 2, key] })),
  );
  const transaction = fc.record({ writes: fc.array(fc.array(change)), flush: fc.boolean(), fails: fc.boolean() });
  fc.assert(
    fc.property(fc.array(transaction), (transactions) => {
      const [a, b] = [memory(), sqlite()];
      for (const { writes, flush, fails } of transactions) {
        for (const changes of writes) {
          b.store.write(changes);
          if (!fails) a.store.write(changes);
          if (flush) b.store.flush();
        }
        if (fails) b.rollback();
        else b.commit();
        expect(toHex(stateDigest(b.store))).toBe(toHex(stateDigest(a.store)));
        for (const id of [0, 1].map((byte) => new Uint8Array(16).fill(byte))) {
          const [left, right] = [a, b].map(({ store }) =>
            store.messagesById(id).sort((x, y) => x.entryIndex - y.entryIndex),
          );
          expect(plain(right!)).toEqual(plain(left!));
        }
        const after = { expiresAtMs: 1, entryIndex: 2 };
        expect(plain(b.store.messagesExpiring(after, 2, 3))).toEqual(plain(a.store.messagesExpiring(after, 2, 3)));
        for (let n = 0; n < 6; n++)
          expect({ ...b.store.get('counters', n) }).toEqual({ ...a.store.get('counters', n) });
      }
      b.close();
    }),
    { numRuns: 200 },
  );
});

test('the state digest tells every value, its type and its place', () => {
  const digestOf = (...rows: Change[]): string => {
    const store = new MemoryStore();
    store.write(rows);
    return toHex(stateDigest(store));
  };
  const digests = [digestOf()];
  for (const table of TABLE_NAMES) {
    digests.push(digestOf(putRow(table)));
    for (const [name, value] of Object.entries(OTHER[table])) {
      digests.push(digestOf(put(table, { ...ROWS[table], [name]: value })));
    }
  }
  const fact = (text: string, name: string): Change => put('facts', { name: name as 'origin', text, number: 0 });
  digests.push(digestOf(fact('bc', 'a')), digestOf(fact('c', 'ab')), digestOf(fact('', 'abc')));
  // Texts that hold what could be taken for the beginning of the next one.
  for (const head of ['T', 'TTTTT', 'T\0\0\0\0']) {
    digests.push(digestOf(fact('c', `a${head}b`)), digestOf(fact(`b${head}c`, 'a')));
  }
  expect(new Set(digests).size).toBe(digests.length);
  expect(digests[0]).toBe(EMPTY_STATE);
  expect(compareKeys([1, 2], [1, 2])).toBe(0);
});

/** SHA-256 over the names of the nine tables, each with a zero byte: what two implementations can compare first. */
const EMPTY_STATE = '1ff1384a50647e65e6a5cddd61b7f19a33d1afbfbf1b61b064e70d4de101fa40';
