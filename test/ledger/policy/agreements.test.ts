/** Clearance, agreements and contact copies: one row for each thing that can be wrong. */
import { afterAll, describe, expect, test } from 'vitest';
import { decode, encode } from '../../../protocol/codec.ts';
import {
  Classification,
  ContactCopyExemption,
  MessageType,
  RoutingSchema,
} from '../../../protocol/generated/schema.ts';
import { removeDirectory, START_MS } from '../support.ts';
import { agreement, CCP, DESK, DRUGS, ID, LAB, letter, PolicyLedger, PORTALDER, SPOC } from './support.ts';

afterAll(removeDirectory);

const { EU_RESTRICTED, EU_CONFIDENTIAL } = Classification;

describe('agreements (domain: systems/memoranda)', () => {
  test.each<[string, Parameters<PolicyLedger['agree']>, Parameters<typeof letter>[2], string]>([
    ['none at all', [], {}, 'AGREEMENT_MISSING None names both xa.customs and xb.police'],
    ['one of others', [{ parties: ['xc.border', 'xb.police'] }], {}, 'AGREEMENT_MISSING'],
    [
      'two that name one each',
      [{ parties: ['xa.customs', 'xc.border'] }, { parties: ['xc.border', 'xb.police'] }],
      {},
      'AGREEMENT_MISSING',
    ],
    ['one that covers it', [{}], {}, 'accepted'],
    ['one of everybody', [{ parties: ['*'] }], {}, 'accepted'],
    ['one of everybody and a name', [{ parties: ['xc.border', '*'] }], {}, 'accepted'],
    ['one that begins now', [{ validFromMs: START_MS }], {}, 'accepted'],
    [
      'one that begins later',
      [{ validFromMs: START_MS + 1 }],
      {},
      'AGREEMENT_EXPIRED xb.police/drugs: the agreement "XA and XB" (b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0) is not yet in force',
    ],
    [
      'one that ends now',
      [{ validUntilMs: START_MS }],
      {},
      'AGREEMENT_EXPIRED xb.police/drugs: the agreement "XA and XB" (b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0) has run out',
    ],
    ['one that ends later', [{ validUntilMs: START_MS + 1 }], {}, 'accepted'],
    ['one of another type', [{ types: [MessageType.ALERT] }], {}, 'AGREEMENT_TYPE_EXCLUDED'],
    ['one that names the type', [{ types: [MessageType.ALERT, MessageType.SPONTANEOUS_INFORMATION] }], {}, 'accepted'],
    ['one of a lower classification', [{}], { classification: EU_RESTRICTED }, 'AGREEMENT_CLASSIFICATION_EXCEEDED'],
    ['one up to it', [{ classificationMax: 2 }], { classification: EU_RESTRICTED }, 'accepted'],
    ['one without personal data', [{}], { containsPersonalData: true }, 'AGREEMENT_PERSONAL_DATA_EXCLUDED'],
    ['one with personal data', [{ personalData: true }], { containsPersonalData: true }, 'accepted'],
    // Two halves are no whole; the one that gets furthest is told.
    [
      'two halves',
      [{ classificationMax: 3, types: [MessageType.ALERT] }, {}],
      { classification: EU_RESTRICTED },
      'AGREEMENT_CLASSIFICATION_EXCEEDED',
    ],
    [
      'two halves, the other order',
      [{}, { personalData: true, validUntilMs: 1 }],
      { containsPersonalData: true },
      'AGREEMENT_PERSONAL_DATA_EXCLUDED',
    ],
  ])('%s', (_, agreements, change, answer) => {
    const ledger = new PolicyLedger().agree(...agreements);
    ledger.clear('xb.police', EU_CONFIDENTIAL);
    expect(ledger.answer(letter(PORTALDER, [DRUGS], change))).toMatch(startsWith(answer));
  });

  test('every recipient needs one, and the own agency none', () => {
    const ledger = new PolicyLedger().agree({});
    expect(ledger.answer(letter(PORTALDER, [LAB]))).toBe('accepted');
    expect(ledger.answer(letter(PORTALDER, [DRUGS, SPOC, LAB]))).toBe('accepted');
    expect(ledger.answer(letter(PORTALDER, [DRUGS, DESK]))).toMatch(/^AGREEMENT_MISSING .*xc\.border\/desk/);
  });

  test('an end is for good, at once, and is not undone', () => {
    const ledger = new PolicyLedger().agree({ agreementId: ID });
    expect(ledger.answer(letter(PORTALDER, [DRUGS]))).toBe('accepted');
    expect(ledger.act({ kind: 'endAgreement', value: { agreementId: ID } })).toBe('accepted');
    expect(ledger.answer(letter(PORTALDER, [DRUGS]))).toMatch(/^AGREEMENT_EXPIRED .*was ended\.$/);
    expect(ledger.act({ kind: 'setAgreement', value: { agreement: agreement() } })).toMatch(/^ACT_INVALID/);
    expect(ledger.act({ kind: 'endAgreement', value: { agreementId: ID } })).toMatch(/^ACT_INVALID/);
  });

  test('one that is replaced counts as it stands now', () => {
    const ledger = new PolicyLedger().agree({ agreementId: ID });
    ledger.agree({ agreementId: ID, parties: ['xa.customs', 'xc.border'] });
    expect(ledger.answer(letter(PORTALDER, [DRUGS]))).toMatch(/^AGREEMENT_MISSING/);
    expect(ledger.answer(letter(PORTALDER, [DESK]))).toBe('accepted');
  });

  test('messages of version 1 are held to them as well', () => {
    const ledger = new PolicyLedger();
    expect(ledger.answer(letter(PORTALDER, [DRUGS], { schemaVersion: 1 }))).toMatch(/^AGREEMENT_MISSING/);
  });

  test('an open exchange asks for none, nor for clearance', () => {
    const ledger = new PolicyLedger({ open: true });
    expect(ledger.answer(letter(PORTALDER, [DRUGS], { classification: EU_CONFIDENTIAL }))).toBe('accepted');
  });

  test.each<[string, Parameters<typeof agreement>[0], string]>([
    ['no name', { name: ' ' }, 'ACT_INVALID'],
    ['one party', { parties: ['xa.customs'] }, 'ACT_INVALID'],
    ['a party twice', { parties: ['xa.customs', 'xa.customs'] }, 'ACT_INVALID'],
    ['a party that is not enrolled', { parties: ['xa.customs', 'zz.nobody'] }, 'AGENCY_UNKNOWN zz.nobody'],
    ['a type twice', { types: [11, 11] }, 'ACT_INVALID'],
    ['no classification', { classificationMax: 0 }, 'ACT_INVALID'],
    ['an end before its beginning', { validFromMs: 5, validUntilMs: 5 }, 'ACT_INVALID'],
  ])('an act with %s is refused', (_, change, answer) => {
    const act = { kind: 'setAgreement', value: { agreement: agreement(change) } } as const;
    expect(new PolicyLedger().act(act)).toMatch(startsWith(answer));
  });
});

