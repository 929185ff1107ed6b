/** What goes to a node: answers at once, deliveries as credit and the socket allow. Mail that does not fit stays stored. */
import type { WebSocket } from 'ws';
import { release } from '../../protocol/release.ts';
import { EVIDENCE_PER_FRAME } from '../ledger/answers.ts';
import type { LedgerOutput, LedgerRequest } from '../pipeline.ts';

/** Above this many unsent bytes no more deliveries are fetched. */
const HIGH_WATER_BYTES = 1024 * 1024;
/** Half a MiB at eight bytes each. */
const OWED_MAX = 65_536;
const CREDIT_MESSAGES_MAX = 1_000_000;
const CREDIT_BYTES_MAX = 2 ** 40;

interface Served {
  mailbox: string;
  next: number;
  endedFrom: number;
}

export class Outbound {
  /** Since when the node has not read what was sent to it; 0 while it does. */
  stalledSinceMs = 0;
  private readonly session: number;
  private readonly socket: WebSocket;
  private readonly ledger: (request: LedgerRequest) => void;
  private readonly now: () => number;
  private readonly flow: { congested: () => void; drained: () => void };
  private readonly served: Served[] = [];
  /** A request for deliveries is with the ledger; it may wait there. */
  private fetching = false;
  /** Log indices of evidence that the node has still to get. */
  private owed: number[] = [];
  private settling = false;
  private turn = 0;
  private messages = 0;
  private bytes = 0;

  /** @param flow is told when the node does not read fast enough, and when it has caught up */
  constructor(
    session: number,
    socket: WebSocket,
    ledger: (request: LedgerRequest) => void,
    now: () => number,
    flow: { congested: () => void; drained: () => void },
  ) {
    this.flow = flow;
    this.session = session;
    this.socket = socket;
    this.ledger = ledger;
    this.now = now;
  }

  serve(mailbox: string, next: number): void {
    // Everything outstanding comes, also below the cursor: then the handover was lost.
    this.served.push({ mailbox, next: 0, endedFrom: next });
  }

  addCredit(messages: number, bytes: number): void {
    this.messages = Math.min(CREDIT_MESSAGES_MAX, this.messages + messages);
    this.bytes = Math.min(CREDIT_BYTES_MAX, this.bytes + bytes);
    this.pump();
  }

  fetched(output: LedgerOutput & { kind: 'fetched' }): void {
    this.fetching = false;
    const served = this.served.find((item) => item.mailbox === output.mailbox);
    if (served) served.next = output.next;
    this.messages = Math.max(0, this.messages - output.messages);
    this.bytes = Math.max(0, this.bytes - output.bytes);
    this.send(output.frame);
    this.pump();
  }

  /** More is waiting to be written than a session may hold. */
  get isCongested(): boolean {
    return this.socket.bufferedAmount >= HIGH_WATER_BYTES;
  }

  /** Sends what the node must get. While it does not read, nothing more is read from it, so answers cannot pile up. */
  send(frame: Uint8Array, isLast = false): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.socket.send(frame, () => {
      if (isLast) release(frame);
      this.written();
    });
    if (!this.isCongested) return;
    if (this.stalledSinceMs === 0) this.stalledSinceMs = this.now();
    this.flow.congested();
  }

  /**
   * Sends evidence; while the node does not read, only notes which it is. Beyond the room for that the node must ask for
   * it (ProofGet), as it does after each connect.
   */
  offer(frame: Uint8Array, indices: readonly number[]): void {
    if (!this.isCongested && this.owed.length === 0 && !this.settling) this.send(frame);
    else if (this.owed.length + indices.length <= OWED_MAX) this.owed.push(...indices);
  }

  /** A frame of owed evidence. */
  settled(frame: Uint8Array): void {
    this.settling = false;
    this.send(frame);
    if (!this.isCongested) this.settle();
  }

  private settle(): void {
    if (this.settling || this.owed.length === 0 || this.socket.readyState !== this.socket.OPEN) return;
    this.settling = true;
    this.ledger({ kind: 'owed', session: this.session, indices: this.owed.splice(0, EVIDENCE_PER_FRAME) });
  }

  private written(): void {
    if (this.isCongested) return;
    this.stalledSinceMs = 0;
    this.flow.drained();
    this.settle();
    this.pump();
  }

  private pump(): void {
    const isOpen = this.socket.readyState === this.socket.OPEN;
    if (!isOpen || this.fetching || this.served.length === 0) return;
    if (this.messages <= 0 || this.bytes <= 0 || this.isCongested) return;
    this.fetching = true;
    // Each mailbox is asked first in turn.
    const first = this.turn++ % this.served.length;
    const inTurn = [...this.served.slice(first), ...this.served.slice(0, first)];
    const mailboxes = inTurn.map(({ mailbox, next: from, endedFrom }) => ({ mailbox, from, endedFrom }));
    const { session, messages, bytes } = this;
    this.ledger({ kind: 'fetch', session, mailboxes, messages, bytes });
  }
}
