/* cmd-remove.c - remove, undelete and purge: how documents go and come back. */
#include <unistd.h>

#include "cli/cli.h"

static const char *opt_reason;
static bool opt_yes;

#define OPTION_REASON { 'm', "reason", .value = &opt_reason, .arg = "TEXT", \
			.help = N_("why; kept in the history") }

static const struct xj_option options[] = {
	OPTION_REASON,
	{ 0 }
};

static int
remove_one(struct xj_archive *archive, uint64_t id, struct xj_error *err)
{
	return xj_remove(archive, id, opt_reason, err);
}

static int
remove_all(struct xj_archive *archive, int argc, char **argv)
{
	return xj_each_document(archive, argc, argv, xj_id_of, remove_one,
				_("Document %llu is removed; `xueji undelete` "
				  "takes it back.\n"));
}

const struct xj_command cmd_remove = {
	.name = "remove", .args = "ID...", .needs = NEEDS_WRITE,
	.summary = N_("take documents out of lists and searches; can be "
		      "undone"),
	.options = options, .least = 1, .most = -1, .run = remove_all,
};

static int
undelete_all(struct xj_archive *archive, int argc, char **argv)
{
	return xj_each_document(archive, argc, argv, xj_id_of, xj_undelete,
				_("Document %llu is back.\n"));
}

const struct xj_command cmd_undelete = {
	.name = "undelete", .args = "ID...", .needs = NEEDS_WRITE,
	.summary = N_("take removed documents back"),
	.least = 1, .most = -1, .run = undelete_all,
};

/* ------------------------------------------------------------------- purge */

static const struct xj_option purge_options[] = {
	OPTION_REASON,
	{ 'y', "yes", .flag = &opt_yes, .help = N_("do not ask") },
	{ 0 }
};

static int
note_copy(void *ctx, const struct xj_document_info *i)
{
	struct xj_buf *b = ctx;

	xj_buf_addf(b, _("The same bytes stay in document %llu: "),
		    (ull)i->id);
	xj_path_shown(b, i->path);
	xj_buf_addc(b, '\n');
	return xj_buf_check(b, NULL);
}

/* Documents that keep the bytes: members of containers, other owners'. */
static int
note_copies(struct xj_archive *archive, uint64_t id, struct xj_buf *copies,
	    struct xj_error *err)
{
	static const char *const filters[] = { "same:%llu",
					       "same:%llu is:removed" };
	char filter[64];
	int r = XJ_OK;

	for (size_t i = 0; i < XJ_COUNT(filters) && r == XJ_OK; i++) {
		snprintf(filter, sizeof(filter), filters[i], (ull)id);
		r = xj_list(archive, &(struct xj_list_options){
			.filter = filter }, NULL, note_copy, copies, err);
	}
	return r;
}

static int
purge_one(struct xj_archive *archive, uint64_t id, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf copies = XJ_BUF_INIT;
	int r = note_copies(archive, id, &copies, err);

	if (r == XJ_OK)
		r = xj_purge(archive, id, opt_reason, err);
	if (r == XJ_OK && copies.len) {
		copies.data[copies.len - 1] = '\0';
		xj_say("%s", copies.data);
	}
	return r;
}

static bool
confirmed(struct xj_archive *archive, const char *ref)
{
	struct xj_document *d;
	bool yes;

	if (xj_document_open(archive, ref, &d, NULL) < 0 &&
	    xj_quarantine_open(archive, ref, &d, NULL) < 0)
		return true; /* its error is told when its turn comes */
	fputs(_("This erases the file, its text and its metadata for good:\n"),
	      stderr);
	fprintf(stderr, "  %llu  ", (ull)xj_document_info(d)->id);
	xj_put(stderr, xj_document_info(d)->title);
	fputc('\n', stderr);
	xj_document_free(d);
	yes = xj_confirm(_("Purge it?"));
	return yes;
}

static int
purge_all(struct xj_archive *archive, int argc, char **argv)
{
	if (!opt_yes && (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)))
		return xj_usage(_("purging cannot be undone; say --yes when "
				  "nobody is there to be asked"));
	for (int i = 0; i < argc && !opt_yes; i++)
		if (!confirmed(archive, argv[i]))
			return xj_fail_with(EXIT_NEGATIVE,
					    _("nothing was purged"));
	return xj_each_document(archive, argc, argv, xj_id_of_any, purge_one,
				_("Document %llu is purged: its bytes, text, "
				  "metadata, words and names are erased.\n"));
}

const struct xj_command cmd_purge = {
	.name = "purge", .args = "ID...", .needs = NEEDS_WRITE,
	.summary = N_("erase bytes, text and metadata for good"),
	.options = purge_options, .least = 1, .most = -1, .run = purge_all,
};
