// rights.mjs - random requests by every kind of reader, on every route there is, against
// what the command line tells that reader. PROBES says how many.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { xueji, scratch, run, write, serve, remove, Client, routes } from './serve.mjs';

const PROBES = Number(process.env.PROBES ?? 300), password = 'correct horse';
process.env.XUEJI_TODAY = '2011-05-10';
const dir = scratch(), archive = join(dir, 'a');
const members = ['li', 'wang', 'shu', 'guan', 'yun'];
const readers = ['guest', ...members, 'owner'];
const kinds = { documents: 'document', collections: 'collection', lectures: 'lecture', seminars: 'seminar', papers: 'paper' };
const lists = { documents: 'list', collections: 'collection list', lectures: 'lecture list', seminars: 'seminar list', papers: 'paper list' };
// What a record is asked for by, and what only who sees it may read. Removed and
// quarantined ones, and what was never there, are nobody's.
const records = {}, open = Object.fromEntries(Object.keys(kinds).map(noun => [noun, new Set()])), never_was = [7001, 7002, 9999];
let gone = [];
let server, api, clients = {}, sees = {}, seed = Number(process.env.SEED ?? 20110510);

function dice(sides) {
	seed = (Math.imul(seed ^ seed >>> 15, 0x2c1b3c6d) + 0x6d2b79f5) | 0;
	const x = Math.imul(seed ^ seed >>> 13, 0x297a2d39);
	return ((x ^ x >>> 16) >>> 0) % sides;
}
const one = list => list[dice(list.length)];
const word = (noun, n) => noun[0] + 'o' + [...String(n)].map(c => 'bdfghklmnp'[c]).join('');
const asked = (noun, n) => `sent${word(noun, n)}a`, kept = (noun, n) => `kept${word(noun, n)}e`;
const title = (noun, n) => `${asked(noun, n)} ${kept(noun, n)}`;
const tell = (...args) => JSON.parse(run(archive, ...args, '--json'));

function member(login, name, unit, ...role) {
	run(archive, 'member', 'add', login, name, '--unit', unit);
	execFileSync(xueji, ['-A', archive, 'member', 'password', login, '--password-file', '-'],
		     { input: password + '\n', stdio: ['pipe', 'ignore', 'ignore'] });
	if (role.length)
		run(archive, 'role', 'grant', login, ...role);
}

function make() {
	run(dir, 'init', archive);
	for (const [code, parent] of [['ju'], ['nei', 'ju'], ['wai', 'ju']])
		run(archive, 'unit', 'add', code, code, ...(parent ? ['--parent', parent] : []));
	member('li', '李明', 'nei');
	member('wang', '王芳', 'wai');
	member('shu', '赵军', 'ju', 'secretary', '--unit', 'nei');
	member('guan', '钱进', 'ju', 'librarian');
	member('yun', '孙立', 'ju', 'operator');
	// A document of each scope and some shares; the first numbers are theirs.
	const made = [['public', 'nei'], ['members', 'nei'], ['unit', 'nei'], ['below', 'ju'], ['private', 'nei', 'li'], ['private', 'wai', 'wang'],
		      ['units', 'ju', null, 'wai'], ['unit', 'wai'], ['unit', 'nei', 'li'], ['private', 'nei', 'shu'], ['unit', 'wai', 'wang'], ['private', 'ju']];
	const files = {};
	made.forEach((_, i) => { files[`${String(i + 1).padStart(2, '0')}.md`] = `# ${title('documents', i + 1)}\n\n公共资料 body${kept('documents', i + 1)} commonplace\n`; });
	write(join(dir, 'in'), files);
	run(archive, 'add', join(dir, 'in'));
	for (const d of tell('list').documents)
		assert.match(d.title, new RegExp(kept('documents', d.id)));
	made.forEach(([scope, unit, owner, units], i) => run(archive, 'scope', String(i + 1), scope, '--unit', unit,
		...(owner ? ['--owner', owner] : []), ...(units ? ['--units', units] : [])));
	run(archive, 'share', '6', '--to', 'nei', '--until', '2030-01-01');
	run(archive, 'share', '8', '--to', 'li', '--right', 'download');
	run(archive, 'share', '12', '--to', 'ju/below', '--from', '2012-01-01');
	write(join(dir, 'more'), { 'x.md': `# ${kept('documents', 13)}\n\nremoved\n`, 'y.md': `# 秘密★10年\n\n${kept('documents', 14)}\n` });
	run2('add', join(dir, 'more'));
	run(archive, 'remove', '13');
	gone.push(13, 14);
	records.documents = made.map((_, i) => i + 1);
	open.documents.add(1);
	let next = tell('member', 'list').members.length + tell('unit', 'list').units.length + 1;
	const add = (noun, ...args) => {
		const id = JSON.parse(run(archive, ...args.map(a => a === '@' ? title(noun, next) : a === '?' ? kept(noun, next) : a), '--json'));
		assert.equal(id[kinds[noun]], next, JSON.stringify(id));
		(records[noun] ??= []).push(next);
		return String(next++);
	};
	add('collections', '--as', 'shu', 'collection', 'new', '@', '--unit', 'nei');
	run(archive, 'collection', 'add', String(records.collections[0]), '1', '3', '10');
	const wide = add('collections', 'collection', 'new', '@', '--unit', 'ju');
	run(archive, 'collection', 'scope', wide, 'members');
	run(archive, 'collection', 'add', wide, '2', '5', '8', '12');
	add('collections', '--as', 'guan', 'collection', 'new', '@', '--unit', 'wai');
	const talk = add('lectures', 'lecture', 'new', '@', '--start', '2011-05-01 14:00', '--unit', 'nei', '--speaker', 'li', '--invite', 'wai');
	run(archive, 'lecture', 'notes', talk, 'add', '3', '9');
	add('lectures', 'lecture', 'new', '@', '--start', '2011-06-01', '--unit', 'wai', '--place', '?');
	add('seminars', 'seminar', 'new', '@', '--unit', 'nei', '--question', '?', '--chair', 'shu', '--date', '2011-05-20', '--invite', 'nei');
	add('seminars', 'seminar', 'new', '@', '--unit', 'ju', '--date', '2011-05-21', '--invite', 'ju/below');
	add('papers', '--as', 'li', 'paper', 'new', '@');
	add('papers', '--as', 'wang', 'paper', 'new', '@');
}
function run2(...args) { spawnSync(xueji, ['-A', archive, ...args], { stdio: 'ignore' }); }

