/** What commands print: nothing that a remote party wrote moves the cursor, reorders the text or begins a line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { jsonText, print, printTable } from '../../cli/print.ts';
import { reportError } from '../../cli/report.ts';
import { showCommand } from '../../node/commands/show.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { ERRORS, LiaisonError } from '../../protocol/errors.ts';
import { hasOpenssl } from '../support/openssl.ts';

const HOSTILE = 'a\u001b[2Jb\u009b1mc\u202ed\u2028e\u007f\u{e0041}';
const HARMFUL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\p{Cf}]/u;

async function printed(stream: 'stdout' | 'stderr', act: () => unknown): Promise<string> {
  const out = process[stream];
  const write = out.write.bind(out);
  const chunks: string[] = [];
  out.write = (chunk: string | Uint8Array): boolean => chunks.push(String(chunk)) > 0;
  try {
    await act();
  } finally {
    out.write = write;
  }
  return chunks.join('');
}

describe('hostile text', () => {
  test('in lines, which stay lines', async () => {
    expect(await printed('stdout', () => print({}, undefined, [`x ${HOSTILE}`, 'y\nz']))).toBe(
      'x a [2Jb 1mc d e \ny\nz\n',
    );
  });

  test('in tables', async () => {
    const text = await printed('stdout', () => printTable(['Head', HOSTILE], [['1', HOSTILE]]));
    expect(text).not.toMatch(HARMFUL);
    expect(text).toContain('a [2Jb 1mc d e');
  });

  test('in JSON, where nothing is lost', async () => {
    const text = await printed('stdout', () => print({ json: true }, { text: HOSTILE, [HOSTILE]: 1 }, []));
    expect(text).not.toMatch(HARMFUL);
    expect(text).toContain('\\u009b1mc\\u202ed\\u2028e\\u007f\\udb40\\udc41');
    expect(JSON.parse(text)).toEqual({ text: HOSTILE, [HOSTILE]: 1 });
    expect(jsonText({ é: '—' })).toBe('{"é":"—"}');
  });

  test.each([true, false])('in errors, as JSON: %s', async (json) => {
    const text = await printed('stderr', () => reportError(new LiaisonError('INTERNAL', HOSTILE), { json }));
    expect(text).not.toMatch(HARMFUL);
  });
});

describe.skipIf(!hasOpenssl)('node show', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  afterAll(world.removeWorld);

  test("shows a gateway's refusal as one harmless line", async () => {
    const gateway = world.makeGateway();
    gateway.intercept = (frame, connection) => {
      if (frame.kind !== 'submit') return false;
      const { request, envelopes } = frame.value;
      const refusal = { code: ERRORS.ID_REUSED.number, text: `${HOSTILE}\n  forged: line`, retry: false };
      const outcomes = envelopes.map(({ header }) => ({
        messageId: parseHeader(header).routing.messageId,
        outcome: { kind: 'refused' as const, value: { ...refusal, logged: undefined } },
      }));
      connection.answer({
        kind: 'submitResult',
        value: { request, checkpoint: gateway.log.checkpoint(), hashes: [], outcomes },
      });
      return true;
    };
    const config = {
      ...world.makeConfig(),
      gateway: { url: 'wss://127.0.0.1:1', ca: world.authority.certificatePath },
    };
    const { node } = await world.openNode(gateway, config);
    const id = await node.send(world.REQUEST);
    await expect(node.waitFor(id, 'accepted')).rejects.toMatchObject({ code: 'ID_REUSED' });
    await node.close();

    const file = join(config.dataDir, 'node.yaml');
    writeFileSync(file, JSON.stringify(config));
    let text = '';
    await printed('stderr', async () => {
      text = await printed('stdout', () =>
        showCommand().parseAsync([id, '--config', file, '--actor', 'a', '--justification', 'b'], { from: 'user' }),
      );
    });
    expect(text).not.toMatch(HARMFUL);
    expect(text).not.toMatch(/^ *forged/m);
    expect(text).toMatch(/ID_REUSED: .*a \[2Jb 1mc d e\s+forged: line/);
  });
});
