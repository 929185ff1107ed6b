/** The fold of deadlines: what begins, stops and ends them, and a naive model that knows only intervals. */
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { SubmitCommand } from '../../ledger/decide.ts';
import { DeadlineState } from '../../ledger/rows-2.ts';
import { MessageType, Urgency } from '../../protocol/generated/schema.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { deadlineOf, recordStages, reply, request } from './cases-support.ts';
import { DAY_MS, HOUR_MS, makeAgency, MINUTE_MS, removeDirectory, START_MS, TestLedger } from './support.ts';

const { INFORMATION_ANSWER, REFUSAL, CLARIFICATION_REQUEST, CLARIFICATION, RECALL, DEADLINE_NOTICE } = MessageType;
const customs = makeAgency('xa.customs', ['desk', 'lab']);
const police = makeAgency('xb.police');
const harbour = makeAgency('xc.harbour', ['desk', 'contact']);
afterAll(removeDirectory);

let ledger: TestLedger;
let asked: SubmitCommand;
beforeEach(() => {
  ledger = new TestLedger([customs, police, harbour]);
  asked = request(customs, [police, harbour], START_MS);
  ledger.event(asked, 'submissionAcceptance');
});
const say = (type: MessageType, change = {}, from = police, original = asked): SubmitCommand => {
  const command = reply(type, original, from, [customs], ledger.nowMs, change);
  ledger.event(command, 'submissionAcceptance');
  return command;
};
const states = (): unknown[] => [police, harbour].map((agency) => deadlineOf(ledger.store, asked, agency)?.state);

describe('a request is closed by an answer, a refusal or a withdrawal, and by nothing else (domain: systems/siena-follow-up)', () => {
  test.each([
    ['an answer', INFORMATION_ANSWER, {}, DeadlineState.ANSWERED],
    ['a refusal', REFUSAL, {}, DeadlineState.REFUSED],
    ['an interim answer', INFORMATION_ANSWER, { interim: true }, DeadlineState.RUNNING],
    ['a notice that it takes longer', DEADLINE_NOTICE, {}, DeadlineState.RUNNING],
    ['a question', CLARIFICATION_REQUEST, {}, DeadlineState.PAUSED],
  ])('%s', (_, type, change, expected) => {
    say(type, change);
    expect(states()).toEqual([expected, DeadlineState.RUNNING]);
  });

  test('the withdrawal ends it for everybody, also from another desk of the requester', () => {
    say(INFORMATION_ANSWER);
    const change = { sender: customs.mailboxes[1]! };
    ledger.event(reply(RECALL, asked, customs, [police, harbour], ledger.nowMs, change), 'submissionAcceptance');
    expect(states()).toEqual([DeadlineState.ANSWERED, DeadlineState.WITHDRAWN]);
  });

  test("somebody else's recall of it ends nothing", () => {
    ledger.run(reply(RECALL, asked, police, [customs], ledger.nowMs));
    expect(states()).toEqual([DeadlineState.RUNNING, DeadlineState.RUNNING]);
  });

  test('ends are final', () => {
    say(REFUSAL);
    const row = deadlineOf(ledger.store, asked, police);
    for (const type of [INFORMATION_ANSWER, CLARIFICATION_REQUEST, REFUSAL]) say(type);
    ledger.event(reply(RECALL, asked, customs, [police, harbour], ledger.nowMs), 'submissionAcceptance');
    expect(deadlineOf(ledger.store, asked, police)).toEqual(row);
  });

  test('neither handover nor expiry of the request ends it', () => {
    ledger.nowMs = asked.parsed.routing.expiresAtMs + 1;
    ledger.run({
      kind: 'expire',
      entryIndex: ledger.store.messagesById(asked.parsed.routing.messageId)[0]!.entryIndex,
    });
    expect(states()).toEqual([DeadlineState.RUNNING, DeadlineState.RUNNING]);
    recordStages(ledger);
    expect(states()).toEqual([DeadlineState.RUNNING, DeadlineState.RUNNING]);
  });
});

