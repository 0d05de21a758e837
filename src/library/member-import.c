/* member-import.c - members from a CSV file, whatever wrote it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/csv.h"
#include "library/people.h"

#define BYTES_MAX (64u << 20)
#define COLUMNS_MAX 200

/* What a column may be, with the headings that say so. */
enum column {
	LOGIN, NAME, STAFF_NUMBER, UNIT, DEPARTMENT, PARTY, KIND, STATUS,
	PINYIN, EMAIL, PHONE, LANGUAGE, FROM, REASON, COLUMNS
};

static const char *const headings[COLUMNS][10] = {
	[LOGIN] = { "登录名", "登陆名", "用户名", "账号", "帐号", "login",
		    "username", "user" },
	[NAME] = { "姓名", "名字", "name", "fullname" },
	[STAFF_NUMBER] = { "工号", "职工号", "职工编号", "人员编号", "staffnumber",
			   "number" },
	[UNIT] = { "单位", "所在单位", "工作单位", "机构", "unit",
		   "institution" },
	[DEPARTMENT] = { "科室", "部门", "所在科室", "所在部门", "department" },
	[PARTY] = { "党支部", "支部", "党组织", "党小组", "所在支部", "所在党支部",
		    "party", "branch" },
	[KIND] = { "类别", "人员类别", "身份", "kind" },
	[STATUS] = { "状态", "在岗状态", "status" },
	[PINYIN] = { "拼音", "姓名拼音", "pinyin" },
	[EMAIL] = { "邮箱", "电子邮箱", "电子邮件", "email", "e-mail" },
	[PHONE] = { "电话", "手机", "手机号", "手机号码", "联系电话", "phone",
		    "mobile", "telephone" },
	[LANGUAGE] = { "语言", "language" },
	[FROM] = { "起始日期", "加入日期", "入职日期", "来院日期", "from", "since" },
	[REASON] = { "原因", "reason" },
};

/* Fields of a member that columns are, by the name of the field. */
static const struct { enum column column; const char *field; } fields[] = {
	{ NAME, "name" }, { PINYIN, "pinyin" }, { KIND, "kind" },
	{ STATUS, "status" }, { STAFF_NUMBER, "staff_number" },
	{ LANGUAGE, "language" }, { EMAIL, "email" }, { PHONE, "phone" },
};

struct importing {
	struct xj_people people;
	const struct xj_member_import_options *options;
	struct xj_member_import_result *result;
	size_t places[COLUMNS];      /* of each column; SIZE_MAX: there is none */
	bool out[COLUMNS_MAX];       /* columns left out */
	char *titles[COLUMNS_MAX];   /* the headings */
	size_t width;
	uint64_t heading_row;
	json_t *seen;                /* key of a login: its row */
	char day[XJ_DAY_MAX];        /* for rows without one */
	struct xj_buf rejected, ignored;
	struct xj_error why;         /* of a row that was refused */
	struct xj_error *err;
};

/* ------------------------------------------------------------------ headings */

/* "Staff number" is "staffnumber". */
static void
heading_key(const char *cell, char out[XJ_NAME_MAX])
{
	char *to = out;

	if (xj_name_key(cell, out, NULL) < 0)
		*out = '\0';
	for (const char *p = out; *p; p++)
		if (*p != ' ' && *p != '_' && *p != '*' && *p != ':')
			*to++ = *p;
	*to = '\0';
}

static enum column
column_of(const char *key)
{
	for (int c = 0; c < COLUMNS; c++)
		for (size_t i = 0; headings[c][i]; i++)
			if (strcmp(headings[c][i], key) == 0)
				return (enum column)c;
	return COLUMNS;
}

static bool
is_dropped(const struct importing *m, const char *title)
{
	const char *const *drop = m->options->drop;
	char key[XJ_NAME_MAX], other[XJ_NAME_MAX];

	heading_key(title, key);
	for (; drop && *drop; drop++) {
		heading_key(*drop, other);
		if (strcmp(key, other) == 0)
			return true;
	}
	return false;
}

static int
refuse_id_cards(struct importing *m, size_t i)
{
	return xj_error_set(m->err, XJ_EPERM, "the column %s has numbers of "
			    "identity cards, which are never kept; nothing was "
			    "read. To go on without it: --drop-column %s",
			    m->titles[i], m->titles[i]);
}

