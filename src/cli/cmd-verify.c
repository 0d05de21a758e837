/* cmd-verify.c - are the stored bytes what was stored? */
#include <stdlib.h>

#include "cli/cli.h"

static const struct xj_option options[] = {
	OPTION_JSON,
	{ 0 }
};

static int
json_problem(void *ctx, const struct xj_problem *p)
{
	(void)ctx;
	xj_json_problem(p);
	return XJ_OK;
}

static void
json_result(const struct xj_check_result *c)
{
	xj_json_number("objects", c->objects);
	xj_json_number("files", c->files);
	xj_json_number("bytes", c->bytes);
	xj_json_number("errors", c->errors);
	xj_json_number("warnings", c->warnings);
}

static void
put_result(const struct xj_check_result *c)
{
	char size[32];

	if (opt_quiet)
		return;
	printf(_("%llu objects, %llu files, %s checked: "), (ull)c->objects,
	       (ull)c->files, xj_size(c->bytes, size));
	if (c->errors)
		printf(ngettext("%s%llu error%s", "%s%llu errors%s",
				(unsigned long)c->errors),
		       xj_style(STYLE_BAD), (ull)c->errors, xj_plain());
	else
		printf(_("%ssound%s"), xj_style(STYLE_GOOD), xj_plain());
	if (c->warnings)
		printf(ngettext(", %llu warning", ", %llu warnings",
				(unsigned long)c->warnings),
		       (ull)c->warnings);
	fputc('\n', stdout);
}

static int
check(struct xj_archive *archive, const uint64_t *ids)
{
	struct xj_check_result c = { 0 };
	struct xj_error err = { 0 };
	int r, code;

	if (opt_json) {
		xj_json_begin();
		xj_json_open("problems", '[');
	}
	r = xj_verify(archive, ids, opt_json ? json_problem : xj_problem_print,
		      NULL, xj_watch_begin(), &c, &err);
	xj_watch_end();
	code = r < 0 ? xj_fail(&err) : c.errors ? EXIT_NEGATIVE : EXIT_FINE;
	if (opt_json) {
		xj_json_close(']');
		json_result(&c);
		return xj_json_end(code);
	}
	if (r >= 0)
		put_result(&c);
	return code;
}

static int
verify(struct xj_archive *archive, int argc, char **argv)
{
	uint64_t *ids = calloc((size_t)argc + 1, sizeof(*ids));
	int code = ids ? EXIT_FINE : EXIT_STORE;

	for (int i = 0; i < argc && code == EXIT_FINE; i++)
		code = xj_id_of(archive, argv[i], &ids[i]);
	if (code == EXIT_FINE)
		code = check(archive, argc ? ids : NULL);
	free(ids);
	return code;
}

const struct xj_command cmd_verify = {
	.name = "verify", .args = "[ID...]", .needs = NEEDS_READ,
	.summary = N_("check that the stored bytes are what was stored"),
	.options = options, .least = 0, .most = -1, .run = verify,
};
