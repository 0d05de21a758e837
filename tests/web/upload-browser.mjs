// upload-browser.mjs - a folder is sent from a browser, also over a connection that
// breaks off; what became of each file is seen, and all of it taken back.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

const dir = scratch(), archive = join(dir, 'a'), folder = join(dir, '培训资料'), later = join(dir, '补充资料');
const pictures = process.env.XUEJI_PICTURES; // where to put screenshots, to look at
let server, browser, state, upload, pdf;

function zip(name, from, ...options) {
	try {
		execFileSync('zip', ['-qr', ...options, name, '.'], { cwd: from });
		return true;
	} catch {
		return false;
	}
}

// 20 files, of all sorts.
function prepare() {
	const corpus = join(process.env.XUEJI_CORPUS, '专业业务');
	const gbk = Buffer.from('cfd6bdd0d7cab2e9b7bf', 'hex'); // 现叫资查房
	mkdirSync(join(folder, '第一期'), { recursive: true });
	writeFileSync(join(folder, '查房.txt'), Buffer.concat([gbk, Buffer.from('\r\n'), gbk]));
	copyFileSync(join(corpus, '高血压患者的社区管理.pdf'), join(folder, '高血压.pdf'));
	copyFileSync(join(corpus, '高血压患者的社区管理.pdf'), join(folder, '第一期', '高血压（副本）.pdf'));
	write(join(dir, 'z'), { '内一.txt': '压缩包里的文件', '内二.md': '# 内二\n\n正文' });
	write(folder, { '空.txt': '', 'x.bin': '\0\x01\x02\x03' });
	if (!zip(join(folder, '打包.zip'), join(dir, 'z')) || !zip(join(folder, '加密.zip'), join(dir, 'z'), '-P', 'right'))
		write(folder, { '打包.zip': 'PK', '加密.zip': 'PK' });
	for (let n = 1; n <= 13; n++)
		write(folder, { [`第一期/讲义${n}.md`]: `# 第${n}讲 院前急救\n\n第${n}讲的正文。\n` });
	for (let n = 1; n <= 8; n++)
		write(later, { [`补充${n}.txt`]: `补充材料之${n}\n`.repeat(20000 * n) });
}

