/*
 * tap.h - runs cmocka tests with a TAP stream that says why a test is skipped.
 *
 * cmocka 1.1.5 prints a skipped test as "not ok", which reads as a failure.
 * Include this after our own headers: cmocka.h defines macros with plain
 * names. A test program is
 *
 *	static void two_and_two_make_four(void **state) { ... }
 *	static const struct CMUnitTest tests[] = {
 *		cmocka_unit_test(two_and_two_make_four),
 *	};
 *	int main(void) { return tap_run(tests, XJ_COUNT(tests), NULL, NULL); }
 *
 * and a test that cannot run here ends itself with tap_skip("why").
 */
#ifndef XJ_TEST_TAP_H
#define XJ_TEST_TAP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static const char *tap_reason;

/* Ends the test in hand, which is neither good nor bad. */
#define tap_skip(why) do { tap_reason = (why); skip(); } while (0)

/*
 * One test, as a group of its own so that its result is known. What it prints
 * goes to stderr, hence to the log: stdout belongs to TAP.
 */
static inline int
tap_run_one(const struct CMUnitTest *test)
{
	int tap, failed;

	fflush(stdout);
	tap = dup(STDOUT_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	tap_reason = NULL;
	failed = _cmocka_run_group_tests(test->name, test, 1, NULL, NULL);
	fflush(stdout);
	dup2(tap, STDOUT_FILENO);
	close(tap);
	return failed;
}

/*
 * All tests in order; `setup` and `teardown`, which may be NULL, around the
 * whole. Returns what main() returns.
 */
static inline int
tap_run(const struct CMUnitTest *tests, size_t count,
	CMFixtureFunction setup, CMFixtureFunction teardown)
{
	void *state = NULL;
	int bad = 0;

	printf("1..%zu\n", count);
	if (setup && setup(&state) != 0) {
		printf("Bail out! the setup of the tests failed\n");
		return 1;
	}
	for (size_t i = 0; i < count; i++) {
		struct CMUnitTest test = tests[i];
		int failed;

		if (!test.initial_state)
			test.initial_state = state;
		failed = tap_run_one(&test);
		printf("%s %zu - %s", failed ? "not ok" : "ok", i + 1,
		       test.name);
		if (!failed && tap_reason)
			printf(" # SKIP %s", tap_reason);
		putchar('\n');
		fflush(stdout);
		bad += failed != 0;
	}
	if (teardown && teardown(&state) != 0) {
		printf("Bail out! the teardown of the tests failed\n");
		return 1;
	}
	return bad != 0;
}

#endif
