/** When agencies are at work: much by day, little at night and at weekends (UTC). */

const HOUR_MS = 3_600_000;

function load(atMs: number): number {
  const time = new Date(atMs);
  const hour = time.getUTCHours();
  const isDay = hour >= 7 && hour < 18;
  const isWeekend = time.getUTCDay() % 6 === 0;
  return (isDay ? 1 : 0.15) * (isWeekend ? 0.3 : 1);
}

/**
 * `count` times from `fromMs` to before `toMs`, rising, close together where there is much to do.
 * @param fromMs POSIX milliseconds, as `toMs`
 */
export function workTimes(fromMs: number, toMs: number, count: number): number[] {
  const hours: { startMs: number; endMs: number; load: number }[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += HOUR_MS) {
    const endMs = Math.min(startMs + HOUR_MS, toMs);
    hours.push({ startMs, endMs, load: load(startMs) * (endMs - startMs) });
  }
  const total = hours.reduce((sum, hour) => sum + hour.load, 0);
  const times: number[] = [];
  let before = 0;
  for (const hour of hours) {
    while (times.length < count) {
      const part = ((times.length / count) * total - before) / hour.load;
      if (part >= 1) break;
      times.push(Math.floor(hour.startMs + part * (hour.endMs - hour.startMs)));
    }
    before += hour.load;
  }
  return times;
}
