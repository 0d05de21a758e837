// papers.mjs - reflection papers, units and members on pages, without a browser: who
// writes, reads and decides, and that nothing that was typed is lost.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { xueji, scratch, run, write, serve, remove, Client, Program } from './serve.mjs';

const dir = scratch(), archive = join(dir, 'a');
const who = {};
let server, id, csrf = {};
const sentence = '我体会到基层工作要从病人的感受出发，多听一句，多问一句。';

before(async () => {
	write(join(dir, 'in'), { 'talk.md': '# 医患沟通\n\n先坐下来，再说话。\n' });
	run(dir, 'init', archive);
	run(archive, 'unit', 'add', 'yy', '县医院');
	run(archive, 'unit', 'add', 'nk', '内科', '--parent', 'yy');
	run(archive, 'unit', 'add', 'zb', '内科支部', '--axis', 'party', '--kind', 'branch');
	for (const [login, name, unit] of [['wang', '王芳', 'nk'], ['sun', '孙书记', 'nk'],
					   ['li', '李主任', 'yy'], ['zhao', '赵强', 'yy']])
		run(archive, 'member', 'add', login, name, '--unit', unit, '--on', `${new Date().getFullYear()}-01-01`);
	for (const login of ['wang', 'zhao'])
		run(archive, 'member', 'move', login, '--to', 'zb');
	run(archive, 'role', 'grant', 'sun', 'reviewer', '--unit', 'nk');
	run(archive, 'role', 'grant', 'sun', 'secretary', '--unit', 'nk');
	run(archive, 'role', 'grant', 'li', 'lead', '--unit', 'yy');
	run(archive, 'add', join(dir, 'in'), '--unit', 'yy', '--scope', 'members');
	for (const login of ['wang', 'sun', 'li', 'zhao'])
		execFileSync(xueji, ['-A', archive, 'member', 'password', login, '--password-file', '-'],
			     { input: 'correct horse\n', stdio: ['pipe', 'ignore', 'ignore'] });
	server = await serve(archive);
	for (const login of ['wang', 'sun', 'li', 'zhao', 'guest']) {
		who[login] = new Client(server.url);
		if (login !== 'guest')
			await who[login].post('/sign-in', { login, password: 'correct horse' });
		csrf[login] = await who[login].csrf();
	}
});
after(async () => { await server?.stop(); remove(dir); });

const post = (login, path, fields) => who[login].post(path, { csrf: csrf[login], ...fields });
const field = (page, name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)[1];
// The page of a number that is no paper, with its number taken out.
const without = text => text.replaceAll(/%2F\d+|\b\d+\b/g, 'N');

test('a paper begins from a document, and is its author\'s alone', async () => {
	const page = await who.wang.text('/papers/new?document=1');
	assert.match(page, /value="On reading “医患沟通”"/);
	const answer = await post('wang', '/papers', { title: '学会坐下来', document: field(page, 'document') });
	assert.equal(answer.status, 303);
	id = /papers\/(\d+)/.exec(answer.headers.get('location'))[1];
	assert.match(await who.wang.text('/papers'), /学会坐下来<\/bdi><\/a> <span class="state">draft/);
	for (const login of ['sun', 'li', 'zhao'])
		for (const rest of ['', '/edit', '/history']) {
			const hidden = await who[login].get(`/papers/${id}${rest}`);
			assert.equal(hidden.status, 404);
			assert.equal(without(await hidden.text()), without(await who[login].text(`/papers/999${rest}`)));
		}
	assert.equal((await who.guest.get('/papers')).headers.get('location'), '/sign-in?to=%2Fpapers');
	assert.equal((await who.guest.get(`/papers/${id}`)).status, 404);
	assert.equal((await post('sun', `/papers/${id}/edit`, { version: '1', title: 'x', text: 'x' })).status, 404);
	assert.equal((await post('sun', `/papers/${id}/autosave`, { version: '1', text: 'x' })).status, 404);
});

