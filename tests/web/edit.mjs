// edit.mjs - what is known of a document, put right on a page; removed, brought back.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { xueji, scratch, run, write, serve, remove, Client, Program } from './serve.mjs';

const dir = scratch(), archive = join(dir, 'a');
let server, owner, wang;

before(async () => {
	write(join(dir, 'in'), { 'a.md': '---\ntitle: 旧题\ncreator: 张三\n---\n\n正文\n' });
	run(dir, 'init', archive);
	run(archive, 'add', join(dir, 'in'));
	run(archive, 'unit', 'add', 'lab', '检验科');
	run(archive, 'member', 'add', 'wang', '王芳', '--unit', 'lab');
	run(archive, 'scope', '1', 'members');
	execFileSync(xueji, ['-A', archive, 'member', 'password', 'wang', '--password-file', '-'],
		     { input: 'correct horse\n', stdio: ['pipe', 'ignore', 'ignore'] });
	server = await serve(archive);
	[owner, wang] = [new Client(server.url), new Client(server.url)];
	await owner.get(server.link);
	await wang.post('/sign-in', { login: 'wang', password: 'correct horse' });
});
after(async () => { await server?.stop(); remove(dir); });

// The form as it is, with what somebody types into it.
async function typed(client, changes) {
	const page = await client.text('/documents/1/edit'), fields = {};
	const plain = s => s.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
	for (const [, name, value] of page.matchAll(/<input[^>]* name="(\w+)" value="([^"]*)"/g))
		fields[name] ??= plain(value);
	for (const [, name, value] of page.matchAll(/<textarea[^>]* name="(\w+)"[^>]*>([^<]*)</g))
		fields[name] = plain(value);
	fields.kind = /<option value="([^"]*)" selected/.exec(page)[1];
	delete fields.q;
	return { ...fields, csrf: await client.csrf(), ...changes };
}
const values = element => JSON.parse(run(archive, 'show', '1', '--json')).metadata
	.filter(v => v.element === element).map(v => v.value);

test('what was changed is given by hand, and nothing else', async () => {
	assert.match(await owner.text('/documents/1'), /href="\/documents\/1\/edit"/);
	const answer = await owner.post('/documents/1/edit', await typed(owner,
		{ title: ' 新题 <b> ', creator: '李四\n\n 王五 ', kind: 'regulation' }));
	assert.equal(answer.headers.get('location'), '/documents/1?done=saved');
	const page = await owner.text('/documents/1');
	assert.match(page, /新题 &lt;b&gt;/);
	assert.match(page, /李四/);
	assert.match(page, /王五/);
	assert.doesNotMatch(page, /张三/);
	assert.match(await owner.text('/documents/1/edit'), /The file says: <bdi>旧题/);
	const same = await owner.post('/documents/1/edit', await typed(owner, {}));
	assert.equal(same.headers.get('location'), '/documents/1?done=unchanged');
});

test('what is emptied is what the file says', async () => {
	await owner.post('/documents/1/edit', await typed(owner, { title: '' }));
	assert.match(await owner.text('/documents/1'), /<h1><bdi>旧题/);
});

test('who began from an older version is shown both', async () => {
	const [one, other] = [await typed(owner, { title: '甲' }), await typed(owner, { title: '乙', publisher: '出版社' })];
	assert.equal((await owner.post('/documents/1/edit', one)).status, 303);
	const answer = await owner.post('/documents/1/edit', other), page = await answer.text();
	assert.equal(answer.status, 409);
	assert.match(page, /name="title" value="乙"/);
	assert.match(page, /It is now:<\/?[^>]*> ?<bdi>甲|It is now: <bdi>甲/);
	assert.match(page, /name="publisher" value="出版社"/);
	const version = /name="version" value="(\d+)"/.exec(page)[1];
	assert.equal((await owner.post('/documents/1/edit', { ...other, version })).status, 303);
	assert.match(await owner.text('/documents/1'), /<h1><bdi>乙/);
});

