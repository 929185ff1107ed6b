/** Entries that are too large. No request can lead to one within today's limits, so one limit is lowered here. */
import { afterAll, expect, test, vi } from 'vitest';
import type * as Limits from '../../protocol/limits.ts';
import { removeDirectory } from '../ledger/support.ts';
import { police, removeEngines, send, TestEngine, work } from './engine-support.ts';

vi.mock('../../protocol/limits.ts', async (original) => {
  const actual = await original<typeof Limits>();
  return { ...actual, LIMITS: { ...actual.LIMITS, entryBytesMax: 3000 } };
});
afterAll(() => {
  removeDirectory();
  removeEngines();
});

test('an entry that is too large refuses its own command and no other', () => {
  const subject = new TestEngine();
  const size = subject.engine.tree.size;
  const command = send([police]);
  const large = { ...command, signature: { ...command.signature, signature: new Uint8Array(3000) } };
  const [before, refused, after, again] = subject.commit([
    work(send([police])),
    work(large),
    work(send([police])),
    work(command),
  ]);
  expect(before).toEqual({ kind: 'logged', indices: [size] });
  expect(refused).toMatchObject({ kind: 'refused', error: { code: 'LIMIT_EXCEEDED' } });
  expect(refused).not.toHaveProperty('index');
  expect(after).toEqual({ kind: 'logged', indices: [size + 1] });
  // It took no number and bound no id.
  expect(again).toEqual({ kind: 'logged', indices: [size + 2] });
  expect(subject.engine.entry(size + 2).event.value).toMatchObject({ numbers: [3] });
  const seen = subject.seen();
  subject.reopen();
  expect(subject.seen()).toEqual(seen);
  expect(subject.engine.prepare('SELECT entryIndex FROM contents').all()).toHaveLength(3);
  subject.close();
});
