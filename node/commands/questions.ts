/**
 * A body from a person's answers. Which questions there are follows from the schema of the message type: what is needed is
 * asked in order, the rest when it is chosen. Each answer is checked by the rules for the whole body.
 */
import type { Asker } from '../../cli/ask.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { BodySchema } from '../../protocol/generated/schema.ts';
import type { BodyKind } from '../../protocol/messages/types.ts';
import type { FieldSchema, MessageSchema } from '../../protocol/schema.ts';
import { spoken } from './labels.ts';

type Json = Record<string, unknown>;

export interface BodyContext {
  readonly ask: Asker;
  readonly kind: BodyKind;
  /** Throws LiaisonError BODY_INVALID with the path of what is wrong, in a body that may lack something yet. */
  readonly check: (body: Json) => void;
  /** Answers that are known, by the field's name. They are not asked for. */
  readonly known: Readonly<Record<string, unknown>>;
}

/** How a text is written, for people. */
const EXAMPLES: Readonly<Record<string, string>> = {
  country: 'FR',
  currency: 'EUR',
  container: 'ZZZU1234564',
  hs: '300490',
  time: '2031-05-06T07:08:09+02:00',
  date: '2031-05-06',
  decimal: '4.5',
  mailbox: 'xb.police/desk',
  latitude: '48.85',
  longitude: '2.35',
  unlocode: 'FRLEH',
  cites: 'II',
  messageid: '0198f0a2-6e1c-7d31-8a55-0123456789ab',
};
/** What the codes of an evaluation mean; proposed is that nothing can be assessed, as `send` states it. */
const EVALUATION: Readonly<Record<string, { initial: string; hints: Readonly<Record<string, string>> }>> = {
  sourceCode: {
    initial: 'X',
    hints: {
      A: 'no doubt, or always reliable',
      B: 'mostly reliable',
      C: 'mostly unreliable',
      X: 'cannot be assessed',
    },
  },
  infoCode: {
    initial: '4',
    hints: {
      1: 'its accuracy is not in doubt',
      2: 'known personally to the source, but not to the official',
      3: 'not known personally to the source, but corroborated',
      4: 'not known personally to the source, and not corroborated',
    },
  },
};
/** Longer texts than this get several lines. */
const LINE_BYTES_MAX = 2000;
/** Whoever gets the same refusal so often cannot answer the question. */
const SAME_REFUSAL_MAX = 3;
/** What a person cannot type: signatures, digests of files. */
const NOT_ASKED: ReadonlySet<string> = new Set(['SignedLeaf', 'Photo', 'Attachment']);

/** `informationSought` as `information sought`. */
export const labelOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const isIdField = ({ type, lengths, format }: FieldSchema): boolean =>
  type === 'bytes' && (format === 'messageid' || lengths?.includes(16) === true);
const isAsked = (field: FieldSchema): boolean =>
  field.type === 'bytes' ? isIdField(field) : !NOT_ASKED.has(field.message?.name ?? '');
const isNeeded = ({ required, type, optional, repeated, lengths }: FieldSchema): boolean =>
  required === true || (type === 'message' && optional !== true && !repeated) || lengths?.includes(0) === false;

/** @throws LiaisonError USAGE when the person gives up; BODY_INVALID for what no question can mend */
export async function askBody(context: BodyContext, body: Json): Promise<Json> {
  const questions = new Questions(context, body);
  await questions.all();
  return body;
}

class Questions {
  private readonly context: BodyContext;
  private readonly body: Json;

  constructor(context: BodyContext, body: Json) {
    this.context = context;
    this.body = body;
  }

  async all(): Promise<void> {
    const { kind } = this.context;
    const field = BodySchema.fields.find(({ name }) => name === kind) as FieldSchema;
    this.body[kind] = {};
    await this.fill(field.message as MessageSchema<unknown>, this.body[kind] as Json, kind);
    await this.mend();
  }

  /** What one answer asks of another is known only now: the rules say which field lacks or is wrong. */
  private async mend(): Promise<void> {
    for (let last = '', times = 0; ;) {
      const error = this.problem();
      if (!error) return;
      times = error.detail === last ? times + 1 : 0;
      last = error.detail;
      const found = this.locate(error.detail);
      if (!found || times === SAME_REFUSAL_MAX) throw error;
      this.context.ask.say(error.detail);
      const { field, schema, into, path } = found;
      if (field) await this.answer(field, into, path);
      else await this.fill(schema, into, path);
    }
  }

  private async fill(schema: MessageSchema<unknown>, into: Json, at: string): Promise<void> {
    const { ask, known } = this.context;
    if (schema.name === 'CaseObject') await this.chooseKind(schema, into, at);
    const open: FieldSchema[] = [];
    for (const field of schema.fields.filter(isAsked)) {
      if (field.name in into) continue;
      if (field.name in known) into[field.name] = known[field.name];
      else if (isNeeded(field)) await this.answer(field, into, `${at}.${field.name}`);
      else if (schema.name !== 'CaseObject' || !isKind(field)) open.push(field);
    }
    if (open.length === 0) return;
    const chosen = await ask.several({
      message: `${capital(labelOf(at.split('.').at(-1) ?? at))}: what else is to be stated?`,
      options: open.map(({ name }) => ({ value: name, label: labelOf(name) })),
    });
    for (const field of open.filter(({ name }) => chosen.includes(name))) {
      await this.answer(field, into, `${at}.${field.name}`);
    }
  }

