// study.mjs - lectures, collections, topics, rights and requests on pages, without a browser.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { xueji, scratch, run, write, serve, remove, rights, Client, Program } from './serve.mjs';

const dir = scratch(), archive = join(dir, 'a');
process.env.XUEJI_TODAY = '2011-03-05';
let server, li, wang, zhao;

const password = 'correct horse';
function member(login, name, ...rest) {
	run(archive, 'member', 'add', login, name, '--on', '2011-01-01', ...rest);
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

const fields = (c, more) => ({ csrf: c.token, ...more });

test('a lecture is entered in a form; what is refused stays in it', async () => {
	run(archive, 'role', 'grant', 'li', 'librarian', '--unit', 'yy');
	assert.equal((await zhao.get('/lectures/new')).status, 403);
	assert.match(await li.text('/lectures'), /\/lectures\/new/);
	const given = { title: '院感"<b>', date: '2011-03-20', from: '14:00', to: '13:00', place: '礼堂', mode: 'inside',
			speaker: '李主任', external: '张教授', institution: '省医院; 一部', bio: '', invite: '内科', reach: 'below' };
	const wrong = await li.post('/lectures/new', fields(li, given));
	assert.equal(wrong.status, 422);
	const page = await wrong.text();
	assert.match(page, /role="alert">it would end \(2011-03-20 13:00\) before/);
	assert.match(page, /value="院感&quot;&lt;b&gt;"/);
	assert.match(page, /value="省医院; 一部"/);
	assert.equal((await li.post('/lectures/new', fields(li, { ...given, to: '15:30', speaker: '没有这人' }))).status, 422);
	const done = await li.post('/lectures/new', fields(li, { ...given, to: '15:30' }));
	assert.equal(done.status, 303);
	const to = done.headers.get('location');
	assert.match(await li.text(to), /role="status">Added/);
	const l = tell('lecture', 'show', /\d+/.exec(to)[0]).lecture;
	assert.deepEqual([l.start, l.end, l.mode, l.unit], ['2011-03-20T14:00', '2011-03-20T15:30', 'inside', 'yy']);
	assert.deepEqual(l.speakers.map(s => [s.member, s.name, s.institution]), [['li', '李主任', null], [null, '张教授', '省医院, 一部']]);
	assert.deepEqual(l.invited, [{ to: 'below', who: 'nk', name: null }]);
	assert.equal((await zhao.post('/lectures/new', fields(zhao, given))).status, 422);
	assert.equal((await wang.post('/lectures/new', fields(wang, { ...given, to: '15:30' }))).status, 403);
});

test('a second save from the same version is refused with both versions', async () => {
	const id = tell('lecture', 'list').lectures.find(l => l.title.startsWith('院感')).id;
	const form = await li.text(`/lectures/${id}/edit`);
	const version = /name="version" value="(\d+)"/.exec(form)[1];
	assert.match(form, /value="张教授"/);
	const given = { version, title: '院感一', date: '2011-03-21', from: '09:00', place: '', speaker: ['王芳'], invite: '疾控中心', reach: 'unit' };
	assert.equal((await li.post(`/lectures/${id}/edit`, fields(li, given))).status, 303);
	const l = tell('lecture', 'show', String(id)).lecture;
	assert.deepEqual([l.title, l.start, l.end, l.place, l.speakers.length, l.invited[0].who, l.invited.length],
			 ['院感一', '2011-03-21T09:00', null, null, 1, 'jk', 1]);
	const stale = await li.post(`/lectures/${id}/edit`, fields(li, { ...given, title: '院感二' }));
	assert.equal(stale.status, 409);
	const page = await stale.text();
	assert.match(page, /What is saved now/);
	assert.match(page, /院感一/);
	assert.match(page, /value="院感二"/);
	assert.equal((await wang.get(`/lectures/${id}/edit`)).status, 403);
	assert.equal((await zhao.post(`/lectures/${id}/edit`, fields(zhao, given))).status, 403);
});

test('notes are found, put to a lecture and shared with those invited until a day', async () => {
	const id = lecture(), n = String(tell('list').documents.find(d => d.title === '感染控制讲稿').id);
	assert.match(await li.text(`/lectures/${id}/notes?find=zebrafinch`), /感染控制讲稿/);
	assert.equal((await wang.get(`/lectures/${id}/notes`)).status, 403);
	assert.equal((await li.post(`/lectures/${id}/notes`, fields(li, { deed: 'notes', document: '999' }))).status, 422);
	assert.equal((await li.post(`/lectures/${id}/notes`, fields(li, { deed: 'notes', document: n }))).status, 303);
	assert.equal((await li.post(`/lectures/${id}/notes`, fields(li, { deed: 'recording', document: n }))).status, 303);
	assert.equal((await wang.get(`/documents/${n}`)).status, 404);
	assert.doesNotMatch(await wang.text(`/lectures/${id}`), /感染控制讲稿/);
	const past = await li.post(`/lectures/${id}/share`, fields(li, { document: n, right: 'download', until: '2010-12-31' }));
	assert.equal(past.status, 422);
	assert.match(await past.text(), /2010-12-31 is past/);
	assert.equal((await li.post(`/lectures/${id}/share`, fields(li, { right: 'download' }))).status, 422);
	assert.equal((await li.post(`/lectures/${id}/share`,
		fields(li, { document: n, right: 'download', until: '2011-12-31' }))).status, 303);
	assert.match(await wang.text(`/lectures/${id}`), /感染控制讲稿/);
	assert.match(await wang.text('/search?q=zebrafinch'), /感染控制讲稿/);
	assert.equal((await zhao.get(`/documents/${n}`)).status, 404);
	assert.equal((await li.post(`/lectures/${id}/notes`, fields(li, { deed: 'no-recording', document: n }))).status, 303);
	assert.deepEqual(tell('lecture', 'show', String(id)).lecture.documents.map(d => d.role), ['notes']);
});

test('who was there is written down; who cannot have been is named', async () => {
	const id = lecture();
	const part = await li.post(`/lectures/${id}/attend`, fields(li, { who: '王芳、赵强，没有这人' }));
	assert.equal(part.status, 422);
	assert.match(await part.text(), /没有这人/);
	const shown = tell('lecture', 'show', String(id)).lecture;
	assert.deepEqual(shown.attendance.map(a => a.member), ['wang', 'zhao']);
	assert.match(await wang.text(`/lectures/${id}`), /2 people were there · you were there/);
	assert.doesNotMatch(await wang.text(`/lectures/${id}`), /赵强/);
	assert.equal((await li.post(`/lectures/${id}/attend`, fields(li, { away: 'zhao' }))).status, 303);
	assert.equal((await wang.post(`/lectures/${id}/attend`, fields(wang, { who: 'wang' }))).status, 403);
});

test('who is at a lecture signs in with the code of the day', async () => {
	const id = JSON.parse(run(archive, 'lecture', 'new', '今天的讲座', '--start', '2011-03-05 09:00', '--unit', 'yy',
				  '--invite', 'nk', '--json')).lecture;
	const at = `/lectures/${id}`, code = tell('lecture', 'code', String(id)).code;
	assert.match(await li.text(at + '/attend'), new RegExp(`code-shown">${code}<`));
	assert.match(await wang.text(at), /name="code"/);
	assert.equal((await zhao.post(at + '/sign-in', fields(zhao, { code }))).status, 404);
	const wrong = await wang.post(at + '/sign-in', fields(wang, { code: 'abcdef' }));
	assert.equal(wrong.status, 422);
	assert.match(await wrong.text(), /code not valid today/);
	assert.equal((await wang.post(at + '/sign-in', fields(wang, { code }))).status, 303);
	const page = await wang.text(at + '?done=there');
	assert.match(page, /You are signed in to the lecture/);
	assert.doesNotMatch(page, /name="code"/);
	for (let i = 0; i < 9; i++)
		await wang.post(at + '/sign-in', fields(wang, { code: '12' }));
	assert.equal((await wang.post(at + '/sign-in', fields(wang, { code }))).status, 429);
});

test('a lecture is removed and brought back', async () => {
	const id = lecture(), gone = await li.post(`/lectures/${id}/remove`, fields(li));
	assert.equal(gone.status, 303);
	assert.match(await li.text(gone.headers.get('location')), new RegExp(`/lectures/${id}/restore`));
	assert.equal((await wang.get(`/lectures/${id}`)).status, 404);
	assert.doesNotMatch(await zhao.text(gone.headers.get('location')), /restore/);
	assert.equal((await li.post(`/lectures/${id}/restore`, fields(li))).status, 303);
	assert.equal((await wang.get(`/lectures/${id}`)).status, 200);
});

test('rights are told in words, and changed by who may', async () => {
	const n = tell('list').documents.find(d => d.title === '别的资料').id, path = `/documents/${n}/rights`;
	assert.match(await li.text(path), /only whose it is/);
	assert.equal((await zhao.get(path)).status, 404);
	assert.equal((await new Client(server.url).get(path)).status, 404);
	for (const [given, why] of [[{ to: '没有', right: 'read' }, /no such unit/], [{ to: '疾控中心', until: '2011-01-01' }, /is past/],
				    [{ to: '' }, /with whom/]]) {
		const answer = await li.post(path, fields(li, { deed: 'share', ...given }));
		assert.equal(answer.status, 422);
		assert.match(await answer.text(), why);
	}
	assert.equal((await li.post(path, fields(li, { deed: 'share', to: '疾控中心', reach: 'unit', right: 'read', until: '2011-06-30' }))).status, 303);
	const page = await zhao.text(path);
	assert.match(page, /shared with 疾控中心/);
	assert.doesNotMatch(page, /Stop sharing|deed/);
	assert.equal((await zhao.post(path, fields(zhao, { deed: 'scope', scope: 'public' }))).status, 403);
	assert.match(await zhao.text(`/documents/${n}`), new RegExp(`requests/new\\?document=${n}`));
	assert.equal((await li.post(path, fields(li, { deed: 'scope', scope: 'unit' }))).status, 303);
	const number = /name="number" value="(\d+)"/.exec(await li.text(path))[1];
	assert.equal((await li.post(path, fields(li, { deed: 'unshare', number }))).status, 303);
	assert.equal((await zhao.get(path)).status, 404);
	assert.equal((await li.post(`/lectures/${lecture()}/rights`, fields(li, { deed: 'share', to: '疾控中心', right: '' }))).status, 303);
	assert.match(await zhao.text('/lectures'), /感染控制/);
});

test('a title that a unit publishes can be asked for, granted, declined and withdrawn', async () => {
	const n = tell('list').documents.find(d => d.title === '别的资料').id;
	assert.doesNotMatch(await zhao.text('/requests/new'), /别的资料/);
	assert.equal((await zhao.post('/requests/new', fields(zhao, { document: n, purpose: '备课' }))).status, 404);
	run(archive, 'config', 'set', 'rights.publish', 'yy');
	assert.match(await zhao.text('/requests/new?find=' + encodeURIComponent('别的')), /别的资料/);
	assert.equal((await zhao.get(`/documents/${n}`)).status, 404);
	assert.match(await zhao.text(`/requests/new?document=${n}`), /name="purpose"/);
	assert.equal((await zhao.post('/requests/new', fields(zhao, { document: n, purpose: '' }))).status, 422);
	const ask = () => zhao.post('/requests/new', fields(zhao, { document: n, purpose: '备课 <i>' }));
	const open = () => tell('requests').requests[0].number;
	assert.equal((await ask()).status, 303);
	assert.equal((await ask()).status, 409);
	assert.equal((await wang.post(`/requests/${open()}/grant`, fields(wang))).status, 404);
	assert.equal((await zhao.post(`/requests/${open()}/withdraw`, fields(zhao))).status, 303);
	assert.match(await zhao.text('/requests'), /withdrawn/);
	assert.equal((await ask()).status, 303);
	assert.equal((await li.post(`/requests/${open()}/decline`, fields(li, { word: '' }))).status, 422);
	assert.equal((await li.post(`/requests/${open()}/decline`, fields(li, { word: '尚未定稿' }))).status, 303);
	assert.match(await zhao.text('/requests'), /尚未定稿/);
	assert.equal((await ask()).status, 303);
	assert.match(await li.text('/requests'), /备课 &lt;i&gt;/);
	assert.equal((await li.post(`/requests/${open()}/grant`, fields(li, { until: '2011-04-04', right: 'read' }))).status, 303);
	assert.equal((await zhao.get(`/documents/${n}`)).status, 200);
	assert.match(await zhao.text('/requests'), /granted[\s\S]*2011-04-04/);
});

test('a collection is begun, filled, ordered and shared', async () => {
	const list = tell('list').documents, [one, two] = ['感染控制讲稿', '别的资料'].map(t => list.find(d => d.title === t).id);
	assert.equal((await li.post('/collections/new', fields(li, { title: '' }))).status, 422);
	assert.match(await li.text(`/documents/${one}/collect`), /collections\/new/);
	const to = (await li.post('/collections/new', fields(li, { title: '必读', document: one }))).headers.get('location').split('?')[0];
	assert.match(await li.text(`/documents/${two}/collect`), new RegExp(`action="${to}"`));
	assert.equal((await li.post(to, fields(li, { deed: 'add', document: 999 }))).status, 422);
	assert.equal((await li.post(to, fields(li, { deed: 'add', document: two, note: '先读' }))).status, 303);
	assert.equal((await li.post(to, fields(li, { deed: 'move', document: two, place: 1 }))).status, 303);
	const page = await li.text(to);
	assert.ok(page.indexOf('别的资料') < page.indexOf('感染控制讲稿') && page.includes('先读'));
	assert.match(await li.text(to + '?find=zebrafinch'), /value="add"/);
	assert.equal((await wang.get(to)).status, 404);
	assert.equal((await li.post(to + '/rights', fields(li, { deed: 'share', to: '内科' }))).status, 303);
	const seen = await wang.text(to);
	assert.match(seen, /感染控制讲稿/);
	assert.doesNotMatch(seen, /别的资料|deed/);
	assert.match(await wang.text('/collections'), /必读[\s\S]*1 document/);
	assert.equal((await wang.post(to, fields(wang, { deed: 'drop', document: one }))).status, 403);
	const edit = { deed: 'edit', version: /name="version" value="(\d+)"/.exec(await li.text(to))[1], title: '必读书目', description: '' };
	assert.equal((await li.post(to, fields(li, edit))).status, 303);
	assert.equal((await li.post(to, fields(li, edit))).status, 409);
	assert.equal((await li.post(to, fields(li, { deed: 'drop', document: two }))).status, 303);
	assert.equal((await li.post(to + '/remove', fields(li))).status, 303);
	assert.equal((await li.post(to + '/restore', fields(li))).status, 303);
	assert.match(await wang.text(to), /必读书目/);
});

test('topics are a tree with counts, and documents are given them', async () => {
	const n = tell('list').documents.find(d => d.title === '感染控制讲稿').id, path = `/documents/${n}/topics`;
	run(archive, 'topic', 'add', 'infection', '感染控制', '--parent', 'profession');
	assert.match(await li.text(`/documents/${n}`), /\/topics"/);
	assert.doesNotMatch(await wang.text(`/documents/${n}`), new RegExp(`${path}"`));
	assert.equal((await wang.post(path, fields(wang, { topic: 'law' }))).status, 403);
	assert.equal((await li.post(path, fields(li, { topic: ['infection'] }))).status, 303);
	assert.match(await wang.text('/topics'), /depth-2[^]*infection[^]*感染控制<\/a> <span class="count">1</);
	assert.match(await li.text(path), /value="infection" checked/);
	assert.equal((await li.post(path, fields(li, {}))).status, 303);
	assert.doesNotMatch(await li.text(path), / checked/);
});

test('programs do the same, by answers that are described', async () => {
	const token = login => JSON.parse(run(archive, 'token', 'add', login, 'x', '--write', '--json')).token;
	const api = new Program(server.url, token('li')), his = new Program(server.url, token('zhao'));
	const n = String(tell('list').documents.find(d => d.title === '感染控制讲稿').id);
	const ok = async (answer, status = 200) => {
		const a = await answer;
		assert.equal(a.status, status, await a.clone().text());
		return status === 204 ? null : a.json();
	};
	const made = await ok(api.post('/api/1/lectures', { title: '接口', start: '2011-03-04 09:00', invite: ['nk/below', 'wang'], speakers: ['li'],
		externals: ['张教授; 省医院'], topics: ['law'] }), 201);
	const path = `/api/1/lectures/${made.id}`;
	assert.deepEqual([made.start, made.invited.length, made.speakers[1].institution], ['2011-03-04T09:00', 2, '省医院']);
	assert.equal((await api.post('/api/1/lectures', { title: '无时间' })).status, 422);
	assert.equal((await api.patch(path, { place: '礼堂' })).status, 428);
	assert.equal((await ok(api.patch(path, { place: '礼堂', end: '10:00' }, { 'if-match': '"1"' }))).place, '礼堂');
	assert.equal((await api.patch(path, { place: '他处' }, { 'if-match': '"1"' })).status, 412);
	assert.equal((await ok(api.post(path + '/notes', { documents: [n] }))).documents[0].role, 'notes');
	assert.equal((await ok(api.send('PUT', path + '/recording', { document: n }))).documents.length, 2);
	await ok(api.send('PUT', path + '/recording', { document: null }));
	await ok(api.post(path + '/share', { documents: [n], until: '2011-12-31', right: 'read' }));
	assert.deepEqual((await ok(api.post(path + '/attendance', { members: ['wang', 'nobody'] }))).rows.map(r => r.outcome), ['added', 'refused']);
	assert.equal((await ok(api.get(path + '/history'))).history.length > 4, true);
	assert.deepEqual((await ok(api.get('/api/1/lectures?from=2011-03-04&until=2011-03-04'))).lectures.map(l => l.id), [made.id]);
	await rights(api, his, path, 'jk');
	await ok(api.send('DELETE', path), 204);
	await ok(api.post(path + '/undelete'));

	const c = await ok(api.post('/api/1/collections', { title: '接口集' }), 201), at = `/api/1/collections/${c.id}`;
	await ok(api.post(at + '/documents', { documents: [n], note: '要点' }));
	assert.deepEqual((await ok(api.patch(`${at}/documents/${n}`, { place: 1 }))).documents.map(d => d.note), ['要点']);
	assert.equal((await ok(api.patch(at, { description: '说明' }, { 'if-match': '*' }))).description, '说明');
	assert.equal((await ok(api.get('/api/1/collections'))).collections.find(x => x.id === c.id).documents, 1);
	assert.equal((await ok(api.send('DELETE', `${at}/documents/${n}`))).documents.length, 0);
	assert.equal((await ok(api.get(at + '/history'))).history.length, 4);
	await rights(api, his, at, 'jk');
	await ok(api.send('DELETE', at), 204);
	assert.equal((await ok(api.post(at + '/undelete'))).title, '接口集');

	assert.ok((await ok(his.get('/api/1/topics'))).topics.some(t => t.code === 'infection'));
	run(archive, 'scope', n, 'unit');
	const title = (await ok(his.get('/api/1/titles?words=' + encodeURIComponent('感染')))).titles[0];
	assert.equal(title.id, Number(n));
	const ask = async () => (await ok(his.post('/api/1/requests', { document: title.id, purpose: '备课' }), 201)).number;
	await ok(his.post(`/api/1/requests/${await ask()}/withdraw`), 204);
	await ok(api.post(`/api/1/requests/${await ask()}/decline`, { word: '不行' }), 204);
	await ok(api.post(`/api/1/requests/${await ask()}/grant`, { until: '2011-03-31' }), 204);
	assert.ok((await ok(his.get('/api/1/requests?all=1'))).requests.length >= 3);
	assert.equal((await his.get(`/api/1/documents/${n}`)).status, 200);
	assert.equal((await new Program(server.url).json('/api/1/titles')).titles.length, 0);
});
