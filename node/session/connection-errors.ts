/** Why a connection failed, as a code with a remedy. Node, OpenSSL and ws each have words of their own for it. */
import { z } from 'zod';
import { type ErrorCode, errorCodeOf, ERRORS, LiaisonError } from '../../protocol/errors.ts';

type Rule = readonly [pattern: RegExp, code: ErrorCode, detail: string];

/** By `error.code` or message; the first that fits. ALERT is what the gateway said about this node's certificate. */
const RULES: readonly Rule[] = [
  [/ERR_TLS_CERT_ALTNAME_INVALID/, 'HOST_MISMATCH', ''],
  [/ALERT_UNKNOWN_CA/, 'CERTIFICATE_UNTRUSTED', "The gateway does not know the authority of this node's certificate."],
  [/ALERT_CERTIFICATE_REQUIRED/, 'CERTIFICATE_INVALID', 'The gateway got no client certificate from this node.'],
  [/ALERT_CERTIFICATE_EXPIRED/, 'CERTIFICATE_EXPIRED', "The gateway says so of this node's certificate."],
  [/ALERT_CERTIFICATE_REVOKED/, 'CERTIFICATE_REVOKED', "The gateway says so of this node's certificate."],
  [
    /ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_UNKNOWN|ACCESS_DENIED)/,
    'CERTIFICATE_INVALID',
    "The gateway says so of this node's certificate.",
  ],
  [/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/, 'TLS_FAILED', 'The two sides have no TLS version in common.'],
  [/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/, 'CERTIFICATE_EXPIRED', "It is the gateway's certificate or its authority's."],
  [/CERT_REVOKED/, 'CERTIFICATE_REVOKED', "It is the gateway's certificate."],
  [
    /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|SELF_SIGNED_CERT|CERT_UNTRUSTED|INVALID_CA/,
    'CERTIFICATE_UNTRUSTED',
    "It is the gateway's; compare gateway.ca.",
  ],
  [/INVALID_PURPOSE/, 'CERTIFICATE_USAGE', "It is the gateway's certificate."],
  [/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ECONNRESET|EPIPE|timed out/, 'UNAVAILABLE', ''],
  [/WS_ERR_/, 'MALFORMED', 'The gateway broke a rule of WebSocket.'],
  [/ERR_SSL|EPROTO|ERR_TLS|ERR_OSSL/, 'TLS_FAILED', ''],
];

/**
 * @param error from ws; `undefined` when the socket was closed with a status
 * @param status WebSocket close status; 1006 when the connection broke
 */
export function connectionError(error: unknown, status?: number, reason = ''): LiaisonError {
  if (error instanceof LiaisonError) return error;
  if (error === undefined) {
    const detail = `The connection was closed with status ${status ?? 0}${reason === '' ? '' : ` (${reason})`}.`;
    return new LiaisonError('UNAVAILABLE', detail);
  }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  // A connection to a name with several addresses fails with an AggregateError, whose message is empty.
  const message = error instanceof Error ? firstLine(error.message) : '';
  const text = normalized(`${code} ${message}`);
  const rule = RULES.find(([pattern]) => pattern.test(text));
  const shown = message === '' ? code : message;
  if (!rule) return new LiaisonError('UNAVAILABLE', shown, { cause: error });
  const [, known, detail] = rule;
  return new LiaisonError(known, detail === '' ? `${shown.replace(/\.$/, '')}.` : detail, { cause: error });
}

/** OpenSSL says `tlsv1 alert unknown ca` in messages and ERR_SSL_TLSV1_ALERT_UNKNOWN_CA in codes. */
const normalized = (text: string): string => `${text} ${text.toUpperCase().replaceAll(' ', '_')}`;

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 300);

const refusalSchema = z.object({
  code: z.string(),
  number: z.number(),
  text: z.string().max(2000),
  retry: z.boolean(),
});

/** What the gateway answered instead of the upgrade. */
export function refusalError(status: number, body: string): LiaisonError {
  const parsed = refusalSchema.safeParse(tryJson(body));
  if (!parsed.success) return new LiaisonError('UNAVAILABLE', `It answered with HTTP status ${status}.`);
  return remoteError(parsed.data.number, parsed.data.text);
}

/** An error stated by the gateway. A number of a newer version becomes INTERNAL, with its text. */
export function remoteError(number: number, text: string): LiaisonError {
  const code = errorCodeOf(number);
  if (code === undefined) return new LiaisonError('INTERNAL', `The gateway answered with code ${number}: ${text}`);
  const known = ERRORS[code].text;
  return new LiaisonError(code, text.startsWith(known) ? text.slice(known.length).trim() : text);
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
