/** A report names photos whose digests nobody knows before they are sealed; and nobody but the node learns their keys. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { withPhotos } from '../../../node/attachments/photos.ts';
import { shownBody } from '../../../node/index.ts';
import { type Attachment, type Body, PhotoKind } from '../../../protocol/generated/schema.ts';
import { toBase64Url } from '../../../protocol/ids.ts';
import { bodyToJson } from '../../../protocol/messages/json.ts';
import { hasOpenssl } from '../../support/openssl.ts';
import { information, seizure } from '../cases-support.ts';
import { jpeg } from './photo.ts';

const attachment = (n: number, mediaType = 'image/jpeg'): Attachment => ({
  digest: new Uint8Array(32).fill(n),
  sizeBytes: n,
  key: new Uint8Array(32).fill(0xaa),
  noncePrefix: new Uint8Array(7).fill(0xbb),
  name: `${n}.jpg`,
  mediaType,
  plainDigest: new Uint8Array(32),
});
const report = (...photos: { digest?: number; caption: string }[]): Body => {
  const body = seizure();
  if (body.content.kind !== 'seizureReport') throw new Error('It is no report.');
  body.content.value.photos = photos.map(({ digest, caption }) => ({
    ...{ kind: PhotoKind.GOODS, caption },
    digest: digest === undefined ? new Uint8Array(0) : new Uint8Array(32).fill(digest),
  }));
  return body;
};
const photosOf = ({ content }: Body): [number | undefined, string][] =>
  content.kind === 'seizureReport' ? content.value.photos.map(({ digest, caption }) => [digest[0], caption]) : [];

describe('photos of a report', () => {
  const files = [attachment(1), attachment(2, 'application/pdf'), attachment(3, 'image/png'), attachment(4)];

  test('are the attached images when it names none', () => {
    expect(photosOf(withPhotos(report(), files))).toEqual([1, 3, 4].map((n) => [n, '']));
    expect(photosOf(withPhotos(report(), []))).toEqual([]);
  });

  test('without a digest take the images in order, past those that are named', () => {
    const given = report({ caption: 'a' }, { digest: 3, caption: 'b' }, { caption: 'c' });
    expect(photosOf(withPhotos(given, files))).toEqual([
      [1, 'a'],
      [3, 'b'],
      [4, 'c'],
    ]);
    expect(photosOf(given)[0]).toEqual([undefined, 'a']);
  });

  test('that have no image are refused by their place', () => {
    const given = report({ caption: 'a' }, { caption: 'b' });
    expect(() => withPhotos(given, [attachment(1), attachment(2, 'text/plain')])).toThrow(/seizureReport\.photos\[1\]/);
  });

  test('are nothing that other messages have', () => {
    const body = information();
    expect(withPhotos(body, files)).toBe(body);
  });
});

describe('keys of attachments', () => {
  const body = { ...information(), attachments: [attachment(1)] };

  test('are in no body that is shown', () => {
    const text = JSON.stringify(shownBody(body));
    for (const { key, noncePrefix } of body.attachments) {
      expect(JSON.stringify(bodyToJson(body))).toContain(toBase64Url(key));
      expect(text).not.toContain(toBase64Url(key));
      expect(text).not.toContain(toBase64Url(noncePrefix));
    }
    expect(shownBody(body)).toMatchObject({ attachments: [{ name: '1.jpg', sizeBytes: 1 }] });
  });

  test('are left out in one place: nothing else of the node writes bodies', () => {
    const writers = readdirSync('node', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .filter((name) => readFileSync(join('node', name), 'utf8').includes('bodyToJson'));
    expect(writers).toEqual(['shown-body.ts']);
  });
});

describe.skipIf(!hasOpenssl)('a sent report', async () => {
  if (!hasOpenssl) return;
  const world = await import('../world.ts');
  const dir = mkdtempSync(join(tmpdir(), 'liaison-photos-'));
  afterAll(() => {
    world.removeWorld();
    rmSync(dir, { recursive: true });
  });

  test('names the ciphertexts of its photos', async () => {
    const { node } = await world.openNode(world.makeGateway());
    const path = join(dir, 'goods.jpg');
    writeFileSync(path, jpeg());
    const body = report({ caption: 'Behind the tiles' });
    const id = await node.send({ ...world.REQUEST, body, attachments: [{ path }] });
    const [sent] = node.find(id);
    expect(photosOf(sent!.body!)).toEqual([[sent!.body!.attachments[0]!.digest[0], 'Behind the tiles']]);
    await node.close();
  });
});
