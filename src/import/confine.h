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
#include <linux/seccomp.h>
#include <seccomp.h>

#include "import/import.h"

struct xj_cage {
	struct xj_import_limits limits;
	struct sock_fprog filter; /* len 0: none */
	struct sock_fprog waiting; /* that of workers that run a program */
	struct sock_fprog program; /* that of the program */
	int ruleset;              /* of Landlock; -1: none */
	int landlock_abi;
	bool no_new_privs, rlimits;
	char missing[256];
};

/* Find out what there is and prepare it. Never fails as a whole. */
void xj_cage_prepare(struct xj_cage *cage,
		     const struct xj_import_limits *limits);
/* For good. 0, or -1 when a layer that was there could not be entered. A worker
 * that runs a program may wait for it. */
int xj_cage_enter(const struct xj_cage *cage, bool waits);

/* After xj_cage_prepare(). Negative: programs cannot be held here. */
int xj_cage_prepare_programs(struct xj_cage *cage, struct xj_error *err);
/* The cage of a program, before exec; `reads` ends with NULL. 0 or -1, errno. */
int xj_cage_enter_program(const struct xj_cage *cage, const char *folder,
			  const char *const *reads);

/* ------------------------------------------- what both cages are made of */

/* Source: Linux include/uapi/linux/landlock.h. */
#define XJ_SCOPE_SOCKETS 1u
#define XJ_SCOPE_SIGNALS 2u

/* A ruleset that handles every right there is, and of the scopes these; or -1
 * and errno. */
int xj_landlock_ruleset(unsigned scopes, int *abi);
/* Fill a filter and read it back as the kernel takes it. 0 or -errno. */
int xj_cage_filter(uint32_t other, int (*fill)(scmp_filter_ctx ctx),
		   struct sock_fprog *out);
int xj_cage_filter_waiting(struct xj_cage *cage);
/* What the user has less of stays. */
int xj_cage_limit(int what, uint64_t soft, uint64_t hard);

#endif
