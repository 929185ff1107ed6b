/** Repetitions in which all lines take their turns, each repetition beginning with the next one. */
import type { Bench, Line } from './context.ts';
import type { Row } from './results.ts';

/** Runs every line once in each repetition, `most` times at most, and collects the rows. `text` says what came out. */
export async function alternate<R>(
  bench: Bench,
  what: string,
  lines: readonly Line[],
  run: (line: Line, repetition: number) => Promise<R>,
  text: (result: R) => string,
  most = Infinity,
): Promise<Row<R>[]> {
  const repetitions = Math.min(bench.options.repetitions, most);
  const rows = lines.map(({ key, name }) => ({ key, name, runs: [] as (R | null)[] }));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (let turn = 0; turn < lines.length; turn++) {
      const i = (turn + repetition) % lines.length;
      const line = lines[i] as Line;
      const result = await bench.attempt(line, () => run(line, repetition));
      rows[i]?.runs.push(result);
      if (result !== null) {
        bench.log(`${what}, repetition ${repetition + 1} of ${repetitions}, ${line.name}: ${text(result)}`);
      }
    }
  }
  return rows;
}
