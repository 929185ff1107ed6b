/** Many senders against as many recipients: every pair has a link of its own, and the links share the outstanding messages. */
import { carry } from '../load/run.ts';
import type { Bench } from './context.ts';
import { agenciesOf } from './fanout.ts';
import { alternate } from './rows.ts';
import type { ManyRun, Row } from './results.ts';
import { cpuPerMessage, WINDOW } from './throughput.ts';

/** Not 1 KiB to the byte: the fan-out's pools of the same agencies have that name. */
const BODY_BYTES = 1_000;
const WARM_UP = 20;

/** Measures pairs of agencies, one signature a message. */
export async function many(bench: Bench): Promise<Row<ManyRun>[]> {
  const { pairs, messages } = bench.options.sizes.many;
  const site = await bench.largeSite('many agencies', agenciesOf(bench));
  const first = site.agencies.length - pairs;
  const numbers = Array.from({ length: pairs }, (_, i) => i);
  const signing = 'single' as const;
  bench.log(`sealing ${messages + WARM_UP} messages of each of ${pairs} senders`);
  await site.seal({
    ...{ signing, bodyBytes: BODY_BYTES, burst: 1 },
    senders: numbers.map((i) => first + i),
    to: (sender) => [sender - first],
    count: messages + WARM_UP,
  });
  const window = Math.max(1, Math.floor(WINDOW / pairs));
  const line = { key: 'liaison-p256-many', name: 'Liaison, P-256', system: site, signing, unit: Math.ceil(window / 2) };
  const run = async (repetition: number): Promise<ManyRun> => {
    const { result, verified } = await bench.on(line, bench.audits(repetition), (running) =>
      carry(running, {
        senders: numbers.map((to) => ({ from: first + to, to, bodyBytes: BODY_BYTES, signing })),
        recipients: numbers.map((to) => ({ to })),
        warmUp: WARM_UP,
        count: messages,
        schedule: { kind: 'window', window, unit: line.unit },
      }),
    );
    const total = pairs * messages;
    const { lost, doubled, receipts, seconds } = result;
    return {
      ...{ pairs, messages: total, perSecond: total / seconds, cpuMs: cpuPerMessage(result, total) },
      ...{ lost, doubled, receipts },
      ...(verified && { verified }),
    };
  };
  return alternate(
    bench,
    `${pairs} senders, ${pairs} recipients`,
    [line],
    (_, repetition) => run(repetition),
    ({ perSecond }) => `${Math.round(perSecond)} messages/s`,
    bench.options.sizes.long,
  );
}
