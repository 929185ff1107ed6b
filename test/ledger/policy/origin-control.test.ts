/** Originator control: passing on, permissions, markings, and what reaches the holders. */
import { afterAll, describe, expect, test } from 'vitest';
import { stateDigest } from '../../../ledger/rows.ts';
import type { SubmitCommand } from '../../../ledger/decide.ts';
import { type Grant, HandlingCode, MessageType } from '../../../protocol/generated/schema.ts';
import type { Mailbox } from '../../../protocol/ids.ts';
import { toHex } from '../../../protocol/ids.ts';
import { DAY_MS, messageId, removeDirectory, START_MS } from '../support.ts';
import { CCP, DESK, DRUGS, idOf, LAB, letter, PolicyLedger, PORTALDER, SPOC } from './support.ts';

afterAll(removeDirectory);

const { H0, H1, H2, H3 } = HandlingCode;
const { PERMISSION_REQUEST, PERMISSION_DECISION, RESTRICTION_UPDATE, CORRECTION, RECALL, COMPLIANCE_RECEIPT } =
  MessageType;
type Change = NonNullable<Parameters<typeof letter>[2]>;

const ledger = (): PolicyLedger => new PolicyLedger({ open: true });
const derived = (original: SubmitCommand, change: Partial<Change> = {}): Change => ({
  derivedFrom: [idOf(original)],
  handling: [H2],
  ...change,
});
/** Asks XC whether something may be passed on. */
const asked = (subject: PolicyLedger, about: SubmitCommand, by: Mailbox = DRUGS): SubmitCommand =>
  subject.sent(letter(by, [DESK], { type: PERMISSION_REQUEST, inReplyTo: idOf(about), handling: [] }));

/** What XC decides about its message. */
const decided = (request: SubmitCommand, grant?: Grant): SubmitCommand =>
  letter(DESK, [request.parsed.sender], { type: PERMISSION_DECISION, inReplyTo: idOf(request), handling: [], grant });

/** XC permits to pass on. */
function grant(subject: PolicyLedger, original: SubmitCommand, recipients: Mailbox[], expiresAtMs = 0): SubmitCommand {
  return subject.sent(decided(asked(subject, original), { target: idOf(original), recipients, expiresAtMs }));
}

