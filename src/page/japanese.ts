import { inWords } from '../core/wording.ts'

const UNITS: Readonly<Record<string, string>> = { ms: 'ミリ秒', s: '秒', min: '分', h: '時間', d: '日' }

/** A length of time in two digits, its unit in Japanese. */
export function brief(ms: number): string {
  return inWords(ms).replace(/ (\w+)$/, (_, unit) => UNITS[unit] ?? ` ${unit}`)
}

/** Of a service that may hang: what ends that, and what tells its cause. */
export function hang(isAsked: boolean, isGuarded: boolean, instance: string): string {
  const ends =
    '3回続けて応答がなければコンテナは強制終了され、再び起動します(既定では約1分以内)。まずそれを待ってください。'
  const end = isAsked
    ? `kubeletが/livezに問い合わせているため、ハングは自動で終わります。${ends}`
    : isGuarded
      ? `livenessプローブがガードのポートに問い合わせていれば、ハングは自動で終わります。${ends}`
      : 'このページを開いた時点で、/livezへのkubeletの問い合わせはありませんでした。ほかで問い合わせていなければ、ハングは手動でしか終わりません。'
  const place = isGuarded
    ? `コードのどこでハングしているかはガードが記録し、再起動後にkubectl describe pod ${instance} の「Last State」と、ジャーナルがあればこのページに表示されます。`
    : 'ガードが無効(guard.enabled)のため、コードのどこでハングしているかは記録されません。'
  return `${end}${place}手動の場合は、kubectl logs ${instance} を保存してから kubectl delete pod ${instance}(emptyDirのジャーナルも失われます)。`
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
