/*
 * packet-pdf.c - a packet as one PDF.
 *
 * xueji-typeset sets cover, contents and text, and leaves empty pages for those
 * of PDF files, which qpdf then lays under them as they are: so links, outline
 * and page numbers are those of the whole. Every program runs confined, for
 * what it reads came from strangers. A PDF file that qpdf cannot cut gives its
 * text instead, and that is told.
 */
#include <config.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "library/packet.h"

#define QPDF_WARNED 3 /* exit status: it made something of it nevertheless */
#define SMALL_MAX (16u << 20) /* what a program may say of pages */

struct setting {
	struct xj_packing *packing;
	struct xj_buf line;
	FILE *lines;       /* what is to be set */
	int lines_fd;
	uint64_t at;       /* page of the paragraph before */
	bool some;
	unsigned *pages;   /* of each item that is taken over; else 0 */
	struct xj_error *err;
};

/* --------------------------------------------------------------- programs */

static int
run(const struct setting *s, const char *const *argv, int in, int out,
    struct xj_error *err)
{
	return xj_tool_run(&(struct xj_tool){
		.argv = argv, .folder = s->packing->work, .in = in, .out = out,
		.also = QPDF_WARNED,
		.cancel = s->packing->options->watch.cancel,
	}, err);
}

/* The same into a new file of our own folder. */
static int
run_into(const struct setting *s, const char *const *argv, const char *name,
	 struct xj_error *err)
{
	xj_auto(xj_closep) int out = -1;
	int r = xj_packing_file(s->packing, name, &out, err);

	return r == XJ_OK ? run(s, argv, -1, out, err) : r;
}

/* ------------------------------------------------------------------ lines */

static void
begin(struct setting *s, const char *what)
{
	xj_buf_clear(&s->line);
	xj_buf_addf(&s->line, "{\"set\":\"%s\"", what);
}

static void
add(struct setting *s, const char *key, const char *text, size_t len)
{
	xj_buf_addf(&s->line, ",\"%s\":", key);
	xj_json_string(&s->line, text, len);
}

static void
add_word(struct setting *s, const char *key, const char *text)
{
	if (text != NULL && *text != '\0')
		add(s, key, text, strlen(text));
}

static int
end(struct setting *s)
{
	xj_buf_adds(&s->line, "}\n");
	if (s->line.failed)
		return xj_error_set(s->err, XJ_ENOMEM, "out of memory");
	if (fwrite(s->line.data, 1, s->line.len, s->lines) != s->line.len)
		return xj_error_errno(s->err, "%s", s->packing->work);
	return xj_packing_cancelled(s->packing, s->err);
}

static int
add_cover(struct setting *s)
{
	const struct xj_packet *packet = s->packing->packet;
	const char *const *line = packet->lines;
	int r;

	begin(s, "cover");
	add_word(s, "title", s->packing->title);
	add_word(s, "subtitle", packet->subtitle);
	xj_buf_adds(&s->line, ",\"lines\":[");
	for (size_t i = 0; line != NULL && line[i] != NULL; i++) {
		xj_buf_adds(&s->line, i > 0 ? "," : "");
		xj_json_string(&s->line, line[i], strlen(line[i]));
	}
	xj_buf_addc(&s->line, ']');
	r = end(s);
	if (r < 0)
		return r;
	begin(s, "contents");
	add_word(s, "title", xj_tr(N_("Contents")));
	return end(s);
}

/* ------------------------------------------------------------------- text */

static int
add_place(struct setting *s, const struct xj_text_part *part)
{
	char place[64];

	if (strcmp(part->where, "page") != 0 || part->at == s->at)
		return XJ_OK;
	s->at = part->at;
	snprintf(place, sizeof(place), xj_tr(N_("page %u")),
		 (unsigned)part->at);
	begin(s, "place");
	add_word(s, "text", place);
	return end(s);
}

static int
add_part(void *ctx, const struct xj_text_part *part)
{
	static const char *const kinds[][2] = {
		{ "heading", "heading" }, { "list", "list" },
		{ "table", "row" }, { "code", "code" },
	};
	struct setting *s = ctx;
	const char *kind = "text";
	int r = add_place(s, part);

	if (r < 0)
		return r;
	s->some = true;
	for (size_t i = 0; i < XJ_COUNT(kinds); i++)
		if (strcmp(part->role, kinds[i][0]) == 0)
			kind = kinds[i][1];
	begin(s, kind);
	add(s, "text", part->text, part->len);
	if (part->level > 0)
		xj_buf_addf(&s->line, ",\"level\":%u", part->level);
	return end(s);
}

static int
add_text(struct setting *s, const struct xj_picked *item)
{
	int r;

	s->at = 0;
	s->some = false;
	r = xj_picked_text(s->packing, item, add_part, s, s->err);
	if (r < 0 || s->some)
		return r;
	begin(s, "text");
	add_word(s, "text", xj_tr(N_("There is no text in it; see the "
				     "original.")));
	return end(s);
}

