/**
 * Writes protocol/generated/codec.ts from the tables of generated/schema.ts: for each message one function that reads it,
 * one that sizes it and one that writes it. protocol/fast-path.ts says what they accept. `--check` compares instead of
 * writing and exits 1 when the committed file is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import * as generated from '../protocol/generated/schema.ts';
import type { FieldSchema, MessageSchema } from '../protocol/schema.ts';

const OUT = new URL('../protocol/generated/codec.ts', import.meta.url);
const DEPTH_MAX = 8;
const UINT32_MAX = 0xffffffff;

const SCHEMAS = Object.entries(generated)
  .filter(([name]) => name.endsWith('Schema'))
  .map(([, schema]) => schema as MessageSchema<unknown>);

const isNumeric = ({ type }: FieldSchema): boolean => type !== 'bytes' && type !== 'string' && type !== 'message';
const tagOf = (field: FieldSchema): number => field.id * 8 + (isNumeric(field) && !field.repeated ? 0 : 2);
const tagSize = (field: FieldSchema): number => (tagOf(field) < 128 ? 1 : 2);

/** What a field's length must not be, as a condition; empty when every length will do. */
function wrongLength({ lengths, max }: FieldSchema, length: string): string {
  if (lengths) return lengths.map((allowed) => `${length} !== ${allowed}`).join(' && ');
  return max === undefined ? '' : `${length} > ${max}`;
}

/** Largest number that a field takes; enumerations count from 0 without gaps. */
function most(field: FieldSchema): number {
  if (!field.values) return field.type === 'uint32' ? UINT32_MAX : Number.MAX_SAFE_INTEGER;
  const values = [...new Set(Object.values(field.values))].sort((a, b) => a - b);
  if (values.some((value, i) => value !== i)) throw new Error(`${field.name}: values with gaps`);
  return values.length - 1;
}

function initial(field: FieldSchema): string {
  if (field.repeated) return '[]';
  return { bool: 'false', string: "''", bytes: 'EMPTY', message: 'undefined' }[field.type as string] ?? '0';
}

/** Statements that read one value into `value`. */
function readValue(field: FieldSchema, end: string): string {
  if (field.type === 'bool') return `const n = r.varint(${end}); if (n > 1) bail(); const value = n === 1;`;
  if (isNumeric(field)) {
    const max = most(field);
    const check = max === Number.MAX_SAFE_INTEGER ? '' : `if (value > ${max}) bail();`;
    return `const value = r.varint(${end}); ${check}`;
  }
  if (field.message) return `const value = read${field.message.name}(r, r.stop(${end}));`;
  const wrong = wrongLength(field, '(stop - r.at)');
  const read = field.type === 'bytes' ? 'r.view(stop)' : 'r.text(stop)';
  return `const stop = r.stop(${end}); ${wrong && `if (${wrong}) bail();`} const value = ${read};`;
}

const isDefault = (field: FieldSchema): string =>
  ({ bool: '!value', string: "value === ''", bytes: 'value.length === 0' })[field.type as string] ?? 'value === 0';

function readCase(field: FieldSchema): string {
  const { id, name, repeated, oneof } = field;
  const again = repeated && !isNumeric(field);
  const order = `if (${again ? `last > ${id}` : `last >= ${id}`}) bail(); last = ${id};`;
  const full = repeated ? `if ($${name}.length >= ${field.count ?? 0}) bail();` : '';
  let body: string;
  if (repeated && isNumeric(field)) {
    body = `const end = r.stop(limit); if (end === r.at) bail(); while (r.at < end) { ${full} ${readValue(field, 'end')} $${name}.push(value); }`;
  } else if (repeated) {
    body = `${full} ${readValue(field, 'limit')} $${name}.push(value);`;
  } else if (oneof !== undefined) {
    body = `if ($${oneof} !== undefined) bail(); ${readValue(field, 'limit')} $${oneof} = { kind: '${name}', value };`;
  } else {
    const check = field.type === 'message' ? '' : `if (${isDefault(field)}) bail();`;
    body = `${readValue(field, 'limit')} ${check} $${name} = value;`;
  }
  return `case ${tagOf(field)}: { ${order} ${body} break; }`;
}

