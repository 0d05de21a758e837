/* uploads.c - the uploads there are: what they are, and how far they have come. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <xueji/pages.h>

#include "serve/upload.h"

#define FOLDER "uploads"
#define RECORD "upload.json"
#define RECORD_MAX (1u << 20)
#define UPLOADS_MAX 10000
#define OF_ONE_MAX 20             /* that one reader has open */
#define ARRIVE_SECONDS (24 * 3600)
#define KEEP_SECONDS (30 * 24 * 3600)
#define LOOK_SECONDS 600
#define SPARE (64ull << 20)       /* bytes that stay free on the disk */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_t taker;
static bool started;
static struct xj_upload *uploads; /* the newest first */
static uint64_t bytes_most, files_most;
static bool pages_wait = true;    /* for all that is known */

bool xj_uploads_ending, xj_uploads_wanted;

static const char *const states[] = { "arriving", "waiting", "taking", "done",
				      "failed", "dropped" };

/* ---------------------------------------------------------------- on the disk */

int
xj_upload_path(const struct xj_upload *u, const char *name, struct xj_buf *path,
	       struct xj_error *err)
{
	xj_buf_clear(path);
	xj_buf_addf(path, "%s/" FOLDER "/%s%s%s", xj_serve_options.dir, u->id,
		    *name ? "/" : "", name);
	return xj_buf_check(path, err);
}

static json_t *
time_json(int64_t t)
{
	char text[XJ_TIME_MAX];

	if (!t)
		return json_null();
	xj_time_format(t, text);
	return json_string(text);
}

/* What is kept of it, which is also what is told. */
static json_t *
record_of(const struct xj_upload *u)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:O, s:I, s:I, s:O, s:O}",
		"id", u->id, "state", states[u->state], "login", u->login,
		"given", u->given, "files", (json_int_t)u->files,
		"bytes", (json_int_t)u->bytes, "counts", u->counts,
		"accessions", u->accessions);

	json_object_set_new(o, "begun", time_json(u->begun));
	json_object_set_new(o, "finished", time_json(u->finished));
	json_object_set_new(o, "taken", time_json(u->taken));
	json_object_set_new(o, "undone", time_json(u->undone));
	json_object_set_new(o, "wrong", *u->wrong ? xj_json_of(u->wrong)
						  : json_null());
	return o;
}

static int
save(const struct xj_upload *u, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	json_t *o = record_of(u);
	int r = xj_json_text(&text, o, 1, err);

	json_decref(o);
	if (r == XJ_OK)
		r = xj_upload_path(u, RECORD, &path, err);
	return r < 0 ? r : xj_file_write(AT_FDCWD, xj_buf_str(&path),
					 text.data, text.len, err);
}

static int64_t
time_in(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));
	int64_t t = 0;

	return text && xj_time_parse(text, &t) == XJ_OK ? t : 0;
}

static void
upload_free(struct xj_upload *u)
{
	if (!u)
		return;
	json_decref(u->given);
	json_decref(u->counts);
	json_decref(u->accessions);
	free(u);
}

static json_t *
member_or(const json_t *o, const char *name, json_t *otherwise)
{
	json_t *v = json_object_get(o, name);

	if (json_typeof(otherwise) != (v ? json_typeof(v) : JSON_NULL))
		return otherwise;
	json_decref(otherwise);
	return json_incref(v);
}

