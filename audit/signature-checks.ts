/**
 * Checks of batch signatures on threads of their own, one for each core: signatures dominate an audit. One check serves all
 * leaves of a batch that stand near each other in the log. A log with few signatures needs no threads.
 */
import type { KeyObject } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { algorithmOfKey, algorithmRow } from '../protocol/algorithms.ts';
import { type BatchKind, batchRoot } from '../protocol/batch.ts';
import { LiaisonError } from '../protocol/errors.ts';
import type { BatchSignature, Path, SignatureAlgorithm } from '../protocol/generated/schema.ts';
import { equalBytes, toHex } from '../protocol/ids.ts';
import { PathRoots } from '../protocol/merkle.ts';
import { CheckReader, CheckWriter, type FailedChecks, type NumberedKey } from './signature-batch.ts';

export interface SignatureCheck {
  readonly kind: BatchKind;
  /** The key that `signature.keyId` names. */
  readonly key: KeyObject;
  readonly leafDigest: Uint8Array;
  readonly signature: BatchSignature;
  readonly path: Path;
}

type Invalid = (why: string) => void;

/** One signature under one root, and whom to tell when it is wrong. */
interface Root {
  readonly kind: BatchKind;
  readonly key: number;
  readonly size: number;
  isValid: boolean | undefined;
  waiting: Invalid[];
}

interface KnownKey extends NumberedKey {
  readonly algorithm: SignatureAlgorithm;
}

/** Checks that may be begun and not ended: so long may the end of an audit take while the threads still work. */
const IN_FLIGHT_MAX = 8192;
/** Batches that a thread has at hand; the others wait for whichever thread is ready first. */
const AHEAD_MAX = 4;
const REMEMBERED_MAX = 4096;
const REMEMBERED_PATHS_MAX = 16;
/** A tree of one leaf has none. */
const NO_PATHS = new PathRoots();

export class SignatureChecks {
  /** Signatures verified so far; one of a batch counts once. */
  verified = 0;
  private inFlight = 0;
  private wake: (() => void) | undefined;
  private failure: Error | undefined;
  private readonly writer = new CheckWriter();
  /** What the writer holds. */
  private collected: Root[] = [];
  private readonly keys = new Map<KeyObject, KnownKey>();
  /** In the order in which they were begun. */
  private readonly waiting: { checks: Uint8Array<ArrayBuffer>; roots: Root[] }[] = [];
  private readonly threads: SignatureThread[] = [];
  private readonly threadsMax: number;
  /** Recent signatures of several leaves, oldest first. */
  private readonly recent = new Map<string, Root>();
  /** Nodes of the batches whose leaves were seen last. */
  private readonly paths = new Map<string, PathRoots>();

  /** @param threadsMax 0 checks on the calling thread */
  constructor(threadsMax = availableParallelism()) {
    this.threadsMax = threadsMax;
  }

  /** Begins a check; `invalid` is called, at once or later, when it fails. */
  check({ kind, key, leafDigest, signature, path }: SignatureCheck, invalid: Invalid): void {
    try {
      algorithmRow(signature.algorithm);
      const known = this.keyOf(key, signature.keyId);
      const { size } = signature;
      if (size === 1) {
        // A leaf of its own: nothing else is under this signature.
        const root = batchRoot(leafDigest, path, size, NO_PATHS);
        const alone = { kind, key: known.number, size, isValid: undefined, waiting: [invalid] };
        this.begin(alone, root, signature, known);
        return;
      }
      const name = latin1(signature.signature);
      const digest = batchRoot(leafDigest, path, size, this.pathsOf(name));
      const root = this.rootOf(name + latin1(digest), kind, known, signature, digest);
      if (root.isValid === undefined) root.waiting.push(invalid);
      else if (!root.isValid) invalid(new LiaisonError('SIGNATURE_INVALID').message);
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      invalid(error.message);
    }
  }

  /**
   * Resolves when more checks may be begun. One caller at a time.
   * @throws LiaisonError INTERNAL when a thread has failed
   */
  async room(): Promise<void> {
    await new Promise(setImmediate);
    await this.atMost(this.inFlight < IN_FLIGHT_MAX ? IN_FLIGHT_MAX : IN_FLIGHT_MAX / 2);
  }

  /**
   * Resolves when every check has ended.
   * @throws LiaisonError INTERNAL when a thread has failed
   */
  async drain(): Promise<void> {
    this.passOn();
    if (this.threads.length === 0) this.checkHere();
    await this.atMost(0);
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private async atMost(count: number): Promise<void> {
    while (this.inFlight > count && !this.failure) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.failure) throw this.failure;
  }

  private keyOf(key: KeyObject, keyId: Uint8Array): KnownKey {
    let known = this.keys.get(key);
    if (!known) {
      known = { number: this.keys.size, key, keyId: Uint8Array.from(keyId), algorithm: algorithmOfKey(key) };
      this.keys.set(key, known);
    }
    if (equalBytes(known.keyId, keyId)) return known;
    throw new LiaisonError('INTERNAL', `The key ${toHex(known.keyId)} was given for ${toHex(keyId)}.`);
  }

