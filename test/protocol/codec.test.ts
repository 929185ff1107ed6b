import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../protocol/codec.ts';
import { PathSchema } from '../../protocol/generated/schema.ts';

describe('codec', () => {
  test('writes and reads', () => {
    const path = { index: 5, hashes: [new Uint8Array(32).fill(1)] };
    expect(decode(PathSchema, encode(PathSchema, path), 'signed')).toEqual(path);
  });
});