test('two windows: the second save is refused, and shows both texts', async () => {
	const version = field(await who.wang.text(`/papers/${id}/edit`), 'version');
	const saved = await post('wang', `/papers/${id}/autosave`, { version, title: '学会坐下来', text: 'first\nwindow' });
	assert.equal(saved.status, 200);
	assert.deepEqual((({ own, minimum }) => [own, minimum])(await saved.json()), [2, 800]);
	const stale = await post('wang', `/papers/${id}/autosave`, { version, title: 'x', text: 'other' });
	assert.equal(stale.status, 409);
	assert.equal(stale.headers.get('content-type'), 'application/problem+json');
	const both = await post('wang', `/papers/${id}/edit`, { version, title: '学会坐下来', text: 'second window', do: 'save' });
	assert.equal(both.status, 409);
	const page = await both.text();
	assert.match(page, /first\nwindow/);
	assert.match(page, /second window<\/textarea>/);
	const decided = await post('wang', `/papers/${id}/edit`, { version: field(page, 'version'),
		title: '学会坐下来', text: 'second window', document: '1', do: 'save' });
	assert.equal(decided.status, 303);
	assert.match(await who.wang.text(`/papers/${id}/edit`), /second window<\/textarea>/);
});

test('what is wrong is said, and what was typed stands there', async () => {
	const page = await who.wang.text(`/papers/${id}/edit`);
	const answer = await post('wang', `/papers/${id}/edit`, { version: field(page, 'version'),
		title: '<script>太短', text: '太短了 <script>', year: '2099', with: 'nobody', document: '1' });
	assert.equal(answer.status, 422);
	const again = await answer.text();
	assert.match(again, /role="alert">2099 has not come yet/);
	assert.match(again, /太短了 .*<\/textarea>/);
	assert.doesNotMatch(again, /<script>/);
	const short = await post('wang', `/papers/${id}/edit`, { version: field(again, 'version'),
		title: '学会坐下来', text: '太短', year: '', document: '', do: 'submit' });
	assert.equal(short.status, 422);
});

test('handed in, returned with a reason, handed in again, accepted', async () => {
	let page = await who.wang.text(`/papers/${id}/edit`);
	// 30,000 characters: nine bytes each on their way here
	const text = sentence.repeat(1100);
	const submit = async version => post('wang', `/papers/${id}/edit`, { version, title: '学会坐下来', text,
		year: String(new Date().getFullYear()), document: '1', do: 'submit' });
	assert.equal((await submit(field(page, 'version'))).headers.get('location'), `/papers/${id}?done=submitted`);
	for (const login of ['li', 'zhao'])
		assert.equal((await who[login].get(`/papers/${id}`)).status, 404);
	assert.match(await who.sun.text('/papers'), /Waiting for your decision[^]*学会坐下来/);
	assert.match(await who.sun.text('/'), /to decide on<\/span> <a href="\/papers\/\d+"><bdi>学会坐下来[^]*王芳/);
	for (const login of ['li', 'guest'])
		assert.doesNotMatch(await who[login].text('/'), /What waits for you/);
	assert.equal((await who.wang.get(`/papers/${id}/edit`)).headers.get('location'), `/papers/${id}`);
	page = await who.sun.text(`/papers/${id}`);
	const version = field(page, 'version');
	const refused = await post('sun', `/papers/${id}/return`, { version, reason: 'too short' });
	assert.equal(refused.status, 422);
	assert.match(await refused.text(), /too short<\/textarea>/);
	assert.equal((await post('wang', `/papers/${id}/accept`, { version, reason: '' })).status, 403);
	assert.equal((await post('zhao', `/papers/${id}/accept`, { version, reason: '' })).status, 404);
	assert.equal((await post('sun', `/papers/${id}/return`, { version, reason: '请结合本科室的一个实例来写' })).status, 303);
	assert.match(await who.wang.text('/'), /returned to you<\/span> <a href="\/papers\/\d+\/edit">/);
	page = await who.wang.text(`/papers/${id}/edit`);
	assert.match(page, /请结合本科室的一个实例来写/);
	assert.equal((await submit(field(page, 'version'))).status, 303);
	// what is decided is what was read
	assert.equal((await post('sun', `/papers/${id}/accept`, { version, reason: '' })).status, 409);
	page = await who.sun.text(`/papers/${id}`);
	assert.equal((await post('sun', `/papers/${id}/accept`, { version: field(page, 'version'), reason: '好' })).status, 303);
	assert.match(await who.wang.text('/papers'), /Accepted in \d+: 1 of 2/);
});

