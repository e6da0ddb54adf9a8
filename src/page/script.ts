/**
 * The page's script. It listens for news, puts them in place without disturbing focus, selection or what is folded open, says when
 * there are none, turns times into the reader's own, and sends what buttons ask for. It makes no markup of its own and has no language.
 */
export const SCRIPT = `
'use strict'
const says = document.body.dataset
const byId = (id) => document.getElementById(id)
document.documentElement.classList.add('scripted')

// The service's time, never the browser's: that may go wrong by hours.
let last = Date.parse(document.querySelector('#live time').dateTime)
let clock, day
function localize(root) {
  for (const time of root.querySelectorAll('time')) {
    const at = new Date(time.dateTime)
    const today = at.toDateString() === new Date(last).toDateString()
    time.textContent = (today ? '' : day.format(at) + ' ') + clock.format(at)
  }
}

// Changes only what differs, so that focus, selection and open details stay as they are.
function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || old.id !== fresh.id) return old.replaceWith(fresh)
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data
    return
  }
  for (const { name } of [...old.attributes]) if (name !== 'open' && !fresh.hasAttribute(name)) old.removeAttribute(name)
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value)
  const wanted = [...fresh.childNodes]
  wanted.forEach((child, index) => {
    const twin = child.id ? [...old.children].find((one) => one.id === child.id) : undefined
    if (twin && twin !== old.childNodes[index]) old.insertBefore(twin, old.childNodes[index] ?? null)
    const here = old.childNodes[index]
    // One that is wanted further down makes room for what is new here.
    const isAwaited = here?.id && here.id !== child.id && wanted.some(({ id }) => id === here.id)
    if (!here || isAwaited) old.insertBefore(child, here ?? null)
    else morph(here, child)
  })
  while (old.childNodes.length > wanted.length) old.lastChild.remove()
}

function place(id, markup) {
  const old = byId(id)
  if (!old) return
  const fresh = new DOMParser().parseFromString(markup, 'text/html').body.firstElementChild
  localize(fresh)
  const focused = document.activeElement?.id
  morph(old, fresh)
  if (focused && document.activeElement?.id !== focused) byId(focused)?.focus()
}

// What is old is not to be taken for what is: it loses its colours, and the window's title its word. Its age counts up, by the
// browser's own steady clock.
let title = document.title
let heardAt = performance.now()
let ageing
function standing(word) {
  const isLive = word === says.on
  document.title = isLive ? title : word.split(/[.;。]/)[0]
  byId('live').className = isLive ? '' : 'stale'
  const tell = () => (byId('live').textContent = word + ' ' + clock.format(last) + ', ' + age())
  clearInterval(ageing)
  tell()
  ageing = setInterval(tell, 1000)
}
let ago
function age() {
  ago ??= new Intl.RelativeTimeFormat(document.documentElement.lang)
  const seconds = Math.round((performance.now() - heardAt) / 1000)
  return seconds < 120 ? ago.format(-seconds, 'second') : ago.format(-Math.floor(seconds / 60), 'minute')
}

// A connection that is dead without a word is never ended by itself: so another is tried.
let silence
function expectWord() {
  clearTimeout(silence)
  silence = setTimeout(() => {
    standing(says.silent)
    events.close()
    listen()
    expectWord()
  }, 12000)
}
function heard(at) {
  last = Number(at)
  heardAt = performance.now()
  standing(says.on)
  expectWord()
}

let events, run
function listen() {
  events = new EventSource(says.events)
  events.addEventListener('news', ({ data }) => {
    const news = JSON.parse(data)
    for (const [id, markup] of Object.entries(news.parts)) place(id, markup)
    if (run !== undefined && run !== news.run) byId('anew').textContent = says.anew + ' ' + clock.format(news.run) + '.'
    run = news.run
    title = news.title
    if (byId('spoken').textContent !== news.spoken) byId('spoken').textContent = news.spoken
    heard(news.at)
  })
  events.addEventListener('still', ({ data }) => heard(data))
  events.addEventListener('bye', () => {
    clearTimeout(silence)
    standing(says.bye)
  })
  events.onerror = () => {
    clearTimeout(silence)
    const refused = events.readyState === EventSource.CLOSED
    const isTold = byId('live').textContent.indexOf(says.bye) === 0
    if (!isTold) standing(refused ? says.full : says.lost)
    if (refused) setTimeout(listen, 10000 + Math.random() * 10000)
    else if (!isTold) expectWord()
  }
}

async function send(form) {
  const { remedy, fault } = form.dataset
  const button = form.querySelector('button')
  const ttl = form.elements.ttlSeconds
  const said = byId('said')
  button.disabled = true
  said.textContent = says.working
  try {
    const body = fault === 'PUT' ? JSON.stringify({ ttlSeconds: Number(ttl.value) }) : undefined
    const answer = await fetch(form.getAttribute('action'), { method: fault ?? 'POST', body, headers: { Accept: 'application/json' } })
    const told = await answer.json()
    const effects = Object.entries(told).filter(([, value]) => value && 'before' in Object(value))
    const effect = effects.map(([name, value]) => name + ' ' + value.before + ' \u2192 ' + value.after).join('; ')
    said.textContent = answer.ok ? says.done + ' ' + (remedy ?? form.action.split('/').pop()) + (effect && ' \u2014 ' + effect) : says.refused + ' ' + told.detail
  } catch (error) {
    said.textContent = says.refused + ' ' + error.message
  }
  button.disabled = false
  button.focus()
  setTimeout(() => (said.textContent = ''), 12000)
}

addEventListener('submit', (event) => {
  const form = event.target
  if (!form.dataset.remedy && !form.dataset.fault) return
  event.preventDefault()
  send(form)
})

function begin() {
  const { lang } = document.documentElement
  clock = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
  day = new Intl.DateTimeFormat(lang, { month: 'short', day: 'numeric' })
  localize(document)
  addEventListener('pagehide', () => events.close())
  byId('zone').textContent = says.local + ' ' + Intl.DateTimeFormat().resolvedOptions().timeZone + '.'
  listen()
  // A service that hangs between its page and its first news would look well for ever.
  expectWord()
}
// What the service sent is painted first: in a new window the first time that is put in words takes as long as all else, and would hold
// up the very frame. A hidden one paints nothing, and where nobody tells of a paint, a second is enough.
if (document.hidden) begin()
else {
  const wait = setTimeout(start, 1000)
  const painted = new PerformanceObserver(start)
  painted.observe({ type: 'paint', buffered: true })
  function start() {
    clearTimeout(wait)
    painted.disconnect()
    begin()
  }
}
`