describe('stages (domain: systems/siena-deadlines)', () => {
  test('are recorded once, in order, and never for what is closed', () => {
    say(INFORMATION_ANSWER, {}, harbour);
    ledger.nowMs = START_MS + 4 * HOUR_MS;
    expect(recordStages(ledger)).toEqual(['xb.police/desk 1']);
    ledger.nowMs = START_MS + 8 * HOUR_MS;
    expect(recordStages(ledger)).toEqual(['xb.police/desk 2', 'xb.police/desk 3']);
    expect(recordStages(ledger)).toEqual([]);
    const { requestIndex, mailboxId } = deadlineOf(ledger.store, asked, harbour)!;
    expect(ledger.recorded({ kind: 'deadline', requestIndex, mailboxId })).toEqual([]);
  });

  test('none while a question waits; two questions stop it until both are answered', () => {
    ledger.nowMs = START_MS + 3 * HOUR_MS;
    say(INFORMATION_ANSWER, {}, harbour);
    const first = say(CLARIFICATION_REQUEST);
    const second = say(CLARIFICATION_REQUEST);
    const answer = (question: SubmitCommand): void => {
      ledger.event(reply(CLARIFICATION, question, customs, [police], ledger.nowMs), 'submissionAcceptance');
    };
    ledger.nowMs += DAY_MS;
    answer(first);
    answer(first);
    expect([recordStages(ledger), states()[0]]).toEqual([[], DeadlineState.PAUSED]);
    ledger.nowMs += DAY_MS;
    answer(second);
    expect(deadlineOf(ledger.store, asked, police)).toMatchObject({ dueAtMs: START_MS + 8 * HOUR_MS + 2 * DAY_MS });
    ledger.nowMs += HOUR_MS - 1;
    expect(recordStages(ledger)).toEqual([]);
    ledger.nowMs += 1;
    expect(recordStages(ledger)).toEqual(['xb.police/desk 1']);
  });

  test('the single point of contact that only reads along has no deadline', () => {
    ledger.store.write([
      {
        kind: 'put',
        table: 'agencyRules',
        row: {
          agency: 'xc.harbour',
          clearance: 1,
          contact: harbour.mailboxes[1]!,
          attachmentBytesMax: 0,
          changedIndex: 0,
        },
      },
    ]);
    const to = (...at: number[]): { mailbox: string; keyId: Uint8Array }[] =>
      at.map((i) => ({ mailbox: harbour.mailboxes[i]!, keyId: harbour.keys[i]!.keyId }));
    const count = (recipients: ReturnType<typeof to>): number => {
      const command = request(customs, [], START_MS, { recipients });
      ledger.event(command, 'submissionAcceptance');
      return ledger.store.within('deadlines', ledger.size - 1).length;
    };
    expect([count(to(0, 1)), count(to(1)), count(to(0))]).toEqual([1, 1, 1]);
  });

  test('a request of schema version 1 has none', () => {
    const old = request(customs, [police], START_MS, { schemaVersion: 1 });
    ledger.event(old, 'submissionAcceptance');
    expect(deadlineOf(ledger.store, old, police)).toBeUndefined();
  });

  test('a purge forgets them with the request, but not while a stage is owed', () => {
    ledger.nowMs = asked.parsed.routing.expiresAtMs;
    ledger.run({
      kind: 'expire',
      entryIndex: ledger.store.messagesById(asked.parsed.routing.messageId)[0]!.entryIndex,
    });
    ledger.nowMs += LIMITS.purgeAfterExpiryMs;
    expect(ledger.recorded({ kind: 'purge' })).toEqual([]);
    recordStages(ledger);
    expect(ledger.recorded({ kind: 'purge' })).toHaveLength(1);
    expect([[...ledger.store.scan('deadlines')], [...ledger.store.scan('controls')]]).toEqual([[], []]);
  });
});

// The model

interface Step {
  readonly do: 'ask' | 'clarify' | 'interim' | 'answer' | 'refuse' | 'withdraw' | 'look';
  readonly who: number;
  readonly which: number;
  readonly afterMs: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom(
    'ask',
    'ask',
    'clarify',
    'clarify',
    'clarify',
    'interim',
    'answer',
    'refuse',
    'withdraw',
    'look',
    'look',
  ),
  who: fc.nat(1),
  which: fc.nat(3),
  afterMs: fc.oneof(
    fc.nat(10),
    fc.integer({ min: 0, max: 150 }).map((n) => n * MINUTE_MS),
  ),
});

/** One recipient's time as a list of what happened; everything is worked out anew from it. */
class NaiveDeadline {
  readonly questions: { fromMs: number; toMs: number }[] = [];
  endMs = Infinity;
  ending: DeadlineState | undefined;

  end(state: DeadlineState, nowMs: number): void {
    if (this.ending !== undefined) return;
    [this.ending, this.endMs] = [state, nowMs];
  }

