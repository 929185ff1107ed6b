/**
 * Configuration files: YAML, checked against a schema, with overrides from the environment. An unknown key or a wrong
 * value stops the start and is named.
 */
import { readFileSync, statSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
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
  const groups: Group = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(`${prefix}_`) || value === undefined) continue;
    override(raw, groups, variable, plain(variable.slice(prefix.length)), scalar(variable, value));
  }
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  throw new LiaisonError('CONFIG_INVALID', `${path}: ${result.error.issues.map((one) => spelt(one, raw)).join('; ')}.`);
}

/** A mistake in words about the file. */
function spelt(issue: z.core.$ZodIssue, raw: unknown): string {
  const key = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((name) => (key === '' ? name : `${key}.${name}`));
    return names.length === 1 ? `${names.join()} is not a known key` : `${names.join(', ')} are not known keys`;
  }
  const value = issue.path.reduce<unknown>(
    (group, name) =>
      typeof group === 'object' && group !== null ? (group as Record<PropertyKey, unknown>)[name] : undefined,
    raw,
  );
  if (value === undefined && key !== '') return `${key} is missing`;
  return `${key || 'the file'}: ${issue.message.replace(/^Invalid (?:input|option): /, '').replace(', received ', ', not ')}`;
}

function readYaml(path: string): Record<string, unknown> {
  const text = readConfigText(path);
  try {
    const value: unknown = parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new LiaisonError('CONFIG_INVALID', `${path}: ${error.message.split('\n')[0] ?? ''}`);
  }
  throw new LiaisonError('CONFIG_INVALID', `${path}: expected keys and values.`);
}

function readConfigText(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    const { detail, cause } = error;
    throw new LiaisonError('FILE_UNREADABLE', detail.replace(/\.$/, ' (give --config FILE).'), { cause });
  }
}

/** The part of a JSON schema that is looked at: the keys of a group. */
interface Group {
  properties?: Record<string, unknown>;
}

const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();

/** Sets the key whose path, written together, is `name`. Groups that the file does not have are made. */
function override(root: Record<string, unknown>, groups: Group, variable: string, name: string, value: unknown): void {
  const path = pathOf(groups, name);
  const last = path?.pop();
  if (!path || last === undefined) throw new LiaisonError('CONFIG_INVALID', `${variable} names no key.`);
  let target = root;
  for (const key of path) {
    const group = (target[key] ??= {});
    // Anything else that stands there is left for the schema to refuse.
    if (!isObject(group)) return;
    target = group;
  }
  target[last] = value;
}

function pathOf({ properties = {} }: Group, name: string): string[] | undefined {
  for (const [key, child] of Object.entries(properties)) {
    const isGroup = isObject(child) && isObject(child['properties']);
    if (!isGroup && plain(key) === name) return [key];
    const rest = isGroup && name.startsWith(plain(key)) ? pathOf(child, name.slice(plain(key).length)) : undefined;
    if (rest) return [key, ...rest];
  }
  return undefined;
}

function scalar(variable: string, value: string): unknown {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new LiaisonError('CONFIG_INVALID', `${variable}: ${error.message.split('\n')[0] ?? ''}`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws LiaisonError FILE_UNREADABLE */
export function readText(path: string): string {
  return readBytes(path).toString('utf8');
}

/** @throws LiaisonError FILE_UNREADABLE */
export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a directory',
  ENOTDIR: 'leads through a file as if it were a directory',
  EACCES: 'may not be read by this user',
};

/** What the operating system said, in words. */
export function unreadable(path: string, cause: unknown): LiaisonError {
  const { code = String(cause) } = cause as NodeJS.ErrnoException;
  return new LiaisonError('FILE_UNREADABLE', `${path} ${REASONS[code] ?? `cannot be read (${code})`}.`, { cause });
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
