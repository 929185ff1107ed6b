/**
 * The rules for bodies that a recipient and a sender can check (SPEC.md section 6), for library, command line and service
 * alike. The gateway never sees a body. What a field must be by itself stands in body.proto and is checked here at every
 * depth; what fields mean to each other is in rules.ts.
 */
import { LiaisonError } from '../errors.ts';
import { type Body, BodySchema } from '../generated/schema.ts';
import type { FieldSchema, MessageSchema } from '../schema.ts';
import { BYTE_FORMATS, isOfFormat, TEXT_FORMATS } from './formats.ts';
import { type BodyRouting, checkAgainstRouting, checkType, checkWithin, invalid, isFilled, RULES } from './rules.ts';

export type { BodyRouting } from './rules.ts';

type Plain = Record<string, unknown>;

/**
 * Checks a body by itself and, if given, against its routing. A body of schema version 1 is held to the rules of version 1;
 * without a routing it is taken for one of version 2.
 * @throws LiaisonError BODY_INVALID, naming the member's path and the rule
 */
export function validateBody(body: Body, routing?: BodyRouting): void {
  if (routing) checkType(body, routing);
  const version = routing?.schemaVersion === 1 ? 1 : 2;
  checkMessage(BodySchema, body as unknown as Plain, '', version);
  if (version === 2) checkWithin(body);
  if (routing) checkAgainstRouting(body, routing);
}

function checkMessage(schema: MessageSchema<unknown>, value: Plain, at: string, version: 1 | 2): void {
  for (const field of schema.fields) {
    // Bodies of version 1 have no lists: to version 1 they are unknown fields.
    if (field.repeated && version === 1) continue;
    const path = at === '' ? field.name : `${at}.${field.name}`;
    if (field.oneof !== undefined) {
      const member = value[field.oneof] as { kind: string; value: unknown };
      if (member.kind === field.name) checkValue(field, member.value, path, version, true);
    } else if (field.repeated) {
      const items = value[field.name] as readonly unknown[];
      if (items.length === 0 && field.required === true) throw invalid(path, 'is missing');
      items.forEach((item, i) => checkValue(field, item, `${path}[${i}]`, version, true));
    } else {
      checkValue(field, value[field.name], path, version, isNeeded(field));
    }
  }
  const own = RULES[schema.name as keyof typeof RULES] as ((value: unknown, at: string) => void) | undefined;
  own?.(value, at);
}

function checkValue(field: FieldSchema, value: unknown, path: string, version: 1 | 2, needed: boolean): void {
  if (needed && isMissing(value)) throw invalid(path, 'is missing');
  if (value === undefined) return;
  if (field.message) checkMessage(field.message, value as Plain, path, version);
  else if (field.format !== undefined) checkFormat(field.format, value, path);
}

function checkFormat(format: string, value: unknown, path: string): void {
  if (typeof value === 'string') {
    const found = TEXT_FORMATS[format];
    if (!found) throw new LiaisonError('INTERNAL', `There is no format ${format}.`);
    if (value !== '' && !isOfFormat(found, value)) throw invalid(path, `is not ${found.name}`);
    return;
  }
  const found = BYTE_FORMATS[format];
  if (!found) throw new LiaisonError('INTERNAL', `There is no format ${format}.`);
  const bytes = value as Uint8Array;
  if (bytes.length > 0 && !found.holds(bytes)) throw invalid(path, `is not ${found.name}`);
}

/** A contained message must be there unless it is optional, and so must bytes of a fixed length: the encoding asks for them. */
const isNeeded = ({ type, required, optional, lengths }: FieldSchema): boolean =>
  required === true || (type === 'message' && optional !== true) || lengths?.includes(0) === false;

function isMissing(value: unknown): boolean {
  if (typeof value === 'string') return !isFilled(value);
  return value instanceof Uint8Array ? value.length === 0 : value === undefined || value === 0;
}
