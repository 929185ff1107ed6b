/** The agencies: certificates, nodes and keys, all on disk as their own commands would have made them. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initDirectory, issueFurther, revokeCertificate } from '../../certs-dev/directory.ts';
import { initNode } from '../../node/commands/init.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { parseCertificates } from '../../protocol/certificates.ts';
import { decode } from '../../protocol/codec.ts';
import { parseEnrolmentFile } from '../../protocol/enrolment.ts';
import { generateEncryptionKey, signKeyStatement } from '../../protocol/envelope/encryption-keys.ts';
import { type EncryptionKey, type Enrol, KeyStatementSchema } from '../../protocol/generated/schema.ts';
import { type AgencyId, type Mailbox, mailboxOf, type UnitId } from '../../protocol/ids.ts';
import { parseRevocationList, type RevocationList } from '../../protocol/revocation.ts';
import type { Random } from './random.ts';

export interface CastMailbox {
  readonly mailbox: Mailbox;
  readonly unit: UnitId;
  readonly owner: CastAgency;
  /** What senders wrap for. */
  key: EncryptionKey;
  /** What it is replaced by in due course. */
  readonly nextKey: EncryptionKey;
  isEnrolled: boolean;
  /** Number of the next message to it. */
  nextNumber: number;
}

export interface SigningKey {
  readonly key: KeyObject;
  /** Thumbprint, 32 bytes. */
  readonly keyId: Uint8Array;
}

export interface CastAgency {
  readonly agency: AgencyId;
  readonly mailboxes: CastMailbox[];
  readonly tlsKeyId: Uint8Array;
  /** What its `enrolment.json` says. */
  readonly enrol: Enrol;
  signing: SigningKey;
  /** Name of its current signing certificate's files, without ending. */
  signingFile: string;
  isSuspended: boolean;
}

const UNITS = ['desk', 'analysis', 'archive'] as const;
const AGENCY_KINDS = ['customs', 'police', 'border', 'tax', 'guard', 'ports', 'fiu', 'food', 'health', 'forest'];
/** X and a letter: country codes that are nobody's (ISO 3166-1, user-assigned). */
const COUNTRIES = 26;
export const AGENCIES_MAX = COUNTRIES * AGENCY_KINDS.length;

const agencyName = (i: number): AgencyId =>
  `x${String.fromCharCode(97 + (i % COUNTRIES))}.${AGENCY_KINDS[Math.floor(i / COUNTRIES)] ?? ''}` as AgencyId;

const readKey = (path: string): KeyObject => createPrivateKey(readFileSync(path));

/** Where everything of a generated directory lies. */
export class Places {
  readonly dir: string;
  readonly certs: string;
  readonly gateway: string;
  readonly root: string;
  readonly list: string;

  constructor(dir: string) {
    this.dir = dir;
    this.certs = join(dir, 'certs');
    this.gateway = join(dir, 'gateway');
    this.root = join(this.certs, 'ca/root.pem');
    this.list = join(this.certs, 'ca/root.crl.pem');
  }

  node = (agency: AgencyId, ...rest: string[]): string => join(this.dir, 'nodes', agency, ...rest);
}

/** The authority and the certificates, valid from `fromMs` for `days`; P-256 but for the root. */
export async function makeCertificates(places: Places, agencies: number, fromMs: number, days: number): Promise<void> {
  const names = Array.from({ length: agencies }, (_, i) => agencyName(i));
  const hosts = ['localhost', '127.0.0.1'];
  await initDirectory({ dir: places.certs, agencies: names, hosts, days, clock: () => fromMs, keyType: 'p256' });
}

export interface NodeOptions {
  readonly port: number;
  readonly verifierKey: string;
  readonly agencies: number;
  /** Time of the enrolment files, POSIX milliseconds. */
  readonly nowMs: number;
}

/** A node for each agency, with one to three units. The most active agency comes first. */
export function makeCast(places: Places, options: NodeOptions, random: Random): CastAgency[] {
  return Array.from({ length: options.agencies }, (_, i) => {
    // The second has all, because one of them is enrolled later.
    const units = UNITS.slice(0, i === 1 ? UNITS.length : random.between(1, UNITS.length, 2));
    return makeAgency(places, agencyName(i), units, options);
  });
}

