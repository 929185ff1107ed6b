/** All measures by name, in the order in which they run. */
import type { Bench } from './context.ts';
import { attachments } from './attachments.ts';
import { backlog } from './backlog.ts';
import { fanout } from './fanout.ts';
import { latency } from './latency.ts';
import { many } from './many.ts';
import { policy } from './policy.ts';
import { profile } from './profile.ts';
import type { Measured } from './results.ts';
import { sdk } from './sdk.ts';
import { sessions } from './sessions.ts';
import { coldstart, growth } from './stored.ts';
import { throughput } from './throughput.ts';

const RUN = {
  ...{ throughput, latency, fanout, many, sessions, backlog },
  ...{ coldstart, growth, policy, attachments, sdk },
} as const;

export type MeasureName = keyof typeof RUN;
export const MEASURES = Object.keys(RUN) as MeasureName[];
export const QUICK_MEASURES: readonly MeasureName[] = ['throughput', 'latency', 'fanout', 'sessions'];
export const isMeasure = (name: string): name is MeasureName => name in RUN;

/**
 * Runs the measures that are named, one after the other, and then the profiler when it is given a directory. One that
 * fails is told, counted among the failures and left out.
 */
export async function runMeasures(bench: Bench, names: readonly MeasureName[], profileDir?: string): Promise<Measured> {
  const results: [string, unknown][] = [];
  const attempt = async (name: string, run: () => Promise<unknown>): Promise<void> => {
    try {
      results.push([name, await run()]);
    } catch (error) {
      if (bench.isClosed) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      bench.failures.push({ name, reason });
      bench.log(`FAILED  ${name}: ${reason}`);
    }
  };
  for (const name of names) await attempt(name, () => RUN[name](bench));
  if (profileDir !== undefined) await attempt('profile', () => profile(bench, profileDir));
  return Object.fromEntries(results);
}
