/** The rule for erasures: a commit names what it has erased, and nothing else. */
import { afterAll, describe, expect, test } from 'vitest';
import { LedgerFile } from '../../audit/ledger-file.ts';
import { decodeEntryBundle } from '../../audit/tiles.ts';
import { decode } from '../../protocol/codec.ts';
import { type ContentErasure, EntrySchema } from '../../protocol/generated/schema.ts';
import type { Forgery } from './forgery.ts';
import { removeDirectory } from './log-builder.ts';
import { makeSampleLog } from './sample-log.ts';
import { type Case, findsOut, found } from './verify-support.ts';

const sample = makeSampleLog();
afterAll(removeDirectory);
const { at } = sample;
/** What the handovers, the failure and the expiry have erased. */
const ERASED = [[at.single], [], [at.burst], [at.expiring]];

const change = (log: Forgery, index: number, value: Partial<ContentErasure>): void =>
  log.replace(index, ({ event }) => {
    if (event.kind !== 'contentErasure') throw new Error(event.kind);
    return { event: { kind: 'contentErasure', value: { ...event.value, ...value } } };
  });

test('the engine names the contents of each commit at its end', () => {
  const source = new LedgerFile(sample.path);
  const named = [...source.shards()[0]!.batches()].flatMap(({ entries }) => {
    const events = decodeEntryBundle(entries!).map((bytes) => decode(EntrySchema, bytes, 'signed').event);
    expect(events.slice(0, -1).some(({ kind }) => kind === 'contentErasure')).toBe(false);
    return events.flatMap((event) => (event.kind === 'contentErasure' ? [event.value.messages] : []));
  });
  source.close();
  expect(named).toEqual(ERASED.filter((messages) => messages.length > 0));
});

const CASES: Case[] = [
  [
    'an erasure that does not name a content',
    (log) => change(log, at.handover + 4, { messages: [], blobs: [new Uint8Array(32)] }),
    [found(at.handover + 4, 'erasure'), found(49, 'erasure')],
  ],
  [
    'an erasure that names nothing',
    (log) => void log.append({ kind: 'contentErasure', value: { messages: [], blobs: [] } }),
    [found(sample.size, 'erasure')],
  ],
  [
    'the erasure of a content that somebody waits for',
    (log) => change(log, at.handover + 4, { messages: [at.single, at.burst + 1] }),
    [found(at.handover + 4, 'erasure')],
  ],
  [
    'the erasure of one content twice',
    (log) => void log.append({ kind: 'contentErasure', value: { messages: [at.single], blobs: [] } }),
    [found(sample.size, 'erasure')],
  ],
  [
    'the erasure of a ciphertext that nobody has sent',
    (log) => void log.append({ kind: 'contentErasure', value: { messages: [], blobs: [new Uint8Array(32)] } }),
    [found(sample.size, 'erasure')],
  ],
  [
    'no word of an erasure',
    (log) => log.replace(at.handover + 4, () => ({ event: { kind: 'tick', value: {} } })),
    [found(49, 'erasure')],
  ],
];

describe('a dishonest gateway is found out when its log has', () => findsOut(sample.path, CASES));
