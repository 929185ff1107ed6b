/**
 * Writes docs/errors.md from protocol/errors.ts. `--check` compares instead of writing and exits 1 when the committed
 * file is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { ERRORS } from '../protocol/errors.ts';

export const ERRORS_DOC = new URL('../docs/errors.md', import.meta.url);

/** By the hundreds of the numbers, as in protocol/errors.ts. */
const GROUPS: Readonly<Record<number, string>> = {
  1: 'The connection and its frames',
  2: 'A submission',
  3: 'A handover',
  4: 'What a node finds wrong with what it received',
  5: "The gateway's own condition",
  6: "An operator's act",
  7: 'Commands, configuration and files',
  9: 'Anything else',
};

const INTRO = `# Errors

<!-- Written from protocol/errors.ts by \`node scripts/generate-errors-doc.ts\`. Do not edit. -->

Every error has a code, a number, a sentence that says what happened and one that says what to do. Numbers travel on the
wire and stand in the log: they never change their meaning. A text that follows the sentence names the particular field
or file; it never holds secrets or content.

**Retry** says whether the same request may succeed later without being changed. Where it is "no", something has to be
different first; repeating the request brings the same answer.

A node shows a number that only a newer gateway knows as \`CODE_<number>\`.
`;

/** @throws Error when a code belongs to no group */
export async function errorsDoc(): Promise<string> {
  const groups = new Map<number, string[]>(Object.keys(GROUPS).map((hundred) => [Number(hundred), []]));
  for (const [code, { number, retry, text, remedy }] of Object.entries(ERRORS)) {
    const rows = groups.get(Math.floor(number / 100));
    if (!rows) throw new Error(`${code} (${number}) belongs to no group of docs/errors.md.`);
    rows.push(`| \`${code}\` | ${number} | ${retry ? 'yes' : 'no'} | ${cell(text)} | ${cell(remedy)} |`);
  }
  const chapters = [...groups].map(([hundred, rows]) =>
    [
      `## ${GROUPS[hundred] ?? ''}`,
      '',
      '| Code | Number | Retry | What happened | What to do |',
      '|---|---|---|---|---|',
    ]
      .concat(rows)
      .join('\n'),
  );
  return format([INTRO, ...chapters].join('\n\n'), { ...(await resolveConfig(ERRORS_DOC)), parser: 'markdown' });
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '\\<');

if (import.meta.main) {
  const wanted = await errorsDoc();
  if (!process.argv.includes('--check')) writeFileSync(ERRORS_DOC, wanted);
  else if (readFileSync(ERRORS_DOC, 'utf8') !== wanted) {
    process.stderr.write('docs/errors.md is stale: run `node scripts/generate-errors-doc.ts` and commit it.\n');
    process.exitCode = 1;
  }
}
