/*
 * attend-code.c - the code by which those who are at a lecture sign in themselves:
 * six digits, made of a key of the archive, the lecture and the day. The key is a
 * fact of the catalog and nowhere else.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xueji/account.h>

#include "library/lecture.h"

#define KEY_FACT "attend.key"
#define TRIES_MAX 10        /* that are wrong, in */
#define TRIES_SECONDS 60

static int
no_memory(struct xj_error *err)
{
	return xj_error_set(err, XJ_ENOMEM, "out of memory");
}

/* Made when it is asked for first. */
static int
read_key(struct xj_archive *a, unsigned char key[crypto_auth_KEYBYTES],
	 struct xj_error *err)
{
	xj_auto(xj_buf_release) struct xj_buf kept = XJ_BUF_INIT;
	char hex[2 * crypto_auth_KEYBYTES + 1];
	size_t len;
	int r;

	if (sodium_init() < 0)
		return xj_error_set(err, XJ_EINTERNAL, "no random numbers");
	r = xj_catalog_fact(a->catalog, KEY_FACT, &kept, NULL);
	if (r == XJ_OK && sodium_hex2bin(key, crypto_auth_KEYBYTES,
					 xj_buf_str(&kept), kept.len, NULL,
					 &len, NULL) == 0 &&
	    len == crypto_auth_KEYBYTES)
		return XJ_OK;
	if (r < 0 && r != XJ_ENOTFOUND)
		return xj_catalog_fact(a->catalog, KEY_FACT, &kept, err);
	crypto_auth_keygen(key);
	sodium_bin2hex(hex, sizeof(hex), key, crypto_auth_KEYBYTES);
	return xj_catalog_set_fact(a->catalog, KEY_FACT, hex, err);
}

/* The code of a lecture that is on today. */
static int
make_code(struct xj_archive *a, const char *urn, const json_t *root,
	  char out[XJ_ATTEND_CODE_MAX], struct xj_error *err)
{
	const char *day = xj_entity_text(root, "day");
	unsigned char key[crypto_auth_KEYBYTES], mac[crypto_auth_BYTES];
	char today[XJ_DAY_MAX], text[XJ_URN_MAX + XJ_DAY_MAX];
	unsigned long number = 0;
	int r;

	xj_today(today);
	if (!day || strcmp(day, today) != 0)
		return xj_error_set(err, XJ_EINVAL, "it is on %s: there is a "
				    "code on that day alone", day ? day : "?");
	r = read_key(a, key, err);
	if (r < 0)
		return r;
	snprintf(text, sizeof(text), "%s %s", urn, day);
	crypto_auth(mac, (const unsigned char *)text, strlen(text), key);
	for (size_t i = 0; i < 4; i++)
		number = number << 8 | mac[i];
	snprintf(out, XJ_ATTEND_CODE_MAX, "%06lu", number % 1000000);
	return XJ_OK;
}

int
xj_lecture_code(struct xj_archive *a, uint64_t id,
		char out[XJ_ATTEND_CODE_MAX], struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_entity_row row;
	json_t *root = NULL;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_lecture_read(a, id, arena, &row, &root, err);

	if (r == XJ_OK && !xj_study_is_mine(a, root))
		r = xj_error_set(err, XJ_EPERM, "the code is told to those who "
				 "may change the lecture");
	if (r == XJ_OK)
		r = make_code(a, row.urn, root, out, err);
	json_decref(root);
	return r;
}

/* ------------------------------------------------------------------ attempts */

struct tries {
	char fact[XJ_LOGIN_MAX + 16]; /* its name */
	long long since;
	unsigned count;
};

static void
read_tries(struct xj_archive *a, struct tries *t)
{
	xj_auto(xj_buf_release) struct xj_buf kept = XJ_BUF_INIT;
	long long now = (long long)xj_now();

	snprintf(t->fact, sizeof(t->fact), "attend.tries:%s", a->user);
	if (xj_catalog_fact(a->catalog, t->fact, &kept, NULL) != XJ_OK ||
	    sscanf(xj_buf_str(&kept), "%lld %u", &t->since, &t->count) != 2 ||
	    t->since + TRIES_SECONDS <= now || t->since > now) {
		t->since = now;
		t->count = 0;
	}
}

static int
note_wrong(struct xj_archive *a, struct tries *t, struct xj_error *err)
{
	char text[48];
	int r;

	snprintf(text, sizeof(text), "%lld %u", t->since, t->count + 1);
	r = xj_catalog_set_fact(a->catalog, t->fact, text, err);
	return r < 0 ? r : xj_error_set(err, XJ_EINVAL, "code not valid "
					"today");
}

static int
check_code(struct xj_archive *a, uint64_t id, const char *code,
	   struct xj_error *err)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	struct xj_entity_row row;
	char right[XJ_ATTEND_CODE_MAX] = "";
	struct tries tries;
	json_t *root = NULL;
	int r = xj_arena_new(&arena) < 0 ? no_memory(err) :
		xj_lecture_read(a, id, arena, &row, &root, err);

	if (r < 0)
		return r;
	read_tries(a, &tries);
	if (tries.count >= TRIES_MAX)
		r = xj_error_set(err, XJ_ELIMIT, "%u codes were wrong: wait "
				 "%lld seconds", tries.count, tries.since +
				 TRIES_SECONDS - (long long)xj_now());
	else if (make_code(a, row.urn, root, right, NULL) < 0 ||
		 strlen(code) != strlen(right) ||
		 sodium_memcmp(code, right, strlen(right)) != 0)
		r = note_wrong(a, &tries, err);
	json_decref(root);
	return r;
}

int
xj_lecture_sign_in(struct xj_archive *a, uint64_t id, const char *code,
		   struct xj_study_changed *changed,
		   struct xj_lecture_attended *result, struct xj_error *err)
{
	xj_auto(xj_study_end) struct xj_study_change s = { 0 };
	const struct xj_reader *reader = xj_archive_reader(a);
	const char *self[] = { a->user, NULL };
	int r;

	*result = (struct xj_lecture_attended){ 0 };
	if (!reader || !reader->member)
		return xj_error_set(err, XJ_EPERM, "members sign in, each for "
				    "himself");
	r = check_code(a, id, code, err);
	if (r == XJ_OK)
		r = xj_study_load(&s, a, &xj_lecture_kind, id, NULL, changed,
				  err);
	return r < 0 ? r : xj_attend(&s, &(struct xj_lecture_attend){
		.members = self }, result);
}
