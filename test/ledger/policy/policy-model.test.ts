/**
 * The policy against a naive one: random agreements, groups, clearances and messages. Both must say the same of every
 * message, and three folds of the log (memory, SQLite, its bytes) must give one state.
 */
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { apply } from '../../../ledger/apply.ts';
import { policyRefusal } from '../../../ledger/policy/judge.ts';
import { stateDigest } from '../../../ledger/rows.ts';
import { MemoryStore } from '../../../ledger/store/memory.ts';
import { SqliteStore } from '../../../ledger/store/sqlite.ts';
import { decode, encode } from '../../../protocol/codec.ts';
import { type Act, EntrySchema, type Group, MessageType } from '../../../protocol/generated/schema.ts';
import { type Mailbox, toHex } from '../../../protocol/ids.ts';
import { ruleOf } from '../../../protocol/messages/types.ts';
import { DAY_MS, messageId, removeDirectory, START_MS } from '../support.ts';
import {
  agencyNamed,
  agreement,
  cast,
  CCP,
  DESK,
  DRUGS,
  group,
  LAB,
  letter,
  PolicyLedger,
  PORTALDER,
  SPOC,
} from './support.ts';
import { ReferencePolicy } from './reference-policy.ts';

afterAll(removeDirectory);

const RUNS = Number(process.env['LIAISON_POLICY_RUNS'] ?? 300);
const MAILBOXES = [PORTALDER, LAB, DRUGS, SPOC, DESK, CCP];
const AGENCIES = cast.map(({ agency }) => agency);
const ids = [1, 2, 3].map((value) => new Uint8Array(16).fill(value));
const at = <T>(list: readonly T[], i: number): T => list[i % list.length]!;

const index = fc.nat(1000);
const level = fc.constantFrom<(1 | 2 | 3)[]>(1, 1, 2, 3);
const near = fc.constantFrom(0, 0, 0, START_MS, START_MS + 1, START_MS + DAY_MS);
const mailboxes = fc.uniqueArray(fc.constantFrom(...MAILBOXES), { minLength: 1, maxLength: 4 });
const types = fc.constantFrom(...Object.values(MessageType).filter((type) => type !== 0));
const often = fc.constantFrom(...Object.values(MessageType).filter((type) => type >= 13));
const maybe = (weight: number): fc.Arbitrary<boolean> => fc.nat(weight).map((value) => value === 0);

const steps = {
  agreement: fc.record({
    id: index,
    parties: fc.oneof(
      fc.uniqueArray(fc.constantFrom<string[]>(...AGENCIES), { minLength: 2 }),
      fc.constant<string[]>(['*']),
    ),
    types: fc.oneof(fc.constant<MessageType[]>([]), fc.uniqueArray(types, { maxLength: 6 })),
    classificationMax: level,
    personalData: fc.boolean(),
    validFromMs: near,
    validUntilMs: near,
  }),
  endAgreement: fc.record({ id: index }),
  group: fc.record({
    id: index,
    owner: fc.constantFrom(...MAILBOXES),
    members: fc.uniqueArray(fc.constantFrom(...MAILBOXES), { minLength: 2 }),
    startsAtMs: fc.constantFrom(0, 0, 0, START_MS + 1),
    endsAtMs: fc.constantFrom(0, 0, 0, START_MS + DAY_MS),
    nominalAllowed: fc.boolean(),
    classificationMax: level,
    byOwner: fc.boolean(),
    end: maybe(8),
  }),
  agency: fc.record({ which: index, clearance: level, contact: fc.option(fc.constantFrom(...MAILBOXES), { freq: 2 }) }),
  unit: fc.record({ which: index, clearance: fc.constantFrom<(0 | 1 | 2 | 3)[]>(0, 1, 2, 3) }),
  suspend: fc.record({ which: index, release: fc.boolean() }),
  wait: fc.constantFrom(1, DAY_MS),
  /** A holder passes something on, with a permission of its sender or of one whose message it comes from. */
  pass: fc.record({
    which: index,
    holder: index,
    back: fc.nat(2),
    to: mailboxes,
    recalled: maybe(4),
    lowered: maybe(6),
  }),
  message: fc.record({
    from: fc.constantFrom(...MAILBOXES),
    to: mailboxes,
    type: fc.oneof(types, often, fc.constantFrom<MessageType[]>(1, 3)),
    version: fc.constantFrom<(1 | 2)[]>(2, 2, 2, 2, 1),
    classification: level,
    handling: fc.uniqueArray(fc.constantFrom<(1 | 2 | 3)[]>(1, 2, 3), { minLength: 1 }),
    personalData: maybe(2),
    exemption: maybe(3),
    group: fc.option(fc.record({ id: index, exact: maybe(0), stale: maybe(6) }), { freq: 3 }),
    exactly: fc.nat(4),
    derivedFrom: fc.uniqueArray(index, { maxLength: 2 }),
    permissions: fc.uniqueArray(index, { maxLength: 2 }),
    about: index,
    /** Of the messages that fit, or of all. */
    fitting: fc.nat(5),
    grant: fc.option(fc.record({ target: index, recipients: mailboxes, expiresAtMs: near }), { freq: 8 }),
  }),
};
type Steps = { [K in keyof typeof steps]: (typeof steps)[K] extends fc.Arbitrary<infer V> ? V : never };
type Step = { [K in keyof Steps]: { kind: K; value: Steps[K] } }[keyof Steps];
const WEIGHTS = {
  agreement: 3,
  endAgreement: 1,
  group: 3,
  agency: 2,
  unit: 1,
  suspend: 1,
  wait: 1,
  pass: 5,
  message: 24,
};
const step = fc.oneof(
  ...Object.entries(steps).map(([kind, values]) => ({
    weight: WEIGHTS[kind as keyof Steps],
    arbitrary: (values as fc.Arbitrary<unknown>).map((value) => ({ kind, value }) as Step),
  })),
);

