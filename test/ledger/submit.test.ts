/** What the ledger decides about submissions: each refusal, which of two wins, times to the millisecond, numbers. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { SubmitCommand } from '../../ledger/decide.ts';
import { decodePlaces } from '../../ledger/rows.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { AgencyId } from '../../protocol/ids.ts';
import {
  certify,
  DAY_MS,
  filler,
  HOUR_MS,
  makeAgency,
  message,
  MINUTE_MS,
  newEncryptionKey,
  keyStatement,
  removeDirectory,
  START_MS,
  TestLedger,
} from './support.ts';

const customs = makeAgency('xa.customs', ['desk', 'lab']);
const police = makeAgency('xb.police');
const harbour = makeAgency('xc.harbour');
afterAll(removeDirectory);

let ledger: TestLedger;
beforeEach(() => {
  ledger = new TestLedger([customs, police, harbour]);
});

const send = (change: Parameters<typeof message>[3] = {}): SubmitCommand =>
  message(customs, [police], ledger.nowMs, change);
const to = (mailbox: string, keyId = filler(32)): { mailbox: string; keyId: Uint8Array } => ({ mailbox, keyId });
const suspend = (agency: string): unknown => ledger.act({ kind: 'suspend', value: { agency } });
const revoke = (keyId: Uint8Array): unknown => ledger.act({ kind: 'revoke', value: { keyId } });
const accepted = (command: SubmitCommand): number[] => ledger.event(command, 'submissionAcceptance').numbers;

describe('a submission in order', () => {
  test('is recorded with its header, signature, path, size and number', () => {
    const command = send();
    const event = ledger.event(command, 'submissionAcceptance');
    const { header, signature, path, contentBytes } = command;
    expect(event).toEqual({ header, signature, path, contentBytes, numbers: [1] });
    expect(ledger.store.messagesById(command.parsed.routing.messageId)).toMatchObject([
      { entryIndex: ledger.size - 1, outstanding: 1, headerDigest: command.parsed.digest },
    ]);
  });

  test('every entry has a time and a blind of its own', () => {
    ledger.nowMs = START_MS + 5;
    const decisions = [ledger.run(send()), ledger.run(send())];
    const entries = decisions.flatMap((decision) => (decision.kind === 'entries' ? decision.entries : []));
    expect(entries.map((entry) => entry.atMs)).toEqual([START_MS + 5, START_MS + 5]);
    expect(new Set(entries.map((entry) => Buffer.from(entry.blind).toString('hex'))).size).toBe(2);
    expect(ledger.store.get('facts', 'last-at-ms')?.number).toBe(START_MS + 5);
  });

  test('mailboxes number what they receive from 1 without gaps, each for itself', () => {
    expect(accepted(send())).toEqual([1]);
    expect(accepted(message(customs, [harbour, police], ledger.nowMs))).toEqual([1, 2]);
    expect(accepted(message(police, [harbour], ledger.nowMs))).toEqual([2]);
    // A refusal takes no number, and neither does a repetition.
    expect(ledger.refusal(send({ recipients: [to('xd.nobody/desk')] })).logged).toBe(true);
    const again = send();
    expect(accepted(again)).toEqual([3]);
    expect(ledger.run(again).kind).toBe('repeat');
    expect(accepted(message(harbour, [police, customs, harbour], ledger.nowMs))).toEqual([4, 1, 3]);
  });

  test('places say where it went, in the order of the recipients', () => {
    accepted(send());
    accepted(message(customs, [harbour, police], ledger.nowMs));
    const [row] = [...ledger.store.scan('messages')].slice(-1);
    const idOf = (mailbox: string): number => ledger.store.get('mailboxes', mailbox)!.id;
    expect(decodePlaces(row!.places)).toEqual([
      { mailboxId: idOf('xc.harbour/desk'), number: 1 },
      { mailboxId: idOf('xb.police/desk'), number: 2 },
    ]);
    expect(row!.outstanding).toBe(2);
  });
});

describe('repetitions', () => {
  test('the same bytes are answered with the entry they have, whatever has become of sender and message', () => {
    const command = send();
    accepted(command);
    const index = ledger.size - 1;
    const repeat = { kind: 'repeat', index };
    expect(ledger.run(command)).toEqual(repeat);
    suspend('xa.customs');
    suspend('xb.police');
    revoke(customs.signing.keyId);
    expect(ledger.run(command)).toEqual(repeat);
    ledger.nowMs = command.parsed.routing.expiresAtMs + DAY_MS;
    ledger.run({ kind: 'expire', entryIndex: index });
    expect(ledger.run(command)).toEqual(repeat);
    expect(ledger.run({ ...command, contentBytes: 1 })).toEqual(repeat);
  });

  test('other bytes under the id are refused, also after the expiry', () => {
    const first = send();
    accepted(first);
    const other = send({ messageId: first.parsed.routing.messageId, bodyDigest: filler(32) });
    expect(ledger.refusal(other)).toEqual({ code: 'ID_REUSED', logged: true });
    ledger.nowMs += 2 * DAY_MS;
    const { messageId } = first.parsed.routing;
    expect(ledger.refusal(send({ messageId })).code).toBe('ID_REUSED');
  });

  test('a refusal does not bind the id', () => {
    const refused = send({ recipients: [to('xb.police/desk')] });
    expect(ledger.refusal(refused).code).toBe('RECIPIENT_KEY_OUTDATED');
    expect(accepted(send({ messageId: refused.parsed.routing.messageId }))).toEqual([1]);
  });

  test('an id belongs to the sending mailbox: another agency or unit may have the same', () => {
    const { messageId } = send().parsed.routing;
    accepted(send({ messageId }));
    accepted(message(harbour, [police], ledger.nowMs, { messageId }));
    expect(accepted(send({ messageId, sender: customs.mailboxes[1]! }))).toEqual([3]);
    expect(ledger.store.messagesById(messageId)).toHaveLength(3);
    const third = message(harbour, [police], ledger.nowMs, { messageId, bodyDigest: filler(32) });
    expect(ledger.refusal(third).code).toBe('ID_REUSED');
  });

  test('an id is free again when its message is forgotten', () => {
    const command = send();
    accepted(command);
    const index = ledger.size - 1;
    ledger.nowMs = command.parsed.routing.expiresAtMs;
    ledger.recorded({ kind: 'expire', entryIndex: index });
    ledger.nowMs += 90 * DAY_MS;
    ledger.event({ kind: 'purge' }, 'purge');
    expect(ledger.refusal(command).code).toBe('EXPIRED');
    expect(accepted(send({ messageId: command.parsed.routing.messageId }))).toEqual([2]);
  });
});

describe('times', () => {
  const offered = (createdAtMs: number, expiresAtMs: number): ErrorCode | undefined => {
    const decision = ledger.run(send({ createdAtMs, expiresAtMs }));
    return decision.kind === 'refused' ? decision.error.code : undefined;
  };

  test('creation may lie 5 minutes ahead and not a millisecond more', () => {
    const ahead = START_MS + 5 * MINUTE_MS;
    expect(offered(ahead, ahead + HOUR_MS)).toBeUndefined();
    expect(offered(ahead + 1, ahead + HOUR_MS)).toBe('CREATED_IN_FUTURE');
  });

  test('creation may lie behind as far as the expiry allows', () => {
    expect(offered(START_MS - 90 * DAY_MS + 1, START_MS + 1)).toBeUndefined();
    expect(offered(START_MS - 90 * DAY_MS, START_MS)).toBe('EXPIRED');
  });

  test('the expiry must lie after now', () => {
    expect(offered(START_MS - HOUR_MS, START_MS + 1)).toBeUndefined();
    expect(offered(START_MS - HOUR_MS, START_MS)).toBe('EXPIRED');
    expect(offered(START_MS - HOUR_MS, START_MS - 1)).toBe('EXPIRED');
  });

  test('the expiry may lie 90 days after creation and not a millisecond more', () => {
    expect(offered(START_MS, START_MS + 90 * DAY_MS)).toBeUndefined();
    expect(offered(START_MS, START_MS + 90 * DAY_MS + 1)).toBe('EXPIRY_TOO_FAR');
  });

  test('a signing certificate counts until its last millisecond', () => {
    const short = makeAgency('xe.short', ['desk'], 2);
    ledger.act({ kind: 'enrol', value: short.enrol });
    ledger.nowMs = short.signing.notAfterMs;
    expect(accepted(message(short, [police], ledger.nowMs))).toEqual([1]);
    ledger.nowMs++;
    expect(ledger.refusal(message(short, [police], ledger.nowMs)).code).toBe('CERTIFICATE_EXPIRED');
    const renewed = certify('xe.short', 'signing', { keyPath: short.signing.keyPath });
    const nothing = { units: [], tls: [], keyStatements: [] };
    ledger.act({ kind: 'enrol', value: { ...nothing, agency: 'xe.short', signing: [renewed.chain] } });
    expect(accepted(message(short, [police], ledger.nowMs))).toEqual([2]);
  });
});

/**
 * Every check in its order: what must be done for it to refuse, over and above what the ones before it did. Each is also
 * tried together with each later one, and must win.
 */
