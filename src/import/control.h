/*
 * import/control.h - what the host and the zygote say to each other. Private to
 * import.
 *
 * On the control socket (SOCK_SEQPACKET, one message a packet, the zygote's
 * descriptor XJ_CONTROL_FD): first the host's settings, then from the zygote
 * "loading FILE" and "plugin ..." in turn and at last "ready". From then on the
 * host asks for workers one at a time, with the number of a program that the
 * worker is to run, or XJ_NO_IMPORTER; the answer has errno, the process id and
 * two descriptors: the worker's socket and its lifeline.
 *
 * The zygote that has all plugins does not call setup() of the heavy ones
 * (XJ_CLASS_HEAVY). Its workers tell that such a plugin or a program won and
 * leave it at that; the host then takes another worker: of the heavy plugin's
 * own zygote, which has that plugin alone, or one that runs the program.
 *
 * The lifeline is a socket of its own between host and zygote for each worker.
 * XJ_LIFE_TERM on it: let it send what it has and end. Its closing: kill it.
 * When the worker is gone, for whatever reason, the zygote sends struct
 * xj_life_end and closes.
 */
#ifndef XJ_IMPORT_CONTROL_H
#define XJ_IMPORT_CONTROL_H

#include <stdint.h>

#define XJ_CONTROL_FD 3
#define XJ_CONTROL_MAX 65536u /* bytes of a message */

enum xj_control_type {
	XJ_CONTROL_LOADING = 1,
	XJ_CONTROL_PLUGIN,
	XJ_CONTROL_READY,
};

#define XJ_LIFE_TERM 'T'

struct xj_life_end {
	int32_t status; /* as of wait(2) */
	uint32_t pad;
	uint64_t cpu_us, memory;
};

/* The status of a worker that ended by itself. */
enum {
	XJ_EXIT_ASKED = 0,  /* the host closed the socket */
	XJ_EXIT_CAGE = 100, /* a layer could not be entered */
	XJ_EXIT_CPU,
	XJ_EXIT_TIME,
	XJ_EXIT_MEMORY,
	XJ_EXIT_ABORT,
	XJ_EXIT_REQUEST,    /* the host's request made no sense */
};

/* The status of a program that is run for xj_tool_run(), but could not become it. */
enum {
	XJ_TOOL_UNHELD = 126,  /* it cannot be confined */
	XJ_TOOL_MISSING = 127, /* there is none */
};

#endif
