/*
 * worker-signals.c - the end of a worker that did not choose it: what was
 * found so far still goes to the host.
 *
 * Handlers are set in the zygote and inherited. They call nothing but write()
 * and mmap(), on memory that was there before.
 */
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "import/worker.h"

#define PROBE ((size_t)8 << 20)

static volatile sig_atomic_t bidding = -1;

void
xj_worker_bidding(int importer)
{
	bidding = importer;
}

/* Tells the host whose probe() it was. Nothing else is under way then. */
static void
tell_bidder(void)
{
	struct xj_frame f = { .type = XJ_FRAME_BIDDER };

	if (bidding < 0)
		return;
	f.bidder = (uint32_t)bidding;
	bidding = -1;
	xj_output_frame(&f);
}

/* A crash right after the address space ran out is mostly a NULL that malloc
 * gave and nobody looked at. */
static bool
memory_ran_out(void)
{
	void *p = mmap(NULL, PROBE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0);

	return p == MAP_FAILED;
}

/*
 * Back to the faulting instruction, whose second fault ends the process as it
 * should (SA_RESETHAND): so the host learns the signal.
 */
static void
on_fault(int sig)
{
	(void)sig;
	tell_bidder();
	xj_output_rescue(0);
	if (memory_ran_out())
		xj_worker_exit(XJ_EXIT_MEMORY);
}

/* The filter traps the signal that abort() sends to its own process. */
static void
on_trap(int sig)
{
	(void)sig;
	tell_bidder();
	xj_output_rescue(0);
	xj_worker_exit(XJ_EXIT_ABORT);
}

static void
end_with(int code)
{
	tell_bidder();
	if (xj_output_rescue(code))
		xj_worker_exit(code);
}

static void
on_cpu(int sig)
{
	(void)sig;
	end_with(XJ_EXIT_CPU);
}

static void
on_time(int sig)
{
	(void)sig;
	end_with(XJ_EXIT_TIME);
}

static int
handle(int sig, void (*fn)(int), int flags)
{
	struct sigaction sa = { .sa_handler = fn, .sa_flags = flags };

	sigemptyset(&sa.sa_mask);
	return sigaction(sig, &sa, NULL);
}

int
xj_worker_signals(void)
{
	static char other[65536]; /* a stack for when the stack ran out */
	const stack_t stack = { .ss_sp = other, .ss_size = sizeof(other) };
	const int flags = SA_ONSTACK | SA_RESETHAND | SA_NODEFER;
	int r = sigaltstack(&stack, NULL);

	r |= handle(SIGSEGV, on_fault, flags);
	r |= handle(SIGBUS, on_fault, flags);
	r |= handle(SIGFPE, on_fault, flags);
	r |= handle(SIGILL, on_fault, flags);
	r |= handle(SIGABRT, on_trap, flags);
	r |= handle(SIGSYS, on_trap, flags);
	r |= handle(SIGXCPU, on_cpu, SA_ONSTACK);
	r |= handle(SIGTERM, on_time, SA_ONSTACK);
	return r;
}
