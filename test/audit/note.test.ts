import { readFileSync } from 'node:fs';
import { sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cosign,
  cosignNote,
  createSigner,
  createVerifier,
  formatNote,
  formatVerifierKey,
  isKeyName,
  KEY_TYPE,
  type KeyType,
  type NoteSignature,
  openNote,
  parseNote,
  parseTlogProof,
  parseVerifierKey,
  signNote,
  verifyCosignature,
} from '../../audit/index.ts';
import { toBase64, utf8 } from '../../protocol/ids.ts';
import { expectCode, log, ORIGIN, otherLog, testKey, witness } from './support.ts';

const LOG_KEY = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
const WITNESS_KEY = 'witness.example/europol+9a15fcb2+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4';
const published = parseTlogProof(readFileSync(new URL('vectors/proof.txt', import.meta.url), 'utf8')).checkpoint;

const TEXT = 'first line\n\nthird line\n';
const textOf = (note: Uint8Array): string => Buffer.from(note).toString('utf8');
const edit = (note: Uint8Array, from: string | RegExp, to: string): Uint8Array => {
  const edited = textOf(note).replace(from, to);
  expect(edited).not.toBe(textOf(note));
  return utf8(edited);
};
const unknown = (i: number): NoteSignature => ({
  name: `unknown.example/${i}`,
  keyId: Uint8Array.of(1, 2, 3, i),
  signature: new Uint8Array(64),
});

describe('verifier keys', () => {
  test('the published ones are read and written', () => {
    const [logKey, witnessKey] = [parseVerifierKey(LOG_KEY), parseVerifierKey(WITNESS_KEY)];
    expect([logKey.name, logKey.type]).toEqual(['example.com/log/testdata', KEY_TYPE.ED25519]);
    expect([witnessKey.name, witnessKey.type]).toEqual(['witness.example/europol', KEY_TYPE.COSIGNATURE]);
    expect([formatVerifierKey(logKey), formatVerifierKey(witnessKey)]).toEqual([LOG_KEY, WITNESS_KEY]);
  });

  test.each([
    ['empty', ''],
    ['without a key', 'example.com/log+33d7b496'],
    ['another name', LOG_KEY.replace('example.com', 'example.org')],
    ['another key id', LOG_KEY.replace('33d7b496', '33d7b497')],
    ['key id in capitals', LOG_KEY.replace('33d7b496', '33D7B496')],
    ['another key', LOG_KEY.replace('AeHTu', 'AeHTv')],
    ['another type', LOG_KEY.replace('+AeHT', '+BOHT')],
    ['unknown type 2', LOG_KEY.replace('+AeHT', '+AuHT')],
    ['base64 not canonical', `${LOG_KEY}=`],
    ['line end', `${LOG_KEY}\n`],
    ['space', ` ${LOG_KEY}`],
    ['key too short', `x+00000000+${toBase64(Uint8Array.of(1, 2, 3))}`],
  ])('refused: %s', (_, text) => expectCode(() => parseVerifierKey(text), 'CONFIG_INVALID'));

  test('refused: an unknown type, though its key id is right', () => {
    const text = formatVerifierKey(createVerifier('a', 2 as KeyType, log.publicKey));
    expectCode(() => parseVerifierKey(text), 'CONFIG_INVALID');
    expect(parseVerifierKey(formatVerifierKey(createVerifier('a', KEY_TYPE.ED25519, log.publicKey))).name).toBe('a');
  });

  test('names without spaces, control characters and plus', () => {
    for (const name of ['', 'a b', 'a+b', 'a\nb', 'a\u00a0b', 'a\u2028b', 'a\u0000', '\ud800']) {
      expect([name, isKeyName(name)]).toEqual([name, false]);
      expectCode(() => createVerifier(name, KEY_TYPE.ED25519, log.publicKey), 'CONFIG_INVALID');
    }
    expect(isKeyName('liaison.example/2026')).toBe(true);
    expectCode(() => createVerifier('a', KEY_TYPE.ED25519, log.publicKey.subarray(1)), 'CONFIG_INVALID');
  });

  test('every key made here is read back', () => {
    const types = fc.constantFrom(...Object.values(KEY_TYPE));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), types, (name, type) => {
        fc.pre(isKeyName(name));
        const signer = createSigner(name, type, testKey(9));
        const { publicKey, keyId } = signer;
        expect(parseVerifierKey(formatVerifierKey(signer))).toMatchObject({ name, type, publicKey, keyId });
      }),
      { numRuns: 50 },
    );
  });
});

