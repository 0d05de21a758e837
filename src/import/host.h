/*
 * import/host.h - the host's side of workers and children. Private to import.
 */
#ifndef XJ_IMPORT_HOST_H
#define XJ_IMPORT_HOST_H

#include "import/control.h"
#include "import/frame.h"

/* ----------------------------------------------------------------- links */

/* The host's link to one worker; belongs to one thread at a time. */
struct xj_link {
	int sock;           /* requests there, frames back */
	int life;           /* see control.h */
	uint64_t accession; /* whose documents it serves */
	uint32_t importer;  /* the one it is for; XJ_NO_IMPORTER: the light ones */
	uint32_t served;    /* documents so far */
	uint64_t cpu_us;    /* they took */
	char *buf;          /* bytes received: [at, len) are not parsed yet */
	size_t at, len, cap;
};

/*
 * A worker for a document: one that serves this accession already if `joins`,
 * else a fresh one. `importer` is that of xj_link::importer. XJ_EINVAL: it is a
 * heavy one and cannot be loaded.
 */
int xj_link_take(struct xj_importers *importers, uint64_t accession,
		 uint32_t importer, bool joins, struct xj_link **link,
		 struct xj_error *err);
/* Keep it for the next document of its run, or end it if there are enough. */
void xj_link_give_back(struct xj_importers *importers, struct xj_link *link);
/* Kills the worker, if it still lives. */
void xj_link_free(struct xj_link *link);
/* Let it send what it has and end. */
void xj_link_terminate(struct xj_link *link);
/* How it ended, once its socket was closed. False: nobody knows. */
bool xj_link_end(struct xj_link *link, struct xj_life_end *end);
/* Send a request with a descriptor. False: it is gone. */
bool xj_link_request(struct xj_link *link, const char *bytes, size_t len,
		     int fd);

/* The program of zygote and workers: this one, or that of $XUEJI_WORKER, or as
 * installed. */
const char *xj_worker_program(const char *given);

/* What an import reads of the importers; constant after opening. */
const struct xj_import_limits *
xj_importers_limits(const struct xj_importers *importers);
const char *xj_importers_spool(const struct xj_importers *importers);

/* ----------------------------------------------------------------- spool */

/* The bytes of one child on their way: in memory, then in a file. */
struct xj_spool {
	int fd; /* -1: nothing yet */
	uint64_t size;
	bool in_file;
};

#define XJ_SPOOL_INIT { .fd = -1 }

int xj_spool_add(struct xj_spool *spool, const char *dir, const void *bytes,
		 size_t len, struct xj_error *err);
/* Seal, and hand the descriptor over; the spool is empty again. */
int xj_spool_end(struct xj_spool *spool, int *fd, struct xj_error *err);
void xj_spool_drop(struct xj_spool *spool);

#endif
