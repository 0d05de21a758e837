/*
 * schema.c - the tables of the catalog, as migrations from one user_version to
 * the next. What was released is never changed: a change is a new migration.
 */
#include "catalog/sql.h"

/*
 * Rows refer to documents and accessions that may come later in the same
 * transaction (a rebuild reads objects in any order), hence DEFERRED where
 * that happens.
 *
 * documents: a member is found through its root, so one index serves "members
 * of this one" and "all inside this one". The digest's index holds 8 of its 64
 * bytes: enough to tell files apart, a tenth of the space. What can be asked
 * about the index is in tables of its own with narrow rows, since documents'
 * rows are wide and a change writes the whole page.
 *
 * queue, entries, dead: a live document is either in the queue or has its one
 * valid entry, of its revision now, in a segment. Entries name the segment by
 * a birth number that never changes: when segments are merged, only the few
 * rows of births do.
 */
static const char version_1[] =
"CREATE TABLE facts (\n"
"	name TEXT PRIMARY KEY,\n"
"	value TEXT NOT NULL\n"
") STRICT, WITHOUT ROWID;\n"

"CREATE TABLE counters (\n"
"	one INTEGER PRIMARY KEY CHECK (one = 1),\n"
"	next_document INTEGER NOT NULL,\n"
"	index_serial INTEGER NOT NULL\n"
") STRICT;\n"
"INSERT INTO counters VALUES (1, 1, 1);\n"

"CREATE TABLE accessions (\n"
"	number INTEGER PRIMARY KEY,\n"
"	urn ANY,\n"
"	started INTEGER NOT NULL,\n"
"	finished INTEGER,\n"
"	user TEXT,\n"
"	what TEXT,\n"
"	taken INTEGER NOT NULL,\n"
"	held INTEGER NOT NULL,\n"
"	partial INTEGER NOT NULL,\n"
"	refused INTEGER NOT NULL,\n"
"	failed INTEGER NOT NULL,\n"
"	bytes INTEGER NOT NULL,\n"
"	undone INTEGER\n"
") STRICT;\n"

"CREATE TABLE documents (\n"
"	id INTEGER PRIMARY KEY,\n"
"	urn ANY UNIQUE,\n" /* 16 bytes of a urn:uuid:, else text */
"	parent INTEGER REFERENCES documents DEFERRABLE INITIALLY DEFERRED,\n"
"	root INTEGER REFERENCES documents DEFERRABLE INITIALLY DEFERRED,\n"
"	state INTEGER NOT NULL,\n"
"	rev INTEGER NOT NULL,\n"
"	version INTEGER NOT NULL,\n"
"	ordinal INTEGER NOT NULL,\n"
"	owner TEXT NOT NULL,\n"
"	kind TEXT,\n"
"	type TEXT,\n"
"	format TEXT,\n"
"	outcome TEXT,\n"
"	reason TEXT,\n"
"	date TEXT,\n"
"	language TEXT,\n"
"	title TEXT,\n"
"	title_key TEXT,\n"
"	creators TEXT,\n"
"	name TEXT,\n"
"	name_raw BLOB,\n"      /* NULL: the same bytes as name */
"	size INTEGER NOT NULL,\n"
"	sha512 BLOB,\n"
"	importer TEXT,\n"
"	importer_version TEXT,\n"
"	cpu_ms INTEGER NOT NULL,\n"
"	text_bytes INTEGER NOT NULL,\n"
"	pages INTEGER NOT NULL,\n"
"	accession INTEGER\n"
"		REFERENCES accessions DEFERRABLE INITIALLY DEFERRED,\n"
"	created INTEGER NOT NULL,\n"
"	updated INTEGER NOT NULL\n"
") STRICT;\n"
"CREATE INDEX documents_members ON documents (root, parent, ordinal)\n"
"	WHERE parent IS NOT NULL;\n"
"CREATE INDEX documents_digest ON documents (substr(sha512, 1, 8))\n"
"	WHERE parent IS NULL;\n"
"CREATE INDEX documents_accession ON documents (accession);\n"

"CREATE TABLE meta (\n"
"	document INTEGER NOT NULL REFERENCES documents,\n"
"	rank INTEGER NOT NULL,\n"
"	ordinal INTEGER NOT NULL,\n"
"	element TEXT NOT NULL,\n"
"	value TEXT NOT NULL,\n"
"	lang TEXT,\n"
"	source TEXT,\n"
"	PRIMARY KEY (document, rank, ordinal)\n"
") STRICT, WITHOUT ROWID;\n"