static struct xj_upload *
parse(const char *id, const char *text)
{
	json_t *o = json_loads(text, 0, NULL);
	const char *state = json_string_value(json_object_get(o, "state"));
	const char *login = json_string_value(json_object_get(o, "login"));
	const char *wrong = json_string_value(json_object_get(o, "wrong"));
	struct xj_upload *u = state && login ? calloc(1, sizeof(*u)) : NULL;

	if (u) {
		snprintf(u->id, sizeof(u->id), "%s", id);
		snprintf(u->login, sizeof(u->login), "%s", login);
		snprintf(u->wrong, sizeof(u->wrong), "%s", wrong ? wrong : "");
		while (u->state < XJ_UPLOAD_DROPPED &&
		       strcmp(states[u->state], state) != 0)
			u->state++;
		u->given = member_or(o, "given", json_object());
		u->counts = member_or(o, "counts", json_object());
		u->accessions = member_or(o, "accessions", json_array());
		u->files = (uint64_t)json_integer_value(
			json_object_get(o, "files"));
		u->bytes = (uint64_t)json_integer_value(
			json_object_get(o, "bytes"));
		u->begun = time_in(o, "begun");
		u->finished = time_in(o, "finished");
		u->taken = time_in(o, "taken");
		u->undone = time_in(o, "undone");
		u->touched = xj_now();
		if (u->state == XJ_UPLOAD_TAKING)
			u->state = XJ_UPLOAD_WAITING;
	}
	json_decref(o);
	return u;
}

static void
delete_folder(const char *id)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;

	xj_buf_addf(&path, "%s/" FOLDER "/%s", xj_serve_options.dir, id);
	if (!path.failed)
		xj_remove_tree(AT_FDCWD, path.data, NULL);
}

/* In the order in which they began. */
static void
enter(struct xj_upload *u)
{
	struct xj_upload **at = &uploads;

	while (*at && (*at)->begun > u->begun)
		at = &(*at)->next;
	u->next = *at;
	*at = u;
}

/* ----------------------------------------------------------------- at the start */

static int
count_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)path;
	(void)ftw;
	if (type == FTW_F) {
		uploads->files++;
		uploads->bytes += (uint64_t)st->st_size;
	}
	return 0;
}

/* A file that was on its way when the server ended is not among them. */
static void
count_arrived(struct xj_upload *u)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	struct xj_upload *first = uploads;

	u->files = u->bytes = 0;
	if (xj_upload_path(u, "files", &path, NULL) < 0)
		return;
	uploads = u; /* nftw() knows no context */
	nftw(path.data, count_one, 16, FTW_PHYS);
	uploads = first;
}

static void
load_one(const char *id)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_upload *u = NULL;

	if (strlen(id) >= XJ_UPLOAD_ID_MAX)
		return;
	xj_buf_addf(&path, "%s/" FOLDER "/%s/" RECORD, xj_serve_options.dir,
		    id);
	if (xj_file_read(AT_FDCWD, xj_buf_str(&path), RECORD_MAX, &text,
			 NULL) == XJ_OK)
		u = parse(id, xj_buf_str(&text));
	if (!u || u->state == XJ_UPLOAD_DROPPED) {
		upload_free(u);
		delete_folder(id);
		return;
	}
	if (u->state == XJ_UPLOAD_ARRIVING)
		count_arrived(u);
	enter(u);
}

static int
load(struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	struct dirent *e;
	DIR *d;

	if (xj_path_join(&path, xj_serve_options.dir, FOLDER) < 0)
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	d = opendir(path.data);
	if (!d) /* made with the first of them */
		return errno == ENOENT ? XJ_OK :
		       xj_error_errno(err, "%s", path.data);
	while ((e = readdir(d)))
		if (strspn(e->d_name, "0123456789abcdef") ==
		    strlen(e->d_name))
			load_one(e->d_name);
	closedir(d);
	return XJ_OK;
}

/* ------------------------------------------------------------------- the thread */

static bool
is_over(const struct xj_upload *u, int64_t now)
{
	if (u->arriving || u->state == XJ_UPLOAD_TAKING ||
	    u->state == XJ_UPLOAD_WAITING)
		return false;
	if (u->state == XJ_UPLOAD_ARRIVING)
		return now - u->touched > ARRIVE_SECONDS;
	return u->state == XJ_UPLOAD_DROPPED || now - u->begun > KEEP_SECONDS;
}

/* Those that are to go; the lock is held, and not while they are deleted: then
 * true, as more may have come. */
