// api.mjs - programs: who asks, what they change, and that the description is true.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch, run, write, serve, remove, Client, Program, routes } from './serve.mjs';

const dir = scratch(), archive = join(dir, 'a');
let server, guest, owner, li, reads, api;

before(async () => {
	write(join(dir, 'in'), { 'a.txt': '医改进展情况\n第一段 consequential\n', 'b.txt': '另一份资料\n' });
	run(dir, 'init', archive);
	run(archive, 'add', join(dir, 'in'));
	run(archive, 'unit', 'add', 'ward', '内科');
	run(archive, 'member', 'add', 'li', '李华', '--unit', 'ward');
	run(archive, 'role', 'grant', 'li', 'librarian', '--unit', 'ward');
	run(archive, 'scope', '1', 'unit', '--unit', 'ward');
	server = await serve(archive);
	guest = new Program(server.url);
	owner = new Client(server.url);
	await owner.get(server.link);
	li = new Program(server.url, JSON.parse(run(archive, 'token', 'add', 'li', '脚本', '--write', '--json')).token);
	reads = new Program(server.url, JSON.parse(run(archive, 'token', 'add', 'li', '阅读器', '--json')).token);
	api = await guest.json('/api/1/openapi.json');
});
after(async () => { await server?.stop(); remove(dir); });

test('every route is described, and what is described is a route', () => {
	const is = routes().filter(r => r.flags.includes('api') && !r.path.endsWith('openapi.json'))
		.map(r => `${r.method} ${r.path.replace(/:(\w+)/g, '{$1}')}`).sort();
	const said = Object.entries(api.paths).flatMap(([path, item]) =>
		Object.keys(item).map(method => `${method.toUpperCase()} ${path}`)).sort();
	assert.deepEqual(said, is);
	const ids = Object.values(api.paths).flatMap(item => Object.values(item).map(o => o.operationId));
	assert.equal(new Set(ids).size, ids.length);
	for (const [, name] of JSON.stringify(api).matchAll(/"\$ref": ?"#\/components\/([^"]+)"/g))
		assert.ok(name.split('/').reduce((o, key) => o?.[key], api.components), name);
});

test('a token is its member', async () => {
	const me = await li.json('/api/1/me');
	assert.deepEqual([me.who, me.login, me.token, me.write, me.units[0].code], ['member', 'li', true, true, 'ward']);
	assert.equal((await reads.json('/api/1/me')).write, false);
	assert.equal((await guest.json('/api/1/me')).who, 'guest');
	assert.equal((await li.json('/api/1/documents')).total, 1);
	assert.equal((await guest.json('/api/1/documents')).total, 0);
	// Readers of feeds that know passwords alone.
	assert.match(await guest.text('/feed.atom', { headers: { authorization: 'Basic ' + btoa(`any:${reads.token}`) } }), /<entry>/);
	assert.doesNotMatch(await guest.text('/feed.atom'), /<entry>/);
	// On pages it is nobody, and a cookie beside it is not looked at.
	assert.equal((await li.get('/documents/1')).status, 404);
	const both = await owner.get('/api/1/me', { headers: { authorization: `Bearer ${reads.token}` } });
	assert.equal((await both.json()).login, 'li');
});

test('a token that is none is told so, with a limit', async () => {
	const nobody = new Program(server.url, 'f'.repeat(64));
	const answer = await nobody.get('/api/1/documents/1');
	assert.equal(answer.status, 401);
	assert.match(answer.headers.get('www-authenticate'), /^Bearer .*invalid_token/);
	for (const wrong of ['', 'x', 'Basic ' + btoa('li:x'), 'Bearer  ', 'Digest y', 'Bearer ' + 'a'.repeat(5000)])
		assert.ok([401, 429].includes((await guest.get('/api/1/me', { headers: { authorization: wrong || 'y' } })).status));
	for (let i = 0; i < 10; i++)
		await nobody.get('/api/1/me');
	assert.equal((await nobody.get('/api/1/me')).status, 429);
	assert.equal((await li.get('/api/1/me')).status, 200);
});

