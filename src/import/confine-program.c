/*
 * confine-program.c - the cage of a program: it may read what is installed on
 * the system, and nothing more than a worker may do otherwise.
 *
 * No network, no files written, no other process and no signal to one; threads
 * it may have. Two layers each: Landlock knows no files but those, and the
 * filter no call that would change one. Without both there are no programs.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "import/confine.h"

/* ------------------------------------------------------------------ files */

/* What programs and their libraries are made of. Not the rest of /etc: it has
 * secrets where the archive is the superuser's. */
static const char *const readable[] = {
	"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
	"/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache",
	"/etc/localtime", "/etc/mime.types", "/etc/perl", "/etc/python3*",
	"/etc/ssl/openssl.cnf", "/dev/null", "/dev/zero", "/dev/random",
	"/dev/urandom",
};

/* Source: Linux include/uapi/linux/landlock.h. */
struct landlock_beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

enum {
	LANDLOCK_EXECUTE = 1, LANDLOCK_READ_FILE = 4, LANDLOCK_READ_DIR = 8,
	LANDLOCK_RULE_BENEATH = 1,
};

/* What is not there needs no rule. */
static int
let_read(int ruleset, const char *path)
{
	struct landlock_beneath rule = {
		.allowed = LANDLOCK_EXECUTE | LANDLOCK_READ_FILE,
	};
	xj_auto(xj_closep) int fd = open(path, O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) < 0)
		return -1;
	if (S_ISDIR(st.st_mode))
		rule.allowed |= LANDLOCK_READ_DIR;
	rule.fd = fd;
	return (int)syscall(SYS_landlock_add_rule, ruleset,
			    LANDLOCK_RULE_BENEATH, &rule, 0u);
}

static int
let_read_all(int ruleset, const char *pattern)
{
	glob_t found = { 0 };
	int r = 0;

	if (glob(pattern, GLOB_NOSORT, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc && r == 0; i++)
		r = let_read(ruleset, found.gl_pathv[i]);
	globfree(&found);
	return r;
}

static int
enter_files(const char *folder, const char *const *reads)
{
	int abi;
	xj_auto(xj_closep) int ruleset =
		xj_landlock_ruleset(XJ_SCOPE_SOCKETS | XJ_SCOPE_SIGNALS, &abi);
	int r = ruleset < 0 ? -1 : let_read(ruleset, folder);

	for (size_t i = 0; i < XJ_COUNT(readable) && r == 0; i++)
		r = let_read_all(ruleset, readable[i]);
	for (; *reads != NULL && r == 0; reads++)
		r = let_read(ruleset, *reads);
	if (r == 0)
		r = (int)syscall(SYS_landlock_restrict_self, ruleset, 0u);
	return r;
}

/* ----------------------------------------------------------- system calls */

/* What runtimes of many languages ask for; what is not here is not there for
 * the program (ENOSYS), so that it takes an older way or none. */
static const int allowed[] = {
	/* files that are open, and finding others */
	SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv),
	SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(lseek), SCMP_SYS(_llseek),
	SCMP_SYS(close), SCMP_SYS(close_range), SCMP_SYS(dup), SCMP_SYS(dup2),
	SCMP_SYS(dup3), SCMP_SYS(fcntl), SCMP_SYS(fcntl64),
	SCMP_SYS(fadvise64), SCMP_SYS(readahead), SCMP_SYS(sendfile),
	SCMP_SYS(fstat), SCMP_SYS(fstat64), SCMP_SYS(stat), SCMP_SYS(stat64),
	SCMP_SYS(lstat), SCMP_SYS(lstat64), SCMP_SYS(newfstatat),
	SCMP_SYS(fstatat64), SCMP_SYS(statx), SCMP_SYS(statfs),
	SCMP_SYS(fstatfs), SCMP_SYS(access), SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
	SCMP_SYS(getdents), SCMP_SYS(getdents64), SCMP_SYS(getcwd),
	SCMP_SYS(chdir), SCMP_SYS(fchdir), SCMP_SYS(umask),
	/* waiting */
	SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(poll), SCMP_SYS(ppoll),
	SCMP_SYS(select), SCMP_SYS(_newselect), SCMP_SYS(pselect6),
	SCMP_SYS(epoll_create), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(eventfd2),
	SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(wait4),
	SCMP_SYS(waitid),
	/* memory */
	SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(munmap), SCMP_SYS(mremap),
	SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(msync),
	SCMP_SYS(mincore), SCMP_SYS(membarrier),
	/* threads, and what a process is told of itself */
	SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list),
	SCMP_SYS(rseq), SCMP_SYS(set_tid_address), SCMP_SYS(arch_prctl),
	SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu),
	SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(gettid),
	SCMP_SYS(getpgrp), SCMP_SYS(getpgid), SCMP_SYS(getsid),
	SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
	SCMP_SYS(getegid), SCMP_SYS(getgroups), SCMP_SYS(getresuid),
	SCMP_SYS(getresgid), SCMP_SYS(uname), SCMP_SYS(sysinfo),
	SCMP_SYS(getrusage), SCMP_SYS(getrlimit), SCMP_SYS(ugetrlimit),
	SCMP_SYS(times), SCMP_SYS(getrandom), SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	/* signals to itself */
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigpending),
	SCMP_SYS(rt_sigtimedwait), SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall), SCMP_SYS(setitimer), SCMP_SYS(getitimer),
	SCMP_SYS(alarm),
	/* becoming the program; it may become another of the system */
	SCMP_SYS(execve), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* What it must hear of plainly. */
