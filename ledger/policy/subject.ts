/** What the policy looks at: a message that is submitted, or one that somebody only thinks of. */
import {
  type Classification,
  Classification as Classifications,
  HandlingCode,
  MessageType,
  type Routing,
} from '../../protocol/generated/schema.ts';
import { agencyOf, type AgencyId, type Mailbox } from '../../protocol/ids.ts';
import type { SubmitCommand } from '../decide.ts';
import type { State } from '../state.ts';

/** The labels that rules are about. */
export type Labels = Pick<
  Routing,
  | 'type'
  | 'schemaVersion'
  | 'classification'
  | 'handling'
  | 'containsPersonalData'
  | 'groupId'
  | 'groupVersion'
  | 'contactCopyExemption'
  | 'inReplyTo'
  | 'derivedFrom'
  | 'permissionIds'
  | 'grant'
>;

export interface Subject {
  readonly state: State;
  readonly nowMs: number;
  readonly agency: AgencyId;
  readonly sender: Mailbox;
  readonly recipients: readonly Mailbox[];
  readonly labels: Labels;
  /** Takes what a rule found where it passes. Only who explains wants to know. */
  readonly note?: (text: string) => void;
}

export const subjectOf = (state: State, { parsed, agency }: SubmitCommand, nowMs: number): Subject => ({
  state,
  nowMs,
  agency,
  sender: parsed.sender,
  recipients: parsed.recipients,
  labels: parsed.routing,
});

/** Recipients of other agencies than the sender's. */
export const outside = ({ recipients, agency }: Subject): Mailbox[] =>
  recipients.filter((mailbox) => agencyOf(mailbox) !== agency);

/** Handling codes as the bits of a {@link ControlRow}. */
export const handlingMask = (codes: readonly HandlingCode[]): number =>
  codes.reduce<number>((mask, code) => mask | (1 << code), 0);

export const H2_BIT = 1 << HandlingCode.H2;
/** H0 says what everything is for; it restricts nothing. */
export const RESTRICTING_BITS = (1 << HandlingCode.H1) | H2_BIT | (1 << HandlingCode.H3);

const nameIn = (values: Readonly<Record<string, number>>, value: number): string =>
  Object.keys(values).find((name) => values[name] === value) ?? String(value);

export const typeName = (type: MessageType): string => nameIn(MessageType, type);
export const classificationName = (value: Classification): string => nameIn(Classifications, value);
/** The codes of a mask, for people. */
export const handlingNames = (mask: number): string =>
  Object.entries(HandlingCode)
    .filter(([, code]) => code !== 0 && (mask & (1 << code)) !== 0)
    .map(([name]) => name)
    .join(', ');
