/**
 * Configuration files: YAML, checked against a schema, with overrides from the environment. An unknown key or a wrong
 * value stops the start and is named.
 */
import { readFileSync, statSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { LiaisonError } from '../protocol/errors.ts';

/**
 * Reads and checks a file. `PREFIX_A_B=value` overrides `a.b` and `PREFIX_AB` `ab`: names are compared without case and
 * underscores, values are YAML scalars.
 * @throws LiaisonError FILE_UNREADABLE, CONFIG_INVALID naming the key and what was expected
 */
export function loadConfig<T extends z.ZodType>(
  path: string,
  schema: T,
  prefix: string,
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<T> {
  const raw = readYaml(path);
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith(`${prefix}_`) && value !== undefined) override(raw, name, name.slice(prefix.length + 1), value);
  }
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw new LiaisonError('CONFIG_INVALID', `${path}: ${issues.join('; ')}.`);
}

function readYaml(path: string): Record<string, unknown> {
  const text = readText(path);
  try {
    const value: unknown = parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new LiaisonError('CONFIG_INVALID', `${path}: ${error.message.split('\n')[0] ?? ''}`);
  }
  throw new LiaisonError('CONFIG_INVALID', `${path}: expected keys and values.`);
}

/** Follows the name through the objects that exist; a name that leads nowhere is left for the schema to refuse. */
function override(root: Record<string, unknown>, variable: string, name: string, value: string): void {
  const words = name.toLowerCase().split('_');
  let target = root;
  const rest = words;
  for (;;) {
    const child = Object.keys(target).find(
      (key) => isObject(target[key]) && rest.length > 1 && rest.join('').startsWith(key.toLowerCase()),
    );
    if (child === undefined) break;
    let taken = '';
    while (taken !== child.toLowerCase() && rest.length > 1) taken += rest.shift() ?? '';
    target = target[child] as Record<string, unknown>;
  }
  const wanted = rest.join('');
  const key = Object.keys(target).find((item) => item.toLowerCase() === wanted) ?? camel(rest);
  if (isObject(target[key])) throw new LiaisonError('CONFIG_INVALID', `${variable} names a group of keys, not a key.`);
  target[key] = parse(value) as unknown;
}

const camel = (words: readonly string[]): string =>
  words.map((word, i) => (i === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1))).join('');

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws LiaisonError FILE_UNREADABLE */
export function readText(path: string): string {
  return readBytes(path).toString('utf8');
}

/** @throws LiaisonError FILE_UNREADABLE */
export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new LiaisonError('FILE_UNREADABLE', `${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`);
  }
}

/**
 * Reads a private key's file, which nobody but its owner may be able to read.
 * @throws LiaisonError FILE_UNREADABLE, KEY_FILE_EXPOSED
 */
export function readKeyFile(path: string): Buffer {
  const bytes = readBytes(path);
  const mode = statSync(path).mode & 0o077;
  if (mode !== 0) {
    throw new LiaisonError('KEY_FILE_EXPOSED', `${path} has mode ${(statSync(path).mode & 0o777).toString(8)}.`);
  }
  return bytes;
}
