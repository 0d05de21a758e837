/* confine.c - the layers that hold a worker. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "import/confine.h"

#ifdef XJ_SANITIZED
#define SANITIZED true /* shadow memory is terabytes, reports want files */
#else
#define SANITIZED false
#endif

static void
lacks(struct xj_cage *cage, const char *layer, int error)
{
	size_t n = strlen(cage->missing);

	snprintf(cage->missing + n, sizeof(cage->missing) - n, "%s%s: %s",
		 n ? "; " : "", layer, strerror(error));
}

/* --------------------------------------------------------------- Landlock */

/*
 * Own constants: the kernel's header may be older than the kernel. Source:
 * Linux Documentation/userspace-api/landlock.rst; rights by ABI version.
 */
struct landlock_attr {
	uint64_t fs, net, scoped;
};

static const struct {
	uint64_t fs, net, scoped;
	size_t size; /* of the attributes that this version knows */
} landlock_rights[] = {
	{ 0, 0, 0, 0 },
	{ (1 << 13) - 1, 0, 0, 8 },
	{ (1 << 14) - 1, 0, 0, 8 },  /* moving between folders */
	{ (1 << 15) - 1, 0, 0, 8 },  /* truncation */
	{ (1 << 15) - 1, 3, 0, 16 }, /* binding and connecting TCP */
	{ (1 << 16) - 1, 3, 0, 16 }, /* ioctl of devices */
	{ (1 << 16) - 1, 3, 3, 24 }, /* abstract sockets, signals */
};

int
xj_landlock_ruleset(unsigned scopes, int *abi)
{
	struct landlock_attr attr;
	size_t i;

	*abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1u);
	if (*abi == 0)
		errno = ENOSYS;
	if (*abi <= 0)
		return -1;
	i = (size_t)*abi < XJ_COUNT(landlock_rights)
		    ? (size_t)*abi
		    : XJ_COUNT(landlock_rights) - 1;
	attr = (struct landlock_attr){ landlock_rights[i].fs,
				       landlock_rights[i].net,
				       landlock_rights[i].scoped & scopes };
	return (int)syscall(SYS_landlock_create_ruleset, &attr,
			    landlock_rights[i].size, 0u);
}

/* Signals are left to seccomp: that with which the kernel ends a program when
 * its worker ends counts as one the worker sends. */
static void
prepare_landlock(struct xj_cage *cage)
{
	int abi;

	cage->ruleset = -1;
	if (SANITIZED) {
		lacks(cage, "landlock", ENOTSUP);
		return;
	}
	cage->ruleset = xj_landlock_ruleset(XJ_SCOPE_SOCKETS, &abi);
	if (cage->ruleset < 0)
		lacks(cage, "landlock", errno);
	else
		cage->landlock_abi = abi;
}

/* ---------------------------------------------------------------- seccomp */

/*
 * What an importer may ask of the kernel, and why. Measured over the documents
 * of many collections: the list is what was needed, not what seemed harmless.
 */
static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(lseek), /* the input */
	SCMP_SYS(write),                                    /* frames */
	SCMP_SYS(recvmsg), SCMP_SYS(close),                 /* the next input */
	SCMP_SYS(fstat), SCMP_SYS(_llseek),
	SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise),
	SCMP_SYS(futex),                                    /* locks of libc */
	SCMP_SYS(sysinfo),           /* glibc's qsort, on its first large array */
	SCMP_SYS(getrusage),                                /* of itself */
	SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
	SCMP_SYS(exit_group), SCMP_SYS(exit),
	/* A clock without system calls turns into one on some machines. */
	SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time),
};

/* Answered with an error, since libraries ask and go on without. */
static const struct {
	int call, error;
} refused[] = {
	{ SCMP_SYS(newfstatat), EACCES },   /* fstat() of stdio: buffer size */
	{ SCMP_SYS(ioctl), ENOTTY },        /* isatty() */
	{ SCMP_SYS(rt_sigprocmask), EPERM }, /* abort(), before tgkill */
};

static int
fill_filter(scmp_filter_ctx ctx)
{
	const struct scmp_arg_cmp data =
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	int r = 0;

	for (size_t i = 0; i < XJ_COUNT(allowed); i++)
		if (allowed[i] >= 0 && r == 0)
			r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < XJ_COUNT(refused); i++)
		if (r == 0)
			r = seccomp_rule_add(
				ctx,
				SCMP_ACT_ERRNO((uint16_t)refused[i].error),
				refused[i].call, 0);
	if (r == 0)
		r = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap),
					   1, &data);
	if (r == 0)
		r = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW,
					   SCMP_SYS(mprotect), 1, &data);
	/* abort() asks for its own id and then kills itself by name: the trap
	 * tells an abort from a forbidden call. The call is not made. */
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(getpid), 0);
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(gettid), 0);
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_TRAP, SCMP_SYS(tgkill), 0);
	return r;
}

