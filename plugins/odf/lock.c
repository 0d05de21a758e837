/*
 * lock.c - the encryption of OpenDocument: what the manifest says of each part,
 * a key made of the password, and the part decrypted and unpacked.
 *
 * Source: OASIS OpenDocument 1.3, part 2 (packages), sections 3.4 and 4.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include <zlib.h>

#include "odf.h"

#define PARTS_MAX 10000u
#define ROUNDS_ALL (5 * ROUNDS_MAX) /* of all parts, each with its own key */
#define SUMMED 1024u /* bytes of a part that its checksum is of */
#define BUFFER 4096u

struct lock_cipher {
	const char *name;
	int algorithm, mode;
	size_t key_len, iv_len;
};

/* A part being read: decrypted in `buf`, unpacked behind it. */
struct unlocked {
	gcry_cipher_hd_t cipher;
	z_stream z;          /* its input is what was decrypted */
	bool cbc;            /* else a stream */
	bool last, ended;    /* nothing to decrypt, to unpack, any more */
	unsigned char buf[BUFFER];
};

static int
damaged(struct lock *l)
{
	return xj_fail(l->in, XJ_IMPORT_CORRUPT,
		       "what says how the document is encrypted is damaged");
}

/* -------------------------------------------------------------- manifest */

#define XMLENC "http://www.w3.org/2001/04/xmlenc#"
#define XMLDSIG "http://www.w3.org/2000/09/xmldsig#"
#define PACKAGES "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#"

static const struct lock_cipher *
cipher_named(const struct xml_atts *atts)
{
	static const struct lock_cipher ciphers[] = {
		{ XMLENC "aes256-cbc", GCRY_CIPHER_AES256,
		  GCRY_CIPHER_MODE_CBC, 32, 16 },
		{ XMLENC "aes192-cbc", GCRY_CIPHER_AES192,
		  GCRY_CIPHER_MODE_CBC, 24, 16 },
		{ XMLENC "aes128-cbc", GCRY_CIPHER_AES128,
		  GCRY_CIPHER_MODE_CBC, 16, 16 },
		{ "Blowfish CFB", GCRY_CIPHER_BLOWFISH,
		  GCRY_CIPHER_MODE_CFB, 16, 8 },
		{ PACKAGES "blowfish", GCRY_CIPHER_BLOWFISH,
		  GCRY_CIPHER_MODE_CFB, 16, 8 },
	};

	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++)
		if (xml_att_is(atts, "algorithm-name", ciphers[i].name))
			return &ciphers[i];
	return NULL;
}

static int
hash_named(const struct xml_atts *atts, const char *att)
{
	static const struct {
		const char *name;
		int hash;
	} hashes[] = {
		{ "SHA1", GCRY_MD_SHA1 }, { XMLDSIG "sha1", GCRY_MD_SHA1 },
		{ XMLDSIG "sha256", GCRY_MD_SHA256 }, /* as LibreOffice says */
		{ XMLENC "sha256", GCRY_MD_SHA256 },
		{ "SHA1/1K", GCRY_MD_SHA1 },
		{ PACKAGES "sha1-1k", GCRY_MD_SHA1 },
		{ PACKAGES "sha256-1k", GCRY_MD_SHA256 },
	};

	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
		if (xml_att_is(atts, att, hashes[i].name))
			return hashes[i].hash;
	return GCRY_MD_NONE;
}

static size_t
att_bytes(const struct xml_atts *atts, const char *name, unsigned char *out,
	  size_t max)
{
	char text[2 * HASH_MAX + 32];

	return xml_att(atts, name, text, sizeof(text)) ?
		base64_read(text, out, max) : 0;
}

static int
add_part(struct lock *l, const struct xml_atts *atts)
{
	size_t len = strlen(l->name) + 1;
	struct locked_part *p;

	if (l->n == PARTS_MAX)
		return xj_fail(l->in, XJ_IMPORT_LIMIT,
			       "more than %u encrypted parts", PARTS_MAX);
	if (l->n == l->room) {
		size_t room = l->room ? 2 * l->room : 16;

		p = xj_alloc(l->in, l->parts, room * sizeof(*p));
		if (!p)
			return XJ_IMPORT_NOMEM;
		l->parts = p;
		l->room = room;
	}
	p = &l->parts[l->n];
	*p = (struct locked_part){ .name = xj_alloc(l->in, NULL, len),
				   .start = GCRY_MD_SHA1, .key_len = 16 };
	if (!p->name)
		return XJ_IMPORT_NOMEM;
	memcpy(p->name, l->name, len);
	p->sum = hash_named(atts, "checksum-type");
	p->checksum_len = att_bytes(atts, "checksum", p->checksum,
				    sizeof(p->checksum));
	l->n++;
	return 0;
}

