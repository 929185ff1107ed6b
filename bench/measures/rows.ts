/** Repetitions in which all lines take their turns, so that what disturbs the machine disturbs all of them. */
import type { Bench, Line } from './context.ts';
import type { Row } from './results.ts';

/** Runs every line once in each repetition and collects the rows. `text` says what came out, in a few words. */
export async function alternate<R>(
  bench: Bench,
  what: string,
  lines: readonly Line[],
  run: (line: Line, repetition: number) => Promise<R>,
  text: (result: R) => string,
): Promise<Row<R>[]> {
  const { repetitions } = bench.options;
  const rows = lines.map(({ key, name }) => ({ key, name, runs: [] as (R | null)[] }));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [i, line] of lines.entries()) {
      const result = await bench.attempt(line, () => run(line, repetition));
      rows[i]?.runs.push(result);
      if (result !== null) {
        bench.log(`${what}, repetition ${repetition + 1} of ${repetitions}, ${line.name}: ${text(result)}`);
      }
    }
  }
  return rows;
}
