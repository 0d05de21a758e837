/* remotes-cage.c - what xueji-remotes may use once all is open: so much memory
 * and time, and no file that it would write. */
#include <sys/prctl.h>
#include <sys/resource.h>

#include "index/remotes-cage.h"

#define MEMORY ((rlim_t)1 << 30)
#define CPU_S 600

void
xj_remotes_confine(void)
{
	static const struct { int what; rlim_t limit; } limits[] = {
		{ RLIMIT_CORE, 0 }, { RLIMIT_FSIZE, 0 }, { RLIMIT_CPU, CPU_S },
#ifndef XJ_SANITIZED
		{ RLIMIT_AS, MEMORY },
#endif
	};

	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	for (unsigned i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		setrlimit((__rlimit_resource_t)limits[i].what,
			  &(struct rlimit){ limits[i].limit,
					    limits[i].limit });
}
