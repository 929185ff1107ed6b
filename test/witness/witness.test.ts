/** The protocol of C2SP tlog-witness: every answer, and what is kept of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { signCheckpoint } from '../../audit/checkpoint.ts';
import { cosignNote, openNote, parseNote } from '../../audit/note.ts';
import type { Signer } from '../../audit/verifier-key.ts';
import { createSigner, KEY_TYPE } from '../../audit/verifier-key.ts';
import { EMPTY_ROOT, leafHash } from '../../protocol/merkle.ts';
import { toBase64 } from '../../protocol/ids.ts';
import { WitnessServer } from '../../witness/server.ts';
import { WitnessStore } from '../../witness/store.ts';
import { originHashOf, Witness, type Answer } from '../../witness/witness.ts';
import { expectCode, grow, log, ORIGIN, otherLog, testKey, witness as signer } from '../audit/support.ts';

type LogSigner = Signer<typeof KEY_TYPE.ED25519>;

const directory = mkdtempSync(join(tmpdir(), 'liaison-witness-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const { tree } = grow(600);
/** Another history of the same log. */
const fork = grow(600).tree;
fork.append([leafHash(new Uint8Array(9))]);
tree.append([leafHash(new Uint8Array(8))]);

const note = (size: number, root = tree.rootAt(size), by: LogSigner = log): Uint8Array =>
  signCheckpoint({ origin: by.name, size, root }, by);
const proofOf = (from: number, to: number): Uint8Array[] => (from <= to ? tree.consistencyPath(from, to) : []);

function body(old: number | string, checkpoint: Uint8Array, proof: readonly Uint8Array[] = []): Uint8Array {
  const head = [`old ${old}`, ...proof.map(toBase64)].map((line) => `${line}\n`).join('');
  return new Uint8Array(Buffer.concat([Buffer.from(`${head}\n`), checkpoint]));
}

let files = 0;
let path: string;
let store: WitnessStore;
let subject: Witness;
let nowMs = 1_700_000_000_000;

beforeEach(() => {
  path = join(directory, `${++files}.db`);
  store = new WitnessStore(path, { create: true });
  store.addLog(log);
  subject = new Witness(signer, store, () => nowMs);
});

const add = (old: number, size: number): Answer => subject.addCheckpoint(body(old, note(size), proofOf(old, size)));
const signedSize = (): number => store.signed(ORIGIN)?.size ?? 0;

describe('signs', () => {
  test('the first checkpoint at its word, and then what extends it', () => {
    for (const [old, size] of [
      [0, 1],
      [1, 255],
      [255, 256],
      [256, 256],
      [256, 600],
    ] as const) {
      nowMs += 5000;
      const { status, type, body: line } = add(old, size);
      expect([status, type]).toEqual([200, 'text/plain; charset=utf-8']);
      const opened = openNote(Buffer.concat([note(size), Buffer.from(line)]), [log, signer]);
      expect(opened.verified.map(({ verifier, timeSeconds }) => [verifier.name, timeSeconds])).toEqual([
        [log.name, undefined],
        [signer.name, nowMs / 1000],
      ]);
      expect(signedSize()).toBe(size);
    }
  });

  test('nothing of what others have written below the checkpoint is kept', () => {
    const stranger = createSigner('stranger.example/w', KEY_TYPE.COSIGNATURE, testKey(9));
    const noted = cosignNote(note(5), stranger, 7);
    expect(subject.addCheckpoint(body(0, noted)).status).toBe(200);
    const kept = parseNote(store.signed(ORIGIN)!.note);
    expect(kept.signatures.map(({ name }) => name)).toEqual([log.name, signer.name]);
  });

  test('an empty log, and what follows it', () => {
    expect(subject.addCheckpoint(body(0, note(0, EMPTY_ROOT))).status).toBe(200);
    expect(add(0, 3).status).toBe(200);
  });

  test('each log apart from the others', () => {
    store.addLog(otherLog);
    expect(add(0, 100).status).toBe(200);
    expect(subject.addCheckpoint(body(0, note(7, tree.rootAt(7), otherLog))).status).toBe(200);
    expect([signedSize(), store.signed(otherLog.name)?.size]).toEqual([100, 7]);
  });
});

