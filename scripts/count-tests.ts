/**
 * Prints `N passed, N failed, N skipped` from a report of Vitest's JSON reporter. A file that could not be loaded counts as
 * one failure. Exits 1 when anything failed or nothing ran.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const reportSchema = z.object({
  success: z.boolean(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** @param text the report; text that is none counts as one failure, because then the run did not reach its end */
export function countTests(text: string): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const report = reportSchema.safeParse(parsed(text));
  if (!report.success) return { ...counts, failed: 1 };
  for (const file of report.data.testResults) {
    const before = counts.failed;
    for (const { status } of file.assertionResults) {
      if (status === 'passed') counts.passed++;
      else if (status === 'failed') counts.failed++;
      else counts.skipped++;
    }
    if (file.status === 'failed' && counts.failed === before) counts.failed++;
  }
  // An error outside of any test, such as an unhandled rejection.
  if (!report.data.success && counts.failed === 0) counts.failed = 1;
  return counts;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const { passed, failed, skipped } = countTests(readFileSync(process.argv[2] ?? '/dev/stdin', 'utf8'));
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