static bool
delete_over(void)
{
	struct xj_upload **at = &uploads, *over = NULL, *u;
	int64_t now = xj_now();

	while ((u = *at))
		if (is_over(u, now)) {
			*at = u->next;
			u->next = over;
			over = u;
		} else {
			at = &u->next;
		}
	if (!over)
		return false;
	pthread_mutex_unlock(&lock);
	while ((u = over)) {
		over = u->next;
		delete_folder(u->id);
		upload_free(u);
	}
	pthread_mutex_lock(&lock);
	return true;
}

static struct xj_upload *
longest_waiting(void)
{
	struct xj_upload *found = NULL;

	for (struct xj_upload *u = uploads; u; u = u->next)
		if (u->state == XJ_UPLOAD_WAITING &&
		    (!found || u->finished <= found->finished))
			found = u;
	return found;
}

/* The thread has something better to do than to read pages, or to wait. */
static void
wake(void)
{
	xj_uploads_wanted = true;
	pthread_cond_signal(&changed);
}

/* The lock is held, and not while they are read. */
static void
read_pages(void)
{
	xj_uploads_wanted = false;
	pthread_mutex_unlock(&lock);
	xj_intake_pages();
	pthread_mutex_lock(&lock);
	pages_wait = xj_uploads_wanted;
}

/* After a while there may be more of them, or whoever reads them is done. */
static void
wait_long(void)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += LOOK_SECONDS;
	if (pthread_cond_timedwait(&changed, &lock, &until) == ETIMEDOUT)
		pages_wait = true;
}

struct xj_upload *
xj_upload_next(void)
{
	struct xj_upload *u;

	pthread_mutex_lock(&lock);
	for (;;) {
		while (delete_over())
			;
		u = xj_uploads_ending ? NULL : longest_waiting();
		if (u || xj_uploads_ending)
			break;
		if (pages_wait)
			read_pages();
		else
			wait_long();
	}
	if (u) {
		u->state = XJ_UPLOAD_TAKING;
		u->done = u->total = 0;
	}
	pthread_mutex_unlock(&lock);
	return u;
}

static void *
take_all(void *ctx)
{
	struct xj_upload *u;

	(void)ctx;
	while ((u = xj_upload_next()))
		xj_intake_run(u);
	return NULL;
}

void
xj_upload_progress(struct xj_upload *u, uint64_t done, uint64_t total)
{
	pthread_mutex_lock(&lock);
	u->done = done;
	u->total = total;
	pthread_mutex_unlock(&lock);
}

void
xj_upload_taken(struct xj_upload *u, const char *wrong, json_t *counts,
		json_t *accessions)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	bool done = !*wrong;

	pthread_mutex_lock(&lock);
	u->state = done ? XJ_UPLOAD_DONE : XJ_UPLOAD_FAILED;
	snprintf(u->wrong, sizeof(u->wrong), "%s", wrong);
	json_decref(u->counts);
	json_decref(u->accessions);
	u->counts = counts;
	u->accessions = accessions;
	if (done)
		u->taken = xj_now();
	pages_wait = true;
	/* Killed before this is written, it is taken in once more, which finds
	 * everything there. */
	save(u, NULL);
	pthread_mutex_unlock(&lock);
	if (done &&
	    xj_upload_path(u, "files", &path, NULL) == XJ_OK)
		xj_remove_tree(AT_FDCWD, path.data, NULL);
}

static void
read_limits(void)
{
	struct xj_archive *a;
	char *mib = NULL, *files = NULL;

	bytes_most = 20480ull << 20;
	files_most = 20000;
	if (xj_archive_open(xj_serve_options.dir, XJ_OPEN_READONLY, &a, NULL) <
	    0)
		return;
	if (xj_setting_get(a, "upload.size", &mib, NULL) == XJ_OK)
		bytes_most = strtoull(mib, NULL, 10) << 20;
	if (xj_setting_get(a, "upload.files", &files, NULL) == XJ_OK)
		files_most = strtoull(files, NULL, 10);
	xj_free(mib);
	xj_free(files);
	xj_archive_close(a);
}

