// seminars.mjs - seminars on pages: who sees and does what, without a browser.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { xueji, scratch, run, write, serve, remove, rights, Client, Program } from './serve.mjs';

process.env.XUEJI_TODAY = '2011-05-12';
const dir = scratch(), archive = join(dir, 'a');
const evil = '<script>alert(1)</script>';
let server, shu, li, guest, wai, seminar;

async function sign_in(login) {
	const link = new URL(run(archive, 'member', 'link', login).trim()).pathname;
	const c = new Client(server.url);
	await c.get(link);
	assert.equal((await c.post(link, { password: '一个很长很长的密码', again: '一个很长很长的密码' })).status, 303);
	c.token = await c.csrf();
	return c;
}

// A form of the seminar sent; where it leads, and what the page there says.
async function send(who, path, fields, status = 303) {
	const answer = await who.post(`/seminars/${seminar}${path}`, { csrf: who.token, ...fields });
	assert.equal(answer.status, status, await answer.clone().text());
	return answer.status === 303 ? who.text(answer.headers.get('location')) : answer.text();
}

const id = title => String(JSON.parse(run(archive, 'list', '--json')).documents.find(d => d.title.includes(title)).id);
const version = page => /name="version" value="(\d+)"/.exec(page)[1];

before(async () => {
	write(join(dir, 'in'), { 'a.md': '# 医患沟通材料\n\n沟通从倾听开始。\n', 'b.md': '# 沟通案例\n\n沟通的两个案例。\n' });
	write(join(dir, 'other'), { 'rules.md': '# 投诉处理规程\n\n内部：沟通口径。\n' });
	run(dir, 'init', archive);
	run(archive, 'unit', 'add', 'xian', '县医院');
	run(archive, 'unit', 'add', 'a', '内科', '--parent', 'xian');
	run(archive, 'unit', 'add', 'c', '信访办');
	for (const [login, name, unit] of [['shu', '舒记', 'a'], ['li', '李主任', 'a'], ['wai', '外人', 'c']])
		run(archive, 'member', 'add', login, name, '--unit', unit);
	run(archive, 'role', 'grant', 'shu', 'secretary', '--unit', 'xian');
	run(archive, 'member', 'add', 'ku', '库管', '--unit', 'c');
	run(archive, 'role', 'grant', 'ku', 'librarian', '--unit', 'c');
	run(archive, 'add', '--unit', 'xian', '--scope', 'below', join(dir, 'in'));
	run(archive, 'add', '--unit', 'c', '--scope', 'unit', join(dir, 'other'));
	run(archive, 'share', id('投诉'), '--to', 'shu');
	server = await serve(archive);
	guest = new Client(server.url);
	[shu, li, wai] = [await sign_in('shu'), await sign_in('li'), await sign_in('wai')];
});
after(async () => { await server?.stop(); remove(dir); });

test('a secretary plans a seminar, and what is refused is shown again as it was typed', async () => {
	const given = { csrf: shu.token, title: `沟通 ${evil}`, question: '怎样说清楚？', unit: 'xian', day: '2011-05-12',
			time: '14:30', place: '三楼', level: 'branch', chair: 'li', whom: 'a，没有的单位', until: '' };
	let answer = await shu.post('/seminars/new', given);
	assert.equal(answer.status, 422);
	let page = await answer.text();
	assert.match(page, /role="alert">没有的单位|role="alert">[^<]*没有的单位/);
	assert.match(page, /value="14:30"/);
	assert.match(page, /<option value="branch" selected>/);
	assert.doesNotMatch(page, /<script>/);
	answer = await shu.post('/seminars/new', { ...given, whom: 'a/以下' });
	assert.equal(answer.status, 303);
	const to = answer.headers.get('location');
	seminar = /seminars\/(\d+)/.exec(to)[1];
	page = await shu.text(to);
	assert.match(page, /role="status">Added\./);
	for (const text of ['2011-05-12 14:30', '三楼', '县医院', '舒记', '李主任', '内科 and the units below it', 'being planned'])
		assert.ok(page.includes(text), text);
	assert.doesNotMatch(page, /<script>a/);
	assert.match(await shu.text('/seminars'), /Coming[^]*沟通/);
	assert.match(await shu.text('/seminars?words=%E6%B2%A1%E6%9C%89'), /No seminar is like that/);
	assert.equal((await wai.get('/seminars/new')).status, 403);
});

