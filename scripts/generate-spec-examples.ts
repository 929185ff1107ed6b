/**
 * Writes the examples of section 12 of protocol/SPEC.md from frames.json and version-2.json of protocol/vectors: the first frame of each kind,
 * taken apart. `--check` compares instead of writing and exits 1 when they differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { FrameSchema } from '../protocol/generated/schema.ts';
import { fromHex, toHex } from '../protocol/ids.ts';
import type { FieldSchema, MessageSchema } from '../protocol/schema.ts';

export const SPEC = new URL('../protocol/SPEC.md', import.meta.url);
const VECTORS = ['frames', 'version-2'].map((name) => new URL(`../protocol/vectors/${name}.json`, import.meta.url));
const [BEGIN, END] = ['<!-- examples: begin -->\n', '<!-- examples: end -->'];

/** Longer values show their first bytes and an ellipsis. */
const SHOWN_BYTES = 16;
const TEXT_BYTES = 40;

/** Takes an encoding apart that this project has written: canonical, and without unknown fields. */
class Dissection {
  private readonly bytes: Uint8Array;
  private readonly lines: { hex: string; comment: string }[] = [];
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** One line a field: its bytes, and what they say. */
  text(): string {
    this.message(FrameSchema, this.bytes.length, 0);
    const width = Math.max(...this.lines.map(({ hex }) => hex.length));
    return this.lines.map(({ hex, comment }) => `${hex.padEnd(width)}  # ${comment}\n`).join('');
  }

  private message(schema: MessageSchema<unknown>, end: number, depth: number): void {
    const counts = new Map<string, number>();
    while (this.at < end) {
      const start = this.at;
      const field = schema.byId.get(Math.floor(this.varint() / 8));
      if (!field) throw new Error(`An unknown field of ${schema.name}.`);
      const count = counts.get(field.name) ?? 0;
      counts.set(field.name, count + 1);
      const isList = field.repeated && (field.type === 'bytes' || field.type === 'string' || field.type === 'message');
      const name = field.name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      this.field(field, isList ? `${name}[${count}]` : name, start, depth);
    }
  }

  private field(field: FieldSchema, name: string, start: number, depth: number): void {
    const indent = '  '.repeat(depth);
    const head = (): string => `${indent}${toHex(this.bytes.subarray(start, this.at))}`;
    const isNumber = field.type !== 'string' && field.type !== 'bytes' && field.type !== 'message';
    if (isNumber && !field.repeated) {
      const tag = head();
      const value = this.numberText();
      this.lines.push({ hex: `${tag} ${value.hex}`, comment: `${name}: ${this.meaning(field, value.number)}` });
      return;
    }
    const length = this.varint();
    const hex = head();
    if (field.message) {
      this.lines.push({ hex, comment: `${name}, ${length} bytes` });
      this.message(field.message, this.at + length, depth + 1);
      return;
    }
    const value = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    const shown = length > (field.type === 'string' ? TEXT_BYTES : SHOWN_BYTES);
    const bytes = shown ? `${toHex(value.subarray(0, SHOWN_BYTES / 2))}…` : toHex(value);
    this.lines.push({ hex: `${hex} ${bytes}`, comment: `${name}: ${this.content(field, value)}` });
  }

  private content(field: FieldSchema, value: Uint8Array): string {
    if (field.type === 'bytes') return `${value.length} bytes`;
    if (field.type === 'string') return JSON.stringify(Buffer.from(value).toString('utf8'));
    const inner = new Dissection(value);
    const numbers: number[] = [];
    while (inner.at < value.length) numbers.push(inner.varint());
    return numbers.join(', ');
  }

  private meaning(field: FieldSchema, value: number): string {
    const named = Object.entries(field.values ?? {}).find(([, number]) => number === value);
    return named ? `${named[0]} (${value})` : String(value);
  }

  private numberText(): { hex: string; number: number } {
    const start = this.at;
    const number = this.varint();
    return { hex: toHex(this.bytes.subarray(start, this.at)), number };
  }

  private varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
}

interface Vector {
  readonly name: string;
  readonly kind: string;
  readonly from: string;
  readonly encoded: string;
}

/** The chapters of section 12. */
export function examples(): string {
  const frames = VECTORS.flatMap(
    (file) => (JSON.parse(readFileSync(file, 'utf8')) as { frames: readonly Vector[] }).frames,
  );
  return FrameSchema.fields
    .map(({ name }) => frames.find(({ kind }) => kind === name))
    .map((vector) => {
      if (!vector) throw new Error('A kind of frame has no vector.');
      const { name, from, encoded } = vector;
      const title = from === 'both' ? 'either way' : `from the ${from}`;
      return `${name} (${title}, ${encoded.length / 2} bytes):\n\n\`\`\`hex\n${new Dissection(fromHex(encoded)).text()}\`\`\`\n`;
    })
    .join('\n');
}

/** The text of SPEC.md with the examples as they must be. */
export function specWithExamples(text: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('SPEC.md has no place for examples.');
  return `${text.slice(0, begin)}${BEGIN}\n${examples()}\n${text.slice(end)}`;
}

if (import.meta.main) {
  const text = readFileSync(SPEC, 'utf8');
  const wanted = specWithExamples(text);
  if (!process.argv.includes('--check')) writeFileSync(SPEC, wanted);
  else if (text !== wanted) {
    process.stderr.write('The examples in protocol/SPEC.md are stale: run `node scripts/generate-spec-examples.ts`.\n');
    process.exitCode = 1;
  }
}
