/*
 * trial.c - try an importer on a sample: what it sends, whether it sends the
 * same again, and how it bears damaged copies. It runs in confined workers like
 * any other.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "library/archive.h"

#define SAMPLE_MAX (64u << 20)
#define COPIES 200      /* damaged ones, if nothing else is said */
#define PATIENCE_MS 30000 /* for the damaged copies of a sample */
#define FAULTS_MAX 5    /* after these the copies are left alone */
#define CPU_S 5
#define WALL_MS 10000

struct trial {
	const struct xj_trial_options *options;
	struct xj_trial_result *result;
	struct xj_importers *importers;
	const char *file, *sample;
	struct xj_buf bytes;    /* of the sample */
	struct xj_buf first;    /* what it sent, a line each */
	int fd, reader;         /* the copy in hand, to write and to read */
	struct xj_fault told[FAULTS_MAX]; /* of copies */
	size_t told_count;
	uint64_t random;
	bool broken;            /* by the sample itself */
	struct xj_error *err;
};

/* One import of it. */
struct hearing {
	struct trial *trial;
	struct xj_buf lines;
	bool tell;              /* the caller wants to hear of it */
	unsigned sent;
	struct xj_import_result result;
};

/* ------------------------------------------------------------ what is sent */

static void
add_word(struct xj_buf *b, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	xj_buf_addf(b, " %s=", name);
	xj_json_string(b, value, strlen(value));
}

/* One line that says all of it, to be compared and shown. */
static void
add_line(struct xj_buf *b, const struct xj_sent *s)
{
	xj_buf_adds(b, s->what);
	if (s->role)
		xj_buf_addf(b, " %s", s->role);
	if (s->level)
		xj_buf_addf(b, " %u", s->level);
	if (s->where && *s->where)
		xj_buf_addf(b, " %s %llu", s->where,
			    (unsigned long long)s->at);
	if (s->row || s->column)
		xj_buf_addf(b, " cell=%u,%u", s->row, s->column);
	if (s->end_ms)
		xj_buf_addf(b, " end=%llu", (unsigned long long)s->end_ms);
	if (s->has_size)
		xj_buf_addf(b, " size=%llu", (unsigned long long)s->size);
	add_word(b, "label", s->label);
	add_word(b, "fragment", s->fragment);
	add_word(b, "lang", s->lang);
	add_word(b, "source", s->source);
	add_word(b, "mime", s->mime);
	add_word(b, "sha256", s->sha256);
	if (s->more)
		xj_buf_adds(b, " more");
	if (s->text) {
		xj_buf_addc(b, ' ');
		xj_json_string(b, s->text, s->len);
	}
	xj_buf_addc(b, '\n');
}

static int
hear(struct hearing *h, const struct xj_sent *s)
{
	const struct xj_trial_options *o = h->trial->options;

	h->sent++;
	add_line(&h->lines, s);
	if (h->lines.failed)
		return XJ_ENOMEM;
	return h->tell && o->sent ? o->sent(o->ctx, s) : XJ_OK;
}

static int
hear_text(void *ctx, const struct xj_block *b)
{
	struct xj_sent s = {
		.what = "text", .role = xj_role_name(b->role),
		.text = b->text, .len = b->len, .level = b->level,
		.where = xj_place_name(b->where), .at = b->at,
		.label = b->label, .more = b->more != 0,
	};

	if (b->has & XJ_HAS_FRAGMENT)
		s.fragment = b->fragment;
	if (b->has & XJ_HAS_END_MSEC)
		s.end_ms = b->end_ms;
	if (b->has & XJ_HAS_CELL) {
		s.row = b->row;
		s.column = b->column;
	}
	return hear(ctx, &s);
}

static int
hear_meta(void *ctx, const struct xj_meta *m)
{
	return hear(ctx, &(struct xj_sent){
		.what = "meta", .role = m->element, .text = m->value,
		.len = m->len, .lang = m->lang, .source = m->source });
}

static int
hear_outline(void *ctx, const struct xj_outline *o)
{
	return hear(ctx, &(struct xj_sent){
		.what = "outline", .level = o->level, .text = o->title,
		.len = strlen(o->title), .where = xj_place_name(o->where),
		.at = o->at });
}

static int
hear_page(void *ctx, const struct xj_page *p)
{
	char text[128];

	snprintf(text, sizeof(text), "%ux%u chars=%u replaced=%u image=%u%%",
		 p->width, p->height, p->chars, p->replaced, p->image_area);
	return hear(ctx, &(struct xj_sent){
		.what = "page", .where = "page", .at = p->number,
		.label = p->label, .text = text, .len = strlen(text) });
}

