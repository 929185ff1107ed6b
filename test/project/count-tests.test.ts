/** The line that .ci/run ends with. */
import { expect, test } from 'vitest';
import { countTests } from '../../scripts/count-tests.ts';

const file = (status: string, ...tests: string[]): object => ({
  status,
  assertionResults: tests.map((result) => ({ status: result })),
});
const report = (success: boolean, ...testResults: object[]): string => JSON.stringify({ success, testResults });

test('counts tests by their status', () => {
  const text = report(
    false,
    file('passed', 'passed', 'skipped', 'todo'),
    file('failed', 'failed', 'passed', 'pending'),
  );
  expect(countTests(text)).toEqual({ passed: 2, failed: 1, skipped: 3 });
});

test('counts a file that could not be loaded as a failure', () => {
  expect(countTests(report(false, file('failed'), file('passed', 'passed')))).toEqual({
    passed: 1,
    failed: 1,
    skipped: 0,
  });
});

test('counts an error outside of the tests as a failure', () => {
  expect(countTests(report(false, file('passed', 'passed')))).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('counts a run without a report as a failure', () => {
  for (const text of ['', '{', '{}', 'null']) expect(countTests(text)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
