// upload.mjs - files that are sent: kept, taken in, told of; by whom, and whatever
// breaks off in between.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { mkdirSync, readFileSync, readdirSync, existsSync } from 'node:fs';
import { xueji, scratch, run, write, serve, remove, Client, Program } from './serve.mjs';

const dir = scratch(), archive = join(dir, 'a');
let server, owner, li, wang;

async function signIn(login) {
	const client = new Client(server.url);
	execFileSync(xueji, ['-A', archive, 'member', 'password', login, '--password-file', '-'],
		     { input: 'correct horse\n', stdio: ['pipe', 'ignore', 'ignore'] });
	await client.post('/sign-in', { login, password: 'correct horse' });
	return client;
}

function form(csrf, fields, files) {
	const body = new FormData();
	for (const [name, value] of Object.entries({ csrf, ...fields }))
		body.append(name, value);
	for (const [name, text] of Object.entries(files))
		body.append('files', new Blob([text]), name);
	return body;
}

const send = async (client, fields, files, csrf) => client.get('/upload', { method: 'POST',
	body: form(csrf ?? await client.csrf(), fields, files) });

const json = async (client, method, path, body) => {
	const answer = await client.get('/api/1/uploads' + path, { method,
		headers: { 'X-CSRF-Token': await client.csrf(), 'content-type': 'application/json' },
		body: body && JSON.stringify(body) });
	return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
};

const put = async (client, id, path, body, extra = {}) => client.get(
	`/api/1/uploads/${id}/files?${new URLSearchParams({ path })}`,
	{ method: 'PUT', headers: { 'X-CSRF-Token': await client.csrf() }, body, ...extra });

async function taken(client, id) {
	for (;;) {
		const { body } = await json(client, 'GET', `/${id}`);
		if (body.state !== 'waiting' && body.state !== 'taking')
			return body;
		await new Promise(done => setTimeout(done, 50));
	}
}

async function until(what) {
	for (let n = 0; n < 1200 && !what(); n++) // what is taken in goes first
		await new Promise(done => setTimeout(done, 50));
}

const report = async (client, id) => Object.fromEntries((await json(client, 'GET',
	`/${id}/report?limit=1000`)).body.lines.map(l => [l.path.join('>'), l]));
const left = () => existsSync(join(archive, 'uploads')) ? readdirSync(join(archive, 'uploads')) : [];

before(async () => {
	run(dir, 'init', archive);
	run(archive, 'unit', 'add', 'ward', '内科');
	run(archive, 'unit', 'add', 'lab', '检验科');
	run(archive, 'member', 'add', 'li', '李华', '--unit', 'ward');
	run(archive, 'member', 'add', 'wang', '王芳', '--unit', 'lab');
	server = await serve(archive);
	owner = new Client(server.url);
	await owner.get(server.link);
	[li, wang] = [await signIn('li'), await signIn('wang')];
});
after(async () => { await server?.stop(); remove(dir); });

test('a plain form of files is taken in as its sender\'s', async () => {
	const shown = await li.text('/upload');
	assert.match(shown, /<option value="ward">内科/);
	assert.doesNotMatch(shown, /检验科/);
	assert.match(await owner.text('/upload'), /检验科/);
	const answer = await send(li, { scope: 'unit' }, { '讲义.txt': '新型农村合作医疗', 'b/二.md': '# 题目\n\n正文',
		'x.bin': '\0\x01\x02' });
	assert.equal(answer.status, 303);
	const id = answer.headers.get('location').split('/')[2];
	const u = await taken(li, id);
	assert.equal(u.state, 'done');
	assert.equal(u.files, 3);
	const lines = await report(li, id);
	assert.deepEqual(Object.keys(lines).sort(), ['b/二.md', 'x.bin', '讲义.txt'].sort());
	assert.equal(lines['讲义.txt'].outcome, 'ok');
	const page = await li.text(`/uploads/${id}`);
	assert.match(page, /讲义\.txt/);
	assert.match(await li.text(`/documents/${lines['讲义.txt'].id}/read`), /新型农村合作医疗/);
	assert.match(await li.text(`/documents/${lines['讲义.txt'].id}`), /李华/);
	assert.equal((await wang.get(`/uploads/${id}`)).status, 404);
	assert.equal((await wang.get(`/documents/${lines['讲义.txt'].id}`)).status, 404);
	await until(() => !existsSync(join(archive, 'uploads', id, 'files')));
	assert.ok(!existsSync(join(archive, 'uploads', id, 'files')));
});

