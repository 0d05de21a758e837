/*
 * bench-search.c - how long queries of many kinds take in a process that has
 * the archive open, with passages and facets.
 *
 *	bench-search ARCHIVE [COUNT [SEED [KIND]]]
 *	bench-search ARCHIVE QUERIES
 *
 * What is searched for is cut from documents of the archive taken at random, so
 * that frequent words are asked for frequently. Prints milliseconds of CPU a
 * kind and over all, and the slowest queries. KIND, 0 to 10: of that one alone.
 * QUERIES is a file of queries, each of which is asked many times.
 *
 * With READER=LOGIN in the environment every query is asked twice in turn, by
 * the archive's owner and by that member; each gets his table.
 */
#include <xueji/xueji.h>

#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WARMING 55u /* queries that are not measured */
#define SLOWEST 8u
#define WORDS 512u

enum kind {
	PAIR, WORD, TWO_WORDS, SENTENCE, PHRASE, CHARACTER, ENGLISH,
	ENGLISH_WORDS, ENGLISH_PHRASE, FILTER, BY_DATE, KINDS
};

static const char *const names[KINDS] = {
	"two characters", "a longer word", "two or three words", "a sentence",
	"a phrase in quotes", "one character", "an English word",
	"three English words", "an English phrase", "a word and a filter",
	"a word, by date",
};

struct query {
	enum kind kind;
	char text[512];
	double ms, wall;
	uint64_t total;
};

/* A word of a document, as it stands in the normal text. */
struct word {
	size_t at, width, chars;
	bool latin, stop;
};

static struct xj_archive *archive;
static struct xj_analyzer *analyzer;
static struct xj_buf text, creator;
static struct xj_normal normal;
static struct word words[WORDS];
static size_t word_count;
static uint64_t state = 1;

static void
check(int r, const struct xj_error *err)
{
	if (r >= 0)
		return;
	fprintf(stderr, "bench-search: %s\n", err->message);
	exit(1);
}

/* Source: SplitMix64 (S. Vigna). */
static size_t
below(size_t n)
{
	uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return (size_t)((z ^ z >> 31) % n);
}

/* ------------------------------------------------------------ a document */

static int
take_text(void *ctx, const struct xj_text_part *part)
{
	(void)ctx;
	xj_buf_add(&text, part->text, part->len);
	xj_buf_addc(&text, '\n');
	return text.len > 65536 ? XJ_END : XJ_OK;
}

static int
take_word(void *ctx, enum xj_term_kind kind, const char *term, size_t len,
	  size_t at, size_t width)
{
	const char *p = normal.bytes + at;
	struct word w = { .at = at, .width = width };

	(void)ctx;
	if (kind != XJ_TERM_WORD || word_count == WORDS)
		return XJ_OK;
	w.stop = xj_stop_term(kind, term, len);
	w.latin = !xj_is_han(xj_utf8_next(&p, normal.bytes + at + width));
	for (size_t i = at; i < at + width; i++)
		w.chars += (normal.bytes[i] & 0xC0) != 0x80;
	words[word_count++] = w;
	return XJ_OK;
}

static bool
read_document(uint64_t id)
{
	struct xj_document *document;
	struct xj_error err = { 0 };
	char ref[24];

	snprintf(ref, sizeof(ref), "%llu", (unsigned long long)id);
	if (xj_document_open(archive, ref, &document, &err) < 0)
		return false;
	xj_buf_clear(&text);
	xj_buf_clear(&creator);
	xj_buf_adds(&creator, xj_document_info(document)->creators);
	check(xj_document_text(document, take_text, NULL, &err), &err);
	xj_document_free(document);
	word_count = 0;
	check(xj_normalise(analyzer, xj_buf_str(&text), text.len, 0, &normal,
			   &err), &err);
	check(xj_terms(analyzer, normal.bytes, normal.len, take_word, NULL,
		       &err), &err);
	return true;
}

/* --------------------------------------------------------------- a query */

static const struct word *
any_word(bool latin, size_t least, size_t most)
{
	for (int tries = 0; word_count && tries < 60; tries++) {
		const struct word *w = &words[below(word_count)];

		if (w->latin == latin && !w->stop && w->chars >= least &&
		    w->chars <= most)
			return w;
	}
	return NULL;
}

static bool
put_word(struct xj_buf *out, bool latin, size_t least, size_t most)
{
	const struct word *w = any_word(latin, least, most);

	if (w && out->len)
		xj_buf_addc(out, ' ');
	if (w)
		xj_buf_add(out, normal.bytes + w->at, w->width);
	return w != NULL;
}

