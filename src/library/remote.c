/* remote.c - the indexes of other archives that are searched with this one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "library/json-put.h"
#include "library/remote.h"
#include "library/rights.h"
#include "library/search.h"

#define FACT "remotes"
#define NAME_MAX_BYTES 60u
#define OPENING_MS 1000u       /* of what a search may wait */
#define LEAST_MS 150u          /* with less left there is no use in asking */
#define ASKING_MS 1900u        /* for who asks how they are */
#define FRESH_MS 20000u        /* then they may have published anew */
#define DOWN_S 30              /* who did not answer is not asked for so long */

/* Which fact is which, in struct xj_remote. */
enum { FORMAT, ANALYZER, ARCHIVE, PUBLISHED, QUERY };

/* A remote as the list has it. */
struct entry {
	const char *name, *host, *archive, *address;
	unsigned port;
	uint64_t down_until;       /* of xj_monotonic_ms() */
};

struct xj_remotes {
	struct xj_arena *arena;
	char *list;                /* the fact that this was made of */
	struct entry *entries;
	struct xj_remote *remotes; /* as the index knows them, in step */
	size_t count;
	struct xj_index *index;    /* or NULL: none answers */
	uint64_t opened, serial;
	char analyzer[16];
	struct xj_remote_rows *rows;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

void
xj_remotes_free(struct xj_remotes *m)
{
	if (!m)
		return;
	xj_remote_rows_free(m->rows);
	xj_index_close(m->index);
	xj_arena_free(m->arena);
	free(m->list);
	free(m);
}

struct xj_index *
xj_remotes_index(const struct xj_archive *a)
{
	return a->remotes ? a->remotes->index : NULL;
}

struct xj_remote_rows **
xj_remotes_rows(struct xj_archive *a)
{
	return &a->remotes->rows;
}

/* ---------------------------------------------------------------- the list */

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static int
keep_entry(struct xj_remotes *m, const json_t *o)
{
	struct entry *to = &m->entries[m->count];
	struct xj_remote *remote = &m->remotes[m->count];

	*to = (struct entry){
		.name = xj_arena_strdup(m->arena, text(o, "name")),
		.host = xj_arena_strdup(m->arena, text(o, "host")),
		.archive = xj_arena_strdup(m->arena, text(o, "archive")),
		.port = (unsigned)json_integer_value(
			json_object_get(o, "port")),
	};
	to->address = xj_arena_printf(m->arena, strchr(text(o, "host"), ':') ?
				      "[%s]:%u" : "%s:%u", text(o, "host"),
				      to->port);
	if (!to->name || !to->host || !to->archive || !to->address)
		return XJ_ENOMEM;
	snprintf(m->analyzer, sizeof(m->analyzer), "%u", XJ_ANALYZER_VERSION);
	*remote = (struct xj_remote){
		.host = to->host, .port = to->port, .facts = {
			[FORMAT] = { XJ_PUBLISHED_FORMAT, "1", "" },
			[ANALYZER] = { XJ_PUBLISHED_ANALYZER, m->analyzer,
				       "" },
			[ARCHIVE] = { XJ_PUBLISHED_ARCHIVE,
				      *to->archive ? to->archive : NULL, "" },
			[PUBLISHED] = { XJ_PUBLISHED_TIME, NULL, "" },
			[QUERY] = { XJ_PUBLISHED_QUERY, NULL, "" },
		},
	};
	m->count++;
	return XJ_OK;
}

/* Of an array of them. */
static int
make(const json_t *array, struct xj_remotes **out, struct xj_error *err)
{
	struct xj_remotes *m = calloc(1, sizeof(*m));
	size_t n = json_array_size(array);

	*out = NULL;
	if (!m || xj_arena_new(&m->arena) < 0) {
		free(m);
		return no_memory(err);
	}
	m->entries = xj_arena_alloc(m->arena, (n + 1) * sizeof(*m->entries));
	m->remotes = xj_arena_alloc(m->arena, (n + 1) * sizeof(*m->remotes));
	for (size_t i = 0; m->entries && m->remotes && i < n; i++)
		if (keep_entry(m, json_array_get(array, i)) < 0)
			break;
	if (m->count < n || !m->entries || !m->remotes) {
		xj_remotes_free(m);
		return no_memory(err);
	}
	*out = m;
	return XJ_OK;
}

/* The list of the catalog; NULL: there are none. */
static int
read_list(struct xj_archive *a, json_t **array, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf fact = XJ_BUF_INIT;
	int r = xj_catalog_fact(a->catalog, FACT, &fact, err);

	*array = NULL;
	if (r == XJ_ENOTFOUND)
		return XJ_OK;
	if (r < 0)
		return r;
	*array = json_loadb(fact.data, fact.len, 0, NULL);
	if (json_is_array(*array) && json_array_size(*array) <= XJ_REMOTES_MAX)
		return XJ_OK;
	json_decref(*array);
	*array = NULL;
	return xj_error_set(err, XJ_ECORRUPT, "the list of remotes is "
			    "damaged");
}

static int
write_list(struct xj_archive *a, const json_t *array, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf fact = XJ_BUF_INIT;
	int r = xj_json_text(&fact, array, 0, err);

	return r < 0 ? r : xj_catalog_set_fact(a->catalog, FACT,
					       xj_buf_str(&fact), err);
}

int
xj_remotes_keep(struct xj_catalog *from, struct xj_catalog *to,
		struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf fact = XJ_BUF_INIT;

	if (xj_catalog_fact(from, FACT, &fact, NULL) < 0)
		return XJ_OK;
	return xj_catalog_set_fact(to, FACT, xj_buf_str(&fact), err);
}

/* -------------------------------------------------------- who did not answer */

/*
 * A file says since when and how somebody does not answer, so that not every
 * search waits for him. Where it cannot be written each process finds out for
 * itself.
 */
static const char *
down_file(struct xj_arena *arena, const struct entry *m)
{
	return xj_arena_printf(arena, "index/down-%s-%u", m->host, m->port);
}

static bool
is_asked_again(const struct xj_remotes *m, size_t i)
{
	return m->entries[i].down_until <= xj_monotonic_ms();
}

static void
note_down(struct xj_archive *a, size_t i)
{
	struct xj_remotes *m = a->remotes;
	const char *file = down_file(m->arena, &m->entries[i]);
	char state[XJ_REMOTE_FACT_MAX + 16];
	int n = snprintf(state, sizeof(state), "%d\n%s\n",
			 (int)m->remotes[i].state, m->remotes[i].why);
	xj_auto(xj_closep) int fd = !file || strchr(m->entries[i].host, '/') ?
		-1 : openat(a->fd, file, O_WRONLY | O_CREAT | O_TRUNC |
			    O_CLOEXEC, 0600);

	m->entries[i].down_until = xj_monotonic_ms() + DOWN_S * 1000u;
	if (fd >= 0)
		xj_write_all(fd, state, (size_t)n, NULL);
}

/* What another process found out lately. */
static void
read_down(struct xj_archive *a, struct xj_remotes *m, size_t i)
{
	const char *file = down_file(m->arena, &m->entries[i]);
	xj_auto(xj_closep) int fd = file ? openat(a->fd, file, O_RDONLY |
						  O_CLOEXEC) : -1;
	char state[XJ_REMOTE_FACT_MAX + 16] = "";
	struct stat st;
	time_t age;
	char *line;

	if (fd < 0 || fstat(fd, &st) < 0)
		return;
	age = time(NULL) - st.st_mtime;
	if (age < 0 || age >= DOWN_S ||
	    pread(fd, state, sizeof(state) - 1, 0) <= 0)
		return;
	m->remotes[i].state = (enum xj_remote_state)strtol(state, &line, 10);
	if (m->remotes[i].state <= XJ_REMOTE_FINE ||
	    m->remotes[i].state >= XJ_REMOTE_OTHER) {
		m->remotes[i].state = XJ_REMOTE_FINE;
		return;
	}
	line += *line == '\n';
	line[strcspn(line, "\n")] = '\0';
	snprintf(m->remotes[i].why, sizeof(m->remotes[i].why), "%s", line);
	m->entries[i].down_until = xj_monotonic_ms() +
				   (uint64_t)(DOWN_S - age) * 1000u;
}

static void
forget_down(struct xj_archive *a, size_t i)
{
	struct xj_remotes *m = a->remotes;
	const char *file = down_file(m->arena, &m->entries[i]);

	m->entries[i].down_until = 0;
	if (file)
		unlinkat(a->fd, file, 0);
}

/* Of those that were asked. Another archive or release in the place of the one
 * that was is no matter of time. */
static void
note_states(struct xj_archive *a, const bool *asked)
{
	struct xj_remotes *m = a->remotes;

	for (size_t i = 0; i < m->count; i++) {
		if (!asked[i])
			continue;
		if (m->remotes[i].state == XJ_REMOTE_FINE)
			forget_down(a, i);
		else if (m->remotes[i].state != XJ_REMOTE_OTHER)
			note_down(a, i);
	}
}

/* -------------------------------------------------------------------- open */

/* The list as the catalog has them now, kept as long as they are the same. */
static int
refresh_list(struct xj_archive *a, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf fact = XJ_BUF_INIT;
	struct xj_remotes *m;
	json_t *array;
	int r = xj_catalog_fact(a->catalog, FACT, &fact, err);

	if (r < 0 && r != XJ_ENOTFOUND)
		return r;
	if (a->remotes && r == XJ_OK && strcmp(a->remotes->list,
					       xj_buf_str(&fact)) == 0)
		return XJ_OK;
	xj_remotes_free(a->remotes);
	a->remotes = NULL;
	if (r == XJ_ENOTFOUND || (r = read_list(a, &array, err)) < 0)
		return r == XJ_ENOTFOUND ? XJ_OK : r;
	r = make(array, &m, err);
	json_decref(array);
	if (r < 0)
		return r;
	m->list = xj_buf_take(&fact);
	if (!m->list || m->count == 0) {
		r = m->list ? XJ_OK : no_memory(err);
		xj_remotes_free(m);
		return r;
	}
	for (size_t i = 0; i < m->count; i++)
		read_down(a, m, i);
	a->remotes = m;
	return XJ_OK;
}

/* Ask those again that may be asked; `asked` of the caller's says which. */
static int
open_now(struct xj_archive *a, uint64_t until, bool asked[XJ_REMOTES_MAX],
	 struct xj_error *err)
{
	struct xj_remotes *m = a->remotes;
	const struct xj_index_here *here = xj_searcher_here(a, &m->serial);
	bool any = false;
	int r;

