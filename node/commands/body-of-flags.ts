/** The body of a message from the options of `node send`. */
import { readFileSync } from 'node:fs';
import { readText } from '../../cli/config-file.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { CrimeArea, MessageType, Outcome } from '../../protocol/generated/schema.ts';
import type { JsonBody, NameOf } from '../types.ts';
import { choiceOf } from './shared.ts';

export interface BodyFlags {
  readonly type?: string;
  readonly body?: string;
  readonly text?: string;
  readonly subject?: string;
  readonly replyTo?: string;
  readonly language: string;
  readonly case?: string;
  readonly crimeArea: string;
  readonly evaluation: string;
  readonly outcome?: string;
  readonly facts?: string;
  readonly offence?: string;
  readonly urgencyReason?: string;
  readonly handlingText?: string;
}

/**
 * Reads `--body`, or composes one of `--text` and its companions.
 * @param unit who has assessed the information
 * @throws LiaisonError USAGE, FILE_UNREADABLE, FILE_INVALID
 */
export function bodyOfFlags(flags: BodyFlags, unit: string, nowMs: number): JsonBody {
  if ((flags.body === undefined) === (flags.text === undefined)) {
    throw new LiaisonError('USAGE', 'Give either --body FILE or --text TEXT.');
  }
  if (flags.body !== undefined) {
    refuseStray(flags, undefined);
    return jsonOf(flags.body);
  }
  if (flags.text?.trim() === '') throw new LiaisonError('USAGE', '--text is empty.');
  return {
    language: flags.language,
    ...(flags.case === undefined ? {} : { caseNumber: flags.case }),
    ...(flags.handlingText === undefined ? {} : { handlingText: flags.handlingText }),
    ...contentOf(flags, flags.text ?? '', unit, nowMs),
  };
}

function contentOf(flags: BodyFlags, text: string, unit: string, nowMs: number): JsonBody {
  const usual = flags.replyTo === undefined ? 'spontaneous-information' : 'information-answer';
  const type = choiceOf('--type', flags.type ?? usual, MessageType);
  refuseStray(flags, type);
  const crimeArea = choiceOf('--crime-area', flags.crimeArea, CrimeArea);
  switch (type) {
    case 'SPONTANEOUS_INFORMATION': {
      const evaluation = evaluationOf(flags.evaluation, unit, nowMs);
      return { spontaneousInformation: { subject: flags.subject ?? firstWords(text), text, crimeArea, evaluation } };
    }
    case 'INFORMATION_ANSWER': {
      if (flags.replyTo === undefined) throw new LiaisonError('USAGE', 'An answer needs --reply-to ID.');
      const outcome = choiceOf('--outcome', flags.outcome ?? 'full', Outcome);
      const assessed = outcome === 'NO_HIT' ? {} : { evaluation: evaluationOf(flags.evaluation, unit, nowMs) };
      return { informationAnswer: { outcome, text, ...assessed } };
    }
    case 'INFORMATION_REQUEST': {
      const { facts, offence, urgencyReason } = flags;
      if (facts === undefined || offence === undefined) {
        throw new LiaisonError('USAGE', 'A request needs --facts (purpose and facts) and --offence besides --text.');
      }
      const subject = flags.subject ?? firstWords(text);
      const request = { subject, informationSought: text, purposeAndFacts: facts, offence, crimeArea };
      return { informationRequest: { ...request, ...(urgencyReason === undefined ? {} : { urgencyReason }) } };
    }
    default:
      throw new LiaisonError('USAGE', `${type} has more fields than there are flags: give it with --body FILE.`);
  }
}

/** What belongs to another type would be lost without a word. */
function refuseStray(flags: BodyFlags, type: NameOf<typeof MessageType> | undefined): void {
  if (flags.outcome !== undefined && type !== 'INFORMATION_ANSWER') {
    throw new LiaisonError(
      'USAGE',
      '--outcome goes with --text and --type information-answer (or --reply-to ID) only.',
    );
  }
}

function evaluationOf(text: string, assessedByUnit: string, assessedAtMs: number): JsonBody {
  const [, sourceCode, infoCode] = /^([ABCX])([1-4])$/.exec(text.toUpperCase()) ?? [];
  if (sourceCode === undefined || infoCode === undefined) {
    throw new LiaisonError('USAGE', '--evaluation: expected source A, B, C or X and information 1 to 4, such as B2.');
  }
  return { sourceCode, infoCode, assessedByUnit, assessedAtMs };
}

const SUBJECT_CHARACTERS = 80;
const firstWords = (text: string): string => (text.trim().split('\n')[0] ?? '').slice(0, SUBJECT_CHARACTERS);

export const bodyName = (file: string): string => (file === '-' ? 'Standard input' : file);

function jsonOf(file: string): JsonBody {
  const text = file === '-' ? readFileSync(0, 'utf8') : readText(file);
  const name = bodyName(file);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new LiaisonError('FILE_INVALID', `${name} is not JSON.`, { cause });
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonBody;
  throw new LiaisonError('FILE_INVALID', `${name}: expected an object such as { "language": "en", … }.`);
}
