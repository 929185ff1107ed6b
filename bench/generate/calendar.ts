/** When agencies are at work: much by day, little at night and at weekends. Every period begins on a Monday at 0:00. */

const HOUR_MS = 3_600_000;

/** How much there is to do, compared with a working hour. */
function load(hour: number): number {
  const day = Math.floor(hour / 24) % 7;
  const isWorking = hour % 24 >= 7 && hour % 24 < 18;
  return (isWorking ? 1 : 0.15) * (day >= 5 ? 0.3 : 1);
}

/**
 * `count` times from `fromMs` to before `toMs`, rising, close together where there is much to do. How far they lie after
 * `fromMs` depends on nothing but the length of the period.
 * @param fromMs POSIX milliseconds, as `toMs`
 */
export function workTimes(fromMs: number, toMs: number, count: number): number[] {
  const hours = Array.from({ length: Math.ceil((toMs - fromMs) / HOUR_MS) }, (_, hour) => {
    const lengthMs = Math.min(HOUR_MS, toMs - fromMs - hour * HOUR_MS);
    return { startMs: hour * HOUR_MS, lengthMs, load: load(hour) * lengthMs };
  });
  const total = hours.reduce((sum, hour) => sum + hour.load, 0);
  const times: number[] = [];
  let before = 0;
  for (const hour of hours) {
    while (times.length < count) {
      const part = ((times.length / count) * total - before) / hour.load;
      if (part >= 1) break;
      times.push(fromMs + Math.floor(hour.startMs + Math.max(0, part) * hour.lengthMs));
    }
    before += hour.load;
  }
  return times;
}