  /** Of the kinds of objects exactly one is set. */
  private async chooseKind(schema: MessageSchema<unknown>, into: Json, at: string): Promise<void> {
    const kinds = schema.fields.filter(isKind);
    const name = await this.context.ask.choose({
      message: 'What is it?',
      options: kinds.map((kind) => ({ value: kind.name, label: labelOf(kind.name) })),
    });
    await this.answer(kinds.find((kind) => kind.name === name) as FieldSchema, into, `${at}.${name}`);
  }

  private async answer(field: FieldSchema, into: Json, path: string): Promise<void> {
    if (!field.repeated) await this.one(field, into, field.name, path);
    else await this.list(field, into, path);
  }

  private async list(field: FieldSchema, into: Json, path: string): Promise<void> {
    const items: unknown[] = [];
    into[field.name] = items;
    do {
      await this.one(field, items as unknown as Json, String(items.length), `${path}[${items.length}]`);
      if (items.length >= (field.count ?? Infinity)) return;
    } while (await this.context.ask.confirm(`Another of ${labelOf(field.name)}?`, false));
  }

  private async one(field: FieldSchema, into: Json, key: string, path: string): Promise<void> {
    const { ask } = this.context;
    const message = capital(labelOf(field.name));
    if (field.message) {
      into[key] = {};
      ask.say(`${message}:`);
      await this.fill(field.message, into[key] as Json, path);
    } else if (field.values) {
      const names = Object.keys(field.values).filter((name) => name !== 'UNSPECIFIED');
      const { initial, hints = {} } = EVALUATION[field.name] ?? {};
      const options = names.map((name) => ({
        value: name,
        label: initial === undefined ? spoken(name) : name,
        ...(hints[name] !== undefined && { hint: hints[name] }),
      }));
      into[key] = await ask.choose({ message: `${message}?`, options, ...(initial !== undefined && { initial }) });
    } else if (field.type === 'bool') {
      into[key] = await ask.confirm(`${message}?`, false);
    } else {
      const example = EXAMPLES[isIdField(field) ? 'messageid' : (field.format ?? '')];
      const text = await ask.text({
        message: `${message}${isNeeded(field) ? '' : ' (optional)'}`,
        isLong: (field.max ?? 0) > LINE_BYTES_MAX,
        ...(example !== undefined && { placeholder: example }),
        problem: (answer) => this.problemWith(into, key, valueOf(field, answer), path),
      });
      into[key] = valueOf(field, text);
    }
  }

  /** What the rules say about this one field, if the body had this answer in it. */
  private problemWith(into: Json, key: string, value: unknown, path: string): string | undefined {
    const before = into[key];
    into[key] = value;
    const detail = this.problem()?.detail;
    if (before !== undefined) into[key] = before;
    else if (Array.isArray(into)) into.length = Number(key);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the field's name comes from the schema
    else delete into[key];
    if (detail === undefined || !isAbout(detail, path)) return undefined;
    return capital(detail.slice(path.length).trim());
  }

  private problem(): LiaisonError | undefined {
    try {
      this.context.check(this.body);
      return undefined;
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      // Whatever else is wrong is said when the message is sent.
      return error.code === 'BODY_INVALID' ? error : undefined;
    }
  }

  /** The field that a refusal names, or what lacks one of several fields; nothing when no question can mend it. */
  private locate(detail: string): Place | undefined {
    let schema: MessageSchema<unknown> = BodySchema;
    let into = this.body;
    let path = '';
    for (const step of (detail.split(' ')[0] ?? '').split('.')) {
      const [, name = '', place] = /^(\w+)(?:\[(\d+)\])?$/.exec(step) ?? [];
      const field = schema.fields.find((candidate) => candidate.name === name);
      if (!field || !isAsked(field)) return undefined;
      path = path === '' ? name : `${path}.${name}`;
      const value = into[name];
      const next = place === undefined ? value : (value as unknown[] | undefined)?.[Number(place)];
      if (!field.message || typeof next !== 'object' || next === null || (field.repeated && place === undefined)) {
        return { field, schema, into, path };
      }
      schema = field.message;
      into = next as Json;
      if (place !== undefined) path = `${path}[${place}]`;
    }
    return { field: undefined, schema, into, path };
  }
}

interface Place {
  readonly field: FieldSchema | undefined;
  readonly schema: MessageSchema<unknown>;
  readonly into: Json;
  readonly path: string;
}

/** A member of CaseObject that says what the object is. */
const isKind = ({ message, name }: FieldSchema): boolean =>
  message !== undefined && name !== 'identifiers' && name !== 'provenance';

const isAbout = (detail: string, path: string): boolean =>
  detail.startsWith(path) && /^[\s.[]/.test(detail.slice(path.length));

function valueOf(field: FieldSchema, text: string): unknown {
  if (field.type !== 'uint32' && field.type !== 'uint64') return text.trim();
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : text;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
