/** The body of a message from the options of `node send`. */
import { readFileSync } from 'node:fs';
import { readText } from '../../cli/config-file.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { JsonBody } from '../types.ts';
import { enumName } from './shared.ts';

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
  readonly outcome: string;
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
  if (flags.body !== undefined) return jsonOf(flags.body);
  return {
    language: flags.language,
    ...(flags.case === undefined ? {} : { caseNumber: flags.case }),
    ...(flags.handlingText === undefined ? {} : { handlingText: flags.handlingText }),
    ...contentOf(flags, flags.text ?? '', unit, nowMs),
  };
}

function contentOf(flags: BodyFlags, text: string, unit: string, nowMs: number): JsonBody {
  const type = enumName(flags.type ?? (flags.replyTo === undefined ? 'SPONTANEOUS_INFORMATION' : 'INFORMATION_ANSWER'));
  const crimeArea = enumName(flags.crimeArea);
  switch (type) {
    case 'SPONTANEOUS_INFORMATION': {
      const evaluation = evaluationOf(flags.evaluation, unit, nowMs);
      return { spontaneousInformation: { subject: flags.subject ?? firstWords(text), text, crimeArea, evaluation } };
    }
    case 'INFORMATION_ANSWER': {
      const outcome = enumName(flags.outcome);
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
      throw new LiaisonError('USAGE', `--type ${flags.type ?? ''} is not known; see --help.`);
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

function jsonOf(file: string): JsonBody {
  const text = file === '-' ? readFileSync(0, 'utf8') : readText(file);
  try {
    return JSON.parse(text) as JsonBody;
  } catch (cause) {
    throw new LiaisonError('FILE_INVALID', `${file === '-' ? 'Standard input' : file} is not JSON.`, { cause });
  }
}
