/** The agency node: send and receive messages through a gateway, with evidence of what became of them. */
export { AgencyNode, type NodeOverrides } from './agency-node.ts';
export type { ActFacts, JournalAct, JournalRecord, Reason } from './journal/entries.ts';
export type { Journal, JournalFilter } from './journal/journal.ts';
export { shownBody } from './shown-body.ts';
export type {
  DeadlineNotice,
  DocumentStatus,
  GroupDraft,
  GroupInfo,
  OperationMessage,
  OperationReport,
  RequestState,
  Stage,
  StatusNotice,
  Thread,
  ThreadMessage,
  ThreadSummary,
  UrgentNotice,
} from './cases/types.ts';
export { formatTime } from './cases/time.ts';
export { loadConfig, type NodeConfig, type NodeConfigInput } from './config.ts';
export type { Connect, FrameSocket, SocketListener } from './session/socket.ts';
export type {
  AcceptedNotice,
  AgencyNodeEvents,
  Alarm,
  AccessState,
  ConsentAnswer,
  DeadlineStageEvidence,
  AttachmentDraft,
  AttachmentInfo,
  AttachmentNotice,
  DeliveryEvent,
  Disclosure,
  DirectoryListing,
  EvidenceEvent,
  EvidenceNotice,
  InboxMessage,
  InboxOptions,
  InboxState,
  JsonBody,
  MessageEvidence,
  OutboxState,
  PingResult,
  FollowingEvent,
  ReceiptKind,
  ReceivedNotice,
  RecipientEvidence,
  RefusedNotice,
  SendRequest,
  StoredMessage,
  StoredReceipt,
} from './types.ts';
export type { WaitGoal } from './wait.ts';
export { type ErrorCode, LiaisonError } from '../protocol/errors.ts';
export type { Mailbox, MessageId } from '../protocol/ids.ts';
