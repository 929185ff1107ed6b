/** The report as a page: what it says, and that nothing in a log can make it do or load anything. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { openAuditSource } from '../../../audit/bundle/open.ts';
import { formatVerifierKey } from '../../../audit/index.ts';
import { LedgerFile } from '../../../audit/ledger-file.ts';
import { renderReport } from '../../../audit/report/page.ts';
import { collectStatistics, type Statistics } from '../../../audit/report/statistics.ts';
import { exported, place } from '../bundle-support.ts';
import { rejection } from '../forged-events.ts';
import { Forgery } from '../forgery.ts';
import { customs, directory, makeMessage, police, removeDirectory, root, signer } from '../log-builder.ts';
import { makeSampleLog } from '../sample-log.ts';
import { audit } from '../verify-support.ts';

const sample = makeSampleLog();
afterAll(removeDirectory);

const HOSTILE = 'x<img src=//evil.example onerror=alert(1)>"\'&\u202e\u0007';

function hostileLog(): string {
  const log = new Forgery(sample.path);
  log.append(rejection(makeMessage(customs, [police], log.nextMs), { code: 9999, sender: `${HOSTILE}/unit` }));
  log.append({
    kind: 'auditRead',
    value: { auditor: HOSTILE, tlsKeyId: new Uint8Array(32), beganAtMs: log.nextMs, requests: 1, ranges: [] },
  });
  return log.write();
}

async function pageOf(path: string): Promise<string> {
  const report = await audit(path);
  const source = new LedgerFile(path);
  const statistics = collectStatistics(source);
  source.close();
  const context = {
    madeAtMs: 0,
    version: '0',
    logKeyGiven: true,
    anchorsGiven: 1,
    commands: ['./liaison audit verify'],
  };
  return renderReport(report, statistics, context);
}

/** Tags and their attributes; whatever is not well-formed stays behind as text with a less-than sign in it. */
function tagsOf(page: string): { name: string; attributes: string }[] {
  const body = page.replace(/<style>[\s\S]*?<\/style>/, '');
  const pattern = /<(!doctype|\/?[a-z][a-z0-9-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*\/?>/gi;
  expect(body.replaceAll(pattern, '')).not.toContain('<');
  return [...body.matchAll(pattern)].map(([, name = '', attributes = '']) => ({
    name: name.toLowerCase(),
    attributes,
  }));
}

describe('the page', () => {
  test('of a clean log says so first, and what was compared', async () => {
    const page = await pageOf(sample.path);
    expect(page.indexOf('class="verdict verified"')).toBeGreaterThan(0);
    expect(page.indexOf('class="verdict verified"')).toBeLessThan(page.indexOf('<h2>'));
    expect(page).toContain(signer.name);
    expect(page).toContain(Buffer.from(sample.last).toString('utf8').split('\n')[2]);
    expect(page).toContain('suspend xc.customs');
    expect(page).toContain('RECIPIENT_SUSPENDED');
    expect(page).toContain('informationRequest');
    expect(page).not.toContain('<h2>Findings</h2>');
  });

  test('of a forged log lists what was found', async () => {
    const log = new Forgery(sample.path);
    log.append(rejection(makeMessage(customs, [police], log.nextMs), { code: 201 }));
    const page = await pageOf(log.write());
    expect(page).toContain('class="verdict findings"');
    expect(page).toMatch(/class="rule">refusal-policy<\/span>\s*<span class="soft">entry \d+</);
  });

  test('has no script and loads nothing, whatever stands in the log', async () => {
    const page = await pageOf(hostileLog());
    const tags = tagsOf(page);
    const names = new Set(tags.map(({ name }) => name.replace('/', '')));
    for (const name of ['script', 'img', 'link', 'iframe', 'object', 'image', 'use', 'base', 'a', 'foreignobject']) {
      expect(names).not.toContain(name);
    }
    for (const { attributes } of tags) {
      expect(attributes).not.toMatch(/\s(?:on\w+|href|src|style|srcset|action|xlink:href)=/i);
    }
    expect(page).not.toMatch(/url\(|@import|javascript:/i);
    expect(page).not.toMatch(/[\u202e\u0007]/);
    expect(page).toContain('x&lt;img src=//evil.example onerror=alert(1)&gt;&quot;&#39;&amp;\ufffd\ufffd');
    expect(page).toContain('CODE_9999');
  });

  test('allows its own style sheet by digest and nothing else', async () => {
    const page = await pageOf(sample.path);
    const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    expect(policy).toBe(`default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`);
    expect(page.match(/<style/g)).toHaveLength(1);
  });
});

test('figures count what the log says', () => {
  const source = new LedgerFile(sample.path);
  const { totals, agencies, refusals, latency } = collectStatistics(source);
  source.close();
  // One alone, a burst of five to two, and one that expires.
  expect(totals).toEqual({ messages: 7, handedOver: 4, failed: 2, waiting: 6 });
  expect(agencies.get('xa.customs')).toMatchObject({ messages: 7, refused: 2 });
  expect(agencies.get('xb.police')).toMatchObject({ messages: 0, received: 6 });
  expect(refusals.get('SIGNATURE_INVALID')).toEqual({ logged: 0, counted: 3 });
  expect(latency.reduce((sum, count) => sum + count)).toBe(totals.handedOver);
});

test('figures of a bundle are those of the data that it was exported from', async () => {
  const data = place('data');
  mkdirSync(data);
  copyFileSync(sample.path, join(data, 'ledger.db'));
  const out = place('figures');
  await exported(data, out);
  const read = (path: string): Statistics => {
    const source = openAuditSource(path);
    const statistics = collectStatistics(source);
    source.close();
    return statistics;
  };
  const figures = read(out);
  expect(figures.totals.messages).toBe(7);
  expect(figures).toEqual(read(sample.path));
});

describe('the command', { timeout: 120_000 }, () => {
  const key = formatVerifierKey(signer);
  const run = async (...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
    try {
      return { code: 0, ...(await promisify(execFile)('./liaison', ['audit', 'report', ...words])) };
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string };
    }
  };

  test('writes the page, replaces no file unasked, and answers as verify does', async () => {
    const out = join(directory, 'report.html');
    const policy = join(directory, 'none.policy');
    writeFileSync(policy, 'quorum none\n');
    const rest = ['--witness-policy', policy, '--silence-hours', '48'];
    const verified = await run(sample.path, '--out', out, '--log-key', key, '--anchors', root.certificatePath, ...rest);
    expect(verified.code).toBe(0);
    expect(verified.stdout).toMatch(/^VERIFIED\n/);
    for (const option of [`--log-key ${key}`, `--witness-policy ${policy}`, '--silence-hours 48']) {
      expect(readFileSync(out, 'utf8')).toContain(option);
    }
    const again = await run(sample.path, '--out', out);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('FILE_EXISTS');
    const unproven = await run(sample.path, '--out', out, '--force', '--json');
    expect(unproven.code).toBe(2);
    expect(JSON.parse(unproven.stdout)).toMatchObject({ verdict: 'consistent-origin-unproven' });
    expect(readFileSync(out, 'utf8')).toContain('class="verdict unproven"');
  });

  test('writes nothing when there is nothing to audit', async () => {
    const out = join(directory, 'none.html');
    const empty = join(directory, 'empty');
    mkdirSync(empty);
    writeFileSync(join(empty, 'ledger.db'), 'no database');
    const { code, stderr } = await run(join(directory, 'missing'), '--out', out);
    expect(code).toBe(2);
    expect(stderr).toContain('FILE_UNREADABLE');
    expect(existsSync(out)).toBe(false);
  });
});
