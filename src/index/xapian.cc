/* xapian.cc - the index on Xapian: segments written, merged, searched. */
/* In C a function and a struct may share a name. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
extern "C" {
#include "index/index.h"

#include "index/files.h"
#include "index/wide.h"
}
#pragma GCC diagnostic pop

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <xapian.h>

/* ---------------------------------------------------------------- errors */

/*
 * Xapian keeps errno to itself and shows its text alone, so that text is what
 * is compared. A cause in the system says more than the type of the exception.
 */
static int
status_of(const Xapian::Error &e)
{
	static const struct {
		int number, status;
	} causes[] = {
		{ ENOSPC, XJ_ENOSPC }, { EDQUOT, XJ_ENOSPC },
		{ ENOMEM, XJ_ENOMEM }, { ENOENT, XJ_ENOTFOUND },
		{ EACCES, XJ_EPERM }, { EPERM, XJ_EPERM },
		{ EROFS, XJ_EPERM },
	};
	static const struct {
		const char *type;
		int status;
	} types[] = {
		{ "DatabaseLockError", XJ_EBUSY },
		{ "DatabaseNotFoundError", XJ_ENOTFOUND },
		{ "DatabaseOpeningError", XJ_ECORRUPT },
		{ "DatabaseVersionError", XJ_EVERSION },
		{ "DatabaseCorruptError", XJ_ECORRUPT },
		{ "DatabaseError", XJ_ECORRUPT }, /* a block cut short */
		/* A segment is written once: a newer block is a wrong one. */
		{ "DatabaseModifiedError", XJ_ECORRUPT },
		{ "InvalidArgumentError", XJ_EINVAL },
	};

	if (const char *text = e.get_error_string()) {
		for (const auto &cause : causes)
			if (strcmp(text, strerror(cause.number)) == 0)
				return cause.status;
		return XJ_EIO;
	}
	for (const auto &type : types)
		if (strcmp(e.get_type(), type.type) == 0)
			return type.status;
	return XJ_EIO;
}

static int
report(struct xj_error *err, const Xapian::Error &e)
{
	const char *why = e.get_error_string();

	if (status_of(e) == XJ_ECORRUPT)
		return xj_error_set(err, XJ_ECORRUPT, "the index is damaged "
				    "(%s); `xueji reindex` makes it again",
				    e.get_msg().c_str());
	return xj_error_set(err, status_of(e), "index: %s%s%s",
			    e.get_msg().c_str(), why ? ": " : "",
			    why ? why : "");
}

/* Runs `body`, which returns a status; nothing is thrown past here. */
template <typename Body>
static int
guard(struct xj_error *err, Body body) noexcept
{
	try {
		return body();
	} catch (const Xapian::Error &e) {
		return report(err, e);
	} catch (const std::bad_alloc &) {
		return xj_error_set(err, XJ_ENOMEM, "index: out of memory");
	} catch (...) {
		return xj_error_set(err, XJ_EINTERNAL,
				    "index: unknown exception");
	}
}

/* ----------------------------------------------------------- our own slot */

/* Slot 0 holds id and revision, most significant byte first. */
static const Xapian::valueno SLOT_ENTRY = 0;

static std::string
pack_entry(uint64_t id, uint32_t rev)
{
	uint64_t n = id << 24 | rev;
	std::string out(8, '\0');

	for (int i = 7; i >= 0; i--, n >>= 8)
		out[i] = (char)(n & 0xff);
	return out;
}

static struct xj_dead
unpack_entry(const std::string &value)
{
	uint64_t n = 0;

	if (value.size() != 8)
		throw Xapian::DatabaseCorruptError("an entry has no number");
	for (unsigned char c : value)
		n = n << 8 | c;
	return { n >> 24, (uint32_t)(n & 0xffffff) };
}

/* ------------------------------------------------- numbers across machines */

/* What sets the numbers of a published index apart from those of others. */
static const char TAG_FACT[] = "tag";
static const size_t XJ_TAG_MAX = 33;

static std::string
number_term(const std::string &tag, uint64_t number)
{
	return "Q" + tag + "." + std::to_string(number);
}

/* --------------------------------------------------------------- writing */

/*
 * The inverter is bound by cache misses: small commits into a small database
 * win. The second bound is for books, of which 50 would not be small.
 */
static const unsigned COMMIT_DOCS = 50;
static const size_t COMMIT_POSTINGS = 150000;

/* In place and not synced: until its end nobody reads a segment, and after a
 * crash it is made again. */
static const int WRITE_FLAGS = Xapian::DB_CREATE_OR_OVERWRITE |
			       Xapian::DB_BACKEND_GLASS |
			       Xapian::DB_NO_TERMLIST | Xapian::DB_NO_SYNC |
			       Xapian::DB_DANGEROUS;

/* What a posting and a value take beside their own bytes, and blocks that are
 * half full. */
static const uint64_t ENTRY_BYTES = 24;
static const uint64_t BLOCKS_FACTOR = 2;

/* The longest key Xapian takes; a zero byte in a term counts double. */
static const size_t TERM_MAX = 245;

struct xj_segment {
	std::string path;
	Xapian::WritableDatabase db;
	unsigned docs = 0;   /* since the last commit */
	size_t postings = 0;
	uint64_t bytes = 0;  /* that a commit may write, at most */
	int failed = XJ_OK;  /* what went wrong first: nothing is added after */
	std::string tag;     /* not empty: documents keep their numbers */

	xj_segment(const char *at, const char *with)
		: path(at), db(path, WRITE_FLAGS), tag(with)
	{
		if (!tag.empty())
			db.set_metadata(TAG_FACT, tag);
	}
	~xj_segment();
};

/* Closing commits what there is, unless a transaction is under way: what could
 * not be written must not be tried again on the way out. */
xj_segment::~xj_segment()
{
	guard(NULL, [this] {
		db.begin_transaction(false);
		db.close();
		return XJ_OK;
	});
}

static int
make(const char *dir, const char *name, const char *tag,
     struct xj_segment **segment, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = {};
	int r = xj_segment_path(dir, name, &path, err);

	*segment = NULL;
	if (r < 0)
		return r;
	r = guard(err, [&] {
		*segment = new xj_segment(path.data, tag);
		return XJ_OK;
	});
	return r < 0 ? xj_error_wrap(err, r, "%s", path.data) : XJ_OK;
}

int
xj_segment_new(const char *dir, const char *name, struct xj_segment **segment,
	       struct xj_error *err)
{
	return make(dir, name, "", segment, err);
}

int
xj_segment_new_numbered(const char *dir, const char *name, const char *tag,
			struct xj_segment **segment, struct xj_error *err)
{
	return make(dir, name, tag, segment, err);
}

/* Several databases share the numbers that Xapian has, four thousand million:
 * this leaves room for a dozen beside one of the largest. */
static const uint64_t NUMBERED_MAX = UINT32_MAX / 16;

static int
check_doc(const struct xj_index_doc *doc, struct xj_error *err)
{
	if (doc->id == 0 || doc->id >> 40 != 0 || doc->rev >> 24 != 0)
		return xj_error_set(err, XJ_EINVAL,
				    "index: document %llu.%u is out of range",
				    (unsigned long long)doc->id, doc->rev);
	for (size_t i = 0; i < doc->term_count; i++) {
		const struct xj_counted *t = &doc->terms[i];

		if (t->len == 0 || t->len > TERM_MAX ||
		    t->len + std::count(t->term, t->term + t->len, '\0') >
			    (ptrdiff_t)TERM_MAX)
			return xj_error_set(
				err, XJ_EINVAL,
				"index: document %llu has a term of %u bytes",
				(unsigned long long)doc->id, t->len);
	}
	return XJ_OK;
}

static void
add(struct xj_segment *segment, const struct xj_index_doc *doc)
{
	Xapian::Document to;
	std::string text;

	for (size_t i = 0; i < doc->term_count; i++) {
		text.assign(doc->terms[i].term, doc->terms[i].len);
		to.add_term(text, doc->terms[i].count);
		segment->bytes += doc->terms[i].len + ENTRY_BYTES;
	}
	to.add_value(SLOT_ENTRY, pack_entry(doc->id, doc->rev));
	for (Xapian::valueno slot = 1; slot < XJ_SLOT_COUNT; slot++)
		if (doc->values[slot].len > 0) {
			text.assign(doc->values[slot].bytes,
				    doc->values[slot].len);
			to.add_value(slot, text);
			segment->bytes += doc->values[slot].len + ENTRY_BYTES;
		}
	if (doc->data_len > 0) {
		to.set_data(std::string((const char *)doc->data,
					doc->data_len));
		segment->bytes += doc->data_len + ENTRY_BYTES;
	}
	if (!segment->tag.empty()) {
		to.add_boolean_term(number_term(segment->tag, doc->id));
		segment->db.replace_document((Xapian::docid)doc->id, to);
	} else {
		segment->db.add_document(to);
	}
	segment->docs++;
	segment->postings += doc->term_count;
}

