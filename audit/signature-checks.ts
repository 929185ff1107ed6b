/**
 * Checks of batch signatures, run on the threads of node:crypto: signatures dominate an audit. One check serves all
 * leaves of a batch that stand near each other in the log.
 */
import { type KeyObject, verify } from 'node:crypto';
import { algorithmOfKey, algorithmRow } from '../protocol/algorithms.ts';
import { type BatchKind, batchRoot, signingInput } from '../protocol/batch.ts';
import { LiaisonError } from '../protocol/errors.ts';
import type { BatchSignature, Path } from '../protocol/generated/schema.ts';
import { toHex } from '../protocol/ids.ts';

export interface SignatureCheck {
  readonly kind: BatchKind;
  /** The key that `signature.keyId` names. */
  readonly key: KeyObject;
  readonly leafDigest: Uint8Array;
  readonly signature: BatchSignature;
  readonly path: Path;
}

const IN_FLIGHT_MAX = 512;
const REMEMBERED_MAX = 4096;

export class SignatureChecks {
  /** Signatures verified so far; one of a batch counts once. */
  verified = 0;
  private inFlight = 0;
  private wake: (() => void) | undefined;
  /** Results of recent roots, oldest first. */
  private readonly recent = new Map<string, Promise<boolean>>();

  /** Begins a check; `invalid` is called, at once or later, when it fails. */
  check(item: SignatureCheck, invalid: (why: string) => void): void {
    try {
      const root = batchRoot(item.leafDigest, item.path, item.signature.size);
      this.follow(this.root(item, root), invalid);
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      invalid(error.message);
    }
  }

  /** Resolves when another few hundred checks may be begun. One caller at a time. */
  async room(): Promise<void> {
    if (this.inFlight >= IN_FLIGHT_MAX) await this.atMost(IN_FLIGHT_MAX / 2);
  }

  /** Resolves when every check has ended. */
  async drain(): Promise<void> {
    await this.atMost(0);
  }

  private async atMost(count: number): Promise<void> {
    while (this.inFlight > count) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  private follow(result: Promise<boolean>, invalid: (why: string) => void): void {
    this.inFlight++;
    void result.then((isValid) => {
      if (!isValid) invalid(new LiaisonError('SIGNATURE_INVALID').message);
      this.inFlight--;
      this.wake?.();
    });
  }

  private root({ kind, key, signature }: SignatureCheck, root: Uint8Array): Promise<boolean> {
    const { algorithm, size, keyId } = signature;
    const name = [kind, algorithm, size, ...[keyId, root, signature.signature].map(toHex)].join(' ');
    let result = this.recent.get(name);
    if (!result) {
      this.verified++;
      result = verifyLater(key, algorithm, signingInput(kind, algorithm, keyId, size, root), signature.signature);
      this.recent.set(name, result);
      if (this.recent.size > REMEMBERED_MAX) this.recent.delete(this.recent.keys().next().value as string);
    }
    return result;
  }
}

/**
 * As `verifyBytes` of protocol/algorithms.ts, on another thread.
 * @throws LiaisonError ALGORITHM_REFUSED, at once
 */
export function verifyLater(
  key: KeyObject,
  algorithm: BatchSignature['algorithm'],
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const { digest, options, signatureBytes = signature.length } = algorithmRow(algorithm);
  if (algorithmOfKey(key) !== algorithm || signature.length !== signatureBytes) return Promise.resolve(false);
  return new Promise((resolve) => {
    verify(digest, data, { key, ...options }, signature, (error, isValid) => resolve(!error && isValid));
  });
}