interface Check {
  code: ErrorCode;
  logged: boolean;
  prepare?: () => unknown;
  change?: () => Parameters<typeof message>[3];
  session?: string;
}
let taken: SubmitCommand;
const stranger = certify('xa.customs', 'signing');
const CHECKS: readonly Check[] = [
  { code: 'SENDER_MISMATCH', logged: false, session: 'xb.police' },
  { code: 'KEY_UNKNOWN', logged: false, change: () => ({ signingKeyId: stranger.keyId }) },
  { code: 'SENDER_MISMATCH', logged: false, change: () => ({ sender: 'xa.customs/nobody' }) },
  {
    code: 'ID_REUSED',
    logged: true,
    prepare: () => accepted((taken = send())),
    change: () => ({ messageId: taken.parsed.routing.messageId, bodyDigest: filler(32) }),
  },
  { code: 'AGENCY_SUSPENDED', logged: true, prepare: () => suspend('xa.customs') },
  { code: 'KEY_REVOKED', logged: true, prepare: () => revoke(customs.signing.keyId) },
  { code: 'CERTIFICATE_EXPIRED', logged: true, prepare: () => (ledger.nowMs = customs.signing.notAfterMs + 1) },
  { code: 'CREATED_IN_FUTURE', logged: true, change: () => ({ createdAtMs: ledger.nowMs + HOUR_MS }) },
  {
    code: 'EXPIRED',
    logged: true,
    change: () => ({ expiresAtMs: ledger.nowMs, createdAtMs: ledger.nowMs - 91 * DAY_MS }),
  },
  { code: 'EXPIRY_TOO_FAR', logged: true, change: () => ({ expiresAtMs: ledger.nowMs + 91 * DAY_MS }) },
  { code: 'RECIPIENT_UNKNOWN', logged: true, change: () => ({ recipients: [to('xd.nobody/desk')] }) },
  { code: 'RECIPIENT_SUSPENDED', logged: true, prepare: () => suspend('xb.police') },
  { code: 'RECIPIENT_KEY_OUTDATED', logged: true, change: () => ({ recipients: [to('xb.police/desk')] }) },
];
const name = ({ code }: Check, i: number): string => `${i + 1} ${code}`;
/** Both make the same member of the routing different, so no message has both faults. */
const excludes = (a: Check, b: Check): boolean => {
  const pair = [a.code, b.code];
  const both = (...codes: ErrorCode[]): boolean => codes.every((code) => pair.includes(code));
  return (
    both('CREATED_IN_FUTURE', 'EXPIRED') ||
    both('EXPIRED', 'EXPIRY_TOO_FAR') ||
    both('RECIPIENT_UNKNOWN', 'RECIPIENT_KEY_OUTDATED')
  );
};