test('shared with a branch, it is read there and nowhere else', async () => {
	assert.equal((await post('wang', `/papers/${id}/share`, { unit: 'zb', to: 'none' })).status, 422);
	assert.equal((await post('wang', `/papers/${id}/share`, { unit: 'zb', to: '' })).status, 303);
	assert.match(await who.zhao.text(`/papers/${id}`), /多听一句/);
	assert.match(await who.zhao.text('/papers/all'), /学会坐下来/);
	assert.match(await who.zhao.text('/search?q=' + encodeURIComponent('多听一句')), /学会坐下来.md/);
	assert.equal((await who.li.get(`/papers/${id}`)).status, 404);
	assert.doesNotMatch(await who.li.text('/papers/all'), /学会坐下来/);
	// what was said to the author is not for those it is shared with
	assert.doesNotMatch(await who.zhao.text(`/papers/${id}`), /请结合/);
	assert.doesNotMatch(await who.zhao.text(`/papers/${id}/history`), /Earlier texts/);
	const number = field(await who.wang.text(`/papers/${id}`), 'number');
	assert.equal((await post('wang', `/papers/${id}/unshare`, { number })).status, 303);
	assert.equal((await who.zhao.get(`/papers/${id}`)).status, 404);
});

test('the year\'s figures: names for the secretary, counts for the lead, nothing for others', async () => {
	const of = login => who[login].get('/papers/report?unit=nk');
	assert.match(await (await of('sun')).text(), /内科<\/bdi><\/th><td>1 of 2 \(50 %\)[^]*王芳/);
	const lead = await (await of('li')).text();
	assert.match(lead, /1 of 2/);
	assert.doesNotMatch(lead, /王芳/);
	assert.equal((await of('zhao')).status, 403);
	assert.equal((await who.guest.get('/papers/report.csv?unit=nk')).status, 303);
	const csv = await who.sun.get('/papers/report.csv?unit=nk');
	assert.match(csv.headers.get('content-disposition'), /attachment; filename="papers-\d{4}.csv"/);
	assert.match(await csv.text(), /\r\nnk,内科,2,1,0,1,0\r\n[^]*wang,王芳,nk,1\r\n/);
});

test('what one searched for, and opened, is suggested to oneself alone', async () => {
	const open = (login, site) => who[login].get('/documents/1?q=' + encodeURIComponent('先坐下来'),
						     { headers: { 'sec-fetch-site': site } });
	const suggested = async login => JSON.parse(await who[login].text('/api/1/suggest?q=' + encodeURIComponent('先')))
		.suggestions.some(s => s.kind === 'query' && s.text === '先坐下来');
	await open('li', 'cross-site');
	await open('wang', 'same-origin');
	for (let i = 0; i < 100 && !await suggested('wang'); i++)
		await new Promise(done => setTimeout(done, 30));
	assert.ok(await suggested('wang'));
	assert.ok(!await suggested('li'));
	assert.ok(!await suggested('guest'));
});

test('withdrawn it is nobody else\'s; a draft is erased', async () => {
	assert.equal((await post('wang', `/papers/${id}/withdraw`, {})).status, 303);
	assert.equal((await who.sun.get(`/papers/${id}`)).status, 404);
	assert.match(await who.wang.text('/papers'), /Accepted in \d+: 0 of 2/);
	const other = /papers\/(\d+)/.exec((await post('wang', '/papers', { title: '另一篇' })).headers.get('location'))[1];
	assert.equal((await post('wang', `/papers/${other}/remove`, {})).headers.get('location'), '/papers?done=removed');
	assert.equal((await who.wang.get(`/papers/${other}`)).status, 404);
});

test('units and members are told to members, and changed by who manages them', async () => {
	for (const path of ['/units', '/members', '/me'])
		assert.equal((await who.guest.get(path)).status, 303);
	for (const [path, none] of [['/units/nk', '/units/none'], ['/members/wang', '/members/none']]) {
		const hidden = await who.guest.get(path);
		assert.equal(hidden.status, 404);
		const same = t => t.replaceAll(/(units|members)(\/|%2F)\w+|(unit|member) \w+/g, 'N');
		assert.equal(same(await hidden.text()), same(await who.guest.text(none)));
	}
	assert.match(await who.wang.text('/units'), /party line[^]*内科支部/);
	const unit = await who.wang.text('/units/nk');
	assert.match(unit, /王芳/);
	assert.doesNotMatch(unit, /Change it/);
	for (const [path, fields] of [['/units/nk/edit', { name: 'x' }], ['/units', { code: 'x', name: 'x' }],
				      ['/members', { login: 'x', name: 'x' }], ['/members/sun/link', {}],
				      ['/members/wang/grant', { role: 'operator' }], ['/members/sun/leave', {}]])
		assert.equal((await post('wang', path, fields)).status, 403, path);
	assert.equal((await post('wang', '/members/import', { rows: '登录名,姓名\nx,某\n' })).status, 403);
});

