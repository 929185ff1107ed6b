/** Directory records are proposals: what does not lead to the node's own anchors, or is older than before, stops sending. */
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { AgencyNode } from '../../node/index.ts';
import type { LiaisonError } from '../../protocol/errors.ts';
import { hasOpenssl } from '../support/openssl.ts';
import type { FakeGateway } from './fake-gateway.ts';

describe.skipIf(!hasOpenssl)('the directory', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, police, makeConfig, makeGateway, openNode, recordOf, REQUEST, stranger } = world;
  afterAll(world.removeWorld);
  const nodes: AgencyNode[] = [];
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });
  const start = async (...given: Parameters<typeof openNode>) => {
    const running = await openNode(...given);
    nodes.push(running.node);
    return running;
  };
  const codeOf = async (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => '',
      (error: unknown) => (error as LiaisonError).code,
    );

  describe('stops sending by name when there is', () => {
    const blocked = async (gateway: FakeGateway, config = makeConfig()): Promise<string> => {
      const { node } = await start(gateway, config);
      const code = await codeOf(node.waitFor(await node.send(REQUEST), 'accepted'));
      expect(gateway.of('submit').filter(({ envelopes }) => envelopes.length > 0)).toHaveLength(gateway.accepted.size);
      return code;
    };

    test('a key that leads to another authority', async () => {
      const gateway = makeGateway();
      gateway.directory.set(police.mailbox, recordOf(world.makeAgency('xb.police', 'desk', stranger)));
      expect(await blocked(gateway)).toBe('DIRECTORY_UNTRUSTED');
    });

    test('a statement signed by another agency', async () => {
      const gateway = makeGateway();
      const record = recordOf(police);
      gateway.directory.set(police.mailbox, { ...record, keyStatement: recordOf(customs).keyStatement });
      expect(await blocked(gateway)).toBe('DIRECTORY_UNTRUSTED');
    });

    test('the statement of another mailbox of the same agency', async () => {
      const gateway = makeGateway();
      const other = { ...police, mailbox: 'xb.police/other' as typeof police.mailbox };
      gateway.directory.set(police.mailbox, { ...recordOf(police), keyStatement: recordOf(other).keyStatement });
      expect(await blocked(gateway)).toBe('DIRECTORY_UNTRUSTED');
    });

    test('a revoked signing key', async () => {
      const gateway = makeGateway();
      gateway.directory.set(police.mailbox, recordOf(police, { revokedIndex: 3 }));
      expect(await blocked(gateway)).toBe('DIRECTORY_UNTRUSTED');
    });

    test.each([
      ['an older record', { version: 4, statementVersion: 5 }, 'DIRECTORY_ROLLED_BACK'],
      ['an older statement', { version: 6, statementVersion: 4 }, 'DIRECTORY_ROLLED_BACK'],
    ])('%s, also after a restart', async (_, versions, code) => {
      const gateway = makeGateway();
      const config = makeConfig();
      gateway.directory.set(police.mailbox, recordOf(police, { version: 5, statementVersion: 5 }));
      const first = await openNode(gateway, config);
      await first.node.waitFor(await first.node.send(REQUEST), 'accepted');
      await first.node.close();
      gateway.directory.set(police.mailbox, recordOf(police, versions));
      expect(await blocked(gateway, config)).toBe(code);
    });

    test('two statements of one version', async () => {
      const gateway = makeGateway();
      const config = makeConfig();
      const first = await openNode(gateway, config);
      await first.node.waitFor(await first.node.send(REQUEST), 'accepted');
      await first.node.close();
      const other = { ...police, encryption: world.makeAgency('xb.police', 'desk').encryption };
      gateway.directory.set(police.mailbox, recordOf(other));
      expect(await blocked(gateway, config)).toBe('DIRECTORY_UNTRUSTED');
    });
  });
});