test('agenda, invitations and the call are changed by forms, in order', async () => {
	for (const [title, minutes] of [['开场', 10], ['交流', 60], ['点评', '']])
		await send(shu, '/agenda', { do: 'add', title, minutes, speaker: title === '点评' ? '张教授' : 'li' });
	let page = await send(shu, '/agenda', { do: 'up', line: 3, version: version(await shu.text(`/seminars/${seminar}`)) });
	assert.match(page, /14:30[^]*开场[^]*14:40[^]*点评[^]*交流/);
	page = await send(shu, '/agenda', { do: 'remove', line: 2, version: version(page) });
	assert.match(page, /14:40[^]*交流/);
	page = await send(shu, '/agenda', { do: 'add', title: '太长', minutes: 2000 }, 422);
	assert.match(page, /1440/);
	assert.match(page, /<details open>[^]*value="太长"/);
	page = await send(shu, '/invite', { whom: '外人、a' });
	assert.match(page, /外人/);
	page = await send(shu, '/uninvite', { whom: 'wai', version: version(page) });
	assert.doesNotMatch(page.split('history')[0], /外人/);
	page = await send(shu, '/call', { until: '2011-06-01', limit: 3 });
	assert.match(page, /Papers are taken until 2011-06-01, 3 at most/);
});

test('who is invited reads it, others are told what they are told of none, and nobody else changes it', async () => {
	const page = await li.text(`/seminars/${seminar}`);
	assert.match(page, /交流/);
	assert.doesNotMatch(page, /\/edit|name="do"|Invite</);
	await send(li, '/state', { to: 'open' }, 403);
	for (const who of [wai, guest]) {
		const strip = t => t.replaceAll(/\d+/g, 'N');
		const none = await who.get('/seminars/99999'), hidden = await who.get(`/seminars/${seminar}`);
		assert.equal(hidden.status, 404);
		assert.equal(strip(await hidden.text()), strip(await none.text()));
		for (const path of ['edit', 'minutes'])
			assert.equal((await who.get(`/seminars/${seminar}/${path}`)).status, 404);
	}
	assert.doesNotMatch(await wai.text('/seminars'), /沟通/);
	await send(wai, '/state', { to: 'open' }, 404);
	assert.equal((await shu.post(`/seminars/${seminar}/state`, { to: 'open' })).status, 403); // no token
});

test('of two who save, the second sees both versions', async () => {
	const form = await shu.text(`/seminars/${seminar}/edit`), old = version(form);
	const fields = { title: '医患沟通专题研讨', question: '怎样说清楚？', unit: 'xian', day: '2011-05-12', time: '14:30',
			 place: '二楼', level: 'branch', chair: 'li', until: '' };
	await send(shu, '/edit', { ...fields, version: old });
	const page = await send(shu, '/edit', { ...fields, place: '五楼', version: old }, 409);
	assert.match(page, /value="五楼"/);
	assert.match(page, /It says now:<?[^]*二楼/);
	await send(shu, '/edit', { ...fields, place: '五楼', version: version(page) });
	assert.match(await send(shu, '/agenda', { do: 'up', line: 2, version: old }, 409), /role="alert"/);
});

const packet = async who => who.text(`/seminars/${seminar}/packet`);
const text_of = page => page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