describe('clearance (domain: systems/partners)', () => {
  const unit = (ledger: PolicyLedger, mailbox: string, clearance: 0 | 1 | 2 | 3): string =>
    ledger.act({ kind: 'setUnit', value: { mailbox, clearance, hostAgency: '' } });
  const open = (): PolicyLedger => new PolicyLedger().agree({ parties: ['*'], classificationMax: 3 });

  test.each<[string, (ledger: PolicyLedger) => unknown, 1 | 2 | 3, string]>([
    ['nothing is set', () => undefined, 1, 'accepted'],
    ['nothing is set', () => undefined, 2, 'CLEARANCE_TOO_LOW un.unodc/ccp is cleared up to BPL, not EU_RESTRICTED.'],
    ['the agency is', (ledger) => ledger.clear('un.unodc', 2), 2, 'accepted'],
    ['the agency is, to less', (ledger) => ledger.clear('un.unodc', 2), 3, 'CLEARANCE_TOO_LOW'],
    ['the unit is, the agency is not', (ledger) => unit(ledger, CCP, 3), 2, 'CLEARANCE_TOO_LOW'],
    ['the unit is to less', (ledger) => [ledger.clear('un.unodc', 3), unit(ledger, CCP, 1)], 2, 'CLEARANCE_TOO_LOW'],
    ['both are', (ledger) => [ledger.clear('un.unodc', 3), unit(ledger, CCP, 2)], 2, 'accepted'],
    ['the unit has its agency’s', (ledger) => [ledger.clear('un.unodc', 3), unit(ledger, CCP, 0)], 3, 'accepted'],
    [
      'it is taken back',
      (ledger) => [ledger.clear('un.unodc', 3), ledger.clear('un.unodc', 0)],
      2,
      'CLEARANCE_TOO_LOW',
    ],
  ])('%s: classification is judged', (_, set, classification, answer) => {
    const ledger = open();
    set(ledger);
    expect(ledger.answer(letter(PORTALDER, [CCP], { classification }))).toMatch(startsWith(answer));
  });

  test('it is looked at before agreements', () => {
    const ledger = new PolicyLedger();
    expect(ledger.answer(letter(PORTALDER, [CCP], { classification: 2 }))).toMatch(/^CLEARANCE_TOO_LOW/);
  });

  test('rules are for agencies and mailboxes that are enrolled', () => {
    const ledger = new PolicyLedger();
    expect(ledger.clear('zz.nobody', 1)).toBe('AGENCY_UNKNOWN zz.nobody');
    expect(ledger.clear('xb.police', 1, 'xb.police/nobody')).toBe('RECIPIENT_UNKNOWN xb.police/nobody');
    expect(unit(ledger, 'xb.police/nobody', 1)).toBe('RECIPIENT_UNKNOWN xb.police/nobody');
    const office = { mailbox: DRUGS, clearance: 0, hostAgency: 'xa.customs' } as const;
    expect(ledger.act({ kind: 'setUnit', value: office })).toBe('accepted');
    expect(ledger.act({ kind: 'setUnit', value: { ...office, hostAgency: 'xb.police' } })).toMatch(/^ACT_INVALID/);
  });
});

