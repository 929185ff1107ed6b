/**
 * The policy once more, as naively as it can be said: lists that are searched from front to back, nothing remembered that
 * could be worked out again. It shares no code with ledger/policy.
 */
import type { Agreement, Group, Routing } from '../../../protocol/generated/schema.ts';

interface KnownMessage {
  index: number;
  routing: Routing;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const same = (a: Uint8Array, b: Uint8Array): boolean => hex(a) === hex(b);
const agencyOf = (mailbox: string): string => mailbox.split('/')[0] ?? '';
const REQUEST = 1,
  ANSWER = 2,
  INFORMATION = 3,
  ANNEX = 10,
  PERMISSION_REQUEST = 13,
  DECISION = 14;
const RESTRICTION = 15,
  CORRECTION = 16,
  RECALL = 17,
  RECEIPT = 18;
const H0 = 1,
  H2 = 3;

export class ReferencePolicy {
  agreements: { agreement: Agreement; ended: boolean }[] = [];
  groups: { group: Group; version: number; ended: boolean }[] = [];
  clearances: Record<string, number> = {};
  contacts: Record<string, string> = {};
  suspended: string[] = [];
  messages: KnownMessage[] = [];
  private readonly byAgreement: boolean;

  constructor(byAgreement: boolean) {
    this.byAgreement = byAgreement;
  }

  /** The code of the refusal, or `permitted`. */
  judge(routing: Routing, nowMs: number): string {
    const own = agencyOf(routing.sender);
    const to = routing.recipients.map(({ mailbox }) => mailbox);
    const others = to.filter((mailbox) => agencyOf(mailbox) !== own);
    if (this.byAgreement) {
      for (const mailbox of to) if (this.clearance(mailbox) < routing.classification) return 'CLEARANCE_TOO_LOW';
      for (const mailbox of others) {
        if (this.mustReach(routing, mailbox)) continue;
        const code = this.agreement(routing, own, agencyOf(mailbox), nowMs);
        if (code !== '') return code;
      }
    }
    const inGroup = routing.groupId.length > 0 ? this.group(routing, to, nowMs) : '';
    if (inGroup !== '') return inGroup;
    if (this.byAgreement && routing.groupId.length === 0 && [REQUEST, ANSWER, INFORMATION].includes(routing.type)) {
      for (const mailbox of others) {
        const contact = this.contacts[agencyOf(mailbox)] ?? '';
        const isCopied = contact === '' || contact === routing.sender || to.includes(contact);
        if (!isCopied && routing.contactCopyExemption === 0) return 'CONTACT_COPY_MISSING';
      }
    }
    return (
      this.derived(routing, own, to, nowMs) ||
      this.followUp(routing, own, to) ||
      this.standing(routing, own) ||
      'permitted'
    );
  }

  private clearance(mailbox: string): number {
    const agency = this.clearances[agencyOf(mailbox)] || 1;
    return Math.min(agency, this.clearances[mailbox] || agency);
  }

  private agreement(routing: Routing, a: string, b: string, nowMs: number): string {
    const naming = this.agreements.filter(({ agreement: { parties } }) =>
      [a, b].every((party) => parties.includes(party) || parties.includes('*')),
    );
    const inForce = naming.filter(
      ({ agreement: { validFromMs, validUntilMs }, ended }) =>
        !ended && nowMs >= validFromMs && (validUntilMs === 0 || nowMs < validUntilMs),
    );
    const ofType = inForce.filter(({ agreement: { types } }) => types.length === 0 || types.includes(routing.type));
    const highEnough = ofType.filter(({ agreement }) => agreement.classificationMax >= routing.classification);
    const personal = highEnough.filter(({ agreement }) => agreement.personalData || !routing.containsPersonalData);
    if (naming.length === 0) return 'AGREEMENT_MISSING';
    if (inForce.length === 0) return 'AGREEMENT_EXPIRED';
    if (ofType.length === 0) return 'AGREEMENT_TYPE_EXCLUDED';
    if (highEnough.length === 0) return 'AGREEMENT_CLASSIFICATION_EXCEEDED';
    return personal.length === 0 ? 'AGREEMENT_PERSONAL_DATA_EXCLUDED' : '';
  }

  private group(routing: Routing, to: readonly string[], nowMs: number): string {
    const found = this.groups.find(({ group }) => same(group.groupId, routing.groupId));
    if (!found) return 'GROUP_UNKNOWN';
    const { group, version, ended } = found;
    if (!group.members.includes(routing.sender)) return 'GROUP_NOT_MEMBER';
    if (ended || nowMs < group.startsAtMs || (group.endsAtMs > 0 && nowMs >= group.endsAtMs)) return 'GROUP_ENDED';
    const expected = group.members
      .filter((member) => member !== routing.sender)
      .sort()
      .join();
    if (version !== routing.groupVersion || expected !== [...to].sort().join()) return 'GROUP_CHANGED';
    if (!group.nominalAllowed && (routing.containsPersonalData || routing.type === ANNEX)) return 'GROUP_NON_NOMINAL';
    return routing.classification > group.classificationMax ? 'GROUP_CLASSIFICATION_EXCEEDED' : '';
  }

  private find(id: Uint8Array, fits: (message: KnownMessage) => boolean): KnownMessage | undefined {
    return this.messages.find((message) => same(message.routing.messageId, id) && fits(message));
  }

