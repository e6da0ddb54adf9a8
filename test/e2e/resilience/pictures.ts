import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { messageOf } from '../../../src/core/thrown.ts'
import { type Moment, play } from './play.ts'
import { STORIES } from './stories.ts'
import type { Story } from './story.ts'

/**
 * Takes pictures of `/status` during every story, for readers who are to find out what is wrong and are not told:
 * `npm run build && npx tsx test/e2e/resilience/pictures.ts FOLDER [PART OF A TITLE]`. Each story has a code for its name, what tells
 * that a fault was set on purpose is taken off the page, and which code is which is written to `FOLDER.key`. A page is opened while the
 * service is well, looked at once the fault is said (`1-open`) and opened anew after the restart (`2-after`); each as a picture, and as
 * the text that is read without opening anything.
 */
const [folder, part = ''] = process.argv.slice(2)
if (folder === undefined) throw new Error('expected a folder')
mkdirSync(folder, { recursive: true })

/** How long a reader lets the open page stand: longer than it takes to notice that nobody sends news. */
const STANDS_MS = 15_000
/** The news of a page that has just been opened. */
const OPENED_MS = 2_000

const BLIND = `
  const blind = () => {
    for (const lead of document.querySelectorAll('#overall .lead')) if (/on purpose just now/.test(lead.textContent)) lead.remove()
    for (const told of document.querySelectorAll('.purpose')) told.remove()
    const heading = [...document.querySelectorAll('#controls h3')].find((one) => /on purpose/.test(one.textContent))
    while (heading?.nextSibling) heading.nextSibling.remove()
    heading?.remove()
  }
  new MutationObserver(blind).observe(document.body, { childList: true, subtree: true })
  blind()
`

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const keys: string[] = []
await Promise.all(
  STORIES.filter(({ title }) => title.includes(part)).map(async (story) => {
    const code = randomBytes(2).toString('hex')
    try {
      await playFor(story, code, browser)
      keys.push(`${code} ${story.title}`)
    } catch (error) {
      process.stderr.write(`not so: ${story.title}: ${messageOf(error)}\n`)
    }
  }),
)
writeFileSync(`${folder}.key`, `${keys.join('\n')}\n`)
await browser.close()

async function playFor(story: Story, code: string, browser: Browser): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en' })
  const page = await context.newPage()
  const looks: Readonly<Record<Moment, (url: string) => Promise<unknown>>> = {
    well: (url) => page.goto(`${url}/status`),
    said: async () => {
      await page.waitForTimeout(story.ends.by === 'itself' ? 0 : STANDS_MS)
      await take(page, `${code}-1-open`)
    },
    next: async (url) => {
      await page.goto(`${url}/status`)
      await page.waitForTimeout(OPENED_MS)
      await take(page, `${code}-2-after`)
    },
  }
  try {
    await play(story, (moment, { url }) => looks[moment](url))
  } finally {
    await context.close()
  }
}

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(BLIND)
  await page.screenshot({ path: join(folder ?? '', `${name}.png`), fullPage: true })
  writeFileSync(join(folder ?? '', `${name}.txt`), String(await page.evaluate('document.body.innerText')))
}
