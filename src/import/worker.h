/*
 * import/worker.h - the parts of the worker program: the plugins that the
 * zygote loaded, the worker that is forked from it, and the services that an
 * importer calls. Private to import, and to that program alone.
 *
 * One thread, one document at a time: what a worker is doing is kept in
 * statics of the file it belongs to.
 */
#ifndef XJ_IMPORT_WORKER_H
#define XJ_IMPORT_WORKER_H

#include "import/confine.h"
#include "import/control.h"
#include "import/frame.h"
#include "import/program.h"

/* --------------------------------------------------------------- plugins */

struct xj_loaded {
	char *file;                         /* absolute */
	char *refused;                      /* NULL: loaded */
	const struct xj_importer *importer; /* NULL: refused */
	const struct xj_program *program;   /* NULL: a shared object */
};

struct xj_plugin_set {
	struct xj_loaded *list;
	size_t count;
};

/* What is to be loaded. Lists are NULL-terminated. */
struct xj_plugin_sources {
	const char *const *files; /* one by one, before the folders */
	const char *const *dirs;
	const char *const *skip;  /* not to be touched: they crashed */
	bool own;                 /* heavy ones too: this is their zygote */
};

/*
 * Load every importer-*.so of the folders, in order of name within a folder,
 * and then every NAME.conf of plugins.d beside the folder. `loading` is called
 * before each, so that the host knows which one took the zygote down.
 */
int xj_plugins_load(struct xj_plugin_set *plugins,
		    const struct xj_plugin_sources *from,
		    void (*loading)(const char *file));

/* From now on there are no programs, and this is why. */
void xj_plugins_refuse_programs(struct xj_plugin_set *plugins, const char *why);

/* Whether `name` stands in the list before `other`: 1, 0; -1 neither does. */
int xj_order_first(const char *const *order, const char *name,
		   const char *other);

/* ---------------------------------------------------------------- worker */

struct xj_worker {
	const struct xj_plugin_set *plugins;
	const struct xj_cage *cage;
	const char *const *order; /* names that win equal bids */
	const char *encoding;     /* default */
	bool own;                 /* of a heavy importer's zygote */
	const struct xj_program *program; /* the one that it runs; or NULL */
};

/* The worker's end of its socket; every other descriptor is closed. */
#define XJ_WORKER_FD 3

void xj_close_from(int first);

/* At once, past whatever the sanitizers do when a process ends. */
void xj_worker_exit(int code) __attribute__((noreturn));

/* Be the program of a command line, see worker-tool.c. Returns what to exit
 * with when that failed. */
int xj_tool_become(int argc, char **argv);

/* Serve documents until the host closes the socket. Does not return. */
void xj_worker_run(const struct xj_worker *worker) __attribute__((noreturn));

/* --------------------------------------------------------------- signals */

/* Before fork(): handlers that send what is ready before the end. */
int xj_worker_signals(void);
/* The importer that is asked for a bid just now; -1: none. */
void xj_worker_bidding(int importer);

/* ---------------------------------------------------------------- output */

/* Append a frame; written when enough has come together. */
void xj_output_frame(const struct xj_frame *frame);
void xj_output_flush(void);
/* From a signal handler: whole frames that were not yet written. False when
 * it came in the middle of writing: the end then comes after it, as `code`. */
bool xj_output_rescue(int code);

/* ------------------------------------------------------------------ bids */

struct xj_bid {
	uint32_t importer; /* XJ_NO_IMPORTER */
	uint32_t bid;
	const char *mime;
};

/* The best bid of all plugins, or of the one named `only`. */
struct xj_bid xj_bid_best(const struct xj_worker *worker,
			  const struct xj_sample *sample, const char *only);

/* What to say of a document that no importer takes. */
const char *xj_unread_advice(const struct xj_sample *sample);

/* -------------------------------------------------------------- services */

/* What the host asks for. Strings lent. */
struct xj_request {
	int fd;
	uint32_t depth;
	uint64_t size, page;
	const char *name, *mime; /* "" when not known */
	const char *importer, *password; /* or NULL */
};

/*
 * Call the importer and keep its rules; then the last frame but for its
 * figures is in `done`. `message` lives until the next call.
 */
void xj_serve(const struct xj_worker *worker, const struct xj_request *request,
	      const struct xj_bid *bid, const struct xj_frame_state *state,
	      struct xj_frame *done);
/* Goes between "sent" and what an importer should not have sent. */
void xj_serve_where(const char *where);
/* As after a service that was called wrongly; `what` goes behind "sent". */
int xj_serve_lied(struct xj_import *in, const char *what);

/* The decoding service, of worker-decode.c. */
int xj_service_decode_begin(struct xj_import *in, const char *declared,
			    const void *sample, size_t len,
			    struct xj_decoder **decoder,
			    const char **encoding);
int xj_service_decode(struct xj_import *in, struct xj_decoder *decoder,
		      const void *bytes, size_t len, int last,
		      const char **text, size_t *text_len);
void xj_service_decode_end(struct xj_import *in, struct xj_decoder *decoder);
/* In the zygote, so that workers share the tables. */
void xj_service_decode_warm(void);
/* For a new document: its default and the charset that came with its type. */
void xj_service_decode_reset(const char *fallback, const char *mime);
/* What the importer left open is closed. */
void xj_service_decode_clear(void);

#endif