describe('what carries H2', () => {
  const start = (): { subject: PolicyLedger; original: SubmitCommand } => {
    const subject = ledger();
    return { subject, original: subject.sent(letter(DESK, [DRUGS, PORTALDER], { handling: [H2] })) };
  };

  test('is not passed on without permission, is with it, and only to whom it names', () => {
    const { subject, original } = start();
    const refused = subject.answer(letter(DRUGS, [CCP], derived(original)));
    expect(refused).toBe(
      `PERMISSION_MISSING xc.border has not permitted xb.police to pass ${toHex(idOf(original))} on to un.unodc/ccp.`,
    );
    const permissionIds = [idOf(grant(subject, original, [CCP]))];
    expect(subject.answer(letter(DRUGS, [CCP], derived(original, { permissionIds })))).toBe('accepted');
    expect(subject.answer(letter(DRUGS, [CCP, LAB], derived(original, { permissionIds })))).toMatch(
      /^PERMISSION_MISSING .*xa\.customs\/lab/,
    );
  });

  test('is not opened by the permission for another original beside it', () => {
    const { subject, original } = start();
    const other = subject.sent(letter(DESK, [DRUGS], { handling: [H2] }));
    const both = { derivedFrom: [idOf(other), idOf(original)], handling: [H2] };
    const first = idOf(grant(subject, other, [CCP]));
    expect(subject.answer(letter(DRUGS, [CCP], { ...both, permissionIds: [first] }))).toMatch(
      new RegExp(`^PERMISSION_MISSING .* to pass ${toHex(idOf(original))} on`),
    );
    const permissionIds = [first, idOf(grant(subject, original, [CCP]))];
    expect(subject.answer(letter(DRUGS, [CCP], { ...both, permissionIds }))).toBe('accepted');
  });

  test('is opened by the permission for what its originator has made of it', () => {
    const { subject, original } = start();
    const summary = subject.sent(letter(DESK, [DRUGS], derived(original)));
    const permissionIds = [idOf(grant(subject, summary, [CCP]))];
    expect(subject.answer(letter(DRUGS, [CCP], derived(summary, { permissionIds })))).toBe('accepted');
  });

  test('in an answer is not opened by the asker’s own H2', () => {
    const subject = ledger();
    const question = subject.sent(letter(DRUGS, [DESK], { handling: [H2] }));
    const answer = subject.sent(letter(DESK, [DRUGS], derived(question)));
    expect(subject.answer(letter(DRUGS, [CCP], derived(answer)))).toMatch(/^PERMISSION_MISSING xc\.border/);
    const permissionIds = [idOf(grant(subject, answer, [CCP]))];
    expect(subject.answer(letter(DRUGS, [CCP], derived(answer, { permissionIds })))).toBe('accepted');
  });

  test('goes to the originator, the own agency and those who hold it without asking', () => {
    const { subject, original } = start();
    expect(subject.answer(letter(DRUGS, [DESK, SPOC, PORTALDER], derived(original)))).toBe('accepted');
  });

  test('is the originator’s own to pass on', () => {
    const { subject, original } = start();
    expect(subject.answer(letter(DESK, [CCP], derived(original, { handling: [H0] })))).toBe('accepted');
  });

  test.each<[string, (subject: PolicyLedger, original: SubmitCommand) => Uint8Array[]]>([
    [
      'is for another message',
      (subject, original) => [idOf(grant(subject, subject.sent(letter(DESK, [DRUGS])), [CCP])), idOf(original)],
    ],
    [
      'is for another agency',
      (subject, original) => [
        idOf(
          subject.sent(
            decided(asked(subject, original, PORTALDER), { target: idOf(original), recipients: [CCP], expiresAtMs: 0 }),
          ),
        ),
      ],
    ],
    ['has expired', (subject, original) => [idOf(grant(subject, original, [CCP], START_MS))]],
    ['grants nothing', (subject, original) => [idOf(subject.sent(decided(asked(subject, original))))]],
    ['is not known', () => [messageId()]],
    ['is no decision', (_, original) => [idOf(original)]],
    [
      'was recalled',
      (subject, original) => {
        const decision = grant(subject, original, [CCP]);
        subject.sent(letter(DESK, [DRUGS], { type: RECALL, inReplyTo: idOf(decision), handling: [] }));
        return [idOf(decision)];
      },
    ],
  ])('a permission that %s does not count', (_, permissions) => {
    const { subject, original } = start();
    const permissionIds = permissions(subject, original);
    expect(subject.answer(letter(DRUGS, [CCP], derived(original, { permissionIds })))).toMatch(/^PERMISSION_MISSING/);
  });

  test('at any remove: the permission is the first originator’s, not that of who passed it on', () => {
    const { subject, original } = start();
    const permissionIds = [idOf(grant(subject, original, [CCP]))];
    const forward = subject.sent(letter(DRUGS, [CCP], derived(original, { permissionIds })));
    expect(subject.answer(letter(CCP, [LAB], derived(forward)))).toMatch(
      /^PERMISSION_MISSING xc\.border has not permitted un\.unodc/,
    );
    const value = { target: idOf(original), recipients: [LAB], expiresAtMs: 0 };
    const second = subject.sent(decided(asked(subject, forward, CCP), value));
    expect(subject.answer(letter(CCP, [LAB], derived(forward, { permissionIds: [idOf(second)] })))).toBe('accepted');
  });

  test('may be marked so later: then it counts from that moment', () => {
    const subject = ledger();
    const original = subject.sent(letter(DESK, [DRUGS], { handling: [H0] }));
    subject.sent(letter(DRUGS, [LAB], derived(original, { handling: [H0] })));
    const update = { type: RESTRICTION_UPDATE, inReplyTo: idOf(original), handling: [H1, H2] };
    subject.sent(letter(DESK, [DRUGS, LAB], update));
    expect(subject.answer(letter(DRUGS, [CCP], derived(original, { handling: [H0] })))).toMatch(
      /^MARKING_LOWERED .*carries H1, H2\.$/,
    );
    expect(subject.answer(letter(DRUGS, [CCP], derived(original, { handling: [H1, H2] })))).toMatch(
      /^PERMISSION_MISSING/,
    );
  });
});

