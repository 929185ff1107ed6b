/** A body with fields that this version does not know goes through the node's outbox whole. */
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import type { AgencyNode } from '../../node/index.ts';
import { openEnvelope } from '../../protocol/envelope/open.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { fromHex, toBase64Url } from '../../protocol/ids.ts';
import { bodyToJson } from '../../protocol/messages/json.ts';
import { hasOpenssl } from '../support/openssl.ts';

describe.skipIf(!hasOpenssl)('fields of a newer version', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { police, makeGateway, openNode, BODY, requireThat } = world;
  const nodes: AgencyNode[] = [];
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });
  afterAll(world.removeWorld);

  test('are sealed as the application gave them, and shown among what was sent', async () => {
    const gateway = makeGateway();
    const { node } = await openNode(gateway);
    nodes.push(node);
    const unknown = toBase64Url(fromHex('98064a'));
    const objects = [{ $unknown: toBase64Url(fromHex('a2010a0a085a657070656c696e')) }];
    const spontaneousInformation = { ...BODY.spontaneousInformation, objects };
    const body = { ...BODY, spontaneousInformation, $unknown: unknown };
    const id = await node.send({ to: [police.mailbox], body });
    await vi.waitFor(() => requireThat(gateway.of('submit').length > 0));
    const envelope = gateway.of('submit')[0]!.envelopes[0]!;
    const opened = openEnvelope({
      ...{ envelope, parsed: parseHeader(envelope.header), mailbox: police.mailbox },
      keys: () => police.encryption.privateKey,
    });
    expect(bodyToJson(opened.body)).toMatchObject(body);
    const [sent] = node.find(id);
    expect(bodyToJson(sent!.body!)).toMatchObject(body);
  });
});