int
xj_uploads_start(struct xj_error *err)
{
	int r = load(err);

	if (r < 0)
		return r;
	read_limits();
	started = pthread_create(&taker, NULL, take_all, NULL) == 0;
	return started ? XJ_OK : xj_error_set(err, XJ_ENOMEM, "no thread can "
					      "be started");
}

void
xj_uploads_end(void)
{
	struct xj_upload *u;

	pthread_mutex_lock(&lock);
	xj_uploads_ending = true;
	wake();
	pthread_mutex_unlock(&lock);
	if (started)
		pthread_join(taker, NULL);
	while ((u = uploads)) {
		uploads = u->next;
		upload_free(u);
	}
}

/* ---------------------------------------------------------------- asked for it */

static bool
is_his(const struct xj_request *q, const struct xj_upload *u)
{
	return q->session.who == XJ_OWNER ||
	       (q->session.who == XJ_MEMBER && *u->login &&
		strcmp(u->login, q->session.login) == 0);
}

static struct xj_upload *
find(const char *id)
{
	struct xj_upload *u = uploads;

	while (u && strcmp(u->id, id) != 0)
		u = u->next;
	return u && u->state != XJ_UPLOAD_DROPPED ? u : NULL;
}

/* With the lock held then, unless it fails. */
static int
hold(const struct xj_request *q, const char *id, struct xj_upload **u,
     struct xj_error *err)
{
	pthread_mutex_lock(&lock);
	*u = find(id);
	if (*u && is_his(q, *u))
		return XJ_OK;
	pthread_mutex_unlock(&lock);
	return xj_error_set(err, XJ_ENOTFOUND, "there is no such upload");
}

static int
not_now(struct xj_error *err)
{
	return xj_error_set(err, XJ_EBUSY, "this upload is not where this can "
			    "be done with it; look again how it stands");
}

static int
make_folder(const char *id, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;

	xj_buf_addf(&path, "%s/" FOLDER "/%s/files", xj_serve_options.dir, id);
	return path.failed ? xj_error_set(err, XJ_ENOMEM, "out of memory") :
	       xj_mkdirs(AT_FDCWD, path.data, 0700, err);
}

static int
check_given(struct xj_request *q, const json_t *given, struct xj_error *err)
{
	struct xj_add_options options;
	struct xj_archive *a;
	int r = xj_change_open(q, &a, err);

	if (r < 0)
		return r;
	xj_intake_options(q->arena, given, &options);
	r = xj_add_check(a, &options, err);
	xj_archive_close(a);
	return r;
}

static size_t
open_of(const char *login)
{
	size_t n = 0;

	for (struct xj_upload *u = uploads; u; u = u->next)
		n += u->state < XJ_UPLOAD_DONE && strcmp(u->login, login) == 0;
	return n;
}

static int
check_number(const char *login, struct xj_error *err)
{
	size_t all = 0;

	for (struct xj_upload *u = uploads; u; u = u->next)
		all++;
	return open_of(login) < OF_ONE_MAX && all < UPLOADS_MAX ? XJ_OK :
	       xj_error_set(err, XJ_ELIMIT, "there are too many uploads; wait "
			    "till those that wait are taken in");
}