describe('the marking', () => {
  test.each<[string, Partial<Change>, Partial<Change>, string]>([
    ['may stay', { handling: [H1], classification: 2 }, { handling: [H1], classification: 2 }, 'accepted'],
    ['may rise', { handling: [H0] }, { handling: [H1, H3], handlingTextPresent: true, classification: 3 }, 'accepted'],
    ['keeps its classification', { classification: 2 }, { classification: 1 }, 'MARKING_LOWERED'],
    ['keeps H1', { handling: [H1] }, { handling: [H0] }, 'MARKING_LOWERED'],
    ['keeps H3', { handling: [H3], handlingTextPresent: true }, { handling: [H1] }, 'MARKING_LOWERED'],
    ['may lose H0, which restricts nothing', { handling: [H0, H1] }, { handling: [H1] }, 'accepted'],
  ])('%s', (_, before, after, answer) => {
    const subject = ledger();
    const original = subject.sent(letter(DESK, [DRUGS], before));
    const said = subject.answer(letter(DRUGS, [CCP], derived(original, { handling: [H0], ...after })));
    expect(said.startsWith(answer), said).toBe(true);
  });

  test('of what passed it on counts as well', () => {
    const subject = ledger();
    const original = subject.sent(letter(DESK, [DRUGS]));
    const forward = subject.sent(letter(DRUGS, [CCP], derived(original, { handling: [H0], classification: 3 })));
    expect(subject.answer(letter(CCP, [LAB], derived(forward, { handling: [H0] })))).toMatch(
      /^MARKING_LOWERED .*of xb\.police is EU_CONFIDENTIAL/,
    );
  });

  test('an original must be one that the agency sent or received', () => {
    const subject = ledger();
    const original = subject.sent(letter(DESK, [DRUGS]));
    expect(subject.answer(letter(CCP, [LAB], derived(original)))).toMatch(
      /^ORIGINAL_UNKNOWN un\.unodc neither sent nor received/,
    );
    expect(subject.answer(letter(SPOC, [LAB], derived(original)))).toBe('accepted');
    expect(subject.answer(letter(CCP, [LAB], derived(original, { schemaVersion: 1 })))).toBe('accepted');
  });

  test('originals have a bound', () => {
    const subject = ledger();
    let last = subject.sent(letter(DESK, [DRUGS], { handling: [H0] }));
    for (let i = 0; i < 256; i++) last = subject.sent(letter(DESK, [DRUGS], derived(last, { handling: [H0] })));
    expect(subject.answer(letter(DESK, [DRUGS], derived(last, { handling: [H0] })))).toMatch(
      /^LIMIT_EXCEEDED It comes from 257/,
    );
  });
});

