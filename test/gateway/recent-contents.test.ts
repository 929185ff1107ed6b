import { expect, test } from 'vitest';
import { RecentContents } from '../../gateway/ledger/recent-contents.ts';

const content = (bytes: number): { content: Uint8Array; wrappedKeys: Uint8Array[] } => ({
  content: new Uint8Array(bytes).fill(7),
  wrappedKeys: [new Uint8Array(bytes === 0 ? 0 : 106)],
});

test('the newest stay and the oldest go, however small they are', () => {
  for (const bytes of [0, 1_000, 300_000]) {
    const recent = new RecentContents();
    const many = 50_000;
    for (let index = 0; index < (bytes > 100_000 ? 100 : many); index++) recent.add(index, content(bytes));
    const last = (bytes > 100_000 ? 100 : many) - 1;
    expect(recent.get(last)).toEqual(content(bytes));
    expect(recent.get(0)).toBeUndefined();
  }
});

test('what is kept is a copy, and is forgotten when it is erased', () => {
  const recent = new RecentContents();
  const frame = new Uint8Array(100).fill(1);
  recent.add(1, { content: frame.subarray(10, 20), wrappedKeys: [frame.subarray(20, 30)] });
  frame.fill(2);
  expect(recent.get(1)).toEqual({ content: new Uint8Array(10).fill(1), wrappedKeys: [new Uint8Array(10).fill(1)] });
  recent.delete(1);
  recent.delete(2);
  expect(recent.get(1)).toBeUndefined();
});
