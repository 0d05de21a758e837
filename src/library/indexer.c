/* indexer.c - index what is queued, in lanes; keep the segments few. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "library/archive.h"
#include "library/fields.h"

#define SEGMENT_DOCUMENTS 500         /* measured: design section 6 */
#define SEGMENT_TEXT (24u << 20)      /* or this much text, for books */
#define SEGMENT_AGE_MS 3000           /* searchable within seconds */
#define CLAIM 32                      /* documents a lane takes at a time */
#define CUT_ABOVE 65536               /* normal text kept for one section */
#define TITLE_WEIGHT 3

/* What the lanes share. */
struct indexer {
	struct xj_archive *archive;
	const struct xj_indexer_options *options;
	pthread_mutex_t lock;      /* over all that follows */
	struct xj_archive *hand;   /* a handle for the queue and the segments */
	uint64_t after;            /* the queue is claimed up to here */
	unsigned claiming;         /* lanes that hold documents */
	uint64_t done, total;
	int failed;
	struct xj_error error;
};

/* One lane: a thread, a segment, and scratch. */
struct lane {
	struct indexer *ix;
	struct xj_archive *archive; /* a handle of its own */
	struct xj_analyzer *analyzer;
	struct xj_counts *counts;
	struct xj_normal piece;     /* a value of metadata */
	struct xj_normal carry;     /* a chunk, behind what goes on in it */
	struct xj_segment *segment; /* or NULL */
	struct xj_segment_row row;
	struct xj_queued *docs;     /* in the segment */
	size_t doc_count, doc_cap;
	uint64_t begun;
	pthread_t thread;
};

/* ------------------------------------------------------------------- lock */

static int
take_lock(struct xj_archive *a, int *fd, struct xj_error *err)
{
	char pid[24];
	int n;

	*fd = openat(a->fd, "index/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return xj_error_errno(err, "%s/lock", a->index_dir);
	if (flock(*fd, LOCK_EX | LOCK_NB) < 0) {
		xj_closep(fd);
		*fd = -1;
		return xj_error_set(err, XJ_EBUSY, "%s: another process is "
				    "indexing", a->index_dir);
	}
	n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	/* Only for people to read: a failure to write it is no failure. */
	if (ftruncate(*fd, 0) == 0 && pwrite(*fd, pid, (size_t)n, 0) < 0)
		errno = 0;
	return XJ_OK;
}

uint64_t
xj_indexer_holder(struct xj_archive *a)
{
	xj_auto(xj_closep) int fd =
		openat(a->fd, "index/lock", O_RDONLY | O_CLOEXEC);
	char pid[24] = "";

	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) == 0)
		return 0;
	if (pread(fd, pid, sizeof(pid) - 1, 0) <= 0)
		return 0;
	return strtoull(pid, NULL, 10);
}

/* ------------------------------------------------------- terms of a document */

/* Where the carried text may be cut so that no term is lost: behind the last
 * section end, else behind the last space or ASCII mark. */
static size_t
cut_point(const struct xj_normal *n)
{
	for (size_t i = n->len; i > 0; i--)
		if (n->bytes[i - 1] == '\n')
			return i;
	if (n->len < CUT_ABOVE)
		return 0;
	for (size_t i = n->len; i > 0; i--)
		if (n->bytes[i - 1] == ' ')
			return i;
	for (size_t i = n->len; i >= 3; i--)
		if (memcmp(n->bytes + i - 3, "\xE3\x80\x82", 3) == 0 || /* 。 */
		    memcmp(n->bytes + i - 3, "\xEF\xBC\x8C", 3) == 0)   /* ， */
			return i;
	return n->len;
}

static int
count_carried(struct lane *l, size_t upto, struct xj_error *err)
{
	struct xj_normal *n = &l->carry;
	int r = xj_counts_text(l->counts, l->analyzer, n->bytes, upto, 1, err);

	if (r < 0)
		return r;
	memmove(n->bytes, n->bytes + upto, n->len - upto);
	n->len -= upto;
	return XJ_OK;
}

/* Nothing is carried into a section that begins with its chunk. */
static int
count_chunk(void *ctx, unsigned number, const void *bytes, size_t len,
	    struct xj_error *err)
{
	struct lane *l = ctx;
	struct xj_text_chunk chunk;
	size_t cut;
	int r = xj_text_chunk_parse(bytes, len, &chunk, err);

