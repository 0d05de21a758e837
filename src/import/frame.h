/*
 * import/frame.h - what a worker says of a document: frames on a socket.
 * Private to import.
 *
 * A frame is {u32 type, u32 length} and `length` bytes, at most XJ_FRAME_MAX.
 * The worker is not to be believed, so three things are kept apart: parsing
 * (are the bytes a frame?), checking (may this be said, here and now?) and
 * what becomes of it, elsewhere. The worker's services run the same check
 * before they write, so that an honest importer hears of its fault or its
 * limit as the answer of a call, and the host meets only the others.
 *
 * Everything here is pure: no system calls, no globals. tests/fuzz/ feeds it.
 */
#ifndef XJ_IMPORT_FRAME_H
#define XJ_IMPORT_FRAME_H

#include "import/import.h"

#define XJ_FRAME_MAX (1u << 20)
#define XJ_FRAME_HEADER 8

/* The most of each that an importer may send; longer ones are cut by the
 * worker's services, and are a fault on the host's side. */
#define XJ_FRAME_VALUE_MAX 61440u  /* bytes of a value of metadata */
#define XJ_FRAME_NAME_MAX 4096u    /* name of a child, title in the outline */
#define XJ_FRAME_SHORT_MAX 1024u   /* label, fragment, warning, type */
#define XJ_FRAME_META_MAX 10000u   /* values of one document */
#define XJ_FRAME_OUTLINE_MAX 100000u
#define XJ_FRAME_WARN_MAX 1000u

enum xj_frame_type {
	XJ_FRAME_BIDDER = 1, /* who was asked for a bid when the worker died */
	XJ_FRAME_WINNER,     /* first of each document */
	XJ_FRAME_TEXT,
	XJ_FRAME_META,
	XJ_FRAME_OUTLINE,
	XJ_FRAME_PAGE,
	XJ_FRAME_CHILD,      /* begins */
	XJ_FRAME_DATA,       /* of the child that was begun */
	XJ_FRAME_CHILD_END,
	XJ_FRAME_WARN,
	XJ_FRAME_DONE,       /* last of each document */
};

#define XJ_NO_IMPORTER UINT32_MAX /* nobody bid */

struct xj_frame {
	enum xj_frame_type type;
	union {
		uint32_t bidder; /* which importer, as the zygote numbers them */
		struct {
			uint32_t importer;
			uint32_t bid;
			const char *mime;
		} winner;
		struct xj_block text;
		struct xj_meta meta;
		struct xj_outline outline;
		struct xj_page page;
		struct xj_child child;
		struct {
			const char *bytes;
			size_t len;
		} data;
		struct {
			const char *damage; /* or NULL */
			uint32_t lack;      /* XJ_CHILD_WHOLE, ... */
		} child_end;
		const char *warn;
		struct {
			int32_t status;      /* XJ_IMPORT_... */
			uint64_t cpu_us;     /* of this document */
			uint64_t memory;     /* peak of the worker, bytes */
			const char *message; /* or NULL */
		} done;
	};
};

/*
 * The frame at the start of the bytes. 1: it is in `frame`, which borrows from
 * `bytes`, and took `*used`. 0: it goes on behind `len`. Negative: it is none;
 * the message says what came instead, to go behind "sent".
 */
int xj_frame_parse(const char *bytes, size_t len, struct xj_frame *frame,
		   size_t *used, struct xj_error *err);

/* Append as one frame. */
void xj_frame_write(struct xj_wire_out *out, const struct xj_frame *frame);

/* What was said so far; begin with zeroes, `limits` and `size`. */
struct xj_frame_state {
	const struct xj_import_limits *limits; /* none zero */
	uint64_t size;       /* of the document */
	uint32_t importers;  /* how many there are */
	uint64_t text, volume, child, unpacked;
	uint64_t page;       /* last page of a block */
	uint64_t page_done;  /* last page that was told of as a whole */
	uint32_t pages;      /* greatest page number so far */
	uint32_t metas, outlines, children, warnings;
	bool won, in_child, done;
};

/*
 * Whether the frame may come now, and count it if so. XJ_ELIMIT: over a limit
 * of the document. XJ_EINVAL: not well-formed. The message is what was sent, as
 * of xj_frame_parse().
 */
int xj_frame_check(struct xj_frame_state *state, const struct xj_frame *frame,
		   struct xj_error *err);

#endif
