/*
 * search-run.c - answer a file of queries in the run format of TREC:
 * "id Q0 document rank score tag", for programs that measure searches.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* Only what would break the columns: space, control characters, and % itself. */
static void
put_escaped(struct xj_buf *b, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c <= ' ' || c == '%' || c == 0x7F)
			xj_buf_addf(b, "%%%02X", c);
		else
			xj_buf_addc(b, *s);
	}
}

static int
put_row(const char *id, const struct xj_hit *h, size_t rank, double score,
	const char *tag)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	for (size_t i = 0; h->info.path[i]; i++) {
		if (i)
			xj_buf_addc(&b, '/');
		put_escaped(&b, h->info.path[i]);
	}
	return printf("%s Q0 %s %zu %.9g %s\n", id, xj_buf_str(&b), rank,
		      score, tag) < 0 ? EXIT_STORE : EXIT_FINE;
}

/* Programs that read a run sort it by score again, so equal scores, and the
 * second tier's that may be higher, must go down with the rank. */
static double
lower(double score, double last)
{
	double step = last > 1 ? last * 1e-8 : 1e-8;

	return score < last - step ? score : last - step;
}

static int
answer(struct xj_archive *archive, const char *id, const char *query,
       const char *tag, size_t limit)
{
	struct xj_hits *hits;
	struct xj_error err = { 0 };
	double last = 0;
	int r = xj_search(archive, &(struct xj_search){ .query = query,
			.limit = limit, .no_passages = true }, &hits,
			  &err);

	if (r == XJ_EINVAL)
		return EXIT_FINE; /* nothing to search for has no answers */
	if (r < 0)
		return xj_fail(&err);
	for (size_t i = 0; i < xj_hits_count(hits) && r == XJ_OK; i++) {
		const struct xj_hit *h = xj_hits_at(hits, i);

		last = i ? lower(h->score, last) : h->score;
		r = put_row(id, h, i + 1, last, tag);
	}
	xj_hits_free(hits);
	return r;
}

static int
answer_line(struct xj_archive *archive, char *line, ull number,
	    const char *file, const char *tag, size_t limit)
{
	char *tab;

	line[strcspn(line, "\r\n")] = '\0';
	if (!*line)
		return EXIT_FINE;
	tab = strchr(line, '\t');
	if (!tab || tab == line)
		return xj_usage(_("%s: line %llu: an id, a tab and a query "
				  "are expected"), file, number);
	*tab = '\0';
	if (strpbrk(line, " \v\f"))
		return xj_usage(_("%s: line %llu: the id has a space in it"),
				file, number);
	return answer(archive, line, tab + 1, tag, limit);
}

int
xj_search_run(struct xj_archive *archive, const char *file, const char *tag,
	      size_t limit)
{
	FILE *in = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
	char *line = NULL;
	size_t cap = 0;
	ull number = 0;
	int code = EXIT_FINE;

	if (!in)
		return xj_fail_with(errno == ENOENT ? EXIT_MISSING :
				    EXIT_STORE, "%s%s%s", file, _(": "),
				    xj_tr(strerrordesc_np(errno)));
	while (code == EXIT_FINE && getline(&line, &cap, in) > 0)
		code = answer_line(archive, line, ++number, file, tag, limit);
	if (code == EXIT_FINE && ferror(in))
		code = xj_fail_with(EXIT_STORE, "%s%s%s", file, _(": "),
				    xj_tr(strerrordesc_np(errno)));
	free(line);
	if (in != stdin)
		fclose(in);
	return code;
}
