/* page-status.c - how the archive is doing, for who looks after it: counts, what
 * waits, what failed and why, and what is in quarantine. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include <xueji/pages.h>

#include "serve/upload.h"

#define FAILED_SHOWN 50
#define QUARANTINED_SHOWN 100

/* ---------------------------------------------------- reading again, behind it */

/* One reads again at a time; who asks meanwhile is told so. */
static struct {
	pthread_mutex_t lock;
	pthread_t thread;
	bool made, working, cancel;
	char login[XJ_LOGIN_MAX];     /* "": the archive's owner */
	uint64_t ids[2];              /* one document; 0: all that failed */
	struct xj_reread_result result;
} again = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void *
read_again(void *ctx)
{
	struct xj_reread_options options = {
		.ids = again.ids[0] ? again.ids : NULL,
		.failed = !again.ids[0],
		.watch = { .cancel = &again.cancel },
	};
	struct xj_reread_result result = { 0 };
	struct xj_error err = { 0 };
	struct xj_archive *a;
	int r = xj_archive_open(xj_serve_options.dir, 0, &a, &err);

	(void)ctx;
	if (r == XJ_OK)
		r = xj_archive_set_reader(a, *again.login ? again.login : NULL,
					  &err);
	if (r == XJ_OK)
		r = xj_reread(a, &options, &result, &err);
	xj_archive_close(a);
	if (r < 0)
		fprintf(stderr, "xueji: serve: reading again: %s\n", err.plain);
	pthread_mutex_lock(&again.lock);
	again.result = result;
	again.working = false;
	pthread_mutex_unlock(&again.lock);
	return NULL;
}

static int
begin_again(const struct xj_request *q, uint64_t id, struct xj_error *err)
{
	bool busy;

	pthread_mutex_lock(&again.lock);
	busy = again.working;
	if (!busy) {
		if (again.made)
			pthread_join(again.thread, NULL);
		again.ids[0] = id;
		strcpy(again.login, q->session.who == XJ_MEMBER ?
		       q->session.login : "");
		again.made = again.working = pthread_create(&again.thread,
			NULL, read_again, NULL) == 0;
	}
	pthread_mutex_unlock(&again.lock);
	return busy ? xj_error_set(err, XJ_EBUSY, "documents are being read "
				   "again just now; look how that ends")
		    : XJ_OK;
}

void
xj_status_end(void)
{
	again.cancel = true;
	if (again.made)
		pthread_join(again.thread, NULL);
	again.made = false;
}

/* ------------------------------------------------------------------- the model */

static int
check_may(struct xj_request *q, struct xj_error *err)
{
	return q->session.who != XJ_GUEST && xj_may_operate(q->archive) ?
	       XJ_OK : xj_error_set(err, XJ_EPERM, "this is for the archive's "
				    "owner and its operators");
}

static void
add_row(json_t *list, const char *shown, json_t *value)
{
	json_array_append_new(list, json_pack("{s:s, s:o}", "shown", shown,
					      "value", value));
}

static json_t *
number(uint64_t n)
{
	return xj_json_format("%llu", (ull)n);
}

static json_t *
counts_of(struct xj_request *q, const struct xj_archive_status *s)
{
	struct xj_upload_counts u;
	struct xj_ocr_result ocr = { 0 };
	json_t *list = json_array();

	xj_uploads_count(&u);
	xj_ocr_status(q->archive, 0, &ocr, NULL, NULL, NULL);
	add_row(list, _("Documents"), number(s->documents));
	add_row(list, _("Inside of others"), number(s->members));
	add_row(list, _("Removed"), number(s->removed));
	add_row(list, _("Waiting to be indexed"), number(s->queued));
	add_row(list, _("Pages waiting to be read (OCR)"),
		number(ocr.waiting));
	add_row(list, _("Pages that could not be read (OCR)"),
		number(ocr.given_up));
	add_row(list, _("Uploads on their way"), number(u.arriving));
	add_row(list, _("Uploads waiting"), number(u.waiting + u.taking));
	add_row(list, _("Uploads not taken in"), number(u.failed));
	return list;
}

static json_t *
disk_of(const struct xj_archive_status *s)
{
	json_t *list = json_array();
	struct statvfs fs;

	add_row(list, _("Originals"), xj_model_size(s->disk_ocfl));
	add_row(list, _("Text"), xj_model_size(s->disk_text));
	add_row(list, _("Catalog"), xj_model_size(s->disk_catalog));
	add_row(list, _("Index"), xj_model_size(s->disk_index));
	if (statvfs(xj_serve_options.dir, &fs) == 0)
		add_row(list, _("Free"), xj_model_size((uint64_t)fs.f_bavail *
						       fs.f_frsize));
	return list;
}

static json_t *
moment_or_never(int64_t t)
{
	return t ? xj_model_moment(t) : json_string(_("not yet"));
}

