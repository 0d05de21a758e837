/*
 * bench-text.c - how fast text is normalised, cut, counted and looked through:
 * MB of source text in a second of CPU.
 *
 *	bench-text FILE...
 *
 * A file is taken as documents of about 8 KiB, cut at ends of lines.
 */
#include "text/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENT 8192u
#define SECONDS 1.0

struct document {
	const char *text;
	size_t len;
};

static struct document *documents;
static size_t document_count, document_cap;
static uint64_t total;
static struct xj_analyzer *an;
static struct xj_normal *normals;

static void
check(int r, const struct xj_error *err)
{
	if (r >= 0)
		return;
	fprintf(stderr, "bench-text: %s\n", err->message);
	exit(1);
}

static void
add_document(const char *text, size_t len)
{
	if (document_count == document_cap) {
		document_cap = document_cap ? document_cap * 2 : 1024;
		documents = realloc(documents,
				    document_cap * sizeof(*documents));
		if (!documents)
			abort();
	}
	documents[document_count++] = (struct document){ text, len };
	total += len;
}

static void
add_file(const char *name)
{
	struct xj_buf text = XJ_BUF_INIT;
	struct xj_error err;
	const char *p, *end;

	check(xj_file_read(AT_FDCWD, name, SIZE_MAX, &text, &err), &err);
	for (p = text.data, end = p + text.len; p < end;) {
		size_t n = (size_t)(end - p);

		if (n > DOCUMENT) {
			const char *line = memchr(p + DOCUMENT, '\n',
						  n - DOCUMENT);

			if (line)
				n = (size_t)(line + 1 - p);
		}
		add_document(p, n);
		p += n;
	}
}

static void
normalise(unsigned flags)
{
	struct xj_error err;

	for (size_t i = 0; i < document_count; i++)
		check(xj_normalise(an, documents[i].text, documents[i].len,
				   flags, &normals[i], &err), &err);
}

static void
normalise_plain(void)
{
	normalise(0);
}

static void
normalise_with_origins(void)
{
	static struct xj_normal n = XJ_NORMAL_INIT;
	struct xj_error err;

	for (size_t i = 0; i < document_count; i++)
		check(xj_normalise(an, documents[i].text, documents[i].len,
				   XJ_NORMAL_ORIGIN, &n, &err), &err);
}

static size_t terms_seen, postings_seen;

static int
see_term(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	 size_t at, size_t width)
{
	(void)ctx;
	(void)kind;
	(void)term;
	(void)len;
	(void)at;
	(void)width;
	terms_seen++;
	return 0;
}

static void
cut(void)
{
	struct xj_error err;

	terms_seen = 0;
	for (size_t i = 0; i < document_count; i++)
		check(xj_terms(an, normals[i].bytes, normals[i].len, see_term,
			       NULL, &err), &err);
}

static void
cut_count_and_sort(void)
{
	static struct xj_counts *counts;
	struct xj_error err;

	if (!counts)
		check(xj_counts_new(&counts, &err), &err);
	postings_seen = 0;
	for (size_t i = 0; i < document_count; i++) {
		const struct xj_counted *list;
		size_t n;

		xj_counts_clear(counts);
		check(xj_counts_text(counts, an, normals[i].bytes,
				     normals[i].len, 1, &err), &err);
		check(xj_counts_sorted(counts, &list, &n, &err), &err);
		postings_seen += n;
	}
}

static void
all_of_it(void)
{
	normalise_plain();
	cut_count_and_sort();
}

static size_t windows_seen;

static void
look_for(const struct xj_needle *needles, size_t count)
{
	struct xj_finder *f;
	struct xj_error err;

	check(xj_finder_new(an, needles, count, &f, &err), &err);
	windows_seen = 0;
	for (size_t i = 0; i < document_count; i++)
		windows_seen += xj_finder_window(f, normals[i].bytes,
						 normals[i].len, 100,
						 NULL) > 0;
	xj_finder_free(f);
}

#define NEEDLE(s) { .bytes = (s), .len = sizeof(s) - 1, .weight = 0.1f }
#define LATIN(s) { .bytes = (s), .len = sizeof(s) - 1, .weight = 0.1f, \
		   .latin = true }

static void
find_han(void)
{
	static const struct xj_needle needles[] = {
		NEEDLE("慢性"), NEEDLE("性肝"), NEEDLE("肝炎"), NEEDLE("患者"),
		NEEDLE("饮食"), NEEDLE("食注"), NEEDLE("注意"), NEEDLE("事项"),
		NEEDLE("慢性肝炎"), NEEDLE("注意事项"),
	};

	look_for(needles, XJ_COUNT(needles));
}

static void
find_latin(void)
{
	static const struct xj_needle needles[] = {
		LATIN("boundari"), LATIN("layer"), LATIN("heat"),
		LATIN("transfer"),
	};

	look_for(needles, XJ_COUNT(needles));
}

static void
measure(const char *what, void (*work)(void))
{
	uint64_t from = xj_thread_cpu_us(), now;
	unsigned times = 0;

	do {
		work();
		times++;
		now = xj_thread_cpu_us();
	} while ((double)(now - from) < SECONDS * 1e6);
	printf("%-24s %8.1f MB/s\n", what,
	       (double)total * times / (double)(now - from));
}

int
main(int argc, char **argv)
{
	struct xj_error err;

	if (argc < 2) {
		fprintf(stderr, "usage: bench-text FILE...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++)
		add_file(argv[i]);
	check(xj_analyzer_new(NULL, &an, &err), &err);
	normals = calloc(document_count + 1, sizeof(*normals));
	if (!normals)
		abort();
	printf("%zu documents, %.1f MB\n", document_count, (double)total / 1e6);
	measure("normalise", normalise_plain);
	measure("normalise with origins", normalise_with_origins);
	measure("cut into terms", cut);
	measure("cut, count, sort", cut_count_and_sort);
	measure("normalise to sorted", all_of_it);
	measure("find, Chinese query", find_han);
	measure("find, English query", find_latin);
	printf("%.1f terms and %.1f postings a KB\n",
	       (double)terms_seen * 1e3 / (double)total,
	       (double)postings_seen * 1e3 / (double)total);
	return 0;
}
