/*
 * import/run.h - one import in the making. Private to import: run.c talks with
 * the worker, deliver.c passes on to the sink, outcome.c says how it went.
 */
#ifndef XJ_IMPORT_RUN_H
#define XJ_IMPORT_RUN_H

#include "import/host.h"

/* How the talk with a worker came to its end. */
enum xj_run_ending {
	XJ_RUN_GOES_ON,
	XJ_RUN_DONE,      /* it said so */
	XJ_RUN_DIED,
	XJ_RUN_LIED,      /* sent what may not be sent */
	XJ_RUN_LATE,      /* wall clock */
	XJ_RUN_CANCELLED,
	XJ_RUN_STOPPED,   /* by the sink, or by a fault of this side */
};

#define XJ_HELD_CHILDREN 32

/* A child that was received: its bytes, -1 when they are not wanted. */
struct xj_run_child {
	int fd;
	uint64_t size;
};

struct xj_run {
	struct xj_importers *importers;
	const struct xj_import_limits *limits;
	const struct xj_import_source *source;
	const struct xj_sink *sink;
	void *ctx;
	struct xj_import_result *result;
	struct xj_error *err;

	struct xj_link *link;
	uint32_t elsewhere;       /* who won and must have another worker */
	struct xj_frame_state state;
	uint64_t deadline_ms;
	enum xj_run_ending ending;
	int status;               /* STOPPED: what xj_import_run() returns */
	char sent[XJ_ERROR_MAX];  /* LIED: what was sent */
	int32_t said;             /* DONE: XJ_IMPORT_... */
	char message[XJ_FRAME_SHORT_MAX + 1]; /* DONE: its words */
	char warning[XJ_FRAME_SHORT_MAX + 1]; /* the first one */

	struct xj_spool spool;    /* of the child that is being received */
	struct xj_buf child;      /* the frame that began it */
	/* A document in a run is held back until its end: frames, and the
	 * children's bytes in order. */
	bool holding;
	struct xj_buf held;
	struct xj_run_child children[XJ_HELD_CHILDREN];
	size_t child_count;
};

/* ---------------------------------------------------------- to the sink */

/* One checked frame with its bytes: to the sink, the spool or the held ones. */
void xj_run_accept(struct xj_run *run, const struct xj_frame *frame,
		   const char *bytes, size_t len);
/* Let the sink have what was held back, and all else at once. */
void xj_run_release(struct xj_run *run);
/* Forget what was held back. */
void xj_run_discard(struct xj_run *run);

/* ---------------------------------------------------------- the outcome */

/* Fill the result from the ending, DONE, DIED, LIED or LATE. Negative: the
 * worker could not do its work at all, which is no fault of the document. */
int xj_run_conclude(struct xj_run *run);

#endif
