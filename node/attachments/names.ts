/** File names that come from outside must not lead anywhere, hide anything or surprise a shell. */

const NAME_BYTES_MAX = 200;
/** Device names that Windows takes for itself, whatever follows a dot. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A name for a file in a directory: without path, control and direction characters, and what file systems refuse; not
 * hidden, not longer than 200 bytes with its ending kept, never empty.
 */
export function safeName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = last
    // Control and format characters, among them those that turn the direction of writing; unpaired surrogates.
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .replaceAll(/[<>:"|?*]/g, '_')
    .replaceAll(/^[.\s]+|[.\s]+$/g, '')
    .replace(/^-/, '_');
  const usable = RESERVED.test(clean) ? `_${clean}` : clean;
  return shortened(usable === '' ? 'attachment' : usable);
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= NAME_BYTES_MAX) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : '';
  let stem = ending === '' ? name : name.slice(0, dot);
  const room = NAME_BYTES_MAX - Buffer.byteLength(ending);
  while (Buffer.byteLength(stem) > room) stem = Array.from(stem).slice(0, -1).join('');
  return `${stem}${ending}`;
}