test('SECRET and above cannot be encoded (domain: enumerations/Classification)', () => {
  expect(Object.keys(Classification)).toEqual(['UNSPECIFIED', 'BPL', 'EU_RESTRICTED', 'EU_CONFIDENTIAL']);
  expect(() => letter(PORTALDER, [DRUGS], { classification: 4 as never })).toThrow(/MALFORMED|encoding/);
  const { routing } = letter(PORTALDER, [DRUGS]).parsed;
  const bytes = encode(RoutingSchema, { ...routing, classification: 3 });
  // Field 16, varint: its tag is 0x80 0x01.
  const at = Buffer.from(bytes).indexOf(Buffer.from([0x80, 0x01, 0x03]));
  bytes[at + 2] = 4;
  expect(() => decode(RoutingSchema, bytes, 'signed')).toThrow();
});

describe('copies to the single point of contact (domain: systems/siena-contact)', () => {
  const { INFORMATION_REQUEST, ALERT } = MessageType;
  const ledgerOf = (contact: string): PolicyLedger => {
    const ledger = new PolicyLedger().agreeAll();
    expect(ledger.clear('xb.police', 3, contact)).toBe('accepted');
    return ledger;
  };

  test.each<[string, string, Parameters<typeof letter>, string]>([
    [
      'missing',
      SPOC,
      [PORTALDER, [DRUGS]],
      'CONTACT_COPY_MISSING xb.police/spoc must get a copy of what goes to xb.police/drugs.',
    ],
    ['among the recipients', SPOC, [PORTALDER, [DRUGS, SPOC]], 'accepted'],
    ['the only recipient', SPOC, [PORTALDER, [SPOC]], 'accepted'],
    ['of another agency', DESK, [PORTALDER, [DRUGS]], 'CONTACT_COPY_MISSING xc.border/desk'],
    ['of another agency and the sender', DESK, [DESK, [DRUGS]], 'accepted'],
    [
      'missing, with an exemption',
      SPOC,
      [PORTALDER, [DRUGS], { contactCopyExemption: ContactCopyExemption.PERSONAL_SAFETY }],
      'accepted',
    ],
    ['missing on a request', SPOC, [PORTALDER, [DRUGS], { type: INFORMATION_REQUEST }], 'CONTACT_COPY_MISSING'],
    ['missing on an alert', SPOC, [PORTALDER, [DRUGS], { type: ALERT }], 'accepted'],
    ['missing within the agency', SPOC, [SPOC, [DRUGS]], 'accepted'],
    ['not set', '', [PORTALDER, [DRUGS]], 'accepted'],
  ])('the contact is %s', (_, contact, draft, answer) => {
    expect(ledgerOf(contact).answer(letter(...draft))).toMatch(startsWith(answer));
  });
});

test('a decision looks at the agreements of two agencies, each decoded once', () => {
  const ledger = new PolicyLedger();
  const many = Array.from({ length: 300 }, (_, i) => ({
    agreementId: new Uint8Array([1, 2, i >> 8, i & 255, ...new Uint8Array(12)]),
    parties: ['xc.border', 'un.unodc'],
  }));
  ledger.agree(...many, {});
  const scan = ledger.store.scan.bind(ledger.store);
  let scans = 0;
  ledger.store.scan = (table) => {
    if (table === 'agreements') scans++;
    return scan(table);
  };
  for (let i = 0; i < 20; i++) expect(ledger.answer(letter(PORTALDER, [DRUGS]))).toBe('accepted');
  expect(scans).toBe(1);
  ledger.clear('xb.police', 2);
  expect(ledger.answer(letter(PORTALDER, [DRUGS]))).toBe('accepted');
  expect(scans).toBe(2);
});

const startsWith = (text: string): RegExp => new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);

test('a suspended agency is refused before the policy is asked', () => {
  const ledger = new PolicyLedger().agreeAll();
  ledger.act({ kind: 'suspend', value: { agency: 'xb.police' } });
  expect(ledger.answer(letter(PORTALDER, [DRUGS]))).toBe('RECIPIENT_SUSPENDED xb.police/drugs');
  expect(ledger.answer(letter(DRUGS, [PORTALDER]))).toBe('AGENCY_SUSPENDED');
});
