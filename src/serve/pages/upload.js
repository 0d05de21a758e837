// upload.js - sends files one after the other, so that what has arrived stays when
// the connection breaks; and shows how far what was sent has come.

const AT_ONCE = 2;
const LOOK_EVERY = 1500;

const word = name =>
	document.querySelector(`#words`)?.content
		.querySelector(`[data-word="${name}"]`)?.textContent ?? '';

// Files of what was dropped; a folder gives all that is in it.
async function entries(entry, path) {
	if (entry.isFile) {
		const file = await new Promise((done, fail) => entry.file(done, fail));
		return [{ file, path: path + file.name }];
	}
	const reader = entry.createReader(), all = [];
	for (;;) {
		const some = await new Promise((done, fail) =>
			reader.readEntries(done, fail));
		if (!some.length)
			return all;
		for (const e of some)
			all.push(...await entries(e, path + entry.name + '/'));
	}
}

async function dropped(transfer) {
	const roots = [...transfer.items].map(i => i.webkitGetAsEntry?.())
		.filter(Boolean);
	const lists = await Promise.all(roots.map(r => entries(r, '')));
	return lists.flat();
}

const chosen = input => [...input.files].map(file =>
	({ file, path: file.webkitRelativePath || file.name }));

class Sending {
	constructor(form) {
		this.form = form;
		this.csrf = form.elements.csrf.value;
		this.files = [];
		this.paused = false;
		this.working = new Set();
		this.box = document.getElementById('sending');
		this.wrong = document.getElementById('sending-wrong');
		this.said = document.getElementById('whole-said');
		this.whole = document.getElementById('whole');
		this.list = document.getElementById('sent');
		this.button = document.getElementById('pause');
		this.button.addEventListener('click', () =>
			this.paused ? this.goOn() : this.pause());
		document.getElementById('stop').addEventListener('click',
			() => this.drop());
	}

	async ask(method, path, body) {
		const headers = { 'X-CSRF-Token': this.csrf };
		if (body)
			headers['Content-Type'] = 'application/json';
		const answer = await fetch('/api/1/uploads' + path, { method, headers,
			body: body && JSON.stringify(body) });
		const said = answer.status === 204 ? {} : await answer.json();
		if (!answer.ok)
			throw Object.assign(new Error(said.detail || said.title),
					    { status: answer.status });
		return said;
	}

	add(files) {
		for (const f of files) {
			f.li = document.createElement('li');
			const name = document.createElement('bdi');
			name.textContent = f.path;
			f.state = document.createElement('span');
			f.state.className = 'quiet';
			f.li.append(name, ' ', f.state);
			this.mark(f, 'waits');
			this.list.append(f.li);
			this.files.push(f);
		}
	}

	mark(f, state) {
		f.at = state;
		f.state.textContent = word(state);
		f.li.dataset.state = state;
	}

	show() {
		const all = this.files.reduce((n, f) => n + f.file.size, 0);
		const bytes = this.files.reduce((n, f) => n + (f.sent ?? 0), 0);
		const done = this.files.filter(f => ['sent', 'there'].includes(f.at));
		this.whole.max = Math.max(all, 1);
		this.whole.value = bytes;
		this.said.textContent = word('of').replace('[done]', done.length)
			.replace('[all]', this.files.length)
			.replace('[size]', (bytes / 2 ** 20).toFixed(1));
	}

	say(text) {
		this.wrong.textContent = text;
		this.wrong.hidden = !text;
	}

	async begin(files) {
		const given = {};
		for (const name of ['unit', 'scope', 'topic', 'kind'])
			if (this.form.elements[name].value)
				given[name] = this.form.elements[name].value;
		try {
			this.upload = await this.ask('POST', '', given);
		} catch (error) {
			this.box.hidden = false;
			this.say(error.message);
			return;
		}
		this.form.hidden = true;
		this.box.hidden = false;
		this.add(files);
		this.show();
		document.getElementById('sending-title').scrollIntoView();
		this.goOn();
	}

