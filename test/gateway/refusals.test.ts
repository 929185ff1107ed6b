/** Nobody grows the log with rubbish. */
import { beforeEach, describe, expect, test } from 'vitest';
import { RefusalLedger } from '../../gateway/ledger/refusals.ts';
import { ERRORS } from '../../protocol/errors.ts';

const BURST = 100;
const NOW_MS = 1_800_000_000_000;

let ledger: RefusalLedger;
beforeEach(() => {
  ledger = new RefusalLedger();
});
/** How many of `tries` refusals of an agency may be logged at this time. */
const logged = (agency: string, nowMs: number, tries: number): number =>
  Array.from({ length: tries }, () => ledger.mayLog(agency, nowMs)).filter(Boolean).length;

describe('the share of logged refusals', () => {
  test('is a burst of 100, for each agency its own', () => {
    expect(logged('xa.customs', NOW_MS, 150)).toBe(BURST);
    expect(logged('xa.customs', NOW_MS, 10)).toBe(0);
    expect(logged('xb.police', NOW_MS, 150)).toBe(BURST);
  });

  test('refills by one a second, and not beyond the burst', () => {
    logged('xa.customs', NOW_MS, BURST);
    expect(logged('xa.customs', NOW_MS + 999, 1)).toBe(0);
    expect(logged('xa.customs', NOW_MS + 1000, 2)).toBe(1);
    expect(logged('xa.customs', NOW_MS + 8000, 20)).toBe(7);
    expect(logged('xa.customs', NOW_MS + 10_000_000, 200)).toBe(BURST);
  });

  test('counts fractions of a second, however often somebody asks', () => {
    logged('xa.customs', NOW_MS, BURST);
    let count = 0;
    for (let ms = 100; ms <= 10_000; ms += 100) count += logged('xa.customs', NOW_MS + ms, 3);
    expect(count).toBeGreaterThanOrEqual(9);
    expect(count).toBeLessThanOrEqual(10);
  });

  test('a flood adds a bounded number of entries', () => {
    let count = 0;
    for (let ms = 0; ms < 60_000; ms += 10) count += logged('xa.customs', NOW_MS + ms, 2);
    expect(count).toBeGreaterThan(BURST + 57);
    expect(count).toBeLessThanOrEqual(BURST + 60);
  });

  test('time that does not move, or runs back, gives nothing and takes nothing', () => {
    logged('xb.police', NOW_MS, 60);
    expect(logged('xb.police', NOW_MS - 3_600_000, 50)).toBe(40);
    logged('xa.customs', NOW_MS, BURST);
    expect(logged('xa.customs', NOW_MS - 3_600_000, 5)).toBe(0);
    expect(logged('xa.customs', NOW_MS, 5)).toBe(0);
  });
});

describe('counts', () => {
  test('add up by code and come lowest code first', () => {
    ledger.count('SIGNATURE_INVALID');
    ledger.count('MALFORMED', 3);
    ledger.count('SIGNATURE_INVALID', 2);
    ledger.countNumber(ERRORS.MALFORMED.number, 4);
    expect(ledger.take()).toEqual([
      { code: ERRORS.MALFORMED.number, count: 7 },
      { code: ERRORS.SIGNATURE_INVALID.number, count: 3 },
    ]);
  });

  test('begin anew after they were taken', () => {
    ledger.count('MALFORMED');
    ledger.take();
    expect(ledger.take()).toEqual([]);
    ledger.count('MALFORMED');
    expect(ledger.take()).toEqual([{ code: 100, count: 1 }]);
  });

  test('all codes together fit one summary', () => {
    for (const code of Object.keys(ERRORS)) ledger.count(code as keyof typeof ERRORS);
    // RefusalSummary.counts {count 128}
    expect(ledger.take().length).toBeLessThanOrEqual(128);
  });
});
