/** Milliseconds on the machine's monotonic clock, with fractions. All processes of the machine see the same one. */
export const clockMs = (): number => Number(process.hrtime.bigint()) / 1e6;
