/** What every rule about an entry has at hand. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import type { DecisionContext } from '../../ledger/decide.ts';
import type { State } from '../../ledger/state.ts';
import { decode } from '../../protocol/codec.ts';
import { type BatchSignature, CertificateChainSchema, KeyUsage, type Path } from '../../protocol/generated/schema.ts';
import { toBase64Url } from '../../protocol/ids.ts';
import type { Findings, Rule } from '../findings.ts';
import type { SignatureChecks } from '../signature-checks.ts';

export interface EntryContext {
  readonly index: number;
  /** The entry's own time. */
  readonly atMs: number;
  /** As it is before the entry. */
  readonly state: State;
  readonly findings: Findings;
  readonly signatures: SignatureChecks;
  readonly keys: PublicKeys;
}

/**
 * What the gateway's own rules ask for, at an entry's time. Revocation lists are not at hand; their effects are entries of
 * their own. What is made of the random bytes is never looked at.
 */
export const decisionContext = (nowMs: number): DecisionContext => ({
  nowMs,
  random: (bytes) => new Uint8Array(bytes),
  revocationLists: [],
  requireRevocationLists: false,
});

/** The same words are used about senders and recipients. */
export interface Signer {
  readonly kind: 'message' | 'handover' | 'event';
  /** Whom the finding names. */
  readonly mailbox: string;
  readonly agency: string;
  readonly keyRule: Rule;
  readonly signatureRule: Rule;
  /** A refused submission may carry a revoked key: that can be why it was refused. */
  readonly mayBeRevoked: boolean;
}

/**
 * Whether a leaf is signed with a key that was registered for this agency, for signing, by an earlier entry and not
 * revoked by one. Keys are judged by their place in the log, never by the clock.
 */
export function checkSigned(
  context: EntryContext,
  signer: Signer,
  leafDigest: Uint8Array,
  signature: BatchSignature,
  path: Path,
): void {
  const { findings, index, state } = context;
  const row = state.get('keys', signature.keyId);
  const refuse = (why: string): void =>
    findings.add(signer.keyRule, `The key ${toBase64Url(signature.keyId)} of ${signer.mailbox} ${why}.`, index);
  if (!row) return refuse('is not registered');
  if (row.agency !== signer.agency) refuse(`is registered for ${row.agency}`);
  if (row.usage !== KeyUsage.SIGNING) refuse('is registered for TLS, not for signing');
  if (row.revokedIndex !== 0 && !signer.mayBeRevoked) refuse(`was revoked by entry ${row.revokedIndex}`);
  const key = context.keys.of(row.keyId, row.chain);
  const check = { kind: signer.kind, key, leafDigest, signature, path };
  context.signatures.check(check, reporter(findings, signer.signatureRule, signer.mailbox, index));
}

/** Is kept until the check has ended, and keeps nothing of the entry alive. */
const reporter =
  (findings: Findings, rule: Rule, mailbox: string, index: number) =>
  (why: string): void =>
    findings.add(rule, `The signature of ${mailbox}: ${why}`, index);

/** Registered public keys, parsed once. As many as there are rows of keys. */
export class PublicKeys {
  private readonly byId = new Map<string, KeyObject>();

  /** The key of a registered chain's first certificate. The fold has read it already. */
  of(keyId: Uint8Array, chain: Uint8Array): KeyObject {
    const name = toBase64Url(keyId);
    let key = this.byId.get(name);
    if (!key) {
      const [leaf = new Uint8Array(0)] = decode(CertificateChainSchema, chain, 'signed').certificates;
      key = new X509Certificate(leaf).publicKey;
      this.byId.set(name, key);
    }
    return key;
  }
}