// What the command line lists for a reader; a guest has what is public, whose scope the
// owner is told.
function look(noun) {
	for (const reader of readers) {
		const as = members.includes(reader) ? ['--as', reader] : [];
		const list = reader === 'guest' ? [] : JSON.parse(run(archive, ...as, ...lists[noun].split(' '), '--json'))[noun];
		sees[reader][noun] = new Set(reader === 'guest' ? [] : list.map(r => r.id ?? r.paper ?? r.number));
	}
	if (noun === 'documents')
		for (const reader of readers.slice(1)) // who saw it may bring it back
			sees[reader].removed = new Set(JSON.parse(spawnSync(xueji, ['-A', archive,
				...(members.includes(reader) ? ['--as', reader] : []), 'list', 'is:removed', '--json'],
				{ encoding: 'utf8' }).stdout).documents.map(d => d.id)); // none is an exit code, too
	for (const id of open[noun])
		if (sees.owner[noun].has(id))
			sees.guest[noun].add(id);
}

before(async () => {
	make();
	for (const reader of readers)
		sees[reader] = {};
	for (const noun of Object.keys(lists))
		look(noun);
	server = await serve(archive);
	api = await (await fetch(server.url + '/api/1/openapi.json')).json();
	for (const reader of readers) {
		const c = clients[reader] = new Client(server.url);
		if (reader === 'owner')
			assert.equal((await c.get(server.link)).status, 303);
		else if (reader !== 'guest')
			assert.equal((await c.post('/sign-in', { login: reader, password })).status, 303);
		c.token = await c.csrf();
	}
});
after(async () => { await server?.stop(); remove(dir); });

// ------------------------------------------------------------------- requests
// What follows from a route: the noun that its first parameter is of.
const noun_of = path => /^(?:\/api\/1)?\/(\w+)\/:id/.exec(path)?.[1];
// Those that end the session, or answer nobody's business.
const left_out = /^\/(sign-out|sign-in|link|language|welcome|assets|healthz|metrics)|openapi/;

