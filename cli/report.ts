/** What commands print when something is wrong: one sentence, the code, and what to do about it. Never a stack trace. */
import { type ErrorCode, LiaisonError } from '../protocol/errors.ts';
import { jsonText, printable } from './print.ts';

/** Wrong use or missing trust: nothing was found out, because the command could not do its work. */
const USE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['USAGE', 'CONFIG_INVALID', 'FILE_UNREADABLE', 'FILE_EXISTS', 'FILE_INVALID'] as const),
  ...(['KEY_FILE_EXPOSED', 'TRUST_MISSING'] as const),
]);

/**
 * Prints an error to standard error: for people, or as one line of JSON `{ code, number, text, remedy, retry }`.
 * @returns the exit status: 2 for wrong use or missing trust, otherwise 1
 */
export function reportError(error: unknown, options: { readonly json: boolean }): 1 | 2 {
  const known = knownError(error);
  const { code, number, remedy, retry } = known;
  const text = printable(known.message);
  const lines = options.json
    ? jsonText({ code, number, text, remedy, retry })
    : `liaison: ${text}\n  Code:   ${code} (${number})${retry ? ', trying again can help' : ''}\n  Remedy: ${remedy}`;
  process.stderr.write(`${lines}\n`);
  return USE_CODES.has(code) ? 2 : 1;
}

function knownError(error: unknown): LiaisonError {
  if (error instanceof LiaisonError) return error;
  const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return new LiaisonError('INTERNAL', why, { cause: error });
}
