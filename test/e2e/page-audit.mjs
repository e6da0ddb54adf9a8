/**
 * Read by the browser test, and run inside the page by its browser: plain JavaScript, in which the names of a page are known.
 * It leaves behind an object of two functions, `audit`.
 */
globalThis.audit = (() => {
  /** The contrast of every text with what is behind it, from the styles that the browser has computed. */
  function contrasts() {
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    if (!context) return []
    /** Whatever way a colour is written. */
    const channels = (color) => {
      context.clearRect(0, 0, 1, 1)
      context.fillStyle = color
      context.fillRect(0, 0, 1, 1)
      return [...context.getImageData(0, 0, 1, 1).data]
    }
    const luminance = (color) => {
      const [r = 0, g = 0, b = 0] = channels(color).map((channel) => {
        const share = channel / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const behind = (element) => {
      for (let one = element; one; one = one.parentElement) {
        const { backgroundColor } = getComputedStyle(one)
        if ((channels(backgroundColor)[3] ?? 0) === 255) return backgroundColor
      }
      return 'white'
    }
    const contrasts = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement
      const text = node.textContent?.trim() ?? ''
      if (!element || text === '' || element.closest('script, style, noscript') || !element.checkVisibility()) continue
      const style = getComputedStyle(element)
      const [a = 0, b = 0] = [
        luminance(element instanceof SVGElement ? style.fill : style.color),
        luminance(behind(element)),
      ].sort((x, y) => y - x)
      const size = Number.parseFloat(style.fontSize)
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
      contrasts.push({ text, ratio: (a + 0.05) / (b + 0.05), needed: large ? 3 : 4.5 })
    }
    return contrasts
  }

  /** What a screen reader would stumble over. */
  function faults() {
    const all = (selector) => [...document.querySelectorAll(selector)]
    const faults = []
    const ids = all('[id]').map(({ id }) => id)
    for (const id of new Set(ids))
      if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`two elements have the id ${id}`)
    for (const attribute of ['aria-labelledby', 'aria-describedby', 'aria-controls']) {
      for (const element of all(`[${attribute}]`)) {
        const missing = (element.getAttribute(attribute) ?? '').split(' ').filter((id) => !document.getElementById(id))
        for (const id of missing) faults.push(`${attribute} names ${id}, which there is not`)
      }
    }
    for (const link of all('a[href^="#"]')) {
      const id = link.getAttribute('href')?.slice(1) ?? ''
      if (!document.getElementById(id)) faults.push(`a link leads to #${id}, which there is not`)
    }
    if (all('main').length !== 1) faults.push('there is not exactly one main')
    if (all('h1').length !== 1) faults.push('there is not exactly one h1')
    const levels = all('h1, h2, h3, h4, h5, h6').map(({ tagName }) => Number(tagName[1]))
    levels.forEach((level, index) => {
      if (index > 0 && level > (levels[index - 1] ?? 0) + 1) faults.push(`heading ${index} skips a level`)
    })
    for (const element of all('button, a, input, summary')) {
      const labels = element.labels ?? []
      const name = [
        element.textContent,
        element.getAttribute('aria-label'),
        ...[...labels].map((label) => label.textContent),
      ]
      if (!name.some((one) => one?.trim())) faults.push(`${element.tagName} ${element.id} has no name`)
    }
    for (const picture of all('svg')) {
      const named = picture.getAttribute('role') === 'img' && picture.getAttribute('aria-label')
      if (!named && picture.getAttribute('aria-hidden') !== 'true')
        faults.push('a picture has neither a name nor is hidden')
    }
    for (const cell of all('th')) if (!cell.getAttribute('scope')) faults.push('a heading of a table has no scope')
    for (const list of all('ul, ol')) {
      if ([...list.children].some(({ tagName }) => tagName !== 'LI'))
        faults.push('a list holds something else than items')
    }
    if (!all('[role=status]').length) faults.push('nothing is said aloud')
    return faults
  }

  return { contrasts, faults }
})()