static int
commit(struct xj_segment *segment, struct xj_error *err)
{
	int r = xj_segment_reserve(segment->path.c_str(),
				   BLOCKS_FACTOR * segment->bytes, err);

	if (r < 0)
		return r;
	segment->db.commit();
	segment->docs = 0;
	segment->postings = 0;
	segment->bytes = 0;
	return XJ_OK;
}

/* Remembers the failure: what Xapian holds after one is not to be trusted. */
static int
settle(struct xj_segment *segment, int r, struct xj_error *err)
{
	if (r == XJ_OK)
		return r;
	segment->failed = r;
	return xj_error_wrap(err, r, "%s", segment->path.c_str());
}

static int
check_unfailed(const struct xj_segment *segment, struct xj_error *err)
{
	if (segment->failed == XJ_OK)
		return XJ_OK;
	return xj_error_set(err, segment->failed,
			    "%s: an earlier write failed",
			    segment->path.c_str());
}

int
xj_segment_add(struct xj_segment *segment, const struct xj_index_doc *doc,
	       struct xj_error *err)
{
	int r = check_unfailed(segment, err);

	if (r == XJ_OK)
		r = check_doc(doc, err);
	if (r < 0)
		return r;
	r = guard(err, [&] {
		add(segment, doc);
		if (segment->docs >= COMMIT_DOCS ||
		    segment->postings >= COMMIT_POSTINGS)
			return commit(segment, err);
		return (int)XJ_OK;
	});
	return settle(segment, r, err);
}

int
xj_segment_fact(struct xj_segment *segment, const char *key, const void *value,
		size_t len, struct xj_error *err)
{
	int r = check_unfailed(segment, err);

	if (r < 0)
		return r;
	r = guard(err, [&] {
		segment->bytes += len + strlen(key) + ENTRY_BYTES;
		segment->db.set_metadata(key,
					 std::string((const char *)value, len));
		return XJ_OK;
	});
	return settle(segment, r, err);
}

int
xj_segment_end(struct xj_segment *segment, struct xj_error *err)
{
	std::unique_ptr<struct xj_segment> owned(segment);
	int r = check_unfailed(segment, err);

	if (r < 0)
		return r;
	r = guard(err, [&] {
		int done = commit(segment, err);

		if (done == XJ_OK)
			segment->db.close();
		return done;
	});
	if (r == XJ_OK)
		r = xj_segment_trim(segment->path.c_str(), err);
	if (r == XJ_OK)
		return xj_segment_sync(segment->path.c_str(), err);
	return settle(segment, r, err);
}

void
xj_segment_drop(struct xj_segment *segment)
{
	if (!segment)
		return;
	std::string path = segment->path;

	delete segment;
	xj_remove_tree(AT_FDCWD, path.c_str(), NULL);
}

/* --------------------------------------------------------------- columns */

/*
 * Values that are counted, of every document, as numbers: what a process that
 * answers many searches keeps in memory, since reading values is most of what
 * counting costs. Read when first asked for, a block of documents at a time.
 */
class Columns {
public:
	void add(const Xapian::Database &shard) { shards.push_back({ shard, {} }); }
	size_t count() const { return shards.size(); }

	const Xapian::Database &shard(size_t i) const { return shards[i].db; }

	/* The number of the value of a document, by its number in the shard. */
	uint32_t code(Xapian::valueno slot, size_t of, Xapian::docid id)
	{
		Shard &shard = shards[of];
		size_t at = id - 1;
		auto &blocks = shard.blocks[slot];

		if (at / BLOCK >= blocks.size())
			blocks.resize(at / BLOCK + 1);
		if (blocks[at / BLOCK].empty())
			read(shard, slot, at / BLOCK);
		return blocks[at / BLOCK][at % BLOCK];
	}

	const std::string &value(Xapian::valueno slot, uint32_t code) const
	{
		return values[slot][code];
	}

	/* The entries of documents, sorted by their numbers: in this order a
	 * value costs a fraction of what it costs alone. */
	template <typename Fn>
	void entries(const std::vector<Xapian::docid> &ids, Fn fn) const
	{
		for (size_t n = shards.size(), i = 0; i < n; i++) {
			const Xapian::Database &db = shards[i].db;
			auto at = db.valuestream_begin(SLOT_ENTRY);

			for (Xapian::docid id : ids) {
				if ((id - 1) % n != i)
					continue;
				at.skip_to((Xapian::docid)((id - 1) / n + 1));
				fn(id, *at);
			}
		}
	}

	static std::string shown(Xapian::valueno slot, std::string value)
	{
		if (slot == XJ_SLOT_DATE)
			value.resize(std::min<size_t>(value.size(), 4));
		return value;
	}

private:
	static const size_t BLOCK = 1024;

	struct Shard {
		Xapian::Database db;
		std::vector<std::vector<uint32_t>> blocks[XJ_SLOT_COUNT];
	};

	std::vector<Shard> shards;
	std::unordered_map<std::string, uint32_t> codes[XJ_SLOT_COUNT];
	std::vector<std::string> values[XJ_SLOT_COUNT];

	uint32_t code_of(Xapian::valueno slot, const std::string &value)
	{
		auto known = codes[slot].find(value);
		uint32_t code = (uint32_t)values[slot].size();

		if (known != codes[slot].end())
			return known->second;
		codes[slot].emplace(value, code);
		values[slot].push_back(value);
		return code;
	}

	void read(Shard &shard, Xapian::valueno slot, size_t block)
	{
		Xapian::docid first = (Xapian::docid)(block * BLOCK + 1);
		std::vector<uint32_t> list(BLOCK, code_of(slot, ""));
		auto end = shard.db.valuestream_end(slot);
		auto at = shard.db.valuestream_begin(slot);

		for (at.skip_to(first); at != end &&
		     at.get_docid() < first + BLOCK; ++at)
			list[at.get_docid() - first] =
				code_of(slot, shown(slot, *at));
		shard.blocks[slot][block] = std::move(list);
	}
};

/* --------------------------------------------------------------- opening */

/* The entries of one segment that are let through, a bit each. */
struct Gate {
	std::vector<bool> open;
	Xapian::doccount count = 0;
};

/* The terms that let through, and what they come to, by the segment's UUID. */
struct Gates {
	std::vector<std::string> terms;
	std::unordered_map<std::string, Gate> made;

	const Gate &of(const Xapian::Database &segment);
};

struct xj_index {
	Xapian::Database db;
	std::shared_ptr<Gates> gates; /* none: everything */
	size_t segments = 0;
	const struct xj_dead *dead = NULL;
	size_t dead_count = 0;
	Columns columns;
	unsigned counted = 0; /* searches that counted values */
	/* Where documents stand, of those that were found by the thousand. */
	std::unordered_map<uint64_t, Xapian::docid> places;
	struct xj_wide *wide = NULL; /* another process has it open, not we */
	/* In that process: remotes that are open, in the order of their
	 * databases, which come behind the segments. */
	std::vector<size_t> used;
	struct xj_remote *remotes = NULL;
	size_t remote_count = 0, blamed = SIZE_MAX;
	std::vector<Xapian::Database> apart; /* each of `used` by itself */
	std::vector<std::string> tags;       /* of all remotes */

	~xj_index() { xj_wide_close(wide); }
	size_t databases() const { return segments + used.size(); }
};

static int
open_segment(Xapian::Database *db, Columns *columns, const char *dir,
	     const char *name, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = {};
	int r = xj_segment_path(dir, name, &path, err);

	if (r < 0)
		return r;
	r = guard(err, [&] {
		Xapian::Database segment(path.data, Xapian::DB_BACKEND_GLASS);

		db->add_database(segment);
		if (columns)
			columns->add(segment);
		return XJ_OK;
	});
	if (r < 0 && !xj_segment_present(path.data))
		r = XJ_ENOTFOUND;
	else if (r == XJ_ENOTFOUND)
		r = XJ_ECORRUPT; /* it is there, a part of it is not */
	return r < 0 ? xj_error_wrap(err, r, "segment %s", name) : XJ_OK;
}

static int
open_segments(Xapian::Database *db, Columns *columns, const char *dir,
	      const char *const *names, size_t count, struct xj_error *err)
{
	int r = XJ_OK;

	for (size_t i = 0; r == XJ_OK && i < count; i++)
		r = open_segment(db, columns, dir, names[i], err);
	return r;
}

int
xj_index_open(const char *dir, const char *const *names, size_t count,
	      const struct xj_dead *dead, size_t dead_count,
	      struct xj_index **index, struct xj_error *err)
{
	*index = NULL;
	return guard(err, [&] {
		std::unique_ptr<struct xj_index> made(new struct xj_index);
		int r = open_segments(&made->db, &made->columns, dir, names,
				      count, err);

		if (r < 0)
			return r;
		made->segments = count;
		made->dead = dead;
		made->dead_count = dead_count;
		*index = made.release();
		return (int)XJ_OK;
	});
}

int
xj_index_open_wide(const struct xj_index_here *here, struct xj_remote *remotes,
		   size_t count, uint64_t until, struct xj_index **index,
		   struct xj_error *err)
{
	*index = NULL;
	return guard(err, [&] {
		std::unique_ptr<struct xj_index> made(new struct xj_index);
		int r = xj_wide_open(here, remotes, count, until, &made->wide,
				     err);

		if (r == XJ_OK && made->wide)
			*index = made.release();
		return r;
	});
}

