/*
 * fuzz-lines.c - any bytes as the JSON Lines of a program: each asks for a
 * service with what that may look at, or is refused with a reason.
 */
#include <string.h>

#include "import/program.h"

#include "fuzz.h"

static unsigned calls; /* of services, for the line in hand */

static int
count(void)
{
	calls++;
	return 0;
}

static void
must_be_utf8(const char *s)
{
	MUST(!s || xj_utf8_valid(s, strlen(s)));
}

static int
take_text(struct xj_import *in, const struct xj_block *b)
{
	(void)in;
	MUST(b->text && b->len <= XJ_TEXT_MAX && b->more <= 1);
	MUST(b->role <= XJ_OCR && b->where <= XJ_PART);
	MUST(xj_utf8_valid(b->text, b->len));
	MUST(!(b->has & XJ_HAS_FRAGMENT) == !b->fragment);
	must_be_utf8(b->label);
	must_be_utf8(b->fragment);
	return count();
}

static int
take_meta(struct xj_import *in, const struct xj_meta *m)
{
	(void)in;
	MUST(m->element && m->value && xj_utf8_valid(m->value, m->len));
	must_be_utf8(m->element);
	must_be_utf8(m->lang);
	must_be_utf8(m->source);
	return count();
}

static int
take_outline(struct xj_import *in, const struct xj_outline *o)
{
	(void)in;
	MUST(o->title && o->where <= XJ_PART);
	must_be_utf8(o->title);
	return count();
}

static int
take_page(struct xj_import *in, const struct xj_page *p)
{
	(void)in;
	must_be_utf8(p->label);
	return count();
}

static int
take_child(struct xj_import *in, const struct xj_child *c)
{
	(void)in;
	MUST(c->name && c->role <= XJ_CHILD_IMAGE);
	must_be_utf8(c->name);
	must_be_utf8(c->mime);
	return count();
}

static int
take_data(struct xj_import *in, const void *data, size_t len)
{
	volatile char last = len ? ((const char *)data)[len - 1] : 0;

	(void)in;
	(void)last;
	MUST(len <= XJ_PROGRAM_LINE_MAX);
	return count();
}

static int
take_word(struct xj_import *in, const char *word)
{
	(void)in;
	must_be_utf8(word);
	return count();
}

static int
take_warning(struct xj_import *in, const char *message)
{
	MUST(message);
	return take_word(in, message);
}

static int
take_failure(struct xj_import *in, int status, const char *message)
{
	MUST(status < XJ_IMPORT_STOP && status >= XJ_IMPORT_ERROR && message);
	take_word(in, message);
	return status;
}

static void
take_line(const char *line, size_t len)
{
	static const struct xj_host host = {
		.abi = XJ_IMPORTER_ABI, .text = take_text, .meta = take_meta,
		.outline = take_outline, .page = take_page,
		.child_begin = take_child, .child_data = take_data,
		.child_end = take_word, .warn = take_warning,
		.fail = take_failure,
	};
	struct xj_import in = { .host = &host };
	struct xj_error why = { .message = "" };
	int outcome = XJ_IMPORT_OK, r;

	calls = 0;
	r = xj_program_line(&in, line, len, &outcome, &why);
	MUST(r == 0 || r == XJ_PROGRAM_BAD || r == XJ_PROGRAM_END);
	MUST(r != 0 || calls > 0);
	MUST(r != XJ_PROGRAM_BAD || why.message[0]);
	MUST(outcome <= XJ_IMPORT_OK && outcome >= XJ_IMPORT_ERROR);
	MUST(outcome == XJ_IMPORT_OK || r == XJ_PROGRAM_END);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *p = data, *end = data + size, *eol;

	for (; p < end; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		eol = eol ? eol : end;
		if ((size_t)(eol - p) <= XJ_PROGRAM_LINE_MAX)
			take_line((const char *)p, (size_t)(eol - p));
	}
	return 0;
}
