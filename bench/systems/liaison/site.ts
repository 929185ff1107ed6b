/**
 * Everything about a gateway under measurement that is made before the clock starts: certificates, keys, enrolled agencies
 * and pools of sealed messages. Each start begins with the same enrolled, otherwise empty ledger.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OpensslKeyType } from '../../../test/support/openssl.ts';
import { LIAISON, World, type Agency } from '../../../test/support/world.ts';
import type { Running, System } from '../../load/types.ts';
import type { LiaisonSettings } from './client.ts';
import { writePool } from './pool.ts';

const run = promisify(execFile);

export interface SiteOptions {
  readonly agencies: number;
  /** Of TLS and signing keys. */
  readonly keys?: OpensslKeyType;
  /** Further settings of gateway.yaml. */
  readonly settings?: Record<string, unknown>;
}

export interface Verified {
  readonly entries: number;
  readonly findings: number;
  readonly seconds: number;
}

export class Site implements System {
  readonly name = 'Liaison';
  readonly world: World;
  readonly agencies: Agency[] = [];
  private readonly pools: Record<string, string[]> = {};

  private constructor(world: World) {
    this.world = world;
  }

  /** Makes keys and certificates and enrols the agencies. */
  static async make({ agencies, keys = 'rsa3072', settings = {} }: SiteOptions): Promise<Site> {
    const world = new World({ settings: { health: { host: '127.0.0.1', port: 0 }, logLevel: 'info', ...settings } });
    const site = new Site(world);
    await world.start();
    for (let i = 0; i < agencies; i++) {
      const agency = world.makeAgency(`x${String(i).padStart(3, '0')}.customs`, 'desk', keys);
      await world.enrol(agency);
      site.agencies.push(agency);
    }
    await world.stop();
    copyFileSync(site.database, site.template);
    return site;
  }

  /** Seals `count` messages of each sender; they go to the agencies that `to` names. */
  seal(request: {
    signing: 'single' | 'burst';
    bodyBytes: number;
    senders: readonly number[];
    to: (sender: number) => readonly number[];
    count: number;
    burst: number;
  }): void {
    const { signing, bodyBytes, senders, to, count, burst } = request;
    const name = `${signing}-${bodyBytes}`;
    const files = (this.pools[name] ??= []);
    for (const sender of senders) {
      const file = join(this.world.dir, `${name}-${sender}.pool`);
      writePool(file, {
        from: this.agency(sender),
        to: to(sender).map((i) => this.agency(i)),
        count,
        bodyBytes,
        burst: signing === 'single' ? 1 : burst,
      });
      files[sender] = file;
    }
  }

  unavailable(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** Starts the gateway on a fresh copy of the enrolled ledger. */
  start(): Promise<Running> {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${this.database}${suffix}`, { force: true });
    copyFileSync(this.template, this.database);
    return this.resume();
  }

  /** Starts the gateway on the ledger as it was left. */
  async resume(): Promise<Running> {
    await this.world.start();
    return {
      version: 'Liaison 0.1.0, ws 8.23.0',
      guarantees:
        'A result means: signature checked, in the append-only log, synced to disk, receipt enclosed. A message ends with a handover signed by the recipient, which is proven to the sender.',
      client: new URL('./client.ts', import.meta.url).href,
      settings: this.settings(),
      pids: () => [this.world.pid],
      diskBytes: () => directoryBytes(this.world.data),
      stop: async () => {
        await this.world.stop();
      },
    };
  }

  settings(): LiaisonSettings {
    return {
      url: this.world.url,
      caFile: this.world.authority.certificatePath,
      agencies: this.agencies.map(({ mailbox, tls, signing }) => ({
        mailbox,
        tls: { chainFile: tls.chainPath, keyFile: tls.keyPath },
        signingKeyFile: signing.keyPath,
      })),
      pools: this.pools,
    };
  }

  /** Runs the auditor's command on the stopped gateway's data; rejects when it does not verify. */
  async verify(): Promise<Verified> {
    const started = performance.now();
    const trust = ['--log-key', this.world.verifierKey, '--anchors', this.world.authority.certificatePath];
    const { stdout } = await run(LIAISON, ['audit', 'verify', this.world.data, ...trust, '--json'], {
      maxBuffer: 2 ** 26,
    });
    const report = JSON.parse(stdout) as { entries: number; findings: unknown[] };
    return { entries: report.entries, findings: report.findings.length, seconds: (performance.now() - started) / 1000 };
  }

  async close(): Promise<void> {
    await this.world.close();
  }

  private agency(i: number): Agency {
    const agency = this.agencies[i];
    if (!agency) throw new RangeError(`No agency ${i}.`);
    return agency;
  }

  private get database(): string {
    return join(this.world.data, 'ledger.db');
  }

  private get template(): string {
    return join(this.world.dir, 'enrolled.db');
  }
}

/** Bytes of the files below a directory. */
export async function directoryBytes(dir: string): Promise<number> {
  if (!existsSync(dir)) return 0;
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
