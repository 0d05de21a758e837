/* test-import.c - documents through workers. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "import/import.h"

#include "scratch.h"
#include "tap.h"

/* What a sink of these tests keeps. */
struct heard {
	struct xj_buf text;
	unsigned blocks, metas, children, warnings;
	int answer; /* what the sink's functions return */
};

static int
hear_text(void *ctx, const struct xj_block *b)
{
	struct heard *h = ctx;

	xj_buf_add(&h->text, b->text, b->len);
	h->blocks++;
	return h->answer;
}

static int
hear_meta(void *ctx, const struct xj_meta *m)
{
	struct heard *h = ctx;

	(void)m;
	h->metas++;
	return h->answer;
}

static const struct xj_sink hearing = { .text = hear_text, .meta = hear_meta };

static struct xj_importers *
open_importers(const struct xj_import_limits *limits)
{
	const char *dirs[] = { getenv("XUEJI_PLUGINS"), NULL };
	struct xj_importers_options o = { .dirs = dirs };
	struct xj_importers *im;
	struct xj_error err;

	if (limits != NULL)
		o.limits = *limits;
	if (xj_importers_open(&o, &im, &err) < 0)
		fail_msg("%s", err.message);
	return im;
}

/* A document in memory. */
static struct xj_import_source
make_source(const char *name, const void *bytes, size_t len)
{
	int fd = memfd_create("document", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	return (struct xj_import_source){ .fd = fd, .size = len, .name = name };
}

static void
text_arrives_with_its_encoding(void **state)
{
	const char *words = "\xD1\xA7\xBC\xC7\xB5\xC4\xB5\xB5\xB0\xB8";
	struct xj_importers *im = open_importers(NULL);
	struct xj_import_source s = make_source("a.txt", words, strlen(words));
	struct heard h = { 0 };
	struct xj_import_result r;

	(void)state;
	assert_int_equal(xj_import_run(im, &s, &hearing, &h, &r, NULL), XJ_OK);
	assert_int_equal(r.outcome, XJ_OUT_OK);
	assert_string_equal(r.importer, "text");
	assert_string_equal(xj_buf_str(&h.text), "学记的档案");
	assert_int_equal(h.metas, 1);
	xj_buf_release(&h.text);
	close(s.fd);
	xj_importers_close(im);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(text_arrives_with_its_encoding),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
