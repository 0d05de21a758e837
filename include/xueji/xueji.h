/*
 * xueji/xueji.h - the library: one archive, and everything done with it.
 *
 * Whoever uses the library includes this header alone.
 *
 * Functions that can fail return XJ_OK or a negative enum xj_status and put a
 * message into the caller's struct xj_error, which may be NULL and is read only
 * after a negative return. XJ_END is positive: no more, and no error. Strings
 * are UTF-8. What a getter lends lives until its object is freed. Options
 * structs have zero as their default; build them with designated initialisers.
 * An open archive may be used by one thread at a time; open it again for
 * another thread.
 */
#ifndef XUEJI_XUEJI_H
#define XUEJI_XUEJI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define XJ_API __attribute__((visibility("default")))
#else
#define XJ_API
#endif

enum xj_status {
	XJ_OK = 0,
	XJ_END = 1,         /* an iterator: no more */
	XJ_EINVAL = -1,     /* an argument or a text that makes no sense */
	XJ_ENOTFOUND = -2,  /* no such thing, or removed, or not to be seen */
	XJ_EEXIST = -3,     /* is there already */
	XJ_EBUSY = -4,      /* somebody else holds it, or changed it meanwhile */
	XJ_EPERM = -5,      /* not allowed */
	XJ_EIO = -6,        /* the disk or the system failed */
	XJ_ENOSPC = -7,     /* the disk is full */
	XJ_ENOMEM = -8,
	XJ_ECORRUPT = -9,   /* stored bytes are not what was stored */
	XJ_ELIMIT = -10,    /* over a configured limit */
	XJ_ECANCELLED = -11,
	XJ_EVERSION = -12,  /* made by a newer release */
	XJ_EINTERNAL = -13,
};

#define XJ_ERROR_MAX 1024

struct xj_error {
	int status;
	char message[XJ_ERROR_MAX]; /* UTF-8, no newline at the end */
};

#ifdef __cplusplus
}
#endif
#endif