test('what makes no sense is shown again as it was typed', async () => {
	const answer = await owner.post('/documents/1/edit', await typed(owner, { date: 'vorgestern' }));
	assert.equal(answer.status, 422);
	assert.match(await answer.text(), /value="vorgestern"/);
});

test('who only reads changes nothing', async () => {
	assert.doesNotMatch(await wang.text('/documents/1'), /documents\/1\/edit/);
	assert.equal((await wang.get('/documents/1/edit')).status, 403);
	const fields = await typed(owner, { title: '不行', csrf: await wang.csrf() });
	assert.equal((await wang.post('/documents/1/edit', fields)).status, 403);
	assert.equal((await wang.post('/documents/1/remove', { csrf: await wang.csrf() })).status, 403);
	assert.match(await owner.text('/documents/1'), /<h1><bdi>乙/);
});

test('what the file was before is downloaded by who may download it', async () => {
	const older = /href="(\/documents\/1\/file\?version=1)" download/;
	assert.doesNotMatch(await owner.text('/documents/1'), older); // edits alone are no other file
	write(join(dir, 'in'), { 'a.md': '---\ntitle: 旧题\ncreator: 张三\n---\n\n正文改了\n' });
	run(archive, 'add', join(dir, 'in'));
	for (const who of [owner, wang]) {
		assert.match(await who.text('/documents/1'), older);
		assert.match(await who.text('/documents/1/file?version=1'), /正文\n$/);
		assert.match(await who.text('/documents/1/file'), /正文改了\n$/);
		for (const method of ['GET', 'HEAD'])
			assert.equal((await who.get('/documents/1/file?version=99', { method })).status, 404);
		const head = await who.get('/documents/1/file?version=1', { method: 'HEAD' });
		assert.deepEqual([head.status, await head.text()], [200, '']);
	}
	assert.match(await owner.text('/documents/1'), /in\/a\.md<\/bdi>/); // where it came from is the owner's business
	assert.doesNotMatch(await wang.text('/documents/1'), /in\/a\.md<\/bdi>/);
	const api = new Program(server.url);
	api.cookies = wang.cookies;
	const { versions } = await api.json('/api/1/documents/1/versions');
	assert.deepEqual([versions.length, versions[1].version, versions[1].size], [2, 1, Buffer.byteLength('---\ntitle: 旧题\ncreator: 张三\n---\n\n正文\n')]);
	assert.match(await (await api.get('/api/1/documents/1/file?version=1')).text(), /正文\n$/);
	run(archive, 'scope', '1', 'private');
	run(archive, 'share', '1', '--to', 'wang'); // to read, not to download
	assert.doesNotMatch(await wang.text('/documents/1'), older);
	for (const path of ['/documents/1/file?version=1', '/api/1/documents/1/file?version=1', '/api/1/documents/1/versions'])
		for (const method of ['GET', 'HEAD'])
			assert.equal((await wang.get(path, { method })).status, 403, path);
	run(archive, 'unshare', '1', '--to', 'wang');
	assert.equal((await wang.get('/documents/1/file?version=1')).status, 404);
	assert.equal((await api.get('/api/1/documents/1/versions')).status, 404);
	run(archive, 'scope', '1', 'members');
});

test('a document is removed and brought back', async () => {
	const csrf = await owner.csrf();
	assert.equal((await owner.post('/documents/1/remove', { csrf, reason: '重复' })).status, 303);
	assert.match(await owner.text('/documents/1'), /This document was removed/);
	assert.equal((await wang.get('/documents/1')).status, 404);
	assert.equal((await wang.post('/documents/1/undelete', { csrf: await wang.csrf() })).status, 404);
	assert.equal((await owner.post('/documents/1/undelete', { csrf })).status, 303);
	assert.equal((await wang.get('/documents/1')).status, 200);
});
