/** A small log with an entry of every kind that somebody signs, in a data directory, a bundle and a proof. */
import { DatabaseSync } from 'node:sqlite';
import { LedgerFile } from '../../audit/ledger-file.ts';
import { collectProof } from '../../audit/proof/collect.ts';
import { formatMessageProof } from '../../audit/proof/message-proof.ts';
import type { Work } from '../../gateway/ledger/engine.ts';
import { signBatch } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import {
  Availability,
  EventStatementSchema,
  HandoverOutcome,
  MessageType,
  RecipientEvent,
  Urgency,
} from '../../protocol/generated/schema.ts';
import { type MessageId, messageIdOf } from '../../protocol/ids.ts';
import { addTicks, exported, newLog, place } from './bundle-support.ts';
import {
  customs,
  handovers,
  harbour,
  HOUR_MS,
  makeMessage,
  police,
  statementAbout,
  submissions,
  type TestMessage,
} from './log-builder.ts';

function eventWork(message: TestMessage, number: number, event: RecipientEvent): Work {
  const { blind, messageId, sender, recipient, headerDigest, atMs } = statementAbout(message, police, number);
  const statement = { blind, messageId, sender, recipient, number, headerDigest, event, atMs };
  const leaf = encode(EventStatementSchema, statement);
  const { signature, paths } = signBatch('event', police.signing, [leaf]);
  return { command: { kind: 'event', agency: police.agency, signed: { leaf, signature, path: paths[0]! }, statement } };
}

export interface MutationLog {
  /** `ledger.db` of the data directory. */
  readonly path: string;
  /** The same, as it was some entries before. */
  readonly earlier: string;
  readonly bundle: string;
  /** Proofs about two messages. */
  readonly proofs: readonly [string, string];
  /** The newest checkpoint. */
  readonly last: Uint8Array;
}

export async function makeMutationLog(): Promise<MutationLog> {
  const log = newLog();
  log.act({ kind: 'enrol', value: harbour.enrol });
  const session = new Uint8Array(16).fill(1);
  const { agency, tlsKeyId, mailbox } = customs;
  log.command({ kind: 'session-opened', session: { session, agency, node: 'one', tlsKeyId, mailboxes: [mailbox] } });
  const threadId = new Uint8Array(16).fill(8);
  const message = (change = {}, ...to: (typeof police)[]): TestMessage =>
    makeMessage(customs, to, log.nowMs, { schemaVersion: 2, threadId, ...change });
  const asked = message(
    { type: MessageType.INFORMATION_REQUEST, urgency: Urgency.URGENT, availability: Availability.DIRECT },
    police,
  );
  const [asking = 0] = log.commit(...submissions(customs, [asked]));
  const inReplyTo = asked.routing.messageId;
  const recall = message({ type: MessageType.RESTRICTION_UPDATE, inReplyTo }, police);
  const silent = message(
    { type: MessageType.RESTRICTION_UPDATE, inReplyTo, expiresAtMs: log.nowMs + 2 * HOUR_MS },
    police,
  );
  log.commit(...submissions(customs, [recall]));
  const [asksSilent = 0] = log.commit(...submissions(customs, [silent]));
  const burst = Array.from({ length: 5 }, () =>
    message({ type: MessageType.SPONTANEOUS_INFORMATION }, police, harbour),
  );
  log.commit(...submissions(customs, burst));
  log.commit(
    ...submissions(customs, [message({}, { ...police, mailbox: 'xb.police/nobody' as typeof police.mailbox })]),
  );
  const received = [asked, recall, silent, ...burst.slice(0, 3)];
  log.commit(
    ...handovers(
      police,
      received.map((each, i) => statementAbout(each, police, i + 1)),
    ),
  );
  const failed = { outcome: HandoverOutcome.FAILED, reason: 401 };
  log.commit(...handovers(harbour, [statementAbout(burst[0]!, harbour, 1, failed)]));
  log.commit(eventWork(asked, 1, RecipientEvent.OPENED));
  log.commit(eventWork(recall, 2, RecipientEvent.CONSENT_GIVEN));
  log.act({ kind: 'hold', value: { sender: mailbox, messageId: burst[1]!.routing.messageId, reference: 'order 7' } });
  log.act({ kind: 'suspend', value: { agency: harbour.agency } });
  log.act({ kind: 'release', value: { agency: harbour.agency } });
  const expiring = makeMessage(customs, [harbour], log.nowMs, { expiresAtMs: log.nowMs + HOUR_MS });
  const [dying = 0] = log.commit(...submissions(customs, [expiring]));
  const startMs = log.nowMs;
  for (let hour = 1; hour <= 8; hour++) {
    log.nowMs = startMs + hour * HOUR_MS;
    log.command({ kind: 'tick' });
    if (hour === 2) log.command({ kind: 'expire', entryIndex: dying });
    if (hour === 3) log.command({ kind: 'lapse', entryIndex: asksSilent });
    if ([4, 7, 8].includes(hour)) log.command({ kind: 'deadline', requestIndex: asking, mailboxId: 2 });
  }
  log.commit(...handovers(harbour, [statementAbout(expiring, harbour, 6)]));
  log.act({ kind: 'revoke', value: { keyId: police.tlsKeyId } });
  log.command({ kind: 'summary', counts: [{ code: 204, count: 3 }] });
  log.command({ kind: 'session-closed', session: { session, code: 0 } });
  addTicks(log, 90, 90, 90);
  const earlier = copyNow(log.path);
  addTicks(log, 3);
  const last = log.checkpoint;
  const bundle = place('bundle');
  await exported(log.data, bundle);
  log.close();
  const ids = [burst[0]!, asked].map(({ routing }) => messageIdOf(routing.messageId));
  const [first = '', second = ''] = ids.map((messageId) => proofOf(log.path, messageId));
  return { path: log.path, earlier, bundle, proofs: [first, second], last };
}

/** The database as it is while its gateway runs. */
function copyNow(path: string): string {
  const copy = `${place('earlier')}.db`;
  const db = new DatabaseSync(path);
  db.exec(`VACUUM INTO '${copy}'`);
  db.close();
  return copy;
}

function proofOf(path: string, messageId: MessageId): string {
  const source = new LedgerFile(path);
  try {
    return formatMessageProof(collectProof(source, { messageId }));
  } finally {
    source.close();
  }
}