static json_t *
upkeep_of(struct xj_request *q)
{
	struct xj_upkeep u;
	json_t *list = json_array();

	xj_upkeep_read(q->archive, &u);
	add_row(list, _("Last verified"), moment_or_never(u.verified));
	if (u.verified)
		add_row(list, _("Errors found by it"), number(u.errors));
	add_row(list, _("Last backup"), moment_or_never(u.backed_up));
	if (*u.folder)
		add_row(list, _("Backed up to"), xj_json_of(u.folder));
	return list;
}

static int
add_remote(void *ctx, const struct xj_index_remote *r)
{
	bool fine = strcmp(r->state, "fine") == 0;
	char words[XJ_ERROR_MAX];

	add_row(ctx, r->name, fine ?
		xj_json_format(ngettext("answers: %llu document",
			"answers: %llu documents",
			(unsigned long)r->documents), (ull)r->documents) :
		xj_json_of(xj_in_words(r->why, words, sizeof(words))));
	json_object_set_new(json_array_get(ctx, json_array_size(ctx) - 1),
			    "down", json_boolean(!fine));
	return XJ_OK;
}

static int
add_reason(void *ctx, const char *key, uint64_t count)
{
	char words[512];

	if (key && *key)
		json_array_append_new(ctx, json_pack("{s:o, s:I}", "reason",
			xj_json_of(xj_in_words(key, words, sizeof(words))),
			"count", (json_int_t)count));
	return json_array_size(ctx) >= FAILED_SHOWN ? XJ_END : XJ_OK;
}

static int
add_document(void *ctx, const struct xj_document_info *info)
{
	json_t *o = xj_model_info(info);
	char words[512];

	json_object_set_new(o, "reason", xj_json_of(info->reason ?
		xj_in_words(info->reason, words, sizeof(words)) : ""));
	json_array_append_new(ctx, o);
	return json_array_size(ctx) >= QUARANTINED_SHOWN ? XJ_END : XJ_OK;
}

/* What cannot be put right by reading it again, a password, is not among them. */
static void
list_failed(struct xj_request *q, json_t *list)
{
	static const char *const filters[] = { "is:crashed", "is:limit",
					       "is:corrupt", "is:unsupported" };

	for (size_t i = 0; i < XJ_COUNT(filters); i++)
		xj_list(q->archive, &(struct xj_list_options){
			.filter = filters[i], .sort = "-id",
			.limit = FAILED_SHOWN }, NULL, add_document, list,
			NULL);
}

static void
add_again(json_t *o)
{
	pthread_mutex_lock(&again.lock);
	if (again.working)
		json_object_set_new(o, "again", json_string(
			_("Documents are being read again.")));
	else if (again.result.seen)
		json_object_set_new(o, "again", xj_json_format(
			_("Read again: %llu; now fine: %llu; still failing: "
			  "%llu."), (ull)again.result.seen,
			(ull)(again.result.ok + again.result.partial),
			(ull)(again.result.failed + again.result.refused)));
	pthread_mutex_unlock(&again.lock);
}

int
xj_page_status(struct xj_request *q, struct xj_reply *p)
{
	json_t *reasons, *failed, *quarantined, *remotes;
	struct xj_archive_status s;
	int r = check_may(q, &p->error);

	if (r == XJ_OK)
		r = xj_status(q->archive, &s, &p->error);
	if (r < 0)
		return r;
	reasons = json_array();
	failed = json_array();
	quarantined = json_array();
	remotes = json_array();
	xj_index_remotes(q->archive, false, add_remote, remotes, NULL);
	xj_tally(q->archive, "reason", add_reason, reasons, NULL);
	list_failed(q, failed);
	xj_quarantine_list(q->archive, add_document, quarantined, NULL);
	p->model = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"title", _("Status"), "counts", counts_of(q, &s), "disk",
		disk_of(&s), "upkeep", upkeep_of(q), "remotes", remotes,
		"reasons", reasons, "failures", failed, "quarantined",
		quarantined);
	xj_model_has(p->model, "has_remotes", "remotes");
	xj_model_has(p->model, "has_reasons", "reasons");
	xj_model_has(p->model, "has_failures", "failures");
	xj_model_has(p->model, "has_quarantined", "quarantined");
	json_object_set_new(p->model, "reindex_due",
			    json_boolean(s.reindex_due));
	add_again(p->model);
	p->page = "status";
	return XJ_OK;
}

/* -------------------------------------------------------------------- what is done */

int
xj_do_retry(struct xj_request *q, struct xj_reply *p)
{
	int r = check_may(q, &p->error);

	if (r == XJ_OK)
		r = begin_again(q, strtoull(xj_form(q, "document"), NULL, 10),
				&p->error);
	return r < 0 ? r : xj_reply_done(q, p, "/status", "retried");
}

int
xj_do_clear(struct xj_request *q, struct xj_reply *p)
{
	struct xj_archive *a;
	int r = xj_change_open(q, &a, &p->error);

	if (r < 0)
		return r;
	r = xj_quarantine_clear(a, strtoull(q->parameters[0], NULL, 10),
				xj_form_or_null(q, "reason"), NULL, &p->error);
	xj_archive_close(a);
	return r < 0 ? r : xj_reply_done(q, p, "/status", "restored");
}
