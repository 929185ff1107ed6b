/**
 * What attachments are compared with: one HTTPS upload of a file into a file that is synced, between two processes of this
 * runtime, with TLS 1.3 and a client certificate as between node and gateway. `serve CERT KEY CA FILE` prints its port;
 * `put URL CERT KEY CA FILE` prints the milliseconds from the request to the answer.
 */
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, request } from 'node:https';
import { pipeline } from 'node:stream/promises';

const TLS = 'TLSv1.3';

function serve(cert: string, key: string, ca: string, file: string): void {
  const files = { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca) };
  const server = createServer({ ...files, minVersion: TLS, requestCert: true }, (asked, answer) => {
    const store = async (): Promise<void> => {
      // Synced before it is closed.
      await pipeline(asked, createWriteStream(file, { flush: true }));
      answer.end();
    };
    store().catch(() => answer.destroy());
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.stdout.write(`${typeof address === 'object' ? (address?.port ?? 0) : 0}\n`);
  });
}

async function put(url: string, cert: string, key: string, ca: string, file: string): Promise<void> {
  const files = { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca) };
  const { size } = await stat(file);
  const startMs = performance.now();
  const sent = request(url, { ...files, method: 'PUT', minVersion: TLS, headers: { 'content-length': size } });
  const answered = new Promise<void>((resolve, reject) => {
    sent.on('error', reject).on('response', (response) => response.resume().on('end', resolve));
  });
  await pipeline(createReadStream(file), sent);
  await answered;
  process.stdout.write(`${performance.now() - startMs}\n`);
}

const [role, ...words] = process.argv.slice(2) as [string, string, string, string, string, string];
if (role === 'serve') serve(...(words as unknown as [string, string, string, string]));
else await put(...words);
