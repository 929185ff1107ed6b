/** What a node writes into its own log by itself, in the transaction of what it does. */
import { afterAll, describe, expect, test, vi } from 'vitest';
import { recordOf as entryOf } from '../../node/journal/entries.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { messageIdBytes, messageIdOf } from '../../protocol/ids.ts';
import { hasOpenssl } from '../support/openssl.ts';

describe.skipIf(!hasOpenssl)("a node's own log", async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, delivery, makeConfig, makeGateway, openNode, police, REQUEST, sealed } = world;
  afterAll(world.removeWorld);

  test('tells of a message from draft to acceptance, with its recipients', async () => {
    const { node } = await openNode(makeGateway());
    const id = await node.send(REQUEST);
    await node.waitFor(id, 'accepted');
    const records = node.journal.list({ messageId: id }).reverse();
    expect(records.map(({ act }) => act)).toEqual(['message.drafted', 'message.signed', 'message.submitted']);
    expect(records[2]?.detail).toMatch(/^to xb\.police\/desk; accepted as entry \d+$/);
    await node.close();
  });

  test('tells what was passed on and corrected', async () => {
    const { node } = await openNode(makeGateway());
    const original = await node.send(REQUEST);
    await node.waitFor(original, 'accepted');
    const forward = await node.send({ ...REQUEST, derivedFrom: [original] });
    await node.waitFor(forward, 'accepted');
    const acts = node.journal.list({ messageId: original });
    expect(acts[0]).toMatchObject({ act: 'message.forwarded', detail: `to xb.police/desk; as ${forward}` });
    const value = { targetMessage: messageIdBytes(original), reason: 'Another sum.', replacement: new Uint8Array(0) };
    const body = { caseNumber: '', language: 'en', handlingText: '', attachments: [] };
    const correction = await node.send({
      to: REQUEST.to ?? [],
      inReplyTo: original,
      body: { ...body, content: { kind: 'correction', value } },
    });
    await node.waitFor(correction, 'accepted');
    const last = node.journal.list({ messageId: original })[0];
    expect(last).toMatchObject({ act: 'message.corrected', detail: `to xb.police/desk; by ${correction}` });
    await node.close();
  });

  test("tells of the gateway's refusal", async () => {
    const gateway = makeGateway();
    gateway.intercept = (frame, connection) => {
      if (frame.kind !== 'submit') return false;
      const { request, envelopes } = frame.value;
      const value = { code: ERRORS.ID_REUSED.number, text: '', retry: false, logged: undefined };
      const outcomes = envelopes.map(({ header }) => ({
        messageId: parseHeader(header).routing.messageId,
        outcome: { kind: 'refused' as const, value },
      }));
      const checkpoint = gateway.log.checkpoint();
      connection.answer({ kind: 'submitResult', value: { request, checkpoint, hashes: [], outcomes } });
      return true;
    };
    const { node } = await openNode(gateway);
    const id = await node.send(REQUEST);
    await expect(node.waitFor(id, 'accepted')).rejects.toMatchObject({ code: 'ID_REUSED' });
    expect(node.journal.list({ messageId: id })[0]).toMatchObject({ detail: 'refused: ID_REUSED' });
    await node.close();
  });

  test('tells what came and was opened, and what could not be; once, and as durable as the message', async () => {
    const config = makeConfig();
    const { node, gateway } = await openNode(makeGateway(), config);
    const good = sealed();
    const bad = sealed();
    const spoilt = { ...bad, content: bad.content.slice().reverse() };
    gateway.deliver(delivery(good, 1), delivery(spoilt, 2), delivery(good, 1));
    await vi.waitFor(() => expect(node.journal.size).toBe(4));
    const acts = node.journal.list().reverse();
    const stored = world.storedNow(config.dataDir, (db) => {
      const rows = db.prepare('SELECT idx, entry FROM journal ORDER BY idx').all();
      return rows.map((row) => entryOf({ index: row['idx'] as number, entry: row['entry'] as Uint8Array }));
    });
    expect(stored).toEqual(acts);
    expect(acts.map(({ act, messageId, detail }) => [act, messageId, detail])).toEqual([
      ['message.received', idOf(good), `from ${police.mailbox} in ${customs.mailbox} as number 1`],
      ['message.decrypted', idOf(good), undefined],
      ['message.received', idOf(bad), `from ${police.mailbox} in ${customs.mailbox} as number 2`],
      ['message.decrypt_failed', idOf(bad), 'DIGEST_MISMATCH'],
    ]);
    await node.close();
  });
});

const idOf = ({ header }: { header: Uint8Array }): string => messageIdOf(parseHeader(header).routing.messageId);
