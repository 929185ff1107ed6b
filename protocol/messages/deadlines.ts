/**
 * The time for the answer to a request, from its header alone (SPEC.md section 7.4; Directive (EU) 2023/977 article 5).
 * Milliseconds of POSIX time throughout: no calendar and no time zone, so a change of summer time moves nothing.
 */
import { Availability, DeadlineStage, type Routing, Urgency } from '../generated/schema.ts';

const HOUR_MS = 3_600_000;

/** How long a recipient has for the answer, in milliseconds. */
export function deadlinePeriodMs({ urgency, availability }: Pick<Routing, 'urgency' | 'availability'>): number {
  if (urgency !== Urgency.URGENT) return 168 * HOUR_MS;
  return availability === Availability.DIRECT ? 8 * HOUR_MS : 72 * HOUR_MS;
}

/** The stages of a deadline that are told and recorded, in their order. */
export const DEADLINE_STAGES = [DeadlineStage.HALF, DeadlineStage.FOUR_FIFTHS, DeadlineStage.BREACHED] as const;
export type ToldStage = (typeof DEADLINE_STAGES)[number];

/** When a stage is reached, POSIX milliseconds. */
export function stageAtMs(stage: ToldStage, { dueAtMs, periodMs }: { dueAtMs: number; periodMs: number }): number {
  if (stage === DeadlineStage.BREACHED) return dueAtMs;
  return dueAtMs - periodMs / (stage === DeadlineStage.HALF ? 2 : 5);
}
