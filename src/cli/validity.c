/* validity.c - whether a document still holds, as commands tell it. */
#include <xueji/validity.h>

#include "cli/cli.h"

static void
put_named(FILE *to, const struct xj_validity_document *d)
{
	fprintf(to, "#%llu ", (ull)d->id);
	xj_put(to, d->title);
}

/* "repealed (2011-03-01), replaced by #17 Title" */
static void
put_status(FILE *to, const struct xj_validity *v)
{
	const char *day = v->status[0] == 'r' ? v->until : v->from;

	fputs(xj_validity_shown(v->status), to);
	if (*day)
		fprintf(to, _(" (%s)"), day);
	if (!v->replaced_by.id)
		return;
	fputs(_(", replaced by "), to);
	put_named(to, &v->replaced_by);
}

static int
warn(void *ctx, const struct xj_validity *v)
{
	const char *ref = ctx;

	if (!xj_validity_warns(v->status))
		return XJ_OK;
	fprintf(stderr, _("xueji: document %s: "), ref);
	put_status(stderr, v);
	fputc('\n', stderr);
	return XJ_OK;
}

void
xj_warn_validity(struct xj_archive *archive, const char *ref)
{
	struct xj_document *d;
	char number[24];

	if (xj_document_open(archive, ref, &d, NULL) < 0)
		return;
	snprintf(number, sizeof(number), "%llu", (ull)xj_document_info(d)->id);
	xj_validity_tell(archive, xj_document_info(d)->id, warn, number, NULL);
	xj_document_free(d);
}

static int
put(void *ctx, const struct xj_validity *v)
{
	(void)ctx;
	if (*v->status) {
		putchar('\n');
		put_status(stdout, v);
		putchar('\n');
	}
	for (const struct xj_validity_document *d = v->replaces; d->id; d++) {
		fputs(_("replaces "), stdout);
		put_named(stdout, d);
		putchar('\n');
	}
	return XJ_OK;
}

void
xj_put_validity(struct xj_archive *archive, uint64_t id)
{
	xj_validity_tell(archive, id, put, NULL, NULL);
}

static void
json_named(const char *key, const struct xj_validity_document *d)
{
	xj_json_open(key, '{');
	xj_json_number("id", d->id);
	xj_json_text_of("title", d->title);
	xj_json_close('}');
}

static int
json(void *ctx, const struct xj_validity *v)
{
	(void)ctx;
	xj_json_open("validity", '{');
	xj_json_text_of("status", *v->status ? v->status : NULL);
	xj_json_text_of("from", *v->from ? v->from : NULL);
	xj_json_text_of("until", *v->until ? v->until : NULL);
	if (v->replaced_by.id)
		json_named("replaced_by", &v->replaced_by);
	else
		xj_json_text_of("replaced_by", NULL);
	xj_json_open("replaces", '[');
	for (const struct xj_validity_document *d = v->replaces; d->id; d++)
		json_named(NULL, d);
	xj_json_close(']');
	xj_json_close('}');
	return XJ_OK;
}

void
xj_json_validity(struct xj_archive *archive, uint64_t id)
{
	xj_validity_tell(archive, id, json, NULL, NULL);
}
