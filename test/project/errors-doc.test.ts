/** docs/errors.md says what protocol/errors.ts says, and the table keeps its promises. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERRORS, errorCodeOf, type ErrorCode } from '../../protocol/errors.ts';
import { ERRORS_DOC, errorsDoc } from '../../scripts/generate-errors-doc.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

test('docs/errors.md is what scripts/generate-errors-doc.ts writes', async () => {
  expect(readFileSync(ERRORS_DOC, 'utf8')).toBe(await errorsDoc());
});

test('numbers are unique and ascend, so that every code has one place in the table', () => {
  const numbers = codes.map((code) => ERRORS[code].number);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(codes.map((code) => errorCodeOf(ERRORS[code].number))).toEqual(codes);
});

test('every code says what happened and what to do, as sentences', () => {
  const unfinished = codes.filter((code) => {
    const { text, remedy } = ERRORS[code];
    return !/^\S.*\.$/.test(text) || !/^\S.*\.$/.test(remedy);
  });
  expect(unfinished).toEqual([]);
});
