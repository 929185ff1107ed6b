/** Closed user groups: who may send, and how an owner changes one. */
import { afterAll, describe, expect, test } from 'vitest';
import { put } from '../../../ledger/state.ts';
import { encode } from '../../../protocol/codec.ts';
import { GroupSchema, MessageType } from '../../../protocol/generated/schema.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import { DAY_MS, MINUTE_MS, removeDirectory, START_MS } from '../support.ts';
import {
  border,
  CCP,
  customs,
  DESK,
  DRUGS,
  group,
  ID,
  LAB,
  letter,
  OTHER_ID,
  police,
  PolicyLedger,
  PORTALDER,
  unodc,
} from './support.ts';

afterAll(removeDirectory);

const ledgerWith = (change: Parameters<typeof group>[0] = {}, open = true): PolicyLedger => {
  const ledger = new PolicyLedger({ open });
  expect(ledger.act({ kind: 'setGroup', value: { group: group(change) } })).toBe('accepted');
  return ledger;
};

type Change = NonNullable<Parameters<typeof letter>[2]>;
const toGroup = (ledger: PolicyLedger, change: Partial<Change> = {}): Change => ({
  groupId: ID,
  groupVersion: ledger.groupVersion,
  ...change,
});

describe('a message to a group (domain: systems/cencomm-groups)', () => {
  test.each<[string, Parameters<typeof group>[0], typeof PORTALDER, (typeof PORTALDER)[], Partial<Change>, string]>([
    ['from a member to the others', {}, PORTALDER, [DRUGS, DESK], {}, 'accepted'],
    ['in another order', {}, DESK, [DRUGS, PORTALDER], {}, 'accepted'],
    ['to an unknown group', {}, PORTALDER, [DRUGS, DESK], { groupId: OTHER_ID }, 'GROUP_UNKNOWN'],
    ['from a non-member', {}, CCP, [PORTALDER, DRUGS, DESK], {}, 'GROUP_NOT_MEMBER "LARKSPUR" (a1a1'],
    ['from another unit of a member’s agency', {}, LAB, [PORTALDER, DRUGS, DESK], {}, 'GROUP_NOT_MEMBER'],
    ['from an owner who takes no part', { owner: CCP }, CCP, [PORTALDER, DRUGS, DESK], {}, 'GROUP_NOT_MEMBER'],
    ['before it begins', { startsAtMs: START_MS + 1 }, PORTALDER, [DRUGS, DESK], {}, 'GROUP_ENDED'],
    ['when it begins', { startsAtMs: START_MS }, PORTALDER, [DRUGS, DESK], {}, 'accepted'],
    ['when it ends', { endsAtMs: START_MS }, PORTALDER, [DRUGS, DESK], {}, 'GROUP_ENDED'],
    ['just before it ends', { endsAtMs: START_MS + 1 }, PORTALDER, [DRUGS, DESK], {}, 'accepted'],
    ['with an old version', {}, PORTALDER, [DRUGS, DESK], { groupVersion: 1 }, 'GROUP_CHANGED'],
    [
      'without a member',
      {},
      PORTALDER,
      [DRUGS],
      {},
      'GROUP_CHANGED "LARKSPUR" (a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1): xc.border/desk is a member and not a recipient.',
    ],
    ['with a stranger', {}, PORTALDER, [DRUGS, DESK, CCP], {}, 'GROUP_CHANGED'],
    ['to the sender as well', {}, PORTALDER, [DRUGS, DESK, PORTALDER], {}, 'GROUP_CHANGED'],
    ['with personal data', {}, PORTALDER, [DRUGS, DESK], { containsPersonalData: true }, 'GROUP_NON_NOMINAL'],
    [
      'with personal data that it allows',
      { nominalAllowed: true },
      PORTALDER,
      [DRUGS, DESK],
      { containsPersonalData: true },
      'accepted',
    ],
    [
      'of a higher classification',
      {},
      PORTALDER,
      [DRUGS, DESK],
      { classification: 2 },
      'GROUP_CLASSIFICATION_EXCEEDED',
    ],
    ['of its classification', { classificationMax: 2 }, PORTALDER, [DRUGS, DESK], { classification: 2 }, 'accepted'],
  ])('%s', (_, change, from, to, labels, answer) => {
    const ledger = ledgerWith(change);
    const said = ledger.answer(letter(from, to, toGroup(ledger, labels)));
    expect(said.startsWith(answer), said).toBe(true);
  });

  test('a nominal annex goes to members by themselves, never with the id of a non-nominal group', () => {
    const ledger = ledgerWith();
    const report = letter(PORTALDER, [DRUGS, DESK], toGroup(ledger, { type: MessageType.SEIZURE_REPORT }));
    expect(ledger.answer(report)).toBe('accepted');
    const annex = {
      type: MessageType.NOMINAL_ANNEX,
      annexOf: report.parsed.routing.messageId,
      containsPersonalData: true,
    };
    expect(ledger.answer(letter(PORTALDER, [DRUGS, DESK], toGroup(ledger, annex)))).toMatch(/^GROUP_NON_NOMINAL/);
    expect(ledger.answer(letter(PORTALDER, [DRUGS], annex))).toBe('accepted');
  });

  test('membership does not stand in for an agreement', () => {
    const ledger = ledgerWith({}, false).agree({});
    expect(ledger.answer(letter(PORTALDER, [DRUGS, DESK], toGroup(ledger)))).toMatch(/^AGREEMENT_MISSING .*xc\.border/);
  });

  test('an ended group takes no more', () => {
    const ledger = ledgerWith();
    expect(ledger.act({ kind: 'endGroup', value: { groupId: ID } })).toBe('accepted');
    expect(ledger.answer(letter(PORTALDER, [DRUGS, DESK], toGroup(ledger)))).toMatch(/^GROUP_ENDED .*it was ended/);
    expect(ledger.act({ kind: 'endGroup', value: { groupId: ID } })).toMatch(/^ACT_INVALID/);
    expect(ledger.act({ kind: 'setGroup', value: { group: group() } })).toMatch(/^ACT_INVALID/);
    expect(ledger.act({ kind: 'endGroup', value: { groupId: OTHER_ID } })).toMatch(/^GROUP_UNKNOWN/);
  });
});