test('the owner adds, renames, moves and closes units, and sees what is stale', async () => {
	who.owner = new Client(server.url);
	await who.owner.get(server.link);
	csrf.owner = await who.owner.csrf();
	assert.equal((await post('owner', '/units', { code: 'wk', name: '外科', parent: 'yy' })).headers.get('location'),
		     '/units/wk?done=added');
	const again = await post('owner', '/units', { code: 'wk', name: '<b>外科二' });
	assert.equal(again.status, 409);
	assert.match(await again.text(), /value="&lt;b&gt;外科二"/);
	const version = field(await who.owner.text('/units/wk'), 'version');
	assert.equal((await post('owner', '/units/wk/edit', { version, name: '普外科', kind: 'department' })).status, 303);
	assert.equal((await post('owner', '/units/wk/edit', { version, name: '骨科', kind: 'department' })).status, 409);
	assert.equal((await post('owner', '/units/wk/move', {})).status, 422, 'what is forgotten is not the top');
	assert.equal((await post('owner', '/units/wk/move', { parent: '' })).status, 303);
	assert.equal((await post('owner', '/units/wk/close', { with_members: '1' })).status, 303);
	assert.match(await who.owner.text('/units/wk'), /普外科[^]*closed \d/);
});

test('members are added, one or many; a link lets one choose a password', async () => {
	assert.equal((await post('owner', '/members', { login: 'chen', name: '陈静', unit: 'nk' })).status, 303);
	const answer = await post('owner', '/members/import', { rows:
		'登录名\t姓名\t单位\nzhou\t周平\tnk\nbad\t\tnk\nwu\t吴刚\tnowhere\n' });
	assert.equal(answer.status, 422);
	const page = await answer.text();
	assert.match(page, /1 added, 0 changed, 0 as before, 2 not taken/);
	const csv = await post('owner', '/members/rejected', { rejected: 'a,b\n' });
	assert.match(csv.headers.get('content-disposition'), /attachment/);
	assert.match(await who.owner.text('/members?find=zhouping'), /周平/);
	// The forms are about him, not about who reads.
	assert.match(await who.owner.text('/members/chen'), /<span>chen<\/span>[^]*action="\/members\/chen\/grant"/);
	assert.equal((await post('owner', '/members/chen/grant', { role: 'secretary' })).status, 422);
	assert.equal((await post('owner', '/members/chen/grant', { role: 'secretary', unit: 'nk' })).status, 303);
	assert.match(await who.wang.text('/members/chen'), /secretary · <bdi>内科/);
	assert.equal((await post('owner', '/members/chen/revoke', { role: 'secretary', unit: 'nk' })).status, 303);
	const shown = await (await post('owner', '/members/chen/link', {})).text();
	const link = new URL(/<code>(http[^<]*)<\/code>/.exec(shown)[1]).pathname;
	const chen = new Client(server.url);
	assert.equal((await chen.post(link, { password: 'correct horse', again: 'correct horse' })).status, 303);
	who.chen = chen;
	csrf.chen = await chen.csrf();
});

test('one\'s own page: another password, what is held, what is forgotten', async () => {
	assert.match(await who.chen.text('/me'), /陈静[^]*内科/);
	assert.equal((await post('chen', '/me/password', { old: 'wrong', password: 'another one', again: 'another one' })).status, 422);
	assert.equal((await post('chen', '/me/password', { old: 'correct horse', password: 'another one', again: 'another one' })).headers
		     .get('location'), '/me?done=saved');
	csrf.chen = await who.chen.csrf();
	const zip = await post('chen', '/me/export', {});
	assert.equal(zip.headers.get('content-type'), 'application/zip');
	assert.equal(Buffer.from(await zip.arrayBuffer()).subarray(0, 2).toString(), 'PK');
	assert.equal((await post('chen', '/me/forget', {})).status, 303);
	assert.equal((await post('owner', '/members/chen/leave', {})).status, 303);
});

