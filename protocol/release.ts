/**
 * Gives a large buffer's memory back at once. The collector knows too little of memory outside its heap: with a GiB on its
 * way it would come when hundreds of megabytes have been thrown away.
 */

/** The caller must be the only one that has a view of this buffer. Does nothing when the view is a part of a larger one. */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength - bytes.byteLength < 64) buffer.transfer(0);
}

/**
 * Has all objects collected: some 50 ms with a small heap. For long work whose objects live just long enough to fill the heap
 * before the collector thinks of them. Does nothing unless the runtime was started with --expose-gc, as ./liaison does.
 */
export function collect(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync' });
}

const COLLECT_BYTES = 8 * 1024 * 1024;
let passedBytes = 0;

/**
 * Notes that so many bytes of pieces have passed this thread; now and then has the young objects collected, which takes a
 * millisecond. Does nothing unless the runtime was started with --expose-gc, as ./liaison does.
 */
export function passed(bytes: number): void {
  passedBytes += bytes;
  if (passedBytes < COLLECT_BYTES) return;
  passedBytes = 0;
  globalThis.gc?.({ type: 'minor', execution: 'sync' });
}
