/** Directory records at hand: fetched when needed, judged by `directory.ts`, pinned in the database. */
import type { KeyObject } from 'node:crypto';
import { LiaisonError } from '../protocol/errors.ts';
import {
  AgencyStatus,
  type DirectoryRecord,
  type EncryptionKey,
  type KeyStatement,
} from '../protocol/generated/schema.ts';
import { type Mailbox, parseMailbox, toHex } from '../protocol/ids.ts';
import { checkRecordVersion, findSigningKey, verifyRecordStatement, verifySigningKey } from './directory.ts';
import type { Trust } from './keys.ts';
import type { Link } from './session/link.ts';
import type { NodeDatabase } from './store/database.ts';
import type { DirectoryStore, PinnedRecord } from './store/directory-store.ts';
import type { DirectoryListing } from './types.ts';

export interface DirectoryCacheOptions {
  readonly db: NodeDatabase;
  readonly store: DirectoryStore;
  readonly trust: Trust;
  readonly now: () => number;
}

/** What the directory said about a mailbox, and what was found out about that. */
interface Known {
  readonly fetchedMs: number;
  /** An error when the record itself cannot be used, or there is none. */
  readonly record: DirectoryRecord | LiaisonError;
  /** Whether its keys may be encrypted to. */
  readonly statement: KeyStatement | LiaisonError;
  /** The signing key judged last: messages of one burst have the same key and time. */
  lastKey?: { readonly keyId: string; readonly atMs: number; readonly key: KeyObject };
}

/** A key that was changed is told by the gateway at once; this bounds how long a revocation goes unnoticed. */
const FRESH_MS = 10 * 60_000;
/** What was wrong may be mended soon, but is not asked for again with every message. */
const REFETCH_AFTER_MS = 5_000;
const KNOWN_MAX = 4096;
const GET_MAX = 256;

export class DirectoryCache {
  private readonly options: DirectoryCacheOptions;
  private readonly known = new Map<Mailbox, Known>();
  private readonly fetching = new Map<Mailbox, Promise<void>>();

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
    await this.fetch(
      link,
      wanted.filter((mailbox) => !this.fresh(mailbox)),
    );
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

  /**
   * The mailboxes that get copies of what goes to these, as the gateway names them.
   * @throws LiaisonError when the directory cannot be asked
   */
  async contacts(link: Link, mailboxes: Iterable<Mailbox>): Promise<ReadonlyMap<Mailbox, Mailbox>> {
    const wanted = [...new Set(mailboxes)];
    await this.fetch(
      link,
      wanted.filter((mailbox) => !this.fresh(mailbox)),
    );
    const found = wanted.map((mailbox) => [mailbox, this.known.get(mailbox)?.record] as const);
    return new Map(
      found.flatMap(([mailbox, record]) =>
        record && !(record instanceof LiaisonError) && record.contact !== ''
          ? [[mailbox, parseMailbox(record.contact)] as const]
          : [],
      ),
    );
  }

  /** The contact of a mailbox as its last trusted record named it; also without a session. */
  knownContact(mailbox: Mailbox): string | undefined {
    const contact = this.options.store.get(mailbox)?.record.contact;
    return contact === '' ? undefined : contact;
  }

  /**
   * The certificates of a signing key of the mailbox's agency as the gateway or the last trusted record names them. They are
   * not judged: whoever gets them does that.
   * @param link without one only what is here is looked at
   */
  async signingChain(
    link: Link | undefined,
    mailbox: Mailbox,
    keyId: Uint8Array,
  ): Promise<readonly Uint8Array[] | undefined> {
    const pinned = this.options.store.get(mailbox)?.record;
    const found = pinned && findSigningKey(pinned, keyId);
    if (found || !link) return found?.certificates;
    const { record } = await this.one(link, mailbox);
    return record instanceof LiaisonError ? undefined : findSigningKey(record, keyId)?.certificates;
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
    if (!this.fresh(mailbox)) {
      // Many messages of one sender are judged at the same time.
      let fetching = this.fetching.get(mailbox);
      if (!fetching) {
        fetching = this.fetch(link, [mailbox]).finally(() => this.fetching.delete(mailbox));
        this.fetching.set(mailbox, fetching);
      }
      await fetching;
    }
    return this.known.get(mailbox) ?? missing(mailbox);
  }

