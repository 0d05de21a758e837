/*
 * member-export.c - what is held about a member, as JSON and files in a zip that
 * is for him. All of it is read with the rights of whoever asks: no rule is left
 * aside here.
 */
#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library/packet.h"
#include "library/paper.h"

struct export {
	struct xj_archive *archive;
	struct xj_packing p;
	const struct xj_member_export_options *options;
	struct xj_member_exported *result;
	uint64_t member;
	const char *urn, *login;
	unsigned version;
	bool himself;
	int dir;             /* what is zipped */
	struct xj_buf names; /* of it, a line each */
	json_t *list;        /* that is being made */
	struct xj_error *err;
};

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

static void
export_end(struct export *e)
{
	xj_closep(&e->dir);
	xj_buf_release(&e->names);
	json_decref(e->list);
	xj_packing_end(&e->p);
}

/* ------------------------------------------------------------------- files */

static int
new_file(struct export *e, const char *name, int *fd)
{
	*fd = openat(e->dir, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (*fd < 0)
		return xj_error_errno(e->err, "%s", name);
	xj_buf_addf(&e->names, "%s\n", name);
	return XJ_OK;
}

static int
put_bytes(struct export *e, const char *name, const void *bytes, size_t len)
{
	xj_auto(xj_closep) int fd = -1;
	int r = new_file(e, name, &fd);

	return r < 0 ? r : xj_write_all(fd, bytes, len, e->err);
}

/* The JSON is taken; NULL: there was no memory for it. */
static int
put_json(struct export *e, const char *name, json_t *root)
{
	char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	if (text)
		xj_buf_addf(&b, "%s\n", text);
	free(text);
	json_decref(root);
	return !text || b.failed ? no_memory(e->err) :
	       put_bytes(e, name, xj_buf_str(&b), b.len);
}

/* The list that was made; another is begun. */
static int
put_list(struct export *e, const char *name, uint64_t *count)
{
	json_t *list = e->list;

	e->list = json_array();
	*count = json_array_size(list);
	return put_json(e, name, list);
}

static int
add(struct export *e, json_t *one)
{
	return one && json_array_append_new(e->list, one) == 0 ? XJ_OK :
							no_memory(e->err);
}

/* "" when there was none. */
static const char *
moment(int64_t at, char out[XJ_TIME_MAX])
{
	out[0] = '\0';
	if (at)
		xj_time_format(at, out);
	return out;
}

static json_t *
state_of(const struct xj_entity_row *row, struct xj_error *err)
{
	json_t *root = json_loads(row->state, 0, NULL);

	if (!root)
		xj_error_set(err, XJ_ECORRUPT, "%s is damaged", row->urn);
	return root;
}

/* -------------------------------------------------------------- the member */

static int
note_change(void *ctx, const struct xj_history_entry *h)
{
	char at[XJ_TIME_MAX];

	return add(ctx, json_pack("{s:i, s:s, s:s, s:s, s:s*}",
				  "version", (int)h->version,
				  "at", moment(h->at, at), "by", h->user,
				  "what", h->verb, "detail", h->detail));
}

static int
put_member(struct export *e)
{
	struct xj_entity_row row;
	json_t *root = NULL;
	int r = xj_catalog_get_entity(e->archive->catalog, e->member,
				      e->p.arena, &row, e->err);

	if (r == XJ_OK && !(root = state_of(&row, e->err)))
		return XJ_ECORRUPT;
	if (r == XJ_OK)
		r = xj_entity_history(e->archive, row.urn, row.version,
				      note_change, e, e->err);
	if (r == XJ_OK && json_object_set(root, "history", e->list) < 0)
		r = no_memory(e->err);
	json_decref(e->list);
	e->list = json_array();
	if (r == XJ_OK)
		return put_json(e, "member.json", root);
	json_decref(root);
	return r;
}

/* ---------------------------------------------- papers and study records */

static bool
is_his(const struct export *e, const struct xj_study_row *row,
       const json_t *root)
{
	const json_t *v;
	size_t i;

	if (strcmp(row->owner, e->urn) == 0)
		return true;
	json_array_foreach(json_object_get(root, "authors"), i, v)
		if (strcmp(json_string_value(v), e->urn) == 0)
			return true;
	return false;
}

/* Of one that was taken away none is left. */
static int
put_text(struct export *e, uint64_t id, const json_t *root)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	const char *document = xj_entity_text(root, "document");
	char name[64];
	int r;

	if (!document || xj_entity_text(root, "removed") ||
	    xj_entity_text(root, "withdrawn"))
		return XJ_OK;
	r = xj_paper_document_text(e->archive, document, &text, e->err);
	snprintf(name, sizeof(name), "papers/%llu.md", (unsigned long long)id);
	return r < 0 ? r : put_bytes(e, name, xj_buf_str(&text), text.len);
}

