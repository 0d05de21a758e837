/*
 * lock.c - the encryption of Office Open XML: a key made of the password, and
 * the package decrypted a segment at a time.
 *
 * Source: [MS-OFFCRYPTO], 2.3.4.4 to 2.3.4.15. That the package was not
 * changed (dataIntegrity) is not looked at: the sums of the zip tell damage.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "lock.h"

#include "plugins/common/utf8.h"
#include "plugins/common/xml.h"

#define INFO_MAX 65536u
#define STANDARD_ROUNDS 50000
#define PUBLIC_ROUNDS 100000 /* which Office uses */

static const char foreign[] = "the document is encrypted in a manner that is "
			      "not known here";

static int
damaged(struct lock *l)
{
	return xj_fail(l->document, XJ_IMPORT_CORRUPT,
		       "what says how the document is encrypted is damaged");
}

static void
put_le32(unsigned char *p, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(value >> 8 * i);
}

/* `len` bytes of `out`: the source cut, or filled up as the format wants. */
static void
fit(unsigned char *out, size_t len, const unsigned char *from, size_t n)
{
	memset(out, 0x36, len);
	memcpy(out, from, n < len ? n : len);
}

/* -------------------------------------------------------- EncryptionInfo */

static int
open_stream(struct lock *l, const char *name)
{
	const struct cfb_entry *entry = cfb_find(&l->cfb, CFB_ROOT, name);

	if (!entry)
		return xj_fail(l->document, XJ_IMPORT_KEYLESS,
			       "the document is protected by the rights "
			       "management of an organisation");
	return cfb_stream_open(&l->cfb, entry, &l->stream);
}

/* The part of EncryptionInfo that is XML, for its parser. */
static ssize_t
read_info(struct xj_import *in, uint64_t off, void *buf, size_t len)
{
	struct lock *l = (struct lock *)in;

	return cfb_read(&l->stream, l->from + off, buf, len);
}

static size_t
att_bytes(const struct xml_atts *atts, const char *name,
	  unsigned char out[LOCK_BYTES])
{
	char text[LOCK_BYTES * 2];

	return xml_att(atts, name, text, sizeof(text)) ?
		base64_read(text, out, LOCK_BYTES) : 0;
}

static int
hash_named(const struct xml_atts *atts)
{
	static const struct {
		const char *name;
		int hash;
	} hashes[] = {
		{ "SHA1", GCRY_MD_SHA1 }, { "SHA-1", GCRY_MD_SHA1 },
		{ "SHA256", GCRY_MD_SHA256 }, { "SHA384", GCRY_MD_SHA384 },
		{ "SHA512", GCRY_MD_SHA512 },
	};

	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
		if (xml_att_is(atts, "hashAlgorithm", hashes[i].name))
			return hashes[i].hash;
	return GCRY_MD_NONE;
}

static size_t
key_bytes(long bits)
{
	return bits == 128 || bits == 192 || bits == 256 ? (size_t)bits / 8 : 0;
}

static void
read_terms(const struct xml_atts *atts, struct lock_terms *t)
{
	t->given = true;
	t->hash = hash_named(atts);
	t->known = t->hash != GCRY_MD_NONE &&
		   xml_att_is(atts, "cipherAlgorithm", "AES") &&
		   xml_att_is(atts, "cipherChaining", "ChainingModeCBC");
	t->key_len = key_bytes(xml_att_long(atts, "keyBits", 0));
	t->salt_len = att_bytes(atts, "saltValue", t->salt);
}

static int
on_info(void *ctx, char space, const char *name, const struct xml_atts *atts)
{
	struct lock *l = ctx;

	if (space == 'e' && !strcmp(name, "keyData") && !l->data.given)
		read_terms(atts, &l->data);
	if (space != 'p' || strcmp(name, "encryptedKey") || l->password.given)
		return 0;
	read_terms(atts, &l->password);
	l->rounds = xml_att_long(atts, "spinCount", -1);
	l->verifier_len = att_bytes(atts, "encryptedVerifierHashInput",
				    l->verifier);
	l->verified_len = att_bytes(atts, "encryptedVerifierHashValue",
				    l->verified);
	l->key_len = att_bytes(atts, "encryptedKeyValue", l->key);
	return 0;
}

