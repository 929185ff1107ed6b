/** The node's end of the WebSocket. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { parseConfig } from '../../node/config.ts';
import { connectTo } from '../../node/session/socket.ts';
import type { LiaisonError } from '../../protocol/errors.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { hasOpenssl, issue } from '../support/openssl.ts';

describe.skipIf(!hasOpenssl)('frames from the gateway', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  afterAll(world.removeWorld);
  const tls = issue(world.authority, { kind: 'tls-server', hosts: ['localhost'] });

  /** Length of the message that arrives when the gateway sends one of this length, or the error. */
  async function sent(bytes: number): Promise<number | LiaisonError> {
    const server = createServer({ cert: readFileSync(tls.chainPath), key: readFileSync(tls.keyPath) });
    const sockets = new WebSocketServer({ server, perMessageDeflate: false, handleProtocols: () => 'liaison.v1' });
    sockets.on('connection', (socket) => socket.send(new Uint8Array(bytes)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `wss://localhost:${(server.address() as AddressInfo).port}`;
    const config = { ...world.makeConfig(), gateway: { url, ca: world.authority.certificatePath } };
    try {
      return await new Promise((resolve) => {
        const socket = connectTo(parseConfig(config, '/'))({
          opened: () => undefined,
          message: ({ length }) => {
            socket.terminate();
            resolve(length);
          },
          closed: resolve,
        });
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test('may be larger than what a node may send', async () => {
    expect(await sent(LIMITS.frameBytesMax + 1)).toBe(LIMITS.frameBytesMax + 1);
    expect(await sent(16 * 1024 * 1024)).toBe(16 * 1024 * 1024);
    expect(await sent(16 * 1024 * 1024 + 1)).toMatchObject({ code: 'MALFORMED' });
  });
});