test('an edit says which version it began from', async () => {
	const seen = await li.get('/api/1/documents/1'), etag = seen.headers.get('etag');
	assert.match(etag, /^"2-[0-9a-f]+"$/);
	assert.equal((await li.patch('/api/1/documents/1', { title: '甲' })).status, 428);
	const done = await li.patch('/api/1/documents/1', { title: '医改进展', creator: ['李华', '王芳'] }, { 'if-match': etag });
	assert.equal(done.status, 200);
	const now = await done.json();
	assert.deepEqual([now.title, now.version, now.creators], ['医改进展', 3, '李华; 王芳']);
	assert.match(done.headers.get('etag'), /^"3-/);
	const late = await li.patch('/api/1/documents/1', { title: '乙' }, { 'if-match': etag });
	assert.equal(late.status, 412);
	const problem = await late.json();
	assert.deepEqual([problem.version, problem.status], [3, 412]);
	assert.equal((await li.patch('/api/1/documents/1', { creator: null }, { 'if-match': '*' })).status, 200);
	assert.equal((await li.json('/api/1/documents/1')).creators, null);
	for (const wrong of ['x', '"', '""', 'W/"1"', '"0"', '"1", "2"', '"9999999999999"'])
		assert.equal((await li.patch('/api/1/documents/1', { title: '丙' }, { 'if-match': wrong })).status, 412, wrong);
});

test('what is wrong with a body is said of each member', async () => {
	const post = body => owner_post('/api/1/me/tokens', body);
	const csrf = (await (await owner.get('/api/1/me')).json()).csrf;
	const owner_post = (path, body) => owner.get(path, { method: 'POST', body: JSON.stringify(body),
		headers: { 'content-type': 'application/json', 'x-csrf-token': csrf } });
	const problem = await (await post({ naem: 'x', write: 'yes' })).json();
	assert.deepEqual(problem.errors.map(e => e.member), ['name', 'write', 'naem']);
	assert.equal(problem.status, 422);
	const bodies = { 'x': 400, '[]': 400, '{"a":1,"a":2}': 400, '{"name":"\\u0000"}': 400, '{"a":1e999}': 400, '{"a":99999999999999999999}': 400,
		['{"a":'.repeat(40) + '1' + '}'.repeat(40)]: 400, ['['.repeat(5000)]: 400, '"x"': 400, '{"name":"\ud800"}': 422,
		[`{"name":"${'x'.repeat(300 << 10)}"}`]: 413 };
	for (const [body, status] of Object.entries(bodies)) {
		const answer = await li.get('/api/1/documents/1', { method: 'PATCH', body, headers: { 'content-type': 'application/json', 'if-match': '*' } });
		assert.equal(answer.status, status, body.slice(0, 60));
	}
	const form = await li.get('/api/1/documents/1', { method: 'PATCH', body: 'title=x', headers: { 'content-type': 'text/plain', 'if-match': '*' } });
	assert.equal(form.status, 415);
	assert.equal((await li.patch('/api/1/documents/1', { title: { a: 1 } }, { 'if-match': '*' })).status, 422);
	assert.match((await (await li.patch('/api/1/documents/1', { titel: 'x' }, { 'if-match': '*' })).json()).detail, /titel/);
});

test('who may not change anything does not', async () => {
	const change = (who, headers) => who.patch('/api/1/documents/1', { title: '丁' }, { 'if-match': '*', ...headers });
	assert.equal((await change(guest)).status, 401);
	assert.equal((await change(reads)).status, 403);
	const session = new Program(server.url);
	session.cookies = owner.cookies;
	assert.equal((await change(session)).status, 403);
	const csrf = (await session.json('/api/1/me')).csrf;
	for (const more of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
		assert.equal((await change(session, { 'x-csrf-token': csrf, ...more })).status, 403);
	assert.equal((await change(session, { 'x-csrf-token': csrf })).status, 200);
	for (const who of [li, session]) // what is not there, and what he does not see
		assert.equal((await who.patch('/api/1/documents/99', { title: 'x' }, { 'if-match': '*', 'x-csrf-token': csrf })).status, 404);
	assert.equal((await li.patch('/api/1/documents/2', { title: 'x' }, { 'if-match': '*' })).status, 404);
	const allow = await li.get('/api/1/documents/1', { method: 'PUT' });
	assert.deepEqual([allow.status, allow.headers.get('allow')], [405, 'GET, HEAD, PATCH, DELETE']);
});

test('who has an answer already is not sent it again', async () => {
	for (const path of ['/api/1/search?q=%E5%8C%BB%E6%94%B9', '/api/1/search?q=zzzz+qqqq', '/api/1/search?q=kind%3Amaterial+xyzzy&sort=date&limit=3&page=2',
			    '/api/1/suggest?q=yi', '/api/1/suggest?q=', '/api/1/documents?sort=title&limit=3&offset=2', '/api/1/documents?limit=x',
			    '/api/1/documents/1', '/api/1/documents/1/text', '/api/1/documents/1/text?from=2', '/api/1/me']) {
		const answer = await li.get(path), etag = answer.headers.get('etag');
		assert.equal(answer.status, 200, path);
		assert.equal((await li.get(path, { headers: { 'if-none-match': etag } })).status, 304);
	}
	for (const [path, status] of [['/api/1/documents/9999', 404], ['/api/1/none', 404], ['/api/1/search?q=', 422]])
		assert.equal((await li.get(path)).status, status);
});

test('the examples of the documentation work', { skip: spawnSync('curl', ['-V']).error ? 'there is no curl' : false }, () => {
	const [en, zh] = ['api.md', 'api.zh_CN.md'].map(name => readFileSync(new URL(`../../doc/${name}`, import.meta.url), 'utf8')
		.match(/^```sh\n[^]*?^```$/gm));
	assert.deepEqual(zh, en);
	assert.ok(en.length > 3);
	for (const block of en)
		execFileSync('bash', ['-e', '-c', block.slice(6, -3)], { cwd: dir, stdio: 'pipe', env: { ...process.env, URL: server.url, TOKEN: li.token } });
});

// Parsers that others wrote: feedsmith, and saxes with namespaces, which refuses what is no XML.
const need = async name => { try { return await import(name); } catch { return null; } };
const feedsmith = await need('feedsmith'), saxes = (await need('saxes'))?.default;
const openapi = await need('@seriousme/openapi-schema-validator');
const skip = !feedsmith || !saxes || !openapi ? 'npm ci was not run in tests/web' : false;

test('the description is OpenAPI 3.1 to a validator that others wrote', { skip }, async () => {
	const validator = new openapi.Validator(), said = await validator.validate(structuredClone(api));
	assert.deepEqual([validator.version, said.valid], ['3.1', true], JSON.stringify(said.errors));
	const wrong = structuredClone(api);
	delete wrong.paths['/api/1/me'].get.responses['200'].description;
	assert.equal((await new openapi.Validator().validate(wrong)).valid, false);
});

test('feeds of all, of a search, a topic and a unit are what others read', { skip }, async () => {
	run(archive, 'edit', '1', '--area', 'law');
	const seen = {};
	for (const [path, count, page] of [['/feed.atom', 1, '/'], ['/feed.atom?q=consequential', 1, '/search?q=consequential'],
			['/feed.atom?q=nothing+%22%3C%26', 0, '/search?q=nothing%20%22%3C%26'], ['/topics/law/feed.atom', 1, '/search?q=topic%3Alaw'],
			['/units/ward/feed.atom', 1, '/search?q=unit%3Award'], ['/feed.atom?page=2', 0, '/']]) {
		const answer = await li.get(path), text = await answer.text();
		assert.match(answer.headers.get('content-type'), /^application\/atom\+xml/);
		const feed = feedsmith.parseAtomFeed(text);
		assert.ok(feed.title && Date.parse(feed.updated) >= 0 && feed.authors.length, path);
		assert.match(feed.id, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
		const link = rel => feed.links.find(l => l.rel === rel)?.href;
		assert.equal(link('alternate'), server.url + page, path);
		assert.equal(link('self').replaceAll('%20', '+'), server.url + path, path);
		assert.equal(feed.entries?.length ?? 0, count, path);
		for (const e of feed.entries ?? []) {
			assert.match(e.id, /^urn:uuid:/);
			assert.ok(e.title && Date.parse(e.updated) >= Date.parse(e.published), path);
			assert.equal(e.links[0].href, `${server.url}/documents/1`);
		}
		assert.ok(!path.includes('page=2') || link('previous') === `${server.url}/feed.atom`);
		(seen[feed.id] ??= []).push(path);
		assert.equal((await li.get(path, { headers: { 'if-none-match': answer.headers.get('etag') } })).status, 304);
		const others = await guest.get(path);
		if (path.startsWith('/units'))
			assert.equal(others.status, 404);
		else
			assert.equal(feedsmith.parseAtomFeed(await others.text()).entries?.length ?? 0, 0, path);
	}
	assert.deepEqual(Object.values(seen).map(paths => paths.length).sort(), [1, 1, 1, 1, 2]); // pages have the feed's
	for (const path of ['/topics/none/feed.atom', '/units/none/feed.atom', '/topics/a%20b/feed.atom', '/units/x%22%20year:2011/feed.atom'])
		assert.equal((await li.get(path)).status, 404, path);
	assert.match(await owner.text('/search?q=consequential'), /rel="alternate" type="application\/atom\+xml"[^>]*href="\/feed.atom\?q=consequential"/);
});

test('many entries come page by page, each once', { skip }, async () => {
	write(join(dir, 'many'), Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`${i}.txt`, `numerous ${i}\n`])));
	run(archive, 'add', join(dir, 'many'), '--unit', 'ward', '--scope', 'unit');
	for (const start of ['/feed.atom', '/feed.atom?q=numerous']) {
		const ids = [];
		for (let at = start; at;) {
			const feed = feedsmith.parseAtomFeed(await li.text(at));
			ids.push(...feed.entries.map(e => e.id));
			at = feed.links.find(l => l.rel === 'next')?.href;
		}
		assert.ok(ids.length >= 65 && new Set(ids).size === ids.length, `${start} ${ids.length}`);
	}
});

