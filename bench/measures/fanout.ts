/** Fan-out: one sender whose every message goes to many agencies, each with a session and a signature of its own. */
import { carry } from '../load/run.ts';
import type { Running, SenderOptions } from '../load/types.ts';
import { Pool } from '../systems/liaison/pool.ts';
import type { Site } from '../systems/liaison/site.ts';
import type { Bench } from './context.ts';
import { alternate } from './rows.ts';
import type { FanoutRun, Row } from './results.ts';
import { cpuPerMessage, WINDOW } from './throughput.ts';

const BODY_BYTES = 1_024;
/** Outstanding messages of the fan-out, each of which is as many deliveries as there are recipients. */
const FANOUT_WINDOW = 20;
const FANOUT_UNIT = 5;
const UNIT = 50;

/** The gateway for everything with many agencies: recipients first, then senders. */
export const agenciesOf = (bench: Bench): number => {
  const { fanout, many } = bench.options.sizes;
  return Math.max(fanout.recipients, many.pairs) + Math.max(2, many.pairs);
};

/** Measures deliveries a second, and in the same repetition one sender to one recipient on the same gateway. */
export async function fanout(bench: Bench): Promise<Row<FanoutRun>[]> {
  const { warmUp, fanout: size } = bench.options.sizes;
  const site = await bench.largeSite('many agencies', agenciesOf(bench));
  const [many, one] = [size.recipients, size.recipients + 1];
  const everybody = Array.from({ length: size.recipients }, (_, i) => i);
  const count = size.messages + FANOUT_WINDOW;
  const singles = 10 * size.messages;
  bench.log(`sealing ${count} messages to ${size.recipients} recipients each, and ${singles + warmUp} to one`);
  const signing = 'single' as const;
  await site.seal({ signing, bodyBytes: BODY_BYTES, senders: [many], to: () => everybody, count, burst: 1 });
  await site.seal({ signing, bodyBytes: BODY_BYTES, senders: [one], to: () => [0], count: singles + warmUp, burst: 1 });
  const line = { key: 'liaison-p256-fanout', name: 'Liaison, P-256', system: site, signing, unit: UNIT };
  const run = async (repetition: number): Promise<FanoutRun> => {
    const { result, verified } = await bench.on(line, bench.audits(repetition), (running) =>
      once(running, site, { recipients: size.recipients, messages: size.messages, singles, warmUp }),
    );
    return { ...result, ...(verified && { verified }) };
  };
  return alternate(
    bench,
    `fan-out to ${size.recipients}`,
    [line],
    (_, repetition) => run(repetition),
    ({ deliveriesPerSecond, singlePerSecond }) =>
      `${Math.round(deliveriesPerSecond)} deliveries/s; one to one ${Math.round(singlePerSecond)} messages/s`,
    bench.options.sizes.long,
  );
}

interface Size {
  readonly recipients: number;
  readonly messages: number;
  readonly singles: number;
  readonly warmUp: number;
}

async function once(running: Running, site: Site, size: Size): Promise<FanoutRun> {
  const { recipients, messages, singles, warmUp } = size;
  const sender = (from: number, to: number): SenderOptions => ({
    ...{ from, to: 0, bodyBytes: BODY_BYTES, signing: 'single', recipients: to },
  });
  const single = await carry(running, {
    senders: [sender(recipients + 1, 1)],
    recipients: [{ to: 0 }],
    warmUp,
    count: singles,
    schedule: { kind: 'window', window: WINDOW, unit: UNIT },
  });
  const many = await carry(running, {
    senders: [sender(recipients, recipients)],
    recipients: Array.from({ length: recipients }, (_, to) => ({ to })),
    warmUp: FANOUT_WINDOW,
    count: messages,
    schedule: { kind: 'window', window: FANOUT_WINDOW, unit: FANOUT_UNIT },
  });
  const deliveries = messages * recipients;
  return {
    recipients,
    messages,
    deliveriesPerSecond: deliveries / many.seconds,
    singlePerSecond: singles / single.seconds,
    cpuMs: cpuPerMessage(many, deliveries),
    bytes: {
      submittedPerDelivery: submittedBytes(site, recipients, messages) / deliveries,
      deliveredPerDelivery: many.received.bytes / deliveries,
    },
    lost: single.lost + many.lost,
    doubled: single.doubled + many.doubled,
    receipts: single.receipts + many.receipts,
  };
}

/** What the first messages of a sender take in Submit frames. */
function submittedBytes(site: Site, sender: number, messages: number): number {
  const file = site.settings().pools[`single-${BODY_BYTES}`]?.[sender];
  if (file === undefined) throw new Error(`Sender ${sender} has sealed nothing.`);
  const pool = new Pool(file);
  return Array.from({ length: messages }, (_, i) => pool.length(i)).reduce((sum, bytes) => sum + bytes, 0);
}
