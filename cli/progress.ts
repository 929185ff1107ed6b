/** How far long work has come, on standard error, when that is a terminal. */
const BAR_WIDTH = 30;
const EVERY_MS = 100;

export interface Progress {
  /** @param done of the total, in the same unit */
  readonly at: (done: number) => void;
  /** Takes the bar away, whatever has become of the work. */
  readonly end: () => void;
}

/**
 * @param what is being done, in a few words
 * @param total 0 when it is not known: then only the number is shown
 */
export function showProgress(what: string, total: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { at: () => undefined, end: () => undefined };
  let lastMs = -Infinity;
  const at = (done: number): void => {
    const nowMs = performance.now();
    if (nowMs - lastMs < EVERY_MS && done < total) return;
    lastMs = nowMs;
    stream.write(`\r${barText(what, done, total, stream.columns || 80)}\u001b[K`);
  };
  return { at, end: () => void stream.write('\r\u001b[K') };
}

/** `Verifying  ███████░░░  70 %`, in one line of so many columns. */
export function barText(what: string, done: number, total: number, columns: number): string {
  const share = total > 0 ? Math.min(Math.max(done / total, 0), 1) : undefined;
  const width = Math.min(BAR_WIDTH, columns - what.length - 9);
  const filled = Math.round((share ?? 0) * width);
  const bar = share === undefined || width < 5 ? '' : `  ${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
  return `${what}${bar}  ${share === undefined ? done : `${Math.floor(share * 100)} %`}`.slice(0, columns - 1);
}
