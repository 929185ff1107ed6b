/**
 * What of a photo is sent: the picture without what the camera wrote beside it (EXIF with position and serial number, XMP,
 * IPTC, comments, previews, whatever follows the end). The pixels' bytes are copied, never encoded anew. A file is looked
 * through once and described as ranges to copy, so its size does not matter.
 */
import type { FileHandle } from 'node:fs/promises';
import { LiaisonError } from '../../protocol/errors.ts';

/** A piece of what is sent: a range of the file, or bytes in their place. */
export type Piece = { readonly from: number; readonly to: number } | { readonly bytes: Uint8Array };

/** Pieces of a hostile file are not collected without end. */
const PIECES_MAX = 10_000;
const WINDOW_BYTES = 64 * 1024;

/**
 * What to copy of a photo; `undefined` for a file that is none.
 * @throws LiaisonError FILE_INVALID when it is a photo of a kind, or in a state, of which the metadata cannot be taken out
 */
export async function piecesWithoutMetadata(file: FileHandle): Promise<Piece[] | undefined> {
  const reader = new Reader(file);
  const head = await reader.bytes(0, 32);
  const text = head.toString('latin1');
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return jpegPieces(reader);
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return pngPieces(reader);
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return webpPieces(reader);
  const isTiff = text.startsWith('II*\0') || text.startsWith('MM\0*');
  if (isTiff || /^....ftyp(heic|heix|hevc|hevx|heim|heis|mif1|msf1|avif|avis)/s.test(text)) {
    throw invalid('the metadata of HEIC, AVIF and TIFF files cannot be taken out: send a JPEG, or keep the metadata');
  }
  return undefined;
}

const invalid = (what: string): LiaisonError => new LiaisonError('FILE_INVALID', `It is a photo, but ${what}.`);

/** Random access with one window of the file in memory. */
class Reader {
  private readonly file: FileHandle;
  private window: Buffer = Buffer.alloc(0);
  private at = 0;

  constructor(file: FileHandle) {
    this.file = file;
  }

  /** Fewer bytes at the end of the file. */
  async bytes(from: number, length: number): Promise<Buffer> {
    if (from < this.at || from + length > this.at + this.window.length) {
      const buffer = Buffer.allocUnsafe(Math.max(length, WINDOW_BYTES));
      const { bytesRead } = await this.file.read(buffer, 0, buffer.length, from);
      this.window = buffer.subarray(0, bytesRead);
      this.at = from;
    }
    return this.window.subarray(from - this.at, from - this.at + length);
  }

  async exactly(from: number, length: number): Promise<Buffer> {
    const bytes = await this.bytes(from, length);
    if (bytes.length < length) throw invalid('its end is missing');
    return bytes;
  }

  /** Where the next byte of this value is, at or after `from`. */
  async find(value: number, from: number): Promise<number> {
    for (let at = from; ; at += WINDOW_BYTES) {
      const bytes = await this.bytes(at, WINDOW_BYTES);
      const found = bytes.indexOf(value);
      if (found >= 0) return at + found;
      if (bytes.length < WINDOW_BYTES) throw invalid('its end is missing');
    }
  }
}

/** Ranges that follow each other become one. */
class Pieces {
  readonly list: Piece[] = [];

  copy(from: number, to: number): void {
    const last = this.list.at(-1);
    if (last && 'to' in last && last.to === from) this.list[this.list.length - 1] = { from: last.from, to };
    else this.add({ from, to });
  }

  put(bytes: Uint8Array): void {
    this.add({ bytes });
  }