static const struct {
	int call, error;
} refused[] = {
	{ SCMP_SYS(fork), EPERM }, { SCMP_SYS(vfork), EPERM },
	{ SCMP_SYS(kill), EPERM }, { SCMP_SYS(tkill), EPERM },
	{ SCMP_SYS(tgkill), EPERM }, { SCMP_SYS(setsid), EPERM },
	{ SCMP_SYS(setpgid), EPERM }, { SCMP_SYS(ptrace), EPERM },
	{ SCMP_SYS(socket), EPERM }, { SCMP_SYS(socketpair), EPERM },
	{ SCMP_SYS(creat), EACCES }, { SCMP_SYS(truncate), EACCES },
	{ SCMP_SYS(ftruncate), EACCES }, { SCMP_SYS(fallocate), EACCES },
	{ SCMP_SYS(mkdir), EACCES }, { SCMP_SYS(mkdirat), EACCES },
	{ SCMP_SYS(unlink), EACCES }, { SCMP_SYS(unlinkat), EACCES },
	{ SCMP_SYS(rmdir), EACCES }, { SCMP_SYS(rename), EACCES },
	{ SCMP_SYS(renameat), EACCES }, { SCMP_SYS(renameat2), EACCES },
	{ SCMP_SYS(link), EACCES }, { SCMP_SYS(linkat), EACCES },
	{ SCMP_SYS(symlink), EACCES }, { SCMP_SYS(symlinkat), EACCES },
	{ SCMP_SYS(chmod), EACCES }, { SCMP_SYS(fchmod), EACCES },
	{ SCMP_SYS(fchmodat), EACCES }, { SCMP_SYS(chown), EACCES },
	{ SCMP_SYS(fchown), EACCES }, { SCMP_SYS(fchownat), EACCES },
	{ SCMP_SYS(utimensat), EACCES }, { SCMP_SYS(ioctl), ENOTTY },
};

/*
 * `allow` where all bits of `mask` in an argument are as in `value`, else the
 * error. libseccomp takes the more exact rule first.
 */
static int
only_with(scmp_filter_ctx ctx, int call, unsigned arg, uint64_t mask,
	  uint64_t value, int error)
{
	const struct scmp_arg_cmp match =
		SCMP_CMP64(arg, SCMP_CMP_MASKED_EQ, mask, value);
	int r = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, call, 1, &match);

	/* The other way is the default's, but for the error it gives. */
	for (uint64_t bit = 1; bit != 0 && r == 0; bit <<= 1) {
		const struct scmp_arg_cmp other = SCMP_CMP64(
			arg, SCMP_CMP_MASKED_EQ, bit, ~value & bit);

		if (mask & bit)
			r = seccomp_rule_add_array(
				ctx, SCMP_ACT_ERRNO((uint16_t)error), call, 1,
				&other);
	}
	return r;
}

static int
fill_filter(scmp_filter_ctx ctx)
{
	const uint64_t writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;
	int r = 0;

	for (size_t i = 0; i < XJ_COUNT(allowed) && r == 0; i++)
		if (allowed[i] >= 0)
			r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i],
					     0);
	for (size_t i = 0; i < XJ_COUNT(refused) && r == 0; i++)
		if (refused[i].call >= 0)
			r = seccomp_rule_add(
				ctx,
				SCMP_ACT_ERRNO((uint16_t)refused[i].error),
				refused[i].call, 0);
	/* Reading alone. */
	if (r == 0)
		r = only_with(ctx, SCMP_SYS(openat), 2, writing, 0, EACCES);
	if (r == 0 && SCMP_SYS(open) >= 0)
		r = only_with(ctx, SCMP_SYS(open), 1, writing, 0, EACCES);
	/* Threads alone; clone3, whose flags cannot be seen, is not there. */
	if (r == 0)
		r = only_with(ctx, SCMP_SYS(clone), 0, CLONE_THREAD,
			      CLONE_THREAD, EPERM);
	/* Its own limits, and its thread's name. */
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64),
				     1, SCMP_A0(SCMP_CMP_EQ, 0));
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
				     SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
	return r;
}

/* ---------------------------------------------------------------- the cage */

int
xj_cage_prepare_programs(struct xj_cage *cage, struct xj_error *err)
{
	int abi;
	int ruleset = xj_landlock_ruleset(0, &abi);
	int r = ruleset < 0 ? -errno : 0;
	const char *layer = "Landlock";

	if (ruleset >= 0)
		close(ruleset);
	if (r == 0) {
		layer = "seccomp";
		r = xj_cage_filter(SCMP_ACT_ERRNO(ENOSYS), fill_filter,
				   &cage->program);
	}
	if (r == 0 && cage->filter.len > 0)
		r = xj_cage_filter_waiting(cage);
	if (r == 0 && !cage->no_new_privs) {
		layer = "no new privileges";
		r = -ENOTSUP;
	}
	return r == 0 ? XJ_OK :
		xj_error_set(err, XJ_EPERM, "programs need %s, which is not to "
			     "be had: %s", layer, strerror(-r));
}

static int
enter_rlimits(const struct xj_import_limits *l)
{
	int r = 0;

	r |= xj_cage_limit(RLIMIT_CPU, l->cpu_s, (uint64_t)l->cpu_s + 1);
	r |= xj_cage_limit(RLIMIT_CORE, 0, 0);
	r |= xj_cage_limit(RLIMIT_FSIZE, 0, 0);
	r |= xj_cage_limit(RLIMIT_NOFILE, 64, 64);
	r |= xj_cage_limit(RLIMIT_AS, l->memory, l->memory);
	return r;
}

int
xj_cage_enter_program(const struct xj_cage *cage, const char *folder,
		      const char *const *reads)
{
	/* What takes memory comes before its limit. */
	if (enter_files(folder, reads) != 0 ||
	    enter_rlimits(&cage->limits) != 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0,
			    &cage->program);
}
