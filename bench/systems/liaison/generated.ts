/** A gateway on a generated data directory: every start begins with the log as it was generated. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encryptionKeyOf } from '../../../protocol/envelope/encryption-keys.ts';
import { toBase64Url, type Mailbox } from '../../../protocol/ids.ts';
import { LIAISON } from '../../../test/support/world.ts';
import { readDescription, type Description } from '../../generate/description.ts';
import { audit, runCommand, type Verified } from './audit.ts';
import type { LiaisonSettings } from './client.ts';
import { writePool } from './pool.ts';

const GENERATOR = new URL('../../generate/cli.ts', import.meta.url).pathname;
const READY_MS_MAX = 120_000;
const POLL_MS = 5;

export interface Started {
  /** From the start of the process, seconds: to `ready` in its log, and to the first 200 of /readyz. */
  readonly readySeconds: number;
  readonly servingSeconds: number;
}

export class GeneratedGateway {
  private readonly dir: string;
  private readonly description: Description;
  private readonly pools: Record<string, string[]> = {};
  private child: ChildProcess | undefined;
  private port = 0;
  /** Of the listener for auditors; 0 when there is none. */
  private auditorsPort = 0;
  private auditor: { certificate: string; key: string } | undefined;

  /** Generates a log of some 2.5 entries for each message below `dir`. */
  static async make(dir: string, messages: number, further: readonly string[] = []): Promise<GeneratedGateway> {
    const words = ['--out', dir, '--messages', String(messages), '--agencies', '10', '--json', ...further];
    await runCommand(process.execPath, [GENERATOR, ...words]);
    return new GeneratedGateway(dir);
  }

  private constructor(dir: string) {
    this.dir = dir;
    this.description = readDescription(dir);
    copyFileSync(this.database, this.pristine);
    process.once('exit', () => this.child?.kill('SIGKILL'));
  }