  private pathsOf(name: string): PathRoots {
    const known = this.paths.get(name);
    if (known) return known;
    const made = new PathRoots();
    this.paths.set(name, made);
    if (this.paths.size > REMEMBERED_PATHS_MAX) this.paths.delete(this.paths.keys().next().value as string);
    return made;
  }

  private rootOf(name: string, kind: BatchKind, key: KnownKey, signature: BatchSignature, digest: Uint8Array): Root {
    const { size } = signature;
    const known = this.recent.get(name);
    const isSame = known?.kind === kind && known.key === key.number && known.size === size;
    if (known && isSame && signature.algorithm === key.algorithm) return known;
    const root: Root = { kind, key: key.number, size, isValid: undefined, waiting: [] };
    this.recent.set(name, root);
    if (this.recent.size > REMEMBERED_MAX) this.recent.delete(this.recent.keys().next().value as string);
    this.begin(root, digest, signature, key);
    return root;
  }

  private begin(root: Root, digest: Uint8Array, signature: BatchSignature, key: KnownKey): void {
    this.verified++;
    if (signature.algorithm !== key.algorithm) {
      // As verifyBytes: the algorithm is the key's own.
      this.end([root], [0]);
      return;
    }
    if (!this.writer.add(root.key, root.kind, signature, digest)) {
      this.passOn();
      if (!this.writer.add(root.key, root.kind, signature, digest)) return this.end([root], [0]);
    }
    this.collected.push(root);
    this.inFlight++;
  }

  /** Hands what has collected to the threads, which are started when there is more than a little. */
  private passOn(): void {
    if (this.writer.count > 0) {
      this.waiting.push({ checks: this.writer.take(), roots: this.collected });
      this.collected = [];
    }
    if (this.waiting.length > 1 && this.threads.length === 0) {
      for (let i = 0; i < this.threadsMax; i++) this.threads.push(new SignatureThread((error) => this.fail(error)));
    }
    this.supply();
  }

  /** Gives each thread what it has room for. */
  private supply(): void {
    while (this.waiting.length > 0) {
      const [thread] = [...this.threads].sort((a, b) => a.ahead - b.ahead);
      if (!thread || thread.ahead === AHEAD_MAX) return;
      const { checks, roots } = this.waiting.shift() as (typeof this.waiting)[number];
      thread.check(checks, [...this.keys.values()], (failed) => {
        this.ended(roots, failed);
        this.supply();
      });
    }
  }

  private checkHere(): void {
    const reader = new CheckReader();
    for (const key of this.keys.values()) reader.learn(key);
    for (const { checks, roots } of this.waiting.splice(0)) this.ended(roots, reader.failed(checks));
  }

  private ended(roots: readonly Root[], failed: FailedChecks): void {
    this.inFlight -= roots.length;
    this.end(roots, failed);
    this.wake?.();
  }

  private end(roots: readonly Root[], failed: FailedChecks): void {
    for (const root of roots) root.isValid = true;
    for (const place of failed) {
      const root = roots[place] as Root;
      root.isValid = false;
      for (const invalid of root.waiting) invalid(new LiaisonError('SIGNATURE_INVALID').message);
    }
    for (const root of roots) root.waiting = [];
  }

  private fail(error: Error): void {
    this.failure ??= new LiaisonError('INTERNAL', `A thread that checks signatures: ${error.message}`, {
      cause: error,
    });
    this.wake?.();
  }
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** One thread, and what it has not answered yet. */
class SignatureThread {
  private readonly worker: Worker;
  private readonly answers: ((failed: FailedChecks) => void)[] = [];
  private keysSent = 0;
  private isClosing = false;

  constructor(failed: (error: Error) => void) {
    this.worker = new Worker(new URL('./signature-worker.ts', import.meta.url), {
      name: 'signatures',
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 },
    });
    this.worker.on('message', (message: FailedChecks) => this.answers.shift()?.(message));
    this.worker.on('error', (error) => failed(error instanceof Error ? error : new Error(String(error))));
    this.worker.on('exit', (code) => {
      if (!this.isClosing) failed(new Error(`It ended with ${code}.`));
    });
  }

  /** Batches that it has not answered. */
  get ahead(): number {
    return this.answers.length;
  }

  check(checks: Uint8Array<ArrayBuffer>, keys: readonly NumberedKey[], answer: (failed: FailedChecks) => void): void {
    const unsent = keys.slice(this.keysSent).map(({ number, key, keyId }) => ({ number, key, keyId }));
    this.keysSent = keys.length;
    this.answers.push(answer);
    this.worker.postMessage({ keys: unsent, checks }, [checks.buffer]);
  }

  async close(): Promise<void> {
    this.isClosing = true;
    await this.worker.terminate();
  }
}
