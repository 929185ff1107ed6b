/** Who may connect: the certificate's key must be registered, in force, and the agency in good standing. */
import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { algorithmOfKey, keyThumbprint } from '../../protocol/algorithms.ts';
import { agencyOfCertificate } from '../../protocol/certificates.ts';
import { LiaisonError, type ErrorCode } from '../../protocol/errors.ts';
import { AgencyStatus, KeyUsage } from '../../protocol/generated/schema.ts';
import { toBase64Url, type AgencyId } from '../../protocol/ids.ts';
import type { DirectoryKey, DirectoryView, VerifyKeys } from '../pipeline.ts';

export interface Admission {
  agency: AgencyId;
  /** RFC 7638 thumbprint of the TLS key. */
  tlsKeyId: Uint8Array;
}

export class AccessList {
  private keys = new Map<string, DirectoryKey>();
  private agencies = new Map<AgencyId, AgencyStatus>();

  /** Replaces everything with the ledger's newest view. */
  update(view: DirectoryView): void {
    this.keys = new Map(view.keys.map((key) => [key.keyId, key]));
    this.agencies = new Map(view.agencies.map(({ agency, status }) => [agency, status]));
  }

  /** The keys that the verifying threads need. */
  signingKeys(): VerifyKeys['keys'] {
    return [...this.keys.values()]
      .filter((key) => key.usage === KeyUsage.SIGNING)
      .map((key) => ({ keyId: key.keyId, spki: spkiOf(key) }));
  }

  /**
   * Admits the holder of a client certificate whose chain TLS has verified.
   * @throws LiaisonError ALGORITHM_REFUSED, NOT_ENROLLED, CERTIFICATE_REVOKED, CERTIFICATE_EXPIRED, AGENCY_MISMATCH, AGENCY_SUSPENDED
   */
  admit(certificate: X509Certificate, nowMs: number): Admission {
    const tlsKeyId = keyIdOfCertificate(certificate);
    const key = this.keys.get(toBase64Url(tlsKeyId));
    if (key?.usage !== KeyUsage.TLS) throw new LiaisonError('NOT_ENROLLED');
    if (agencyOfCertificate(certificate) !== key.agency) throw new LiaisonError('AGENCY_MISMATCH');
    const code = this.objection(tlsKeyId, nowMs);
    if (code) throw new LiaisonError(code);
    return { agency: key.agency, tlsKeyId };
  }

  /** Why a session with this key may not go on, if there is a reason. */
  objection(tlsKeyId: Uint8Array, nowMs: number): ErrorCode | undefined {
    const key = this.keys.get(toBase64Url(tlsKeyId));
    if (!key) return 'NOT_ENROLLED';
    if (key.revoked) return 'CERTIFICATE_REVOKED';
    if (nowMs > key.notAfterMs) return 'CERTIFICATE_EXPIRED';
    if (this.agencies.get(key.agency) !== AgencyStatus.ACTIVE) return 'AGENCY_SUSPENDED';
    return undefined;
  }
}

/**
 * The client certificate whose chain TLS has verified against the anchors.
 * @throws LiaisonError CERTIFICATE_UNTRUSTED, CERTIFICATE_EXPIRED, CERTIFICATE_USAGE
 */
export function verifiedCertificate(socket: TLSSocket): X509Certificate {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) throw new LiaisonError('CERTIFICATE_UNTRUSTED', 'The client sent no certificate.');
  if (socket.authorized) return certificate;
  // Typed as an Error, but the reason's name is what Node sets.
  const reason = String(socket.authorizationError);
  if (/EXPIRED|NOT_YET_VALID/.test(reason)) throw new LiaisonError('CERTIFICATE_EXPIRED', reason);
  throw new LiaisonError(/PURPOSE/.test(reason) ? 'CERTIFICATE_USAGE' : 'CERTIFICATE_UNTRUSTED', reason);
}

/** @throws LiaisonError ALGORITHM_REFUSED: an authority may certify keys that this protocol does not know */
function keyIdOfCertificate(certificate: X509Certificate): Uint8Array {
  let key: X509Certificate['publicKey'];
  try {
    key = certificate.publicKey;
  } catch (error) {
    throw new LiaisonError('ALGORITHM_REFUSED', 'The key in the certificate cannot be read.', { cause: error });
  }
  algorithmOfKey(key);
  return keyThumbprint(key);
}

function spkiOf(key: DirectoryKey): Uint8Array {
  const leaf = new X509Certificate(key.certificates[0] ?? new Uint8Array(0));
  return new Uint8Array(leaf.publicKey.export({ format: 'der', type: 'spki' }));
}