describe('restriction, correction and recall (domain: systems/siena-restriction)', () => {
  const types = [RESTRICTION_UPDATE, CORRECTION, RECALL];
  const about = (original: SubmitCommand, type: (typeof types)[number]): Change => ({
    type,
    inReplyTo: idOf(original),
    handling: [H1],
  });

  test.each(types)('%i reaches every holder, those at a remove too', (type) => {
    const subject = ledger();
    const original = subject.sent(letter(DESK, [DRUGS]));
    const forward = subject.sent(letter(DRUGS, [CCP, SPOC], derived(original, { handling: [H1] })));
    subject.sent(letter(CCP, [LAB], derived(forward, { handling: [H1] })));
    const said = subject.answer(letter(DESK, [DRUGS], about(original, type)));
    expect(said).toBe(`HOLDERS_MISSING un.unodc/ccp holds ${toHex(idOf(original))} and is not a recipient.`);
    expect(subject.answer(letter(DESK, [DRUGS, CCP, SPOC], about(original, type)))).toMatch(
      /^HOLDERS_MISSING xa\.customs\/lab/,
    );
    expect(subject.answer(letter(DESK, [DRUGS, CCP, SPOC, LAB], about(original, type)))).toBe('accepted');
    // What passed it on is its sender's to recall: from those who have it from there.
    expect(subject.answer(letter(DRUGS, [CCP], about(forward, type)))).toMatch(/^HOLDERS_MISSING xa\.customs\/lab/);
    expect(subject.answer(letter(DRUGS, [CCP, LAB], about(forward, type)))).toBe('accepted');
  });

  test('is the originator’s alone', () => {
    const subject = ledger();
    const original = subject.sent(letter(DESK, [DRUGS]));
    expect(subject.answer(letter(DRUGS, [DESK], about(original, RECALL)))).toMatch(
      /^NOT_ORIGINATOR .*is a message of xc\.border/,
    );
    expect(subject.answer(letter(CCP, [DESK], about(original, RECALL)))).toMatch(/^ORIGINAL_UNKNOWN/);
  });

  test('leaves out holders of suspended agencies', () => {
    const subject = ledger();
    const original = subject.sent(letter(DESK, [DRUGS, CCP]));
    subject.act({ kind: 'suspend', value: { agency: 'un.unodc' } });
    expect(subject.answer(letter(DESK, [DRUGS], about(original, RECALL)))).toBe('accepted');
  });

  test('reaches a holder with whom nothing is agreed any more, and so does the receipt', () => {
    const subject = new PolicyLedger().agree(
      { parties: ['xc.border', 'xb.police'] },
      { parties: ['xb.police', 'un.unodc'] },
    );
    const original = subject.sent(letter(DESK, [DRUGS]));
    subject.sent(letter(DRUGS, [CCP], derived(original, { handling: [H0] })));
    subject.act({ kind: 'endAgreement', value: { agreementId: new Uint8Array(16).fill(0xb0) } });
    expect(subject.answer(letter(DESK, [DRUGS]))).toMatch(/^AGREEMENT_EXPIRED/);
    const recall = letter(DESK, [DRUGS, CCP], about(original, RECALL));
    expect(subject.answer(recall)).toBe('accepted');
    const receipt = { type: COMPLIANCE_RECEIPT, inReplyTo: idOf(recall), handling: [] };
    expect(subject.answer(letter(CCP, [DESK], receipt))).toBe('accepted');
    expect(subject.answer(letter(CCP, [PORTALDER], receipt))).toMatch(/^AGREEMENT_MISSING/);
    expect(subject.answer(letter(DESK, [DRUGS, CCP, PORTALDER], about(original, RECALL)))).toMatch(
      /^AGREEMENT_MISSING .*portalder/,
    );
  });

  test('requests for permission and receipts are of those who hold what they are about', () => {
    const subject = ledger();
    const original = subject.sent(letter(DESK, [DRUGS]));
    const request = { type: PERMISSION_REQUEST, inReplyTo: idOf(original), handling: [] };
    expect(subject.answer(letter(CCP, [DESK], request))).toMatch(/^ORIGINAL_UNKNOWN/);
    expect(subject.answer(letter(DESK, [CCP], request))).toMatch(/^ORIGINAL_UNKNOWN/);
    expect(subject.answer(letter(SPOC, [DESK], request))).toBe('accepted');
    const recall = subject.sent(letter(DESK, [DRUGS], about(original, RECALL)));
    const receipt = { type: COMPLIANCE_RECEIPT, inReplyTo: idOf(recall), handling: [] };
    expect(subject.answer(letter(CCP, [DESK], receipt))).toMatch(/^ORIGINAL_UNKNOWN/);
    expect(subject.answer(letter(DRUGS, [DESK], receipt))).toBe('accepted');
  });

  test('a permission is given for an own message', () => {
    const subject = ledger();
    const original = subject.sent(letter(DESK, [DRUGS]));
    const request = asked(subject, original);
    const value = { target: idOf(original), recipients: [CCP], expiresAtMs: 0 };
    const foreign = { ...value, target: idOf(request) };
    expect(subject.answer(decided(request, foreign))).toMatch(/^NOT_ORIGINATOR/);
    expect(subject.answer(decided(request, { ...value, target: messageId() }))).toMatch(/^ORIGINAL_UNKNOWN/);
    expect(subject.answer(decided(request, value))).toBe('accepted');
  });

  test('what messages have left is forgotten with them', () => {
    const subject = ledger();
    const original = subject.sent(letter(DESK, [DRUGS]));
    subject.sent(letter(DRUGS, [CCP], derived(original, { expiresAtMs: START_MS + 2 * DAY_MS })));
    const rows = (): number[] =>
      (['controls', 'disclosures'] as const).map((table) => [...subject.store.scan(table)].length);
    expect(rows()).toEqual([2, 1]);
    for (const entryIndex of [...subject.store.scan('messages')].map((row) => row.entryIndex)) {
      subject.nowMs = START_MS + 3 * DAY_MS;
      subject.run({ kind: 'expire', entryIndex });
    }
    subject.nowMs = START_MS + 91.5 * DAY_MS;
    subject.run({ kind: 'purge' });
    expect(rows()).toEqual([1, 0]);
    subject.nowMs = START_MS + 93 * DAY_MS;
    subject.run({ kind: 'purge' });
    expect(rows()).toEqual([0, 0]);
    expect(stateDigest(subject.store)).toHaveLength(32);
  });
});