  /** Minutes that count, one by one: the steps are whole milliseconds, so intervals are added up instead. */
  elapsedMs(nowMs: number): number {
    const until = Math.min(nowMs, this.endMs);
    const cuts = [START_MS, until, ...this.questions.flatMap(({ fromMs, toMs }) => [fromMs, toMs])]
      .filter((ms) => ms >= START_MS && ms <= until)
      .sort((a, b) => a - b);
    let sum = 0;
    for (let i = 1; i < cuts.length; i++) {
      const [from, to] = [cuts[i - 1]!, cuts[i]!];
      if (!this.questions.some(({ fromMs, toMs }) => fromMs <= from && toMs >= to)) sum += to - from;
    }
    return sum;
  }

  state(nowMs: number): DeadlineState {
    if (this.ending !== undefined) return this.ending;
    return this.questions.some(({ toMs }) => toMs > nowMs) ? DeadlineState.PAUSED : DeadlineState.RUNNING;
  }

  stages(nowMs: number, periodMs: number): number {
    return [0.5, 0.8, 1].filter((part) => this.elapsedMs(nowMs) >= part * periodMs).length;
  }
}

function runTrial(urgency: Urgency, steps: readonly Step[], seen: Set<string>): void {
  const trial = new TestLedger([customs, police, harbour]);
  const command = request(customs, [police, harbour], START_MS, { urgency });
  trial.event(command, 'submissionAcceptance');
  const periodMs = (urgency === Urgency.URGENT ? 8 : 168) * HOUR_MS;
  const models = [new NaiveDeadline(), new NaiveDeadline()];
  const questions: { command: SubmitCommand; who: number; at: number }[] = [];
  const recorded = [0, 0];
  for (const { do: what, who, which, afterMs } of steps) {
    trial.nowMs += urgency === Urgency.URGENT ? afterMs : afterMs * 21;
    const [agency, model] = [[police, harbour][who]!, models[who]!];
    const send = (type: MessageType, change = {}): SubmitCommand => {
      const message = reply(type, command, agency, [customs], trial.nowMs, change);
      trial.event(message, 'submissionAcceptance');
      return message;
    };
    if (what === 'look') look();
    else if (what === 'ask') {
      const at = model.questions.push({ fromMs: trial.nowMs, toMs: Infinity }) - 1;
      questions.push({ command: send(CLARIFICATION_REQUEST), who, at });
    } else if (what === 'clarify') {
      const question = questions[which % Math.max(1, questions.length)];
      if (!question) continue;
      const to = [[police, harbour][question.who]!];
      trial.event(reply(CLARIFICATION, question.command, customs, to, trial.nowMs), 'submissionAcceptance');
      const open = models[question.who]!.questions[question.at]!;
      open.toMs = Math.min(open.toMs, trial.nowMs);
    } else if (what === 'interim') send(INFORMATION_ANSWER, { interim: true });
    else if (what === 'withdraw') {
      trial.event(reply(RECALL, command, customs, [police, harbour], trial.nowMs), 'submissionAcceptance');
      for (const each of models) each.end(DeadlineState.WITHDRAWN, trial.nowMs);
    } else {
      send(what === 'answer' ? INFORMATION_ANSWER : REFUSAL);
      model.end(what === 'answer' ? DeadlineState.ANSWERED : DeadlineState.REFUSED, trial.nowMs);
    }
  }
  look();

  function look(): void {
    for (const told of recordStages(trial)) {
      const [mailbox, stage] = told.split(' ');
      const who = mailbox === police.mailboxes[0] ? 0 : 1;
      expect(Number(stage)).toBe(++recorded[who]!);
    }
    models.forEach((model, who) => {
      const row = deadlineOf(trial.store, command, [police, harbour][who]!)!;
      expect([who, recorded[who]]).toEqual([who, model.stages(trial.nowMs, periodMs)]);
      expect(row.state).toBe(model.state(trial.nowMs));
      if (row.state === DeadlineState.RUNNING) {
        expect(row.dueAtMs - trial.nowMs).toBe(periodMs - model.elapsedMs(trial.nowMs));
      }
      seen.add(`${row.state} ${recorded[who]}`);
    });
  }
}

test('the fold and a naive model of intervals agree over random histories (domain: systems/siena-deadlines)', () => {
  const seen = new Set<string>();
  const runs = 300;
  fc.assert(
    fc.property(
      fc.constantFrom(Urgency.URGENT, Urgency.NORMAL),
      fc.array(step, { minLength: 5, maxLength: 25 }),
      (urgency, steps) => runTrial(urgency, steps, seen),
    ),
    { numRuns: runs },
  );
  // Every state and every number of stages: a history in which nothing happens proves nothing.
  const [states, stages] = [0, 1].map((part) => [...new Set([...seen].map((name) => name.split(' ')[part]))].sort());
  expect([states, stages]).toEqual([
    ['1', '2', '3', '4', '5'],
    ['0', '1', '2', '3'],
  ]);
}, 60_000);