function fill(path, id) {
	return path.replace(':id', id).replace(':style', () => one(['gb', 'bibtex', 'ris'])).replace(':form', 'html').replace(/:(\w+)/g, (_, name) =>
		name === 'login' ? one([...members, 'nobody']) : name === 'code' ? one(['ju', 'nei', 'wai', 'none']) :
		String(1 + dice(12)));
}
function question(path) {
	const noun = one(Object.keys(records)), n = one(records[noun]);
	return one(['', '', `?q=${asked(noun, n)}`, '?q=commonplace', '?q=kind%3Amaterial', `?q=${asked(noun, n).slice(0, -2)}`, '?q=%E5%85%AC%E5%85%B1&sort=date',
		    `?q=in%3A${n}`, `?q=unit%3Anei`, '?limit=100', `?q=${asked(noun, n)}x`, `?document=${n}`, '?version=1']);
}
// A body of what the description says of the route, or, of a form, what forms have;
// nothing in it that the reader does not know.
let texts = 0;
function value(name, schema, known) {
	const s = schema.$ref ? schema.$ref.split('/').slice(1).reduce((o, k) => o[k], api) : schema;
	const type = [s.type ?? (s.enum ? 'enum' : 'string')].flat()[0];
	return type === 'enum' ? one(s.enum) : type === 'boolean' ? !dice(2) : type === 'integer' ? 1 + dice(12) :
	       type === 'array' ? [value(name, s.items ?? {}, known)] : type === 'object' ? {} :
	       /title|name/.test(name) ? `${known} ${++texts}` : /^(day|until|date|from|start|on)$/.test(name) ? '2030-01-01' :
	       /scope/.test(name) ? one(['private', 'unit', 'members', 'public']) : /unit/.test(name) ? one(['nei', 'wai', 'ju']) :
	       /areas|add|drop/.test(name) ? one(['law', 'theory', 'none']) :
	       /^to$/.test(name) ? one(['li', 'wai', 'ju/below']) : /owner|member|speaker|chair/.test(name) ? one(members) : `probe ${++texts}`;
}
function body(route, reader, noun, id) {
	const known = sees[reader][noun]?.has(id) ? title(noun, id) : 'another title';
	const said = api.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()]?.requestBody?.content['application/json']?.schema;
	if (said?.properties)
		return Object.fromEntries(Object.entries(said.properties).filter(([key]) => said.required?.includes(key) || dice(2))
			.map(([key, schema]) => [key, value(key, schema, known)]));
	if (said || !route.flags.includes('api'))
		return one([{ title: `${known} ${++texts}` }, { title: `${known} ${++texts}`, creator: ['李明'] }, { title: `${known} ${++texts}`, kind: 'none' }]);
	return {};
}
async function ask(client, method, path, what, json) {
	const headers = method === 'GET' ? {} : json ? { 'content-type': 'application/json', 'x-csrf-token': client.token ?? '', 'if-match': '*' } : {};
	const options = { method, headers };
	if (method !== 'GET')
		options.body = json ? JSON.stringify(what) : new URLSearchParams({ ...what, csrf: client.token ?? '', version: '1' });
	// A body that nobody read ends its connection, which may have been taken for this already.
	const answer = await client.get(path, options).catch(() => client.get(path, options))
		.catch(e => { throw new Error(`${method} ${path}: ${e.cause ?? e}\n${server.log().slice(-600)}`); });
	const text = Buffer.from(await answer.arrayBuffer()).toString();
	return { status: answer.status, text, headers: [...answer.headers].filter(([name]) => !/^(date|etag|content-length)$/.test(name)) };
}
// Where an answer about a number differs from that about one that never was.
function difference(answer, id, none, never) {
	const is = JSON.stringify(answer);
	const was = JSON.stringify(none).replaceAll(new RegExp(`(?<=[^0-9A-Za-z]|%2F)${never}(?![0-9A-Za-z])`, 'g'), id);
	const at = [...is].findIndex((c, i) => c !== was[i]);
	return is === was ? '' : `${is.slice(Math.max(0, at - 80), at + 80)}\n${was.slice(Math.max(0, at - 80), at + 80)}`;
}

function check_secrets(reader, what, text, back) {
	for (const [noun, ids] of Object.entries(records))
		for (const id of ids)
			assert.ok(sees[reader][noun].has(id) || !text.includes(kept(noun, id)), `${reader}: ${what} tells of ${noun} ${id}`);
	for (const id of back ? [] : gone)
		assert.ok(sees[reader].removed?.has(id) || !text.includes(kept('documents', id)), `${reader}: ${what} tells of ${id}`);
}