test('programs do the same, by the API as it is described', async () => {
	const by = (login, ...more) => new Program(server.url,
		JSON.parse(run(archive, 'token', 'add', login, '脚本', ...more, '--json')).token);
	const wang = by('wang', '--write'), sun = by('sun', '--write'), guest = new Program(server.url);
	const made = await wang.send('POST', '/api/1/papers', { title: '程序写的', text: sentence, based_on: ['1'] });
	assert.equal(made.status, 201);
	const path = made.headers.get('location'), first = made.headers.get('etag');
	assert.equal((await wang.send('PATCH', path, { text: sentence.repeat(40) }, { 'if-match': first })).status, 200);
	assert.equal((await wang.send('PATCH', path, { text: 'x' }, { 'if-match': first })).status, 412);
	assert.equal((await wang.json(path + '/text')).text, sentence.repeat(40));
	for (const other of [sun, guest])
		for (const rest of ['', '/text'])
			assert.equal((await other.get(path + rest)).status, 404);
	assert.equal((await wang.send('POST', path + '/submit', {})).status, 200);
	assert.equal((await sun.json('/api/1/papers?waiting=1')).papers.length, 1);
	const paper = Number(path.split('/').pop());
	const waiting = async who => (await who.json('/api/1/me/waiting')).waiting.filter(w => w.id === paper)
		.map(w => [w.what, w.title, w.name, w.late]);
	assert.deepEqual(await waiting(sun), [['decide', '程序写的', '王芳', false]]);
	assert.deepEqual([await waiting(wang), await waiting(guest)], [[], []]);
	assert.deepEqual((await wang.json(path + '/shares')).shares, []);
	assert.equal((await wang.post(path + '/shares', { to: 'zb' })).status, 422); // not accepted yet
	assert.equal((await sun.send('POST', path + '/return', { reason: 'short' }, { 'if-match': '*' })).status, 422);
	const read = await sun.get(path);
	assert.equal((await sun.send('POST', path + '/accept', { word: '好' }, { 'if-match': read.headers.get('etag') })).status, 200);
	// with whom it is shared is for its author alone, and is changed by him
	const zhao = by('zhao', '--write');
	const shared = await (await wang.post(path + '/shares', { to: 'zb', until: '2090-01-01' })).json();
	assert.deepEqual(shared.shares.map(s => [s.to, s.who, s.right, s.until, s.over]), [['unit', 'zb', 'read', '2090-01-01', false]]);
	assert.equal(shared.paper, paper);
	// the first thing that is his own, and yet he is shown it when it was handed in
	const first_own = (await zhao.post('/api/1/papers', { title: '第一篇', text: sentence.repeat(40), based_on: ['1'] })).headers.get('location');
	assert.equal((await (await zhao.post(first_own + '/submit', {})).json()).state, 'submitted');
	for (const other of [sun, zhao]) {
		assert.equal((await other.get(path)).status, 200);
		assert.equal((await other.get(path + '/shares')).status, 403);
		assert.equal((await other.post(path + '/shares', { to: 'all' })).status, 403);
		assert.equal((await other.send('DELETE', `${path}/shares/${shared.shares[0].number}`)).status, 403);
		assert.deepEqual((await other.json(path + '/history?drafts=1')).drafts, []);
	}
	const history = await wang.json(path + '/history?drafts=1');
	assert.deepEqual(history.history.map(h => h.verb), ['share', 'accept', 'submit']);
	assert.ok(history.drafts.some(d => d.text === sentence.repeat(40)) && history.drafts.some(d => d.text === sentence));
	assert.deepEqual(Object.keys(await wang.json(path + '/history')), ['history']);
	assert.deepEqual((await (await wang.send('DELETE', `${path}/shares/${shared.shares[0].number}`)).json()).shares, []);
	assert.equal((await wang.send('DELETE', `${path}/shares/${shared.shares[0].number}`)).status, 404);
	for (const other of [zhao, guest])
		for (const rest of ['', '/shares', '/history'])
			assert.equal((await other.get(path + rest)).status, 404);
	assert.equal((await wang.send('POST', path + '/withdraw', {})).status, 200);
	const draft = (await wang.send('POST', '/api/1/papers', { title: '草稿' })).headers.get('location');
	assert.deepEqual((await wang.json(draft + '/shares')).shares, []);
	assert.ok((await wang.json('/api/1/me/waiting')).waiting.some(w => w.what === 'draft' && w.title === '草稿'));
	assert.equal((await wang.send('DELETE', draft)).status, 204);
	assert.deepEqual((await wang.json('/api/1/units?axis=party')).units.map(u => u.code), ['zb']);
	const people = (await wang.json('/api/1/members?unit=nk')).members;
	assert.ok(people.some(m => m.login === 'wang' && m.memberships.length === 2));
	for (const noun of ['units', 'members'])
		assert.equal((await guest.get('/api/1/' + noun)).status, 403);
	assert.deepEqual((await guest.json('/api/1/papers')).papers, []);
});

