/**
 * Deadlines on the ledger engine with a clock that the test moves: urgency, availability, a clarification, a restart, and
 * changes of summer time, each with each.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Clock } from '../../gateway/ledger/clock.ts';
import { LedgerThread } from '../../gateway/ledger/ledger-thread.ts';
import type { LedgerOutput } from '../../gateway/pipeline.ts';
import { DeadlineState } from '../../ledger/rows-2.ts';
import { Availability, DeadlineStage, MessageType, Urgency } from '../../protocol/generated/schema.ts';
import { reply, request } from '../ledger/cases-support.ts';
import { handover, HOUR_MS, MINUTE_MS, removeDirectory, START_MS } from '../ledger/support.ts';
import { customs, police, removeEngines, TestEngine } from './engine-support.ts';

const ZONE = 'Europe/Brussels';
beforeAll(() => void vi.stubEnv('TZ', ZONE));
afterEach(() => void vi.useRealTimers());
afterAll(() => {
  vi.unstubAllEnvs();
  removeDirectory();
  removeEngines();
});

/** Sundays on which clocks in the European Union change, at 01:00 UTC. */
const SUMMER_BEGINS_MS = Date.UTC(2027, 2, 28, 1);
const SUMMER_ENDS_MS = Date.UTC(2027, 9, 31, 1);
const ORDINARY_MS = Date.UTC(2027, 5, 16, 9, 12);

/** A ledger whose thread can be stopped and started again. */
class TestDesk {
  readonly subject = new TestEngine();
  readonly told: (LedgerOutput & { kind: 'evidence' })[] = [];
  nowMs: number;
  private thread: LedgerThread | undefined;

  constructor(startMs: number) {
    this.nowMs = startMs;
    this.start();
  }

  start(): void {
    // As if an operator had vouched for the clock after a long stop.
    this.subject.nowMs = this.nowMs;
    this.subject.tick(1);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setImmediate'] });
    const clock: Clock = { now: () => this.nowMs, monotonic: () => this.nowMs };
    const post = (output: LedgerOutput): void => {
      if (output.kind === 'evidence') this.told.push(output);
    };
    this.thread = new LedgerThread(
      this.subject.engine,
      { requireRevocationLists: false, tickMs: HOUR_MS },
      post,
      clock,
    );
    this.thread.start();
  }

  stop(): void {
    vi.useRealTimers();
    this.thread = undefined;
    this.subject.reopen();
  }

  /** Moves the clock and lets the thread look. */
  at(nowMs: number): void {
    this.nowMs = nowMs;
    this.subject.nowMs = nowMs;
    if (!this.thread) return;
    vi.advanceTimersByTime(1000);
    vi.advanceTimersByTime(1);
  }

  /** Stages in the order of the log, with the time at which each was recorded and its due time. */
  recorded(): { stage: DeadlineStage; atMs: number; dueAtMs: number }[] {
    const { engine } = this.subject;
    return Array.from({ length: engine.tree.size }, (_, index) => engine.entry(index)).flatMap(({ atMs, event }) =>
      event.kind === 'deadlineEvent' ? [{ stage: event.value.stage, atMs, dueAtMs: event.value.dueAtMs }] : [],
    );
  }
}

const { HALF, FOUR_FIFTHS, BREACHED } = DeadlineStage;
const SPANS = [
  ['URGENT', 'DIRECT', 8],
  ['URGENT', 'INDIRECT', 72],
  ['NORMAL', 'DIRECT', 168],
  ['NORMAL', 'INDIRECT', 168],
] as const;
const CHANGES = [
  ['an ordinary week', ORDINARY_MS],
  ['the week in which summer time begins', SUMMER_BEGINS_MS],
  ['the week in which summer time ends', SUMMER_ENDS_MS],
] as const;
const TABLE = SPANS.flatMap(([urgency, availability, hours]) =>
  CHANGES.flatMap(([when, changeMs]) =>
    [false, true].flatMap((isClarified) =>
      [false, true].map((isRestarted) => ({ urgency, availability, hours, when, changeMs, isClarified, isRestarted })),
    ),
  ),
);

