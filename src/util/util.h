/*
 * util/util.h - what every module stands on: errors, buffers, arenas, UTF-8,
 * files, digests, time, identifiers, JSON helpers.
 *
 * May be included by everything but plugins. Linked statically into the
 * library and into each program.
 */
#ifndef XJ_UTIL_H
#define XJ_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <xueji/xueji.h>

/* Frees a local at every return: xj_auto(xj_buf_release) struct xj_buf b; */
#define xj_auto(fn) __attribute__((cleanup(fn)))

#define XJ_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define XJ_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* -------------------------------------------------------------- messages */

/*
 * A text of ours in the language of the locale; the same pointer where there is
 * no translation. The three functions below translate `format` by themselves,
 * and xgettext knows them, so nothing is marked where they are called.
 */
const char *xj_tr(const char *text);
#define N_(text) (text) /* marks what goes to xj_tr() later */

/* ---------------------------------------------------------------- errors */

/* Set the message; returns `status`. `err` may be NULL. */
int xj_error_set(struct xj_error *err, int status, const char *format, ...)
	XJ_PRINTF(3, 4);

/* Put "context: " before the message that is there; returns `status`. */
int xj_error_wrap(struct xj_error *err, int status, const char *format, ...)
	XJ_PRINTF(3, 4);

/*
 * Set "context: what errno says"; returns the status that fits errno:
 * XJ_ENOTFOUND, XJ_EEXIST, XJ_EPERM, XJ_ENOSPC, XJ_ENOMEM, XJ_EBUSY or XJ_EIO.
 */
int xj_error_errno(struct xj_error *err, const char *format, ...)
	XJ_PRINTF(2, 3);

/* --------------------------------------------------------------- buffers */

/*
 * Bytes that grow. A failed append is remembered in `failed` and makes later
 * ones do nothing: append in a row, check once with xj_buf_check(). `data` is
 * always NUL-terminated once anything was appended; NULL before.
 */
struct xj_buf {
	char *data;
	size_t len, cap;
	bool failed;
};

#define XJ_BUF_INIT { 0 }

void xj_buf_release(struct xj_buf *b);
void xj_buf_clear(struct xj_buf *b); /* empty, memory kept */
int xj_buf_reserve(struct xj_buf *b, size_t more);
void xj_buf_add(struct xj_buf *b, const void *bytes, size_t len);
void xj_buf_adds(struct xj_buf *b, const char *s);
void xj_buf_addc(struct xj_buf *b, char c);
void xj_buf_addf(struct xj_buf *b, const char *format, ...) XJ_PRINTF(2, 3);
int xj_buf_check(const struct xj_buf *b, struct xj_error *err);
/* The bytes, to be freed with free(); the buffer is empty then. Never NULL
 * unless an append failed. */
char *xj_buf_take(struct xj_buf *b);
const char *xj_buf_str(const struct xj_buf *b); /* never NULL */

/* ---------------------------------------------------------------- arenas */

/* Memory that dies together. Not for threads to share. */
struct xj_arena;

int xj_arena_new(struct xj_arena **arena);
void xj_arena_free(struct xj_arena *arena);
void xj_arena_freep(struct xj_arena **arena); /* for xj_auto */
void *xj_arena_alloc(struct xj_arena *arena, size_t size); /* zeroed; NULL: no memory */
char *xj_arena_strndup(struct xj_arena *arena, const char *s, size_t len);
char *xj_arena_strdup(struct xj_arena *arena, const char *s);
char *xj_arena_printf(struct xj_arena *arena, const char *format, ...)
	XJ_PRINTF(2, 3);

/* ----------------------------------------------------------------- UTF-8 */

/*
 * The code point at *p, which must be below `end`, and *p moved past it. Bytes
 * that are not UTF-8 (RFC 3629) give U+FFFD and move one byte.
 */