static int
on_manifest(void *ctx, char space, const char *name,
	    const struct xml_atts *atts)
{
	struct lock *l = ctx;
	struct locked_part *p = l->n ? &l->parts[l->n - 1] : NULL;

	if (space != NS_MANIFEST)
		return 0;
	if (!strcmp(name, "encryption-data"))
		return add_part(l, atts);
	if (!strcmp(name, "file-entry")) {
		if (!xml_att(atts, "full-path", l->name, sizeof(l->name)))
			l->name[0] = '\0';
	} else if (p && !strcmp(name, "algorithm")) {
		p->cipher = cipher_named(atts);
		p->iv_len = att_bytes(atts, "initialisation-vector", p->iv,
				      sizeof(p->iv));
	} else if (p && !strcmp(name, "start-key-generation")) {
		p->start = hash_named(atts, "start-key-generation-name");
	} else if (p && !strcmp(name, "key-derivation")) {
		p->derived = xml_att_is(atts, "key-derivation-name", "PBKDF2")
			|| xml_att_is(atts, "key-derivation-name",
				      PACKAGES "pbkdf2");
		p->key_len = xml_att_long(atts, "key-size", p->key_len);
		p->rounds = xml_att_long(atts, "iteration-count", -1);
		p->salt_len = att_bytes(atts, "salt", p->salt,
					sizeof(p->salt));
	}
	return 0;
}

static bool
is_known(const struct locked_part *p)
{
	return p->cipher && p->derived && p->start && p->sum;
}

static bool
is_sound(const struct locked_part *p)
{
	return (size_t)p->key_len == p->cipher->key_len &&
	       p->iv_len == p->cipher->iv_len && p->salt_len > 0 &&
	       p->rounds > 0 &&
	       p->checksum_len == gcry_md_get_algo_dlen(p->sum);
}

/* ------------------------------------------------------------------- key */

static bool
same_key(const struct locked_part *a, const struct locked_part *b)
{
	return a->start == b->start && a->key_len == b->key_len &&
	       a->rounds == b->rounds && a->salt_len == b->salt_len &&
	       !memcmp(a->salt, b->salt, a->salt_len);
}

/* The key of a part in `l->key`. */
static int
make_key(struct lock *l, const struct locked_part *p, uint64_t at)
{
	const char *password = l->in->password;
	unsigned char start[HASH_MAX];
	int r;

	if (l->last && same_key(l->last, p))
		return 0;
	l->rounds += (uint64_t)p->rounds;
	if (p->rounds > ROUNDS_MAX || l->rounds > ROUNDS_ALL)
		return xj_fail(l->in, XJ_IMPORT_LIMIT,
			       "its password would have to be digested more "
			       "than %d times", p->rounds > ROUNDS_MAX ?
			       ROUNDS_MAX : ROUNDS_ALL);
	if ((r = xj_poll(l->in, at, l->in->size)) < 0)
		return r;
	gcry_md_hash_buffer(p->start, start, password, strlen(password));
	if (gcry_kdf_derive(start, gcry_md_get_algo_dlen(p->start),
			    GCRY_KDF_PBKDF2, GCRY_MD_SHA1, p->salt,
			    p->salt_len, (unsigned long)p->rounds,
			    p->cipher->key_len, l->key))
		return XJ_IMPORT_NOMEM;
	l->last = p;
	return 0;
}

static bool
open_cipher(const struct lock *l, const struct locked_part *p,
	    gcry_cipher_hd_t *cipher)
{
	const struct lock_cipher *c = p->cipher;

	return !gcry_cipher_open(cipher, c->algorithm, c->mode, 0) &&
	       !gcry_cipher_setkey(*cipher, l->key, c->key_len) &&
	       !gcry_cipher_setiv(*cipher, p->iv, c->iv_len);
}

/* ------------------------------------------------------------------ part */

/* The next bytes, decrypted. False: the zip is damaged there. */
static bool
decrypt_next(struct part *part, struct unlocked *u)
{
	size_t len = 0;
	zip_int64_t n;

	do {
		n = zip_fread(part->file, u->buf + len, BUFFER - len);
		if (n < 0)
			return false;
		len += (size_t)n;
	} while (n > 0 && len < BUFFER);
	u->last = len < BUFFER;
	if (u->cbc)
		len -= len % AES_BLOCK;
	u->z.next_in = u->buf;
	u->z.avail_in = (unsigned)len;
	return len == 0 ||
	       !gcry_cipher_decrypt(u->cipher, u->buf, len, NULL, 0);
}

