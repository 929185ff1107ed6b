import { expect, test } from 'vitest';
import { OpenedMessages } from '../../node/opened-messages.ts';
import type { OpenedMessage } from '../../protocol/envelope/open.ts';

const opened = (bytes: number): OpenedMessage =>
  ({ routing: {}, body: {}, bodyBytes: new Uint8Array(0), padded: new Uint8Array(bytes) }) as unknown as OpenedMessage;
const digest = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 255);

test('what was opened is given once, without the padded plaintext', () => {
  const kept = new OpenedMessages();
  kept.put(digest(1), opened(10));
  expect(kept.take(digest(2))).toBeUndefined();
  expect(kept.take(digest(1))).toMatchObject({ routing: {}, body: {} });
  expect(kept.take(digest(1))).toBeUndefined();
});

test('the oldest goes when there are too many messages or bytes', () => {
  const kept = new OpenedMessages();
  for (let n = 0; n < 513; n++) kept.put(digest(n), opened(10));
  expect(kept.take(digest(0))).toBeUndefined();
  expect(kept.take(digest(1))).toBeDefined();
  kept.put(digest(600), opened(8 * 1024 * 1024));
  expect(kept.take(digest(512))).toBeUndefined();
  expect(kept.take(digest(600))).toBeDefined();
  // The same message again counts once.
  for (let n = 0; n < 3; n++) kept.put(digest(700), opened(4 * 1024 * 1024));
  kept.put(digest(701), opened(4 * 1024 * 1024));
  expect(kept.take(digest(700))).toBeDefined();
});
