/** What recipients say after a handover: each refusal, each once, consent final. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { SubmitCommand } from '../../ledger/decide.ts';
import { ConsentState, type EventRow } from '../../ledger/rows-2.ts';
import { MessageType, RecipientEvent } from '../../protocol/generated/schema.ts';
import type { AgencyId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { CONSENT_TYPES, MESSAGE_TYPES } from '../../protocol/messages/types.ts';
import { eventAbout, reply, request } from './cases-support.ts';
import {
  DAY_MS,
  FAILED,
  filler,
  handover,
  makeAgency,
  messageId,
  removeDirectory,
  START_MS,
  TestLedger,
} from './support.ts';

const { OPENED, CONSENT_GIVEN, CONSENT_REFUSED } = RecipientEvent;
const customs = makeAgency('xa.customs');
const police = makeAgency('xb.police');
const harbour = makeAgency('xc.harbour');
afterAll(removeDirectory);

let ledger: TestLedger;
let sent: SubmitCommand;
/** A recall of it: recipients are asked for their consent. */
let recall: SubmitCommand;
beforeEach(() => {
  ledger = new TestLedger([customs, police, harbour]);
  sent = request(customs, [police, harbour], START_MS);
  recall = reply(MessageType.RECALL, sent, customs, [police, harbour], START_MS);
  for (const [i, command] of [sent, recall].entries()) {
    ledger.event(command, 'submissionAcceptance');
    ledger.event(handover(command, police, i + 1), 'contentHandover');
  }
});

const say = (event: RecipientEvent, about = recall, change: Parameters<typeof eventAbout>[4] = {}) =>
  eventAbout(about, police, about === sent ? 1 : 2, event, change);
const rowOf = (number = 2): EventRow | undefined =>
  ledger.store.get('events', ledger.store.get('mailboxes', police.mailboxes[0]!)!.id, number);
const lapse = (): unknown[] =>
  ledger.recorded({
    kind: 'lapse',
    entryIndex: ledger.store.messagesById(recall.parsed.routing.messageId)[0]!.entryIndex,
  });

describe('access (domain: evidence/ContentAccessTracking)', () => {
  test('is logged with the signed statement, once for a message and recipient', () => {
    const opened = say(OPENED, sent);
    expect(ledger.event(opened, 'contentAccessTracking')).toEqual({ statement: opened.signed });
    const index = ledger.size - 1;
    expect(rowOf(1)).toMatchObject({ accessIndex: index, consent: ConsentState.NONE });
    expect(ledger.run(opened)).toEqual({ kind: 'repeat', index });
    // Another statement that says the same is no other event.
    expect(ledger.run(say(OPENED, sent))).toEqual({ kind: 'repeat', index });
  });

  test('needs no consent and says nothing about it', () => {
    ledger.event(say(OPENED), 'contentAccessTracking');
    ledger.event(say(CONSENT_GIVEN), 'consignmentAcceptance');
    expect(rowOf()).toMatchObject({ accessIndex: ledger.size - 2, consent: ConsentState.GIVEN });
  });
});

describe('consent (domain: evidence/Consent)', () => {
  test.each([
    [CONSENT_GIVEN, 'consignmentAcceptance', ConsentState.GIVEN],
    [CONSENT_REFUSED, 'consignmentRejection', ConsentState.REFUSED],
  ] as const)('event %i is %s', (event, kind, state) => {
    const command = say(event);
    expect(ledger.event(command, kind)).toEqual({ statement: command.signed });
    expect(rowOf()).toMatchObject({ consent: state, consentIndex: ledger.size - 1 });
    expect(ledger.run(say(event))).toEqual({ kind: 'repeat', index: ledger.size - 1 });
  });

  test('is asked for by permission requests, restrictions and recalls, and by nothing else', () => {
    const asking = Object.keys(MESSAGE_TYPES)
      .map(Number)
      .filter((type) => CONSENT_TYPES.has(type as MessageType));
    expect(asking).toEqual([MessageType.PERMISSION_REQUEST, MessageType.RESTRICTION_UPDATE, MessageType.RECALL]);
    expect(ledger.refusal(say(CONSENT_GIVEN, sent))).toEqual({ code: 'EVENT_MISMATCH', logged: false });
  });

  test('lapses when the message expires, for those who have it and have said nothing', () => {
    const { expiresAtMs } = recall.parsed.routing;
    ledger.nowMs = expiresAtMs - 1;
    expect(lapse()).toEqual([]);
    ledger.nowMs = expiresAtMs;
    expect(lapse()).toMatchObject([
      {
        kind: 'acceptanceRejectionExpiry',
        value: { sender: 'xa.customs/desk', recipient: 'xb.police/desk', number: 2 },
      },
    ]);
    expect(rowOf()).toMatchObject({ consent: ConsentState.LAPSED });
    expect(lapse()).toEqual([]);
  });

  test('does not lapse when it was stated', () => {
    ledger.event(say(CONSENT_REFUSED), 'consignmentRejection');
    ledger.nowMs = recall.parsed.routing.expiresAtMs;
    expect(lapse()).toEqual([]);
  });
});

