import { expect, test } from 'vitest'
import { parseDuration } from '../../src/cli/option-reader.ts'
import { goDuration, humanDuration } from '../../src/rehearse/kubelet/human-duration.ts'
import { parseQuantity } from '../../src/rehearse/manifest/quantity.ts'
import { splitWords } from '../../src/rehearse/manifest/quotes.ts'

const MINUTE = 60
const HOUR = 3600
const DAY = 24 * HOUR

// Source: Kubernetes 1.20.2, apimachinery/pkg/util/duration.
test.each([
  [0, '0s'],
  [37, '37s'],
  [119, '119s'],
  [120, '2m'],
  [5 * MINUTE + 46, '5m46s'],
  [10 * MINUTE + 30, '10m'],
  [179 * MINUTE, '179m'],
  [3 * HOUR, '3h'],
  [3 * HOUR + 5 * MINUTE, '3h5m'],
  [30 * HOUR, '30h'],
  [2 * DAY + 3 * HOUR, '2d3h'],
  [9 * DAY + 3 * HOUR, '9d'],
  [800 * DAY, '2y70d'],
])('an age of %d s is shown as %s', (seconds, shown) => {
  expect(humanDuration(seconds * 1000)).toBe(shown)
})

test.each([
  [10, '10s'],
  [80, '1m20s'],
  [300, '5m0s'],
  [3600, '1h0m0s'],
])('a back-off of %d s is written %s', (seconds, written) => {
  expect(goDuration(seconds * 1000)).toBe(written)
})

test.each([
  ['90s', 90_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['500ms', 500],
  ['1.5s', 1500],
  ['5', undefined],
  ['', undefined],
  ['5 m', undefined],
])('the option %j is %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each([
  ['128Mi', 2 ** 27],
  ['1G', 1e9],
  ['500m', 0.5],
  [1024, 1024],
  ['1e3', 1000],
  ['lots', undefined],
  ['-1', undefined],
  ['1Zi', undefined],
])('the quantity %j is %s', (quantity, number) => {
  expect(parseQuantity(quantity)).toBe(number)
})

test.each([
  ['node server.js --x', ['node', 'server.js', '--x']],
  ['node "a file.js" \'b c\' d\\ e', ['node', 'a file.js', 'b c', 'd e']],
  ['a="b c"', ['a=b c']],
  ['', undefined],
  ['node "open', undefined],
])('the command %j is the words %j', (line, words) => {
  expect(splitWords(line)).toEqual(words)
})
