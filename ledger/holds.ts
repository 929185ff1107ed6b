/** Holds: messages that an operator has ordered to keep, until another act releases them. */
import { LiaisonError } from '../protocol/errors.ts';
import type { Act } from '../protocol/generated/schema.ts';
import { toHex } from '../protocol/ids.ts';
import { releaseBlobs } from './blobs/blobs.ts';
import type { HoldRow } from './rows-2.ts';
import { decodePlaces, type MessageRow } from './rows.ts';
import { FIRST_EXPIRY, put, type Change, type State } from './state.ts';

/** Most messages that one Purge entry forgets: those that expired first, and of one instant those accepted first. */
export const PURGE_MESSAGES_MAX = 1000;

const invalid = (rule: string): LiaisonError => new LiaisonError('ACT_INVALID', rule);

interface Named {
  readonly sender: string;
  readonly messageId: Uint8Array;
}

function messageOf(state: State, { sender, messageId }: Named): MessageRow | undefined {
  const senderId = state.get('mailboxes', sender)?.id;
  return state.messagesById(messageId).find((row) => row.senderId === senderId);
}

/**
 * Checks the content of an act about a hold; nothing for any other.
 * @throws LiaisonError MESSAGE_UNKNOWN, ACT_INVALID
 */
export function checkHoldAct(state: State, { act }: Act): void {
  if (act.kind !== 'hold' && act.kind !== 'releaseHold') return;
  const { sender, messageId } = act.value;
  const message = messageOf(state, act.value);
  if (!message) {
    throw new LiaisonError('MESSAGE_UNKNOWN', `${sender} has sent no message ${toHex(messageId)} that is still known.`);
  }
  const hold = state.get('holds', message.entryIndex);
  if (act.kind === 'releaseHold') {
    if (!hold) throw invalid('The message is not held.');
    return;
  }
  if (hold) throw invalid(`The message is held already, by entry ${hold.heldIndex}: ${hold.reference}`);
  if (act.value.reference.trim() === '') throw invalid('The order to hold has no reference.');
}

/** The fold of an act about a hold; nothing for any other. */
export function holdChanges(state: State, index: number, { act }: Act): Change[] {
  if (act.kind !== 'hold' && act.kind !== 'releaseHold') return [];
  const message = messageOf(state, act.value);
  if (!message) throw new LiaisonError('DATA_DAMAGED', `Entry ${index} is about an unknown message.`);
  const { entryIndex, outstanding } = message;
  if (act.kind === 'hold') return [put('holds', { entryIndex, heldIndex: index, reference: act.value.reference })];
  const hold = state.get('holds', entryIndex);
  if (!hold) throw new LiaisonError('DATA_DAMAGED', `Entry ${index} releases what is not held.`);
  return [
    { kind: 'delete', table: 'holds', key: [entryIndex] },
    ...(outstanding === 0 && keepsContent(state, message, hold) ? eraseContent(state, message) : []),
  ];
}

/** Nobody needs the content any more. */
export const eraseContent = (state: State, message: MessageRow): Change[] => [
  { kind: 'erase-content', index: message.entryIndex },
  ...releaseBlobs(state, message),
];

/** Whether a hold has kept the content: a message may be held when everybody has it already and it is erased. */
function keepsContent(state: State, message: MessageRow, { heldIndex }: HoldRow): boolean {
  return decodePlaces(message.places).some(({ mailboxId, number }) => {
    const ended = state.get('deliveries', mailboxId, number)?.eventIndex ?? 0;
    return ended === 0 || ended > heldIndex;
  });
}

/** Whether the gateway has to have the content of this message: somebody waits for it, or it is held. */
export function needsContent(state: State, message: MessageRow): boolean {
  if (message.outstanding > 0) return true;
  const hold = state.get('holds', message.entryIndex);
  return hold !== undefined && keepsContent(state, message, hold);
}

/** What a Purge entry forgets: held messages are passed over. */
export function purgedBy(state: State, throughMs: number): MessageRow[] {
  const purged: MessageRow[] = [];
  let after = FIRST_EXPIRY;
  for (;;) {
    const page = state.messagesExpiring(after, throughMs, PURGE_MESSAGES_MAX);
    const free = page.filter(({ entryIndex }) => !state.get('holds', entryIndex));
    purged.push(...free.slice(0, PURGE_MESSAGES_MAX - purged.length));
    const last = page.at(-1);
    if (!last || page.length < PURGE_MESSAGES_MAX || purged.length === PURGE_MESSAGES_MAX) return purged;
    after = last;
  }
}
