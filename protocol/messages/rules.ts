/**
 * What the fields of a body mean to each other, to the rest of the body and to the routing (SPEC.md section 6.3).
 * validate.ts says when each is asked.
 */
import { LiaisonError } from '../errors.ts';
import {
  type Alert,
  AlertKind,
  type Body,
  type CaseObject,
  CaseObjectSchema,
  type Correction,
  type Goods,
  type InformationAnswer,
  type Location,
  type NominalAnnex,
  type NominalOrganisation,
  OrganisationSchema,
  type NominalPerson,
  Outcome,
  type PermissionDecision,
  PersonSchema,
  type Recall,
  ReportForm,
  type RiskProfile,
  type Routing,
  type SeizureReport,
  Urgency,
} from '../generated/schema.ts';
import { equalBytes } from '../ids.ts';
import { type MessageSchema, unknownOf } from '../schema.ts';
import { timeMs } from './formats.ts';
import { BODY_TYPES } from './types.ts';

/** What a body is compared with, when its routing is at hand. */
export type BodyRouting = Pick<
  Routing,
  'type' | 'schemaVersion' | 'urgency' | 'handlingTextPresent' | 'inReplyTo' | 'grant' | 'interim' | 'attachments'
>;

interface Ruled {
  Alert: Alert;
  CaseObject: CaseObject;
  Correction: Correction;
  Goods: Goods;
  InformationAnswer: InformationAnswer;
  Location: Location;
  NominalAnnex: NominalAnnex;
  NominalOrganisation: NominalOrganisation;
  NominalPerson: NominalPerson;
  PermissionDecision: PermissionDecision;
  Recall: Recall;
  RiskProfile: RiskProfile;
  SeizureReport: SeizureReport;
}

/** Rules within one message, by its name; asked after those of its fields. `at` is the path of the message. */
export const RULES: { readonly [K in keyof Ruled]: (value: Ruled[K], at: string) => void } = {
  Alert(alert, at) {
    const isNotice = alert.kind === AlertKind.NOTICE;
    rule(!isNotice || alert.colour !== 0, `${at}.colour`, 'is missing on a notice');
    rule(!isNotice || alert.approval !== undefined, `${at}.approval`, 'is missing on a notice');
    rule(isNotice || alert.approval === undefined, `${at}.approval`, 'is present on a diffusion');
  },
  CaseObject: checkObject,
  Correction: checkReplacement,
  Goods(goods, at) {
    const hasValue = goods.value !== '';
    rule(!hasValue || goods.currency !== '', `${at}.currency`, 'is missing beside a value');
    rule(hasValue || goods.currency === '', `${at}.value`, 'is missing beside a currency');
  },
  InformationAnswer(answer, at) {
    const hasNews = answer.outcome !== Outcome.NO_HIT;
    rule(!hasNews || isFilled(answer.text), `${at}.text`, 'is missing');
    rule(!hasNews || answer.evaluation !== undefined, `${at}.evaluation`, 'is missing');
  },
  Location(location, at) {
    const hasLatitude = location.latitude !== '';
    rule(!hasLatitude || location.longitude !== '', `${at}.longitude`, 'is missing beside a latitude');
    rule(hasLatitude || location.longitude === '', `${at}.latitude`, 'is missing beside a longitude');
  },
  NominalAnnex(annex, at) {
    rule(annex.persons.length + annex.organisations.length > 0 || keepsUnknown(annex), at, 'is empty');
  },
  NominalOrganisation(named, at) {
    rule(named.identifiers.length > 0 || saysSomething(OrganisationSchema, named.organisation), at, 'is empty');
  },
  NominalPerson(named, at) {
    rule(named.identifiers.length > 0 || saysSomething(PersonSchema, named.person), at, 'is empty');
  },
  PermissionDecision(decision, at) {
    const isComplete = !decision.granted || decision.newRecipients.length > 0;
    rule(isComplete, `${at}.newRecipients`, 'is missing on a decision that grants');
  },
  Recall: checkReplacement,
  RiskProfile(profile, at) {
    const isInOrder = timeMs(profile.validFrom) < timeMs(profile.validUntil);
    rule(isInOrder, `${at}.validUntil`, 'is not after validFrom');
  },
  SeizureReport(report, at) {
    if (report.form !== ReportForm.LONG) return;
    rule(report.conveyance !== undefined, `${at}.conveyance`, 'is missing in the long form');
    rule(report.route !== undefined, `${at}.route`, 'is missing in the long form');
    rule(report.detectionMethod !== 0, `${at}.detectionMethod`, 'is missing in the long form');
  },
};

/** The fields of an object that are its kind; those of all kinds have numbers from 30 on. */
const KINDS = CaseObjectSchema.fields.filter(({ id }) => id < 30);

