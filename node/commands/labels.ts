/** Types, marks and states of messages, as commands print them. */
import { line, type Painted, paint, type Style } from '../../cli/print.ts';
import { Classification, HandlingCode, MessageType, type Routing, Urgency } from '../../protocol/generated/schema.ts';
import type { DocumentStatus, RequestState } from '../cases/types.ts';

/** `INFORMATION_REQUEST` as people write it. */
export const spoken = (name: string): string => name.toLowerCase().replaceAll('_', '-');

const nameOf = (values: Readonly<Record<string, number>>, value: number): string =>
  Object.keys(values).find((name) => values[name] === value) ?? String(value);

export const typeName = ({ type }: Pick<Routing, 'type'>): string => spoken(nameOf(MessageType, type));

/** Urgent, exercise: what must be seen first. */
export const marksOf = ({ urgency, exercise }: Pick<Routing, 'urgency' | 'exercise'>): string =>
  [...(urgency === Urgency.URGENT ? ['URGENT'] : []), ...(exercise ? ['EXERCISE'] : [])].join(' ');

/** Classification, handling codes and marks in one line. */
export function labelsOf(routing: Pick<Routing, 'classification' | 'handling' | 'urgency' | 'exercise'>): Painted {
  const codes = routing.handling.map((code) => nameOf(HandlingCode, code)).join(' ');
  const marks = marksOf(routing);
  return line`${nameOf(Classification, routing.classification)} ${codes}${marks === '' ? '' : line`  ${paint(['red', 'bold'], marks)}`}`;
}

const STATUS_STYLES: Readonly<Record<DocumentStatus, Style>> = {
  CURRENT: 'green',
  SUPERSEDED: 'yellow',
  CORRECTED: 'yellow',
  RESTRICTED: 'yellow',
  RECALLED: 'red',
  EXPIRED: 'red',
};
export const statusStyle = (status: DocumentStatus): Style => STATUS_STYLES[status];

/** Red when the time is over, yellow when most of it is. */
export function dueStyle({ state, stage }: Pick<RequestState, 'state' | 'stage'>): Style {
  if (state !== 'running') return 'dim';
  if (stage === 'breached') return ['red', 'bold'];
  return stage === 'four-fifths' ? 'red' : stage === 'half' ? 'yellow' : 'green';
}

const MINUTE_MS = 60_000;

/** `in 2 h 10 min`, `3 d 4 h ago`: two units are enough. */
export function fromNow(atMs: number, nowMs: number): string {
  const minutes = Math.floor(Math.abs(atMs - nowMs) / MINUTE_MS);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  const units = days > 0 ? [`${days} d`, `${hours} h`] : [...(hours > 0 ? [`${hours} h`] : []), `${minutes % 60} min`];
  return atMs >= nowMs ? `in ${units.join(' ')}` : `${units.join(' ')} ago`;
}
