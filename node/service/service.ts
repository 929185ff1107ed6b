/** Starts and stops what `node serve` is made of: the HTTP service, the drop folders and the notifier of one open node. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { NodeConfig } from '../config.ts';
import type { LiaisonError } from '../../protocol/errors.ts';
import type { ServiceConfig } from './config.ts';
import type { Server } from './context.ts';
import { DropInbox } from './drop-inbox.ts';
import { DropOutbox } from './drop-outbox.ts';
import { EventFeed } from './events.ts';
import { Notifier } from './notifier.ts';
import type { ServiceNode } from './ports.ts';
import { SendOnce } from './send-once.ts';
import { listen, makeServer } from './server.ts';
import { ServiceStore } from './store.ts';
import { Uploads } from './uploads.ts';

export interface ServiceOptions {
  readonly node: ServiceNode;
  readonly config: Pick<NodeConfig, 'service' | 'drop' | 'notify' | 'dataDir'>;
  readonly logger: Logger;
  /** POSIX milliseconds. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

export class LocalService {
  private readonly options: ServiceOptions;
  private readonly store: ServiceStore;
  private readonly feed: EventFeed;
  private readonly notifier: Notifier;
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>[] = [];
  private server: Server | undefined;
  private obstacle: LiaisonError | undefined;

  /** @throws LiaisonError DATA_LOCKED, DATA_VERSION, DATA_DAMAGED, STORAGE_FAILED */
  constructor(options: ServiceOptions) {
    const { node, config, logger, now, random } = options;
    this.options = options;
    this.store = new ServiceStore(config.dataDir);
    this.feed = new EventFeed(node, Buffer.from(random(8)).toString('hex'));
    this.notifier = new Notifier({ node, store: this.store, rules: config.notify ?? [], logger, now });
    node.on('disconnected', ({ error }: { error: LiaisonError }) => {
      this.obstacle = error;
    });
  }

  /**
   * Begins everything that the configuration names.
   * @returns where the HTTP service listens, if there is one
   * @throws LiaisonError PORT_IN_USE; FILE_UNREADABLE, KEY_FILE_EXPOSED, FILE_INVALID (of a token's file)
   */
  async start(): Promise<string | undefined> {
    const { service, drop, notify = [] } = this.options.config;
    const address = service && (await this.serve(service));
    if (drop) this.watch(drop.dir, drop.settleMs, drop.inbox);
    if (notify.length > 0) this.running.push(this.notifier.run(this.stopping.signal));
    return address;
  }

  /** Ends it all in good order; what is under way is finished or begins again at the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.server?.close();
    await Promise.all(this.running);
    this.feed.close();
    this.store.close();
  }

  private async serve(config: ServiceConfig): Promise<string> {
    const { node, logger, now, random } = this.options;
    const dir = join(this.options.config.dataDir, 'uploads');
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const context = {
      ...{ node, config, feed: this.feed },
      sendOnce: new SendOnce({ node, store: this.store, now, random }),
      uploads: new Uploads({ dir, bytesMax: config.uploadBytesMax, now, random }),
      inboxIsDropped: this.options.config.drop?.inbox === true,
      obstacle: () => this.obstacle,
      acknowledge: (id: string, actor: string) => this.notifier.acknowledge(id, actor),
    };
    this.server = await makeServer(context, logger);
    return listen(this.server, config);
  }

  private watch(dir: string, settleMs: number, takesInbox: boolean): void {
    const { node, logger, now, random } = this.options;
    const at = (name: string): string => join(dir, name);
    const folders = { outbox: at('outbox'), inbox: at('inbox'), failed: at('failed'), sent: at('sent') };
    for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const outbox = new DropOutbox({ node, store: this.store, folders, settleMs, logger, now, random });
    this.running.push(outbox.run(this.stopping.signal));
    if (!takesInbox) return;
    const inbox = new DropInbox({ node, store: this.store, dir: folders.inbox, logger });
    this.running.push(inbox.run(this.stopping.signal));
  }
}
