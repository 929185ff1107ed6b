/** The rules for bodies that a recipient and a sender can check (SPEC.md section 6). The gateway never sees a body. */
import { LiaisonError } from '../errors.ts';
import {
  type Body,
  CrimeArea,
  type Evaluation,
  InfoCode,
  type InformationAnswer,
  type InformationRequest,
  Outcome,
  type Routing,
  SourceCode,
  type SpontaneousInformation,
  Urgency,
} from '../generated/schema.ts';
import { BODY_TYPES } from './types.ts';

/** What a body is compared with, when its routing is at hand. */
export type BodyRouting = Pick<Routing, 'type' | 'urgency' | 'handlingTextPresent'>;

/**
 * Checks a body by itself and, if given, against its routing.
 * @throws LiaisonError BODY_INVALID, naming the member's path and the rule
 */
export function validateBody(body: Body, routing?: BodyRouting): void {
  checkLanguage(body.language);
  const { kind, value } = body.content;
  if (routing) {
    rule(BODY_TYPES[kind] === routing.type, kind, 'is not the body of the type that the header names');
    const hasText = isFilled(body.handlingText);
    rule(hasText || !routing.handlingTextPresent, 'handlingText', 'is missing although the handling code is H3');
    rule(!hasText || routing.handlingTextPresent, 'handlingText', 'is present without the handling code H3');
  }
  switch (kind) {
    case 'informationRequest':
      checkRequest(value, kind, routing?.urgency === Urgency.URGENT);
      return;
    case 'informationAnswer':
      checkAnswer(value, kind);
      return;
    case 'spontaneousInformation':
      checkSpontaneous(value, kind);
      return;
    default:
      return;
  }
}

/** BCP 47 (RFC 5646): well-formed is enough; which languages are understood is the agencies' affair. */
function checkLanguage(tag: string): void {
  rule(isFilled(tag), 'language', 'is missing');
  try {
    Intl.getCanonicalLocales(tag);
  } catch {
    rule(false, 'language', 'is not a well-formed language tag such as en or pt-BR');
  }
}

function checkRequest(request: InformationRequest, at: string, urgent: boolean): void {
  for (const name of ['subject', 'informationSought', 'purposeAndFacts', 'offence'] as const) {
    rule(isFilled(request[name]), `${at}.${name}`, 'is missing');
  }
  rule(request.crimeArea !== CrimeArea.UNSPECIFIED, `${at}.crimeArea`, 'is missing');
  rule(!urgent || isFilled(request.urgencyReason), `${at}.urgencyReason`, 'is missing on an urgent request');
}

function checkAnswer(answer: InformationAnswer, at: string): void {
  rule(answer.outcome !== Outcome.UNSPECIFIED, `${at}.outcome`, 'is missing');
  const hasNews = answer.outcome !== Outcome.NO_HIT;
  rule(!hasNews || isFilled(answer.text), `${at}.text`, 'is missing');
  if (hasNews || answer.evaluation) checkEvaluation(answer.evaluation, `${at}.evaluation`);
}

function checkSpontaneous(information: SpontaneousInformation, at: string): void {
  rule(information.crimeArea !== CrimeArea.UNSPECIFIED, `${at}.crimeArea`, 'is missing');
  rule(isFilled(information.subject), `${at}.subject`, 'is missing');
  rule(isFilled(information.text), `${at}.text`, 'is missing');
  checkEvaluation(information.evaluation, `${at}.evaluation`);
}

/** Intelligence travels with the assessment of source and information, by whom and when. */
function checkEvaluation(evaluation: Evaluation | undefined, at: string): void {
  if (!evaluation) throw invalid(at, 'is missing');
  rule(evaluation.sourceCode !== SourceCode.UNSPECIFIED, `${at}.sourceCode`, 'is missing');
  rule(evaluation.infoCode !== InfoCode.UNSPECIFIED, `${at}.infoCode`, 'is missing');
  rule(isFilled(evaluation.assessedByUnit), `${at}.assessedByUnit`, 'is missing');
  rule(evaluation.assessedAtMs > 0, `${at}.assessedAtMs`, 'is missing');
}

const isFilled = (text: string): boolean => text.trim() !== '';

function rule(holds: boolean, path: string, what: string): void {
  if (!holds) throw invalid(path, what);
}

const invalid = (path: string, what: string): LiaisonError => new LiaisonError('BODY_INVALID', `${path} ${what}.`);
