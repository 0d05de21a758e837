/* cmd-index.c - the index beyond one machine: publish it, search others'. */
#include <string.h>

#include "cli/cli.h"

static const char *opt_query;

static const struct xj_option json_option[] = {
	OPTION_JSON,
	{ 0 }
};

/* ----------------------------------------------------------------- publish */

static const struct xj_option publish_options[] = {
	{ 0, "query", .value = &opt_query, .arg = "QUERY",
	  .help = N_("only what this finds: kind:lecture-note") },
	OPTION_JSON,
	{ 0 }
};

static int
say_published(const char *file, const struct xj_published *p)
{
	char size[32];

	if (opt_json) {
		xj_json_begin();
		xj_json_text_of("file", file);
		xj_json_number("documents", p->documents);
		xj_json_number("bytes", p->bytes);
		xj_json_number("withheld", p->withheld);
		return xj_json_end(EXIT_FINE);
	}
	xj_say(ngettext("%llu document published in %s, %s.",
			"%llu documents published in %s, %s.",
			(unsigned long)p->documents),
	       (ull)p->documents, file, xj_size(p->bytes, size));
	if (p->withheld)
		xj_say(ngettext("%llu was kept back: its scope is not public.",
				"%llu were kept back: their scope is not "
				"public.", (unsigned long)p->withheld),
		       (ull)p->withheld);
	xj_say(_("Whoever gets this file can read their text. Serve it where "
		 "only trusted machines reach it: "
		 "xapian-tcpsrv --interface 127.0.0.1 --port 7070 %s"), file);
	return EXIT_FINE;
}

static int
publish(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_publish_options o = { .query = opt_query,
					.watch = xj_watch_begin() };
	struct xj_published p;
	struct xj_error err = { 0 };
	int r = xj_index_publish(archive, argv[0], &o, &p, &err);

	(void)argc;
	xj_watch_end();
	return r < 0 ? xj_fail(&err) : say_published(argv[0], &p);
}

const struct xj_command cmd_index_publish = {
	.name = "index publish", .args = "FILE", .needs = NEEDS_WRITE,
	.summary = N_("write what other machines may find into one file"),
	.options = publish_options, .least = 1, .most = 1, .run = publish,
};

/* ----------------------------------------------------------- list and check */

static uint64_t remotes, unfit;

static void
count_remote(const struct xj_index_remote *m)
{
	remotes++;
	unfit += strcmp(m->state, "fine") != 0;
}

/* HOST:PORT, in brackets when the host has colons of its own. */
static const char *
address_of(const struct xj_index_remote *m, char out[300])
{
	snprintf(out, 300, strchr(m->host, ':') ? "[%s]:%u" : "%s:%u", m->host,
		 m->port);
	return out;
}

/* "2026-11-23T04:05:06Z" in local time. */
static const char *
published_at(const struct xj_index_remote *m, char out[32])
{
	int64_t t;

	return xj_time_parse(m->published, &t) == XJ_OK ? xj_moment(t, out) :
	       "";
}

static int
remote_row(void *ctx, const struct xj_index_remote *m)
{
	char address[300], when[32], documents[32] = "";
	bool fine = strcmp(m->state, "fine") == 0;

	count_remote(m);
	if (fine)
		snprintf(documents, sizeof(documents), "%llu",
			 (ull)m->documents);
	xj_table_add(ctx, (const char *[]){ m->name, address_of(m, address),
		     documents, published_at(m, when),
		     fine ? _("fine") : m->why });
	return XJ_OK;
}

static void
json_remote(const struct xj_index_remote *m)
{
	bool fine = strcmp(m->state, "fine") == 0;

	xj_json_text_of("name", m->name);
	xj_json_text_of("host", m->host);
	xj_json_number("port", m->port);
	xj_json_text_of("archive", *m->archive ? m->archive : NULL);
	xj_json_text_of("state", m->state);
	xj_json_text_of("why", fine ? NULL : m->why);
	xj_json_text_of("published", *m->published ? m->published : NULL);
	xj_json_text_of("query", *m->query ? m->query : NULL);
	if (fine)
		xj_json_number("documents", m->documents);
	else
		xj_json_text_of("documents", NULL);
}

