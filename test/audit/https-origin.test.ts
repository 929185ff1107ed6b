/** What an auditor may mistake on the command line of a fetch. */
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { HttpsOrigin } from '../../audit/cli/https-origin.ts';
import { readLogKey } from '../../audit/cli/trust.ts';
import { issue } from '../support/openssl.ts';
import { removeDirectory, root } from './log-builder.ts';
import { expectCode } from './support.ts';

afterAll(removeDirectory);

test('a key that is not that of the certificate is refused before anything is sent', () => {
  const [own, other] = ['one', 'two'].map((name) =>
    issue(root, { kind: 'tls-client', uris: [`liaison-role:auditor/${name}`] }),
  );
  const files = { cert: readFileSync(own!.chainPath), ca: readFileSync(root.certificatePath), maxSockets: 1 };
  const url = new URL('https://localhost:1');
  new HttpsOrigin(url, { ...files, key: readFileSync(own!.keyPath) }).close();
  expectCode(() => new HttpsOrigin(url, { ...files, key: readFileSync(other!.keyPath) }), 'FILE_INVALID');
  expectCode(() => new HttpsOrigin(url, { ...files, key: readFileSync(own!.chainPath) }), 'FILE_INVALID');
});

test('a file of a key that does not exist is said to be none', () => {
  expectCode(() => readLogKey('no-such-directory/log.pub'), 'FILE_UNREADABLE');
  expect(() => readLogKey('no-such-directory/log.pub')).toThrow(/neither a file nor a verifier key/);
  expectCode(() => readLogKey('log.example+00000000+AAAA'), 'CONFIG_INVALID');
});
