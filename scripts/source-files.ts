/** The project's TypeScript files, read with the compiler's own parser: what they import, and how long their parts are. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../', import.meta.url));
const NOT_OURS = new Set(['node_modules', 'coverage', 'data', 'liaison-data']);

export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly node: ts.SourceFile;
}

export interface Import {
  readonly line: number;
  /** Path from the root for a file of ours, otherwise the package's name (`node:fs`, `@peculiar/x509`). */
  readonly target: string;
  readonly ours: boolean;
}

export interface Finding {
  readonly line: number;
  readonly what: string;
}

export const parseSource = (path: string, text: string): SourceFile => ({
  path,
  node: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
});

/** Every .ts file of the project, in the order of their paths. */
export function sourceFiles(): SourceFile[] {
  return filesBelow(ROOT)
    .map((file) => relative(ROOT, file).replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(ROOT, path), 'utf8')));
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') || NOT_OURS.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

const lineOf = (file: SourceFile, position: number): number =>
  file.node.getLineAndCharacterOfPosition(position).line + 1;

/** The expression that names a module, for each way of naming one. */
function moduleOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return node.arguments[0];
  const isUrl = ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'URL';
  if (!isUrl) return undefined;
  const first = node.arguments?.[0];
  return first && ts.isStringLiteralLike(first) && /^\..*\.ts$/.test(first.text) ? first : undefined;
}

/**
 * Everything that a file names as a module: static, dynamic and type imports, re-exports, and `new URL('./x.ts', …)`, the
 * way in which worker threads are named. A module whose name is not written out has the target `(computed)`.
 */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  walk(file.node, (node) => {
    const name = moduleOf(node);
    if (!name) return;
    const line = lineOf(file, node.getStart(file.node));
    if (!ts.isStringLiteralLike(name)) found.push({ line, target: '(computed)', ours: false });
    else if (name.text.startsWith('.')) {
      found.push({ line, target: posix.normalize(posix.join(dirname(file.path), name.text)), ours: true });
    } else found.push({ line, target: packageOf(name.text), ours: false });
  });
  return found;
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Files reachable from the given ones, each with the file that led to it first. */
export function reachable(files: readonly SourceFile[], from: readonly string[]): Map<string, string> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const cameFrom = new Map(from.map((path) => [path, '']));
  for (const path of cameFrom.keys()) {
    const file = byPath.get(path);
    if (!file) continue;
    for (const { target, ours } of importsOf(file)) if (ours && !cameFrom.has(target)) cameFrom.set(target, path);
  }
  return cameFrom;
}

/** `eval(…)`, `Function(…)`, `new Function(…)`, and timers that are given text. */
export function codeFromText(file: SourceFile): Finding[] {
  const found: Finding[] = [];
  walk(file.node, (node) => {
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
    const callee = node.expression.getText(file.node).replace(/^globalThis\./, '');
    const first = node.arguments?.[0];
    const timer =
      /^set(Timeout|Interval|Immediate)$/.test(callee) && first !== undefined && ts.isStringLiteralLike(first);
    if (callee === 'eval' || callee === 'Function' || timer) {
      found.push({ line: lineOf(file, node.getStart(file.node)), what: callee });
    }
  });
  return found;
}

/** Lines of the file. */
export const lengthOf = (file: SourceFile): number => file.node.text.split('\n').length - 1;

/** Functions with more lines than `max`. The callbacks of `describe` are chapters of tests and do not count. */
export function longFunctions(file: SourceFile, max: number): Finding[] {
  const found: Finding[] = [];
  walk(file.node, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || !node.body || isChapter(file, node)) return;
    const line = lineOf(file, node.getStart(file.node));
    const lines = lineOf(file, node.end) - line + 1;
    if (lines > max) found.push({ line, what: `a function of ${lines} lines` });
  });
  return found;
}

function isChapter(file: SourceFile, node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText(file.node));
}
