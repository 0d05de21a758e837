/* urn-column.c - a URN as 16 bytes in a column. */
#include "catalog/db.h"

#include <string.h>

#define PREFIX "urn:uuid:"
#define PREFIX_LEN (sizeof(PREFIX) - 1)
#define UUID_SIZE 16

/* Where the hyphens of 8-4-4-4-12 stand. */
static bool
hyphen_at(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False unless writing it again would give the same characters. */
static bool
parse(const char *urn, unsigned char uuid[UUID_SIZE])
{
	size_t digits = 0;

	if (strncmp(urn, PREFIX, PREFIX_LEN) != 0)
		return false;
	urn += PREFIX_LEN;
	if (strlen(urn) != 36)
		return false;
	memset(uuid, 0, UUID_SIZE);
	for (size_t i = 0; i < 36; i++) {
		int d = digit(urn[i]);

		if (hyphen_at(i) ? urn[i] != '-' : d < 0)
			return false;
		if (hyphen_at(i))
			continue;
		uuid[digits / 2] |= (unsigned char)(d << (digits % 2 ? 0 : 4));
		digits++;
	}
	return true;
}

static void
format(const unsigned char uuid[UUID_SIZE], char urn[XJ_URN_MAX])
{
	static const char hex[] = "0123456789abcdef";
	size_t digits = 0;

	memcpy(urn, PREFIX, PREFIX_LEN);
	urn += PREFIX_LEN;
	for (size_t i = 0; i < 36; i++) {
		unsigned char byte = uuid[digits / 2];

		urn[i] = '-';
		if (hyphen_at(i))
			continue;
		urn[i] = hex[digits % 2 ? byte & 15 : byte >> 4];
		digits++;
	}
	urn[36] = '\0';
}

int
xj_urn_bind(sqlite3_stmt *st, int n, const char *urn)
{
	unsigned char uuid[UUID_SIZE];

	if (urn && parse(urn, uuid))
		return sqlite3_bind_blob(st, n, uuid, sizeof(uuid),
					 SQLITE_TRANSIENT);
	return sqlite3_bind_text(st, n, urn, -1, SQLITE_STATIC);
}

const char *
xj_urn_col(struct xj_query *q, int n, struct xj_arena *arena,
	   char urn[XJ_URN_MAX])
{
	size_t len;
	const void *bytes;
	const char *copy;

	if (sqlite3_column_type(q->st, n) != SQLITE_BLOB)
		return xj_col_keep(q, n, arena);
	bytes = xj_col_blob(q, n, &len);
	if (!bytes || len != UUID_SIZE) {
		q->failed = !bytes && len > 0;
		return NULL;
	}
	format(bytes, urn);
	if (!arena)
		return urn;
	copy = xj_arena_strdup(arena, urn);
	q->failed = q->failed || !copy;
	return copy;
}