test('hits are put into the packet where they are found, with pages and notes, and ordered', async () => {
	assert.match(await shu.text('/search?q=%E6%B2%9F%E9%80%9A'), /seminars\/choose\?q=/);
	assert.doesNotMatch(await li.text('/search?q=%E6%B2%9F%E9%80%9A'), /seminars\/choose/);
	assert.match(await shu.text('/seminars/choose?q=x'), new RegExp(`seminars/${seminar}/packet/search`));
	const add = (fields, status) => send(shu, '/packet/add', { q: '沟通', page: 1, ...fields }, status);
	let page = await shu.text(`/seminars/${seminar}/packet/search?q=` + encodeURIComponent('沟通'));
	assert.match(page, /医患<?[^]*材料[^]*Put it in/);
	page = await add({ document: id('医患沟通材料'), note: '先读' });
	assert.match(page, /role="status">Added/);
	assert.match(page, /in the packet/);
	assert.match(await add({ document: id('医患沟通材料') }, 409), /is in the packet already: item 1/);
	assert.match(await add({ document: id('沟通案例'), pages: '3' }, 422), /has no pages/);
	assert.match(await add({ document: id('沟通案例'), pages: 'x-y' }, 422), /x-y[^]*no pages, such as 3-7/);
	await add({ document: id('投诉') });
	await add({ document: id('沟通案例') });
	page = await send(shu, '/packet/add', { search: '倾听', limit: 3 });
	assert.match(text_of(page), /医患沟通材料.*先读.*投诉处理规程.*沟通案例.*search 倾听/);
	page = await send(shu, '/packet/items/3', { do: 'up', version: version(page) });
	assert.match(text_of(page), /医患沟通材料.*沟通案例.*投诉处理规程/);
	page = await send(shu, '/packet/items/2', { do: 'edit', note: `看${evil}`, has_pages: 1, pages: '', version: version(page) });
	assert.match(text_of(page), /看&lt;script&gt;/);
	await send(shu, '/packet/items/9', { do: 'remove' }, 422);
});

test('the check names who cannot see what; it is asked for on their behalf, granted, and all see it', async () => {
	let page = text_of(await packet(shu));
	assert.match(page, /1 of 2 invited cannot see item 3 信访办 投诉处理规程/);
	assert.doesNotMatch(page, /Share it with them|has a newer/);
	page = await send(shu, '/packet/share', { item: 3, until: '2011-05-11' }, 422);
	assert.match(page, /2011-05-11 is past/);
	page = await send(shu, '/packet/share', { item: 3, until: '2011-06-30' });
	assert.match(text_of(page), /It was asked for\..*It was asked for: request 1 waits/);
	run(archive, '--as', 'ku', 'grant', '1', '--until', '2011-06-30');
	assert.match(await packet(shu), /2 persons are invited, and see all of it/);
	// Who may share it is told their names, and shares it at once.
	run(archive, 'unshare', id('投诉'), '--to', 'a/below');
	const owner = new Client(server.url);
	await owner.get(server.link);
	owner.token = await owner.csrf();
	page = text_of(await packet(owner));
	assert.match(page, /1 of 2 invited cannot see item 3.*李主任.*Share it with them/);
	assert.match(await send(owner, '/packet/share', { item: 3, until: '2011-06-30' }), /role="status">Shared/);
	assert.match(await packet(owner), /see all of it/);
});

