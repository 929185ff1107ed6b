/** Photos with what a camera writes into them, made byte by byte. */
import { deflateSync, crc32 } from 'node:zlib';

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const u32 = (value: number): Buffer =>
  Buffer.from([value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff]);
const segment = (marker: number, data: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from([0xff, marker]), u16(Buffer.byteLength(data) + 2), Buffer.from(data)]);

/** A text that stands for a place: none of it may be left. */
export const PLACE = 'GPS 54.3520N 18.6466E';

const entry = (tag: number, type: number, count: number, value: Buffer): Buffer =>
  Buffer.concat([u16(tag), u16(type), u32(count), value]);

/** EXIF with an orientation, a pointer to a GPS directory with a latitude, and a text. */
export function exif(turn: number): Buffer {
  const gpsAt = 8 + 2 + 2 * 12 + 4;
  const placeAt = gpsAt + 2 + 2 * 12 + 4;
  const latitude = entry(0x0002, 5, 3, u32(placeAt));
  const tiff = Buffer.concat([
    ...[Buffer.from('MM\0*'), u32(8), u16(2)],
    ...[entry(0x0112, 3, 1, Buffer.concat([u16(turn), u16(0)])), entry(0x8825, 4, 1, u32(gpsAt)), u32(0)],
    ...[u16(2), entry(0x0001, 2, 2, Buffer.from('N\0\0\0')), latitude, u32(0)],
    ...[u32(54), u32(1), u32(21), u32(1), u32(7), u32(1), Buffer.from(PLACE)],
  ]);
  return Buffer.concat([Buffer.from('Exif\0\0'), tiff]);
}

/** Segments of a JPEG that belong to the picture; the scan has stuffed bytes and a restart. */
export const PICTURE = {
  start: Buffer.from([0xff, 0xd8]),
  jfif: segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
  profile: segment(0xe2, 'ICC_PROFILE\0\x01\x01 colours'),
  adobe: segment(0xee, Buffer.from('Adobe\0d\0\0\0\0\x01', 'latin1')),
  tables: segment(0xdb, Buffer.alloc(65, 3)),
  frame: segment(0xc0, Buffer.from([8, 0, 8, 0, 8, 1, 1, 0x11, 0])),
  scan: Buffer.concat([
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0xff, 0xff, 0x00]),
  ]),
  end: Buffer.from([0xff, 0xd9]),
};

/** As a telephone writes it: position in EXIF, XMP, IPTC and a comment, a preview, and a film behind the end. */
export function jpeg(turn = 1): Buffer {
  const p = PICTURE;
  return Buffer.concat([
    ...[p.start, p.jfif, segment(0xe1, exif(turn)), segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${PLACE}`)],
    ...[segment(0xe0, `JFXX\0\x10${PLACE}`), p.profile, segment(0xe2, `MPF\0${PLACE}`)],
    ...[segment(0xed, `Photoshop 3.0\0${PLACE}`), p.adobe, segment(0xfe, PLACE), p.tables, p.frame],
    ...[p.scan, segment(0xfe, PLACE), p.scan, p.end, Buffer.from(`ftypmp42 ${PLACE}`)],
  ]);
}

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
};

export const PNG = {
  start: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  head: chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])),
  data: chunk('IDAT', deflateSync(Buffer.from([0, 7]))),
  end: chunk('IEND', Buffer.alloc(0)),
};

export function png(): Buffer {
  const texts = ['eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME', 'abCd'].map((type) => chunk(type, Buffer.from(PLACE)));
  return Buffer.concat([PNG.start, PNG.head, ...texts, PNG.data, ...texts, PNG.end, Buffer.from(PLACE)]);
}

const riff = (type: string, data: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return Buffer.concat([Buffer.from(type, 'latin1'), length, data, Buffer.alloc(data.length % 2)]);
};

export function webp(hasMetadata: boolean): Buffer {
  const head = riff('VP8X', Buffer.from([hasMetadata ? 0x1c : 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
  const picture = [riff('ALPH', Buffer.from('abc')), riff('VP8 ', Buffer.alloc(20, 9))];
  const metadata = hasMetadata ? [riff('EXIF', exif(1)), riff('XMP ', Buffer.from(PLACE))] : [];
  const body = Buffer.concat([Buffer.from('WEBP'), head, ...picture, ...metadata]);
  const whole = riff('RIFF', body);
  return hasMetadata ? Buffer.concat([whole, Buffer.from(PLACE)]) : whole;
}