static int
take_heading(struct importing *m, size_t i, const char *cell)
{
	char key[XJ_NAME_MAX];
	enum column c;

	heading_key(cell, key);
	c = column_of(key);
	if (!(m->titles[i] = strdup(cell)))
		return xj_error_set(m->err, XJ_ENOMEM, "out of memory");
	m->out[i] = is_dropped(m, cell) || c == REASON;
	if (m->out[i])
		return XJ_OK;
	if (strstr(key, "身份证") || strstr(key, "idcard"))
		return refuse_id_cards(m, i);
	if (c == COLUMNS && *key)
		xj_buf_addf(&m->ignored, "%s%s", m->ignored.len ? ", " : "",
			    cell);
	if (c == COLUMNS)
		return XJ_OK;
	if (m->places[c] != SIZE_MAX)
		return xj_error_set(m->err, XJ_EINVAL, "the columns %s and %s "
				    "say the same; leave one out with "
				    "--drop-column", m->titles[m->places[c]],
				    cell);
	m->places[c] = i;
	return XJ_OK;
}

static int
check_headings(struct importing *m)
{
	bool named = m->places[LOGIN] != SIZE_MAX ||
		     m->places[STAFF_NUMBER] != SIZE_MAX;

	if (named && m->places[NAME] != SIZE_MAX)
		return XJ_OK;
	return xj_error_set(m->err, XJ_EINVAL, "the first row must have "
			    "headings: 姓名 and 登录名 or 工号, and what else is "
			    "known: 单位, 科室, 党支部, 类别, 电话, 邮箱, "
			    "起始日期 (or name, login, number, unit, "
			    "department, party, kind, phone, email, from)");
}

static int
take_headings(struct importing *m, char *const *cells, size_t count)
{
	int r = XJ_OK;

	if (count > COLUMNS_MAX)
		return xj_error_set(m->err, XJ_ELIMIT, "%zu columns; %d at "
				    "most are read", count, COLUMNS_MAX);
	for (m->width = 0; m->width < count && r == XJ_OK; m->width++)
		r = take_heading(m, m->width, cells[m->width]);
	return r < 0 ? r : check_headings(m);
}

/* Before anything is written. */
static int
scan(void *ctx, uint64_t row, char *const *cells, size_t count)
{
	struct importing *m = ctx;
	char key[XJ_NAME_MAX];

	if (!m->width) {
		m->heading_row = row;
		return take_headings(m, cells, count);
	}
	for (size_t i = 0; i < count && i < m->width; i++) {
		heading_key(cells[i], key); /* full-width digits, spaces */
		for (char *p = key; *p; p++)
			if (*p == 'x')
				*p = 'X';
		if (!m->out[i] && xj_is_id_card(key))
			return refuse_id_cards(m, i);
	}
	return XJ_OK;
}

/* ----------------------------------------------------------------- one row */

/* A row while it is read. */
struct row {
	struct importing *m;
	uint64_t number;
	char *const *cells;
	size_t count;
	char login[XJ_NAME_MAX], key[XJ_NAME_MAX];
	const struct xj_unit_row *unit, *party; /* or NULL: nothing is said */
};

static const char *
cell(const struct row *r, enum column c)
{
	size_t i = r->m->places[c];

	return i < r->count ? r->cells[i] : "";
}

/* The staff number serves where there is no login. */
static int
take_login(struct row *r)
{
	struct importing *m = r->m;
	const char *given = *cell(r, LOGIN) ? cell(r, LOGIN)
					    : cell(r, STAFF_NUMBER);
	json_t *before;
	int s = xj_name_tidy(given, r->login, &m->why);

	if (s == XJ_OK && !*r->login)
		return xj_error_set(&m->why, XJ_EINVAL, "there is neither a "
				    "login nor a staff number");
	if (s == XJ_OK)
		s = xj_name_key(r->login, r->key, &m->why);
	if (s < 0)
		return s;
	before = json_object_get(m->seen, r->key);
	if (before)
		return xj_error_set(&m->why, XJ_EEXIST, "row %llu has the same "
				    "login", (unsigned long long)
				    json_integer_value(before));
	json_object_set_new(m->seen, r->key,
			    json_integer((json_int_t)r->number));
	return XJ_OK;
}

/* "县医院" and "内科" in two columns are 县医院/内科. */
static int
take_units(struct row *r)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	struct xj_people *p = &r->m->people;
	const char *unit = cell(r, UNIT), *department = cell(r, DEPARTMENT);
	int s = XJ_OK;

	xj_buf_addf(&path, "%s%s%s", unit, *unit && *department ? "/" : "",
		    department);
	if (path.len)
		s = xj_member_unit(p, path.data, "work", &r->unit);
	if (s == XJ_OK && *cell(r, PARTY))
		s = xj_member_unit(p, cell(r, PARTY), "party", &r->party);
	return s;
}

