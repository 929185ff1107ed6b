/** The acts that a node's own log knows, under the names of the retention and audit rules, and its entries for reading. */
import { decode } from '../../protocol/codec.ts';
import { NodeAct, type NodeEntry, NodeEntrySchema } from '../../protocol/generated/schema.ts';
import { type MessageId, messageIdOf } from '../../protocol/ids.ts';
import type { JournalRow } from './journal-store.ts';

type Dotted<T> = T extends `${infer Thing}_${infer What}` ? `${Lowercase<Thing>}.${Lowercase<What>}` : never;
/** `message.drafted`, …, `attachment.opened`. */
export type JournalAct = Dotted<Exclude<keyof typeof NodeAct, 'UNSPECIFIED'>>;

/** What is said about an act. */
export interface ActFacts {
  readonly messageId?: MessageId;
  /** Who has done it; nobody named: the node by itself. At most 200 bytes. */
  readonly actor?: string;
  /** Why. At most 2,000 bytes. */
  readonly justification?: string;
  /** Recipients, a reason, another message's id. At most 20,000 bytes. */
  readonly detail?: string;
}

/** Who does something, and why: what consulting, exporting and erasing ask for. */
export interface Reason extends Pick<ActFacts, 'detail'> {
  readonly actor: string;
  readonly justification: string;
}

/** An entry for reading. */
export interface JournalRecord extends ActFacts {
  readonly index: number;
  /** POSIX milliseconds, the node's clock. */
  readonly at: number;
  /** Of a newer version: `act.<number>`. */
  readonly act: JournalAct | `act.${number}`;
}

/** Numbers of acts by name. */
export const ACTS: ReadonlyMap<string, NodeAct> = new Map(
  Object.entries(NodeAct)
    .filter(([name]) => name !== 'UNSPECIFIED')
    .map(([name, act]) => [name.toLowerCase().replace('_', '.'), act]),
);
const NAMES = new Map([...ACTS].map(([name, act]) => [act, name as JournalAct]));

/** @throws LiaisonError MALFORMED */
export function recordOf({ index, entry }: Pick<JournalRow, 'index' | 'entry'>): JournalRecord {
  const { atMs, act, messageId, actor, justification, detail }: NodeEntry = decode(NodeEntrySchema, entry, 'signed');
  return {
    index,
    at: atMs,
    act: NAMES.get(act) ?? `act.${act}`,
    ...(messageId.length > 0 && { messageId: messageIdOf(messageId) }),
    ...(actor !== '' && { actor }),
    ...(justification !== '' && { justification }),
    ...(detail !== '' && { detail }),
  };
}
