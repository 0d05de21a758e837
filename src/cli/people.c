/* people.c - what the commands for units, members and roles share. */
#include <string.h>

#include "cli/cli.h"

const char *opt_on, *opt_at_version;
bool opt_try;

const struct xj_change_options *
xj_change_options(void)
{
	static struct xj_change_options o;
	uint64_t version = 0;

	if (!xj_number("if-version", opt_at_version, &version))
		return NULL;
	o = (struct xj_change_options){ .on = opt_on,
		.if_version = (unsigned)version, .dry_run = opt_try };
	return &o;
}

static int
tell_json(const struct xj_changed *c, const char *what)
{
	xj_json_begin();
	xj_json_text_of(what, c->name);
	xj_json_number("version", c->version);
	xj_json_bool("changed", c->changed);
	xj_json_bool("dry_run", opt_try);
	xj_json_text_of("day", c->day);
	xj_json_number("members", c->members);
	return xj_json_end(EXIT_FINE);
}

int
xj_change_tell(int r, const struct xj_changed *c, const char *what,
	       const char *done, const struct xj_error *err)
{
	if (r < 0)
		return xj_fail(err);
	if (opt_json)
		return tell_json(c, what);
	if (opt_quiet)
		return EXIT_FINE;
	if (!c->changed) {
		printf(_("%s: it is so already; nothing was changed.\n"),
		       c->name);
		return EXIT_FINE;
	}
	if (opt_try)
		fputs(_("Only tried: "), stdout);
	printf(done, c->name);
	fputc('\n', stdout);
	if (c->members)
		printf(ngettext("%llu membership ended with it or went to "
				"the successor.\n",
				"%llu memberships ended with it or went to "
				"the successor.\n",
				(unsigned long)c->members), (ull)c->members);
	return EXIT_FINE;
}

/* ------------------------------------------------------------------- spans */

const char *
xj_span_shown(const char *from, const char *until, char out[64])
{
	out[0] = '\0';
	if (from && until)
		snprintf(out, 64, _("%s to %s"), from, until);
	else if (from)
		snprintf(out, 64, _("from %s"), from);
	else if (until)
		snprintf(out, 64, _("until %s"), until);
	return out;
}

void
xj_json_span(const char *from, const char *until)
{
	xj_json_text_of("from", from);
	xj_json_text_of("until", until);
}

/* ----------------------------------------------------------------- history */

static int
table_row(void *ctx, const struct xj_history_entry *e)
{
	char when[32], version[32];

	snprintf(version, sizeof(version), "v%u", e->version);
	xj_table_add(ctx, (const char *[]){ xj_moment(e->at, when), version,
		     xj_word(e->verb), e->user, e->detail });
	return XJ_OK;
}

static int
json_row(void *ctx, const struct xj_history_entry *e)
{
	(void)ctx;
	xj_json_open(NULL, '{');
	xj_json_number("version", e->version);
	xj_json_time("at", e->at);
	xj_json_text_of("user", e->user);
	xj_json_text_of("verb", e->verb);
	xj_json_text_of("detail", e->detail);
	xj_json_close('}');
	return XJ_OK;
}

int
xj_history_tell(struct xj_archive *archive, const char *ref,
		xj_history_of_fn history)
{
	struct xj_error err = { 0 };
	struct xj_table *t;
	int r;

	if (opt_json) {
		xj_json_begin_list("history");
		r = history(archive, ref, json_row, NULL, &err);
		return xj_json_end_list(r, &err);
	}
	t = xj_table_new(5);
	xj_table_widest(t, 200);
	r = history(archive, ref, table_row, t, &err);
	xj_table_end(t, stdout, 0);
	return r < 0 ? xj_fail(&err) : EXIT_FINE;
}
