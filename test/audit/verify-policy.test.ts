/** A gateway that does what the policy of SPEC.md section 10.1 forbids, and logs it with signatures that verify. */
import { afterAll, describe, expect, test } from 'vitest';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import type { Act, Routing } from '../../protocol/generated/schema.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { acceptance, type Event, expiry, FAILED, failure, handover, rejection, waiting } from './forged-events.ts';
import { Forgery } from './forgery.ts';
import {
  customs,
  harbour,
  HOUR_MS,
  makeMessage,
  police,
  removeDirectory,
  signAct,
  statementAbout,
} from './log-builder.ts';
import { makeSampleLog } from './sample-log.ts';
import { audit, type Case, findsOut, found } from './verify-support.ts';

const sample = makeSampleLog();
const { at, size } = sample;
afterAll(removeDirectory);

const YEAR_MS = 365 * 24 * HOUR_MS;
const DAY_MS = 24 * HOUR_MS;
const tick: Event = { kind: 'tick', value: {} };

/** Accepts a message to the police; times are relative to the entry's. */
function accept(log: Forgery, change: (nowMs: number) => Partial<Routing>, atMs = log.nextMs): void {
  const message = makeMessage(customs, [police], atMs, change(atMs));
  log.append(acceptance(message, [7]), message, atMs);
}
const act = (log: Forgery, content: Act['act']): number =>
  log.append({ kind: 'operatorAct', value: { act: signAct(content, 6, log.nextMs) } });
const suspend = (log: Forgery, { agency }: { agency: string }): number =>
  act(log, { kind: 'suspend', value: { agency } });
/** Refuses a message of customs that nothing is wrong with. */
const refuse = (log: Forgery, code: ErrorCode | number, atMs = log.nextMs): number => {
  const number = typeof code === 'number' ? code : ERRORS[code].number;
  return log.append(rejection(makeMessage(customs, [police], atMs), { code: number }), undefined, atMs);
};
/** When every certificate of the sample has expired. */
const afterCertificates = (log: Forgery): number => log.nextMs + 50 * YEAR_MS;

const ACCEPTANCES: Case[] = [
  [
    'a day after its expiry',
    (log) => accept(log, (now) => ({ createdAtMs: now - 2 * DAY_MS, expiresAtMs: now - DAY_MS })),
    [found(size, 'submission-policy')],
  ],
  [
    'in the instant of its expiry',
    (log) => accept(log, (now) => ({ createdAtMs: now - DAY_MS, expiresAtMs: now })),
    [found(size, 'submission-policy')],
  ],
  [
    'that was made a year ahead',
    (log) => accept(log, (now) => ({ createdAtMs: now + YEAR_MS, expiresAtMs: now + YEAR_MS + DAY_MS })),
    [found(size, 'submission-policy')],
  ],
  [
    'that was made a little more than 5 minutes ahead',
    (log) => accept(log, (now) => ({ createdAtMs: now + LIMITS.createdAheadMsMax + 1 })),
    [found(size, 'submission-policy')],
  ],
  [
    'that lives longer than any may',
    (log) => accept(log, (now) => ({ expiresAtMs: now + LIMITS.lifetimeMsMax + 1 })),
    [found(size, 'submission-policy')],
  ],
  [
    'whose signing certificate had expired',
    (log) => accept(log, () => ({}), afterCertificates(log)),
    [found(size, 'submission-policy')],
  ],
  [
    'for a key that nobody published',
    (log) => accept(log, () => ({ recipients: [{ mailbox: police.mailbox, keyId: new Uint8Array(32).fill(1) }] })),
    [found(size, 'encryption-key')],
  ],
  [
    'for the key of another mailbox',
    (log) => accept(log, () => ({ recipients: [{ mailbox: police.mailbox, keyId: harbour.encryptionKeyId }] })),
    [found(size, 'encryption-key')],
  ],
  [
    'of a suspended agency',
    (log) => {
      suspend(log, customs);
      accept(log, () => ({}));
    },
    [found(size + 1, 'agency-suspended')],
  ],
  [
    'to a suspended agency',
    (log) => {
      suspend(log, police);
      accept(log, () => ({}));
    },
    [found(size + 1, 'agency-suspended')],
  ],
  [
    'under the id of another message',
    (log) => accept(log, () => ({ messageId: sample.messages.single.routing.messageId })),
    [found(size, 'message-twice')],
  ],
  [
    'of a mailbox that does not exist',
    (log) => accept(log, () => ({ sender: `${customs.agency}/nobody` })),
    [found(size, 'submission-policy')],
  ],
];