function makeAgency(places: Places, agency: AgencyId, units: readonly string[], options: NodeOptions): CastAgency {
  const certs = join(places.certs, agency);
  const { enrolment } = initNode(
    {
      dir: places.node(agency),
      agency,
      units: units.join(','),
      certs,
      gateway: `wss://localhost:${options.port}`,
      gatewayCa: places.root,
      logKey: options.verifierKey,
      anchors: places.root,
    },
    options.nowMs,
  );
  const enrol = parseEnrolmentFile(readFileSync(enrolment, 'utf8'));
  const key = readKey(join(certs, 'signing.key'));
  const made: CastAgency = {
    agency,
    mailboxes: [],
    tlsKeyId: keyThumbprint(readKey(join(certs, 'tls.key'))),
    enrol,
    signing: { key, keyId: keyThumbprint(key) },
    signingFile: 'signing',
    isSuspended: false,
  };
  enrol.units.forEach((unit, i) => {
    const [encryptionKey] = decode(
      KeyStatementSchema,
      enrol.keyStatements[i]?.leaf ?? new Uint8Array(0),
      'signed',
    ).keys;
    made.mailboxes.push({
      mailbox: mailboxOf(agency, unit as UnitId),
      unit: unit as UnitId,
      owner: made,
      key: encryptionKey as EncryptionKey,
      nextKey: makeNextKey(places, agency, unit),
      isEnrolled: false,
      nextNumber: 1,
    });
  });
  return made;
}

/** The node has the key long before it is published, so it opens what comes whenever that happens. */
function makeNextKey(places: Places, agency: AgencyId, unit: string): EncryptionKey {
  const { privateKey, keyId, jwk } = generateEncryptionKey();
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  writeFileSync(places.node(agency, 'encryption', `${unit}-2.key`), pem, { mode: 0o600 });
  return { keyId, jwk };
}

/** An enrolment of no more than these units, as they are now; signed with the agency's current key. */
export function unitsEnrol(
  agency: CastAgency,
  mailboxes: readonly CastMailbox[],
  nowMs: number,
  random: Random,
): Enrol {
  const keyStatements = mailboxes.map(({ mailbox, key }) =>
    signKeyStatement(agency.signing.key, {
      blind: random.bytes(16),
      mailbox,
      version: nowMs,
      keys: [key],
      createdAtMs: nowMs,
    }),
  );
  return { agency: agency.agency, units: mailboxes.map(({ unit }) => unit), tls: [], signing: [], keyStatements };
}

/**
 * A new signing key with its certificate, which the node has from now on.
 * @returns the enrolment that makes it known, with key statements signed by it, and the key id before
 */
export async function renewSigning(
  places: Places,
  agency: CastAgency,
  validity: { nowMs: number; days: number },
  random: Random,
): Promise<{ enrol: Enrol; before: SigningKey; beforeFile: string }> {
  const { nowMs, days } = validity;
  const [before, beforeFile, name] = [agency.signing, agency.signingFile, 'signing-2'];
  const from = (file: string): string => join(places.certs, agency.agency, file);
  const issue = { dir: places.certs, agency: agency.agency, kind: 'signing', name, days, keyType: 'p256' } as const;
  await issueFurther({ ...issue, clock: () => nowMs });
  for (const ending of ['pem', 'key']) {
    copyFileSync(from(`${name}.${ending}`), places.node(agency.agency, `signing.${ending}`));
  }
  const key = readKey(from(`${name}.key`));
  agency.signing = { key, keyId: keyThumbprint(key) };
  agency.signingFile = name;
  const certificates = parseCertificates(readFileSync(from(`${name}.pem`))).map(({ raw }) => new Uint8Array(raw));
  const enrolled = agency.mailboxes.filter(({ isEnrolled }) => isEnrolled);
  const enrol = { ...unitsEnrol(agency, enrolled, nowMs, random), signing: [{ certificates }] };
  return { enrol, before, beforeFile };
}

/** Puts a certificate of an agency on the authority's list; returns the new list. */
export function revokeOnList(places: Places, agency: AgencyId, file: string, nowMs: number): RevocationList {
  revokeCertificate(places.certs, join(places.certs, agency, `${file}.pem`), () => nowMs);
  return readList(places);
}

/** The authority's list as it lies on disk. */
export const readList = (places: Places): RevocationList => parseRevocationList(readFileSync(places.list));
