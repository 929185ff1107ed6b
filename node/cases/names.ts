/** Names that people and programs use for what the wire has as numbers and bytes. */
import { LiaisonError } from '../../protocol/errors.ts';
import { fromHex } from '../../protocol/ids.ts';

const GROUP_ID = /^[0-9a-f]{32}$/;

/** The name of an enumeration's value; of one that only a newer version knows, its number. */
export const nameOf = (values: Readonly<Record<string, number>>, number: number): string =>
  Object.keys(values).find((name) => values[name] === number) ?? String(number);

/** @throws LiaisonError GROUP_UNKNOWN when it is no group's id */
export function groupIdBytes(text: string): Uint8Array {
  if (!GROUP_ID.test(text)) throw new LiaisonError('GROUP_UNKNOWN', `${text} is not 32 hexadecimal digits.`);
  return fromHex(text);
}
