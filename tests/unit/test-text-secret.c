/* test-text-secret.c - what is a mark of secrecy, and what only speaks of one. */
#include <string.h>

#include "text/text.h"

#include "tap.h"

/* The mark found on a page of one block; "" for none. */
static const char *
on_page(const char *text)
{
	static struct xj_secret s;

	memset(&s, 0, sizeof(s));
	xj_secret_block(&s, &(struct xj_block){
		.text = text, .len = strlen(text), .role = XJ_BODY });
	return s.mark;
}

static const char *
in_name(const char *name)
{
	static struct xj_secret s;

	memset(&s, 0, sizeof(s));
	xj_secret_name(&s, name);
	return s.mark;
}

/* text and the mark in it */
static const char *const marked_pages[][2] = {
	{ "秘密★10年", "秘密★10年" },
	{ "机密 ★ 长期", "机密★长期" },
	{ "绝密★启用前", "绝密★启用前" },
	{ "绝密★考试结束前", "绝密★考试结束前" },
	{ "秘 密 ★ 1 0 年", "秘密★10年" },
	{ "秘　密　★　１０　年", "秘密★１０年" },
	{ "秘密１０年", "秘密１０年" },
	{ "秘密10年", "秘密10年" },
	{ "秘密 10年", "秘密10年" },
	{ "机密☆", "机密☆" },
	{ "机密★", "机密★" },
	{ "机密*5年", "机密*5年" },
	{ "絕密★長期", "絕密★長期" },
	{ "機密★5年", "機密★5年" },
	{ "祕密★6個月", "祕密★6個月" },
	{ "秘密★6个月", "秘密★6个月" },
	{ "秘密★1年6个月", "秘密★1年6个月" },
	{ "秘密★十年", "秘密★十年" },
	{ "机密★二十年", "机密★二十年" },
	{ "机密★至2031年12月31日", "机密★至2031年12月31日" },
	{ "机密★2031.12.31", "机密★2031.12.31" },
	{ "机密级★20年", "机密级★20年" },
	{ "【机密★5年】", "机密★5年" },
	{ "（秘密★10年）", "秘密★10年" },
	{ "000012\n机密★1年\n特急\n某市卫生局文件", "机密★1年" },
	{ "000012　　机密★1年", "机密★1年" },
	{ "000012 机密★1年 特急", "机密★1年" },
	{ "机密★1年特急某市卫生局文件", "机密★1年" },
	{ "特急 机密★1年", "机密★1年" },
	{ "密级：机密★10年", "机密★10年" },
	{ "密级：机密 保密期限：10年", "机密保密期限：10年" },
	{ "密级：秘密10年", "秘密10年" },
	{ "某市卫生局文件\t\t秘密★5年", "秘密★5年" },
	{ "某市卫生局文件　　　　秘密★", "秘密★" },
	{ "关于下达任务的通知\n\n　　　　　　　　秘密★3年\n", "秘密★3年" },
	{ "\xE2\x80\x8B秘密★\xEF\xB8\x8F" "10年", "秘密★10年" },
};

static void
a_mark_on_a_page_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < XJ_COUNT(marked_pages); i++)
		assert_string_equal(on_page(marked_pages[i][0]),
				    marked_pages[i][1]);
}

static const char *const innocent_pages[] = {
	"保密法规定秘密分为绝密、机密、秘密三级",
	"国家秘密的密级分为绝密、机密、秘密三级。",
	"秘密级不超过十年，机密级不超过二十年，绝密级不超过三十年。",
	"绝密级国家秘密的保密期限为30年，机密级为20年，秘密级为10年。",
	"他把这个秘密10年来没有告诉过任何人。",
	"他保守秘密10年",
	"一个秘密十年后才揭开",
	"秘密10年后揭开",
	"国家秘密标志形式为“密级★保密期限”，如“秘密★10年”。",
	"例如：秘密★10年",
	"“机密★20年”",
	"机密★20年、秘密★10年都是规范的标注",
	"秘密★10年的标注方法",
	"秘密★10年，是指保密期限为十年",
	"机密★★★★★",
	"推荐指数★★★★ 机密",
	"秘密", "机密", "绝密", "机密文件", "绝密档案",
	"密级：内部", "商业秘密", "★ 重点：保守秘密",
	"秘密花园", "秘密：10个故事", "机密计算 2024年白皮书",
	"保密工作责任书要求涉密人员牢记有关规定，下列文件在首页左上角标注"
	"秘密★10年字样，收文后由机要室登记，阅办完毕后当日退还，不得横传。",
	"三、机密★1年", /* a list that explains: no letterhead numbers so */
	"secret★10年", "",
};

