/**
 * Writes protocol/generated/schema.ts from protocol/proto/*.proto: a TypeScript interface and a table of fields with
 * their bounds for each message. `--check` compares instead of writing and exits 1 when the committed file is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { format, resolveConfig } from 'prettier';
import { loadRoot } from './load-proto.ts';

const OUT = new URL('../protocol/generated/schema.ts', import.meta.url);

const snakeUpper = (name: string): string => name.replace(/(?<!^)(?=[A-Z])/g, '_').toUpperCase();
const camel = (name: string): string => name.replace(/_(.)/g, (_, c: string) => c.toUpperCase());

interface Bounds {
  lengths?: number[];
  max?: number;
  count?: number;
  optional: boolean;
  required: boolean;
  format?: string;
}

function parseBounds(owner: string, field: protobuf.Field): Bounds {
  const comment = field.comment ?? '';
  const bounds: Bounds = { optional: false, required: false };
  for (const [, key, value] of comment.matchAll(/\{(\w+)(?: ([\w|]+))?\}/g)) {
    if (key === 'len') bounds.lengths = (value ?? '').split('|').map(Number);
    else if (key === 'max') bounds.max = Number(value);
    else if (key === 'count') bounds.count = Number(value);
    else if (key === 'optional') bounds.optional = true;
    else if (key === 'required') bounds.required = true;
    else if (key === 'format' && value !== undefined) bounds.format = value;
    else throw new Error(`${owner}.${field.name}: unknown bound {${String(key)}}`);
  }
  const sized = field.type === 'bytes' || field.type === 'string';
  if (sized && !bounds.lengths && bounds.max === undefined) throw new Error(`${owner}.${field.name}: no length bound`);
  if (field.repeated && bounds.count === undefined) throw new Error(`${owner}.${field.name}: no count bound`);
  return bounds;
}

function fieldType(field: protobuf.Field): { ts: string; kind: string; extra: string } {
  const resolved = field.resolvedType;
  if (resolved instanceof protobuf.Enum)
    return { ts: resolved.name, kind: 'enum', extra: `, values: ${resolved.name}` };
  if (resolved) return { ts: resolved.name, kind: 'message', extra: `, message: ${resolved.name}Schema` };
  const ts = { bytes: 'Uint8Array', string: 'string', bool: 'boolean', uint32: 'number', uint64: 'number' }[field.type];
  if (ts === undefined) throw new Error(`${field.fullName}: type ${field.type} is not used in this protocol`);
  return { ts, kind: field.type, extra: '' };
}

function emitEnum(node: protobuf.Enum): string {
  const prefix = `${snakeUpper(node.name)}_`;
  const members = Object.entries(node.values).map(([name, value]) => {
    if (!name.startsWith(prefix)) throw new Error(`${node.name}.${name}: must begin with ${prefix}`);
    const short = name.slice(prefix.length);
    return `${/^\d/.test(short) ? `'${short}'` : short}: ${value}`;
  });
  return `export const ${node.name} = { ${members.join(', ')} } as const;
export type ${node.name} = (typeof ${node.name})[keyof typeof ${node.name}];`;
}

function emitMessage(node: protobuf.Type): string {
  const properties: string[] = [];
  const rows: string[] = [];
  const oneofs = new Map<string, string[]>();
  for (const field of [...node.fieldsArray].sort((a, b) => a.id - b.id)) {
    const bounds = parseBounds(node.name, field);
    const { ts, kind, extra } = fieldType(field);
    const name = camel(field.name);
    const group = field.partOf && !field.options?.['proto3_optional'] ? camel(field.partOf.name) : undefined;
    if (group !== undefined) {
      const members = oneofs.get(group) ?? [];
      members.push(`{ kind: '${name}'; value: ${ts} }`);
      oneofs.set(group, members);
    } else {
      const suffix = field.repeated ? '[]' : bounds.optional ? ' | undefined' : '';
      properties.push(`${name}: ${ts}${suffix};`);
    }
    const bits = [`id: ${field.id}`, `name: '${name}'`, `type: '${kind}'`, `repeated: ${field.repeated}`];
    if (bounds.lengths) bits.push(`lengths: [${bounds.lengths.join(', ')}]`);
    if (bounds.max !== undefined) bits.push(`max: ${bounds.max}`);
    if (bounds.count !== undefined) bits.push(`count: ${bounds.count}`);
    if (bounds.optional) bits.push('optional: true');
    if (bounds.required) bits.push('required: true');
    if (bounds.format !== undefined) bits.push(`format: '${bounds.format}'`);
    if (group !== undefined) bits.push(`oneof: '${group}'`);
    rows.push(`{ ${bits.join(', ')}${extra} },`);
  }
  for (const [group, members] of oneofs) properties.push(`${group}: ${members.join(' | ')};`);
  const comment = node.comment ? `/** ${node.comment.replaceAll('\n', ' ')} */\n` : '';
  const shape = properties.length
    ? `export interface ${node.name} { ${properties.join(' ')} }`
    : `export type ${node.name} = Record<never, never>;`;
  return `${comment}${shape}
export const ${node.name}Schema: MessageSchema<${node.name}> = defineMessage('${node.name}', [${rows.join('\n')}]);`;
}

/** Messages in an order in which each follows those it contains. */
function inOrder(types: protobuf.Type[]): protobuf.Type[] {
  const done = new Set<protobuf.Type>();
  const visit = (type: protobuf.Type): void => {
    if (done.has(type)) return;
    for (const field of type.fieldsArray) if (field.resolvedType instanceof protobuf.Type) visit(field.resolvedType);
    done.add(type);
  };
  types.forEach(visit);
  return [...done];
}

export async function generateSchema(): Promise<string> {
  const namespace = loadRoot().lookup('liaison.v1') as protobuf.Namespace;
  const enums = namespace.nestedArray.filter((node) => node instanceof protobuf.Enum);
  const types = namespace.nestedArray.filter((node) => node instanceof protobuf.Type);
  const source = [
    '// Generated from protocol/proto by `npm run generate`. Do not edit.',
    "import { defineMessage, type MessageSchema } from '../schema.ts';",
    ...enums.map(emitEnum),
    ...inOrder(types).map(emitMessage),
  ].join('\n\n');
  return format(source, { ...(await resolveConfig(OUT)), parser: 'typescript' });
}

const wanted = await generateSchema();
if (process.argv.includes('--check')) {
  if (readFileSync(OUT, 'utf8') !== wanted) {
    process.stderr.write('protocol/generated/schema.ts is stale: run `npm run generate` and commit it.\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(OUT, wanted);
}
