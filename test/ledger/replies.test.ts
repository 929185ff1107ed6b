/** What may reply to what: everything that the ledger can tell from headers. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { SubmitCommand } from '../../ledger/decide.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { MessageType, Purpose } from '../../protocol/generated/schema.ts';
import { MESSAGE_TYPES } from '../../protocol/messages/types.ts';
import { reply, request } from './cases-support.ts';
import { filler, makeAgency, message, messageId, removeDirectory, START_MS, TestLedger } from './support.ts';

const {
  INFORMATION_ANSWER,
  REFUSAL,
  CLARIFICATION_REQUEST,
  CLARIFICATION,
  DEADLINE_NOTICE,
  RECALL,
  ALERT,
  COMPLIANCE_RECEIPT,
} = MessageType;
const customs = makeAgency('xa.customs');
const police = makeAgency('xb.police');
const harbour = makeAgency('xc.harbour');
afterAll(removeDirectory);

let ledger: TestLedger;
let asked: SubmitCommand;
beforeEach(() => {
  ledger = new TestLedger([customs, police, harbour]);
  asked = request(customs, [police], START_MS);
  ledger.event(asked, 'submissionAcceptance');
});

const FROM_RECIPIENT = [INFORMATION_ANSWER, REFUSAL, CLARIFICATION_REQUEST, DEADLINE_NOTICE];
const refusal = (command: SubmitCommand): string => {
  const decision = ledger.run(command);
  if (decision.kind !== 'refused') return decision.kind;
  expect(decision.error).toBeInstanceOf(LiaisonError);
  expect(decision.entry?.event.kind).toBe('submissionRejection');
  return `${decision.error.code}: ${decision.error.detail}`;
};

describe('a reply (domain: systems/siena-follow-up)', () => {
  test.each(FROM_RECIPIENT)('of type %i from whoever was asked to whoever asked is accepted', (type) => {
    ledger.event(reply(type, asked, police, [customs], START_MS), 'submissionAcceptance');
    // Further recipients may read along.
    ledger.event(reply(type, asked, police, [harbour, customs], START_MS), 'submissionAcceptance');
  });

  test('a clarification goes from the requester to who asked for it', () => {
    const question = reply(CLARIFICATION_REQUEST, asked, police, [customs], START_MS);
    ledger.event(question, 'submissionAcceptance');
    expect(refusal(reply(CLARIFICATION, question, customs, [harbour], START_MS))).toContain('xb.police/desk is not');
    expect(refusal(reply(CLARIFICATION, question, police, [customs], START_MS))).toContain('Only the mailbox');
    expect(refusal(reply(CLARIFICATION, asked, customs, [police], START_MS))).toContain('clarificationRequest');
    ledger.event(reply(CLARIFICATION, question, customs, [police], START_MS), 'submissionAcceptance');
  });

  test('after a final answer further replies are accepted', () => {
    for (const type of [INFORMATION_ANSWER, INFORMATION_ANSWER, REFUSAL, DEADLINE_NOTICE]) {
      ledger.event(reply(type, asked, police, [customs], START_MS), 'submissionAcceptance');
    }
  });
});

describe('a reply without a valid in_reply_to is rejected (domain: systems/eurosur-replies)', () => {
  const answer = (change: Parameters<typeof reply>[5] = {}): SubmitCommand =>
    reply(INFORMATION_ANSWER, asked, police, [customs], START_MS, change);

  test('with a code, words and an entry', () => {
    expect(refusal(answer({ inReplyTo: messageId() }))).toMatch(/^REPLY_INVALID: .*names no message that xb.police/);
  });

  test('no answer and no follow-up exists without the reference at all', () => {
    for (const [type, rule] of Object.entries(MESSAGE_TYPES)) {
      if (!rule.repliesTo) continue;
      const make = (): SubmitCommand => reply(Number(type) as MessageType, asked, police, [customs], START_MS, NO_ID);
      expect(make).toThrow('in_reply_to is missing');
    }
  });
  const NO_ID = { inReplyTo: new Uint8Array(0), handling: [1 as const] };

  test.each([
    ['another thread', { threadId: filler(16) }, 'thread_id is not that'],
    ['the requester is not among the recipients', { recipients: [harbour] }, 'xa.customs/desk is not among'],
  ] as const)('%s', (_, { recipients, ...change }: { recipients?: readonly unknown[]; threadId?: Uint8Array }, why) => {
    const to = recipients ? [harbour] : [customs];
    expect(refusal(reply(INFORMATION_ANSWER, asked, police, to, START_MS, change))).toContain(why);
  });

  test('a message that the agency neither sent nor got', () => {
    expect(refusal(reply(INFORMATION_ANSWER, asked, harbour, [customs], START_MS))).toContain('names no message');
    expect(refusal(reply(ALERT, asked, harbour, [customs], START_MS))).toContain('names no message');
  });

  test('a message that the agency has sent itself, or of another type', () => {
    expect(refusal(reply(INFORMATION_ANSWER, asked, customs, [customs], START_MS))).toContain('is no recipient');
    const other = message(customs, [police], START_MS, { type: ALERT, schemaVersion: 2 });
    ledger.event(other, 'submissionAcceptance');
    expect(refusal(reply(REFUSAL, other, police, [customs], START_MS))).toContain('replies to informationRequest');
    expect(refusal(reply(COMPLIANCE_RECEIPT, other, police, [customs], START_MS))).toContain('or correction or recall');
  });

  test('what needs no reference must fit the one that it names', () => {
    ledger.event(reply(ALERT, asked, police, [harbour], START_MS), 'submissionAcceptance');
    ledger.event(reply(RECALL, asked, customs, [police], START_MS), 'submissionAcceptance');
    expect(refusal(reply(ALERT, asked, police, [harbour], START_MS, { threadId: filler(16) }))).toContain('thread_id');
  });

  test('one id of two senders: the reply belongs to the one that it fits', () => {
    const { messageId: id, threadId } = asked.parsed.routing;
    const other = request(harbour, [police], START_MS, { messageId: id, threadId: filler(16) });
    ledger.event(other, 'submissionAcceptance');
    ledger.event(reply(INFORMATION_ANSWER, asked, police, [customs], START_MS), 'submissionAcceptance');
    const [first, second] = ledger.store.messagesById(id);
    const repliesTo = (): number => ledger.store.get('controls', ledger.size - 1)!.repliesTo;
    expect(repliesTo()).toBe(first!.entryIndex);
    ledger.event(reply(INFORMATION_ANSWER, other, police, [harbour], START_MS), 'submissionAcceptance');
    expect(repliesTo()).toBe(second!.entryIndex);
    expect(threadId).not.toEqual(other.parsed.routing.threadId);
  });

  test('a request of schema version 1 can be answered; its thread is not known', () => {
    const old = message(customs, [police], START_MS, { type: MessageType.INFORMATION_REQUEST });
    ledger.event(old, 'submissionAcceptance');
    ledger.event(reply(INFORMATION_ANSWER, old, police, [customs], START_MS), 'submissionAcceptance');
    expect(refusal(reply(CLARIFICATION, old, customs, [police], START_MS))).toContain('clarificationRequest');
    expect(refusal(reply(REFUSAL, old, harbour, [customs], START_MS))).toContain('names no message');
  });

  test('messages of schema version 1 are not judged', () => {
    const change = { type: INFORMATION_ANSWER, inReplyTo: messageId() };
    ledger.event(message(police, [customs], START_MS, change), 'submissionAcceptance');
  });

  test('purpose and retention_until stand in the header', () => {
    const { routing } = request(customs, [police], START_MS, {
      purpose: Purpose.RISK_ANALYSIS,
      retentionUntilMs: START_MS + 5,
    }).parsed;
    expect([routing.purpose, routing.retentionUntilMs]).toEqual([Purpose.RISK_ANALYSIS, START_MS + 5]);
    expect(() => request(customs, [police], START_MS, { purpose: 0 })).toThrow('purpose is missing');
  });
});