"CREATE TABLE sources (\n"
"	path BLOB PRIMARY KEY,\n"
"	size INTEGER NOT NULL,\n"
"	mtime_ns INTEGER NOT NULL,\n"
"	ctime_ns INTEGER NOT NULL,\n"
"	inode INTEGER NOT NULL,\n"
"	document INTEGER NOT NULL\n"
"		REFERENCES documents DEFERRABLE INITIALLY DEFERRED,\n"
"	accession INTEGER\n"
"		REFERENCES accessions DEFERRABLE INITIALLY DEFERRED,\n"
"	given TEXT\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE INDEX sources_document ON sources (document);\n"

"CREATE TABLE outcomes (\n"
"	line INTEGER PRIMARY KEY,\n"
"	accession INTEGER NOT NULL\n"
"		REFERENCES accessions DEFERRABLE INITIALLY DEFERRED,\n"
"	path TEXT NOT NULL,\n"
"	outcome TEXT NOT NULL,\n"
"	reason TEXT,\n"
"	document INTEGER\n"
"		REFERENCES documents DEFERRABLE INITIALLY DEFERRED,\n"
"	importer TEXT,\n"
"	bytes INTEGER NOT NULL,\n"
"	cpu_ms INTEGER NOT NULL\n"
") STRICT;\n"
"CREATE INDEX outcomes_accession ON outcomes (accession);\n"

"CREATE TABLE events (\n"
"	number INTEGER PRIMARY KEY,\n"
"	document INTEGER\n"
"		REFERENCES documents DEFERRABLE INITIALLY DEFERRED,\n"
"	version INTEGER NOT NULL,\n"
"	at INTEGER NOT NULL,\n"
"	user TEXT,\n"
"	verb TEXT NOT NULL,\n"
"	detail TEXT\n"
") STRICT;\n"
"CREATE INDEX events_document ON events (document);\n"

"CREATE TABLE batches (\n"
"	name TEXT PRIMARY KEY\n"
") STRICT, WITHOUT ROWID;\n"

"CREATE TABLE queue (\n"
"	document INTEGER PRIMARY KEY REFERENCES documents,\n"
"	rev INTEGER NOT NULL\n"
") STRICT;\n"
"CREATE TABLE segments (\n"
"	number INTEGER PRIMARY KEY,\n"
"	name TEXT NOT NULL UNIQUE,\n"
"	documents INTEGER NOT NULL,\n"
"	dead INTEGER NOT NULL,\n"
"	text INTEGER NOT NULL\n"
") STRICT;\n"
"CREATE TABLE births (\n"
"	number INTEGER PRIMARY KEY,\n"
"	segment INTEGER NOT NULL REFERENCES segments\n"
") STRICT;\n"
"CREATE TABLE entries (\n"
"	document INTEGER PRIMARY KEY REFERENCES documents,\n"
"	rev INTEGER NOT NULL,\n"
"	birth INTEGER NOT NULL\n"
") STRICT;\n"
"CREATE TABLE dead (\n"
"	document INTEGER NOT NULL,\n"
"	rev INTEGER NOT NULL,\n"
"	birth INTEGER NOT NULL,\n"
"	PRIMARY KEY (document, rev, birth)\n"
") STRICT, WITHOUT ROWID;\n";

/* Documents in quarantine: few, and asked for often. */
static const char version_2[] =
"ALTER TABLE accessions ADD COLUMN quarantined INTEGER NOT NULL DEFAULT 0;\n"
"CREATE INDEX documents_quarantined ON documents (id) WHERE state = 3;\n";

/* Pages that are pictures, by xj_ocr_state. */
static const char version_3[] =
"CREATE TABLE ocr (\n"
"	document INTEGER NOT NULL\n"
"		REFERENCES documents DEFERRABLE INITIALLY DEFERRED,\n"
"	page INTEGER NOT NULL,\n"
"	state INTEGER NOT NULL,\n"
"	note TEXT,\n"
"	PRIMARY KEY (document, page)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE INDEX ocr_waiting ON ocr (document, page) WHERE state = 0;\n";