/* `count` Han characters that stand together. */
static bool
put_run(struct xj_buf *out, size_t count)
{
	const char *end = normal.bytes + normal.len;

	for (int tries = 0; normal.len > 1 && tries < 60; tries++) {
		const char *from = normal.bytes +
			xj_utf8_cut(normal.bytes, normal.len,
				    below(normal.len - 1)), *p = from;
		size_t n = 0;

		while (n < count && p < end && xj_is_han(xj_utf8_next(&p, end)))
			n++;
		if (n < count)
			continue;
		xj_buf_add(out, from, (size_t)(p - from));
		return true;
	}
	return false;
}

/* Two words that stand together. */
static bool
put_english_phrase(struct xj_buf *out)
{
	for (int tries = 0; word_count > 1 && tries < 60; tries++) {
		const struct word *w = &words[below(word_count - 1)];
		size_t gap = w->at + w->width;

		if (!w[0].latin || !w[1].latin || w[0].stop || w[1].stop ||
		    w[0].chars < 4 || w[1].chars < 4 || w[1].at != gap + 1 ||
		    normal.bytes[gap] != ' ')
			continue;
		xj_buf_add(out, normal.bytes + w->at,
			   w[1].at + w[1].width - w->at);
		return true;
	}
	return false;
}

static bool
put_words(struct xj_buf *out, bool latin, size_t count, size_t least,
	  size_t most)
{
	for (size_t i = 0; i < count; i++)
		if (!put_word(out, latin, least, most))
			return false;
	return true;
}

static bool
put_filter(struct xj_buf *out)
{
	size_t year = 2000 + below(20);

	if (!put_word(out, false, 2, 2))
		return false;
	switch (below(4)) {
	case 0:
		xj_buf_adds(out, " kind:book");
		break;
	case 1:
		xj_buf_addf(out, " year:%zu..%zu", year, year + below(6));
		break;
	case 2:
		xj_buf_adds(out, " type:text -type:pdf");
		break;
	default:
		if (!creator.len)
			return false;
		xj_buf_addf(out, " creator:\"%s\"", xj_buf_str(&creator));
	}
	return true;
}

static bool
put_query(struct xj_buf *out, enum kind kind)
{
	switch (kind) {
	case PAIR:
	case BY_DATE:
		return put_word(out, false, 2, 2);
	case WORD:
		return put_word(out, false, 3, 8);
	case TWO_WORDS:
		return put_words(out, false, 2 + below(2), 2, 4);
	case SENTENCE:
		return put_run(out, 8 + below(12));
	case CHARACTER:
		return put_run(out, 1);
	case ENGLISH:
		return put_word(out, true, 4, 30);
	case ENGLISH_WORDS:
		return put_words(out, true, 3, 4, 30);
	case FILTER:
		return put_filter(out);
	case PHRASE:
		return put_run(out, 3 + below(6));
	case ENGLISH_PHRASE:
		return put_english_phrase(out);
	case KINDS:
		break;
	}
	return false;
}

static int
take_number(void *ctx, const struct xj_document_info *info)
{
	*(uint64_t *)ctx = info->id;
	return XJ_OK;
}

static uint64_t
greatest_number(void)
{
	const struct xj_list_options newest = { .sort = "-id", .limit = 1 };
	uint64_t total, number = 0;
	struct xj_error err;

	check(xj_list(archive, &newest, &total, take_number, &number, &err),
	      &err);
	if (number == 0) {
		fputs("bench-search: the archive is empty\n", stderr);
		exit(1);
	}
	return number;
}

static void
make_query(struct query *q, enum kind kind, uint64_t numbers)
{
	struct xj_buf out = XJ_BUF_INIT;
	bool quoted = kind == PHRASE || kind == ENGLISH_PHRASE;

	q->kind = kind;
	for (int tries = 0; tries < 1000; tries++) {
		xj_buf_clear(&out);
		if (read_document(1 + below(numbers)) && put_query(&out, kind))
			break;
	}
	snprintf(q->text, sizeof(q->text), quoted ? "\"%s\"" : "%s",
		 xj_buf_str(&out));
	xj_buf_release(&out);
}

/* ---------------------------------------------------------------- measuring */

static double
clock_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
ask(struct query *q)
{
	const struct xj_search search = {
		.query = q->text, .limit = 10,
		.facets = "kind,year,creator,type",
		.sort = q->kind == BY_DATE ? "date" : NULL,
	};
	double cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
	double wall = clock_ms(CLOCK_MONOTONIC);
	struct xj_hits *hits;
	struct xj_error err;

	if (!*q->text)
		return;
	check(xj_search(archive, &search, &hits, &err), &err);
	q->ms = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	q->wall = clock_ms(CLOCK_MONOTONIC) - wall;
	q->total = xj_hits_total(hits);
	xj_hits_free(hits);
}

