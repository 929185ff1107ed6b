/** Who may exchange what with whom: clearances, agreements and copies to contacts. For gateways that deny by default. */
import { type ErrorCode, LiaisonError } from '../../protocol/errors.ts';
import { MessageType } from '../../protocol/generated/schema.ts';
import { agencyOf, type Mailbox, toHex } from '../../protocol/ids.ts';
import { owes } from './originals.ts';
import { isByAgreement, ruleBook, type Terms } from './rule-book.ts';
import { classificationName, outside, type Subject, typeName } from './subject.ts';
import type { Answer } from './judge.ts';

/** Each recipient must be cleared for the classification. */
export function clearance(subject: Subject): Answer {
  const { state, recipients, labels, note } = subject;
  if (!isByAgreement(state)) return 'does not apply';
  const book = ruleBook(state);
  for (const mailbox of recipients) {
    const highest = book.clearanceOf(mailbox);
    const text = `${mailbox} is cleared up to ${classificationName(highest)}`;
    if (highest < labels.classification) {
      return new LiaisonError('CLEARANCE_TOO_LOW', `${text}, not ${classificationName(labels.classification)}.`);
    }
    note?.(`${text}.`);
  }
  return undefined;
}

/** How far an agreement carries a message, by the code of the first thing that it does not cover. */
const STEPS = [
  'AGREEMENT_MISSING',
  'AGREEMENT_EXPIRED',
  'AGREEMENT_TYPE_EXCLUDED',
  'AGREEMENT_CLASSIFICATION_EXCEEDED',
  'AGREEMENT_PERSONAL_DATA_EXCLUDED',
] as const satisfies readonly ErrorCode[];
const COVERS = STEPS.length;

/** One single agreement must cover the exchange with the agency of each recipient. */
export function agreement(subject: Subject): Answer {
  const { state, agency, note } = subject;
  if (!isByAgreement(state)) return 'does not apply';
  const others = outside(subject);
  if (others.length === 0) return 'does not apply';
  const book = ruleBook(state);
  const covered = new Set<string>();
  const isOwed = owes(subject);
  for (const mailbox of others) {
    const other = agencyOf(mailbox);
    if (covered.has(other)) continue;
    if (isOwed(mailbox)) {
      note?.(`${mailbox} must get it whatever is agreed.`);
      continue;
    }
    const error = agreementRefusal(subject, mailbox, book.between(agency, other));
    if (error) return error;
    covered.add(other);
  }
  return undefined;
}

function agreementRefusal(subject: Subject, mailbox: Mailbox, terms: readonly Terms[]): LiaisonError | undefined {
  let furthest = 0;
  let best: Terms | undefined;
  for (const candidate of terms) {
    const reached = reach(candidate, subject);
    if (reached > furthest) [furthest, best] = [reached, candidate];
    if (reached === COVERS) break;
  }
  if (best && furthest === COVERS) {
    subject.note?.(`${mailbox}: the agreement ${titleOf(best)} covers it.`);
    return undefined;
  }
  const code = STEPS[furthest] ?? 'AGREEMENT_MISSING';
  if (!best) return new LiaisonError(code, `None names both ${subject.agency} and ${agencyOf(mailbox)} (${mailbox}).`);
  return new LiaisonError(code, `${mailbox}: the agreement ${titleOf(best)} ${WHY[furthest]?.(best, subject) ?? ''}.`);
}

function reach({ agreement: it, isEnded }: Terms, { nowMs, labels }: Subject): number {
  const isInForce = !isEnded && it.validFromMs <= nowMs && (it.validUntilMs === 0 || nowMs < it.validUntilMs);
  if (!isInForce) return 1;
  if (it.types.length > 0 && !it.types.includes(labels.type)) return 2;
  if (labels.classification > it.classificationMax) return 3;
  return labels.containsPersonalData && !it.personalData ? 4 : COVERS;
}

const WHY: readonly ((terms: Terms, subject: Subject) => string)[] = [
  () => '',
  ({ agreement: { validFromMs }, isEnded }, { nowMs }) =>
    isEnded ? 'was ended' : nowMs < validFromMs ? 'is not yet in force' : 'has run out',
  (_, { labels }) => `does not name the type ${typeName(labels.type)}`,
  ({ agreement: { classificationMax } }) => `reaches up to ${classificationName(classificationMax)}`,
  () => 'excludes personal data',
];

const titleOf = ({ agreement: { name, agreementId } }: Terms): string =>
  `${JSON.stringify(name)} (${toHex(agreementId)})`;

const COPIED: ReadonlySet<MessageType> = new Set<MessageType>([
  MessageType.INFORMATION_REQUEST,
  MessageType.INFORMATION_ANSWER,
  MessageType.SPONTANEOUS_INFORMATION,
]);

/**
 * What goes to an agency with a single point of contact goes there as well, unless the sender states why not. A group has the
 * members that its owner has named, and nobody besides gets what is sent to it.
 */
export function contactCopy(subject: Subject): Answer {
  const { state, sender, recipients, labels, note } = subject;
  if (!isByAgreement(state) || !COPIED.has(labels.type) || labels.groupId.length > 0) return 'does not apply';
  const book = ruleBook(state);
  let applies = false;
  for (const mailbox of outside(subject)) {
    const contact = book.contactOf(agencyOf(mailbox));
    if (contact === '') continue;
    applies = true;
    if (contact === sender || recipients.includes(contact as Mailbox)) {
      note?.(`${contact} gets the copy of what goes to ${mailbox}.`);
    } else if (labels.contactCopyExemption !== 0) {
      note?.(`The sender states why ${contact} gets no copy.`);
    } else {
      return new LiaisonError('CONTACT_COPY_MISSING', `${contact} must get a copy of what goes to ${mailbox}.`);
    }
  }
  return applies ? undefined : 'does not apply';
}