	xj_index_close(m->index);
	m->index = NULL;
	m->opened = xj_monotonic_ms();
	for (size_t i = 0; i < m->count; i++) {
		asked[i] = is_asked_again(m, i);
		if (asked[i])
			m->remotes[i].state = XJ_REMOTE_FINE;
		any |= asked[i];
	}
	if (!any)
		return XJ_OK;
	r = xj_index_open_wide(here, m->remotes, m->count, until, &m->index,
			       err);
	if (r == XJ_OK)
		note_states(a, asked);
	return r;
}

/* Whether somebody may be asked who was left out when it was opened. */
static bool
may_be_back(const struct xj_remotes *m)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->remotes[i].state != XJ_REMOTE_FINE &&
		    m->entries[i].down_until != 0 && is_asked_again(m, i))
			return true;
	return false;
}

static bool
is_stale(struct xj_archive *a)
{
	const struct xj_remotes *m = a->remotes;
	uint64_t serial;

	xj_searcher_here(a, &serial);
	return m->opened == 0 || m->serial != serial || may_be_back(m) ||
	       xj_monotonic_ms() - m->opened > FRESH_MS ||
	       (m->index && xj_index_lost(m->index));
}

/* There is no time left: none of them is in the answer. */
static void
leave_all_out(struct xj_remotes *m)
{
	xj_index_close(m->index);
	m->index = NULL;
	m->opened = 0;
	for (size_t i = 0; i < m->count; i++)
		if (m->remotes[i].state == XJ_REMOTE_FINE)
			m->remotes[i].state = XJ_REMOTE_SILENT;
}

