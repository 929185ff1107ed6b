/** Who may import whom (docs/architecture.md), and how large a file and a function may be. */
import { existsSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  codeFromText,
  importsOf,
  lengthOf,
  longFunctions,
  parseSource,
  reachable,
  ROOT,
  sourceFiles,
  type SourceFile,
} from '../../scripts/source-files.ts';
import vitestConfig from '../../vitest.config.ts';

/** Which parts a part may import besides itself. `doors`: other parts through {@link DOORS} only. */
const ARROWS: Readonly<Record<string, readonly string[] | 'doors' | 'anything'>> = {
  protocol: [],
  ledger: ['protocol'],
  audit: ['protocol', 'ledger'],
  'audit/cli': ['protocol', 'ledger', 'audit', 'cli'],
  cli: ['protocol'],
  gateway: ['protocol', 'ledger', 'audit', 'cli'],
  node: ['protocol', 'audit', 'cli'],
  witness: ['protocol', 'audit', 'cli'],
  console: [],
  'certs-dev': ['protocol', 'cli'],
  demo: 'doors',
  'liaison.ts': 'doors',
  bench: 'anything',
  scripts: 'anything',
  test: 'anything',
  'vitest.config.ts': [],
};
/** A part's command file and public index, the helpers of all command lines, and the errors that these print. */
const DOORS = /^([a-z-]+\/(cli|index)\.ts|audit\/cli\/(cli|index)\.ts|cli\/[a-z-]+\.ts|protocol\/errors\.ts)$/;

/** What seals or opens content, and the index that reaches it. */
const CONTENT_MODULES = ['attachments.ts', 'open.ts', 'jwe.ts', 'key-wrap.ts', 'seal.ts']
  .map((name) => `protocol/envelope/${name}`)
  .concat('protocol/index.ts');

const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;
/** One table each, for which there is no second reason to exist. */
const TABLES: ReadonlySet<string> = new Set(['protocol/errors.ts']);

const files = sourceFiles();
const written = files.filter(({ path }) => !path.startsWith('protocol/generated/'));

function partOf(path: string): string {
  return path.startsWith('audit/cli/') ? 'audit/cli' : (path.split('/')[0] ?? path);
}

function isAllowed(from: string, target: string): boolean {
  const arrows = ARROWS[partOf(from)];
  if (arrows === 'anything' || partOf(from) === partOf(target)) return true;
  return arrows === 'doors' ? DOORS.test(target) : (arrows ?? []).includes(partOf(target));
}

/** How a file is reached, from the first file to the last. */
function chain(cameFrom: ReadonlyMap<string, string>, path: string): string {
  const before = cameFrom.get(path);
  return before ? `${chain(cameFrom, before)} → ${path}` : path;
}

const all = (check: (file: SourceFile) => string[], of: readonly SourceFile[] = files): string[] => of.flatMap(check);

