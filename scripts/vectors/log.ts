/** The log of the vectors: a bit of everything, in an order that a day could have. */
import { formatVerifierKey, signCheckpoint, TileTree } from '../../audit/index.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { type Envelope, HandoverOutcome } from '../../protocol/generated/schema.ts';
import { LOG } from './keys.ts';
import {
  AGENCIES,
  alder,
  briar,
  cedar,
  DAY_MS,
  dogwood,
  HOUR_MS,
  messageOf,
  random,
  reseed,
  statementOf,
  VectorLog,
  type VectorAgency,
} from './world.ts';

export interface SampleLog {
  readonly log: VectorLog;
  readonly messages: Readonly<Record<'single' | 'burst' | 'expiring' | 'ofDogwood' | 'rejected', Envelope>>;
  readonly at: Readonly<Record<string, number>>;
  /** Entries before the Purge: the state that `refusals.json` and `acts.json` start from. */
  readonly stateEntries: number;
  /** The time of the last of them. */
  readonly stateMs: number;
  readonly session: Uint8Array;
  readonly noteAt: (size: number) => Uint8Array;
  readonly tree: TileTree;
}

function sampleLog(): SampleLog {
  reseed('log');
  const log = new VectorLog(formatVerifierKey(LOG));
  const at: Record<string, number> = {};
  const messages = morning(log, at);
  const session = random(16);
  afternoon(log, at, messages, session);
  const stateEntries = log.size;
  const stateMs = log.nowMs;
  log.nowMs += 91 * DAY_MS;
  at['purge'] = log.run('what expired 90 days ago is forgotten', { kind: 'purge' });
  const tree = new TileTree(() => new Uint8Array(0));
  tree.append(log.entries.map(({ leafHash }) => leafHash));
  const noteAt = (size: number): Uint8Array => signCheckpoint({ origin: LOG.name, size, root: tree.rootAt(size) }, LOG);
  return { log, messages, at, stateEntries, stateMs, session, noteAt, tree };
}

function morning(log: VectorLog, at: Record<string, number>): SampleLog['messages'] {
  for (const item of AGENCIES) {
    at[`enrol ${item.agency}`] = log.act(`${item.agency} is enrolled`, { kind: 'enrol', value: item.enrol });
  }
  const single = messageOf(alder, [briar], log.nowMs);
  at['single'] = log.submit('a message to one recipient', alder, single);
  const burst = messageOf(alder, [briar, cedar], log.nowMs);
  at['burst'] = log.submit('a message to two recipients', alder, burst);
  const ofDogwood = messageOf(dogwood, [briar], log.nowMs);
  at['ofDogwood'] = log.submit('a message of an agency that is suspended later', dogwood, ofDogwood);
  const nobody: VectorAgency = { ...briar, mailbox: 'xb.police/nobody' as typeof briar.mailbox };
  const rejected = messageOf(alder, [nobody], log.nowMs);
  at['rejection'] = log.submit('RECIPIENT_UNKNOWN', alder, rejected);
  at['handover'] = log.handover('a handover', briar, statementOf(single, briar, 1));
  const failed = { outcome: HandoverOutcome.FAILED, reason: 401 };
  at['failure'] = log.handover('a failure, stated by the recipient', cedar, statementOf(burst, cedar, 1, failed));
  const expiring = messageOf(alder, [briar], log.nowMs, { routing: { expiresAtMs: log.nowMs + HOUR_MS } });
  at['expiring'] = log.submit('a message that will expire', alder, expiring);
  return { single, burst, ofDogwood, rejected, expiring };
}

function afternoon(
  log: VectorLog,
  at: Record<string, number>,
  messages: SampleLog['messages'],
  session: Uint8Array,
): void {
  const tlsKeyId = keyThumbprint(alder.tls);
  const opened = { session, agency: alder.agency, node: 'one', tlsKeyId, mailboxes: [alder.mailbox] };
  at['opened'] = log.run('a session', { kind: 'session-opened', session: opened });
  log.nowMs += 2 * HOUR_MS;
  at['expiry'] = log.run('a failure by expiry', { kind: 'expire', entryIndex: at['expiring'] ?? 0 });
  at['late'] = log.handover('a handover that came late', briar, statementOf(messages.expiring, briar, 4));
  at['suspend'] = log.act('an agency is suspended', { kind: 'suspend', value: { agency: cedar.agency } });
  at['release'] = log.act('and released', { kind: 'release', value: { agency: cedar.agency } });
  at['suspendDogwood'] = log.act('another is suspended', { kind: 'suspend', value: { agency: dogwood.agency } });
  const second = (item: VectorAgency): Uint8Array => keyThumbprint(item.signing[1] ?? item.signing[0]);
  for (const item of [alder, dogwood]) {
    at[`revoke ${item.agency}`] = log.act('a key is revoked', { kind: 'revoke', value: { keyId: second(item) } });
  }
  const listDigest = random(32);
  at['listed'] = log.run('a key is on a revocation list', { kind: 'revoke-listed', keyId: second(briar), listDigest });
  at['confirmClock'] = log.act('the clock is confirmed', { kind: 'confirmClock', value: { atMs: log.nowMs } });
  const counts = [
    { code: 204, count: 3 },
    { code: 100, count: 300 },
  ];
  at['summary'] = log.run('a summary of refusals', { kind: 'summary', counts });
  at['closed'] = log.run('the end of a session', { kind: 'session-closed', session: { session, code: 122 } });
  at['tick'] = log.run('a tick', { kind: 'tick' });
}

export const SAMPLE: SampleLog = sampleLog();
