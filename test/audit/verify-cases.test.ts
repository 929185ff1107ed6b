/** Access, consent and deadlines in the audit: an honest log is clean, and each lie about them is found. */
import { join } from 'node:path';
import type { KeyObject } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import type { Work } from '../../gateway/ledger/engine.ts';
import type { Command } from '../../ledger/decide.ts';
import { signBatch } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import {
  Availability,
  DeadlineStage,
  type EventStatement,
  EventStatementSchema,
  MessageType,
  RecipientEvent,
  Urgency,
} from '../../protocol/generated/schema.ts';
import type { Event } from './forged-events.ts';
import {
  customs,
  directory,
  handovers,
  HOUR_MS,
  LogBuilder,
  makeMessage,
  police,
  removeDirectory,
  statementAbout,
  submissions,
  type TestMessage,
} from './log-builder.ts';
import { AND_MORE, audit, type Case, findsOut, found } from './verify-support.ts';

afterAll(removeDirectory);

const { OPENED, CONSENT_GIVEN } = RecipientEvent;
const { HALF, FOUR_FIFTHS, BREACHED } = DeadlineStage;

function eventWork(message: TestMessage, number: number, event: RecipientEvent, key: KeyObject = police.signing): Work {
  const { blind, messageId, sender, recipient, headerDigest, atMs } = statementAbout(message, police, number);
  const statement: EventStatement = { blind, messageId, sender, recipient, number, headerDigest, event, atMs };
  const leaf = encode(EventStatementSchema, statement);
  const { signature, paths } = signBatch('event', key, [leaf]);
  return { command: { kind: 'event', agency: police.agency, signed: { leaf, signature, path: paths[0]! }, statement } };
}

/** The same as an entry, whether or not the gateway had to take it. */
const logged = (
  kind: 'contentAccessTracking' | 'consignmentAcceptance' | 'consignmentRejection',
  work: Work,
): Event => {
  if (work.command.kind !== 'event') throw new Error('no event');
  return { kind, value: { statement: work.command.signed } };
};

function makeLog() {
  const log = new LogBuilder(join(directory, 'cases.db'));
  log.act({ kind: 'enrol', value: customs.enrol });
  log.act({ kind: 'enrol', value: police.enrol });
  const threadId = new Uint8Array(16).fill(8);
  const of = (type: MessageType, change = {}): TestMessage =>
    makeMessage(customs, [police], log.nowMs, { type, schemaVersion: 2, threadId, ...change });
  const asked = of(MessageType.INFORMATION_REQUEST, { urgency: Urgency.URGENT, availability: Availability.DIRECT });
  const [asking] = log.commit(...submissions(customs, [asked]));
  const inReplyTo = asked.routing.messageId;
  const recall = of(MessageType.RESTRICTION_UPDATE, { inReplyTo });
  const silent = of(MessageType.RESTRICTION_UPDATE, { inReplyTo, expiresAtMs: log.nowMs + 2 * HOUR_MS });
  const [recalling] = log.commit(...submissions(customs, [recall]));
  const [asksSilent] = log.commit(...submissions(customs, [silent]));
  const at = { asking: asking!, recalling: recalling!, asksSilent: asksSilent! };
  log.commit(
    ...handovers(
      police,
      [asked, recall, silent].map((message, i) => statementAbout(message, police, i + 1)),
    ),
  );
  const [opened] = log.commit(eventWork(asked, 1, OPENED));
  const [given] = log.commit(eventWork(recall, 2, CONSENT_GIVEN));
  const indices: number[] = [];
  let lapsed = 0;
  const startMs = log.nowMs;
  for (let hour = 1; hour <= 14; hour++) {
    log.nowMs = startMs + hour * HOUR_MS;
    log.command({ kind: 'tick' });
    if (hour === 3) [lapsed] = log.command({ kind: 'lapse', entryIndex: at.asksSilent }) as [number];
    if (![4, 7, 8].includes(hour)) continue;
    const due: Command = { kind: 'deadline', requestIndex: at.asking, mailboxId: 2 };
    indices.push(...log.command(due));
  }
  log.close();
  const [half, fourFifths, breached] = indices as [number, number, number];
  return {
    path: log.path,
    asked,
    recall,
    silent,
    at: { ...at, opened: opened!, given: given!, lapsed, half, fourFifths, breached },
  };
}

const honest = makeLog();
const { at, asked, recall, silent } = honest;
/** Where an entry is appended: ticks follow the breach. */
const end = at.breached + 7;
const levels: Readonly<Record<string, number>> = at;

