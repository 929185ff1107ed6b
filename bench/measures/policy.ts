/** What many agreements and groups cost: the same messages to a group, with few rules and with many, in turns. */
import { carry } from '../load/run.ts';
import type { Site } from '../systems/liaison/site.ts';
import type { Bench, Line } from './context.ts';
import type { PolicyRun, Row } from './results.ts';
import { alternate } from './rows.ts';
import { cpuPerMessage, WINDOW } from './throughput.ts';

const BODY_BYTES = 1_024;
const UNIT = 50;
const FEW = { agreements: 10, groups: 10 };

interface RuledLine extends Line {
  readonly system: Site;
  readonly rules: typeof FEW;
}

/** One sender, one recipient, P-256, one signature a message; every message is judged by clearance, agreement and group. */
export async function policy(bench: Bench): Promise<Row<PolicyRun>[]> {
  const { agencies, messages, ...rules } = bench.options.sizes.policy;
  const { warmUp } = bench.options.sizes;
  const lines: RuledLine[] = [];
  for (const counts of [FEW, rules]) {
    const name = `${counts.agreements} agreements, ${counts.groups} groups`;
    const system = await bench.ruledSite(name, agencies, counts);
    bench.log(`sealing and signing ${warmUp + messages} messages (${name})`);
    const pool = { signing: 'single' as const, bodyBytes: BODY_BYTES, senders: [0], to: () => [1], burst: UNIT };
    await system.seal({ ...pool, count: warmUp + messages });
    const key = `liaison-policy-${counts.agreements}`;
    lines.push({ key, name, system, signing: 'single', unit: UNIT, rules: counts });
  }
  return alternate(
    bench,
    'policy',
    lines,
    (line, repetition) => once(bench, line as RuledLine, repetition),
    ({ perSecond, cpuMs }) => `${Math.round(perSecond)} messages/s, server ${cpuMs.server.toFixed(3)} ms CPU each`,
  );
}

async function once(bench: Bench, line: RuledLine, repetition: number): Promise<PolicyRun> {
  const { sizes } = bench.options;
  const count = sizes.policy.messages;
  const { result, verified } = await bench.on(line, bench.audits(repetition), (running) =>
    carry(running, {
      senders: [{ from: 0, to: 1, bodyBytes: BODY_BYTES, signing: 'single' }],
      recipients: [{ to: 1 }],
      warmUp: sizes.warmUp,
      count,
      schedule: { kind: 'window', window: WINDOW, unit: line.unit },
    }),
  );
  const { lost, doubled, receipts, seconds } = result;
  return {
    ...line.rules,
    perSecond: count / seconds,
    cpuMs: cpuPerMessage(result, count),
    ...{ lost, doubled, receipts },
    ...(verified && { verified }),
  };
}