void
xj_index_until(struct xj_index *index, uint64_t until)
{
	if (index->wide)
		xj_wide_until(index->wide, until);
}

bool
xj_index_lost(const struct xj_index *index)
{
	return index->wide && xj_wide_is_lost(index->wide);
}

void
xj_index_close(struct xj_index *index)
{
	delete index;
}

void
xj_index_closep(struct xj_index **index)
{
	xj_index_close(*index);
	*index = NULL;
}

/* --------------------------------------------------------------- remotes */

/* As Xapian names a connection in what it throws. */
static std::string
connection_name(const struct xj_remote *m)
{
	return std::string("remote:tcp(") + m->host + ":" +
	       std::to_string(m->port) + ")";
}

/* What went wrong; `cut` is what a connection that broke off means. */
static void
set_state(struct xj_remote *m, const Xapian::Error &e, enum xj_remote_state cut)
{
	const char *cause = e.get_error_string();

	if (strcmp(e.get_type(), "NetworkTimeoutError") == 0)
		m->state = XJ_REMOTE_SILENT;
	else if (strcmp(e.get_type(), "NetworkError") == 0 &&
		 (cause || cut == XJ_REMOTE_GONE))
		m->state = cut;
	else
		m->state = XJ_REMOTE_STRANGE;
	snprintf(m->why, sizeof(m->why), "%s",
		 cause ? cause : e.get_msg().c_str());
}

/* A remote that is being connected to, by a thread that may outlast the
 * waiting for it. */
struct Connecting {
	struct xj_remote remote;
	std::string host;
	std::vector<std::string> keys;
	Xapian::Database db;
	std::string tag;
	bool done = false;
};

struct Waiting {
	std::mutex lock;
	std::condition_variable news;
	size_t left = 0;
};

/* It is for hexadecimal digits alone. */
static bool
is_tag(const std::string &tag)
{
	return !tag.empty() && tag.size() < XJ_TAG_MAX &&
	       tag.find_first_not_of("0123456789abcdef") == std::string::npos;
}

static void
look_at(Connecting *c)
{
	struct xj_remote *m = &c->remote;

	m->documents = c->db.get_doccount();
	c->tag = c->db.get_metadata(TAG_FACT);
	for (size_t i = 0; i < c->keys.size(); i++) {
		std::string value = c->db.get_metadata(c->keys[i]);

		snprintf(m->facts[i].value, sizeof(m->facts[i].value), "%s",
			 value.c_str());
	}
	if (!is_tag(c->tag)) {
		m->state = XJ_REMOTE_OTHER;
		m->wrong = 0;
	}
}

static void
connect_to(Connecting *c, unsigned connect_ms, unsigned answer_ms)
{
	/* The name of the host is looked at by Xapian when it throws. */
	c->remote.host = c->host.c_str();
	c->remote.state = XJ_REMOTE_FINE;
	try {
		c->db = Xapian::Remote::open(c->host, c->remote.port,
					     answer_ms, connect_ms);
		look_at(c);
	} catch (const Xapian::Error &e) {
		set_state(&c->remote, e, XJ_REMOTE_UNREACHABLE);
	} catch (...) {
		c->remote.state = XJ_REMOTE_STRANGE;
	}
}

static std::shared_ptr<Connecting>
start_connecting(const std::shared_ptr<Waiting> &waiting,
		 const struct xj_remote *m, unsigned within_ms,
		 unsigned answer_ms)
{
	auto c = std::make_shared<Connecting>();

	c->remote = *m;
	c->host = m->host;
	for (const auto &fact : m->facts)
		if (fact.key)
			c->keys.push_back(fact.key);
	waiting->left++;
	std::thread([c, waiting, within_ms, answer_ms] {
		connect_to(c.get(), within_ms, answer_ms);
		std::lock_guard<std::mutex> held(waiting->lock);
		c->done = true;
		waiting->left--;
		waiting->news.notify_one();
	}).detach();
	return c;
}

/* The first fact that is not as expected makes it another one. */
static void
compare_facts(struct xj_remote *m)
{
	for (unsigned i = 0; i < XJ_REMOTE_FACTS; i++)
		if (m->state == XJ_REMOTE_FINE && m->facts[i].expected &&
		    strcmp(m->facts[i].expected, m->facts[i].value) != 0) {
			m->state = XJ_REMOTE_OTHER;
			m->wrong = i;
		}
}

static void
take_remote(struct xj_index *index, size_t i, const Connecting &c)
{
	struct xj_remote *m = &index->remotes[i];
	const char *host = m->host;

	*m = c.remote;
	m->host = host;
	compare_facts(m);
	if (m->state != XJ_REMOTE_FINE)
		return;
	index->db.add_database(c.db);
	index->apart.push_back(c.db);
	index->used.push_back(i);
	index->tags[i] = c.tag;
}

static void
open_remotes(struct xj_index *index, unsigned within_ms, unsigned answer_ms)
{
	auto waiting = std::make_shared<Waiting>();
	auto until = std::chrono::steady_clock::now() +
		     std::chrono::milliseconds(within_ms);
	std::vector<std::shared_ptr<Connecting>> all(index->remote_count);
	std::unique_lock<std::mutex> held(waiting->lock);

	for (size_t i = 0; i < index->remote_count; i++)
		if (index->remotes[i].state == XJ_REMOTE_FINE)
			all[i] = start_connecting(waiting, &index->remotes[i],
						  within_ms, answer_ms);
	waiting->news.wait_until(held, until,
				 [&] { return waiting->left == 0; });
	for (size_t i = 0; i < index->remote_count; i++)
		if (all[i] && all[i]->done)
			take_remote(index, i, *all[i]);
		else if (all[i])
			index->remotes[i].state = XJ_REMOTE_SILENT;
}

int
xj_wide_open_here(const struct xj_index_here *here, struct xj_remote *remotes,
	       size_t count, unsigned within_ms, unsigned answer_ms,
	       struct xj_index **index, struct xj_error *err)
{
	int r = xj_index_open(here->dir, here->names, here->count, here->dead,
			      here->dead_count, index, err);

	if (r < 0)
		return r;
	return guard(err, [&] {
		(*index)->remotes = remotes;
		(*index)->remote_count = count;
		(*index)->tags.resize(count);
		open_remotes(*index, within_ms, answer_ms);
		return XJ_OK;
	});
}

size_t
xj_wide_blames(const struct xj_index *index)
{
	return index->blamed;
}

static const Xapian::Database *
apart_of(const struct xj_index *index, size_t remote)
{
	for (size_t k = 0; k < index->used.size(); k++)
		if (index->used[k] == remote)
			return &index->apart[k];
	return NULL;
}

/* False when it is not there any more. */
static bool
data_of(const struct xj_index *index, uint64_t id, std::string *data)
{
	const Xapian::Database *db = XJ_ID_IS_REMOTE(id) ?
		apart_of(index, XJ_ID_REMOTE(id)) : NULL;

	if (!db)
		return false;
	try {
		*data = db->get_document((Xapian::docid)XJ_ID_NUMBER(id))
				.get_data();
		return true;
	} catch (const Xapian::DocNotFoundError &) {
		return false;
	}
}

/* --------------------------------------------------------------- merging */

int
xj_segments_merge(const char *dir, const char *const *from, size_t count,
		  const char *to, struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf path = {};
	int r = xj_segment_path(dir, to, &path, err);

	if (r == XJ_OK && count == 0)
		r = xj_error_set(err, XJ_EINVAL, "index: nothing to merge");
	if (r == XJ_OK)
		r = xj_remove_tree(AT_FDCWD, path.data, err);
	if (r < 0)
		return r;
	r = guard(err, [&] {
		Xapian::Database db;
		int opened = open_segments(&db, NULL, dir, from, count, err);

		if (opened == XJ_OK)
			db.compact(path.data, Xapian::Compactor::FULL, 0);
		return opened;
	});
	if (r == XJ_OK)
		r = xj_segment_sync(path.data, err);
	if (r < 0) {
		xj_remove_tree(AT_FDCWD, path.data, NULL);
		return xj_error_wrap(err, r, "merge into %s", to);
	}
	return XJ_OK;
}

int
xj_segment_pack(const char *dir, const char *name, const char *file,
		struct xj_error *err)
{
	int r = guard(err, [&] {
		Xapian::Database db;
		int opened = open_segments(&db, NULL, dir, &name, 1, err);

		if (opened == XJ_OK)
			db.compact(file, Xapian::Compactor::FULL |
					 Xapian::DBCOMPACT_SINGLE_FILE |
					 Xapian::DBCOMPACT_NO_RENUMBER, 0);
		return opened;
	});

	return r < 0 ? xj_error_wrap(err, r, "%s", file) : XJ_OK;
}

/* --------------------------------------------------------------- looking */