  private isFrom =
    (agency: string) =>
    ({ routing }: KnownMessage): boolean =>
      agencyOf(routing.sender) === agency;
  private isTo =
    (agency: string) =>
    ({ routing }: KnownMessage): boolean =>
      routing.recipients.some(({ mailbox }) => agencyOf(mailbox) === agency);
  private known(id: Uint8Array, agency: string): KnownMessage | undefined {
    return this.find(id, (message) => this.isFrom(agency)(message) || this.isTo(agency)(message));
  }

  /** Everything that a message comes from. */
  private origins(routing: Routing): KnownMessage[] {
    if (routing.schemaVersion < 2) return [];
    const found: KnownMessage[] = [];
    for (const id of routing.derivedFrom) {
      const parent = this.known(id, agencyOf(routing.sender));
      if (!parent) continue;
      for (const message of [parent, ...this.origins(parent.routing)])
        if (!found.includes(message)) found.push(message);
    }
    return found;
  }

  /** Codes of a message, with what was restricted later. */
  private codes(message: KnownMessage): number[] {
    const updates = this.messages.filter(
      ({ routing }) =>
        routing.type === RESTRICTION && this.find(routing.inReplyTo, this.isFrom(agencyOf(routing.sender))) === message,
    );
    return [message.routing, ...updates.map(({ routing }) => routing)].flatMap(({ handling }) => handling);
  }

  private holders(target: KnownMessage): string[] {
    const all = [target, ...this.messages.filter(({ routing }) => this.origins(routing).includes(target))];
    return all.flatMap(({ routing }) => routing.recipients.map(({ mailbox }) => mailbox));
  }

  private mustReach(routing: Routing, mailbox: string): boolean {
    const own = agencyOf(routing.sender);
    if ([RESTRICTION, CORRECTION, RECALL].includes(routing.type)) {
      const target = this.find(routing.inReplyTo, this.isFrom(own));
      return target !== undefined && this.holders(target).includes(mailbox);
    }
    if (routing.type !== RECEIPT) return false;
    return this.find(routing.inReplyTo, this.isTo(own))?.routing.sender === mailbox;
  }

  private derived(routing: Routing, own: string, to: readonly string[], nowMs: number): string {
    if (routing.schemaVersion < 2) return '';
    for (const id of routing.derivedFrom) if (!this.known(id, own)) return 'ORIGINAL_UNKNOWN';
    const marked = this.origins(routing).filter((message) => message.routing.schemaVersion >= 2);
    const foreign = marked.filter((message) => !this.isFrom(own)(message));
    for (const message of foreign) {
      if (routing.classification < message.routing.classification) return 'MARKING_LOWERED';
      for (const code of this.codes(message)) {
        if (code !== H0 && !routing.handling.includes(code as never)) return 'MARKING_LOWERED';
      }
    }
    for (const message of foreign) {
      if (!this.codes(message).includes(H2)) continue;
      const before = this.origins(message.routing).filter(({ routing: { schemaVersion } }) => schemaVersion >= 2);
      if (before.some((earlier) => !this.isFrom(own)(earlier) && this.codes(earlier).includes(H2))) continue;
      const from = agencyOf(message.routing.sender);
      const free = [from, own];
      const holders = this.holders(message);
      for (const mailbox of to) {
        if (free.includes(agencyOf(mailbox)) || holders.includes(mailbox)) continue;
        if (!this.isPermitted(routing, message, from, own, mailbox, nowMs)) return 'PERMISSION_MISSING';
      }
    }
    return '';
  }

  private isPermitted(
    routing: Routing,
    original: KnownMessage,
    from: string,
    own: string,
    mailbox: string,
    nowMs: number,
  ): boolean {
    return routing.permissionIds.some((id) => {
      const decision = this.find(id, (message) => this.isFrom(from)(message) && this.isTo(own)(message));
      const grant = decision?.routing.grant;
      if (!decision || !grant || decision.routing.schemaVersion < 2) return false;
      const isRecalled = this.messages.some(
        (message) =>
          message.routing.type === RECALL &&
          this.find(message.routing.inReplyTo, this.isFrom(agencyOf(message.routing.sender))) === decision,
      );
      const through = routing.derivedFrom.filter((each) => {
        const parent = this.known(each, own);
        return parent && this.origins(parent.routing).includes(original);
      });
      const isAbout = [original.routing.messageId, ...through].some((target) => same(target, grant.target));
      const isCurrent = grant.expiresAtMs === 0 || nowMs < grant.expiresAtMs;
      return !isRecalled && isAbout && isCurrent && grant.recipients.includes(mailbox);
    });
  }

  private followUp(routing: Routing, own: string, to: readonly string[]): string {
    if (![RESTRICTION, CORRECTION, RECALL].includes(routing.type)) return '';
    const target = this.find(routing.inReplyTo, this.isFrom(own));
    if (!target) return this.known(routing.inReplyTo, own) ? 'NOT_ORIGINATOR' : 'ORIGINAL_UNKNOWN';
    const missing = this.holders(target).filter(
      (mailbox) => agencyOf(mailbox) !== own && !this.suspended.includes(agencyOf(mailbox)) && !to.includes(mailbox),
    );
    return missing.length > 0 ? 'HOLDERS_MISSING' : '';
  }

  private standing(routing: Routing, own: string): string {
    if (routing.type === DECISION && routing.grant) {
      const { target } = routing.grant;
      if (this.find(target, this.isFrom(own))) return '';
      return this.known(target, own) ? 'NOT_ORIGINATOR' : 'ORIGINAL_UNKNOWN';
    }
    if (routing.type !== PERMISSION_REQUEST && routing.type !== RECEIPT) return '';
    return this.find(routing.inReplyTo, this.isTo(own)) ? '' : 'ORIGINAL_UNKNOWN';
  }
}
