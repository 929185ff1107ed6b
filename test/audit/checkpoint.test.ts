import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cosignNote,
  createSigner,
  formatCheckpoint,
  KEY_TYPE,
  parseCheckpoint,
  parseVerifierKey,
  signCheckpoint,
  signNote,
  verifyCheckpoint,
} from '../../audit/index.ts';
import { toBase64 } from '../../protocol/ids.ts';
import { EMPTY_ROOT } from '../../protocol/merkle.ts';
import { expectCode, log, ORIGIN, otherLog, testKey, witness } from './support.ts';

const root = new Uint8Array(32).fill(0xab);
const ROOT = toBase64(root);
const KEY = 'liaison.example/2026+ef1f747b+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c';
const checkpoint = { origin: ORIGIN, size: 42, root };

describe('the text of a checkpoint', () => {
  test('is three lines', () => {
    expect(formatCheckpoint(checkpoint)).toBe(`${ORIGIN}\n42\n${ROOT}\n`);
    expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(checkpoint);
    expect(parseCheckpoint(`${ORIGIN}\n9007199254740991\n${ROOT}\n`).size).toBe(Number.MAX_SAFE_INTEGER);
    expect(parseCheckpoint(`${ORIGIN}\n0\n${toBase64(EMPTY_ROOT)}\n`).size).toBe(0);
  });

  test.each([
    ['empty', ''],
    ['no origin', `\n42\n${ROOT}\n`],
    ['space in the origin', `a b\n42\n${ROOT}\n`],
    ['plus in the origin', `a+b\n42\n${ROOT}\n`],
    ['no last newline', `${ORIGIN}\n42\n${ROOT}`],
    ['extension line', `${ORIGIN}\n42\n${ROOT}\nmore\n`],
    ['empty line', `${ORIGIN}\n42\n${ROOT}\n\n`],
    ['CRLF', `${ORIGIN}\r\n42\r\n${ROOT}\r\n`],
    ['no size', `${ORIGIN}\n\n${ROOT}\n`],
    ['leading zero', `${ORIGIN}\n042\n${ROOT}\n`],
    ['zeros', `${ORIGIN}\n00\n${toBase64(EMPTY_ROOT)}\n`],
    ['sign', `${ORIGIN}\n+42\n${ROOT}\n`],
    ['negative', `${ORIGIN}\n-1\n${ROOT}\n`],
    ['exponent', `${ORIGIN}\n1e3\n${ROOT}\n`],
    ['hexadecimal', `${ORIGIN}\n0x2a\n${ROOT}\n`],
    ['fraction', `${ORIGIN}\n42.0\n${ROOT}\n`],
    ['space at the size', `${ORIGIN}\n42 \n${ROOT}\n`],
    ['other digits', `${ORIGIN}\n\u0664\u0662\n${ROOT}\n`],
    ['2^53', `${ORIGIN}\n9007199254740992\n${ROOT}\n`],
    ['2^53 + 1', `${ORIGIN}\n9007199254740993\n${ROOT}\n`],
    ['2^64', `${ORIGIN}\n18446744073709551616\n${ROOT}\n`],
    ['root of 31 bytes', `${ORIGIN}\n42\n${toBase64(root.subarray(1))}\n`],
    ['root without padding', `${ORIGIN}\n42\n${ROOT.slice(0, -1)}\n`],
    ['root with stray bits', `${ORIGIN}\n42\n${ROOT.replace(/s=$/, 't=')}\n`],
    ['root in base64url', `${ORIGIN}\n42\n${toBase64(new Uint8Array(32).fill(0xff)).replaceAll('/', '_')}\n`],
    ['size 0 with another root', `${ORIGIN}\n0\n${ROOT}\n`],
  ])('refused: %s', (_, text) => expectCode(() => parseCheckpoint(text), 'CHECKPOINT_INVALID'));
});

describe('a signed checkpoint', () => {
  const note = signCheckpoint(checkpoint, log);

  test('verifies with the key of its log, also when cosigned', () => {
    expect(verifyCheckpoint(note, log)).toEqual(checkpoint);
    expect(verifyCheckpoint(cosignNote(note, witness, 1), log)).toEqual(checkpoint);
  });

  test('is refused with another key, even one of the same name', () => {
    expectCode(() => verifyCheckpoint(note, otherLog), 'CHECKPOINT_INVALID');
    expectCode(() => verifyCheckpoint(note, createSigner(ORIGIN, KEY_TYPE.ED25519, testKey(2))), 'CHECKPOINT_INVALID');
  });

  test('is refused when its origin is not the name of the key', () => {
    const foreign = signNote(formatCheckpoint({ ...checkpoint, origin: otherLog.name }), [log]);
    expectCode(() => verifyCheckpoint(foreign, log), 'CHECKPOINT_INVALID');
    expectCode(() => signCheckpoint({ ...checkpoint, origin: otherLog.name }, log), 'CHECKPOINT_INVALID');
  });

  test("a witness's key is not a log's", () => {
    expectCode(() => verifyCheckpoint(cosignNote(note, witness, 1), witness), 'CHECKPOINT_INVALID');
    const self = createSigner(ORIGIN, KEY_TYPE.COSIGNATURE, testKey(1));
    expectCode(() => verifyCheckpoint(cosignNote(note, self, 1), self), 'CHECKPOINT_INVALID');
  });

  test('is not made of what a reader would refuse', () => {
    for (const bad of [{ size: 2 ** 53 }, { size: -1 }, { size: 1.5 }, { size: NaN }, { root: root.subarray(1) }]) {
      expectCode(() => signCheckpoint({ ...checkpoint, ...bad }, log), 'CHECKPOINT_INVALID');
    }
    expectCode(() => signCheckpoint({ ...checkpoint, size: 0 }, log), 'CHECKPOINT_INVALID');
  });

  test('a signed text that is no checkpoint is refused', () => {
    expectCode(() => verifyCheckpoint(signNote(`${ORIGIN}\n42\n${ROOT}\nmore\n`, [log]), log), 'CHECKPOINT_INVALID');
    expectCode(() => verifyCheckpoint(signNote('hello\n', [log]), log), 'CHECKPOINT_INVALID');
  });

  test('any changed byte is refused', () => {
    fc.assert(
      fc.property(fc.nat({ max: note.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = note.map((byte, i) => (i === at ? byte ^ flip : byte));
        expectCode(() => verifyCheckpoint(changed, log), 'CHECKPOINT_INVALID');
      }),
      { numRuns: 500 },
    );
  });

  test('any origin, size and root come back', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (size, anyRoot) => {
        fc.pre(size > 0);
        const any = { origin: ORIGIN, size, root: anyRoot };
        expect(verifyCheckpoint(signCheckpoint(any, log), parseVerifierKey(KEY))).toEqual(any);
      }),
    );
  });
});
