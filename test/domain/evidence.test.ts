/** Rows of the domain about evidence that no other test shows by name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { subjectOf } from '../../audit/receipt.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { EntrySchema, MessageType } from '../../protocol/generated/schema.ts';
import { request } from '../ledger/cases-support.ts';
import {
  FAILED,
  filler,
  handover,
  makeAgency,
  message,
  removeDirectory,
  START_MS,
  TestLedger,
} from '../ledger/support.ts';

const customs = makeAgency('xa.customs');
const police = makeAgency('xb.police');
afterAll(removeDirectory);

test('a submission is accepted or rejected by an entry with the reason (domain: evidence/Submission)', () => {
  const ledger = new TestLedger([customs, police]);
  const sent = request(customs, [police], START_MS);
  expect(ledger.event(sent, 'submissionAcceptance')).toMatchObject({ header: sent.header });
  const late = request(customs, [police], START_MS - 2000, { expiresAtMs: START_MS - 1 });
  const decision = ledger.run(late);
  const entry = decision.kind === 'refused' ? decision.entry?.event : undefined;
  expect(entry).toMatchObject({ kind: 'submissionRejection', value: { code: 208, sender: customs.mailboxes[0] } });
});

test('the acceptance is the consignment of every local mailbox (domain: evidence/ContentConsignment)', () => {
  const ledger = new TestLedger([customs, police]);
  ledger.event(message(customs, [police, customs], START_MS), 'submissionAcceptance');
  expect([...ledger.store.scan('deliveries')]).toMatchObject([{ state: 1 }, { state: 1 }]);
});

test('a handover ends the delivery, a failure too and with its reason (domain: evidence/ContentHandover)', () => {
  const ledger = new TestLedger([customs, police]);
  const [one, other] = [message(customs, [police], START_MS), message(customs, [police], START_MS)];
  for (const command of [one, other]) ledger.event(command, 'submissionAcceptance');
  expect(ledger.event(handover(one, police, 1), 'contentHandover').late).toBe(false);
  expect(ledger.event(handover(other, police, 2, FAILED), 'contentHandoverFailure').code).toBe(FAILED.reason);
  expect([...ledger.store.scan('deliveries')].map(({ state }) => state)).toEqual([2, 3]);
});

const RELAY_AND_OTHERS = [11, 13, 22, 23, 24, 25, 26];

test('relay evidence is reserved for federation: no such entry can be made or read (domain: evidence/Relay)', () => {
  const proto = readFileSync(join(import.meta.dirname, '../../protocol/proto/entries.proto'), 'utf8');
  expect(proto).toContain('reserved 11, 13, 22 to 26;');
  const numbers = EntrySchema.fields.map(({ id }) => id);
  expect(numbers.filter((id) => RELAY_AND_OTHERS.includes(id))).toEqual([]);
  const tick = encode(EntrySchema, { blind: filler(16), atMs: START_MS, event: { kind: 'tick', value: {} } });
  // The last two bytes are the empty Tick: its tag is replaced.
  for (const id of RELAY_AND_OTHERS) {
    const tag = id < 16 ? [id * 8 + 2] : [((id * 8 + 2) & 0x7f) | 0x80, (id * 8 + 2) >> 7];
    const forged = Uint8Array.of(...tick.subarray(0, tick.length - 2), ...tag, 0);
    expect(() => decode(EntrySchema, forged, 'signed')).toThrow(`unknown field ${id}`);
  }
  const event = { kind: 'relayAcceptance', value: {} } as never;
  expect(() =>
    decode(EntrySchema, encode(EntrySchema, { blind: filler(16), atMs: START_MS, event }), 'signed'),
  ).toThrow();
});

test('entries about one message name it, others none (domain: evidence/terminal)', () => {
  const sent = request(customs, [police], START_MS, { type: MessageType.INFORMATION_REQUEST });
  const { header, signature, path } = sent;
  const value = { header, signature, path, numbers: [1], contentBytes: 1 };
  const entry = { blind: filler(16), atMs: START_MS, event: { kind: 'submissionAcceptance', value } } as const;
  expect(subjectOf(entry)?.messageId).toEqual(sent.parsed.routing.messageId);
  expect(subjectOf({ ...entry, event: { kind: 'tick', value: {} } })).toBeUndefined();
});
