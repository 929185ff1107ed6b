/** One run: a started system, a process of senders, a process of recipients, so many messages. */
import { readFileSync } from 'node:fs';
import { ClientProcess } from './process.ts';
import type { Received, Schedule, Sent } from './messages.ts';
import type { RecipientOptions, Running, SenderOptions } from './types.ts';

export interface Load {
  readonly senders: readonly SenderOptions[];
  readonly recipients: readonly RecipientOptions[];
  /** Of each sender. */
  readonly count: number;
  /** Of each recipient; as many as each sender sends unless told. */
  readonly expected?: number;
  readonly schedule: Schedule;
  /** Index of the first message; 0 unless told. A system that is not fresh must not see an index again. */
  readonly first?: number;
  /** Sent and forgotten before the clock starts: caches, compiled code, tables. */
  readonly warmUp?: number;
  /** Options for the clients' runtime. */
  readonly execArgv?: readonly string[];
}

/** Milliseconds of processor time. */
export interface Cpu {
  readonly senders: number;
  readonly recipients: number;
  readonly server: number;
}

export interface Run {
  readonly sent: Sent;
  readonly received: Received;
  readonly cpu: Cpu;
  /** From the first message sent until everything was confirmed, delivered, acknowledged and proven. */
  readonly seconds: number;
  /** Expected and never delivered. A run does not end before everything was delivered, or fails: 0, or no result. */
  readonly lost: number;
  readonly doubled: number;
  /** Receipts that the senders have verified after the clock stopped. */
  readonly receipts: number;
}

/** Connects the clients, carries the load and closes the clients. Rejects after `limitMs` without an end. */
export async function carry(
  running: Pick<Running, 'client' | 'settings' | 'pids'>,
  load: Load,
  limitMs = 120_000,
): Promise<Run> {
  const senders = new ClientProcess(load.execArgv);
  const recipients = new ClientProcess(load.execArgv);
  try {
    const { client: module, settings } = running;
    recipients.send({ kind: 'recipients', module, settings, links: [...load.recipients] });
    await recipients.next('connected');
    senders.send({ kind: 'senders', module, settings, links: [...load.senders] });
    await senders.next('connected');
    const { first = 0, warmUp = 0, count, schedule } = load;
    const expected = load.expected ?? count;
    const factor = expected / count;
    const late = (): Promise<string> => stateOf(senders, recipients);
    if (warmUp > 0) await within(limitMs, late, pass(senders, recipients, first, warmUp, warmUp * factor, schedule));
    const before = cpuOf(running.pids());
    const [sent, received] = await within(
      limitMs,
      late,
      pass(senders, recipients, first + warmUp, count, expected, schedule),
    );
    const server = cpuOf(running.pids()) - before;
    senders.send({ kind: 'check' });
    const { receipts } = await within(limitMs, late, senders.next('checked'));
    return {
      sent,
      received,
      cpu: { senders: sent.cpuMs, recipients: received.cpuMs, server },
      receipts,
      ...totals(sent, received),
    };
  } finally {
    await Promise.all([senders.close(), recipients.close()]);
  }
}

async function pass(
  senders: ClientProcess,
  recipients: ClientProcess,
  first: number,
  count: number,
  expected: number,
  schedule: Schedule,
): Promise<[Sent, Received]> {
  recipients.send({ kind: 'expect', first, count: expected });
  // A message could overtake what was said to the recipients' process.
  await recipients.next('expecting');
  const results = Promise.all([senders.next('sent'), recipients.next('received')]);
  senders.send({ kind: 'send', first, count, schedule });
  const [sent, received] = await results;
  return [sent.result, received.result];
}

function totals(sent: Sent, received: Received): { seconds: number; lost: number; doubled: number } {
  const firstMs = Math.min(...sent.sentMs.map((list) => list[0] ?? NaN));
  const ends = [
    ...sent.confirmedMs.map((list) => max(list)),
    ...received.deliveredMs.map((list) => max(list)),
    received.lastAcknowledgedMs,
    sent.lastProvenMs,
  ];
  const lost = received.deliveredMs.reduce((sum, list) => sum + list.filter(Number.isNaN).length, 0);
  const lastMs = Math.max(...ends.filter((end) => !Number.isNaN(end)));
  return { seconds: (lastMs - firstMs) / 1000, lost, doubled: received.doubled };
}

const max = (list: Float64Array): number => list.reduce((most, value) => Math.max(most, value), -Infinity);

/** How far both sides are, for a run that does not end. */
async function stateOf(senders: ClientProcess, recipients: ClientProcess): Promise<string> {
  const states = [senders, recipients].map(async (client) => {
    client.send({ kind: 'state' });
    return (await client.next('state')).text;
  });
  return (await Promise.all(states)).join('; ');
}

async function within<T>(limitMs: number, state: () => Promise<string>, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const told = state().catch((error: unknown) => String(error));
      void told.then((text) => reject(new Error(`The run did not end within ${limitMs / 1000} s: ${text}.`)));
    }, limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const TICKS_PER_SECOND = 100;

/** Processor time that processes have used since their start, milliseconds (Linux: proc(5), stat). */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuOfOne(pid), 0);
}

function cpuOfOne(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** Resident memory of processes, bytes (proc(5), status: VmRSS). */
export function residentBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    return sum + Number(kib) * 1024;
  }, 0);
}
