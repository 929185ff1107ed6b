/** The auditors' thread as the main thread sees it. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { readBytes } from '../../cli/config-file.ts';
import { parseCertificates } from '../../protocol/certificates.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { AuditRead } from '../../protocol/generated/schema.ts';
import type { GatewayConfig } from '../config.ts';
import type { Fault } from '../pipeline.ts';

export interface AuditorsWorkerData {
  readonly database: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly certificate: Uint8Array;
  readonly key: Uint8Array;
  /** DER. */
  readonly authorities: readonly Uint8Array[];
  /** DER. */
  readonly lists: readonly Uint8Array[];
  readonly requireRevocationLists: boolean;
  readonly silenceMs: number;
}

export type AuditorsInput = { kind: 'lists'; lists: readonly Uint8Array[] } | { kind: 'close' };

export type AuditorsOutput =
  | { kind: 'listening'; port: number }
  /** It cannot start. */
  | { kind: 'failed'; fault: Fault }
  /** A session has ended. */
  | { kind: 'read'; read: AuditRead }
  | { kind: 'refused'; fault: Fault };

export interface AuditorsEvents {
  readonly read: (read: AuditRead) => void;
  readonly refused: (fault: Fault) => void;
  /** The thread has ended by itself and is started again. */
  readonly restarted: (why: string) => void;
}

const RESTART_MS = 1_000;

export class AuditorsClient {
  private readonly config: GatewayConfig;
  private readonly events: AuditorsEvents;
  private lists: readonly Uint8Array[] = [];
  private worker: Worker | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(config: GatewayConfig, events: AuditorsEvents) {
    this.config = config;
    this.events = events;
  }

  /**
   * Opens the listener if there is to be one; the gateway must have opened its database.
   * @param anchors DER; they are the authorities for auditors when the configuration names none
   * @returns the port
   * @throws LiaisonError PORT_IN_USE, CONFIG_INVALID, FILE_UNREADABLE, FILE_INVALID
   */
  async listen(anchors: readonly Uint8Array[], tls: { certificate: Buffer; key: Buffer }): Promise<number | undefined> {
    const { auditors, database, requireRevocationLists } = this.config;
    if (!auditors) return undefined;
    const files = auditors.authorities?.flatMap((file) => parseCertificates(readBytes(file)));
    return this.start({
      database,
      listen: { host: auditors.host, port: auditors.port },
      certificate: tls.certificate,
      key: tls.key,
      authorities: files?.map(({ raw }) => new Uint8Array(raw)) ?? anchors,
      lists: this.lists,
      requireRevocationLists,
      silenceMs: auditors.silenceSeconds * 1000,
    });
  }

  private start(data: AuditorsWorkerData): Promise<number> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: data,
        name: 'auditors',
        resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 },
      });
      this.worker = worker;
      let port: number | undefined;
      let why = 'It ended.';
      worker.on('message', (output: AuditorsOutput) => {
        if (output.kind === 'read') this.events.read(output.read);
        else if (output.kind === 'refused') this.events.refused(output.fault);
        else if (output.kind === 'listening') resolve((port = output.port));
        else reject(new LiaisonError(output.fault.code, (why = output.fault.detail)));
      });
      worker.on('error', (error) => (why = String(error)));
      worker.on('exit', () => {
        if (this.worker === worker) this.worker = undefined;
        if (this.closing) return;
        reject(new LiaisonError('INTERNAL', `The auditors' thread: ${why}`));
        if (port === undefined) return;
        // Messages go on meanwhile: auditors have a mirror, and come again.
        this.events.restarted(why);
        this.restartLater({ ...data, lists: this.lists, listen: { ...data.listen, port } });
      });
    });
  }

  private restartLater(data: AuditorsWorkerData): void {
    this.timer = setTimeout(() => {
      this.start(data).catch((error: unknown) => {
        this.events.restarted(String(error));
        if (!this.closing) this.restartLater(data);
      });
    }, RESTART_MS);
  }

  /** Revocation lists, DER; for open connections too. */
  setLists(lists: readonly Uint8Array[]): void {
    this.lists = lists;
    this.worker?.postMessage({ kind: 'lists', lists } satisfies AuditorsInput);
  }

  /** Ends all connections. When this returns, `events.read` has been called for every session. */
  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.timer);
    if (!this.worker) return;
    this.worker.postMessage({ kind: 'close' } satisfies AuditorsInput);
    await once(this.worker, 'exit');
  }

  /** Ends the thread at once. */
  async abandon(): Promise<void> {
    this.closing = true;
    clearTimeout(this.timer);
    await this.worker?.terminate();
  }
}
