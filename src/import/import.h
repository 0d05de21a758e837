/*
 * import/import.h - run importers on documents, in confined processes. Knows
 * nothing of what becomes of the text. Included by library alone.
 *
 * The parts: a zygote (the program xueji-importer, exec'd once, single
 * threaded) loads the plugins and tells what they are; a worker is forked from
 * it for each document, or for a short run of small documents of one
 * accession; the worker gets the document as a descriptor (SCM_RIGHTS) and
 * answers in frames on a socket. The host believes nothing in a frame: sizes,
 * UTF-8, order and counts are checked here. No importer code, not even
 * probe(), runs in the process that calls this.
 */
#ifndef XJ_IMPORT_H
#define XJ_IMPORT_H

#include <xueji/importer.h>

#include "util/util.h"

struct xj_importers;

/* Zero in a field means the default that stands behind it. */
struct xj_import_limits {
	uint64_t memory;       /* address space of a worker: 1 GiB */
	uint32_t cpu_s;        /* 60 */
	uint32_t wall_ms;      /* 120,000; time in the sink does not count */
	uint64_t text;         /* bytes of text of one document: 64 MiB */
	uint32_t pages;        /* 10,000 */
	uint32_t children;     /* of one document: 100,000 */
	uint64_t child;        /* bytes of one child: 2 GiB */
	uint64_t unpacked;     /* bytes of all children of a document: 4 GiB */
	uint32_t ratio;        /* unpacked : packed, above 50 MiB: 200 */
	uint32_t run;          /* documents a worker may serve: 200; 1: one each */
	uint64_t run_size;     /* a document up to this joins a run: 1 MiB */
};

struct xj_importers_options {
	const char *worker;          /* the program; NULL: as installed, or
	                              * $XUEJI_WORKER */
	const char *const *dirs;     /* of plugins, NULL-terminated, absolute;
	                              * may be NULL if there are files */
	const char *const *files;    /* single plugins, whatever they are
	                              * called, loaded before those of `dirs`;
	                              * NULL-terminated, absolute; may be NULL */
	const char *const *order;    /* importer names that win equal bids;
	                              * NULL-terminated; may be NULL */
	const char *encoding;        /* default of undeclared text: "GB18030" */
	const char *spool;           /* directory for large children: staging */
	struct xj_import_limits limits;
	unsigned workers;            /* idle workers kept: 0 means cores */
};

/*
 * Start the zygote and load the plugins. XJ_ENOTFOUND: no worker program, or
 * none of the directories is there. A plugin that is refused is no error.
 */
int xj_importers_open(const struct xj_importers_options *options,
		      struct xj_importers **importers, struct xj_error *err);
void xj_importers_close(struct xj_importers *importers);

/* What a plugin says of itself; strings live as long as the importers. */
struct xj_importer_info {
	const char *name, *version, *license, *libraries;
	const char *file;          /* absolute path */
	const char *refused;       /* NULL, or why it was not loaded */
	const char *command;       /* of a program; NULL: a shared object */
	uint32_t abi;
	uint32_t wants;            /* XJ_CLASS_... */
	const char *const *mimes;  /* NULL-terminated */
	const char *const *exts;   /* NULL-terminated */
};

size_t xj_importers_count(const struct xj_importers *importers);
const struct xj_importer_info *
xj_importers_at(const struct xj_importers *importers, size_t i);

/* Which layers hold a worker here, as found out by the zygote. */
struct xj_confinement {
	bool seccomp, no_new_privs, rlimits;
	int landlock_abi;          /* 0: the kernel has none */
	const char *missing;       /* what is missing and why, or "" */
};

const struct xj_confinement *
xj_importers_confinement(const struct xj_importers *importers);

/* ------------------------------------------------------------- one import */

/* The outcome of a document, for ever. Names: xj_outcome_name(). */
enum xj_import_outcome {
	XJ_OUT_OK, XJ_OUT_PARTIAL, XJ_OUT_ENCRYPTED, XJ_OUT_CORRUPT,
	XJ_OUT_UNSUPPORTED, XJ_OUT_LIMIT, XJ_OUT_CRASHED,
};

const char *xj_import_outcome_name(enum xj_import_outcome outcome);

struct xj_import_source {
	int fd;                 /* read only; the worker preads it */
	uint64_t size;
	const char *name;       /* file name without folders, UTF-8; or NULL */
	const char *mime;       /* declared, or NULL */
	const char *importer;   /* only this one; or NULL */
	const char *password;   /* or NULL */
	uint32_t depth;         /* 0: a file; 1: its member ... */
	uint64_t page;          /* this page alone; 0: all */
	uint64_t accession;     /* documents of different ones never share a
	                         * worker; any number, 0 too */
	const bool *cancel;     /* or NULL; looked at while waiting */
};

