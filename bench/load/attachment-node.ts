/**
 * An agency node in a process of its own that sends or receives one attachment, for the measure of attachments and the long
 * test: its memory is measured from outside, and its connection can be cut on purpose. Configuration as JSON in the first
 * argument; what happens comes as one JSON object a line.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { pino } from 'pino';
import { AgencyNode, type NodeConfigInput } from '../../node/index.ts';
import { parseConfig } from '../../node/config.ts';
import { type Connect, connectTo } from '../../node/session/socket.ts';

/** What the process is told. */
export interface AttachmentJob {
  readonly config: NodeConfigInput;
  /** Bytes of large frames after which the connection is dropped, each time. */
  readonly cutsAtBytes: readonly number[];
  readonly send?: { readonly to: string; readonly path: string };
  /** Where the received file goes. */
  readonly saveTo?: string;
}

/** What it tells. Times in milliseconds on the clock that all processes share. */
export interface AttachmentNews {
  readonly event: 'ready' | 'sealed' | 'uploaded' | 'accepted' | 'fetched' | 'saved';
  readonly atMs: number;
  readonly cuts: number;
  /** Most resident memory that the process has had since it was ready, and what it had then. */
  readonly peakBytes: number;
  readonly idleBytes: number;
}

const now = (): number => performance.timeOrigin + performance.now();

/** Resident memory of a process; Linux tells. */
export function residentBytesOf(pid: number | 'self'): number {
  const [, kib = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

/** Looks at a process again and again. `peak` is the most memory that it had since. */
export class MemoryWatch {
  readonly idle: number;
  peak = 0;

  constructor(pid: number | 'self') {
    this.idle = residentBytesOf(pid);
    const look = (): void => {
      this.peak = Math.max(this.peak, residentBytesOf(pid));
    };
    look();
    setInterval(() => {
      try {
        look();
      } catch {
        // The process has ended.
      }
    }, 50).unref();
  }
}

/** Connects, and drops the connection when so many bytes have passed in large frames. */
export function cutting(real: Connect, cutsAtBytes: readonly number[]): { connect: Connect; cuts: () => number } {
  const left = [...cutsAtBytes];
  let passed = 0;
  const connect: Connect = (listener) => {
    const isCut = (bytes: Uint8Array): boolean => {
      if (bytes.length > 32_768) passed += bytes.length;
      if (left[0] === undefined || passed < left[0]) return false;
      left.shift();
      socket.terminate();
      return true;
    };
    const socket = real({
      ...listener,
      message: (bytes) => {
        if (!isCut(bytes)) listener.message(bytes);
      },
    });
    return {
      send: (bytes) => {
        if (!isCut(bytes)) socket.send(bytes);
      },
      close: (status) => socket.close(status),
      terminate: () => socket.terminate(),
    };
  };
  return { connect, cuts: () => cutsAtBytes.length - left.length };
}

async function carryOut(job: AttachmentJob): Promise<void> {
  const { connect, cuts } = cutting(connectTo(parseConfig(job.config, process.cwd())), job.cutsAtBytes);
  const node = await AgencyNode.open(job.config, { connect, logger: pino({ level: 'silent' }) });
  await node.ping();
  const memory = new MemoryWatch('self');
  const tell = (event: AttachmentNews['event'], atMs = now()): void => {
    const news: AttachmentNews = { event, atMs, cuts: cuts(), peakBytes: memory.peak, idleBytes: memory.idle };
    process.stdout.write(`${JSON.stringify(news)}\n`);
  };
  tell('ready');
  node.on('attachment', ({ direction, doneBytes, totalBytes }) => {
    if (doneBytes === totalBytes && direction === 'up') tell('uploaded');
  });
  if (job.send) {
    const { to, path } = job.send;
    const body = {
      language: 'en',
      spontaneousInformation: {
        ...{ subject: 'A file', text: 'See the file.', crimeArea: 'REVENUE' },
        evaluation: { sourceCode: 'B', infoCode: '2', assessedByUnit: 'desk', assessedAtMs: Date.now() },
      },
    };
    const id = await node.send({ to: [to], purpose: 'DETECTION', body, attachments: [{ path }] });
    tell('sealed');
    await node.waitFor(id, 'accepted', { timeoutMs: 600_000 });
    tell('accepted');
  }
  if (job.saveTo !== undefined) {
    for await (const message of node.inbox()) {
      tell('fetched');
      await node.saveAttachment(message.id, 0, job.saveTo);
      await message.done();
      tell('saved');
      break;
    }
  }
  await node.close();
}

if (import.meta.main) await carryOut(JSON.parse(process.argv[2] ?? '') as AttachmentJob);
