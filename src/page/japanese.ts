import { inWords } from '../core/wording.ts'
import type { Outlook } from './view.ts'
import type { Ill, Words } from './words.ts'

const UNITS: Readonly<Record<string, string>> = { ms: 'ミリ秒', s: '秒', min: '分', h: '時間', d: '日' }

/** A length of time in two digits, its unit in Japanese. */
export function brief(ms: number): string {
  return inWords(ms).replace(/ (\w+)$/, (_, unit) => UNITS[unit] ?? ` ${unit}`)
}

/** Of a service that nobody can connect to. Each line is one of its own. */
export function lost(instance: string): string {
  return `接続が切れました。自動で再接続しています。原因は kubectl get pod ${instance} で分かります。
Error、CrashLoopBackOff、直前の再起動があれば: 終了しています。Kubernetesが自動で再び起動し、このページに新しい稼働が表示されます。時刻と理由はkubectl describe pod ${instance} の「Last State」、最後のログはkubectl logs --previous ${instance}。
見つからないかAGEが若ければ: 別のポッドに置き換わっています。そのページを開いてください。
以前のままRunningなら: 接続の問題です。接続し直してください(kubectl port-forward)。
対処が試みられたか、再発しうるかは、次の稼働のページに表示されます。
表示は次の時点のものです:`
}

/** Of a service that is silent: what tells a hang from a cut way, what ends a hang, and what tells its cause. */
export function silent({ instance, livez, isAsked, isGuarded }: Outlook): string {
  return `サービスから応答がありません。ハングしているか、終了したか、そこまでの経路が切れています。
1. 内側から確かめてください:
kubectl exec ${instance} -- node -e "fetch('${livez}',{signal:AbortSignal.timeout(5e3)}).then(r=>console.log(r.status))"
TimeoutErrorなら: ハングしています。2へ。
数字なら: 経路の問題か、ハングはもう終わっています。接続し直してください(kubectl port-forward)。
ECONNREFUSED、またはコンテナかポッドが見つからなければ: 終了しています。Kubernetesが自動で再び起動するか、別のポッドに置き換わります。理由はkubectl describe pod ${instance} の「Last State」とkubectl logs --previous ${instance}。
2. ${hangEnds({ instance, isAsked })}${isGuarded ? `その後、どこでハングしたかはkubectl describe pod ${instance} の「Last State」のMessageと、ジャーナルがあればこのページに表示されます。` : ''}
3. 手動の場合は kubectl delete pod ${instance}。ログ、emptyDirのジャーナル、「Last State」も失われるため、先に kubectl logs ${instance} を保存してください。
${isGuarded ? `ハングしていれば、コードのどこかを、有効になっているガードが分かる限り記録しています: kubectl logs ${instance} (main-thread)。` : 'ガードが無効(guard.enabled)のため、コードのどこでハングしているかは記録されません。'}
サービス自身はハングに何も試みず、同じコードが実行されれば再発します。
最後の応答以降、応答していない可能性があります。表示もその時点のものです:`
}

function hangEnds({ instance, isAsked }: Pick<Outlook, 'instance' | 'isAsked'>): string {
  const ends =
    '3回続けて応答がなければコンテナは強制終了され、再び起動します(既定では約1分以内)。まずそれを待ってください。'
  if (isAsked) return `kubeletが/livezに問い合わせているため、ハングは自動で終わります。${ends}`
  return `このページを開いた時点で、ここの/livezへのkubeletの問い合わせはありませんでした。kubectl get pod ${instance} -o yaml にlivenessProbeがあれば(どのポートでも)、ハングは自動で終わります。${ends}なければ、手動でしか終わりません。`
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

/** Of failed draws: when they are fatal, what to do, and whether they come again. */
export const DRAWS: Words['draws'] = {
  fatal:
    'livenessプローブが/healthzに問い合わせていれば、3回続けて失敗すると(failureThreshold)コンテナが再起動されます。そうでなければ、それ自体で終了することはありません。',
  doNow: {
    counter: '何もありません。再起動でカウンターは戻ります。なくすにはdecay.stepを0にしてください。',
    fault: 'その障害を終わらせてください(下の「意図的な障害」)。',
  },
  again: {
    counter: 'はい。しだいに増えます。確率は下の「ハートビートのカウンター」にあります。',
    fault: 'その障害が終わるまで続きます。',
  },
  after: {
    counter: 'はい。ハートビートの失敗はしだいに増えます。',
    fault: 'それ自体では再発しません。障害は稼働とともに終わります。',
  },
}

/** What to do about what is ill, whatever it is: by its cure. */
export function cureOf({ cure, status, instance, soon, after }: Ill): string {
  const fails = status === 'fail'
  const byHand = `kubectl delete pod ${instance}`
  if (status === 'unknown')
    return '確認そのものができていません。上の文が示す、確認を妨げている原因を取り除いてください。メインスレッドが塞がっていれば(event-loop)、それだけが原因かもしれません。まずそこを調べてください。'
  if (cure === 'restart') {
    const gains = `再起動で得られる猶予は、今回ここに至るまでの時間(${after})ほどです。原因は残ります。`
    if (fails)
      return `livenessプローブが/livezを見ていれば、Kubernetesがコンテナを自動で再起動します。手動の場合: ${byHand}。${gains}`
    return soon
      ? `時間がありません。異常になれば自動で再起動されます。時機を選ぶなら: ${byHand}。${gains}`
      : `すぐにすべきことはありません。異常になれば再起動されるので、静かな時間に済ませる方が安全です(${byHand})。${gains}`
  }
  if (cure === 'wait') {
    return fails
      ? '/readyzに問い合わせるkubeletは、それが失敗している間リクエストを送らせず、成功に戻れば再び送らせます。原因が戻れば再発します。'
      : 'この注意だけではリクエストは止まりません。終わったことは数分で表示から消えるため、早めに調べてください。'
  }
  return fails
    ? `人の対応が必要です。/livezも/readyzもこれを見ないため、(livenessプローブが/healthzに問い合わせていなければ)プローブによる再起動もリクエストの停止もありません。再起動でもまず長くは直りません(今回は${after}でここに至りました)。`
    : '異常になる前に調べてください。/livezも/readyzもこれを見ないため、(livenessプローブが/healthzに問い合わせていなければ)プローブによる再起動もリクエストの停止もありません。'
}
