import { inWords } from '../core/wording.ts'

const UNITS: Readonly<Record<string, string>> = { ms: 'ミリ秒', s: '秒', min: '分', h: '時間', d: '日' }

/** A length of time in two digits, its unit in Japanese. */
export function brief(ms: number): string {
  return inWords(ms).replace(/ (\w+)$/, (_, unit) => UNITS[unit] ?? ` ${unit}`)
}

/** A length of time, in whole minutes from one minute on. */
export function lasting(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return '1分未満'
  if (minutes < 60) return `${minutes}分`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours}時間` : `${hours}時間${minutes % 60}分`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 ? `${days}日` : `${days}日${hours % 24}時間`
}
