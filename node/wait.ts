/** Waiting for what becomes of a message. */
import { type ErrorCode, errorCodeOf, ERRORS, LiaisonError } from '../protocol/errors.ts';
import type { MessageId } from '../protocol/ids.ts';
import type { AgencyNode } from './agency-node.ts';
import { internalError } from './runtime.ts';
import { remoteError } from './session/connection-errors.ts';
import type { OutboxRow } from './store/outbox-store.ts';
import type { Alarm, MessageEvidence } from './types.ts';

export type WaitGoal = 'accepted' | 'handed-over';

export interface WaitRequest {
  readonly node: AgencyNode;
  readonly id: MessageId;
  readonly goal: WaitGoal;
  readonly timeoutMs: number;
  readonly obstacleOf: (id: MessageId) => OutboxRow | undefined;
  /** Why there will be no session any more. */
  readonly stoppedBy: () => LiaisonError | undefined;
  /** Why there is no session at this moment. */
  readonly connectionError: () => LiaisonError | undefined;
}

/** @throws LiaisonError as `AgencyNode.waitFor` */
export function waitForEvidence(request: WaitRequest): Promise<MessageEvidence> {
  const { node, id, timeoutMs } = request;
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      node.off('accepted', onNews).off('refused', onNews).off('evidence', onNews);
      node.off('alarm', onAlarm).off('disconnected', onDisconnected);
      act();
    };
    const fail = (error: LiaisonError): void => settle(() => reject(error));
    const look = (): void => {
      try {
        const reached = reachedEvidence(request);
        const stoppedBy = request.stoppedBy();
        if (reached) settle(() => resolve(reached));
        else if (stoppedBy) fail(stoppedBy);
      } catch (error) {
        fail(error instanceof LiaisonError ? error : internalError(error));
      }
    };
    const onNews = (news: { readonly id: MessageId }): void => {
      if (news.id === id) look();
    };
    const onAlarm = ({ messageId, error }: Alarm): void => {
      if (messageId === id) fail(error);
    };
    const onDisconnected = ({ error, final }: { readonly error: LiaisonError; readonly final: boolean }): void => {
      if (final) fail(error);
    };
    const timer = setTimeout(() => fail(timeoutError(request)), timeoutMs);
    node.on('accepted', onNews).on('refused', onNews).on('evidence', onNews);
    node.on('alarm', onAlarm).on('disconnected', onDisconnected);
    look();
  });
}

/** @returns `undefined` while it has to be waited for */
function reachedEvidence({ node, id, goal, obstacleOf }: WaitRequest): MessageEvidence | undefined {
  const evidence = node.evidence(id);
  const row = obstacleOf(id);
  if (evidence.state === 'refused') throw remoteError(row?.code ?? 0, row?.text ?? '');
  if (evidence.state === 'composed' && row?.code !== undefined) {
    const code = errorCodeOf(row.code);
    if (code !== undefined && BLOCKING_CODES.has(code)) throw remoteError(row.code, row.text ?? '');
  }
  if (evidence.state !== 'accepted') return undefined;
  if (goal === 'accepted') return evidence;
  const failed = evidence.recipients.find(({ state }) => state === 'ContentHandoverFailure');
  if (failed) throw failureOf(failed.recipient, failed.events.find((event) => event.event === failed.state)?.reason);
  return evidence.recipients.every(({ state }) => state === 'ContentHandover') ? evidence : undefined;
}

/** Time alone does not mend these. */
const BLOCKING_CODES: ReadonlySet<string> = new Set([
  ...['DIRECTORY_UNTRUSTED', 'DIRECTORY_ROLLED_BACK', 'CERTIFICATE_REVOKED', 'REVOCATION_LIST_INVALID'],
]);

function failureOf(recipient: string, reason: string | undefined): LiaisonError {
  const code = (Object.keys(ERRORS) as ErrorCode[]).find((name) => name === reason);
  return new LiaisonError(
    code ?? 'INTERNAL',
    `${recipient} does not have the message: ${reason ?? 'no reason given'}.`,
  );
}

function timeoutError({ timeoutMs, connectionError, goal }: WaitRequest): LiaisonError {
  const error = connectionError();
  if (error) return error;
  const text = goal === 'accepted' ? 'accepted' : 'handed over';
  return new LiaisonError('WAIT_TIMEOUT', `The message is not ${text} after ${timeoutMs} ms.`);
}
