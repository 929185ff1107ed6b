/** HTML whose every value is escaped. What stands in a log may be hostile: it is text here, and cannot turn other text around. */

/** Markup that is what it looks like. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Part[];

/** html`<td>${name}</td>`: whatever is put in is escaped, unless it was made here. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(texts.map((text, i) => text + (i < parts.length ? shown(parts[i] as Part) : '')).join(''));

function shown(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escaped(part);
  return typeof part === 'number' ? escaped(part.toLocaleString('en-GB')) : part.map(shown).join('');
}

/** Controls, and what reorders or hides text, become a mark that can be seen; line feeds stay. */
const NOT_SHOWN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  ...{ '"': '&quot;', "'": '&#39;' },
};

export const escaped = (text: string): string =>
  text
    .replaceAll(NOT_SHOWN, (character) => (character === '\n' ? character : '\ufffd'))
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
