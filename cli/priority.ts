/** Work that goes on behind whatever else this machine does. */
import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Gives this process the lowest priority. On Linux a priority is a thread's own: those that are there all get it. */
export function lowerPriority(): void {
  const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [0];
  for (const thread of threads) setPriority(thread, constants.priority.PRIORITY_LOW);
}