test('the year\'s figures for programs, as JSON or as a table', async () => {
	const by = login => new Program(server.url, JSON.parse(run(archive, 'token', 'add', login, '数', '--json')).token);
	const year = new Date().getFullYear(), sun = by('sun'), report = '/api/1/papers/report';
	const by_command = JSON.parse(run(archive, '--as', 'sun', 'paper', 'report', `${year}`, '--unit', 'nk', '--json'));
	delete by_command.format;
	assert.deepEqual(await sun.json(report), by_command); // of his unit, this year
	assert.deepEqual(by_command.people.map(p => p.login).sort(), ['sun', 'wang']);
	assert.deepEqual([(await by('li').json(`${report}?unit=nk&year=${year}`)).names, (await sun.json(report + '?year=1999')).year], [false, '1999']);
	const csv = await sun.get(report + '?unit=nk&form=csv'), text = await csv.text();
	assert.match(csv.headers.get('content-disposition'), /attachment; filename="papers-\d{4}.csv"/);
	assert.match(text, /^[a-z].*\r\nnk,内科,2,/);
	assert.equal(await (await sun.get(report + '?unit=nk', { headers: { accept: 'text/csv' } })).text(), text);
	for (const query of ['?form=xml', '?year=MMXI', '?unit=none', '?unit=none&form=csv'])
		assert.equal((await sun.get(report + query)).status, 422, query);
	assert.equal((await by('zhao').get(report + '?unit=nk')).status, 403);
	for (const unit of ['nk', 'none'])
		assert.equal((await new Program(server.url).get(`${report}?unit=${unit}`)).status, 403);
});