	(void)number;
	if (r < 0)
		return r;
	if (!chunk.continues && l->carry.len)
		r = count_carried(l, l->carry.len, err);
	if (r == XJ_OK)
		r = xj_normalise_chunk(l->analyzer, &chunk, false,
				       XJ_NORMAL_APPEND, &l->carry, err);
	xj_text_chunk_release(&chunk);
	if (r < 0)
		return r;
	cut = cut_point(&l->carry);
	return cut ? count_carried(l, cut, err) : XJ_OK;
}

/* Text of a field: into the body, and once more under the field's byte. */
struct field {
	struct lane *lane;
	char byte;
	struct xj_error *err;
};

static int
count_field_term(void *ctx, enum xj_term_kind kind, const char *term,
		 size_t len, size_t at, size_t width)
{
	struct field *f = ctx;
	char buf[256];

	(void)at, (void)width;
	if (len > sizeof(buf) - 2)
		return XJ_OK;
	buf[0] = f->byte;
	buf[1] = (char)kind;
	memcpy(buf + 2, term, len);
	return xj_counts_term(f->lane->counts, buf, len + 2, 1, f->err);
}

static int
count_field(struct lane *l, char byte, unsigned weight, const char *text,
	    struct xj_error *err)
{
	struct field f = { l, byte, err };
	int r = xj_normalise(l->analyzer, text, strlen(text), 0, &l->piece,
			     err);

	if (r == XJ_OK)
		r = xj_counts_text(l->counts, l->analyzer, l->piece.bytes,
				   l->piece.len, weight, err);
	if (r == XJ_OK && byte)
		r = xj_terms(l->analyzer, l->piece.bytes, l->piece.len,
			     count_field_term, &f, err);
	return r;
}

static int
count_bool(struct lane *l, char byte, const char *value, struct xj_error *err)
{
	char term[1 + XJ_BOOL_MAX] = { byte };
	size_t len;
	int r;

	if (!value || !*value)
		return XJ_OK;
	r = xj_normalise(l->analyzer, value, strlen(value), 0, &l->piece, err);
	if (r < 0)
		return r;
	len = xj_utf8_cut(l->piece.bytes, l->piece.len, sizeof(term) - 1);
	memcpy(term + 1, l->piece.bytes, len);
	return xj_counts_term(l->counts, term, len + 1, 0, err);
}

static int
count_number(struct lane *l, char byte, uint64_t number, struct xj_error *err)
{
	char term[24];
	int n = snprintf(term, sizeof(term), "%c%llu", byte,
			 (unsigned long long)number);

	return xj_counts_term(l->counts, term, (size_t)n, 0, err);
}

/* The document and every container around it. */
static int
count_inside(struct lane *l, const struct xj_doc *doc, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_doc up = *doc;
	int r = count_number(l, XJ_BOOL_INSIDE, doc->id, err);

	while (r == XJ_OK && up.parent) {
		uint64_t parent = up.parent;

		if (!arena && xj_arena_new(&arena) < 0)
			return xj_error_set(err, XJ_ENOMEM, "out of memory");
		r = count_number(l, XJ_BOOL_INSIDE, parent, err);
		if (r == XJ_OK)
			r = xj_catalog_get(l->archive->catalog, parent, arena,
					   &up, err);
	}
	return r;
}

static int
count_booleans(struct lane *l, const struct xj_doc *doc, struct xj_error *err)
{
	const struct { char byte; const char *value; } terms[] = {
		{ XJ_BOOL_KIND, doc->kind },
		{ XJ_BOOL_TYPE, doc->type },
		{ XJ_BOOL_FORMAT, doc->format },
		{ XJ_BOOL_LANGUAGE, doc->language },
		{ XJ_BOOL_OUTCOME, doc->outcome },
	};
	int r = count_inside(l, doc, err);

	for (size_t i = 0; i < XJ_COUNT(terms) && r == XJ_OK; i++)
		r = count_bool(l, terms[i].byte, terms[i].value, err);
	return r < 0 ? r : count_number(l, XJ_BOOL_ACCESSION, doc->accession,
					err);
}

