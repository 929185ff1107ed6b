/**
 * A small world for end-to-end tests: an authority, a gateway in a process of its own on loopback, and agencies whose keys
 * the test holds. Certificates are made by openssl with P-256 unless asked otherwise.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ControlClient } from '../../gateway/control/client.ts';
import { initGateway } from '../../gateway/init.ts';
import { parseCertificates } from '../../protocol/certificates.ts';
import {
  generateEncryptionKey,
  signKeyStatement,
  type EncryptionKeyPair,
} from '../../protocol/envelope/encryption-keys.ts';
import { mailboxOf, type AgencyId, type Mailbox, type UnitId } from '../../protocol/ids.ts';
import {
  issue,
  makeAuthority,
  type OpensslAuthority,
  type OpensslCertificate,
  type OpensslKeyType,
} from './openssl.ts';

export const ROOT = join(import.meta.dirname, '../..');
export const LIAISON = join(ROOT, 'liaison');

export interface Agency {
  agency: AgencyId;
  mailbox: Mailbox;
  tls: OpensslCertificate;
  signing: OpensslCertificate;
  signingKey: KeyObject;
  encryption: EncryptionKeyPair;
}

export class World {
  readonly dir: string;
  readonly authority: OpensslAuthority;
  readonly data: string;
  readonly config: string;
  readonly verifierKey: string;
  readonly control: ControlClient;
  /** Signs acts as the first operator. */
  readonly operatorKey: KeyObject;
  port = 0;
  /** The gateway itself, also when it runs under another command. */
  pid = 0;
  process: ChildProcess | undefined;
  /** Everything the gateway has written to its standard output and error since its last start. */
  output = '';

  constructor(
    options: {
      settings?: Record<string, unknown>;
      revocationList?: (authority: OpensslAuthority) => string;
      /** Deny by default. The exchange is open in other tests: they are about other things. */
      byAgreement?: boolean;
    } = {},
  ) {
    this.dir = mkdtempSync(join(tmpdir(), 'liaison-'));
    this.authority = makeAuthority(this.dir);
    const tls = issue(this.authority, { kind: 'tls-server', hosts: ['localhost'] });
    this.data = join(this.dir, 'data');
    const lists = options.revocationList ? [options.revocationList(this.authority)] : [];
    const made = initGateway({
      data: this.data,
      origin: 'gateway.test/log',
      anchors: [this.authority.certificatePath],
      certificate: tls.chainPath,
      key: keyOf(tls),
      host: '127.0.0.1',
      port: 0,
      revocationLists: lists,
      openExchange: options.byAgreement !== true,
      nowMs: Date.now(),
    });
    this.config = made.config;
    this.verifierKey = made.verifierKey;
    if (options.settings) {
      writeFileSync(this.config, readFileSync(this.config, 'utf8') + stringify(options.settings));
    }
    this.control = new ControlClient(join(this.data, 'control.sock'));
    this.operatorKey = createPrivateKey(readFileSync(made.operatorKey));
  }

  get url(): string {
    return `wss://localhost:${this.port}`;
  }

  get ca(): string {
    return readFileSync(this.authority.certificatePath, 'utf8');
  }

  /** Starts the gateway; resolves when it is ready. `prefix` is a command to run it under, e.g. strace. */
  async start(options: { prefix?: string[]; environment?: Record<string, string> } = {}): Promise<void> {
    const words = [...(options.prefix ?? []), LIAISON];
    const child = spawn(words[0] ?? LIAISON, [...words.slice(1), 'gateway', 'serve', '--config', this.config], {
      cwd: this.dir,
      env: { ...process.env, LIAISON_GATEWAY_LISTEN_PORT: String(this.port), ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    this.output = '';
    child.stderr.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
        const ready = /"pid":(\d+).*"port":(\d+).*"msg":"ready"/.exec(this.output);
        if (!ready) return;
        this.pid = Number(ready[1]);
        this.port = Number(ready[2]);
        resolve();
      });
      child.once('exit', (code) => reject(new Error(`The gateway ended with ${code}: ${this.output}`)));
    });
  }

  /** Sends a signal and waits for the end; returns the exit status. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    process.kill(this.pid, signal);
    await once(child, 'exit');
    return child.exitCode;
  }

  makeAgency(name: string, unit = 'desk', type: OpensslKeyType = 'p256'): Agency {
    const agency = name as AgencyId;
    const tls = issue(this.authority, { kind: 'tls-client', agency, type });
    const signing = issue(this.authority, { kind: 'signing', agency, type });
    return {
      agency,
      mailbox: mailboxOf(agency, unit as UnitId),
      tls,
      signing,
      signingKey: createPrivateKey(readFileSync(signing.keyPath)),
      encryption: generateEncryptionKey(),
    };
  }

  async enrol(...agencies: Agency[]): Promise<void> {
    for (const item of agencies) {
      await this.control.act(this.operatorKey, {
        kind: 'enrol',
        value: {
          agency: item.agency,
          units: [item.mailbox.split('/')[1] ?? ''],
          tls: [chainOf(item.tls)],
          signing: [chainOf(item.signing)],
          keyStatements: [keyStatement(item)],
        },
      });
    }
  }

  async enrolled(...names: string[]): Promise<Agency[]> {
    const agencies = names.map((name) => this.makeAgency(name));
    await this.enrol(...agencies);
    return agencies;
  }

  async close(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export const keyStatement = (item: Agency, version = 1): ReturnType<typeof signKeyStatement> =>
  signKeyStatement(item.signingKey, {
    blind: new Uint8Array(randomBytes(16)),
    mailbox: item.mailbox,
    version,
    keys: [{ keyId: item.encryption.keyId, jwk: item.encryption.jwk }],
    createdAtMs: Date.now(),
  });

export const chainOf = (certificate: OpensslCertificate): { certificates: Uint8Array[] } => ({
  certificates: parseCertificates(readFileSync(certificate.chainPath)).map((item) => new Uint8Array(item.raw)),
});

/** OpenSSL writes keys for everybody to read; the product refuses those. */
function keyOf(certificate: OpensslCertificate): string {
  const path = `${certificate.keyPath}.private`;
  writeFileSync(path, readFileSync(certificate.keyPath), { mode: 0o600 });
  return path;
}
