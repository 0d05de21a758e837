// serve.mjs - a server on an archive of its own, for the tests in this folder.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const xueji = process.env.XUEJI;

export function scratch() {
	return mkdtempSync(join(tmpdir(), 'xueji-web-'));
}

export function run(archive, ...args) {
	return execFileSync(xueji, ['-A', archive, ...args],
			    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

export function write(dir, files) {
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(join(dir, name, '..'), { recursive: true });
		writeFileSync(join(dir, name), text);
	}
}

// Starts `xueji serve`; { url, link, log(), stop() }.
export async function serve(archive, ...args) {
	const child = spawn(xueji, ['-A', archive, 'serve', '--port', '0', ...args],
			    { stdio: ['ignore', 'pipe', 'pipe'] });
	let out = '', log = '';
	child.stderr.on('data', d => { log += d; });
	const ended = new Promise(done => child.on('exit', (code, signal) =>
		done(signal ?? code)));
	await new Promise((done, fail) => {
		child.stdout.on('data', d => {
			out += d;
			if (/link\/[0-9a-f]{64}\n/.test(out))
				done();
		});
		ended.then(code => fail(new Error(`ended with ${code}: ${log}`)));
	});
	return {
		url: /http:\/\/[^/\s]+/.exec(out)[0],
		link: /http:\S+\/link\/[0-9a-f]{64}/.exec(out)[0],
		pid: child.pid, output: () => out, log: () => log, ended,
		stop() { child.kill('SIGTERM'); return ended; },
	};
}

// A client with a cookie; redirections are not followed.
export class Client {
	constructor(url) { this.url = url; this.cookies = new Map(); }
	async get(path, options = {}) {
		const headers = { 'accept-language': 'en', ...options.headers };
		if (this.cookies.size)
			headers.cookie = [...this.cookies].map(c => c.join('=')).join('; ');
		const answer = await fetch(new URL(path, this.url),
			{ redirect: 'manual', ...options, headers });
		for (const c of answer.headers.getSetCookie()) {
			const [name, value] = c.split(';')[0].split('=');
			this.cookies.set(name, value);
		}
		return answer;
	}
	async text(path, options) { return (await this.get(path, options)).text(); }
	async post(path, fields, headers = {}) {
		return this.get(path, { method: 'POST', headers,
					body: new URLSearchParams(fields) });
	}
	async csrf() {
		return /name="csrf" value="([0-9a-f]*)"/.exec(await this.text('/'))?.[1];
	}
}

// What the API says of itself, and whether an answer is as it says. Without `npm ci`
// only that it says something of this path, method and status.
class Description {
	static async read(url) {
		const d = new Description();
		d.api = await (await fetch(new URL('/api/1/openapi.json', url))).json();
		try {
			d.ajv = new (createRequire(import.meta.url)('ajv/dist/2020').default)({ strict: false });
			d.ajv.addSchema({ $id: 'api', components: d.api.components });
		} catch { /* not installed */ }
		d.paths = Object.entries(d.api.paths).map(([path, item]) =>
			[new RegExp('^' + path.replace(/\{\w+\}/g, '[^/]+') + '$'), item]);
		return d;
	}
	resolve(o) {
		return o?.$ref ? o.$ref.split('/').slice(1).reduce((at, key) => at[key], this.api) : o;
	}
	async check(method, path, answer) {
		const item = this.paths.find(([pattern]) => pattern.test(new URL(path, 'http://x').pathname))?.[1];
		const operation = item?.[method.toLowerCase()];
		const problem = this.api.components.responses.Problem;
		const said = this.resolve(operation ? operation.responses[answer.status] ?? operation.responses.default : problem);
		const what = `${method} ${path} ${answer.status}`;
		const type = answer.headers.get('content-type');
		if (!said.content) {
			assert.equal(await answer.clone().text(), '', what);
			return;
		}
		assert.ok(operation?.responses[answer.status] || answer.status >= 400, `${what} is not described`);
		assert.ok(type in said.content, `${what}: ${type}`);
		if (!this.ajv || !/json/.test(type))
			return;
		const schema = said.content[type].schema;
		const check = schema.$ref ? this.ajv.getSchema('api' + schema.$ref) :
			this.ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')));
		assert.ok(check(await answer.clone().json()), `${what} ${JSON.stringify(check.errors)}`);
	}
}
const descriptions = new Map();

// A program that asks with JSON, by a token if it has one. Each answer of the API is
// held against its description.
export class Program extends Client {
	constructor(url, token) { super(url); this.token = token; }
	async get(path, options = {}) {
		const by = this.token ? { authorization: `Bearer ${this.token}` } : {};
		const answer = await super.get(path, { ...options, headers: { ...by, ...options.headers } });
		if (path.startsWith('/api/1/') && !path.endsWith('openapi.json')) {
			if (!descriptions.has(this.url))
				descriptions.set(this.url, Description.read(this.url));
			await (await descriptions.get(this.url)).check(options.method ?? 'GET', path, answer);
		}
		return answer;
	}
	send(method, path, body, headers = {}) {
		return this.get(path, { method, headers: { 'content-type': 'application/json', ...headers },
					body: body && JSON.stringify(body) });
	}
	post(path, body, headers) { return this.send('POST', path, body, headers); }
	patch(path, body, headers) { return this.send('PATCH', path, body, headers); }
	async json(path) { return (await this.get(path)).json(); }
}

// Who sees a study record at `path`, told and changed by programs: of `api`, who may, for
// `other`, who does not see it yet and is a member of `unit`.
export async function rights(api, other, path, unit) {
	const ok = async answer => {
		const a = await answer;
		assert.equal(a.status, 200, await a.clone().text());
		return a.json();
	};
	const id = Number(path.split('/').pop()), kind = path.split('/').at(-2).slice(0, -1);
	const was = await ok(api.get(path + '/rights'));
	assert.deepEqual([was[kind], was.shares], [id, []]);
	for (const to of ['rights', 'shares', 'scope'])
		assert.equal((await other.send(...{ rights: ['GET'], shares: ['POST'], scope: ['PUT'] }[to], `${path}/${to}`,
			{ shares: { to: 'all' }, scope: { scope: 'members' } }[to])).status, 404, to);
	const shared = await ok(api.post(path + '/shares', { to: unit, until: '2090-01-01', reason: '同看' }));
	assert.deepEqual(shared.shares.map(s => [s.to, s.right, s.until, s.reason]), [['unit', 'read', '2090-01-01', '同看']]);
	assert.equal((await other.get(path)).status, 200);
	const { login } = await ok(other.get('/api/1/me'));
	const reasons = async () => (await ok(api.get(path + '/rights?who=1'))).reasons.filter(r => r.member === login)
		.map(r => [r.reason, r.unit, r.until]);
	assert.deepEqual(await reasons(), [['share-unit', unit, '2090-01-01']]);
	const told = await ok(other.get(path + '/rights?who=1')); // with whom, and who else sees it, is for who may share it
	assert.deepEqual([told.shares, told.reasons], [[], null]);
	assert.equal((await other.post(path + '/shares', { to: 'all' })).status, 403);
	assert.equal((await new Program(api.url).get(path + '/rights')).status, 404);
	assert.deepEqual((await ok(api.get(`${path}/shares/${shared.shares[0].number}`, { method: 'DELETE' }))).shares, []);
	assert.equal((await api.get(`${path}/shares/${shared.shares[0].number}`, { method: 'DELETE' })).status, 404);
	assert.equal((await other.get(path)).status, 404);
	assert.deepEqual(await reasons(), []);
	assert.equal((await ok(api.send('PUT', path + '/scope', { scope: 'members' }))).scope, 'members');
	assert.equal((await other.get(path)).status, 200);
	assert.equal((await api.send('PUT', path + '/scope', { scope: 'none' })).status, 422);
	await ok(api.send('PUT', path + '/scope', { scope: was.scope ?? 'private' }));
	assert.equal((await other.get(path)).status, 404);
}

// What the server answers: { method, path, flags }.
export function routes() {
	return execFileSync(process.env.XUEJI_SERVER, ['--routes'], { encoding: 'utf8' }).trim().split('\n')
		.map(line => line.split(' ')).map(([method, path, ...flags]) => ({ method, path, flags }));
}

export function remove(dir) {
	rmSync(dir, { recursive: true, force: true });
}
