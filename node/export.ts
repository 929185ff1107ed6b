/** Messages of a node as a directory of files, with a manifest of their digests. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { jsonText } from '../cli/print.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { MessageType, type Routing } from '../protocol/generated/schema.ts';
import { type MessageId, messageIdOf, toHex } from '../protocol/ids.ts';
import { shownBody } from './shown-body.ts';
import type { AgencyNode } from './agency-node.ts';
import type { Reason } from './journal/entries.ts';
import type { AttachmentInfo, StoredMessage, StoredReceipt } from './types.ts';

export interface ExportedFile {
  /** Relative to the directory, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256: string;
}

export interface ExportManifest {
  /** ISO 8601, UTC. */
  readonly exportedAt: string;
  /** Who exported them and why stands in the node's log and stays there. */
  readonly messages: readonly { readonly id: MessageId; readonly journalEntry: number }[];
  /** Nominal annexes that were not asked for. */
  readonly leftOut: readonly MessageId[];
  /** Verifier keys of the shards that the receipts are of, as this node has followed the log. */
  readonly logKeys: readonly string[];
  readonly files: readonly ExportedFile[];
}

export interface ExportOptions {
  /** Must not exist; its parent must. */
  readonly dir: string;
  readonly reason: Reason;
  /** Whether nominal annexes are exported. */
  readonly nominal: boolean;
  readonly nowMs: number;
  readonly onProgress?: (messages: number) => void;
}

/** What an export needs of a node. */
export type ExportingNode = Pick<AgencyNode, 'find' | 'receipts' | 'saveAttachment'> & {
  readonly journal: Pick<AgencyNode['journal'], 'record'>;
};

/**
 * Writes each message as `messages/ID.json`, its receipts and its attachments, and `manifest.json` beside them.
 * @throws LiaisonError FILE_EXISTS, FILE_UNREADABLE; MESSAGE_NOT_FOUND; JUSTIFICATION_MISSING; STORAGE_FAILED when the
 *   export could not be recorded. Nothing is left behind then.
 */
export async function exportMessages(
  node: ExportingNode,
  ids: readonly MessageId[],
  options: ExportOptions,
): Promise<ExportManifest> {
  const dir = resolve(options.dir);
  if (existsSync(dir)) throw new LiaisonError('FILE_EXISTS', options.dir);
  if (!existsSync(dirname(dir))) throw new LiaisonError('FILE_UNREADABLE', `${dirname(dir)} does not exist.`);
  const found = [...new Set(ids)].map((id) => ({ id, copies: node.find(id) }));
  const isKept = ({ copies }: { copies: readonly StoredMessage[] }): boolean =>
    options.nominal || !copies.some(({ routing }) => routing?.type === MessageType.NOMINAL_ANNEX);
  const kept = found.filter(isKept);
  const messages = await Promise.all(
    kept.map(async ({ id }) => {
      const facts = { messageId: id, ...options.reason };
      return { id, journalEntry: await node.journal.record('message.exported', facts) };
    }),
  );
  const work = mkdtempSync(`${dir}.partial-`);
  try {
    const files: ExportedFile[] = [];
    const logKeys = new Set<string>();
    for (const [done, { id, copies }] of kept.entries()) {
      const receipts = copies.some(({ direction }) => direction === 'sent') ? node.receipts(id) : [];
      for (const { logKey } of receipts) logKeys.add(logKey);
      files.push(...(await exportMessage(node, work, { id, copies, receipts })));
      options.onProgress?.(done + 1);
    }
    const leftOut = found.filter((item) => !isKept(item)).map(({ id }) => id);
    const exportedAt = new Date(options.nowMs).toISOString();
    const manifest: ExportManifest = { exportedAt, messages, leftOut, logKeys: [...logKeys], files };
    writeDurably(join(work, 'manifest.json'), `${jsonText(manifest, 2)}\n`);
    syncDirectory(work);
    renameSync(work, dir);
    syncDirectory(dirname(dir));
    return manifest;
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    throw error;
  }
}

async function exportMessage(
  node: Pick<ExportingNode, 'saveAttachment'>,
  dir: string,
  message: { id: MessageId; copies: readonly StoredMessage[]; receipts: readonly StoredReceipt[] },
): Promise<ExportedFile[]> {
  const { id, copies, receipts } = message;
  const paths: string[] = [];
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeDurably(join(dir, path), text);
    paths.push(path);
  };
  write(`messages/${id}.json`, `${jsonText(copies.map(messageJson), 2)}\n`);
  for (const receipt of receipts) write(`receipts/${receiptName(id, receipt)}`, receipt.text);
  const isHere = ({ state }: AttachmentInfo): boolean => state === 'here';
  const attachments = copies.find((copy) => copy.attachments.some(isHere))?.attachments ?? [];
  for (const [index, attachment] of attachments.entries()) {
    if (!isHere(attachment)) continue;
    const path = `attachments/${id}/${index}-${safeName(attachment.name)}`;
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    await node.saveAttachment(id, index, join(dir, path));
    paths.push(path);
  }
  for (const folder of new Set(paths.map((path) => dirname(join(dir, path))))) syncDirectory(folder);
  return paths.map((path) => ({ path, sizeBytes: statSync(join(dir, path)).size, sha256: digestOf(join(dir, path)) }));
}

/** A receipt's file: message, kind, recipient and place in the log. */
export const receiptName = (id: MessageId, { kind, recipient, number }: StoredReceipt): string =>
  [id, kind, ...(recipient === undefined ? [] : [recipient.replaceAll('/', '-')]), number].join('.') + '.receipt';

function messageJson(message: StoredMessage): object {
  const { routing, body } = message;
  return { ...message, routing: routing && routingJson(routing), body: body && shownBody(body) };
}

/** Ids in their usual text form; the rest as the header has it. */
function routingJson(routing: Routing): object {
  const idOf = (bytes: Uint8Array): string | undefined => (bytes.length === 0 ? undefined : messageIdOf(bytes));
  return {
    ...routing,
    messageId: messageIdOf(routing.messageId),
    threadId: toHex(routing.threadId),
    inReplyTo: idOf(routing.inReplyTo),
    annexOf: idOf(routing.annexOf),
    derivedFrom: routing.derivedFrom.map(idOf),
    permissionIds: routing.permissionIds.map(idOf),
  };
}

/** A remote party has named it. */
const safeName = (name: string): string => name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 100) || 'file';

function writeDurably(path: string, text: string): void {
  writeFileSync(path, text, { flag: 'wx', mode: 0o600, flush: true });
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

const READ_BYTES = 1024 * 1024;

/** Attachments have any size: read in pieces. */
function digestOf(path: string): string {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const file = openSync(path, 'r');
  try {
    for (let bytes = readSync(file, buffer); bytes > 0; bytes = readSync(file, buffer)) {
      hash.update(buffer.subarray(0, bytes));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