/* Whether it was a remote, by the name that Xapian gives to a connection. */
static bool
blame(struct xj_index *index, const Xapian::Error &e)
{
	for (size_t i : index->used) {
		struct xj_remote *m = &index->remotes[i];

		if (e.get_context() != connection_name(m))
			continue;
		set_state(m, e, XJ_REMOTE_GONE);
		index->blamed = i;
		return true;
	}
	return false;
}

template <typename Body>
static int
guard_remotes(struct xj_index *index, struct xj_error *err, Body body) noexcept
{
	return guard(err, [&]() -> int {
		try {
			return body();
		} catch (const Xapian::Error &e) {
			if (!blame(index, e))
				throw;
			return xj_error_set(err, XJ_EIO, "index: %s",
					    e.get_msg().c_str());
		}
	});
}

/* Runs `body`, and once more after a reopen when the files moved under it. */
template <typename Body>
static int
guard_read(struct xj_index *index, struct xj_error *err, Body body) noexcept
{
	return guard_remotes(index, err, [&] {
		try {
			return body();
		} catch (const Xapian::DatabaseModifiedError &e) {
			if (blame(index, e))
				throw;
			index->db.reopen();
			return body();
		}
	});
}

int
xj_index_counts(struct xj_index *index, uint64_t *documents,
		double *mean_length, struct xj_error *err)
{
	if (index->wide)
		return xj_wide_counts(index->wide, documents, mean_length,
				      err);
	return guard_read(index, err, [&] {
		*documents = index->db.get_doccount();
		*mean_length = index->db.get_avlength();
		return XJ_OK;
	});
}

int
xj_index_frequency(struct xj_index *index, const char *term, size_t len,
		   uint64_t *documents, struct xj_error *err)
{
	if (index->wide)
		return xj_wide_frequency(index->wide, term, len, documents,
					 err);
	return guard_read(index, err, [&] {
		*documents = len == 0 ? 0 : index->db.get_termfreq(
						    std::string(term, len));
		return XJ_OK;
	});
}

/*
 * The next term. Between two terms lie all postings of the first: of many it is
 * quicker to look for the next from above than to go past them.
 */
static const Xapian::doccount PASSED = 300;

static void
next_term(Xapian::TermIterator &t, Xapian::doccount documents)
{
	if (documents > PASSED)
		t.skip_to(*t + '\0');
	else
		++t;
}

/* Not tried again: `fn` would hear the first terms twice. */
int
xj_index_terms(struct xj_index *index, const char *prefix, size_t len,
	       xj_index_term_fn fn, void *ctx, struct xj_error *err)
{
	if (index->wide)
		return xj_wide_terms(index->wide, prefix, len, fn, ctx, err);
	return guard_remotes(index, err, [&] {
		const std::string start(prefix, len);
		auto end = index->db.allterms_end(start);
		int r = XJ_OK;

		for (auto t = index->db.allterms_begin(start);
		     r == XJ_OK && t != end;) {
			const std::string term = *t;
			Xapian::doccount documents = t.get_termfreq();

			r = fn(ctx, term.data(), term.size(), documents);
			next_term(t, documents);
		}
		return r > 0 ? (int)XJ_OK : r;
	});
}

int
xj_index_data(struct xj_index *index, const uint64_t *ids, size_t count,
	      xj_index_data_fn fn, void *ctx, struct xj_error *err)
{
	if (index->wide)
		return xj_wide_data(index->wide, ids, count, fn, ctx, err);
	return guard_remotes(index, err, [&] {
		int r = XJ_OK;

		for (size_t i = 0; i < count && r == XJ_OK; i++) {
			std::string data;
			bool found = data_of(index, ids[i], &data);

			r = fn(ctx, i, found ? data.data() : NULL, data.size(),
			       err);
		}
		return r;
	});
}

int
xj_index_fact(struct xj_index *index, size_t remote, const char *key,
	      struct xj_buf *value, struct xj_error *err)
{
	if (index->wide)
		return xj_wide_fact(index->wide, remote, key, value, err);
	return guard_remotes(index, err, [&] {
		const Xapian::Database *db = apart_of(index, remote);
		std::string text = db ? db->get_metadata(key) : "";

		xj_buf_add(value, text.data(), text.size());
		return text.empty() ? (int)XJ_ENOTFOUND :
				      xj_buf_check(value, err);
	});
}

/* ----------------------------------------------------------------- trees */

using Query = Xapian::Query;

static Query query_of(const struct xj_index *index, const struct xj_tree *tree);

static Query
join(const struct xj_index *index, Query::op op, const struct xj_tree *tree,
     size_t from)
{
	std::vector<Query> parts;

	for (size_t i = from; i < tree->count; i++)
		parts.push_back(query_of(index, tree->children[i]));
	return Query(op, parts.begin(), parts.end());
}

/* The first child, and how the others, joined by `rest`, bear on it. */
static Query
first_and(const struct xj_index *index, Query::op op, Query::op rest,
	  const struct xj_tree *tree)
{
	if (tree->count == 0)
		return Query();
	Query first = query_of(index, tree->children[0]);

	if (tree->count == 1)
		return first;
	return Query(op, first, join(index, rest, tree, 1));
}

/* A document without the value is outside of every range. A date as far as it
 * goes means all that begins with it: up to "2011" takes in December. */
static Query
range(const struct xj_tree *tree)
{
	std::string low = tree->low ? tree->low : "";

	if (low.empty())
		low.push_back('\0');
	if (!tree->high)
		return Query(Query::OP_VALUE_GE, tree->slot, low);
	std::string high = tree->high;

	if (tree->slot == XJ_SLOT_DATE)
		high.push_back('\xff');
	return Query(Query::OP_VALUE_RANGE, tree->slot, low, high);
}

/* How many terms a prefix may stand for: the most frequent are kept. Who wants
 * fewer wants to be answered soon, and so many times as many are looked at. */
static const size_t PREFIX_TERMS = 1000;
static const size_t PREFIX_LOOKED = 10;

/*
 * OP_WILDCARD would choose the terms of each segment by themselves, so that a
 * merge would change what is found. As synonyms they weigh like one term, and
 * cost half of what OR does.
 */
static Query
prefix(const Xapian::Database &db, const struct xj_tree *tree)
{
	using Expansion = std::pair<Xapian::doccount, std::string>;
	const std::string start(tree->term, tree->len);
	const auto rarer = [](const Expansion &a, const Expansion &b) {
		return a.first != b.first ? a.first > b.first :
					    a.second < b.second;
	};
	std::vector<Expansion> best; /* a heap, the rarest on top */
	std::vector<std::string> terms;
	size_t most = tree->count ? tree->count : PREFIX_TERMS;
	size_t left = tree->count ? most * PREFIX_LOOKED : SIZE_MAX;

	for (auto t = db.allterms_begin(start);
	     t != db.allterms_end(start) && left > 0; left--) {
		Xapian::doccount documents = t.get_termfreq();

		best.emplace_back(documents, *t);
		next_term(t, documents);
		std::push_heap(best.begin(), best.end(), rarer);
		if (best.size() > most) {
			std::pop_heap(best.begin(), best.end(), rarer);
			best.pop_back();
		}
	}
	for (auto &expansion : best)
		terms.push_back(std::move(expansion.second));
	return Query(Query::OP_SYNONYM, terms.begin(), terms.end());
}

/*
 * Those entries of our own segments that a test lets through. Each segment is
 * asked by its own numbers, so the entry of each document considered is read:
 * as the last of an AND, for which the estimate is that of all documents. To a
 * remote, which has no such test, it goes by the name of another source, which
 * finds nothing there.
 */
class Own : public Xapian::ValuePostingSource {
public:
	Own() : Xapian::ValuePostingSource(SLOT_ENTRY) {}

	void next(double least) override
	{
		Xapian::ValuePostingSource::next(least);
		go_on(least);
	}

	void skip_to(Xapian::docid to, double least) override
	{
		Xapian::ValuePostingSource::skip_to(to, least);
		go_on(least);
	}

	bool check(Xapian::docid at, double least) override
	{
		return Xapian::ValuePostingSource::check(at, least) &&
		       (at_end() || passes());
	}

	void init(const Xapian::Database &of) override
	{
		Xapian::ValuePostingSource::init(of);
		set_termfreq_min(0);
	}

	std::string name() const override { return nothing().name(); }
	std::string serialise() const override { return nothing().serialise(); }
	std::string get_description() const override { return "Own()"; }

protected:
	virtual bool wanted(const struct xj_dead &entry) const = 0;

private:
	static const Xapian::valueno NO_SLOT = 200;

	static Xapian::ValueWeightPostingSource nothing()
	{
		return Xapian::ValueWeightPostingSource(NO_SLOT);
	}

	bool passes() const { return wanted(unpack_entry(get_value())); }

	void go_on(double least)
	{
		while (!at_end() && !passes())
			Xapian::ValuePostingSource::next(least);
	}
};

/* The documents of a list. */
class Listed final : public Own {
public:
	Listed(const uint64_t *first, size_t n) : ids(first), count(n) {}