describe('the order of the checks', () => {
  const attempt = (...checks: readonly Check[]): { code: ErrorCode; logged: boolean } => {
    for (const check of checks) check.prepare?.();
    const change = Object.assign({}, ...checks.map((check) => check.change?.() ?? {})) as Parameters<typeof message>[3];
    const session = checks.find((check) => check.session !== undefined)?.session ?? 'xa.customs';
    return ledger.refusal({ ...send(change), agency: session as AgencyId });
  };

  for (const [i, check] of CHECKS.entries()) {
    const { code, logged } = check;
    test(`${name(check, i)} alone${logged ? ', with an entry' : ''}`, () => {
      const before = ledger.size;
      expect(attempt(check)).toEqual({ code, logged });
      if (!logged && !check.prepare) expect(ledger.size).toBe(before);
    });
    for (const [k, later] of CHECKS.entries()) {
      if (k <= i || excludes(check, later)) continue;
      test(`${name(check, i)} wins over ${name(later, k)}`, () => {
        expect(attempt(check, later)).toEqual({ code, logged });
      });
    }
  }

  test('of several recipients the first that is refused decides', () => {
    const recipients = [to('xb.police/desk', police.keys[0]!.keyId), to('xc.harbour/desk'), to('xd.nobody/desk')];
    expect(ledger.refusal(send({ recipients })).code).toBe('RECIPIENT_KEY_OUTDATED');
    expect(ledger.refusal(send({ recipients: recipients.toReversed() })).code).toBe('RECIPIENT_UNKNOWN');
    expect(accepted(send())).toEqual([1]);
  });
});

describe('keys', () => {
  test('a TLS key and a key of another agency sign nothing', () => {
    expect(ledger.refusal(send({ signingKeyId: customs.tls.keyId })).code).toBe('KEY_UNKNOWN');
    expect(ledger.refusal(send({ signingKeyId: police.signing.keyId })).code).toBe('KEY_UNKNOWN');
  });

  test('any key of the current statement will do, and none of the one before', () => {
    const [first, second] = [newEncryptionKey(), newEncryptionKey()];
    const statement = keyStatement(police.signing, 'xb.police/desk', 2, [first, second]);
    const nothing = { units: ['desk'], tls: [], signing: [] };
    ledger.act({ kind: 'enrol', value: { ...nothing, agency: 'xb.police', keyStatements: [statement] } });
    expect(accepted(send({ recipients: [to('xb.police/desk', first.keyId)] }))).toEqual([1]);
    expect(accepted(send({ recipients: [to('xb.police/desk', second.keyId)] }))).toEqual([2]);
    expect(ledger.refusal(send()).code).toBe('RECIPIENT_KEY_OUTDATED');
  });
});

test('a rejection says who, which message, which bytes and why, with the sender’s signature', () => {
  const command = send({ recipients: [to('xd.nobody/desk')] });
  const decision = ledger.run(command);
  if (decision.kind !== 'refused') throw new Error(decision.kind);
  const { signature, path, parsed } = command;
  expect(decision.entry?.event).toEqual({
    kind: 'submissionRejection',
    value: {
      sender: 'xa.customs/desk',
      messageId: parsed.routing.messageId,
      headerDigest: parsed.digest,
      code: 211,
      signature,
      path,
    },
  });
});