static int
add(struct row *r)
{
	struct xj_people *p = &r->m->people;
	const struct xj_member_given given = {
		.login = r->login, .name = cell(r, NAME),
		.pinyin = cell(r, PINYIN), .kind = cell(r, KIND),
		.staff_number = cell(r, STAFF_NUMBER),
		.language = cell(r, LANGUAGE), .email = cell(r, EMAIL),
		.phone = cell(r, PHONE), .status = cell(r, STATUS),
		.unit = r->unit ? r->unit->code : NULL,
		.party = r->party ? r->party->code : NULL,
	};

	return xj_member_add_in(p, &given);
}

static int
move(struct row *r, struct xj_entity *e, const struct xj_unit_row *u)
{
	struct xj_people *p = &r->m->people;

	if (!u || xj_member_is_of(e, u, p->day))
		return XJ_OK;
	/* The day of a row is when he came; who is there already is moved. */
	if (xj_member_has_unit(e, u->axis))
		memcpy(p->day, r->m->day, XJ_DAY_MAX);
	return xj_member_is_of(e, u, p->day) ? XJ_OK :
	       xj_member_move_in(p, e, u, false);
}

static int
change(struct row *r, struct xj_entity *e)
{
	struct xj_people *p = &r->m->people;
	const char *left = xj_entity_text(e->root, "left");
	int s = XJ_OK;

	if (left)
		return xj_error_set(p->err, XJ_EINVAL, "%s has left on %s; "
				    "`xueji member move` takes him back",
				    r->login, left);
	for (size_t i = 0; i < XJ_COUNT(fields) && s == XJ_OK; i++)
		if (*cell(r, fields[i].column))
			s = xj_member_set(p, e, fields[i].field,
					  cell(r, fields[i].column));
	if (s == XJ_OK)
		s = move(r, e, r->unit);
	if (s == XJ_OK)
		s = move(r, e, r->party);
	return s < 0 ? s : xj_member_save(p, e, "import", NULL);
}

static int
take_known(struct row *r, uint64_t id)
{
	xj_auto(xj_entity_end) struct xj_entity e = { 0 };
	struct xj_people *p = &r->m->people;
	int s = xj_entity_load(&p->change, &xj_member_kind, id, 0, &e, p->err);

	return s < 0 ? s : change(r, &e);
}

struct known {
	const char *key;
	uint64_t id;
};

static int
note_known(void *ctx, const struct xj_member_row *row)
{
	struct known *k = ctx;

	if (strcmp(row->login_key, k->key) == 0)
		k->id = row->id;
	return XJ_END;
}

/* By login; where the file has none, by staff number. */
static int
find_known(struct row *r, uint64_t *id)
{
	struct xj_people *p = &r->m->people;
	struct known k = { .key = r->key };
	int s = xj_catalog_find_member(p->archive->catalog, r->key, NULL,
				       note_known, &k, p->err);

	*id = k.id;
	if (s == XJ_OK && !k.id && !*cell(r, LOGIN))
		s = xj_member_numbered(p->archive, cell(r, STAFF_NUMBER), id,
				       p->err);
	return s;
}

static int
take_in(struct row *r, const char **outcome)
{
	struct xj_people *p = &r->m->people;
	uint64_t id;
	bool before;
	int s = take_login(r);

	if (s == XJ_OK)
		s = xj_people_day(*cell(r, FROM) ? cell(r, FROM) : NULL,
				  r->m->day, p->day, p->err);
	if (s == XJ_OK)
		s = take_units(r);
	if (s == XJ_OK)
		s = find_known(r, &id);
	if (s < 0)
		return s;
	before = p->changed->changed;
	p->changed->changed = false;
	s = id ? take_known(r, id) : add(r);
	*outcome = !p->changed->changed ? "unchanged" : id ? "changed"
							   : "added";
	p->changed->changed |= before;
	return s;
}

/* ----------------------------------------------------------------- all rows */

/* Whether only this row is at fault. */
static bool
is_of_the_row(int s)
{
	return s == XJ_EINVAL || s == XJ_EEXIST || s == XJ_ENOTFOUND ||
	       s == XJ_ELIMIT;
}

static int
reject_row(struct importing *m, char *const *cells, size_t count,
	   const char *last)
{
	bool first = true;

	if (!m->rejected.len)
		xj_buf_adds(&m->rejected, "\xEF\xBB\xBF"); /* for spreadsheets */
	for (size_t i = 0; i < m->width; i++) {
		if (m->out[i])
			continue;
		xj_csv_put(&m->rejected, i < count ? cells[i] : "", first);
		first = false;
	}
	xj_csv_put(&m->rejected, last, first);
	xj_buf_adds(&m->rejected, "\r\n");
	return xj_buf_check(&m->rejected, m->err);
}

