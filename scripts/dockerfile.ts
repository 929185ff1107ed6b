/**
 * Reads Dockerfile and .dockerignore, as far as this project uses them. As a command it prints, for
 * scripts/run-image-steps.sh, `--context` (the files that enter the build) or `--steps` (stage, instruction, argument;
 * separated by tabs).
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

export interface Instruction {
  readonly line: number;
  readonly name: string;
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** Instructions with their continuation lines joined, without comments. */
export function parseDockerfile(text: string): Stage[] {
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  let pending = '';
  for (const [i, raw] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(raw)) continue;
    pending += raw.trim();
    if (pending.endsWith('\\')) {
      pending = `${pending.slice(0, -1).trim()} `;
      continue;
    }
    const [, name = '', argument = ''] = /^(\w+)\s+(.*)$/.exec(pending) ?? [];
    pending = '';
    const from = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(argument);
    if (name === 'FROM' && from) {
      stages.push({ base: from[1] ?? '', name: from[2] ?? `stage ${stages.length}`, instructions: [] });
    } else stages.at(-1)?.instructions.push({ line: i + 1, name, text: argument });
  }
  return stages;
}

export interface Copy {
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

export function parseCopy(text: string): Copy {
  const words = text.split(/\s+/);
  const flags = words.filter((word) => word.startsWith('--'));
  const paths = words.filter((word) => !word.startsWith('--'));
  const from = flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length);
  return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
}

/** The words of a command in exec form. `undefined` for the shell form. */
export function execForm(text: string): string[] | undefined {
  const start = text.indexOf('[');
  if (start < 0) return undefined;
  const words: unknown = JSON.parse(text.slice(start));
  return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
}

/**
 * The files that enter the build, relative to the root.
 * @throws Error for lines of .dockerignore of another form than `*`, `!name` and a path
 */
export function contextFiles(ignore = readFileSync(join(ROOT, '.dockerignore'), 'utf8')): string[] {
  const lines = ignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const odd = lines.slice(1).filter((line) => !/^!?[\w.-]+(\/[\w.-]+)*$/.test(line));
  if (lines[0] !== '*' || odd.length > 0)
    throw new Error(`.dockerignore: a form that is not known here: ${odd.join(', ')}`);
  const left = lines.slice(1).filter((line) => !line.startsWith('!'));
  return lines
    .filter((line) => line.startsWith('!'))
    .flatMap((line) => filesAt(line.slice(1)))
    .filter((path) => !left.some((out) => path === out || path.startsWith(`${out}/`)))
    .sort();
}

function filesAt(path: string): string[] {
  if (!statSync(join(ROOT, path)).isDirectory()) return [path];
  return readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));
}

if (import.meta.main) {
  const stages = parseDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
  const steps = stages.flatMap(({ name, instructions }) =>
    instructions.map((step) => [name, step.name, step.text].join('\t')),
  );
  process.stdout.write(`${(process.argv.includes('--context') ? contextFiles() : steps).join('\n')}\n`);
}