/* Which elements are searched: with the body, and under which field. */
static const struct xj_indexed_element indexed_elements[] = {
	{ "creator", XJ_FIELD_CREATOR, XJ_BOOL_CREATOR, XJ_SLOT_CREATOR },
	{ "subject", XJ_FIELD_SUBJECT, XJ_BOOL_SUBJECT, XJ_SLOT_SUBJECT },
	{ "contributor", XJ_FIELD_CREATOR, 0, 0 },
	{ "description", 0, 0, 0 },
	{ "publisher", 0, 0, 0 },
	{ "source", 0, 0, 0 },
	{ "identifier", 0, 0, 0 },
	{ "coverage", 0, 0, 0 },
};

const struct xj_indexed_element *
xj_indexed_element(const char *element)
{
	for (size_t i = 0; i < XJ_COUNT(indexed_elements); i++)
		if (strcmp(indexed_elements[i].element, element) == 0)
			return &indexed_elements[i];
	return NULL;
}

static void
add_value(struct xj_buf *slot, const char *value)
{
	if (slot->len)
		xj_buf_addc(slot, XJ_VALUE_SEPARATOR);
	xj_buf_adds(slot, value);
}

static int
count_values(struct lane *l, const struct xj_doc *doc,
	     const struct xj_meta_value *v, size_t count,
	     struct xj_buf slots[XJ_SLOT_COUNT], struct xj_error *err)
{
	int r = XJ_OK;

	(void)doc;
	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		const struct xj_indexed_element *e =
			xj_indexed_element(v[i].element);

		/* Only the values of the highest rank are in force. */
		if (!e || (i && strcmp(v[i].element, v[i - 1].element) == 0 &&
			   v[i].rank < v[i - 1].rank)) {
			while (e && i + 1 < count &&
			       strcmp(v[i + 1].element, v[i].element) == 0)
				i++;
			continue;
		}
		r = count_field(l, e->field, 1, v[i].value, err);
		if (r == XJ_OK && e->boolean)
			r = count_bool(l, e->boolean, v[i].value, err);
		if (e->slot)
			add_value(&slots[e->slot], v[i].value);
	}
	return r;
}

static int
count_metadata(struct lane *l, struct xj_arena *arena,
	       const struct xj_doc *doc, struct xj_buf slots[XJ_SLOT_COUNT],
	       struct xj_error *err)
{
	struct xj_meta_value *values;
	size_t count;
	int r = count_field(l, XJ_FIELD_TITLE, TITLE_WEIGHT, doc->title, err);

	if (r == XJ_OK)
		r = count_field(l, XJ_FIELD_PATH, 1, doc->name, err);
	if (r == XJ_OK)
		r = xj_catalog_meta(l->archive->catalog, doc->id, arena,
				    &values, &count, err);
	if (r == XJ_OK)
		r = count_values(l, doc, values, count, slots, err);
	return r < 0 ? r : count_booleans(l, doc, err);
}

/* ------------------------------------------------------------ the segment */

static int
lane_open_segment(struct lane *l, struct xj_error *err)
{
	char urn[XJ_URN_MAX];

	xj_urn_new(urn);
	memset(&l->row, 0, sizeof(l->row));
	/* Eight random characters: no two processes ever choose the same. */
	snprintf(l->row.name, sizeof(l->row.name), "seg-%.8s",
		 urn + strlen("urn:uuid:"));
	l->doc_count = 0;
	l->begun = xj_monotonic_ms();
	return xj_segment_new(l->ix->archive->index_dir, l->row.name,
			      &l->segment, err);
}

static int
lane_note(struct lane *l, const struct xj_queued *q, struct xj_error *err)
{
	if (l->doc_count == l->doc_cap) {
		size_t cap = l->doc_cap ? l->doc_cap * 2 : SEGMENT_DOCUMENTS;
		struct xj_queued *more =
			realloc(l->docs, cap * sizeof(*more));

		if (!more)
			return xj_error_set(err, XJ_ENOMEM, "out of memory");
		l->docs = more;
		l->doc_cap = cap;
	}
	l->docs[l->doc_count++] = *q;
	return XJ_OK;
}

static void
set_value(struct xj_index_doc *d, unsigned slot, const char *value)
{
	if (!value)
		return;
	d->values[slot].bytes = value;
	d->values[slot].len = strlen(value);
}

