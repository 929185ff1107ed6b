/**
 * Who reads the log, and what of it: all requests with one key, from the first one until it has been silent, are a session,
 * and each session in which entries were read becomes one entry of the log (AuditRead).
 */
import type { AuditRead } from '../../protocol/generated/schema.ts';
import { toHex } from '../../protocol/ids.ts';

/** Whoever reads on and on is recorded all the same. */
const SESSION_MS_MAX = 3_600_000;
/** What an AuditRead has room for. */
const RANGES_MAX = 64;

interface Session {
  readonly auditor: string;
  readonly tlsKeyId: Uint8Array;
  readonly beganAtMs: number;
  lastAtMs: number;
  requests: number;
  /** By origin: the lowest entry that was read, and one behind the highest. */
  readonly ranges: Map<string, { firstIndex: number; endIndex: number }>;
}

export class AuditSessions {
  private readonly silenceMs: number;
  private readonly ended: (read: AuditRead) => void;
  private readonly open = new Map<string, Session>();

  /** @param ended is called once for each session in which entries were read */
  constructor(silenceMs: number, ended: (read: AuditRead) => void) {
    this.silenceMs = silenceMs;
    this.ended = ended;
  }

  /** A request of an auditor. */
  request(auditor: string, tlsKeyId: Uint8Array, nowMs: number): void {
    const id = toHex(tlsKeyId);
    const known = this.open.get(id);
    if (known && this.isOver(known, nowMs)) this.end(id, known);
    const session = this.open.get(id) ?? {
      auditor,
      tlsKeyId,
      beganAtMs: nowMs,
      lastAtMs: 0,
      requests: 0,
      ranges: new Map(),
    };
    session.lastAtMs = nowMs;
    session.requests++;
    this.open.set(id, session);
  }

  /** The request is answered with entries [firstIndex, endIndex) of a shard. */
  read(tlsKeyId: Uint8Array, origin: string, firstIndex: number, endIndex: number): void {
    const session = this.open.get(toHex(tlsKeyId));
    if (!session) return;
    const range = session.ranges.get(origin);
    session.ranges.set(origin, {
      firstIndex: Math.min(firstIndex, range?.firstIndex ?? firstIndex),
      endIndex: Math.max(endIndex, range?.endIndex ?? endIndex),
    });
  }

  /** Ends sessions that are silent; meant to be called every second or so. */
  sweep(nowMs: number): void {
    for (const [id, session] of this.open) if (this.isOver(session, nowMs)) this.end(id, session);
  }

  endAll(): void {
    for (const [id, session] of this.open) this.end(id, session);
  }

  private isOver({ beganAtMs, lastAtMs, ranges }: Session, nowMs: number): boolean {
    return nowMs - lastAtMs >= this.silenceMs || nowMs - beganAtMs >= SESSION_MS_MAX || ranges.size >= RANGES_MAX;
  }

  private end(id: string, { auditor, tlsKeyId, beganAtMs, requests, ranges }: Session): void {
    this.open.delete(id);
    if (ranges.size === 0) return;
    const read = [...ranges].map(([origin, range]) => ({ origin, ...range }));
    this.ended({ auditor, tlsKeyId, beganAtMs, requests, ranges: read });
  }
}