static int
refuse(struct row *r)
{
	struct importing *m = r->m;
	int s = XJ_OK;

	m->result->refused++;
	if (!m->rejected.len)
		s = reject_row(m, m->titles, m->width, xj_tr(N_("reason")));
	return s < 0 ? s : reject_row(m, r->cells, r->count, m->why.message);
}

static int
tell(struct row *r, const char *outcome)
{
	const struct xj_member_import_options *o = r->m->options;
	bool refused = strcmp(outcome, "refused") == 0;

	return !o->row ? XJ_OK : o->row(o->ctx, &(struct xj_import_row){
		.row = r->number, .login = *r->login ? r->login : NULL,
		.name = cell(r, NAME), .outcome = outcome,
		.reason = refused ? r->m->why.message : NULL });
}

static int
take(void *ctx, uint64_t number, char *const *cells, size_t count)
{
	struct importing *m = ctx;
	struct row r = { .m = m, .number = number, .cells = cells,
			 .count = count };
	const char *outcome = "refused";
	int s;

	if (number == m->heading_row)
		return XJ_OK;
	m->result->rows++;
	s = take_in(&r, &outcome);
	if (is_of_the_row(s)) {
		outcome = "refused";
		s = refuse(&r);
	} else if (s < 0) {
		return xj_error_set(m->err, s, "%s", m->why.message);
	} else if (outcome[0] == 'a') {
		m->result->added++;
	} else if (outcome[0] == 'c') {
		m->result->changed++;
	} else {
		m->result->unchanged++;
	}
	return s < 0 ? s : tell(&r, outcome);
}

/* ------------------------------------------------------------------ the file */

static int
read_rows(struct importing *m, const struct xj_buf *text)
{
	struct xj_people *p = &m->people;
	char separator = xj_csv_separator(xj_buf_str(text), text->len);
	int r;

	m->result->separator = separator;
	r = xj_csv_read(xj_buf_str(text), text->len, separator, scan, m,
			m->err);
	if (r == XJ_OK && !m->width)
		r = check_headings(m);
	if (r < 0)
		return r;
	p->err = &m->why; /* of each row */
	r = xj_csv_read(xj_buf_str(text), text->len, separator, take, m,
			m->err);
	p->err = m->err;
	return r;
}

static int
finish(struct importing *m)
{
	struct xj_people *p = &m->people;
	int r;

	if (m->result->refused && m->options->all_or_nothing)
		return XJ_OK;
	r = xj_people_commit(p);
	m->result->kept = r == XJ_OK && !p->options->dry_run;
	return r;
}

static int
import_text(struct importing *m, struct xj_archive *a,
	    const struct xj_buf *text)
{
	struct xj_people *p = &m->people;
	int r = xj_people_begin(p, a, &m->options->change, NULL, m->err);

	memcpy(m->day, p->day, XJ_DAY_MAX);
	if (r == XJ_OK)
		r = read_rows(m, text);
	if (r == XJ_OK)
		r = finish(m);
	xj_people_end(p);
	return r;
}

int
xj_member_import(struct xj_archive *a, const void *bytes, size_t len,
		 const struct xj_member_import_options *options,
		 struct xj_member_import_result *result,
		 struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct importing *m = calloc(1, sizeof(*m));
	int r = XJ_OK;

	memset(result, 0, sizeof(*result));
	if (!m || !(m->seen = json_object()))
		r = xj_error_set(err, XJ_ENOMEM, "out of memory");
	if (r == XJ_OK) {
		m->options = options;
		m->result = result;
		m->err = err;
		memset(m->places, 0xFF, sizeof(m->places));
	}
	if (r == XJ_OK && len > BYTES_MAX)
		r = xj_error_set(err, XJ_ELIMIT, "the file is too large");
	if (r == XJ_OK)
		r = xj_text_decode(bytes, len, options->encoding, &text,
				   result->encoding, err);
	if (r == XJ_OK)
		r = import_text(m, a, &text);
	if (r == XJ_OK && m->rejected.len)
		result->rejected = xj_buf_take(&m->rejected);
	if (r == XJ_OK && m->ignored.len)
		result->ignored = xj_buf_take(&m->ignored);
	for (size_t i = 0; m && i < m->width; i++)
		free(m->titles[i]);
	if (m) {
		xj_buf_release(&m->rejected);
		xj_buf_release(&m->ignored);
		json_decref(m->seen);
	}
	free(m);
	return r;
}
