/** A page that shows the outbox to whoever has a key. It holds no message itself. */
export const OUTBOX_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Guanxi outbox</title>
    <style>
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem; color: #222; }
      form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
      label { display: flex; flex-direction: column; font-size: .8rem; color: #555; }
      input, select, button { box-sizing: border-box; font: inherit; height: 2.3rem; padding: .3rem .6rem; }
      input { width: 22rem; max-width: 100%; }
      td button { font-size: .85rem; height: auto; padding: .1rem .5rem; }
      td:first-child { white-space: nowrap; }
      #list { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; margin-top: 1rem; }
      th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top; }
      pre { background: #f6f6f6; padding: 1rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
      #problem { color: #a00; }
    </style>
    <script src="/outbox.html/page.js" defer></script>
  </head>
  <body>
    <h1>Outbox</h1>
    <form id="question">
      <label>Key <input id="key" type="password" autocomplete="off" required></label>
      <label>Status <select id="status"><option value="">all</option><option>queued</option><option>delivered</option><option>dead</option></select></label>
      <button>Show</button>
    </form>
    <p id="problem" role="alert"></p>
    <div id="list">
      <table id="messages" hidden>
        <thead><tr><th>Queued</th><th>Kind</th><th>Status</th><th>Subject</th><th>Attempts</th><th></th></tr></thead>
        <tbody></tbody>
      </table>
    </div>
    <pre id="text" hidden></pre>
  </body>
</html>
`;

/** What the page does. The key stays in the tab that it was typed in. */
export const OUTBOX_SCRIPT = `'use strict';
const find = (id) => document.getElementById(id);
find('key').value = sessionStorage.getItem('guanxi-key') || '';

async function ask(path, options = {}) {
  const answer = await fetch(path, { ...options, headers: { authorization: 'Bearer ' + find('key').value, ...options.headers } });
  const text = await answer.text();
  if (answer.ok) return text;
  let detail = answer.statusText;
  try { detail = JSON.parse(text).detail || detail; } catch (error) { console.warn('The answer is no JSON', error); }
  throw new Error(detail);
}

async function attempt(task) {
  find('problem').textContent = '';
  try { await task(); } catch (error) { find('problem').textContent = error.message; }
}

function cell(row, text) {
  row.insertCell().textContent = text === undefined ? '' : String(text);
}

function button(where, label, task) {
  const made = document.createElement('button');
  made.textContent = label;
  made.addEventListener('click', () => attempt(task));
  where.append(made);
}

async function show() {
  const status = find('status').value;
  const { items } = JSON.parse(await ask('/outbox?limit=200' + (status ? '&status=' + status : '')));
  sessionStorage.setItem('guanxi-key', find('key').value);
  const body = find('messages').tBodies[0];
  body.replaceChildren();
  for (const message of items) {
    const row = body.insertRow();
    for (const text of [momentOf(message.queuedAt), message.kind, message.status, message.subject || message.type || '(not shown to you)', message.attempts]) cell(row, text);
    const does = row.insertCell();
    button(does, 'Read', () => read(message._id));
    if (message.status === 'dead') button(does, 'Send again', () => again(message._id));
  }
  find('messages').hidden = false;
  if (items.length === 0) find('problem').textContent = 'There are no such messages.';
}

const momentOf = (text) => text.slice(0, 16).replace('T', ' ') + ' UTC';

// A mail as it is sent, its text as it is read.
function readable(message) {
  const end = message.indexOf('\\n\\n') + 2;
  const encoding = /^content-transfer-encoding: *(\\S+)/im.exec(end < 2 ? '' : message.slice(0, end))?.[1];
  const text = message.slice(end);
  const bytes = encoding === 'base64' ? atob(text) : encoding === 'quoted-printable'
    ? text.replace(/=\\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))) : undefined;
  return bytes === undefined ? message : message.slice(0, end) + new TextDecoder().decode(Uint8Array.from(bytes, (each) => each.charCodeAt(0)));
}

async function read(id) {
  find('text').textContent = readable(await ask('/outbox/' + encodeURIComponent(id)));
  find('text').hidden = false;
  find('text').scrollIntoView();
}

async function again(messageId) {
  await ask('/commands/RetryMessage', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ messageId }) });
  await show();
}

find('question').addEventListener('submit', (event) => { event.preventDefault(); attempt(show); });
if (find('key').value) attempt(show);
`;