uint32_t xj_utf8_next(const char **p, const char *end);
/* Bytes written to `out`, 1 to 4; 0 if `c` is not a Unicode scalar value. */
size_t xj_utf8_put(uint32_t c, char out[4]);
/* Whether all of it is UTF-8 (RFC 3629). NUL is a character here. */
bool xj_utf8_valid(const char *s, size_t len);
/* Code points in valid UTF-8. */
size_t xj_utf8_count(const char *s, size_t len);
/* The greatest n <= max such that s[0..n) ends between characters. */
size_t xj_utf8_cut(const char *s, size_t len, size_t max);
/* U+4E00.., extensions, compatibility ideographs, U+3005, U+3007. */
bool xj_is_han(uint32_t c);
/* Han, kana, hangul: what is written without spaces and cut into pairs. */
bool xj_is_cjk(uint32_t c);
/*
 * `bytes` for a person to read: valid UTF-8 stays, control characters,
 * direction overrides and bytes that are not UTF-8 become \xNN or \u{N}.
 * Appends to `out`.
 */
void xj_escape_shown(struct xj_buf *out, const char *bytes, size_t len);
/* Columns of a terminal that the text takes (wide characters two). */
size_t xj_utf8_width(const char *s, size_t len);

/* ----------------------------------------------------------------- files */

/* "dir/name", appended to a cleared buffer. */
int xj_path_join(struct xj_buf *out, const char *dir, const char *name);
const char *xj_path_base(const char *path); /* after the last '/' */

void xj_closep(int *fd); /* for xj_auto; closes if >= 0 */

/* The whole of a file. XJ_ENOTFOUND when missing; XJ_ELIMIT above `max`. */
int xj_file_read(int dirfd, const char *name, size_t max, struct xj_buf *out,
		 struct xj_error *err);
/* Whole or not at all: temporary name beside it, fsync, rename, fsync. */
int xj_file_write(int dirfd, const char *name, const void *data, size_t len,
		  struct xj_error *err);
int xj_write_all(int fd, const void *data, size_t len, struct xj_error *err);
/* Bytes at an offset; short only at the end. */
ssize_t xj_pread_all(int fd, void *buf, size_t len, uint64_t off);
/* mkdir -p below dirfd. */
int xj_mkdirs(int dirfd, const char *path, mode_t mode, struct xj_error *err);
/* rm -r below dirfd; nothing there is no error. Does not follow links. */
int xj_remove_tree(int dirfd, const char *path, struct xj_error *err);
/* Bytes of regular files below, for `status`. */
uint64_t xj_tree_size(int dirfd, const char *path);
/* Open the directory for *at() calls. */
int xj_dir_open(int dirfd, const char *path, int *fd, struct xj_error *err);

/* -------------------------------------------------------------- programs */

/*
 * Start a program of ours: fds[i] becomes its descriptor i, one below 0 is
 * /dev/null, every other of ours must be O_CLOEXEC. No signal is blocked or
 * ignored in it. Of our surroundings, which may hold secrets, it has what the
 * loader and the sanitizers need, and the variables that `environment` (ends
 * with NULL; may be NULL) names. 0 or errno.
 */
int xj_spawn(const char *program, char *const argv[], const int *fds,
	     size_t count, const char *const *environment, pid_t *pid);

/* --------------------------------------------------------------- digests */

enum xj_digest_kind {
	XJ_MD5, XJ_SHA1, XJ_SHA256, XJ_SHA512, XJ_SHA512_256,
	XJ_BLAKE2B_512, XJ_BLAKE2B_160, XJ_BLAKE2B_256, XJ_BLAKE2B_384,
};

#define XJ_DIGEST_MAX 64 /* bytes */
#define XJ_DIGEST_HEX_MAX 129 /* with NUL */

struct xj_digest; /* one running sum */

/* The kind by its OCFL name ("sha512", "blake2b-160"); -1 if unknown. */
int xj_digest_kind(const char *name);
const char *xj_digest_name(enum xj_digest_kind kind);
size_t xj_digest_size(enum xj_digest_kind kind);
int xj_digest_new(enum xj_digest_kind kind, struct xj_digest **d,
		  struct xj_error *err);
void xj_digest_free(struct xj_digest *d);
void xj_digest_freep(struct xj_digest **d);
void xj_digest_add(struct xj_digest *d, const void *bytes, size_t len);
/* Ends the sum and starts it afresh. */
void xj_digest_end(struct xj_digest *d, unsigned char out[XJ_DIGEST_MAX]);
void xj_digest_of(enum xj_digest_kind kind, const void *bytes, size_t len,
		  unsigned char out[XJ_DIGEST_MAX]);
/* Of all bytes of a descriptor from offset 0, by pread. */
int xj_digest_fd(enum xj_digest_kind kind, int fd,
		 unsigned char out[XJ_DIGEST_MAX], uint64_t *size,
		 struct xj_error *err);
