/** What many stored messages cost: the start of a gateway, and each further message. On generated logs. */
import { join } from 'node:path';
import { carry, residentBytes } from '../load/run.ts';
import { GeneratedGateway } from '../systems/liaison/generated.ts';
import type { Bench } from './context.ts';
import type { ColdStartRun, GrowthRun, Row } from './results.ts';
import { WINDOW } from './throughput.ts';

const BODY_BYTES = 1_024;
const BURST = 250;
const WARM_UP = 500;

/** A gateway whose log was generated with so many messages; made once. */
function generated(bench: Bench, messages: number): Promise<GeneratedGateway> {
  return bench.once(`generated-${messages}`, async () => {
    bench.log(`generating a log with ${messages} messages`);
    const gateway = await GeneratedGateway.make(join(bench.dir, `generated-${messages}`), messages);
    bench.onClose(() => gateway.close());
    return gateway;
  });
}

/** Starts a gateway on a large log, again and again. */
export async function coldstart(bench: Bench): Promise<Row<ColdStartRun>[]> {
  const { sizes, repetitions } = bench.options;
  const gateway = await generated(bench, sizes.stored.many);
  const { entries } = gateway;
  const runs: ColdStartRun[] = [];
  for (let i = 0; i < repetitions; i++) {
    const started = await gateway.start();
    runs.push({ entries, ...started, gatewayBytes: residentBytes([gateway.pid]) });
    await gateway.stop();
    bench.log(
      `cold start, repetition ${i + 1} of ${repetitions}, ${entries} entries: ${started.readySeconds.toFixed(2)} s`,
    );
  }
  return [{ key: 'liaison-coldstart', name: `${entries} entries`, runs }];
}

/** The same bursts on a small and on a large log, in turns. */
export async function growth(bench: Bench): Promise<Row<GrowthRun>[]> {
  const { sizes, repetitions } = bench.options;
  const gateways = [await generated(bench, sizes.stored.few), await generated(bench, sizes.stored.many)];
  for (const gateway of gateways) await gateway.seal(BODY_BYTES, sizes.growth + WARM_UP, BURST);
  const rows = gateways.map(({ entries }) => ({
    key: `liaison-stored-${entries}`,
    name: `${entries} entries`,
    runs: [] as GrowthRun[],
  }));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [i, gateway] of gateways.entries()) {
      const run = await measureOnce(bench, gateway, repetition);
      rows[i]?.runs.push(run);
      bench.log(
        `cost of a message, repetition ${repetition + 1} of ${repetitions}, ${gateway.entries} entries: ` +
          `${run.cpuMsPerMessage.toFixed(3)} ms CPU, ${Math.round(run.perSecond)} messages/s`,
      );
    }
  }
  return rows;
}

/** The auditor reads the whole log, so it does so after the last repetition only. */
async function measureOnce(bench: Bench, gateway: GeneratedGateway, repetition: number): Promise<GrowthRun> {
  const count = bench.options.sizes.growth;
  await gateway.start();
  const running = {
    client: new URL('../systems/liaison/client.ts', import.meta.url).href,
    settings: gateway.settings(),
    pids: () => [gateway.pid],
  };
  const { seconds, cpu, lost, doubled, receipts } = await carry(running, {
    senders: [{ from: 0, to: 1, bodyBytes: BODY_BYTES, signing: 'burst' }],
    recipients: [{ to: 1 }],
    warmUp: WARM_UP,
    count,
    schedule: { kind: 'window', window: WINDOW, unit: BURST },
  });
  await gateway.stop();
  const isLast = repetition === bench.options.repetitions - 1;
  return {
    entries: gateway.entries,
    perSecond: count / seconds,
    cpuMsPerMessage: cpu.server / count,
    ...{ lost, doubled, receipts },
    ...(isLast && { verified: await gateway.verify() }),
  };
}
