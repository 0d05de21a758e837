// seminars-browser.mjs - a branch secretary's packet, from the search to the minutes, in Chromium.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
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
const has = (...program) => { try { execFileSync(...program, { stdio: 'ignore' }); return true; } catch { return false; } };
const pdftotext = has('pdftotext', ['-v']);

process.env.XUEJI_TODAY = '2011-05-01';
const dir = scratch(), archive = join(dir, 'a'), password = '一二三四五六七八';
let server, browser, seminar;
const states = {};

const id = title => String(JSON.parse(run(archive, 'list', '--limit', '0', '--json')).documents.find(d => d.title === title).id);
const find = text => '?q=' + encodeURIComponent(text);

before(async () => {
	if (skip)
		return;
	const own = {};
	for (let i = 1; i <= 6; i++)
		own[`m${i}.md`] = `---\ntitle: 医患沟通材料${i}\ndate: ${2006 + i % 3 + 2}-03-01\n---\n\n# 医患沟通\n\n医患沟通从倾听开始，其${i}。\n`;
	write(join(dir, 'own'), { ...own, 'old.md': '---\ntitle: 医患沟通暂行规定\ndate: 2009-01-01\n---\n\n医患沟通的旧规定。\n',
				  'new.md': '---\ntitle: 医患沟通规定\ndate: 2011-04-01\n---\n\n自公布之日起施行，诊室里先听后说。\n' });
	copyFileSync(join(process.env.XUEJI_CORPUS, '专业业务/高血压患者的社区管理.pdf'), join(dir, 'own/社区.pdf'));
	copyFileSync(join(process.env.XUEJI_CORPUS, '专业业务/高血压患者的社区管理.pdf'), join(dir, '病房.pdf'));
	write(join(dir, 'other'), { 'rules.md': '---\ntitle: 投诉处理规程\ndate: 2010-05-01\n---\n\n内部：医患纠纷的沟通口径。\n' });
	run(dir, 'init', archive);
	for (const [code, name, up] of [['xian', '县医院'], ['a', '内科', 'xian'], ['b', '外科', 'xian'], ['d', '门诊部', 'xian'], ['c', '信访办']])
		run(archive, 'unit', 'add', code, name, ...(up ? ['--parent', up] : []));
	const rows = [['shu', '舒记', 'a'], ['li', '李主任', 'b'], ['ku', '库管', 'c'], ['wai', '外人', 'c']];
	for (let i = 1; i <= 7; i++) rows.push([`a${i}`, `甲员${i}`, 'a']);
	for (let i = 1; i <= 6; i++) rows.push([`b${i}`, `乙员${i}`, 'b']);
	for (let i = 1; i <= 3; i++) rows.push([`d${i}`, `丁员${i}`, 'd']);
	writeFileSync(join(dir, 'members.csv'), '登录名,姓名,单位\n' + rows.map(r => r.join(',') + '\n').join(''));
	run(archive, 'member', 'import', join(dir, 'members.csv'));
	run(archive, 'role', 'grant', 'shu', 'secretary', '--unit', 'xian');
	run(archive, 'role', 'grant', 'ku', 'librarian', '--unit', 'c');
	run(archive, '--as', 'shu', 'add', '--unit', 'xian', '--scope', 'below', join(dir, 'own'));
	run(archive, '--as', 'ku', 'add', join(dir, 'other'));
	run(archive, 'scope', id('投诉处理规程'), 'units', '--units', 'a', '--units', 'b');
	run(archive, 'edit', id('医患沟通暂行规定'), 'status=废止', 'repealed=2011-04-01', `replaced-by=${id('医患沟通规定')}`);
	for (const login of ['shu', 'li', 'ku', 'a1'])
		execFileSync(process.env.XUEJI, ['-A', archive, 'member', 'password', login, '--password-file', '-'],
			     { input: password + '\n', stdio: ['pipe', 'ignore', 'ignore'] });
	browser = await playwright.chromium.launch({ executablePath: chromium, args: ['--no-sandbox'] });
	await start();
});
after(async () => { await browser?.close(); await server?.stop(); remove(dir); });

