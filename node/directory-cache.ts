/** Directory records at hand: fetched when needed, judged by `directory.ts`, pinned in the database. */
import type { KeyObject } from 'node:crypto';
import { LiaisonError } from '../protocol/errors.ts';
import { AgencyStatus, type DirectoryRecord, type EncryptionKey, type KeyStatement } from '../protocol/generated/schema.ts';
import { type Mailbox, parseMailbox, toHex } from '../protocol/ids.ts';
import { checkRecordVersion, verifyRecordStatement, verifySigningKey } from './directory.ts';
import type { Trust } from './keys.ts';
import type { Link } from './session/link.ts';
import type { NodeDatabase } from './store/database.ts';
import type { DirectoryStore } from './store/directory-store.ts';
import type { DirectoryListing } from './types.ts';

export interface DirectoryCacheOptions {
  readonly db: NodeDatabase;
  readonly store: DirectoryStore;
  readonly trust: Trust;
  readonly now: () => number;
}

/** A record of the present, with what was found out about it. */
interface Known {
  readonly record: DirectoryRecord;
  readonly fetchedMs: number;
  /** Whether its keys may be encrypted to. */
  readonly statement: KeyStatement | LiaisonError;
  /** The signing key judged last: messages of one burst have the same key and time. */
  lastKey?: { readonly keyId: string; readonly atMs: number; readonly revoked: boolean; readonly key: KeyObject };
}

/** A key that was changed is told by the gateway at once; this bounds how long a revocation goes unnoticed. */
const FRESH_MS = 10 * 60_000;
/** A record that was fetched just now is not fetched again because a key is missing in it. */
const REFETCH_AFTER_MS = 5_000;
const KNOWN_MAX = 1024;
const GET_MAX = 256;

export class DirectoryCache {
  private readonly options: DirectoryCacheOptions;
  private readonly known = new Map<Mailbox, Known | LiaisonError>();

  constructor(options: DirectoryCacheOptions) {
    this.options = options;
  }

  /**
   * The preferred encryption key of each mailbox, or why nothing may be sent there: RECIPIENT_UNKNOWN,
   * RECIPIENT_SUSPENDED, DIRECTORY_UNTRUSTED, DIRECTORY_ROLLED_BACK, CERTIFICATE_REVOKED, REVOCATION_LIST_INVALID.
   * @throws LiaisonError when the directory cannot be asked
   */
  async encryptionKeys(
    link: Link,
    mailboxes: Iterable<Mailbox>,
  ): Promise<ReadonlyMap<Mailbox, EncryptionKey | LiaisonError>> {
    const wanted = [...new Set(mailboxes)];
    await this.fetch(link, wanted.filter((mailbox) => !this.fresh(mailbox)));
    return new Map(wanted.map((mailbox) => [mailbox, this.encryptionKey(mailbox)]));
  }

  /**
   * The key of a signature by the mailbox's agency, judged as of the time when the log took the signed thing in.
   * @throws LiaisonError KEY_REVOKED when it was revoked before that; KEY_UNKNOWN, RECIPIENT_UNKNOWN,
   *   DIRECTORY_UNTRUSTED, DIRECTORY_ROLLED_BACK, CERTIFICATE_REVOKED, REVOCATION_LIST_INVALID; or why the directory
   *   cannot be asked
   */
  async signingKey(
    link: Link,
    mailbox: Mailbox,
    keyId: Uint8Array,
    logged: { readonly index: number; readonly atMs: number },
  ): Promise<KeyObject> {
    const known = await this.one(link, mailbox);
    try {
      return this.judgeSigningKey(known, keyId, logged);
    } catch (error) {
      const isOld = this.options.now() - known.fetchedMs > REFETCH_AFTER_MS;
      if (!(error instanceof LiaisonError) || error.code !== 'KEY_UNKNOWN' || !isOld) throw error;
    }
    this.forget([mailbox]);
    return this.judgeSigningKey(await this.one(link, mailbox), keyId, logged);
  }

  /** The next use fetches these again. */
  forget(mailboxes: Iterable<Mailbox>): void {
    for (const mailbox of mailboxes) this.known.delete(mailbox);
  }

  /** All mailboxes that the gateway knows; their keys are not judged. */
  async list(link: Link): Promise<DirectoryListing[]> {
    const found: DirectoryListing[] = [];
    for (let after = ''; ;) {
      const { records, more } = await link.directory([], after);
      for (const { mailbox, status } of records) {
        found.push({ mailbox: parseMailbox(mailbox), active: status === AgencyStatus.ACTIVE });
      }
      const last = records.at(-1)?.mailbox;
      if (!more || last === undefined || last <= after) return found;
      after = last;
    }
  }