describe('refuses, and keeps what it had', () => {
  beforeEach(() => {
    expect(add(0, 300).status).toBe(200);
  });
  const hash = toBase64(leafHash(new Uint8Array(3)));
  const bad = (text: string): Uint8Array => new Uint8Array(Buffer.concat([Buffer.from(text), note(400)]));
  const longNote = `${Buffer.from(note(400)).toString()}${`— a AAAAAAA=\n`.repeat(100)}`;

  test.each<[string, number, () => Uint8Array]>([
    ['nothing at all', 400, () => new Uint8Array(0)],
    ['no old size', 400, () => bad('\n')],
    ['no empty line', 400, () => new Uint8Array(Buffer.from('old 300\nrubbish\n'))],
    ['another first line', 400, () => bad('new 300\n\n')],
    ['a leading zero', 400, () => bad('old 0300\n\n')],
    ['a sign', 400, () => bad('old +300\n\n')],
    ['a size beyond what is exact', 400, () => bad('old 9007199254740993\n\n')],
    ['a carriage return', 400, () => bad('old 300\r\n\n')],
    ['a hash that is no base64', 400, () => bad('old 300\n!\n\n')],
    ['a short hash', 400, () => bad('old 300\nAAAA\n\n')],
    ['64 hashes', 400, () => bad(`old 300\n${`${hash}\n`.repeat(64)}\n`)],
    ['too many signatures', 400, () => new Uint8Array(Buffer.from(`old 300\n\n${longNote}`))],
    ['a note without signatures', 400, () => new Uint8Array(Buffer.from(`old 300\n\n${ORIGIN}\n400\n${hash}\n`))],
    [
      'an extension line',
      400,
      () => {
        const text = Buffer.from(note(400)).toString().replace('\n\n', '\nmore\n\n');
        return body(300, Buffer.from(text));
      },
    ],
    ['an old size above the checkpoint', 400, () => body(300, note(299))],
    ['an unknown origin', 404, () => body(300, note(400, tree.rootAt(400), otherLog), proofOf(300, 400))],
    [
      "no signature of the log's",
      403,
      () => {
        const impostor = createSigner(ORIGIN, KEY_TYPE.ED25519, testKey(66));
        return body(300, note(400, tree.rootAt(400), impostor), proofOf(300, 400));
      },
    ],
    [
      'a damaged signature',
      403,
      () => {
        const text = Buffer.from(note(400)).toString();
        const root = toBase64(tree.rootAt(401));
        return body(300, Buffer.from(text.replace(toBase64(tree.rootAt(400)), root)), proofOf(300, 400));
      },
    ],
    ['another old size, smaller', 409, () => body(299, note(400), proofOf(299, 400))],
    ['another old size, larger', 409, () => body(301, note(400), proofOf(301, 400))],
    ['old size 0, for which anything would do', 409, () => body(0, note(400))],
    ['a proof that is missing', 422, () => body(300, note(400))],
    ['the proof from another size', 422, () => body(300, note(400), proofOf(299, 400))],
    ['a proof for equal sizes', 422, () => body(300, note(300), proofOf(299, 400))],
    ['another history', 422, () => body(300, note(601, fork.root()), tree.consistencyPath(300, 601))],
    ['another root of the same size', 422, () => body(300, note(300, tree.rootAt(299)))],
  ])('%s: %d', (_, status, make) => {
    const answer = subject.addCheckpoint(make());
    expect(answer.status).toBe(status);
    if (status === 409) expect(answer).toMatchObject({ type: 'text/x.tlog.size', body: '300\n' });
    else expect(answer.body).toMatch(/^.{20,}\.\n$/);
    expect(signedSize()).toBe(300);
    expect(add(300, 400).status).toBe(200);
  });

  test('a proof from nothing must be empty', () => {
    store.addLog(otherLog);
    const first = note(7, tree.rootAt(7), otherLog);
    expect(subject.addCheckpoint(body(0, first, [leafHash(new Uint8Array(1))])).status).toBe(422);
    expect(store.signed(otherLog.name)).toBeUndefined();
  });

  test('two roots of one size are kept as proof; a wrong proof alone is none', () => {
    const other = note(300, tree.rootAt(299));
    subject.addCheckpoint(body(300, note(400)));
    expect(store.contradictions()).toEqual([]);
    subject.addCheckpoint(body(300, other));
    const [kept, ...more] = store.contradictions();
    expect(more).toEqual([]);
    expect(Buffer.from(kept!.refused)).toEqual(Buffer.from(other));
    expect(openNote(kept!.signed, [log, signer]).verified.length).toBe(2);
    for (let i = 0; i < 150; i++) subject.addCheckpoint(body(300, other));
    expect(store.contradictions().length).toBe(100);
  });
});