test('a form that is not ours, or of nobody, brings nothing', async () => {
	const guest = new Client(server.url), files = { 'a.txt': 'x' };
	assert.equal((await send(guest, {}, files, 'f'.repeat(64))).status, 403);
	assert.equal((await send(li, {}, files, 'f'.repeat(64))).status, 403);
	assert.equal((await send(li, { unit: 'lab' }, files)).status, 403);
	assert.equal((await send(li, { topic: 'none-such' }, files)).status, 422);
	assert.equal((await li.get('/upload', { method: 'POST', headers: {
		'content-type': 'multipart/form-data; boundary=x' }, body: '--x\r\nnonsense' })).status, 422);
	assert.equal((await guest.get('/upload')).status, 303);
	await settled();
	assert.equal(left().length, 1);
});

test('files are sent one by one, and what is there is not sent again', async () => {
	const { body: { id } } = await json(li, 'POST', '', { scope: 'private' });
	assert.equal((await put(li, id, '夹/一.txt', '第一个文件')).status, 204);
	assert.equal((await put(li, id, '夹/二.txt', '第二个文件')).status, 204);
	for (const path of ['../x', '/x', 'a//b', 'a/', '', '.', 'a/../b', 'a\nb', 'x'.repeat(300), 'a/'.repeat(40) + 'b'])
		assert.equal((await put(li, id, path, 'x')).status, 422, path);
	assert.equal((await put(li, id, '夹', 'x')).status >= 400, true);
	assert.equal((await put(li, id, '夹/一.txt/x', 'x')).status >= 400, true);
	assert.equal((await put(wang, id, 'x', 'x')).status, 404);
	assert.equal((await json(wang, 'POST', `/${id}/finish`)).status, 404);
	const { body: there } = await json(li, 'GET', `/${id}/files`);
	assert.deepEqual(there.files.map(f => f.path).sort(), ['夹/一.txt', '夹/二.txt'].sort());
	assert.equal((await json(li, 'POST', `/${id}/finish`)).status, 200);
	assert.equal((await put(li, id, '夹/三.txt', 'x')).status, 503);
	assert.equal((await taken(li, id)).counts.ok, 2);
});

test('the same folder once more is unchanged, or a new version', async () => {
	const { body: { id } } = await json(li, 'POST', '', {});
	await put(li, id, '夹/一.txt', '第一个文件');
	await put(li, id, '夹/二.txt', '第二个文件，改过了');
	await json(li, 'POST', `/${id}/finish`);
	assert.deepEqual((await taken(li, id)).counts, { held: 1, ok: 1 });
	const lines = await report(li, id);
	assert.equal(lines['夹/二.txt'].version, 2);
	// another member's folder of the same name is another folder
	const { body: { id: other } } = await json(wang, 'POST', '', {});
	await put(wang, other, '夹/二.txt', '别人的文件');
	await json(wang, 'POST', `/${other}/finish`);
	await taken(wang, other);
	assert.notEqual((await report(wang, other))['夹/二.txt'].id, lines['夹/二.txt'].id);
	// taken back
	assert.equal((await json(wang, 'POST', `/${id}/undo`)).status, 404);
	const { body: undone } = await json(li, 'POST', `/${id}/undo`);
	assert.ok(undone.undone);
	assert.match(await li.text(`/documents/${lines['夹/二.txt'].id}/read`), /第二个文件<\/p>/);
});

