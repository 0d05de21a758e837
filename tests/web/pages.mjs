// pages.mjs - what pages answer, to whom, without a browser.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { xueji, scratch, run, write, serve, remove, Client } from './serve.mjs';

const dir = scratch(), archive = join(dir, 'a');
let server, guest, owner;
const evil = '<script>alert(1)</script>';

before(async () => {
	write(join(dir, 'in'), {
		'open.txt': '公开的资料：医改进展情况\n第二行 医改\n',
		'private.md': '---\ntitle: 内部情况\n---\n# 内部情况\n\n医改内部讨论 quarrelsome\n',
		'evil"><img src=x onerror=alert(1)>.md': `# ${evil}\n\n坏 & "文字" ${evil} wickedness\n`,
	});
	run(dir, 'init', archive);
	run(archive, 'add', join(dir, 'in'));
	const list = JSON.parse(run(archive, 'list', '--json')).documents;
	globalThis.id = name => list.find(d => d.path[0].includes(name)).id;
	run(archive, 'scope', String(id('open.txt')), 'public');
	run(archive, 'unit', 'add', 'ward', '内科');
	run(archive, 'unit', 'add', 'lab', '检验科');
	run(archive, 'member', 'add', 'li', '李华', '--unit', 'ward');
	run(archive, 'member', 'add', 'wang', '王芳', '--unit', 'lab');
	run(archive, 'scope', String(id('private')), 'unit', '--unit', 'ward');
	server = await serve(archive);
	guest = new Client(server.url);
	owner = new Client(server.url);
});
after(async () => { await server?.stop(); remove(dir); });

test('a link signs the owner in once', async () => {
	const answer = await owner.get(server.link);
	assert.equal(answer.status, 303);
	assert.match(answer.headers.get('set-cookie'), /HttpOnly; SameSite=Lax/);
	assert.match(await owner.text('/'), /3 documents/);
	assert.equal((await new Client(server.url).get(server.link)).status, 403);
});

test('a guest finds what is public and nothing else', async () => {
	assert.match(await guest.text('/'), /1 document</);
	const found = await guest.text('/search?q=' + encodeURIComponent('医改'));
	assert.match(found, /<mark>医改<\/mark>/);
	assert.doesNotMatch(found, /内部/);
	assert.match(await owner.text('/search?q=' + encodeURIComponent('医改')), /内部/);
});

test('what may not be seen answers as what is not there', async () => {
	for (const rest of ['', '/read', '/file', '/cite/gb']) {
		const hidden = await guest.get(`/documents/${id('private')}${rest}`);
		const none = await guest.get(`/documents/99${rest}`);
		assert.equal(hidden.status, 404);
		const same = t => t.replaceAll(/%2F\d+|\b\d+\b|documents\/\d+/g, 'N');
		assert.equal(same(await hidden.text()), same(await none.text()));
	}
});

test('a guest is asked to sign in where only members do something', async () => {
	for (const path of ['/me', '/upload', '/requests', '/papers/new', ...['edit', 'rights', 'collect', 'topics']
		.map(form => `/documents/${id('open.txt')}/${form}`)]) {
		const answer = await guest.get(path);
		assert.equal(answer.status, 303, path);
		assert.equal(answer.headers.get('location'), '/sign-in?to=' + encodeURIComponent(path));
	}
	assert.equal((await guest.get(`/documents/${id('private')}/edit`)).status, 404);
	assert.equal((await guest.get(`/api/1/documents/${id('open.txt')}/rights`)).status, 403);
});

test('the reader marks hits and has anchors', async () => {
	const page = await guest.text(`/documents/${id('open')}/read?m=` +
		encodeURIComponent('医改') + '&at=l2');
	assert.equal(page.match(/<mark/g).length, 2);
	assert.match(page, /id="l2"/);
});

test('text of documents and people is text on every page', async () => {
	for (const path of ['/', '/search?q=wickedness', `/documents/${id('evil')}`,
			    `/documents/${id('evil')}/read?m=<script>`,
			    '/search?q=' + encodeURIComponent('"><script>alert(1)</script>'),
			    '/search?q=x&sort="><script>', '/nothing"><script>']) {
		const page = await owner.text(path);
		assert.doesNotMatch(page, /<script>|<img src=x/, path);
	}
});