// The command that does what a route does: what it comes to for this reader, in a copy.
const commands = {
	'PATCH /api/1/documents/:id': (id, b) => ['edit', id, ...Object.entries(b).flatMap(([k, v]) => [v].flat().map(x => `${k}=${x}`))],
	'DELETE /api/1/documents/:id': id => ['remove', id],
	'POST /api/1/documents/:id/undelete': id => ['undelete', id],
	'PUT /api/1/documents/:id/scope': (id, b) => b.scope && ['scope', id, b.scope, ...options(b, 'unit', 'owner', 'units')],
	'POST /api/1/documents/:id/shares': (id, b) => ['share', id, ...options(b, 'to', 'from', 'until', 'right', 'reason')],
	'PUT /api/1/collections/:id/scope': (id, b) => b.scope && !b.owner && ['collection', 'scope', id, b.scope, ...options(b, 'unit', 'units')],
	'POST /api/1/collections/:id/shares': (id, b) => !b.right && ['collection', 'share', id, ...options(b, 'to', 'from', 'until', 'reason')],
	'PATCH /api/1/documents/:id/topics': (id, b) => Object.keys(b).length &&
		['edit', id, ...[b.areas ?? []].flat().flatMap(t => ['--area', t]), ...[b.add ?? []].flat().flatMap(t => ['--topic', t]),
		 ...[b.drop ?? []].flat().flatMap(t => ['--drop-topic', t])],
};
function options(b, ...names) {
	return names.flatMap(name => [b[name] ?? []].flat().flatMap(v => [`--${name}`, v]));
}
function by_command(reader, args) {
	const copy = join(dir, 'copy'), as = reader === 'owner' ? [] : ['--as', reader];
	rmSync(copy, { recursive: true, force: true });
	cpSync(archive, copy, { recursive: true });
	const done = spawnSync(xueji, ['-A', copy, ...as, ...args], { stdio: 'ignore' });
	return { 0: 'done', 1: 'already', 2: 'wrong', 3: 'denied', 4: 'missing' }[done.status] ?? `${done.status}`;
}
// A page with a form may be refused to whom any change is refused.
const edits = {
	documents: id => ['edit', id, 'title=x'], collections: id => ['collection', 'edit', id, '--title', 'x'],
	lectures: id => ['lecture', 'edit', id, '--place', 'x'], seminars: id => ['seminar', 'edit', id, '--place', 'x'],
	papers: id => ['paper', 'edit', id, '--title', 'x'],
};
const outcome = status => status < 400 ? 'done' : { 401: 'denied', 403: 'denied', 404: 'missing', 409: 'already', 422: 'wrong' }[status] ?? `${status}`;

