// hostile.mjs - clients that mean no good: nothing leaks, nothing falls.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch, run, write, serve, remove, Client } from './serve.mjs';

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

test('it ends well after all of this', async () => {
	assert.equal(await server.stop(), 0);
	assert.doesNotMatch(server.log(), /ERROR|runtime error/);
	server = null;
});