test('the search description is XML with its namespace, and its addresses answer', { skip }, async () => {
	const answer = await guest.get('/opensearch.xml'), elements = [];
	assert.match(answer.headers.get('content-type'), /^application\/opensearchdescription\+xml/);
	const parser = new saxes.SaxesParser({ xmlns: true });
	parser.on('error', e => assert.fail(e));
	parser.on('opentag', tag => elements.push(tag));
	parser.write(await answer.text()).close();
	assert.equal(elements[0].local, 'OpenSearchDescription');
	assert.ok(elements.every(e => e.uri === 'http://a9.com/-/spec/opensearch/1.1/'));
	const urls = elements.filter(e => e.local === 'Url').map(e => ({ type: e.attributes.type.value, template: e.attributes.template.value }));
	assert.deepEqual(urls.map(u => u.type), ['text/html', 'application/atom+xml', 'application/json', 'application/opensearchdescription+xml']);
	for (const { type, template } of urls) {
		const path = template.replace('{searchTerms}', 'consequential').replace('{startPage?}', '1').replace('{count?}', '5').replace(server.url, '');
		const found = await li.get(path);
		assert.equal(found.status, 200, path);
		assert.equal(found.headers.get('content-type').split(';')[0], type);
	}
});

test('who sees a document is told and changed', async () => {
	const rights = async (who = li) => (await who.json('/api/1/documents/1/rights'));
	assert.deepEqual([(await rights()).scope, (await rights()).unit], ['unit', 'ward']);
	const shared = await (await li.post('/api/1/documents/1/shares', { to: 'all', until: '2090-01-01', right: 'download' })).json();
	assert.deepEqual(shared.shares.map(s => [s.to, s.right, s.until]), [['all', 'download', '2090-01-01']]);
	assert.equal((await li.get(`/api/1/documents/1/shares/${shared.shares[0].number}`, { method: 'DELETE' })).status, 200);
	assert.deepEqual((await rights()).shares, []);
	assert.equal((await li.send('PUT', '/api/1/documents/1/scope', { scope: 'public' })).status, 200);
	assert.equal((await guest.get('/api/1/documents/1')).status, 200);
	assert.equal((await li.send('PUT', '/api/1/documents/1/scope', { scope: 'unit' })).status, 200);
	assert.equal((await li.send('PUT', '/api/1/documents/1/scope', { scope: 'none' })).status, 422);
	assert.equal((await li.post('/api/1/documents/1/shares', { to: 'nobody' })).status, 404);
	assert.equal((await li.get('/api/1/documents/2/rights')).status, 404);
	assert.match(await (await li.get('/api/1/documents/1/file')).text(), /consequential/);
});

