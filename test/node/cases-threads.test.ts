/** Threads and cases: whole, in order, from the index; and a database of version 1 gets its index. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { AgencyNode } from '../../node/index.ts';
import { HandlingCode } from '../../protocol/generated/schema.ts';
import { messageIdBytes, newMessageId, toHex } from '../../protocol/ids.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { answer, CaseGateway, information, question, refusal, request } from './cases-support.ts';

describe.skipIf(!hasOpenssl)('threads', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, police, makeConfig, makeGateway, openNode } = world;
  afterAll(world.removeWorld);
  const nodes: AgencyNode[] = [];
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });
  const start = async (config = makeConfig(), given?: CaseGateway) => {
    const gateway = given ?? new CaseGateway(makeGateway());
    const { node, alarms } = await openNode(gateway.gateway, config);
    nodes.push(node);
    let number = 0;
    const receive = async (options: Parameters<typeof world.sealed>[0], acceptedAtMs = Date.now()) => {
      const id = newMessageId(Date.now(), world.random(10));
      const received = new Promise((resolve) => node.once('received', resolve));
      const envelope = world.sealed({ ...options, id: messageIdBytes(id) });
      gateway.gateway.deliver(world.delivery(envelope, ++number, { acceptedAtMs }));
      await received;
      return id;
    };
    return { node, gateway, alarms, receive, config };
  };

  test('a thread and a case are listed whole and in order (domain: systems/siena-cases)', async () => {
    const { node, gateway, receive } = await start();
    const first = await node.send({ to: [police.mailbox], body: request('Larkspur', 'XA-17') });
    await node.waitFor(first, 'accepted');
    const { threadId } = gateway.submitted[0]!;
    expect(threadId).toHaveLength(16);
    const asked = await receive({
      alter: { type: 5, schemaVersion: 2, threadId, inReplyTo: messageIdBytes(first), handling: [HandlingCode.H1] },
      body: question(),
    });
    const other = await node.send({ to: [police.mailbox], body: information('Elsewhere') });
    const last = await node.send({
      to: [police.mailbox],
      body: refusalTo(),
      inReplyTo: asked,
      threadId: toHex(threadId),
    });
    await node.waitFor(last, 'accepted');

    const thread = node.thread(toHex(threadId));
    expect(thread.items.map(({ id, direction, type }) => [id, direction, type])).toEqual([
      [first, 'sent', 'INFORMATION_REQUEST'],
      [asked, 'received', 'CLARIFICATION_REQUEST'],
      [last, 'sent', 'CLARIFICATION'],
    ]);
    expect(thread.items[1]).toMatchObject({
      ...{ from: police.mailbox, to: [customs.mailbox], inReplyTo: first, status: 'CURRENT', handling: ['H1'] },
      ...{ classification: 'BPL', exercise: false },
    });
    expect(thread).toMatchObject({ caseNumber: 'XA-17', subject: 'Larkspur', messages: 3, open: 1, closed: false });
    expect(node.threads({ caseNumber: 'XA-17' }).map((each) => each.threadId)).toEqual([toHex(threadId)]);
    expect(node.threads()).toHaveLength(2);
    expect(node.threads({ limit: 1 })).toHaveLength(1);
    expect(node.threads({ open: true }).map((each) => each.threadId)).toEqual([toHex(threadId)]);
    // The number of the case is in the body alone.
    for (const frame of gateway.gateway.received) expect(JSON.stringify(frame)).not.toContain('XA-17');
    expect(other).not.toBe(first);
    expect(() => node.thread('00'.repeat(16))).toThrow(expect.objectContaining({ code: 'MESSAGE_NOT_FOUND' }));
  });

  test('a request is closed by an answer, and a new message opens the thread again (domain: systems/siena-follow-up)', async () => {
    const { node, gateway, receive } = await start();
    const id = await node.send({ to: [police.mailbox], body: request() });
    await node.waitFor(id, 'accepted');
    const { threadId } = gateway.submitted[0]!;
    const name = toHex(threadId);
    await expect(node.closeThread(name)).rejects.toMatchObject({ code: 'THREAD_OPEN' });
    const about = { type: 2, schemaVersion: 2, threadId, inReplyTo: messageIdBytes(id) } as const;
    await receive({ alter: { ...about, interim: true }, body: answer(true) });
    await expect(node.closeThread(name)).rejects.toMatchObject({ code: 'THREAD_OPEN' });
    await receive({ alter: about, body: answer() });
    await node.closeThread(name);
    expect(node.threads()[0]?.closed).toBe(true);
    expect(node.thread(name).items.map(({ status }) => status)).toEqual(['CURRENT', 'SUPERSEDED', 'CURRENT']);
    await node.send({ to: [police.mailbox], body: information(), threadId: name });
    expect(node.threads()[0]?.closed).toBe(false);
  });

  test('exercises are shown and not counted (domain: systems/i2c-operation)', async () => {
    const { node } = await start();
    const threadId = 'ab'.repeat(16);
    await node.send({ to: [police.mailbox], body: information(), threadId });
    await node.send({ to: [police.mailbox], body: request(), threadId, exercise: true });
    const thread = node.thread(threadId);
    expect(thread.items.map(({ exercise }) => exercise)).toEqual([false, true]);
    expect(thread).toMatchObject({ messages: 1, open: 0, exercise: false });
    await node.send({ to: [police.mailbox], body: request(), exercise: true });
    expect(node.threads().find(({ exercise }) => exercise)).toMatchObject({ messages: 1, open: 1 });
  });

  test('a database of version 1 gets its index when it is opened', async () => {
    const { node, gateway, receive, config } = await start();
    const id = await node.send({ to: [police.mailbox], body: request('Before', 'XA-1') });
    await node.waitFor(id, 'accepted');
    const { threadId } = gateway.submitted[0]!;
    const about = { type: 4, schemaVersion: 2, threadId, inReplyTo: messageIdBytes(id) } as const;
    const refused = await receive({ alter: about, body: refusal() });
    const before = node.thread(toHex(threadId));
    await node.close();
    const db = new DatabaseSync(join(config.dataDir, 'node.db'));
    for (const { name } of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as {
      name: string;
    }[]) {
      if (!VERSION_1.has(name)) db.exec(`DROP TABLE ${name}`);
    }
    db.exec('PRAGMA user_version = 1');
    db.close();

    const again = await start(config, gateway);
    expect(again.node.thread(toHex(threadId))).toEqual(before);
    expect(again.node.thread(toHex(threadId)).requests).toMatchObject([{ id, state: 'refused' }]);
    expect(before.items.map((item) => item.id)).toEqual([id, refused]);
    expect(again.alarms).toEqual([]);
  });

  const VERSION_1 = new Set([
    ...['outbox', 'evidence', 'checkpoints', 'trusted_checkpoint', 'inbox', 'cursors'],
    ...['handover_batches', 'handovers', 'directory'],
  ]);
  const refusalTo = () => ({
    ...question(),
    content: { kind: 'clarification' as const, value: { answer: '2025', objects: [] } },
  });
});
