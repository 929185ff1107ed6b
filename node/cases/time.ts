/** Times for people, in the unit's own time zone. Everything that is computed stays in UTC. */

/** `Sun 29 Mar 2026, 03:30 CEST`: with the zone, because a deadline can lie on the other side of a change of summer time. */
export function formatTime(ms: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    ...{ weekday: 'short', day: '2-digit', month: 'short', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(ms);
}
