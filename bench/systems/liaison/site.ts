/**
 * Everything about a gateway under measurement that is made before the clock starts: certificates, keys, enrolled agencies
 * and pools of sealed messages. Each start begins with the same enrolled, otherwise empty ledger.
 */
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { OpensslKeyType } from '../../../test/support/openssl.ts';
import type { Routing } from '../../../protocol/generated/schema.ts';
import { mailboxOf, type Mailbox, type UnitId } from '../../../protocol/ids.ts';
import { chainOf, keyStatement, World, type Agency } from '../../../test/support/world.ts';
import type { Running, System } from '../../load/types.ts';
import { diskBytes, libraryVersion } from '../servers.ts';
import { audit, type Verified } from './audit.ts';
import type { LiaisonSettings } from './client.ts';
import { writeRules, type RuleCounts } from './rules.ts';
import { writeAlikePool, writePool } from './pool.ts';

export interface SiteOptions {
  readonly agencies: number;
  /** Mailboxes of each agency; 1 unless told. */
  readonly units?: number;
  /** Of TLS and signing keys. */
  readonly keys?: OpensslKeyType;
  /** Further settings of gateway.yaml. */
  readonly settings?: Record<string, unknown>;
  /** Deny by default, with these; messages then go to the first group. */
  readonly rules?: RuleCounts;
}

export class Site implements System {
  readonly name = 'Liaison';
  readonly world: World;
  readonly agencies: Agency[] = [];
  /** Added to the gateway's environment. */
  environment: Record<string, string> = {};
  /** What headers say besides what all say. */
  private routing: Partial<Routing> = {};
  private readonly pools: Record<string, string[]> = {};
  /** Messages in a pool, by its file. */
  private readonly sealed = new Map<string, number>();

  private constructor(world: World) {
    this.world = world;
    // However the benchmark ends, the gateway and its data go with it.
    process.once('exit', () => {
      world.process?.kill('SIGKILL');
      rmSync(world.dir, { recursive: true, force: true });
    });
  }

  /** Makes keys and certificates and enrols the agencies. */
  static async make({ agencies, units = 1, keys = 'rsa3072', settings = {}, rules }: SiteOptions): Promise<Site> {
    const common = { health: { host: '127.0.0.1', port: 0 }, logLevel: 'info' };
    const world = new World({ settings: { ...common, ...settings }, byAgreement: rules !== undefined });
    const site = new Site(world);
    await world.start();
    try {
      await site.enrol(agencies, units, keys);
    } catch (error) {
      await site.close();
      throw error;
    }
    await world.stop();
    if (rules) site.routing = writeRules(world, site.agencies, rules);
    copyFileSync(site.database, site.template);
    return site;
  }

  private async enrol(agencies: number, units: number, keys: OpensslKeyType): Promise<void> {
    const { world } = this;
    for (let i = 0; i < agencies; i++) {
      const agency = world.makeAgency(`x${String(i).padStart(3, '0')}.customs`, 'desk', keys);
      const mailboxes = [agency.mailbox, ...moreMailboxes(agency, units)];
      await world.control.act(world.operatorKey, {
        kind: 'enrol',
        value: {
          agency: agency.agency,
          units: mailboxes.map((mailbox) => mailbox.slice(mailbox.indexOf('/') + 1)),
          tls: [chainOf(agency.tls)],
          signing: [chainOf(agency.signing)],
          keyStatements: mailboxes.map((mailbox) => keyStatement({ ...agency, mailbox })),
        },
      });
      this.agencies.push(agency);
    }
  }

  /** Seals `count` messages of each sender, unless so many are there; they go to the agencies that `to` names. */
  async seal(request: {
    signing: 'single' | 'burst';
    bodyBytes: number;
    senders: readonly number[];
    to: (sender: number) => readonly number[];
    count: number;
    burst: number;
    /** All with one content, which is quick. */
    alike?: boolean;
  }): Promise<void> {
    const { signing, bodyBytes, senders, to, count, burst, alike = false } = request;
    const name = `${signing}-${bodyBytes}`;
    const files = (this.pools[name] ??= []);
    for (const sender of senders) {
      const file = join(this.world.dir, `${name}-${sender}.pool`);
      if ((this.sealed.get(file) ?? 0) >= count) continue;
      await (alike ? writeAlikePool : writePool)(file, {
        from: this.agency(sender),
        to: to(sender).map((i) => this.agency(i)),
        count,
        bodyBytes,
        routing: this.routing,
        burst: signing === 'single' ? 1 : burst,
      });
      files[sender] = file;
      this.sealed.set(file, count);
    }
  }

  unavailable(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** Starts the gateway on a fresh copy of the enrolled ledger. */
  start(): Promise<Running> {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${this.database}${suffix}`, { force: true });
    // It would say, rightly, that the log was put back.
    rmSync(join(this.world.data, 'released.checkpoint'), { force: true });
    copyFileSync(this.template, this.database);
    return this.resume();
  }

  /** Starts the gateway on the ledger as it was left. */
  async resume(): Promise<Running> {
    await this.world.start({ environment: this.environment });
    return {
      version: `Liaison ${ownVersion()}, ws ${libraryVersion('ws')}, Node.js ${process.versions.node}`,
      guarantees:
        'A result means: signature checked, in the append-only log, synced to disk, receipt enclosed. A message ends with a handover signed by the recipient, which is proven to the sender.',
      client: new URL('./client.ts', import.meta.url).href,
      settings: this.settings(),
      pids: () => [this.world.pid],
      diskBytes: () => diskBytes(this.world.data),
      stop: async () => {
        await this.world.stop();
      },
    };
  }

  settings(): LiaisonSettings {
    return {
      url: this.world.url,
      caFile: this.world.authority.certificatePath,
      logKey: this.world.verifierKey,
      agencies: this.agencies.map(({ mailbox, tls, signing }) => ({
        mailbox,
        tls: { chainFile: tls.chainPath, keyFile: tls.keyPath },
        signingKeyFile: signing.keyPath,
      })),
      pools: this.pools,
    };
  }

  /** What the running gateway's /metrics says: values by name, labels included as they are printed. */
  async metrics(): Promise<Map<string, number>> {
    const response = await fetch(`${this.healthUrl}/metrics`);
    const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
    );
  }

  /** Plain HTTP, for monitoring. */
  get healthUrl(): string {
    const port =
      this.world.output
        .match(/"healthPort":\d+/g)
        ?.at(-1)
        ?.slice('"healthPort":'.length) ?? '0';
    return `http://127.0.0.1:${port}`;
  }

  /** Runs the auditor's command on the stopped gateway's data; rejects when it does not verify. */
  verify(): Promise<Verified> {
    return audit(this.world.data, this.world.verifierKey, this.world.authority.certificatePath);
  }

  /** Kills the gateway if it runs and removes everything. */
  async close(): Promise<void> {
    const child = this.world.process;
    if (child?.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.world.dir, { recursive: true, force: true });
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

function ownVersion(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** The mailboxes of an agency of a site beyond its first. */
export const moreMailboxes = (agency: Agency, units: number): Mailbox[] =>
  Array.from({ length: units - 1 }, (_, i) => mailboxOf(agency.agency, `unit${i + 1}` as UnitId));
