/** What SPEC.md shows and lists is what the vectors and the tables have. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERRORS } from '../../protocol/errors.ts';
import { FrameSchema, MessageType } from '../../protocol/generated/schema.ts';
import { BYTE_FORMATS, TEXT_FORMATS } from '../../protocol/messages/formats.ts';
import { MESSAGE_TYPES } from '../../protocol/messages/types.ts';
import { ATTACHMENTS, SHARDS } from '../../protocol/versions.ts';
import { SPEC, specWithExamples } from '../../scripts/generate-spec-examples.ts';
import { load } from './vector-files.ts';

const spec = readFileSync(SPEC, 'utf8');
const frames = ['frames', 'version-2'].flatMap(
  (name) => (load(name) as { frames: { kind: string; encoded: string }[] }).frames,
);

describe('the examples', () => {
  const blocks = [...spec.matchAll(/^```hex\n(.*?)^```$/gms)].map(([, block = '']) => block);
  /** The bytes of a block between its ellipses. */
  const partsOf = (block: string): string[] => block.replaceAll(/#.*$|\s/gm, '').split('…');

  test.each(blocks)('are frames of the vectors: %#', (block) => {
    const parts = partsOf(block);
    expect(parts.every((part) => /^([0-9a-f]{2})*$/.test(part))).toBe(true);
    const form = new RegExp(`^${parts.join('([0-9a-f]{2})+')}$`);
    expect(frames.filter(({ encoded }) => form.test(encoded)).length).toBeGreaterThan(0);
  });

  test('are one of each kind', () => {
    const tags = blocks.map((block) => Number.parseInt(partsOf(block)[0]!.slice(0, 2), 16) & 0x7f);
    // Numbers from 16 on have two bytes of tag: their first seven bits are enough to tell them apart here.
    expect(tags).toEqual(FrameSchema.fields.map(({ id }) => (id * 8 + 2) & 0x7f));
  });

  test('are what scripts/generate-spec-examples.ts writes', () => {
    expect(specWithExamples(spec)).toBe(spec);
  });
});

test('every code stands in section 10.2 with its number, and no other', () => {
  const section = spec.slice(spec.indexOf('### 10.2'), spec.indexOf('## 11.'));
  const rows = [...section.matchAll(/^\| (\d+) +\| ([A-Z_]+) +\| (\S.*?) +\|$/gm)];
  const listed = rows.map(([, number, code]) => [code, Number(number)]);
  expect(listed).toEqual(Object.entries(ERRORS).map(([code, { number }]) => [code, number]));
});

describe('section 6', () => {
  const section = spec.slice(spec.indexOf('## 6. Bodies'), spec.indexOf('## 7.'));

  test('has every format', () => {
    const table = section.slice(section.indexOf('### 6.2'), section.indexOf('### 6.3'));
    const rows = [...table.matchAll(/^\| (`.*?`) +\|/gm)].flatMap(([, names = '']) => names.match(/[a-z]+/g) ?? []);
    const formats = [...Object.keys(TEXT_FORMATS), ...Object.keys(BYTE_FORMATS)];
    expect(rows.sort()).toEqual(formats.sort());
  });

  test('has every type as the table of types has it', () => {
    const rows = [...section.matchAll(/^\| ([A-Z_]+) +\| `([a-z_]+)` +\| (\d) +\| (yes)? *\| ([A-Z_, a-z]*?) *\|/gm)];
    const listed = rows.map(([, type, content, since, intelligence, replies]) => ({
      ...{ type, content, since: Number(since), intelligence: intelligence === 'yes', replies },
    }));
    const names = Object.fromEntries(Object.entries(MessageType).map(([name, type]) => [type, name]));
    const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const repliesOf = (types: readonly number[] | undefined): string =>
      types ? types.map((type) => names[type]).join(', ') || 'any' : '';
    const wanted = Object.entries(MESSAGE_TYPES).map(([type, { kind, since, intelligence, repliesTo }]) => ({
      ...{ type: names[type], content: snake(kind), since, intelligence, replies: repliesOf(repliesTo) },
    }));
    expect(listed).toEqual(wanted);
  });
});

test('the table of capabilities has what gateway and node name', () => {
  const [, rows = ''] = /^\| capability +\| addition +\|\n\|[ -]+\|[ -]+\|\n((?:\|.*\n)+)\n/m.exec(spec) ?? [];
  expect([...rows.matchAll(/^\| `([^`]+)` +\|[^|]+\|$/gm)].map(([, name]) => name)).toEqual([ATTACHMENTS, SHARDS]);
});
