/** What the local service asks of the agency node: no more, so that tests can stand in for it. */
import type { EventEmitter } from 'node:events';
import type { AgencyNode } from '../agency-node.ts';
import type { NodeConfig } from '../config.ts';

type Messages = 'send' | 'inbox' | 'done' | 'evidence' | 'receipts' | 'receipt' | 'find' | 'saveAttachment' | 'erase';
type Cases = 'threads' | 'thread' | 'closeThread' | 'acknowledge' | 'opened' | 'consent';

/** Untyped: events are passed on by name. */
export type Listening = Pick<EventEmitter, 'on' | 'off'>;

export type ServiceNode = Pick<AgencyNode, Messages | Cases | 'isConnected'> &
  Listening & {
    readonly journal: Pick<AgencyNode['journal'], 'record'>;
    readonly config: Pick<NodeConfig, 'mailboxes'>;
  };
