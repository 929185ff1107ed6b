/** A photograph as a camera makes it: with the place where it was taken. */

/** The smallest grey picture. */
const PICTURE =
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/' +
  'wAALCAABAAEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAFAEBAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQAAPwAqn//Z';

/** A JPEG with an EXIF segment that has a GPS directory, and a comment that tells one from the other. */
export function photoWithPlace(comment: string): Buffer {
  const picture = Buffer.from(PICTURE, 'base64');
  return Buffer.concat([
    picture.subarray(0, 2),
    segment(0xe1, exif()),
    segment(0xfe, Buffer.from(comment)),
    picture.subarray(2),
  ]);
}

function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** TIFF, big-endian: directory 0 points to a GPS directory with a latitude reference. */
function exif(): Buffer {
  const entry = (tag: number, type: number, count: number, value: Buffer): Buffer => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16BE(tag, 0);
    bytes.writeUInt16BE(type, 2);
    bytes.writeUInt32BE(count, 4);
    value.copy(bytes, 8);
    return bytes;
  };
  const directory = (content: Buffer): Buffer => Buffer.concat([Buffer.from([0, 1]), content, Buffer.alloc(4)]);
  const head = Buffer.from([...Buffer.from('Exif\0\0MM'), 0, 42, 0, 0, 0, 8]);
  const first = directory(entry(0x8825, 4, 1, Buffer.from([0, 0, 0, 26])));
  return Buffer.concat([head, first, directory(entry(1, 2, 2, Buffer.from('N\0\0\0')))]);
}