function reader({ name, fields, oneofs }: MessageSchema<unknown>): string {
  const plain = fields.filter((field) => field.oneof === undefined);
  const variables = [
    ...plain.map((field) => `$${field.name}: any = ${initial(field)}`),
    ...oneofs.map((o) => `$${o}: any`),
  ];
  const required = plain.flatMap((field) => {
    if (field.repeated) return [];
    if (field.type === 'message') return field.optional === true ? [] : [`$${field.name} === undefined`];
    return field.lengths && !field.lengths.includes(0) ? [`$${field.name}.length === 0`] : [];
  });
  const absent = [...required, ...oneofs.map((oneof) => `$${oneof} === undefined`)];
  const result = [...plain.map((field) => field.name), ...oneofs].map((property) => `${property}: $${property}`);
  return `function read${name}(r: Reader, limit: number): any {
    ${variables.length > 0 ? `let ${variables.join(', ')};` : ''}
    ${fields.length > 0 ? 'let last = 0;' : ''}
    while (r.at < limit) {
      switch (r.varint(limit)) { ${fields.map(readCase).join('\n')} default: bail(); }
    }
    if (r.at !== limit) bail();
    ${absent.length > 0 ? `if (${absent.join(' || ')}) bail();` : ''}
    return { ${result.join(', ')} };
  }`;
}

/** Statements that add the size of `value` and its tag to `size`. */
function sizeValue(field: FieldSchema): string {
  const tag = tagSize(field);
  if (field.type === 'bool') return `size += ${tag + 1};`;
  if (isNumeric(field)) return `size += ${tag} + numberSize(value, ${most(field)});`;
  if (field.message) {
    return `const slot = lengths.push(0) - 1; const inner = size${field.message.name}(value); lengths[slot] = inner; size += ${tag} + varintSize(inner) + inner;`;
  }
  const wrong = wrongLength(field, 'length');
  const length = field.type === 'bytes' ? 'lengthOfBytes(value)' : 'lengthOfText(value)';
  return `const length = ${length}; ${wrong && `if (${wrong}) bail();`} size += ${tag} + varintSize(length) + length;`;
}

function writeValue(field: FieldSchema): string {
  const head = `w.varint(${tagOf(field)});`;
  if (field.type === 'bool') return `${head} w.varint(value ? 1 : 0);`;
  if (isNumeric(field)) return `${head} w.varint(value);`;
  if (field.message) return `${head} w.length(); write${field.message.name}(w, value);`;
  return `${head} w.${field.type === 'bytes' ? 'bytes' : 'text'}(value);`;
}

/** Whether `value` is left out, as a condition; bails at what is not a value of its type. */
function absent(field: FieldSchema): string {
  if (field.type === 'message') return 'value === undefined';
  if (field.type === 'bool') return "typeof value !== 'boolean' ? bail() : !value";
  if (field.type === 'string') return "value === ''";
  return field.type === 'bytes' ? 'lengthOfBytes(value) === 0' : 'value === 0';
}

/** Code for every field in order, members of a oneof together; `use` is what is done with a value. */
function eachField(
  schema: MessageSchema<unknown>,
  use: (field: FieldSchema) => string,
  packed: (field: FieldSchema) => string,
  first: boolean,
): string {
  const done = new Set<string>();
  const parts: string[] = [];
  for (const field of schema.fields) {
    const { name, oneof } = field;
    if (oneof !== undefined) {
      if (done.has(oneof)) continue;
      done.add(oneof);
      const members = schema.fields.filter((member) => member.oneof === oneof);
      const ids = members.map((member) => schema.fields.indexOf(member));
      if (ids.some((id, i) => id !== (ids[0] ?? 0) + i)) throw new Error(`${schema.name}.${oneof}: members are apart`);
      const check = first && members.some((m) => m.type === 'bool') ? "if (typeof value !== 'boolean') bail();" : '';
      const cases = members.map((member) => `case '${member.name}': { ${check} ${use(member)} break; }`);
      parts.push(
        `{ const member = v.${oneof}; if (member === undefined) bail(); const { value } = member; switch (member.kind) { ${cases.join(' ')} default: bail(); } }`,
      );
    } else if (field.repeated && isNumeric(field)) {
      parts.push(`{ const list = v.${name}; if (list.length > 0) { ${packed(field)} } }`);
    } else if (field.repeated) {
      const full = first ? `if (list.length > ${field.count ?? 0}) bail();` : '';
      parts.push(
        `{ const list = v.${name}; ${full} for (let i = 0; i < list.length; i++) { const value = list[i]; ${use(field)} } }`,
      );
    } else {
      const required = field.type === 'message' ? field.optional !== true : field.lengths?.includes(0) === false;
      const otherwise = first && required ? 'else bail();' : '';
      parts.push(`{ const value = v.${name}; if (!(${absent(field)})) { ${use(field)} } ${otherwise} }`);
    }
  }
  return parts.join('\n');
}

