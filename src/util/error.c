/* error.c - messages in the caller's struct xj_error. */
#include "util/util.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A message that was too long must still end between characters. */
static void
keep(struct xj_error *err, int status, const char *message)
{
	size_t n = xj_utf8_cut(message, strlen(message), XJ_ERROR_MAX - 1);

	err->status = status;
	memcpy(err->message, message, n);
	err->message[n] = '\0';
}

int
xj_error_set(struct xj_error *err, int status, const char *format, ...)
{
	char message[XJ_ERROR_MAX + 4]; /* err->message may be an argument */
	va_list ap;

	if (!err)
		return status;
	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	keep(err, status, message);
	return status;
}

int
xj_error_wrap(struct xj_error *err, int status, const char *format, ...)
{
	char message[2 * XJ_ERROR_MAX + 4];
	va_list ap;
	int n;

	if (!err)
		return status;
	va_start(ap, format);
	n = vsnprintf(message, XJ_ERROR_MAX, format, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	if (n >= XJ_ERROR_MAX)
		n = (int)xj_utf8_cut(message, XJ_ERROR_MAX - 1, XJ_ERROR_MAX - 1);
	snprintf(message + n, sizeof(message) - (size_t)n, ": %s",
		 err->message);
	keep(err, status, message);
	return status;
}

static int
status_of(int number)
{
	switch (number) {
	case ENOENT:
	case ENOTDIR:
		return XJ_ENOTFOUND;
	case EEXIST:
	case ENOTEMPTY:
		return XJ_EEXIST;
	case EACCES:
	case EPERM:
	case EROFS:
		return XJ_EPERM;
	case ENOSPC:
	case EDQUOT:
		return XJ_ENOSPC;
	case ENOMEM:
		return XJ_ENOMEM;
	case EBUSY:
	case EAGAIN:
	case ETXTBSY:
		return XJ_EBUSY;
	default:
		return XJ_EIO;
	}
}

int
xj_error_errno(struct xj_error *err, const char *format, ...)
{
	int number = errno;
	int status = status_of(number);
	char context[XJ_ERROR_MAX], reason[256];
	va_list ap;

	if (!err)
		return status;
	va_start(ap, format);
	vsnprintf(context, sizeof(context), format, ap);
	va_end(ap);
	xj_error_set(err, status, "%s",
		     strerror_r(number, reason, sizeof(reason)));
	xj_error_wrap(err, status, "%s", context);
	errno = number;
	return status;
}
