/** What passes between the sessions and the thread that stores ciphertexts. */
import type { Fault } from '../pipeline.ts';
import type { UploadName } from './store.ts';

/** session → blob store */
export type BlobRequest =
  | ({ kind: 'open'; session: number; request: number; sizeBytes: number } & UploadName)
  /** The buffer moves. */
  | ({ kind: 'write'; session: number; job: number; offset: number; data: Uint8Array } & UploadName)
  | { kind: 'read'; session: number; job: number; digest: string; offset: number; length: number }
  /** The session is gone: what it has begun may be continued by another. */
  | { kind: 'gone'; session: number }
  /** Nobody needs it any more; with an agency, only its partial file. */
  | { kind: 'erase'; digest: string; agency?: string }
  | { kind: 'close' };

/** blob store → session */
export type BlobOutput =
  /** So much of the upload is durable. */
  | ({ kind: 'state'; session: number; request: number; storedBytes: number } & UploadName)
  /** The ciphertext is complete and durable. */
  | ({ kind: 'stored'; session: number; request: number; sizeBytes: number } & UploadName)
  /** `isOver`: nothing of the upload is kept. */
  | ({ kind: 'failed'; session: number; request: number; fault: Fault; isOver: boolean } & UploadName)
  /** The piece has left the memory. */
  | { kind: 'written'; session: number; job: number }
  | { kind: 'data'; session: number; job: number; data: Uint8Array; fault?: Fault }
  | { kind: 'erased'; digest: string; isGone: boolean }
  | { kind: 'fatal'; fault: Fault };