/* -------------------------------------------------------- pages of PDF files */

static void
name_item(const struct setting *s, const struct xj_picked *item,
	  const char *what, char out[40])
{
	snprintf(out, 40, "%s-%zu.pdf", what,
		 (size_t)(item - s->packing->items) + 1);
}

/* The pages that are asked for, in a file "cut-N.pdf". */
static int
cut(struct setting *s, const struct xj_picked *item, struct xj_error *err)
{
	char from[40], to[40], range[32];
	const char *const argv[] = { XJ_QPDF, "--warning-exit-0", from, "--pages",
				     ".", range, "--", "-", NULL };
	xj_auto(xj_closep) int fd = -1;
	int r;

	name_item(s, item, "original", from);
	name_item(s, item, "cut", to);
	if (item->asked->last > 0)
		snprintf(range, sizeof(range), "%u-%u",
			 item->asked->first > 0 ? item->asked->first : 1,
			 item->asked->last);
	else
		snprintf(range, sizeof(range), "%u-z",
			 item->asked->first > 0 ? item->asked->first : 1);
	r = xj_packing_file(s->packing, from, &fd, err);
	if (r == XJ_OK)
		r = xj_document_get(item->document, (unsigned)item->version,
				    fd, err);
	return r == XJ_OK ? run_into(s, argv, to, err) : r;
}

/* One line of pdfinfo: "Page    1 size:  595.2 x 841.8 pts (A4)" or
 * "Page    1 rot:   90". */
static void
take_size(const char *line, double (*sizes)[2], unsigned count)
{
	unsigned page, turned;
	double w, h;

	if (sscanf(line, "Page %u size: %lf x %lf", &page, &w, &h) == 3 &&
	    page >= 1 && page <= count) {
		sizes[page - 1][0] = w;
		sizes[page - 1][1] = h;
	} else if (sscanf(line, "Page %u rot: %u", &page, &turned) == 2 &&
		   page >= 1 && page <= count && turned % 180 == 90) {
		w = sizes[page - 1][0];
		sizes[page - 1][0] = sizes[page - 1][1];
		sizes[page - 1][1] = w;
	}
}

static void
put_sizes(struct setting *s, char *said, unsigned count,
	  double (*sizes)[2])
{
	for (char *line = strtok(said, "\n"); line != NULL;
	     line = strtok(NULL, "\n"))
		take_size(line, sizes, count);
	begin(s, "pages");
	xj_buf_adds(&s->line, ",\"sizes\":[");
	for (unsigned i = 0; i < count; i++)
		xj_buf_addf(&s->line, "%s[%.2f,%.2f]", i > 0 ? "," : "",
			    sizes[i][0], sizes[i][1]);
	xj_buf_addc(&s->line, ']');
}

/* How many pages a cut file has, and how large they are, as a line. */
static int
measure(struct setting *s, const struct xj_picked *item, unsigned *count,
	struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf said = XJ_BUF_INIT;
	char name[40], info[48];
	const char *const argv[] = { XJ_PDFINFO, "-l", "100000", name, NULL };
	double (*sizes)[2];
	const char *pages;
	int r;

	name_item(s, item, "cut", name);
	snprintf(info, sizeof(info), "%s.info", name);
	r = run_into(s, argv, info, err);
	if (r == XJ_OK)
		r = xj_file_read(s->packing->work_fd, info, SMALL_MAX, &said,
				 err);
	if (r < 0)
		return r;
	pages = strstr(xj_buf_str(&said), "\nPages:");
	*count = pages != NULL ? (unsigned)strtoul(pages + 7, NULL, 10) : 0;
	sizes = *count > 0 && *count <= 100000
			? xj_arena_alloc(s->packing->arena,
					 *count * sizeof(*sizes)) : NULL;
	if (sizes == NULL)
		return xj_error_set(err, XJ_ECORRUPT, "it has no pages");
	put_sizes(s, said.data, *count, sizes);
	return XJ_OK;
}

static bool
is_pdf(const struct xj_picked *item)
{
	return strcmp(item->info->format, "application/pdf") == 0;
}

/* Why not is no failure of the packet, unless we were told to stop. */
static int
add_pages(struct setting *s, const struct xj_picked *item)
{
	xj_auto(xj_buf_release) struct xj_buf note = XJ_BUF_INIT;
	struct xj_error why = { 0 };
	size_t i = (size_t)(item - s->packing->items);
	int r = cut(s, item, &why);

	if (r == XJ_OK)
		r = measure(s, item, &s->pages[i], &why);
	if (r == XJ_OK)
		return end(s);
	if (r == XJ_ECANCELLED || r == XJ_ENOTFOUND || r == XJ_ENOSPC ||
	    r == XJ_EPERM) {
		if (s->err != NULL)
			*s->err = why;
		return r;
	}
	s->pages[i] = 0;
	xj_buf_addf(&note, xj_tr(N_("its pages cannot be taken over, its text "
				    "is set instead: %s")), why.message);
	xj_packing_note(s->packing, item, xj_buf_str(&note));
	return add_text(s, item);
}

