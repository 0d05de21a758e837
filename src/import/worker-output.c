/* worker-output.c - frames on their way to the host. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "import/worker.h"

#define ENOUGH 65536u /* bytes after which they are written */
/* One frame more: the largest is a child's name twice, or a block of text. */
#define ROOM (ENOUGH + XJ_TEXT_MAX + 4 * XJ_FRAME_NAME_MAX)

static char room[ROOM];
static struct xj_wire_out out = { .buf = room, .cap = sizeof(room) };
/* The handlers of signals read these: whole frames, and how much is sent. */
static volatile size_t whole, sent;
static volatile sig_atomic_t writing, ending;

static void
write_whole(void)
{
	while (sent < whole) {
		ssize_t n = write(XJ_WORKER_FD, room + sent, whole - sent);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			xj_worker_exit(XJ_EXIT_ASKED); /* nobody listens */
		sent = sent + (size_t)n;
	}
}

void
xj_output_flush(void)
{
	writing = 1;
	write_whole();
	out.len = 0;
	whole = sent = 0;
	writing = 0;
	if (ending != 0)
		xj_worker_exit(ending);
}

void
xj_output_frame(const struct xj_frame *frame)
{
	xj_frame_write(&out, frame);
	if (out.failed)
		xj_worker_exit(XJ_EXIT_REQUEST); /* cannot be: the services cut all */
	whole = out.len;
	if (whole >= ENOUGH)
		xj_output_flush();
}

bool
xj_output_rescue(int code)
{
	if (writing) {
		ending = code;
		return false;
	}
	writing = 1;
	write_whole();
	return true;
}
