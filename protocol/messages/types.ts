/**
 * The message types in one table: whose body each is, since which schema version, whether it carries intelligence, and what
 * it refers to (SPEC.md section 6.3). Header rules, ledger, node and command line all look here.
 */
import { type Body, MessageType } from '../generated/schema.ts';

export type BodyKind = Body['content']['kind'];

export interface TypeRule {
  readonly kind: BodyKind;
  /** Schema version from which on the type exists. */
  readonly since: 1 | 2;
  /** No intelligence travels without a handling code. */
  readonly intelligence: boolean;
  /** Types that `in_reply_to` may name; undefined: none needed, and any is allowed; empty: any type, but one is needed. */
  readonly repliesTo?: readonly MessageType[];
}

const {
  INFORMATION_REQUEST,
  INFORMATION_ANSWER,
  SPONTANEOUS_INFORMATION,
  REFUSAL,
  CLARIFICATION_REQUEST,
  CLARIFICATION,
  DEADLINE_NOTICE,
  RISK_PROFILE,
  SEIZURE_REPORT,
  NOMINAL_ANNEX,
  ALERT,
  OPERATION_NOTICE,
  PERMISSION_REQUEST,
  PERMISSION_DECISION,
  RESTRICTION_UPDATE,
  CORRECTION,
  RECALL,
  COMPLIANCE_RECEIPT,
} = MessageType;

const rule = (kind: BodyKind, since: 1 | 2, intelligence: boolean, repliesTo?: readonly MessageType[]): TypeRule => ({
  kind,
  since,
  intelligence,
  ...(repliesTo ? { repliesTo } : {}),
});

export const MESSAGE_TYPES: Readonly<Record<Exclude<MessageType, 0>, TypeRule>> = {
  [INFORMATION_REQUEST]: rule('informationRequest', 1, true),
  [INFORMATION_ANSWER]: rule('informationAnswer', 1, true, [INFORMATION_REQUEST]),
  [SPONTANEOUS_INFORMATION]: rule('spontaneousInformation', 1, true),
  [REFUSAL]: rule('refusal', 2, false, [INFORMATION_REQUEST]),
  [CLARIFICATION_REQUEST]: rule('clarificationRequest', 2, true, [INFORMATION_REQUEST]),
  [CLARIFICATION]: rule('clarification', 2, true, [CLARIFICATION_REQUEST]),
  [DEADLINE_NOTICE]: rule('deadlineNotice', 2, false, [INFORMATION_REQUEST]),
  [RISK_PROFILE]: rule('riskProfile', 2, true),
  [SEIZURE_REPORT]: rule('seizureReport', 2, true),
  [NOMINAL_ANNEX]: rule('nominalAnnex', 2, true),
  [ALERT]: rule('alert', 2, true),
  [OPERATION_NOTICE]: rule('operationNotice', 2, true),
  [PERMISSION_REQUEST]: rule('permissionRequest', 2, false, []),
  [PERMISSION_DECISION]: rule('permissionDecision', 2, false, [PERMISSION_REQUEST]),
  [RESTRICTION_UPDATE]: rule('restrictionUpdate', 2, true, []),
  [CORRECTION]: rule('correction', 2, false, []),
  [RECALL]: rule('recall', 2, false, []),
  [COMPLIANCE_RECEIPT]: rule('complianceReceipt', 2, false, [RESTRICTION_UPDATE, CORRECTION, RECALL]),
};

/** The rule of a type. UNSPECIFIED has none. */
export const ruleOf = (type: MessageType): TypeRule | undefined => (type === 0 ? undefined : MESSAGE_TYPES[type]);

/** The message type whose body each kind is. */
export const BODY_TYPES = Object.fromEntries(
  Object.entries(MESSAGE_TYPES).map(([type, { kind }]) => [kind, Number(type)]),
) as Readonly<Record<BodyKind, Exclude<MessageType, 0>>>;

/** What the originator says of a message that is with others already: to every holder of it. */
export const FOLLOW_UPS: ReadonlySet<MessageType> = new Set<MessageType>([RESTRICTION_UPDATE, CORRECTION, RECALL]);

/** Types whose recipients are asked for consent: that they take on what it asks of them (SPEC.md section 3.10). */
export const CONSENT_TYPES: ReadonlySet<MessageType> = new Set<MessageType>([
  PERMISSION_REQUEST,
  RESTRICTION_UPDATE,
  RECALL,
]);
