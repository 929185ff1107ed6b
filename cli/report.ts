/** Placeholder until the final version. */
import { LiaisonError } from '../protocol/errors.ts';
export function reportError(error: unknown, _options: { json: boolean }): number {
  process.stderr.write(`${error instanceof LiaisonError ? `${error.code}: ${error.message} ${error.remedy}` : String(error)}\n`);
  return error instanceof LiaisonError && error.number >= 700 ? 2 : 1;
}
