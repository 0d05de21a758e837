/* host.c - one file through the real worker, for tests of importers. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"

struct host {
	struct xj_importers *importers;
	const struct host_options *options;
	struct host_result *out;
	unsigned depth;
};

static const char *const roles[] = { "body",    "heading", "list", "table",
				     "caption", "note",    "code", "header",
				     "hidden",  "ocr" };
static const char *const places[] = { "", " line", " page", " msec", " part" };

static void
begin_line(struct host *h, const char *what)
{
	for (unsigned i = 0; i < h->depth; i++)
		xj_buf_adds(&h->out->dump, "    ");
	xj_buf_adds(&h->out->dump, what);
}

/* In double quotes, on one line. */
static void
add_quoted(struct host *h, const char *s, size_t len)
{
	xj_buf_addc(&h->out->dump, ' ');
	xj_json_string(&h->out->dump, s, len);
}

static void
add_word(struct host *h, const char *name, const char *value)
{
	if (value == NULL)
		return;
	xj_buf_addf(&h->out->dump, " %s=", name);
	xj_json_string(&h->out->dump, value, strlen(value));
}

static void
add_place(struct host *h, uint32_t where, uint64_t at)
{
	xj_buf_adds(&h->out->dump, places[where]);
	if (where != XJ_NOWHERE)
		xj_buf_addf(&h->out->dump, " %llu", (unsigned long long)at);
}

static void
add_fields(struct host *h, const struct xj_block *b)
{
	struct xj_buf *dump = &h->out->dump;

	if (b->has & XJ_HAS_CELL)
		xj_buf_addf(dump, " cell=%u,%u", b->row, b->column);
	if (b->has & XJ_HAS_END_MSEC)
		xj_buf_addf(dump, " end=%llu", (unsigned long long)b->end_ms);
	if (b->has & XJ_HAS_OFFSET)
		xj_buf_addf(dump, " offset=%llu",
			    (unsigned long long)b->offset);
	if (b->has & XJ_HAS_BOX)
		xj_buf_addf(dump, " box=%d,%d,%d,%d", b->box[0], b->box[1],
			    b->box[2], b->box[3]);
	if (b->has & XJ_HAS_FRAGMENT)
		add_word(h, "fragment", b->fragment);
	add_word(h, "label", b->label);
	if (b->more)
		xj_buf_adds(dump, " more");
}

static int
on_text(void *ctx, const struct xj_block *b)
{
	struct host *h = ctx;
	struct xj_buf *text = &h->out->text;

	begin_line(h, roles[b->role]);
	if (b->level > 0)
		xj_buf_addf(&h->out->dump, " %u", b->level);
	add_place(h, b->where, b->at);
	add_fields(h, b);
	add_quoted(h, b->text, b->len);
	xj_buf_addc(&h->out->dump, '\n');
	if (b->more && text->len > 0)
		text->data[--text->len] = '\0'; /* it goes on */
	xj_buf_add(text, b->text, b->len);
	xj_buf_addc(text, '\n');
	h->out->blocks++;
	return xj_buf_check(text, NULL);
}

static int
on_meta(void *ctx, const struct xj_meta *m)
{
	struct host *h = ctx;

	begin_line(h, "meta ");
	xj_buf_adds(&h->out->dump, m->element);
	add_quoted(h, m->value, m->len);
	add_word(h, "lang", m->lang);
	add_word(h, "source", m->source);
	xj_buf_addc(&h->out->dump, '\n');
	return XJ_OK;
}

static int
on_outline(void *ctx, const struct xj_outline *o)
{
	struct host *h = ctx;

	begin_line(h, "outline");
	xj_buf_addf(&h->out->dump, " %u", o->level);
	add_place(h, o->where, o->at);
	add_quoted(h, o->title, strlen(o->title));
	xj_buf_addc(&h->out->dump, '\n');
	return XJ_OK;
}

static int
on_page(void *ctx, const struct xj_page *p)
{
	struct host *h = ctx;

	begin_line(h, "page");
	xj_buf_addf(&h->out->dump,
		    " %llu %ux%u chars=%u replaced=%u image=%u",
		    (unsigned long long)p->number, p->width, p->height,
		    p->chars, p->replaced, p->image_area);
	add_word(h, "label", p->label);
	xj_buf_addc(&h->out->dump, '\n');
	return XJ_OK;
}

static int
on_warn(void *ctx, const char *message)
{
	struct host *h = ctx;

	begin_line(h, "warn");
	add_quoted(h, message, strlen(message));
	xj_buf_addc(&h->out->dump, '\n');
	return XJ_OK;
}

