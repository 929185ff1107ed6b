/** The body of a message from the options of `node send`. */
import { readFileSync } from 'node:fs';
import { readText } from '../../cli/config-file.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { CrimeArea, MessageType, Outcome } from '../../protocol/generated/schema.ts';
import type { JsonBody, NameOf } from '../types.ts';
import { spoken } from './labels.ts';
import { choiceOf } from './shared.ts';

export interface BodyFlags {
  readonly type?: string;
  readonly body?: string;
  readonly text?: string;
  readonly subject?: string;
  readonly replyTo?: string;
  readonly language?: string;
  readonly case?: string;
  readonly crimeArea?: string;
  readonly evaluation?: string;
  readonly outcome?: string;
  readonly facts?: string;
  readonly offence?: string;
  readonly urgencyReason?: string;
  readonly handlingText?: string;
}

type Typed = 'SPONTANEOUS_INFORMATION' | 'INFORMATION_ANSWER' | 'INFORMATION_REQUEST';

/** What has no place in a body of a type would be lost without a word, so it is refused. */
const FLAGS_OF: Readonly<Record<Typed, readonly (keyof BodyFlags)[]>> = {
  SPONTANEOUS_INFORMATION: ['subject', 'crimeArea', 'evaluation'],
  INFORMATION_ANSWER: ['evaluation', 'outcome'],
  INFORMATION_REQUEST: ['subject', 'crimeArea', 'facts', 'offence', 'urgencyReason'],
};
const TYPED_FLAGS = [...new Set(Object.values(FLAGS_OF).flat())];
/** A body that comes as JSON has these in it. */
const TEXT_FLAGS = [...TYPED_FLAGS, 'language', 'case', 'handlingText'] as const;

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
    refuseGiven(flags, TEXT_FLAGS, () => 'goes with --text; a body given with --body has it in it');
    return jsonOf(flags.body);
  }
  if (flags.text?.trim() === '') throw new LiaisonError('USAGE', '--text is empty.');
  return {
    language: flags.language ?? 'en',
    ...(flags.case === undefined ? {} : { caseNumber: flags.case }),
    ...(flags.handlingText === undefined ? {} : { handlingText: flags.handlingText }),
    ...contentOf(flags, flags.text ?? '', unit, nowMs),
  };
}

function contentOf(flags: BodyFlags, text: string, unit: string, nowMs: number): JsonBody {
  const usual = flags.replyTo === undefined ? 'spontaneous-information' : 'information-answer';
  const type = choiceOf('--type', flags.type ?? usual, MessageType);
  if (isTyped(type)) {
    const strange = TYPED_FLAGS.filter((name) => !FLAGS_OF[type].includes(name));
    refuseGiven(flags, strange, (name) => `goes with ${typesWith(name)}, not with ${spoken(type)}`);
  }
  const crimeArea = choiceOf('--crime-area', flags.crimeArea ?? 'revenue', CrimeArea);
  switch (type) {
    case 'SPONTANEOUS_INFORMATION': {
      const evaluation = evaluationOf(flags.evaluation ?? 'X4', unit, nowMs);
      return { spontaneousInformation: { subject: flags.subject ?? firstWords(text), text, crimeArea, evaluation } };
    }
    case 'INFORMATION_ANSWER': {
      if (flags.replyTo === undefined) throw new LiaisonError('USAGE', 'An answer needs --reply-to ID.');
      const outcome = choiceOf('--outcome', flags.outcome ?? 'full', Outcome);
      const assessed = outcome === 'NO_HIT' ? {} : { evaluation: evaluationOf(flags.evaluation ?? 'X4', unit, nowMs) };
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
      throw new LiaisonError(
        'USAGE',
        `There are no flags for ${spoken(type)}: give it with --body FILE, or use ./liaison node compose --type ${spoken(type)}.`,
      );
  }
}

const typesWith = (flag: keyof BodyFlags): string =>
  Object.entries(FLAGS_OF)
    .filter(([, flags]) => flags.includes(flag))
    .map(([type]) => spoken(type))
    .join(' and ');

const isTyped = (type: NameOf<typeof MessageType>): type is Typed => Object.hasOwn(FLAGS_OF, type);

/** @throws LiaisonError USAGE naming the first of these flags that is given */
function refuseGiven(
  flags: BodyFlags,
  names: readonly (keyof BodyFlags)[],
  why: (name: keyof BodyFlags) => string,
): void {
  const given = names.find((name) => flags[name] !== undefined);
  if (given === undefined) return;
  const flag = `--${given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new LiaisonError('USAGE', `${flag} ${why(given)}.`);
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