describe('notes', () => {
  test('the published one verifies, with the time of its cosignature', () => {
    const { verified, unverified } = openNote(published, [parseVerifierKey(LOG_KEY), parseVerifierKey(WITNESS_KEY)]);
    expect(verified.map(({ name, timeSeconds }) => [name, timeSeconds])).toEqual([
      ['example.com/log/testdata', undefined],
      ['witness.example/europol', 0x67748580],
    ]);
    expect(unverified).toEqual([]);
    expect(Buffer.from(formatNote(parseNote(published)))).toEqual(Buffer.from(published));
  });

  test('splits at the last empty line', () => {
    const { text, verified } = openNote(signNote(TEXT, [log]), [log]);
    expect(text).toBe(TEXT);
    expect(verified[0]!.verifier).toBe(log);
  });

  test('ignores unknown keys, also when name or key id alone is known', () => {
    const { signatures } = parseNote(signNote(TEXT, [log]));
    const sameName = { ...unknown(1), name: ORIGIN };
    const sameId = { ...unknown(2), keyId: log.keyId };
    const note = formatNote({ text: TEXT, signatures: [sameName, ...signatures, sameId] });
    expect(openNote(note, [log, witness]).unverified.map(({ name }) => name)).toEqual([ORIGIN, 'unknown.example/2']);
  });

  test('a known key that fails rejects the note, wherever it stands', () => {
    const good = parseNote(signNote(TEXT, [log])).signatures;
    const bad = { ...good[0]!, signature: good[0]!.signature.map((byte, i) => (i === 7 ? byte ^ 1 : byte)) };
    const badWitness = { ...bad, name: witness.name, keyId: witness.keyId };
    for (const signatures of [[bad], [bad, ...good], [...good, bad], [...good, badWitness]]) {
      expectCode(() => openNote(formatNote({ text: TEXT, signatures }), [log, witness]), 'CHECKPOINT_INVALID');
    }
    expect(openNote(formatNote({ text: TEXT, signatures: [...good, badWitness] }), [log]).verified).toHaveLength(1);
  });

  test('a note that no known key has signed is refused', () => {
    const note = signNote(TEXT, [otherLog]);
    expectCode(() => openNote(note, [log]), 'CHECKPOINT_INVALID');
    expectCode(() => openNote(note, []), 'CHECKPOINT_INVALID');
  });

  test('a key that signs twice counts once', () => {
    const signatures = parseNote(signNote(TEXT, [log, log])).signatures;
    expect(signatures).toHaveLength(2);
    expect(openNote(formatNote({ text: TEXT, signatures }), [log]).verified).toHaveLength(1);
  });

  test('accepts 16 signatures, and 100, but not 101', () => {
    const note = (count: number): Uint8Array => {
      const others = Array.from({ length: count - 1 }, (_, i) => unknown(i));
      return formatNote({ text: TEXT, signatures: [...others, ...parseNote(signNote(TEXT, [log])).signatures] });
    };
    expect(openNote(note(16), [log]).unverified).toHaveLength(15);
    expect(openNote(note(100), [log]).unverified).toHaveLength(99);
    expectCode(() => openNote(note(101), [log]), 'CHECKPOINT_INVALID');
  });

  const good = signNote(TEXT, [log]);

  test('of good form are read', () => {
    expect(parseNote(good)).toMatchObject({ text: TEXT, signatures: [{ name: ORIGIN, keyId: log.keyId }] });
  });

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['no signature lines', utf8(TEXT)],
    ['no last newline', good.subarray(0, -1)],
    ['text after the signatures', utf8(`${textOf(good)}x\n`)],
    ['empty line after the signatures', utf8(`${textOf(good)}\n`)],
    ['CRLF', edit(good, /\n/g, '\r\n')],
    ['CR in the text', edit(good, 'first', 'fir\rst')],
    ['tab in the text', edit(good, 'first line', 'first\tline')],
    ['NUL', edit(good, 'first', '\u0000first')],
    ['hyphen for the dash', edit(good, '\u2014', '-')],
    ['en dash for the dash', edit(good, '\u2014', '\u2013')],
    ['plus in a name', utf8(`${textOf(good)}\u2014 un+known AQIDBAU=\n`)],
    ['no-break space in a name', utf8(`${textOf(good)}\u2014 un\u00a0known AQIDBAU=\n`)],
    ['two spaces', edit(good, `${ORIGIN} `, `${ORIGIN}  `)],
    ['space at the end', edit(good, /\n$/, ' \n')],
    ['base64 without padding', edit(good, /=\n$/, '\n')],
    ['signature too short', edit(good, /[A-Za-z0-9+/=]+\n$/, 'AAAAAA==\n')],
    ['not UTF-8', Buffer.concat([Uint8Array.of(0xff), good])],
    ['longer than 512 KiB', utf8(`${'a'.repeat(512 * 1024)}\n${textOf(good)}`)],
  ])('refused: %s', (_, note) => {
    expectCode(() => parseNote(note), 'CHECKPOINT_INVALID');
    expectCode(() => openNote(note, [log]), 'CHECKPOINT_INVALID');
  });

  test('base64 with stray bits is refused even in the line of an unknown key', () => {
    const line = (encoded: string): Uint8Array => utf8(`${textOf(good)}\u2014 unknown.example ${encoded}\n`);
    expect(openNote(line('AQIDBAU='), [log]).unverified).toHaveLength(1);
    expectCode(() => openNote(line('AQIDBAV='), [log]), 'CHECKPOINT_INVALID');
  });

  test('a byte order mark is part of the text', () => {
    const marked = Buffer.concat([Uint8Array.of(0xef, 0xbb, 0xbf), good]);
    expect(parseNote(marked).text.startsWith('\ufeff')).toBe(true);
    expectCode(() => openNote(marked, [log]), 'CHECKPOINT_INVALID');
  });

  test('any changed byte of a note with one signature is refused', () => {
    fc.assert(
      fc.property(fc.nat({ max: good.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = good.map((byte, i) => (i === at ? byte ^ flip : byte));
        expectCode(() => openNote(changed, [log]), 'CHECKPOINT_INVALID');
      }),
      { numRuns: 500 },
    );
  });

  test('any text that ends in a newline is signed and opened', () => {
    const unit = fc.oneof(fc.constant('\n'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (line) => {
        fc.pre(!/[\u0000-\u0009\u000b-\u001f]/.test(line));
        expect(openNote(signNote(`${line}\n`, [otherLog, log]), [log]).text).toBe(`${line}\n`);
      }),
    );
  });
});

