/** Who may read the log: holders of a certificate with the role of an auditor (SPEC.md section 8.1). */
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { CHAIN_CERTIFICATES_MAX, verifyCertificateChain } from '../../protocol/certificates.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { parseRevocationList, type RevocationList } from '../../protocol/revocation.ts';
import { verifiedCertificate } from '../session/access.ts';

export interface Auditor {
  /** As the certificate names it. */
  readonly name: string;
  /** RFC 7638 thumbprint of the TLS key. */
  readonly tlsKeyId: Uint8Array;
}

/** How long a judgement holds: certificates and lists run out meanwhile. */
const JUDGED_MS = 10_000;

export class AuditorAccess {
  private readonly anchors: readonly X509Certificate[];
  private readonly requireRevocationLists: boolean;
  private lists: readonly RevocationList[] = [];
  private judged = new WeakMap<TLSSocket, { auditor: Auditor; untilMs: number }>();

  constructor(anchors: readonly X509Certificate[], requireRevocationLists: boolean) {
    this.anchors = anchors;
    this.requireRevocationLists = requireRevocationLists;
  }

  /** They hold for open connections too. */
  setLists(lists: readonly Uint8Array[]): void {
    this.lists = lists.map((list) => parseRevocationList(list));
    this.judged = new WeakMap();
  }

  /**
   * @throws LiaisonError ROLE_MISSING, REVOCATION_LIST_INVALID, CERTIFICATE_REVOKED, CERTIFICATE_UNTRUSTED,
   *   CERTIFICATE_EXPIRED, CERTIFICATE_INVALID, CERTIFICATE_USAGE, ALGORITHM_REFUSED
   */
  admit(socket: TLSSocket, nowMs: number): Auditor {
    const known = this.judged.get(socket);
    if (known && nowMs < known.untilMs) return known.auditor;
    const { auditor = '', keyId } = verifyCertificateChain({
      chain: chainOf(verifiedCertificate(socket)),
      anchors: this.anchors,
      use: 'auditor',
      nowMs,
      lists: this.lists,
      requireRevocationLists: this.requireRevocationLists,
    });
    const admitted = { name: auditor, tlsKeyId: keyId };
    this.judged.set(socket, { auditor: admitted, untilMs: nowMs + JUDGED_MS });
    return admitted;
  }
}

/** The certificates that the client has sent, and those that TLS has found above them. */
function chainOf(leaf: X509Certificate): Uint8Array[] {
  const chain: Uint8Array[] = [];
  let next: X509Certificate | undefined = leaf;
  while (next && chain.length < CHAIN_CERTIFICATES_MAX) {
    chain.push(new Uint8Array(next.raw));
    const above: X509Certificate | undefined = next.issuerCertificate;
    next = above === next || above?.raw.equals(next.raw) === true ? undefined : above;
  }
  return chain;
}

/** What a stranger's certificate makes fail costs the stranger's request. */
export const named = (error: unknown): LiaisonError =>
  error instanceof LiaisonError ? error : new LiaisonError('INTERNAL', String(error), { cause: error });