static int import(struct host *h, int fd, const char *name, const char *mime,
		  struct xj_import_result *result, struct xj_error *err);

/* Enough of the digest to tell one from another. */
static void
add_digest(struct host *h, int fd)
{
	unsigned char sum[XJ_DIGEST_MAX];
	char hex[XJ_DIGEST_HEX_MAX];
	uint64_t size;

	if (fd < 0 || xj_digest_fd(XJ_SHA256, fd, sum, &size, NULL) < 0)
		return;
	xj_hex(sum, 8, hex);
	xj_buf_addf(&h->out->dump, " sha256=%s", hex);
}

static int
on_left(struct host *h, const struct xj_import_child *c)
{
	begin_line(h, c->lack == XJ_CHILD_LOST ? "lost" : "left");
	add_quoted(h, c->info.name, strlen(c->info.name));
	add_word(h, "why", c->damage);
	xj_buf_addc(&h->out->dump, '\n');
	return XJ_OK;
}

static int
on_child(void *ctx, const struct xj_import_child *c)
{
	static const char *const kinds[] = { "member", "attachment", "image" };
	struct host *h = ctx;
	struct xj_import_result result;
	int r = XJ_OK;

	if (c->lack > XJ_CHILD_LIMIT)
		return on_left(h, c);
	begin_line(h, "child ");
	xj_buf_adds(&h->out->dump, kinds[c->info.role]);
	add_quoted(h, c->info.name, strlen(c->info.name));
	if (c->fd >= 0)
		xj_buf_addf(&h->out->dump, " size=%llu",
			    (unsigned long long)c->info.size);
	if (c->info.mtime != INT64_MIN)
		xj_buf_addf(&h->out->dump, " mtime=%lld",
			    (long long)c->info.mtime);
	add_word(h, "type", c->info.mime);
	add_word(h, "damage", c->damage);
	add_digest(h, c->fd);
	xj_buf_addc(&h->out->dump, '\n');
	h->out->children++;
	if (c->fd >= 0 && h->options->depth > h->depth) {
		h->depth++;
		r = import(h, c->fd, xj_path_base(c->info.name), c->info.mime,
			   &result, NULL);
		h->depth--;
	}
	if (c->fd >= 0)
		close(c->fd);
	return r;
}

static const struct xj_sink sink = {
	.text = on_text, .meta = on_meta, .outline = on_outline,
	.page = on_page, .child = on_child, .warn = on_warn,
};

static int
import(struct host *h, int fd, const char *name, const char *mime,
       struct xj_import_result *result, struct xj_error *err)
{
	struct xj_import_source source = {
		.fd = fd, .name = name, .mime = mime, .depth = h->depth,
		.importer = h->depth == 0 ? h->options->importer : NULL,
		.password = h->options->password,
	};
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0)
		return xj_error_errno(err, "%s", name);
	source.size = (uint64_t)st.st_size;
	r = xj_import_run(h->importers, &source, &sink, h, result, err);
	if (r < 0)
		return r;
	begin_line(h, "outcome ");
	xj_buf_adds(&h->out->dump, xj_import_outcome_name(result->outcome));
	xj_buf_addf(&h->out->dump, " importer=%s bid=%d type=%s",
		    result->importer, result->bid, result->mime);
	if (result->reason[0] != '\0')
		add_word(h, "reason", result->reason);
	xj_buf_addc(&h->out->dump, '\n');
	return XJ_OK;
}

int
host_import(const struct host_options *options, const char *path,
	    struct host_result *out, struct xj_error *err)
{
	static const struct host_options none;
	struct host h = { .options = options ? options : &none, .out = out };
	const char *dirs[] = { h.options->plugins, NULL };
	struct xj_importers_options o = { .dirs = dirs,
					  .encoding = h.options->encoding,
					  .limits = h.options->limits };
	xj_auto(xj_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return xj_error_errno(err, "%s", path);
	if (dirs[0] == NULL)
		dirs[0] = getenv("XUEJI_PLUGINS");
	r = xj_importers_open(&o, &h.importers, err);
	if (r < 0)
		return r;
	r = import(&h, fd, xj_path_base(path), h.options->mime, &out->result,
		   err);
	xj_importers_close(h.importers);
	return r;
}

void
host_release(struct host_result *result)
{
	xj_buf_release(&result->dump);
	xj_buf_release(&result->text);
}