test('an honest log of all this is clean', async () => {
  const report = await audit(honest.path);
  expect([report.verdict, report.findings]).toEqual(['verified', []]);
  expect(report.entriesByKind).toMatchObject({
    contentAccessTracking: 1,
    consignmentAcceptance: 1,
    acceptanceRejectionExpiry: 1,
    deadlineEvent: 3,
  });
  expect(Object.values(levels).every((index) => index > 0)).toBe(true);
});

const stage = (value: DeadlineStage, dueAtMs: number): Event => ({
  kind: 'deadlineEvent',
  value: {
    messageId: asked.routing.messageId,
    sender: customs.mailbox,
    recipient: police.mailbox,
    stage: value,
    dueAtMs,
  },
});

describe('deadlines (domain: systems/siena-deadlines)', () => {
  const CASES: Case[] = [
    ['a breach that was never recorded', (log) => log.remove(at.breached), [found(at.asking, 'deadline-overdue')]],
    [
      'a breach that was recorded hours later although the gateway was at work',
      (log) => {
        const { event } = log.entry(at.breached);
        log.remove(at.breached);
        log.append(event);
      },
      [found(end - 1, 'deadline-overdue')],
    ],
    [
      'a stage before its time',
      (log) => log.replace(at.lapsed - 1, () => ({ event: log.entry(at.half).event })),
      [found(at.lapsed - 1, 'deadline-fit'), found(at.half, 'deadline-fit')],
    ],
    [
      'a stage out of order',
      (log) =>
        log.replace(at.half, ({ event }) => ({
          event: { ...event, value: { ...event.value, stage: FOUR_FIFTHS } } as Event,
        })),
      [found(at.asking, 'deadline-overdue'), found(at.half, 'deadline-fit'), AND_MORE],
    ],
    ['a stage twice', (log) => void log.append(stage(BREACHED, 5)), [found(end, 'deadline-fit')]],
    [
      'another end of the time',
      (log) =>
        log.replace(at.half, ({ event }) => ({
          event: { ...event, value: { ...event.value, dueAtMs: 5, stage: HALF } } as Event,
        })),
      [found(at.half, 'deadline-fit')],
    ],
  ];
  findsOut(honest.path, CASES);
});

describe('access and consent (domain: evidence/Consent)', () => {
  const CASES: Case[] = [
    [
      'opened twice',
      (log) => void log.append(logged('contentAccessTracking', eventWork(asked, 1, OPENED))),
      [found(end, 'terminal-state')],
    ],
    [
      'opened, as the sender says',
      (log) => void log.append(logged('contentAccessTracking', eventWork(recall, 2, OPENED, customs.signing))),
      [found(end, 'recipient-key')],
    ],
    [
      'a statement that says something else than the entry',
      (log) => void log.append(logged('consignmentAcceptance', eventWork(recall, 2, OPENED))),
      [found(end, 'event-fit')],
    ],
    [
      'consent that nobody asked for',
      (log) => void log.append(logged('consignmentAcceptance', eventWork(asked, 1, CONSENT_GIVEN))),
      [found(end, 'event-fit')],
    ],
    [
      'opened before the handover',
      (log) => log.replace(at.opened - 4, () => ({ event: log.entry(at.opened).event })),
      [found(at.asking, 'content-missing'), found(at.opened - 4, 'event-fit'), AND_MORE],
    ],
    ['a lapse that was never recorded', (log) => log.remove(at.lapsed), [found(at.asksSilent, 'consent-overdue')]],
    [
      'a lapse before the message expires',
      (log) => {
        const value = {
          messageId: silent.routing.messageId,
          sender: customs.mailbox,
          recipient: police.mailbox,
          number: 3,
        };
        const { event } = log.entry(at.lapsed);
        expect(event).toEqual({ kind: 'acceptanceRejectionExpiry', value });
        log.replace(at.given, () => ({ event }));
      },
      [found(at.given, 'expired-early'), AND_MORE],
    ],
    [
      'a lapse of what was given',
      (log) => {
        const value = {
          messageId: recall.routing.messageId,
          sender: customs.mailbox,
          recipient: police.mailbox,
          number: 2,
        };
        const { expiresAtMs } = recall.routing;
        log.append({ kind: 'acceptanceRejectionExpiry', value }, undefined, expiresAtMs);
      },
      [found(end, 'event-fit')],
    ],
  ];
  findsOut(honest.path, CASES);
});
