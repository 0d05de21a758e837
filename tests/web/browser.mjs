// browser.mjs - the pages in a browser: Chromium, by its remote control.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { scratch, run, write, serve, remove, Client } from './serve.mjs';

const require = createRequire(import.meta.url);
const chromium = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
let playwright, axe;
try {
	playwright = require('playwright-core');
	axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
} catch { /* they were not installed */ }
const skip = !chromium ? 'there is no Chromium' : !playwright ? 'npm ci was not run in tests/web' : false;

const dir = scratch(), archive = join(dir, 'a');
let server, browser, state, client;
const find = encodeURIComponent('医改');

before(async () => {
	if (skip)
		return;
	write(join(dir, 'in'), {
		'医改.md': '# 医改进展\n\n深化医改的第一年，县医院做了什么。\n\n## 第二节\n\n- 医改的账怎么算\n- 药品零差率\n',
		'long.txt': 'begin\n' + '一行文字，说明一件事情。\n'.repeat(9000) + '最后一行说医改\n',
		'evil.md': '# <img src=x onerror="document.title=1">\n\n<script>document.title=2</script> villainy\n',
	});
	run(dir, 'init', archive);
	run(archive, 'add', '--area', 'auto', process.env.XUEJI_CORPUS, join(dir, 'in'));
	server = await serve(archive);
	browser = await playwright.chromium.launch({ executablePath: chromium, args: ['--no-sandbox'] });
	const first = await browser.newContext({ locale: 'zh-CN' });
	const page = await first.newPage();
	await page.goto(server.link);
	assert.equal(await page.evaluate(() => document.activeElement.name), 'q');
	state = await first.storageState();
	await first.close();
	client = new Client(server.url);
	client.cookies.set('session', state.cookies.find(c => c.name === 'session').value);
});
after(async () => { await browser?.close(); await server?.stop(); remove(dir); });

async function open(options, work) {
	const context = await browser.newContext({ storageState: state, ...options });
	const page = await context.newPage(), wrong = [];
	page.setDefaultTimeout(10000);
	page.on('pageerror', e => wrong.push(e.message));
	page.on('console', m => { if (m.type() === 'error' && !/404/.test(m.text())) wrong.push(m.text()); });
	await work(page);
	assert.deepEqual(wrong, []);
	await context.close();
}

const desktop = { width: 1280, height: 900 }, phone = { width: 390, height: 780 };

