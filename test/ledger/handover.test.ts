/** What the ledger decides about the end of deliveries: handovers, failures, expiry, lateness, forgetting. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { SubmitCommand } from '../../ledger/decide.ts';
import { DeliveryState, type DeliveryRow } from '../../ledger/rows.ts';
import { apply } from '../../ledger/apply.ts';
import { PURGE_MESSAGES_MAX } from '../../ledger/holds.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { HandoverStatement } from '../../protocol/generated/schema.ts';
import type { AgencyId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { refusalOf } from '../support/refusal.ts';
import {
  certify,
  DAY_MS,
  FAILED,
  filler,
  handover,
  makeAgency,
  message,
  removeDirectory,
  TestLedger,
} from './support.ts';

const customs = makeAgency('xa.customs');
const police = makeAgency('xb.police');
const harbour = makeAgency('xc.harbour');
afterAll(removeDirectory);

let ledger: TestLedger;
/** From customs to police (number 1) and harbour (number 1). */
let sent: SubmitCommand;
let index: number;
beforeEach(() => {
  ledger = new TestLedger([customs, police, harbour]);
  sent = message(customs, [police, harbour], ledger.nowMs);
  ledger.recorded(sent);
  index = ledger.size - 1;
});

const delivery = (mailbox: string, number = 1): DeliveryRow | undefined =>
  ledger.store.get('deliveries', ledger.store.get('mailboxes', mailbox)!.id, number);
const outstanding = (): number | undefined => ledger.store.get('messages', index)?.outstanding;
const expireAll = (): unknown => {
  ledger.nowMs = sent.parsed.routing.expiresAtMs;
  return ledger.recorded({ kind: 'expire', entryIndex: index });
};

describe('a handover', () => {
  test('ends the delivery to its recipient and no other', () => {
    const command = handover(sent, police, 1);
    expect(ledger.event(command, 'contentHandover')).toEqual({ statement: command.signed, late: false });
    const state = { messageIndex: index, state: DeliveryState.HANDED_OVER, eventIndex: ledger.size - 1, lateIndex: 0 };
    expect(delivery('xb.police/desk')).toMatchObject(state);
    expect(delivery('xc.harbour/desk')).toMatchObject({ state: DeliveryState.CONSIGNED, eventIndex: 0 });
    expect(outstanding()).toBe(1);
  });

  test('that says FAILED ends it as failed, with the recipient’s reason', () => {
    const command = handover(sent, harbour, 1, FAILED);
    expect(ledger.event(command, 'contentHandoverFailure')).toEqual({
      messageId: sent.parsed.routing.messageId,
      sender: 'xa.customs/desk',
      recipient: 'xc.harbour/desk',
      number: 1,
      code: 401,
      statement: command.signed,
      late: false,
    });
    expect(delivery('xc.harbour/desk')).toMatchObject({ state: DeliveryState.FAILED, eventIndex: ledger.size - 1 });
  });

  test('the content is erased by the last of them, not before', () => {
    const changesOf = (command: ReturnType<typeof handover>): unknown[] => {
      const decision = ledger.run(command);
      if (decision.kind !== 'entries') throw new Error(decision.kind);
      return decision.entries;
    };
    expect(changesOf(handover(sent, police, 1))).toHaveLength(1);
    const last = handover(sent, harbour, 1, FAILED);
    const entry = { blind: filler(16), atMs: ledger.nowMs, event: eventOf(last) };
    expect(apply(ledger.store, ledger.size, entry)).toContainEqual({ kind: 'erase-content', index });
    const again = handover(sent, police, 1, FAILED);
    const late = { blind: filler(16), atMs: ledger.nowMs, event: eventOf(again, true) };
    expect(apply(ledger.store, ledger.size, late)).not.toContainEqual({ kind: 'erase-content', index });
    ledger.recorded(last);
    expect(outstanding()).toBe(0);
  });

  test('is taken from a suspended agency and from one whose certificate has run out', () => {
    ledger.act({ kind: 'suspend', value: { agency: 'xb.police' } });
    ledger.nowMs = police.signing.notAfterMs + 1;
    expect(ledger.event(handover(sent, police, 1), 'contentHandover').late).toBe(false);
  });

  test('may be signed by any signing key of the agency in force', () => {
    const second = certify('xb.police', 'signing');
    const nothing = { units: [], tls: [], keyStatements: [] };
    ledger.act({ kind: 'enrol', value: { ...nothing, agency: 'xb.police', signing: [second.chain] } });
    ledger.event(handover(sent, police, 1, {}, second.keyId), 'contentHandover');
  });
});

