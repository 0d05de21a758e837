// write.js - saves a draft while it is written, and keeps the text in the browser
// until the server has it. Without it "Save draft" does the same.

const PAUSE = 2000, LATEST = 15000, RETRY = 5000, RETRY_MOST = 60000;

const form = document.getElementById('write');
const { text, title, version } = form.elements;
const status = document.getElementById('saved');
const counted = document.getElementById('counted');
const key = `xueji-draft-${form.dataset.key}`;
const words = form.dataset;

const now = () => ({ text: text.value, title: title.value, version: version.value });
const same = (a, b) => a.text === b.text && a.title === b.title;

let acknowledged = now(), saving = false, stopped = false, timer, since = 0, wait = RETRY;

function say(what, ...values) {
	status.textContent = values.reduce((s, v) => s.replace('%s', v), what);
}

// Another window's storage may be full or forbidden: then only the server has it.
function keep(more) {
	try {
		localStorage.setItem(key, JSON.stringify({ ...now(), ...more }));
	} catch { /* as above */ }
}

function kept() {
	try {
		return JSON.parse(localStorage.getItem(key));
	} catch {
		return null;
	}
}

function drop() {
	try {
		localStorage.removeItem(key);
	} catch { /* there is none */ }
}

function later(ms) {
	clearTimeout(timer);
	if (!stopped)
		timer = setTimeout(save, ms);
}

function stop(what) {
	stopped = true;
	clearTimeout(timer);
	say(what);
}

function taken(answer, sent) {
	version.value = answer.draft;
	acknowledged = sent;
	counted.textContent = answer.counted;
	since = 0;
	wait = RETRY;
	if (same(now(), sent)) {
		drop();
		say(words.saved, new Date().toLocaleTimeString(document.documentElement.lang,
			{ hour: '2-digit', minute: '2-digit' }));
	} else {
		keep();
		later(PAUSE);
	}
	if (answer.dropped)
		status.textContent += ' ' + answer.dropped;
}

// What the connection did is tried again; what the server says is told.
function failed(code, detail) {
	if (code === 409)
		stop(words.stale);
	else if (code === 403)
		stop(words.signedOut);
	else if (code >= 400 && code < 500)
		stop(detail);
	else {
		say(words.offline);
		later(wait);
		wait = Math.min(2 * wait, RETRY_MOST);
	}
}

async function save() {
	const sent = now();
	if (saving || stopped || same(sent, acknowledged))
		return;
	saving = true;
	try {
		const reply = await fetch(form.action.replace(/edit$/, 'autosave'), {
			method: 'POST',
			body: new URLSearchParams({ ...sent, csrf: form.elements.csrf.value }),
			signal: AbortSignal.timeout(20000),
		});
		const json = /json/.test(reply.headers.get('content-type'));
		const answer = json ? await reply.json() : {};
		saving = false;
		if (reply.ok)
			taken(answer, sent);
		else
			failed(reply.status, answer.detail);
	} catch {
		saving = false;
		failed(0);
	}
}

function typed() {
	if (same(now(), acknowledged))
		return;
	keep();
	if (stopped)
		return;
	if (!since) {
		since = Date.now();
		say(words.waiting);
	}
	later(Math.max(0, Math.min(PAUSE, since + LATEST - Date.now())));
}

// What did not reach the server before this page was opened. It began from the
// version that it names: if there is another by now, the server will say so.
function restore() {
	const old = kept();
	if (!old || words.conflict)
		return;
	if (same(old, acknowledged) || (old.sent && old.version !== version.value))
		return drop();
	text.value = old.text;
	title.value = old.title;
	version.value = old.version;
	save().then(() => { if (!stopped) say(words.restored); });
}

function grow() {
	if (CSS.supports('field-sizing', 'content'))
		return;
	text.style.height = 'auto';
	text.style.height = `${text.scrollHeight + 2}px`;
}

form.addEventListener('input', typed);
text.addEventListener('input', grow);
form.addEventListener('submit', () => { stopped = true; clearTimeout(timer); keep({ sent: true }); });
addEventListener('pageshow', e => { if (e.persisted) stopped = false; });
addEventListener('online', () => { wait = RETRY; save(); });
document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });
grow();
restore();