int
xj_upload_begin(struct xj_request *q, const json_t *given,
		char id[XJ_UPLOAD_ID_MAX], struct xj_error *err)
{
	unsigned char bytes[(XJ_UPLOAD_ID_MAX - 1) / 2];
	struct xj_upload *u;
	int r = q->session.who == XJ_GUEST ?
		xj_error_set(err, XJ_EPERM, "who is not signed in adds "
			     "nothing") : check_given(q, given, err);

	if (r < 0)
		return r;
	randombytes_buf(bytes, sizeof(bytes));
	xj_hex(bytes, sizeof(bytes), id);
	if (!(u = calloc(1, sizeof(*u))))
		return xj_error_set(err, XJ_ENOMEM, "out of memory");
	strcpy(u->id, id);
	if (q->session.who == XJ_MEMBER)
		strcpy(u->login, q->session.login);
	u->given = json_deep_copy(given);
	u->counts = json_object();
	u->accessions = json_array();
	u->begun = u->touched = xj_now();
	pthread_mutex_lock(&lock);
	r = check_number(u->login, err);
	if (r == XJ_OK)
		r = make_folder(id, err);
	if (r == XJ_OK)
		r = save(u, err);
	if (r == XJ_OK)
		enter(u);
	pthread_mutex_unlock(&lock);
	if (r == XJ_OK)
		return XJ_OK;
	delete_folder(id);
	upload_free(u);
	return r;
}

/* The bytes first, then the word that they are there. */
static int
make_durable(const char *id, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	xj_auto(xj_closep) int fd = -1;

	xj_buf_addf(&path, "%s/" FOLDER "/%s", xj_serve_options.dir, id);
	fd = path.failed ? -1 : open(path.data, O_RDONLY | O_DIRECTORY |
				     O_CLOEXEC);
	return fd < 0 || syncfs(fd) < 0 ? xj_error_errno(err, "the upload")
					: XJ_OK;
}

static int
go(struct xj_upload *u, enum xj_upload_state state, struct xj_error *err)
{
	enum xj_upload_state before = u->state;
	int r;

	u->state = state;
	u->touched = xj_now();
	r = save(u, err);
	if (r < 0)
		u->state = before;
	wake();
	return r;
}

int
xj_upload_finish(struct xj_request *q, const char *id, struct xj_error *err)
{
	struct xj_upload *u;
	int r = hold(q, id, &u, err);

	if (r < 0)
		return r;
	r = u->state != XJ_UPLOAD_ARRIVING || u->arriving ? not_now(err) :
	    u->files ? XJ_OK : xj_error_set(err, XJ_EINVAL, "no file has "
					    "arrived");
	pthread_mutex_unlock(&lock);
	if (r == XJ_OK)
		r = make_durable(id, err);
	if (r == XJ_OK)
		r = hold(q, id, &u, err);
	if (r < 0)
		return r;
	u->finished = xj_now();
	r = u->state != XJ_UPLOAD_ARRIVING || u->arriving ? not_now(err) :
	    go(u, XJ_UPLOAD_WAITING, err);
	pthread_mutex_unlock(&lock);
	return r;
}

int
xj_upload_again(struct xj_request *q, const char *id, struct xj_error *err)
{
	struct xj_upload *u;
	int r = hold(q, id, &u, err);

	if (r < 0)
		return r;
	r = u->state == XJ_UPLOAD_FAILED ? go(u, XJ_UPLOAD_WAITING, err)
					 : not_now(err);
	pthread_mutex_unlock(&lock);
	return r;
}

int
xj_upload_drop(struct xj_request *q, const char *id, struct xj_error *err)
{
	struct xj_upload *u;
	int r = hold(q, id, &u, err);

	if (r < 0)
		return r;
	r = u->state == XJ_UPLOAD_TAKING || u->state == XJ_UPLOAD_WAITING ?
		not_now(err) : go(u, XJ_UPLOAD_DROPPED, err);
	pthread_mutex_unlock(&lock);
	return r;
}

static int
undo_all(struct xj_request *q, const json_t *accessions, uint64_t *count,
	 struct xj_error *err)
{
	struct xj_archive *a;
	const json_t *number;
	size_t i;
	int r = xj_change_open(q, &a, err);

	*count = 0;
	if (r < 0)
		return r;
	json_array_foreach((json_t *)accessions, i, number) {
		uint64_t n = 0;

		r = xj_accession_undo(a, (uint64_t)json_integer_value(number),
				      NULL, &n, err);
		if (r < 0 && r != XJ_EEXIST)
			break;
		*count += n;
	}
	xj_archive_close(a);
	return *count && r == XJ_EEXIST ? XJ_OK : r;
}

