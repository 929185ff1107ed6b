/** The node's session as its parts see it: who is told when it begins and ends, and waiting for it. */
import { LiaisonError } from '../protocol/errors.ts';
import type { Deliver, Evidence, Hello, Welcome } from '../protocol/generated/schema.ts';
import { ATTACHMENTS, chooseVersion, PROTOCOL_VERSIONS, SHARDS } from '../protocol/versions.ts';
import type { NodeRuntime } from './runtime.ts';
import { SessionClient, type SessionOwner } from './session/client.ts';
import type { Link } from './session/link.ts';
import type { Connect } from './session/socket.ts';

/** A part of the node that works while there is a session. */
export interface SessionPart {
  begin(link: Link): void;
  end(): void;
}

export interface ConnectionOptions {
  readonly runtime: NodeRuntime;
  readonly connect: Connect;
  /** In the order in which they begin and end. */
  readonly parts: readonly SessionPart[];
  readonly deliver: (frame: Deliver) => void;
  readonly evidence: (frame: Evidence) => void;
}

/** The additions that this node has. */
const NODE_CAPABILITIES: readonly string[] = [ATTACHMENTS, SHARDS];

export class Connection {
  readonly session: SessionClient;
  private readonly options: ConnectionOptions;
  private link: Link | undefined;
  private lastError: LiaisonError | undefined;
  private final = false;
  private readonly waiting = new Set<() => void>();

  constructor(options: ConnectionOptions) {
    this.options = options;
    const { now, random } = options.runtime;
    this.session = new SessionClient({
      connect: options.connect,
      owner: this.owner(),
      now,
      jitter: () => Buffer.from(random(4)).readUInt32BE() / 2 ** 32,
    });
  }

  get isOpen(): boolean {
    return this.link?.isOpen === true;
  }

  /** Whether the node does not connect again by itself. */
  get isFinal(): boolean {
    return this.final;
  }

  /** Why there is no session, or none any more. */
  get error(): LiaisonError | undefined {
    return this.lastError;
  }

  /** The open session. @throws LiaisonError why there is none, after `timeoutMs` */
  connected(timeoutMs: number): Promise<Link> {
    if (this.link?.isOpen === true) return Promise.resolve(this.link);
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.waiting.delete(settle);
        const none = new LiaisonError('UNAVAILABLE', `There was no session within ${timeoutMs} ms.`);
        if (this.link) resolve(this.link);
        else reject(this.lastError ?? none);
      };
      const timer = setTimeout(settle, timeoutMs);
      this.waiting.add(settle);
      if (this.final) settle();
    });
  }

  private owner(): SessionOwner {
    const { runtime } = this.options;
    return {
      capabilities: NODE_CAPABILITIES,
      hello: () => this.hello(),
      welcome: (welcome) => this.welcome(welcome),
      begin: (link) => this.begin(link),
      end: (error, final) => this.ended(error, final),
      alarm: (error) => {
        runtime.logger.error({ code: error.code, detail: error.detail }, 'alarm');
        runtime.notify('alarm', { error });
      },
      deliver: (frame) => this.options.deliver(frame),
      evidence: (frame) => this.options.evidence(frame),
    };
  }

  private hello(): Hello {
    const { inbox, log, config } = this.options.runtime;
    return {
      versions: [...PROTOCOL_VERSIONS],
      node: config.node,
      mailboxes: config.mailboxes.map((mailbox) => ({ mailbox, nextNumber: inbox.nextNumber(mailbox) })),
      checkpoint: log.trusted && log.trusted.size > 0 ? log.trusted.note : new Uint8Array(0),
      capabilities: [...NODE_CAPABILITIES],
    };
  }

  private welcome(welcome: Welcome): void {
    if (chooseVersion([welcome.version]) === undefined) {
      throw new LiaisonError('VERSION_UNSUPPORTED', `The gateway chose version ${welcome.version}.`);
    }
    this.options.runtime.log.welcome(welcome, welcome.capabilities.includes(SHARDS));
  }

  private begin(link: Link): void {
    const { runtime, parts } = this.options;
    this.link = link;
    for (const part of parts) part.begin(link);
    const { sizeMet: treeSize } = runtime.log;
    runtime.logger.info({ treeSize }, 'connected');
    runtime.notify('connected', { treeSize });
    this.wake();
  }

  private ended(error: LiaisonError | undefined, final: boolean): void {
    const { runtime, parts } = this.options;
    this.link = undefined;
    this.final = final;
    for (const part of parts) part.end();
    const shown = error ?? new LiaisonError('UNAVAILABLE', 'The node is closed.');
    this.lastError = shown;
    runtime.logger[error ? 'warn' : 'info']({ code: shown.code, detail: shown.detail, final }, 'disconnected');
    runtime.notify('disconnected', { error: shown, final });
    this.wake();
  }

  private wake(): void {
    for (const settle of this.waiting) settle();
  }
}
