/**
 * What passes between an audit and its threads: signature checks, many in one piece of memory. Each is u32be key ‖ u8 kind ‖
 * u32be size of the signed batch ‖ u16be length of the signature ‖ root ‖ signature; a key is sent once and has a number.
 */
import { type KeyObject, verify } from 'node:crypto';
import { algorithmOfKey, algorithmRow } from '../protocol/algorithms.ts';
import { BATCH_KINDS, type BatchKind, encodedHeader, signingInput } from '../protocol/batch.ts';
import type { BatchSignature, SignatureAlgorithm } from '../protocol/generated/schema.ts';
import { HASH_BYTES } from '../protocol/merkle.ts';

export interface NumberedKey {
  readonly number: number;
  readonly key: KeyObject;
  readonly keyId: Uint8Array;
}

/** For a thread. Keys stand in the first message that needs them. */
export interface ChecksMessage {
  readonly keys: readonly NumberedKey[];
  readonly checks: Uint8Array<ArrayBuffer>;
}

/** From a thread, for each message in the order of the messages: the places of the checks that failed, counted from 0. */
export type FailedChecks = readonly number[];

const HEAD_BYTES = 11;
const CHECKS_MAX = 256;
const BATCH_BYTES = CHECKS_MAX * (HEAD_BYTES + HASH_BYTES + 64);

/** Collects checks until they are taken. */
export class CheckWriter {
  count = 0;
  private bytes = new Uint8Array(BATCH_BYTES);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  /** @returns whether there was room; a new writer has room for any signature of an allowed algorithm */
  add(key: number, kind: BatchKind, { size, signature }: BatchSignature, root: Uint8Array): boolean {
    const start = this.length;
    const end = start + HEAD_BYTES + HASH_BYTES + signature.length;
    if (end > BATCH_BYTES || this.count === CHECKS_MAX) return false;
    this.view.setUint32(start, key);
    this.view.setUint8(start + 4, BATCH_KINDS.indexOf(kind));
    this.view.setUint32(start + 5, size);
    this.view.setUint16(start + 9, signature.length);
    this.bytes.set(root, start + HEAD_BYTES);
    this.bytes.set(signature, start + HEAD_BYTES + HASH_BYTES);
    this.length = end;
    this.count++;
    return true;
  }

  /** What has collected. The writer is empty afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = new Uint8Array(BATCH_BYTES);
    this.view = new DataView(this.bytes.buffer);
    this.length = this.count = 0;
    return taken;
  }
}

interface KnownKey {
  readonly keyId: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly digest: string | null;
  readonly signatureBytes: number | undefined;
  readonly options: Parameters<typeof verify>[2];
  /** Encoded protected headers, by kind. */
  readonly headers: Map<BatchKind, string>;
}

/** Checks what a {@link CheckWriter} has collected. */
export class CheckReader {
  private readonly keys = new Map<number, KnownKey>();

  /** @throws LiaisonError ALGORITHM_REFUSED for a key that nothing may be checked with */
  learn({ number, key, keyId }: NumberedKey): void {
    const algorithm = algorithmOfKey(key);
    const { digest, options, signatureBytes } = algorithmRow(algorithm);
    const known = { keyId, algorithm, digest, signatureBytes, options: { key, ...options }, headers: new Map() };
    this.keys.set(number, known);
  }

  /** Checks them all, on the calling thread. */
  failed(checks: Uint8Array): FailedChecks {
    const view = new DataView(checks.buffer, checks.byteOffset, checks.byteLength);
    const failed: number[] = [];
    for (let at = 0, place = 0; at < checks.length; place++) {
      const key = this.keys.get(view.getUint32(at));
      const kind = BATCH_KINDS[view.getUint8(at + 4)];
      const size = view.getUint32(at + 5);
      const start = at + HEAD_BYTES;
      const end = start + HASH_BYTES + view.getUint16(at + 9);
      const root = checks.subarray(start, start + HASH_BYTES);
      const signature = checks.subarray(start + HASH_BYTES, end);
      if (!key || !kind || !isValid(key, kind, size, root, signature)) failed.push(place);
      at = end;
    }
    return failed;
  }
}

/** As `verifyBatchRoot` of protocol/batch.ts. */
function isValid(key: KnownKey, kind: BatchKind, size: number, root: Uint8Array, signature: Uint8Array): boolean {
  const { algorithm, keyId, digest, options, signatureBytes = signature.length } = key;
  if (signature.length !== signatureBytes) return false;
  let header = key.headers.get(kind);
  if (header === undefined) key.headers.set(kind, (header = encodedHeader(kind, algorithm, keyId)));
  return verify(digest, signingInput(kind, algorithm, keyId, size, root, header), options, signature);
}