int
xj_remotes_begin(struct xj_archive *a, uint64_t until, struct xj_index **index,
		 struct xj_error *err)
{
	bool asked[XJ_REMOTES_MAX];
	uint64_t now = xj_monotonic_ms();
	int r = refresh_list(a, err);

	if (r < 0 || !a->remotes)
		return r;
	xj_remote_rows_free(a->remotes->rows);
	a->remotes->rows = NULL;
	if (now + LEAST_MS > until)
		leave_all_out(a->remotes);
	else if (is_stale(a))
		r = open_now(a, now + OPENING_MS < until ? now + OPENING_MS :
						      until, asked, err);
	if (r < 0 || !a->remotes->index)
		return r;
	xj_index_until(a->remotes->index, until);
	*index = a->remotes->index;
	return XJ_OK;
}

bool
xj_remotes_lost(struct xj_archive *a)
{
	struct xj_remotes *m = a->remotes;

	if (!m || !m->index || !xj_index_lost(m->index))
		return false;
	for (size_t i = 0; i < m->count; i++)
		if (m->remotes[i].state != XJ_REMOTE_FINE &&
		    is_asked_again(m, i))
			note_down(a, i);
	xj_index_close(m->index);
	m->index = NULL;
	m->opened = 0;
	return true;
}

/* ---------------------------------------------------------------- in words */

