/** The time for an answer: the table of periods, pauses, restarts and clocks, and who is told when. */
import { pino } from 'pino';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { deadlinePeriodMs } from '../../protocol/messages/deadlines.ts';
import { deadlineAt, type DeadlineStep } from '../../node/cases/deadlines.ts';
import { formatTime } from '../../node/cases/time.ts';
import { AgencyNode, type DeadlineNotice, type UrgentNotice } from '../../node/index.ts';
import { Availability, Urgency } from '../../protocol/generated/schema.ts';
import { messageIdBytes, newMessageId, toHex } from '../../protocol/ids.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { answer, CaseGateway, clarification, question, recall, refusal, request } from './cases-support.ts';

const HOUR = 3_600_000;
const { URGENT, NORMAL } = Urgency;
const { DIRECT, INDIRECT } = Availability;

const PERIODS = [
  { urgency: URGENT, availability: DIRECT, hours: 8 },
  { urgency: URGENT, availability: INDIRECT, hours: 72 },
  { urgency: NORMAL, availability: DIRECT, hours: 168 },
  { urgency: NORMAL, availability: INDIRECT, hours: 168 },
] as const;
/** Around the change to summer time, around the change back, and in between. */
const STARTS = ['2026-03-28T23:30:00Z', '2026-10-24T22:30:00Z', '2026-06-01T12:00:00Z'] as const;
const CLARIFICATIONS = [
  { name: 'none', steps: [], pausedHours: 0 },
  {
    name: 'one',
    steps: [
      ['question', 1],
      ['clarification', 3.5],
    ],
    pausedHours: 2.5,
  },
  {
    name: 'two at once',
    steps: [
      ['question', 1],
      ['question', 2],
      ['clarification', 3],
      ['clarification', 4],
    ],
    pausedHours: 3,
  },
] as const;
const rows = PERIODS.flatMap((period) =>
  STARTS.flatMap((start) => CLARIFICATIONS.map((clarified) => ({ ...period, start, ...clarified }))),
);

describe('deadlines (domain: systems/siena-deadlines) (domain: enumerations/Urgency) (domain: enumerations/Availability)', () => {
  test.each(rows)('$urgency/$availability from $start, clarification $name: $hours h', (row) => {
    const startMs = Date.parse(row.start);
    const periodMs = deadlinePeriodMs(row);
    expect(periodMs).toBe(row.hours * HOUR);
    const steps: DeadlineStep[] = row.steps.map(([kind, hours]) => ({ kind, atMs: startMs + hours * HOUR }));
    const dueAt = startMs + (row.hours + row.pausedHours) * HOUR;
    const at = (ms: number): ReturnType<typeof deadlineAt> => deadlineAt(startMs, periodMs, steps, ms);
    // What was computed at one time does not matter at another: a restart changes nothing.
    for (const part of [0.5, 0.8, 1]) {
      const reached = dueAt - periodMs * (1 - part);
      const stage = { 0.5: 'half', 0.8: 'four-fifths', 1: 'breached' }[part];
      expect(at(reached)).toMatchObject({ state: 'running', stage, dueAt });
      expect(at(reached - 1).stage).not.toBe(stage);
      expect(at(reached - 1).nextStageAt).toBe(reached);
    }
  });

  test('while a clarification is awaited the clock stands still', () => {
    const steps: DeadlineStep[] = [{ kind: 'question', atMs: HOUR }];
    expect(deadlineAt(0, 8 * HOUR, steps, 100 * HOUR)).toMatchObject({
      state: 'paused',
      stage: 'none',
      dueAt: 107 * HOUR,
    });
    expect(deadlineAt(0, 8 * HOUR, steps, 100 * HOUR).nextStageAt).toBeUndefined();
  });

  test.each([
    ['answer', 'answered'],
    ['refusal', 'refused'],
    ['withdrawal', 'withdrawn'],
  ] as const)('a %s ends it, in time until the last moment', (kind, state) => {
    const ended = (atMs: number) => deadlineAt(0, 8 * HOUR, [{ kind, atMs }], 500 * HOUR);
    expect(ended(8 * HOUR)).toMatchObject({ state, stage: 'four-fifths' });
    expect(ended(8 * HOUR + 1)).toMatchObject({ state, stage: 'breached' });
  });

  test('people see the time of their own zone, also beyond a change of summer time', () => {
    const dueAt = Date.parse('2026-03-28T23:30:00Z') + 8 * HOUR;
    expect(formatTime(dueAt, 'Europe/Brussels')).toBe('Sun, 29 Mar 2026, 09:30 CEST');
    expect(formatTime(dueAt - 8 * HOUR, 'Europe/Brussels')).toBe('Sun, 29 Mar 2026, 00:30 CET');
    expect(formatTime(dueAt, 'UTC')).toBe('Sun, 29 Mar 2026, 07:30 UTC');
    expect(formatTime(dueAt)).not.toBe('');
  });
});