const counts = { reads: 0, changes: 0, hidden: 0, commands: 0, done: 0 };
// Whoever keeps units and members changes who the readers are: nobody else may.
const others = readers.filter(r => r !== 'owner' && r !== 'yun');
async function probe(route) {
	const people = route.method !== 'GET' && /^(\/api\/1)?\/(units|members)\b(?!\/rejected)/.test(route.path);
	const reader = one(people ? others : readers), client = clients[reader], json = route.flags.includes('api');
	const noun = noun_of(route.path), pool = records[noun] ? [...records[noun], ...never_was, ...(noun === 'documents' ? gone : [])] : [1, 2, 3, 20, 7001];
	const id = one(pool), path = fill(route.path, id), what = body(route, reader, noun, id);
	const asks = route.method === 'GET' ? question(path) : '', target = path + asks, name = `${route.method} ${target}`;
	const visible = records[noun] && sees[reader][noun].has(id);
	const command = commands[`${route.method} ${route.path}`];
	// Empty bodies change nothing, and the command wants something to do.
	const args = visible || route.path.endsWith('undelete') ? command?.(String(id), what) : null;
	const expected = args && reader !== 'guest' && !(route.method === 'PATCH' && !Object.keys(what).length) ? by_command(reader, args) : null;
	const answer = await ask(client, route.method, target, what, json);
	counts[route.method === 'GET' ? 'reads' : 'changes']++;
	assert.ok(answer.status < 500 || answer.status === 503, `${reader}: ${name} ${answer.status}`);
	assert.ok(!people || answer.status >= 400, `${reader}: ${name} ${answer.status}`);
	check_secrets(reader, name, answer.text, route.path.endsWith('undelete') && answer.status === 200);
	if (records[noun] && !visible && !(noun === 'documents' && sees[reader].removed?.has(id)) && route.path.split('/').filter(p => p.startsWith(':')).length === 1 && !route.path.endsWith('undelete')) {
		const never = 70000 + dice(9999);
		const none = await ask(client, route.method, route.path.replace(':id', never) + asks, what, json);
		counts.hidden++;
		const differs = difference(answer, id, none, never);
		assert.ok(!differs, `${reader}: ${name} is not as what never was: ${differs}`);
		assert.ok(answer.status >= 400, `${reader}: ${name} ${answer.status}`);
	} else if (route.method === 'GET' && visible) {
		const bytes = /\/(file|versions)$/.test(route.path) && members.includes(reader);
		const version = route.path.endsWith('/versions') ? '1' : /\?version=(\d+)/.exec(asks)?.[1];
		if (bytes)
			assert.equal(outcome(answer.status), by_command(reader, ['get', String(id), '-o', join(dir, 'copy', 'bytes'),
				...(version ? ['--of-version', version] : [])]), `${reader}: ${name}`);
		const lacks = bytes && outcome(answer.status) === 'denied';
		const empty = route.path.endsWith(':form') && answer.status === 422 &&
			by_command(reader, ['packet', 'build', String(id), '-o', join(dir, 'packet.html')]) === 'wrong';
		const editing = /:id\/[\w/:]+$/.test(route.path) && answer.status === 403 && by_command(reader, edits[noun](String(id))) === 'denied';
		// Who sees a thing is told to members.
		const unknown = reader === 'guest' && answer.status === 403 && /^\/api.*\/rights$/.test(route.path);
		const nothing = answer.status === 404 && /:id\/.*:(?!style)|\/pages$/.test(route.path); // no such part of it
		assert.ok(answer.status < 400 || nothing || unknown || lacks || editing || empty, `${reader}: ${name} ${answer.status}`);
	}
	if (expected) {
		counts.commands++;
		assert.equal(outcome(answer.status), expected, `${reader}: ${name} ${JSON.stringify(what)} ${answer.text}`);
	}
	if (route.method !== 'GET' && answer.status < 400) {
		counts.done++;
		await settle(reader, name, noun, id, what);
	}
}
// After a change everybody sees what the command line says he sees.
async function settle(reader, name, noun, id, what) {
	assert.notEqual(reader, 'guest', name);
	if (!lists[noun])
		return;
	if (name.endsWith('/scope')) // of lectures and seminars no command tells it
		open[noun][(noun === 'documents' ? tell('shares', String(id)).scope : noun === 'collections' ?
			tell('collection', 'scope', String(id)).scope : what.scope ?? (open[noun].has(id) && 'public')) === 'public' ? 'add' : 'delete'](id);
	look(noun);
	const was = [...records[noun], ...gone];
	records[noun] = [...sees.owner[noun]];
	if (noun === 'documents')
		gone = was.filter(id => !sees.owner[noun].has(id));
	if (noun === 'documents')
		for (const r of readers)
			assert.equal(JSON.parse((await ask(clients[r], 'GET', '/api/1/documents?limit=200')).text).total, sees[r].documents.size, `${r} after ${name}`);
}

test('everybody who sees it is named, and nobody else', async () => {
	const known = new Set();
	for (const noun of ['documents', 'collections', 'lectures', 'seminars'])
		for (const id of records[noun]) {
			const { reasons } = JSON.parse((await ask(clients.owner, 'GET', `/api/1/${noun}/${id}/rights?who=1`)).text);
			assert.deepEqual([...new Set(reasons.map(r => r.member))].filter(m => members.includes(m)).sort(),
				members.filter(m => sees[m][noun].has(id)).sort(), `${noun} ${id}`);
			reasons.forEach(r => known.add(r.reason));
		}
	for (const reason of ['owner', 'role', 'members', 'public', 'below', 'part', 'invited-unit', 'share-unit', 'share-member'])
		assert.ok(known.has(reason), `${reason}: ${[...known]}`);
});

test(`${PROBES} random requests tell and do what the command line tells and does`, async t => {
	const all = routes().filter(r => !left_out.test(r.path));
	assert.ok(all.length > 15);
	const reading = all.filter(r => r.method === 'GET'), changing = all.filter(r => r.method !== 'GET');
	const told = changing.filter(r => commands[`${r.method} ${r.path}`]); // what the command line can be asked for
	for (let i = 0; i < PROBES; i++)
		await probe(i % 8 ? one(reading) : one(i % 16 ? changing : told));
	t.diagnostic(JSON.stringify({ ...counts, routes: all.length }));
});

test('who sees nothing of it changes nothing', () => {
	assert.equal(tell('list').total, records.documents.length);
	assert.match(run(archive, 'audit', 'verify'), /\d/);
});
