import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cosignNote,
  formatReceipt,
  formatTlogProof,
  openNote,
  parseReceipt,
  parseTlogProof,
  parseVerifierKey,
  ProofTable,
  type Receipt,
  resolvePath,
  signCheckpoint,
  TileTree,
  verifyCheckpoint,
  verifyReceipt,
} from '../../audit/index.ts';
import { messageIdBytes, toBase64, utf8 } from '../../protocol/ids.ts';
import { leafHash, verifyInclusion } from '../../protocol/merkle.ts';
import { CONTRADICTIONS, encodeEntry, EVENTS, HEADER_DIGEST, header, MESSAGE_ID, OTHER_ID, SENDER } from './entries.ts';
import { expectCode, grow, leaves, log, ORIGIN, otherLog, TileStore, witness } from './support.ts';

const vector = (name: string): string => readFileSync(new URL(`vectors/${name}`, import.meta.url), 'utf8');

/** The receipt of an entry that stands at index 300 of a log of 500. */
function receiptOf(entry: Uint8Array): Receipt & { text: string } {
  const tree = new TileTree(new TileStore().read);
  tree.append([...leaves(0, 300), leafHash(entry), ...leaves(301, 500)]);
  const checkpoint = signCheckpoint({ origin: ORIGIN, size: 500, root: tree.root() }, log);
  const receipt = { entry, index: 300, path: tree.inclusionPath(300), checkpoint };
  return { ...receipt, text: formatReceipt(receipt) };
}

describe('the published proof', () => {
  const text = vector('proof.txt');
  const logKey = parseVerifierKey('example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx');
  const witnessKey = parseVerifierKey('witness.example/europol+9a15fcb2+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4');

  test('verifies, with the cosignature', () => {
    const { index, path, checkpoint: note } = parseTlogProof(text);
    const { size, root } = verifyCheckpoint(note, logKey);
    expect([index, size]).toEqual([4, 15]);
    expect(verifyInclusion(leafHash(utf8('five')), 4n, 15n, path, root)).toBe(true);
    expect(verifyInclusion(leafHash(utf8('six')), 4n, 15n, path, root)).toBe(false);
    expect(openNote(note, [logKey, witnessKey]).verified.map(({ name }) => name)).toEqual([
      'example.com/log/testdata',
      'witness.example/europol',
    ]);
  });

  test('is written as it was read, with and without extra data', () => {
    expect(formatTlogProof(parseTlogProof(text))).toBe(text);
    const withExtra = formatTlogProof({ ...parseTlogProof(text), extra: utf8('more') });
    expect(withExtra.split('\n')[1]).toBe('extra bW9yZQ==');
    expect(parseTlogProof(withExtra).extra).toEqual(utf8('more'));
  });

  const replaced = (from: string | RegExp, to: string): string => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    return changed;
  };
  test.each<[string, string]>([
    ['nothing', ''],
    ['another version', replaced('@v1', '@v2')],
    ['CRLF', replaced(/\n/g, '\r\n')],
    ['CRLF in the head', replaced('index 4\n', 'index 4\r\n')],
    ['line before', `\n${text}`],
    ['no index', replaced('index 4\n', '')],
    ['leading zero', replaced('index 4', 'index 04')],
    ['negative index', replaced('index 4', 'index -4')],
    ['index 2^53 + 1', replaced('index 4', 'index 9007199254740993')],
    ['extra after index', replaced('index 4\n', 'index 4\nextra bW9yZQ==\n')],
    ['extra twice', replaced('index 4\n', 'extra bW9yZQ==\nextra bW9yZQ==\nindex 4\n')],
    ['extra not base64', replaced('index 4\n', 'extra bW9yZQ=\nindex 4\n')],
    ['hash with stray bits', replaced('+yU=', '+yV=')],
    ['hash of 33 bytes', replaced('yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=', toBase64(new Uint8Array(33)))],
    ['space after a hash', replaced('+yU=', '+yU= ')],
    ['64 hashes', replaced('index 4\n', `index 4\n${`${toBase64(new Uint8Array(32))}\n`.repeat(60)}`)],
    ['no checkpoint', 'c2sp.org/tlog-proof@v1\nindex 4\n'],
    ['lone surrogate', `${text}\ud800`],
  ])('refused: %s', (_, changed) => expectCode(() => parseTlogProof(changed), 'FILE_INVALID'));
});