static const char *
state_name(const struct xj_remote *m)
{
	static const char *const names[] = {
		[XJ_REMOTE_FINE] = "fine",
		[XJ_REMOTE_UNREACHABLE] = "unreachable",
		[XJ_REMOTE_SILENT] = "silent",
		[XJ_REMOTE_GONE] = "gone",
		[XJ_REMOTE_STRANGE] = "strange",
	};

	if (m->state != XJ_REMOTE_OTHER)
		return names[m->state];
	return m->wrong == FORMAT ? "no-index" :
	       m->wrong == ANALYZER ? "other-version" : "other-archive";
}

/* Why it is not fine, as a sentence without an end. */
static const char *
say_why(struct xj_arena *arena, const struct xj_remote *m)
{
	struct xj_error say = { 0 };
	char system[XJ_REMOTE_FACT_MAX];

	snprintf(system, sizeof(system), "%s", xj_tr(m->why));
	switch (m->state) {
	case XJ_REMOTE_FINE:
		return "";
	case XJ_REMOTE_UNREACHABLE:
		xj_error_set(&say, XJ_EIO, "cannot be reached: %s", system);
		break;
	case XJ_REMOTE_SILENT:
		xj_error_set(&say, XJ_EIO, "did not answer in time");
		break;
	case XJ_REMOTE_GONE:
		xj_error_set(&say, XJ_EIO, "broke off the connection");
		break;
	case XJ_REMOTE_STRANGE:
		xj_error_set(&say, XJ_EIO, "gave an answer that makes no "
			     "sense");
		break;
	case XJ_REMOTE_OTHER:
		if (m->wrong == FORMAT)
			xj_error_set(&say, XJ_EIO, "serves something else, "
				     "not what `xueji index publish` makes");
		else if (m->wrong == ANALYZER)
			xj_error_set(&say, XJ_EIO, "was published by another "
				     "release, with other rules for words; "
				     "publish it again with this one");
		else
			xj_error_set(&say, XJ_EIO, "serves another archive "
				     "now; remove it and add it again if "
				     "that is meant");
	}
	return xj_arena_strdup(arena, say.message);
}

