/** Sets the demonstration up as an operator and three agencies would, with the same commands, and takes it down again. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LiaisonError } from '../protocol/errors.ts';
import { Agency } from './agency.ts';
import type { Partner } from './cast.ts';
import { setAhead } from './clock.ts';
import { FragileLink } from './fragile-link.ts';

const LIAISON = join(import.meta.dirname, '../liaison');
const READY_MS = 15_000;
const CLOCK_FILE = 'clock';
/** Each process looks at its clock's file more often than that. */
const CLOCK_SEEN_MS = 200;

export interface StageOptions {
  /** Where to work; without it a temporary directory that is removed at the end. */
  readonly dir?: string | undefined;
  /** Who is enrolled. */
  readonly partners: readonly Partner[];
  /** The stories set the clock ahead; without them it is the machine's. */
  readonly ownClock?: boolean;
}

interface Answer {
  stdout: string;
  status: number;
}

export class Stage {
  readonly dir: string;
  readonly gatewayConfig: string;
  readonly agencies: Agency[] = [];
  port = 0;
  verifierKey = '';
  private readonly isOwnDir: boolean;
  private gateway: ChildProcess | undefined;
  private readonly running = new Set<ChildProcess>();
  private ending = false;

  readonly partners: readonly Partner[];
  /** Of every process that is started. */
  readonly env: NodeJS.ProcessEnv;
  private aheadMs = 0;
  private readonly links: FragileLink[] = [];

  constructor({ dir, partners, ownClock = false }: StageOptions) {
    this.isOwnDir = dir === undefined;
    this.dir = dir === undefined ? mkdtempSync(join(tmpdir(), 'liaison-demo-')) : resolve(dir);
    this.partners = partners;
    mkdirSync(this.dir, { recursive: true });
    this.env = ownClock ? this.clockEnvironment() : process.env;
    this.gatewayConfig = join(this.dir, 'gateway/gateway.yaml');
  }

  /** Development certificates for the gateway and all agencies. */
  async makeCertificates(): Promise<void> {
    const names = this.partners.map(({ agency }) => agency).join(',');
    await this.liaison('certs-dev', 'init', '--out', this.path('certs'), '--agencies', names);
  }

  /** The log's key, the operator's key and entry 0, then the running gateway. */
  async makeGateway(): Promise<void> {
    this.port = await freePort();
    const { stdout } = await this.liaison(
      ...['gateway', 'init', '--data', this.path('gateway'), '--origin', 'gateway.demo.example/log', '--json'],
      ...['--anchors', this.path('certs/ca/root.pem'), '--revocation-lists', this.path('certs/ca/root.crl.pem')],
      ...['--certificate', this.path('certs/gateway/tls.pem'), '--key', this.path('certs/gateway/tls.key')],
      ...['--port', String(this.port)],
    );
    this.verifierKey = (JSON.parse(stdout) as { verifierKey: string }).verifierKey;
    await this.startGateway();
  }