int
xj_upload_undo(struct xj_request *q, const char *id, uint64_t *count,
	       struct xj_error *err)
{
	struct xj_upload *u;
	json_t *accessions;
	int r = hold(q, id, &u, err);

	if (r < 0)
		return r;
	accessions = json_deep_copy(u->accessions);
	r = u->state != XJ_UPLOAD_DONE || !json_array_size(accessions) ?
		not_now(err) : XJ_OK;
	pthread_mutex_unlock(&lock);
	if (r == XJ_OK)
		r = undo_all(q, accessions, count, err);
	json_decref(accessions);
	if (r < 0 || hold(q, id, &u, NULL) < 0)
		return r;
	u->undone = xj_now();
	r = save(u, err);
	pthread_mutex_unlock(&lock);
	return r;
}

/* ---------------------------------------------------------------- told of it */

static json_t *
tell(const struct xj_upload *u)
{
	json_t *o = record_of(u), *own = json_deep_copy(o);

	json_decref(o); /* which shares what only the lock makes safe */
	o = own;
	json_object_set_new(o, "done", json_integer((json_int_t)u->done));
	json_object_set_new(o, "total", json_integer((json_int_t)u->total));
	return o;
}

int
xj_upload_tell(struct xj_request *q, const char *id, json_t **model,
	       struct xj_error *err)
{
	struct xj_upload *u;
	int r = hold(q, id, &u, err);

	if (r < 0)
		return r;
	*model = tell(u);
	pthread_mutex_unlock(&lock);
	return XJ_OK;
}

json_t *
xj_uploads_tell(struct xj_request *q)
{
	json_t *list = json_array();

	pthread_mutex_lock(&lock);
	for (struct xj_upload *u = uploads; u; u = u->next)
		if (is_his(q, u) && u->state != XJ_UPLOAD_DROPPED)
			json_array_append_new(list, tell(u));
	pthread_mutex_unlock(&lock);
	return list;
}

void
xj_uploads_count(struct xj_upload_counts *c)
{
	*c = (struct xj_upload_counts){ 0 };
	pthread_mutex_lock(&lock);
	for (struct xj_upload *u = uploads; u; u = u->next) {
		c->arriving += u->state == XJ_UPLOAD_ARRIVING;
		c->waiting += u->state == XJ_UPLOAD_WAITING;
		c->taking += u->state == XJ_UPLOAD_TAKING;
		c->failed += u->state == XJ_UPLOAD_FAILED;
	}
	pthread_mutex_unlock(&lock);
}

/* Names as they are; those that are no UTF-8 never arrived. */
static int
list_files(json_t *list, int dirfd, const char *path)
{
	int fd = openat(dirfd, *path ? strrchr(path, '/') ?
			strrchr(path, '/') + 1 : path : ".",
			O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!d) {
		xj_closep(&fd);
		return XJ_OK;
	}
	while ((e = readdir(d))) {
		char below[XJ_UPLOAD_PATH_MAX + 256];
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0 ||
		    fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		snprintf(below, sizeof(below), "%s%s%s", path,
			 *path ? "/" : "", e->d_name);
		if (S_ISDIR(st.st_mode))
			list_files(list, fd, below);
		else
			json_array_append_new(list, json_pack("{s:o, s:I}",
				"path", xj_json_of(below), "size",
				(json_int_t)st.st_size));
	}
	closedir(d);
	return XJ_OK;
}