describe('terminal states never change (domain: evidence/terminal)', () => {
  test.each([
    ['given', CONSENT_GIVEN, CONSENT_REFUSED],
    ['refused', CONSENT_REFUSED, CONSENT_GIVEN],
  ] as const)('after %s a contradicting word is logged once and ignored', (_, first, second) => {
    ledger.recorded(say(first));
    const before = rowOf();
    const late = say(second);
    expect(ledger.recorded(late)).toHaveLength(1);
    expect(rowOf()).toEqual({ ...before, lateIndex: ledger.size - 1 });
    expect(ledger.run(late)).toEqual({ kind: 'repeat', index: ledger.size - 1 });
    expect(ledger.run(say(first))).toEqual({ kind: 'repeat', index: before!.consentIndex });
  });

  test('after a lapse too', () => {
    ledger.nowMs = recall.parsed.routing.expiresAtMs;
    lapse();
    ledger.recorded(say(CONSENT_GIVEN));
    expect(rowOf()).toMatchObject({ consent: ConsentState.LAPSED, lateIndex: ledger.size - 1 });
    expect(ledger.run(say(CONSENT_REFUSED))).toEqual({ kind: 'repeat', index: ledger.size - 1 });
  });

  test('no event touches the delivery', () => {
    const { id } = ledger.store.get('mailboxes', police.mailboxes[0]!)!;
    const before = ledger.store.get('deliveries', id, 2);
    for (const event of [OPENED, CONSENT_GIVEN, CONSENT_REFUSED]) ledger.recorded(say(event));
    expect(ledger.store.get('deliveries', id, 2)).toEqual(before);
  });

  test('a purge forgets it with the message, after the lapse', () => {
    ledger.nowMs = recall.parsed.routing.expiresAtMs;
    for (const { entryIndex } of ledger.store.scan('messages')) ledger.run({ kind: 'expire', entryIndex });
    ledger.nowMs += LIMITS.purgeAfterExpiryMs + 40 * DAY_MS;
    for (const { requestIndex, mailboxId } of ledger.store.deadlinesDue(ledger.nowMs, 10)) {
      ledger.run({ kind: 'deadline', requestIndex, mailboxId });
    }
    expect(ledger.recorded({ kind: 'purge' })).toEqual([]);
    lapse();
    expect(ledger.recorded({ kind: 'purge' })).toHaveLength(1);
    expect([...ledger.store.scan('events')]).toEqual([]);
  });
});

describe('what is refused, without an entry', () => {
  test.each([
    ['an unknown number', { number: 3 }, 'MESSAGE_UNKNOWN'],
    ['another sender', { sender: 'xc.harbour/desk' }, 'EVENT_MISMATCH'],
    ['another id', { messageId: messageId() }, 'EVENT_MISMATCH'],
    ['another header', { headerDigest: filler(32) }, 'EVENT_MISMATCH'],
    ["another agency's mailbox", { recipient: 'xc.harbour/desk' }, 'MAILBOX_NOT_YOURS'],
    ['a mailbox that nobody has', { recipient: 'xb.police/lab' }, 'MAILBOX_NOT_YOURS'],
  ] as const)('%s', (_, change, code) => {
    expect(ledger.refusal(say(OPENED, recall, change))).toEqual({ code, logged: false });
  });

  test('a message that was not handed over, or that failed', () => {
    const opened = eventAbout(recall, harbour, 2, OPENED);
    expect(ledger.refusal(opened)).toEqual({ code: 'EVENT_MISMATCH', logged: false });
    ledger.recorded(handover(recall, harbour, 2, FAILED));
    ledger.recorded(handover(recall, harbour, 2));
    expect(ledger.refusal(opened)).toEqual({ code: 'EVENT_MISMATCH', logged: false });
  });

  test('a key that is revoked, of another agency, or for TLS', () => {
    const signedBy = (keyId: Uint8Array) => {
      const command = say(OPENED);
      const { signed } = command;
      return { ...command, signed: { ...signed, signature: { ...signed.signature, keyId } } };
    };
    for (const keyId of [harbour.signing.keyId, police.tls.keyId, filler(32)]) {
      expect(ledger.refusal(signedBy(keyId)).code).toBe('KEY_UNKNOWN');
    }
    expect(ledger.refusal({ ...say(OPENED), agency: 'xc.harbour' as AgencyId }).code).toBe('MAILBOX_NOT_YOURS');
    ledger.act({ kind: 'revoke', value: { keyId: police.signing.keyId } });
    expect(ledger.refusal(say(OPENED)).code).toBe('KEY_REVOKED');
  });
});