static int
lane_add(struct lane *l, const struct xj_doc *doc,
	 struct xj_buf slots[XJ_SLOT_COUNT], struct xj_error *err)
{
	struct xj_index_doc d = { .id = doc->id, .rev = doc->rev };
	int r = xj_counts_sorted(l->counts, &d.terms, &d.term_count, err);

	if (r < 0)
		return r;
	set_value(&d, XJ_SLOT_DATE, doc->date);
	set_value(&d, XJ_SLOT_KIND, doc->kind);
	set_value(&d, XJ_SLOT_TYPE, doc->type);
	set_value(&d, XJ_SLOT_TITLE, doc->title_key);
	set_value(&d, XJ_SLOT_LANGUAGE, doc->language);
	set_value(&d, XJ_SLOT_CREATOR, slots[XJ_SLOT_CREATOR].data);
	set_value(&d, XJ_SLOT_SUBJECT, slots[XJ_SLOT_SUBJECT].data);
	l->row.documents++;
	l->row.text += doc->text_bytes;
	return xj_segment_add(l->segment, &d, err);
}

/* One document from the queue: its text and metadata become terms. */
static int
lane_index(struct lane *l, const struct xj_queued *q, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_buf slots[XJ_SLOT_COUNT] = { 0 };
	struct xj_doc doc;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_get(l->archive->catalog, q->id, arena, &doc, err);
	if (r < 0 || doc.rev != q->rev || doc.state != XJ_DOC_LIVE)
		return r == XJ_ENOTFOUND ? XJ_OK : r; /* changed: comes again */
	xj_counts_clear(l->counts);
	l->carry.len = 0;
	r = xj_texts_each(l->archive->texts, doc.id, count_chunk, l, err);
	if (r == XJ_ECORRUPT)
		r = XJ_OK; /* found by what is whole; `verify` reports it */
	if (r == XJ_OK && l->carry.len)
		r = count_carried(l, l->carry.len, err);
	if (r == XJ_OK)
		r = count_metadata(l, arena, &doc, slots, err);
	if (r == XJ_OK && !l->segment)
		r = lane_open_segment(l, err);
	if (r == XJ_OK)
		r = lane_add(l, &doc, slots, err);
	for (unsigned i = 0; i < XJ_SLOT_COUNT; i++)
		xj_buf_release(&slots[i]);
	if (r < 0)
		return xj_error_wrap(err, r, "document %llu",
				     (unsigned long long)q->id);
	return lane_note(l, q, err);
}

/* ---------------------------------------------------------------- publish */

static int
write_stub(struct xj_archive *hand, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_segment_row *rows;
	const char **names;
	size_t count;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_segments(hand->catalog, arena, &rows, &count, err);
	if (r < 0)
		return r;
	names = xj_arena_alloc(arena, (count + 1) * sizeof(*names));
	if (!names)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (size_t i = 0; i < count; i++)
		names[i] = rows[i].name;
	return xj_index_stub(hand->index_dir, names, count, err);
}

/* The catalog first: it is the truth, the stub repeats it. */
static int
publish(struct indexer *ix, const struct xj_segment_row *row,
	const struct xj_queued *docs, size_t count, struct xj_error *err)
{
	struct xj_catalog *catalog = ix->hand->catalog;
	int r = xj_catalog_begin(catalog, err);

	if (r < 0)
		return r;
	r = xj_catalog_add_segment(catalog, row, docs, count, err);
	r = r < 0 ? r : xj_catalog_commit(catalog, err);
	xj_catalog_rollback(catalog);
	return r < 0 ? r : write_stub(ix->hand, err);
}

/* End the lane's segment and make it count. */
static int
lane_publish(struct lane *l, struct xj_error *err)
{
	struct indexer *ix = l->ix;
	int r;

	if (!l->segment)
		return XJ_OK;
	r = xj_segment_end(l->segment, err);
	l->segment = NULL;
	if (r < 0)
		return r;
	pthread_mutex_lock(&ix->lock);
	r = publish(ix, &l->row, l->docs, l->doc_count, err);
	pthread_mutex_unlock(&ix->lock);
	return r;
}

static bool
segment_full(const struct lane *l)
{
	return l->segment && (l->row.documents >= SEGMENT_DOCUMENTS ||
			      l->row.text >= SEGMENT_TEXT);
}

