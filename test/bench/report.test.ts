import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../bench/measures/profile.ts';
import type { Measured, Row, ThroughputRun } from '../../bench/measures/results.ts';
import { targetsOf } from '../../bench/report/targets.ts';
import { figure, spreadText } from '../../bench/report/text.ts';

const row = (key: string, perSecond: (number | null)[]): Row<ThroughputRun> => ({
  key,
  name: key,
  runs: perSecond.map((value) =>
    value === null
      ? null
      : {
          ...{ messages: 1, seconds: 1, perSecond: value, serverBytes: 1, diskBytesPerMessage: 1 },
          ...{ lost: 0, doubled: 0, receipts: 1, cpuMs: { sender: 1, recipient: 1, server: 1 } },
        },
  ),
});
const measured = (ours: (number | null)[], theirs: (number | null)[]): Measured => ({
  throughput: [{ bodyBytes: 1024, rows: [row('liaison-p256-single', ours), row('rabbitmq', theirs)] }],
});

describe('targets', () => {
  it('are about the median of the ratios of each repetition', () => {
    const [target] = targetsOf(measured([90, 100, 300], [100, 100, 100]));
    expect(target).toMatchObject({ wanted: '≥ 0.9×', value: 1, reached: true });
    expect(targetsOf(measured([80, 80], [100, 100]))[0]).toMatchObject({ value: 0.8, reached: false });
  });

  it('leave out repetitions that one side lacks, and what was not measured', () => {
    expect(targetsOf(measured([50, 100], [null, 100]))[0]).toMatchObject({ value: 1 });
    expect(targetsOf(measured([100], [null]))).toEqual([]);
    expect(targetsOf({})).toEqual([]);
  });
});

describe('figures as text', () => {
  it('have three significant digits, and no decimals from a thousand on', () => {
    expect([0.04567, 12.345, 999.6, 12_345.6, NaN].map(figure)).toEqual(['0.0457', '12.3', '1,000', '12,346', '–']);
  });

  it('give the range where values differ', () => {
    expect(spreadText([1, 3, 2], '×')).toBe('2× (1–3)');
    expect(spreadText([2, 2])).toBe('2');
    expect(spreadText([NaN])).toBe('–');
  });
});

describe('a profile', () => {
  it('counts native functions for the stage of their callers, and idle time for none', () => {
    const frame = (functionName: string, url: string): { functionName: string; url: string } => ({ functionName, url });
    const nodes = [
      { id: 1, callFrame: frame('(root)', ''), children: [2, 3, 5] },
      { id: 2, callFrame: frame('(idle)', '') },
      { id: 3, callFrame: frame('', 'file:///x/gateway/ledger/worker.ts'), children: [4] },
      { id: 4, callFrame: frame('run', ''), children: [] },
      { id: 5, callFrame: frame('(garbage collector)', '') },
    ];
    const rows = rowsOf([{ nodes, samples: [2, 4, 4, 5], timeDeltas: [9000, 1000, 2000, 1000] }]);
    expect(rows).toEqual([
      { thread: 'ledger', stage: 'deciding and applying', milliseconds: 3, share: 0.75 },
      { thread: 'ledger', stage: 'garbage collection', milliseconds: 1, share: 0.25 },
    ]);
  });
});
