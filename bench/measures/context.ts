/** What the measures share: sizes, systems, a folder, progress on standard error, and the end of everything started. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Running, System } from '../load/types.ts';
import type { Verified } from '../systems/liaison/audit.ts';
import type { RuleCounts } from '../systems/liaison/rules.ts';
import { Site } from '../systems/liaison/site.ts';
import { mosquitto } from '../systems/mosquitto/server.ts';
import { nats } from '../systems/nats/server.ts';
import { rabbitmq } from '../systems/rabbitmq/server.ts';
import type { SystemFacts } from './results.ts';
import type { Sizes } from './sizes.ts';

export interface BenchOptions {
  readonly sizes: Sizes;
  readonly repetitions: number;
  /** Run the auditor after every repetition; otherwise after the last one of each row. */
  readonly verifyAll: boolean;
  /** Of agencies' keys; the first ones are compared with other systems. */
  readonly keys: readonly SiteName[];
  /** Measure other systems too. */
  readonly peers: boolean;
  /** One line of progress. */
  readonly log: (line: string) => void;
}

/** One system in one way of using it. */
export interface Line {
  readonly key: string;
  readonly name: string;
  readonly system: System;
  readonly signing: 'single' | 'burst';
  /** Messages sent at a time. */
  readonly unit: number;
}

const PEERS = [
  { key: 'rabbitmq', system: rabbitmq },
  { key: 'nats', system: nats },
  { key: 'mosquitto', system: mosquitto },
];

/** Sites of two agencies, by type of key. */
const SITES = {
  rsa3072: { agencies: 2, keys: 'rsa3072' },
  p256: { agencies: 2, keys: 'p256' },
} as const;
export type SiteName = keyof typeof SITES;
const KEY_NAMES = { rsa3072: 'RSA-3072', p256: 'P-256' } as const;
const UNITS = { single: 50, burst: 250 } as const;

export class Bench {
  readonly options: BenchOptions;
  readonly dir: string;
  /** Of every system that was started. */
  readonly facts = new Map<string, SystemFacts>();
  /** What could not be measured, and why. */
  readonly skipped: { name: string; reason: string }[] = [];
  /** Measures that ended with an error; those before and after them count all the same. */
  readonly failures: { name: string; reason: string }[] = [];
  /** Everything is ended, or is being ended. */
  isClosed = false;
  private readonly startedMs = performance.now();
  private readonly made = new Map<string, Promise<unknown>>();
  private readonly closers = new Set<() => Promise<void>>();
  private peers: Promise<{ key: string; system: System }[]> | undefined;
  private runs = 0;

  constructor(options: BenchOptions) {
    this.options = options;
    this.dir = mkdtempSync(join(tmpdir(), 'liaison-bench-'));
  }

  log(text: string): void {
    const seconds = Math.floor((performance.now() - this.startedMs) / 1000);
    const clock = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
    this.options.log(`${clock}  ${text}`);
  }

  /** A gateway with two enrolled agencies that have keys of this type. Made once. */
  site(name: SiteName): Promise<Site> {
    return this.makeSite(name, () => Site.make(SITES[name]));
  }

  /** A gateway with agencies of P-256 keys, each with so many mailboxes. Made once for a name. */
  largeSite(name: string, agencies: number, units = 1): Promise<Site> {
    const settings = { sessions: { max: 20_000, perAgencyMax: 64 } };
    return this.makeSite(name, () => Site.make({ agencies, units, keys: 'p256', settings }));
  }

  /** A gateway that denies by default, with so many rules. Made once for a name. */
  ruledSite(name: string, agencies: number, rules: RuleCounts): Promise<Site> {
    return this.makeSite(name, () => Site.make({ agencies, keys: 'p256', rules }));
  }

  private makeSite(name: string, make: () => Promise<Site>): Promise<Site> {
    return this.once(name, async () => {
      this.log(`making keys and certificates and enrolling agencies (${name})`);
      const site = await make();
      this.onClose(() => site.close());
      return site;
    });
  }