static bool
segment_old(const struct lane *l)
{
	return l->segment && xj_monotonic_ms() - l->begun >= SEGMENT_AGE_MS;
}

/* --------------------------------------------------------------- the lanes */

/* Take the next documents of the queue; 0: none at the moment. */
static int
claim(struct indexer *ix, struct xj_queued out[CLAIM], size_t *count,
      struct xj_error *err)
{
	int r = xj_catalog_queue(ix->hand->catalog, ix->after, CLAIM, out,
				 count, err);

	if (r == XJ_OK && *count)
		ix->after = out[*count - 1].id;
	return r;
}

static bool
cancelled(const struct indexer *ix)
{
	const struct xj_watch *w = ix->options->watch;

	return ix->failed || (w && w->cancel && *w->cancel);
}

static void
tell(struct indexer *ix, size_t more)
{
	const struct xj_watch *w = ix->options->watch;

	ix->done += more;
	if (!w || !w->progress)
		return;
	w->progress(w->ctx, &(struct xj_progress){
		.stage = "index", .done = ix->done,
		.total = ix->total > ix->done ? ix->total : ix->done,
	});
}

static void
pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

/* Claim and index; `*idle` when nothing was to be had. */
static int
lane_step(struct lane *l, bool *idle, struct xj_error *err)
{
	struct indexer *ix = l->ix;
	struct xj_queued batch[CLAIM];
	size_t count = 0;
	int r;

	pthread_mutex_lock(&ix->lock);
	r = cancelled(ix) ? XJ_OK : claim(ix, batch, &count, err);
	pthread_mutex_unlock(&ix->lock);
	*idle = count == 0;
	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		r = lane_index(l, &batch[i], err);
		if (r == XJ_OK && segment_full(l))
			r = lane_publish(l, err);
	}
	pthread_mutex_lock(&ix->lock);
	tell(ix, count);
	pthread_mutex_unlock(&ix->lock);
	return r;
}

static bool
more_to_come(const struct indexer *ix)
{
	const bool *follow = ix->options->follow;

	return follow && __atomic_load_n(follow, __ATOMIC_ACQUIRE) &&
	       !cancelled(ix);
}

static int
lane_work(struct lane *l, struct xj_error *err)
{
	int r = XJ_OK;

	while (r == XJ_OK) {
		/* Asked before the queue is: what came in between is seen. */
		bool more = more_to_come(l->ix), idle;

		r = lane_step(l, &idle, err);
		if (r == XJ_OK && (segment_old(l) || (idle && !more)))
			r = lane_publish(l, err);
		if (idle && !more)
			break;
		if (idle)
			pause_ms(20);
	}
	return r;
}

static void *
lane_main(void *arg)
{
	struct lane *l = arg;
	struct xj_error err = { 0 };
	int r = lane_work(l, &err);

	if (r < 0) {
		pthread_mutex_lock(&l->ix->lock);
		if (!l->ix->failed) {
			l->ix->failed = r;
			l->ix->error = err;
		}
		pthread_mutex_unlock(&l->ix->lock);
	}
	return NULL;
}

static void
lane_end(struct lane *l)
{
	if (l->segment)
		xj_segment_drop(l->segment);
	xj_counts_free(l->counts);
	xj_normal_release(&l->piece);
	xj_normal_release(&l->carry);
	xj_analyzer_free(l->analyzer);
	xj_archive_close(l->archive);
	free(l->docs);
}

static int
lane_begin(struct lane *l, struct indexer *ix, struct xj_error *err)
{
	int r;

	*l = (struct lane){ .ix = ix };
	r = xj_archive_again(ix->archive, XJ_OPEN_READONLY, &l->archive, err);
	if (r == XJ_OK)
		r = xj_analyzer_new(NULL, &l->analyzer, err);
	if (r == XJ_OK)
		r = xj_counts_new(&l->counts, err);
	return r;
}

/* Run the lanes to their end, this thread being the first. */
static int
run_lanes(struct indexer *ix, struct lane *lanes, unsigned count,
	  struct xj_error *err)
{
	unsigned begun = 0, started = 0;
	int r = XJ_OK;