static int
put_record(struct export *e, const struct xj_study_row *row)
{
	bool paper = strcmp(row->kind, "paper") == 0;
	struct xj_entity_row entity;
	char name[96];
	json_t *root;
	int r = xj_catalog_get_entity(e->archive->catalog, row->id, e->p.arena,
				      &entity, e->err);

	if (r < 0)
		return r;
	root = state_of(&entity, e->err);
	if (!root)
		return XJ_ECORRUPT;
	if (!is_his(e, row, root)) {
		json_decref(root);
		return XJ_OK;
	}
	++*(paper ? &e->result->papers : &e->result->records);
	snprintf(name, sizeof(name), paper ? "papers/%s%llu.json" :
		 "records/%s-%llu.json", paper ? "" : row->kind,
		 (unsigned long long)row->id);
	if (paper)
		r = put_text(e, row->id, root);
	if (r == XJ_OK)
		return put_json(e, name, root);
	json_decref(root);
	return r;
}

static int
take_study(void *ctx, const struct xj_study_row *row)
{
	return put_record(ctx, row);
}

/* ------------------------------------------------------------------ drafts */

static int
note_save(void *ctx, const struct xj_draft_text *text)
{
	struct export *e = ctx;
	char at[XJ_TIME_MAX];

	return add(e, json_pack("{s:i, s:s, s:s}", "version",
				(int)text->version, "at",
				moment(text->at, at), "text", text->text));
}

static int
take_draft(void *ctx, const struct xj_draft_row *row)
{
	struct export *e = ctx;
	json_t *root = json_loads(row->state, 0, NULL);
	char name[64], at[XJ_TIME_MAX];
	int r;

	if (!root)
		return xj_error_set(e->err, XJ_ECORRUPT, "draft %llu is "
				    "damaged", (unsigned long long)row->paper);
	r = xj_catalog_draft_texts(e->archive->catalog, row->paper, note_save,
				   e, e->err);
	if (r == XJ_OK && json_object_set(root, "saved", e->list) < 0)
		r = no_memory(e->err);
	json_decref(e->list);
	e->list = json_array();
	if (r == XJ_OK)
		r = xj_entity_set(root, "updated", moment(row->updated, at),
				  e->err);
	snprintf(name, sizeof(name), "drafts/%llu.md",
		 (unsigned long long)row->paper);
	if (r == XJ_OK)
		r = put_bytes(e, name, row->text, strlen(row->text));
	strcpy(strrchr(name, '.'), ".json");
	e->result->drafts++;
	if (r == XJ_OK)
		return put_json(e, name, root);
	json_decref(root);
	return r;
}

/* --------------------------------------------------------------- documents */

static json_t *
shares_of(const struct xj_rights *rights)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rights->share_count; i++) {
		const struct xj_share_entry *s = &rights->shares[i];
		char at[XJ_TIME_MAX];

		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:s}",
			"to", xj_share_name(s->to), "who", s->who,
			"download", s->download, "from", s->from,
			"until", s->until, "by", s->by, "reason", s->reason,
			"at", moment(s->at, at)));
	}
	return list;
}

/* Its ending is kept where it is a plain one: what a file is called is said in
 * documents.json. */
static const char *
file_name(struct export *e, const struct xj_document_info *info)
{
	const char *dot = strrchr(info->name, '.'), *p = dot ? dot + 1 : "";

	while (isalnum((unsigned char)*p))
		p++;
	return xj_arena_printf(e->p.arena, "files/%llu%s",
			       (unsigned long long)info->id,
			       dot && !*p && p - dot < 16 ? dot : "");
}

static int
put_file(struct export *e, const struct xj_document_info *info,
	 const char *name)
{
	struct xj_document *document = NULL;
	xj_auto(xj_closep) int fd = -1;
	int r = xj_document_open(e->archive, info->urn, &document, e->err);

	if (r == XJ_OK)
		r = new_file(e, name, &fd);
	if (r == XJ_OK)
		r = xj_document_get(document, info->version, fd, e->err);
	xj_document_free(document);
	return r;
}

static int
take_document(void *ctx, const struct xj_document_info *info)
{
	struct export *e = ctx;
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	const char *name = NULL;
	struct xj_rights rights;
	char at[XJ_TIME_MAX];
	int r = xj_arena_new(&arena) < 0 ? no_memory(e->err) :
		xj_rights_load(e->archive, arena, info->id, &rights, e->err);

	if (r < 0 || !rights.owner || strcmp(rights.owner, e->urn) != 0)
		return r;
	if (e->options->files && !(name = file_name(e, info)))
		return no_memory(e->err);
	if (name)
		r = put_file(e, info, name);
	return r < 0 ? r : add(e, json_pack(
		"{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:i, s:s, "
		"s:s*, s:o}", "id", (json_int_t)info->id, "urn", info->urn,
		"title", info->title, "name", info->name,
		"kind", info->kind, "type", info->type, "date", info->date,
		"creators", info->creators, "size", (json_int_t)info->size,
		"version", (int)info->version,
		"created", moment(info->created, at), "file", name,
		"shares", shares_of(&rights)));
}

