// study.mjs - lectures, collections, topics, rights and requests on pages, without a browser.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { xueji, scratch, run, write, serve, remove, Client } from './serve.mjs';

const dir = scratch(), archive = join(dir, 'a');
process.env.XUEJI_TODAY = '2011-03-05';
let server, li, wang, zhao;

const password = 'correct horse';
function member(login, name, ...rest) {
	run(archive, 'member', 'add', login, name, ...rest);
	execFileSync(xueji, ['-A', archive, 'member', 'password', login, '--password-file', '-'],
		     { input: password + '\n', stdio: ['pipe', 'ignore', 'ignore'] });
}
async function signIn(login) {
	const c = new Client(server.url);
	assert.equal((await c.post('/sign-in', { login, password })).status, 303);
	c.token = await c.csrf();
	return c;
}
const tell = (...args) => JSON.parse(run(archive, ...args, '--json'));

before(async () => {
	write(join(dir, 'in'), { 'slides.md': '# 感染控制讲稿\n\n手卫生与隔离 zebrafinch\n',
				 'other.md': '# 别的资料\n\n另一件事\n' });
	run(dir, 'init', archive);
	run(archive, 'unit', 'add', 'yy', '县医院');
	run(archive, 'unit', 'add', 'nk', '内科', '--parent', 'yy');
	run(archive, 'unit', 'add', 'jk', '疾控中心');
	member('li', '李主任', '--unit', 'yy');
	member('wang', '王芳', '--unit', 'nk');
	member('zhao', '赵强', '--unit', 'jk');
	run(archive, '--as', 'li', 'add', join(dir, 'in'), '--scope', 'private');
	run(archive, 'lecture', 'new', '感染控制', '--start', '2011-03-01 14:00', '--end', '16:00', '--unit', 'yy',
	    '--speaker', 'li', '--place', '三楼 <b>会议室', '--invite', 'nk');
	run(archive, 'lecture', 'new', '下一讲', '--start', '2011-04-01', '--unit', 'jk', '--invite', 'yy/below');
	server = await serve(archive);
	[li, wang, zhao] = [await signIn('li'), await signIn('wang'), await signIn('zhao')];
});
after(async () => { await server?.stop(); remove(dir); });

const lecture = () => tell('lecture', 'list').lectures.find(l => l.title === '感染控制').id;

test('lectures are listed to those who are invited, what comes apart from what is past', async () => {
	const page = await wang.text('/lectures');
	assert.ok(page.indexOf('Coming') < page.indexOf('下一讲') && page.indexOf('下一讲') < page.indexOf('Past') &&
		  page.indexOf('Past') < page.indexOf('感染控制'));
	assert.match(page, /2011-03-01 14:00–16:00/);
	assert.doesNotMatch(await zhao.text('/lectures'), /感染控制/);
	assert.doesNotMatch(await wang.text('/lectures?when=coming'), /感染控制/);
	assert.doesNotMatch(await wang.text('/lectures?unit=jk'), /感染控制/);
	assert.match(await wang.text('/lectures?year=2010'), /no such lectures/);
});

test('a lecture tells all but who was there to who is invited, and nothing to others', async () => {
	const page = await wang.text(`/lectures/${lecture()}`);
	assert.match(page, /李主任/);
	assert.match(page, /三楼 &lt;b&gt;会议室/);
	assert.equal((await zhao.get(`/lectures/${lecture()}`)).status, 404);
	assert.equal((await new Client(server.url).get(`/lectures/${lecture()}`)).status, 404);
});