/* Version 4.4: XML behind eight bytes. */
static int
read_agile(struct lock *l)
{
#define MS "http://schemas.microsoft.com/office/2006/"
	static const struct xml_space spaces[] = {
		{ MS "encryption", 'e' },
		{ MS "keyEncryptor/password", 'p' }, { NULL, 0 }
	};
	static const struct xml_handler handler = {
		.spaces = spaces, .start = on_info,
	};
	int r;

	l->agile = true;
	l->from = 8;
	l->host.read = read_info;
	l->in.size = l->stream.size < INFO_MAX ? l->stream.size : INFO_MAX;
	r = xml_whole(&l->in, &handler, l);
	if (r < 0)
		return r;
	if (!l->data.given)
		return damaged(l);
	if (!l->password.given) /* for holders of a certificate alone */
		return xj_fail(l->document, XJ_IMPORT_KEYLESS, "%s", foreign);
	return 0;
}

/*
 * Versions 2.2 to 4.2: a header, and what tells whether a password is right.
 * AES alone is used with a package, and SHA-1.
 */
static int
read_standard(struct lock *l)
{
	unsigned char raw[12], header[32], verifier[72];
	int r = cfb_read_all(&l->stream, 0, raw, sizeof(raw));
	uint32_t size = get32(raw + 8), algorithm;

	if (r == 0)
		r = cfb_read_all(&l->stream, 12, header, sizeof(header));
	if (r == 0)
		r = cfb_read_all(&l->stream, 12 + (uint64_t)size, verifier,
				 sizeof(verifier));
	if (r < 0)
		return r == XJ_IMPORT_CORRUPT ? damaged(l) : r;
	algorithm = get32(header + 8);
	l->password = (struct lock_terms){
		.given = true, .hash = GCRY_MD_SHA1, .salt_len = 16,
		.known = (algorithm >= 0x660E && algorithm <= 0x6610) ||
			 (algorithm == 0 && (get32(header) & 0x20)),
		.key_len = key_bytes((long)get32(header + 16)),
	};
	memcpy(l->password.salt, verifier + 4, 16);
	l->data = l->password;
	l->rounds = STANDARD_ROUNDS;
	l->verifier_len = 16;
	memcpy(l->verifier, verifier + 20, 16);
	l->verified_len = 32;
	memcpy(l->verified, verifier + 40, 32);
	return get32(verifier) == 16 ? 0 : damaged(l);
}

static bool
is_sound(const struct lock *l)
{
	const struct lock_terms *p = &l->password, *d = &l->data;

	return p->key_len && d->key_len && p->salt_len && d->salt_len &&
	       l->verifier_len && l->verifier_len % AES_BLOCK == 0 &&
	       l->verified_len % AES_BLOCK == 0 &&
	       l->verified_len >= gcry_md_get_algo_dlen(p->hash) &&
	       l->key_len % AES_BLOCK == 0 &&
	       (!l->agile || (l->key_len >= d->key_len && l->rounds >= 0));
}

static int
read_how(struct lock *l)
{
	unsigned char version[4];
	int r = open_stream(l, "EncryptionInfo");

	if (r < 0)
		return r;
	r = cfb_read_all(&l->stream, 0, version, sizeof(version));
	if (r < 0)
		return r == XJ_IMPORT_CORRUPT ? damaged(l) : r;
	if (get16(version) == 4 && get16(version + 2) == 4)
		r = read_agile(l);
	else if (get16(version) >= 2 && get16(version) <= 4 &&
		 get16(version + 2) == 2)
		r = read_standard(l);
	else
		return xj_fail(l->document, XJ_IMPORT_KEYLESS, "%s", foreign);
	cfb_stream_close(&l->stream);
	if (r < 0)
		return r;
	if (!l->data.known || !l->password.known)
		return xj_fail(l->document, XJ_IMPORT_KEYLESS, "%s", foreign);
	return is_sound(l) ? 0 : damaged(l);
}

/* -------------------------------------------------------------- password */

/* The next character; what is not UTF-8 stands for itself, byte by byte. */
static uint32_t
next_char(const char **p, const char *end)
{
	return utf8_length(*p, (size_t)(end - *p)) ? utf8_next(p, end) :
						     (unsigned char)*(*p)++;
}

static unsigned char *
put_unit(unsigned char *out, uint32_t unit)
{
	out[0] = (unsigned char)unit;
	out[1] = (unsigned char)(unit >> 8);
	return out + 2;
}

/* Behind the salt the password, in UTF-16. NULL: no memory. */
static unsigned char *
salted(struct lock *l, size_t *len)
{
	const struct lock_terms *t = &l->password;
	const char *p = l->secret, *end = p + strlen(p);
	unsigned char *all = xj_alloc(l->document, NULL, t->salt_len + 2 *
				      strlen(p) + 1);
	unsigned char *out;

	if (!all)
		return NULL;
	memcpy(all, t->salt, t->salt_len);
	for (out = all + t->salt_len; p < end;) {
		uint32_t c = next_char(&p, end);

		if (c >= 0x10000) {
			out = put_unit(out, 0xD7C0 + (c >> 10));
			c = 0xDC00 | (c & 0x3FF);
		}
		out = put_unit(out, c);
	}
	*len = (size_t)(out - all);
	return all;
}

