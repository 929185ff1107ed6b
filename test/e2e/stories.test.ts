/** The five stories of docs/domain.md, as `npm run demo -- --story N` tells them: real processes, real TLS. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const LIAISON = join(import.meta.dirname, '../../liaison');

/** What only a story that came out as told prints. */
const SHOWN: Readonly<Record<number, readonly RegExp[]>> = {
  1: [
    /ConsignmentNotification/,
    /nobody has it twice/,
    /GROUP_UNKNOWN; who its members are is not told/,
    /has seen nothing of it/,
  ],
  2: [/answered in time/, /THREAD_OPEN/, /is told: half/, /is told: breached/, /recorded the breach/],
  3: [/PERMISSION_MISSING/, /sees the disclosure/, /compliance receipts 2 of 2; it shows RECALLED/],
  4: [/CLEARANCE_TOO_LOW/, /interpol .*shows CORRECTED/, /xd\.customs .*shows CORRECTED/, /compliance receipts 2 of 2/],
  5: [/the link dropped 3 times/, /holds three handovers/, /every entry verified/, /one edited row: .*\S/],
};

/** Rows of the domain are looked for in the names of tests. */
const ROWS = [
  [1, 'fake medicines (domain: stories/1)'],
  [2, 'two requests (domain: stories/2)'],
  [3, 'originator control (domain: stories/3)'],
  [4, 'clearance and correction (domain: stories/4)'],
  [5, 'a fragile link and the auditor (domain: stories/5)'],
] as const;

test.each(ROWS)(
  'story %i comes out as told: %s',
  async (story) => {
    const { stdout } = await promisify(execFile)(LIAISON, ['demo', '--story', String(story)], { maxBuffer: 2 ** 24 });
    for (const line of SHOWN[story] ?? []) expect(stdout).toMatch(line);
  },
  120_000,
);
