/**
 * Who has uploaded which ciphertext. Rows of their own beside the state: an upload is no entry, and a replay does not know
 * of it. The ledger's thread keeps them because it alone knows whether a ciphertext may go: a message that refers to it is
 * accepted, and a file is given up, by the same thread, one after the other.
 */
import type { StatementSync } from 'node:sqlite';
import { decodePlaces, DeliveryState } from '../../ledger/rows.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { fromHex, toHex, type AgencyId } from '../../protocol/ids.ts';
import type { LedgerOutput, LedgerRequest } from '../pipeline.ts';
import { encodeFrame, errorFrame } from './answers.ts';
import { storageError } from './database.ts';
import type { LedgerEngine } from './engine.ts';

const UploadState = { UNDER_WAY: 1, DURABLE: 2, RELEASED: 3 } as const;

const TABLES = [
  `CREATE TABLE IF NOT EXISTS uploads (
     digest BLOB NOT NULL, agency TEXT NOT NULL, sizeBytes INTEGER NOT NULL,
     state INTEGER NOT NULL, -- 1 under way, 2 durable, 3 released: the file is to be deleted
     atMs INTEGER NOT NULL,  -- of the last change of state
     PRIMARY KEY (digest, agency)) WITHOUT ROWID`,
  'CREATE INDEX IF NOT EXISTS uploads_agency ON uploads (agency, sizeBytes)',
  'CREATE INDEX IF NOT EXISTS uploads_age ON uploads (atMs)',
];

/** What nobody refers to after this time is deleted. */
export const UNREFERENCED_MS_MAX = 24 * 3600 * 1000;
/** A small file needs room as well, and a row. */
const ROOM_BYTES_MIN = 64 * 1024;
/** The smallest ciphertext: the tag of an empty file. */
const CIPHERTEXT_BYTES_MIN = 16;
const SWEEP_PAGE = 1000;

/** Unless configuration or operator say otherwise: 10 GiB. */
export const AGENCY_BYTES_MAX = 10 * 1024 ** 3;

export interface UploadSettings {
  /** For agencies of which the operator has not said otherwise. */
  bytesPerAgencyMax: number;
}

interface UploadRow {
  digest: Uint8Array;
  agency: string;
  sizeBytes: number;
  state: number;
  atMs: number;
}

type BlobRequest = Extract<LedgerRequest, { kind: `blob-${string}` }>;

export class Uploads {
  private readonly engine: LedgerEngine;
  private readonly settings: UploadSettings;
  private readonly post: (output: LedgerOutput) => void;
  private readonly now: () => number;
  /** Files that the blob store was told to delete and has not yet. */
  private readonly erasing = new Set<string>();
  private readonly sql: Readonly<
    Record<'get' | 'put' | 'remove' | 'release' | 'released' | 'others' | 'room' | 'old' | 'users', StatementSync>
  >;

  constructor(
    engine: LedgerEngine,
    settings: UploadSettings = { bytesPerAgencyMax: AGENCY_BYTES_MAX },
    now: () => number,
    post: (output: LedgerOutput) => void,
  ) {
    this.engine = engine;
    this.settings = settings;
    this.now = now;
    this.post = post;
    for (const table of TABLES) engine.prepare(table).run();
    this.sql = {
      get: engine.prepare('SELECT * FROM uploads WHERE digest = ? AND agency = ?'),
      put: engine.prepare(
        'INSERT OR REPLACE INTO uploads (digest, agency, sizeBytes, state, atMs) VALUES (?, ?, ?, ?, ?)',
      ),
      remove: engine.prepare('DELETE FROM uploads WHERE digest = ? AND agency = ? AND state = ?'),
      release: engine.prepare('UPDATE uploads SET state = 3, atMs = ? WHERE digest = ? AND state = 2'),
      released: engine.prepare('DELETE FROM uploads WHERE digest = ? AND state = 3'),
      others: engine.prepare('SELECT count(*) AS n FROM uploads WHERE digest = ? AND state = 2'),
      room: engine.prepare(
        `SELECT coalesce(sum(max(sizeBytes, ${ROOM_BYTES_MIN})), 0) AS bytes FROM uploads WHERE agency = ? AND digest <> ?`,
      ),
      old: engine.prepare(
        'SELECT * FROM uploads WHERE atMs <= ? AND (atMs, digest, agency) > (?, ?, ?) ORDER BY atMs, digest, agency LIMIT ?',
      ),
      users: engine.prepare('SELECT entryIndex FROM blobMessages WHERE digest = ?'),
    };
  }