/* The rounds: each digests its number and what the one before came to. */
static int
digest_password(struct lock *l, unsigned char *hash)
{
	const int algorithm = l->password.hash;
	const size_t n = gcry_md_get_algo_dlen(algorithm);
	unsigned char round[4 + HASH_MAX], *start;
	size_t len;
	int r = 0;

	if (!(start = salted(l, &len)))
		return XJ_IMPORT_NOMEM;
	gcry_md_hash_buffer(algorithm, hash, start, len);
	explicit_bzero(start, len);
	xj_alloc(l->document, start, 0);
	for (long i = 0; i < l->rounds && r == 0; i++) {
		put_le32(round, (uint32_t)i);
		memcpy(round + 4, hash, n);
		gcry_md_hash_buffer(algorithm, hash, round, 4 + n);
		if (i % 10000 == 0)
			r = xj_poll(l->document, (uint64_t)i,
				    (uint64_t)l->rounds);
	}
	return r;
}

/* What belongs to the password, decrypted with a key for this purpose. */
static bool
decrypt_agile(const struct lock *l, const unsigned char *hash,
	      const char *purpose, unsigned char *bytes, size_t len)
{
	const struct lock_terms *t = &l->password;
	const size_t n = gcry_md_get_algo_dlen(t->hash);
	unsigned char both[HASH_MAX + 8], key[32], iv[AES_BLOCK];
	gcry_cipher_hd_t aes;
	bool fine;

	memcpy(both, hash, n);
	memcpy(both + n, purpose, 8);
	gcry_md_hash_buffer(t->hash, both, both, n + 8);
	fit(key, t->key_len, both, n);
	fit(iv, sizeof(iv), t->salt, t->salt_len);
	aes = aes_open(key, t->key_len, true);
	fine = aes && aes_decrypt(aes, iv, bytes, len);
	gcry_cipher_close(aes);
	return fine;
}

/* 2.3.4.7: of the hash a key, which is that of the package too. */
static gcry_cipher_hd_t
open_standard(const struct lock *l, const unsigned char *hash)
{
	unsigned char last[24] = { 0 }, pad[64], both[40];

	memcpy(last, hash, 20); /* and the number of a block, 0 */
	gcry_md_hash_buffer(GCRY_MD_SHA1, last, last, sizeof(last));
	for (int half = 0; half < 2; half++) {
		memset(pad, half ? 0x5C : 0x36, sizeof(pad));
		for (int i = 0; i < 20; i++)
			pad[i] ^= last[i];
		gcry_md_hash_buffer(GCRY_MD_SHA1, both + (size_t)20 * half,
				    pad, sizeof(pad));
	}
	return aes_open(both, l->password.key_len, false);
}

static bool
decrypt_verifier(struct lock *l, const unsigned char *hash)
{
	if (l->agile)
		return decrypt_agile(l, hash, "\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79",
				     l->verifier, l->verifier_len) &&
		       decrypt_agile(l, hash, "\xd7\xaa\x0f\x6d\x30\x61\x34\x4e",
				     l->verified, l->verified_len);
	l->aes = open_standard(l, hash);
	return l->aes &&
	       aes_decrypt(l->aes, NULL, l->verifier, l->verifier_len) &&
	       aes_decrypt(l->aes, NULL, l->verified, l->verified_len);
}

/* The verifier and its digest were encrypted with the right password. */
static bool
is_right(const struct lock *l)
{
	const struct lock_terms *t = &l->password;
	size_t len = l->verifier_len;
	unsigned char hash[HASH_MAX];

	if (l->agile && len > t->salt_len)
		len = t->salt_len; /* what is behind it filled a block up */
	gcry_md_hash_buffer(t->hash, hash, l->verifier, len);
	return !memcmp(hash, l->verified, gcry_md_get_algo_dlen(t->hash));
}

static bool
open_agile(struct lock *l, const unsigned char *hash)
{
	if (!decrypt_agile(l, hash, "\x14\x6e\x0b\xe7\xab\xac\xd0\xd6", l->key,
			   l->key_len))
		return false;
	l->aes = aes_open(l->key, l->data.key_len, true);
	return l->aes != NULL;
}

/*
 * Excel encrypts a workbook whose structure alone is protected with a password
 * that is everyone's, and opens it without asking. Source: [MS-XLS], 2.2.10.
 */