static int
hear_warn(void *ctx, const char *message)
{
	return hear(ctx, &(struct xj_sent){ .what = "warning", .text = message,
		.len = strlen(message) });
}

static int
hear_child(void *ctx, const struct xj_import_child *c)
{
	static const char *const roles[] = { "member", "attachment", "image" };
	xj_auto(xj_closep) int fd = c->fd;
	unsigned char sum[XJ_DIGEST_MAX];
	char hex[XJ_DIGEST_HEX_MAX] = "";
	uint64_t size;

	if (fd >= 0 && xj_digest_fd(XJ_SHA256, fd, sum, &size, NULL) == XJ_OK)
		xj_hex(sum, 32, hex);
	return hear(ctx, &(struct xj_sent){
		.what = "child",
		.role = roles[c->info.role < 3 ? c->info.role : 0],
		.text = c->info.name, .len = strlen(c->info.name),
		.size = c->info.size, .has_size = fd >= 0,
		.mime = c->info.mime, .label = c->damage, .sha256 = hex });
}

static const struct xj_sink sink = {
	.text = hear_text, .meta = hear_meta, .outline = hear_outline,
	.page = hear_page, .child = hear_child, .warn = hear_warn,
};

/* ------------------------------------------------------------- one import */

static void
hearing_end(struct hearing *h)
{
	xj_buf_release(&h->lines);
}

/* The copy in hand of `size` bytes. Those of one `run` may share a worker. */
static int
import(struct hearing *h, uint64_t size, uint64_t run)
{
	struct trial *t = h->trial;

	return xj_import_run(t->importers, &(struct xj_import_source){
		.fd = t->reader, .size = size, .name = xj_path_base(t->sample),
		.importer = t->result->importer, .accession = run,
		.password = t->options->password,
		.cancel = t->options->watch.cancel,
	}, &sink, h, &h->result, t->err);
}

static int
tell_fault(struct trial *t, const struct xj_fault *fault)
{
	const struct xj_trial_options *o = t->options;

	t->result->faults++;
	return o->fault ? o->fault(o->ctx, fault) : XJ_OK;
}

/* ---------------------------------------------------------- the importers */

/* A new zygote: the importer is loaded at another address. */
static int
open_importers(struct trial *t)
{
	const struct xj_importer_info *info;
	struct xj_trial_result *res = t->result;
	int r;

	xj_importers_close(t->importers);
	t->importers = NULL;
	r = xj_importers_open(&(struct xj_importers_options){
		.files = (const char *[]){ t->file, NULL },
		.limits = { .cpu_s = CPU_S, .wall_ms = WALL_MS },
		.workers = 1,
	}, &t->importers, t->err);
	if (r < 0)
		return r;
	info = xj_importers_at(t->importers, 0);
	if (!info || info->refused)
		return xj_plugin_refused(t->file, info, t->err);
	snprintf(res->importer, sizeof(res->importer), "%s", info->name);
	snprintf(res->version, sizeof(res->version), "%s", info->version);
	return XJ_OK;
}

/* ---------------------------------------------------------------- whole */

/* The first lines that are not the same, cut out of both. */
static void
first_difference(char *a, char *b, const char **x, const char **y)
{
	char *p = a, *q = b;

	for (; *a && *a == *b; a++, b++)
		if (*a == '\n') {
			p = a + 1;
			q = b + 1;
		}
	p[strcspn(p, "\n")] = '\0';
	q[strcspn(q, "\n")] = '\0';
	*x = p;
	*y = q;
}

static int
compare(struct trial *t, struct hearing *h, enum xj_fault_kind kind)
{
	struct xj_fault fault = { .kind = kind };
	xj_auto(xj_buf_release) struct xj_buf first = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf then = XJ_BUF_INIT;

	if (strcmp(xj_buf_str(&t->first), xj_buf_str(&h->lines)) == 0)
		return XJ_OK;
	xj_buf_adds(&first, xj_buf_str(&t->first));
	xj_buf_adds(&then, xj_buf_str(&h->lines));
	xj_buf_addc(&first, '\n');
	xj_buf_addc(&then, '\n');
	if (first.failed || then.failed)
		return xj_error_set(t->err, XJ_ENOMEM, "out of memory");
	first_difference(first.data, then.data, &fault.first, &fault.then);
	return tell_fault(t, &fault);
}

static int
again(struct trial *t, uint64_t run, enum xj_fault_kind kind)
{
	xj_auto(hearing_end) struct hearing h = { .trial = t };
	int r = import(&h, t->bytes.len, run);

	/* A crash was told of the first time. */
	return r < 0 || h.result.broken ? r : compare(t, &h, kind);
}