  /** Size of a ciphertext that the agency has uploaded and that is durable. What decisions are made by. */
  bytesOf(agency: AgencyId, digest: Uint8Array): number | undefined {
    const row = this.row(digest, agency);
    return row?.state === UploadState.DURABLE ? row.sizeBytes : undefined;
  }

  handle(request: BlobRequest): void {
    switch (request.kind) {
      case 'blob-put':
        return this.put(request);
      case 'blob-stored':
        return this.stored(request);
      case 'blob-failed':
        this.write(() => this.sql.remove.run(fromHex(request.digest), request.agency, UploadState.UNDER_WAY));
        return;
      case 'blob-erased':
        return this.erased(request);
      case 'blob-get':
        return this.get(request);
    }
  }

  /** After a commit: no message referred to these in the end, unless a later one of the same commit does. */
  release(digests: readonly Uint8Array[]): void {
    for (const digest of digests) {
      if (this.engine.store.get('blobs', digest)) continue;
      this.write(() => this.sql.release.run(this.now(), digest));
      this.erase(toHex(digest));
    }
  }

  private erase(digest: string): void {
    this.erasing.add(digest);
    this.post({ kind: 'blob-erase', digest });
  }

  /**
   * Gives up what nobody has referred to for a day: uploads that were broken off or never used. Tells again what a crash
   * has kept from being deleted.
   */
  sweep(): void {
    const untilMs = this.now() - UNREFERENCED_MS_MAX;
    let after: UploadRow = { digest: new Uint8Array(0), agency: '', sizeBytes: 0, state: 0, atMs: -1 };
    for (;;) {
      const rows = this.sql.old.all(untilMs, after.atMs, after.digest, after.agency, SWEEP_PAGE);
      for (const row of rows as unknown as UploadRow[]) this.giveUp(row);
      const last = rows.at(-1) as unknown as UploadRow | undefined;
      if (!last) return;
      after = last;
    }
  }

  private giveUp({ digest, agency, state }: UploadRow): void {
    if (state === UploadState.DURABLE && this.engine.store.get('blobs', digest)) return;
    const name = toHex(digest);
    // It stays until the file is gone; unless another agency has uploaded the same since, and the file is that one's.
    if (state === UploadState.RELEASED && !this.isNeeded(digest)) return this.erase(name);
    this.write(() => this.sql.remove.run(digest, agency, state));
    if (state === UploadState.UNDER_WAY) this.post({ kind: 'blob-erase', digest: name, agency });
    // A crash between the final name and its row leaves a whole file of an upload that counts as under way.
    if (!this.isNeeded(digest)) this.erase(name);
  }

  private isNeeded(digest: Uint8Array): boolean {
    return (this.sql.others.get(digest)?.['n'] as number) > 0 || this.engine.store.get('blobs', digest) !== undefined;
  }

  private put(ask: LedgerRequest & { kind: 'blob-put' }): void {
    const { session, job, request, agency, digest, sizeBytes } = ask;
    try {
      const row = this.row(digest, agency);
      if (row?.state === UploadState.DURABLE) {
        if (row.sizeBytes !== sizeBytes)
          throw new LiaisonError('ATTACHMENT_INVALID', 'It was uploaded with another size.');
        // It is counted from now on: whoever asks is about to refer to it.
        this.write(() => this.sql.put.run(digest, agency, sizeBytes, UploadState.DURABLE, this.now()));
        return this.tell(ask, encodeState(request, digest, sizeBytes, true));
      }
      this.requireRoom(agency, digest, sizeBytes);
      this.write(() => this.sql.put.run(digest, agency, sizeBytes, UploadState.UNDER_WAY, this.now()));
    } catch (error) {
      if (!(error instanceof LiaisonError) || !PASSING_CODES.has(error.code)) throw error;
      return this.tell(ask, errorFrame(error, request));
    }
    this.post({ kind: 'blob-begin', session, job, request, agency, digest: toHex(digest), sizeBytes });
  }

