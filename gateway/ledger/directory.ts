/** The directory as nodes ask for it and as the stages before the ledger need it. */
import { X509Certificate } from 'node:crypto';
import type { KeyRow, MailboxRow } from '../../ledger/rows.ts';
import { isByAgreement, ruleBook } from '../../ledger/policy/rule-book.ts';
import { decode } from '../../protocol/codec.ts';
import {
  AgencyStatus,
  CertificateChainSchema,
  KeyUsage,
  SignedLeafSchema,
  type DirectoryRecord,
} from '../../protocol/generated/schema.ts';
import { toBase64Url, type AgencyId, type Mailbox } from '../../protocol/ids.ts';
import { isSignedBy, type RevocationList } from '../../protocol/revocation.ts';
import type { DirectoryView } from '../pipeline.ts';
import { encodeFrame } from './answers.ts';
import type { LedgerEngine } from './engine.ts';

const DIRECTORY_BYTES = 1024 * 1024;
const DIRECTORY_RECORDS = 256;
const SIGNING_KEYS_MAX = 16;

export interface DirectoryAsk {
  request: number;
  /** Empty: a page of all mailboxes, in the order of their names. */
  mailboxes: readonly string[];
  after: string;
}

export class Directory {
  private readonly engine: LedgerEngine;
  /** Signing keys by agency and all mailbox names in order; made anew after a change. */
  private index: { keys: Map<string, KeyRow[]>; mailboxes: string[]; version: number } | undefined;

  constructor(engine: LedgerEngine) {
    this.engine = engine;
  }

  /** Agencies, keys or mailboxes have changed. */
  changed(): void {
    this.index = undefined;
  }

  /** Records by name, or a page of all of them, as a Directory frame. */
  frame(ask: DirectoryAsk): Uint8Array {
    const { mailboxes, version } = this.indexed();
    const names = ask.mailboxes.length > 0 ? [...new Set(ask.mailboxes)] : mailboxes.filter((name) => name > ask.after);
    const records: DirectoryRecord[] = [];
    const unknown: string[] = [];
    let bytes = 0;
    let done = 0;
    for (const name of names) {
      if (records.length === DIRECTORY_RECORDS || bytes > DIRECTORY_BYTES) break;
      done++;
      const row = this.engine.store.get('mailboxes', name);
      if (row) {
        const record = this.record(row);
        bytes += row.statement.length + sum(record.signingKeys.map((key) => sum(key.certificates.map(lengthOf))));
        records.push(record);
      } else {
        unknown.push(name);
      }
    }
    const value = { request: ask.request, version, records, unknown, more: done < names.length };
    return encodeFrame({ kind: 'directory', value });
  }

  /** Who may connect and sign. Byte fields are copies, so that they can be posted to other threads. */
  view(): DirectoryView {
    const { store } = this.engine;
    return {
      keys: [...store.scan('keys')].map((row) => ({
        keyId: toBase64Url(row.keyId),
        agency: row.agency as AgencyId,
        usage: row.usage,
        certificates: certificatesOf(row).map((item) => item.slice()),
        notAfterMs: row.notAfterMs,
        revoked: row.revokedIndex !== 0,
      })),
      agencies: [...store.scan('agencies')].map((row) => ({ agency: row.agency as AgencyId, status: row.status })),
      anchors: [...store.scan('anchors')].map((row) => row.certificate),
    };
  }

  /**
   * Keys in force of which a certificate of the chain stands on one of these lists, signed by the authority that issued the
   * certificate. The list's dates do not matter here: what has been revoked stays revoked.
   */
  listed(lists: readonly RevocationList[]): { keyId: Uint8Array; listDigest: Uint8Array }[] {
    const { store } = this.engine;
    const anchors = [...store.scan('anchors')].map((row) => new X509Certificate(row.certificate));
    const found: { keyId: Uint8Array; listDigest: Uint8Array }[] = [];
    for (const row of store.scan('keys')) {
      if (row.revokedIndex !== 0) continue;
      const chain = certificatesOf(row).map((der) => new X509Certificate(der));
      const issuers = [...chain.slice(1), ...anchors];
      const naming = lists.find((list) => chain.some((certificate) => isListed(certificate, list, issuers)));
      if (naming) found.push({ keyId: row.keyId, listDigest: naming.digest });
    }
    return found;
  }

  private record(row: MailboxRow): DirectoryRecord {
    const agency = this.engine.store.get('agencies', row.agency);
    const keys = this.indexed().keys.get(row.agency) ?? [];
    const book = ruleBook(this.engine.store);
    return {
      mailbox: row.mailbox,
      status: agency?.status ?? AgencyStatus.UNSPECIFIED,
      version: Math.max(agency?.changedIndex ?? 0, row.changedIndex, book.changedIndex(row.mailbox as Mailbox)),
      signingKeys: keys.slice(-SIGNING_KEYS_MAX).map((key) => ({
        certificates: certificatesOf(key),
        registeredIndex: key.registeredIndex,
        revokedIndex: key.revokedIndex,
      })),
      keyStatement: decode(SignedLeafSchema, row.statement, 'signed'),
      contact: book.contactOf(row.agency),
      // Where everybody may write to everybody, nobody is asked for a clearance.
      clearance: isByAgreement(this.engine.store) ? book.clearanceOf(row.mailbox as Mailbox) : 0,
      hostAgency: book.hostOf(row.mailbox),
    };
  }

  private indexed(): { keys: Map<string, KeyRow[]>; mailboxes: string[]; version: number } {
    if (this.index) return this.index;
    const { store } = this.engine;
    const keys = new Map<string, KeyRow[]>();
    for (const row of store.scan('keys')) {
      if (row.usage !== KeyUsage.SIGNING) continue;
      keys.set(row.agency, [...(keys.get(row.agency) ?? []), row]);
    }
    // The newest registrations last: only so many go into a record.
    for (const rows of keys.values()) rows.sort((a, b) => a.registeredIndex - b.registeredIndex);
    const mailboxes = [...store.scan('mailboxes')].map((row) => row.mailbox);
    const changes = [...store.scan('agencies'), ...store.scan('agencyRules'), ...store.scan('unitRules')];
    const version = changes.reduce((newest, { changedIndex }) => Math.max(newest, changedIndex), 0);
    this.index = { keys, mailboxes, version };
    return this.index;
  }
}

const isListed = (certificate: X509Certificate, list: RevocationList, issuers: readonly X509Certificate[]): boolean =>
  list.serials.has(certificate.serialNumber) &&
  issuers.some((issuer) => certificate.checkIssued(issuer) && isSignedBy(list, issuer));

const certificatesOf = (row: KeyRow): Uint8Array[] => decode(CertificateChainSchema, row.chain, 'signed').certificates;
const lengthOf = (bytes: Uint8Array): number => bytes.length;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
