/*
 * sample.h - documents made on the spot, through the real worker; and the same
 * document damaged in many ways.
 *
 * Include after host.h and before nothing of ours: it brings cmocka.h.
 */
#ifndef XJ_TEST_SAMPLE_H
#define XJ_TEST_SAMPLE_H

#include <string.h>

#include "host.h"
#include "../unit/scratch.h"
#include "../unit/tap.h"

/* Import bytes under a file name. */
static inline void
sample_import_as(const struct host_options *options, const char *name,
		 const void *bytes, size_t len, struct host_result *got)
{
	xj_auto(scratch_end) struct scratch dir = scratch_begin();
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	struct xj_error err = { 0 };

	xj_path_join(&path, dir.path, name);
	assert_int_equal(xj_file_write(dir.fd, name, bytes, len, NULL), XJ_OK);
	if (host_import(options, xj_buf_str(&path), got, &err) < 0)
		fail_msg("%s: %s", name, err.message);
}

static inline void
sample_import(const char *name, const char *text, struct host_result *got)
{
	sample_import_as(NULL, name, text, strlen(text), got);
}

/* That the dump has this line, whole. */
static inline void
assert_line(const struct host_result *got, const char *line)
{
	const char *dump = xj_buf_str(&got->dump), *p = dump;
	size_t n = strlen(line);

	for (; (p = strstr(p, line)) != NULL; p++)
		if ((p == dump || p[-1] == '\n') && p[n] == '\n')
			return;
	fprintf(stderr, "no line: %s\nin:\n%s", line, dump);
	fail();
}

/* That this stands nowhere, or somewhere, in the dump. */
static inline void
assert_no(const struct host_result *got, const char *text)
{
	if (!strstr(xj_buf_str(&got->dump), text))
		return;
	fprintf(stderr, "there is: %s\nin:\n%s", text,
		xj_buf_str(&got->dump));
	fail();
}

static inline void
assert_has(const struct host_result *got, const char *text)
{
	if (strstr(xj_buf_str(&got->dump), text))
		return;
	fprintf(stderr, "there is no: %s\nin:\n%s", text,
		xj_buf_str(&got->dump));
	fail();
}

static inline void
assert_outcome(const struct host_result *got, enum xj_import_outcome outcome)
{
	if (got->result.outcome == outcome)
		return;
	fprintf(stderr, "%s, not %s:\n%s",
		xj_import_outcome_name(got->result.outcome),
		xj_import_outcome_name(outcome), xj_buf_str(&got->dump));
	fail();
}

static inline void
assert_survives(const char *name, const char *what, size_t at,
		const void *bytes, size_t len)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;

	sample_import_as(NULL, name, bytes, len, &got);
	if (got.result.outcome == XJ_OUT_CRASHED)
		fail_msg("%s %s at %zu: crashed: %s", name, what, at,
			 got.result.reason);
}

/*
 * The document cut after each twentieth of its length, and with one bit turned
 * at `flips` places spread over it: whatever comes of it, it is an outcome.
 */
static inline void
assert_survives_damage(const char *name, const void *bytes, size_t len,
		       size_t flips)
{
	char *copy = test_malloc(len + 1);

	for (size_t i = 0; i < 20; i++)
		assert_survives(name, "cut", len * i / 20, bytes,
				len * i / 20);
	for (size_t i = 0; i < flips; i++) {
		size_t at = len * i / flips + i % 7;

		if (at >= len)
			break;
		memcpy(copy, bytes, len);
		copy[at] ^= (char)(1 << (i % 8));
		assert_survives(name, "bit turned", at, copy, len);
	}
	test_free(copy);
}

#endif