before(async () => {
	if (skip)
		return;
	prepare();
	run(dir, 'init', archive);
	run(archive, 'unit', 'add', 'ward', '内科');
	run(archive, 'member', 'add', 'li', '李华', '--unit', 'ward');
	run(archive, 'role', 'grant', 'li', 'operator');
	execFileSync(xueji, ['-A', archive, 'member', 'password', 'li', '--password-file', '-'],
		     { input: 'correct horse\n', stdio: ['pipe', 'ignore', 'ignore'] });
	server = await serve(archive);
	const client = new Client(server.url);
	await client.post('/sign-in', { login: 'li', password: 'correct horse' });
	state = { origins: [], cookies: [{ name: 'session', value: client.cookies.get('session'),
		domain: '127.0.0.1', path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Lax' }] };
	browser = await playwright.chromium.launch({ executablePath: chromium, args: ['--no-sandbox'] });
});
after(async () => { await browser?.close(); await server?.stop(); remove(dir); });

const desktop = { width: 1280, height: 900 }, phone = { width: 390, height: 780 };

async function open(options, work) {
	const context = await browser.newContext({ storageState: state, locale: 'zh-CN', viewport: desktop, ...options });
	const page = await context.newPage(), wrong = [];
	context.setDefaultTimeout(30000);
	page.on('pageerror', e => wrong.push(e.message));
	await work(page, context);
	assert.deepEqual(wrong, []);
	await context.close();
}

const line = (page, name) => page.locator('.report > li', { has: page.locator(`bdi:text-is("${name}")`) });

test('a folder of twenty files: all arrive, and each is told of', { skip }, () =>
	open({}, async page => {
		await page.goto(server.url);
		await page.getByRole('link', { name: '上传', exact: true }).click();
		await page.getByLabel('谁能看').selectOption('unit');
		await page.getByLabel('整个文件夹').setInputFiles(folder);
		await page.getByRole('button', { name: '上传', exact: true }).click();
		await page.waitForURL(/\/uploads\/\w+/);
		await page.locator('.state', { hasText: '已入库' }).waitFor();
		upload = page.url();
		assert.match(await page.locator('header + .quiet').textContent(), /20 个文件/);
		assert.match(await line(page, '培训资料/空.txt').textContent(), /空/);
		assert.match(await line(page, '培训资料/加密.zip').first().textContent(), /密码|损坏/);
		// whichever of the two was read first is the document
		assert.equal(await page.locator('.report > .outcome-duplicate').count(), 1);
		assert.match(await page.locator('.report > .outcome-duplicate').textContent(), /高血压/);
		await page.getByRole('link', { name: '培训资料/高血压.pdf' }).click();
		pdf = /documents\/(\d+)/.exec(page.url())[1];
		await page.goto(`${server.url}/search?q=${encodeURIComponent('查房')}`);
		assert.equal(await page.locator('.hits h2').count(), 1);
	}));

test('no page of these has a fault that axe finds, and none is wider than the screen', { skip }, async () => {
	const paths = { upload: '/upload', uploaded: new URL(upload).pathname, edit: `/documents/${pdf}/edit`,
			pages: `/documents/${pdf}/pages`, read: `/documents/${pdf}/read`, status: '/status' };
	for (const [how, options] of Object.entries({ 'zh-desktop': {}, 'en-phone-dark': { locale: 'en', viewport: phone,
		colorScheme: 'dark' }, ...pictures && { 'zh-phone': { viewport: phone } } }))
		await open(options, async page => {
			for (const [name, path] of Object.entries(paths)) {
				assert.equal((await page.goto(server.url + path)).status(), 200, path);
				await page.evaluate(axe);
				const found = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
				assert.deepEqual(found.violations.map(v => [v.id, ...v.nodes.map(x => x.html)]), [], path);
				assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), path);
				if (pictures)
					await page.screenshot({ path: join(pictures, `${name}-${how}.png`), fullPage: true });
			}
		});
});

test('on a phone the connection breaks in the middle; what arrived is not sent again', { skip }, () =>
	open({ locale: 'en', viewport: phone }, async (page, context) => {
		const sent = [];
		page.on('request', r => { if (r.method() === 'PUT') sent.push(new URL(r.url()).searchParams.get('path')); });
		await page.goto(server.url + '/upload');
		await page.route(/\/files\?/, async route => {
			if (sent.length === 4)
				await context.setOffline(true);
			await route.continue();
		});
		await page.getByLabel('Or a whole folder').setInputFiles(later);
		await page.getByRole('button', { name: 'Send', exact: true }).click();
		await page.getByText('The server does not answer.').waitFor();
		const there = await page.locator('#sent [data-state="sent"]').allTextContents();
		assert.ok(there.length > 0 && there.length < 8, String(there.length));
		if (pictures)
			await page.screenshot({ path: join(pictures, 'broken-en-phone.png'), fullPage: true });
		const before = sent.length;
		await page.unroute(/\/files\?/);
		await context.setOffline(false);
		await page.getByRole('button', { name: 'Go on' }).click();
		await page.waitForURL(/\/uploads\/\w+/);
		await page.locator('.state', { hasText: 'taken in' }).and(page.getByText('taken in', { exact: true })).waitFor();
		assert.ok(sent.length - before <= 8 - there.length, `${sent.length - before} sent after ${there.length}`);
		assert.equal(await page.locator('.report .outcome-ok').count(), 8);
		await page.getByRole('button', { name: 'Take everything back' }).click();
		await page.locator('.state', { hasText: 'taken back' }).waitFor();
		await page.goto(`${server.url}/search?q=${encodeURIComponent('补充材料')}`);
		assert.equal(await page.locator('.hits h2').count(), 0);
	}));
