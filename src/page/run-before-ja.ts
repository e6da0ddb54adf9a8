import type { Hang } from '../core/previous-run.ts'
import type { RunBeforeWords } from './run-before.ts'

/** After that a run was told to stop: by whom, as far as that can be known. */
const TOLD_BY: RunBeforeWords['toldBy'] = {
  alive: (instance) =>
    `${stoppedBy(instance)}異常のチェックはなかったため、再び停止されるかどうかはここでは分かりません。`,
  warned: (instance) => stoppedBy(instance),
  late: (instance) =>
    `/livezへの応答が遅すぎたため、おそらくKubernetesです。kubectl describe pod ${instance}の「Events」に「Liveness probe failed」があれば確かです。なければ、新しいリリース、レプリカの削減、退避(eviction)、または人によるものです。`,
  failing: (instance) =>
    `その時点でも/livezは成功していました。${stoppedBy(instance, 'か、異常だった/healthzに問い合わせていた')}`,
  dying: (instance) => `livenessプローブが使われていれば、これを理由に再起動させます。${unlessOther(instance)}`,
  drawn: (instance) =>
    `失敗したのは/healthzで、/livezではありません。/healthzに問い合わせるlivenessプローブなら、これを理由に再起動させます。${unlessOther(instance)}`,
}

function unlessOther(instance: string): string {
  return `kubectl describe pod ${instance}の「Events」に「Liveness probe failed」があれば確かで、なければほかの者が停止させました。`
}

/** @param orElse 応答の遅れのほかに、プローブが失敗しえた理由 */
function stoppedBy(instance: string, orElse = ''): string {
  return `誰の指示かはここでは分かりません。kubectl describe pod ${instance}の「Events」を見てください。「Liveness probe failed」か「Startup probe failed」があれば、Kubernetesによるもので、そのプローブへの応答が間に合わなかった${orElse}ためです。なければ、新しいリリース、レプリカの削減、退避(eviction)、または人によるものです。`
}

/** Against what made the main thread hang. */
const HUNG_CODE: Readonly<Record<Hang, string>> = {
  computes:
    '原因への対処: その処理を分割するか、ワーカースレッドに移してください。試行が増えすぎる正規表現は書き直してください。',
  waits:
    '原因への対処: メインスレッドで待たせないでください。その呼び出しに期限を設けるか、ブロックしないものに替えてください。',
  kept: '原因への対処: 何が実行を妨げたかを調べてください(CPU上限、混み合ったノード、停止させた者)。コードの場所が示されていれば、その間に実行されていたもので、それが時間を要しているのかもしれません。',
  other:
    '原因への対処: そこに示されたコードを調べてください。示されていなければ、続いている間にCPUプロファイルを取れば分かります。',
}

const hungCode: RunBeforeWords['hungCode'] = (hang, isPlaced) =>
  hang === 'waits' && !isPlaced
    ? `${HUNG_CODE.waits}それを行うコードは分かっていません。その呼び出しを行うもの（多くは名前がSyncで終わる関数）を探してください。`
    : HUNG_CODE[hang]

/** Where Kubernetes tells what killed a run. */
function killed(instance: string, isHung: boolean): string {
  return isHung
    ? `livenessプローブが使われていれば、それへの応答がなかったため、おそらくKubernetesです。kubectl describe pod ${instance}の「Events」に「Liveness probe failed」があれば確かです。なければ、その「Last State」を見てください(OOMKilledならメモリ上限)。`
    : `何によるかはkubectl describe pod ${instance}の「Last State」(OOMKilled: メモリ上限、Errorで137: SIGKILL。livenessプローブの失敗後など)と「Events」で分かります。`
}

