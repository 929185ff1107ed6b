/**
 * Checks Dockerfile, .dockerignore and docker-compose.yml without a Docker engine: the compose file against the Compose
 * Specification's schema (which dclint brings along), both files against each other and against what is in the
 * repository. scripts/run-image-steps.sh goes further and carries the Dockerfile's steps out.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { contextFiles, execForm, parseCopy, parseDockerfile, type Stage } from './dockerfile.ts';
import { reachable, ROOT, sourceFiles } from './source-files.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** What the image must not hold: it is for the gateway, which cannot open content. */
const KEPT_OUT = ['protocol/envelope/open.ts', 'protocol/envelope/jwe.ts', 'protocol/envelope/seal.ts'];
/** What liaison.ts loads for `./liaison gateway …`: it loads only the part that is asked for. */
const START = ['gateway/cli.ts', 'cli/report.ts', 'protocol/errors.ts'];

/** Rules of style that say nothing about whether the file works. `image` beside `build` names what is built. */
const RULES_OFF = ['no-build-and-image', 'service-keys-order'];

function schemaProblems(): string[] {
  let bin: string;
  try {
    bin = join(dirname(fileURLToPath(import.meta.resolve('dclint/package.json'))), 'bin/dclint.cjs');
  } catch {
    return ['dclint is not installed: run npm ci.'];
  }
  const options = RULES_OFF.flatMap((rule) => ['--disable-rule', rule]);
  const run = spawnSync(process.execPath, [bin, ...options, '--max-warnings', '0', 'docker-compose.yml'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return run.status === 0 ? [] : [`docker-compose.yml: ${run.stdout}${run.stderr}`];
}

const composeSchema = z.object({
  services: z.object({
    gateway: z.object({
      build: z.object({ context: z.literal('.') }),
      image: z.string(),
      user: z.string().refine((user) => !/^(0|root)\b/.test(user), 'root'),
      ports: z.array(z.string()),
      volumes: z.array(z.string()),
      read_only: z.literal(true),
      cap_drop: z.tuple([z.literal('ALL')]),
      security_opt: z.array(z.string()).refine((list) => list.includes('no-new-privileges:true')),
    }),
  }),
  volumes: z.record(z.string(), z.unknown()).default({}),
});

function composeProblems(image: Stage): string[] {
  const result = composeSchema.safeParse(parse(read('docker-compose.yml')));
  if (!result.success) return [`docker-compose.yml: ${z.prettifyError(result.error)}`];
  const problems: string[] = [];
  const { gateway } = result.data.services;
  const version = z.object({ version: z.string() }).parse(JSON.parse(read('package.json'))).version;
  if (!gateway.image.endsWith(`:${version}`)) problems.push(`${gateway.image} is not tagged ${version}`);
  const exposed = image.instructions.filter(({ name }) => name === 'EXPOSE').map(({ text }) => text);
  for (const port of gateway.ports) {
    if (!exposed.includes(port.split(':').at(-1) ?? ''))
      problems.push(`port ${port}: the image exposes ${exposed.join()}`);
  }
  const mounted = gateway.volumes.map((volume) => volume.split(':'));
  for (const [source = ''] of mounted) {
    const named = !/^[./]/.test(source);
    if (named && !(source in result.data.volumes)) problems.push(`the volume ${source} is not declared`);
  }
  const config = commandOf(image, 'CMD')?.at(-1) ?? '';
  if (!mounted.some(([, target = '']) => target !== '' && config.startsWith(`${target}/`))) {
    problems.push(`${config} lies in no volume`);
  }
  return problems.map((problem) => `docker-compose.yml: ${problem}`);
}

const commandOf = (stage: Stage, name: string): string[] | undefined => {
  const instruction = stage.instructions.findLast((item) => item.name === name);
  return instruction && execForm(instruction.text);
};

function dockerfileProblems(stages: readonly Stage[], context: readonly string[]): string[] {
  const problems: string[] = [];
  for (const { base } of stages) {
    if (!/:\d+\.\d+[\w.-]*$/.test(base)) problems.push(`${base} is not pinned to a version`);
  }
  for (const [i, { instructions }] of stages.entries()) {
    const before = stages.slice(0, i).map(({ name }) => name);
    for (const { line, name, text } of instructions) {
      if (name !== 'COPY') continue;
      const { from, sources } = parseCopy(text);
      if (from !== undefined && !before.includes(from)) problems.push(`line ${line}: no stage ${from} before this one`);
      if (from !== undefined) continue;
      for (const source of sources.filter((path) => copied(context, path).length === 0)) {
        problems.push(`line ${line}: ${source} does not exist or .dockerignore leaves it out`);
      }
    }
  }
  return problems.map((problem) => `Dockerfile: ${problem}`);
}

const copied = (context: readonly string[], source: string): string[] =>
  context.filter((path) => path === source || path.startsWith(`${source}/`));

function imageProblems(image: Stage, context: readonly string[]): string[] {
  const problems: string[] = [];
  const copies = image.instructions.filter(({ name }) => name === 'COPY').map(({ text }) => parseCopy(text));
  const files = new Set(
    copies
      .filter(({ from }) => from === undefined)
      .flatMap(({ sources }) => sources.flatMap((path) => copied(context, path))),
  );
  for (const name of ['ENTRYPOINT', 'CMD', 'HEALTHCHECK']) {
    const words = commandOf(image, name);
    if (!words) problems.push(`${name} is missing or not in exec form`);
    else if (name !== 'CMD') problems.push(...programProblems(name, words[0] ?? '', files));
  }
  const user = image.instructions.findLast(({ name }) => name === 'USER')?.text ?? 'root';
  if (!/^[1-9]\d*:[1-9]\d*$/.test(user)) problems.push(`USER is ${user}; expected numbers other than 0`);
  const needed = reachable(sourceFiles(), START);
  for (const path of needed.keys())
    if (!files.has(path)) problems.push(`the image lacks ${path}, which the gateway imports`);
  for (const path of KEPT_OUT)
    if (files.has(path)) problems.push(`the image holds ${path}, which opens or seals content`);
  return problems.map((problem) => `Dockerfile: ${problem}`);
}

function programProblems(name: string, program: string, files: ReadonlySet<string>): string[] {
  const path = program.replace(/^\.\//, '');
  if (!files.has(path) || !existsSync(join(ROOT, path))) return [`${name}: ${program} is not in the image`];
  return (statSync(join(ROOT, path)).mode & 0o111) === 0o111 ? [] : [`${name}: ${program} cannot be executed`];
}

const stages = parseDockerfile(read('Dockerfile'));
const image = stages.at(-1);
const context = contextFiles();
const problems = image
  ? [...dockerfileProblems(stages, context), ...imageProblems(image, context), ...composeProblems(image)]
  : ['Dockerfile: no stage'];
problems.push(...schemaProblems());
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
