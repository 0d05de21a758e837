/*
 * ocr.c - pages that are pictures, read one by one behind everything else.
 *
 * A page has a worker of its own, so that one which never ends, or takes its
 * reader down, is given up alone. What was read of it is kept at once, by the
 * bytes of its document: it is dear (seconds a page), and whatever makes text
 * again later - a crash, a rebuild, the same file elsewhere - finds it there.
 * With the text of the document it is put once the document is done, or every
 * so many pages, since that makes the document to be indexed anew.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "library/ocr.h"

#define MERGE_PAGES 32
#define LOCK_FILE "staging/ocr.lock"

/* The run. All of the archive is used with the lock held. */
struct reading {
	struct xj_archive *archive;
	struct xj_importers *readers;
	const struct xj_ocr_options *options;
	struct xj_ocr_result *result;
	pthread_mutex_t lock;
	const uint64_t *id;      /* the document to look in; NULL: all */
	struct xj_ocr_row last;  /* the page that was given out last */
	uint64_t done, total;
	int failed;
	struct xj_error error;
};

struct lane {
	struct reading *g;
	pthread_t thread;
	struct xj_ocr_row page;  /* in hand */
	struct xj_arena *arena;  /* of the document in hand */
	struct xj_doc doc;       /* id 0: none */
	int fd;                  /* its bytes */
	unsigned pages;          /* of it that are not merged */
	struct xj_buf text;      /* of the page: a paragraph a line */
};

/* ------------------------------------------------------------- one reader */

