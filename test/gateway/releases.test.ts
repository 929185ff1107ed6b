/** What the ledger's thread makes of a mark, of what witnesses show, and of cosigned checkpoints. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { signCheckpoint } from '../../audit/checkpoint.ts';
import { cosignNote } from '../../audit/note.ts';
import { Releases } from '../../gateway/ledger/releases.ts';
import { proofsFrame } from '../../gateway/ledger/queries.ts';
import type { LedgerOutput } from '../../gateway/pipeline.ts';
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { FrameSchema, type Proofs } from '../../protocol/generated/schema.ts';
import { leafHash, verifyInclusion } from '../../protocol/merkle.ts';
import { resolvePath } from '../../audit/proof-table.ts';
import { expectCode, otherLog, witness } from '../audit/support.ts';
import { ORIGIN, removeDirectory } from '../ledger/support.ts';
import {
  customs,
  directory,
  indicesOf,
  newSigner,
  police,
  removeEngines,
  send,
  TestEngine,
  work,
} from './engine-support.ts';

let subject: TestEngine;
let posted: LedgerOutput[];
let data: string;
let count = 0;

beforeEach(() => {
  subject = new TestEngine();
  posted = [];
  data = join(directory, `data-${++count}`);
  mkdirSync(data);
  return () => subject.close();
});
afterAll(() => {
  removeDirectory();
  removeEngines();
});

const files = (): { mark: string; data: string } => ({ mark: join(data, 'mark'), data });
const make = (): Releases => new Releases(subject.engine, files(), (output) => posted.push(output));
const fail = (error: LiaisonError): never => {
  throw error;
};
const note = (size: number, root = subject.engine.tree.rootAt(size)): Uint8Array =>
  signCheckpoint({ origin: ORIGIN, size, root }, subject.signer);
const notices = (): string => posted.map((output) => (output.kind === 'notice' ? output.text : '')).join('\n');
const splitViews = (): string[] => readdirSync(data).filter((name) => name.startsWith('split-view'));

describe('at the start', () => {
  test('no mark for a log that has released something is said; then it is there', () => {
    const first = make();
    first.begin([], fail);
    expect(notices()).toMatch(/released mark .*mark is missing and is made anew/);
    first.close();
    posted = [];
    const second = make();
    second.begin([], fail);
    second.close();
    expect(notices()).toBe('');
  });

  test('a mark that is behind the log is in order', () => {
    const first = make();
    first.begin([], fail);
    first.close();
    subject.tick(300);
    const second = make();
    second.begin([], fail);
    second.close();
  });

  test.each<[string, () => Uint8Array]>([
    ['larger than the log', () => note(subject.engine.tree.size + 1, leafHash(new Uint8Array(1)))],
    ['of this size with another root', () => note(subject.engine.tree.size, leafHash(new Uint8Array(1)))],
    ['of an earlier size with another root', () => note(2, leafHash(new Uint8Array(1)))],
  ])('what a witness shows, %s, is a fork, and both are kept', (_, show) => {
    const shown = show();
    let thrown: unknown;
    try {
      make().begin([{ from: 'auditor', note: shown }], fail);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(LiaisonError);
    expect((thrown as LiaisonError).code).toBe('LOG_FORKED');
    expect((thrown as LiaisonError).detail).toMatch(
      /^The witness auditor has size \d+ and the root .* Both checkpoints/,
    );
    const kept = JSON.parse(readFileSync(join(data, splitViews()[0]!), 'utf8')) as { checkpoints: string[] };
    expect(kept.checkpoints).toEqual([subject.engine.checkpoint, shown].map((each) => Buffer.from(each).toString()));
  });

  test.each<[string, () => Uint8Array]>([
    [
      'another key',
      () => signCheckpoint({ origin: ORIGIN, size: 999, root: leafHash(new Uint8Array(1)) }, newSigner()),
    ],
    [
      'another log',
      () => signCheckpoint({ origin: otherLog.name, size: 9, root: leafHash(new Uint8Array(1)) }, otherLog),
    ],
    ['no checkpoint at all', () => new Uint8Array(Buffer.from('rubbish'))],
  ])('what a witness shows of %s stops nobody', (_, show) => {
    make().begin([{ from: 'liar', note: show() }], fail);
    expect(notices()).toContain('The witness liar shows');
    expect(splitViews()).toEqual([]);
  });

  test('a mark of another log is refused', () => {
    const first = make();
    first.begin([], fail);
    first.close();
    subject.close();
    subject = new TestEngine();
    expectCode(() => make().begin([], fail), 'LOG_FORKED');
  });
});

describe('a cosigned checkpoint', () => {
  const keep = (releases: Releases, size: number): Uint8Array => {
    const cosigned = cosignNote(note(size), witness, 1_700_000_000);
    releases.handle({ kind: 'cosigned', note: cosigned });
    return cosigned;
  };
  const proofs = (messageId: Uint8Array, checkpoint: Uint8Array = new Uint8Array(0)): Proofs => {
    const ask = { request: 1, version: 2 as const, knowsShards: false, messageIds: [messageId], checkpoint };
    return decode(FrameSchema, proofsFrame(subject.engine, customs.agency, ask), 'open').frame.value as Proofs;
  };

  test('is in the proofs of what it covers, also after a start, and not in those of what it does not', () => {
    const command = send([police]);
    const [index] = indicesOf(subject.commit([work(command)])[0]);
    const id = command.parsed.routing.messageId;
    const releases = make();
    const before = keep(releases, index!);
    // One entry too short for this message.
    expect(proofs(id).checkpoint).toEqual(new Uint8Array(subject.engine.checkpoint));
    const cosigned = keep(releases, index! + 1);
    subject.tick(20);
    const check = (): void => {
      const { checkpoint, hashes, entries } = proofs(id);
      expect(Buffer.from(checkpoint)).toEqual(Buffer.from(cosigned));
      const [{ index: at, path, entry }] = entries as [Proofs['entries'][number]];
      const root = subject.engine.tree.rootAt(index! + 1);
      const hash = leafHash(entry);
      expect(verifyInclusion(hash, BigInt(at), BigInt(index! + 1), resolvePath(hashes, path), root)).toBe(true);
    };
    check();
    // Consistency is asked for with the newest one.
    expect(proofs(id, before).checkpoint).toEqual(new Uint8Array(subject.engine.checkpoint));
    subject.reopen();
    make();
    check();
  });

  test('never goes back', () => {
    const releases = make();
    const newest = keep(releases, 4);
    keep(releases, 3);
    expect(subject.engine.cosigned?.note).toEqual(newest);
  });

  test('that is not of the log as it is now is not used', () => {
    const releases = make();
    keep(releases, 4);
    const wrong = signCheckpoint({ origin: ORIGIN, size: 4, root: leafHash(new Uint8Array(1)) }, subject.signer);
    releases.handle({ kind: 'cosigned', note: cosignNote(wrong, witness, 1) });
    subject.reopen();
    make();
    expect(subject.engine.cosigned).toBeUndefined();
  });
});
