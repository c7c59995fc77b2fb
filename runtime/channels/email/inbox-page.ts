import { createHash } from 'node:crypto';

const style = `
:root { color-scheme: light dark; --ink: #1d2330; --soft: #667085; --line: #e4e7ec; --paper: #ffffff; --ground: #f7f8fa; --mark: #eaf1ff; --accent: #2457d6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #98a2b3; --line: #2b3240; --paper: #171b23; --ground: #10131a; --mark: #1e2c4d; --accent: #8fb1ff; } }
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink); background: var(--ground); display: grid; grid-template: auto 1fr / minmax(18rem, 26rem) 1fr; }
header { grid-column: 1 / -1; display: flex; align-items: center; gap: 1rem; padding: .8rem 1.2rem; background: var(--paper); border-bottom: 1px solid var(--line); }
h1 { font-size: 1.05rem; margin: 0; font-weight: 650; }
#count { color: var(--soft); font-variant-numeric: tabular-nums; }
#find { margin-left: auto; width: 16rem; font: inherit; padding: .35rem .7rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--ground); color: inherit; }
#list { overflow: auto; margin: 0; padding: 0; list-style: none; background: var(--paper); border-right: 1px solid var(--line); }
#list button { all: unset; box-sizing: border-box; display: grid; grid-template-columns: 1fr auto; gap: 0 .8rem; width: 100%; padding: .65rem 1.2rem; border-bottom: 1px solid var(--line); cursor: pointer; }
#list button:hover { background: var(--ground); }
#list button:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
#list button[aria-current="true"] { background: var(--mark); }
#list .subject { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#list .to { color: var(--soft); font-size: .87rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#list time { color: var(--soft); font-size: .83rem; font-variant-numeric: tabular-nums; padding-top: .1rem; }
main { overflow: auto; display: flex; flex-direction: column; padding: 1.4rem 1.8rem; min-width: 0; }
main h2 { margin: 0 0 .6rem; font-size: 1.35rem; line-height: 1.3; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem .9rem; margin: 0 0 1rem; font-size: .9rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.tabs { display: flex; gap: .4rem; margin-bottom: .7rem; }
.tabs button { font: inherit; font-size: .88rem; padding: .2rem .8rem; border: 1px solid var(--line); border-radius: 1rem; background: none; color: inherit; cursor: pointer; }
.tabs button[aria-pressed="true"] { background: var(--mark); border-color: var(--accent); }
iframe { flex: 1; min-height: 24rem; width: 100%; border: 1px solid var(--line); border-radius: .6rem; background: #fff; color-scheme: light; }
pre { flex: 1; margin: 0; padding: 1rem 1.2rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--paper); white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.6 ui-monospace, SFMono-Regular, Menlo, monospace; }
.empty { margin: auto; color: var(--soft); text-align: center; max-width: 26rem; }
@media (max-width: 50rem) { body { grid-template: auto 40% 1fr / 1fr; } #list { border-right: 0; border-bottom: 1px solid var(--line); } #find { width: 9rem; } }
`;

// Everything a mail says enters the page as text, never as markup; its HTML stands in a sandboxed frame of its own.
const script = `
(() => {
'use strict';
const list = document.getElementById('list'), main = document.querySelector('main'), find = document.getElementById('find'), count = document.getElementById('count');
const shown = 500;
let messages = [], open = null, drawn = '', gone = false;
const make = (tag, text, name) => { const e = document.createElement(tag); if (text !== undefined) e.textContent = text; if (name) e.className = name; return e; };
const clock = (at) => new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const say = (text) => main.replaceChildren(make('p', text, 'empty'));
function draw() {
  const words = find.value.trim().toLowerCase();
  const hits = messages.filter((m) => !words || (m.subject + ' ' + m.to.join(' ')).toLowerCase().includes(words)).reverse();
  count.textContent = (messages.length === 1 ? '1 message' : messages.length + ' messages') + (words ? ', ' + hits.length + ' found' : '') + (gone ? ' · not connected' : '');
  const now = words + '|' + open + '|' + hits.length + '|' + (hits[0] ? hits[0].id : '');
  if (now === drawn) return;
  drawn = now;
  list.replaceChildren(...hits.slice(0, shown).map((m) => {
    const button = make('button');
    button.type = 'button';
    button.setAttribute('aria-current', String(m.id === open));
    const time = make('time', clock(m.at));
    time.dateTime = m.at;
    button.append(make('span', m.subject || '(no subject)', 'subject'), time, make('span', m.to.join(', '), 'to'));
    button.onclick = () => { location.hash = String(m.id); };
    const item = make('li');
    item.append(button);
    return item;
  }));
}
async function show(id) {
  open = id;
  draw();
  if (!id) return say(messages.length ? 'Choose a message.' : 'No mail yet. Messages appear here as soon as they are sent.');
  const answer = await fetch('/api/messages/' + id);
  if (open !== id) return;
  if (!answer.ok) return say('This message is no longer kept.');
  const m = await answer.json();
  const facts = make('dl');
  for (const [name, value] of [['To', m.to.join(', ')], ['From', m.sender || m.from], ...(m.sender.includes(m.from) ? [] : [['Return path', m.from]]), ['Time', new Date(m.at).toLocaleString()], ['Message-ID', m.messageId]]) facts.append(make('dt', name), make('dd', value));
  const place = make('div');
  place.style.display = 'contents';
  const views = [['Text', () => make('pre', m.text)]];
  if (m.html !== null) views.unshift(['HTML', () => { const f = make('iframe'); f.setAttribute('sandbox', ''); f.title = 'The message'; f.src = '/messages/' + id + '/html'; return f; }]);
  const tabs = make('div', undefined, 'tabs');
  for (const [name, view] of views) {
    const tab = make('button', name);
    tab.type = 'button';
    tab.onclick = () => { for (const t of tabs.children) t.setAttribute('aria-pressed', String(t === tab)); place.replaceChildren(view()); };
    tabs.append(tab);
  }
  main.replaceChildren(make('h2', m.subject || '(no subject)'), facts, tabs, place);
  tabs.firstChild.click();
}
async function poll() {
  try { messages = await (await fetch('/api/messages')).json(); gone = false; } catch { gone = true; }
  draw();
  if (!open && main.firstChild && main.firstChild.className === 'empty') show(null);
  setTimeout(poll, 1500);
}
find.oninput = draw;
window.onhashchange = () => show(Number(location.hash.slice(1)) || null);
poll().then(() => window.onhashchange());
})();
`;

/** The inbox as one page without any other file. Contains no mail: the script reads them as JSON. */
export const inboxPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Caught mail</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header><h1>Caught mail</h1><span id="count" aria-live="polite"></span><input id="find" type="search" placeholder="Subject or recipient" aria-label="Find a message"></header>
<ul id="list" aria-label="Messages"></ul>
<main><p class="empty">Loading…</p></main>
<script>${script}</script>
</body>
</html>
`;

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

/** Only the page's own script and style run; inline style attributes come from the script alone. */
export const inboxPolicy = [
  "default-src 'none'",
  `script-src ${sha256(script)}`,
  `style-src ${sha256(style)}`,
  "connect-src 'self'",
  "frame-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
