/* test-accession-read.c - the files of an accession's object, read. */
#include <string.h>

#include "library/archive.h"
#include "scratch.h"
#include "tap.h"

#define HEAD \
	"{\"number\":3,\"urn\":\"urn:a\",\"user\":\"li\",\"what\":\"/a\"}"

struct place {
	struct scratch dir;
	struct xj_catalog *catalog;
	struct xj_error err;
};

static void
place_end(struct place *p)
{
	xj_catalog_rollback(p->catalog);
	xj_catalog_close(p->catalog);
	scratch_end(&p->dir);
}

static void
place_begin(struct place *p)
{
	p->dir = scratch_begin();
	assert_int_equal(xj_catalog_open(p->dir.path, XJ_CATALOG_CREATE,
					 &p->catalog, &p->err), XJ_OK);
	assert_int_equal(xj_catalog_begin(p->catalog, &p->err), XJ_OK);
}

#define PLACE(p) \
	xj_auto(place_end) struct place p##_itself = { .err = { 0 } }; \
	struct place *p = &p##_itself; \
	place_begin(p)

static int
put_head(struct place *p, const char *head)
{
	uint64_t number = 0;
	int r = xj_accession_put_head(p->catalog, head, strlen(head), &number,
				      &p->err);

	if (r == XJ_OK)
		assert_int_equal(number, 3);
	return r;
}

static int
put_report(struct place *p, const char *report)
{
	return xj_accession_put_report(p->catalog, 3, report, strlen(report),
				       &p->err);
}

static int
note_path(void *ctx, const struct xj_outcome_row *row)
{
	xj_buf_addf(ctx, "%s %s;", row->path, row->outcome);
	return XJ_OK;
}

static void
what_they_say_is_in_the_catalog(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf seen = XJ_BUF_INIT;
	PLACE(p);

	(void)state;
	assert_int_equal(put_head(p, HEAD), XJ_OK);
	assert_int_equal(put_report(p,
		"{\"path\":[\"a.zip\",\"b.txt\"],\"outcome\":\"ok\"}\n"
		"{\"source\":\"/a\",\"document\":9}\n"), XJ_OK);
	assert_int_equal(xj_catalog_outcomes(p->catalog, 3, note_path, &seen,
					     &p->err), XJ_OK);
	assert_string_equal(xj_buf_str(&seen), "[\"a.zip\",\"b.txt\"] ok;");
}

/* A rebuild tells it and goes on; who shows the report relies on a path. */
static void
what_is_wrong_is_said_to_be_theirs(void **state)
{
	static const char *const reports[] = {
		"[]\n", "{\n", "{}\n", "{\"path\":null}\n", "{\"path\":\"a\"}\n",
		"{\"path\":[]}\n", "{\"path\":[1]}\n", "{\"path\":[\"a\",{}]}\n",
	};
	PLACE(p);

	(void)state;
	assert_int_equal(put_head(p, "[]"), XJ_ECORRUPT);
	assert_int_equal(put_head(p, "{"), XJ_ECORRUPT);
	assert_int_equal(put_head(p, HEAD), XJ_OK);
	for (size_t i = 0; i < XJ_COUNT(reports); i++)
		assert_int_equal(put_report(p, reports[i]), XJ_ECORRUPT);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(what_they_say_is_in_the_catalog),
	cmocka_unit_test(what_is_wrong_is_said_to_be_theirs),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