export const RUN_BEFORE: RunBeforeWords = {
  runBefore: {
    alive: '前回の稼働:',
    warned: '前回の稼働は、要確認の状態で停止を指示されました:',
    failing: '前回の稼働は、異常があるまま停止を指示されました:',
    dying: '前回の稼働は異常終了しました:',
    left: '前回の稼働は、倒れる前に自ら終了しました:',
  },
  badEnds: (count) => `1時間以内に${count}回、異常終了しています。`,
  selfDrained: '倒れる前に、自ら正常に終了しました(self-drain)。',
  endedAt: (time, lived, end, exit, begun) =>
    ({
      killed: `${begun === undefined ? `${time}に強制終了されました(起動から${lived}後)` : `${begun.isGuards ? 'ガードの' : ''}最後の記録${time}(起動から${lived}後)から今回の稼働の開始${begun.at}までの間に強制終了されました`}。残された記録`,
      left: `${time}に自ら終了(起動から${lived}後)`,
      ended: `${time}に終了(起動から${lived}後)`,
      told: `${time}に停止を指示されました(${exit}、起動から${lived}後)。その時点`,
    })[end],
  toldBy: TOLD_BY,
  endedBy: {
    uncaught: '上に引用した、どこでも捕捉されなかったエラーです。',
    exit: '自ら終了しました。理由は、あるとすればログにあります。',
  },
  stopped: { whole: '正常に停止しました。', short: '停止は完了しませんでした。' },
  byCounter: 'これはチェックではなく、意図的に失敗を増やす/healthzのカウンターによるものです。',
  outlived: '今回の稼働はそれより長く続いています。',
  mayComeAgain: (lived) => `原因が残っていれば、起動から${lived}ほどのうちに再び起こります。`,
  mayFailAgain: (after) =>
    `原因が残っていれば、同じように、起動から${after}ほどで再び異常になります。今回はまだその時点に達していません。`,
  isPast: (after) =>
    `前回は起動から${after}ほどで異常になりました。今回はその時点を過ぎていますが、終わったとは言えません。`,
  mayStandAgain: (after, isPast) =>
    `原因が残っていれば、上の状態は再び起こります${after === undefined ? '' : `(前回は起動から約${after}後${isPast ? '。今回はその時点を過ぎていますが、終わったとは言えません' : '。今回はまだその時点に達していません'})`}。今回も停止されるかどうかは、前回停止させた者次第です。`,
  unforetold: 'この終了を予見できるチェックはないため、再発するかどうかはここでは分かりません。',
  faultsThen: (names) =>
    `前回の稼働では意図的な障害が設定されていました: ${names}。異常はそのためだけかもしれません。障害は稼働とともに終わります。`,
  forCause: (name, isUnseen) =>
    `${name}の原因への対処${isUnseen ? '(今回の稼働ではまだ見られておらず、調べるべきものはもう残っていないかもしれません)' : ''}:`,
  ofThisRun: (checks) => `このページの${checks.join('、')}は今回の稼働のもので、前回のものではありません。`,
  hungCode,
  beginWith: {
    killed: 'まず何が終わらせたかを確かめてください。直すべきものはそれで決まります。',
    alive: '「Events」に失敗したプローブがなければ、何もありません。',
    counter: '何もありません。カウンター(decay.step)によって失敗するように作られており、再起動後は最初から数えます。',
    fault: (instance) =>
      `何もありません。障害は稼働とともに終わりました。誰が設定したかは、ログ(kubectl logs --previous ${instance})のeventが「change」の行にあります。`,
    ended: 'ログで原因を調べてください。',
    placed: 'コードのその場所と、そこに至った経緯をログで調べてください。',
    noted: (instance) => `利用者やプローブへの応答はログにあります: kubectl logs --previous ${instance}。`,
  },
  ifAgain: '再び起これば、その間に:',
  triedThen: ({ remedy, checks, times, judged, helped }, at) =>
    `${remedy}を${times}回(${at === undefined ? '' : `${times === 1 ? '' : '最後は'}${at}、`}${checks.length > 0 ? checks.join('、') : '手動'}): ${judged === 0 ? '終了までに効果を判定できませんでした' : helped === 0 ? '効果はありませんでした' : helped < times ? `効果があったのは${helped}回です` : '効果がありました'}`,
  sinceStart: (time, after, failing) =>
    `${time}(起動から${after}後、最初に見られた時点)${failing === undefined ? '' : `。${failing}から異常`}`,
  above: '終わり方はページの先頭にあります。',
  killed,
  crashed: (instance) => `最後のログ: kubectl logs --previous ${instance}`,
}