test('pages of a PDF are drawn as pictures for who may read it', async () => {
	const pdf = readFileSync(join(process.env.XUEJI_CORPUS, '专业业务/高血压患者的社区管理.pdf'));
	const { headers } = await send(li, { scope: 'unit' }, { 'a.pdf': pdf, 'cut.pdf': pdf.subarray(0, 900) });
	const id = headers.get('location').split('/')[2];
	await taken(li, id);
	const lines = await report(li, id), doc = lines['a.pdf'].id;
	const picture = await li.get(`/documents/${doc}/pages/1?w=400&m=a`);
	assert.equal(picture.status, 200);
	assert.equal(picture.headers.get('content-type'), 'image/png');
	const bytes = Buffer.from(await picture.arrayBuffer());
	assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
	assert.equal(bytes.readUInt32BE(16), 400);
	assert.equal((await li.get(`/documents/${doc}/pages/1?w=400&m=a`,
		{ headers: { 'if-none-match': picture.headers.get('etag') } })).status, 304);
	assert.match(await li.text(`/documents/${doc}/pages`), /<img src="\/documents\/\d+\/pages\/1\?w=1000"/);
	assert.match(await li.text(`/documents/${doc}/read?q=a`), /\/pages\?q=a/);
	for (const path of [`${doc}/pages/0`, `${doc}/pages/99999`, `${doc}/pages/x`, `${lines['cut.pdf'].id}/pages/1`])
		assert.equal((await li.get(`/documents/${path}`)).status, 404, path);
	assert.equal((await wang.get(`/documents/${doc}/pages/1`)).status, 404);
	assert.equal((await wang.get(`/documents/${doc}/pages`)).status, 404);
});

test('pages that are pictures are read when nothing else is to be taken in', async t => {
	if (!existsSync(join(process.env.XUEJI_PLUGINS, 'ocr/importer-ocr.so')))
		return t.skip('OCR is not built');
	write(dir, { 'scan.txt': '手卫生是最便宜的防线。' });
	execFileSync(join(xueji, '../tests/plugins/make-scan'), [join(dir, 'scan.pdf'), join(dir, 'scan.txt')]);
	const pages = () => JSON.parse(run(archive, 'ocr', '--status', '--json'));
	run(archive, 'config', 'set', 'import.ocr', 'later');
	const one = (await send(li, { scope: 'unit' }, { 'scan.pdf': readFileSync(join(dir, 'scan.pdf')) })).headers.get('location').split('/')[2];
	await taken(li, one);
	run(archive, 'config', 'set', 'import.ocr', 'now');
	await taken(li, (await send(li, {}, { 'behind.txt': '先来' })).headers.get('location').split('/')[2]);
	const two = (await send(li, {}, { 'before.txt': '后到' })).headers.get('location').split('/')[2];
	assert.equal((await taken(li, two)).state, 'done');
	assert.equal(pages().waiting, 1); // it was not waited for
	await until(() => !pages().waiting);
	assert.deepEqual([pages().read, pages().given_up], [1, 0]);
	assert.match(await li.text(`/documents/${(await report(li, one))['scan.pdf'].id}/read`), /手卫生/);
});