/* So that two processes do not read the same pages. */
static int
take_lock(struct xj_archive *a, int *fd, struct xj_error *err)
{
	*fd = openat(a->fd, LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return xj_error_errno(err, "%s/" LOCK_FILE, a->dir);
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return XJ_OK;
	xj_closep(fd);
	return xj_error_set(err, XJ_EBUSY, "%s: another process is reading "
			    "pages", a->dir);
}

/* --------------------------------------------------------------- the pages */

static bool
stopped(const struct reading *g)
{
	return g->failed || xj_cancelled(&g->options->watch);
}

static void
tell(struct reading *g, const char *what)
{
	const struct xj_watch *w = &g->options->watch;

	if (w->progress)
		w->progress(w->ctx, &(struct xj_progress){ .stage = "ocr",
			.done = g->done, .total = g->total, .what = what });
}

/* The next page in any of the documents asked for. XJ_END: there is none. */
static int
next_page(struct reading *g, struct xj_error *err)
{
	int r = XJ_END;

	if (stopped(g))
		return XJ_END;
	if (!g->id)
		return xj_catalog_next_ocr(g->archive->catalog, 0, &g->last,
					   err);
	for (; *g->id && r == XJ_END; g->id += r == XJ_END) {
		if (g->last.document != *g->id)
			g->last = (struct xj_ocr_row){ .document = *g->id };
		r = xj_catalog_next_ocr(g->archive->catalog, *g->id, &g->last,
					err);
	}
	return r;
}

/* Behind the last page of a document, for this lane. */
static int
leave_document(struct lane *l, struct xj_error *err)
{
	int r = l->pages ? xj_ocr_merge(l->g->archive, l->doc.id, l->g->result,
					err) : XJ_OK;

	l->pages = 0;
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	l->doc.id = 0;
	xj_arena_free(l->arena);
	l->arena = NULL;
	return r;
}

static int
give_up(struct lane *l, const char *why, struct xj_error *err)
{
	l->g->result->given_up++;
	l->g->result->pages++;
	return xj_catalog_put_ocr(l->g->archive->catalog, &(struct xj_ocr_row){
		.document = l->page.document, .page = l->page.page,
		.state = XJ_OCR_GIVEN_UP, .note = why }, err);
}

/* Damage of one document is its own affair. XJ_END: the page was given up. */
static int
open_document(struct lane *l, struct xj_error *err)
{
	struct xj_archive *a = l->g->archive;
	struct xj_error why = { 0 };
	int r = xj_arena_new(&l->arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_get(a->catalog, l->page.document, l->arena, &l->doc,
			   err);
	if (r < 0)
		return r;
	r = xj_original_open(a, &l->doc, NULL, &l->fd, &why);
	if (r == XJ_OK)
		return XJ_OK;
	r = give_up(l, why.plain, err);
	l->doc.id = 0;
	return r < 0 ? r : XJ_END;
}

/* Take the next page in hand, with its document. XJ_END: no more; XJ_EEXIST: it
 * is done already. With the lock. */
static int
claim(struct lane *l, struct xj_error *err)
{
	struct reading *g = l->g;
	int r = next_page(g, err);

	if (r != XJ_OK) {
		int left = leave_document(l, err);

		return left < 0 ? left : r;
	}
	l->page = g->last;
	if (l->doc.id != l->page.document) {
		r = leave_document(l, err);
		if (r == XJ_OK)
			r = open_document(l, err);
		if (r != XJ_OK)
			return r == XJ_END ? XJ_EEXIST : r;
	}
	xj_buf_clear(&l->text);
	r = xj_texts_kept(g->archive->texts, l->doc.sha512, l->page.page,
			  &l->text, NULL);
	l->pages += r == XJ_OK;
	return r == XJ_OK ? XJ_EEXIST : XJ_OK;
}

/* ------------------------------------------------------------- one of them */

static int
take_paragraph(void *ctx, const struct xj_block *block)
{
	struct lane *l = ctx;

	for (size_t i = 0; i < block->len; i++)
		xj_buf_addc(&l->text, block->text[i] == '\n' ? ' '
							     : block->text[i]);
	xj_buf_addc(&l->text, '\n');
	return XJ_OK;
}

static const struct xj_sink sink = { .text = take_paragraph };

static int
read_page(struct lane *l, struct xj_import_result *res, struct xj_error *err)
{
	return xj_import_run(l->g->readers, &(struct xj_import_source){
		.fd = l->fd, .size = l->doc.size,
		.name = xj_path_base(l->doc.name), .mime = l->doc.format,
		.page = l->page.page, .cancel = l->g->options->watch.cancel,
	}, &sink, l, res, err);
}

static int
keep_text(struct lane *l, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf packed = XJ_BUF_INIT;
	int r = xj_buf_check(&l->text, err);

	if (r == XJ_OK)
		r = xj_texts_pack(xj_buf_str(&l->text), l->text.len, &packed,
				  err);
	if (r == XJ_OK)
		r = xj_texts_keep(l->g->archive->texts, l->doc.sha512,
				  l->page.page, packed.data, packed.len, err);
	l->pages += r == XJ_OK;
	return r;
}

/* Whether it is still there: meanwhile it may have been purged, or put into
 * quarantine for what stands on another page. */
static int
is_wanted(struct lane *l, bool *wanted, struct xj_error *err)
{
	struct xj_doc doc;
	int r = xj_catalog_get(l->g->archive->catalog, l->doc.id, l->arena,
			       &doc, err);

	*wanted = r == XJ_OK && doc.state == XJ_DOC_LIVE &&
		  memcmp(doc.sha512, l->doc.sha512, sizeof(doc.sha512)) == 0;
	return r;
}

/* With the lock. */
static int
keep(struct lane *l, const struct xj_import_result *res, struct xj_error *err)
{
	bool well = res->outcome == XJ_OUT_OK ||
		    (res->outcome == XJ_OUT_PARTIAL && l->text.len);
	bool wanted;
	int r = is_wanted(l, &wanted, err);

	if (r == XJ_OK && wanted)
		r = well ? keep_text(l, err) : give_up(l, res->reason, err);
	if (r == XJ_OK && l->pages >= MERGE_PAGES) {
		r = xj_ocr_merge(l->g->archive, l->doc.id, l->g->result, err);
		l->pages = 0;
	}
	l->g->done++;
	tell(l->g, l->doc.name);
	return r;
}

/* ---------------------------------------------------------------- the lanes */

static int
step(struct lane *l, struct xj_error *err)
{
	struct xj_import_result res;
	struct reading *g = l->g;
	int r;

	pthread_mutex_lock(&g->lock);
	r = claim(l, err);
	if (r == XJ_EEXIST)
		g->done++;
	pthread_mutex_unlock(&g->lock);
	if (r != XJ_OK)
		return r == XJ_EEXIST ? XJ_OK : r;
	r = read_page(l, &res, err);
	if (r == XJ_ECANCELLED)
		return XJ_OK; /* seen by the next claim */
	if (r < 0)
		return r;
	pthread_mutex_lock(&g->lock);
	r = keep(l, &res, err);
	pthread_mutex_unlock(&g->lock);
	return r;
}

static void *
lane_main(void *arg)
{
	struct lane *l = arg;
	struct reading *g = l->g;
	struct xj_error err = { 0 };
	int r;

	do
		r = step(l, &err);
	while (r == XJ_OK);
	pthread_mutex_lock(&g->lock);
	if (r < 0 && !g->failed) {
		g->failed = r;
		g->error = err;
	}
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

static void
lane_end(struct lane *l)
{
	if (l->fd >= 0)
		close(l->fd);
	xj_arena_free(l->arena);
	xj_buf_release(&l->text);
}

static int
run_lanes(struct reading *g, struct xj_error *err)
{
	unsigned jobs = g->options->jobs ? g->options->jobs :
			g->archive->config.jobs ? g->archive->config.jobs :
			(unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	unsigned count = g->total < jobs ? (unsigned)g->total : jobs, n = 1;
	struct lane *lanes = calloc(count, sizeof(*lanes));

	if (!lanes)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (unsigned i = 0; i < count; i++)
		lanes[i] = (struct lane){ .g = g, .fd = -1 };
	while (n < count && pthread_create(&lanes[n].thread, NULL, lane_main,
					   &lanes[n]) == 0)
		n++; /* fewer do as well */
	lane_main(&lanes[0]);
	for (unsigned i = 1; i < n; i++)
		pthread_join(lanes[i].thread, NULL);
	for (unsigned i = 0; i < count; i++)
		lane_end(&lanes[i]);
	free(lanes);
	if (g->failed && err)
		*err = g->error;
	return g->failed;
}

/* ---------------------------------------------------------------- the whole */

/* Pages that wait in the documents asked for. */
static int
count_waiting(struct reading *g, uint64_t *count, struct xj_error *err)
{
	static const uint64_t all[] = { 0, 0 };
	const uint64_t *id = g->options->ids ? g->options->ids : all;
	uint64_t waiting;
	int r;

	*count = 0;
	do {
		r = xj_catalog_waiting_ocr(g->archive->catalog, *id, &waiting,
					   err);
		*count += waiting;
	} while (r == XJ_OK && *id && *++id);
	return r;
}

static int
wait_again(struct reading *g, struct xj_error *err)
{
	const uint64_t *id = g->options->ids;
	int r = XJ_OK;

	if (!id)
		return xj_catalog_retry_ocr(g->archive->catalog, 0, err);
	for (; *id && r == XJ_OK; id++)
		r = xj_catalog_retry_ocr(g->archive->catalog, *id, err);
	return r;
}

static int
read_all(struct reading *g, struct xj_error *err)
{
	struct xj_error later = { 0 };
	int r = xj_archive_readers(g->archive, &g->readers, err), l;

	if (r == XJ_ENOTFOUND ||
	    (r == XJ_OK && xj_importers_count(g->readers) == 0))
		return xj_error_set(err, XJ_ENOTFOUND, "OCR is not installed: "
				    "pages that are pictures are kept, and "
				    "wait");
	if (r < 0)
		return r;
	tell(g, NULL);
	r = run_lanes(g, err);
	l = xj_indexer_catch_up(g->archive, &later);
	if (r >= 0 && l < 0 && err)
		*err = later;
	return r < 0 ? r : l;
}

int
xj_ocr(struct xj_archive *archive, const struct xj_ocr_options *options,
       struct xj_ocr_result *result, struct xj_error *err)
{
	static const struct xj_ocr_options standard;
	struct xj_ocr_result ignored;
	struct reading g = { .archive = archive,
		.options = options ? options : &standard,
		.result = result ? result : &ignored,
		.lock = PTHREAD_MUTEX_INITIALIZER };
	xj_auto(xj_closep) int lock = -1;
	int r = xj_archive_writable(archive, err);

	*g.result = (struct xj_ocr_result){ 0 };
	g.id = g.options->ids;
	if (r == XJ_OK)
		r = count_waiting(&g, &g.result->waiting, err);
	if (r == XJ_OK && (g.result->waiting || g.options->again))
		r = take_lock(archive, &lock, err);
	if (r == XJ_OK && g.options->again)
		r = wait_again(&g, err);
	if (r == XJ_OK)
		r = count_waiting(&g, &g.total, err);
	g.result->waiting = g.total;
	if (r == XJ_OK && g.total)
		r = read_all(&g, err);
	pthread_mutex_destroy(&g.lock);
	if (count_waiting(&g, &g.total, NULL) == XJ_OK)
		g.result->waiting = g.total;
	if (r == XJ_OK && xj_cancelled(&g.options->watch))
		return xj_error_set(err, XJ_ECANCELLED, "interrupted; the pages "
				    "read so far are kept");
	return r;
}

/* ------------------------------------------------------------------- status */

struct telling {
	xj_ocr_page_fn fn;
	void *ctx;
};

static int
tell_page(void *ctx, const struct xj_ocr_row *row)
{
	static const char *const states[] = { "waiting", "read", "blank",
					      "given-up" };
	const struct telling *t = ctx;

	return t->fn(t->ctx, &(struct xj_ocr_page){
		.document = row->document, .page = row->page,
		.state = states[row->state & 3],
		.note = row->state == XJ_OCR_GIVEN_UP ? row->note : NULL });
}

int
xj_ocr_status(struct xj_archive *archive, uint64_t id,
	      struct xj_ocr_result *result, xj_ocr_page_fn fn, void *ctx,
	      struct xj_error *err)
{
	struct telling t = { fn, ctx };
	uint64_t n[4];
	int r = xj_catalog_count_ocr(archive->catalog, id, n, err);

	*result = (struct xj_ocr_result){
		.pages = n[XJ_OCR_READ] + n[XJ_OCR_BLANK] + n[XJ_OCR_GIVEN_UP],
		.read = n[XJ_OCR_READ], .blank = n[XJ_OCR_BLANK],
		.given_up = n[XJ_OCR_GIVEN_UP], .waiting = n[XJ_OCR_WAITS] };
	return r < 0 || !fn ? r : xj_catalog_ocr(archive->catalog, id,
						 tell_page, &t, err);
}
