/** schema-logs.json: every message with its fields and bounds, and every code: what the .proto files and the table say. */
import { ERRORS } from '../../protocol/errors.ts';
import * as generated from '../../protocol/generated/schema.ts';
import type { FieldSchema, MessageSchema } from '../../protocol/schema.ts';

/** A field as plain JSON, with the message that it contains by name; without the rules of validation. */
export function fieldOf(field: FieldSchema): object {
  const { message, ...rest } = { ...field, required: undefined, format: undefined };
  return { ...rest, ...(message ? { message: message.name } : {}) };
}

/** Every message of the protocol, by name. */
export const messages = (): Record<string, object[]> =>
  Object.fromEntries(
    Object.entries(generated)
      .filter(([name]) => name.endsWith('Schema'))
      .map(([, schema]) => schema as MessageSchema<unknown>)
      .map(({ name, fields }) => [name, fields.map(fieldOf)]),
  );

/** The names of a message and of all within it. */
export function namesWithin(name: string): Set<string> {
  const found = new Set<string>();
  const visit = ({ name: own, fields }: MessageSchema<unknown>): void => {
    found.add(own);
    for (const { message } of fields) if (message) visit(message);
  };
  for (const schema of Object.values(generated)) if ('fields' in schema && schema.name === name) visit(schema);
  return found;
}

export const schemaFile = (): object => ({
  about:
    'Every message of version 2 and of what came since, with its fields: number, name, type, allowed lengths, longest length, most repetitions, ' +
    'oneof, values of enumerations. And every code with its number and whether a retry can help.',
  messages: messages(),
  codes: Object.fromEntries(Object.entries(ERRORS).map(([code, { number, retry }]) => [code, { number, retry }])),
});