/** Exactly one kind, unless a newer version knows the one that this does not; of it something is known. */
function checkObject(object: CaseObject, at: string): void {
  const given = KINDS.filter(({ name }) => object[name as keyof CaseObject] !== undefined);
  const [kind, second] = given;
  rule(second === undefined, at, `is more than one thing: ${given.map(({ name }) => name).join(', ')}`);
  rule(kind !== undefined || keepsUnknown(object), at, `has none of ${KINDS.map(({ name }) => name).join(', ')}`);
  if (!kind?.message || object.identifiers.length > 0) return;
  const isKnown = saysSomething(kind.message, object[kind.name as keyof CaseObject] as object);
  rule(isKnown, `${at}.${kind.name}`, 'is empty, and the object has no identifiers');
}

function checkReplacement(message: Correction | Recall, at: string): void {
  const isOther = !equalBytes(message.replacement, message.targetMessage);
  rule(isOther, `${at}.replacement`, 'is the message that it replaces');
}

const keepsUnknown = (value: object): boolean => unknownOf(value) !== undefined;

/** Whether any field has another value than its default. */
function saysSomething(schema: MessageSchema<unknown>, value: object): boolean {
  const isSet = (held: unknown): boolean => (Array.isArray(held) ? held.length > 0 : Boolean(held));
  return keepsUnknown(value) || schema.fields.some(({ name }) => isSet((value as Record<string, unknown>)[name]));
}

/** Rules between parts of the body. @throws LiaisonError BODY_INVALID */
export function checkWithin({ content, attachments }: Body): void {
  if (content.kind !== 'seizureReport') return;
  content.value.photos.forEach(({ digest }, i) => {
    const isThere = attachments.some((attachment) => equalBytes(attachment.digest, digest));
    rule(isThere, `seizureReport.photos[${i}].digest`, 'is not that of an attachment');
  });
}

/** @throws LiaisonError BODY_INVALID unless the header names the body's type */
export function checkType({ content: { kind } }: Body, routing: BodyRouting): void {
  rule(BODY_TYPES[kind] === routing.type, kind, 'is not the body of the type that the header names');
}

/** Rules between body and routing. @throws LiaisonError BODY_INVALID */
export function checkAgainstRouting(body: Body, routing: BodyRouting): void {
  const hasText = isFilled(body.handlingText);
  rule(hasText || !routing.handlingTextPresent, 'handlingText', 'is missing although the handling code is H3');
  rule(!hasText || routing.handlingTextPresent, 'handlingText', 'is present without the handling code H3');
  const { kind, value } = body.content;
  if (kind === 'informationRequest') {
    const isUrgent = routing.urgency === Urgency.URGENT;
    rule(!isUrgent || isFilled(value.urgencyReason), `${kind}.urgencyReason`, 'is missing on an urgent request');
  }
  if (routing.schemaVersion === 1) return;
  checkAttachments(body, routing);
  checkContent(body.content, routing);
}

function checkAttachments({ attachments }: Body, routing: BodyRouting): void {
  const isSameLength = attachments.length === routing.attachments.length;
  rule(isSameLength, 'attachments', `are ${attachments.length}, but the header names ${routing.attachments.length}`);
  routing.attachments.forEach(({ digest }, i) => {
    const isSame = attachments[i] !== undefined && equalBytes(attachments[i].digest, digest);
    rule(isSame, `attachments[${i}].digest`, 'is not that of the header');
  });
}

function checkContent({ kind, value }: Body['content'], routing: BodyRouting): void {
  switch (kind) {
    case 'informationAnswer':
      rule(value.interim === routing.interim, `${kind}.interim`, 'does not agree with the header');
      return;
    case 'permissionDecision':
      checkGrant(value, routing.grant, kind);
      return;
    case 'permissionRequest':
    case 'restrictionUpdate':
    case 'correction':
    case 'recall':
    case 'complianceReceipt': {
      const isSame = equalBytes(value.targetMessage, routing.inReplyTo);
      rule(isSame, `${kind}.targetMessage`, 'is not the message that the header replies to');
      return;
    }
    default:
      return;
  }
}

/** What the gateway enforces is what the body says. */
function checkGrant(decision: PermissionDecision, grant: BodyRouting['grant'], at: string): void {
  rule(decision.granted === (grant !== undefined), `${at}.granted`, 'does not agree with the grant of the header');
  if (!grant) return;
  rule(equalBytes(decision.targetMessage, grant.target), `${at}.targetMessage`, 'is not the target of the grant');
  const isSame = [...decision.newRecipients].sort().join() === [...grant.recipients].sort().join();
  rule(isSame, `${at}.newRecipients`, 'are not the recipients of the grant');
  const expiresAtMs = decision.expiresAt === '' ? 0 : timeMs(decision.expiresAt);
  rule(expiresAtMs === grant.expiresAtMs, `${at}.expiresAt`, 'is not the end of the grant');
}

/** Whether a text is more than white space. */
export const isFilled = (text: string): boolean => text.trim() !== '';

function rule(holds: boolean, path: string, what: string): void {
  if (!holds) throw invalid(path, what);
}

/** The refusal of a body: the path of the member and what is wrong with it. */
export const invalid = (path: string, what: string): LiaisonError =>
  new LiaisonError('BODY_INVALID', `${path} ${what}.`);
