/** Signed handover statements, kept so that a repeat has the same bytes. Writing must run within `NodeDatabase.write`. */
import { decode, encode } from '../../protocol/codec.ts';
import { type BatchSignature, BatchSignatureSchema } from '../../protocol/generated/schema.ts';
import type { Mailbox } from '../../protocol/ids.ts';
import type { NodeDatabase } from './database.ts';

export interface HandoverItem {
  readonly mailbox: Mailbox;
  readonly number: number;
  readonly statement: Uint8Array;
}

/** All leaves of one signature, in order: what a Handover frame carries. */
export interface HandoverBatch {
  readonly batch: number;
  readonly signature: BatchSignature;
  readonly items: readonly HandoverItem[];
}

export class HandoverStore {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: NodeDatabase) {
    this.statements = prepare(db);
  }

  /** @returns the number of the new batch, which is open: not answered yet */
  add(signature: BatchSignature, items: readonly HandoverItem[]): number {
    const batch = Number(this.statements.addBatch.run(encode(BatchSignatureSchema, signature)).lastInsertRowid);
    for (const [position, { mailbox, number, statement }] of items.entries()) {
      this.statements.add.run(mailbox, number, batch, position, statement);
    }
    return batch;
  }

  batch(batch: number): HandoverBatch | undefined {
    const row = this.statements.batch.get(batch);
    if (!row) return undefined;
    const items = this.statements.items.all(batch) as unknown as HandoverItem[];
    return { batch, signature: decode(BatchSignatureSchema, row['signature'] as Uint8Array, 'signed'), items };
  }

  /** Batches without an answer, after `afterBatch`. */
  open(afterBatch: number, limit: number): number[] {
    return this.statements.open.all(afterBatch, limit).map((row) => row['batch'] as number);
  }

  batchOf(mailbox: Mailbox, number: number): number | undefined {
    return this.statements.batchOf.get(mailbox, number)?.['batch'] as number | undefined;
  }

  /** The same statements under another key's signature. */
  setSignature(batch: number, signature: BatchSignature): void {
    this.statements.setSignature.run(encode(BatchSignatureSchema, signature), batch);
  }

  /** @param code 0 when it is in the log at `index` */
  setAnswer(item: HandoverItem, index: number, code: number): void {
    this.statements.setAnswer.run(code === 0 ? index : null, code, item.mailbox, item.number);
  }

  close(batch: number): void {
    this.statements.close.run(batch);
  }
}

function prepare(db: NodeDatabase) {
  return {
    addBatch: db.prepare('INSERT INTO handover_batches (signature, open) VALUES (?, 1)'),
    add: db.prepare(
      'INSERT INTO handovers (mailbox, number, batch, position, statement, code) VALUES (?, ?, ?, ?, ?, 0)',
    ),
    batch: db.prepare('SELECT signature FROM handover_batches WHERE batch = ?'),
    items: db.prepare('SELECT mailbox, number, statement FROM handovers WHERE batch = ? ORDER BY position'),
    open: db.prepare('SELECT batch FROM handover_batches WHERE open = 1 AND batch > ? ORDER BY batch LIMIT ?'),
    batchOf: db.prepare('SELECT batch FROM handovers WHERE mailbox = ? AND number = ?'),
    setSignature: db.prepare('UPDATE handover_batches SET signature = ? WHERE batch = ?'),
    setAnswer: db.prepare('UPDATE handovers SET log_index = ?, code = ? WHERE mailbox = ? AND number = ?'),
    close: db.prepare('UPDATE handover_batches SET open = 0 WHERE batch = ?'),
  };
}