int
xj_remotes_left_out(struct xj_archive *a, struct xj_arena *arena,
		    struct xj_left_out **list, size_t *count,
		    struct xj_error *err)
{
	const struct xj_remotes *m = a->remotes;
	size_t all = m ? m->count : 0;

	*count = 0;
	*list = xj_arena_alloc(arena, (all + 1) * sizeof(**list));
	for (size_t i = 0; *list && i < all; i++)
		if (m->remotes[i].state != XJ_REMOTE_FINE) {
			struct xj_left_out *to = &(*list)[(*count)++];

			to->name = xj_arena_strdup(arena, m->entries[i].name);
			to->address = xj_arena_strdup(arena,
						      m->entries[i].address);
			to->state = state_name(&m->remotes[i]);
			to->why = say_why(arena, &m->remotes[i]);
			if (!to->name || !to->address || !to->why)
				return no_memory(err);
		}
	return *list ? XJ_OK : no_memory(err);
}

const char *
xj_remote_name(const struct xj_archive *a, uint64_t id, const char **urn)
{
	const struct entry *m = &a->remotes->entries[XJ_ID_REMOTE(id)];

	*urn = m->archive;
	return m->name;
}

int
xj_remote_refuse(struct xj_archive *a, const char *ref, struct xj_error *err)
{
	const char *mark = strrchr(ref, '#');
	int r = mark ? refresh_list(a, err) : XJ_OK;

	for (size_t i = 0; r == XJ_OK && mark && a->remotes &&
	     i < a->remotes->count; i++) {
		const struct entry *m = &a->remotes->entries[i];

		if (strlen(m->name) == (size_t)(mark - ref) &&
		    memcmp(m->name, ref, (size_t)(mark - ref)) == 0)
			return xj_error_set(err, XJ_ENOTFOUND, "document %s "
				"of %s lies in that archive (%s, published "
				"at %s); it is opened there", mark + 1,
				m->name, m->archive, m->address);
	}
	return r;
}

/* ------------------------------------------------------ asking how they are */

static int
tell(struct xj_arena *arena, const struct entry *m,
     const struct xj_remote *remote, xj_index_remote_fn fn, void *ctx)
{
	struct xj_index_remote info = {
		.name = m->name, .host = m->host, .port = m->port,
		.archive = *m->archive ? m->archive :
			   remote->facts[ARCHIVE].value,
		.published = remote->facts[PUBLISHED].value,
		.query = remote->facts[QUERY].value,
		.documents = remote->documents,
		.state = state_name(remote), .why = say_why(arena, remote),
	};

	return fn(ctx, &info);
}

int
xj_index_remotes(struct xj_archive *a, bool again, xj_index_remote_fn fn,
		 void *ctx, struct xj_error *err)
{
	bool asked[XJ_REMOTES_MAX];
	struct xj_index *local;
	int r = xj_searcher_begin(a, &local, err);

	if (r < 0)
		return r;
	r = refresh_list(a, err);
	for (size_t i = 0; again && a->remotes && i < a->remotes->count; i++)
		a->remotes->entries[i].down_until = 0;
	if (r == XJ_OK && a->remotes)
		r = open_now(a, xj_monotonic_ms() + ASKING_MS, asked, err);
	xj_searcher_end(a);
	for (size_t i = 0; r == XJ_OK && a->remotes && i < a->remotes->count;
	     i++)
		r = tell(a->remotes->arena, &a->remotes->entries[i],
			 &a->remotes->remotes[i], fn, ctx);
	return r;
}

/* -------------------------------------------------------- changing the list */