describe('the time for an answer (domain: systems/siena-deadlines)', () => {
  test('the changes of summer time lie where the table says', () => {
    for (const change of [SUMMER_BEGINS_MS, SUMMER_ENDS_MS]) {
      const [before, after] = [change - 1, change].map((ms) => new Date(ms).getTimezoneOffset());
      expect(Math.abs(before! - after!)).toBe(60);
    }
  });

  test.each(TABLE)(
    '$urgency $availability is $hours h in $when, clarified: $isClarified, restarted: $isRestarted',
    ({ urgency, availability, hours, changeMs, isClarified, isRestarted }) => {
      const periodMs = hours * HOUR_MS;
      const startMs = changeMs - periodMs / 2 - MINUTE_MS;
      const desk = new TestDesk(startMs);
      const levels = { urgency: Urgency[urgency], availability: Availability[availability] };
      const asked = request(customs, [police], startMs, levels);
      desk.at(startMs);
      desk.subject.run(asked);
      let dueAtMs = startMs + periodMs;
      if (isClarified) {
        const questionMs = startMs + periodMs / 4;
        desk.at(questionMs);
        const question = reply(MessageType.CLARIFICATION_REQUEST, asked, police, [customs], questionMs);
        desk.subject.run(question);
        // While it waits nothing passes.
        desk.at(questionMs + 70 * MINUTE_MS);
        desk.subject.run(reply(MessageType.CLARIFICATION, question, customs, [police], desk.nowMs));
        dueAtMs += 70 * MINUTE_MS;
      }
      const times = [dueAtMs - periodMs / 2, dueAtMs - periodMs / 5, dueAtMs] as const;
      expect(desk.recorded()).toEqual([]);
      if (isRestarted) {
        desk.at(times[0] - 1);
        desk.stop();
        desk.nowMs = times[1] + 5;
        desk.start();
      }
      const expected = times.map((atMs, i) => ({ stage: [HALF, FOUR_FIFTHS, BREACHED][i], atMs, dueAtMs }));
      // What was reached while the gateway was down is recorded when it is back.
      if (isRestarted) for (const item of expected.slice(0, 2)) item.atMs = times[1] + 5;
      for (const [i, at] of times.entries()) {
        const nowMs = Math.max(at, desk.nowMs);
        if (!isRestarted || i === 2) {
          desk.at(nowMs - 1);
          expect(desk.recorded()).toEqual(expected.slice(0, i));
        }
        desk.at(nowMs);
        expect(desk.recorded()).toEqual(expected.slice(0, isRestarted ? Math.max(2, i + 1) : i + 1));
      }
      desk.stop();
      desk.start();
      desk.at(dueAtMs + 2 * HOUR_MS);
      expect(desk.recorded()).toEqual(expected);
      // Each stage was told to the requester's agency and to the recipient's, for nodes of version 2.
      const told = desk.told.filter(({ version }) => version === 2);
      const agencies = told.flatMap(({ agency, indices }) => indices.map(() => agency));
      expect(agencies.sort()).toEqual([...Array<string>(3).fill('xa.customs'), ...Array<string>(3).fill('xb.police')]);
      vi.useRealTimers();
      desk.subject.close();
    },
  );

  test('the clock starts at the acceptance: a recipient that is offline does not stop it', () => {
    const desk = new TestDesk(START_MS + MINUTE_MS);
    desk.subject.run(request(customs, [police], desk.nowMs));
    desk.at(desk.nowMs + 8 * HOUR_MS);
    expect(desk.recorded().map(({ stage }) => stage)).toEqual([HALF, FOUR_FIFTHS, BREACHED]);
    expect(desk.subject.engine.prepare('SELECT count(*) AS n FROM deliveries WHERE state = 1').get()?.['n']).toBe(1);
    vi.useRealTimers();
    desk.subject.close();
  });

  // Guards: an answer that was accepted before the gateway looked would have hidden the breach for ever.
  test('a breach is recorded although the answer comes before the gateway looks', () => {
    const desk = new TestDesk(START_MS + MINUTE_MS);
    const asked = request(customs, [police], desk.nowMs);
    desk.subject.run(asked);
    desk.subject.nowMs = desk.nowMs + 8 * HOUR_MS + 1;
    desk.subject.run(reply(MessageType.INFORMATION_ANSWER, asked, police, [customs], desk.subject.nowMs));
    const [row] = [...desk.subject.engine.store.scan('deadlines')];
    expect(row?.state).toBe(DeadlineState.ANSWERED);
    desk.at(desk.subject.nowMs + 1000);
    expect(desk.recorded().map(({ stage }) => stage)).toEqual([HALF, FOUR_FIFTHS, BREACHED]);
    desk.at(desk.subject.nowMs + 1000 * HOUR_MS);
    expect(desk.recorded()).toHaveLength(3);
    vi.useRealTimers();
    desk.subject.close();
  });

  // Guards: more deadlines at one instant than one look takes.
  test('a thousand deadlines at one instant are all recorded, each once', () => {
    const desk = new TestDesk(START_MS + MINUTE_MS);
    desk.subject.run(...Array.from({ length: 1100 }, () => request(customs, [police], desk.nowMs)));
    desk.at(desk.nowMs + 5 * HOUR_MS);
    desk.at(desk.nowMs + 1000);
    expect(desk.recorded().filter(({ stage }) => stage === HALF)).toHaveLength(1100);
    desk.at(desk.nowMs + 1000);
    expect(desk.recorded()).toHaveLength(1100);
    vi.useRealTimers();
    desk.subject.close();
  });
});

test('consent lapses when the message expires, once, and the sender is told (domain: evidence/Consent)', () => {
  const desk = new TestDesk(START_MS + MINUTE_MS);
  const asked = request(customs, [police], desk.nowMs);
  const expiresAtMs = desk.nowMs + HOUR_MS;
  const recall = reply(MessageType.RECALL, asked, customs, [police], desk.nowMs, { expiresAtMs });
  desk.subject.run(asked, recall);
  desk.subject.run(handover(recall, police, 2));
  const lapses = (): unknown[] => {
    const { engine } = desk.subject;
    const entries = Array.from({ length: engine.tree.size }, (_, index) => engine.entry(index));
    return entries.filter(({ event }) => event.kind === 'acceptanceRejectionExpiry').map(({ atMs }) => atMs);
  };
  desk.at(expiresAtMs - 1);
  expect(lapses()).toEqual([]);
  desk.at(expiresAtMs);
  expect(lapses()).toEqual([expiresAtMs]);
  expect(desk.told.map(({ agency, version }) => [agency, version])).toEqual([['xa.customs', 2]]);
  desk.stop();
  desk.start();
  desk.at(expiresAtMs + MINUTE_MS);
  expect(lapses()).toHaveLength(1);
  vi.useRealTimers();
  desk.subject.close();
});
