/** Milliseconds that only run forward, the same in all threads of the process: to measure how long something takes. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
