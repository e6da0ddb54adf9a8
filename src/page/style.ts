/** The page's style sheet. Both schemes keep WCAG AA: 4.5 to 1 for texts, 3 to 1 for lines and edges that mean something. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f4f5f7;--card:#fff;--ink:#1a1f26;--soft:#4a5460;--edge:#8a939d;--hair:#d5dae0;--link:#0a4fa8;
--pass:#14652b;--warn:#7d4e00;--unknown:#5b3da6;--fail:#b0141d;--stopping:#3d4854;--on:#fff;--line:#2b5c9e;--fan:#2b5c9e33}
@media(prefers-color-scheme:dark){:root{--bg:#0f1318;--card:#181d24;--ink:#e7ebf0;--soft:#aab4bf;--edge:#77828e;--hair:#313943;--link:#8cc2ff;
--pass:#62d184;--warn:#f2b63c;--unknown:#c0aefa;--fail:#ff9088;--stopping:#b6c0ca;--on:#14181d;--line:#8cc2ff;--fan:#8cc2ff33}}
*{box-sizing:border-box}svg[hidden]{display:none}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,"Noto Sans JP","Hiragino Sans",sans-serif;overflow-wrap:anywhere}
body>*{max-width:76rem;margin-inline:auto;padding-inline:1rem}
header{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding-top:.6rem;color:var(--soft);font-size:.9rem}
header p{margin:0}header nav{margin-left:auto}
main>*{margin:0 0 1rem}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
h1{font-size:2rem;line-height:1.2;margin:0}h2{font-size:1.15rem;margin:1.2rem 0 .5rem}h3{font-size:1.05rem;margin:.9rem 0 .2rem}
.skip,.spoken{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.3rem;background:var(--card);padding:.4rem .8rem;z-index:2}
.mark{width:1.05em;height:1.05em;vertical-align:-.16em;flex:none;fill:currentColor}
.ink{fill:none;stroke:var(--on);stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round}
#overall,.check,.columns section{background:var(--card);border:1px solid var(--hair);border-radius:8px;padding:1rem}
#overall{border-left:10px solid currentColor}#overall>*,.check>*{color:var(--ink)}#overall h1{color:inherit}
#overall.pass,.pass h3 .mark,.pass .word,.told .pass .mark,li.pass>.mark,span.pass{color:var(--pass)}
#overall.warn,.warn h3 .mark,.warn .word,li.warn>.mark,span.warn{color:var(--warn)}
#overall.unknown,.unknown h3 .mark,.unknown .word,li.unknown>.mark,span.unknown{color:var(--unknown)}
#overall.fail,.fail h3 .mark,.fail .word,.told .fail .mark,li.fail>.mark,span.fail,.faults .word{color:var(--fail)}
#overall.stopping{color:var(--stopping)}
.lead{font-size:1.15rem;margin:.5rem 0 0}
ul.plain,ul.parts,ol.timeline{list-style:none;margin:.4rem 0;padding:0}ul.plain>li,ul.parts>li{padding:.25rem 0}
dl{margin:.4rem 0}dt{font-weight:600;margin-top:.5rem}dd{margin:0}dd ul{margin:0;padding-left:1.1rem}
.told{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.5rem}
.told>div{border:1px solid var(--hair);border-left:5px solid;border-radius:6px;padding:.4rem .7rem}.told .pass{border-left-color:var(--pass)}.told .fail{border-left-color:var(--fail)}
.told dt{margin:0;font-family:ui-monospace,monospace}
.cards{display:grid;gap:.5rem}
.check{padding:.6rem 1rem}.check.pass{border-left:6px solid var(--pass)}.check.warn{border:1px solid var(--warn);border-left-width:6px}.check.unknown{border:1px solid var(--unknown);border-left-width:6px}.check.fail{border:1px solid var(--fail);border-left-width:6px}
.check h3{display:inline;margin:0}.check .word{font-weight:700}.since,.note,figcaption,.label{color:var(--soft)}
article .because{font-size:1.1rem;margin:.3rem 0}
summary{cursor:pointer}.check.pass>summary .because{color:var(--soft);margin-left:.6rem;font-size:.93rem}
.body{display:grid;gap:0 2rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr))}
.label{font-weight:600;margin:.6rem 0 0}
.chart{margin:.5rem 0}.chart>svg,.day{display:block;width:100%;height:auto;max-width:28rem;overflow:visible}
svg text{fill:var(--soft);font-size:11px;paint-order:stroke;stroke:var(--card);stroke-width:3px}text.warn{fill:var(--warn)}text.fail{fill:var(--fail);text-anchor:end}text.now,text.end{text-anchor:end}
.axis{stroke:var(--edge);stroke-width:1}.line{fill:none;stroke:var(--line);stroke-width:2;stroke-linejoin:round}
.limit{stroke-width:1.5}.limit.warn{stroke:var(--warn);stroke-dasharray:5 4}.limit.fail{stroke:var(--fail)}
.fan{fill:var(--fan)}.likely{fill:none;stroke:var(--line);stroke-width:2;stroke-dasharray:2 3}
.strip .pass{fill:var(--pass)}.strip .warn{fill:var(--warn)}.strip .unknown{fill:var(--unknown)}.strip .fail{fill:var(--fail)}
.key{margin-left:.8rem}.bars{stroke:var(--line);stroke-width:3}
.values{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.3rem 1rem}.values dt{font-weight:400;color:var(--soft);font-size:.9rem;margin:0}.values dd,.odds dd{font-variant-numeric:tabular-nums}
.columns,.columns>div{display:grid;gap:1rem}.columns>div{grid-template-columns:minmax(0,1fr)}.columns{grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));align-items:start}.columns h2{margin-top:0}
.decay{display:flex;flex-wrap:wrap;gap:1rem;align-items:center}.gauge{width:9rem;flex:none}.gauge path{fill:none}.track{stroke:var(--hair);stroke-width:12}.next{stroke:var(--edge);stroke-width:6}.full{stroke:var(--line);stroke-width:12}.gauge text{text-anchor:middle;font-size:20px;font-weight:700;fill:var(--ink)}
.odds{flex:1 1 16rem}.odds>div{display:flex;gap:1rem;justify-content:space-between;border-bottom:1px solid var(--hair)}.odds dt{font-weight:400;margin:0;flex:1 0 9rem}.odds dd{text-align:right;font-weight:600}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.93rem}th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--hair);font-variant-numeric:tabular-nums}th[scope=row]{font-weight:400}th,td{overflow-wrap:normal;white-space:nowrap}td:nth-last-child(-n+2){white-space:normal;min-width:6rem}td time{white-space:nowrap}
.timeline li{display:flex;gap:.8rem;padding:.25rem 0;border-bottom:1px solid var(--hair)}.timeline div{flex:1;min-width:0}.timeline time{white-space:nowrap;color:var(--soft);font-variant-numeric:tabular-nums}
form{display:inline-flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.2rem 0}
button{font:inherit;min-height:2.75rem;padding:.3rem 1rem;color:var(--card);background:var(--link);border:1px solid var(--link);border-radius:6px;cursor:pointer}button:disabled{opacity:1;color:var(--soft);background:var(--bg);border-color:var(--edge);cursor:default}
input{font:inherit;width:6rem;min-height:2.75rem;padding:.2rem .5rem;color:var(--ink);background:var(--card);border:1px solid var(--edge);border-radius:4px}
#said:empty,#anew:empty{display:none}#anew{font-weight:600}#said{position:fixed;bottom:1rem;left:1rem;right:1rem;max-width:40rem;margin:0 auto;padding:.7rem 1rem;background:var(--ink);color:var(--bg);border-radius:6px;z-index:1}
.js{display:none}.scripted .js{display:inline-flex}.scripted .no-js{display:none}
#live.stale{white-space:pre-line;flex:1 0 100%;order:-1;font-size:1.15rem;background:var(--fail);color:var(--on);padding:.4rem .8rem;border-radius:4px;font-weight:600}header:has(.stale)~main{filter:grayscale(1)}.then,header:has(.stale)~main :is(.now,.todo){display:none}header:has(.stale)~main .then{display:revert}header:has(.stale)~main form{visibility:hidden}
@media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}.changed{animation:changed 1.5s}@keyframes changed{from{background:var(--fan)}}}
@media(forced-colors:active){.mark{forced-color-adjust:none}}
`
