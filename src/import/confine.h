/*
 * import/confine.h - the layers that hold a worker: no new privileges, no
 * files, few system calls, bounded memory and time. Private to import, and to
 * the worker program alone.
 *
 * The zygote prepares what all workers share; a worker then enters with a few
 * system calls. A layer that the kernel lacks is named in `missing`, and the
 * others still hold.
 */
#ifndef XJ_IMPORT_CONFINE_H
#define XJ_IMPORT_CONFINE_H

#include <linux/filter.h>

#include "import/import.h"

struct xj_cage {
	struct xj_import_limits limits;
	struct sock_fprog filter; /* len 0: none */
	int ruleset;              /* of Landlock; -1: none */
	int landlock_abi;
	bool no_new_privs, rlimits;
	char missing[256];
};

/* Find out what there is and prepare it. Never fails as a whole. */
void xj_cage_prepare(struct xj_cage *cage,
		     const struct xj_import_limits *limits);
/* For good. 0, or -1 when a layer that was there could not be entered. */
int xj_cage_enter(const struct xj_cage *cage);

#endif