static int
add_document(struct setting *s, const struct xj_picked *item)
{
	int r;

	begin(s, "item");
	add_word(s, "title", item->title);
	add_word(s, "source", item->source);
	add_word(s, "note", item->document ? item->asked->note : NULL);
	r = end(s);
	if (r < 0 || !item->document)
		return r;
	return is_pdf(item) && !item->bare ? add_pages(s, item) : add_text(s, item);
}

/* ------------------------------------------------------------ the whole PDF */

static int
typeset(struct setting *s, const char *how, const char *name)
{
	xj_auto(xj_buf_release) struct xj_buf program = XJ_BUF_INIT;
	const char *argv[3] = { NULL };
	xj_auto(xj_closep) int out = -1;
	int r = xj_tool_own("xueji-typeset", &program, s->err);

	argv[0] = program.data;
	argv[1] = how;
	if (r == XJ_OK)
		r = xj_packing_file(s->packing, name, &out, s->err);
	if (r == XJ_OK && lseek(s->lines_fd, 0, SEEK_SET) < 0)
		r = xj_error_errno(s->err, "%s", s->packing->work);
	return r == XJ_OK ? run(s, argv, s->lines_fd, out, s->err) : r;
}

/* All pages that are taken over, one behind the other, and where they go. */
static int
write_arguments(struct setting *s)
{
	xj_auto(xj_buf_release) struct xj_buf starts = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf join = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf under = XJ_BUF_INIT;
	unsigned long start;
	unsigned all = 0;
	char *at, name[40];
	int r = xj_file_read(s->packing->work_fd, "starts", SMALL_MAX, &starts,
			     s->err);

	if (r < 0)
		return r;
	at = starts.data;
	xj_buf_adds(&join, "--warning-exit-0\n--empty\n"
			   "--keep-files-open=n\n--pages\n");
	xj_buf_adds(&under, "--warning-exit-0\nset.pdf\n--underlay\nall.pdf\n"
			    "--to=");
	for (size_t i = 0; i < s->packing->packet->count; i++) {
		if (s->pages[i] == 0)
			continue;
		name_item(s, &s->packing->items[i], "cut", name);
		xj_buf_addf(&join, "%s\n", name);
		start = strtoul(at, &at, 10);
		xj_buf_addf(&under, "%s%lu-%lu", all > 0 ? "," : "", start,
			    start + s->pages[i] - 1);
		all += s->pages[i];
	}
	xj_buf_adds(&join, "--\n-\n");
	xj_buf_adds(&under, "\n--\n-\n");
	r = xj_buf_check(&join, s->err);
	if (r == XJ_OK)
		r = xj_buf_check(&under, s->err);
	if (r == XJ_OK)
		r = xj_file_write(s->packing->work_fd, "join", join.data,
				  join.len, s->err);
	return r == XJ_OK ? xj_file_write(s->packing->work_fd, "under",
					  under.data, under.len, s->err) : r;
}

static int
lay_under(struct setting *s)
{
	static const char *const join[] = { XJ_QPDF, "@join", NULL };
	static const char *const under[] = { XJ_QPDF, "@under", NULL };
	int r = typeset(s, "--pages", "starts");

	if (r == XJ_OK)
		r = typeset(s, NULL, "set.pdf");
	if (r == XJ_OK)
		r = write_arguments(s);
	if (r == XJ_OK)
		r = run_into(s, join, "all.pdf", s->err);
	return r == XJ_OK ? run_into(s, under, "out", s->err) : r;
}

static int
set_all(struct setting *s)
{
	const struct xj_packing *p = s->packing;
	bool taken = false;
	int r = add_cover(s);

	for (size_t i = 0; r == XJ_OK && i < p->packet->count; i++) {
		r = add_document(s, &p->items[i]);
		taken |= s->pages[i] > 0;
	}
	if (r == XJ_OK && fflush(s->lines) != 0)
		r = xj_error_errno(s->err, "%s", p->work);
	if (r < 0)
		return r;
	return taken ? lay_under(s) : typeset(s, NULL, "out");
}

int
xj_packet_pdf(struct xj_packing *p, struct xj_error *err)
{
	struct setting s = { .packing = p, .err = err, .lines_fd = -1 };
	int r = xj_packing_file(p, "lines", &s.lines_fd, err);

	if (r < 0)
		return r;
	s.pages = xj_arena_alloc(p->arena,
				 p->packet->count * sizeof(*s.pages));
	s.lines = fdopen(dup(s.lines_fd), "w");
	r = s.pages != NULL && s.lines != NULL ? set_all(&s) :
		xj_error_set(err, XJ_ENOMEM, "out of memory");
	if (s.lines != NULL)
		fclose(s.lines);
	close(s.lines_fd);
	xj_buf_release(&s.line);
	return r;
}