test('what a document is about is told and changed', async () => {
	const etag = (await li.get('/api/1/documents/1/topics')).headers.get('etag');
	const topics = await (await li.patch('/api/1/documents/1/topics', { areas: ['economy'] }, { 'if-match': etag })).json();
	assert.ok(topics.topics.some(t => t.code === 'economy'));
	assert.equal((await li.patch('/api/1/documents/1/topics', { drop: ['economy'] }, { 'if-match': etag })).status, 412);
	assert.equal((await li.patch('/api/1/documents/1/topics', { add: ['nonesuch'] }, { 'if-match': '*' })).status, 422);
});

test('searches are saved, run, renamed and forgotten, by each for himself', async () => {
	assert.equal((await li.post('/api/1/searches', { name: '新到', query: 'numerous', sort: 'date' })).status, 200);
	write(join(dir, 'new'), { 'n.txt': 'numerous newcomer\n' });
	run(archive, 'add', join(dir, 'new'), '--unit', 'ward', '--scope', 'unit');
	const path = '/api/1/searches/' + encodeURIComponent('新到');
	assert.equal((await li.json('/api/1/searches')).searches[0].new, 1);
	assert.deepEqual((await li.json(path)).hits.filter(h => h.new).map(h => h.file), ['n.txt']);
	assert.equal((await (await li.post(path + '/seen')).json()).saved.new, 1);
	assert.equal((await li.json(path)).saved.new, 0);
	assert.equal((await reads.get(path + '/seen', { method: 'POST' })).status, 403);
	assert.equal((await guest.get(path)).status, 403);
	assert.equal((await owner.get(path)).status, 404);
	assert.equal((await li.post('/api/1/searches', { name: '新到', query: 'x' })).status, 409);
	assert.equal((await li.patch(path, { name: 'b' })).status, 200);
	assert.equal((await li.get(path)).status, 404);
	assert.equal((await li.get('/api/1/searches/b', { method: 'DELETE' })).status, 204);
	assert.ok((await guest.json('/api/1/synonyms')).synonyms.length > 5);
});

