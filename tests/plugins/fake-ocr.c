/*
 * fake-ocr.c - for tests, in place of the reader of pages that are pictures:
 * what stands on a page is made up from its number, and what it does from the
 * name of the document. "bad": page 2 never ends, page 3 takes its process
 * down, page 4 has nothing to read. "slow": each page takes 50 ms.
 * "secret": page 1 is marked secret.
 */
#include <stdlib.h>
#include <time.h>

#include <xueji/importer.h>

static void
misbehave(uint64_t page)
{
	volatile uint64_t n = 0;

	while (page == 2)
		n++;
	if (page == 3)
		abort();
}

static void
take_ms(long ms)
{
	struct timespec t, now;

	clock_gettime(CLOCK_MONOTONIC, &t);
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while ((now.tv_sec - t.tv_sec) * 1000 +
	       (now.tv_nsec - t.tv_nsec) / 1000000 < ms);
}

static int
import_fake(struct xj_import *in)
{
	char text[64];
	struct xj_block b = { .text = text, .role = XJ_OCR, .where = XJ_PAGE,
			      .at = in->page };
	int r;

	if (strncmp(in->name, "bad", 3) == 0) {
		misbehave(in->page);
		if (in->page == 4)
			return 0;
	}
	if (strncmp(in->name, "slow", 4) == 0)
		take_ms(50);
	b.len = (size_t)snprintf(text, sizeof(text), "%s", in->page == 1 &&
				 strncmp(in->name, "secret", 6) == 0 ?
				 "秘密★10年" : "Stamp");
	r = xj_text(in, &b);
	b.len = (size_t)snprintf(text, sizeof(text), "第%u页 卫生法规",
				 (unsigned)in->page);
	return r < 0 ? r : xj_text(in, &b);
}

static const struct xj_format formats[] = {
	{ "application/pdf", "pdf", "%PDF-", 5, 0 },
	{ "image/png", "png", "\x89PNG\r\n\x1A\n", 8, 0 },
	{ 0 }
};

XJ_IMPORTER(.name = "fake-ocr", .version = "1", .license = "MIT",
	    .formats = formats, .import = import_fake);