static int
remote_json(void *ctx, const struct xj_index_remote *m)
{
	(void)ctx;
	count_remote(m);
	xj_json_open(NULL, '{');
	json_remote(m);
	xj_json_close('}');
	return XJ_OK;
}

static int
list_json(struct xj_archive *archive, bool again)
{
	struct xj_error err = { 0 };
	int r;

	xj_json_begin_list("remotes");
	r = xj_index_remotes(archive, again, remote_json, NULL, &err);
	xj_json_close(']');
	return xj_json_end(r < 0 ? xj_fail(&err) :
			   again && unfit ? EXIT_PART : EXIT_FINE);
}

static int
list_remotes(struct xj_archive *archive, bool again)
{
	struct xj_table *t;
	struct xj_error err = { 0 };
	int r;

	if (opt_json)
		return list_json(archive, again);
	t = xj_table_new(5);
	xj_table_right(t, 2);
	xj_table_heading(t, (const char *[]){ _("remote"), _("address"),
			 _("documents"), _("published"), _("state") });
	r = xj_index_remotes(archive, again, remote_row, t, &err);
	if (r == XJ_OK && remotes) {
		xj_table_end(t, stdout, 0);
		t = NULL;
	}
	xj_table_free(t);
	if (r < 0)
		return xj_fail(&err);
	if (!remotes)
		xj_say(_("This archive is searched alone; `xueji index "
			 "add-remote NAME HOST:PORT` adds another."));
	return again && unfit ? EXIT_PART : EXIT_FINE;
}

static int
list(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc, (void)argv;
	return list_remotes(archive, false);
}

const struct xj_command cmd_index_list = {
	.name = "index list", .args = "", .needs = NEEDS_READ,
	.summary = N_("list the other archives that are searched with this "
		      "one"),
	.options = json_option, .run = list,
};

static int
check(struct xj_archive *archive, int argc, char **argv)
{
	(void)argc, (void)argv;
	return list_remotes(archive, true);
}

const struct xj_command cmd_index_check = {
	.name = "index check", .args = "", .needs = NEEDS_READ,
	.summary = N_("ask all of them at once how they are; 5 when one does "
		      "not answer"),
	.options = json_option, .run = check,
};

/* ---------------------------------------------------------- add and remove */

static int
say_added(void *ctx, const struct xj_index_remote *m)
{
	char when[32];

	(void)ctx;
	if (opt_json) {
		xj_json_begin();
		json_remote(m);
		xj_json_end(EXIT_FINE);
		return XJ_OK;
	}
	xj_say(ngettext("%s is searched with this archive from now on: %llu "
			"document, published %s.",
			"%s is searched with this archive from now on: %llu "
			"documents, published %s.",
			(unsigned long)m->documents),
	       m->name, (ull)m->documents, published_at(m, when));
	return XJ_OK;
}

static int
add(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };

	(void)argc;
	if (xj_index_add_remote(archive, argv[0], argv[1], say_added, NULL,
				&err) < 0)
		return xj_fail(&err);
	return EXIT_FINE;
}

const struct xj_command cmd_index_add_remote = {
	.name = "index add-remote", .args = "NAME HOST:PORT",
	.needs = NEEDS_WRITE,
	.summary = N_("search what another archive has published, too"),
	.options = json_option, .least = 2, .most = 2, .run = add,
};

static int
say_removed(void *ctx, const struct xj_index_remote *m)
{
	char address[300];

	(void)ctx;
	xj_say(_("%s is not searched any more. To take it back: xueji index "
		 "add-remote %s %s"), m->name, m->name,
	       address_of(m, address));
	return XJ_OK;
}

static int
take_out(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };

	(void)argc;
	if (xj_index_remove(archive, argv[0], say_removed, NULL, &err) < 0)
		return xj_fail(&err);
	return EXIT_FINE;
}

const struct xj_command cmd_index_remove = {
	.name = "index remove", .args = "NAME", .needs = NEEDS_WRITE,
	.summary = N_("search another archive no more"),
	.least = 1, .most = 1, .run = take_out,
};