  private requireRoom(agency: AgencyId, digest: Uint8Array, sizeBytes: number): void {
    if (sizeBytes < CIPHERTEXT_BYTES_MIN) throw new LiaisonError('ATTACHMENT_INVALID', 'No ciphertext is so short.');
    const bytesMax =
      this.engine.store.get('agencyRules', agency)?.attachmentBytesMax || this.settings.bytesPerAgencyMax;
    const used = this.sql.room.get(agency, digest)?.['bytes'] as number;
    if (used + Math.max(sizeBytes, ROOM_BYTES_MIN) <= bytesMax) return;
    throw new LiaisonError('QUOTA_EXCEEDED', `${agency} uses ${used} of ${bytesMax} bytes.`);
  }

  private erased({ digest, isGone }: LedgerRequest & { kind: 'blob-erased' }): void {
    this.erasing.delete(digest);
    if (isGone) this.write(() => this.sql.released.run(fromHex(digest)));
  }

  /** The file is durable; so is this row before the node hears of it. */
  private stored({ session, request, digest: name, agency, sizeBytes }: LedgerRequest & { kind: 'blob-stored' }): void {
    const digest = fromHex(name);
    // It got its name when it had already been given up: the file goes, and the upload begins anew.
    if (this.erasing.has(name)) {
      return this.post({ kind: 'blob-begin', session, request, agency, digest: name, sizeBytes });
    }
    this.write(() => this.sql.put.run(digest, agency, sizeBytes, UploadState.DURABLE, this.now()));
    this.tell({ session }, encodeState(request, digest, sizeBytes, true));
  }

  /** Only for whom a message waits that refers to it. */
  private get(ask: LedgerRequest & { kind: 'blob-get' }): void {
    const { session, job, request, digest, mailboxes } = ask;
    const own = new Set(mailboxes.map((mailbox) => this.engine.store.get('mailboxes', mailbox)?.id));
    const sizeBytes = this.isAwaited(digest, own) ? this.engine.store.get('blobs', digest)?.sizeBytes : undefined;
    const name = toHex(digest);
    const refusal = { fault: { code: 'MESSAGE_UNKNOWN' as const, detail: `No waiting message refers to ${name}.` } };
    const allowed = sizeBytes === undefined ? refusal : {};
    this.post({ kind: 'blob-read', session, job, request, digest: name, sizeBytes: sizeBytes ?? 0, ...allowed });
  }

  private isAwaited(digest: Uint8Array, own: ReadonlySet<number | undefined>): boolean {
    const { store } = this.engine;
    return this.sql.users.all(digest).some((row) => {
      const message = store.get('messages', row['entryIndex'] as number);
      return decodePlaces(message?.places ?? new Uint8Array(0)).some(
        ({ mailboxId, number }) =>
          own.has(mailboxId) && store.get('deliveries', mailboxId, number)?.state === DeliveryState.CONSIGNED,
      );
    });
  }

  private row(digest: Uint8Array, agency: string): UploadRow | undefined {
    return this.sql.get.get(digest, agency) as unknown as UploadRow | undefined;
  }

  private write(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw storageError(error);
    }
  }

  private tell({ session, job }: { session: number; job?: number }, frame: Uint8Array): void {
    this.post({ kind: 'frame', session, frame, ...(job === undefined ? {} : { job }) });
  }
}

/** These are told to whoever asked; anything else is the gateway's own failure. */
const PASSING_CODES: ReadonlySet<string> = new Set(['QUOTA_EXCEEDED', 'ATTACHMENT_INVALID', 'STORAGE_FULL']);

const encodeState = (request: number, digest: Uint8Array, storedBytes: number, complete: boolean): Uint8Array =>
  encodeFrame({ kind: 'blobState', value: { request, digest, storedBytes, complete } });