test('what was removed is gone, and comes back', async () => {
	assert.equal((await li.get('/api/1/documents/1', { method: 'DELETE' })).status, 204);
	assert.equal((await li.get('/api/1/documents/1')).status, 404);
	assert.equal((await li.post('/api/1/documents/1/undelete')).status, 200);
	assert.equal((await li.get('/api/1/documents/1')).status, 200);
});

test('a member makes and revokes tokens where he has signed in', async () => {
	execFileSync(process.env.XUEJI, ['-A', archive, 'member', 'password', 'li', '--password-file', '-'],
		     { input: 'correct horse\n', stdio: ['pipe', 'ignore', 'ignore'] });
	const page = new Client(server.url);
	await page.post('/sign-in', { login: 'li', password: 'correct horse' });
	const session = new Program(server.url);
	session.cookies = page.cookies;
	const csrf = { 'x-csrf-token': (await session.json('/api/1/me')).csrf };
	assert.equal((await li.get('/api/1/me/tokens')).status, 403);
	const made = await session.post('/api/1/me/tokens', { name: '手机' }, csrf);
	assert.equal(made.status, 201);
	const { number, token } = await made.json(), phone = new Program(server.url, token);
	assert.equal((await phone.json('/api/1/me')).login, 'li');
	assert.deepEqual((await session.json('/api/1/me/tokens')).tokens.map(t => t.name), ['脚本', '阅读器', '手机']);
	assert.equal((await session.get(`/api/1/me/tokens/${number}`, { method: 'DELETE', headers: csrf })).status, 204);
	assert.ok([401, 429].includes((await phone.get('/api/1/me')).status));
	assert.equal((await session.get(`/api/1/me/tokens/${number}`, { method: 'DELETE', headers: csrf })).status, 404);
	// and by the forms of his own page
	const send = (path, fields) => page.post(path, { csrf: csrf['x-csrf-token'], ...fields });
	const refused = await send('/me/tokens', { name: '平板 <b>', until: '2001-01-01', write: '1' });
	assert.equal(refused.status, 422);
	assert.match(await refused.text(), /value="平板 &lt;b&gt;"[^]*value="2001-01-01"[^]*name="write" value="1" checked/);
	assert.equal((await page.post('/me/tokens', { name: '平板' })).status, 403);
	assert.equal((await new Client(server.url).get('/me/tokens', { method: 'POST', headers: { authorization: `Bearer ${li.token}` },
		body: new URLSearchParams({ name: '平板', csrf: csrf['x-csrf-token'] }) })).status, 403);
	const shown = await (await send('/me/tokens', { name: '平板', write: '1' })).text();
	const tablet = new Program(server.url, /<code>([0-9a-f]{20,})<\/code>/.exec(shown)[1]);
	assert.equal((await tablet.json('/api/1/me')).write, true);
	const list = await page.text('/me'), revoke = /\/me\/tokens\/\d+\/revoke(?=[^]*平板)(?![^]*\/revoke)/.exec(list)[0];
	assert.ok(list.includes('<bdi>平板</bdi>') && !list.includes(tablet.token));
	assert.equal((await send(revoke)).headers.get('location'), '/me?done=revoked#tokens');
	assert.ok([401, 429].includes((await tablet.get('/api/1/me')).status));
	const again = await send(revoke);
	assert.equal(again.status, 422);
	assert.match(await again.text(), /id="token-name"/);
	assert.doesNotMatch(await page.text('/me'), /平板/);
});

test('tokens end with their member', async () => {
	run(archive, 'member', 'leave', 'li', '--on', '2020-01-01');
	assert.ok([401, 429].includes((await li.get('/api/1/me')).status));
	assert.equal(JSON.parse(run(archive, 'token', 'list', '--json')).tokens[0].over, true);
	assert.doesNotMatch(run(archive, 'audit', 'list', '--json'), new RegExp(li.token));
	assert.match(run(archive, 'audit', 'list', '--json'), /token revoke/);
});
