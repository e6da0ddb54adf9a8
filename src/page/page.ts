import type { Fragments } from './fragments.ts'
import { html, trusted } from './html.ts'
import { MARKS } from './marks.ts'
import { time } from './phrases.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'
import type { StatusView } from './view.ts'
import { isAsked } from './visits.ts'
import { wordsIn } from './words.ts'

/**
 * The whole page, readable as it is; its script, the only one, keeps it live. Style and script stand in it, so that one answer is all.
 * @param livez where somebody inside the pod asks for liveness: `http://127.0.0.1:8080/livez`
 */
export function statusPage(view: StatusView, { title, spoken, checks, others }: Fragments, livez: string): string {
  const { language, prefix, now } = view
  const words = wordsIn(language)
  const other = language === 'en' ? 'ja' : 'en'
  const part = (id: string) => others.get(id)
  const from = { instance: view.identity.serviceId, livez, isAsked: isAsked('/livez', view), isGuarded: view.isGuarded }
  const says = Object.entries(words.live(from)).map(([key, text]) => html` data-${key}="${text}"`)
  return `<!doctype html>\n${html`<html lang="${language}"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"><style>${trusted(STYLE)}</style></head>
<body data-events="${prefix}/status/events?lang=${language}"${says}>${MARKS}
<a class="skip" href="#checks">${words.skip}</a>
<header><p><b>failweb</b> ${view.identity.serviceId}</p><p id="live">${time(now, now)}</p><p id="zone">${words.utc}</p>
<noscript><p>${words.noScripts} <a href="?lang=${language}">${words.reload}</a></p></noscript>
<nav><a href="?lang=${other}" lang="${other}" hreflang="${other}">${words.otherLanguage}</a></nav></header>
<p id="spoken" class="spoken" role="status">${spoken}</p><p id="said" role="status"></p>
<p id="anew" role="status"></p><main>${part('overall')}${checks}
<div class="columns"><div>${part('timeline')}${part('visits')}</div><div>${part('run')}${part('controls')}</div></div></main>
<script>${trusted(SCRIPT)}</script></body></html>`}\n`
}

/** Style and script exactly as they stand in the page: a Content-Security-Policy allows them by their hashes. */
export const INLINE: { readonly style: string; readonly script: string } = { style: STYLE, script: SCRIPT }
