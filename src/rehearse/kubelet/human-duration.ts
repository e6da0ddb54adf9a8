/** A duration as kubectl shows ages: `37s`, `5m46s`, `18m`, `2h5m`, `30h`, `2d3h`, `9d`. Source: apimachinery, util/duration. */
export function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(seconds / 3600)
  const days = Math.floor(hours / 24)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  if (minutes < 10) return joined(`${minutes}m`, seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  if (hours < 8) return joined(`${hours}h`, minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  if (days < 8) return joined(`${days}d`, hours % 24, 'h')
  if (days < 730) return `${days}d`
  if (days < 365 * 8) return joined(`${Math.floor(days / 365)}y`, days % 365, 'd')
  return `${Math.floor(days / 365)}y`
}

/** A duration as Go prints it, which is how back-off messages carry it: `10s`, `1m20s`, `5m0s`. Whole seconds. */
export function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (hours > 0) return `${hours}h${minutes % 60}m${seconds % 60}s`
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`
}

function joined(large: string, small: number, unit: string): string {
  return small === 0 ? large : `${large}${small}${unit}`
}