// The sanitizers keep what was freed.
function sanitized() {
	try {
		return /libasan/.test(readFileSync(`/proc/${server.pid}/maps`));
	} catch {
		return false;
	}
}
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`))[1]);

test('a large file goes through without being held in memory', async () => {
	const { body: { id } } = await json(li, 'POST', '', {});
	const piece = new Uint8Array(1 << 20).fill(0x41), before = memory();
	let most = 0;
	const body = new ReadableStream({ async pull(c) {
		most = Math.max(most, memory());
		this.n = (this.n ?? 0) + 1;
		this.n > 64 ? c.close() : c.enqueue(piece);
	} });
	assert.equal((await put(li, id, 'large.bin', body, { duplex: 'half' })).status, 204);
	assert.ok(sanitized() || most - before < 16 << 10, `${most - before} KiB more`);
	assert.equal((await json(li, 'GET', `/${id}/files`)).body.files[0].size, 64 << 20);
	assert.equal((await json(li, 'DELETE', `/${id}`)).status, 204);
	await until(() => !left().includes(id));
});

// Till what is to be deleted is.
const settled = () => until(() => left().every(id =>
	existsSync(join(archive, 'uploads', id, 'upload.json')) &&
	!readdirSync(join(archive, 'uploads', id)).some(f => f.startsWith('part-'))));

function begin(client, head, path) {
	const { hostname, port } = new URL(server.url);
	const s = connect(port, hostname);
	s.on('error', () => {});
	s.write(`${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: ${[...client.cookies]
		.map(c => c.join('=')).join('; ')}\r\n${head}\r\n\r\n`);
	return s;
}

test('who breaks off leaves nothing behind', async () => {
	const { body: { id } } = await json(li, 'POST', '', {}), csrf = await li.csrf();
	const known = left().length;
	const one = begin(li, `X-CSRF-Token: ${csrf}\r\nContent-Length: 9000000`, `PUT /api/1/uploads/${id}/files?path=a`);
	const form = begin(li, 'Content-Length: 9000000\r\nContent-Type: multipart/form-data; boundary=xx', 'POST /upload');
	form.write(`--xx\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n${csrf}\r\n` +
		   '--xx\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n');
	for (const s of [one, form])
		s.write(Buffer.alloc(1 << 20, 65));
	await until(() => left().length > known);
	assert.equal(left().length, known + 1);
	one.destroy();
	form.destroy();
	await until(() => left().length === known);
	await settled();
	assert.equal(left().length, known);
	assert.deepEqual(readdirSync(join(archive, 'uploads', id)).sort(), ['files', 'upload.json']);
	assert.deepEqual((await json(li, 'GET', `/${id}/files`)).body.files, []);
	assert.equal((await json(li, 'POST', `/${id}/finish`)).status, 422);
	await json(li, 'DELETE', `/${id}`);
});

test('what was said to have arrived outlives a server that is killed', async () => {
	const token = JSON.parse(run(archive, 'token', 'add', 'li', '脚本', '--write', '--json')).token;
	let program = new Program(server.url, token);
	const { id } = await (await program.post('/api/1/uploads', {})).json();
	const text = n => `第 ${n} 个文件，幸存\n`;
	for (let n = 0; n < 40; n++)
		assert.equal((await program.get(`/api/1/uploads/${id}/files?path=many/${n}.txt`,
			{ method: 'PUT', body: text(n) })).status, 204);
	const { id: open } = await (await program.post('/api/1/uploads', {})).json();
	await program.get(`/api/1/uploads/${open}/files?path=a.txt`, { method: 'PUT', body: '还没完' });
	assert.equal((await program.post(`/api/1/uploads/${id}/finish`)).status, 200);
	process.kill(server.pid, 'SIGKILL');
	await server.ended;
	server = await serve(archive);
	program = new Program(server.url, token);
	let u;
	do
		u = await program.json(`/api/1/uploads/${id}`);
	while (u.state !== 'done' && u.state !== 'failed');
	assert.equal(u.state, 'done');
	const { lines } = await program.json(`/api/1/uploads/${id}/report?limit=1000`);
	assert.deepEqual(new Set(lines.map(l => l.path[0])).size, 40);
	assert.equal((await program.json('/api/1/search?q=' + encodeURIComponent('"幸存"'))).total, 40);
	assert.equal((await program.json(`/api/1/uploads/${open}/files`)).total, 1);
	assert.equal((await (await program.post(`/api/1/uploads/${id}/undo`)).json()).state, 'done');
	assert.equal((await program.json('/api/1/search?q=' + encodeURIComponent('"幸存"'))).total, 0);
});

test('a disk that is full is told of, and nothing stays behind', async t => {
	const disk = join(dir, 'disk');
	try {
		mkdirSync(disk);
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=72m,mode=0700', 'none', disk], { stdio: 'ignore' });
	} catch {
		return t.skip('file systems cannot be mounted here');
	}
	const small = join(disk, 'a');
	run(dir, 'init', small);
	const other = await serve(small);
	try {
		const me = new Client(other.url);
		await me.get(other.link);
		const answer = await send(me, {}, { 'a.txt': 'small', 'b.bin': new Uint8Array(80 << 20) });
		assert.equal(answer.status, 507);
		assert.match(await answer.text(), /the archive&#39;s disk is full; nothing of this file was kept/);
		await until(() => !readdirSync(join(small, 'uploads')).length);
		assert.deepEqual(readdirSync(join(small, 'uploads')), []);
		assert.equal((await send(me, {}, { 'a.txt': 'small' })).status, 303);
	} finally {
		await other.stop();
		execFileSync('umount', ['-l', disk]);
	}
});