static int
check_name(const char *name, struct xj_error *err)
{
	bool plain = *name && strlen(name) <= NAME_MAX_BYTES &&
		     xj_utf8_valid(name, strlen(name)) &&
		     !strpbrk(name, "# /\\\"");

	for (const char *p = name; plain && *p; p++)
		plain = (unsigned char)*p >= ' ' && *p != 0x7f;
	return plain ? XJ_OK : xj_error_set(err, XJ_EINVAL, "'%s': a name "
		"has up to %u bytes and no space, quotation mark, slash or #",
		name, NAME_MAX_BYTES);
}

/* "host:port", "[::1]:port". */
static int
read_address(const char *address, char *host, size_t size, unsigned *port,
	     struct xj_error *err)
{
	const char *colon = strrchr(address, ':');
	size_t n = colon ? (size_t)(colon - address) : 0;
	char *end = NULL;
	unsigned long number = colon ? strtoul(colon + 1, &end, 10) : 0;

	if (n > 2 && address[0] == '[' && address[n - 1] == ']') {
		address++;
		n -= 2;
	} else if (memchr(address, ':', n)) {
		n = 0;
	}
	if (n == 0 || n >= size || strcspn(address, " /\t\n") < n ||
	    colon[1] < '0' || colon[1] > '9' || *end || number == 0 ||
	    number > 65535)
		return xj_error_set(err, XJ_EINVAL, "%s: not HOST:PORT",
				    address);
	memcpy(host, address, n);
	host[n] = '\0';
	*port = (unsigned)number;
	return XJ_OK;
}

static json_t *
entry_json(const char *name, const char *host, unsigned port,
	    const char *archive)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", json_string(name));
	json_object_set_new(o, "host", json_string(host));
	json_object_set_new(o, "port", json_integer((json_int_t)port));
	json_object_set_new(o, "archive", json_string(archive));
	return o;
}

static int
check_new(const json_t *array, const char *name, const char *host,
	  unsigned port, const char *archive, struct xj_error *err)
{
	if (json_array_size(array) >= XJ_REMOTES_MAX)
		return xj_error_set(err, XJ_ELIMIT, "there are %u remotes "
				    "already, and no more are searched at "
				    "once", XJ_REMOTES_MAX);
	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *o = json_array_get(array, i);
		const char *other = text(o, "name");

		if (strcmp(other, name) == 0)
			return xj_error_set(err, XJ_EEXIST, "there is a "
					    "remote %s already", name);
		if (strcmp(text(o, "host"), host) == 0 &&
		    json_integer_value(json_object_get(o, "port")) ==
			    (json_int_t)port)
			return xj_error_set(err, XJ_EEXIST, "that address is "
					    "the remote %s already", other);
		if (*archive && strcmp(text(o, "archive"), archive) == 0)
			return xj_error_set(err, XJ_EEXIST, "that archive is "
					    "the remote %s already", other);
	}
	return XJ_OK;
}

/* Ask one that is not in the list yet. */
static int
ask_one(struct xj_remotes *m, struct xj_error *err)
{
	const struct xj_index_here nothing = { .dir = "/" };
	struct xj_index *index;
	struct xj_remote *remote = &m->remotes[0];
	int r = xj_index_open_wide(&nothing, remote, 1, xj_monotonic_ms() +
				   ASKING_MS, &index, err);

	if (r < 0)
		return r;
	xj_index_close(index);
	if (remote->state == XJ_REMOTE_FINE)
		return XJ_OK;
	return xj_error_set(err, XJ_EINVAL, "%s: %s", m->entries[0].address,
			    say_why(m->arena, remote));
}

static int
append(struct xj_archive *a, const struct xj_remotes *m, const char *archive,
       struct xj_error *err)
{
	const struct entry *one = &m->entries[0];
	json_t *array;
	int r = xj_catalog_begin(a->catalog, err);

