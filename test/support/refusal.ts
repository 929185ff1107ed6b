import { LiaisonError, type ErrorCode } from '../../protocol/errors.ts';

/** Runs `act` and returns the code of its refusal; an acceptance or any other error fails the test. */
export function refusalOf(act: () => unknown): ErrorCode {
  try {
    act();
  } catch (error) {
    if (error instanceof LiaisonError) return error.code;
    throw error;
  }
  throw new Error('nothing was refused');
}