  /** What several measures use is made once. */
  once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const made = (this.made.get(name) as Promise<T> | undefined) ?? make();
    this.made.set(name, made);
    return made;
  }

  private async liaison(keys: SiteName, signing: 'single' | 'burst'): Promise<Line> {
    const how = signing === 'single' ? 'one signature a message' : `${UNITS.burst} messages a signature`;
    return {
      key: `liaison-${keys}-${signing}`,
      name: `Liaison, ${KEY_NAMES[keys]}, ${how}`,
      system: await this.site(keys),
      signing,
      unit: UNITS[signing],
    };
  }

  /** Liaison with the first type of key, the other systems, Liaison with the other types of key. */
  async lines(signings: readonly ('single' | 'burst')[], keyTypes = Infinity): Promise<Line[]> {
    const [first, ...others] = await Promise.all(
      this.options.keys
        .slice(0, keyTypes)
        .map((keys) => Promise.all(signings.map((signing) => this.liaison(keys, signing)))),
    );
    return [...(first ?? []), ...(await this.peerLines()), ...others.flat()];
  }

  /** The other systems that are here; what is not is told once. */
  private async peerLines(): Promise<Line[]> {
    this.peers ??= this.findPeers();
    const found = await this.peers;
    return found.map(({ key, system }) => ({ key, name: system.name, system, signing: 'single', unit: 1 }));
  }

  private async findPeers(): Promise<{ key: string; system: System }[]> {
    if (!this.options.peers) return [];
    const found: { key: string; system: System }[] = [];
    for (const peer of PEERS) {
      const reason = await peer.system.unavailable();
      if (reason === undefined) {
        found.push(peer);
      } else {
        this.skipped.push({ name: peer.system.name, reason });
        this.log(`SKIPPED ${peer.system.name}: ${reason}`);
      }
    }
    return found;
  }

  /** Starts a line's system afresh, works with it, and stops it. `audit` runs the auditor afterwards where there is a log. */
  async on<T>(
    line: Line,
    audit: boolean,
    work: (running: Running) => Promise<T>,
  ): Promise<{ result: T; verified?: Verified }> {
    const dir = join(this.dir, `${line.key}-${this.runs++}`);
    mkdirSync(dir);
    const running = await line.system.start(dir);
    const stop = (): Promise<void> => running.stop();
    this.onClose(stop);
    const { version, guarantees } = running;
    const name = line.system instanceof Site ? 'Liaison' : line.name;
    this.facts.set(name, { key: line.key, name, version, guarantees });
    let result: T;
    try {
      result = await work(running);
    } finally {
      this.closers.delete(stop);
      await stop();
      rmSync(dir, { recursive: true, force: true });
    }
    return line.system instanceof Site && audit ? { result, verified: await line.system.verify() } : { result };
  }

  /** A run of a peer that fails is told and left out; one of Liaison ends the benchmark. */
  async attempt<R>(line: Line, run: () => Promise<R>): Promise<R | null> {
    try {
      return await run();
    } catch (error) {
      if (line.system instanceof Site) throw error;
      // The first line: what follows is a stack of places on this machine.
      const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      this.skipped.push({ name: `${line.name}, one repetition`, reason });
      this.log(`FAILED  ${line.name}: ${reason}`);
      return null;
    }
  }

  /** Whether the auditor looks at the log after this repetition, counted from 0. */
  audits(repetition: number): boolean {
    return this.options.verifyAll || repetition === this.options.repetitions - 1;
  }

  /** Called at the end, also when it comes early. */
  onClose(close: () => Promise<void>): void {
    this.closers.add(close);
  }

  /** Ends every process that still runs and removes everything on disk. */
  async close(): Promise<void> {
    this.isClosed = true;
    const closers = [...this.closers].reverse();
    this.closers.clear();
    await Promise.allSettled(closers.map((close) => close()));
    rmSync(this.dir, { recursive: true, force: true });
  }
}
