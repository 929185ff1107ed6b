/**
 * Files that prove something and are JSON: one spelling for one content. What a reader takes is exactly what the writer would
 * write again, so no member can stand there twice, be unknown, or be read by one program and passed over by another.
 */
import { z } from 'zod';
import { LiaisonError } from '../../protocol/errors.ts';
import { fromBase64, toBase64 } from '../../protocol/ids.ts';

/** What all these files begin with. */
const headSchema = z.looseObject({ format: z.string().regex(/^liaison-[a-z-]{1,32}$/), version: z.int().min(1) });

/** Strict base64 (RFC 4648 section 4) of at most so many bytes. */
export const base64 = (bytesMax: number) =>
  z
    .string()
    .max(4 * Math.ceil(bytesMax / 3))
    .refine((text) => fromBase64(text) !== undefined, 'expected base64');

/** Of a member that {@link base64} has checked. */
export const bytesOf = (text: string): Uint8Array => fromBase64(text) ?? new Uint8Array(0);
export const textOf = (bytes: Uint8Array): string => toBase64(bytes);

/** The format that a text says it has, or `undefined` when it is no such file. */
export function formatOf(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  const head = headSchema.safeParse(jsonOf(text));
  return head.success ? head.data.format : undefined;
}

/** Writes members in the order given. */
export const formatFile = (file: object): string => `${JSON.stringify(file, undefined, 2)}\n`;

/**
 * Reads a file of a format and version.
 * @param schema its members in the order in which they are written
 * @throws LiaisonError FILE_INVALID naming the member and what was expected; DATA_VERSION for a version above `version`
 */
export function parseFile<T extends z.ZodObject>(
  text: string,
  name: { readonly format: string; readonly version: number },
  schema: T,
): z.output<T> {
  const json = jsonOf(text);
  const head = headSchema.safeParse(json);
  if (!head.success || head.data.format !== name.format) throw invalid(name.format, 'it does not say that it is one');
  if (head.data.version > name.version) {
    const detail = `It is a ${name.format} of version ${head.data.version}; this program reads ${name.version}.`;
    throw new LiaisonError('DATA_VERSION', detail);
  }
  const result = schema.safeParse(json);
  if (!result.success) {
    const [issue] = result.error.issues;
    const where = issue?.path.join('.') ?? '';
    throw invalid(name.format, `${where === '' ? '' : `${where}: `}${issue?.message ?? 'not valid'}`);
  }
  if (formatFile(result.data) === text) return result.data;
  throw invalid(
    name.format,
    'it is not spelt as such a file is written: two-space JSON, each member once and in order',
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const invalid = (format: string, why: string): LiaisonError =>
  new LiaisonError('FILE_INVALID', `Not a ${format} file: ${why}.`);
