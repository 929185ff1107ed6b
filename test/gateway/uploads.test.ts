import { randomBytes } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { AGENCY_BYTES_MAX, UNREFERENCED_MS_MAX, Uploads } from '../../gateway/ledger/uploads.ts';
import type { LedgerOutput } from '../../gateway/pipeline.ts';
import { decodeFrame } from '../../protocol/frames.ts';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import type { AgencyId } from '../../protocol/ids.ts';
import { toHex } from '../../protocol/ids.ts';
import { customs, police, removeEngines, send, TestEngine, work } from './engine-support.ts';

const CUSTOMS = 'xa.customs' as AgencyId;
const POLICE = 'xb.police' as AgencyId;
const MiB = 1024 * 1024;

let subject: TestEngine;
let outputs: LedgerOutput[];
let nowMs: number;
let uploads: Uploads;

const make = (bytesPerAgencyMax = AGENCY_BYTES_MAX): Uploads =>
  new Uploads(
    subject.engine,
    { bytesPerAgencyMax },
    () => nowMs,
    (output) => outputs.push(output),
  );

beforeEach(() => {
  subject = new TestEngine();
  outputs = [];
  nowMs = Date.now();
  uploads = make();
});
afterAll(removeEngines);

const digestOf = (): Uint8Array => new Uint8Array(randomBytes(32));

function put(digest: Uint8Array, sizeBytes: number, agency = CUSTOMS): LedgerOutput {
  uploads.handle({ kind: 'blob-put', job: 1, session: 1, agency, request: 7, digest, sizeBytes });
  return outputs.at(-1) as LedgerOutput;
}
function store(digest: Uint8Array, sizeBytes: number, agency = CUSTOMS): void {
  put(digest, sizeBytes, agency);
  uploads.handle({ kind: 'blob-stored', session: 1, agency, request: 7, digest: toHex(digest), sizeBytes });
}
const frameOf = (output: LedgerOutput | undefined): unknown =>
  output?.kind === 'frame' ? decodeFrame(output.frame).frame : output;
const errorOf = (code: ErrorCode): unknown =>
  expect.objectContaining({
    kind: 'error',
    value: expect.objectContaining({ code: ERRORS[code].number, request: 7 }) as unknown,
  });
/** Accepts a message that refers to these. */
function accept(digests: readonly Uint8Array[], sizeBytes: number): number {
  const attachments = digests.map((digest) => ({ digest, sizeBytes }));
  const [outcome] = subject.commit([work(send([police], { attachments, schemaVersion: 2 }))]);
  if (outcome?.kind !== 'logged') throw new Error(JSON.stringify(outcome));
  return outcome.indices[0] as number;
}
const erased = (): string[] => outputs.flatMap((output) => (output.kind === 'blob-erase' ? [output.digest] : []));

describe('an upload', () => {
  test('counts for its agency alone, once it is durable', () => {
    const digest = digestOf();
    expect(put(digest, 1000)).toMatchObject({ kind: 'blob-begin', agency: CUSTOMS, digest: toHex(digest) });
    expect(uploads.bytesOf(CUSTOMS, digest)).toBeUndefined();
    store(digest, 1000);
    expect(frameOf(outputs.at(-1))).toMatchObject({ kind: 'blobState', value: { storedBytes: 1000, complete: true } });
    expect([uploads.bytesOf(CUSTOMS, digest), uploads.bytesOf(POLICE, digest)]).toEqual([1000, undefined]);
    // Whoever has uploaded it is told so at once; everybody else begins at 0.
    expect(frameOf(put(digest, 1000))).toMatchObject({ kind: 'blobState', value: { complete: true } });
    expect(put(digest, 1000, POLICE)).toMatchObject({ kind: 'blob-begin', agency: POLICE });
  });

  test('is remembered by the next process', () => {
    const digest = digestOf();
    store(digest, 1000);
    uploads = make();
    expect(uploads.bytesOf(CUSTOMS, digest)).toBe(1000);
  });

  test('with another size than before, or too short for a ciphertext, is refused', () => {
    const digest = digestOf();
    store(digest, 1000);
    expect(frameOf(put(digest, 1001))).toEqual(errorOf('ATTACHMENT_INVALID'));
    expect(frameOf(put(digestOf(), 15))).toEqual(errorOf('ATTACHMENT_INVALID'));
  });
});

describe('the room of an agency (domain: systems/siena-size)', () => {
  test('is what it has uploaded and what it is uploading', () => {
    uploads = make(10 * MiB);
    store(digestOf(), 6 * MiB);
    const second = digestOf();
    expect(put(second, 4 * MiB)).toMatchObject({ kind: 'blob-begin' });
    expect(put(second, 4 * MiB)).toMatchObject({ kind: 'blob-begin' });
    expect(frameOf(put(digestOf(), 1))).toEqual(errorOf('ATTACHMENT_INVALID'));
    expect(frameOf(put(digestOf(), 100))).toEqual(errorOf('QUOTA_EXCEEDED'));
    expect(put(digestOf(), MiB, POLICE)).toMatchObject({ kind: 'blob-begin' });
  });

  test('counts a small file as 64 KiB, so that rows cost something', () => {
    uploads = make(MiB);
    for (let i = 0; i < 16; i++) expect(put(digestOf(), 100)).toMatchObject({ kind: 'blob-begin' });
    expect(frameOf(put(digestOf(), 100))).toEqual(errorOf('QUOTA_EXCEEDED'));
  });

  test('is what the operator has said, where he has', () => {
    subject.engine.store.write([
      {
        kind: 'put',
        table: 'agencyRules',
        row: { agency: CUSTOMS, clearance: 1, contact: '', attachmentBytesMax: MiB, changedIndex: 1 },
      },
    ]);
    expect(frameOf(put(digestOf(), 2 * MiB))).toEqual(errorOf('QUOTA_EXCEEDED'));
    expect(put(digestOf(), 2 * MiB, POLICE)).toMatchObject({ kind: 'blob-begin' });
  });

  test('is free again when the file is gone', () => {
    uploads = make(10 * MiB);
    const digest = digestOf();
    store(digest, 10 * MiB);
    uploads.release([digest]);
    expect(frameOf(put(digestOf(), MiB))).toEqual(errorOf('QUOTA_EXCEEDED'));
    uploads.handle({ kind: 'blob-erased', digest: toHex(digest), isGone: true });
    expect(put(digestOf(), MiB)).toMatchObject({ kind: 'blob-begin' });
  });
});