test('a newcomer types, chooses, and reads at the hit', { skip }, () =>
	open({ locale: 'zh-CN', viewport: desktop }, async page => {
		await page.goto(server.url);
		const areas = await page.locator('.areas a').allTextContents();
		assert.equal(areas.length, 6);
		assert.ok(areas.every(a => /\D+ [1-9]\d*$/.test(a.trim())), areas.join());
		await page.keyboard.type('高血压');
		const option = page.getByRole('option', { name: /高血压患者的社区管理/ });
		await option.waitFor({ timeout: 2000 });
		await page.keyboard.press('Escape');
		await page.keyboard.press('Enter');
		await page.waitForURL(/search/);
		const hit = page.locator('.hits li').first();
		assert.match(await hit.textContent(), /第 \d 页/);
		assert.ok(await hit.locator('mark').count() > 0);
		await hit.locator('h2 a').click();
		await page.waitForURL(/read.*#p\d/);
		assert.ok(await page.locator(new URL(page.url()).hash).isVisible());
		assert.ok(await page.locator('.text mark').count() > 1);
		await page.getByRole('link', { name: 'English' }).click();
		await page.getByText('Details').first().waitFor();
		assert.equal(await page.locator('h1').textContent(), '高血压患者的社区管理');
	}));

test('suggestions are chosen by keyboard', { skip }, () =>
	open({ locale: 'en', viewport: desktop }, async page => {
		await page.goto(server.url);
		await page.keyboard.insertText('gaoxueya');
		await page.getByRole('option').first().waitFor({ timeout: 2000 });
		await page.keyboard.press('ArrowDown');
		assert.equal(await page.getByRole('option', { selected: true }).count(), 1);
		await page.keyboard.press('Enter');
		await page.waitForURL(/documents\/\d+$|search\?q=subject/);
	}));

test('searching and reading work without script', { skip }, () =>
	open({ locale: 'en', viewport: phone, javaScriptEnabled: false }, async page => {
		await page.goto(server.url);
		await page.getByRole('searchbox').fill('医改');
		await page.getByRole('button', { name: 'Search' }).click();
		await page.locator('.hits h2 a', { hasText: '医改进展' }).click();
		assert.equal(await page.locator('h1').textContent(), '医改进展');
		assert.ok(await page.locator('mark').count() >= 2);
		await page.getByRole('link', { name: 'Back to the results' }).click();
		await page.getByRole('link', { name: 'Newest first' }).click();
		assert.match(page.url(), /sort=date/);
	}));

test('a long text opens at the part with the hit', { skip }, () =>
	open({ locale: 'zh-CN', viewport: desktop }, async page => {
		await page.goto(`${server.url}/search?q=${find}`);
		await page.locator('.hits h2 a', { hasText: 'long' }).click();
		await page.locator('mark').first().waitFor();
		assert.match(await page.locator('.paging').first().textContent(), /第 \d+ 部分/);
	}));

test('what documents contain does nothing', { skip }, () =>
	open({ locale: 'en', viewport: desktop }, async page => {
		for (const path of ['/search?q=villainy', '/']) {
			await page.goto(server.url + path);
			assert.match(await page.title(), /Xueji/);
		}
		await page.goto(`${server.url}/search?q=villainy`);
		await page.locator('.hits h2 a').first().click();
		assert.match(await page.locator('.text').textContent(), /villainy/);
		assert.equal(await page.locator('main img').count(), 0);
	}));

test('no page has a fault that axe finds, and none is wider than the screen', { skip }, async t => {
	const n = JSON.parse(await client.text('/api/1/search?q=' + find)).hits[0].id;
	const pages = ['/', `/search?q=${find}`, '/search?q=' + encodeURIComponent('没有这样的词语组合xyz'),
		       `/documents/${n}`, `/documents/${n}/read?q=${find}&m=${find}`, '/help', '/none', '/welcome/x'];
	for (const options of [{ locale: 'zh-CN', viewport: desktop }, { locale: 'en', viewport: phone },
			       { locale: 'en', viewport: desktop, colorScheme: 'dark' }])
		await open(options, async page => {
			for (const path of [...pages, '/sign-in']) {
				if (path === '/sign-in')
					await page.context().clearCookies();
				await page.goto(server.url + path);
				await page.evaluate(axe);
				const found = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
				assert.deepEqual(found.violations.map(v => [v.id, ...v.nodes.map(x => x.html)]), [], path);
				assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), path);
			}
		});
});

test('the first page is light', { skip }, () =>
	open({ locale: 'zh-CN', viewport: phone }, async page => {
		let bytes = 0, count = 0;
		page.on('response', async r => { count++; bytes += (await r.body()).length; });
		await page.goto(server.url, { waitUntil: 'networkidle' });
		assert.ok(bytes < 60 * 1024 && count <= 10, `${bytes} bytes, ${count} requests`);
	}));

test('feeds and the search description are XML that others read', { skip }, () =>
	open({ locale: 'zh-CN' }, async page => {
		await page.goto(server.url + '/help');
		for (const [path, type, tag] of [['/feed.atom', /atom/, 'entry'], [`/feed.atom?q=${find}`, /atom/, 'entry'],
						 ['/opensearch.xml', /opensearch/, 'Url'], ['/feed.atom?q=villainy', /atom/, 'entry']]) {
			const answer = await client.get(path);
			assert.match(answer.headers.get('content-type'), type);
			const found = await page.evaluate(([text, name]) => {
				const d = new DOMParser().parseFromString(text, 'application/xml');
				return d.querySelector('parsererror')?.textContent ?? d.getElementsByTagName(name).length;
			}, [await answer.text(), tag]);
			assert.ok(found > 0, `${path}: ${found}`);
		}
	}));