  private async one(link: Link, mailbox: Mailbox): Promise<Known> {
    if (!this.fresh(mailbox)) await this.fetch(link, [mailbox]);
    const known = this.known.get(mailbox) ?? new LiaisonError('RECIPIENT_UNKNOWN', mailbox);
    if (known instanceof LiaisonError) throw known;
    return known;
  }

  private encryptionKey(mailbox: Mailbox): EncryptionKey | LiaisonError {
    const known = this.known.get(mailbox) ?? new LiaisonError('RECIPIENT_UNKNOWN', mailbox);
    if (known instanceof LiaisonError) return known;
    if (known.statement instanceof LiaisonError) return known.statement;
    if (known.record.status !== AgencyStatus.ACTIVE) return new LiaisonError('RECIPIENT_SUSPENDED', mailbox);
    return known.statement.keys[0] ?? new LiaisonError('DIRECTORY_UNTRUSTED', `${mailbox} publishes no key.`);
  }

  private judgeSigningKey(known: Known, keyId: Uint8Array, logged: { index: number; atMs: number }): KeyObject {
    const { trust, now } = this.options;
    const id = toHex(keyId);
    const last = known.lastKey;
    if (last?.keyId === id && last.atMs === logged.atMs && !last.revoked) return last.key;
    const key = verifySigningKey(known.record, keyId, logged, trust, now());
    known.lastKey = { keyId: id, atMs: logged.atMs, revoked: isAnyRevoked(known.record), key };
    return key;
  }

  private fresh(mailbox: Mailbox): boolean {
    const known = this.known.get(mailbox);
    // What was wrong may have been mended since.
    if (!known || known instanceof LiaisonError) return false;
    const ageMs = this.options.now() - known.fetchedMs;
    return ageMs >= 0 && ageMs < FRESH_MS && !(known.statement instanceof LiaisonError);
  }

  /** Fetches and judges records; what is wrong with one of them is kept in its place. */
  private async fetch(link: Link, mailboxes: readonly Mailbox[]): Promise<void> {
    let missing = mailboxes;
    while (missing.length > 0) {
      const { records, unknown } = await link.directory(missing.slice(0, GET_MAX));
      const answered = new Set([...records.map((record) => record.mailbox), ...unknown]);
      const rest = missing.filter((mailbox) => !answered.has(mailbox));
      if (rest.length === missing.length) throw new LiaisonError('MALFORMED', 'The gateway answers about other mailboxes.');
      for (const mailbox of unknown) this.known.delete(mailbox as Mailbox);
      await this.admit(records.filter((record) => missing.includes(record.mailbox as Mailbox)));
      missing = rest;
    }
  }

  private async admit(records: readonly DirectoryRecord[]): Promise<void> {
    const { db, store, now } = this.options;
    const fetchedMs = now();
    const trusted: { record: DirectoryRecord; statementVersion: number; fetchedMs: number }[] = [];
    for (const record of records) {
      const known = this.judge(record, fetchedMs);
      this.remember(record.mailbox as Mailbox, known);
      if (known instanceof LiaisonError || known.statement instanceof LiaisonError) continue;
      trusted.push({ record, statementVersion: known.statement.version, fetchedMs });
    }
    if (trusted.length === 0) return;
    // Pinned before anything is encrypted to it, so that a crash cannot make this node forget what it has seen.
    await db.write(() => {
      for (const pin of trusted) store.put(pin);
    });
  }

  private judge(record: DirectoryRecord, fetchedMs: number): Known | LiaisonError {
    const { store, trust } = this.options;
    try {
      const pinned = store.get(parseMailbox(record.mailbox));
      checkRecordVersion(record, pinned);
      const statement = outcomeOf(() => verifyRecordStatement(record, pinned, trust, fetchedMs));
      return { record, fetchedMs, statement };
    } catch (error) {
      if (error instanceof LiaisonError) return error;
      throw error;
    }
  }

  private remember(mailbox: Mailbox, known: Known | LiaisonError): void {
    this.known.delete(mailbox);
    this.known.set(mailbox, known);
    const [oldest] = this.known.keys();
    if (this.known.size > KNOWN_MAX && oldest !== undefined) this.known.delete(oldest);
  }
}

const isAnyRevoked = (record: DirectoryRecord): boolean => record.signingKeys.some((key) => key.revokedIndex !== 0);

function outcomeOf<T>(act: () => T): T | LiaisonError {
  try {
    return act();
  } catch (error) {
    if (error instanceof LiaisonError) return error;
    throw error;
  }
}