/** One log and what a naive reader makes of it. */
class Trial {
  readonly ledger: PolicyLedger;
  readonly reference: ReferencePolicy;

  constructor(byAgreement: boolean) {
    this.ledger = new PolicyLedger({ open: !byAgreement });
    this.reference = new ReferencePolicy(byAgreement);
    if (byAgreement)
      this.run({
        kind: 'agreement',
        value: {
          id: 0,
          parties: ['*'],
          types: [],
          classificationMax: 3,
          personalData: true,
          validFromMs: 0,
          validUntilMs: 0,
        },
      });
  }

  /** What both say of a message; undefined for what is no message. */
  run({ kind, value }: Step): string | undefined {
    switch (kind) {
      case 'agreement': {
        const it = agreement({ ...value, agreementId: at(ids, value.id) });
        if (!this.acted({ kind: 'setAgreement', value: { agreement: it } })) return undefined;
        this.reference.agreements = this.reference.agreements.filter(
          (row) => row.agreement.agreementId !== it.agreementId,
        );
        this.reference.agreements.push({ agreement: it, ended: false });
        return undefined;
      }
      case 'endAgreement': {
        const agreementId = at(ids, value.id);
        // Seldom enough: without any agreement there is little to see.
        if (value.id % 4 !== 0 || !this.acted({ kind: 'endAgreement', value: { agreementId } })) return undefined;
        for (const row of this.reference.agreements) row.ended ||= row.agreement.agreementId === agreementId;
        return undefined;
      }
      case 'group':
        this.setGroup(value);
        return undefined;
      case 'agency': {
        const agency = at(AGENCIES, value.which);
        const contact = value.contact ?? '';
        const { clearance } = value;
        this.acted({ kind: 'setAgency', value: { agency, clearance, contact, attachmentBytesMax: 0 } });
        this.reference.clearances[agency] = clearance;
        this.reference.contacts[agency] = contact;
        return undefined;
      }
      case 'unit': {
        const mailbox = at(MAILBOXES, value.which);
        this.acted({ kind: 'setUnit', value: { mailbox, clearance: value.clearance, hostAgency: '' } });
        this.reference.clearances[mailbox] = value.clearance;
        return undefined;
      }
      case 'suspend': {
        const agency = at(AGENCIES, value.which);
        if (!this.acted({ kind: value.release ? 'release' : 'suspend', value: { agency } })) return undefined;
        this.reference.suspended = this.reference.suspended.filter((name) => name !== agency);
        if (!value.release) this.reference.suspended.push(agency);
        return undefined;
      }
      case 'wait':
        this.ledger.nowMs += value;
        return undefined;
      case 'pass':
        return this.pass(value);
      case 'message':
        return this.message(value);
    }
  }

  private acted(act: Act['act']): boolean {
    return this.ledger.act(act) === 'accepted';
  }