  /** Of the generated log. */
  get entries(): number {
    return this.description.log.size;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get dataDir(): string {
    return join(this.dir, this.description.gateway.data);
  }

  /** A certificate for an auditor; from then on the gateway has a listener for auditors. */
  async makeAuditor(): Promise<void> {
    const certs = join(this.dir, 'certs');
    await runCommand(LIAISON, ['certs-dev', 'issue', '--dir', certs, '--auditor', 'bench']);
    const at = join(certs, 'auditors', 'bench');
    this.auditor = { certificate: join(at, 'tls.pem'), key: join(at, 'tls.key') };
  }

  /** What `audit fetch` needs to read from the running gateway. */
  auditorWords(): string[] {
    const { certificate = '', key = '' } = this.auditor ?? {};
    const { log, gateway } = this.description;
    const trust = ['--ca', join(this.dir, gateway.ca), '--log-key', log.verifierKey];
    return [`https://localhost:${this.auditorsPort}`, '--certificate', certificate, '--key', key, ...trust];
  }

  /** Puts the generated log back and starts the gateway on it. */
  async start(): Promise<Started> {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${this.database}${suffix}`, { force: true });
    // It would say, rightly, that the log was put back.
    rmSync(join(this.dataDir, 'released.checkpoint'), { force: true });
    copyFileSync(this.pristine, this.database);
    const startMs = performance.now();
    const words = ['gateway', 'serve', '--config', join(this.dir, this.description.gateway.config)];
    const child = spawn(LIAISON, words, {
      env: {
        ...process.env,
        LIAISON_GATEWAY_LISTEN_PORT: '0',
        LIAISON_GATEWAY_HEALTH_HOST: '127.0.0.1',
        LIAISON_GATEWAY_HEALTH_PORT: '0',
        ...(this.auditor && { LIAISON_GATEWAY_AUDITORS_HOST: '127.0.0.1', LIAISON_GATEWAY_AUDITORS_PORT: '0' }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const healthPort = await this.ready(child);
    const readySeconds = (performance.now() - startMs) / 1000;
    const endMs = performance.now() + READY_MS_MAX;
    while (!(await isServing(healthPort))) {
      if (performance.now() > endMs) throw new Error('The gateway does not say that it is ready.');
      await sleep(POLL_MS);
    }
    return { readySeconds, servingSeconds: (performance.now() - startMs) / 1000 };
  }

  /** Resolves with the port for monitoring. */
  private async ready(child: ChildProcess): Promise<number> {
    let output = '';
    return new Promise((resolve, reject) => {
      const onData = (chunk: Buffer): void => {
        output += chunk.toString();
        const found = /"port":(\d+),"healthPort":(\d+).*"msg":"ready"/.exec(output);
        if (!found) return;
        this.port = Number(found[1]);
        this.auditorsPort = Number(/"auditorsPort":(\d+)/.exec(output)?.[1] ?? 0);
        resolve(Number(found[2]));
      };
      child.stdout?.on('data', onData);
      child.stderr?.on('data', onData);
      child.once('exit', (code) => reject(new Error(`The gateway ended with ${code ?? 'a signal'}: ${output}`)));
    });
  }

  /** Seals what the most active agency sends to the second one, so many under one signature. */
  async seal(bodyBytes: number, count: number, burst: number): Promise<void> {
    const file = join(this.dir, 'burst.pool');
    await writePool(file, { from: this.sender(), to: [this.recipient()], count, bodyBytes, burst });
    this.pools[`${burst === 1 ? 'single' : 'burst'}-${bodyBytes}`] = [file];
  }

  private sender(): { mailbox: Mailbox; signingKey: ReturnType<typeof createPrivateKey> } {
    const agency = this.agency(0);
    return {
      mailbox: agency.mailboxes[0]?.mailbox as Mailbox,
      signingKey: createPrivateKey(readFileSync(join(this.dir, agency.signing.key))),
    };
  }

  private recipient(): { mailbox: Mailbox; encryption: ReturnType<typeof encryptionKeyOf> } {
    const [mailbox] = this.agency(1).mailboxes;
    const keys = (mailbox?.encryptionKeys ?? []).map((file) =>
      encryptionKeyOf(createPrivateKey(readFileSync(join(this.dir, file)))),
    );
    const encryption = keys.find(({ keyId }) => toBase64Url(keyId) === mailbox?.keyId);
    if (!mailbox || !encryption) throw new Error('The second agency has no mailbox with a key.');
    return { mailbox: mailbox.mailbox as Mailbox, encryption };
  }

  private agency(number: number): Description['agencies'][number] {
    const agency = this.description.agencies[number];
    if (!agency) throw new RangeError(`No agency ${number}.`);
    return agency;
  }

  /** For the clients; the first two agencies, with their first mailboxes. */
  settings(): LiaisonSettings {
    const { log, gateway } = this.description;
    return {
      url: `wss://localhost:${this.port}`,
      caFile: join(this.dir, gateway.ca),
      logKey: log.verifierKey,
      agencies: [this.agency(0), this.agency(1)].map(({ mailboxes, tls, signing }) => ({
        mailbox: mailboxes[0]?.mailbox ?? '',
        nextNumber: mailboxes[0]?.nextNumber ?? 1,
        tls: { chainFile: join(this.dir, tls.certificate), keyFile: join(this.dir, tls.key) },
        signingKeyFile: join(this.dir, signing.key),
      })),
      pools: this.pools,
    };
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Runs the auditor's command on the stopped gateway's data; rejects when it does not verify. */
  verify(): Promise<Verified> {
    const { gateway, log, anchors } = this.description;
    return audit(join(this.dir, gateway.data), log.verifierKey, join(this.dir, anchors));
  }

  /** Kills the gateway if it runs and removes everything. */
  async close(): Promise<void> {
    await this.stop('SIGKILL');
    if (existsSync(this.dir)) rmSync(this.dir, { recursive: true, force: true });
  }

  private get database(): string {
    return join(this.dir, this.description.gateway.database);
  }

  private get pristine(): string {
    return join(this.dir, 'generated.db');
  }
}

async function isServing(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  await response.text();
  return response.status === 200;
}
