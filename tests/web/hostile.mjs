// hostile.mjs - clients that mean no good: nothing leaks, nothing falls.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync, spawnSync } from 'node:child_process';
import { scratch, run, write, serve, remove, Client, routes } from './serve.mjs';

const dir = scratch(), archive = join(dir, 'a');
let server, port, guest;

before(async () => {
	write(join(dir, 'in'), { 'hush-hush.txt': 'unmentionable sotto-voce\n', 'open.txt': 'plain words\n' });
	run(dir, 'init', archive);
	run(archive, 'add', join(dir, 'in'));
	const open = JSON.parse(run(archive, 'list', '--json')).documents.find(d => d.title.includes('open'));
	run(archive, 'scope', String(open.id), 'public');
	server = await serve(archive);
	port = Number(new URL(server.url).port);
	guest = new Client(server.url);
});
after(async () => { await server?.stop(); remove(dir); });

// Sends bytes as they are; what came back until the end, or until `ms`.
function raw(bytes, ms = 3000) {
	return new Promise(done => {
		const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
		let out = '';
		const end = () => { clearTimeout(timer); socket.destroy(); done(out); };
		const timer = setTimeout(end, ms);
		socket.on('data', d => { out += d.toString('latin1'); if (/\r\n\r\n/.test(out)) setTimeout(end, 50); });
		socket.on('error', end);
		socket.on('close', end);
	});
}
const head = (line, more = '') => `${line} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${more}Connection: close\r\n\r\n`;
const status = answer => Number(/^HTTP\/1\.\d (\d+)/.exec(answer)?.[1] ?? 0);
const lives = async () => assert.equal((await guest.get('/healthz')).status, 200);

test('what is no HTTP gets no page', async () => {
	for (const bytes of ['\r\n\r\n\r\n', 'GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', '\0'.repeat(500),
			     'GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03',
			     head('GET /', 'Content-Length: -1\r\n'), head('GET /', 'Content-Length: 9999999999999999999999\r\n'),
			     head('GET /', 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n') + 'zz\r\n',
			     head('FOO /'), head('CONNECT x:80'), head('TRACE /'), head('OPTIONS *'),
			     'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'])
		assert.notEqual(status(await raw(bytes, 400)), 200, JSON.stringify(bytes.slice(0, 40)));
	await lives();
});

test('paths lead nowhere but to pages', async () => {
	for (const path of ['/../../../etc/passwd', '/assets/../serve.c', '/assets/..%2f..%2fetc%2fpasswd', '/assets/%2e%2e/x',
			    '/assets/style.css%00.png', '/assets//etc/passwd', '/documents/../1', '/documents/1%2f..%2f2/read',
			    '/documents/%0d%0aSet-Cookie:x=1', '/%ff%fe', '/documents/1;cat', '/.git/config', '/language/zh%0d%0aX:y',
			    '/documents/18446744073709551617', '/documents/-1', '/documents/0', '/documents/' + '9'.repeat(3000),
			    'http://evil.example/', '//evil.example/']) {
		const answer = await raw(head('GET ' + path));
		assert.ok([400, 404, 421].includes(status(answer)), `${path} ${status(answer)}`);
		assert.doesNotMatch(answer, /root:x|^set-cookie/im, path);
	}
	await lives();
});

test('nothing that is sent becomes a header', async () => {
	for (const path of ['/language/en?back=/x%0d%0aX-Evil:1', '/language/en?back=/%0aX-Evil:1', '/search?q=%0d%0aX-Evil:1',
			    '/feed.atom?q=%0d%0aX-Evil:1']) {
		const answer = await raw(head('GET ' + path));
		assert.doesNotMatch(answer.split('\r\n\r\n')[0], /^x-evil/im, path);
	}
});

test('other names of ours are not answered to', async () => {
	for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'x"><script>', ''])
		assert.ok([400, 421].includes(status(await raw(
			`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`))), host);
	assert.equal(status(await raw(`GET /help HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`)), 200);
});

test('what is too large is refused, and early', async () => {
	assert.equal(status(await raw(head('GET /' + 'a'.repeat(20000)))), 400);
	assert.ok([0, 413, 414, 431].includes(status(await raw(head('GET /' + 'a'.repeat(40000))))));
	assert.ok([0, 413, 431].includes(status(await raw(head('GET /', 'X-A: ' + 'b'.repeat(60000) + '\r\n')))));
	assert.ok([0, 431, 413].includes(status(await raw(head('GET /', 'X-A: b\r\n'.repeat(9000))))));
	const form = 'Content-Type: application/x-www-form-urlencoded\r\n';
	assert.equal(status(await raw(head('POST /sign-in', form + 'Content-Length: 2000000000\r\n'))), 413);
	assert.equal(status(await raw(head('POST /sign-in', form + 'Transfer-Encoding: chunked\r\n') +
		('2000\r\n' + 'a'.repeat(8192) + '\r\n').repeat(12) + '0\r\n\r\n')), 413);
	assert.ok([413, 422].includes((await guest.post('/sign-in', Array.from({ length: 5000 }, (_, i) => ['f' + i, 'x']))).status));
	await lives();
});