test('programs keep units, members and roles; others are told what pages tell them', async () => {
	const by = (login, ...more) => new Program(server.url,
		JSON.parse(run(archive, 'token', 'add', login, '脚本', ...more, '--json')).token);
	run(archive, 'role', 'grant', 'li', 'operator');
	const li = by('li', '--write'), wang = by('wang', '--write'), guest = new Program(server.url);
	const any = { 'if-match': '*' };
	const made = await li.post('/api/1/units', { code: 'gk', name: '骨科', parent: 'yy', opened: '2020-01-01' });
	assert.equal(made.status, 201);
	const unit = made.headers.get('location'), first = made.headers.get('etag');
	assert.equal(unit, '/api/1/units/gk');
	assert.equal((await li.post('/api/1/units', { code: 'gk', name: '又一个' })).status, 409);
	const named = await li.patch(unit, { name: '骨伤科', name_en: 'Orthopaedics' }, { 'if-match': first });
	assert.deepEqual((({ name, name_en, parent }) => [name, name_en, parent])(await named.json()), ['骨伤科', 'Orthopaedics', 'yy']);
	assert.equal((await li.patch(unit, { name: '乙' }, { 'if-match': first })).status, 412);
	assert.equal((await li.patch(unit, { name: '乙' })).status, 428);
	assert.equal((await li.post(unit + '/move', {}, any)).status, 422);
	const moved = await (await li.post(unit + '/move', { parent: 'nk', on: '2021-01-01' }, any)).json();
	assert.deepEqual(moved.places.map(p => [p.parent, p.until]), [['yy', '2020-12-31'], ['nk', null]]);
	assert.ok((await (await li.post(unit + '/close', { with_members: true }, any)).json()).closed);
	assert.equal((await (await li.post(unit + '/reopen', {}, any)).json()).closed, null);

	const added = await li.post('/api/1/members', { login: 'he', name: '何平', unit: 'gk', email: 'he@example.org', on: '2022-01-01' });
	assert.equal(added.status, 201);
	const member = added.headers.get('location'), began = added.headers.get('etag');
	assert.equal((await li.patch(member, { phone: '123', pinyin: null }, { 'if-match': began })).status, 200);
	assert.equal((await li.patch(member, { phone: '456' }, { 'if-match': began })).status, 412);
	assert.equal((await li.post(member + '/move', { unit: 'nk', how: 'sideways' }, any)).status, 422);
	const where = await (await li.post(member + '/move', { unit: 'nk', on: '2023-01-01' }, any)).json();
	assert.deepEqual(where.memberships.map(m => [m.unit, m.until]).sort(), [['gk', '2022-12-31'], ['nk', null]]);
	assert.equal((await li.post(member + '/roles', { role: 'reviewer' })).status, 422);
	const role = await (await li.post(member + '/roles', { role: 'reviewer', unit: 'nk' })).json();
	assert.deepEqual(role.roles.map(r => [r.role, r.unit]), [['reviewer', 'nk']]);
	assert.ok((await wang.json('/api/1/roles?unit=nk')).roles.some(r => r.member === 'he' && r.role === 'reviewer'));
	assert.equal((await li.send('DELETE', member + '/roles/reviewer?unit=nk')).status, 200);
	assert.equal((await li.send('DELETE', member + '/roles/reviewer?unit=nk')).status, 404);
	const again = await li.patch(member, { login: 'heping' }, any);
	assert.equal((await again.json()).login, 'heping');
	assert.ok((await (await li.post('/api/1/members/heping/leave', {}, any)).json()).left);

	const table = (who, body, query = '', type = 'text/csv') => who.get('/api/1/members/import' + query,
		{ method: 'POST', body, headers: { 'content-type': type } });
	const csv = '登录名,姓名,单位,血型\nqin,秦明,gk,A\nbad,,gk,B\nwang,王芳,nk,O\n';
	const tried = await (await table(li, csv, '?dry_run=1')).json();
	assert.deepEqual([tried.kept, tried.dry_run, tried.added], [false, true, 1]);
	const done = await (await table(li, csv)).json();
	assert.deepEqual([done.count, done.added, done.unchanged, done.refused, done.ignored, done.kept], [3, 1, 1, 1, '血型', true]);
	assert.deepEqual(done.rows.map(r => [r.row, r.outcome, !!r.reason]), [[2, 'added', false], [3, 'refused', true], [4, 'unchanged', false]]);
	assert.match(done.rejected, /bad/);
	assert.equal((await table(li, '{}', '', 'application/json')).status, 415);
	assert.equal((await table(li, 'x'.repeat(300 << 10))).status, 413);

	// who may not manage them is told so; a guest is not even told which there are
	for (const [method, path, body] of [['POST', '/units', { code: 'x', name: 'x' }], ['PATCH', '/units/gk', { name: 'x' }],
			['POST', '/units/gk/move', { parent: null }], ['POST', '/units/gk/close', {}], ['POST', '/units/gk/reopen', {}],
			['POST', '/members', { login: 'x', name: 'x' }], ['PATCH', '/members/sun', { name: 'x' }],
			['POST', '/members/sun/move', { unit: 'yy' }], ['POST', '/members/sun/leave', {}],
			['POST', '/members/wang/roles', { role: 'operator', unit: null }], ['DELETE', '/members/sun/roles/reviewer?unit=nk']]) {
		assert.equal((await wang.send(method, '/api/1' + path, body, any)).status, 403, path);
		assert.equal((await guest.send(method, '/api/1' + path, body, any)).status, 401, path);
	}
	assert.equal((await table(wang, csv)).status, 403);
	assert.equal((await table(guest, csv)).status, 401);
	const seen = await wang.json('/api/1/members/qin');
	assert.deepEqual([seen.name, (await li.json('/api/1/members/heping')).email, (await wang.json('/api/1/members/heping')).email],
			 ['秦明', 'he@example.org', null]);
	for (const [there, none] of [['units/gk', 'units/none'], ['members/qin', 'members/none']]) {
		const [one, other] = [await guest.get('/api/1/' + there), await guest.get('/api/1/' + none)];
		assert.deepEqual([one.status, other.status], [404, 404]);
		assert.equal((await one.text()).replace(there.split('/')[1], 'N'), (await other.text()).replace('none', 'N'));
	}
	assert.equal((await guest.get('/api/1/roles')).status, 403);
});