  private setGroup({ id, byOwner, end, ...rest }: Steps['group']): void {
    const it: Group = group({ ...rest, groupId: at(ids, id) });
    const row = this.ledger.store.get('groups', it.groupId);
    const statement = { replaces: row?.changedIndex ?? 0, group: it, end: end && row !== undefined };
    const answer = byOwner
      ? this.ledger.answer(this.ledger.groupStatement(agencyNamed(it.owner), statement))
      : this.ledger.act({ kind: 'setGroup', value: { group: it } });
    if (answer !== 'accepted') return;
    this.reference.groups = this.reference.groups.filter(({ group: { groupId } }) => groupId !== it.groupId);
    this.reference.groups.push({ group: it, version: this.ledger.size - 1, ended: byOwner && statement.end });
  }

  private message(value: Steps['message']): string | undefined {
    const command = this.compose(value);
    return command && this.judged(command);
  }

  private pass({ which, holder, back, to, recalled, lowered }: Steps['pass']): string | undefined {
    const { messages } = this.reference;
    const original = messages[which % Math.max(1, messages.length)]?.routing;
    if (!original) return undefined;
    let source = original;
    for (let i = 0; i < back; i++) {
      const before = messages.find(({ routing: { messageId: id } }) =>
        source.derivedFrom.some((other) => toHex(other) === toHex(id)),
      );
      source = before?.routing ?? source;
    }
    const by = at(original.recipients, holder).mailbox as Mailbox;
    const further = to.filter((mailbox) => mailbox !== by);
    const owner = source.sender as Mailbox;
    if (further.length === 0 || owner === by) return undefined;
    const times = { createdAtMs: this.ledger.nowMs, handling: [] };
    const grant = { target: source.messageId, recipients: further, expiresAtMs: 0 };
    const reply = { ...times, inReplyTo: original.messageId };
    const decision = letter(owner, [by], { ...reply, type: MessageType.PERMISSION_DECISION, grant });
    this.judged(decision);
    const decided = decision.parsed.routing.messageId;
    if (recalled) this.judged(letter(owner, [by], { ...times, type: MessageType.RECALL, inReplyTo: decided }));
    const classification = lowered ? 1 : 3;
    const references = {
      derivedFrom: [original.messageId],
      permissionIds: [decided],
      contactCopyExemption: 1 as const,
    };
    return this.judged(
      letter(by, further, { ...times, ...references, classification, handling: lowered ? [1] : [2, 3] }),
    );
  }

  private judged(command: ReturnType<typeof letter>): string {
    const { store, nowMs } = this.ledger;
    const refusal = policyRefusal(store, command, nowMs)?.code ?? 'permitted';
    const { routing } = command.parsed;
    expect(
      refusal,
      JSON.stringify(routing, (_, v: unknown) => (v instanceof Uint8Array ? toHex(v) : v)),
    ).toBe(this.reference.judge(routing, nowMs));
    const before = this.ledger.size;
    if (this.ledger.answer(command) === 'accepted') this.reference.messages.push({ index: before, routing });
    return refusal;
  }

  /** A message that fits what has happened, mostly. */
  private compose(value: Steps['message']): ReturnType<typeof letter> | undefined {
    const { messages } = this.reference;
    const rule = ruleOf(value.type);
    const version = rule?.since === 2 ? 2 : value.version;
    const pick = (i: number): Uint8Array => (messages.length === 0 ? messageId() : at(messages, i).routing.messageId);
    const agency = value.from.split('/')[0];
    const received = messages.filter(({ routing }) =>
      routing.recipients.some(({ mailbox }) => mailbox.startsWith(`${agency}/`)),
    );
    const sent = messages.filter(({ routing }) => routing.sender.startsWith(`${agency}/`));
    const fits = value.type >= 15 && value.type <= 17 ? sent : received;
    const about = value.fitting > 0 && fits.length > 0 ? at(fits, value.about).routing : undefined;
    const needsReference = rule?.repliesTo !== undefined;
    const inReplyTo = needsReference ? (about?.messageId ?? pick(value.about)) : new Uint8Array(0);
    const isAnnex = value.type === MessageType.NOMINAL_ANNEX;
    const chosen =
      version === 2 && value.group
        ? this.reference.groups.find((row) => row.group.groupId === at(ids, value.group!.id))
        : undefined;
    const known = value.fitting > 0 && received.length > 0 ? received : messages;
    const derivedFrom =
      known.length > 0 && value.type < 13 ? value.derivedFrom.map((i) => at(known, i).routing.messageId) : [];
    const decisions = messages.filter(({ routing }) => routing.grant !== undefined);
    const permissions = value.permissions.map((i) =>
      decisions.length > 0 ? at(decisions, i).routing.messageId : pick(i),
    );
    const isDecision = value.type === MessageType.PERMISSION_DECISION;
    const target =
      value.fitting > 0 && sent.length > 0
        ? at(sent, value.grant?.target ?? 0).routing.messageId
        : pick(value.grant?.target ?? 0);
    let to: Mailbox[] = value.to;
    if (chosen && value.exactly > 0) to = chosen.group.members.filter((member) => member !== value.from) as Mailbox[];
    if (!chosen && about && value.exactly > 1 && needsReference) to = reach(messages, about.messageId);
    to = to.filter((mailbox) => mailbox !== value.from);
    if (to.length === 0) return undefined;
    return letter(value.from, to, {
      type: value.type,
      schemaVersion: version,
      createdAtMs: this.ledger.nowMs,
      classification: value.classification,
      handling: value.handling,
      containsPersonalData: isAnnex || (value.type !== MessageType.SEIZURE_REPORT && value.personalData),
      contactCopyExemption: value.exemption ? 1 : 0,
      inReplyTo,
      annexOf: isAnnex ? pick(value.about) : new Uint8Array(0),
      groupId: version === 2 && value.group ? at(ids, value.group.id) : new Uint8Array(0),
      groupVersion: version === 2 && value.group ? (value.group.stale ? 1 : (chosen?.version ?? 1)) : 0,
      derivedFrom: unique(derivedFrom),
      permissionIds: unique(permissions),
      grant:
        isDecision && value.grant
          ? { target, recipients: value.grant.recipients, expiresAtMs: value.grant.expiresAtMs }
          : undefined,
    });
  }
}

