import { inks } from '../palette.ts';
import { darkRules } from '../theme.ts';

const light = Object.entries(inks).map(([name, { light: color }]) => `--${name}:${color};`);
const dark = Object.entries(inks).map(([name, { dark: color }]) => `--${name}:${color};`);

/** One column that fits a phone. Wide tables scroll, and important ones turn into cards. */
export const style = `
:root{${light.join('')}--good:#11713f;--bad:#b3261e;--unsure:#7a5800;--soft:#f5f7f8;color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
main{max-width:920px;margin:0 auto;padding:28px 20px 64px}
h1{font-size:24px;line-height:1.25;margin:0 0 4px}
h1 .muted{font-weight:400;display:block;font-size:15px}
header figure{margin:14px 0 18px}
nav ul{display:flex;flex-wrap:wrap;gap:2px 18px;padding:0;margin:20px 0 0;list-style:none;font-size:14px}
section ul{padding-left:20px;margin:6px 0}
h2{font-size:19px;margin:44px 0 10px}
h3,header h2{font-size:15.5px;margin:0 0 2px}
p+h3,div+h3{margin-top:18px}
p{margin:6px 0}
a{color:inherit}
code,pre,.number{font-variant-numeric:tabular-nums}
.number{white-space:nowrap}
code,pre{font-family:ui-monospace,"SF Mono","DejaVu Sans Mono",monospace;font-size:.9em;overflow-wrap:anywhere}
pre{background:var(--soft);border-radius:6px;padding:10px 12px;white-space:pre-wrap}
.muted,.grey{color:var(--muted)}
.small{font-size:13px}
.notice{border-left:3px solid var(--unsure);background:var(--soft);padding:8px 12px;border-radius:0 6px 6px 0;margin:14px 0}
.notice.failed{border-color:var(--bad)}
.chips{display:flex;flex-wrap:wrap;gap:6px;padding:0;margin:14px 0;list-style:none}
.chips li{border:1px solid var(--axis);border-radius:99px;padding:1px 11px;font-size:14px}
.chips li.title{border-color:transparent;padding-left:0}
.verdict{font-weight:600;white-space:nowrap}
.reproduced,.exceeded,.ok{color:var(--good)}
.not-reproduced,.failed>.verdict{color:var(--bad)}
.inconclusive{color:var(--unsure)}
.not-measured{color:var(--muted);font-weight:400}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th{text-align:left;font-weight:600;color:var(--muted);font-size:12.5px}
th,td{padding:4px 12px 4px 0;border-bottom:1px solid var(--grid);vertical-align:top}
table.sizes td{border-bottom:0;padding-top:2px;padding-bottom:2px}
table.sizes tr.next td{border-top:1px solid var(--grid);padding-top:6px}
.right{text-align:right}
.bar{display:block;height:10px;margin-top:6px;border-radius:2px;background:var(--tint);min-width:1px}
td.bars{width:26%;min-width:70px}
figure{margin:26px 0 34px}
figure svg{display:block;max-width:100%;height:auto;margin:10px 0 2px}
figcaption{font-size:12.5px;color:var(--muted)}
figcaption span{display:block}
figcaption details{border:0;padding:0}
svg.narrow{display:none!important}
details{border-bottom:1px solid var(--grid);padding:6px 0}
details.origin{border:0;padding:2px 0;font-size:13px;color:var(--muted)}
details.origin pre{margin:6px 0}
:target{outline:2px solid var(--unsure);outline-offset:3px}
summary{cursor:pointer}
details>table,details>.scroll{margin:8px 0 14px}
dl{display:grid;grid-template-columns:minmax(120px,max-content) 1fr;gap:3px 18px;margin:8px 0;font-size:14px}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
@media (max-width:680px){
main{padding:18px 16px 48px}
svg.wide{display:none!important}
svg.narrow{display:block!important}
dl{grid-template-columns:1fr;gap:0}
dd{margin-bottom:6px}
table.cards thead{display:none}
table.cards tr{display:block;border-bottom:1px solid var(--axis);padding:8px 0}
table.cards td{display:inline-block;border:0;padding:1px 12px 1px 0;text-align:left}
table.cards td:first-child{display:block}
table.cards td[data-label]::before{content:attr(data-label) " ";color:var(--muted);font-size:12.5px}
table{font-size:13px}
td.bars{width:40px;min-width:40px}
th,td{padding-right:7px}
}
@media (prefers-color-scheme:dark){
:root{${dark.join('')}--good:#4cc38a;--bad:#ff8078;--unsure:#e0b341;--soft:#1a2027}
.bar{background:var(--tint-dark)}
${darkRules('figure svg')}
}
@media print{
:root{color-scheme:light}
main{max-width:none;padding:0}
nav,details.origin{display:none}
h2,h3,summary{break-after:avoid}
figure,tr,li,.notice{break-inside:avoid}
thead{display:table-header-group}
.scroll{overflow:visible}
details::details-content{content-visibility:visible;block-size:auto}
}
`;