describe('cosignatures', () => {
  test('are made and verified with their time', () => {
    for (const timeSeconds of [0, 1_735_689_600, Number.MAX_SAFE_INTEGER]) {
      const note = cosignNote(signNote(TEXT, [log]), witness, timeSeconds);
      expect(openNote(note, [witness]).verified).toMatchObject([{ name: witness.name, timeSeconds }]);
      expect(openNote(note, [log, witness]).verified).toHaveLength(2);
    }
  });

  test('bind time, text and kind', () => {
    const blob = cosign(TEXT, witness, 1000);
    expect(blob).toHaveLength(72);
    expect(verifyCosignature(TEXT, blob, witness)).toBe(1000);
    expect(verifyCosignature(`${TEXT}x\n`, blob, witness)).toBeUndefined();
    expect(verifyCosignature(TEXT, blob, log)).toBeUndefined();
    expect(verifyCosignature(TEXT, blob.subarray(1), witness)).toBeUndefined();
    for (let i = 0; i < 72; i++) {
      const changed = blob.map((byte, at) => (at === i ? byte ^ 1 : byte));
      expect(verifyCosignature(TEXT, changed, witness)).toBeUndefined();
    }
  });

  test('a plain signature never passes for a cosignature, nor the other way round', () => {
    const plain = new Uint8Array(sign(null, utf8(TEXT), witness.privateKey));
    expect(verifyCosignature(TEXT, plain, witness)).toBeUndefined();
    expect(verifyCosignature(TEXT, Buffer.concat([new Uint8Array(8), plain]), witness)).toBeUndefined();
    const claim = { name: log.name, keyId: log.keyId, signature: cosign(TEXT, witness, 1).subarray(8) };
    expectCode(() => openNote(formatNote({ text: TEXT, signatures: [claim] }), [log]), 'CHECKPOINT_INVALID');
  });
});
