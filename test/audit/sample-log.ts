/** The log that the tests of the audit begin from: a bit of everything, in an order that a day could have. */
import { join } from 'node:path';
import { HandoverOutcome, RevocationSource } from '../../protocol/generated/schema.ts';
import {
  customs,
  directory,
  handovers,
  harbour,
  HOUR_MS,
  LogBuilder,
  makeMessage,
  police,
  statementAbout,
  submissions,
  type TestAgency,
  type TestMessage,
} from './log-builder.ts';

export interface SampleLog {
  readonly path: string;
  /** Indices by what stands there. */
  readonly at: Readonly<Record<Step, number>>;
  readonly messages: Readonly<Record<'single' | 'expiring' | 'burst', TestMessage>>;
  /** A checkpoint from the middle of the log, between two stored ones of the forged copies. */
  readonly earlier: Uint8Array;
  readonly last: Uint8Array;
  readonly size: number;
}

export type Step =
  | 'enrolCustoms'
  | 'enrolPolice'
  | 'enrolHarbour'
  | 'single'
  | 'burst'
  | 'rejection'
  | 'handover'
  | 'failure'
  | 'suspend'
  | 'suspendedRejection'
  | 'release'
  | 'expiring'
  | 'expiry'
  | 'late'
  | 'listed'
  | 'revoke'
  | 'tick';

export function makeSampleLog(): SampleLog {
  const log = new LogBuilder(join(directory, 'sample.db'));
  const at = {} as Record<Step, number>;
  const mark = (step: Step, indices: readonly number[]): void => void (at[step] = indices[0]!);
  const send = (step: Step, messages: readonly TestMessage[]): void =>
    mark(step, log.commit(...submissions(customs, messages)));
  const message = (...to: TestAgency[]): TestMessage => makeMessage(customs, to, log.nowMs);

  mark('enrolCustoms', log.act({ kind: 'enrol', value: customs.enrol }));
  mark('enrolPolice', log.act({ kind: 'enrol', value: police.enrol }));
  mark('enrolHarbour', log.act({ kind: 'enrol', value: harbour.enrol }));
  const session = new Uint8Array(16).fill(1);
  const { agency, tlsKeyId, mailbox } = customs;
  const opened = { session, agency, node: 'one', tlsKeyId, mailboxes: [mailbox] };
  log.command({ kind: 'session-opened', session: opened });

  const single = message(police);
  send('single', [single]);
  const burst = Array.from({ length: 5 }, () => message(police, harbour));
  send('burst', burst);
  const unknown = { ...police, mailbox: 'xb.police/nobody' as typeof police.mailbox };
  send('rejection', [message(unknown)]);
  const received = [single, ...burst.slice(0, 3)];
  mark(
    'handover',
    log.commit(
      ...handovers(
        police,
        received.map((item, i) => statementAbout(item, police, i + 1)),
      ),
    ),
  );
  const failed = { outcome: HandoverOutcome.FAILED, reason: 401 };
  mark('failure', log.commit(...handovers(harbour, [statementAbout(burst[0]!, harbour, 1, failed)])));

  mark('suspend', log.act({ kind: 'suspend', value: { agency: harbour.agency } }));
  send('suspendedRejection', [message(harbour)]);
  mark('release', log.act({ kind: 'release', value: { agency: harbour.agency } }));
  const earlier = log.checkpoint;

  const expiring = makeMessage(customs, [harbour], log.nowMs, { expiresAtMs: log.nowMs + HOUR_MS });
  send('expiring', [expiring]);
  log.nowMs += 2 * HOUR_MS;
  mark('expiry', log.command({ kind: 'expire', entryIndex: at.expiring }));
  mark('late', log.commit(...handovers(harbour, [statementAbout(expiring, harbour, 6)])));
  const listDigest = new Uint8Array(32).fill(RevocationSource.LIST);
  mark('listed', log.command({ kind: 'revoke-listed', keyId: harbour.tlsKeyId, listDigest }));
  mark('revoke', log.act({ kind: 'revoke', value: { keyId: police.tlsKeyId } }));
  log.command({ kind: 'summary', counts: [{ code: 204, count: 3 }] });
  log.command({ kind: 'session-closed', session: { session, code: 0 } });
  mark('tick', log.command({ kind: 'tick' }));
  let size = 0;
  for (let i = 0; i < 6; i++) {
    const ticks = Array.from({ length: 50 }, () => ({ command: { kind: 'tick' } as const }));
    size = log.commit(...ticks).at(-1)! + 1;
  }
  const last = log.checkpoint;
  log.close();
  return { path: log.path, at, messages: { single, expiring, burst: burst[0]! }, earlier, last, size };
}
