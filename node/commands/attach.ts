/** Files beside a message, as flags of the commands that send. */
import { statSync } from 'node:fs';
import { Option } from 'commander';
import { LiaisonError } from '../../protocol/errors.ts';

export interface AttachFlags {
  readonly attach?: readonly string[];
  readonly keepMetadata?: boolean;
}

export const attachOption = (): Option => new Option('--attach <file...>', 'files to send along');
export const attachKeep = (): Option =>
  new Option('--keep-metadata', 'leave place and time in photos, which are taken out otherwise');

/** @throws LiaisonError FILE_UNREADABLE */
export function attachmentsOf({ attach = [], keepMetadata = false }: AttachFlags): object {
  const attachments = attach.map((path) => {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
      throw new LiaisonError('FILE_UNREADABLE', `--attach: ${path} is no file.`);
    }
    return { path, ...(keepMetadata && { keepMetadata }) };
  });
  return attachments.length === 0 ? {} : { attachments };
}
