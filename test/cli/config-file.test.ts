/** Configuration files: what is read, what the environment overrides, and how a mistake is named. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadConfig, readBytes, readKeyFile, readText } from '../../cli/config-file.ts';
import { type ErrorCode, LiaisonError } from '../../protocol/errors.ts';
import { refusalOf } from '../support/refusal.ts';

const directory = mkdtempSync(join(tmpdir(), 'liaison-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

const schema = z.strictObject({
  name: z.string().default('none'),
  logLevel: z.string().optional(),
  count: z.int('expected a whole number').optional(),
  files: z.array(z.string()).optional(),
  listen: z.strictObject({ host: z.string(), port: z.int().max(65_535) }).optional(),
  tls: z.strictObject({ certificate: z.string(), deep: z.strictObject({ keyFile: z.string() }).optional() }).optional(),
  tlsMode: z.string().optional(),
  limits: z.strictObject({ max: z.int().default(5) }).default({ max: 5 }),
});

type Environment = Record<string, string | undefined>;
function load(text: string, environment: Environment = {}): z.infer<typeof schema> {
  const path = join(directory, 'config.yaml');
  writeFileSync(path, text);
  return loadConfig(path, schema, 'APP', environment);
}
function faultOf(text: string, environment: Environment = {}): { code: ErrorCode; detail: string } {
  try {
    load(text, environment);
  } catch (error) {
    if (error instanceof LiaisonError) return { code: error.code, detail: error.detail };
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the file', () => {
  test('is read, with defaults for what it leaves out', () => {
    expect(load('count: 3\nlisten: { host: a, port: 1 }')).toEqual({
      name: 'none',
      count: 3,
      listen: { host: 'a', port: 1 },
      limits: { max: 5 },
    });
  });

  test.each<[string, string, string]>([
    ['an unknown key', 'nmae: x', 'nmae'],
    ['an unknown key in a group', 'listen: { host: a, port: 1, prot: 2 }', 'prot'],
    ['a wrong value', 'count: many', 'count: expected a whole number'],
    ['a wrong value in a group', 'listen: { host: a, port: 70000 }', 'listen.port'],
    ['a missing key of a group', 'listen: { host: a }', 'listen.port'],
    ['a key twice', 'name: a\nname: b', 'unique'],
    ['no YAML', 'name: [', 'config.yaml'],
    ['a list', '- name', 'expected keys and values'],
    ['a text', 'hello', 'expected keys and values'],
    ['nothing', '', 'expected keys and values'],
  ])('%s is named', (_, text, named) => {
    const { code, detail } = faultOf(text);
    expect(code).toBe('CONFIG_INVALID');
    expect(detail).toContain(named);
    expect(detail).toContain(join(directory, 'config.yaml'));
    expect(detail).not.toContain('\n');
  });

  test('every mistake is named, not only the first', () => {
    const { detail } = faultOf('count: many\nnmae: x');
    expect(detail).toContain('count');
    expect(detail).toContain('nmae');
  });

  test('that is not there or is a directory is unreadable', () => {
    const read = (name: string) => refusalOf(() => loadConfig(join(directory, name), schema, 'APP', {}));
    expect(read('none.yaml')).toBe('FILE_UNREADABLE');
    expect(read('.')).toBe('FILE_UNREADABLE');
  });
});

describe('the environment', () => {
  const FILE = 'name: a\ncount: 1\nlisten: { host: b, port: 2 }\ntls: { certificate: c }';

  test.each<[string, string, object]>([
    ['APP_NAME', 'z', { name: 'z' }],
    ['APP_COUNT', '7', { count: 7 }],
    ['APP_LOG_LEVEL', 'debug', { logLevel: 'debug' }],
    ['APP_LOGLEVEL', 'debug', { logLevel: 'debug' }],
    ['APP_FILES', '[a, b]', { files: ['a', 'b'] }],
    ['APP_LISTEN_PORT', '9000', { listen: { host: 'b', port: 9000 } }],
    ['APP_TLS_MODE', 'x', { tlsMode: 'x' }],
    ['APP_NAME', '"7"', { name: '7' }],
    ['APP_TLS_CERTIFICATE', 'other', { tls: { certificate: 'other' } }],
    ['APP_TLS_DEEP_KEY_FILE', 'k', { tls: { certificate: 'c', deep: { keyFile: 'k' } } }],
    ['APP_LIMITS_MAX', '9', { limits: { max: 9 } }],
  ])('%s=%s', (variable, value, changed) => {
    expect(load(FILE, { [variable]: value })).toEqual({ ...load(FILE), ...changed });
  });

  test('several variables make a group that the file does not have', () => {
    const environment = { APP_LISTEN_HOST: 'h', APP_LISTEN_PORT: '1' };
    expect(load('name: a', environment).listen).toEqual({ host: 'h', port: 1 });
    expect(load('name: a\nlisten:', environment).listen).toEqual({ host: 'h', port: 1 });
    expect(faultOf('name: a', { APP_LISTEN_HOST: 'h' }).detail).toContain('listen.port');
  });

  test('variables of others are not looked at', () => {
    const environment = { APPNAME: 'x', APPLE_NAME: 'x', OTHER_APP_NAME: 'x', APP_NAME: undefined };
    expect(load(FILE, environment)).toEqual(load(FILE));
  });

  // Guards: a mistyped variable was taken for another key.
  test.each([
    'APP_NMAE',
    'APP_LISTENX_PORT',
    'APP_LISTEN',
    'APP_LISTEN_',
    'APP_LISTEN_PORT_X',
    'APP_X_LISTEN_PORT',
    'APP_',
  ])('%s names no key', (variable) => {
    const { code, detail } = faultOf(FILE, { [variable]: '1' });
    expect(code).toBe('CONFIG_INVALID');
    expect(detail).toContain(`${variable} names no key`);
  });

  test('a value that the schema does not take is refused as one of the file', () => {
    expect(faultOf(FILE, { APP_LISTEN_PORT: 'http' }).detail).toContain('listen.port');
    expect(faultOf(FILE, { APP_COUNT: '' }).detail).toContain('count');
    expect(faultOf('listen: here', { APP_LISTEN_PORT: '1' }).detail).toContain('listen');
  });

  test('a value that is no YAML is refused by the variable’s name', () => {
    const { code, detail } = faultOf(FILE, { APP_NAME: 'a: b: c' });
    expect(code).toBe('CONFIG_INVALID');
    expect(detail).toContain('APP_NAME');
  });
});

describe('other files', () => {
  const file = (name: string, mode: number): string => {
    const path = join(directory, name);
    writeFileSync(path, 'grün');
    chmodSync(path, mode);
    return path;
  };

  test('are read as bytes or text', () => {
    const path = file('text', 0o644);
    expect(readText(path)).toBe('grün');
    expect(readBytes(path)).toEqual(Buffer.from('grün'));
    mkdirSync(join(directory, 'sub'), { recursive: true });
    for (const name of ['none', 'sub']) {
      expect(refusalOf(() => readBytes(join(directory, name)))).toBe('FILE_UNREADABLE');
      expect(refusalOf(() => readKeyFile(join(directory, name)))).toBe('FILE_UNREADABLE');
    }
  });

  test.each(['600', '400', '700'])('a key file with mode %s is taken', (mode) => {
    expect(readKeyFile(file(`key-${mode}`, parseInt(mode, 8))).toString()).toBe('grün');
  });

  test.each(['640', '604', '620', '602', '601', '610', '644', '666'])('one with mode %s is refused', (mode) => {
    expect(refusalOf(() => readKeyFile(file(`key-${mode}`, parseInt(mode, 8))))).toBe('KEY_FILE_EXPOSED');
  });
});
