/** A ledger that denies by default, with agencies, rules and messages for the tests of the policy. */
import { apply } from '../../../ledger/apply.ts';
import { decide, type Command, type Decision, type SubmitCommand } from '../../../ledger/decide.ts';
import type { RowStore } from '../../../ledger/state.ts';
import { MemoryStore } from '../../../ledger/store/memory.ts';
import { signLeaf } from '../../../protocol/batch.ts';
import { encode } from '../../../protocol/codec.ts';
import {
  type Act,
  type Agreement,
  type Entry,
  Exchange,
  type Group,
  type GroupStatement,
  GroupStatementSchema,
  MessageType,
} from '../../../protocol/generated/schema.ts';
import { agencyOf, type Mailbox } from '../../../protocol/ids.ts';
import {
  DAY_MS,
  type Draft,
  filler,
  firstEvent,
  makeAgency,
  ORIGIN,
  signAct,
  START_MS,
  submission,
  type TestAgency,
} from '../support.ts';

export const customs = makeAgency('xa.customs', ['portalder', 'lab']);
export const police = makeAgency('xb.police', ['drugs', 'spoc']);
export const border = makeAgency('xc.border', ['desk']);
/** Partners beyond customs and police. */
export const unodc = makeAgency('un.unodc', ['ccp']);
export const cast: readonly TestAgency[] = [customs, police, border, unodc];

export const [PORTALDER, LAB] = customs.mailboxes as [Mailbox, Mailbox];
export const [DRUGS, SPOC] = police.mailboxes as [Mailbox, Mailbox];
export const [DESK] = border.mailboxes as [Mailbox];
export const [CCP] = unodc.mailboxes as [Mailbox];

export const agencyNamed = (mailbox: string): TestAgency => {
  const found = cast.find(({ agency }) => agency === agencyOf(mailbox as Mailbox));
  if (!found) throw new Error(mailbox);
  return found;
};

/** A submission of schema version 2 with everything in order. */
export function letter(from: Mailbox, to: readonly Mailbox[], change: Partial<Draft> = {}): SubmitCommand {
  const keyOf = (mailbox: Mailbox): Uint8Array => {
    const { mailboxes, keys } = agencyNamed(mailbox);
    return keys[mailboxes.indexOf(mailbox)]!.keyId;
  };
  return submission({
    sender: from,
    signingKeyId: agencyNamed(from).signing.keyId,
    recipients: to.map((mailbox) => ({ mailbox, keyId: keyOf(mailbox) })),
    createdAtMs: START_MS,
    schemaVersion: 2,
    type: MessageType.SPONTANEOUS_INFORMATION,
    ...change,
  });
}

export const ID = new Uint8Array(16).fill(0xa1);
export const OTHER_ID = new Uint8Array(16).fill(0xa2);

export const agreement = (change: Partial<Agreement> = {}): Agreement => ({
  agreementId: ID,
  name: 'XA and XB',
  parties: ['xa.customs', 'xb.police'],
  types: [],
  classificationMax: 1,
  personalData: false,
  validFromMs: 0,
  validUntilMs: 0,
  ...change,
});

export const group = (change: Partial<Group> = {}): Group => ({
  groupId: ID,
  name: 'LARKSPUR',
  owner: PORTALDER,
  members: [PORTALDER, DRUGS, DESK],
  startsAtMs: 0,
  endsAtMs: 0,
  simplifiedForm: false,
  nominalAllowed: false,
  classificationMax: 1,
  ...change,
});

export const idOf = (command: SubmitCommand): Uint8Array => command.parsed.routing.messageId;

export class PolicyLedger {
  readonly store: RowStore;
  nowMs = START_MS;
  size = 0;
  readonly entries: Entry[] = [];
  private acts = 0;

  constructor(options: { open?: boolean; store?: RowStore; agencies?: readonly TestAgency[] } = {}) {
    this.store = options.store ?? new MemoryStore();
    const event = firstEvent();
    if (event.kind === 'shardOpen' && options.open !== true) event.value.exchange = Exchange.BY_AGREEMENT;
    this.record({ blind: filler(16), atMs: this.nowMs, event });
    for (const { enrol } of options.agencies ?? cast) this.act({ kind: 'enrol', value: enrol });
  }

  run(command: Command): Decision {
    const { nowMs } = this;
    const context = { nowMs, random: filler, revocationLists: [], requireRevocationLists: false };
    const decision = decide(this.store, command, context);
    if (decision.kind === 'entries') for (const entry of decision.entries) this.record(entry);
    else if (decision.kind === 'refused' && decision.entry) this.record(decision.entry);
    return decision;
  }

  /** `accepted`, or code and detail of the refusal. */
  answer(command: Command): string {
    const decision = this.run(command);
    if (decision.kind === 'refused') return `${decision.error.code} ${decision.error.detail}`.trim();
    return decision.kind === 'repeat' ? `repeat ${decision.index}` : 'accepted';
  }

  /** Sends what must be accepted; returns it. */
  sent(command: SubmitCommand): SubmitCommand {
    const answer = this.answer(command);
    if (answer !== 'accepted') throw new Error(answer);
    return command;
  }

  act(act: Act['act']): string {
    return this.answer(signAct(act, this.acts, this.nowMs));
  }

  agree(...changes: Partial<Agreement>[]): this {
    changes.forEach((change, i) => {
      const agreementId = new Uint8Array(16).fill(0xb0 + i);
      const answer = this.act({ kind: 'setAgreement', value: { agreement: agreement({ agreementId, ...change }) } });
      if (answer !== 'accepted') throw new Error(answer);
    });
    return this;
  }

  /** Everybody with everybody, without bounds. */
  agreeAll(): this {
    const agreementId = new Uint8Array(16).fill(0xff);
    this.agree({ agreementId, name: 'All', parties: ['*'], classificationMax: 3, personalData: true });
    for (const { agency } of cast) this.clear(agency, 3);
    return this;
  }

  clear(agency: string, clearance: 0 | 1 | 2 | 3, contact = ''): string {
    return this.act({ kind: 'setAgency', value: { agency, clearance, contact, attachmentBytesMax: 0 } });
  }

  /** An owner's statement, signed by an agency. */
  groupStatement(by: TestAgency, change: Partial<GroupStatement> = {}): Command & { kind: 'group' } {
    const statement = {
      blind: filler(16),
      origin: ORIGIN,
      replaces: 0,
      createdAtMs: this.nowMs,
      group: group(),
      end: false,
      ...change,
    };
    const leaf = encode(GroupStatementSchema, statement);
    return { kind: 'group', agency: by.agency, signed: signLeaf('group', by.signing.key, leaf) };
  }

  get groupVersion(): number {
    return this.store.get('groups', ID)?.changedIndex ?? 0;
  }

  private record(entry: Entry): void {
    if (entry.event.kind === 'operatorAct') this.acts++;
    this.entries.push(entry);
    this.store.write(apply(this.store, this.size++, entry));
  }
}

export const LATER_MS = START_MS + DAY_MS;
