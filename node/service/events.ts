/**
 * The node's events for those who listen: a bounded memory of the newest, so that a listener whose connection broke
 * misses nothing when it comes back soon, and server-sent events to each. Nothing waits for a slow listener: it is cut.
 */
import type { ServerResponse } from 'node:http';
import type { Listening } from './ports.ts';

export interface FeedEvent {
  /** `RUN-NUMBER`: grows within one run of the service. */
  readonly id: string;
  readonly name: string;
  /** JSON. */
  readonly data: string;
}

const NAMES = ['connected', 'disconnected', 'accepted', 'refused', 'evidence', 'received', 'alarm'] as const;
const MORE_NAMES = ['deadline', 'urgent', 'status', 'attachment'] as const;
const KEPT_MAX = 1_000;
/** What a listener may leave unread before it is cut. */
const UNREAD_BYTES_MAX = 1024 * 1024;
const HEARTBEAT_MS = 15_000;

export class EventFeed {
  private readonly run: string;
  private readonly kept: FeedEvent[] = [];
  private readonly listeners = new Set<(event: FeedEvent) => void>();
  private readonly source: Listening;
  private readonly handlers: ReadonlyMap<string, (value: unknown) => void>;
  private count = 0;

  /** @param run tells one run of the service from another */
  constructor(source: Listening, run: string) {
    this.run = run;
    this.source = source;
    this.handlers = new Map([...NAMES, ...MORE_NAMES].map((name) => [name, (value) => this.add(name, value)]));
    for (const [name, handler] of this.handlers) source.on(name, handler);
  }

  close(): void {
    for (const [name, handler] of this.handlers) this.source.off(name, handler);
    this.listeners.clear();
  }

  listen(listener: (event: FeedEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What came after an event; `undefined` when that is not known any more. */
  since(lastId: string): FeedEvent[] | undefined {
    const at = this.kept.findIndex(({ id }) => id === lastId);
    return at < 0 ? undefined : this.kept.slice(at + 1);
  }

  private add(name: string, value: unknown): void {
    const event = { id: `${this.run}-${++this.count}`, name, data: JSON.stringify(value, plain) };
    this.kept.push(event);
    if (this.kept.length > KEPT_MAX) this.kept.shift();
    for (const listener of this.listeners) listener(event);
  }
}

/** Errors say their code; bytes never belong into an event. */
function plain(_: string, value: unknown): unknown {
  if (value instanceof Error) return { code: 'code' in value ? value.code : 'INTERNAL', text: value.message };
  return value instanceof Uint8Array ? undefined : value;
}

/**
 * Writes events to one listener until it goes away.
 * @param lastId of the last event it has; when that is not known any more it gets `reset` and must ask for the state
 */
export function streamEvents(feed: EventFeed, response: ServerResponse, lastId: string | undefined): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const write = (text: string): void => {
    response.write(text);
    if (response.writableLength > UNREAD_BYTES_MAX) response.destroy();
  };
  const send = ({ id, name, data }: FeedEvent): void => write(`id: ${id}\nevent: ${name}\ndata: ${data}\n\n`);
  write(': welcome\n\n');
  if (lastId !== undefined) {
    const missed = feed.since(lastId);
    if (missed) for (const event of missed) send(event);
    else write('event: reset\ndata: {}\n\n');
  }
  const stop = feed.listen(send);
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS);
  response.on('close', () => {
    clearInterval(heartbeat);
    stop();
  });
  response.on('error', () => undefined);
}