function eventOf({ signed, statement }: ReturnType<typeof handover>, late = false) {
  const { messageId, sender, recipient, number, reason: code } = statement;
  const value = { messageId, sender, recipient, number, code, statement: signed, late };
  return { kind: 'contentHandoverFailure', value } as const;
}

describe('refused handovers', () => {
  interface Check {
    code: ErrorCode;
    prepare?: () => unknown;
    change?: Partial<HandoverStatement>;
    signer?: Uint8Array;
    session?: string;
  }
  const keyId = police.signing.keyId;
  const CHECKS: readonly Check[] = [
    { code: 'MAILBOX_NOT_YOURS', session: 'xc.harbour' },
    { code: 'MAILBOX_NOT_YOURS', change: { recipient: 'xb.police/nobody' } },
    { code: 'KEY_UNKNOWN', signer: filler(32) },
    { code: 'KEY_UNKNOWN', signer: harbour.signing.keyId },
    { code: 'KEY_UNKNOWN', signer: police.tls.keyId },
    { code: 'KEY_REVOKED', prepare: () => ledger.act({ kind: 'revoke', value: { keyId } }) },
    { code: 'MESSAGE_UNKNOWN', change: { number: 2 } },
    { code: 'MESSAGE_UNKNOWN', change: { number: 0 } },
    { code: 'HANDOVER_MISMATCH', change: { messageId: filler(16) } },
    { code: 'HANDOVER_MISMATCH', change: { sender: 'xc.harbour/desk' } },
    { code: 'HANDOVER_MISMATCH', change: { sender: 'xa.customs/nobody' } },
    { code: 'HANDOVER_MISMATCH', change: { headerDigest: filler(32) } },
  ];
  const attempt = (...checks: readonly Check[]): { code: ErrorCode; logged: boolean } => {
    for (const check of checks) check.prepare?.();
    const change = Object.assign({}, ...checks.map((check) => check.change ?? {})) as Partial<HandoverStatement>;
    const signer = checks.find((check) => check.signer)?.signer ?? keyId;
    const agency = (checks.find((check) => check.session !== undefined)?.session ?? 'xb.police') as AgencyId;
    return ledger.refusal({ ...handover(sent, police, 1, change, signer), agency });
  };

  for (const [i, check] of CHECKS.entries()) {
    test(`${i + 1} ${check.code}: alone and together with each later one, and nothing is recorded`, () => {
      const before = ledger.size;
      expect(attempt(check)).toEqual({ code: check.code, logged: false });
      expect(ledger.size - before).toBe(check.prepare ? 1 : 0);
      for (const later of CHECKS.slice(i + 1).filter(({ prepare }) => !prepare)) {
        const rest = { ...check };
        delete rest.prepare;
        expect(attempt(rest, later)).toEqual({ code: check.code, logged: false });
      }
      expect(outstanding()).toBe(2);
    });
  }

  test('a header digest of another message with the same id is refused', () => {
    const { messageId } = sent.parsed.routing;
    const other = message(harbour, [police], ledger.nowMs, { messageId });
    ledger.recorded(other);
    expect(ledger.refusal(handover(other, police, 1)).code).toBe('HANDOVER_MISMATCH');
    expect(ledger.refusal(handover(sent, police, 2)).code).toBe('HANDOVER_MISMATCH');
    ledger.event(handover(other, police, 2), 'contentHandover');
  });
});