static int
put_documents(struct export *e)
{
	const struct xj_list_options all = { .top_only = true };
	int r = xj_list(e->archive, &all, NULL, take_document, e, e->err);

	return r < 0 ? r : put_list(e, "documents.json",
				    &e->result->documents);
}

/* -------------------------------------------- requests, acts, searches */

static int
take_request(void *ctx, const struct xj_asked *row)
{
	static const char *const states[] = { "open", "granted", "declined",
					      "withdrawn" };
	struct export *e = ctx;
	char asked[XJ_TIME_MAX], answered[XJ_TIME_MAX];

	if (strcmp(row->member, e->urn) != 0)
		return XJ_OK;
	return add(e, json_pack("{s:I, s:I, s:s, s:s, s:s, s:s, s:s, s:s, "
				"s:s, s:s}",
				"request", (json_int_t)row->number,
				"document", (json_int_t)row->document,
				"purpose", row->purpose, "for", row->whom,
				"state", states[row->state],
				"asked", moment(row->asked, asked),
				"answered", moment(row->answered, answered),
				"by", row->who, "word", row->word,
				"until", row->until));
}

static int
take_act(void *ctx, const struct xj_audit_entry *entry)
{
	struct export *e = ctx;
	char at[XJ_TIME_MAX];

	if (strcmp(entry->who, e->login) != 0)
		return XJ_OK;
	return add(e, json_pack("{s:I, s:s, s:s, s:I, s:s}",
				"number", (json_int_t)entry->number,
				"at", moment(entry->at, at),
				"what", entry->verb, "document",
				(json_int_t)entry->document,
				"detail", entry->detail));
}

/* As saved.c and past.c name their owners. */
static int
take_searches(struct export *e, const char *of)
{
	const char *owner = xj_arena_printf(e->p.arena, "%s:%s", of, e->login);
	struct xj_saved_row *rows;
	size_t count = 0;
	int r = !owner ? no_memory(e->err) :
		xj_catalog_saved(e->archive->catalog, owner, e->p.arena, &rows,
				 &count, e->err);

	for (size_t i = 0; i < count && r == XJ_OK; i++) {
		char created[XJ_TIME_MAX], looked[XJ_TIME_MAX];

		r = add(e, json_pack("{s:b, s:s, s:s, s:s, s:s}", "saved",
				     strcmp(of, "member") == 0,
				     "name", rows[i].name,
				     "query", rows[i].query, "created",
				     moment(rows[i].created, created),
				     "looked", moment(rows[i].looked, looked)));
	}
	return r;
}

/* ------------------------------------------------------------------ README */

static int
put_readme(struct export *e)
{
	const struct { bool there; const char *text; } lines[] = {
		{ true, N_("member.json: what is recorded of him, his units and "
			   "roles, and every change of it") },
		{ e->result->whole, N_("papers/: his reflection papers that "
			   "were handed in, each with its text") },
		{ e->himself, N_("drafts/: papers that he has begun, with the "
			   "texts that were saved meanwhile") },
		{ e->result->whole, N_("records/: collections, lectures and "
			   "seminars that are his") },
		{ e->result->whole, N_("documents.json: documents that are "
			   "his, and with whom they are shared") },
		{ e->result->whole && e->options->files,
		  N_("files/: these documents, by their numbers") },
		{ e->result->whole, N_("requests.json: what he asked to see, "
			   "and the answers") },
		{ e->himself, N_("searches.json: searches that he saved, and "
			   "what he searched for lately") },
		{ e->result->whole, N_("audit.json: what the audit record has "
			   "of his acts") },
		{ !e->himself && e->result->whole,
		  N_("Drafts and searches are given to himself alone.") },
		{ !e->result->whole,
		  N_("Papers, documents and all else are given to himself and "
		     "to the archive's owner, not to operators.") },
	};
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	char day[XJ_DAY_MAX];

	xj_today(day);
	xj_buf_addf(&b, xj_tr(N_("What this archive holds about %s, on %s")),
		    e->login, day);
	xj_buf_adds(&b, "\n\n");
	for (size_t i = 0; i < XJ_COUNT(lines); i++)
		if (lines[i].there)
			xj_buf_addf(&b, "%s\n", xj_tr(lines[i].text));
	return b.failed ? no_memory(e->err) :
	       put_bytes(e, "README.txt", xj_buf_str(&b), b.len);
}

/* ---------------------------------------------------------------- the whole */

