/** What a holder answers to a restriction, correction or recall. Pure. */
import { Classification, MessageType, Purpose, type Routing } from '../../protocol/generated/schema.ts';
import { type Mailbox, messageIdOf, toHex } from '../../protocol/ids.ts';
import type { NameOf, SendRequest } from '../types.ts';
import { nameOf } from './names.ts';

export interface ComplianceFacts {
  /** Whether the node has the document itself. */
  readonly isHeld: boolean;
  /** Messages of this node that say they are derived from it. */
  readonly derived: number;
  readonly nowMs: number;
}

/** @param mailbox own mailbox that the follow-up came to */
export function complianceRequest(followUp: Routing, mailbox: Mailbox, facts: ComplianceFacts): SendRequest {
  return {
    from: mailbox,
    to: [followUp.sender],
    inReplyTo: messageIdOf(followUp.messageId),
    threadId: toHex(followUp.threadId),
    classification: nameOf(Classification, followUp.classification) as NameOf<typeof Classification>,
    purpose: nameOf(Purpose, followUp.purpose) as NameOf<typeof Purpose>,
    exercise: followUp.exercise,
    containsPersonalData: false,
    body: {
      language: 'en',
      caseNumber: '',
      handlingText: '',
      attachments: [],
      content: {
        kind: 'complianceReceipt',
        value: {
          targetMessage: followUp.messageId,
          actionDone: actionDone(followUp.type, facts),
          doneAt: new Date(facts.nowMs).toISOString(),
        },
      },
    },
  };
}

function actionDone(type: MessageType, { isHeld, derived }: ComplianceFacts): string {
  const actions = {
    [MessageType.RESTRICTION_UPDATE]: 'The restriction is noted and shown with the document.',
    [MessageType.CORRECTION]: 'The document is shown as corrected.',
    [MessageType.RECALL]: 'The content has been erased; header facts are kept.',
  } as const;
  const own = isHeld ? actions[type as keyof typeof actions] : 'The document itself is not on this node.';
  if (derived === 0) return own;
  return `${own} ${derived} ${derived === 1 ? 'message' : 'messages'} derived from it: shown with its status.`;
}