/** A body and all that it contains: the messages whose unknown fields are kept, which only encode-rules.ts can write. */
function withAllWithin(schema: MessageSchema<unknown>): string[] {
  return [schema.name, ...schema.fields.flatMap(({ message }) => (message ? withAllWithin(message) : []))];
}
const KEEPING = new Set(withAllWithin(generated.BodySchema));

function sizer(schema: MessageSchema<unknown>): string {
  const packed = (field: FieldSchema): string =>
    `if (list.length > ${field.count ?? 0}) bail(); const slot = lengths.push(0) - 1; let inner = 0; for (let i = 0; i < list.length; i++) inner += numberSize(list[i], ${most(field)}); lengths[slot] = inner; size += ${tagSize(field)} + varintSize(inner) + inner;`;
  const kept = KEEPING.has(schema.name) ? 'if (v.$unknown !== undefined) bail();' : '';
  return `function size${schema.name}(v: any): number { ${kept} let size = 0; ${eachField(schema, sizeValue, packed, true)} return size; }`;
}

function writer(schema: MessageSchema<unknown>): string {
  const packed = (field: FieldSchema): string =>
    `w.varint(${tagOf(field)}); w.length(); for (let i = 0; i < list.length; i++) w.varint(list[i]);`;
  return `function write${schema.name}(w: Writer, v: any): void { ${eachField(schema, writeValue, packed, false)} }`;
}

/** Messages within messages; the depth is bounded by the schema itself. */
function depthOf(schema: MessageSchema<unknown>, above: readonly string[] = []): number {
  if (above.includes(schema.name)) throw new Error(`${schema.name} contains itself`);
  const inner = schema.fields.flatMap(({ message }) => (message ? [depthOf(message, [...above, schema.name])] : []));
  return inner.length === 0 ? 0 : 1 + Math.max(...inner);
}

export function generateCodec(): string {
  for (const schema of SCHEMAS) if (depthOf(schema) > DEPTH_MAX) throw new Error(`${schema.name} is nested too deeply`);
  const numericLists = SCHEMAS.flatMap(({ fields }) => fields).filter(
    (field) => field.repeated && field.type === 'bool',
  );
  if (numericLists.length > 0) throw new Error('lists of booleans are not generated');
  const table = SCHEMAS.map(({ name }) => `${name}: { read: read${name}, size: size${name}, write: write${name} },`);
  const source = [
    '// Generated from generated/schema.ts by `npm run generate`. Do not edit.',
    '// @ts-nocheck -- the generator vouches for it, and test/protocol/fast-path.test.ts',
    "import { bail, EMPTY, lengthOfBytes, lengthOfText, lengths, numberSize, varintSize, type Reader, type Writer } from '../fast-path.ts';",
    ...SCHEMAS.flatMap((schema) => [reader(schema), sizer(schema), writer(schema)]),
    `export interface FastCodec { read: (r: Reader, limit: number) => any; size: (v: any) => number; write: (w: Writer, v: any) => void }`,
    `/** By name of the message. */\nexport const CODECS: Readonly<Record<string, FastCodec>> = { ${table.join('\n')} };`,
  ].join('\n\n');
  return `${source.replaceAll(/\n\s+/g, '\n').replaceAll(/ +/g, ' ')}\n`;
}

const wanted = generateCodec();
if (process.argv.includes('--check')) {
  if (readFileSync(OUT, 'utf8') !== wanted) {
    process.stderr.write('protocol/generated/codec.ts is stale: run `npm run generate` and commit it.\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(OUT, wanted);
}