static int
make_folders(struct export *e)
{
	static const char *const folders[] = { "files", "files/papers",
		"files/drafts", "files/records", "files/files" };

	for (size_t i = 0; i < XJ_COUNT(folders); i++)
		if (mkdirat(e->p.work_fd, folders[i], 0700) < 0)
			return xj_error_errno(e->err, "%s", folders[i]);
	return xj_dir_open(e->p.work_fd, "files", &e->dir, e->err);
}

/* What he alone is given. */
static int
put_private(struct export *e)
{
	int r = xj_catalog_drafts(e->archive->catalog, e->urn, 0, take_draft,
				  e, e->err);

	if (r == XJ_OK)
		r = take_searches(e, "member");
	if (r == XJ_OK)
		r = take_searches(e, "past:member");
	return r < 0 ? r : put_list(e, "searches.json",
				    &e->result->searches);
}

/* What operators are not given: they read neither papers nor documents. */
static int
put_whole(struct export *e)
{
	const struct xj_study_query all = { .which = XJ_STUDY_ANY };
	int r = xj_catalog_studies(e->archive->catalog, &all, take_study, e,
				   e->err);

	if (r == XJ_OK)
		r = put_documents(e);
	if (r == XJ_OK)
		r = xj_catalog_requests(e->archive->catalog, 0, take_request,
					e, e->err);
	if (r == XJ_OK)
		r = put_list(e, "requests.json", &e->result->requests);
	if (r == XJ_OK)
		r = xj_audit_list(e->archive, 0, take_act, e, e->err);
	return r < 0 ? r : put_list(e, "audit.json", &e->result->acts);
}

static int
note_member(void *ctx, const struct xj_member_row *row)
{
	struct export *e = ctx;

	e->urn = xj_arena_strdup(e->p.arena, row->urn);
	e->login = xj_arena_strdup(e->p.arena, row->login);
	return e->urn && e->login ? XJ_END : no_memory(e->err);
}

/* Who may not is told the same of a member that there is not. */
static int
find_member(struct export *e)
{
	const struct xj_reader *reader = xj_archive_reader(e->archive);
	const char *member = e->options->member;
	int r = XJ_OK;

	if (!member && !reader)
		return xj_error_set(e->err, XJ_EINVAL, "say of which member");
	if (member)
		r = xj_member_find(e->archive, member, &e->member, e->err);
	else
		e->member = reader->member;
	e->himself = r == XJ_OK && reader && reader->member &&
		     e->member == reader->member;
	if (!e->himself && xj_reader_may_manage(e->archive, NULL) < 0)
		return xj_error_set(e->err, XJ_EPERM, "what is held about a "
				    "member is for himself and for those who "
				    "manage the members");
	e->result->whole = e->himself || !reader;
	if (r == XJ_OK)
		r = xj_catalog_members(e->archive->catalog, e->member,
				       note_member, e, e->err);
	return r < 0 ? r : XJ_OK;
}

static int
export(struct export *e, const char *path)
{
	int r = make_folders(e);

	if (r == XJ_OK)
		r = put_readme(e);
	if (r == XJ_OK)
		r = put_member(e);
	if (r == XJ_OK && e->result->whole)
		r = put_whole(e);
	if (r == XJ_OK && e->himself)
		r = put_private(e);
	if (r == XJ_OK)
		r = xj_packing_zip(&e->p, &e->names, e->err);
	if (r == XJ_OK && fchmodat(e->p.work_fd, "out", 0600, 0) < 0)
		r = xj_error_errno(e->err, "%s", path);
	if (r == XJ_OK && !e->himself)
		r = xj_audit_aside(e->archive, "member export-mine", 0,
				   e->login, e->err);
	return r < 0 ? r : xj_packing_settle(&e->p, path, e->err);
}

int
xj_member_export(struct xj_archive *a, const char *path,
		 const struct xj_member_export_options *options,
		 struct xj_member_exported *result, struct xj_error *err)
{
	const struct xj_packet_options packing = { .watch = options->watch };
	struct xj_member_exported own;
	xj_auto(export_end) struct export e = { .archive = a,
		.options = options, .result = result ? result : &own,
		.p = { .archive = a, .options = &packing, .work_fd = -1 },
		.dir = -1, .list = json_array(), .err = err };
	int r = xj_arena_new(&e.p.arena) < 0 || !e.list ? no_memory(err) :
							  XJ_OK;

	memset(e.result, 0, sizeof(*e.result));
	if (r == XJ_OK)
		r = find_member(&e);
	if (r == XJ_OK)
		snprintf(e.result->login, sizeof(e.result->login), "%s",
			 e.login);
	if (r == XJ_OK)
		r = xj_packing_begin(&e.p, path, err);
	return r < 0 ? r : export(&e, path);
}
