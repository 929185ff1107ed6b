/** Attachments of received messages as the application gets them: written out, erased. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, rmSync } from 'node:fs';
import { link, open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AttachmentOpener, sealedLength } from '../../protocol/envelope/attachments.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Attachment } from '../../protocol/generated/schema.ts';
import { equalBytes, type MessageId, messageIdBytes, toHex } from '../../protocol/ids.ts';
import { passed } from '../../protocol/release.ts';
import type { Reason } from '../journal/entries.ts';
import { openStored } from '../inbox-reader.ts';
import type { NodeRuntime } from '../runtime.ts';
import { dropAttachments } from './drop.ts';
import { diskError, writeAll } from './spool.ts';

const READ_BYTES = 256 * 1024;

/**
 * Decrypts an attachment of a received message into a file. The file appears under its name only when all of it has been
 * verified and is durable.
 * @throws LiaisonError MESSAGE_NOT_FOUND; UNAVAILABLE while it is on its way; FILE_EXISTS; ATTACHMENT_INVALID when it is not
 *   what the sender described; STORAGE_FULL, STORAGE_FAILED
 */
export async function saveAttachment(runtime: NodeRuntime, id: MessageId, index: number, path: string): Promise<void> {
  const attachment = findAttachment(runtime, id, index);
  if (!runtime.spool.has(attachment.digest, sealedLength(attachment.sizeBytes))) {
    const isWaiting = runtime.attachments.isKnown(attachment.digest, 'down');
    throw isWaiting
      ? new LiaisonError('UNAVAILABLE', 'The attachment is still on its way.')
      : new LiaisonError('MESSAGE_NOT_FOUND', `The attachment ${index} of ${id} was erased.`);
  }
  if (existsSync(path)) throw new LiaisonError('FILE_EXISTS', path);
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${toHex(runtime.random(8))}.tmp`);
  try {
    await openInto(temporary, runtime.spool.path(attachment.digest), attachment);
    await giveName(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new LiaisonError('FILE_EXISTS', path);
    throw diskError(error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * Deletes the attachments of a received message. The message itself stays.
 * @throws LiaisonError MESSAGE_NOT_FOUND, JUSTIFICATION_MISSING, STORAGE_FAILED
 */
export async function eraseAttachments(runtime: NodeRuntime, id: MessageId, reason: Reason): Promise<void> {
  const rows = runtime.inbox.byId(messageIdBytes(id));
  if (rows.length === 0) throw new LiaisonError('MESSAGE_NOT_FOUND', id);
  await runtime.db.write(() => {
    runtime.journal.note('message.erased', { detail: 'its attachments alone', ...reason, messageId: id });
    for (const row of rows) dropAttachments(runtime, row);
  });
}

function findAttachment(runtime: NodeRuntime, id: MessageId, index: number): Attachment {
  for (const row of runtime.inbox.byId(messageIdBytes(id))) {
    if (!row.envelope || row.state === 'held' || row.state === 'failed') continue;
    const attachment = openStored(row, runtime.keys).body.attachments[index];
    if (attachment) return attachment;
  }
  throw new LiaisonError('MESSAGE_NOT_FOUND', `There is no attachment ${index} of ${id}.`);
}

async function openInto(path: string, sealedPath: string, attachment: Attachment): Promise<void> {
  const opener = new AttachmentOpener(attachment);
  const hash = createHash('sha256');
  let bytes = 0;
  const target = await open(path, 'wx', 0o600);
  try {
    const write = async (plain: Uint8Array): Promise<void> => {
      hash.update(plain);
      bytes += plain.length;
      await writeAll(target, plain);
      passed(3 * plain.length);
    };
    for await (const sealed of createReadStream(sealedPath, { highWaterMark: READ_BYTES })) {
      await write(opener.update(sealed as Buffer));
    }
    await write(opener.final());
    if (bytes !== attachment.sizeBytes || !equalBytes(hash.digest(), attachment.plainDigest)) {
      throw new LiaisonError('ATTACHMENT_INVALID', 'It is not the file that the sender described.');
    }
    await target.sync();
  } finally {
    await target.close();
  }
}

/** A rename would replace a file that has come there meanwhile; a link does not. Not every file system has links. */
async function giveName(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await rename(temporary, path);
  }
  const dir = await open(dirname(path), 'r');
  try {
    await dir.sync();
  } finally {
    await dir.close();
  }
}