/* Units and members. A day is text, so that days compare; '' is before all. */
static const char version_4[] =
"CREATE TABLE entities (\n"
"	id INTEGER PRIMARY KEY,\n"
"	urn ANY NOT NULL UNIQUE,\n"
"	kind TEXT NOT NULL,\n"
"	version INTEGER NOT NULL,\n"
"	state TEXT NOT NULL\n"
") STRICT;\n"
"CREATE INDEX entities_kind ON entities (kind);\n"
"CREATE TABLE units (\n"
"	id INTEGER PRIMARY KEY\n"
"		REFERENCES entities DEFERRABLE INITIALLY DEFERRED,\n"
"	code TEXT NOT NULL UNIQUE,\n"
"	axis TEXT NOT NULL,\n"
"	kind TEXT NOT NULL,\n"
"	name TEXT NOT NULL,\n"
"	name_en TEXT,\n"
"	opened TEXT,\n"
"	closed TEXT,\n"
"	successor INTEGER\n"
"		REFERENCES units DEFERRABLE INITIALLY DEFERRED,\n"
"	institution INTEGER\n"
"		REFERENCES units DEFERRABLE INITIALLY DEFERRED\n"
") STRICT;\n"
"CREATE TABLE unit_places (\n"
"	unit INTEGER NOT NULL\n"
"		REFERENCES units DEFERRABLE INITIALLY DEFERRED,\n"
"	from_day TEXT NOT NULL,\n"
"	until_day TEXT,\n"
"	parent INTEGER\n"
"		REFERENCES units DEFERRABLE INITIALLY DEFERRED,\n"
"	PRIMARY KEY (unit, from_day)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE INDEX unit_places_parent ON unit_places (parent);\n"
"CREATE TABLE members (\n"
"	id INTEGER PRIMARY KEY\n"
"		REFERENCES entities DEFERRABLE INITIALLY DEFERRED,\n"
"	login TEXT NOT NULL,\n"
"	login_key TEXT NOT NULL UNIQUE,\n"
"	name TEXT NOT NULL,\n"
"	pinyin TEXT NOT NULL,\n"
"	kind TEXT NOT NULL,\n"
"	status TEXT NOT NULL,\n"
"	staff_number TEXT,\n"
"	language TEXT,\n"
"	email TEXT,\n"
"	phone TEXT,\n"
"	left_day TEXT\n"
") STRICT;\n"
"CREATE INDEX members_name ON members (name);\n"
"CREATE INDEX members_staff_number ON members (staff_number)\n"
"	WHERE staff_number IS NOT NULL;\n"
"CREATE TABLE memberships (\n"
"	member INTEGER NOT NULL\n"
"		REFERENCES members DEFERRABLE INITIALLY DEFERRED,\n"
"	unit INTEGER NOT NULL\n"
"		REFERENCES units DEFERRABLE INITIALLY DEFERRED,\n"
"	is_primary INTEGER NOT NULL,\n"
"	from_day TEXT NOT NULL,\n"
"	until_day TEXT,\n"
"	PRIMARY KEY (member, unit, from_day)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE INDEX memberships_unit ON memberships (unit);\n"
"CREATE TABLE roles (\n"
"	member INTEGER NOT NULL\n"
"		REFERENCES members DEFERRABLE INITIALLY DEFERRED,\n"
"	role TEXT NOT NULL,\n"
"	unit INTEGER\n" /* NULL: the whole archive */
"		REFERENCES units DEFERRABLE INITIALLY DEFERRED,\n"
"	from_day TEXT NOT NULL,\n"
"	until_day TEXT\n"
") STRICT;\n"
"CREATE INDEX roles_member ON roles (member);\n"
"CREATE INDEX roles_unit ON roles (unit);\n";

/*
 * Rights: see catalog.h. An atom is a row once, however many documents have it;
 * its number is what the index knows. Days and names that say nothing are ''.
 */
static const char version_5[] =
"CREATE TABLE rights (\n"
"	document INTEGER PRIMARY KEY\n"
"		REFERENCES documents DEFERRABLE INITIALLY DEFERRED,\n"
"	rights TEXT NOT NULL\n"
") STRICT;\n"
"CREATE TABLE atoms (\n"
"	number INTEGER PRIMARY KEY,\n"
"	kind INTEGER NOT NULL,\n"
"	who TEXT NOT NULL,\n"
"	from_day TEXT NOT NULL,\n"
"	until_day TEXT NOT NULL,\n"
"	download INTEGER NOT NULL,\n"
"	UNIQUE (kind, who, from_day, until_day, download)\n"
") STRICT;\n"
"CREATE TABLE requests (\n"
"	number INTEGER PRIMARY KEY,\n"
"	document INTEGER NOT NULL,\n"
"	member TEXT NOT NULL,\n"
"	purpose TEXT NOT NULL,\n"
"	asked INTEGER NOT NULL,\n"
"	state INTEGER NOT NULL,\n"
"	answered INTEGER NOT NULL,\n"
"	who TEXT NOT NULL,\n"
"	word TEXT NOT NULL,\n"
"	until_day TEXT NOT NULL\n"
") STRICT;\n"
"CREATE TABLE audit (\n"
"	number INTEGER PRIMARY KEY,\n"
"	at INTEGER NOT NULL,\n"
"	who TEXT NOT NULL,\n"
"	verb TEXT NOT NULL,\n"
"	document INTEGER NOT NULL,\n"
"	detail TEXT NOT NULL,\n"
"	hash BLOB NOT NULL\n"
") STRICT;\n"
"CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN\n"
"	SELECT RAISE(ABORT, 'the audit record is not changed');\n"
"END;\n"
"CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN\n"
"	SELECT RAISE(ABORT, 'the audit record is not changed');\n"
"END;\n"
"CREATE TABLE document_atoms (\n"
"	document INTEGER NOT NULL,\n"
"	atom INTEGER NOT NULL,\n"
"	PRIMARY KEY (document, atom)\n"
") STRICT, WITHOUT ROWID;\n";

