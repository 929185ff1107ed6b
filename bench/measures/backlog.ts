/** A backlog: many messages wait for one recipient, who then comes and drains them while a sender goes on. */
import { carry, residentBytes } from '../load/run.ts';
import { ClientProcess } from '../load/process.ts';
import type { Received, Sent } from '../load/messages.ts';
import type { Running } from '../load/types.ts';
import type { Site } from '../systems/liaison/site.ts';
import type { Bench } from './context.ts';
import { latencies } from './latency.ts';
import { alternate } from './rows.ts';
import type { BacklogRun, Row } from './results.ts';
import { WINDOW } from './throughput.ts';

const BODY_BYTES = 1_024;
const BURST = 250;
/** New messages while the backlog is drained: a twentieth of it, so many a second. */
const NEW_SHARE = 1 / 20;
const NEW_PER_SECOND = 500;
const SAMPLE_MS = 200;
const PASS_MS_MAX = 600_000;
/** The first sender fills, the recipient is away meanwhile, the second sender goes on. */
const [FILLER, RECIPIENT, NEWCOMER] = [0, 1, 2];

/** Measures memory with the backlog, the rate at which it is drained, and the latency of new messages meanwhile. */
export async function backlog(bench: Bench): Promise<Row<BacklogRun>[]> {
  const waiting = bench.options.sizes.backlog;
  const count = waiting + Math.ceil(waiting * NEW_SHARE);
  const site = await bench.largeSite('backlog', 3);
  bench.log(`signing ${count} messages, in bursts`);
  await site.seal({
    ...{ signing: 'burst', bodyBytes: BODY_BYTES, burst: BURST, alike: true },
    ...{ senders: [FILLER, NEWCOMER], to: () => [RECIPIENT], count },
  });
  const line = {
    key: 'liaison-p256-backlog',
    name: 'Liaison, P-256',
    system: site,
    signing: 'burst',
    unit: BURST,
  } as const;
  return alternate(
    bench,
    'backlog',
    [line],
    async (_, repetition) => {
      const work = (running: Running): Promise<BacklogRun> => measureOnce(site, running, waiting, count - waiting);
      const { result, verified } = await bench.on(line, bench.audits(repetition), work);
      return { ...result, ...(verified && { verified }) };
    },
    ({ waitingBytes, drainPerSecond, newConfirmed }) =>
      `${Math.round(waitingBytes / 1e6)} MB with it, drained at ${Math.round(drainPerSecond)}/s, ` +
      `new ones confirmed in ${newConfirmed.median.toFixed(1)} ms`,
    bench.options.sizes.longest,
  );
}

async function measureOnce(site: Site, running: Running, waiting: number, more: number): Promise<BacklogRun> {
  const emptyBytes = await running.diskBytes();
  const filled = await carry(
    running,
    {
      // Nobody takes them, so no proof of a handover comes.
      senders: [{ from: FILLER, to: RECIPIENT, bodyBytes: BODY_BYTES, signing: 'burst', recipients: 0 }],
      recipients: [],
      count: waiting,
      schedule: { kind: 'window', window: WINDOW, unit: BURST },
    },
    PASS_MS_MAX,
  );
  const filledBytes = residentBytes(running.pids());
  await running.stop();
  const diskBytesPerMessage = ((await running.diskBytes()) - emptyBytes) / waiting;
  const again = await site.resume();
  const waitingBytes = residentBytes(again.pids());
  let drainingBytes = waitingBytes;
  const sampler = setInterval(() => {
    drainingBytes = Math.max(drainingBytes, residentBytes(again.pids()));
  }, SAMPLE_MS);
  try {
    const { sent, received, receipts } = await drain(again, waiting, more);
    const [times] = received.deliveredMs;
    if (!times) throw new Error('There is one recipient.');
    const old = times.subarray(0, waiting);
    const seconds = (old.reduce((a, b) => Math.max(a, b)) - old.reduce((a, b) => Math.min(a, b))) / 1000;
    return {
      ...{ waiting, filledBytes, waitingBytes, drainingBytes, diskBytesPerMessage, receipts },
      fillPerSecond: waiting / filled.seconds,
      drainPerSecond: waiting / seconds,
      newPerSecond: NEW_PER_SECOND,
      newConfirmed: latencies(sent.sentMs, sent.confirmedMs),
      newDelivered: latencies(sent.sentMs, [times.subarray(waiting)]),
      lost: times.filter(Number.isNaN).length,
      doubled: received.doubled,
    };
  } finally {
    clearInterval(sampler);
  }
}

/** The recipient comes when the second sender begins. */
async function drain(
  running: Running,
  waiting: number,
  more: number,
): Promise<{ sent: Sent; received: Received; receipts: number }> {
  const [sender, recipient] = [new ClientProcess(), new ClientProcess()];
  const { client: module, settings } = running;
  try {
    const link = { from: NEWCOMER, to: RECIPIENT, bodyBytes: BODY_BYTES, signing: 'burst' as const };
    sender.send({ kind: 'senders', module, settings, links: [link] });
    await sender.next('connected');
    recipient.send({ kind: 'recipients', module, settings, links: [{ to: RECIPIENT }] });
    // Before it is connected: what waits comes at once.
    recipient.send({ kind: 'expect', first: 0, count: waiting + more });
    const results = Promise.all([sender.next('sent'), recipient.next('received')]);
    const schedule = { kind: 'rate', perSecond: NEW_PER_SECOND } as const;
    sender.send({ kind: 'send', first: waiting, count: more, schedule });
    const [sent, received] = await results;
    sender.send({ kind: 'check' });
    const { receipts } = await sender.next('checked');
    return { sent: sent.result, received: received.result, receipts };
  } finally {
    await Promise.all([sender.close(), recipient.close()]);
  }
}