  private add(piece: Piece): void {
    if (this.list.length >= PIECES_MAX) throw invalid('it has too many parts');
    this.list.push(piece);
  }
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COM = 0xfe;

/** ITU-T T.81, annex B: segments up to a scan, entropy-coded data, further segments, and nothing behind the end. */
async function jpegPieces(reader: Reader): Promise<Piece[]> {
  const pieces = new Pieces();
  pieces.copy(0, 2);
  for (let at = 2; ;) {
    const marker = (await reader.exactly(at, 2)).readUInt16BE();
    // Bytes 0xff may fill the room before a marker.
    if (marker === 0xffff) {
      at += 1;
      continue;
    }
    const kind = marker & 0xff;
    if (marker >> 8 !== 0xff || kind === 0 || kind === SOI) throw invalid('it is damaged');
    if (kind === EOI) {
      pieces.copy(at, at + 2);
      return pieces.list;
    }
    const end = at + 2 + (await reader.exactly(at + 2, 2)).readUInt16BE();
    if (kind === APP1) {
      const turn = await orientationOf(reader, at + 4, end);
      if (turn) pieces.put(turn);
    } else if (await isPicture(reader, kind, at, end)) pieces.copy(at, end);
    at = kind === SOS ? await endOfScan(reader, end) : end;
    if (kind === SOS) pieces.copy(end, at);
  }
}

/** Colour profile and how the colours are coded belong to the picture; all else that applications wrote does not. */
async function isPicture(reader: Reader, kind: number, at: number, end: number): Promise<boolean> {
  if (kind === COM) return false;
  if (kind < APP0 || kind > APP15) return true;
  const name = (await reader.bytes(at + 4, Math.min(end - at - 4, 12))).toString('latin1');
  // An Adobe segment and a JFIF header have a few bytes; JFXX would hold a preview.
  if (kind === APP0) return name.startsWith('JFIF\0') && end - at === 18;
  return kind === APP2 ? name.startsWith('ICC_PROFILE\0') : kind === APP14 && name.startsWith('Adobe');
}

/** Where entropy-coded data end: at a marker that is neither a stuffed byte nor a restart. */
async function endOfScan(reader: Reader, from: number): Promise<number> {
  for (let at = from; ; at += 2) {
    at = await reader.find(0xff, at);
    const next = (await reader.exactly(at + 1, 1))[0] as number;
    if (next === 0xff) at -= 1;
    else if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
  }
}

/** How the picture is to be turned is no secret, and without it people would see it lying: an EXIF with this alone. */
async function orientationOf(reader: Reader, from: number, end: number): Promise<Uint8Array | undefined> {
  const exif = Buffer.from(await reader.bytes(from, end - from));
  if (exif.toString('latin1', 0, 6) !== 'Exif\0\0' || exif.length < 14) return undefined;
  const tiff = exif.subarray(6);
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number): number =>
    at + 2 > tiff.length ? 0 : isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  const directory = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  for (let i = 0; i < Math.min(u16(directory), 200); i++) {
    const at = directory + 2 + 12 * i;
    const turn = u16(at + 8);
    if (u16(at) === 0x0112 && u16(at + 2) === 3 && turn > 1 && turn <= 8) {
      // APP1, its length, "Exif", a TIFF header, and one directory with one entry.
      const [segment, header] = ['ffe10022457869660000', '4d4d002a00000008'];
      const entry = `01120003000000010${turn.toString(16).padStart(3, '0')}0000`;
      return Buffer.from(`${segment}${header}0001${entry}00000000`, 'hex');
    }
  }
  return undefined;
}

/** What belongs to the picture (PNG specification, third edition, section 11; APNG). */
const PNG_CHUNKS: ReadonlySet<string> = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'sBIT', 'bKGD', 'pHYs'],
  ...['acTL', 'fcTL', 'fdAT'],
]);

async function pngPieces(reader: Reader): Promise<Piece[]> {
  const pieces = new Pieces();
  pieces.copy(0, 8);
  for (let at = 8; ;) {
    const head = await reader.exactly(at, 8);
    const type = head.toString('latin1', 4, 8);
    const end = at + 12 + head.readUInt32BE();
    await reader.exactly(end - 1, 1);
    if (PNG_CHUNKS.has(type)) pieces.copy(at, end);
    if (type === 'IEND') return pieces.list;
    at = end;
  }
}

const WEBP_CHUNKS: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** Flags of VP8X that say that EXIF or XMP follows. */
const WEBP_METADATA = 0x0c;

async function webpPieces(reader: Reader): Promise<Piece[]> {
  const pieces = new Pieces();
  const fileEnd = 8 + (await reader.exactly(4, 4)).readUInt32LE();
  let size = 4;
  for (let at = 12; at < fileEnd;) {
    const head = Buffer.from(await reader.exactly(at, 8));
    const type = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    const end = at + 8 + length + (length % 2);
    await reader.exactly(at + 8, Math.min(length, 1));
    if (type === 'VP8X') {
      const chunk = Buffer.from(await reader.exactly(at, end - at));
      chunk[8] = (chunk[8] as number) & ~WEBP_METADATA;
      pieces.put(chunk);
    } else if (WEBP_CHUNKS.has(type)) pieces.copy(at, end);
    if (type === 'VP8X' || WEBP_CHUNKS.has(type)) size += end - at;
    at = end;
  }
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(size, 4);
  return [{ bytes: head }, ...pieces.list];
}
