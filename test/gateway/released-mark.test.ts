/** The file with the newest released checkpoint, written while things go wrong. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ReleasedMark } from '../../gateway/ledger/released-mark.ts';
import { expectCode } from '../audit/support.ts';

const directory = mkdtempSync(join(tmpdir(), 'liaison-mark-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const PAGE = 4096;
let files = 0;
let path = '';
beforeEach(() => {
  path = join(directory, String(++files));
});

const fail = (error: unknown): never => {
  throw error;
};
const note = (size: number): Uint8Array =>
  new Uint8Array(Buffer.from(`log.example\n${size}\nroot\n\n\u2014 log AAAA\n`));
const open = (): ReleasedMark => new ReleasedMark(path, fail);
function found(): string | undefined {
  const mark = open();
  mark.close();
  return mark.found && Buffer.from(mark.found).toString();
}
const text = (size: number): string => Buffer.from(note(size)).toString();
function write(...sizes: number[]): void {
  const mark = open();
  for (const size of sizes) mark.write(note(size));
  mark.close();
}

test('is made when it is not there, for its owner only, and has nothing yet', () => {
  const mark = open();
  expect([mark.isNew, mark.found]).toEqual([true, undefined]);
  mark.close();
  expect([statSync(path).size, statSync(path).mode & 0o777]).toEqual([2 * PAGE, 0o600]);
  expect(found()).toBeUndefined();
});

test('has what was written last, over any number of starts, and a person can read it', () => {
  for (let size = 1; size < 8; size++) {
    write(size);
    expect(found()).toBe(text(size));
  }
  write(8, 9, 10);
  expect(found()).toBe(text(10));
  expect(readFileSync(path, 'utf8')).toContain(`\n${text(10)}`);
});

test('a write that a crash has torn, anywhere, leaves the one before it', () => {
  write(1, 2);
  const before = readFileSync(path);
  write(3);
  const after = readFileSync(path);
  const at = before.subarray(0, PAGE).equals(after.subarray(0, PAGE)) ? PAGE : 0;
  // Bytes behind the note are newlines in both.
  for (let bytes = 0; bytes < 200; bytes++) {
    const torn = Buffer.from(before);
    after.copy(torn, at, at, at + bytes);
    writeFileSync(path, torn);
    expect([text(2), text(3)]).toContain(found());
    if (bytes < 50) expect(found()).toBe(text(2));
  }
});

test('is not there when neither slot can be read, which is no alarm', () => {
  write(1, 2);
  writeFileSync(path, Buffer.alloc(2 * PAGE, 7));
  const mark = open();
  expect([mark.isNew, mark.found]).toEqual([false, undefined]);
  mark.write(note(3));
  mark.close();
  expect(found()).toBe(text(3));
});

test('a file of another kind is left as it is', () => {
  writeFileSync(path, 'origin: gateway.example\n');
  expectCode(open, 'FILE_INVALID');
  expect(readFileSync(path, 'utf8')).toBe('origin: gateway.example\n');
  path = join(directory, 'no-such-directory', 'mark');
  expectCode(open, 'STORAGE_FAILED');
});