test('queries of any kind are answered', async () => {
	for (const q of ['"', '((((((((((', 'OR OR', '\u0000', '%', '-', ':', 'title:', 'year:9999..0', '*', '\u202e\u0007', '\u{1F600}',
			 'near:' + 'a '.repeat(800), '文'.repeat(800), "';DROP TABLE--", '{{title}}', '</title><script>'])
		for (const path of ['/search?q=', '/api/1/search?q=', '/api/1/suggest?q=', '/feed.atom?q=', '/documents/2/read?q='])
			assert.ok((await guest.get(path + encodeURIComponent(q))).status < 500, path + q);
	for (const path of ['/search?q=x&page=-1', '/search?q=x&page=99999999999', '/search?q=x&limit=1e9', '/documents/2/read?sheet=99999',
			    '/documents/2/read?at=' + 'p'.repeat(100), '/api/1/documents?offset=999999999999999999999'])
		assert.ok((await guest.get(path)).status < 500, path);
});

test('a guest learns nothing of what is hidden, by any route', async () => {
	const hidden = JSON.parse(run(archive, 'list', '--json')).documents.find(d => d.title.includes('hush'));
	for (const ref of [hidden.id, hidden.urn, hidden.urn.replace('urn:uuid:', '')])
		for (const rest of ['', '/read', '/file', '/cite/gb', '/cite/bibtex', '/cite/ris'])
			assert.equal((await guest.get(`/documents/${ref}${rest}`)).status, 404);
	for (const path of ['/', '/search?q=unmentionable', '/search?q=hush', '/search?q=kind:material', '/search?q=unmentionabel',
			    '/feed.atom', '/feed.atom?q=kind:material', '/api/1/documents', '/api/1/search?q=kind:material',
			    '/api/1/suggest?q=hus', '/api/1/suggest?q=unm', `/api/1/documents/${hidden.id}`, `/api/1/documents/${hidden.id}/text`,
			    '/metrics', '/healthz', `/documents/${hidden.id === 1 ? 2 : 1}`])
		assert.doesNotMatch(await guest.text(path), /hush-hush|sotto-voce/, path);
	const facets = JSON.parse(await guest.text('/api/1/search?q=kind:material')).facets.kind;
	assert.deepEqual(facets, [{ value: 'material', count: 1 }]);
	assert.equal(JSON.parse(await guest.text('/api/1/documents')).total, 1);
});

test('sessions are not guessed or given', async () => {
	for (const cookie of ['session=', 'session=0', 'session=' + '0'.repeat(64), 'session=' + 'a'.repeat(9000),
			      'session=x; session=y', '=;;;=', 'language=zh\u0001'])
		assert.doesNotMatch(await raw(head('GET /', `Cookie: ${cookie}\r\n`)), /Owner/);
	for (const link of ['', '0'.repeat(64), 'a'])
		assert.notEqual((await guest.get('/link/' + link)).status, 303);
	await lives();
});

