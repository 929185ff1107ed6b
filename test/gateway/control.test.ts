/** The operators' way in, from the client's side. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ControlClient } from '../../gateway/control/client.ts';

test('each call has a connection of its own, so none is lost in one that is being closed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'liaison-control-'));
  const path = join(directory, 'control.sock');
  const kept: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    kept.push(request.headers.connection);
    response.end('{}');
  });
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  try {
    const client = new ControlClient(path);
    await client.status({ digest: false });
    await client.status({ digest: false });
    expect(kept).toEqual(['close', 'close']);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
    rmSync(directory, { recursive: true });
  }
});
