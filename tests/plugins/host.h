/*
 * host.h - for tests of importers: one file through the real worker, and what
 * came of it as text to compare.
 *
 *	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;
 *
 *	assert_int_equal(host_import(NULL, "sample.txt", &got, &err), XJ_OK);
 *	assert_string_equal(xj_buf_str(&got.text), "...\n");
 *
 * Link with tests/plugins/host.c, libxj-import.la and libxj-util.la.
 */
#ifndef XJ_TEST_HOST_H
#define XJ_TEST_HOST_H

#include "import/import.h"

struct host_result {
	struct xj_import_result result;
	struct xj_buf dump; /* a line for everything that came, in order */
	struct xj_buf text; /* the text alone, a line break after each block */
	unsigned blocks, children;
};

#define HOST_RESULT_INIT { .dump = XJ_BUF_INIT, .text = XJ_BUF_INIT }

struct host_options {
	const char *plugins;   /* folder; NULL: $XUEJI_PLUGINS */
	const char *importer;  /* only this one, or NULL */
	const char *password;  /* or NULL */
	const char *mime;      /* declared, or NULL */
	const char *encoding;  /* default, or NULL */
	unsigned depth;        /* import children too, that deep */
	struct xj_import_limits limits;
};

/* Import the file at `path`. Zeroed options, or NULL, are the defaults. */
int host_import(const struct host_options *options, const char *path,
		struct host_result *out, struct xj_error *err);
void host_release(struct host_result *result);

#endif