describe('the example of the specification', () => {
  test('verifies and is written byte for byte', () => {
    const text = vector('receipt.txt');
    const key = parseVerifierKey('liaison.example/2026+ef1f747b+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c');
    const { entry, index, checkpoint } = verifyReceipt({ text, logVerifier: key });
    expect([entry.event.kind, entry.atMs, index, checkpoint.size]).toEqual(['tick', 1_767_225_600_000, 1, 3]);

    const tick = encodeEntry(EVENTS.tick);
    const tree = new TileTree(new TileStore().read);
    tree.append([leafHash(utf8('entry 0')), leafHash(tick), leafHash(utf8('entry 2'))]);
    const note = signCheckpoint({ origin: ORIGIN, size: 3, root: tree.root() }, log);
    expect(formatReceipt({ entry: tick, index: 1, path: tree.inclusionPath(1), checkpoint: note })).toBe(text);
  });
});

describe('receipts', () => {
  const accepted = receiptOf(encodeEntry(EVENTS.acceptance));
  const verify = (text: string, expected?: Parameters<typeof verifyReceipt>[0]['expected']): unknown =>
    verifyReceipt({ text, logVerifier: log, ...(expected && { expected }) });

  test.each(['acceptance', 'rejection', 'handover', 'failure'] as const)('of %s state message and header', (name) => {
    const { text, entry } = receiptOf(encodeEntry(EVENTS[name]));
    const expected = { sender: SENDER, messageId: MESSAGE_ID, headerDigest: HEADER_DIGEST };
    const verified = verifyReceipt({ text, logVerifier: log, expected });
    expect(verified.entry.event).toEqual(EVENTS[name]);
    expect([...verified.entryBytes]).toEqual([...entry]);
    expect(verified.index).toBe(300);
    expect(verified.checkpoint).toMatchObject({ origin: ORIGIN, size: 500 });
    expect(verified.subject).toEqual({ ...expected, messageId: messageIdBytes(MESSAGE_ID) });
    expectCode(() => verify(text, { messageId: OTHER_ID }), 'FILE_INVALID');
    expectCode(() => verify(text, { sender: 'xa.customs/other' }), 'FILE_INVALID');
    expectCode(() => verify(text, { headerDigest: leafHash(utf8('another')) }), 'FILE_INVALID');
    expectCode(() => verify(text, { ...expected, messageId: OTHER_ID }), 'FILE_INVALID');
  });

  test('of an expiry name the message, and no header', () => {
    const { text } = receiptOf(encodeEntry(EVENTS.expiry));
    const expected = { sender: SENDER, messageId: MESSAGE_ID, headerDigest: HEADER_DIGEST };
    expect(verifyReceipt({ text, logVerifier: log, expected }).subject?.headerDigest).toBeUndefined();
    expectCode(() => verify(text, { ...expected, messageId: OTHER_ID }), 'FILE_INVALID');
    expectCode(() => verify(text, { ...expected, sender: 'xa.customs/other' }), 'FILE_INVALID');
  });

  test('of other entries are about no message', () => {
    const { text } = receiptOf(encodeEntry(EVENTS.tick));
    expect(verifyReceipt({ text, logVerifier: log }).subject).toBeUndefined();
    expectCode(() => verify(text, { messageId: MESSAGE_ID }), 'FILE_INVALID');
    expectCode(() => verify(text, {}), 'FILE_INVALID');
  });

  test.each(Object.entries(CONTRADICTIONS))('are refused: %s', (_, event) => {
    expectCode(() => verify(receiptOf(encodeEntry(event)).text), 'FILE_INVALID');
  });

  test('of another log, index, entry or path are refused by code', () => {
    const text = (change: Partial<Receipt>): string => formatReceipt({ ...accepted, ...change });
    verify(text({}));
    expectCode(() => verifyReceipt({ text: accepted.text, logVerifier: otherLog }), 'CHECKPOINT_INVALID');
    expectCode(() => verifyReceipt({ text: accepted.text, logVerifier: witness }), 'CHECKPOINT_INVALID');
    expectCode(() => verify(text({ index: 301 })), 'PROOF_INVALID');
    expectCode(() => verify(text({ index: 500 })), 'PROOF_INVALID');
    expectCode(() => verify(text({ entry: encodeEntry(EVENTS.handover) })), 'PROOF_INVALID');
    expectCode(() => verify(text({ path: accepted.path.slice(1) })), 'PROOF_INVALID');
    expectCode(() => verify(text({ path: [...accepted.path, accepted.path[0]!] })), 'PROOF_INVALID');
    const smaller = signCheckpoint({ origin: ORIGIN, size: 499, root: grow(499).tree.root() }, log);
    expectCode(() => verify(text({ checkpoint: smaller })), 'PROOF_INVALID');
  });

  test('of bytes that are no entry in canonical encoding are MALFORMED', () => {
    const entry = encodeEntry(EVENTS.tick);
    for (const bytes of [utf8('five'), Buffer.concat([entry, Uint8Array.of(0x18, 1)]), header]) {
      expectCode(() => verify(receiptOf(bytes).text), 'MALFORMED');
    }
    expect(verify(receiptOf(entry).text)).toBeDefined();
  });

  test('with a cosignature and extra data still verify', () => {
    const checkpoint = cosignNote(accepted.checkpoint, witness, 1_767_225_600);
    const text = formatReceipt({ ...accepted, checkpoint, extra: utf8('note') });
    expect(verify(text, { messageId: MESSAGE_ID })).toBeDefined();
    expect(openNote(parseReceipt(text).checkpoint, [log, witness]).verified).toHaveLength(2);
  });

  test.each<[string, (text: string) => string]>([
    ['another version', (text) => text.replace('@v1', '@v2')],
    ['no entry line', (text) => text.replace(/entry .*\n/, '')],
    ['empty entry', (text) => text.replace(/entry .*\n/, 'entry \n')],
    ['entry twice', (text) => text.replace(/(entry .*\n)/, '$1$1')],
    ['entry in base64url', (text) => text.replace(/entry .*\n/, 'entry -_-_\n')],
    ['entry with stray bits', (text) => text.replace(/entry .*\n/, 'entry AB==\n')],
    ['entry too long', (text) => text.replace(/entry .*\n/, `entry ${toBase64(new Uint8Array(60_001))}\n`)],
    ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
    ['empty line between', (text) => text.replace('\nc2sp', '\n\nc2sp')],
    ['byte order mark', (text) => `\ufeff${text}`],
  ])('refused: %s', (_, change) => {
    expect(change(accepted.text)).not.toBe(accepted.text);
    expectCode(() => verify(change(accepted.text)), 'FILE_INVALID');
  });

  test('with anything after the signatures are refused', () => {
    for (const junk of ['\n', 'x', 'x\n', ' ']) {
      expectCode(() => verify(accepted.text + junk), 'CHECKPOINT_INVALID');
    }
  });

  test('with any changed byte are refused', () => {
    const bytes = Buffer.from(accepted.text, 'utf8');
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at]! ^= flip;
        expect(() => verify(changed.toString('utf8'))).toThrow(
          expect.objectContaining({
            code: expect.stringMatching(/^(FILE_INVALID|CHECKPOINT_INVALID|PROOF_INVALID)$/) as string,
          }) as Error,
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the proofs of a frame', () => {
  test('share one table, and come back', () => {
    const { tree } = grow(1000);
    const table = new ProofTable();
    const paths = Array.from({ length: 300 }, (_, i) => tree.inclusionPath(700 + i));
    const positions = paths.map((path) => table.add(path));
    expect(positions.map((list) => resolvePath(table.hashes, list))).toEqual(paths);
    expect(new Set(table.hashes.map(toBase64)).size).toBe(table.hashes.length);
    expect(table.hashes.length).toBeLessThan(620);
  });

  test('know a hash again as the object that it is', () => {
    const table = new ProofTable();
    const hash = new Uint8Array(32).fill(200);
    expect([table.add([hash, hash]), table.add([hash])]).toEqual([[0, 0], [0]]);
    expect(table.add([new Uint8Array(32).fill(201)])).toEqual([1]);
    expect(table.hashes).toHaveLength(2);
    expect(table.add([])).toEqual([]);
  });

  test('are refused when they point outside the table', () => {
    const table = [new Uint8Array(32)];
    expect(resolvePath(table, [0, 0])).toHaveLength(2);
    for (const position of [1, -1, 0.5, 2 ** 32 - 1, NaN]) {
      expectCode(() => resolvePath(table, [0, position]), 'PROOF_INVALID');
    }
  });
});
