/*
 * found.c - what a program put where a title or a creator stands: "Microsoft
 * Word - 文档1", "Administrator". Nobody wrote it, so nobody will look for it.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "library/archive.h"

/* Titles that programs give, in small letters, a number behind them or not. */
static const char *const no_titles[] = {
	"untitled", "untitled document", "unnamed", "unknown", "no title",
	"title", "none", "null", "n/a", "doc", "document", "new document",
	"word document", "microsoft word", "microsoft word document",
	"microsoft office word document", "normal", "normal.dot",
	"normal.dotm", "template", "presentation", "powerpoint presentation",
	"slide", "page", "book", "workbook", "spreadsheet", "sheet", "chart",
	"new microsoft word document", "new microsoft excel worksheet",
	"new microsoft powerpoint presentation", "new text document",
	"无标题", "无标题文档", "未命名", "未命名文档", "未命名文件", "未知",
	"标题", "默认标题", "文档", "文件", "新建文档", "新建文本文档",
	"新建 文本文档", "新建文件", "新建 microsoft word 文档",
	"新建 microsoft office word 文档", "新建 microsoft excel 工作表",
	"新建 microsoft powerpoint 演示文稿", "新建 doc 文档",
	"新建 docx 文档", "新建 wps文字 文档", "新建 wps 文字 文档",
	"新建 ppt 演示文稿", "新建 pptx 演示文稿", "新建 xls 工作表",
	"新建 xlsx 工作表", "演示文稿", "powerpoint 演示文稿", "幻灯片",
	"工作簿", "工作表", "microsoft word 文档", "word 文档", "文字文稿",
	"無標題", "無標題文件", "未命名文件", "簡報", "powerpoint 簡報",
	"投影片", "活頁簿", "工作表",
};

/* Whoever set the machine up, or nobody. */
static const char *const no_creators[] = {
	"user", "users", "user name", "username", "administrator", "admin",
	"owner", "author", "unknown", "anonymous", "none", "null", "n/a",
	"root", "guest", "default", "pc", "microsoft", "microsoft user",
	"microsoft office user", "microsoft office", "windows user",
	"windows", "windows xp", "lenovo", "lenovo user", "legend user",
	"dell", "hp", "hp user", "acer", "asus", "toshiba", "thinkpad",
	"python-docx", "python-pptx", "openpyxl", "apache poi", "libreoffice",
	"mc system", "sky123.org", "用户", "微软用户", "windows 用户",
	"微软中国", "微软", "管理员", "系统管理员", "作者", "匿名", "未知",
	"雨林木风", "番茄花园", "深度技术", "联想用户", "联想", "電腦用戶",
	"使用者",
};

static const char *const extensions[] = {
	"doc", "docx", "docm", "dot", "wps", "wpt", "rtf", "odt", "ppt",
	"pptx", "pps", "ppsx", "dps", "odp", "xls", "xlsx", "et", "ods",
	"pdf", "ofd", "dvi", "tex", "ps", "eps", "pub", "indd", "qxd", "cdr",
	"pmd", "txt", "htm", "html",
};

/* Part of a string. */
struct part {
	const char *p;
	size_t len;
};

static struct part
trimmed(struct part s)
{
	while (s.len && (unsigned char)*s.p <= ' ')
		s.p++, s.len--;
	while (s.len && (unsigned char)s.p[s.len - 1] <= ' ')
		s.len--;
	return s;
}

static bool
is_one_of(struct part s, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i]) == s.len &&
		    strncasecmp(list[i], s.p, s.len) == 0)
			return true;
	return false;
}

/* "文档 (2)", "Untitled-1", "Book1": without what counts them. */
static struct part
uncounted(struct part s)
{
	size_t n = s.len;

	while (n && strchr("0123456789()-_ ", s.p[n - 1]))
		n--;
	return (struct part){ s.p, n };
}

/* "Microsoft Word - ", which a printer puts before the name of the file. */
static struct part
unprinted(struct part s)
{
	static const char *const programs[] = {
		"Microsoft Word - ", "Microsoft PowerPoint - ",
		"Microsoft Excel - ", "Microsoft Publisher - ",
		"Microsoft Visio - ",
	};

	for (size_t i = 0; i < XJ_COUNT(programs); i++) {
		size_t n = strlen(programs[i]);

		if (s.len >= n && strncasecmp(s.p, programs[i], n) == 0)
			return (struct part){ s.p + n, s.len - n };
	}
	return s;
}

/* "D:\工作\总结.doc": the name of a file is no title, but near to one. */
static struct part
unfiled(struct part s)
{
	size_t dot = s.len, from = 0;

	while (dot && s.p[dot - 1] != '.')
		dot--;
	if (dot < 2 || !is_one_of((struct part){ s.p + dot, s.len - dot },
				  extensions, XJ_COUNT(extensions)))
		return s;
	for (size_t i = 0; i < dot; i++)
		if (s.p[i] == '/' || s.p[i] == '\\')
			from = i + 1;
	return (struct part){ s.p + from, dot - 1 - from };
}

/* A letter or a character of another script; bytes that were not text none. */
static bool
says_something(struct part s)
{
	size_t digits = 0;

	if (memmem(s.p, s.len, "\xEF\xBF\xBD", 3))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (isalpha(c) || c >= 0x80)
			return true;
		digits += c >= '0' && c <= '9';
	}
	return digits >= 4; /* 1984, 2011-03 */
}

static struct part
found_title(struct part s)
{
	struct part name = trimmed(unfiled(trimmed(unprinted(s))));

	if (!says_something(name) ||
	    is_one_of(name, no_titles, XJ_COUNT(no_titles)) ||
	    is_one_of(uncounted(name), no_titles, XJ_COUNT(no_titles)))
		return (struct part){ s.p, 0 };
	return name;
}

size_t
xj_found_value(const char *element, const char **value, size_t len)
{
	struct part s = trimmed((struct part){ *value, len });

	if (strcmp(element, "title") == 0)
		s = found_title(s);
	else if (strcmp(element, "creator") != 0)
		return len;
	else if (!says_something(s) ||
		 is_one_of(s, no_creators, XJ_COUNT(no_creators)))
		return 0;
	*value = s.p;
	return s.len;
}
