/**
 * A client process of the benchmark: carries links of one system, all senders or all recipients, and notes when what
 * happened. Nothing is computed from the times here.
 */
import type { FromClient, Schedule, ToClient } from './messages.ts';
import { clockMs } from './clock.ts';
import type { Client, RecipientLink, SenderLink } from './types.ts';

const tell = (message: FromClient): void => void process.send?.(message);
const fail = (error: unknown): void => {
  tell({ kind: 'failed', text: error instanceof Error ? (error.stack ?? error.message) : String(error) });
};
const times = (links: number, count: number): Float64Array[] =>
  Array.from({ length: links }, () => new Float64Array(count).fill(NaN));

const at = (system: string): string => new URL(`../systems/${system}/client.ts`, import.meta.url).href;
/** Written out, so that every import can be followed; only the one that is asked for is loaded. */
const CLIENTS = new Map<string, () => Promise<{ default: Client }>>([
  [at('liaison'), () => import('../systems/liaison/client.ts')],
  [at('rabbitmq'), () => import('../systems/rabbitmq/client.ts')],
  [at('nats'), () => import('../systems/nats/client.ts')],
  [at('mosquitto'), () => import('../systems/mosquitto/client.ts')],
]);

async function clientOf(module: string): Promise<Client> {
  const load = CLIENTS.get(module);
  if (!load) throw new Error(`No system has the client ${module}.`);
  return (await load()).default;
}

class Senders {
  private readonly links: SenderLink[] = [];
  private first = 0;
  count = 0;
  private sentMs: Float64Array[] = [];
  private confirmedMs: Float64Array[] = [];
  private provenMs: Float64Array[] = [];
  private next: number[] = [];
  private confirmed: number[] = [];
  private proven: number[] = [];
  /** Proofs that each message of a link brings. */
  private proofs: number[] = [];
  private lastProvenMs = NaN;
  private schedule: Schedule = { kind: 'one', pauseMs: 0 };
  private cpu = process.cpuUsage();
  private pacer: NodeJS.Timeout | undefined;
  private done = true;

  async connect(message: ToClient & { kind: 'senders' }): Promise<void> {
    const client = await clientOf(message.module);
    const settled = await Promise.all(
      message.links.map((link, i) =>
        client.connectSender(message.settings, link, {
          confirmed: (first, count) => this.onConfirmed(i, first, count),
          proven: (count) => this.onProven(i, count),
          failed: fail,
        }),
      ),
    );
    this.links.push(...settled);
    this.proofs = message.links.map(({ recipients = 1 }, i) => (settled[i]?.proves ? recipients : 0));
  }

  /** How many receipts were verified. */
  check(): number {
    return this.links.reduce((sum, link) => sum + (link.checkReceipts?.() ?? 0), 0);
  }

  run(message: ToClient & { kind: 'send' }): void {
    const { links } = this;
    this.first = message.first;
    this.count = message.count;
    this.schedule = message.schedule;
    this.sentMs = times(links.length, message.count);
    this.confirmedMs = times(links.length, message.count);
    this.provenMs = times(links.length, message.count);
    this.next = links.map(() => 0);
    this.confirmed = links.map(() => 0);
    this.proven = links.map(() => 0);
    this.done = false;
    this.cpu = process.cpuUsage();
    if (this.schedule.kind === 'rate') this.pace(this.schedule.perSecond);
    else links.forEach((_, i) => this.fill(i));
  }

  state(): string {
    const sum = (list: readonly number[]): number => list.reduce((total, value) => total + value, 0);
    const proofs = sum(this.proofs) * this.count;
    const all = this.links.length * this.count;
    return `${sum(this.next)} of ${all} sent, ${sum(this.confirmed)} confirmed, ${sum(this.proven)} of ${proofs} proven`;
  }

  async close(): Promise<void> {
    await Promise.all(this.links.map((link) => link.close()));
  }

  private send(i: number, wanted: number): void {
    const from = this.next[i] as number;
    const count = Math.min(wanted, this.count - from);
    if (count <= 0) return;
    this.next[i] = from + count;
    this.sentMs[i]?.fill(clockMs(), from, from + count);
    this.links[i]?.send(this.first + from, count);
  }

  /** Sends as much as the schedule allows now. */
  private fill(i: number): void {
    const { schedule } = this;
    if (schedule.kind === 'one') return this.send(i, 1);
    if (schedule.kind !== 'window') return;
    while ((this.next[i] as number) < this.count) {
      const outstanding = (this.next[i] as number) - (this.confirmed[i] as number);
      if (outstanding + schedule.unit > schedule.window) return;
      this.send(i, schedule.unit);
    }
  }

  /** Open loop: what is due is sent, however far behind the confirmations are. */
  private pace(perSecond: number): void {
    const start = clockMs();
    let sent = 0;
    const total = this.count * this.links.length;
    this.pacer = setInterval(() => {
      const due = Math.min(total, Math.floor(((clockMs() - start) * perSecond) / 1000));
      const each = Math.max(1, Math.ceil((due - sent) / this.links.length));
      for (let i = 0; sent < due; i = (i + 1) % this.links.length) {
        const before = this.next[i] as number;
        this.send(i, Math.min(each, due - sent));
        sent += (this.next[i] as number) - before;
      }
      if (sent >= total) clearInterval(this.pacer);
    }, 1);
  }