	while (begun < count && r == XJ_OK)
		r = lane_begin(&lanes[begun++], ix, err);
	while (started + 1 < begun && r == XJ_OK) {
		if (pthread_create(&lanes[started + 1].thread, NULL, lane_main,
				   &lanes[started + 1]) != 0)
			break; /* fewer lanes do as well */
		started++;
	}
	if (r == XJ_OK)
		lane_main(&lanes[0]);
	for (unsigned i = 1; i <= started; i++)
		pthread_join(lanes[i].thread, NULL);
	for (unsigned i = 0; i < begun; i++)
		lane_end(&lanes[i]);
	return r;
}

/* -------------------------------------------------------------- compaction */

static int
by_size(const void *a, const void *b)
{
	const struct xj_segment_row *x = a, *y = b;

	return x->documents < y->documents ? 1 : x->documents > y->documents ?
	       -1 : strcmp(x->name, y->name);
}

/*
 * Which tail of the segments, largest first, to merge: every segment is to
 * hold at least twice what all smaller ones hold together, so that a document
 * is copied a logarithmic number of times. 0: none.
 */
static size_t
tail_to_merge(const struct xj_segment_row *rows, size_t count, bool all)
{
	uint64_t below = 0;
	size_t first = count;

	for (size_t i = count; i > 0; i--) {
		if (i < count && rows[i - 1].documents < 2 * below)
			first = i - 1;
		below += rows[i - 1].documents;
	}
	if (all && count > 1)
		first = 0;
	return count - first > 1 ? count - first : 0;
}

static int
replace_segments(struct indexer *ix, const struct xj_segment_row *rows,
		 size_t count, struct xj_error *err)
{
	const char *names[count];
	struct xj_segment_row merged = { 0 };
	char urn[XJ_URN_MAX];
	int r;

	xj_urn_new(urn);
	snprintf(merged.name, sizeof(merged.name), "seg-%.8s",
		 urn + strlen("urn:uuid:"));
	for (size_t i = 0; i < count; i++) {
		names[i] = rows[i].name;
		merged.documents += rows[i].documents;
		merged.dead += rows[i].dead;
		merged.text += rows[i].text;
	}
	r = xj_segments_merge(ix->hand->index_dir, names, count, merged.name,
			      err);
	if (r == XJ_OK)
		r = xj_catalog_merge_segments(ix->hand->catalog, &merged,
					      names, count, err);
	if (r == XJ_OK)
		r = write_stub(ix->hand, err);
	for (size_t i = 0; i < count && r == XJ_OK; i++)
		r = xj_segment_remove(ix->hand->index_dir, names[i], err);
	return r;
}

static int
merge(struct indexer *ix, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_segment_row *rows;
	size_t count, tail;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_segments(ix->hand->catalog, arena, &rows, &count, err);
	if (r < 0)
		return r;
	qsort(rows, count, sizeof(*rows), by_size);
	tail = tail_to_merge(rows, count, ix->options->merge_all);
	return tail ? replace_segments(ix, rows + count - tail, tail, err)
		    : XJ_OK;
}

/* A segment most of whose entries are dead is made again from stored text. */
static int
drop_stale(struct indexer *ix, bool *dropped, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_segment_row *rows;
	size_t count;
	int r = xj_arena_new(&arena);

	*dropped = false;
	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_segments(ix->hand->catalog, arena, &rows, &count, err);
	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		if (rows[i].dead * 2 < rows[i].documents || !rows[i].dead)
			continue;
		r = xj_catalog_drop_segment(ix->hand->catalog, rows[i].name,
					    err);
		if (r == XJ_OK)
			r = xj_segment_remove(ix->hand->index_dir,
					      rows[i].name, err);
		*dropped = true;
	}
	return r;
}

/* -------------------------------------------------------------- the whole */

/* Folders that the catalog does not name are what a crash left. */
static int
sweep(struct indexer *ix, struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_segment_row *rows;
	const char **names;
	size_t count;
	int r = xj_arena_new(&arena);

	if (r < 0)
		return xj_error_set(err, r, "out of memory");
	r = xj_catalog_segments(ix->hand->catalog, arena, &rows, &count, err);
	if (r < 0)
		return r;
	names = xj_arena_alloc(arena, (count + 1) * sizeof(*names));
	if (!names)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	for (size_t i = 0; i < count; i++)
		names[i] = rows[i].name;
	return xj_segments_sweep(ix->hand->index_dir, names, count, err);
}

