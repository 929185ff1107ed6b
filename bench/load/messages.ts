/** What passes between the benchmark and its client processes. */
import type { RecipientOptions, SenderOptions } from './types.ts';

/** How the messages of a run are sent. Every link sends `count`, from `first` on. */
export type Schedule =
  /** At most `window` unconfirmed on each link, `unit` sent at a time. */
  | { readonly kind: 'window'; readonly window: number; readonly unit: number }
  /** One on the way: the next goes `pauseMs` after the last was confirmed, and proven where the system proves. */
  | { readonly kind: 'one'; readonly pauseMs: number }
  /** So many a second over all links, whether or not earlier ones are confirmed. */
  | { readonly kind: 'rate'; readonly perSecond: number };

export type ToClient =
  | { kind: 'senders'; module: string; settings: unknown; links: SenderOptions[] }
  | { kind: 'recipients'; module: string; settings: unknown; links: RecipientOptions[] }
  | { kind: 'send'; first: number; count: number; schedule: Schedule }
  /** Each link gets so many messages. */
  | { kind: 'expect'; first: number; count: number }
  /** Verify the receipts that were put aside. */
  | { kind: 'check' }
  /** How far are you? */
  | { kind: 'state' }
  | { kind: 'close' };

/** Times are milliseconds of the machine's monotonic clock; NaN where nothing happened. Indexed by link, then message. */
export interface Sent {
  readonly sentMs: Float64Array[];
  readonly confirmedMs: Float64Array[];
  readonly lastProvenMs: number;
  /** One in flight only: when the proof of each message's handover was there. */
  readonly provenMs: Float64Array[];
  readonly cpuMs: number;
}
export interface Received {
  readonly deliveredMs: Float64Array[];
  readonly lastAcknowledgedMs: number;
  /** Messages that came more than once. */
  readonly doubled: number;
  /** Bytes of the frames that brought them; 0 where the client cannot tell. */
  readonly bytes: number;
  readonly cpuMs: number;
}

export type FromClient =
  | { kind: 'connected' }
  /** The answer to expect: only now may anything be sent. */
  | { kind: 'expecting' }
  | { kind: 'sent'; result: Sent }
  | { kind: 'received'; result: Received }
  /** So many receipts were put aside and verify; one that does not is a failure. */
  | { kind: 'checked'; receipts: number }
  /** For people, when a run does not end. */
  | { kind: 'state'; text: string }
  | { kind: 'closed' }
  | { kind: 'failed'; text: string };