describe('an owner’s statement (domain: systems/cencomm-groups)', () => {
  test('makes no more groups than an agency may own, and still changes those that there are', () => {
    const ledger = new PolicyLedger({ open: true });
    const last = LIMITS.groupsPerAgencyMax - 1;
    expect(ledger.answer(ledger.groupStatement(customs))).toBe('accepted');
    for (let i = 1; i < last; i++) {
      const groupId = Uint8Array.of(...new Uint8Array(14), i >> 8, i & 0xff);
      const row = { groupId, group: encode(GroupSchema, group({ groupId })), endedIndex: i % 2, changedIndex: 1 };
      ledger.store.write([put('groups', row)]);
    }
    const made = (n: number): string =>
      ledger.answer(ledger.groupStatement(customs, { group: group({ groupId: new Uint8Array(16).fill(n) }) }));
    expect([made(0xd1), made(0xd2)]).toEqual([
      'accepted',
      expect.stringMatching(/^LIMIT_EXCEEDED xa.customs owns 1000/),
    ]);
    const change = { replaces: ledger.groupVersion, group: group({ name: 'Changed' }) };
    expect(ledger.answer(ledger.groupStatement(customs, change))).toBe('accepted');
    const others = group({ groupId: new Uint8Array(16).fill(0xd3), owner: DRUGS });
    expect(ledger.answer(ledger.groupStatement(police, { group: others }))).toBe('accepted');
  });

  test('makes, changes and ends a group', () => {
    const ledger = new PolicyLedger({ open: true });
    expect(ledger.answer(ledger.groupStatement(customs))).toBe('accepted');
    const made = ledger.groupVersion;
    expect(made).toBe(ledger.size - 1);
    expect(ledger.answer(letter(PORTALDER, [DRUGS, DESK], toGroup(ledger)))).toBe('accepted');

    const smaller = group({ members: [PORTALDER, DRUGS] });
    expect(ledger.answer(ledger.groupStatement(customs, { replaces: made, group: smaller }))).toBe('accepted');
    expect(ledger.answer(letter(PORTALDER, [DRUGS, DESK], { groupId: ID, groupVersion: made }))).toMatch(
      /^GROUP_CHANGED/,
    );
    expect(ledger.answer(letter(PORTALDER, [DRUGS], toGroup(ledger)))).toBe('accepted');
    expect(ledger.answer(letter(DESK, [PORTALDER, DRUGS], toGroup(ledger)))).toMatch(/^GROUP_NOT_MEMBER/);

    const end = { replaces: ledger.groupVersion, group: smaller, end: true };
    expect(ledger.answer(ledger.groupStatement(customs, end))).toBe('accepted');
    expect(ledger.answer(letter(PORTALDER, [DRUGS], toGroup(ledger)))).toMatch(/^GROUP_ENDED/);
    const again = { replaces: ledger.groupVersion, group: group() };
    expect(ledger.answer(ledger.groupStatement(customs, again))).toMatch(/^GROUP_ENDED/);
  });

  test('that says what holds is answered with the entry that says so', () => {
    const ledger = new PolicyLedger({ open: true });
    const statement = ledger.groupStatement(customs);
    expect(ledger.answer(statement)).toBe('accepted');
    ledger.nowMs += DAY_MS;
    expect(ledger.answer(statement)).toBe(`repeat ${ledger.groupVersion}`);
  });

  test.each<[string, (ledger: PolicyLedger) => ReturnType<PolicyLedger['groupStatement']>, string]>([
    ['by another agency', (ledger) => ledger.groupStatement(police), 'MAILBOX_NOT_YOURS xa.customs/portalder'],
    [
      'by another agency’s key',
      (ledger) => ({ ...ledger.groupStatement(police), agency: customs.agency }),
      'KEY_UNKNOWN',
    ],
    [
      'that takes over a group',
      (ledger) => ledger.groupStatement(border, { replaces: ledger.groupVersion, group: group({ owner: DESK }) }),
      'MAILBOX_NOT_YOURS',
    ],
    ['with a changed leaf', (ledger) => changed(ledger.groupStatement(customs)), 'SIGNATURE_INVALID'],
    [
      'for another log',
      (ledger) => ledger.groupStatement(customs, { origin: 'other.example/log' }),
      'ACT_INVALID It is meant for the log "other.example/log"',
    ],
    [
      'that is old',
      (ledger) =>
        ledger.groupStatement(customs, { createdAtMs: START_MS - 5 * MINUTE_MS - 1, group: group({ name: 'B' }) }),
      'ACT_INVALID It was signed',
    ],
    [
      'from ahead',
      (ledger) =>
        ledger.groupStatement(customs, { createdAtMs: START_MS + 5 * MINUTE_MS + 1, group: group({ name: 'B' }) }),
      'ACT_INVALID It was signed',
    ],
    [
      'that replaces nothing',
      (ledger) => ledger.groupStatement(customs, { group: group({ name: 'B' }) }),
      'GROUP_CHANGED',
    ],
    [
      'that replaces an old version',
      (ledger) => ledger.groupStatement(customs, { replaces: 1, group: group({ name: 'B' }) }),
      'GROUP_CHANGED',
    ],
    [
      'of a group that is not there',
      (ledger) => ledger.groupStatement(customs, { replaces: 3, group: group({ groupId: OTHER_ID }) }),
      'GROUP_UNKNOWN',
    ],
    [
      'that ends what never was',
      (ledger) => ledger.groupStatement(customs, { group: group({ groupId: OTHER_ID }), end: true }),
      'ACT_INVALID',
    ],
    [
      'with a member that is not enrolled',
      (ledger) => valid(ledger, { members: ['zz.nobody/desk'] }),
      'RECIPIENT_UNKNOWN zz.nobody/desk',
    ],
    ['with a member twice', (ledger) => valid(ledger, { members: [DRUGS, DRUGS] }), 'ACT_INVALID'],
    ['without members', (ledger) => valid(ledger, { members: [] }), 'ACT_INVALID'],
    ['without a name', (ledger) => valid(ledger, { name: '' }), 'ACT_INVALID'],
    ['without a classification', (ledger) => valid(ledger, { classificationMax: 0 }), 'ACT_INVALID'],
    ['that ends before it begins', (ledger) => valid(ledger, { startsAtMs: 5, endsAtMs: 5 }), 'ACT_INVALID'],
  ])('%s is refused', (_, make, answer) => {
    const ledger = ledgerWith();
    const before = ledger.size;
    const said = ledger.answer(make(ledger));
    expect(said.startsWith(answer), said).toBe(true);
    expect(ledger.size).toBe(before);
  });

  test('does not count after its key was revoked, or while its agency is suspended', () => {
    const ledger = new PolicyLedger({ open: true });
    ledger.act({ kind: 'suspend', value: { agency: 'xa.customs' } });
    expect(ledger.answer(ledger.groupStatement(customs))).toBe('AGENCY_SUSPENDED');
    ledger.act({ kind: 'release', value: { agency: 'xa.customs' } });
    ledger.act({ kind: 'revoke', value: { keyId: customs.signing.keyId } });
    expect(ledger.answer(ledger.groupStatement(customs))).toBe('KEY_REVOKED');
  });

  test('the agency alone does it: a member changes nothing', () => {
    const ledger = ledgerWith({ owner: CCP });
    const replaces = ledger.groupVersion;
    const change = { replaces, group: group({ owner: CCP, name: 'B' }) };
    expect(ledger.answer(ledger.groupStatement(customs, change))).toMatch(/^MAILBOX_NOT_YOURS un\.unodc\/ccp/);
    expect(ledger.answer(ledger.groupStatement(unodc, change))).toBe('accepted');
  });
});

const valid = (ledger: PolicyLedger, change: Parameters<typeof group>[0]): ReturnType<PolicyLedger['groupStatement']> =>
  ledger.groupStatement(customs, { replaces: ledger.groupVersion, group: group(change) });

function changed(command: ReturnType<PolicyLedger['groupStatement']>): typeof command {
  const leaf = command.signed.leaf.slice();
  leaf[5]! ^= 1;
  return { ...command, signed: { ...command.signed, leaf } };
}
