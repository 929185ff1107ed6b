/**
 * The way to the gateway through an HTTP proxy (CONNECT). The runtime's own agent speaks to the proxy; TLS begins behind
 * it, with the gateway, so the proxy sees a host name and encrypted bytes.
 */
import { Agent } from 'node:https';
import { readKeyFile } from '../../cli/config-file.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { NodeConfig } from '../config.ts';

type GatewayConfig = NodeConfig['gateway'];

/**
 * An agent for one connection, or `undefined` when no proxy is configured. The credentials are read each time, so that
 * changed ones are used.
 * @throws LiaisonError FILE_UNREADABLE, KEY_FILE_EXPOSED, FILE_INVALID
 */
export function proxyAgent({ proxy, proxyCredentials }: GatewayConfig): Agent | undefined {
  if (proxy === undefined) return undefined;
  const url = new URL(proxy);
  if (proxyCredentials !== undefined) {
    const text = readKeyFile(proxyCredentials)
      .toString('utf8')
      .replace(/\r?\n$/, '');
    const colon = text.indexOf(':');
    if (colon < 1 || /\p{Cc}/u.test(text)) {
      throw new LiaisonError('FILE_INVALID', `${proxyCredentials}: expected one line, user:password.`);
    }
    url.username = encodeURIComponent(text.slice(0, colon));
    url.password = encodeURIComponent(text.slice(colon + 1));
  }
  return new Agent({ proxyEnv: { HTTPS_PROXY: url.href } });
}

/** What a failed connection says of the proxy, in words; `undefined` when the proxy is not the reason. */
export function proxyError(error: Error, { proxy }: GatewayConfig): LiaisonError | undefined {
  if (proxy === undefined || !('code' in error)) return undefined;
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
  const said = (detail: string): LiaisonError => new LiaisonError('UNAVAILABLE', detail, { cause: error });
  if (error.code === 'ERR_PROXY_TUNNEL') {
    if (status === 407) {
      return said(`The proxy ${proxy} asks for a user name and a password (407): compare gateway.proxyCredentials.`);
    }
    if (status !== undefined) return said(`The proxy ${proxy} refused to connect to the gateway (status ${status}).`);
    return said(`The proxy ${proxy} ended the connection without an answer.`);
  }
  const { syscall } = error as NodeJS.ErrnoException;
  if (syscall !== 'connect' && syscall !== 'getaddrinfo') return undefined;
  return said(`The proxy ${proxy} cannot be reached (${String(error.code)}).`);
}