static void
what_speaks_of_secrets_bears_no_mark(void **state)
{
	(void)state;
	for (size_t i = 0; i < XJ_COUNT(innocent_pages); i++)
		assert_string_equal(on_page(innocent_pages[i]), "");
}

static const char *const marked_names[] = {
	"秘密★10年 关于某事项的通知.doc", "机密★长期.pdf",
	"【机密★5年】会议纪要.docx", "(秘密10年)报告.wps",
	"关于某事项的通知（机密★3年）.ofd", "会议纪要_秘密★5年_终稿.docx",
	"绝密★启用前2011年统一考试.pdf", "2011年统一考试绝密★启用前.pdf",
	"2011年机密★1年.txt", "秘 密 ★ １０ 年.txt", "機密☆會議紀要.doc",
	"报告-秘密10年.doc", "资料/机密★5年/讲稿.doc", "机密★会议纪要.doc",
	"关于某事项的通知[秘密 6个月].doc",
};

static const char *const innocent_names[] = {
	"秘密花园.txt", "保守国家秘密法.docx", "一个秘密10年后揭开.txt",
	"绝密、机密、秘密三级的划分.ppt", "机密档案.pdf", "秘密10年间的故事.txt",
	"绝密飞行★★★★.mp4", "★保密须知.doc", "商业秘密保护指南.pdf",
	"机密计算2024年白皮书.pdf", "定密与标注：密级★保密期限.doc", "10年.txt",
};

static void
a_mark_in_a_name_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < XJ_COUNT(marked_names); i++)
		if (!*in_name(marked_names[i]))
			fail_msg("%s", marked_names[i]);
}

static void
a_name_that_speaks_of_secrets_bears_no_mark(void **state)
{
	(void)state;
	for (size_t i = 0; i < XJ_COUNT(innocent_names); i++)
		if (*in_name(innocent_names[i]))
			fail_msg("%s", innocent_names[i]);
}

/* Blocks as importers send them. */
static bool
found(const struct xj_block *blocks, size_t count)
{
	struct xj_secret s = { 0 };
	bool marked = false;

	for (size_t i = 0; i < count; i++) {
		struct xj_block b = blocks[i];

		b.len = strlen(b.text);
		marked = xj_secret_block(&s, &b);
	}
	return marked;
}

static void
only_the_first_page_with_text_is_read(void **state)
{
	const struct xj_block later[] = {
		{ .text = "封面", .where = XJ_PAGE, .at = 2 },
		{ .text = "秘密★10年", .where = XJ_PAGE, .at = 3 },
	};
	const struct xj_block first[] = {
		{ .text = "封面", .where = XJ_PAGE, .at = 2 },
		{ .text = "秘密★10年", .where = XJ_PAGE, .at = 2 },
	};

	(void)state;
	assert_false(found(later, 2));
	assert_true(found(first, 2));
}

static void
a_running_header_counts_on_any_page(void **state)
{
	const struct xj_block blocks[] = {
		{ .text = "正文", .where = XJ_PAGE, .at = 1 },
		{ .text = "秘密★10年", .where = XJ_PAGE, .at = 2,
		  .role = XJ_HEADER },
	};

	(void)state;
	assert_true(found(blocks, 2));
}

static void
notes_and_hidden_text_are_not_on_the_face(void **state)
{
	const struct xj_block note = { .text = "秘密★10年", .role = XJ_NOTE };
	const struct xj_block hidden = { .text = "秘密★10年",
					 .role = XJ_HIDDEN };

	(void)state;
	assert_false(found(&note, 1));
	assert_false(found(&hidden, 1));
}

static void
without_pages_the_top_of_the_text_is_read(void **state)
{
	struct xj_block blocks[70];

	(void)state;
	for (size_t i = 0; i < 70; i++)
		blocks[i] = (struct xj_block){ .text = "正文" };
	blocks[69].text = "秘密★10年";
	assert_false(found(blocks, 70));
	blocks[20].text = "秘密★10年";
	assert_true(found(blocks, 70));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_mark_on_a_page_is_found),
	cmocka_unit_test(what_speaks_of_secrets_bears_no_mark),
	cmocka_unit_test(a_mark_in_a_name_is_found),
	cmocka_unit_test(a_name_that_speaks_of_secrets_bears_no_mark),
	cmocka_unit_test(only_the_first_page_with_text_is_read),
	cmocka_unit_test(a_running_header_counts_on_any_page),
	cmocka_unit_test(notes_and_hidden_text_are_not_on_the_face),
	cmocka_unit_test(without_pages_the_top_of_the_text_is_read),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