test('clients that dawdle hinder nobody', async () => {
	const slow = Array.from({ length: 150 }, () => {
		const s = net.connect(port, '127.0.0.1', () => s.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-'));
		s.on('error', () => {});
		s.unref();
		return s;
	});
	const drip = setInterval(() => slow.forEach(s => s.writable && s.write('a')), 500).unref();
	const deaf = Array.from({ length: 20 }, () => {
		const s = net.connect(port, '127.0.0.1', () => s.write(head('GET /assets/style.css').repeat(20)));
		s.on('error', () => {});
		s.unref();
		return s.pause();
	});
	const begin = Date.now();
	for (let i = 0; i < 20; i++)
		assert.equal((await guest.get('/search?q=plain')).status, 200);
	assert.ok(Date.now() - begin < 5000, `${Date.now() - begin} ms`);
	clearInterval(drip);
	[...slow, ...deaf].forEach(s => s.destroy());
	await lives();
});

test('who leaves in the middle leaves nothing behind', async () => {
	const files = () => Number(readFileSync(`/proc/${server.pid}/status`, 'utf8').match(/Threads:\s+(\d+)/)[1]);
	const threads = files();
	for (let i = 0; i < 100; i++) {
		const s = net.connect(port, '127.0.0.1', () => { s.write(head('GET /documents/2/file')); s.destroy(); });
		s.on('error', () => {});
		await new Promise(done => s.on('close', done));
	}
	await lives();
	assert.ok(files() <= threads);
});

// ---------------------------------------------------------------- what changes things

const evil = `x'"><img src=x onerror=alert(1)><script>alert(2)</script>{{csrf}}`;
const leaks_in = text => text.includes('<img src=x') || text.includes('<script>alert') || /value="[0-9a-f]{64}"><img/.test(text);
let owner, csrf;
// Every route, with numbers that are there.
const numbered = path => path.replace(/:(\w+)/g, (_, name) => ({ style: 'gb', code: 'evil', login: 'evil', name: 'evil', token: 'x', to: 'en' })[name] ?? '1');

test('the cage holds, tried from inside', t => {
	write(dir, { 'outside/file': 'not yours' });
	const tried = spawnSync(process.env.XUEJI_SERVER, ['--cage', archive, join(dir, 'outside')], { encoding: 'utf8' });
	if (tried.status === 77)
		return t.skip('this kernel has no Landlock');
	assert.equal(tried.status, 0, tried.stdout);
	assert.match(tried.stdout, /^write outside: refused$/m);
	assert.equal(readFileSync(join(dir, 'outside/file'), 'utf8'), 'not yours');
	// The one that runs is in it, or it would have said so.
	assert.doesNotMatch(server.log(), /Landlock/);
	assert.match(readFileSync(`/proc/${server.pid}/status`, 'utf8'), /NoNewPrivs:\s+1/);
});

// The form with files has another type.
function form(path, fields) {
	if (path !== '/upload')
		return new URLSearchParams(fields);
	const f = new FormData();
	Object.entries(fields).forEach(([name, value]) => f.set(name, value));
	f.set('files', new Blob(['forged']), 'forged.txt');
	return f;
}

test('nothing is changed by whoever has no token of the session', async () => {
	owner = new Client(server.url);
	await owner.get(server.link);
	csrf = await owner.csrf();
	const acts = () => JSON.parse(run(archive, 'audit', 'list', '--json')).entries.length;
	const before = acts();
	const changing = routes().filter(r => r.method !== 'GET' && r.path !== '/sign-out');
	assert.ok(changing.length > 20);
	for (const { method, path, flags } of changing) {
		const api = flags.includes('api'), open = /^\/(sign-in|welcome)/.test(path);
		const type = api ? 'application/json' : 'application/x-www-form-urlencoded';
		const forged = [[{ origin: 'http://evil.example' }, csrf], [{ 'sec-fetch-site': 'cross-site' }, csrf],
				...(open ? [] : [[{}, ''], [{}, 'f'.repeat(64)]])];
		for (const [headers, token] of forged) {
			const answer = await owner.get(numbered(path), { method, headers: { ...(path === '/upload' ? {} : { 'content-type': type }), ...headers, ...(api ? { 'x-csrf-token': token } : {}) },
				body: api ? '{}' : form(path, { csrf: token, title: 'forged', login: 'x', password: 'y' }) });
			await answer.arrayBuffer();
			assert.equal(answer.status, 403, `${method} ${path} ${JSON.stringify(headers)}`);
		}
	}
	assert.equal(acts(), before);
});

test('bodies of any kind are answered, by every route', async () => {
	const bodies = ['{', '[]', 'null', '{"a":{"b":{"c":[[[[]]]]}}}', '{"title":1e308,"to":-0.0,"units":{},"add":[null],"name":[[1]]}', '{"title":99999999999999999999999}',
			'{"title":"\\ud800"}', `{"title":"${'文'.repeat(20000)}","name":"${'n'.repeat(20000)}"}`, '{"__proto__":{"x":1},"constructor":null}',
			'[' .repeat(3000), '{"":""}', '\u0000', JSON.stringify(Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`k${i}`, i])))];
	for (const { method, path, flags } of routes().filter(r => r.method !== 'GET' && r.flags.includes('api')))
		for (const body of bodies) {
			const answer = await owner.get(numbered(path).replace('/1', '/77').replace('/api/77', '/api/1'), { method, body,
				headers: { 'content-type': 'application/json', 'x-csrf-token': csrf, 'if-match': '*' } });
			await answer.arrayBuffer();
			assert.ok(answer.status < 500 && answer.status >= 200, `${method} ${path} ${answer.status} ${body.slice(0, 40)}`);
		}
	for (const { path, method } of routes().filter(r => r.method === 'POST' && !r.flags.includes('api') && r.path !== '/sign-out')) {
		for (const [type, body] of [['text/plain', `csrf=${csrf}`], ['multipart/form-data; boundary=x', '--x\r\n'], ['application/json', '{}'], [`application/x-www-form-urlencoded`, '%00=%ff&&&==&a']]) {
			const answer = await owner.get(numbered(path), { method, body, headers: { 'content-type': type } });
			await answer.arrayBuffer();
			assert.ok(answer.status < 500, `${path} ${type} ${answer.status}`);
		}
	}
	await lives();
});