/* What the checksum is of: less what fills up the last block. */
static bool
is_right(const struct locked_part *p, const struct unlocked *u)
{
	size_t len = u->z.avail_in;
	unsigned char sum[HASH_MAX];

	if (u->last && u->cbc && len > 0 && u->buf[len - 1] <= AES_BLOCK)
		len -= u->buf[len - 1];
	gcry_md_hash_buffer(p->sum, sum, u->buf, len < SUMMED ? len : SUMMED);
	return !memcmp(sum, p->checksum, p->checksum_len);
}

static int
check_first(struct lock *l, const struct locked_part *p, struct part *part,
	    struct unlocked *u)
{
	struct package *package = part->package;

	if (!decrypt_next(part, u))
		return package->status < 0 ? package->status :
			part_warn(package, part->name, "its data are damaged");
	if (is_right(p, u)) {
		l->right = true;
		return 0;
	}
	return l->right ?
		part_warn(package, part->name, "its data are damaged") :
		xj_fail(l->in, XJ_IMPORT_ENCRYPTED, "the password is wrong");
}

static const struct locked_part *
part_named(const struct lock *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->parts[i].name, name))
			return &l->parts[i];
	return NULL;
}

static int
begin_part(struct package *package, struct part *part)
{
	struct lock *l = package->filter_ctx;
	const struct locked_part *p = part_named(l, part->name);
	struct unlocked *u;
	int r;

	if (!p)
		return 0; /* it is not encrypted, as the manifest is not */
	if ((r = make_key(l, p, package->off)) < 0)
		return r;
	if (!(u = xj_alloc(l->in, NULL, sizeof(*u))))
		return XJ_IMPORT_NOMEM;
	part->filtered = u;
	part->size = UINT64_MAX;
	u->cbc = p->cipher->mode == GCRY_CIPHER_MODE_CBC;
	if (inflateInit2(&u->z, -MAX_WBITS) != Z_OK)
		return XJ_IMPORT_NOMEM;
	if (!open_cipher(l, p, &u->cipher))
		return XJ_IMPORT_NOMEM;
	return check_first(l, p, part, u);
}

static void
end_part(struct part *part)
{
	struct unlocked *u = part->filtered;

	inflateEnd(&u->z);
	gcry_cipher_close(u->cipher);
	xj_alloc(part->package->in, u, 0);
}

/* One step of unpacking. False: it goes no further, and why is known. */
static bool
unpack(struct part *part, struct unlocked *u)
{
	int code;

	if (u->z.avail_in == 0 && u->last)
		part->damage = "it is cut off";
	else if (u->z.avail_in == 0 && !decrypt_next(part, u))
		part->damage = "its data are damaged";
	if (part->damage)
		return false;
	code = inflate(&u->z, Z_NO_FLUSH);
	u->ended = code == Z_STREAM_END;
	if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
		part->damage = "its data are damaged";
	return !part->damage;
}

static zip_int64_t
read_part(struct part *part, void *buf, size_t len)
{
	struct unlocked *u = part->filtered;
	size_t room = len < INT32_MAX ? len : INT32_MAX;

	u->z.next_out = buf;
	u->z.avail_out = (unsigned)room;
	while (u->z.avail_out > 0 && !u->ended)
		if (part->damage || !unpack(part, u))
			break;
	room -= u->z.avail_out;
	return part->damage && room == 0 ? -1 : (zip_int64_t)room;
}

/* ------------------------------------------------------------- the whole */

/* Among others a package in one, as LibreOffice encrypts since 24.8. */
static bool
is_foreign(const struct lock *l, struct package *package)
{
	for (size_t i = 0; i < l->n; i++)
		if (!is_known(&l->parts[i]))
			return true;
	return package_has(package, "encrypted-package");
}

static int
check_parts(struct lock *l, struct package *package)
{
	if (is_foreign(l, package))
		return xj_fail(l->in, XJ_IMPORT_KEYLESS,
			       "the document is encrypted in a manner that is "
			       "not known here");
	for (size_t i = 0; i < l->n; i++)
		if (!is_sound(&l->parts[i]))
			return damaged(l);
	if (l->n > 0 && !l->in->password)
		return xj_fail(l->in, XJ_IMPORT_ENCRYPTED,
			       "the document is encrypted with a password");
	return 0;
}

int
lock_open(struct lock *l, struct package *package)
{
	static const struct xml_handler handler = {
		.spaces = odf_spaces, .start = on_manifest,
	};
	static const struct part_filter filter = {
		.begin = begin_part, .read = read_part, .end = end_part,
	};
	int r;

	l->in = package->in;
	r = xml_part(package, "META-INF/manifest.xml", &handler, l);
	if (r >= 0)
		r = check_parts(l, package);
	if (r < 0 || l->n == 0)
		return r;
	package->filter = &filter;
	package->filter_ctx = l;
	return 0;
}