  private encryptionKey(mailbox: Mailbox): EncryptionKey | LiaisonError {
    const { record, statement } = this.known.get(mailbox) ?? missing(mailbox);
    if (record instanceof LiaisonError) return record;
    if (statement instanceof LiaisonError) return statement;
    if (record.status !== AgencyStatus.ACTIVE) return new LiaisonError('RECIPIENT_SUSPENDED', mailbox);
    return statement.keys[0] ?? new LiaisonError('DIRECTORY_UNTRUSTED', `${mailbox} publishes no key.`);
  }

  private judgeSigningKey(known: Known, keyId: Uint8Array, logged: { index: number; atMs: number }): KeyObject {
    if (known.record instanceof LiaisonError) throw known.record;
    const id = toHex(keyId);
    if (known.lastKey?.keyId === id && known.lastKey.atMs === logged.atMs) return known.lastKey.key;
    const { trust, now } = this.options;
    const key = verifySigningKey(known.record, keyId, logged, trust, now());
    // With a revoked key the index decides too, so nothing is remembered.
    if (known.record.signingKeys.every(({ revokedIndex }) => revokedIndex === 0)) {
      known.lastKey = { keyId: id, atMs: logged.atMs, key };
    }
    return key;
  }

  private fresh(mailbox: Mailbox): boolean {
    const known = this.known.get(mailbox);
    if (!known) return false;
    const ageMs = this.options.now() - known.fetchedMs;
    return ageMs >= 0 && ageMs < (known.statement instanceof LiaisonError ? REFETCH_AFTER_MS : FRESH_MS);
  }

  /** Fetches and judges records; what is wrong with one of them is kept in its place. */
  private async fetch(link: Link, mailboxes: readonly Mailbox[]): Promise<void> {
    let wanted = mailboxes;
    while (wanted.length > 0) {
      const { records, unknown } = await link.directory(wanted.slice(0, GET_MAX));
      const answered = new Set([...records.map((record) => record.mailbox), ...unknown]);
      const rest = wanted.filter((mailbox) => !answered.has(mailbox));
      if (rest.length === wanted.length)
        throw new LiaisonError('MALFORMED', 'The directory answers about other mailboxes.');
      const fetchedMs = this.options.now();
      for (const mailbox of wanted.filter((name) => unknown.includes(name))) {
        const error = new LiaisonError('RECIPIENT_UNKNOWN', mailbox);
        this.remember(mailbox, { fetchedMs, record: error, statement: error });
      }
      await this.admit(records.filter((record) => wanted.includes(record.mailbox as Mailbox)));
      wanted = rest;
    }
  }

  private async admit(records: readonly DirectoryRecord[]): Promise<void> {
    const { db, store, now } = this.options;
    const fetchedMs = now();
    const trusted: PinnedRecord[] = [];
    for (const record of records) {
      const known = this.judge(record, fetchedMs);
      this.remember(record.mailbox as Mailbox, known);
      if (known.statement instanceof LiaisonError) continue;
      trusted.push({ record, statementVersion: known.statement.version, fetchedMs });
    }
    if (trusted.length === 0) return;
    // Pinned before anything is encrypted to it, so that a crash cannot make this node forget what it has seen.
    await db.write(() => {
      for (const pin of trusted) store.put(pin);
    });
  }

  private judge(record: DirectoryRecord, fetchedMs: number): Known {
    const { store, trust } = this.options;
    const pinned = store.get(record.mailbox as Mailbox);
    const version = outcomeOf(() => checkRecordVersion(record, pinned));
    if (version) return { fetchedMs, record: version, statement: version };
    return { fetchedMs, record, statement: outcomeOf(() => verifyRecordStatement(record, pinned, trust, fetchedMs)) };
  }

  private remember(mailbox: Mailbox, known: Known): void {
    this.known.delete(mailbox);
    this.known.set(mailbox, known);
    const [oldest] = this.known.keys();
    if (this.known.size > KNOWN_MAX && oldest !== undefined) this.known.delete(oldest);
  }
}

/** Dropped from memory in the meantime, because many others were asked for: asking again helps. */
function missing(mailbox: Mailbox): Known {
  const error = new LiaisonError('OVERLOADED', `The record of ${mailbox} had to make room for others.`);
  return { fetchedMs: 0, record: error, statement: error };
}

function outcomeOf<T>(act: () => T): T | LiaisonError {
  try {
    return act();
  } catch (error) {
    if (error instanceof LiaisonError) return error;
    throw error;
  }
}