test('what people and documents say is text on every page', async () => {
	const tell = (...args) => JSON.parse(run(archive, ...args, '--json'));
	run(archive, 'unit', 'add', 'evil', evil);
	run(archive, 'member', 'add', 'evil', evil, '--unit', 'evil', '--phone', evil);
	run(archive, 'edit', '1', `title=${evil}`, `creator=${evil}`, `subject=${evil}`, `publisher=${evil}`, `description=${evil}`);
	run(archive, 'scope', '1', 'unit', '--unit', 'evil', '--owner', 'evil');
	run(archive, 'share', '1', '--to', 'all', '--reason', evil);
	run(archive, 'topic', 'add', 'evil', evil, '--note', evil);
	const ids = [
		['lectures', tell('lecture', 'new', evil, '--start', '2011-05-01', '--unit', 'evil', '--place', evil, '--external', `${evil.replaceAll(';', '')};${evil};x`).lecture],
		['seminars', tell('seminar', 'new', evil, '--unit', 'evil', '--question', evil, '--place', evil, '--date', '2011-05-20', '--chair', 'evil').seminar],
		['collections', tell('collection', 'new', evil, '--unit', 'evil', '-d', evil).collection],
		['papers', tell('--as', 'evil', 'paper', 'new', evil).paper],
	];
	run(archive, 'collection', 'add', String(ids[2][1]), '1', '--note', evil);
	write(dir, { 'p.md': `# ${evil}\n\n${evil} [a](javascript:alert(1)) <b onclick=alert(1)>\n` });
	run(archive, '--as', 'evil', 'paper', 'write', String(ids[3][1]), join(dir, 'p.md'));
	execFileSync(process.env.XUEJI, ['-A', archive, 'member', 'password', 'evil', '--password-file', '-'], { input: 'correct horse\n', stdio: ['pipe', 'ignore', 'ignore'] });
	const member = new Client(server.url);
	assert.equal((await member.post('/sign-in', { login: 'evil', password: 'correct horse' })).status, 303);
	const id = Object.fromEntries([['documents', 1], ...ids]);
	let shown = 0;
	for (const { path } of routes().filter(r => r.method === 'GET' && !/link|welcome|file$/.test(r.path)))
		for (const who of [owner, member]) {
			const noun = /^(?:\/api\/1)?\/(\w+)/.exec(path)?.[1];
			const at = numbered(path.replace(':id', id[noun] ?? '1'));
			for (const query of ['', `?q=${encodeURIComponent(evil)}&sort=${encodeURIComponent(evil)}&at=${encodeURIComponent(evil)}&m=x&done=${encodeURIComponent(evil)}`]) {
				const answer = await who.get(at + query), text = await answer.text();
				assert.ok(answer.status < 500, `${at} ${answer.status}`);
				if (!/html|xml/.test(answer.headers.get('content-type') ?? ''))
					continue;
				assert.ok(!leaks_in(text), `${at}${query}: ${text.slice(Math.max(0, text.search(/<img src=x|<script>alert/) - 100)).slice(0, 250)}`);
				assert.doesNotMatch(text, /href="javascript:| on(error|click)=(?!alert\(1\)&gt;)["']/, at);
				shown += text.includes('onerror=alert(1)&gt;');
			}
		}
	assert.ok(shown > 20, `${shown} pages show it as text`);
});

test('what was acknowledged is there, whenever it is killed', async () => {
	for (const ms of [40, 170]) {
		const s = await serve(archive), c = new Client(s.url);
		await c.get(s.link);
		const headers = { 'content-type': 'application/json', 'if-match': '*', 'x-csrf-token': await c.csrf() };
		let said = 0;
		setTimeout(() => process.kill(s.pid, 'SIGKILL'), ms);
		for (let n = 1; n < 500; n++) {
			const answer = await c.get('/api/1/documents/2', { method: 'PATCH', headers, body: JSON.stringify({ title: `kill ${ms} ${n}` }) }).catch(() => null);
			if (answer?.status !== 200)
				break;
			said = n;
		}
		assert.equal(await s.ended, 'SIGKILL');
		const title = JSON.parse(run(archive, 'show', '2', '--json')).title;
		const kept = Number(new RegExp(`^kill ${ms} (\\d+)$`).exec(title)?.[1] ?? 0);
		assert.ok(kept === said || kept === said + 1, `${title}: ${said} were acknowledged`);
	}
	assert.equal(spawnSync(process.env.XUEJI, ['-A', archive, 'verify'], { stdio: 'ignore' }).status, 0);
});

test('it ends well after all of this', async () => {
	assert.equal(await server.stop(), 0);
	assert.doesNotMatch(server.log(), /ERROR|runtime error/);
	server = null;
});
