/* test-util.c - what every module stands on. */
#include "util/util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "failing.h"
#include "scratch.h"
#include "tap.h"

static void
an_appended_buffer_ends_with_nul(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	xj_buf_adds(&b, "a");
	xj_buf_addf(&b, "%d", 42);
	assert_int_equal(b.len, 3);
	assert_string_equal(b.data, "a42");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(an_appended_buffer_ends_with_nul),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