describe('the data', () => {
  test('outlives the process, and holds for another process on it', () => {
    expect(add(0, 300).status).toBe(200);
    const second = new WitnessStore(path, { create: false });
    const other = new Witness(signer, second, () => nowMs);
    expect(other.addCheckpoint(body(0, note(400))).status).toBe(409);
    expect(other.addCheckpoint(body(300, note(400), proofOf(300, 400))).status).toBe(200);
    // The first one signs nothing smaller than what the second one signed.
    expect(subject.addCheckpoint(body(300, note(350), proofOf(300, 350))).body).toBe('400\n');
    second.close();
    store.close();
    store = new WitnessStore(path, { create: false });
    expect(signedSize()).toBe(400);
  });

  test('a signature that could not be made durable is not given', () => {
    expect(add(0, 300).status).toBe(200);
    const broken = new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (name === 'setSigned') {
          return () => {
            throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
          };
        }
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const full = new Witness(signer, broken, () => nowMs);
    expectCode(() => full.addCheckpoint(body(300, note(400), proofOf(300, 400))), 'STORAGE_FULL');
    expect(signedSize()).toBe(300);
    expect(add(300, 400).status).toBe(200);
  });

  test('a log has one key', () => {
    store.addLog(log);
    expectCode(() => store.addLog(createSigner(ORIGIN, KEY_TYPE.ED25519, testKey(66))), 'CONFIG_INVALID');
    expectCode(() => store.addLog(signer), 'CONFIG_INVALID');
    expect(store.logs().map(({ name }) => name)).toEqual([ORIGIN]);
  });
});

describe('over HTTP', () => {
  let server: WitnessServer;
  const url = (at: string): string => `http://127.0.0.1:${server.port}${at}`;
  const post = (bytes: Uint8Array): Promise<Response> =>
    fetch(url('/add-checkpoint'), { method: 'POST', body: bytes as Uint8Array<ArrayBuffer> });
  beforeEach(async () => {
    server = await WitnessServer.listen(subject, { host: '127.0.0.1', port: 0 }, pino({ level: 'silent' }));
    return () => server.close();
  });

  test('many at once for one log: one of them is signed, the others are told its size', async () => {
    expect((await post(body(0, note(100)))).status).toBe(200);
    const sizes = Array.from({ length: 40 }, (_, i) => 101 + i);
    const answers = await Promise.all(sizes.map((size) => post(body(100, note(size), proofOf(100, size)))));
    const signed = sizes.filter((_, i) => answers[i]!.status === 200);
    expect(signed.length).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
        409,
        'text/x.tlog.size',
        `${signed[0]!}\n`,
      ]);
    }
    expect(signedSize()).toBe(signed[0]);
  });

  test('shows the newest checkpoint that it has signed', async () => {
    const at = url(`/${originHashOf(ORIGIN)}/checkpoint`);
    expect((await fetch(at)).status).toBe(404);
    await post(body(0, note(100)));
    const shown = new Uint8Array(await (await fetch(at)).arrayBuffer());
    expect(openNote(shown, [log, signer]).verified.length).toBe(2);
    expect((await fetch(url(`/${originHashOf('other')}/checkpoint`))).status).toBe(404);
    expect((await fetch(url('/../witness.key'))).status).toBe(404);
    expect((await fetch(at, { method: 'POST' })).status).toBe(405);
    expect((await fetch(url('/add-checkpoint'))).status).toBe(405);
  });

  test('reads no long body', async () => {
    const long = await post(new Uint8Array(65 * 1024)).catch((error: unknown) => error);
    // The connection may be closed before the answer is read.
    if (long instanceof Response) expect(long.status).toBe(400);
    expect((await post(body(0, note(5)))).status).toBe(200);
  });
});
