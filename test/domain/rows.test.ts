/** Every row of the domain (rows.ts) has a test that names it, and no test names a row that is not there. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DOMAIN_ROWS } from './rows.ts';

const TESTS = new URL('../', import.meta.url);
/** A row in the name of a test: within quotation marks. */
const NAMED = /['"`][^'"`\n]*?\bdomain: ([\w-]+\/[\w-]+)/g;
/** A further row in the same name. */
const FURTHER = /\bdomain: ([\w-]+\/[\w-]+)/g;

const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.test.ts') && !path.endsWith('domain/rows.test.ts'),
);
const named = new Map<string, string>();
for (const path of files) {
  const lines = readFileSync(new URL(path, TESTS), 'utf8').split('\n');
  for (const line of lines.filter((text) => text.match(NAMED))) {
    for (const [, row = ''] of line.matchAll(FURTHER)) named.set(row, path);
  }
}

test('every row has a test', () => {
  const missing = Object.keys(DOMAIN_ROWS).filter((row) => !named.has(row));
  expect(missing, `rows without a test: ${missing.join(', ')}`).toEqual([]);
});

test('every row that a test names is there', () => {
  const unknown = [...named].filter(([row]) => !(row in DOMAIN_ROWS));
  expect(unknown).toEqual([]);
});

test('docs/domain.md names every message type and enumeration', () => {
  const page = readFileSync(new URL('../docs/domain.md', TESTS), 'utf8');
  const names = Object.keys(DOMAIN_ROWS).flatMap(
    (row) => row.match(/^(?:messages|enumerations)\/([A-Z]\w+)$/)?.[1] ?? [],
  );
  expect(names.length).toBeGreaterThan(25);
  expect(names.filter((name) => !page.includes(name))).toEqual([]);
});