test('bytes are a download that cannot act', async () => {
	const answer = await owner.get(`/documents/${id('evil')}/file`);
	assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
	assert.match(answer.headers.get('content-disposition'), /^attachment; filename="[^"<>]*_[^"]*"; filename\*=UTF-8''evil%22/);
	assert.match(answer.headers.get('content-security-policy'), /sandbox/);
	assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
	assert.match(await answer.text(), /wickedness/);
	const again = await owner.get(`/documents/${id('evil')}/file`,
		{ headers: { 'if-none-match': answer.headers.get('etag') } });
	assert.equal(again.status, 304);
});

test('pages allow nothing inline and nothing from elsewhere', async () => {
	for (const path of ['/', '/help', '/sign-in', '/none']) {
		const answer = await guest.get(path);
		const policy = answer.headers.get('content-security-policy');
		assert.match(policy, /default-src 'none'/);
		assert.doesNotMatch(policy, /unsafe/);
		assert.doesNotMatch(await answer.text(), / style=| on[a-z]+=|<style/);
	}
});

test('citations come in three styles', async () => {
	const path = `/documents/${id('private')}/cite/`;
	assert.match(await owner.text(path + 'gb'), /内部情况\[EB\/OL\]\./);
	assert.match(await owner.text(path + 'bibtex'), /title = \{内部情况\}/);
	assert.match(await owner.text(path + 'ris'), /TI {2}- 内部情况\r\n/);
	assert.equal((await owner.get(path + 'x')).status, 404);
});

test('a link lets a member choose a password, once', async () => {
	const link = new URL(run(archive, 'member', 'link', 'li').trim()).pathname;
	const c = new Client(server.url);
	assert.match(await c.text(link), /new-password/);
	for (const [one, two] of [['short', 'short'], ['long enough', 'but another']])
		assert.equal((await c.post(link, { password: one, again: two })).status, 422);
	assert.equal((await c.post(link, { password: '正确的密码八个字', again: '正确的密码八个字' })).status, 303);
	assert.match(await c.text('/'), />li</);
	assert.equal((await c.post(link, { password: 'another one', again: 'another one' })).status, 403);
});

test('members see what their unit sees, on every page', async () => {
	execFileSync(xueji, ['-A', archive, 'member', 'password', 'wang', '--password-file', '-'],
		     { input: 'correct horse\n', stdio: ['pipe', 'ignore', 'ignore'] });
	const li = new Client(server.url), wang = new Client(server.url);
	assert.equal((await li.post('/sign-in', { login: 'LI', password: '正确的密码八个字', to: '/search?q=医改' })).headers.get('location'), '/search?q=%E5%8C%BB%E6%94%B9');
	assert.equal((await wang.post('/sign-in', { login: 'wang', password: 'correct horse', to: '//evil' })).headers.get('location'), '/');
	const n = id('private');
	for (const path of [`/documents/${n}`, `/documents/${n}/read`, `/documents/${n}/file`, `/documents/${n}/cite/gb`]) {
		assert.equal((await li.get(path)).status, 200, path);
		assert.equal((await wang.get(path)).status, 404, path);
	}
	for (const [who, sees] of [[li, true], [wang, false], [guest, false]]) {
		for (const path of ['/', '/search?q=quarrelsome', `/documents/${id('open')}`])
			assert.equal(/内部情况/.test(await who.text(path)), sees, path);
		assert.equal(/>quarrelsome</.test(await who.text('/search?q=quarrelsmoe')), sees);
		assert.doesNotMatch(await who.text(`/documents/${id('open')}`), new RegExp(dir));
	}
	globalThis.li = li;
});

test('a new password ends the sessions of the old one', async () => {
	await new Promise(done => setTimeout(done, 1100));
	execFileSync(xueji, ['-A', archive, 'member', 'password', 'li', '--password-file', '-'],
		     { input: 'another password\n', stdio: ['pipe', 'ignore', 'ignore'] });
	assert.doesNotMatch(await li.text('/'), />li</);
});

