import { type Html, html } from './html.ts'
import type { Overall } from './words.ts'

/** The shape of a status, beside its word: it says the same to who cannot tell the colours apart. */
export function mark(status: Overall): Html {
  return html`<svg class="mark" aria-hidden="true"><use href="#mark-${status}"/></svg>`
}

/** The shapes, once for the whole page: a disc, a triangle, a diamond, an octagon, two bars. */
export const MARKS: Html = html`<svg hidden aria-hidden="true"><defs>
<symbol id="mark-pass" viewBox="0 0 20 20"><circle cx="10" cy="10" r="9"/><path class="ink" d="M5.5 10.5l3 3 6-7"/></symbol>
<symbol id="mark-warn" viewBox="0 0 20 20"><path d="M10 1l9.5 17.5H.5z"/><path class="ink" d="M10 7v5.5M10 15v.8"/></symbol>
<symbol id="mark-unknown" viewBox="0 0 20 20"><path d="M10 0l10 10-10 10L0 10z"/><path class="ink" d="M7.7 8.2c0-3 4.6-3 4.6-.2 0 1.8-2.3 1.9-2.3 3.8M10 14.3v.8"/></symbol>
<symbol id="mark-fail" viewBox="0 0 20 20"><path d="M6 0h8l6 6v8l-6 6H6l-6-6V6z"/><path class="ink" d="M6 6l8 8m0-8l-8 8"/></symbol>
<symbol id="mark-stopping" viewBox="0 0 20 20"><rect width="20" height="20" rx="3"/><path class="ink" d="M7 5v10m6-10v10"/></symbol>
</defs></svg>`
