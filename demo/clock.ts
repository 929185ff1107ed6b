/**
 * The clock of the stories, loaded into each process and thread of the demonstration before anything else: the real time
 * plus what stands in the file that LIAISON_DEMO_CLOCK names, in milliseconds. Wall clock and monotonic clock move together,
 * as they would if the hours really passed. Nothing else of Liaison knows of it.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const LOOK_MS = 20;

/** Sets the clock of all processes ahead. */
export function setAhead(file: string, aheadMs: number): void {
  writeFileSync(file, String(aheadMs));
}

function install(file: string): void {
  const wall = Date.now.bind(Date);
  const monotonic = performance.now.bind(performance);
  const read = (): number => Number(readFileSync(file, 'utf8')) || 0;
  let aheadMs = read();
  Date.now = () => wall() + aheadMs;
  performance.now = () => monotonic() + aheadMs;
  setInterval(() => {
    aheadMs = read();
  }, LOOK_MS).unref();
}

const { LIAISON_DEMO_CLOCK } = process.env;
if (LIAISON_DEMO_CLOCK !== undefined) install(LIAISON_DEMO_CLOCK);