test('who has left is a guest', async () => {
	const c = new Client(server.url);
	await c.post('/sign-in', { login: 'wang', password: 'correct horse' });
	assert.match(await c.text('/'), />wang</);
	run(archive, 'member', 'leave', 'wang', '--on', '2020-01-01');
	assert.doesNotMatch(await c.text('/'), />wang</);
});

test('nobody learns who is a member, and nobody tries for long', async () => {
	const c = new Client(server.url), texts = [];
	for (const login of ['li', 'nobody', 'wang'])
		texts.push((await (await c.post('/sign-in', { login, password: 'wrong wrong' })).text())
			.replace(`value="${login}"`, ''));
	assert.equal(texts[0], texts[1]);
	assert.equal(texts[0], texts[2]);
	let last;
	for (let i = 0; i < 10; i++)
		last = await c.post('/sign-in', { login: 'li', password: 'wrong wrong' });
	assert.equal(last.status, 429);
	assert.equal((await c.post('/sign-in', { login: 'li', password: 'another password' })).status, 429);
});

test('labels are in the language of the reader, and a choice stays', async () => {
	const c = new Client(server.url);
	assert.match(await c.text('/', { headers: { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' } }), /lang="zh-CN"[^]*检索/);
	const answer = await c.get('/language/zh?back=/help');
	assert.equal(answer.headers.get('location'), '/help');
	assert.match(await c.text('/help'), /检索方法/);
	for (const back of ['//evil.example', 'http://evil.example', '/\\evil'])
		assert.equal((await c.get('/language/en?back=' + encodeURIComponent(back)))
			.headers.get('location'), '/');
});

test('many threads at once each speak the language asked for', async () => {
	const all = await Promise.all(Array.from({ length: 60 }, (_, i) =>
		guest.text('/help', { headers: { 'accept-language': i % 2 ? 'zh' : 'en' } })));
	all.forEach((page, i) => assert.match(page, i % 2 ? /检索方法/ : /How to search/));
});

test('a form from elsewhere changes nothing', async () => {
	const csrf = await owner.csrf();
	for (const [fields, headers] of [[{}, {}], [{ csrf: 'a'.repeat(64) }, {}],
			[{ csrf }, { origin: 'http://evil.example' }],
			[{ csrf }, { 'sec-fetch-site': 'cross-site' }]])
		assert.equal((await owner.post('/sign-out', fields, headers)).status, 403);
	assert.match(await owner.text('/'), /3 documents/);
});

test('what is added while it runs is found', async () => {
	write(join(dir, 'more'), { 'late.txt': 'latecomers arrive\n' });
	run(archive, 'add', join(dir, 'more'));
	assert.match(await owner.text('/search?q=latecomers'), /<mark>latecomers<\/mark>/);
});

test('a share takes effect at once, and ends at once', async () => {
	const late = JSON.parse(run(archive, 'list', '--json')).documents.at(-1).id;
	run(archive, 'scope', String(late), 'public');
	assert.equal((await guest.get(`/documents/${late}`)).status, 200);
	run(archive, 'scope', String(late), 'private');
	assert.equal((await guest.get(`/documents/${late}`)).status, 404);
	assert.doesNotMatch(await guest.text('/search?q=latecomers'), /<mark>/);
});

test('whoever signs out is a guest', async () => {
	const cookies = new Map(owner.cookies);
	assert.equal((await owner.post('/sign-out', { csrf: await owner.csrf() })).status, 303);
	owner.cookies = cookies;
	assert.match(await owner.text('/'), /1 document</);
});

test('the log has no words that were searched for, and no tokens', () => {
	assert.match(server.log(), /owner GET \/search 200/);
	assert.doesNotMatch(server.log(), /wickedness|link\/[0-9a-f]/);
});

test('a signal ends the server well', async () => {
	assert.equal(await server.stop(), 0);
	server = null;
});