test('a packet is frozen, built for each as he sees it, and not changed then', async () => {
	await send(shu, '/packet/add', { search: 'zzyzx' });
	let page = await send(shu, '/packet/freeze', { version: version(await packet(shu)) }, 422);
	assert.match(text_of(page), /not frozen.*5 zzyzx : the search has no hits/);
	page = await send(shu, '/packet/items/5', { do: 'remove', version: version(page) });
	page = await send(shu, '/packet/freeze', { version: version(page) });
	assert.match(text_of(page), /The packet is frozen.*Let it be changed again/);
	assert.doesNotMatch(page, /Take it out|name="pages"/);
	await send(shu, '/packet/items/1', { do: 'remove' }, 422);
	for (const [form, type] of [['html', 'octet-stream'], ['zip', 'zip'], ['bag', 'zip']]) {
		const answer = await li.get(`/seminars/${seminar}/packet/${form}`);
		assert.equal(answer.status, 200);
		assert.match(answer.headers.get('content-type'), new RegExp(type));
		assert.match(answer.headers.get('content-disposition'), /^attachment; .*filename\*=UTF-8''%E5%8C%BB/);
		const bytes = Buffer.from(await answer.arrayBuffer());
		if (form === 'html')
			assert.match(bytes.toString(), /沟通从倾听开始/);
		else
			assert.ok(bytes.includes(form === 'bag' ? 'bag/manifest-sha512.txt' : 'index.html'));
	}
	for (const who of [wai, guest])
		assert.equal((await who.get(`/seminars/${seminar}/packet/html`)).status, 404);
	assert.equal((await li.get(`/seminars/${seminar}/packet/exe`)).status, 404);
	await send(li, '/packet/thaw', {}, 403);
	assert.match(await send(shu, '/packet/thaw', {}), /Take it out/);
});

test('it is held, minuted, confirmed by its chair; decisions are noted and done', async () => {
	let page = await send(shu, '/state', { to: 'open', version: version(await shu.text(`/seminars/${seminar}`)) });
	page = await send(shu, '/state', { to: 'held', version: version(page) });
	assert.match(page, /was held/);
	page = await send(shu, '/attendance', { members: '李主任，没来过的人' }, 422);
	assert.match(page, /role="alert">没来过的人/);
	assert.match(page, /1 person was there/);
	page = await send(shu, '/minutes', { text: `# 纪要\n\n议定三项。${evil}`, version: version(page) });
	assert.match(page, /not confirmed yet/);
	assert.doesNotMatch(page, /<script>a|Confirm the minutes/);
	await send(shu, '/confirm', {}, 403);
	page = await li.text(`/seminars/${seminar}`);
	page = await send(li, '/confirm', { version: version(page) });
	assert.match(page, /confirmed by/);
	page = await send(shu, '/decisions', { text: '印发提示卡', due: '2011-05-11', member: 'li' }, 422);
	assert.match(page, /印发提示卡<\/textarea>/);
	page = await send(shu, '/decisions', { text: '印发提示卡', due: '2011-06-11', member: 'li' });
	await send(shu, '/decisions', { text: '组织演练', unit: 'a' });
	assert.match(await li.text('/seminars/decisions'), /印发提示卡[^]*2011-06-11/);
	page = await send(li, '/decisions/1', { do: 'done', back: 'list' });
	assert.doesNotMatch(page, /印发提示卡/);
	assert.match(await send(li, '/decisions/1', { do: 'reopen' }), /It is done/);
	page = await send(shu, '/state', { to: 'closed', version: version(await shu.text(`/seminars/${seminar}`)) });
	assert.match(page, /concluded[^]*Open it again/);
	assert.doesNotMatch(page, /Change it/);
	await send(shu, '/state', { to: 'held' });
});

test('who organises it says who sees it besides those invited', async () => {
	assert.match(await shu.text(`/seminars/${seminar}`), new RegExp(`href="/seminars/${seminar}/rights"`));
	let page = await send(shu, '/rights', { deed: 'share', to: 'wai', reach: 'unit', until: '2090-01-01' });
	assert.match(page, /外人[^]*2090-01-01[^]*Stop sharing/);
	assert.equal((await wai.get(`/seminars/${seminar}`)).status, 200);
	const seen = await wai.text(`/seminars/${seminar}/rights`);
	// with whom it is shared besides, and who else sees it, is not for him
	assert.doesNotMatch(seen, /Shared besides|<select id="scope"/);
	assert.deepEqual(seen.match(/<td><bdi>.*/g).map(row => row.replaceAll(/<[^>]*>/g, ' ').replaceAll(/ +/g, ' ').trim()),
		['外人 wai shared with this person 2090-01-01']);
	assert.match(await send(wai, '/rights', { deed: 'scope', scope: 'public' }, 403), /role="alert"/);
	page = await send(shu, '/rights', { deed: 'unshare', number: /name="number" value="(\d+)"/.exec(page)[1] });
	assert.doesNotMatch(page, /2090-01-01/);
	assert.equal((await wai.get(`/seminars/${seminar}/rights`)).status, 404);
	assert.match(await send(shu, '/rights', { deed: 'scope', scope: 'none' }, 422), /role="alert"/);
});