/* Searches that users saved; `seen` and `before`: see saved.c of library. */
static const char version_6[] =
"CREATE TABLE saved_searches (\n"
"	owner TEXT NOT NULL,\n"
"	name TEXT NOT NULL,\n"
"	query TEXT NOT NULL,\n"
"	sort TEXT,\n"
"	created INTEGER NOT NULL,\n"
"	looked INTEGER NOT NULL,\n"
"	seen BLOB NOT NULL,\n"
"	before BLOB,\n"
"	PRIMARY KEY (owner, name)\n"
") STRICT, WITHOUT ROWID;\n";

/* Study records, and what each names and is seen by; see catalog.h. */
static const char version_7[] =
"CREATE TABLE studies (\n"
"	id INTEGER PRIMARY KEY\n"
"		REFERENCES entities DEFERRABLE INITIALLY DEFERRED,\n"
"	kind TEXT NOT NULL,\n"
"	title TEXT NOT NULL,\n"
"	unit TEXT NOT NULL,\n"
"	owner TEXT NOT NULL,\n"
"	state TEXT NOT NULL,\n"
"	day TEXT NOT NULL,\n"
"	removed INTEGER NOT NULL\n"
") STRICT;\n"
"CREATE INDEX studies_day ON studies (kind, day);\n"
"CREATE TABLE study_atoms (\n"
"	study INTEGER NOT NULL,\n"
"	atom INTEGER NOT NULL,\n"
"	PRIMARY KEY (study, atom)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE TABLE study_documents (\n"
"	study INTEGER NOT NULL,\n"
"	role TEXT NOT NULL,\n"
"	document ANY NOT NULL,\n" /* its URN */
"	PRIMARY KEY (study, role, document)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE INDEX study_documents_document ON study_documents (document);\n";

/* How members sign in: see accounts in catalog.h. */
static const char version_8[] =
"CREATE TABLE accounts (\n"
"	member TEXT PRIMARY KEY,\n"
"	password TEXT,\n"
"	changed INTEGER NOT NULL,\n"
"	link TEXT UNIQUE,\n"
"	link_until INTEGER NOT NULL\n"
") STRICT, WITHOUT ROWID;\n";

/* Who asks may ask for others. */
static const char version_9[] =
"ALTER TABLE requests ADD COLUMN whom TEXT NOT NULL DEFAULT '';\n";

/* Papers before they are handed in; see catalog.h. */
static const char version_10[] =
"CREATE TABLE drafts (\n"
"	paper INTEGER PRIMARY KEY\n"
"		REFERENCES entities DEFERRABLE INITIALLY DEFERRED,\n"
"	author TEXT NOT NULL,\n"
"	updated INTEGER NOT NULL,\n"
"	version INTEGER NOT NULL,\n"
"	state TEXT NOT NULL,\n"
"	text TEXT NOT NULL\n"
") STRICT;\n"
"CREATE TABLE draft_texts (\n"
"	paper INTEGER NOT NULL,\n"
"	version INTEGER NOT NULL,\n"
"	at INTEGER NOT NULL,\n"
"	text TEXT NOT NULL,\n"
"	PRIMARY KEY (paper, version)\n"
") STRICT, WITHOUT ROWID;\n";

/* Tokens of programs: see catalog.h. Numbers are not given twice. */
static const char version_11[] =
"CREATE TABLE tokens (\n"
"	number INTEGER PRIMARY KEY AUTOINCREMENT,\n"
"	member TEXT NOT NULL,\n"
"	name TEXT NOT NULL,\n"
"	digest TEXT NOT NULL UNIQUE,\n"
"	write INTEGER NOT NULL,\n"
"	created INTEGER NOT NULL,\n"
"	until_day TEXT NOT NULL\n"
") STRICT;\n"
"CREATE INDEX tokens_member ON tokens (member);\n";

/* What people gave is looked for by its value. */
static const char version_12[] =
"CREATE INDEX meta_given ON meta (element, value) WHERE rank = 2;\n";

static const char *const migrations[XJ_CATALOG_VERSION] = {
	version_1, version_2, version_3, version_4, version_5,
	version_6, version_7, version_8, version_9, version_10,
	version_11, version_12,
};

const struct xj_db_kind xj_catalog_kind = {
	.file = "catalog.sqlite",
	.application_id = 0x586a4361, /* "XjCa" */
	.version = XJ_CATALOG_VERSION,
	.migrations = migrations,
	.statements = xj_catalog_sql,
	.statement_count = XJ_SQL_COUNT,
	.page_size = 4096,
	.copy = true,
};