static const char *
secret_of(const struct lock *l)
{
	return l->document->password || l->rounds > PUBLIC_ROUNDS ||
	       !strstr(l->document->mime, "sheet") ? l->document->password :
						     "VelvetSweatshop";
}

static int
not_opened(struct lock *l)
{
	return xj_fail(l->document, XJ_IMPORT_ENCRYPTED, "%s",
		       l->document->password ? "the password is wrong" :
		       "the document is encrypted with a password");
}

static int
unlock(struct lock *l)
{
	unsigned char hash[HASH_MAX];
	int r;

	if (!(l->secret = secret_of(l)))
		return not_opened(l);
	if (l->rounds > ROUNDS_MAX)
		return xj_fail(l->document, XJ_IMPORT_LIMIT,
			       "its password would have to be digested more "
			       "than %d times", ROUNDS_MAX);
	if ((r = digest_password(l, hash)) < 0)
		return r;
	if (!decrypt_verifier(l, hash))
		return XJ_IMPORT_NOMEM;
	if (!is_right(l))
		return not_opened(l);
	return !l->agile || open_agile(l, hash) ? 0 : XJ_IMPORT_NOMEM;
}

/* --------------------------------------------------------------- package */

/* Each segment has a vector of its own; ECB has none. */
static int
decrypt_segment(struct lock *l)
{
	const struct lock_terms *t = &l->data;
	unsigned char both[LOCK_BYTES + 4], iv[AES_BLOCK], hash[HASH_MAX];

	if (l->agile) {
		memcpy(both, t->salt, t->salt_len);
		put_le32(both + t->salt_len, (uint32_t)(l->at / LOCK_SEGMENT));
		gcry_md_hash_buffer(t->hash, hash, both, t->salt_len + 4);
		fit(iv, sizeof(iv), hash, gcry_md_get_algo_dlen(t->hash));
	}
	return aes_decrypt(l->aes, l->agile ? iv : NULL, l->segment, l->len) ?
		0 : XJ_IMPORT_ERROR;
}

static int
load_segment(struct lock *l, uint64_t at)
{
	ssize_t n;

	if (l->len > 0 && l->at == at)
		return 0;
	l->len = 0;
	n = cfb_read(&l->stream, l->from + at, l->segment, LOCK_SEGMENT);
	if (n < 0)
		return (int)n;
	l->at = at;
	l->len = (size_t)n - (size_t)n % AES_BLOCK;
	return l->len > 0 ? decrypt_segment(l) : 0;
}

static ssize_t
read_package(struct xj_import *in, uint64_t off, void *buf, size_t len)
{
	struct lock *l = (struct lock *)in;
	size_t done = 0;

	if (off >= in->size)
		return 0;
	if (len > in->size - off)
		len = (size_t)(in->size - off);
	while (done < len) {
		size_t within = (size_t)((off + done) % LOCK_SEGMENT), n;
		int r = load_segment(l, off + done - within);

		if (r < 0)
			return r;
		if (within >= l->len)
			break; /* it is cut off */
		n = l->len - within < len - done ? l->len - within : len - done;
		memcpy((char *)buf + done, l->segment + within, n);
		done += n;
	}
	return (ssize_t)done;
}

/* Its size stands before it. */
static int
open_package(struct lock *l)
{
	unsigned char size[8];
	uint64_t room;
	int r = open_stream(l, "EncryptedPackage");

	if (r < 0)
		return r;
	r = cfb_read_all(&l->stream, 0, size, sizeof(size));
	if (r < 0)
		return r == XJ_IMPORT_CORRUPT ? damaged(l) : r;
	l->from = sizeof(size);
	room = l->stream.size - l->from;
	l->in.size = get64(size) < room ? get64(size) : room;
	l->host.read = read_package;
	return 0;
}

int
lock_open(struct lock *l, struct xj_import *document)
{
	int r;

	l->document = document;
	l->in = *document;
	l->host = *document->host;
	l->in.host = &l->host;
	l->in.password = NULL; /* the package has none of its own */
	if ((r = cfb_open(&l->cfb, document)) < 0)
		return r;
	if (!cfb_find(&l->cfb, CFB_ROOT, "EncryptedPackage"))
		return xj_fail(document, XJ_IMPORT_CORRUPT, "an OLE file, not "
			       "a document of Office Open XML");
	if ((r = read_how(l)) < 0 || (r = unlock(l)) < 0)
		return r;
	return open_package(l);
}

void
lock_close(struct lock *l)
{
	gcry_cipher_close(l->aes);
	l->aes = NULL;
}