/* Why the bytes of a child are not there. */
enum xj_child_lack {
	XJ_CHILD_WHOLE,   /* they are */
	XJ_CHILD_LIMIT,   /* too many */
	XJ_CHILD_NOTHING, /* a link, a device: nothing to take */
	XJ_CHILD_LOST,    /* none could be read */
	XJ_CHILD_KEYLESS, /* the same, and no password helps; a sink sees
	                   * XJ_CHILD_LOST */
};

/* A child, spooled whole: the sink owns `fd` and must close it. */
struct xj_import_child {
	struct xj_child info;   /* name, raw, mime, mtime, role as sent; checked:
	                         * name is valid UTF-8, size is the true size */
	int fd;                 /* sealed memory or an unlinked file; -1 when
	                         * `lack` says that there are no bytes */
	const char *damage;     /* NULL, or why it is not whole or not there */
	enum xj_child_lack lack;
};

/*
 * Where an import goes. Each is optional. A negative return stops the import
 * and comes back from xj_import_run(). What is passed is lent for the call.
 * `child` may import the child at once (with another xj_import_run()): the
 * parent's clock stands still meanwhile.
 */
struct xj_sink {
	int (*text)(void *ctx, const struct xj_block *block);
	int (*meta)(void *ctx, const struct xj_meta *meta);
	int (*outline)(void *ctx, const struct xj_outline *line);
	int (*page)(void *ctx, const struct xj_page *page);
	int (*child)(void *ctx, const struct xj_import_child *child);
	int (*warn)(void *ctx, const char *message);
};

struct xj_import_result {
	enum xj_import_outcome outcome;
	char reason[512];       /* "" for ok; else a sentence that names what */
	char importer[64];      /* the winner; "" when none bid */
	char version[32];
	char mime[128];         /* what the document is; never "" */
	int bid;
	uint64_t cpu_us;        /* user + system of the worker for this document */
	uint64_t memory;        /* bytes, peak resident of the worker so far */
	uint64_t text_bytes;
	uint32_t pages, children, warnings;
	bool keyless;           /* what is encrypted in it cannot be opened with
	                         * a password that is given here */
	bool restarted;         /* a run's worker died; this is the second try */
	bool broken;            /* it did not end by itself, or broke the rules of
	                         * importer.h: the importer is at fault, whatever
	                         * the document is like */
};

/*
 * Import one document. What is wrong with the document is in `result`, with
 * XJ_OK; negative is a fault of this side (no process to be had, the sink's
 * own return, XJ_ECANCELLED). Safe from several threads.
 *
 * Text sent before a failure stays valid and the outcome is `partial` then,
 * unless nothing was sent. When a worker that already served a run dies, the
 * document is tried once more in a fresh worker before anything reaches the
 * sink twice: the sink's `text` etc. of a document in a run are held back until
 * its end, up to run_size of output.
 */
int xj_import_run(struct xj_importers *importers,
		  const struct xj_import_source *source,
		  const struct xj_sink *sink, void *ctx,
		  struct xj_import_result *result, struct xj_error *err);

/* ------------------------------------------------------------- programs */

/* A program that writes a document out of strangers' bytes: it is run in the
 * cage in which importers that are programs run. */
struct xj_tool {
	const char *const *argv; /* NULL-terminated; argv[0] is a path */
	const char *folder;      /* where it runs, which it may read; absolute */
	int in;                  /* its input; -1: none */
	int out;                 /* what it writes goes there */
	uint64_t out_max;        /* bytes; 0: 4 GiB */
	uint64_t memory;         /* address space; 0: 4 GiB */
	uint32_t cpu_s;          /* 0: 600 */
	int also;                /* an exit status beside 0 that is none of
	                          * failure, as 3 of qpdf: it warns */
	const bool *cancel;      /* or NULL */
};

/*
 * Run it to its end. It reads what is installed on the system and `folder`,
 * writes to `out` through us, and has no network and no other process.
 * XJ_ENOTFOUND: there is no such program; XJ_EPERM: the kernel cannot hold one
 * here; XJ_ELIMIT: too much time or output; XJ_ECORRUPT: it failed, the last
 * line of its errors is the message; XJ_ECANCELLED.
 */
int xj_tool_run(const struct xj_tool *tool, struct xj_error *err);

/* The program `name` that is installed with xueji; $XUEJI_WORKER names another
 * folder for tests. Appended to `out`. */
int xj_tool_own(const char *name, struct xj_buf *out, struct xj_error *err);

#endif