	Xapian::PostingSource *clone() const override
	{
		return new Listed(ids, count);
	}

protected:
	bool wanted(const struct xj_dead &entry) const override
	{
		return std::binary_search(ids, ids + count, entry.id);
	}

private:
	const uint64_t *ids;
	size_t count;
};

static bool
is_dead(const struct xj_index *index, const struct xj_dead &entry)
{
	return std::binary_search(
		index->dead, index->dead + index->dead_count, entry,
		[](const struct xj_dead &a, const struct xj_dead &b) {
			return a.id != b.id ? a.id < b.id : a.rev < b.rev;
		});
}

/* Dead entries. */
class Dead final : public Own {
public:
	explicit Dead(const struct xj_index *of) : index(of) {}

	Xapian::PostingSource *clone() const override
	{
		return new Dead(index);
	}

protected:
	bool wanted(const struct xj_dead &entry) const override
	{
		return is_dead(index, entry);
	}

private:
	const struct xj_index *index;
};

/*
 * Documents by their numbers in the database that is searched, sorted. Xapian
 * deals them out: shard s of n has number (s + 1), (s + 1 + n) and so on. A
 * source is not told which shard it is for, but each has a name of its own.
 */
class Chosen final : public Xapian::PostingSource {
public:
	using List = std::shared_ptr<const std::vector<Xapian::docid>>;

	Chosen(const std::string &of, const List &list) : shards(of), all(list)
	{
	}

	Xapian::doccount get_termfreq_min() const override { return 0; }
	Xapian::doccount get_termfreq_est() const override
	{
		return (Xapian::doccount)all->size();
	}
	Xapian::doccount get_termfreq_max() const override
	{
		return (Xapian::doccount)all->size();
	}

	void next(double) override { ++at; }

	void skip_to(Xapian::docid to, double) override
	{
		at = (size_t)(std::lower_bound(here.begin() +
					       (ptrdiff_t)(at ? at - 1 : 0),
					       here.end(), to) -
			      here.begin()) + 1;
	}

	bool at_end() const override { return at > here.size(); }
	Xapian::docid get_docid() const override { return here[at - 1]; }
	void init(const Xapian::Database &of) override;

	Xapian::PostingSource *clone() const override
	{
		return new Chosen(shards, all);
	}

	std::string name() const override { return "xj_chosen"; }
	std::string get_description() const override { return "Chosen()"; }

private:
	std::string shards; /* their names, joined by ':' */
	List all;
	std::vector<Xapian::docid> here; /* of this shard, by its numbers */
	size_t at = 0;                   /* from 1; 0: before the first */
};

void
Chosen::init(const Xapian::Database &of)
{
	const char *begin = shards.data(), *end = begin + shards.size();
	size_t n = 1 + (size_t)std::count(begin, end, ':');
	size_t shard = (size_t)std::count(
		begin, n > 1 ? begin + shards.find(of.get_uuid()) : begin, ':');

	here.clear();
	at = 0;
	for (Xapian::docid id : *all)
		if ((id - 1) % n == shard)
			here.push_back((Xapian::docid)((id - 1) / n + 1));
}

/* Every `step`th block of documents: what can be said of many without looking
 * at all of them. */
static const Xapian::docid SAMPLE_BLOCK = 64;

class Sample final : public Xapian::PostingSource {
public:
	explicit Sample(Xapian::docid every) : step(every) {}

	Xapian::doccount get_termfreq_min() const override { return 0; }
	Xapian::doccount get_termfreq_est() const override
	{
		return last / step;
	}
	Xapian::doccount get_termfreq_max() const override { return last; }

	void next(double) override { go_to(at + 1); }
	void skip_to(Xapian::docid to, double) override
	{
		go_to(std::max(to, at));
	}
	bool check(Xapian::docid to, double) override
	{
		go_to(std::max(to, at));
		return true;
	}
	bool at_end() const override { return at > last; }
	Xapian::docid get_docid() const override { return at; }

	void init(const Xapian::Database &of) override
	{
		last = of.get_lastdocid();
		at = 0;
	}

	Xapian::PostingSource *clone() const override
	{
		return new Sample(step);
	}

	std::string name() const override { return "xj_sample"; }
	std::string get_description() const override { return "Sample()"; }

private:
	Xapian::docid step, last = 0, at = 0;

	void go_to(Xapian::docid to)
	{
		Xapian::docid block = (to - 1) / SAMPLE_BLOCK;
		Xapian::docid mine = block + (step + step / 2 - block % step) %
				     step;

		at = mine == block ? to : mine * SAMPLE_BLOCK + 1;
	}
};

/*
 * A reader may be let in by hundreds of terms. An OR of their postings would be
 * moved on for every document considered; a bit is looked up.
 */
const Gate &
Gates::of(const Xapian::Database &segment)
{
	auto found = made.find(segment.get_uuid());

	if (found != made.end())
		return found->second;
	Gate gate;

	gate.open.resize((size_t)segment.get_lastdocid() + 1);
	for (const std::string &term : terms)
		for (auto p = segment.postlist_begin(term);
		     p != segment.postlist_end(term); ++p) {
			gate.count += !gate.open[*p];
			gate.open[*p] = true;
		}
	return made.emplace(segment.get_uuid(), std::move(gate)).first->second;
}

class Guarded final : public Xapian::PostingSource {
public:
	explicit Guarded(std::shared_ptr<Gates> those) : gates(those) {}

	void init(const Xapian::Database &of) override
	{
		gate = &gates->of(of);
		at = 0;
	}

	Xapian::doccount get_termfreq_min() const override
	{
		return gate->count;
	}

	Xapian::doccount get_termfreq_est() const override
	{
		return gate->count;
	}

	Xapian::doccount get_termfreq_max() const override
	{
		return gate->count;
	}

	void next(double) override
	{
		for (at++; at < gate->open.size() && !gate->open[at]; at++)
			;
	}

	void skip_to(Xapian::docid to, double least) override
	{
		if (to <= at)
			return;
		at = to - 1;
		next(least);
	}

	bool check(Xapian::docid to, double) override
	{
		at = std::max(at, to);
		return at_end() || gate->open[at];
	}

	bool at_end() const override { return at >= gate->open.size(); }

	Xapian::docid get_docid() const override { return at; }

	Xapian::PostingSource *clone() const override
	{
		return new Guarded(gates);
	}

	std::string name() const override { return "xj_guarded"; }
	std::string get_description() const override { return "Guarded()"; }

private:
	std::shared_ptr<Gates> gates;
	const Gate *gate = NULL;
	Xapian::docid at = 0;
};

/* How many documents are let through. */
static double
let_through(const struct xj_index *index)
{
	double n = 0;

	if (!index->gates)
		return index->db.get_doccount();
	for (size_t i = 0; i < index->columns.count(); i++)
		n += index->gates->of(index->columns.shard(i)).count;
	return n;
}

static Query
guarded(const struct xj_index *index, const Query &query)
{
	if (!index->gates)
		return query;
	return Query(Query::OP_FILTER, query,
		     Query((new Guarded(index->gates))->release()));
}

int
xj_index_restrict(struct xj_index *index, const char *const *terms,
		  size_t count, struct xj_error *err)
{
	return guard(err, [&] {
		auto gates = std::make_shared<Gates>();

		gates->terms.assign(terms, terms + count);
		index->gates = gates;
		return (int)XJ_OK;
	});
}

void
xj_index_unrestrict(struct xj_index *index)
{
	index->gates.reset();
}

bool
xj_index_restricted(const struct xj_index *index)
{
	return index->gates != nullptr;
}

/* The first that is let through is mostly near the beginning: a match would
 * prepare for all. */
static bool
is_seen_in(const struct xj_index *index, const Xapian::Database &shard,
	   const std::string &term)
{
	const Gate &gate = index->gates->of(shard);

	for (auto p = shard.postlist_begin(term);
	     p != shard.postlist_end(term); ++p)
		if (gate.open[*p] && (index->dead_count == 0 ||
		    !is_dead(index, unpack_entry(shard.get_document(*p)
						 .get_value(SLOT_ENTRY)))))
			return true;
	return false;
}

int
xj_index_seen(struct xj_index *index, const char *term, size_t len, bool *seen,
	      struct xj_error *err)
{
	return guard_read(index, err, [&] {
		const std::string name(term, len);

		*seen = !index->gates;
		for (size_t i = 0; i < index->columns.count() && !*seen; i++)
			*seen = is_seen_in(index, index->columns.shard(i),
					   name);
		return XJ_OK;
	});
}

static std::string
remote_term(const struct xj_index *index, uint64_t id)
{
	size_t i = XJ_ID_REMOTE(id);

	return number_term(i < index->tags.size() ? index->tags[i] : "",
			   XJ_ID_NUMBER(id));
}

/* Documents of remotes are found by their terms. Ids are sorted, our own come
 * first. */
static Query
listed_apart(const struct xj_index *index, const struct xj_tree *tree)
{
	const uint64_t *end = tree->ids + tree->count;
	const uint64_t *others = std::find_if(
		tree->ids, end, [](uint64_t id) { return XJ_ID_IS_REMOTE(id); });
	std::vector<Query> parts;

	if (others != tree->ids)
		parts.push_back(Query((new Listed(
			tree->ids, (size_t)(others - tree->ids)))->release()));
	for (; others != end; others++)
		parts.push_back(Query(remote_term(index, *others)));
	return Query(Query::OP_OR, parts.begin(), parts.end());
}

