/** Reading frames. A kind of frame that this version does not know is told apart from bytes that are no frame at all. */
import { decodeByRule } from './codec-rules.ts';
import { decode } from './codec.ts';
import { LiaisonError } from './errors.ts';
import { type Frame, FrameSchema } from './generated/schema.ts';
import type { FieldSchema } from './schema.ts';

/**
 * Reads one frame; its byte fields are views of `bytes`.
 * @throws LiaisonError FRAME_UNEXPECTED when it holds nothing but fields that this version does not know: a frame of an
 *   addition that has not been agreed on (SPEC.md section 3.8); MALFORMED
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  try {
    return decode(FrameSchema, bytes, 'open');
  } catch (error) {
    const numbers = fieldNumbers(bytes);
    if (numbers.length === 0 || numbers.some((number) => FrameSchema.byId.has(number))) throw error;
    throw new LiaisonError('FRAME_UNEXPECTED', `Kind ${numbers.join(', ')} is not known here.`, { cause: error });
  }
}

/** Knows no field, and notes what it is asked for. */
class NoFields extends Map<number, FieldSchema> {
  readonly asked: number[] = [];

  override get(number: number): undefined {
    this.asked.push(number);
  }
}

/** The numbers of all fields, each of them skipped. */
function fieldNumbers(bytes: Uint8Array): number[] {
  const byId = new NoFields();
  decodeByRule({ name: FrameSchema.name, fields: [], oneofs: [], byId }, bytes, 'open');
  return byId.asked;
}
