/** Errors as application/problem+json (RFC 9457), with the members that our own errors have. */
import { type ErrorCode, LiaisonError } from '../../protocol/errors.ts';

export const PROBLEM_TYPE = 'application/problem+json';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly number: number;
  readonly text: string;
  readonly remedy: string;
  readonly retry: boolean;
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  TOKEN_INVALID: 401,
  MAILBOX_NOT_YOURS: 403,
  MESSAGE_NOT_FOUND: 404,
  GROUP_UNKNOWN: 404,
  THREAD_OPEN: 409,
  ID_REUSED: 409,
  LIMIT_EXCEEDED: 413,
  HEADER_INVALID: 422,
  BODY_INVALID: 422,
  EXPIRY_TOO_FAR: 422,
  ATTACHMENT_INVALID: 422,
  STORAGE_FULL: 507,
  WAIT_TIMEOUT: 504,
  STORAGE_FAILED: 500,
  INTERNAL: 500,
};

/** @param status instead of the code's own */
export function problemOf(error: LiaisonError, status?: number): Problem {
  const { code, number, message, remedy, retry } = error;
  return {
    type: `urn:liaison:error:${code}`,
    title: code,
    status: status ?? STATUS[code] ?? (retry ? 503 : 400),
    ...{ code, number, text: message, remedy, retry },
  };
}

/** What the web framework and the runtime throw, in our own words. */
export function knownError(error: unknown): { readonly error: LiaisonError; readonly status?: number } {
  if (error instanceof LiaisonError) return { error };
  const { statusCode, message, code } = error as { statusCode?: number; message?: string; code?: string };
  const text = (message ?? String(error)).split('\n')[0] ?? '';
  if (statusCode === 413) {
    return { error: new LiaisonError('LIMIT_EXCEEDED', 'The body of the request is too large.', { cause: error }) };
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return { error: new LiaisonError('REQUEST_INVALID', `${text}.`, { cause: error }), status: statusCode };
  }
  if (code === 'ENOSPC') return { error: new LiaisonError('STORAGE_FULL', "The node's own disk.", { cause: error }) };
  return { error: new LiaisonError('INTERNAL', text, { cause: error }) };
}
