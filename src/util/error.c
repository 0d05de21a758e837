/* error.c - messages in the caller's struct xj_error. */
#include "util/util.h"

#include <errno.h>
#include <libintl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN "xueji"

static void
bind_domain(void)
{
	const char *dir = getenv("XUEJI_LOCALE");

	bindtextdomain(DOMAIN, dir ? dir : LOCALEDIR);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
}

const char *
xj_tr(const char *text)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, bind_domain);
	return *text ? dgettext(DOMAIN, text) : text; /* "" is the header */
}

/* A message that was too long must still end between characters. */
static void
keep(char to[XJ_ERROR_MAX], const char *message)
{
	size_t n = xj_utf8_cut(message, strlen(message), XJ_ERROR_MAX - 1);

	memcpy(to, message, n);
	to[n] = '\0';
}

/* `format` filled in; `before` follows it after a colon, unless NULL. */
static void
write_message(char to[XJ_ERROR_MAX], const char *format, va_list ap,
	      const char *colon, const char *before)
{
	char message[2 * XJ_ERROR_MAX + 4]; /* `to` may be an argument */
	int n = vsnprintf(message, XJ_ERROR_MAX + 4, format, ap);

	if (n < 0)
		n = 0;
	if (n >= XJ_ERROR_MAX)
		n = (int)xj_utf8_cut(message, strlen(message),
				     XJ_ERROR_MAX - 1);
	snprintf(message + n, sizeof(message) - (size_t)n, "%s%s",
		 before ? colon : "", before ? before : "");
	keep(to, message);
}

/* Both texts, with what was there behind them if `wrap`. Arguments may lie in
 * the error itself, so it changes when both are written. */
static int
set_both(struct xj_error *err, int status, bool wrap, const char *format,
	 va_list ap)
{
	struct xj_error out;
	va_list again;

	va_copy(again, ap);
	write_message(out.plain, format, again, ": ",
		      wrap ? err->plain : NULL);
	va_end(again);
	write_message(out.message, xj_tr(format), ap, xj_tr(N_(": ")),
		      wrap ? err->message : NULL);
	out.status = status;
	*err = out;
	return status;
}

int
xj_error_set(struct xj_error *err, int status, const char *format, ...)
{
	va_list ap;

	if (!err)
		return status;
	va_start(ap, format);
	set_both(err, status, false, format, ap);
	va_end(ap);
	return status;
}

int
xj_error_wrap(struct xj_error *err, int status, const char *format, ...)
{
	va_list ap;

	if (!err)
		return status;
	va_start(ap, format);
	set_both(err, status, true, format, ap);
	va_end(ap);
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

/* What errno says, of what happens to people; the C library knows the rest. */
static const char *const reasons[] = {
	N_("No such file or directory"), N_("Not a directory"),
	N_("Is a directory"), N_("File exists"), N_("Directory not empty"),
	N_("Permission denied"), N_("Operation not permitted"),
	N_("Read-only file system"), N_("No space left on device"),
	N_("Disk quota exceeded"), N_("Cannot allocate memory"),
	N_("Device or resource busy"), N_("Input/output error"),
	N_("Too many open files"), N_("File name too long"),
	N_("File too large"), N_("Too many levels of symbolic links"),
	N_("Bad address"), N_("Invalid argument"), N_("Broken pipe"),
	N_("Stale file handle"), N_("Resource temporarily unavailable"),
	N_("Structure needs cleaning"), N_("Interrupted system call"),
};

static void
set_reason(struct xj_error *err, int number)
{
	const char *plain = strerrordesc_np(number);
	char other[256];

	if (!plain)
		plain = "unknown error";
	keep(err->plain, plain);
	for (size_t i = 0; i < XJ_COUNT(reasons); i++)
		if (strcmp(reasons[i], plain) == 0) {
			keep(err->message, xj_tr(plain));
			return;
		}
	keep(err->message, strerror_r(number, other, sizeof(other)));
}

int
xj_error_errno(struct xj_error *err, const char *format, ...)
{
	int number = errno;
	int status = status_of(number);
	struct xj_error out;
	va_list ap;

	if (!err)
		return status;
	set_reason(&out, number);
	va_start(ap, format);
	set_both(&out, status, true, format, ap);
	va_end(ap);
	*err = out;
	errno = number;
	return status;
}
