// serve.mjs - a server on an archive of its own, for the tests in this folder.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
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

export function remove(dir) {
	rmSync(dir, { recursive: true, force: true });
}
