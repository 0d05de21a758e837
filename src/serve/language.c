/* language.c - each request in the language of its reader. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "serve/serve.h"

/*
 * What LANGUAGE says holds for the process, and gettext heeds it in every locale
 * but "C". So with LANGUAGE=zh_CN a thread that uses a locale of another name
 * speaks Chinese, and one whose messages are of "C" speaks English: nothing is
 * set while threads run, and no locale needs to be installed.
 */
static locale_t locales[2];

int
xj_languages_start(struct xj_error *err)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);

	setenv("LANGUAGE", "zh_CN", 1);
	xj_tr("Xueji"); /* binds the domain, which is that of ngettext, too */
	textdomain("xueji");
	if (c)
		locales[XJ_ENGLISH] = newlocale(LC_CTYPE_MASK, "C.UTF-8", c);
	c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (c)
		locales[XJ_CHINESE] = newlocale(LC_CTYPE_MASK | LC_MESSAGES_MASK,
						"C.UTF-8", c);
	if (!locales[XJ_ENGLISH] || !locales[XJ_CHINESE])
		return xj_error_errno(err, "the locale C.UTF-8");
	return XJ_OK;
}

void
xj_language_use(enum xj_language language)
{
	uselocale(locales[language]);
}

/* "zh-CN,zh;q=0.9,en;q=0.5": the first of ours whose weight is greatest. */
static enum xj_language
accepted(const char *languages)
{
	double best = 0;
	enum xj_language found = XJ_ENGLISH;

	for (const char *p = languages; *p;) {
		size_t len = strcspn(p, ",");
		const char *q = memmem(p, len, ";q=", 3);
		double weight = 1;
		bool zh, en;

		p += strspn(p, " ");
		zh = strncasecmp(p, "zh", 2) == 0;
		en = strncasecmp(p, "en", 2) == 0;
		if (q && q[3] == '0')
			weight = q[4] == '.' && q[5] >= '0' && q[5] <= '9' ?
				 (q[5] - '0') / 10.0 : 0;
		if ((zh || en) && weight > best) {
			best = weight;
			found = zh ? XJ_CHINESE : XJ_ENGLISH;
		}
		p += strcspn(p, ",");
		p += *p == ',';
	}
	return found;
}

enum xj_language
xj_language_wanted(const struct xj_request *q)
{
	const char *chosen = xj_cookie(q, "language");

	if (chosen && strcmp(chosen, "zh") == 0)
		return XJ_CHINESE;
	if (chosen && strcmp(chosen, "en") == 0)
		return XJ_ENGLISH;
	return accepted(q->languages ? q->languages : "");
}