  /** Starts the gateway's process; resolves when it answers. */
  async startGateway(): Promise<void> {
    const output = openSync(this.path('gateway/gateway.log'), 'a', 0o600);
    const child = spawn(LIAISON, ['gateway', 'serve', '--config', this.gatewayConfig], {
      detached: true,
      env: this.env,
      stdio: ['ignore', output, output],
    });
    this.gateway = child;
    const deadline = Date.now() + READY_MS;
    while (
      (await this.liaison('gateway', 'status', '--config', this.gatewayConfig, '--json').catch(() => undefined)) ===
      undefined
    ) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new LiaisonError('GATEWAY_NOT_RUNNING', `See ${this.path('gateway/gateway.log')}.`);
      }
    }
  }

  /** Ends the gateway's process; SIGKILL as a crash would. */
  async stopGateway(signal: NodeJS.Signals): Promise<void> {
    const child = this.gateway;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  get gatewayPid(): number {
    return this.gateway?.pid ?? 0;
  }

  /** Each agency makes its keys on its own side; the operator enrols it. */
  async enrol(onRefused: (agency: string, id: string, code: string) => void): Promise<void> {
    await Promise.all(this.partners.map((partner) => this.initNode(partner)));
    for (const { agency, units } of this.partners) {
      const dir = this.path('nodes', agency);
      await this.operator('enrol', join(dir, 'enrolment.json'));
      const config = join(dir, 'node.yaml');
      const refused = (id: string, code: string): void => onRefused(agency, id, code);
      this.agencies.push(
        new Agency({ mailbox: `${agency}/${units[0] ?? ''}`, config, env: this.env, onRefused: refused }),
      );
    }
  }

  /** Nobody writes to another agency before it has been agreed. */
  async agree(): Promise<void> {
    const parties = this.partners.map(({ agency }) => agency);
    await this.operator(
      ...['agreement', 'set', '--name', 'The demonstration', '--parties', ...parties, '--personal-data'],
      ...['--classification', 'eu-restricted'],
    );
  }

  /** An agency of the cast. */
  agency(name: string): Agency {
    const found = this.agencies.find((agency) => agency.name === name);
    if (!found) throw new LiaisonError('AGENCY_UNKNOWN', name);
    return found;
  }

  /** Puts a link that drops between an agency's node and the gateway. */
  async fragileLink(name: string, drops: number, everyBytes: number): Promise<FragileLink> {
    const agency = this.agency(name);
    await agency.stop();
    const link = await FragileLink.open(this.port, drops, everyBytes);
    this.links.push(link);
    const config = readFileSync(agency.config, 'utf8');
    writeFileSync(agency.config, config.replace(`localhost:${this.port}`, `localhost:${link.port}`));
    await agency.start();
    return link;
  }

  /** Sets the clock of every process ahead, and waits until they all have looked. */
  async pass(ms: number): Promise<void> {
    this.aheadMs += ms;
    setAhead(this.path(CLOCK_FILE), this.aheadMs);
    await new Promise((resolve) => setTimeout(resolve, CLOCK_SEEN_MS));
  }

  /** What the clock of the stories says, POSIX milliseconds. */
  now(): number {
    return Date.now() + this.aheadMs;
  }

  private clockEnvironment(): NodeJS.ProcessEnv {
    const file = this.path(CLOCK_FILE);
    setAhead(file, 0);
    const module = new URL('./clock.ts', import.meta.url).href;
    return { ...process.env, LIAISON_DEMO_CLOCK: file, NODE_OPTIONS: `--import ${module}` };
  }

  private async initNode({ agency, units }: Partner): Promise<void> {
    await this.liaison(
      ...['node', 'init', '--dir', this.path('nodes', agency), '--agency', agency, '--units', units.join(',')],
      ...['--certs', this.path('certs', agency), '--gateway', `wss://localhost:${this.port}`],
      ...['--gateway-ca', this.path('certs/ca/root.pem'), '--log-key', this.verifierKey],
      ...['--anchors', this.path('certs/ca')],
    );
  }

  /** An act of the operator. */
  async operator(...words: string[]): Promise<string> {
    const { stdout } = await this.liaison('gateway', ...words, '--config', this.gatewayConfig);
    return stdout;
  }

  /** The auditor's command on the stopped gateway's data. */
  async audit(data = this.path('gateway')): Promise<Answer> {
    const trust = ['--log-key', this.verifierKey, '--anchors', this.path('certs/ca')];
    return this.liaison('audit', 'verify', data, ...trust);
  }

  /** What a newcomer needs to connect a client of their own. */
  writeDescription(): string {
    const file = this.path('demo.json');
    const description = {
      gateway: {
        url: `wss://localhost:${this.port}`,
        ca: this.path('certs/ca/root.pem'),
        config: this.gatewayConfig,
        operatorKey: this.path('gateway/operator.key'),
        pid: this.gatewayPid,
      },
      logKey: this.verifierKey,
      anchors: this.path('certs/ca'),
      agencies: this.partners.map(({ agency, units }) => ({
        agency,
        mailbox: `${agency}/${units[0] ?? ''}`,
        config: this.path('nodes', agency, 'node.yaml'),
        tls: { certificate: this.path('certs', agency, 'tls.pem'), key: this.path('certs', agency, 'tls.key') },
        signing: {
          certificate: this.path('certs', agency, 'signing.pem'),
          key: this.path('certs', agency, 'signing.key'),
        },
        encryptionKey: this.path('nodes', agency, 'encryption', `${units[0] ?? ''}.key`),
      })),
    };
    writeFileSync(file, `${JSON.stringify(description, null, 2)}\n`);
    return file;
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  /** Ends every process that is still there and removes a temporary directory. */
  async takeDown(): Promise<void> {
    this.ending = true;
    for (const link of this.links) link.close();
    for (const agency of this.agencies) agency.kill();
    // A command that is still running would write into the directory again.
    await Promise.all([...this.running].map(ended));
    await this.stopGateway('SIGKILL');
    if (this.isOwnDir) rmSync(this.dir, { recursive: true, force: true });
  }

  /** Leaves the gateway running after this process has ended. */
  release(): void {
    this.gateway?.unref();
  }

  /** Runs a command of ours; its error is passed on as its own sentence. */
  private liaison(...words: string[]): Promise<Answer> {
    if (this.ending) return Promise.reject(new LiaisonError('SHUTTING_DOWN'));
    return new Promise((resolve, reject) => {
      const child = execFile(LIAISON, words, { maxBuffer: 2 ** 24, env: this.env }, (error, stdout, stderr) => {
        this.running.delete(child);
        const status = child.exitCode ?? 1;
        if (!error || words[0] === 'audit') resolve({ stdout, status });
        else reject(new LiaisonError('INTERNAL', `${words.slice(0, 2).join(' ')}: ${stderr.trim()}`));
      });
      this.running.add(child);
    });
  }
}

/** Kills a process and waits for its end. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