describe('the arrows between the parts', () => {
  test('every file belongs to a part that is listed here', () => {
    expect(all(({ path }) => (partOf(path) in ARROWS ? [] : [path]))).toEqual([]);
  });

  test('no import goes against the arrows', () => {
    const against = all((file) =>
      importsOf(file)
        .filter(({ ours, target }) => ours && !isAllowed(file.path, target))
        .map(({ line, target }) => `${file.path}:${line} imports ${target}`),
    );
    expect(against).toEqual([]);
  });

  test('every import of ours is written out and leads to a file', () => {
    const lost = all((file) =>
      importsOf(file)
        .filter(({ ours, target }) => target === '(computed)' || (ours && !existsSync(join(ROOT, target))))
        .map(({ line, target }) => `${file.path}:${line} imports ${target}`),
    );
    expect(lost).toEqual([]);
  });

  test('gateway and ledger cannot reach what seals or opens content, by any way', () => {
    const start = files.map(({ path }) => path).filter((path) => /^(gateway|ledger)\//.test(path));
    const cameFrom = reachable(files, start);
    expect(start.length).toBeGreaterThan(0);
    expect(CONTENT_MODULES.filter((path) => cameFrom.has(path)).map((path) => chain(cameFrom, path))).toEqual([]);
  });

  test('node-forge is for development certificates only', () => {
    const users = files.filter((file) => importsOf(file).some(({ target }) => target === 'node-forge'));
    expect(users.map(({ path }) => path).filter((path) => !/^(test\/)?certs-dev\//.test(path))).toEqual([]);
  });
});

describe('the code', () => {
  test('makes no code from text', () => {
    expect(all((file) => codeFromText(file).map(({ line, what }) => `${file.path}:${line} ${what}`))).toEqual([]);
  });

  test(`has no file of more than ${FILE_LINES_MAX} lines`, () => {
    const long = written.filter((file) => lengthOf(file) > FILE_LINES_MAX && !TABLES.has(file.path));
    expect(long.map((file) => `${file.path} has ${lengthOf(file)} lines`)).toEqual([]);
  });

  test(`has no function of more than ${FUNCTION_LINES_MAX} lines`, () => {
    const long = all(
      (file) => longFunctions(file, FUNCTION_LINES_MAX).map(({ line, what }) => `${file.path}:${line} ${what}`),
      written,
    );
    expect(long).toEqual([]);
  });
});

test('every test file belongs to a project of vitest.config.ts, so none is forgotten', () => {
  const schema = z.object({
    test: z.object({ projects: z.array(z.object({ test: z.object({ include: z.array(z.string()) }) })) }),
  });
  const globs = schema.parse(vitestConfig).test.projects.flatMap((project) => project.test.include);
  // Runs with LIAISON_LONG=1 only.
  globs.push('test/long/**/*.test.ts');
  const tests = files.map(({ path }) => path).filter((path) => path.endsWith('.test.ts'));
  expect(tests.filter((path) => !globs.some((glob) => matchesGlob(path, glob)))).toEqual([]);
});

describe('the checks themselves', () => {
  test('see every way of naming a module', () => {
    const text = `
      import './a.ts';
      import type { B } from '../b.ts';
      export * from './c.ts';
      const d = await import('./d.ts');
      const e = new Worker(new URL('./e.ts', import.meta.url));
      type F = import('./f.ts').F;
      const g = await import(name);
      import { h } from '@peculiar/x509/deep';`;
    const targets = importsOf(parseSource('gateway/ledger/x.ts', text)).map(({ target }) => target);
    const folder = 'gateway/ledger';
    expect(targets).toEqual([
      ...[`${folder}/a.ts`, 'gateway/b.ts', `${folder}/c.ts`, `${folder}/d.ts`, `${folder}/e.ts`, `${folder}/f.ts`],
      ...['(computed)', '@peculiar/x509'],
    ]);
  });

  test('follow imports through other parts', () => {
    const sources = [
      parseSource('gateway/a.ts', "import '../audit/b.ts';"),
      parseSource('audit/b.ts', "export * from '../protocol/envelope/open.ts';"),
    ];
    const cameFrom = reachable(sources, ['gateway/a.ts']);
    expect(chain(cameFrom, 'protocol/envelope/open.ts')).toBe('gateway/a.ts → audit/b.ts → protocol/envelope/open.ts');
  });

  test('know an import against an arrow', () => {
    expect(isAllowed('gateway/a.ts', 'node/b.ts')).toBe(false);
    expect(isAllowed('node/a.ts', 'gateway/b.ts')).toBe(false);
    expect(isAllowed('audit/a.ts', 'audit/cli/b.ts')).toBe(false);
    expect(isAllowed('demo/a.ts', 'gateway/gateway.ts')).toBe(false);
    expect(isAllowed('demo/a.ts', 'gateway/cli.ts')).toBe(true);
    expect(isAllowed('gateway/a.ts', 'bench/generate/random.ts')).toBe(false);
    expect(isAllowed('demo/a.ts', 'bench/generate/cli.ts')).toBe(false);
    expect(isAllowed('unheard-of/a.ts', 'protocol/ids.ts')).toBe(false);
  });

  test('find code from text and long functions', () => {
    const source = parseSource('x.ts', `eval('1');\nnew Function('1');\nsetTimeout('1');\nfunction f() {\n\n\n}\n`);
    expect(codeFromText(source)).toHaveLength(3);
    expect(longFunctions(source, 3)).toEqual([{ line: 4, what: 'a function of 4 lines' }]);
    expect(longFunctions(source, 4)).toEqual([]);
    expect(lengthOf(source)).toBe(7);
  });
});