static int
tell_outcome(struct trial *t, const struct hearing *h)
{
	const struct xj_trial_options *o = t->options;
	const struct xj_import_result *res = &h->result;

	return !o->outcome ? XJ_OK : o->outcome(o->ctx, &(struct xj_trial){
		.outcome = xj_import_outcome_name(res->outcome),
		.reason = res->reason, .mime = res->mime, .bid = res->bid,
		.cpu_us = res->cpu_us, .memory = res->memory });
}

/* What is wrong with the importer on the sample as it is. */
static int
judge(struct trial *t, const struct hearing *h)
{
	const struct xj_import_result *res = &h->result;
	int r = XJ_OK;

	if (res->bid == XJ_BID_NONE)
		r = tell_fault(t, &(struct xj_fault){ .kind = XJ_FAULT_BID });
	if (r == XJ_OK && res->broken)
		r = tell_fault(t, &(struct xj_fault){
			.kind = XJ_FAULT_BROKEN, .reason = res->reason });
	if (r == XJ_OK && res->outcome == XJ_OUT_OK && h->sent == 0)
		r = tell_fault(t, &(struct xj_fault){
			.kind = XJ_FAULT_SILENT });
	return r;
}

/* As it is, again in the same process, and in a new one elsewhere. */
static int
try_whole(struct trial *t)
{
	xj_auto(hearing_end) struct hearing h = { .trial = t, .tell = true };
	int r = import(&h, t->bytes.len, 1);

	if (r == XJ_OK)
		r = tell_outcome(t, &h);
	if (r == XJ_OK)
		r = judge(t, &h);
	t->broken = h.result.broken;
	if (r < 0 || t->broken)
		return r;
	xj_buf_adds(&t->first, xj_buf_str(&h.lines));
	r = again(t, 1, XJ_FAULT_STATE);
	if (r == XJ_OK)
		r = open_importers(t);
	return r < 0 ? r : again(t, 2, XJ_FAULT_UNSTEADY);
}

/* ---------------------------------------------------------- damaged copies */

/* xorshift64: the same copies every time. */
static uint64_t
random_below(struct trial *t, uint64_t n)
{
	t->random ^= t->random << 13;
	t->random ^= t->random >> 7;
	t->random ^= t->random << 17;
	return t->random % n;
}

/* A third is cut off, at places that are spread over it; in the others one bit
 * is the other way round, every second time near the start. */
static void
choose(struct trial *t, uint64_t number, uint64_t copies, struct xj_fault *f)
{
	uint64_t size = t->bytes.len, head = size < 512 ? size : 512;

	f->size = size;
	if (number % 3 == 0) {
		f->change = XJ_CHANGE_CUT;
		f->offset = number * size / copies;
		return;
	}
	f->change = XJ_CHANGE_BIT;
	f->offset = random_below(t, number % 2 ? head : size);
	f->was = (unsigned char)t->bytes.data[f->offset];
	f->is = f->was ^ (unsigned char)(1u << random_below(t, 8));
}

static int
damage(struct trial *t, const struct xj_fault *f)
{
	bool done = f->change == XJ_CHANGE_CUT ?
		ftruncate(t->fd, (off_t)f->offset) == 0 :
		pwrite(t->fd, &f->is, 1, (off_t)f->offset) == 1;

	return done ? XJ_OK : xj_error_errno(t->err, "%s: a copy", t->sample);
}

static int
mend(struct trial *t, const struct xj_fault *f)
{
	size_t from = (size_t)f->offset, n = 1;

	if (f->change == XJ_CHANGE_CUT)
		n = t->bytes.len - from;
	if (pwrite(t->fd, t->bytes.data + from, n, (off_t)from) == (ssize_t)n)
		return XJ_OK;
	return xj_error_errno(t->err, "%s: a copy", t->sample);
}

/* The copy that went wrong, for the author to look at. */
static int
keep_copy(struct trial *t, const struct xj_fault *f, char *path, size_t cap)
{
	uint64_t n = f->change == XJ_CHANGE_CUT ? f->offset : t->bytes.len;
	xj_auto(xj_buf_release) struct xj_buf copy = XJ_BUF_INIT;
	const char *name = xj_path_base(t->sample);

	if (!t->options->keep)
		return XJ_OK;
	snprintf(path, cap, "%s/%s-%llu-%s", t->options->keep,
		 f->change == XJ_CHANGE_CUT ? "cut" : "bit",
		 (unsigned long long)f->offset, name);
	xj_buf_add(&copy, t->bytes.data, (size_t)n);
	if (copy.failed)
		return xj_error_set(t->err, XJ_ENOMEM, "out of memory");
	if (f->change == XJ_CHANGE_BIT)
		copy.data[f->offset] = (char)f->is;
	return xj_file_write(AT_FDCWD, path, xj_buf_str(&copy), copy.len,
			     t->err);
}