static int
by_number(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
by_time(const void *a, const void *b)
{
	const struct query *x = a, *y = b;

	return by_number(&y->ms, &x->ms);
}

static void
tell(const char *name, double *ms, size_t n)
{
	double sum = 0;

	if (n == 0)
		return;
	qsort(ms, n, sizeof(*ms), by_number);
	for (size_t i = 0; i < n; i++)
		sum += ms[i];
	printf("%-22s %6zu %8.2f %8.2f %8.2f %8.2f %8.2f\n", name, n,
	       ms[n / 2], ms[n * 9 / 10], ms[n * 99 / 100], ms[n - 1],
	       sum / (double)n);
}

static void
tell_all(struct query *list, size_t count)
{
	double *ms = malloc(count * sizeof(*ms));

	if (!ms)
		abort();
	printf("%-22s %6s %8s %8s %8s %8s %8s\n", "ms of CPU", "count", "p50",
	       "p90", "p99", "most", "mean");
	for (unsigned kind = 0; kind <= KINDS; kind++) {
		size_t n = 0;

		for (size_t i = 0; i < count; i++)
			if (kind == KINDS || list[i].kind == kind)
				ms[n++] = list[i].ms;
		tell(kind == KINDS ? "all" : names[kind], ms, n);
	}
	for (size_t i = 0; i < count; i++)
		ms[i] = list[i].wall;
	tell("all, by the clock", ms, count);
	free(ms);
	qsort(list, count, sizeof(*list), by_time);
	for (size_t i = 0; i < count && i < SLOWEST; i++)
		printf("%8.1f ms, %llu found: %s\n", list[i].ms,
		       (unsigned long long)list[i].total, list[i].text);
}

/* Each query by the owner, then by the reader. */
static void
ask_both(const char *login, struct query *list, size_t count)
{
	struct query *his = malloc(count * sizeof(*his));
	struct xj_archive *owners = archive, *readers;
	struct xj_error err;

	if (!his)
		abort();
	memcpy(his, list, count * sizeof(*his));
	check(xj_archive_open(xj_archive_dir(archive), XJ_OPEN_READONLY,
			      &readers, &err), &err);
	check(xj_archive_set_reader(readers, login, &err), &err);
	for (size_t i = 0; i < count; i++) {
		archive = owners;
		ask(&list[i]);
		archive = readers;
		ask(&his[i]);
	}
	archive = owners;
	puts("the owner");
	tell_all(list + WARMING, count - WARMING);
	puts(login);
	tell_all(his + WARMING, count - WARMING);
	xj_archive_close(readers);
	free(his);
}

#define ROUNDS 40u

/* The lines of a file: each with the first quartile of its times, by the clock
 * as other programs are timed. */
static void
ask_file(FILE *f)
{
	struct query q = { .kind = PAIR };
	double ms[ROUNDS];

	while (fgets(q.text, sizeof(q.text), f)) {
		q.text[strcspn(q.text, "\n")] = '\0';
		for (size_t i = 0; i < ROUNDS; i++) {
			ask(&q);
			ms[i] = q.wall;
		}
		qsort(ms, ROUNDS, sizeof(*ms), by_number);
		printf("%s\t%.2f ms\t%llu\n", q.text, ms[ROUNDS / 4],
		       (unsigned long long)q.total);
	}
	fclose(f);
}

int
main(int argc, char **argv)
{
	size_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000;
	struct query *list = calloc(count + WARMING, sizeof(*list));
	struct xj_error err = { 0 };
	FILE *queries;
	size_t only = argc > 4 ? strtoul(argv[4], NULL, 10) : KINDS;
	uint64_t numbers;

	if (argc == 3 && (queries = fopen(argv[2], "r"))) {
		check(xj_archive_open(argv[1], XJ_OPEN_READONLY, &archive,
				      &err), &err);
		ask_file(queries);
		xj_archive_close(archive);
		return 0;
	}
	if (argc < 2 || count == 0) {
		fputs("usage: bench-search ARCHIVE [COUNT [SEED [KIND]]] | "
		      "ARCHIVE QUERIES\n", stderr);
		return 2;
	}
	if (!list)
		abort();
	state = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
	check(xj_archive_open(argv[1], XJ_OPEN_READONLY, &archive, &err), &err);
	check(xj_analyzer_new(&(struct xj_analyzer_options){ 0 }, &analyzer,
			      &err), &err);
	numbers = greatest_number();
	for (size_t i = 0; i < count + WARMING; i++)
		make_query(&list[i], only < KINDS ? only : i % KINDS, numbers);
	if (getenv("READER")) {
		ask_both(getenv("READER"), list, count + WARMING);
	} else {
		for (size_t i = 0; i < count + WARMING; i++)
			ask(&list[i]);
		tell_all(list + WARMING, count);
	}
	free(list);
	xj_normal_release(&normal);
	xj_buf_release(&text);
	xj_buf_release(&creator);
	xj_analyzer_free(analyzer);
	xj_archive_close(archive);
	return 0;
}