	// One file; its progress is known to XMLHttpRequest alone.
	send(f) {
		return new Promise((done, fail) => {
			const x = new XMLHttpRequest();
			const q = new URLSearchParams({ path: f.path,
				modified: Math.floor(f.file.lastModified / 1000) });
			x.open('PUT', `/api/1/uploads/${this.upload.id}/files?${q}`);
			x.setRequestHeader('X-CSRF-Token', this.csrf);
			x.upload.addEventListener('progress', e => {
				f.sent = e.loaded;
				this.show();
			});
			x.addEventListener('load', () => x.status === 204 ? done() :
				fail(Object.assign(new Error(detail(x)),
						   { status: x.status })));
			for (const broken of ['error', 'abort', 'timeout'])
				x.addEventListener(broken, () => fail(new Error('')));
			this.working.add(x);
			x.addEventListener('loadend', () => this.working.delete(x));
			x.send(f.file);
		});
	}

	async one() {
		for (;;) {
			const f = this.files.find(f => f.at === 'waits');
			if (!f || this.paused)
				return;
			this.mark(f, 'sending');
			try {
				await this.send(f);
				f.sent = f.file.size;
				this.mark(f, 'sent');
			} catch (error) {
				f.sent = 0;
				this.mark(f, error.status ? 'failed' : 'waits');
				if (error.status)
					f.state.textContent = error.message;
				else if (!this.paused)
					this.pause(word('away'));
			}
			this.show();
		}
	}

	async goOn() {
		this.paused = false;
		this.button.textContent = word('pause');
		this.say('');
		try {
			const there = await this.ask('GET', `/${this.upload.id}/files`);
			const sizes = new Map(there.files.map(f => [f.path, f.size]));
			for (const f of this.files)
				if (f.at !== 'sent' && f.at !== 'there')
					this.mark(f, sizes.get(f.path) === f.file.size ?
						'there' : 'waits');
		} catch (error) {
			this.pause(error.status ? error.message : word('away'));
			return;
		}
		await Promise.all(Array.from({ length: AT_ONCE }, () => this.one()));
		if (this.paused)
			return;
		if (this.files.some(f => f.at === 'failed'))
			return this.pause(word('broken'));
		this.finish();
	}

	pause(why = '') {
		this.paused = true;
		this.button.textContent = word('on');
		this.say(why);
		for (const x of this.working)
			x.abort();
	}

	async finish() {
		try {
			await this.ask('POST', `/${this.upload.id}/finish`, {});
			location.assign(`/uploads/${this.upload.id}`);
		} catch (error) {
			this.pause(error.status ? error.message : word('away'));
		}
	}

	async drop() {
		this.pause();
		await this.ask('DELETE', `/${this.upload.id}`).catch(() => {});
		location.assign('/upload');
	}
}

function detail(x) {
	try {
		const said = JSON.parse(x.responseText);
		return said.detail || said.title;
	} catch {
		return String(x.status);
	}
}

function begin(form) {
	const drop = document.getElementById('drop');
	const sending = new Sending(form);

	document.getElementById('drop-hint').hidden = false;
	form.addEventListener('submit', e => {
		e.preventDefault();
		const files = [...chosen(form.elements.namedItem('files')[0]),
			       ...chosen(form.elements.namedItem('files')[1])];
		if (!files.length) {
			sending.box.hidden = false;
			sending.say(word('none'));
			return;
		}
		sending.begin(files);
	});
	drop.addEventListener('dragover', e => {
		e.preventDefault();
		drop.classList.add('over');
	});
	drop.addEventListener('dragleave', () => drop.classList.remove('over'));
	drop.addEventListener('drop', async e => {
		e.preventDefault();
		drop.classList.remove('over');
		const files = await dropped(e.dataTransfer);
		if (files.length)
			sending.begin(files);
	});
}

// The page of one that is taken in: told of how far it is, opened anew at the end.
async function watch(p) {
	const bar = p.querySelector('progress');

	for (;;) {
		await new Promise(done => setTimeout(done, LOOK_EVERY));
		try {
			const answer = await fetch(`/api/1/uploads/${p.dataset.upload}`);
			const u = await answer.json();
			if (answer.ok && u.state !== 'waiting' && u.state !== 'taking')
				return location.reload();
			if (u.total) {
				bar.max = u.total;
				bar.value = u.done;
			}
		} catch {
			// the next time
		}
	}
}

const form = document.getElementById('upload');
const taking = document.getElementById('taking');
if (form)
	begin(form);
if (taking)
	watch(taking);