/* A small sample comes to the same copy twice. */
static bool
was_told(struct trial *t, const struct xj_fault *f)
{
	for (size_t i = 0; i < t->told_count; i++)
		if (t->told[i].change == f->change &&
		    t->told[i].offset == f->offset && t->told[i].is == f->is)
			return true;
	if (t->told_count < FAULTS_MAX)
		t->told[t->told_count++] = *f;
	return false;
}

static int
judge_copy(struct trial *t, struct xj_fault *f,
	   const struct xj_import_result *res)
{
	char path[4096] = "";
	int r;

	/* One that is as large alone, and says so, did nothing wrong. */
	if (!res->broken &&
	    (!res->restarted || res->outcome == XJ_OUT_LIMIT))
		return XJ_OK;
	if (was_told(t, f))
		return XJ_OK;
	f->kind = res->broken ? XJ_FAULT_BROKEN : XJ_FAULT_STATE;
	f->reason = res->reason;
	if ((r = keep_copy(t, f, path, sizeof(path))) < 0)
		return r;
	f->kept = path[0] ? path : NULL;
	return tell_fault(t, f);
}

static int
try_copy(struct trial *t, uint64_t number, uint64_t copies)
{
	xj_auto(hearing_end) struct hearing h = { .trial = t };
	struct xj_fault f = { 0 };
	int r;

	choose(t, number, copies, &f);
	r = damage(t, &f);
	if (r == XJ_OK)
		r = import(&h, f.change == XJ_CHANGE_CUT ? f.offset : f.size,
			   3);
	if (r == XJ_OK)
		r = judge_copy(t, &f, &h.result);
	return r < 0 ? r : mend(t, &f);
}

static void
tell_progress(struct trial *t, uint64_t done, uint64_t copies)
{
	const struct xj_watch *w = &t->options->watch;

	if (w->progress && done % 16 == 0)
		w->progress(w->ctx, &(struct xj_progress){ .stage = "test",
			.done = done, .total = copies, .what = t->sample });
}

static int
try_copies(struct trial *t)
{
	uint64_t until = xj_monotonic_ms() + PATIENCE_MS;
	uint64_t copies = t->options->copies ? t->options->copies : COPIES;
	int r = XJ_OK;

	/* What the sample itself breaks is to be mended first. */
	if (t->options->no_copies || t->bytes.len == 0 || t->broken)
		return XJ_OK;
	for (uint64_t i = 0; i < copies && r == XJ_OK; i++) {
		if (t->result->faults >= FAULTS_MAX ||
		    xj_monotonic_ms() > until)
			break;
		tell_progress(t, i, copies);
		r = try_copy(t, i, copies);
		t->result->copies++;
	}
	return r;
}

/* ------------------------------------------------------------------ the whole */

/* Workers get the copy for reading only. */
static int
open_copy(struct trial *t)
{
	char path[64];
	int r = xj_file_read(AT_FDCWD, t->sample, SAMPLE_MAX, &t->bytes,
			     t->err);

	if (r < 0)
		return r;
	t->fd = memfd_create("sample", MFD_CLOEXEC);
	if (t->fd < 0)
		return xj_error_errno(t->err, "%s: a copy", t->sample);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", t->fd);
	t->reader = open(path, O_RDONLY | O_CLOEXEC);
	if (t->reader < 0)
		return xj_error_errno(t->err, "%s: a copy", t->sample);
	return xj_write_all(t->fd, xj_buf_str(&t->bytes), t->bytes.len,
			    t->err);
}

static int
run(struct trial *t)
{
	int r = open_copy(t);

	if (r == XJ_OK)
		r = open_importers(t);
	if (r == XJ_OK)
		r = try_whole(t);
	return r < 0 ? r : try_copies(t);
}

int
xj_plugin_test(const char *file, const char *sample,
	       const struct xj_trial_options *options,
	       struct xj_trial_result *result, struct xj_error *err)
{
	char *absolute = realpath(file, NULL);
	struct trial t = {
		.options = options, .result = result, .file = absolute,
		.sample = sample, .fd = -1, .reader = -1, .err = err,
		.random = options->seed ? options->seed : 20240301,
	};
	int r;

	*result = (struct xj_trial_result){ 0 };
	if (!absolute)
		return xj_error_errno(err, "%s", file);
	r = run(&t);
	xj_importers_close(t.importers);
	xj_closep(&t.fd);
	xj_closep(&t.reader);
	xj_buf_release(&t.bytes);
	xj_buf_release(&t.first);
	free(absolute);
	return r;
}