test('programs do all of it, too, and every answer is what the description says', async () => {
	const token = login => JSON.parse(run(archive, 'token', 'add', login, '脚本', '--write', '--json')).token;
	const api = new Program(server.url, token('shu')), other = new Program(server.url, token('li'));
	const at = '/api/1/seminars';
	assert.deepEqual((await api.json(`${at}?words=${encodeURIComponent('医患')}`)).seminars.map(s => String(s.id)), [seminar]);
	const made = await api.post(at, { title: '程序做的研讨', unit: 'xian', day: '2011-05-12', time: '9:00', chair: 'li', topics: [], invite: ['a'] });
	assert.equal(made.status, 201);
	const it = made.headers.get('location'), { id: n } = await made.json();
	assert.equal(it, `${at}/${n}`);
	let etag = (await api.get(it)).headers.get('etag');
	assert.equal((await api.patch(it, { place: '二楼' })).status, 428);
	assert.equal((await (await api.patch(it, { place: '二楼' }, { 'if-match': etag })).json()).place, '二楼');
	assert.equal((await api.patch(it, { place: '三楼' }, { 'if-match': etag })).status, 412);
	assert.equal((await api.patch(it, { plaec: '三楼' }, { 'if-match': '*' })).status, 422);
	assert.equal((await other.patch(it, { place: '三楼' }, { 'if-match': '*' })).status, 403);
	assert.equal((await new Program(server.url).get(it)).status, 404);
	await rights(api, new Program(server.url, token('wai')), it, 'c');
	const ok = async (who, method, path, body, headers) => {
		const answer = await who.send(method, it + path, body, headers);
		assert.equal(answer.status, 200, `${path} ${await answer.clone().text()}`);
		return answer.json();
	};
	const any = { 'if-match': '*' };
	await ok(api, 'POST', '/agenda', { title: '开场', minutes: 10, speaker: 'li' });
	await ok(api, 'POST', '/agenda', { title: '交流', document: id('沟通案例') });
	assert.deepEqual((await ok(api, 'POST', '/agenda/move', { from: 2, to: 1 }, any)).agenda.map(l => l.title), ['交流', '开场']);
	assert.deepEqual((await ok(api, 'POST', '/invited', { whom: ['wai'] })).invited.map(i => i.who), ['a', 'wai']);
	await ok(api, 'POST', '/invited', { whom: ['wai'], out: true });
	assert.equal((await ok(api, 'PUT', '/call', { until: '2011-06-01', limit: 3 })).call_limit, 3);
	assert.equal((await ok(api, 'PUT', '/call', { until: null })).call_until, null);
	let items = (await ok(api, 'POST', '/packet', { items: [{ document: id('医患沟通材料'), note: '先读' }, { document: id('投诉') }, { query: '倾听', limit: 2 }] })).items;
	assert.deepEqual(items.map(i => [i.what, i.note]), [['document', '先读'], ['document', null], ['search', null]]);
	const wrong = await (await api.post(`${it}/packet`, { items: [{ note: 'x' }] })).json();
	assert.equal(wrong.errors[0].member, 'items/0/document');
	items = (await ok(api, 'PATCH', '/packet/items/1', { note: null, newest: true }, any)).items;
	assert.equal(items[0].note, null);
	assert.deepEqual((await ok(api, 'POST', '/packet/move', { from: 3, to: 1 }, any)).items.map(i => i.what), ['search', 'document', 'document']);
	assert.equal((await api.send('POST', `${it}/packet/items/2/replace`, undefined, any)).status, 422); // nothing took its place
	run(archive, 'edit', id('医患沟通材料'), 'status=废止', `replaced-by=${id('沟通案例')}`);
	assert.equal((await api.json(`${it}/packet`)).items[1].status, 'repealed');
	items = (await ok(api, 'POST', '/packet/items/2/replace', undefined, any)).items;
	assert.deepEqual([String(items[1].document), items[1].status], [id('沟通案例'), null]);
	run(archive, 'unshare', id('投诉'), '--to', 'a/below');
	let check = await api.json(`${it}/packet/check`);
	assert.deepEqual([check.invited, check.blind.map(b => [b.item, b.blind, b.persons]), check.faults], [2, [[3, 1, null]], []]);
	assert.equal((await ok(api, 'POST', '/packet/share', { until: '2011-06-30', item: 3 })).blind[0].outcome, 'asked');
	await ok(api, 'PATCH', '/packet/items/3', { title_only: true }, any);
	check = await api.json(`${it}/packet/check`);
	assert.deepEqual(check.blind, []);
	items = (await ok(api, 'POST', '/packet/freeze', {})).items;
	assert.deepEqual(items.map(i => i.what), ['search', 'hit', 'document', 'document']);
	assert.equal((await other.get(`${it}/packet/file/html`)).headers.get('content-type'), 'application/octet-stream');
	assert.equal((await api.post(`${it}/packet`, { items: [{ query: 'x' }] })).status, 422);
	await ok(api, 'POST', '/packet/thaw');
	await ok(api, 'POST', '/state', { state: 'held' });
	assert.deepEqual((await ok(api, 'POST', '/attendance', { members: ['li', '没有的人'] })).rows.map(r => r.outcome), ['added', 'refused']);
	etag = (await api.get(it)).headers.get('etag');
	assert.equal((await ok(api, 'PUT', '/minutes', { text: '# 纪要' }, { 'if-match': etag })).minutes.text, '# 纪要');
	assert.equal((await api.post(`${it}/minutes/confirm`)).status, 403);
	assert.equal((await ok(other, 'POST', '/minutes/confirm')).state, 'minuted');
	assert.equal((await ok(api, 'POST', '/decisions', { text: '汇总', member: 'li', due: '2011-05-20' })).decisions[0].due, '2011-05-20');
	assert.ok((await other.json('/api/1/decisions?member=li')).decisions.some(d => d.seminar === n));
	assert.equal((await ok(other, 'PATCH', '/decisions/1', { done: true })).decisions[0].done, '2011-05-12');
	assert.equal((await ok(other, 'PATCH', '/decisions/1', { done: false })).decisions[0].done, null);
	assert.ok((await api.json(`${it}/history`)).history.length > 10);
	assert.equal((await api.send('DELETE', it)).status, 204);
	assert.equal((await api.get(it)).status, 404);
	assert.ok((await api.json(`${at}?removed=1`)).seminars.some(s => s.id === n));
	await ok(api, 'POST', '/undelete');
	// As the command line tells it.
	const told = JSON.parse(run(archive, '--as', 'shu', 'seminar', 'show', String(n), '--json')), answered = await api.json(it);
	for (const key of Object.keys(answered))
		assert.deepEqual(answered[key], told[key], key);
});

test('what was removed can be brought back', async () => {
	let page = await send(shu, '/remove', { version: version(await shu.text(`/seminars/${seminar}`)) });
	assert.match(page, /This seminar was removed/);
	assert.doesNotMatch(await li.text('/seminars'), /医患沟通/);
	assert.match(await shu.text('/seminars?show=removed'), /医患沟通/);
	page = await send(shu, '/restore', {});
	assert.match(page, /Brought back/);
	assert.match(await li.text(`/seminars/${seminar}`), /印发提示卡/);
});
