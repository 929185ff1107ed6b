/** The index over the rules follows the state that it is made of. */
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { policyRefusal } from '../../../ledger/policy/judge.ts';
import { rulesChanged } from '../../../ledger/policy/rule-book.ts';
import { SqliteStore } from '../../../ledger/store/sqlite.ts';
import { removeDirectory, START_MS } from '../support.ts';
import { DRUGS, letter, PolicyLedger, PORTALDER } from './support.ts';

afterAll(removeDirectory);

// Guards: the rules of a batch that was rolled back must not outlive it, although the next one has the same indices.
test('rules of a transaction that was rolled back do not count', () => {
  const db = new DatabaseSync(':memory:');
  SqliteStore.createTables(db);
  db.exec('BEGIN');
  const sqlite = new SqliteStore(db);
  const ledger = new PolicyLedger({ store: sqlite });
  sqlite.flush();
  db.exec('COMMIT; BEGIN');
  sqlite.settle();
  const said = (): string => policyRefusal(sqlite, letter(PORTALDER, [DRUGS]), START_MS)?.code ?? 'permitted';
  const size = ledger.size;
  ledger.agree({});
  expect(said()).toBe('permitted');
  sqlite.flush();
  db.exec('ROLLBACK; BEGIN');
  sqlite.discard();
  expect(said()).toBe('AGREEMENT_MISSING');
  sqlite.write([rulesChanged(size)]);
  expect(said()).toBe('AGREEMENT_MISSING');
  db.close();
});