describe('a file goes', () => {
  test('when the last message that refers to it has ended, and no sooner', () => {
    const [one, two] = [digestOf(), digestOf()];
    for (const digest of [one, two]) store(digest, 1000);
    const first = accept([one, two], 1000);
    const second = accept([two], 1000);
    const end = (index: number): void => {
      const row = subject.engine.store.get('messages', index)!;
      subject.nowMs = row.expiresAtMs + 1;
      subject.run({ kind: 'expire', entryIndex: index });
      uploads.release(subject.engine.erasedBlobs.splice(0));
    };
    end(first);
    expect(erased()).toEqual([toHex(one)]);
    expect([uploads.bytesOf(CUSTOMS, one), uploads.bytesOf(CUSTOMS, two)]).toEqual([undefined, 1000]);
    end(second);
    expect(erased()).toEqual([toHex(one), toHex(two)]);
    expect([...subject.engine.store.scan('blobs'), ...subject.engine.store.scan('blobUses')]).toEqual([]);
    expect([...subject.engine.store.scan('blobMessages')]).toEqual([]);
  });

  test('after a day without a message, complete or not', () => {
    const [used, unused, partial] = [digestOf(), digestOf(), digestOf()];
    store(used, 1000);
    store(unused, 1000);
    put(partial, 1000);
    accept([used], 1000);
    nowMs += UNREFERENCED_MS_MAX - 1;
    uploads.sweep();
    expect(erased()).toEqual([]);
    nowMs += 1;
    uploads.sweep();
    expect(new Set(erased())).toEqual(new Set([toHex(unused), toHex(partial)]));
    expect(outputs).toContainEqual({ kind: 'blob-erase', digest: toHex(partial), agency: CUSTOMS });
    expect([uploads.bytesOf(CUSTOMS, used), uploads.bytesOf(CUSTOMS, unused)]).toEqual([1000, undefined]);
  });

  test('is told to go again by a later process, when the first could not see to it', () => {
    const digest = digestOf();
    store(digest, 1000);
    uploads.release([digest]);
    outputs = [];
    uploads = make();
    nowMs += UNREFERENCED_MS_MAX;
    uploads.sweep();
    expect(erased()).toEqual([toHex(digest)]);
  });

  test('but not one that another agency has uploaded since a process could not see to it', () => {
    const digest = digestOf();
    store(digest, 1000, POLICE);
    uploads.release([digest]);
    uploads = make();
    store(digest, 1000);
    accept([digest], 1000);
    outputs = [];
    nowMs += UNREFERENCED_MS_MAX;
    uploads.sweep();
    expect(erased()).toEqual([]);
    expect([uploads.bytesOf(CUSTOMS, digest), uploads.bytesOf(POLICE, digest)]).toEqual([1000, undefined]);
  });

  test('and an upload that ends just then begins anew', () => {
    const digest = digestOf();
    store(digest, 1000);
    put(digest, 1000, POLICE);
    uploads.release([digest]);
    uploads.handle({
      kind: 'blob-stored',
      session: 2,
      agency: POLICE,
      request: 9,
      digest: toHex(digest),
      sizeBytes: 1000,
    });
    expect(outputs.at(-1)).toMatchObject({ kind: 'blob-begin', agency: POLICE, request: 9 });
    expect(uploads.bytesOf(POLICE, digest)).toBeUndefined();
  });
});

describe('a ciphertext is given', () => {
  const get = (digest: Uint8Array, mailboxes: string[]): LedgerOutput => {
    uploads.handle({ kind: 'blob-get', job: 3, session: 1, mailboxes, request: 7, digest });
    return outputs.at(-1) as LedgerOutput;
  };

  test('only to whom a message waits that refers to it, and only while it waits', () => {
    const digest = digestOf();
    store(digest, 1000);
    expect(get(digest, [police.mailboxes[0]!])).toMatchObject({
      kind: 'blob-read',
      fault: { code: 'MESSAGE_UNKNOWN' },
    });
    const index = accept([digest], 1000);
    expect(get(digest, [police.mailboxes[0]!])).toMatchObject({ kind: 'blob-read', sizeBytes: 1000 });
    expect(get(digest, [police.mailboxes[0]!])).not.toHaveProperty('fault');
    expect(get(digest, [customs.mailboxes[0]!])).toMatchObject({ fault: { code: 'MESSAGE_UNKNOWN' } });
    const { expiresAtMs } = subject.engine.store.get('messages', index)!;
    subject.nowMs = expiresAtMs + 1;
    subject.run({ kind: 'expire', entryIndex: index });
    expect(get(digest, [police.mailboxes[0]!])).toMatchObject({ fault: { code: 'MESSAGE_UNKNOWN' } });
  });
});