const REFUSALS: Case[] = [
  ...([0, 1, 9999, 'STORAGE_FULL', 'CLOCK_FAULT', 'HEADER_INVALID', 'INTERNAL'] as const).map((code): Case => [
    `with code ${code}`,
    (log) => refuse(log, code),
    [found(size, 'refusal-policy')],
  ]),
  ...(['AGENCY_SUSPENDED', 'KEY_REVOKED', 'CERTIFICATE_EXPIRED', 'ID_REUSED', 'RECIPIENT_SUSPENDED'] as const).map(
    (code): Case => [`as ${code}, which is not so`, (log) => refuse(log, code), [found(size, 'refusal-policy')]],
  ),
  [
    'although it had accepted it',
    (log) => log.append(rejection(sample.messages.single, { code: ERRORS.ID_REUSED.number })),
    [found(size, 'refusal-policy')],
  ],
  [
    'for its time, although the id was bound',
    (log) => {
      const { messageId } = sample.messages.single.routing;
      const message = makeMessage(customs, [police], log.nextMs, { messageId });
      log.append(rejection(message, { code: ERRORS.EXPIRED.number }));
    },
    [found(size, 'refusal-policy')],
  ],
  [
    'for its recipient, although the agency was suspended',
    (log) => {
      suspend(log, customs);
      refuse(log, 'RECIPIENT_UNKNOWN');
    },
    [found(size + 1, 'refusal-policy')],
  ],
  [
    'of a mailbox that does not exist',
    (log) => log.append(rejection(makeMessage(customs, [police], log.nextMs, { sender: `${customs.agency}/nobody` }))),
    [found(size, 'refusal-policy')],
  ],
];

const DELIVERIES: Case[] = [
  [
    'a late statement that says again what was said in time',
    (log) => log.append(handover(statementAbout(sample.messages.single, police, 1), police, true)),
    [found(size, 'terminal-state')],
  ],
  [
    'an expiry of what was handed over',
    (log) => {
      const { single } = sample.messages;
      log.append(expiry(single, police, 1), undefined, single.routing.expiresAtMs);
    },
    [found(size, 'terminal-state')],
  ],
  [
    'an expiry as late',
    (log) => {
      const { event } = log.entry(at.expiry);
      if (event.kind !== 'contentHandoverFailure') throw new Error('no failure');
      log.append({ kind: 'contentHandoverFailure', value: { ...event.value, late: true } });
    },
    [found(size, 'terminal-state')],
  ],
  [
    'nothing about deliveries that are long over',
    (log) => {
      const { expiresAtMs } = waiting(log, at.burst, 3).routing;
      log.append(tick, undefined, expiresAtMs);
      log.append(tick, undefined, expiresAtMs + HOUR_MS);
      log.append(tick, undefined, expiresAtMs + 3 * HOUR_MS);
    },
    [1, 2, 3, 4].map((i) => found(at.burst + i, 'delivery-overdue')),
  ],
];

describe('a dishonest gateway is found out when it accepts a message', () => findsOut(sample.path, ACCEPTANCES));
describe('a dishonest gateway is found out when it refuses a message', () => findsOut(sample.path, REFUSALS));
describe('a dishonest gateway is found out when it logs', () => findsOut(sample.path, DELIVERIES));

test.each<[string, (log: Forgery) => void]>([
  [
    'acceptances at the very limits',
    (log) => {
      accept(log, (now) => ({ createdAtMs: now + LIMITS.createdAheadMsMax }));
      const message = makeMessage(customs, [police], log.nextMs, { expiresAtMs: log.nextMs + LIMITS.lifetimeMsMax });
      log.append(acceptance(message, [8]), message);
    },
  ],
  [
    'refusals that were due',
    (log) => {
      const { messageId } = sample.messages.single.routing;
      const reused = makeMessage(customs, [police], log.nextMs, { messageId });
      log.append(rejection(reused, { code: ERRORS.ID_REUSED.number }));
      for (const code of ['EXPIRED', 'CREATED_IN_FUTURE', 'EXPIRY_TOO_FAR', 'RECIPIENT_KEY_OUTDATED'] as const) {
        refuse(log, code);
      }
      act(log, { kind: 'revoke', value: { keyId: keyThumbprint(customs.signing) } });
      refuse(log, 'KEY_REVOKED');
    },
  ],
  [
    'refusals of a suspended agency',
    (log) => {
      suspend(log, customs);
      refuse(log, 'AGENCY_SUSPENDED');
    },
  ],
  [
    'a contradiction that came late',
    (log) => {
      const event = failure(statementAbout(sample.messages.single, police, 1, FAILED));
      log.append({ ...event, value: { ...event.value, late: true } } as Event);
    },
  ],
  [
    'expiries that were logged in time',
    (log) => {
      const { expiresAtMs } = waiting(log, at.burst, 4).routing;
      for (const i of [1, 2, 3, 4] as const) {
        const message = waiting(log, at.burst, i);
        log.append(expiry(message, harbour, i + 1), undefined, expiresAtMs);
        if (i > 2) log.append(expiry(message, police, i + 2), undefined, expiresAtMs);
      }
      const messages = [1, 2, 3, 4].map((i) => at.burst + i);
      log.append({ kind: 'contentErasure', value: { messages, blobs: [] } }, undefined, expiresAtMs);
      for (const hours of [3, 6]) log.append(tick, undefined, expiresAtMs + hours * HOUR_MS);
    },
  ],
  [
    'a gateway that stood still over an expiry',
    (log) => {
      const { expiresAtMs } = waiting(log, at.burst, 3).routing;
      log.append(tick, undefined, expiresAtMs + 30 * HOUR_MS);
      log.append(tick);
    },
  ],
])('%s are no finding', async (_, forge) => {
  const log = new Forgery(sample.path);
  forge(log);
  expect((await audit(log.write())).findings).toEqual([]);
});