/* By their places, if these are known: then nothing need be read. */
static Query
listed(const struct xj_index *index, const struct xj_tree *tree)
{
	auto found = std::make_shared<std::vector<Xapian::docid>>();

	if (!index->used.empty())
		return listed_apart(index, tree);
	for (size_t i = 0; i < tree->count; i++) {
		auto place = index->places.find(tree->ids[i]);

		if (place == index->places.end())
			return Query((new Listed(tree->ids, tree->count))
					     ->release());
		found->push_back(place->second);
	}
	std::sort(found->begin(), found->end());
	return Query((new Chosen(index->db.get_uuid(), found))->release());
}

static Query
unscaled(const struct xj_index *index, const struct xj_tree *tree)
{
	switch (tree->op) {
	case XJ_TREE_NOTHING:
		return Query();
	case XJ_TREE_ALL:
		return Query::MatchAll;
	case XJ_TREE_TERM:
		return tree->len ? Query(std::string(tree->term, tree->len)) :
				   Query();
	case XJ_TREE_OR:
		return join(index, Query::OP_OR, tree, 0);
	case XJ_TREE_AND:
		return join(index, Query::OP_AND, tree, 0);
	case XJ_TREE_AND_MAYBE:
		return first_and(index, Query::OP_AND_MAYBE, Query::OP_OR, tree);
	case XJ_TREE_AND_NOT:
		return first_and(index, Query::OP_AND_NOT, Query::OP_OR, tree);
	case XJ_TREE_FILTER:
		return first_and(index, Query::OP_FILTER, Query::OP_AND, tree);
	case XJ_TREE_RANGE:
		return range(tree);
	case XJ_TREE_PREFIX:
		return prefix(index->db, tree);
	case XJ_TREE_IDS:
		return listed(index, tree);
	}
	throw Xapian::InvalidArgumentError("a tree has an unknown operator");
}

static Query
query_of(const struct xj_index *index, const struct xj_tree *tree)
{
	Query q = unscaled(index, tree);

	if (tree->scale == 0 || tree->scale == 1)
		return q;
	return Query(Query::OP_SCALE_WEIGHT, q, std::max(tree->scale, 0.0));
}

/* -------------------------------------------------------------- matching */

/* Drops dead entries and what the caller does not want. */
class Living final : public Xapian::MatchDecider {
public:
	Living(const struct xj_index *at, const struct xj_match_options *with)
		: index(at), options(with)
	{
	}

	bool needed() const
	{
		return index->dead_count > 0 || options->keep;
	}

	bool operator()(const Xapian::Document &doc) const override
	{
		struct xj_dead entry = unpack_entry(doc.get_value(SLOT_ENTRY));

		if (is_dead(index, entry))
			return false;
		return !options->keep ||
		       options->keep(options->keep_ctx, entry.id);
	}

private:
	const struct xj_index *index;
	const struct xj_match_options *options;
};

/* Counts the values of some slots over the documents matched; by `columns`, if
 * there are any. */
class Counter final : public Xapian::MatchSpy {
public:
	using Counts = std::unordered_map<std::string, uint64_t>;

	size_t shard = 0; /* of `columns`, in which is counted now */

	Counter(unsigned mask, Columns *from) : columns(from)
	{
		for (Xapian::valueno slot = 1; slot < XJ_SLOT_COUNT; slot++)
			if (mask >> slot & 1)
				slots.push_back(slot);
	}

	void operator()(const Xapian::Document &doc, double) override
	{
		for (Xapian::valueno slot : slots)
			if (columns)
				add_code(slot, columns->code(
						 slot, shard, doc.get_docid()));
			else
				count(slot, Columns::shown(
					      slot, doc.get_value(slot)), 1);
	}

	/* What was counted elsewhere. */
	void add(Xapian::valueno slot, const std::string &value, uint64_t n)
	{
		count(slot, Columns::shown(slot, value), n);
	}

	const Counts &of(Xapian::valueno slot)
	{
		for (uint32_t code = 0; code < codes[slot].size(); code++)
			if (codes[slot][code])
				count(slot, columns->value(slot, code),
				      codes[slot][code]);
		codes[slot].clear();
		return counts[slot];
	}

private:
	std::vector<Xapian::valueno> slots;
	Columns *columns;
	Counts counts[XJ_SLOT_COUNT];
	std::vector<uint32_t> codes[XJ_SLOT_COUNT];

	void add_code(Xapian::valueno slot, uint32_t code)
	{
		if (code >= codes[slot].size())
			codes[slot].resize(std::max<size_t>(
				64, 2 * (size_t)code + 1));
		codes[slot][code]++;
	}

	void count(Xapian::valueno slot, const std::string &value, uint64_t n)
	{
		size_t at = 0, end;

		while ((end = value.find(XJ_VALUE_SEPARATOR, at)) !=
		       std::string::npos) {
			if (end > at)
				counts[slot][value.substr(at, end - at)] += n;
			at = end + 1;
		}
		if (at == 0 && !value.empty())
			counts[slot][value] += n;
		else if (at < value.size())
			counts[slot][value.substr(at)] += n;
	}
};

/* What is sorted by when not by weight; without a value one comes last. */
class Key final : public Xapian::KeyMaker {
public:
	explicit Key(enum xj_index_sort by)
		: slot(by == XJ_BY_TITLE ? XJ_SLOT_TITLE : XJ_SLOT_DATE),
		  none(by == XJ_BY_DATE_DOWN ? "" : "\xff")
	{
	}

	std::string operator()(const Xapian::Document &doc) const override
	{
		std::string value = doc.get_value(slot);

		return value.empty() ? none : value;
	}

private:
	Xapian::valueno slot;
	std::string none;
};

/*
 * BM25, but lengths beyond LONG means grow as their square root. A book has its
 * words somewhere in it: measured by all of its length each of its chapters
 * would stand far below a paper that says the same.
 * Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25
 * and Beyond, 2009, section 3.
 */
class Tempered final : public Xapian::Weight {
public:
	Tempered(double k1_, double b_) : k1(k1_), b(b_)
	{
		need_stat(COLLECTION_SIZE);
		need_stat(AVERAGE_LENGTH);
		need_stat(TERMFREQ);
		need_stat(WDF);
		need_stat(WDF_MAX);
		need_stat(DOC_LENGTH);
		need_stat(DOC_LENGTH_MIN);
		need_stat(WQF);
	}

	std::string name() const override { return "xj_tempered"; }
	Tempered *clone() const override { return new Tempered(k1, b); }

	double get_sumpart(Xapian::termcount wdf, Xapian::termcount length,
			   Xapian::termcount) const override
	{
		return of(wdf, length);
	}

	/* The shortest document made of nothing but the term, or shorter. */
	double get_maxpart() const override
	{
		Xapian::termcount most = get_wdf_upper_bound();

		return of(most, std::max(most, get_doclength_lower_bound()));
	}

	double get_sumextra(Xapian::termcount,
			    Xapian::termcount) const override
	{
		return 0;
	}

	double get_maxextra() const override { return 0; }

private:
	static constexpr double LONG = 4, SHORT = 0.5; /* mean lengths */

	double k1, b, rarity = 0, per_mean = 0;

	void init(double factor) override
	{
		double all = get_collection_size(), n = get_termfreq();
		double odds = (all - n + 0.5) / (n + 0.5);

		/* What half of all documents have still weighs something. */
		rarity = std::log(odds < 2 ? odds / 2 + 1 : odds) * factor *
			 2 * get_wqf() / (1.0 + get_wqf());
		per_mean = get_average_length() > 0 ?
			   1 / get_average_length() : 0;
	}

	double of(Xapian::termcount wdf, Xapian::termcount length) const
	{
		double means = std::max(length * per_mean, SHORT);

		if (means > LONG)
			means = LONG * std::sqrt(means / LONG);
		return rarity * (k1 + 1) * wdf /
		       (wdf + k1 * (1 - b + b * means));
	}
};

static double
k1_of(const struct xj_match_options *options)
{
	return options->k1 != 0 || options->b != 0 ? options->k1 : 1.0;
}

static double
b_of(const struct xj_match_options *options)
{
	return options->k1 != 0 || options->b != 0 ? options->b : 0.6;
}

static Tempered
weight_of(const struct xj_match_options *options)
{
	return Tempered(k1_of(options), b_of(options));
}

/* What remotes know; up to LONG means it is the same. */
static Xapian::BM25Weight
plain_weight_of(const struct xj_match_options *options)
{
	return Xapian::BM25Weight(k1_of(options), 0, 1, b_of(options), 0.5);
}

static void *
allocate(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size);

	if (!p)
		throw std::bad_alloc();
	return p;
}

static const size_t MANY = 500; /* hits */
static const size_t PLACES = 50000;