describe('repetitions and contradictions', () => {
  test.each([
    ['HANDED_OVER', {}, FAILED],
    ['FAILED', FAILED, {}],
  ])('%s stands; saying it again is answered with its entry, the contrary is late, once', (_, first, contrary) => {
    ledger.recorded(handover(sent, police, 1, first));
    const ended = ledger.size - 1;
    const before = delivery('xb.police/desk')!;
    expect(ledger.run(handover(sent, police, 1, first))).toEqual({ kind: 'repeat', index: ended });
    const [late] = ledger.recorded(handover(sent, police, 1, contrary));
    expect(late?.value).toMatchObject({ late: true });
    const noted = ledger.size - 1;
    expect(delivery('xb.police/desk')).toEqual({ ...before, lateIndex: noted });
    expect(outstanding()).toBe(1);
    expect(ledger.run(handover(sent, police, 1, contrary))).toEqual({ kind: 'repeat', index: noted });
    expect(ledger.run(handover(sent, police, 1, first))).toEqual({ kind: 'repeat', index: ended });
    expect(ledger.size).toBe(noted + 1);
  });

  test('after the expiry a handover is late and shown beside FAILED; a failure says nothing new', () => {
    expireAll();
    const ended = delivery('xb.police/desk')!.eventIndex;
    expect(ledger.run(handover(sent, police, 1, FAILED))).toEqual({ kind: 'repeat', index: ended });
    expect(ledger.event(handover(sent, police, 1), 'contentHandover').late).toBe(true);
    expect(delivery('xb.police/desk')).toMatchObject({
      state: DeliveryState.FAILED,
      eventIndex: ended,
      lateIndex: ledger.size - 1,
    });
  });

  test('before its expiry has been recorded a handover is in time, whatever the clock says', () => {
    ledger.nowMs = sent.parsed.routing.expiresAtMs + DAY_MS;
    expect(ledger.event(handover(sent, police, 1), 'contentHandover').late).toBe(false);
    const [event, ...more] = ledger.recorded({ kind: 'expire', entryIndex: index });
    expect(event?.value).toMatchObject({ recipient: 'xc.harbour/desk' });
    expect(more).toEqual([]);
  });
});

describe('expiry', () => {
  test('comes at the very millisecond and not before', () => {
    ledger.nowMs = sent.parsed.routing.expiresAtMs - 1;
    expect(ledger.recorded({ kind: 'expire', entryIndex: index })).toEqual([]);
    ledger.nowMs++;
    expect(ledger.recorded({ kind: 'expire', entryIndex: index })).toHaveLength(2);
  });

  test('ends what is outstanding, by entries without a statement, once', () => {
    ledger.recorded(handover(sent, police, 1));
    expect(expireAll()).toEqual([
      {
        kind: 'contentHandoverFailure',
        value: {
          messageId: sent.parsed.routing.messageId,
          sender: 'xa.customs/desk',
          recipient: 'xc.harbour/desk',
          number: 1,
          code: 404,
          statement: undefined,
          late: false,
        },
      },
    ]);
    expect(outstanding()).toBe(0);
    expect(ledger.recorded({ kind: 'expire', entryIndex: index })).toEqual([]);
    expect(ledger.recorded({ kind: 'expire', entryIndex: 0 })).toEqual([]);
  });
});

