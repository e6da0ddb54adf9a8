import { type Browser, chromium, type Page } from 'playwright-core'
import { until } from '../e2e/service-process.ts'

const FIRST_PAINT = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime`
const WARM_UP = 5

/** When Chromium first paints something of a page, in milliseconds, sorted. */
export interface Paints {
  /** In a window that has shown it before: fonts, and the words for times, are at hand. */
  readonly again: number[]
  /** In a new window, each time. */
  readonly anew: number[]
}

/** Loads pages in turn, so that a busy moment of the machine meets all of them. */
export async function paintsOf(urls: readonly string[], loads: number): Promise<readonly Paints[]> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  const window = await browser.newPage()
  const all = urls.map((): Paints => ({ again: [], anew: [] }))
  for (let load = 0; load < WARM_UP + loads; load++) {
    for (const [nth, url] of urls.entries()) {
      // What the page before still does is not to meet this one.
      await window.goto('about:blank')
      const [again, anew] = [await paint(window, url), await paintAnew(browser, url)]
      if (load < WARM_UP) continue
      all[nth]?.again.push(again)
      all[nth]?.anew.push(anew)
    }
  }
  await browser.close()
  for (const { again, anew } of all) for (const times of [again, anew]) times.sort((a, b) => a - b)
  return all
}

async function paintAnew(browser: Browser, url: string): Promise<number> {
  const page = await browser.newPage()
  const ms = await paint(page, url)
  await page.close()
  return ms
}

async function paint(page: Page, url: string): Promise<number> {
  await page.goto(url, { waitUntil: 'load' })
  return (await until(() => page.evaluate<number | undefined>(FIRST_PAINT), Boolean)) ?? Number.NaN
}
