/** Which attachment shows what: a report names its photos by the digest of a ciphertext that is not there before `send`. */
import { LiaisonError } from '../../protocol/errors.ts';
import { type Attachment, type Body, type Photo, PhotoKind } from '../../protocol/generated/schema.ts';

/**
 * Photos without a digest get, in order, that of the attached images that no other photo names; a report without photos gets
 * one for each attached image.
 * @throws LiaisonError BODY_INVALID when a photo has no image
 */
export function withPhotos(body: Body, attachments: readonly Attachment[]): Body {
  const { content } = body;
  if (content.kind !== 'seizureReport') return body;
  const { photos } = content.value;
  const named = new Set(photos.map(({ digest }) => keyOf(digest)));
  const free = attachments.filter((each) => each.mediaType.startsWith('image/') && !named.has(keyOf(each.digest)));
  const found = photos.length > 0 ? photos.map((photo, i) => filled(photo, i, free)) : free.map(photoOf);
  return { ...body, content: { ...content, value: { ...content.value, photos: found } } };
}

const keyOf = (digest: Uint8Array): string => Buffer.from(digest).toString('hex');
const photoOf = ({ digest }: Attachment): Photo => ({ digest, kind: PhotoKind.UNSPECIFIED, caption: '' });

/** Takes the next free image. */
function filled(photo: Photo, i: number, free: Attachment[]): Photo {
  if (photo.digest.length > 0) return photo;
  const image = free.shift();
  if (!image) throw new LiaisonError('BODY_INVALID', `seizureReport.photos[${i}] has no attached image.`);
  return { ...photo, digest: image.digest };
}
