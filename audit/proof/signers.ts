/** Whether a signature in an entry is its agency's, by the certificates that a file brings along. */
import { X509Certificate, type KeyObject } from 'node:crypto';
import { verifyLeafHash, type BatchKind } from '../../protocol/batch.ts';
import { agencyOfCertificate, type VerifiedCertificate, verifyCertificateChain } from '../../protocol/certificates.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { BatchSignature, Path } from '../../protocol/generated/schema.ts';
import { agencyOf, equalBytes, parseMailbox, toBase64Url, toHex } from '../../protocol/ids.ts';
import type { Findings, Rule } from '../findings.ts';
import { type Chain, keyOfChain } from './message-proof.ts';

/** Something that an agency has signed. */
export interface Signed {
  readonly kind: BatchKind;
  /** Of the mailbox that is said to have signed. */
  readonly mailbox: string;
  /** The gateway's time. */
  readonly atMs: number;
  readonly leafDigest: Uint8Array;
  readonly signature: BatchSignature;
  readonly path: Path;
  /** Of the entry; absent when there is none. */
  readonly index?: number;
  readonly keyRule: Rule;
  readonly signatureRule: Rule;
}

/** The chains of a file, and what is found out with them. */
export class Signers {
  /** What has been shown, as sentences. */
  readonly shown = new Set<string>();
  private readonly chains: ReadonlyMap<string, Chain>;
  private readonly used = new Set<string>();
  private readonly anchors: readonly X509Certificate[] | undefined;
  private readonly findings: Findings;

  /**
   * @param anchors DER; without them signatures are checked, and nobody vouches for whose they are
   * @throws LiaisonError FILE_INVALID when a chain cannot be read
   */
  constructor(chains: readonly Chain[], anchors: readonly Uint8Array[] | undefined, findings: Findings) {
    this.chains = new Map(chains.map((chain) => [keyOfChain(chain), chain]));
    this.anchors = anchors?.map((der) => new X509Certificate(der));
    this.findings = findings;
  }

  /** Adds a finding unless the signature verifies with a key that the authorities vouch for. */
  check(signed: Signed): void {
    const { mailbox, keyRule, signatureRule, index, signature } = signed;
    const name = toBase64Url(signature.keyId);
    try {
      const key = this.keyOf(signed);
      verifyLeafHash(signed.kind, key, signed.leafDigest, signature, signed.path);
      this.shown.add(`The signature of ${mailbox} verifies, with the key ${name}.`);
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      const isSignature = error.code === 'SIGNATURE_INVALID';
      const what = isSignature ? `The signature of ${mailbox}: ${error.message}` : error.message;
      this.findings.add(isSignature ? signatureRule : keyRule, what, index);
    }
  }

  /** Chains of keys that have signed nothing here. */
  get unused(): string[] {
    return [...this.chains.keys()].filter((key) => !this.used.has(key));
  }

  /** @throws LiaisonError when there is no chain for the key, or it does not lead to the agency */
  private keyOf({ mailbox, atMs, signature }: Signed): KeyObject {
    const id = toHex(signature.keyId);
    const chain = this.chains.get(id);
    const name = toBase64Url(signature.keyId);
    if (!chain) throw new LiaisonError('KEY_UNKNOWN', `The file has no certificate of the key ${name} of ${mailbox}.`);
    this.used.add(id);
    checkIssued(chain, this.anchors ?? []);
    const agency = agencyOf(parseMailbox(mailbox));
    if (!this.anchors) {
      const leaf = new X509Certificate(chain[0] as Uint8Array);
      const named = agencyOfCertificate(leaf);
      if (named !== agency) throw new LiaisonError('AGENCY_MISMATCH', `The certificate names ${named}, not ${agency}.`);
      return leaf.publicKey;
    }
    const { anchors } = this;
    const verified = verifyCertificateChain({ chain, anchors, use: 'signing', agency, nowMs: atMs });
    this.shown.add(vouched(agency, name, verified));
    return verified.publicKey;
  }
}

/**
 * Each certificate is signed with the key of the next, the last by itself or by an authority that is trusted, if it is there:
 * verifying a path looks at nothing behind its anchor, and nothing in the file may be arbitrary.
 * @throws LiaisonError CERTIFICATE_UNTRUSTED, CERTIFICATE_INVALID
 */
function checkIssued(chain: Chain, anchors: readonly X509Certificate[]): void {
  const certificates = chain.map(certificateOf);
  for (const [i, certificate] of certificates.entries()) {
    const next = certificates[i + 1];
    const above = next ? [next] : [certificate, ...anchors];
    if (above.some((issuer) => isIssuedBy(certificate, issuer))) continue;
    if (!next && anchors.length === 0) continue;
    throw new LiaisonError('CERTIFICATE_UNTRUSTED', `Nobody has signed certificate ${i + 1} of a chain in the file.`);
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

function certificateOf(der: Uint8Array, i: number): X509Certificate {
  try {
    const certificate = new X509Certificate(der);
    if (equalBytes(certificate.raw, der)) return certificate;
  } catch {
    // the same as other bytes than its own
  }
  throw new LiaisonError('CERTIFICATE_INVALID', `Certificate ${i + 1} of a chain in the file cannot be decoded.`);
}

function vouched(agency: string, key: string, { serial, notBeforeMs, notAfterMs }: VerifiedCertificate): string {
  const [from = '', to = ''] = [notBeforeMs, notAfterMs].map((timeMs) => new Date(timeMs).toISOString());
  return `An authority that you trust vouches that ${key} is a signing key of ${agency}: certificate ${serial}, valid from ${from} to ${to}.`;
}