#define ANALYZER_FACT "analyzer"

unsigned
xj_indexed_analyzer(struct xj_archive *a)
{
	xj_auto(xj_buf_release) struct xj_buf value = XJ_BUF_INIT;

	if (xj_catalog_fact(a->catalog, ANALYZER_FACT, &value, NULL) < 0)
		return 0;
	return (unsigned)strtoul(xj_buf_str(&value), NULL, 10);
}

/* Segments of one index are all of one analyzer: those of an older release are
 * made again from stored text. */
static int
check_analyzer(struct indexer *ix, struct xj_error *err)
{
	char now[16];
	int r = XJ_OK;

	if (xj_indexed_analyzer(ix->hand) == XJ_ANALYZER_VERSION)
		return XJ_OK;
	snprintf(now, sizeof(now), "%u", XJ_ANALYZER_VERSION);
	if (xj_indexed_analyzer(ix->hand))
		r = xj_catalog_queue_all(ix->hand->catalog, err);
	return r < 0 ? r : xj_catalog_set_fact(ix->hand->catalog,
					       ANALYZER_FACT, now, err);
}

static int
drain(struct indexer *ix, struct xj_error *err)
{
	unsigned count = ix->options->lanes ? ix->options->lanes :
			 (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	struct lane *lanes;
	int r;

	if (!ix->options->follow && ix->total < SEGMENT_DOCUMENTS / 4)
		count = 1; /* an edit needs no threads */
	if (!(lanes = calloc(count, sizeof(*lanes))))
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	ix->after = 0;
	r = run_lanes(ix, lanes, count, err);
	free(lanes);
	if (r == XJ_OK && ix->failed) {
		r = ix->failed;
		if (err)
			*err = ix->error;
	}
	return r;
}

/* Until nothing is queued: documents change while the queue is worked off. */
static int
drain_all(struct indexer *ix, struct xj_error *err)
{
	bool stale;
	uint64_t last = UINT64_MAX;
	int r;

	do {
		r = xj_catalog_queue_size(ix->hand->catalog, &ix->total, err);
		if (r < 0 || (ix->total == 0 && !more_to_come(ix)) ||
		    ix->total == last)
			break;
		last = more_to_come(ix) ? UINT64_MAX : ix->total;
		if ((r = drain(ix, err)) < 0 || cancelled(ix))
			break;
	} while (true);
	if (r == XJ_OK && !cancelled(ix) &&
	    (r = drop_stale(ix, &stale, err)) == XJ_OK && stale)
		r = drain(ix, err);
	return r;
}

int
xj_indexer_run(struct xj_archive *a, const struct xj_indexer_options *options,
	       uint64_t *indexed, struct xj_error *err)
{
	struct indexer ix = { .archive = a, .options = options,
			      .lock = PTHREAD_MUTEX_INITIALIZER };
	xj_auto(xj_closep) int lock = -1;
	int r = take_lock(a, &lock, err);

	if (indexed)
		*indexed = 0;
	if (r < 0)
		return r;
	r = xj_archive_again(a, 0, &ix.hand, err);
	if (r == XJ_OK)
		r = check_analyzer(&ix, err);
	if (r == XJ_OK)
		r = sweep(&ix, err);
	if (r == XJ_OK)
		r = drain_all(&ix, err);
	if (r == XJ_OK)
		r = merge(&ix, err);
	if (r == XJ_OK && cancelled(&ix))
		r = xj_error_set(err, XJ_ECANCELLED, "indexing was interrupted");
	xj_archive_close(ix.hand);
	if (indexed)
		*indexed = ix.done;
	return r;
}

int
xj_indexer_catch_up(struct xj_archive *a, struct xj_error *err)
{
	int r = xj_indexer_run(a, &(struct xj_indexer_options){ .lanes = 1 },
			       NULL, err);

	return r == XJ_EBUSY ? XJ_OK : r;
}

int
xj_index_queue(struct xj_archive *archive, const struct xj_watch *watch,
	       uint64_t *indexed, struct xj_error *err)
{
	int r = xj_archive_writable(archive, err);

	return r < 0 ? r : xj_indexer_run(archive,
		&(struct xj_indexer_options){ .watch = watch }, indexed, err);
}