  private onConfirmed(i: number, first: number, count: number): void {
    const from = first - this.first;
    this.confirmedMs[i]?.fill(clockMs(), from, from + count);
    this.confirmed[i] = (this.confirmed[i] ?? 0) + count;
    this.proceed(i);
  }

  private onProven(i: number, count: number): void {
    const from = this.proven[i] ?? 0;
    this.lastProvenMs = clockMs();
    this.provenMs[i]?.fill(this.lastProvenMs, from, from + count);
    this.proven[i] = from + count;
    this.proceed(i);
  }

  private proceed(i: number): void {
    if (this.done) return;
    const finished = this.proofs.every(
      (proofs, j) => this.confirmed[j] === this.count && this.proven[j] === this.count * proofs,
    );
    if (finished) return this.finish();
    if (this.schedule.kind === 'window') return this.fill(i);
    if (this.schedule.kind !== 'one') return;
    const next = this.next[i] as number;
    if (this.confirmed[i] === next && this.proven[i] === next * (this.proofs[i] as number)) {
      setTimeout(() => this.fill(i), this.schedule.pauseMs);
    }
  }

  private finish(): void {
    this.done = true;
    const { sentMs, confirmedMs, provenMs, lastProvenMs } = this;
    tell({ kind: 'sent', result: { sentMs, confirmedMs, provenMs, lastProvenMs, cpuMs: cpuSince(this.cpu) } });
  }
}

class Recipients {
  private readonly links: RecipientLink[] = [];
  /** Links that there are or that are being connected. */
  private wanted = 0;
  private first = 0;
  private count = 0;
  private deliveredMs: Float64Array[] = [];
  private missing = 0;
  private acknowledged = 0;
  private doubled = 0;
  private bytesBefore = 0;
  private lastAcknowledgedMs = NaN;
  private cpu = process.cpuUsage();

  async connect(message: ToClient & { kind: 'recipients' }): Promise<void> {
    this.wanted = message.links.length;
    const client = await clientOf(message.module);
    const settled = await Promise.all(
      message.links.map((link, i) =>
        client.connectRecipient(message.settings, link, {
          delivered: (index) => this.onDelivered(i, index),
          acknowledged: (count) => this.onAcknowledged(count),
          failed: fail,
        }),
      ),
    );
    this.links.push(...settled);
  }

  expect(message: ToClient & { kind: 'expect' }): void {
    this.first = message.first;
    this.count = message.count;
    this.deliveredMs = times(this.wanted, message.count);
    this.missing = message.count * this.wanted;
    this.acknowledged = 0;
    this.doubled = 0;
    this.bytesBefore = this.bytes();
    this.cpu = process.cpuUsage();
    this.finishIfComplete();
  }

  async close(): Promise<void> {
    await Promise.all(this.links.map((link) => link.close()));
  }

  private bytes(): number {
    return this.links.reduce((sum, link) => sum + (link.deliveredBytes ?? 0), 0);
  }

  state(): string {
    return `${this.missing} not delivered, ${this.acknowledged} acknowledged`;
  }

  private onDelivered(i: number, index: number): void {
    const at = index - this.first;
    const list = this.deliveredMs[i];
    if (!list || at < 0 || at >= list.length) return fail(new Error(`Message ${index} was not expected.`));
    if (Number.isNaN(list[at])) {
      list[at] = clockMs();
      this.missing--;
    } else {
      this.doubled++;
    }
    this.finishIfComplete();
  }

  private onAcknowledged(count: number): void {
    this.acknowledged += count;
    this.lastAcknowledgedMs = clockMs();
    this.finishIfComplete();
  }

  private finishIfComplete(): void {
    if (this.missing > 0 || this.acknowledged < this.count * this.wanted + this.doubled) return;
    const { deliveredMs, lastAcknowledgedMs, doubled } = this;
    const bytes = this.bytes() - this.bytesBefore;
    tell({ kind: 'received', result: { deliveredMs, lastAcknowledgedMs, doubled, bytes, cpuMs: cpuSince(this.cpu) } });
    this.missing = Infinity;
  }
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const senders = new Senders();
const recipients = new Recipients();

async function handle(message: ToClient): Promise<void> {
  switch (message.kind) {
    case 'senders':
      await senders.connect(message);
      tell({ kind: 'connected' });
      break;
    case 'recipients':
      await recipients.connect(message);
      tell({ kind: 'connected' });
      break;
    case 'send':
      senders.run(message);
      break;
    case 'expect':
      recipients.expect(message);
      tell({ kind: 'expecting' });
      return;
    case 'check':
      tell({ kind: 'checked', receipts: senders.check() });
      break;
    case 'state':
      tell({ kind: 'state', text: senders.count > 0 ? senders.state() : recipients.state() });
      return;
    case 'close':
      await senders.close();
      await recipients.close();
      tell({ kind: 'closed' });
      process.disconnect?.();
  }
}

process.on('message', (message: ToClient) => void handle(message).catch(fail));
// The benchmark is gone: nobody reads the results.
process.on('disconnect', () => process.exit(0));
