/** Which attachments wait to be uploaded or fetched, and whose they are. Writing must run within `NodeDatabase.write`. */
import type { AttachmentReference } from '../../protocol/generated/schema.ts';
import { type Mailbox, type MessageId, messageIdOf } from '../../protocol/ids.ts';
import type { NodeDatabase } from './database.ts';

/** Made when they are not there: a database from before attachments has none. */
export const ATTACHMENT_TABLES = `
CREATE TABLE IF NOT EXISTS attachment_uploads (
  message_id BLOB NOT NULL,         -- in the outbox
  digest BLOB NOT NULL,
  size_bytes INTEGER NOT NULL,      -- of the ciphertext
  stored INTEGER NOT NULL,          -- 1: the gateway has said that it is durable there
  PRIMARY KEY (message_id, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS attachment_uploads_digest ON attachment_uploads (digest);
CREATE TABLE IF NOT EXISTS attachment_downloads (
  mailbox TEXT NOT NULL,            -- mailbox and number: of the inbox
  number INTEGER NOT NULL,
  digest BLOB NOT NULL,
  size_bytes INTEGER NOT NULL,
  here INTEGER NOT NULL,            -- 1: durable in the spool
  PRIMARY KEY (mailbox, number, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS attachment_downloads_digest ON attachment_downloads (digest);
`;

/** One ciphertext. */
export interface Ciphertext {
  readonly digest: Uint8Array;
  readonly sizeBytes: number;
}

export class AttachmentStore {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: NodeDatabase) {
    this.statements = prepare(db);
  }

  addUploads(messageId: Uint8Array, attachments: readonly AttachmentReference[]): void {
    for (const { digest, sizeBytes } of attachments) this.statements.addUpload.run(messageId, digest, sizeBytes);
  }

  /** What the gateway has still to get, the oldest message first. */
  toUpload(): Ciphertext[] {
    return this.statements.toUpload.all().map(ciphertextOf);
  }

  setStored(digest: Uint8Array): void {
    this.statements.setStored.run(digest);
  }

  /** The gateway does not have what this message refers to: all of it is offered again. */
  setMissing(messageId: Uint8Array): void {
    this.statements.setMissing.run(messageId);
  }

  /** Messages in the outbox that refer to a ciphertext. */
  senders(digest: Uint8Array): Uint8Array[] {
    return this.statements.senders.all(digest).map((row) => row['message_id'] as Uint8Array);
  }

  /** Forgets the uploads of messages that are accepted or refused. @returns digests that nothing refers to since */
  dropUploads(): Uint8Array[] {
    const dropped = this.statements.dropUploads.all().map((row) => row['digest'] as Uint8Array);
    return dropped.filter((digest) => this.statements.senders.get(digest) === undefined);
  }

  /** Whether any message is done for that had uploads. Cheap: nearly always there are none. */
  hasSettledUploads(): boolean {
    return this.statements.settled.get() !== undefined;
  }

  addDownloads(mailbox: Mailbox, number: number, attachments: readonly AttachmentReference[]): void {
    for (const { digest, sizeBytes } of attachments) {
      this.statements.addDownload.run(mailbox, number, digest, sizeBytes);
    }
  }

  /** What has still to be fetched, each once. */
  toFetch(): Ciphertext[] {
    return this.statements.toFetch.all().map(ciphertextOf);
  }

  setHere(digest: Uint8Array): void {
    this.statements.setHere.run(digest);
  }

  /** Inbox rows that wait for a ciphertext, by `seq`. */
  waitingFor(digest: Uint8Array): number[] {
    return this.statements.waitingFor.all(digest).map((row) => row['seq'] as number);
  }

  /** Whether all of a received message's attachments are here. */
  isComplete(mailbox: Mailbox, number: number): boolean {
    return this.statements.missing.get(mailbox, number) === undefined;
  }

  /** Messages in the inbox that a ciphertext belongs to. */
  receivers(digest: Uint8Array): MessageId[] {
    return this.statements.receivers.all(digest).map((row) => messageIdOf(row['id'] as Uint8Array));
  }

  /** Forgets the attachments of a received message. @returns digests that nothing refers to since */
  dropDownloads(mailbox: Mailbox, number: number): Uint8Array[] {
    const dropped = this.statements.dropDownloads.all(mailbox, number).map((row) => row['digest'] as Uint8Array);
    return dropped.filter((digest) => this.statements.isReceived.get(digest) === undefined);
  }

  isKnown(digest: Uint8Array, kind: 'up' | 'down'): boolean {
    return this.statements[kind === 'up' ? 'senders' : 'isReceived'].get(digest) !== undefined;
  }
}

function prepare(db: NodeDatabase) {
  const settled = 'FROM attachment_uploads WHERE message_id IN (SELECT id FROM outbox WHERE state IN (3, 4))';
  return {
    addUpload: db.prepare(
      'INSERT INTO attachment_uploads (message_id, digest, size_bytes, stored) VALUES (?, ?, ?, 0)',
    ),
    toUpload: db.prepare(
      `SELECT digest, size_bytes FROM attachment_uploads u JOIN outbox o ON o.id = u.message_id
       WHERE stored = 0 AND o.state IN (1, 2) GROUP BY digest ORDER BY min(o.seq)`,
    ),
    setStored: db.prepare('UPDATE attachment_uploads SET stored = 1 WHERE digest = ?'),
    setMissing: db.prepare('UPDATE attachment_uploads SET stored = 0 WHERE message_id = ?'),
    senders: db.prepare('SELECT message_id FROM attachment_uploads WHERE digest = ?'),
    settled: db.prepare(`SELECT 1 ${settled} LIMIT 1`),
    dropUploads: db.prepare(`DELETE ${settled} RETURNING digest`),
    addDownload: db.prepare(
      'INSERT INTO attachment_downloads (mailbox, number, digest, size_bytes, here) VALUES (?, ?, ?, ?, 0)',
    ),
    toFetch: db.prepare('SELECT DISTINCT digest, size_bytes FROM attachment_downloads WHERE here = 0'),
    setHere: db.prepare('UPDATE attachment_downloads SET here = 1 WHERE digest = ?'),
    waitingFor: db.prepare(
      `SELECT i.seq FROM attachment_downloads d JOIN inbox i ON i.mailbox = d.mailbox AND i.number = d.number
       WHERE d.digest = ? AND i.state = 6 ORDER BY i.seq`,
    ),
    missing: db.prepare('SELECT 1 FROM attachment_downloads WHERE mailbox = ? AND number = ? AND here = 0'),
    receivers: db.prepare(
      `SELECT DISTINCT i.id FROM attachment_downloads d JOIN inbox i ON i.mailbox = d.mailbox AND i.number = d.number
       WHERE d.digest = ?`,
    ),
    isReceived: db.prepare('SELECT 1 FROM attachment_downloads WHERE digest = ?'),
    dropDownloads: db.prepare('DELETE FROM attachment_downloads WHERE mailbox = ? AND number = ? RETURNING digest'),
  };
}

const ciphertextOf = (row: Record<string, unknown>): Ciphertext => ({
  digest: row['digest'] as Uint8Array,
  sizeBytes: row['size_bytes'] as number,
});