/* Of many hits the entries are read in order. */
static void
take_entries(struct xj_index *index, const Xapian::MSet &set,
	     struct xj_match_hit *hits)
{
	std::vector<Xapian::docid> ids;
	std::unordered_map<Xapian::docid, uint64_t> numbers;

	for (auto it = set.begin(); it != set.end(); ++it)
		ids.push_back(*it);
	std::sort(ids.begin(), ids.end());
	if (index->places.size() > PLACES)
		index->places.clear();
	index->columns.entries(ids, [&](Xapian::docid at,
					const std::string &value) {
		uint64_t id = unpack_entry(value).id;

		numbers[at] = id;
		index->places[id] = at;
	});
	for (auto it = set.begin(); it != set.end(); ++it)
		(hits++)->id = numbers[*it];
}

/* Databases take turns in numbering what they have together. */
static uint64_t
id_of(const struct xj_index *index, const Xapian::MSetIterator &it)
{
	size_t turn = (*it - 1) % index->databases();

	if (turn >= index->segments)
		return XJ_REMOTE_ID(index->used[turn - index->segments],
				    (*it - 1) / index->databases() + 1);
	return unpack_entry(it.get_document().get_value(SLOT_ENTRY)).id;
}

static void
take_hits(struct xj_index *index, const Xapian::MSet &set,
	  struct xj_match *match)
{
	bool many = set.size() > MANY && index->used.empty() &&
		    index->columns.count() == index->segments;

	match->hits = (struct xj_match_hit *)allocate(set.size(),
						      sizeof(*match->hits));
	for (auto it = set.begin(); it != set.end(); ++it) {
		struct xj_match_hit *hit = &match->hits[match->count++];

		if (!many)
			hit->id = id_of(index, it);
		hit->weight = it.get_weight();
	}
	if (many)
		take_entries(index, set, match->hits);
	match->best = set.get_max_attained();
	match->exact = set.get_matches_lower_bound() ==
		       set.get_matches_upper_bound();
	match->total = set.get_matches_estimated();
}

static void
take_facet(const Counter::Counts &counts, uint64_t scale,
	   struct xj_facet_value **values, size_t *count)
{
	std::vector<const Counter::Counts::value_type *> sorted;

	for (const auto &entry : counts)
		sorted.push_back(&entry);
	std::sort(sorted.begin(), sorted.end(), [](auto *a, auto *b) {
		return a->second != b->second ? a->second > b->second :
						a->first < b->first;
	});
	*values = (struct xj_facet_value *)allocate(sorted.size(),
						    sizeof(**values));
	for (const auto *entry : sorted) {
		struct xj_facet_value *value = &(*values)[*count];

		value->value = (char *)allocate(entry->first.size() + 1, 1);
		memcpy(value->value, entry->first.data(), entry->first.size());
		value->count = entry->second * scale;
		++*count;
	}
}

static void
set_order(Xapian::Enquire *enquire, Key *key, enum xj_index_sort sort)
{
	if (sort != XJ_BY_WEIGHT)
		enquire->set_sort_by_key_then_relevance(
			key, sort == XJ_BY_DATE_DOWN);
}

/*
 * One more than `check` is looked at: Xapian knows the total of what it saw to
 * the end, and of `check` matches it sees the end only by asking for another.
 */
static Xapian::MSet
match_in(const struct xj_index *index, const Xapian::Database &db,
	 const Query &query, const struct xj_match_options *options,
	 Counter *counter)
{
	uint64_t all = db.get_doccount();
	auto bounded = [&](uint64_t n) {
		return (Xapian::doccount)std::min(n, all);
	};
	Xapian::Enquire enquire(db);
	Living living(index, options);
	Key key(options->sort);

	enquire.set_query(guarded(index, query));
	enquire.set_weighting_scheme(weight_of(options));
	set_order(&enquire, &key, options->sort);
	if (counter)
		enquire.add_matchspy(counter);
	return enquire.get_mset(bounded(options->offset),
				bounded(options->limit),
				bounded(std::min(options->check, all) + 1),
				NULL, living.needed() ? &living : NULL);
}

static Xapian::MSet
match_query(struct xj_index *index, const Query &query,
	    const struct xj_match_options *options, Counter *counter)
{
	return match_in(index, index->db, query, options, counter);
}

/*
 * How many match, and their values: segment by segment, since a document that
 * is counted says what its number is in its own.
 */
static void
count_in_shards(struct xj_index *index, const Query &query,
		const struct xj_match_options *options, Counter *counter,
		struct xj_match *match)
{
	struct xj_match_options left = *options;

	match->total = 0;
	match->exact = true;
	for (size_t i = 0; i < index->columns.count(); i++) {
		counter->shard = i;
		Xapian::MSet set = match_in(index, index->columns.shard(i),
					    query, &left, counter);

		match->total += set.get_matches_estimated();
		match->exact &= set.get_matches_lower_bound() ==
				set.get_matches_upper_bound();
		left.check -= std::min<uint64_t>(
			left.check, set.get_matches_estimated());
	}
}

/* ---------------------------------------------------------- bounded work */

/*
 * In a large index a query may match most documents. Then totals and facets
 * are estimated from a sample, as far as they need not be exact; and the best
 * are sought among those that the rarer terms find, whose weights are then
 * those of the whole tree. Work is counted in entries of terms looked at.
 */
static const double LARGE = 50000;       /* documents; in fewer all is exact */
static const double MATCH_WORK = 30000;
static const double DRIVE_WORK = 30000;
static const Xapian::doccount DRIVEN = 200;
static const double SAMPLED = 1500;      /* matches to be seen of a sample */
static const double SURELY = 1.25;       /* times `check`, for an estimate */

struct size {
	double matches, work; /* at most */
};

static struct size size_of(const Xapian::Database &db,
			   const struct xj_tree *tree);

static struct size
size_of_parts(const Xapian::Database &db, const struct xj_tree *tree)
{
	bool any = tree->op == XJ_TREE_OR, all = tree->op == XJ_TREE_AND ||
						 tree->op == XJ_TREE_FILTER;
	struct size sum = { 0, 0 };

	for (size_t i = 0; i < tree->count; i++) {
		struct size part = size_of(db, tree->children[i]);

		if (i == 0) {
			sum = part;
		} else if (any) {
			sum.matches += part.matches;
			sum.work += part.work;
		} else if (all && part.matches < sum.matches) {
			sum.work = part.work + std::min(sum.work, part.matches);
			sum.matches = part.matches;
		} else {
			sum.work += std::min(part.work, sum.matches);
		}
	}
	return sum;
}

static struct size
size_of(const Xapian::Database &db, const struct xj_tree *tree)
{
	double n = db.get_doccount();

	switch (tree->op) {
	case XJ_TREE_NOTHING:
		return { 0, 0 };
	case XJ_TREE_TERM:
		n = tree->len ? db.get_termfreq(std::string(tree->term,
							    tree->len)) : 0;
		return { n, n };
	case XJ_TREE_ALL:
	case XJ_TREE_RANGE:
	case XJ_TREE_PREFIX:
		return { n, n };
	case XJ_TREE_IDS:
		return { (double)tree->count, n };
	case XJ_TREE_OR:
	case XJ_TREE_AND:
	case XJ_TREE_AND_MAYBE:
	case XJ_TREE_AND_NOT:
	case XJ_TREE_FILTER:
		return size_of_parts(db, tree);
	}
	return { n, n };
}

/* Trees that find part of what others find, at less work. */
class Drive {
public:
	explicit Drive(const Xapian::Database &of) : db(of) {}

	const struct xj_tree *of(const struct xj_tree *tree)
	{
		if (size_of(db, tree).work <= DRIVE_WORK)
			return tree;
		switch (tree->op) {
		case XJ_TREE_OR:
			return rarest(tree, 0);
		case XJ_TREE_AND_MAYBE:
			return rarest(tree, 1);
		case XJ_TREE_AND:
		case XJ_TREE_FILTER:
		case XJ_TREE_AND_NOT:
			return first(tree);
		default:
			return tree;
		}
	}

private:
	struct Part {
		double work;
		const struct xj_tree *tree;
	};

	struct Made {
		struct xj_tree tree;
		std::vector<const struct xj_tree *> children;
	};

	const Xapian::Database &db;
	std::vector<std::unique_ptr<Made>> made;

	const struct xj_tree *like(const struct xj_tree *tree,
				   std::vector<const struct xj_tree *> children)
	{
		made.push_back(std::unique_ptr<Made>(
			new Made{ *tree, std::move(children) }));
		made.back()->tree.children = made.back()->children.data();
		made.back()->tree.count = made.back()->children.size();
		return &made.back()->tree;
	}

	/* What narrows down stays as it is. */
	const struct xj_tree *first(const struct xj_tree *tree)
	{
		std::vector<const struct xj_tree *> children(
			tree->children, tree->children + tree->count);

		if (!children.empty())
			children[0] = of(children[0]);
		return like(tree, std::move(children));
	}

