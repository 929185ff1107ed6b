/**
 * The judgement of directory records (SPEC.md section 3.7). The gateway serves them, so nothing in them counts before it
 * leads to this node's own anchors. Pure.
 */
import { X509Certificate, type KeyObject } from 'node:crypto';
import { keyThumbprint } from '../protocol/algorithms.ts';
import { type VerifiedCertificate, verifyCertificateChain } from '../protocol/certificates.ts';
import { verifyKeyStatement } from '../protocol/envelope/encryption-keys.ts';
import { type ErrorCode, LiaisonError } from '../protocol/errors.ts';
import { type DirectoryRecord, type KeyStatement, type SigningKey } from '../protocol/generated/schema.ts';
import { agencyOf, equalBytes, type Mailbox, parseMailbox, toBase64Url } from '../protocol/ids.ts';
import type { RevocationList } from '../protocol/revocation.ts';
import type { Trust } from './keys.ts';
import type { PinnedRecord } from './store/directory-store.ts';

const untrusted = (record: DirectoryRecord, why: string, cause?: unknown): LiaisonError =>
  new LiaisonError('DIRECTORY_UNTRUSTED', `${record.mailbox}: ${why}`, { cause });

/**
 * Refuses a record that is older than one seen before.
 * @throws LiaisonError DIRECTORY_ROLLED_BACK
 */
export function checkRecordVersion(record: DirectoryRecord, pinned: PinnedRecord | undefined): void {
  if (pinned && record.version < pinned.record.version) {
    const detail = `${record.mailbox}: version ${record.version} after ${pinned.record.version}.`;
    throw new LiaisonError('DIRECTORY_ROLLED_BACK', detail);
  }
}

/**
 * The encryption keys that a record publishes, when they may be encrypted to: the statement is signed by a key in force
 * of the mailbox's agency, and not older than, nor another than, the one seen before under its version.
 * @throws LiaisonError DIRECTORY_UNTRUSTED naming the rule; DIRECTORY_ROLLED_BACK; REVOCATION_LIST_INVALID
 */
export function verifyRecordStatement(
  record: DirectoryRecord,
  pinned: PinnedRecord | undefined,
  trust: Trust,
  nowMs: number,
): KeyStatement {
  const signing = findSigningKey(record, record.keyStatement.signature.keyId);
  if (!signing) throw untrusted(record, 'the key statement is not signed by a signing key of its agency.');
  // A statement outlives the key that signed it only until that key is revoked: the thief may have made it.
  if (signing.revokedIndex !== 0) throw untrusted(record, 'the key statement is signed by a revoked key.');
  const { publicKey } = verifyChain(record, signing, trust, nowMs, trust.lists());
  const statement = attempt(record, () => verifyKeyStatement(record.keyStatement, publicKey));
  if (statement.mailbox !== record.mailbox) throw untrusted(record, `the statement is for ${statement.mailbox}.`);
  if (pinned && statement.version < pinned.statementVersion) {
    const detail = `${record.mailbox}: key statement ${statement.version} after ${pinned.statementVersion}.`;
    throw new LiaisonError('DIRECTORY_ROLLED_BACK', detail);
  }
  const isSame = pinned?.statementVersion !== statement.version || equalBytes(leafOf(pinned.record), leafOf(record));
  if (!isSame) throw untrusted(record, `there are two key statements of version ${statement.version}.`);
  return statement;
}

const leafOf = (record: DirectoryRecord): Uint8Array => record.keyStatement.leaf;

/**
 * The public key of an agency's signature over something that the log took in at `index` and `atMs`. It may have been
 * revoked or have expired since: what counts is that time.
 * @throws LiaisonError KEY_REVOKED when it was revoked before; KEY_UNKNOWN when the record has no such key;
 *   DIRECTORY_UNTRUSTED, CERTIFICATE_REVOKED, REVOCATION_LIST_INVALID
 */
export function verifySigningKey(
  record: DirectoryRecord,
  keyId: Uint8Array,
  logged: { readonly index: number; readonly atMs: number },
  trust: Trust,
  nowMs: number,
): KeyObject {
  const signing = findSigningKey(record, keyId);
  if (!signing) throw new LiaisonError('KEY_UNKNOWN', `${record.mailbox}: key ${toBase64Url(keyId)}.`);
  if (signing.revokedIndex !== 0 && signing.revokedIndex < logged.index) {
    throw new LiaisonError('KEY_REVOKED', `${record.mailbox}: key ${toBase64Url(keyId)}.`);
  }
  const verified = verifyChain(record, signing, trust, logged.atMs, undefined);
  // The lists name no times, so they decide only while the directory has the key in force; an expired certificate is
  // on no list.
  const lists = trust.lists();
  if (lists && signing.revokedIndex === 0 && nowMs <= verified.notAfterMs) {
    verifyChain(record, signing, trust, nowMs, lists);
  }
  return verified.publicKey;
}

/** A revocation is no fault of the directory: these keep their code. */
const KEPT_CODES: ReadonlySet<ErrorCode> = new Set(['REVOCATION_LIST_INVALID', 'CERTIFICATE_REVOKED']);

function verifyChain(
  record: DirectoryRecord,
  signing: SigningKey,
  trust: Trust,
  nowMs: number,
  lists: readonly RevocationList[] | undefined,
): VerifiedCertificate {
  return attempt(record, () =>
    verifyCertificateChain({
      chain: signing.certificates,
      anchors: trust.anchors,
      use: 'signing',
      agency: agencyOf(parseMailbox(record.mailbox)),
      nowMs,
      ...(lists ? { lists, requireRevocationLists: true } : {}),
    }),
  );
}

function attempt<T>(record: DirectoryRecord, verify: () => T): T {
  try {
    return verify();
  } catch (error) {
    if (!(error instanceof LiaisonError) || KEPT_CODES.has(error.code)) throw error;
    throw untrusted(record, `${error.code}: ${error.message}`, error);
  }
}

/** The record's key with this thumbprint. */
export function findSigningKey(record: DirectoryRecord, keyId: Uint8Array): SigningKey | undefined {
  return record.signingKeys.find(({ certificates: [leaf] }) => {
    try {
      return leaf !== undefined && equalBytes(keyThumbprint(new X509Certificate(leaf).publicKey), keyId);
    } catch {
      // A certificate that cannot be read is nobody's.
      return false;
    }
  });
}

/** The record of this mailbox in a Directory frame. */
export function recordOf(records: readonly DirectoryRecord[], mailbox: Mailbox): DirectoryRecord | undefined {
  return records.find((record) => record.mailbox === mailbox);
}
