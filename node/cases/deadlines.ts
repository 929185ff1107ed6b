/**
 * The time for an answer, computed anew from the messages of a thread whenever it is asked for, so that restarts, late
 * evidence and changes of a clock need no repair. All times are the gateway's, in UTC. Pure.
 */
import { MessageType } from '../../protocol/generated/schema.ts';
import type { RequestState, Stage } from './types.ts';

/** Parts of the period after which somebody is told. */
export const STAGES = [
  { stage: 'half', part: 0.5 },
  { stage: 'four-fifths', part: 0.8 },
  { stage: 'breached', part: 1 },
] as const satisfies readonly { stage: Stage; part: number }[];

/** What a message does to the deadline of a request. */
export interface DeadlineStep {
  /** POSIX milliseconds: acceptance by the gateway. */
  readonly atMs: number;
  readonly kind: 'question' | 'clarification' | 'answer' | 'refusal' | 'withdrawal';
}

export interface Deadline {
  readonly state: RequestState['state'];
  readonly dueAt: number;
  readonly stage: Stage;
  /** When the next stage is reached, if nothing happens; `undefined` when the clock stands still. */
  readonly nextStageAt: number | undefined;
}

/** The step that a reply is; `undefined` for one that leaves the clock alone. */
export function stepKind(type: MessageType, interim: boolean): DeadlineStep['kind'] | undefined {
  switch (type) {
    case MessageType.INFORMATION_ANSWER:
      return interim ? undefined : 'answer';
    case MessageType.REFUSAL:
      return 'refusal';
    case MessageType.CLARIFICATION_REQUEST:
      return 'question';
    case MessageType.CLARIFICATION:
      return 'clarification';
    case MessageType.RECALL:
      return 'withdrawal';
    default:
      return undefined;
  }
}

const ENDS = { answer: 'answered', refusal: 'refused', withdrawal: 'withdrawn' } as const;

/**
 * @param startMs consignment: the acceptance of the request
 * @param steps of one recipient, in any order
 */
export function deadlineAt(startMs: number, periodMs: number, steps: readonly DeadlineStep[], nowMs: number): Deadline {
  let ranMs = 0;
  let sinceMs = startMs;
  /** Questions without a clarification. */
  let questions = 0;
  for (const { atMs, kind } of [...steps].sort((a, b) => a.atMs - b.atMs)) {
    if (questions === 0) ranMs += Math.max(atMs - sinceMs, 0);
    sinceMs = atMs;
    if (kind === 'question') questions++;
    else if (kind === 'clarification') questions = Math.max(questions - 1, 0);
    else return { state: ENDS[kind], dueAt: dueAt(atMs, ranMs), stage: stageOf(ranMs - 1), nextStageAt: undefined };
  }
  if (questions > 0) {
    return { state: 'paused', dueAt: dueAt(nowMs, ranMs), stage: stageOf(ranMs), nextStageAt: undefined };
  }
  const elapsedMs = ranMs + Math.max(nowMs - sinceMs, 0);
  const next = STAGES.find(({ part }) => periodMs * part > elapsedMs);
  const nextStageAt = next && sinceMs + periodMs * next.part - ranMs;
  return { state: 'running', dueAt: dueAt(sinceMs, ranMs), stage: stageOf(elapsedMs), nextStageAt };

  function dueAt(atMs: number, ran: number): number {
    return atMs + periodMs - ran;
  }

  function stageOf(elapsed: number): Stage {
    return STAGES.findLast(({ part }) => elapsed >= periodMs * part)?.stage ?? 'none';
  }
}
