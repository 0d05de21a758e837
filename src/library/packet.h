/*
 * library/packet.h - what the files share that write packets: the documents,
 * found and named, and their text. Internal to library; xj_packet_write() in
 * packet.c tells how it goes.
 */
#ifndef XJ_PACKET_H
#define XJ_PACKET_H

#include "library/archive.h"

/*
 * One document of it. Memory is the arena's. Where the item asked for names no
 * document, its note is a title, and nothing but that title is given: there is
 * no document and no file then, and `info` says nothing.
 */
struct xj_picked {
	const struct xj_packet_item *asked;
	struct xj_document *document;
	bool bare;              /* to be read, not downloaded: text alone */
	const struct xj_document_info *info;
	uint64_t version;
	uint32_t pages;         /* that the document has, if some are asked for */
	const char *title;
	const char *source;     /* "李明 · 2011-02-16 · pages 3–5" */
	const char *file;       /* its name in the folder; NULL: not in it */
};

struct xj_packing {
	struct xj_archive *archive;
	const struct xj_packet *packet;
	const struct xj_packet_options *options;
	struct xj_arena *arena;
	const char *title;
	bool one_file;          /* a bag in a zip: the place ends with ".zip" */
	struct xj_picked *items;
	char *work;             /* a folder of our own beside the place */
	int work_fd;
};

void xj_packing_note(const struct xj_packing *p, const struct xj_picked *item,
		     const char *message);
int xj_packing_cancelled(const struct xj_packing *p, struct xj_error *err);
/* A new file in the folder of our own, to be written and read. */
int xj_packing_file(const struct xj_packing *p, const char *name, int *fd,
		    struct xj_error *err);

/* The folder of our own, beside `path`, where nothing is yet; what became "out" in
 * it takes that place; the folder goes. */
int xj_packing_begin(struct xj_packing *p, const char *path,
		     struct xj_error *err);
int xj_packing_settle(struct xj_packing *p, const char *path,
		      struct xj_error *err);
void xj_packing_end(struct xj_packing *p); /* for xj_auto */
/* packet-files.c: "out" is a zip of what lies in the folder "files", by `names`,
 * a line each. */
int xj_packing_zip(struct xj_packing *p, const struct xj_buf *names,
		   struct xj_error *err);

/* packet-text.c: the text of a document in the version and of the pages that
 * the packet has, paragraph by paragraph (`more` is never set). XJ_END from
 * `fn` ends it. */
int xj_picked_text(struct xj_packing *p, const struct xj_picked *item,
		   xj_text_part_fn fn, void *ctx, struct xj_error *err);

/* How many pages, slides or chapters a document has; 0: it is not parted so. */
int xj_pages_of(struct xj_document *document, uint32_t *pages,
		struct xj_error *err);
/* XJ_EINVAL: those asked for are not among so many. */
int xj_pages_check(const char *document, uint32_t first, uint32_t last,
		   uint32_t pages, struct xj_error *err);

/* Each makes "out" in the folder of our own. */
int xj_packet_folder(struct xj_packing *p, struct xj_error *err);
int xj_packet_zip(struct xj_packing *p, struct xj_error *err);
int xj_packet_bag(struct xj_packing *p, struct xj_error *err);
int xj_packet_html(struct xj_packing *p, struct xj_error *err);
int xj_packet_pdf(struct xj_packing *p, struct xj_error *err);

/* packet-html.c: the page, to `fd`; with `files`, linked to the originals. */
int xj_packet_page(struct xj_packing *p, bool files, int fd,
		   struct xj_error *err);

#endif
