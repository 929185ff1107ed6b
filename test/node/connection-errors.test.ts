/** What Node, OpenSSL, ws and the gateway say about a failed connection, as codes. Messages as these programs write them. */
import { expect, test } from 'vitest';
import { connectionError, refusalError } from '../../node/session/connection-errors.ts';
import { LiaisonError } from '../../protocol/errors.ts';

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });
const alert = (code: string, text: string): Error =>
  failure(
    code,
    `00C0A3F7BD7F0000:error:0A000418:SSL routines:ssl3_read_bytes:${text}:../deps/openssl/ssl/record.c:916:SSL alert`,
  );

const TABLE = [
  ['CERTIFICATE_EXPIRED', failure('CERT_HAS_EXPIRED', 'certificate has expired')],
  ['CERTIFICATE_EXPIRED', failure('CERT_NOT_YET_VALID', 'certificate is not yet valid')],
  ['HOST_MISMATCH', failure('ERR_TLS_CERT_ALTNAME_INVALID', "Hostname/IP does not match certificate's altnames")],
  ['CERTIFICATE_UNTRUSTED', failure('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate')],
  ['CERTIFICATE_UNTRUSTED', failure('UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unable to get local issuer certificate')],
  ['CERTIFICATE_UNTRUSTED', failure('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain')],
  ['CERTIFICATE_UNTRUSTED', failure('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate')],
  ['CERTIFICATE_UNTRUSTED', alert('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tlsv1 alert unknown ca')],
  ['CERTIFICATE_INVALID', alert('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tlsv13 alert certificate required')],
  ['CERTIFICATE_INVALID', alert('ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'ssl/tls alert bad certificate')],
  ['CERTIFICATE_EXPIRED', alert('ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', 'ssl/tls alert certificate expired')],
  ['CERTIFICATE_REVOKED', alert('ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_REVOKED', 'ssl/tls alert certificate revoked')],
  ['CERTIFICATE_EXPIRED', alert('EPROTO', 'write EPROTO ssl/tls alert certificate expired')],
  ['TLS_FAILED', alert('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tlsv1 alert protocol version')],
  ['TLS_FAILED', failure('EPROTO', 'write EPROTO wrong version number')],
  ['UNAVAILABLE', failure('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:7443')],
  ['UNAVAILABLE', failure('ENOTFOUND', 'getaddrinfo ENOTFOUND gateway.test')],
  ['UNAVAILABLE', new Error('Opening handshake has timed out')],
  ['UNAVAILABLE', failure('ECONNRESET', 'socket hang up')],
  ['UNAVAILABLE', failure('ECONNREFUSED', '')],
] as const;

test.each(TABLE)('%s for %s', (code, error) => {
  const result = connectionError(error);
  expect(result.code).toBe(code);
  expect(result.remedy).not.toBe('');
});

test('a refusal over HTTP keeps the code of the gateway, without its text twice', () => {
  const { code, number, message: text, retry } = new LiaisonError('AGENCY_SUSPENDED', 'Since Monday.');
  const result = refusalError(503, JSON.stringify({ code, number, text, retry }));
  expect(result).toMatchObject({ code: 'AGENCY_SUSPENDED', detail: 'Since Monday.', message: text });
});

test.each(['<html>Bad gateway</html>', '{"code":"X"}', ''])(
  'an answer of something else is UNAVAILABLE: %s',
  (body) => {
    expect(refusalError(502, body).code).toBe('UNAVAILABLE');
  },
);
