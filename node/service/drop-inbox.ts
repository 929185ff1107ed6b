/**
 * Received messages as files: `inbox/ID.json`, with attachments in `inbox/ID/`. Whoever reads the folder may take a file
 * away at any time and still gets each message once: a file is complete under a hidden name, that is noted durably, it
 * gets its name, and then the message is done. After a crash, a noted file whose hidden name is gone was published.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type ErrorCode, LiaisonError } from '../../protocol/errors.ts';
import type { InboxMessage } from '../types.ts';
import { renameSynced, syncDirectory, syncFile, writeSynced } from './files.ts';
import { attachmentsOf, receivedToJson } from './message-json.ts';
import type { ServiceNode } from './ports.ts';
import type { ServiceStore } from './store.ts';

const ID_LENGTH = 36;
/** In the node's own log: the content leaves the node, for a system that answers for it from there on. */
const READER = { actor: 'drop-folder', justification: 'taken into the system that reads the drop folder' };

/** Not what its sender described; or erased. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['ATTACHMENT_INVALID', 'MESSAGE_NOT_FOUND']);

interface FileError {
  readonly code: ErrorCode;
  readonly text: string;
}

export interface DropInboxOptions {
  readonly node: ServiceNode;
  readonly store: Pick<ServiceStore, 'addArrival' | 'arrivals' | 'removeArrival'>;
  /** The folder `inbox`. */
  readonly dir: string;
  readonly logger: Logger;
  /** After a failure, in milliseconds. */
  readonly retryAfterMs?: number;
}

export class DropInbox {
  private readonly options: DropInboxOptions;

  constructor(options: DropInboxOptions) {
    this.options = options;
  }

  /** Writes what comes until the signal, or until the node is closed. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { node, logger, retryAfterMs = 5_000 } = this.options;
    this.forgetDone();
    while (!signal.aborted) {
      try {
        for await (const message of node.inbox({ signal })) await this.write(message);
        return;
      } catch (error) {
        // The disk may be full: the messages stay in the node's inbox.
        logger.error({ error: error instanceof Error ? error.message : String(error) }, 'drop inbox failed');
        await pause(retryAfterMs, signal);
      }
    }
  }

  /** Resolves when the message is a file and done. */
  async write(message: InboxMessage): Promise<void> {
    const { node, store, dir } = this.options;
    const name = nameOf(node, message);
    const hidden = join(dir, `.${name}.json.tmp`);
    if (!store.arrivals(name).includes(name)) {
      const errors = await this.writeAttachments(message, name);
      const files = attachmentsOf(message).map((one, index) => {
        const error = errors.get(index);
        return error ? { ...one, error } : { ...one, file: `${name}/${fileName(one.name, index)}` };
      });
      const json = { ...receivedToJson(message), attachments: files };
      await writeSynced(hidden, `${JSON.stringify(json, null, 2)}\n`);
      await syncDirectory(dir);
      store.addArrival(name);
    }
    if (existsSync(hidden)) await renameSynced(hidden, join(dir, `${name}.json`));
    await node.journal.record('message.exported', { messageId: message.id, ...READER });
    await message.done();
    // From here on the message does not come again.
    store.removeArrival(name);
  }

  /** What was done when the process ended does not come again. */
  private forgetDone(): void {
    const { node, store } = this.options;
    for (const name of store.arrivals()) {
      const copies = node.find(name.slice(0, ID_LENGTH));
      if (!copies.some((copy) => copy.direction === 'received' && copy.state === 'new')) store.removeArrival(name);
    }
  }

  /** @returns what is wrong with those that no later attempt can write: the message and all behind it would wait for ever */
  private async writeAttachments(message: InboxMessage, name: string): Promise<Map<number, FileError>> {
    const attachments = attachmentsOf(message);
    const errors = new Map<number, FileError>();
    if (attachments.length === 0) return errors;
    const { node, dir } = this.options;
    await node.journal.record('attachment.opened', { messageId: message.id, ...READER });
    const hidden = join(dir, `.${name}.tmp`);
    const target = join(dir, name);
    await rm(hidden, { recursive: true, force: true });
    await mkdir(hidden, { mode: 0o700 });
    for (const [index, one] of attachments.entries()) {
      const path = join(hidden, fileName(one.name, index));
      try {
        await node.saveAttachment(message.id, index, path);
        await syncFile(path);
      } catch (error) {
        if (!(error instanceof LiaisonError) || !FINAL.has(error.code)) throw error;
        this.options.logger.warn({ id: message.id, attachment: index, code: error.code }, 'an attachment is not there');
        errors.set(index, { code: error.code, text: error.message });
      }
    }
    await syncDirectory(hidden);
    // Left from an attempt whose JSON file was never published: nobody reads it yet.
    await rm(target, { recursive: true, force: true });
    await renameSynced(hidden, target);
    return errors;
  }
}

/**
 * The message's id; with the number of the copy when several came under it: to several own mailboxes, or from a sender who
 * uses another's id. The order of arrival never changes, so a repetition finds the same name.
 */
export function nameOf(node: Pick<ServiceNode, 'find'>, { id, to, from }: InboxMessage): string {
  const copies = node.find(id).filter((copy) => copy.direction === 'received');
  const mine = copies.findIndex((copy) => copy.to === to && copy.routing?.sender === from);
  return mine <= 0 ? id : `${id}.${mine + 1}`;
}

/** A sender's name of a file leads nowhere else, and two files do not meet. */
export const fileName = (name: string, index: number): string =>
  `${index}-${name.replaceAll(/[/\\\p{Cc}]/gu, '_').slice(-120)}`;

export function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
