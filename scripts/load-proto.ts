/** The .proto files with their comments, for what is generated from them. */
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const FILES = ['signed', 'envelope', 'body', 'statements', 'entries', 'wire', 'journal'];

/** All of protocol/proto; names of fields as they stand there. */
export function loadRoot(): protobuf.Root {
  const root = new protobuf.Root();
  for (const file of FILES) {
    const text = readFileSync(new URL(`../protocol/proto/${file}.proto`, import.meta.url), 'utf8');
    protobuf.parse(text, root, { keepCase: true, alternateCommentMode: true });
  }
  root.resolveAll();
  return root;
}
