/** What the parts of a node share. One object for each open node; no part reaches another except through it. */
import type { Logger } from 'pino';
import type { RandomBytes } from '../protocol/envelope/key-wrap.ts';
import { errorCodeOf, LiaisonError } from '../protocol/errors.ts';
import type { Spool } from './attachments/spool.ts';
import type { CaseIndex } from './cases/case-index.ts';
import type { NodeConfig } from './config.ts';
import type { DirectoryCache } from './directory-cache.ts';
import type { Journal } from './journal/journal.ts';
import type { NodeKeys } from './keys.ts';
import type { LogView } from './log-view.ts';
import type { OpenedMessages } from './opened-messages.ts';
import type { AttachmentStore } from './store/attachment-store.ts';
import type { CaseStore } from './store/case-store.ts';
import type { NodeDatabase } from './store/database.ts';
import type { EventStore } from './store/event-store.ts';
import type { EvidenceStore } from './store/evidence-store.ts';
import type { GroupStore } from './store/group-store.ts';
import type { HandoverStore } from './store/handover-store.ts';
import type { InboxStore } from './store/inbox-store.ts';
import type { OutboxStore } from './store/outbox-store.ts';
import type { AgencyNodeEvents, Alarm } from './types.ts';

export interface NodeRuntime {
  readonly config: NodeConfig;
  readonly keys: NodeKeys;
  readonly db: NodeDatabase;
  readonly outbox: OutboxStore;
  readonly inbox: InboxStore;
  readonly attachments: AttachmentStore;
  readonly spool: Spool;
  readonly opened: OpenedMessages;
  readonly handovers: HandoverStore;
  readonly evidence: EvidenceStore;
  readonly caseStore: CaseStore;
  readonly groups: GroupStore;
  readonly events: EventStore;
  readonly cases: CaseIndex;
  readonly log: LogView;
  /** The node's own log: who did what to which message. */
  readonly journal: Journal;
  readonly directory: DirectoryCache;
  readonly logger: Logger;
  /** POSIX milliseconds. */
  readonly now: () => number;
  readonly random: RandomBytes;
  /** Tells the application. Listeners run after the caller has finished, so they cannot disturb it. */
  readonly notify: <K extends keyof AgencyNodeEvents>(event: K, ...values: AgencyNodeEvents[K]) => void;
  /** Ends the session because of what the gateway did. */
  readonly fault: (error: LiaisonError) => void;
}

/** Errors after which the session must end: the log itself is in doubt. */
export const isLogInDoubt = (error: unknown): error is LiaisonError =>
  error instanceof LiaisonError && (error.code === 'CHECKPOINT_INVALID' || error.code === 'CHECKPOINT_INCONSISTENT');

/**
 * What to do about an error met in the background: end the session when the log is in doubt, keep quiet when only the
 * connection is gone (everything is asked for again), tell a person otherwise.
 */
export function report(
  runtime: Pick<NodeRuntime, 'fault' | 'logger' | 'notify'>,
  error: unknown,
  about: Omit<Alarm, 'error'> = {},
): void {
  if (isLogInDoubt(error)) {
    runtime.fault(error);
    return;
  }
  if (isConnectionError(error)) return;
  const known = error instanceof LiaisonError ? error : internalError(error);
  runtime.logger.error({ code: known.code, detail: known.detail, ...about }, 'alarm');
  runtime.notify('alarm', { error: known, ...about });
}

/** Whether an error says only that the gateway cannot be asked at present. */
export const isConnectionError = (error: unknown): boolean =>
  error instanceof LiaisonError && (error.code === 'UNAVAILABLE' || error.code === 'OVERLOADED');

/** An unexpected error as one with a code; its own text is kept. */
export function internalError(error: unknown): LiaisonError {
  const why = error instanceof Error ? error.message : String(error);
  return new LiaisonError('INTERNAL', why, { cause: error });
}

/** The name of an error number, also of one that only a newer version knows. */
export const codeName = (number: number): string => errorCodeOf(number) ?? `CODE_${number}`;
