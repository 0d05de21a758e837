/* cmd-verify.c - are the stored bytes what was stored? */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const char *opt_repair_from;

static const struct xj_option options[] = {
	{ 0, "repair-from", .value = &opt_repair_from, .arg = "FOLDER",
	  .help = N_("mend what is damaged from this folder of backups") },
	OPTION_JSON,
	{ 0 }
};

/* The objects with errors: their URNs, each once. */
struct damaged {
	char **urns; /* ends with NULL once there is one */
	size_t count;
};

static int
note_damage(struct damaged *d, const struct xj_problem *p)
{
	char **more;

	if (strcmp(p->severity, "error") != 0 || !p->object || !*p->object)
		return XJ_OK;
	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->urns[i], p->object) == 0)
			return XJ_OK;
	more = realloc(d->urns, (d->count + 2) * sizeof(*more));
	if (!more)
		return XJ_ENOMEM;
	d->urns = more;
	more[d->count] = strdup(p->object);
	more[d->count + 1] = NULL;
	return more[d->count] ? (d->count++, XJ_OK) : XJ_ENOMEM;
}

static void
forget_damage(struct damaged *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->urns[i]);
	free(d->urns);
}

/* `ctx` is a struct damaged, or NULL. */
static int
tell(void *ctx, const struct xj_problem *p)
{
	if (opt_json)
		xj_json_problem(NULL, p);
	else
		xj_problem_print(NULL, p);
	return ctx ? note_damage(ctx, p) : XJ_OK;
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

/* What was found is mended; the code that it comes to. */
static int
repair(struct xj_archive *archive, const struct damaged *d,
       struct xj_repair_result *rr)
{
	struct xj_archive *writable;
	struct xj_error err = { 0 };
	int r = xj_archive_open(xj_archive_dir(archive), 0, &writable, &err);

	if (r == XJ_OK) {
		r = xj_repair(writable, opt_repair_from,
			      (const char *const *)d->urns, tell, NULL, rr,
			      &err);
		xj_archive_close(writable);
	}
	if (r < 0)
		return xj_fail(&err);
	if (!opt_quiet && !opt_json)
		printf(ngettext("%llu file was mended from the backup.\n",
				"%llu files were mended from the backup.\n",
				(unsigned long)rr->mended), (ull)rr->mended);
	if (rr->lost)
		return xj_fail_with(EXIT_NEGATIVE, ngettext(
			"%llu file is damaged in the backup too, or is not in "
			"it", "%llu files are damaged in the backup too, or "
			"are not in it", (unsigned long)rr->lost),
			(ull)rr->lost);
	return EXIT_FINE;
}

static void
json_repaired(const struct xj_repair_result *rr)
{
	xj_json_open("repaired", '{');
	xj_json_number("objects", rr->objects);
	xj_json_number("mended", rr->mended);
	xj_json_number("lost", rr->lost);
	xj_json_close('}');
}

static int
check(struct xj_archive *archive, const uint64_t *ids, struct damaged *d)
{
	struct xj_repair_result rr = { 0 };
	struct xj_check_result c = { 0 };
	struct xj_error err = { 0 };
	int r, code;

	if (opt_json)
		xj_json_begin_list("problems");
	r = xj_verify(archive, ids, tell, d, xj_watch_begin(), &c, &err);
	xj_watch_end();
	if (r >= 0 && !opt_json)
		put_result(&c);
	code = r < 0 ? xj_fail(&err) : c.errors ? EXIT_NEGATIVE : EXIT_FINE;
	if (r >= 0 && d->count && opt_repair_from)
		code = repair(archive, d, &rr);
	if (!opt_json)
		return code;
	xj_json_close(']');
	xj_json_checked(&c);
	if (opt_repair_from)
		json_repaired(&rr);
	return xj_json_end(code);
}

static int
verify(struct xj_archive *archive, int argc, char **argv)
{
	uint64_t *ids = calloc((size_t)argc + 1, sizeof(*ids));
	struct damaged d = { 0 };
	int code = ids ? EXIT_FINE : EXIT_STORE;

	for (int i = 0; i < argc && code == EXIT_FINE; i++)
		code = xj_id_of(archive, argv[i], &ids[i]);
	if (code == EXIT_FINE)
		code = check(archive, argc ? ids : NULL, &d);
	forget_damage(&d);
	free(ids);
	return code;
}

const struct xj_command cmd_verify = {
	.name = "verify", .args = "[ID...]", .needs = NEEDS_READ,
	.summary = N_("check that the stored bytes are what was stored"),
	.options = options, .least = 0, .most = -1, .run = verify,
};
