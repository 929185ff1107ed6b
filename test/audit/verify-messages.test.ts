import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import {
  acceptance,
  type Event,
  expiry,
  FAILED,
  failure,
  flipped,
  handover,
  rejection,
  waiting,
} from './forged-events.ts';
import {
  customs,
  harbour,
  makeAgency,
  makeMessage,
  police,
  removeDirectory,
  signAct,
  statementAbout,
  type TestAgency,
} from './log-builder.ts';
import { Forgery } from './forgery.ts';
import { makeSampleLog } from './sample-log.ts';
import { audit, type Case, findsOut, found } from './verify-support.ts';

const sample = makeSampleLog();
const { at, size } = sample;
const stranger = makeAgency('xd.customs', 'desk', 'p256');
afterAll(removeDirectory);

const SUBMISSIONS: Case[] = [
  [
    'a signature that does not verify',
    (log) => {
      const message = makeMessage(customs, [police], log.nextMs);
      const event = acceptance(message, [7]) as Event & { kind: 'submissionAcceptance' };
      log.append({ ...event, value: { ...event.value, signature: flipped(event.value.signature) } }, message);
    },
    [found(size, 'sender-signature')],
  ],
  [
    'a signature of another header',
    (log) => {
      const [one, other] = [makeMessage(customs, [police], log.nextMs), makeMessage(customs, [police], log.nextMs)];
      const { value } = acceptance(one, [7]) as Event & { kind: 'submissionAcceptance' };
      log.append({ kind: 'submissionAcceptance', value: { ...value, header: other.header } }, other);
    },
    [found(size, 'sender-signature')],
  ],
  [
    'a header that names another key than its signature',
    (log) => {
      const message = makeMessage(customs, [police], log.nextMs, { signingKeyId: new Uint8Array(32) });
      log.append(acceptance(message, [7]), message);
    },
    [found(size, 'sender-signature')],
  ],
  [
    "another agency's key",
    (log) => {
      const message = makeMessage(customs, [police], log.nextMs, { signingKeyId: keyThumbprint(harbour.signing) });
      log.append(acceptance(message, [7], customs, harbour.signing), message);
    },
    [found(size, 'sender-key')],
  ],
  [
    'a TLS key',
    (log) => {
      const message = makeMessage(customs, [police], log.nextMs, { signingKeyId: keyThumbprint(customs.tls) });
      log.append(acceptance(message, [7], customs, customs.tls), message);
    },
    [found(size, 'sender-key')],
  ],
  [
    'a key that was never registered',
    (log) => {
      const message = makeMessage(customs, [police], log.nextMs, { signingKeyId: keyThumbprint(stranger.signing) });
      log.append(acceptance(message, [7], customs, stranger.signing), message);
    },
    [found(size, 'sender-key')],
  ],
  [
    'a key that had been revoked',
    (log) => {
      log.append(revocation(log, customs));
      const message = makeMessage(customs, [police], log.nextMs);
      log.append(acceptance(message, [7]), message);
    },
    [found(size + 1, 'sender-key')],
  ],
  [
    'a header that breaks a rule',
    (log) => {
      const message = makeMessage(customs, [police], log.nextMs);
      const broken = makeMessage(customs, [police], log.nextMs, { handling: [] });
      const { value } = acceptance(message, [7]) as Event & { kind: 'submissionAcceptance' };
      log.append({ kind: 'submissionAcceptance', value: { ...value, header: broken.header } }, broken);
    },
    [found(size, 'header-rules')],
  ],
  [
    'an agency that is suspended',
    (log) => {
      log.append(suspension(log, harbour));
      const message = makeMessage(customs, [harbour], log.nextMs);
      log.append(acceptance(message, [7]), message);
    },
    [found(size + 1, 'agency-suspended')],
  ],
  [
    'the same message twice',
    (log) => {
      const { event } = log.entry(at.burst + 4);
      const { value } = event as Event & { kind: 'submissionAcceptance' };
      const numbers = [7, 7];
      log.append({ kind: 'submissionAcceptance', value: { ...value, numbers } });
    },
    [found(size, 'message-twice'), found(size, 'content-missing')],
  ],
  [
    'a mailbox number that leaves a gap',
    (log) => {
      const message = makeMessage(customs, [police], log.nextMs);
      log.append(acceptance(message, [8]), message);
    },
    [found(size, 'mailbox-number')],
  ],
  [
    'a mailbox number that was given before',
    (log) => {
      const message = makeMessage(customs, [police], log.nextMs);
      log.append(acceptance(message, [1]), message);
    },
    [found(size, 'mailbox-number')],
  ],
  [
    'a mailbox number after which there is none',
    (log) => {
      const message = makeMessage(customs, [police], log.nextMs);
      log.append(acceptance(message, [Number.MAX_SAFE_INTEGER]), message);
    },
    [found(size, 'mailbox-number'), found(size, 'content-kept'), found('-', 'database-readable')],
  ],
  [
    'a recipient without a mailbox',
    (log) => log.append(acceptance(makeMessage(customs, [stranger], log.nextMs), [1])),
    [found(size, 'submission-policy')],
  ],
  [
    'a rejection of something that the sender did not sign',
    (log) => log.append(rejection(makeMessage(customs, [police], log.nextMs), { headerDigest: new Uint8Array(32) })),
    [found(size, 'sender-signature')],
  ],
  [
    'a rejection in the name of another agency',
    (log) => log.append(rejection(makeMessage(customs, [police], log.nextMs), { sender: police.mailbox })),
    [found(size, 'sender-key')],
  ],
  [
    'a rejection of a malformed sender',
    (log) => log.append(rejection(makeMessage(customs, [police], log.nextMs), { sender: 'nobody' })),
    [found(size, 'header-rules')],
  ],
];

