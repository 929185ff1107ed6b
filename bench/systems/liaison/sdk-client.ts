/** A process with one agency node of the SDK, which sends or receives for the figure *SDK to SDK*. */
import { pino } from 'pino';
import { examineReceipt } from '../../../audit/explain-receipt.ts';
import { parseVerifierKey } from '../../../audit/verifier-key.ts';
import { AgencyNode, type NodeConfigInput, type SendRequest } from '../../../node/index.ts';
import { clockMs } from '../../load/clock.ts';

export type ToSdk =
  | { kind: 'open'; config: NodeConfigInput; logKey: string }
  /** Sends `warmUp` and then `count` messages, at most `window` of which have no evidence of their handover yet. */
  | { kind: 'send'; to: string; bodyBytes: number; warmUp: number; count: number; window: number; burst: number }
  /** Takes `warmUp` and then `count` messages. */
  | { kind: 'receive'; warmUp: number; count: number }
  | { kind: 'close' };

/** After the warm-up. Milliseconds on the machine's monotonic clock. */
export interface SdkResult {
  readonly startMs: number;
  readonly endMs: number;
  readonly cpuMs: number;
  readonly doubled: number;
  /** Verified by the sender. */
  readonly receipts: number;
}
export type FromSdk =
  { kind: 'opened' } | { kind: 'warm' } | { kind: 'done'; result: SdkResult } | { kind: 'failed'; text: string };

const SAMPLE = 20;
const tell = (message: FromSdk): void => void process.send?.(message);
const fail = (error: unknown): void =>
  tell({ kind: 'failed', text: error instanceof Error ? (error.stack ?? error.message) : String(error) });

let node: AgencyNode | undefined;
let logKey = '';

function opened(): AgencyNode {
  if (!node) throw new Error('There is no node yet.');
  return node;
}

async function open(message: ToSdk & { kind: 'open' }): Promise<void> {
  logKey = message.logKey;
  node = await AgencyNode.open(message.config, { logger: pino({ level: 'silent' }) });
  node.on('alarm', ({ error }) => fail(error));
  node.on('refused', ({ code, text }) => fail(new Error(`${code}: ${text}`)));
  await node.ping();
  tell({ kind: 'opened' });
}

const request = (to: string, text: string): SendRequest => ({
  to: [to],
  purpose: 'DETECTION',
  body: {
    language: 'en',
    spontaneousInformation: {
      subject: 'Benchmark',
      text,
      crimeArea: 'REVENUE',
      evaluation: { sourceCode: 'B', infoCode: '2', assessedByUnit: 'desk', assessedAtMs: Date.now() },
    },
  },
});

/** Resolves when so many messages were sent and the evidence of their handover is durable here. */
async function pass(message: ToSdk & { kind: 'send' }, count: number): Promise<string[]> {
  const sender = opened();
  const text = 'x'.repeat(message.bodyBytes);
  const ids: string[] = [];
  let started = 0;
  let proven = 0;
  await new Promise<void>((resolve, reject) => {
    const fill = (): void => {
      while (started < count && started + message.burst - proven <= message.window) {
        const size = Math.min(message.burst, count - started);
        started += size;
        const requests = Array.from({ length: size }, () => request(message.to, text));
        const sent = requests.length === 1 ? sender.send(request(message.to, text)) : sender.sendMany(requests);
        sent.then((made) => ids.push(...[made].flat()), reject);
      }
    };
    const onEvidence = ({ event }: { readonly event: string }): void => {
      if (event !== 'ContentHandover') return;
      if (++proven < count) return fill();
      sender.off('evidence', onEvidence);
      resolve();
    };
    sender.on('evidence', onEvidence);
    fill();
  });
  return ids;
}

/** Checks that every message has its evidence, and verifies a sample of receipts of handovers; returns how many. */
function verify(ids: readonly string[], count: number): number {
  if (new Set(ids).size !== count) throw new Error(`There are ${new Set(ids).size} messages, not ${count}.`);
  const logVerifier = parseVerifierKey(logKey);
  const step = Math.max(1, Math.floor(count / SAMPLE));
  const sample = ids.filter((_, i) => i % step === 0);
  for (const id of sample) {
    const { verdict } = examineReceipt(opened().receipt(id, 'handover'), logVerifier);
    if (verdict !== 'verified') throw new Error(`The receipt of ${id}: ${verdict}.`);
  }
  return sample.length;
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function send(message: ToSdk & { kind: 'send' }): Promise<void> {
  await pass(message, message.warmUp);
  tell({ kind: 'warm' });
  const cpu = process.cpuUsage();
  const startMs = clockMs();
  const ids = await pass(message, message.count);
  const endMs = clockMs();
  const cpuMs = cpuSince(cpu);
  tell({ kind: 'done', result: { startMs, endMs, cpuMs, doubled: 0, receipts: verify(ids, message.count) } });
}

/** Takes every message and says that it is done; the next is taken meanwhile, as an application with a queue would. */
async function receive({ warmUp, count }: ToSdk & { kind: 'receive' }): Promise<void> {
  const seen = new Set<string>();
  let done = 0;
  let doubled = 0;
  let startMs = clockMs();
  let cpu = process.cpuUsage();
  const onDone = (): void => {
    done++;
    if (done === warmUp) {
      startMs = clockMs();
      cpu = process.cpuUsage();
    }
    if (done !== warmUp + count) return;
    tell({ kind: 'done', result: { startMs, endMs: clockMs(), cpuMs: cpuSince(cpu), doubled, receipts: 0 } });
  };
  for await (const message of opened().inbox()) {
    if (seen.has(message.id)) doubled++;
    seen.add(message.id);
    message.done().then(onDone, fail);
  }
}

async function handle(message: ToSdk): Promise<void> {
  switch (message.kind) {
    case 'open':
      return open(message);
    case 'send':
      return send(message);
    case 'receive':
      return receive(message);
    case 'close':
      await node?.close();
      process.exit(0);
  }
}

process.on('message', (message: ToSdk) => void handle(message).catch(fail));
process.on('disconnect', () => process.exit(0));
