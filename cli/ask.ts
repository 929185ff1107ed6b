/** Questions to a person at a terminal. The prompts are @clack/prompts'; commands see only what is here. */
import type { Readable, Writable } from 'node:stream';
import { LiaisonError } from '../protocol/errors.ts';
import { printable } from './print.ts';

export interface Option {
  readonly value: string;
  readonly label?: string;
  readonly hint?: string;
}

export interface TextQuestion {
  readonly message: string;
  readonly initial?: string;
  readonly placeholder?: string;
  /** Several lines, ended by two empty ones. */
  readonly isLong?: boolean;
  /** What is wrong with an answer, in words. It is asked again then. */
  readonly problem?: (answer: string) => string | undefined;
}

export interface ChoiceQuestion {
  readonly message: string;
  readonly options: readonly Option[];
  readonly initial?: string;
}

export interface SeveralQuestion {
  readonly message: string;
  readonly options: readonly Option[];
  readonly initial?: readonly string[];
  /** At least one must be chosen. */
  readonly isNeeded?: boolean;
}

/** Each method throws LiaisonError USAGE when the person gives up. */
export interface Asker {
  text(question: TextQuestion): Promise<string>;
  choose(question: ChoiceQuestion): Promise<string>;
  several(question: SeveralQuestion): Promise<string[]>;
  confirm(message: string, initial?: boolean): Promise<boolean>;
  /** Tells the person something between two questions. */
  say(text: string): void;
}

export const isInteractive = (): boolean => process.stdin.isTTY && process.stdout.isTTY;

const SHOWN_OPTIONS_MAX = 12;

/** A terminal. */
export interface Streams {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Asks at this process' terminal.
 * @param instead what to do without one, as a sentence
 * @param streams stand in for the terminal
 * @throws LiaisonError USAGE when there is none
 */
export async function terminalAsker(instead: string, streams?: Streams): Promise<Asker> {
  if (!streams && !isInteractive())
    throw new LiaisonError('USAGE', `This asks questions and needs a terminal. ${instead}`);
  const prompts = await import('@clack/prompts');
  const given = <T>(answer: T | typeof prompts.CANCEL_SYMBOL): T => {
    if (prompts.isCancel(answer)) throw new LiaisonError('USAGE', 'Given up at a question: nothing was done.');
    return answer;
  };
  const shown = ({ value, label = value, hint }: Option): { value: string; label: string; hint?: string } => ({
    value,
    label: printable(label),
    ...(hint !== undefined && { hint: printable(hint) }),
  });
  return {
    text: async ({ message, initial, placeholder, isLong, problem }) => {
      const ask = isLong === true ? prompts.multiline : prompts.text;
      return given(
        await ask({
          ...streams,
          message: printable(isLong === true ? `${message} (Enter twice to end)` : message),
          ...(initial !== undefined && { initialValue: initial }),
          ...(placeholder !== undefined && { placeholder }),
          validate: (answer) => problem?.(answer ?? ''),
        }),
      );
    },
    choose: async ({ message, options, initial }) =>
      given(
        await prompts.select<string>({
          ...streams,
          message: printable(message),
          options: options.map(shown),
          maxItems: SHOWN_OPTIONS_MAX,
          ...(initial !== undefined && { initialValue: initial }),
        }),
      ),
    several: async ({ message, options, initial, isNeeded = false }) =>
      given(
        await prompts.multiselect<string>({
          ...streams,
          message: printable(message),
          options: options.map(shown),
          maxItems: SHOWN_OPTIONS_MAX,
          required: isNeeded,
          ...(initial !== undefined && { initialValues: [...initial] }),
        }),
      ),
    confirm: async (message, initial = true) =>
      given(await prompts.confirm({ ...streams, message: printable(message), initialValue: initial })),
    say: (text) => prompts.log.message(text.split('\n').map(printable), { ...streams }),
  };
}