const DELIVERIES: Case[] = [
  [
    'a handover that another agency signed',
    (log) => log.append(handover(statementAbout(waiting(log, at.burst, 3), police, 5), harbour)),
    [found(size, 'recipient-key')],
  ],
  [
    'a handover whose signature does not verify',
    (log) => {
      const { value } = handover(statementAbout(waiting(log, at.burst, 3), police, 5)) as Event & {
        kind: 'contentHandover';
      };
      const statement = { ...value.statement, signature: flipped(value.statement.signature) };
      log.append({ kind: 'contentHandover', value: { statement, late: false } });
    },
    [found(size, 'recipient-signature')],
  ],
  [
    'a handover of another header',
    (log) =>
      log.append(handover(statementAbout(waiting(log, at.burst, 3), police, 5, { headerDigest: new Uint8Array(32) }))),
    [found(size, 'handover-fit')],
  ],
  [
    'a handover under the number of another message',
    (log) => log.append(handover(statementAbout(waiting(log, at.burst, 3), police, 6))),
    [found(size, 'handover-fit')],
  ],
  [
    'a handover of what was never accepted',
    (log) => log.append(handover(statementAbout(waiting(log, at.burst, 3), police, 99))),
    [found(size, 'handover-fit')],
  ],
  [
    'a handover that says the opposite',
    (log) => log.append(handover(statementAbout(waiting(log, at.burst, 3), police, 5, FAILED))),
    [found(size, 'handover-fit')],
  ],
  [
    'a failure for another reason than the recipient states',
    (log) => log.append(failure(statementAbout(waiting(log, at.burst, 3), police, 5, FAILED), police, 402)),
    [found(size, 'handover-fit')],
  ],
  [
    'a second end of a delivery',
    (log) => log.append(handover(statementAbout(sample.messages.single, police, 1))),
    [found(size, 'terminal-state')],
  ],
  [
    'a failure after the handover',
    (log) => log.append(failure(statementAbout(sample.messages.single, police, 1, FAILED))),
    [found(size, 'terminal-state')],
  ],
  [
    'an end that is hidden as late',
    (log) => log.append(handover(statementAbout(waiting(log, at.burst, 3), police, 5), police, true)),
    [found(size, 'terminal-state')],
  ],
  [
    'a second late statement',
    (log) => log.append(handover(statementAbout(sample.messages.expiring, harbour, 6), harbour, true)),
    [found(size, 'terminal-state')],
  ],
  [
    'an expiry before its time',
    (log) => log.append(expiry(waiting(log, at.burst, 3), police, 5)),
    [found(size, 'expired-early')],
  ],
  [
    'an end without a word from anybody',
    (log) => {
      const afterMs = waiting(log, at.burst, 3).routing.expiresAtMs;
      log.append(expiry(waiting(log, at.burst, 3), police, 5, 401), undefined, afterMs);
    },
    [found(size, 'handover-fit')],
  ],
  [
    'a purge of what still counts',
    (log) => log.append({ kind: 'purge', value: { throughMs: sample.messages.expiring.routing.expiresAtMs } }),
    [found(size, 'purge-early')],
  ],
  [
    'a purge of what somebody waits for',
    (log) => {
      const throughMs = waiting(log, at.burst, 3).routing.expiresAtMs;
      log.append({ kind: 'purge', value: { throughMs } }, undefined, throughMs + 91 * 86_400_000);
    },
    Array.from({ length: 4 }, () => found(size, 'purge-early')),
  ],
];

/** Both are honest acts, the next of their operator. */
function suspension(log: Forgery, { agency }: TestAgency): Event {
  return { kind: 'operatorAct', value: { act: signAct({ kind: 'suspend', value: { agency } }, 6, log.nextMs) } };
}
function revocation(log: Forgery, { signing }: TestAgency): Event {
  const act = { kind: 'revoke', value: { keyId: keyThumbprint(signing) } } as const;
  return { kind: 'operatorAct', value: { act: signAct(act, 6, log.nextMs) } };
}

describe('a dishonest gateway is found out when it logs a submission with', () => findsOut(sample.path, SUBMISSIONS));
describe('a dishonest gateway is found out when it logs', () => findsOut(sample.path, DELIVERIES));

test('whatever byte of an entry it changes before it signs, the audit is not stopped', async () => {
  const place = fc.tuple(fc.nat({ max: at.tick - 1 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async ([index, share], mask) => {
      const log = new Forgery(sample.path);
      log.entries.length = at.tick + 1;
      const bytes = Uint8Array.from(log.entries[index]!);
      bytes[Math.floor(share * bytes.length)]! ^= mask;
      log.entries[index] = bytes;
      expect((await audit(log.write())).size).toBeGreaterThanOrEqual(at.tick);
    }),
    { numRuns: Number(process.env['FUZZ'] ?? 40) },
  );
});
