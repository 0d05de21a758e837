// papers-browser.mjs - a member writes a reflection, in a browser: nothing is lost
// when the connection drops, and it goes its way to those who may read it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { xueji, scratch, run, write, serve, remove, Client } from './serve.mjs';

const require = createRequire(import.meta.url);
const chromium = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
let playwright, axe;
try {
	playwright = require('playwright-core');
	axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
} catch { /* they were not installed */ }
const skip = !chromium ? 'there is no Chromium' : !playwright ? 'npm ci was not run in tests/web' : false;

const dir = scratch(), archive = join(dir, 'a'), states = {};
const sentence = '我体会到基层工作要从病人的感受出发，多听一句，多问一句。';
let server, browser, paper;

before(async () => {
	if (skip)
		return;
	write(join(dir, 'in'), { '医患沟通.md': '# 医患沟通\n\n先坐下来，再说话。\n' });
	run(dir, 'init', archive);
	run(archive, 'unit', 'add', 'yy', '县医院');
	run(archive, 'unit', 'add', 'nk', '内科', '--parent', 'yy');
	run(archive, 'unit', 'add', 'zb', '内科支部', '--axis', 'party', '--kind', 'branch');
	for (const [login, name, unit] of [['wang', '王芳', 'nk'], ['sun', '孙书记', 'nk'],
					   ['li', '李主任', 'yy'], ['zhao', '赵强', 'yy']])
		run(archive, 'member', 'add', login, name, '--unit', unit, ...login === 'li' ? [] : ['--party', 'zb']);
	run(archive, 'role', 'grant', 'sun', 'reviewer', '--unit', 'nk');
	run(archive, 'role', 'grant', 'li', 'lead', '--unit', 'yy');
	run(archive, 'role', 'grant', 'li', 'operator');
	run(archive, 'token', 'add', 'wang', '订阅阅读器');
	run(archive, 'add', join(dir, 'in'), '--unit', 'yy', '--scope', 'members');
	server = await serve(archive);
	for (const login of ['wang', 'sun', 'li', 'zhao']) {
		execFileSync(xueji, ['-A', archive, 'member', 'password', login, '--password-file', '-'],
			     { input: 'correct horse\n', stdio: ['pipe', 'ignore', 'ignore'] });
		const client = new Client(server.url);
		await client.post('/sign-in', { login, password: 'correct horse' });
		states[login] = { origins: [], cookies: [{ name: 'session', value: client.cookies.get('session'),
			domain: '127.0.0.1', path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Lax' }] };
	}
	browser = await playwright.chromium.launch({ executablePath: chromium, args: ['--no-sandbox'] });
});
after(async () => { await browser?.close(); await server?.stop(); remove(dir); });

const desktop = { width: 1280, height: 900 }, phone = { width: 390, height: 780 };

async function as(login, options, work) {
	const context = await browser.newContext({ storageState: states[login], locale: 'zh-CN', viewport: desktop, ...options });
	context.setDefaultTimeout(15000);
	const page = await context.newPage(), wrong = [];
	page.on('pageerror', e => wrong.push(e.message));
	await work(page, context);
	assert.deepEqual(wrong, []);
	await context.close();
}

const saved = page => page.locator('#saved', { hasText: '已于' }).waitFor();
// What the archive has, whatever the page shows.
async function stored(context) {
	const other = await context.newPage();
	await other.goto(`${server.url}/papers/${paper}/history`);
	await other.locator('#saves + p + ol a').first().click();
	const text = await other.locator('.words').textContent();
	await other.close();
	return text;
}

test('a paper begins at a document, and is saved while it is written', { skip }, () =>
	as('wang', {}, async (page, context) => {
		await page.goto(server.url + '/documents/1');
		await page.getByRole('link', { name: '写心得' }).click();
		assert.equal(await page.getByLabel('题名').inputValue(), '读《医患沟通》有感');
		await page.getByLabel('题名').fill('学会坐下来');
		await page.getByRole('button', { name: '开始写' }).click();
		await page.waitForURL(/papers\/\d+\/edit/);
		paper = /papers\/(\d+)/.exec(page.url())[1];
		await page.getByLabel('正文').fill(sentence);
		await saved(page);
		assert.match(await page.locator('#counted').textContent(), /自己写的 25 字，至少要 800 字/);
		assert.match(await stored(context), /多听一句/);
		assert.equal(await page.evaluate(() => localStorage.length), 0);
	}));

test('the connection drops: what was written meanwhile is not lost', { skip }, () =>
	as('wang', {}, async (page, context) => {
		await page.goto(`${server.url}/papers/${paper}/edit`);
		await context.setOffline(true);
		await page.getByLabel('正文').fill(sentence + '断线时写的第一句。');
		await page.locator('#saved', { hasText: '网络断开' }).waitFor();
		await context.setOffline(false); // the browser says so to the page
		await saved(page);
		assert.match(await stored(context), /断线时写的第一句/);
		// the window is closed before the connection is back
		await context.setOffline(true);
		await page.getByLabel('正文').fill(sentence + '断线时写的第二句。');
		await page.locator('#saved', { hasText: '网络断开' }).waitFor();
		await page.close();
		await context.setOffline(false);
		const again = await context.newPage();
		await again.goto(`${server.url}/papers/${paper}/edit`);
		await again.locator('#saved', { hasText: '已找回' }).waitFor();
		assert.match(await again.getByLabel('正文').inputValue(), /断线时写的第二句/);
		assert.match(await stored(context), /断线时写的第二句/);
		assert.equal(await again.evaluate(() => localStorage.length), 0);
	}));

test('two windows: the second is told, and shown both texts', { skip }, () =>
	as('wang', {}, async (page, context) => {
		const other = await context.newPage();
		for (const p of [page, other])
			await p.goto(`${server.url}/papers/${paper}/edit`);
		await page.getByLabel('正文').fill('第一个窗口');
		await saved(page);
		await other.getByLabel('正文').fill('第二个窗口');
		await other.locator('#saved', { hasText: '另一个窗口' }).waitFor();
		await other.getByRole('button', { name: '保存草稿' }).click();
		await other.getByRole('heading', { name: '其间保存的内容' }).waitFor();
		assert.match(await other.locator('.other').textContent(), /第一个窗口/);
		assert.equal(await other.getByLabel('正文').inputValue(), '第二个窗口');
		await other.getByLabel('正文').fill(sentence.repeat(40));
		await other.getByRole('button', { name: '提交' }).click();
		await other.getByText('已提交。').waitFor();
		assert.equal(await other.evaluate(() => localStorage.length), 1); // until it is opened again
	}));

test('returned with a reason, changed, handed in again, accepted, shared with a branch', { skip }, async () => {
	await as('sun', {}, async page => {
		await page.goto(server.url);
		await page.locator('.waits a', { hasText: '学会坐下来' }).click();
		await page.getByLabel('给作者的话').fill('请结合本科室的一个实例来写');
		await page.getByRole('button', { name: '退回作者' }).click();
		await page.getByText('已退回作者。').waitFor();
	});
	await as('wang', {}, async page => {
		await page.goto(server.url);
		await page.locator('.waits a', { hasText: '学会坐下来' }).click();
		await page.getByText('请结合本科室的一个实例来写').waitFor();
		await page.getByLabel('正文').press('End');
		await page.getByLabel('正文').pressSequentially('去年冬天，我们科里。');
		await page.getByRole('button', { name: '提交' }).click();
		await page.getByText('已提交。').waitFor();
	});
	await as('sun', {}, async page => {
		await page.goto(`${server.url}/papers/${paper}`);
		assert.match(await page.locator('.text').textContent(), /去年冬天/);
		await page.getByRole('button', { name: '通过', exact: true }).click();
		await page.getByText('已通过。').waitFor();
	});
	await as('wang', {}, async page => {
		await page.goto(server.url + '/papers');
		assert.match(await page.locator('main').textContent(), /年已通过 1 篇，目标 2 篇/);
		await page.getByRole('link', { name: '学会坐下来' }).click();
		await page.getByLabel('共享给本单位成员').selectOption({ label: '内科支部' });
		await page.getByRole('button', { name: '共享', exact: true }).click();
		await page.getByText('已共享。').waitFor();
	});
	await as('zhao', {}, async page => {
		await page.goto(`${server.url}/papers/${paper}`);
		assert.match(await page.locator('.text').textContent(), /去年冬天/);
	});
	await as('li', {}, async page => {
		const seen = [];
		for (const id of [paper, 999]) {
			const answer = await page.goto(`${server.url}/papers/${id}`);
			seen.push(answer.status() + (await page.locator('main').textContent()).replace(String(id), 'N'));
		}
		assert.equal(seen[0], seen[1]);
		assert.match(seen[0], /^404/);
	});
});

test('without script, in English on a phone: saved, told what is lacking, handed in', { skip }, () =>
	as('wang', { locale: 'en', viewport: phone, javaScriptEnabled: false }, async page => {
		await page.goto(server.url + '/papers/new');
		await page.getByLabel('Title').fill('On listening');
		await page.getByRole('button', { name: 'Begin' }).click();
		await page.getByLabel('Text', { exact: true }).fill('Too short.');
		await page.getByRole('button', { name: 'Hand in' }).click();
		assert.equal(await page.locator('.problems li').count(), 2);
		await page.getByLabel('Find a document').fill('医患沟通');
		await page.getByRole('button', { name: 'Search', exact: true }).last().click();
		await page.getByRole('button', { name: 'Add 医患沟通' }).click();
		assert.equal(await page.locator('.basis a').textContent(), '医患沟通');
		await page.getByLabel('Text', { exact: true }).fill('listen '.repeat(801));
		await page.getByRole('button', { name: 'Hand in' }).click();
		await page.getByText('Handed in.').waitFor();
	}));

test('no page has a fault that axe finds, and none is wider than the screen', { skip }, async () => {
	const pages = { wang: ['/', '/papers', `/papers/${paper}`, '/papers/new?document=1', `/papers/${paper}/history`, '/me'],
			sun: [`/papers/${+paper + 1}`, '/papers/all', '/papers/report?unit=nk'],
			li: ['/units', '/units/nk', '/members', '/members/wang'] };
	for (const options of [{}, { locale: 'en', viewport: phone, colorScheme: 'dark' }])
		for (const [login, paths] of Object.entries(pages))
			await as(login, options, async page => {
				for (const path of paths) {
					assert.equal((await page.goto(server.url + path)).status(), 200, path);
					await page.evaluate(() => document.querySelectorAll('details').forEach(d => { d.open = true; }));
					await page.evaluate(axe);
					const found = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
					assert.deepEqual(found.violations.map(v => [v.id, ...v.nodes.map(x => x.html)]), [], path);
					assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), path);
				}
			});
});