/* The filter as the kernel takes it, read back from a file in memory. */
static int
export_filter(scmp_filter_ctx ctx, struct sock_fprog *out)
{
	xj_auto(xj_closep) int fd = memfd_create("filter", MFD_CLOEXEC);
	off_t size;

	if (fd < 0)
		return -errno;
	if (seccomp_export_bpf(ctx, fd) < 0)
		return -EINVAL;
	size = lseek(fd, 0, SEEK_CUR);
	out->filter = malloc((size_t)size);
	if (out->filter == NULL)
		return -ENOMEM;
	if (xj_pread_all(fd, out->filter, (size_t)size, 0) != size) {
		free(out->filter);
		return -EIO;
	}
	out->len = (unsigned short)((size_t)size / sizeof(*out->filter));
	return 0;
}

int
xj_cage_filter(uint32_t other, int (*fill)(scmp_filter_ctx ctx),
	       struct sock_fprog *out)
{
	scmp_filter_ctx ctx = seccomp_init(other);
	int r;

	if (ctx == NULL)
		return -ENOMEM;
	r = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH,
			     SCMP_ACT_KILL_PROCESS);
	/* A tree rather than a list, where the library can. */
	seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (r == 0)
		r = fill(ctx);
	if (r == 0)
		r = export_filter(ctx, out);
	seccomp_release(ctx);
	return r;
}

/* A worker that runs a program waits for its words and for its end. */
static int
fill_waiting(scmp_filter_ctx ctx)
{
	static const int more[] = { SCMP_SYS(wait4), SCMP_SYS(poll),
				    SCMP_SYS(ppoll) };
	int r = fill_filter(ctx);

	for (size_t i = 0; i < XJ_COUNT(more) && r == 0; i++)
		if (more[i] >= 0)
			r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, more[i], 0);
	return r;
}

int
xj_cage_filter_waiting(struct xj_cage *cage)
{
	return xj_cage_filter(SCMP_ACT_KILL_PROCESS, fill_waiting,
			      &cage->waiting);
}

static void
prepare_seccomp(struct xj_cage *cage)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;
	int r;

	if (SANITIZED) {
		lacks(cage, "seccomp", ENOTSUP);
		return;
	}
	if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) < 0) {
		lacks(cage, "seccomp", errno);
		return;
	}
	r = xj_cage_filter(SCMP_ACT_KILL_PROCESS, fill_filter, &cage->filter);
	if (r < 0)
		lacks(cage, "seccomp", -r);
}

static int
enter_seccomp(const struct sock_fprog *filter)
{
	if (filter->len == 0)
		return 0;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, filter);
}

/* ---------------------------------------------------------------- rlimits */

int
xj_cage_limit(int what, uint64_t soft, uint64_t hard)
{
	struct rlimit now;
	struct rlimit l = { soft, hard };

	if (getrlimit(what, &now) < 0)
		return -1;
	if (l.rlim_max > now.rlim_max)
		l.rlim_max = now.rlim_max;
	if (l.rlim_cur > l.rlim_max)
		l.rlim_cur = l.rlim_max;
	return setrlimit(what, &l);
}

static int
enter_rlimits(const struct xj_cage *cage)
{
	const struct xj_import_limits *l = &cage->limits;
	int r = 0;

	/* At the soft limit SIGXCPU lets the worker send what it has. */
	r |= xj_cage_limit(RLIMIT_CPU, l->cpu_s, (uint64_t)l->cpu_s + 1);
	r |= xj_cage_limit(RLIMIT_CORE, 0, 0);
	r |= xj_cage_limit(RLIMIT_NPROC, 0, 0);
	r |= xj_cage_limit(RLIMIT_NOFILE, 16, 16);
	if (!SANITIZED) {
		r |= xj_cage_limit(RLIMIT_FSIZE, 0, 0);
		r |= xj_cage_limit(RLIMIT_AS, l->memory, l->memory);
	}
	return r;
}

/* -------------------------------------------------------------- the whole */

/* A zygote of the superuser must not hand its powers to its workers. */
static void
drop_capabilities(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
						 0 };
	struct __user_cap_data_struct data[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	syscall(SYS_capset, &head, data);
}

void
xj_cage_prepare(struct xj_cage *cage, const struct xj_import_limits *limits)
{
	*cage = (struct xj_cage){ .limits = *limits, .ruleset = -1,
				  .rlimits = true };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		cage->no_new_privs = true;
	else
		lacks(cage, "no new privileges", errno);
	if (SANITIZED)
		lacks(cage, "address space limit", ENOTSUP);
	prepare_landlock(cage);
	prepare_seccomp(cage);
	drop_capabilities();
}

int
xj_cage_enter(const struct xj_cage *cage, bool waits)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return -1;
	if (enter_rlimits(cage) != 0)
		return -1;
	if (cage->ruleset >= 0) {
		if (syscall(SYS_landlock_restrict_self, cage->ruleset, 0u) < 0)
			return -1;
		close(cage->ruleset);
	}
	return enter_seccomp(waits ? &cage->waiting : &cage->filter);
}
