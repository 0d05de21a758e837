// status.mjs - what who looks after the archive is told, and nobody else.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { xueji, scratch, run, write, serve, remove, Client } from './serve.mjs';

const dir = scratch(), archive = join(dir, 'a');
let server, owner, li;

before(async () => {
	write(join(dir, 'in'), { 'a.txt': '正文\n', 'x.bin': '\0\x01\x02', '秘密★10年 通知.txt': '内部\n' });
	run(dir, 'init', archive);
	try {
		run(archive, 'add', join(dir, 'in'));
	} catch { /* not all could be read, which it says by its status */ }
	run(archive, 'unit', 'add', 'ward', '内科');
	run(archive, 'member', 'add', 'li', '李华', '--unit', 'ward');
	execFileSync(xueji, ['-A', archive, 'member', 'password', 'li', '--password-file', '-'],
		     { input: 'correct horse\n', stdio: ['pipe', 'ignore', 'ignore'] });
	server = await serve(archive);
	[owner, li] = [new Client(server.url), new Client(server.url)];
	await owner.get(server.link);
	await li.post('/sign-in', { login: 'li', password: 'correct horse' });
});
after(async () => { await server?.stop(); remove(dir); });

test('a member is told nothing, till he is an operator; and then of what he sees', async () => {
	assert.equal((await new Client(server.url).get('/status')).status, 403);
	assert.equal((await li.get('/status')).status, 403);
	assert.doesNotMatch(await li.text('/'), /href="\/status"/);
	assert.equal((await li.post('/status/retry', { csrf: await li.csrf() })).status, 403);
	run(archive, 'role', 'grant', 'li', 'operator');
	const page = await li.text('/status');
	assert.match(page, /<h1>Status/);
	assert.match(page, /<a href="\/status"/);
	assert.doesNotMatch(page, /x\.bin|通知/);
});

test('what failed is told with its reason, and read again', async () => {
	assert.match(await owner.text('/status'), /x<\/bdi>|x\.bin/);
	const answer = await owner.post('/status/retry', { csrf: await owner.csrf(), document: '' });
	assert.equal(answer.headers.get('location'), '/status?done=retried');
	let page;
	do
		page = await owner.text('/status');
	while (/being read again\.<\/p>\s*<div/.test(page));
	assert.match(page, /Read again: 1; now fine: 0; still failing: 1\./);
});

test('what is in quarantine is there till somebody says why it need not be', async () => {
	const page = await owner.text('/status');
	const path = /\/status\/quarantine\/\d+/.exec(page)[0];
	assert.equal((await owner.post(path, { csrf: await owner.csrf(), reason: '' })).status, 422);
	assert.equal((await li.post(path, { csrf: await li.csrf(), reason: 'x' })).status, 404);
	assert.equal((await owner.post(path, { csrf: await owner.csrf(), reason: '误报' })).status, 303);
	assert.doesNotMatch(await owner.text('/status'), /status\/quarantine/);
});

test('when it was last verified and backed up, and which other archives answer', async () => {
	assert.match(await owner.text('/status'), /Last verified<\/dt><dd>not yet<[^]*Last backup<\/dt><dd>not yet</);
	run(archive, 'verify', '1');
	assert.match(await owner.text('/status'), /Last verified<\/dt><dd>not yet</);
	run(archive, 'verify');
	run(archive, 'backup', join(dir, 'copy'));
	const page = await owner.text('/status');
	assert.match(page, /Last verified<\/dt><dd>\d{4}-\d\d-\d\d \d\d:\d\d<[^]*Errors found by it<\/dt><dd>0</);
	assert.match(page, /Last backup<\/dt><dd>\d{4}-[^]*Backed up to<\/dt><dd>[^<]*\/copy</);
	const said = JSON.parse(run(archive, 'status', '--json'));
	assert.ok(said.verified && said.backed_up && said.backup.endsWith('/copy'));
	assert.equal(said.verify_errors, 0);
	assert.ok(JSON.parse(run(archive, 'backup', '--json', join(dir, 'copy'))).same); // the note is no change
});
