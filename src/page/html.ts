/** Markup that is known to be safe: only {@link html} makes it, and there every text is escaped. */
export class Html {
  readonly #markup: string

  constructor(markup: string) {
    this.#markup = markup
  }

  toString(): string {
    return this.#markup
  }
}

/** What a hole of {@link html} takes. Nothing is written for undefined, null and false; of a list, each. */
export type Piece = Html | string | number | boolean | null | undefined | readonly Piece[]

/** Markup with holes. Texts in them are escaped, for elements and for attributes in double quotes; markup is kept. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(strings.reduce((before, text, index) => before + written(pieces[index - 1]) + text))
}

/** A text that is markup by itself: a style sheet, a script. Never for what came from outside. */
export function trusted(markup: string): Html {
  return new Html(markup)
}

function written(piece: Piece): string {
  if (piece === undefined || piece === null || piece === false || piece === true) return ''
  if (piece instanceof Html) return piece.toString()
  if (typeof piece === 'object') return piece.map(written).join('')
  return escaped(String(piece))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