	/* The first `kept` children, and of the others as many as there may
	 * be, the rarest first; one at least. */
	const struct xj_tree *rarest(const struct xj_tree *tree, size_t kept)
	{
		std::vector<const struct xj_tree *> children;
		std::vector<Part> parts;
		double most = DRIVE_WORK, sum = 0;

		for (size_t i = 0; i < tree->count; i++) {
			if (i < kept)
				children.push_back(of(tree->children[i]));
			else
				parts.push_back({ size_of(
					db, tree->children[i]).work,
					tree->children[i] });
		}
		for (const struct xj_tree *child : children)
			most = size_of(db, child).matches;
		std::sort(parts.begin(), parts.end(),
			  [](const Part &a, const Part &b) {
				  return a.work < b.work;
			  });
		for (const Part &part : parts) {
			sum += std::min(part.work, most);
			if (sum > DRIVE_WORK && !children.empty())
				break;
			children.push_back(of(part.tree));
		}
		return like(tree, std::move(children));
	}
};

/* The best of those that a cheaper tree finds, by the weights of the whole. */
static Xapian::MSet
match_driven(struct xj_index *index, const struct xj_tree *tree,
	     const struct xj_match_options *options)
{
	Drive drive(index->db);
	struct xj_match_options first = *options;
	std::string shards = index->db.get_uuid();
	auto found = std::make_shared<std::vector<Xapian::docid>>();
	Xapian::MSet set;

	first.offset = 0;
	first.limit = std::max<size_t>(DRIVEN, 2 * (options->offset +
						    options->limit));
	set = match_query(index, query_of(index, drive.of(tree)), &first,
			  NULL);
	if (set.size() < options->offset + options->limit)
		return match_query(index, query_of(index, tree), options,
				   NULL);
	for (auto it = set.begin(); it != set.end(); ++it)
		found->push_back(*it);
	std::sort(found->begin(), found->end());
	return match_query(index, Query(
		Query::OP_FILTER, query_of(index, tree),
		Query((new Chosen(shards, found))->release())), options, NULL);
}

static void
take_counts(Counter &counter, const struct xj_match_options *options,
	    uint64_t scale, struct xj_match *match)
{
	for (Xapian::valueno slot = 1; slot < XJ_SLOT_COUNT; slot++)
		if (options->facets >> slot & 1)
			take_facet(counter.of(slot), scale,
				   &match->facets[slot].values,
				   &match->facets[slot].count);
}

/* A process that searches once reads what it needs and no more. */
static Columns *
columns_of(struct xj_index *index, const struct xj_match_options *options)
{
	if (!options->facets || options->limit ||
	    index->columns.count() != index->segments)
		return NULL;
	return index->counted++ > 0 ? &index->columns : NULL;
}

/* False: what is estimated is not surely above what must be exact. */
static bool
estimate(struct xj_index *index, Query query, double matches,
	 const struct xj_match_options *options, Columns *columns,
	 struct xj_match *match)
{
	struct xj_match_options all = *options;
	Xapian::docid step = (Xapian::docid)(matches / SAMPLED);
	Counter counter(options->facets, columns);
	uint64_t total;

	if (step < 3)
		return false;
	all.check = UINT64_MAX - 1;
	query = Query(Query::OP_FILTER, query,
		      Query((new Sample(step))->release()));
	if (columns)
		count_in_shards(index, query, &all, &counter, match);
	else
		match->total = match_query(index, query, &all,
			options->facets ? &counter : NULL)
				.get_matches_estimated();
	total = match->total * step;
	if ((double)total < SURELY * (double)options->check && !options->rough)
		return false;
	match->total = total;
	match->exact = false;
	take_counts(counter, options, step, match);
	return true;
}

static void
count_matches(struct xj_index *index, const struct xj_tree *tree,
	      const struct xj_match_options *options, struct xj_match *match)
{
	Query query = query_of(index, tree);
	Columns *columns = columns_of(index, options);
	Counter counter(options->facets, columns);
	struct size size = size_of(index->db, tree);

	size.matches = std::min(size.matches, let_through(index));
	if (options->limit == 0 && index->db.get_doccount() > LARGE &&
	    size.matches > SURELY * (double)options->check &&
	    estimate(index, query, size.matches, options, columns, match))
		return;
	if (columns && options->limit == 0)
		count_in_shards(index, query, options, &counter, match);
	else
		take_hits(index, match_query(index, query, options,
				options->facets ? &counter : NULL), match);
	take_counts(counter, options, 1, match);
}

/* Some of all matches, from everywhere in the index. */
static void
match_spread(struct xj_index *index, const struct xj_tree *tree,
	     const struct xj_match_options *options, struct xj_match *match)
{
	double matches = std::min(size_of(index->db, tree).matches,
				  let_through(index));
	auto step = (Xapian::docid)(matches / (double)options->limit) + 1;
	struct xj_match_options all = *options;
	auto *sample = new Sample(step);

	all.check = UINT64_MAX - 1;
	take_hits(index, match_query(index, Query(
		Query::OP_FILTER, query_of(index, tree),
		Query(sample->release())), &all, NULL), match);
	match->exact = step == 1;
	match->total *= step;
}

/*
 * With remotes, which know none of our classes: dead entries are
 * dropped by the query, values are sorted by as they are, and counted by a
 * class of Xapian's.
 */
static void
run_with_remotes(struct xj_index *index, const struct xj_tree *tree,
		 const struct xj_match_options *options,
		 struct xj_match *match)
{
	Xapian::Enquire enquire(index->db);
	std::unique_ptr<Xapian::ValueCountMatchSpy> spies[XJ_SLOT_COUNT];
	Counter counter(0, NULL);
	uint64_t all = index->db.get_doccount();
	auto bounded = [&](uint64_t n) {
		return (Xapian::doccount)std::min(n, all);
	};
	Query query = query_of(index, tree);

	if (options->keep)
		throw Xapian::InvalidArgumentError("remotes cannot be asked");
	if (index->dead_count > 0)
		query = Query(Query::OP_AND_NOT, query,
			      Query((new Dead(index))->release()));
	enquire.set_query(query);
	enquire.set_weighting_scheme(plain_weight_of(options));
	if (options->sort != XJ_BY_WEIGHT)
		enquire.set_sort_by_value_then_relevance(
			options->sort == XJ_BY_TITLE ? XJ_SLOT_TITLE :
						       XJ_SLOT_DATE,
			options->sort == XJ_BY_DATE_DOWN);
	for (Xapian::valueno slot = 1; slot < XJ_SLOT_COUNT; slot++)
		if (options->facets >> slot & 1) {
			spies[slot].reset(
				new Xapian::ValueCountMatchSpy(slot));
			enquire.add_matchspy(spies[slot].get());
		}
	take_hits(index, enquire.get_mset(
			bounded(options->offset), bounded(options->limit),
			bounded(std::min(options->check, all) + 1)), match);
	for (Xapian::valueno slot = 1; slot < XJ_SLOT_COUNT; slot++)
		if (options->facets >> slot & 1)
			for (auto v = spies[slot]->values_begin();
			     v != spies[slot]->values_end(); ++v)
				counter.add(slot, *v, v.get_termfreq());
	take_counts(counter, options, 1, match);
}

/* Documents of one weight stand in the order of their numbers, which outlast a
 * merge, a restore or a reindex. */
static void
settle_ties(struct xj_match *match)
{
	std::sort(match->hits, match->hits + match->count,
		  [](const xj_match_hit &a, const xj_match_hit &b) {
			  return a.weight != b.weight ? a.weight > b.weight :
							a.id < b.id;
		  });
}

static void
run(struct xj_index *index, const struct xj_tree *tree,
    const struct xj_match_options *options, struct xj_match *match)
{
	if (!index->used.empty())
		run_with_remotes(index, tree, options, match);
	else if (options->spread)
		match_spread(index, tree, options, match);
	else if (options->limit == 0 || options->facets)
		count_matches(index, tree, options, match);
	else if (index->db.get_doccount() > LARGE && options->sort == XJ_BY_WEIGHT && !options->check &&
		 size_of(index->db, tree).work > MATCH_WORK)
		take_hits(index, match_driven(index, tree, options), match);
	else
		take_hits(index, match_query(index, query_of(index, tree),
				      options, NULL), match);
}

int
xj_index_match(struct xj_index *index, const struct xj_tree *tree,
	       const struct xj_match_options *options, struct xj_match *match,
	       struct xj_error *err)
{
	int r;

	*match = xj_match();
	match->exact = true;
	if (index->wide)
		r = xj_wide_match(index->wide, tree, options, match, err);
	else if (index->databases() == 0)
		r = XJ_OK; /* Xapian refuses to search in nothing */
	else
		r = guard_read(index, err, [&] {
			xj_match_release(match);
			run(index, tree, options, match);
			if (options->sort == XJ_BY_WEIGHT)
				settle_ties(match);
			return XJ_OK;
		});
	if (r < 0)
		xj_match_release(match);
	return r;
}

void
xj_match_release(struct xj_match *match)
{
	for (auto &facet : match->facets) {
		for (size_t i = 0; i < facet.count; i++)
			free(facet.values[i].value);
		free(facet.values);
	}
	free(match->hits);
	*match = xj_match();
}
