/*
 * fuzz-frame.c - any bytes as the frames of a worker. What is taken for frames
 * must hold what the rest of the host relies on, and must be written again as
 * the same bytes.
 *
 * `make fuzz-frame` builds it with clang; test-frame.c runs it with bytes of
 * its own.
 */
#include <stdlib.h>
#include <string.h>

#include "import/frame.h"

#include "fuzz.h"

static void
must_be_utf8(const char *s)
{
	MUST(s == NULL || xj_utf8_valid(s, strlen(s)));
}

static void
must_be_well(const struct xj_frame_state *s, const struct xj_frame *f)
{
	MUST(s->text <= s->limits->text);
	MUST(s->children <= s->limits->children);
	MUST(s->pages <= s->limits->pages);
	switch (f->type) {
	case XJ_FRAME_TEXT:
		MUST(f->text.len <= XJ_TEXT_MAX);
		MUST(f->text.role <= XJ_OCR && f->text.where <= XJ_PART);
		MUST(memchr(f->text.text, 0, f->text.len) == NULL);
		MUST(xj_utf8_valid(f->text.text, f->text.len));
		must_be_utf8(f->text.label);
		must_be_utf8(f->text.fragment);
		break;
	case XJ_FRAME_META:
		MUST(memchr(f->meta.value, 0, f->meta.len) == NULL);
		must_be_utf8(f->meta.element);
		break;
	case XJ_FRAME_CHILD:
		MUST(f->child.name != NULL && s->in_child);
		must_be_utf8(f->child.name);
		break;
	case XJ_FRAME_WARN:
		must_be_utf8(f->warn);
		break;
	default:
		break;
	}
}

static void
must_be_written_alike(const struct xj_frame *f, const char *bytes, size_t len)
{
	struct xj_wire_out out = { .buf = malloc(len), .cap = len };

	MUST(out.buf != NULL);
	xj_frame_write(&out, f);
	MUST(!out.failed && out.len == len);
	MUST(memcmp(out.buf, bytes, len) == 0);
	free(out.buf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct xj_import_limits limits = {
		.text = 1000, .pages = 10, .children = 3, .child = 100,
		.unpacked = 200, .ratio = 2,
	};
	struct xj_frame_state state = { .limits = &limits, .size = 100,
					.importers = 2 };
	/* A copy of its own, so that reading beyond it is seen. */
	char *bytes = malloc(size > 0 ? size : 1);
	size_t at = 0, used;
	struct xj_frame f;

	MUST(bytes != NULL);
	if (size > 0)
		memcpy(bytes, data, size);
	while (xj_frame_parse(bytes + at, size - at, &f, &used, NULL) == 1) {
		MUST(used >= XJ_FRAME_HEADER && used <= size - at);
		if (xj_frame_check(&state, &f, NULL) < 0)
			break;
		must_be_written_alike(&f, bytes + at, used);
		must_be_well(&state, &f);
		at += used;
	}
	free(bytes);
	return 0;
}