describe('forgetting', () => {
  const purge = (): unknown[] => ledger.recorded({ kind: 'purge' });

  test('comes 90 days after the expiry, with messages and deliveries; the numbers go on', () => {
    expireAll();
    ledger.nowMs = sent.parsed.routing.expiresAtMs + LIMITS.purgeAfterExpiryMs - 1;
    expect(purge()).toEqual([]);
    ledger.nowMs++;
    const throughMs = sent.parsed.routing.expiresAtMs;
    expect(ledger.event({ kind: 'purge' }, 'purge')).toEqual({ throughMs });
    expect([...ledger.store.scan('messages'), ...ledger.store.scan('deliveries')]).toEqual([]);
    expect(purge()).toEqual([]);
    expect(ledger.refusal(handover(sent, police, 1)).code).toBe('MESSAGE_UNKNOWN');
    const next = message(customs, [police], ledger.nowMs);
    expect(ledger.event(next, 'submissionAcceptance').numbers).toEqual([2]);
  });

  // Guards: after a long outage a purge could come before the expiry, and a number was never heard of again.
  test('never reaches a delivery whose end has not been told', () => {
    const early = message(customs, [police], ledger.nowMs, { expiresAtMs: ledger.nowMs + 1000 });
    ledger.recorded(early);
    const earlyIndex = ledger.size - 1;
    ledger.nowMs += 400 * DAY_MS;
    expect(purge()).toEqual([]);
    ledger.recorded({ kind: 'expire', entryIndex: earlyIndex });
    const throughMs = sent.parsed.routing.expiresAtMs - 1;
    expect(ledger.event({ kind: 'purge' }, 'purge')).toEqual({ throughMs });
    expect(outstanding()).toBe(2);
    expect(purge()).toEqual([]);
    ledger.recorded({ kind: 'expire', entryIndex: index });
    ledger.event({ kind: 'purge' }, 'purge');
    expect([...ledger.store.scan('messages')]).toEqual([]);
  });

  test('one entry forgets a bounded number, those that expired first', () => {
    expireAll();
    const extra = PURGE_MESSAGES_MAX + 5;
    const rows = Array.from({ length: extra }, (_, i) => {
      const row = ledger.store.get('messages', index)!;
      return { ...row, entryIndex: 10_000 + i, expiresAtMs: row.expiresAtMs - 10 + (i % 3), places: new Uint8Array(0) };
    });
    ledger.store.write(rows.map((row) => ({ kind: 'put', table: 'messages', row })));
    ledger.nowMs += 400 * DAY_MS;
    ledger.event({ kind: 'purge' }, 'purge');
    const left = [...ledger.store.scan('messages')];
    expect(left).toHaveLength(extra + 1 - PURGE_MESSAGES_MAX);
    expect(left[0]!.entryIndex).toBe(index);
    const newest = rows[0]!.expiresAtMs + 2;
    expect(left.slice(1).every((row) => row.expiresAtMs === newest && row.entryIndex > 10_000 + extra - 20)).toBe(true);
    ledger.event({ kind: 'purge' }, 'purge');
    expect([...ledger.store.scan('messages')]).toEqual([]);
  });
});

describe('the fold refuses entries that no gateway writes', () => {
  const applied = (event: Parameters<typeof apply>[2]['event']): (() => unknown) => {
    return () => apply(ledger.store, ledger.size, { blind: filler(16), atMs: ledger.nowMs, event });
  };
  test.each<[string, () => () => unknown]>([
    ['ends a delivery twice', () => (ledger.recorded(handover(sent, police, 1)), ended(police.mailboxes[0]!, 1))],
    ['ends a delivery that does not exist', () => ended(police.mailboxes[0]!, 2)],
    ['ends a delivery in an unknown mailbox', () => ended('xd.nobody/desk', 1)],
    ['is late for nothing', () => applied(eventOf(handover(sent, police, 7), true))],
    ['revokes an unknown key', () => applied(keyRevoked())],
  ])('%s', (_, make) => {
    expect(refusalOf(make())).toBe('DATA_DAMAGED');
  });
  const ended = (recipient: string, number: number): (() => unknown) =>
    applied(eventOf(handover(sent, police, number, { recipient, ...FAILED })));
  const keyRevoked = () =>
    ({ kind: 'keyRevoked', value: { keyId: filler(32), source: 1, listDigest: filler(32) } }) as const;
});
