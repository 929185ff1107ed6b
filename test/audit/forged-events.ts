/** Events as a dishonest gateway would log them. */
import { decode } from '../../protocol/codec.ts';
import {
  type BatchSignature,
  type Entry,
  type HandoverStatement,
  HeaderSchema,
  RoutingSchema,
} from '../../protocol/generated/schema.ts';
import type { Forgery } from './forgery.ts';
import {
  customs,
  handovers,
  police,
  statementAbout,
  submissions,
  type TestAgency,
  type TestMessage,
} from './log-builder.ts';

export type Event = Entry['event'];
export const flipped = (signature: BatchSignature): BatchSignature => {
  const bytes = Uint8Array.from(signature.signature);
  bytes[40]! ^= 1;
  return { ...signature, signature: bytes };
};

/** The acceptance of a message that its sender signed. */
export function acceptance(message: TestMessage, numbers: number[], sender = customs, key = sender.signing): Event {
  const [{ command } = { command: undefined }] = submissions(sender, [message], key);
  if (command?.kind !== 'submit') throw new Error('no submission');
  const { header, signature, path, contentBytes } = command;
  return { kind: 'submissionAcceptance', value: { header, signature, path, numbers, contentBytes } };
}

export const rejection = (message: TestMessage, change: object = {}): Event => {
  const { value } = acceptance(message, []) as Event & { kind: 'submissionAcceptance' };
  const { signature, path } = value;
  const { sender, messageId } = message.routing;
  const headerDigest = statementAbout(message, police, 1).headerDigest;
  const content = { sender, messageId, headerDigest, code: 211, signature, path, ...change };
  return { kind: 'submissionRejection', value: content };
};

export function handover(statement: HandoverStatement, by: TestAgency = police, late = false): Event {
  const [{ command } = { command: undefined }] = handovers(by, [statement]);
  if (command?.kind !== 'handover') throw new Error('no handover');
  return { kind: 'contentHandover', value: { statement: command.signed, late } };
}

/** A failure with the recipient's word in it. */
export function failure(statement: HandoverStatement, by: TestAgency = police, code = statement.reason): Event {
  const { value } = handover(statement, by) as Event & { kind: 'contentHandover' };
  const { messageId, sender, recipient, number } = statement;
  return {
    kind: 'contentHandoverFailure',
    value: { messageId, sender, recipient, number, code, statement: value.statement, late: false },
  };
}

export const expiry = (message: TestMessage, recipient: TestAgency, number: number, code = 404): Event => {
  const { messageId, sender } = message.routing;
  const value = { messageId, sender, recipient: recipient.mailbox, number, code, statement: undefined, late: false };
  return { kind: 'contentHandoverFailure', value };
};

export const FAILED = { outcome: 2, reason: 401 } as const;
/**
 * Messages of the burst that still wait, from 1 on with the harbour (numbers 2 to 5); the last two wait with the police
 * too, with numbers 5 and 6.
 */
export const waiting = (log: Forgery, burst: number, i: 1 | 2 | 3 | 4): TestMessage => {
  const { event } = log.entry(burst + i);
  if (event.kind !== 'submissionAcceptance') throw new Error('no acceptance');
  const nothing = { content: new Uint8Array(0), wrappedKeys: [] };
  const header = decode(HeaderSchema, event.value.header, 'signed');
  return { ...nothing, header: event.value.header, routing: decode(RoutingSchema, header.routing, 'signed') };
};
