/* problem.c - what verify, rebuild and ocfl validate found. */
#include <string.h>

#include "cli/cli.h"

/* "error E092 document 12 (卫生法规) urn:...: v1/content/a.txt: message" */
int
xj_problem_print(void *ctx, const struct xj_problem *p)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	char words[XJ_ERROR_MAX];
	bool bad = strcmp(p->severity, "error") == 0;

	(void)ctx;
	xj_watch_end();
	xj_buf_adds(&b, xj_word(p->severity));
	if (p->code && *p->code)
		xj_buf_addf(&b, " %s", p->code);
	if (p->document)
		xj_buf_addf(&b, _(" document %llu"), (ull)p->document);
	if (p->title && *p->title)
		xj_buf_addf(&b, " (%s)", p->title);
	if (p->object && *p->object)
		xj_buf_addf(&b, " %s", p->object);
	if (p->path && *p->path)
		xj_buf_addf(&b, "%s%s", _(": "), p->path);
	xj_buf_addf(&b, "%s%s", _(": "),
		    xj_in_words(p->message, words, sizeof(words)));
	fputs(xj_style(bad ? STYLE_BAD : STYLE_NONE), stdout);
	xj_put(stdout, xj_buf_str(&b));
	printf("%s\n", bad ? xj_plain() : "");
	return XJ_OK;
}