describe.skipIf(!hasOpenssl)('telling somebody (domain: systems/siena-deadlines)', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, police, makeAgency, makeConfig, makeGateway, openNode, requireThat } = world;
  afterAll(world.removeWorld);
  const nodes: AgencyNode[] = [];
  afterEach(async () => {
    vi.useRealTimers();
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });

  /** A node whose clock the test sets. Only the timers of tens of seconds are the test's as well. */
  const start = async (config = makeConfig(), gateway = new CaseGateway(makeGateway())) => {
    const clock = { now: Date.now() };
    gateway.gateway.log.now = () => clock.now;
    const { node } = await openNode(gateway.gateway, config, { now: () => clock.now });
    nodes.push(node);
    const deadlines: DeadlineNotice[] = [];
    const urgent: UrgentNotice[] = [];
    node.on('deadline', (notice) => deadlines.push(notice)).on('urgent', (notice) => urgent.push(notice));
    const look = async (ms: number): Promise<void> => {
      clock.now += ms;
      // As the timer does.
      (node as unknown as { cases: { alarms: { wake(): void } } }).cases.alarms.wake();
      await new Promise((resolve) => setTimeout(resolve, 30));
    };
    return { node, gateway, clock, deadlines, urgent, look, config };
  };
  const receive = async (running: Awaited<ReturnType<typeof start>>, options: Parameters<typeof world.sealed>[0]) => {
    const { gateway, clock, node } = running;
    const id = newMessageId(clock.now, world.random(10));
    const received = new Promise((resolve) => node.once('received', resolve));
    const number = (numbers.get(gateway) ?? 0) + 1;
    numbers.set(gateway, number);
    gateway.gateway.deliver(
      world.delivery(world.sealed({ ...options, id: messageIdBytes(id) }), number, { acceptedAtMs: clock.now }),
    );
    await received;
    return id;
  };
  const numbers = new Map<CaseGateway, number>();

  test('the recipient of an urgent request: at arrival, at 50 %, 80 % and the breach, once each', async () => {
    const running = await start();
    const { deadlines, urgent, look, clock, node } = running;
    const threadId = world.random(16);
    const alter = { type: 1, schemaVersion: 2, urgency: URGENT, availability: DIRECT, threadId } as const;
    const id = await receive(running, { alter, body: request() });
    const dueAt = clock.now + 8 * HOUR;
    await vi.waitFor(() => expect(urgent).toEqual([{ id, from: police.mailbox, dueAt }]));
    await look(4 * HOUR - 1);
    expect(deadlines).toEqual([]);
    await look(1);
    await look(1000);
    const told = { requestId: id, threadId: toHex(threadId), role: 'recipient', recipient: customs.mailbox, dueAt };
    expect(deadlines).toEqual([{ ...told, stage: 'half' }]);
    await look(2.4 * HOUR);
    await look(1.6 * HOUR);
    await look(HOUR);
    expect(deadlines.map(({ stage }) => stage)).toEqual(['half', 'four-fifths', 'breached']);
    expect(node.thread(toHex(threadId)).requests).toMatchObject([{ state: 'running', stage: 'breached', dueAt }]);
  });

  test('a stage that was told is not told again after a restart, and one that passed meanwhile is', async () => {
    const first = await start();
    const alter = { type: 1, schemaVersion: 2, urgency: URGENT, availability: DIRECT } as const;
    const id = await receive(first, { alter, body: request() });
    await first.look(4 * HOUR);
    expect(first.deadlines).toHaveLength(1);
    await first.node.close();

    const { node } = await openNode(first.gateway.gateway, first.config, { now: () => first.clock.now + HOUR });
    const again: DeadlineNotice[] = [];
    node.on('deadline', (notice) => again.push(notice));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await node.close();
    expect(again).toEqual([]);

    const logger = pino({ level: 'silent' });
    const later = (): number => first.clock.now + 5 * HOUR;
    const last = await AgencyNode.open(first.config, { offline: true, now: later, logger });
    nodes.push(last);
    last.on('deadline', (notice) => again.push(notice));
    await vi.waitFor(() => expect(again).toMatchObject([{ requestId: id, stage: 'breached' }]));
  });

  test('the timer itself looks at a clock that was set forward', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const clock = { now: Date.now() };
    const gateway = new CaseGateway(makeGateway());
    const node = await AgencyNode.open(makeConfig(), {
      connect: gateway.gateway.connect,
      now: () => clock.now,
      logger: pino({ level: 'silent' }),
    });
    nodes.push(node);
    const deadlines: DeadlineNotice[] = [];
    node.on('deadline', (notice) => deadlines.push(notice));
    const until = async (holds: () => boolean): Promise<void> => {
      for (let i = 0; i < 1000 && !holds(); i++) await new Promise((resolve) => setImmediate(resolve));
      requireThat(holds());
    };
    await until(() => node.isConnected);
    const id = await node.send({ to: [police.mailbox], body: request(), urgency: 'URGENT' });
    await until(() => node.evidence(id).state === 'accepted');
    clock.now += 4 * HOUR + 1000;
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(60_000);
    await until(() => deadlines.length === 1);
    expect(deadlines).toMatchObject([{ requestId: id, role: 'requester', recipient: police.mailbox, stage: 'half' }]);
    vi.useRealTimers();
  });

  test('an acknowledged request is told of no more, also after a restart', async () => {
    const running = await start();
    const alter = { type: 1, schemaVersion: 2, urgency: URGENT, availability: DIRECT } as const;
    const id = await receive(running, { alter, body: request() });
    await running.node.acknowledge(id, 'officer 17');
    await running.node.close();
    const second = await start(running.config, running.gateway);
    await second.look(9 * HOUR);
    expect(second.deadlines).toEqual([]);
    const [thread] = second.node.threads();
    expect(second.node.thread(thread!.threadId).requests).toMatchObject([
      { id, acknowledgedBy: 'officer 17', stage: 'breached' },
    ]);
    await expect(second.node.acknowledge(newMessageId(1, world.random(10)), 'x')).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
    });
  });

  test('the clock starts with the acceptance, pauses with a question and ends with the answer', async () => {
    const running = await start();
    const { node, gateway, clock, look, deadlines } = running;
    const other = makeAgency('xb.police', 'other');
    gateway.gateway.directory.set(other.mailbox, world.recordOf(other));
    const id = await node.send({ to: [police.mailbox], body: request(), urgency: 'URGENT' });
    await node.waitFor(id, 'accepted');
    const acceptedAt = node.evidence(id).recipients[0]!.events[0]!.atMs!;
    const threadId = toHex(gateway.submitted[0]!.threadId);
    const about = { schemaVersion: 2, threadId: gateway.submitted[0]!.threadId, inReplyTo: messageIdBytes(id) };
    const state = () => node.thread(threadId).requests[0]!;
    expect(state()).toMatchObject({ state: 'running', dueAt: acceptedAt + 8 * HOUR, recipient: police.mailbox });

    clock.now = acceptedAt + HOUR;
    // What a mailbox says that was not asked stops and ends nothing.
    const aside = await receive(running, { from: other, alter: { ...about, type: 5 }, body: question() });
    await node.waitFor(await node.send({ to: [other.mailbox], body: clarification(), inReplyTo: aside }), 'accepted');
    expect(state()).toMatchObject({ state: 'running', dueAt: acceptedAt + 8 * HOUR });
    const asked = await receive(running, { alter: { ...about, type: 5 }, body: question() });
    expect(state().state).toBe('paused');
    await look(20 * HOUR);
    expect(deadlines).toEqual([]);
    const clarified = await node.send({ to: [police.mailbox], body: clarification(), inReplyTo: asked });
    await node.waitFor(clarified, 'accepted');
    expect(state().state).toBe('running');
    // What somebody else says who was not asked ends nothing.
    await receive(running, { from: other, alter: { ...about, type: 2 }, body: answer() });
    expect(state().state).toBe('running');
    const interim = { ...about, type: 2, interim: true } as const;
    await receive(running, { alter: interim, body: answer(true) });
    expect(state().state).toBe('running');
    await receive(running, { alter: { ...about, type: 2 }, body: answer() });
    expect(state().state).toBe('answered');
    expect(node.threads({ open: true })).toEqual([]);
  });

  test.each([
    ['a refusal by the recipient', 'refused'],
    ['a recall by the requester', 'withdrawn'],
  ] as const)('%s ends it (domain: systems/siena-follow-up)', async (_name, state) => {
    const running = await start();
    const { node, gateway } = running;
    const id = await node.send({ to: [police.mailbox], body: request() });
    await node.waitFor(id, 'accepted');
    const { threadId } = gateway.submitted[0]!;
    await expect(node.closeThread(toHex(threadId))).rejects.toMatchObject({ code: 'THREAD_OPEN' });
    if (state === 'refused') {
      const about = { schemaVersion: 2, threadId, inReplyTo: messageIdBytes(id), type: 4 } as const;
      await receive(running, { alter: about, body: refusal() });
    } else {
      const withdrawn = await node.send({ toHolders: true, body: recall(messageIdBytes(id)) });
      await node.waitFor(withdrawn, 'accepted');
      expect(gateway.submitted[1]?.recipients.map(({ mailbox }) => mailbox)).toEqual([police.mailbox]);
    }
    expect(node.thread(toHex(threadId)).requests).toMatchObject([{ state }]);
    await node.closeThread(toHex(threadId));
    expect(node.thread(toHex(threadId)).closed).toBe(true);
  });
});
