import { brief, cureOf, DRAWS, lasting, lost, silent } from './japanese.ts'
import { RUN_BEFORE } from './run-before-ja.ts'
import type { Words } from './words.ts'

export const JAPANESE: Words = {
  overall: { pass: '正常', warn: '注意', unknown: '判断できません', fail: '異常', stopping: '停止中' },
  status: { pass: '正常', warn: '注意', unknown: '不明', fail: '異常' },
  headings: {
    told: 'いまプローブに返す答え',
    wasTold: 'その時点でプローブに返した答え',
    checks: 'チェック',
    wrong: '問題のあるチェック',
    well: '正常なチェック',
    run: '今回の稼働',
    decay: 'ハートビートのカウンター',
    previous: '前回の稼働',
    visits: '問い合わせ元',
    timeline: 'これまでの出来事',
    controls: 'ここでできること',
  },
  subheadings: { remedies: '対処', faults: '意図的な障害' },
  labels: {
    doNow: 'すべきこと',
    looksAt: '見ているもの',
    fatal: '致命的になる時期',
    tried: '試したこと',
    ended: '終わり方',
    endedBy: '何が終わらせたか',
    again: '再発するか',
    goesOn: '続いているか',
    lastDay: '過去24時間',
    values: 'すべての値',
    more: '詳細',
    parts: '個別の状況',
    release: 'リリース',
    instance: 'インスタンス',
    up: '稼働時間',
    since: '開始',
  },
  nothing: {
    visits: 'まだプローブへの問い合わせはありません。',
    previous:
      '前回の稼働については何も分かりません(ジャーナルにある最初の稼働です)。新しいポッドのジャーナルは空から始まります。コンテナの再起動についてはkubectl describe pod(Restart Count、Last State)で分かります。',
    journal:
      '前回の稼働については何も分かりません(ジャーナルを残していません: journal.folder)。再起動の回数はkubectl get podのRESTARTSで分かります。',
    tried: 'サービス自身は何も試していません。',
    checks: 'このサービスにはチェックがありません。',
  },
  noForecast: {
    restart: '時期は予測できません。続けば、プロセスは終了するか、誰にも応答できなくなります。',
    wait: 'それ自体で終了することはなく、リクエストが待たされます。応答が間に合わなかったプローブは失敗と数えられ、3回続けば(failureThreshold)コンテナが再起動されるか、リクエストが送られなくなります。',
    person:
      '時期は予測できません。/livezも/readyzもこれを見ないため、プローブによって終わることはありません。livenessプローブが/healthzに問い合わせていれば、コンテナは再起動されます。',
    unknown: '何も分からず、時期も分かりません。',
  },
  notAllowed:
    '閲覧はできますが、変更はできません。トークンが設定されていない場合、変更できるのはこのマシン自身(ループバックアドレス。kubectl port-forwardを含む)からだけです。',
  noScripts: 'スクリプトが無効なため、このページは自動では更新されません。',
  reload: '再読み込み',
  otherLanguage: 'English',
  utc: '時刻はUTCです。',
  skip: 'チェックへ移動',
  brief,
  lasting,
  since: (time, lasting) => `${time}から(${lasting})`,
  warnedSince: (time) => `(最初の注意は${time})`,
  allPass: (count, young) => `${count}個のチェックはすべて正常です${young ? '(稼働を始めたばかりです)' : ''}。`,
  healed: (time, check) => `${time}、${check}の異常に自ら対処しました`,
  lasts: (times) =>
    times === 1
      ? '1時間以内では初めてです。再発するかどうかは次で分かります:'
      : `1時間以内に${times}回目です。原因を取り除くまで再発します:`,
  instead: {
    well: 'チェックは正常ですが、要確認',
    after: '今は正常ですが、前回の稼働に問題あり',
    unknown: '要確認、判断できないチェックもあり',
  },
  notPassing: (bad, all) => `${all}個のチェックのうち${bad}個に対応が必要です`,
  drawFailed: (percent) =>
    `直前のハートビートは${percent}の確率の抽選で失敗しました。チェックの異常によるものではありません。このサービスは、再起動するまでハートビートの失敗が増えていくように作られています。`,
  failedOnPurpose:
    '直前のハートビートは、誰かが設定した障害によって意図的に失敗させられました。サービス自体の異常ではありません。',
  draws: DRAWS,
  inARow: (count) => `${count}回連続の失敗です。`,
  ...RUN_BEFORE,
  stopping: '新しいリクエストは受け付けません。次の稼働、または別のインスタンスが引き継ぎます。',
  toldToStop: (by, time, instance) =>
    `${time}に停止を指示されました(${by})。誰の指示かはkubectl describe pod ${instance}の「Events」で分かります。kubeletは、livenessプローブの失敗が続いたときや、ポッドを入れ替えるときに停止を指示します。`,
  leavesBySelf: (time, after) =>
    `${time}から、以下の異常で倒れる前に、自ら正常に終了しています(self-drain)。原因が残っていれば、次の稼働も同じほどの時間(${after})でここに至ります。`,
  cure: cureOf,
  looksSoon: 'まだ何もありません。まもなく最初の確認をします。',
  endFaults: (names) => `まず意図的な障害(${names}、下の「意図的な障害」)を終わらせてください。それでも残る場合:`,
  noAdvice: '何を調べるべきかは上の文が示しています。',
  seen: (word, looks) => `最新の確認結果は「${word}」です。${looks}回続くと表示が変わります。`,
  sawFirst: (word, looks) => `(1回の確認で「${word}」。${looks}回続くと表示が変わります)`,
  look: (every, took, at) => `${every}ごと。最後の確認は${at}に終了(所要時間 ${took})`,
  forecast: (limit, likely, soonest, latest) =>
    `約${likely}後に ${limit} に達する見込み。早ければ${soonest}後、${latest === null ? '達しない可能性もあります' : `遅くとも${latest}後`}`,
  reached: (limit) =>
    `すでに ${limit} に達しています。いつ終了してもおかしくありません。超えても終了しないのは手動で設定した上限(ceilingBytes)だけで、コンテナのresources.limits.memoryは強制されます`,
  limit: (level, value) => `${level === 'warn' ? '注意' : '異常'} ${value}`,
  chart: {
    now: '現在',
    bar: '帯:',
    ago: (lasting) => `${lasting}前`,
    ahead: (lasting) => `${lasting}後`,
    about: (value, lasting, now, least, most) => `過去${lasting}の ${value}: 現在 ${now}、最小 ${least}、最大 ${most}`,
  },
  attempt: (remedy, result, took) =>
    ({
      done: `${remedy} を実行しました(${took})`,
      failed: `${remedy} は失敗しました(${took})`,
      late: `${remedy} は${took}経っても終わりませんでした`,
      'dry-run': `${remedy} を実行するところでした(ドライラン)`,
    })[result],
  helped: '効果がありました',
  didNotHelp: '効果はありませんでした',
  byHand: '手動',
  told: {
    live: ['コンテナは動き続けます', 'failureThreshold回(既定3回)続くとコンテナは再起動されます'],
    ready: ['リクエストが送られます', 'リクエストは送られません'],
    startup: ['起動は完了しています', '起動中です'],
    heartbeat: ['直前のハートビートは成功', '直前のハートビートは失敗'],
  },
  odds: {
    counter: '直前のハートビートが失敗する確率',
    next: '次の1回が失敗する確率',
    nextThree: '次の3回がすべて失敗する確率',
    half: '3回連続の失敗',
    heartbeats: (half, most) =>
      `半分の場合は${half}回以内${most === undefined ? '' : `、10回中9回の場合は${most}回以内`}に起こります`,
    never: '起こりそうにありません',
    about:
      'カウンターから正確に計算した値です。/healthzに問い合わせるlivenessプローブは、3回連続の失敗(failureThreshold)で再起動させます。',
  },
  agents: { 'kube-probe': 'kubelet', prometheus: 'Prometheus', other: 'その他' },
  visitColumns: ['問い合わせ元', 'パス', '間隔', '最終', '結果'],
  every: (time) => `${time}ごと`,
  noAnswer: '応答前に離脱',
  times: (count) => `${count}回`,
  lastAt: (time) => `最後は${time}`,
  firstLooks: (count) => `${count}個のチェックは最初の確認で異常を見つけませんでした`,
  became: (from, to) => `${from} → ${to}`,
  began: (release) => `稼働を開始${release === undefined ? '' : `(リリース ${release})`}`,
  more: (count) => `ほか${count}件`,
  notLive: '以下は古い情報です',
  lastHeard: '最後の記録では:',
  unasked: {
    live: 'ここにはまだkubeletの問い合わせがありません。ほかで問い合わせていなければ、再起動されません。',
    ready: 'ここにはまだkubeletの問い合わせがありません。ほかで問い合わせていなければ、リクエストは送られ続けます。',
  },
  live: ({ instance, ...more }) => ({
    on: '自動更新中。最終更新',
    lost: lost(instance),
    silent: silent({ instance, ...more }),
    full: '自動更新の閲覧者が多すぎます。再試行しています。表示は次の時点のものです:',
    bye: `サービスは停止しました(理由は下にあります)。コンテナが再び起動すれば、このページに自動で表示されます。別のポッドに置き換えられた場合は、そのページを開いてください。ポッドが残っている間の最後のログ: kubectl logs --previous ${instance}。表示は次の時点のものです:`,
    anew: '見ていた稼働とは別の稼働が応答しています。その開始:',
    local: '時刻はお使いのタイムゾーンです:',
    working: '実行中…',
    done: '完了:',
    refused: '拒否されました:',
  }),
  mayHelp: (remedies) => `対処 ${remedies.join('、')} がすぐに効くかもしれません。`,
  run: (remedy) => `${remedy} を実行`,
  fault: { start: '開始', stop: '停止', active: '発生中', forSeconds: '秒数' },
  faultUntil: (time) => `${time}に自動で終了します`,
  faultsActive: (names) =>
    `意図的な障害が発生中です: ${names}。以下の異常はそのためかもしれません。まずそれを終わらせてください(下の「意図的な障害」)。`,
  faultsNeedScripts:
    'この画面での障害の操作にはスクリプトが必要です。スクリプトなしの場合: curl -X PUT …/faults/NAME または DELETE',
}
