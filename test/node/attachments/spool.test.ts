import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { mediaTypeOf } from '../../../node/attachments/media-types.ts';
import { safeName } from '../../../node/attachments/names.ts';
import { Spool } from '../../../node/attachments/spool.ts';
import type { AttachmentDraft } from '../../../node/types.ts';
import { AttachmentOpener } from '../../../protocol/envelope/attachments.ts';
import { toHex } from '../../../protocol/ids.ts';
import { seededRandom } from '../../protocol/support.ts';
import { exif, jpeg, PICTURE, PLACE, PNG, png, webp } from './photo.ts';

const dir = mkdtempSync(join(tmpdir(), 'liaison-spool-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const spool = new Spool(join(dir, 'data'), seededRandom('spool'));

/** What a recipient gets of a file. */
async function sent(name: string, bytes: Uint8Array, draft: Partial<AttachmentDraft> = {}): Promise<Buffer> {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  const attachment = await spool.seal({ path, ...draft });
  const sealed = readFileSync(spool.uploadPath(attachment.digest));
  expect(createHash('sha256').update(sealed).digest('hex')).toBe(toHex(attachment.digest));
  const opener = new AttachmentOpener(attachment);
  const plain = Buffer.concat([opener.update(sealed), opener.final()]);
  expect(plain.length).toBe(attachment.sizeBytes);
  expect(createHash('sha256').update(plain).digest('hex')).toBe(toHex(attachment.plainDigest));
  return plain;
}

describe('photos', () => {
  test('a JPEG loses its position and keeps every byte of the picture', async () => {
    expect(jpeg().includes(PLACE)).toBe(true);
    const plain = await sent('a.jpg', jpeg());
    const { start, jfif, profile, adobe, tables, frame, scan, end } = PICTURE;
    expect(plain.equals(Buffer.concat([start, jfif, profile, adobe, tables, frame, scan, scan, end]))).toBe(true);
    expect(plain.includes(PLACE)).toBe(false);
    expect(plain.includes('Exif')).toBe(false);
  });

  test('a JPEG that is to be turned still is, and says nothing else', async () => {
    const plain = await sent('b.jpg', jpeg(6));
    const at = plain.indexOf('Exif');
    const left = plain.subarray(at, at + 32);
    // The directory has one entry, the orientation, and no pointer to a GPS directory.
    expect(left.toString('hex')).toBe('4578696600004d4d002a0000000800010112000300000001000600000000' + '0000');
    expect(plain.includes(PLACE)).toBe(false);
    expect(plain.includes(exif(6).subarray(0, 40))).toBe(false);
  });

  test('a PNG and a WebP lose theirs', async () => {
    expect((await sent('a.png', png())).equals(Buffer.concat([PNG.start, PNG.head, PNG.data, PNG.end]))).toBe(true);
    expect((await sent('a.webp', webp(true))).equals(webp(false))).toBe(true);
  });

  test('are sent as they are when that is asked for, and other files always', async () => {
    expect((await sent('c.jpg', jpeg(), { keepMetadata: true })).equals(jpeg())).toBe(true);
    const text = Buffer.from(`%PDF ${PLACE}`);
    expect((await sent('a.pdf', text)).equals(text)).toBe(true);
  });

  test.each([
    ['a JPEG that breaks off', jpeg().subarray(0, 300)],
    ['a JPEG with rubbish between its segments', Buffer.concat([PICTURE.start, PICTURE.jfif, Buffer.from('rubbish')])],
    ['a PNG that breaks off', png().subarray(0, 60)],
    ['HEIC', Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic')])],
    ['TIFF', Buffer.concat([Buffer.from('II*\0'), Buffer.alloc(40)])],
  ])('%s is not sent: nobody would know what is left in it', async (_, bytes) => {
    await expect(sent('x', bytes)).rejects.toMatchObject({ code: 'FILE_INVALID' });
    expect((await sent('x', bytes, { keepMetadata: true })).equals(bytes)).toBe(true);
  });

  test('of any size: a scan of some megabytes is copied', async () => {
    const data = Buffer.alloc(3_000_000, 0x5a);
    for (let at = 0; at < data.length; at += 65_535) data.writeUInt16BE(0xff00, Math.min(at, data.length - 2));
    const scan = Buffer.concat([PICTURE.scan, data]);
    const whole = Buffer.concat([PICTURE.start, PICTURE.frame, scan, PICTURE.end]);
    expect((await sent('big.jpg', Buffer.concat([whole, Buffer.from(PLACE)]))).equals(whole)).toBe(true);
  });
});

describe('the spool', () => {
  test('says what it cannot read, and leaves nothing behind', async () => {
    await expect(spool.seal({ path: join(dir, 'nowhere') })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(spool.seal({ path: dir })).rejects.toMatchObject({ code: 'FILE_INVALID' });
    expect(readdirSync(spool.dir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('deletes at its start what was half done, and what nobody refers to', async () => {
    const data = join(dir, 'again');
    const before = new Spool(data, seededRandom('again'));
    const path = join(dir, 'f.txt');
    writeFileSync(path, 'text');
    const kept = await before.seal({ path });
    await before.seal({ path });
    writeFileSync(join(before.dir, 'abc.tmp'), 'half');
    const after = new Spool(data, seededRandom('again'));
    after.keepOnly((digest, kind) => kind === 'up' && digest === toHex(kept.digest));
    expect(readdirSync(after.dir)).toEqual([`${toHex(kept.digest)}.up`]);
  });

  test('encrypts the same file under another key each time', async () => {
    const path = join(dir, 'g.txt');
    writeFileSync(path, 'the same');
    const [one, two] = [await spool.seal({ path }), await spool.seal({ path })];
    expect(toHex(one.digest)).not.toBe(toHex(two.digest));
    expect(toHex(one.plainDigest)).toBe(toHex(two.plainDigest));
  });
});

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\Windows\\evil.exe', 'evil.exe'],
  ['.bashrc', 'bashrc'],
  ['-rf', '_rf'],
  ['photo\u202egpj.exe', 'photogpj.exe'],
  ['a\0b\nc.txt', 'abc.txt'],
  ['con.txt', '_con.txt'],
  ['..', 'attachment'],
  ['', 'attachment'],
  ['Отчёт 2031.pdf', 'Отчёт 2031.pdf'],
])('the name %j becomes %j', (name, safe) => {
  expect(safeName(name)).toBe(safe);
});

test('a long name keeps its ending', () => {
  const safe = safeName(`${'ß'.repeat(300)}.jpeg`);
  expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200);
  expect(safe.endsWith('.jpeg')).toBe(true);
});

test('media types follow from the ending', () => {
  expect([mediaTypeOf('A.JPG'), mediaTypeOf('b.pdf'), mediaTypeOf('c')]).toEqual([
    ...['image/jpeg', 'application/pdf', 'application/octet-stream'],
  ]);
});