const unique = (list: Uint8Array[]): Uint8Array[] => [...new Map(list.map((id) => [toHex(id), id])).values()];

/** Who sent it, and everybody who was sent it or what names it. */
const reach = (messages: ReferencePolicy['messages'], id: Uint8Array): Mailbox[] => {
  const names = messages.filter(({ routing }) =>
    [routing.messageId, ...routing.derivedFrom].some((other) => toHex(other) === toHex(id)),
  );
  return [
    ...new Set(names.flatMap(({ routing }) => [routing.sender, ...routing.recipients.map(({ mailbox }) => mailbox)])),
  ] as Mailbox[];
};

/** The log again, from its bytes, in memory and in SQLite. */
function digests({ entries }: PolicyLedger): string[] {
  const db = new DatabaseSync(':memory:');
  SqliteStore.createTables(db);
  const sqlite = new SqliteStore(db);
  const memory = new MemoryStore();
  db.exec('BEGIN');
  entries.forEach((entry, i) => {
    const again = decode(EntrySchema, encode(EntrySchema, entry), 'signed');
    for (const store of [memory, sqlite]) store.write(apply(store, i, again));
    if (i % 7 !== 0) return;
    sqlite.flush();
    db.exec('COMMIT; BEGIN');
    sqlite.settle();
  });
  const found = [memory, sqlite].map((store) => toHex(stateDigest(store)));
  db.close();
  return found;
}

test(
  `the policy and the naive one agree over ${RUNS} random histories (domain: systems/memoranda)`,
  { timeout: 3_600_000 },
  () => {
    const answers = new Map<string, number>();
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { minLength: 40, maxLength: 80 }), (byAgreement, history) => {
        const trial = new Trial(byAgreement);
        for (const each of history) {
          const answer = trial.run(each);
          if (answer !== undefined) answers.set(answer, (answers.get(answer) ?? 0) + 1);
        }
        const digest = toHex(stateDigest(trial.ledger.store));
        expect(digests(trial.ledger)).toEqual([digest, digest]);
      }),
      { numRuns: RUNS },
    );
    // What was never met has not been compared.
    const missing = EXPECTED.filter((code) => !answers.has(code));
    if (RUNS >= 300) expect(missing).toEqual([]);
  },
);

const EXPECTED = [
  ...['permitted', 'CLEARANCE_TOO_LOW', 'AGREEMENT_MISSING', 'AGREEMENT_EXPIRED', 'AGREEMENT_TYPE_EXCLUDED'],
  ...['AGREEMENT_CLASSIFICATION_EXCEEDED', 'AGREEMENT_PERSONAL_DATA_EXCLUDED', 'GROUP_UNKNOWN', 'GROUP_NOT_MEMBER'],
  ...['GROUP_ENDED', 'GROUP_CHANGED', 'GROUP_NON_NOMINAL', 'GROUP_CLASSIFICATION_EXCEEDED', 'CONTACT_COPY_MISSING'],
  ...['ORIGINAL_UNKNOWN', 'MARKING_LOWERED', 'PERMISSION_MISSING', 'NOT_ORIGINATOR', 'HOLDERS_MISSING'],
];