void xj_hex(const unsigned char *bytes, size_t len, char *out); /* 2*len+1 */
int xj_unhex(const char *hex, unsigned char *out, size_t max); /* bytes or -1 */

/* --------------------------------------------------------- time and names */

#define XJ_TIME_MAX 32 /* with NUL */

int64_t xj_now(void);           /* seconds since 1970, UTC */
uint64_t xj_monotonic_ms(void);
uint64_t xj_thread_cpu_us(void);
/* RFC 3339 in UTC: 2026-11-23T04:05:06Z */
void xj_time_format(int64_t t, char out[XJ_TIME_MAX]);
int xj_time_parse(const char *s, int64_t *t); /* RFC 3339; XJ_EINVAL */
/*
 * W3CDTF (2024, 2024-03, 2024-03-01, with time) and what people and programs
 * write for it (2024/3/1, 2024.03.01, 2024年3月1日, 20240301, D:20240301...):
 * normalised to YYYY, YYYY-MM or YYYY-MM-DD. XJ_EINVAL when it is no date.
 */
int xj_date_normalise(const char *s, char out[16]);

#define XJ_DAY_MAX 11 /* "2011-05-01" with NUL: days compare as text */

/* Today where the machine stands; XUEJI_TODAY=2011-05-01 says another. */
void xj_today(char out[XJ_DAY_MAX]);
/* A whole day, in any way xj_date_normalise() knows. XJ_EINVAL. */
int xj_day_parse(const char *s, char out[XJ_DAY_MAX]);
/* So many days later, or earlier. `out` may be `day`. */
void xj_day_add(const char *day, int days, char out[XJ_DAY_MAX]);

#define XJ_URN_MAX 46 /* "urn:uuid:" + 36 + NUL */

void xj_urn_new(char out[XJ_URN_MAX]); /* random, version 4 */

/* ----------------------------------------------------------------- terms */

/* A term of one document and how often: what text makes and index takes. */
struct xj_counted {
	const char *term; /* with its prefix byte; not NUL-terminated */
	uint32_t len;
	uint32_t count;   /* 0: a boolean term */
};

/* For qsort() and bsearch() of uint64_t, such as numbers of documents. */
int xj_by_number(const void *a, const void *b);

/* ------------------------------------------------------------------ JSON */

struct json_t;

/* Compact UTF-8 text of a value, appended. Keys in the order they were set. */
int xj_json_text(struct xj_buf *out, const struct json_t *value, int indent,
		 struct xj_error *err);
/* Append a JSON string literal. Bytes that are not UTF-8 become U+FFFD. */
void xj_json_string(struct xj_buf *out, const char *s, size_t len);

/* ---------------------------------------- messages between two processes */

/*
 * Numbers and strings between two processes of one machine. Numbers are in the
 * machine's own order. A string is its length, its bytes and a NUL, so that the
 * reader can lend it as a C string; a missing string has the length UINT32_MAX
 * and nothing more.
 */

/* Writes into memory of the caller's; `failed` when it was too small. */
struct xj_wire_out {
	char *buf;
	size_t len, cap;
	bool failed;
};

void xj_wire_put(struct xj_wire_out *out, const void *bytes, size_t len);
void xj_wire_put_u32(struct xj_wire_out *out, uint32_t v);
void xj_wire_put_u64(struct xj_wire_out *out, uint64_t v);
void xj_wire_put_bytes(struct xj_wire_out *out, const void *s, size_t len);
void xj_wire_put_str(struct xj_wire_out *out, const char *s); /* or NULL */
/* NULL-terminated list; NULL is the empty one. */
void xj_wire_put_list(struct xj_wire_out *out, const char *const *list);

/* Reads from bytes that may be anything; `failed` when they end too soon. */
struct xj_wire_in {
	const char *at, *end;
	bool failed;
};

uint32_t xj_wire_u32(struct xj_wire_in *in);
uint64_t xj_wire_u64(struct xj_wire_in *in);
/*
 * A string lent from the message; NULL when missing or failed. `len` may be
 * NULL: then a NUL inside the string is a failure.
 */
const char *xj_wire_str(struct xj_wire_in *in, size_t *len);
/* All was read and nothing is left. */
bool xj_wire_ended(const struct xj_wire_in *in);

#endif
