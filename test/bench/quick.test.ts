/** The benchmark itself, with tiny counts: that it measures what it says and loses nothing. */
import { afterAll, describe, expect, it } from 'vitest';
import { runMeasures } from '../../bench/measures/all.ts';
import { Bench } from '../../bench/measures/context.ts';
import { chartSvg } from '../../bench/report/chart.ts';
import { describeMachine } from '../../bench/report/machine.ts';
import { markdown } from '../../bench/report/markdown.ts';
import { reportJson, type Report } from '../../bench/report/report.ts';
import { targetsOf } from '../../bench/report/targets.ts';
import { QUICK, type Sizes } from '../../bench/measures/sizes.ts';
import { hasOpenssl } from '../support/openssl.ts';

const TINY: Sizes = {
  ...QUICK,
  warmUp: 50,
  throughput: [{ bodyBytes: 1_024, warmUp: 50, messages: 200 }],
  oneInFlight: 20,
  latencyLoad: 100,
};

describe.skipIf(!hasOpenssl)('the benchmark', () => {
  const log: string[] = [];
  const bench = new Bench({
    sizes: TINY,
    repetitions: 1,
    verifyAll: true,
    keys: ['p256'],
    peers: false,
    log: (line) => log.push(line),
  });
  afterAll(() => bench.close());

  it('carries messages through a gateway, loses and doubles none, and verifies the log', async () => {
    const machine = describeMachine(bench.dir);
    const measured = await runMeasures(bench, ['throughput', 'latency']);
    expect(bench.failures).toEqual([]);
    const [oneKiB] = measured.throughput!;
    expect(oneKiB!.rows.map(({ key }) => key)).toEqual(['liaison-p256-single', 'liaison-p256-burst']);
    for (const { runs } of oneKiB!.rows) {
      expect(runs).toHaveLength(1);
      const run = runs[0]!;
      expect(run).toMatchObject({
        messages: 200,
        lost: 0,
        doubled: 0,
        verified: { acceptances: 250, handovers: 250, findings: 0 },
      });
      expect(run.receipts).toBeGreaterThanOrEqual(2);
      expect(run.perSecond).toBeCloseTo(200 / run.seconds);
      expect(run.metrics).toMatchObject({ accepted: 250, handedOver: 250, refused: 0 });
      expect(run.cpuMs.sender).toBeGreaterThan(0);
      expect(run.serverBytes).toBeGreaterThan(10_000_000);
      expect(run.diskBytesPerMessage).toBeGreaterThan(500);
    }
    for (const { runs } of measured.latency!) {
      const { oneInFlight, halfLoad, ...rest } = runs[0]!;
      expect(rest).toMatchObject({ lost: 0, doubled: 0, verified: { findings: 0 } });
      expect(oneInFlight.confirmed.count).toBe(20);
      expect(oneInFlight.confirmed.median).toBeGreaterThan(0);
      expect(oneInFlight.proven!.median).toBeGreaterThan(oneInFlight.confirmed.median);
      expect(halfLoad.confirmed.p99).toBeGreaterThanOrEqual(halfLoad.confirmed.median);
    }
    const report: Report = {
      schema: 'liaison-bench@v1',
      startedAt: new Date(0).toISOString(),
      seconds: 1,
      ...{ quick: true, repetitions: 1, sizes: TINY, machine, measured },
      systems: [...bench.facts.values()],
      skipped: bench.skipped,
    };
    // What is compared with a broker has no value here.
    expect(targetsOf(measured).map(({ unit }) => unit)).toEqual([' ms', '×']);
    expect(markdown(report)).toContain('| Liaison, P-256, one signature a message ');
    expect(chartSvg(report)).toContain('P-256, 250 messages a signature</text>');
    expect(JSON.parse(reportJson(report))).toMatchObject({ schema: 'liaison-bench@v1', skipped: [] });
    expect(log.some((line) => line.includes('throughput 1 KiB, repetition 1 of 1'))).toBe(true);
  });
});