async function start(day) {
	await server?.stop();
	if (day)
		process.env.XUEJI_TODAY = day;
	server = await serve(archive);
	for (const login of ['shu', 'li', 'ku', 'a1']) {
		const c = new Client(server.url);
		assert.equal((await c.post('/sign-in', { login, password })).status, 303);
		states[login] = { cookies: [{ name: 'session', value: c.cookies.get('session'), domain: '127.0.0.1', path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Lax' }], origins: [] };
	}
}

const desktop = { width: 1280, height: 900 }, phone = { width: 390, height: 780 };
async function open(login, options, work) {
	const context = await browser.newContext({ storageState: states[login], baseURL: server.url, locale: 'zh-CN', viewport: desktop, ...options });
	const page = await context.newPage(), wrong = [];
	page.setDefaultTimeout(15000);
	page.on('pageerror', e => wrong.push(e.message));
	page.on('console', m => { if (m.type() === 'error' && !/4\d\d/.test(m.text())) wrong.push(m.text()); });
	await work(page);
	assert.deepEqual(wrong, []);
	await context.close();
}
async function check(page) {
	await page.evaluate(axe);
	const found = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
	assert.deepEqual(found.violations.map(v => [v.id, ...v.nodes.map(x => x.html)]), [], page.url());
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${page.url()} is wider than the screen`);
}
const press = (page, name) => page.getByRole('button', { name, exact: false }).first().click();
const main = async page => (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ');

test('a secretary plans a seminar and puts its packet together from a search', { skip }, () => open('shu', {}, async page => {
	await page.goto('/seminars');
	await check(page);
	await page.getByRole('link', { name: '筹备专题研讨' }).click();
	await page.getByLabel('题名', { exact: true }).fill('医患沟通专题研讨');
	await page.getByLabel('要回答的问题').fill('怎样在十分钟里把病情说清楚？');
	await page.getByLabel('首日').fill('2011-05-12');
	await page.getByLabel('开始时间').fill('14:30');
	await page.getByLabel('地点').fill('三楼会议室');
	await page.getByLabel('主办单位').selectOption({ label: '县医院' });
	await page.getByLabel('层级').selectOption({ label: '支部' });
	await page.getByLabel('主持人').fill('li');
	await page.getByLabel('邀请单位和成员').fill('a，b/以下，d');
	await page.getByLabel('专业业务').check();
	await check(page);
	await press(page, '开始筹备');
	seminar = /seminars\/(\d+)/.exec(page.url())[1];
	assert.match(await main(page), /筹备中.*怎样在十分钟里.*2011-05-12 14:30.*三楼会议室.*县医院 支部.*舒记.*李主任.*专业业务/);

	// From the search page into the packet, each hit where it is found.
	await page.goto('/search' + find('医患 沟通 year:2008..2011'));
	await page.getByRole('link', { name: '把命中的资料放入研讨材料包' }).click();
	await check(page);
	await page.getByRole('link', { name: '医患沟通专题研讨' }).click();
	await check(page);
	for (const title of ['医患沟通材料1', '医患沟通材料2', '医患沟通材料3', '医患沟通暂行规定', '投诉处理规程']) {
		const hit = page.locator('.hits > li', { hasText: title });
		await hit.getByRole('button', { name: '放入' }).click();
		await page.locator('.done', { hasText: '已添加' }).waitFor();
		assert.equal(await page.locator('.hits > li', { hasText: title }).locator('.state').innerText(), '已在材料包中');
	}
	await page.goto(`/seminars/${seminar}/packet/search` + find('高血压 社区'));
	for (const [pages, note] of [['2', '先读第二页'], ['1-2', '']]) {
		const hit = page.locator('.hits > li', { hasText: '高血压患者的社区管理' }).first();
		await hit.getByLabel('页码').fill(pages);
		await hit.getByLabel('提示').fill(note);
		await hit.getByRole('button', { name: '放入' }).click();
		await page.locator('.done').waitFor();
	}
	await page.goto(`/seminars/${seminar}/packet/search` + find('title:材料'));
	await page.getByLabel('最多取几条').fill('3');
	await press(page, '放入这条检索');
	assert.equal(await page.locator('.packet > li').count(), 8);
	assert.match(await main(page), /第 2 页.*先读第二页.*第 1–2 页.*检索 title:材料/);
}));

test('the check says who cannot see what; it is asked for and granted, and a repealed regulation gives way', { skip }, async () => {
	await open('shu', {}, async page => {
		await page.goto(`/seminars/${seminar}/packet`);
		await check(page);
		const said = await main(page);
		assert.match(said, /3 人（受邀 18 人）看不到第 5 项 信访办/);
		assert.doesNotMatch(said, /丁员/);
		assert.match(said, /医患沟通暂行规定.*废止 · 由此代替：.*医患沟通规定/);
		await press(page, '换成它');
		assert.doesNotMatch(await main(page), /暂行规定/);
		await page.locator('.blind input[name=until]').fill('2011-06-30');
		await press(page, '代他们申请');
		assert.match(await main(page), /已代为申请.*第 1 号申请等待答复/);
	});
	// Unit c decides.
	await open('ku', {}, async page => {
		await page.goto('/requests');
		assert.match(await main(page), /投诉处理规程.*研讨.*医患沟通专题研讨/);
		await page.locator('#until-1').fill('2011-06-30');
		await page.locator('form[action="/requests/1/grant"] button').first().click();
		assert.equal(await page.locator('#until-1').count(), 0);
	});
	await open('shu', {}, async page => {
		await page.goto(`/seminars/${seminar}/packet`);
		assert.match(await main(page), /受邀 18 人，都能看到全部材料/);
		await press(page, '冻结材料包');
		assert.match(await main(page), /已冻结.*第 1 版/);
		await check(page);
	});
});

test('the packet is downloaded as one PDF whose Chinese can be searched; papers are called for', { skip }, () => open('shu', {}, async page => {
	await page.goto(`/seminars/${seminar}`);
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'PDF' }).click()]);
	assert.equal(download.suggestedFilename(), '医患沟通专题研讨.pdf');
	await download.saveAs(join(dir, 'packet.pdf'));
	if (pdftotext) {
		const text = execFileSync('pdftotext', [join(dir, 'packet.pdf'), '-'], { encoding: 'utf8' });
		for (const part of ['医患沟通专题研讨', '怎样在十分钟里把病情说清楚', '三楼会议室', '沟通口径', '先听后说', '从倾听开始'])
			assert.ok(text.includes(part), part);
	}
	await page.locator('summary', { hasText: '征集学习心得' }).click();
	await page.locator('#call-until').fill('2011-05-10');
	await page.locator('form[action$="/call"] button').first().click();
	assert.match(await main(page), /学习心得征集至 2011-05-10/);
	for (const [title, minutes, speaker] of [['开场', '10', 'li'], ['专家点评', '30', '张教授'], ['交流', '60', '']]) {
		await page.locator('summary', { hasText: '添加议程' }).click();
		await page.locator('#line-title').fill(title);
		await page.locator('#line-minutes').fill(minutes);
		await page.locator('#line-speaker').fill(speaker);
		await page.locator('form[action$="/agenda"] button', { hasText: '添加' }).click();
	}
	assert.match(await main(page), /14:30 开场.*14:40 专家点评.*15:10 交流/);
	await press(page, '发布');
	await page.locator('details').evaluateAll(all => all.forEach(d => { d.open = true; }));
	await check(page);
}));

test('afterwards: minutes, three decisions, the overdue one; the packet is as it was frozen', { skip }, async () => {
	await start('2011-05-12');
	await open('shu', {}, async page => {
		await page.goto(`/seminars/${seminar}`);
		await press(page, '标为已召开');
		await page.getByRole('link', { name: '写纪要' }).click();
		await check(page);
		await page.locator('#text').fill('# 纪要\n\n议定**三项**。');
		await press(page, '保存');
		assert.equal(await page.locator('.minutes strong').innerText(), '三项');
		for (const [text, member, unit, due] of [['印发提示卡', 'a1', '', '2011-06-01'], ['组织演练', '', 'b', '2011-05-30'], ['汇总投诉', 'li', '', '2011-09-01']]) {
			await page.locator('summary', { hasText: '记录议定事项' }).click();
			await page.locator('#decision-text').fill(text);
			await page.locator('#decision-member').fill(member);
			await page.locator('#decision-unit').fill(unit);
			await page.locator('#decision-due').fill(due);
			await page.locator('form[action$="/decisions"] button', { hasText: '添加' }).click();
		}
	});
	await open('li', {}, async page => {
		await page.goto(`/seminars/${seminar}`);
		await press(page, '确认纪要');
		assert.match(await main(page), /纪要已确认.*确认人/);
	});
	write(join(dir, 'own'), { 'm1.md': '---\ntitle: 医患沟通材料1\ndate: 2009-03-01\n---\n\n改过的文字。\n' });
	run(archive, '--as', 'shu', 'add', '--unit', 'xian', join(dir, 'own/m1.md'));
	await start('2011-06-14');
	await open('a1', {}, async page => {
		await page.goto('/seminars/decisions');
		await check(page);
		assert.match(await main(page), /组织演练.*逾期 15 天.*印发提示卡.*逾期 13 天.*汇总投诉/);
		await page.locator('.decisions > li', { hasText: '印发提示卡' }).getByRole('button').click();
		assert.doesNotMatch(await main(page), /印发提示卡/);
		await page.goto(`/seminars/${seminar}`);
		assert.match(await main(page), /医患沟通材料1 第 \d 版.*材料包里是第 \d 版，现在已有第 \d 版/);
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '单个网页' }).click()]);
		const html = readFileSync(await download.path(), 'utf8');
		assert.ok(html.includes('医患沟通从倾听开始，其1') && !html.includes('改过的文字'));
	});
});

test('on a phone, in English, without script, in the dark: all of it is there and usable', { skip }, async () => {
	await open('shu', { locale: 'en', viewport: phone, javaScriptEnabled: false }, async page => {
		await page.goto('/seminars');
		await page.getByRole('link', { name: '医患沟通专题研讨' }).click();
		assert.match(await main(page), /minutes confirmed.*Agenda.*Materials.*frozen.*Minutes.*Decisions.*done 2011-06-14.*days overdue|minutes confirmed/);
		await page.getByRole('link', { name: 'Prepare the packet' }).click();
		await press(page, 'Let it be changed again');
		await page.locator('.packet > li', { hasText: '医患沟通材料1' }).getByRole('button', { name: 'Take the newer version' }).click();
		assert.doesNotMatch(await main(page), /there is a version/);
		await page.getByRole('button', { name: 'Later: 医患沟通材料1' }).click();
		assert.match(await page.locator('.packet > li').first().innerText(), /医患沟通材料2/);
	});
	await open('shu', { locale: 'en', viewport: phone, colorScheme: 'dark' }, async page => {
		for (const path of ['/seminars', '/seminars/new', `/seminars/${seminar}`, `/seminars/${seminar}/edit`, `/seminars/${seminar}/minutes`, `/seminars/${seminar}/packet`,
				    `/seminars/${seminar}/packet/search` + find('沟通'), '/seminars/choose?q=x', '/seminars/decisions?all=1']) {
			await page.goto(path);
			await page.locator('details').evaluateAll(all => all.forEach(d => { d.open = true; }));
			await check(page);
		}
	});
});