int
xj_upload_files(struct xj_request *q, const char *id, json_t **list,
		struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	xj_auto(xj_closep) int fd = -1;
	struct xj_upload *u;
	int r = hold(q, id, &u, err);

	if (r < 0)
		return r;
	r = xj_upload_path(u, "files", &path, err);
	pthread_mutex_unlock(&lock);
	if (r < 0)
		return r;
	*list = json_array();
	fd = open(path.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? XJ_OK : list_files(*list, fd, "");
}

int
xj_upload_report(struct xj_request *q, const char *id, uint64_t offset,
		 uint64_t limit, json_t **lines, uint64_t *total,
		 struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	struct xj_upload *u;
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	FILE *f;
	int r = hold(q, id, &u, err);

	if (r < 0)
		return r;
	r = xj_upload_path(u, "report.jsonl", &path, err);
	pthread_mutex_unlock(&lock);
	if (r < 0)
		return r;
	*lines = json_array();
	*total = 0;
	if (!(f = fopen(path.data, "re")))
		return XJ_OK;
	while ((n = getline(&line, &room, f)) > 0 && line[n - 1] == '\n')
		if (++*total > offset && *total <= offset + limit)
			json_array_append_new(*lines, json_loadb(line,
				(size_t)n, 0, NULL));
	free(line);
	fclose(f);
	return XJ_OK;
}

/* ------------------------------------------------------------- as it arrives */

static int
check_room(const struct xj_upload *u, uint64_t size, int dir,
	   struct xj_error *err)
{
	struct statvfs fs;

	if (u->files + u->arriving >= files_most)
		return xj_error_set(err, XJ_ELIMIT, "an upload has at most %llu "
				    "files (upload.files)", (ull)files_most);
	if (size > bytes_most || u->bytes > bytes_most - size)
		return xj_error_set(err, XJ_ELIMIT, "an upload has at most %llu "
				    "MiB (upload.size)",
				    (ull)(bytes_most >> 20));
	/* It is there twice while it is taken in. */
	if (fstatvfs(dir, &fs) == 0 &&
	    (uint64_t)fs.f_bavail * fs.f_frsize < 2 * size + SPARE)
		return xj_error_set(err, XJ_ENOSPC, "the archive's disk has no "
				    "room for this; nothing of it was kept");
	return XJ_OK;
}

int
xj_upload_expect(const struct xj_request *q, const char *id, uint64_t size,
		 int *dir, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	struct xj_upload *u;
	int r = hold(q, id, &u, err);

	*dir = -1;
	if (r < 0)
		return r;
	r = u->state != XJ_UPLOAD_ARRIVING ? not_now(err) :
	    xj_upload_path(u, "", &path, err);
	if (r == XJ_OK)
		r = xj_dir_open(AT_FDCWD, path.data, dir, err);
	if (r == XJ_OK)
		r = check_room(u, size, *dir, err);
	if (r == XJ_OK) {
		u->arriving++;
		u->touched = xj_now();
	}
	pthread_mutex_unlock(&lock);
	if (r < 0)
		xj_closep(dir);
	return r;
}

int
xj_upload_grow(const char *id, uint64_t bytes, struct xj_error *err)
{
	struct xj_upload *u;
	bool fits;

	pthread_mutex_lock(&lock);
	u = find(id);
	fits = u && u->bytes + bytes <= bytes_most;
	if (fits) {
		u->bytes += bytes;
		u->touched = xj_now();
	}
	pthread_mutex_unlock(&lock);
	return fits ? XJ_OK : xj_error_set(err, XJ_ELIMIT, "an upload has at "
			"most %llu MiB (upload.size)",
			(ull)(bytes_most >> 20));
}

void
xj_upload_arrived(const char *id, unsigned files, uint64_t bytes)
{
	struct xj_upload *u;

	pthread_mutex_lock(&lock);
	u = find(id);
	if (u) {
		u->arriving--;
		u->files += files;
		u->bytes -= bytes < u->bytes ? bytes : u->bytes;
		u->touched = xj_now();
	}
	pthread_mutex_unlock(&lock);
}

void
xj_upload_abandon(const char *id)
{
	struct xj_upload *u;

	pthread_mutex_lock(&lock);
	u = find(id);
	if (u && u->state == XJ_UPLOAD_ARRIVING) {
		u->state = XJ_UPLOAD_DROPPED;
		wake();
	}
	pthread_mutex_unlock(&lock);
}
