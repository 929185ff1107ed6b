/**
 * Writes protocol/vectors/*.json, from which an implementation in another language can be checked. They are frozen with
 * their version (protocol/vectors/README.md): the same command gives the same bytes, `--check` compares them and writes
 * nothing. schema.json, schema-2.json and version-2.json say what the versions were and are not made again. Two files are made once and not again, because they come from the platform's random generator: `--sealed`
 * makes batches.json and envelopes.json anew. `jwe-foreign.json` comes from other JOSE implementations.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { toHex } from '../protocol/ids.ts';
import { actsFile } from './vectors/acts.ts';
import { bodiesFile } from './vectors/bodies.ts';
import { attachmentVectors } from './vectors/attachments.ts';
import { certificatesFile } from './vectors/certificates.ts';
import { encodingVectors } from './vectors/encoding.ts';
import { entriesFile } from './vectors/entries.ts';
import { framesFile } from './vectors/frames.ts';
import { receiptsFile } from './vectors/receipts.ts';
import { refusalsFile } from './vectors/refusals.ts';
import { schemaFile } from './vectors/schema.ts';
import { sealingVectors } from './vectors/sealing.ts';
import { batchVectors, envelopeVectors, signers } from './vectors/sealed.ts';
import { additionsFile } from './vectors/additions.ts';

/** Files that are the same each time, by name. */
export const FILES: Readonly<Record<string, () => object>> = {
  encoding: encodingVectors,
  frames: framesFile,
  refusals: refusalsFile,
  entries: entriesFile,
  receipts: receiptsFile,
  acts: actsFile,
  certificates: certificatesFile,
  sealing: sealingVectors,
  'schema-logs': schemaFile,
  'bodies-2': bodiesFile,
  logs: additionsFile,
  'attachments-2': attachmentVectors,
};

const urlOf = (name: string): URL => new URL(`../protocol/vectors/${name}.json`, import.meta.url);

async function textOf(name: string, value: object): Promise<string> {
  const shown = JSON.stringify(value, (_, item: unknown) => (item instanceof Uint8Array ? toHex(item) : item));
  return format(shown, { ...(await resolveConfig(urlOf(name))), parser: 'json' });
}

if (import.meta.main) {
  const isCheck = process.argv.includes('--check');
  for (const [name, make] of Object.entries(FILES)) {
    const text = await textOf(name, make());
    if (!isCheck) writeFileSync(urlOf(name), text);
    else if (readFileSync(urlOf(name), 'utf8') !== text) {
      process.stderr.write(`protocol/vectors/${name}.json is not what the code writes. They are frozen.\n`);
      process.exitCode = 1;
    }
  }
  if (process.argv.includes('--sealed')) {
    writeFileSync(urlOf('batches'), await textOf('batches', batchVectors(signers())));
    writeFileSync(urlOf('envelopes'), await textOf('envelopes', envelopeVectors()));
  }
}
