/* upkeep.c - when the archive was last verified and backed up. This is true of a
 * place, not of what is kept there: the note lies beside the catalog, since a catalog
 * that each backup changes would never be the same as at the backup before. */
#include <stdlib.h>
#include <string.h>

#include <xueji/pages.h>

#include "library/archive.h"

#define NOTE "upkeep.json"
#define NOTE_MAX (1u << 16)

static json_t *
read_note(const struct xj_archive *a)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	json_t *o = NULL;

	if (xj_file_read(a->fd, NOTE, NOTE_MAX, &text, NULL) == XJ_OK)
		o = json_loads(xj_buf_str(&text), 0, NULL);
	return json_is_object(o) ? o : (json_decref(o), json_object());
}

static int64_t
time_in(const json_t *o)
{
	const char *text = json_string_value(json_object_get(o, "time"));
	int64_t t = 0;

	return text && xj_time_parse(text, &t) == XJ_OK ? t : 0;
}

void
xj_upkeep_read(struct xj_archive *a, struct xj_upkeep *u)
{
	json_t *o = read_note(a);
	const json_t *verify = json_object_get(o, "verify");
	const json_t *backup = json_object_get(o, "backup");
	const char *folder = json_string_value(json_object_get(backup,
							       "folder"));

	*u = (struct xj_upkeep){ .verified = time_in(verify),
		.errors = (uint64_t)json_integer_value(
			json_object_get(verify, "errors")),
		.backed_up = time_in(backup) };
	snprintf(u->folder, sizeof(u->folder), "%s", folder ? folder : "");
	json_decref(o);
}

/* Who may not write here has verified none the less. Takes the value. */
static void
note(const struct xj_archive *a, const char *what, json_t *value)
{
	char time[XJ_TIME_MAX];
	json_t *o = read_note(a);
	char *text;

	xj_time_format(xj_now(), time);
	json_object_set_new(value, "time", json_string(time));
	json_object_set_new(o, what, value);
	text = json_dumps(o, JSON_INDENT(1));
	if (text)
		xj_file_write(a->fd, NOTE, text, strlen(text), NULL);
	free(text);
	json_decref(o);
}

void
xj_upkeep_verified(const struct xj_archive *a, uint64_t errors)
{
	note(a, "verify", json_pack("{s:I}", "errors", (json_int_t)errors));
}

void
xj_upkeep_backed_up(const struct xj_archive *a, const char *folder)
{
	char *path = realpath(folder, NULL);
	json_t *name = json_string(path); /* NULL: no UTF-8 */

	note(a, "backup", json_pack("{s:o}", "folder",
				    name ? name : json_string("")));
	free(path);
}
