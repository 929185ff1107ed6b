/** What waits in mailboxes, read in the order of its numbers. */
import type { StatementSync } from 'node:sqlite';
import type { DeliveryRow } from '../../ledger/rows.ts';
import { decodePlaces } from '../../ledger/rows.ts';
import { encodedLength } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { DeliverySchema, type Delivery } from '../../protocol/generated/schema.ts';
import { Proofs, encodeFrame } from './answers.ts';
import type { LedgerEngine } from './engine.ts';

export interface Fetch {
  mailbox: string;
  /** First number that the session has not been sent. */
  from: number;
  /** From this number on, deliveries that ended without the recipient are told as well. */
  endedFrom: number;
  messages: number;
  bytes: number;
  /** Whether the session can be shown entries of shards that have ended. */
  knowsShards: boolean;
}

export interface Fetched {
  frame: Uint8Array;
  messages: number;
  bytes: number;
  next: number;
}

/** A frame stays well below its limit however large its last delivery is. */
const FRAME_BYTES = 1024 * 1024;
const FRAME_MESSAGES = 256;

export class Mailboxes {
  private readonly engine: LedgerEngine;
  private readonly outstanding: StatementSync;
  private readonly ended: StatementSync;
  private readonly total: StatementSync;

  constructor(engine: LedgerEngine) {
    this.engine = engine;
    const query = (state: number): StatementSync =>
      engine.prepare(
        `SELECT * FROM deliveries WHERE mailboxId = ? AND number >= ? AND state = ${state} AND eventIndex >= ?
         ORDER BY number LIMIT ?`,
      );
    this.outstanding = query(1);
    this.ended = query(3);
    this.total = engine.prepare('SELECT count(*) AS n FROM deliveries WHERE state = 1');
  }

  /** Deliveries in all mailboxes that have not ended. Counts rows: for status, not for every message. */
  countOutstanding(): number {
    return this.total.get()?.['n'] as number;
  }

  /** The next deliveries for a session, as an encoded Deliver frame within the credit; undefined when there are none. */
  fetch(fetch: Fetch): Fetched | undefined {
    const mailboxId = this.engine.store.get('mailboxes', fetch.mailbox)?.id ?? 0;
    const limit = Math.min(fetch.messages, FRAME_MESSAGES) + 1;
    const rows = this.rows(mailboxId, fetch, limit);
    const proofs = new Proofs(this.engine, fetch.knowsShards);
    const deliveries: Delivery[] = [];
    let bytes = 0;
    for (const row of rows) {
      const full =
        deliveries.length >= limit - 1 || (deliveries.length > 0 && bytes >= Math.min(fetch.bytes, FRAME_BYTES));
      if (full) break;
      const delivery = this.delivery(fetch.mailbox, row, proofs);
      deliveries.push(delivery);
      bytes += encodedLength(DeliverySchema, delivery);
    }
    const last = deliveries.at(-1);
    if (!last) return undefined;
    const frame = encodeFrame({
      kind: 'deliver',
      value: { checkpoint: this.engine.checkpoint, hashes: proofs.hashes, deliveries },
    });
    return { frame, messages: deliveries.length, bytes, next: last.number + 1 };
  }

  private rows(mailboxId: number, fetch: Fetch, limit: number): DeliveryRow[] {
    const waiting = this.outstanding.all(mailboxId, fetch.from, 0, limit) as unknown as DeliveryRow[];
    const endedFrom = Math.max(fetch.from, fetch.endedFrom);
    // What cannot be proven to the session is left out: the number has not come, as it would be with a wrong proof.
    const firstProven = fetch.knowsShards ? firstKept(this.engine) : this.engine.firstNumber;
    const ended = this.ended.all(mailboxId, endedFrom, firstProven, limit) as unknown as DeliveryRow[];
    return [...waiting, ...ended].sort((a, b) => a.number - b.number).slice(0, limit);
  }

  private delivery(mailbox: string, row: DeliveryRow, proofs: Proofs): Delivery {
    const accepted = this.engine.entry(row.messageIndex);
    if (accepted.event.kind !== 'submissionAcceptance') {
      throw new LiaisonError('DATA_DAMAGED', `Entry ${row.messageIndex} is not an acceptance.`);
    }
    const base = { mailbox, number: row.number, acceptedAtMs: accepted.atMs, acceptedIndex: row.messageIndex };
    if (row.eventIndex !== 0) return { ...base, content: { kind: 'ended', value: proofs.logged(row.eventIndex) } };
    const stored = this.engine.content(row.messageIndex);
    const message = this.engine.store.get('messages', row.messageIndex);
    const place = message
      ? decodePlaces(message.places).findIndex((item) => item.mailboxId === row.mailboxId && item.number === row.number)
      : -1;
    const wrappedKey = stored?.wrappedKeys[place];
    if (!stored || !wrappedKey) {
      throw new LiaisonError('DATA_DAMAGED', `The content of entry ${row.messageIndex} is missing.`);
    }
    const { header, signature, path } = accepted.event.value;
    const envelope = { header, signature, path, content: stored.content, wrappedKeys: [wrappedKey] };
    return { ...base, content: { kind: 'message', value: envelope } };
  }
}

/** Number behind the newest shard that was dropped: a message may be there still when the entry that ended it is not. */
function firstKept({ closedShards }: LedgerEngine): number {
  const dropped = closedShards.findLast(({ droppedIndex }) => droppedIndex !== 0);
  return dropped ? dropped.firstNumber + dropped.size : 0;
}
