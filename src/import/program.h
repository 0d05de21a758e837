/*
 * import/program.h - importers that are programs. Private to import, and to
 * the worker program alone.
 *
 * A folder plugins.d has a NAME.conf for each, see program-conf.c. Its bid is
 * that of its formats, like that of any plugin. For a document that it won a
 * worker starts the program in a cage of its own (confine.h), enters the
 * ordinary one itself, and turns the lines that the program writes into calls
 * of the services of importer.h: so no other part of the host knows programs,
 * and what reads their lines is confined as well.
 */
#ifndef XJ_IMPORT_PROGRAM_H
#define XJ_IMPORT_PROGRAM_H

#include "import/confine.h"

struct xj_request;

struct xj_program {
	struct xj_importer importer;
	const char *command;      /* as it stands in the conf */
	const char *const *argv;  /* argv[0] is a path */
	const char *folder;       /* of the conf: where it runs, what it reads */
	const char *const *reads; /* further folders that it may read */
	uint32_t bid;             /* in place of that of its formats; 0: that */
};

/* Read a conf; it lives until the end. NULL: why not is in `why`. */
const struct xj_program *xj_program_read(const char *file, struct xj_buf *why);

/* The same of the bytes of a file of that path; it lives in the arena. */
const struct xj_program *xj_program_parse(struct xj_arena *arena,
					  const char *file, const char *text,
					  size_t len, struct xj_buf *why);

/* Start it on a document, before this process enters its own cage. */
void xj_program_start(const struct xj_program *program,
		      const struct xj_cage *cage,
		      const struct xj_request *request);
/* What import() of an importer is, for the program that was started. */
int xj_program_import(struct xj_import *in);

#define XJ_PROGRAM_LINE_MAX (1u << 20) /* bytes */

/*
 * Call the service that one line asks for. 0, or what the service said.
 * XJ_PROGRAM_BAD: the line asks for none, and `why` says what it is instead.
 * XJ_PROGRAM_END: it told the outcome, which is in `*outcome` as XJ_IMPORT_...
 * and has been given to xj_fail().
 */
#define XJ_PROGRAM_BAD 2
#define XJ_PROGRAM_END 3
int xj_program_line(struct xj_import *in, const char *line, size_t len,
		    int *outcome, struct xj_error *why);

#endif