	if (r < 0)
		return r;
	r = read_list(a, &array, err);
	if (r == XJ_OK && !array)
		array = json_array();
	if (r == XJ_OK)
		r = check_new(array, one->name, one->host, one->port, archive,
			      err);
	if (r == XJ_OK) {
		json_array_append_new(array, entry_json(one->name, one->host,
							 one->port, archive));
		r = write_list(a, array, err);
	}
	json_decref(array);
	if (r == XJ_OK)
		return xj_catalog_commit(a->catalog, err);
	xj_catalog_rollback(a->catalog);
	return r;
}

static int
check_archive(struct xj_archive *a, const struct xj_remote *remote,
	      struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf urn = XJ_BUF_INIT;
	int r = xj_catalog_fact(a->catalog, "urn", &urn, err);

	if (r == XJ_OK && strcmp(urn.data, remote->facts[ARCHIVE].value) == 0)
		return xj_error_set(err, XJ_EINVAL, "that is what this "
				    "archive has published itself");
	return r;
}

int
xj_index_add_remote(struct xj_archive *a, const char *name,
		    const char *address, xj_index_remote_fn fn, void *ctx,
		    struct xj_error *err)
{
	struct xj_remotes *m = NULL;
	json_t *array;
	char host[256];
	unsigned port = 0;
	int r = xj_archive_writable(a, err);

	if (r == XJ_OK)
		r = xj_may(a, XJ_DO_MACHINE, 0, NULL, err);
	if (r == XJ_OK)
		r = check_name(name, err);
	if (r == XJ_OK)
		r = read_address(address, host, sizeof(host), &port, err);
	if (r < 0)
		return r;
	array = json_array();
	json_array_append_new(array, entry_json(name, host, port, ""));
	r = make(array, &m, err);
	json_decref(array);
	if (r == XJ_OK)
		r = ask_one(m, err);
	if (r == XJ_OK)
		r = check_archive(a, &m->remotes[0], err);
	if (r == XJ_OK)
		r = append(a, m, m->remotes[0].facts[ARCHIVE].value, err);
	if (r == XJ_OK)
		r = tell(m->arena, &m->entries[0], &m->remotes[0], fn, ctx);
	xj_remotes_free(m);
	return r;
}

static int
take_out(struct xj_archive *a, const char *name, json_t **gone,
	 struct xj_error *err)
{
	json_t *array;
	int r = read_list(a, &array, err);

	*gone = NULL;
	for (size_t i = 0; r == XJ_OK && i < json_array_size(array); i++)
		if (strcmp(text(json_array_get(array, i), "name"), name) == 0) {
			*gone = json_incref(json_array_get(array, i));
			json_array_remove(array, i);
			r = write_list(a, array, err);
			break;
		}
	json_decref(array);
	return r < 0 || *gone ? r : xj_error_set(err, XJ_ENOTFOUND, "there "
		"is no remote %s", name);
}

int
xj_index_remove(struct xj_archive *a, const char *name, xj_index_remote_fn fn,
		void *ctx, struct xj_error *err)
{
	json_t *gone = NULL;
	int r = xj_archive_writable(a, err);

	if (r == XJ_OK)
		r = xj_may(a, XJ_DO_MACHINE, 0, NULL, err);
	if (r == XJ_OK)
		r = xj_catalog_begin(a->catalog, err);
	if (r < 0)
		return r;
	r = take_out(a, name, &gone, err);
	if (r == XJ_OK)
		r = xj_catalog_commit(a->catalog, err);
	else
		xj_catalog_rollback(a->catalog);
	if (r == XJ_OK)
		r = fn(ctx, &(struct xj_index_remote){
			.name = name, .host = text(gone, "host"),
			.port = (unsigned)json_integer_value(
				json_object_get(gone, "port")),
			.archive = text(gone, "archive"), .published = "",
			.query = "", .state = "", .why = "" });
	json_decref(gone);
	return r;
}
