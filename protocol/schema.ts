/** What the codec knows of a message: its fields in ascending order, each with the bounds stated in the .proto file. */

export type FieldType = 'bool' | 'uint32' | 'uint64' | 'enum' | 'string' | 'bytes' | 'message';

export interface FieldSchema {
  readonly id: number;
  /** Property name; within a oneof, the member's `kind`. */
  readonly name: string;
  readonly type: FieldType;
  readonly repeated: boolean;
  /** Allowed lengths in bytes. */
  readonly lengths?: readonly number[];
  /** Longest length in bytes. */
  readonly max?: number;
  /** Most repetitions. */
  readonly count?: number;
  /** A contained message that may be absent. */
  readonly optional?: boolean;
  /** Must be filled in a body; a rule of validation, not of the encoding. */
  readonly required?: boolean;
  /** How a body's text is written (protocol/messages/formats.ts); a rule of validation. */
  readonly format?: string;
  /** Name of the oneof it belongs to. Exactly one member of each oneof must be present. */
  readonly oneof?: string;
  readonly values?: Readonly<Record<string, number>>;
  readonly message?: MessageSchema<unknown>;
}

export interface MessageSchema<T> {
  readonly name: string;
  readonly fields: readonly FieldSchema[];
  readonly byId: ReadonlyMap<number, FieldSchema>;
  readonly oneofs: readonly string[];
  /** Carries the TypeScript type; never present at run time. */
  readonly shape?: T;
}

export function defineMessage<T>(name: string, fields: readonly FieldSchema[]): MessageSchema<T> {
  const oneofs = [...new Set(fields.flatMap((field) => (field.oneof === undefined ? [] : [field.oneof])))];
  return { name, fields, byId: new Map(fields.map((field) => [field.id, field])), oneofs };
}

/** Where a value of a body keeps the fields that this version does not know: their bytes, tags and all. */
export const UNKNOWN = '$unknown';

/** What {@link UNKNOWN} holds; undefined when nothing was unknown. */
export const unknownOf = (value: object): Uint8Array | undefined => (value as { [UNKNOWN]?: Uint8Array })[UNKNOWN];
