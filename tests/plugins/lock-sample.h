/*
 * lock-sample.h - encrypted documents of Office Open XML made on the spot, by
 * the letter of [MS-OFFCRYPTO] and with nothing of the importer.
 *
 *	xj_auto(free_bytes) struct bytes zip = zip_sample(parts, false);
 *	xj_auto(free_bytes) struct bytes doc = lock_sample(
 *		&(struct lock_how){ .password = u"right" }, &zip);
 *
 * Include after sample.h and zip-sample.h; needs libgcrypt.
 */
#ifndef XJ_TEST_LOCK_SAMPLE_H
#define XJ_TEST_LOCK_SAMPLE_H

#include <gcrypt.h>
#include <uchar.h>

/* Zeroed fields: agile, AES-256, SHA512, 1,000 rounds. */
struct lock_how {
	const char16_t *password;
	bool standard;           /* AES-128, SHA-1, 50,000 rounds */
	unsigned key_bits;
	int hash;                /* of libgcrypt */
	const char *hash_name;
	unsigned rounds;
	const char *word, *lie;  /* put in the place of a word in the XML */
	unsigned version;        /* minor, to lie about it */
};

static const unsigned char lock_salt[16] = "salt of password";
static const unsigned char lock_data_salt[16] = "salt of the data";

static inline void
lock_put(unsigned char *p, uint64_t value, int bytes)
{
	for (; bytes > 0; bytes--, value >>= 8)
		*p++ = (unsigned char)value;
}

static inline void
lock_hash(int algorithm, const void *a, size_t a_len, const void *b,
	  size_t b_len, unsigned char out[64])
{
	gcry_md_hd_t sum;

	assert_int_equal(gcry_md_open(&sum, algorithm, 0), 0);
	gcry_md_write(sum, a, a_len);
	gcry_md_write(sum, b, b_len);
	memcpy(out, gcry_md_read(sum, algorithm),
	       gcry_md_get_algo_dlen(algorithm));
	gcry_md_close(sum);
}

/* The digest of the password after all rounds. */
static inline void
lock_rounds(int algorithm, const char16_t *password, unsigned rounds,
	    unsigned char out[64])
{
	unsigned char number[4], units[512];
	size_t n = 0;

	for (; password[n]; n++)
		lock_put(units + 2 * n, password[n], 2);
	lock_hash(algorithm, lock_salt, 16, units, 2 * n, out);
	for (unsigned i = 0; i < rounds; i++) {
		lock_put(number, i, 4);
		lock_hash(algorithm, number, 4, out,
			  gcry_md_get_algo_dlen(algorithm), out);
	}
}

static inline void
lock_encrypt(int mode, const unsigned char *key, size_t key_len,
	     const unsigned char *iv, void *bytes, size_t len)
{
	gcry_cipher_hd_t aes;

	assert_int_equal(gcry_cipher_open(
		&aes, key_len == 16 ? GCRY_CIPHER_AES128 : key_len == 24 ?
		GCRY_CIPHER_AES192 : GCRY_CIPHER_AES256, mode, 0), 0);
	assert_int_equal(gcry_cipher_setkey(aes, key, key_len), 0);
	if (iv)
		assert_int_equal(gcry_cipher_setiv(aes, iv, 16), 0);
	assert_int_equal(gcry_cipher_encrypt(aes, bytes, len, NULL, 0), 0);
	gcry_cipher_close(aes);
}

/* ' name="base64"' */
static inline void
lock_attribute(struct xj_buf *xml, const char *name, const unsigned char *p,
	       size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	xj_buf_addf(xml, " %s=\"", name);
	for (size_t i = 0; i < len; i += 3) {
		uint32_t three = (uint32_t)p[i] << 16;

		if (i + 1 < len)
			three |= (uint32_t)p[i + 1] << 8;
		if (i + 2 < len)
			three |= p[i + 2];
		for (size_t k = 0; k < 4; k++)
			xj_buf_addc(xml, i + k > len ? '=' :
				    digits[three >> (18 - 6 * k) & 63]);
	}
	xj_buf_addc(xml, '"');
}

/* Another word in the place of one, which is there; NULL: none. */
static inline void
lock_lie(struct xj_buf *xml, const char *word, const char *lie)
{
	xj_auto(xj_buf_release) struct xj_buf told = XJ_BUF_INIT;
	const char *at = word ? memmem(xml->data, xml->len, word,
				       strlen(word)) : NULL;

	if (!word)
		return;
	assert_non_null(at);
	xj_buf_add(&told, xml->data, (size_t)(at - xml->data));
	xj_buf_adds(&told, lie);
	xj_buf_adds(&told, at + strlen(word));
	xj_buf_clear(xml);
	xj_buf_add(xml, told.data, told.len);
}

/* ----------------------------------------------------------------- agile */

/* Something of 16 bytes times n, encrypted for a purpose. */
static inline void
lock_for(const struct lock_how *how, const unsigned char *hash,
	 uint64_t purpose, void *bytes, size_t len)
{
	unsigned char what[8], key[64];

	for (int i = 0; i < 8; i++)
		what[i] = (unsigned char)(purpose >> (56 - 8 * i));
	memset(key, 0x36, sizeof(key)); /* of a short digest */
	lock_hash(how->hash, hash, gcry_md_get_algo_dlen(how->hash), what, 8,
		  key);
	lock_encrypt(GCRY_CIPHER_MODE_CBC, key, how->key_bits / 8, lock_salt,
		     bytes, len);
}

static inline void
lock_terms(const struct lock_how *how, struct xj_buf *xml,
	   const unsigned char salt[16])
{
	xj_buf_addf(xml, " saltSize=\"16\" blockSize=\"16\" keyBits=\"%u\" "
		    "hashSize=\"%u\" cipherAlgorithm=\"AES\" cipherChaining="
		    "\"ChainingModeCBC\" hashAlgorithm=\"%s\"", how->key_bits,
		    gcry_md_get_algo_dlen(how->hash), how->hash_name);
	lock_attribute(xml, "saltValue", salt, 16);
}

/* One of the two values that tell whether the package was changed. */
static inline void
lock_integrity(const struct lock_how *how, const unsigned char key[32],
	       uint64_t purpose, const char *name, unsigned char value[64],
	       struct xj_buf *out)
{
	size_t n = (gcry_md_get_algo_dlen(how->hash) + 15) / 16 * 16;
	unsigned char what[8], iv[64];

	for (int i = 0; i < 8; i++)
		what[i] = (unsigned char)(purpose >> (56 - 8 * i));
	lock_hash(how->hash, lock_data_salt, 16, what, 8, iv);
	lock_encrypt(GCRY_CIPHER_MODE_CBC, key, how->key_bits / 8, iv, value,
		     n);
	lock_attribute(out, name, value, n);
}

/* `stream` is what the package has become, with its size before it. */
static inline void
lock_agile_sum(const struct lock_how *how, const unsigned char key[32],
	       const unsigned char *stream, size_t len, struct xj_buf *out)
{
	unsigned char salt[64] = "salt of the sum", sum[64] = { 0 };
	gcry_md_hd_t hmac;

	assert_int_equal(gcry_md_open(&hmac, how->hash, GCRY_MD_FLAG_HMAC), 0);
	gcry_md_setkey(hmac, salt, gcry_md_get_algo_dlen(how->hash));
	gcry_md_write(hmac, stream, len);
	memcpy(sum, gcry_md_read(hmac, how->hash),
	       gcry_md_get_algo_dlen(how->hash));
	gcry_md_close(hmac);
	xj_buf_adds(out, "/><dataIntegrity");
	lock_integrity(how, key, 0x5fb2ad010cb9e1f6, "encryptedHmacKey", salt,
		       out);
	lock_integrity(how, key, 0xa0677f02b22c8433, "encryptedHmacValue", sum,
		       out);
}

static inline void
lock_agile_info(const struct lock_how *how, const unsigned char key[32],
		const unsigned char *stream, size_t len, struct xj_buf *out)
{
	unsigned char hash[64], verifier[16] = "any sixteen byte";
	unsigned char digest[64] = { 0 }, locked[32];
	size_t n = (gcry_md_get_algo_dlen(how->hash) + 15) / 16 * 16;
	size_t key_len = (how->key_bits / 8 + 15) / 16 * 16;

	lock_hash(how->hash, verifier, 16, "", 0, digest);
	lock_rounds(how->hash, how->password, how->rounds, hash);
	memcpy(locked, key, 32);
	lock_for(how, hash, 0xfea7d2763b4b9e79, verifier, 16);
	lock_for(how, hash, 0xd7aa0f6d3061344e, digest, n);
	lock_for(how, hash, 0x146e0be7abacd0d6, locked, key_len);
	xj_buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone="
		    "\"yes\"?>\r\n<encryption xmlns=\"http://schemas."
		    "microsoft.com/office/2006/encryption\" xmlns:p=\"http://"
		    "schemas.microsoft.com/office/2006/keyEncryptor/password\">"
		    "<keyData");
	lock_terms(how, out, lock_data_salt);
	lock_agile_sum(how, key, stream, len, out);
	xj_buf_adds(out, "/><keyEncryptors><keyEncryptor uri=\"http://schemas."
		    "microsoft.com/office/2006/keyEncryptor/password\">"
		    "<p:encryptedKey");
	xj_buf_addf(out, " spinCount=\"%u\"", how->rounds);
	lock_terms(how, out, lock_salt);
	lock_attribute(out, "encryptedVerifierHashInput", verifier, 16);
	lock_attribute(out, "encryptedVerifierHashValue", digest, n);
	lock_attribute(out, "encryptedKeyValue", locked, key_len);
	xj_buf_adds(out, "/></keyEncryptor></keyEncryptors></encryption>");
}

static inline void
lock_agile(const struct lock_how *how, struct xj_buf *info,
	   unsigned char *package, size_t len)
{
	unsigned char key[32] = "the key of what is in it, 32 B";
	unsigned char number[4], iv[64];

	xj_buf_add(info, "\4\0\4\0\x40\0\0\0", 8);
	if (how->version)
		info->data[2] = (char)how->version;
	for (size_t i = 0; i < len; i += 4096) {
		lock_put(number, i / 4096, 4);
		lock_hash(how->hash, lock_data_salt, 16, number, 4, iv);
		lock_encrypt(GCRY_CIPHER_MODE_CBC, key, how->key_bits / 8, iv,
			     package + i, len - i < 4096 ? len - i : 4096);
	}
	lock_agile_info(how, key, package - 8, 8 + len, info);
	lock_lie(info, how->word, how->lie);
}

/* -------------------------------------------------------------- standard */

static inline void
lock_standard(const struct lock_how *how, struct xj_buf *info,
	      unsigned char *package, size_t len)
{
	static const char name[] = "M\0S\0\0";
	unsigned char raw[12 + 32 + sizeof(name) + 72] = { 3, 0, 2, 0, 0x24 };
	unsigned char *header = raw + 12, *v = header + 32 + sizeof(name);
	unsigned char hash[64], pad[64], key[64], zero[4] = { 0 };

	lock_put(raw + 8, 32 + sizeof(name), 4);
	lock_put(header, 0x24, 4);
	lock_put(header + 8, 0x660E, 4);
	lock_put(header + 12, 0x8004, 4);
	lock_put(header + 16, 128, 4);
	lock_put(header + 20, 0x18, 4);
	memcpy(header + 32, name, sizeof(name));
	lock_rounds(GCRY_MD_SHA1, how->password, 50000, hash);
	lock_hash(GCRY_MD_SHA1, hash, 20, zero, 4, hash);
	for (size_t i = 0; i < 64; i++)
		pad[i] = (unsigned char)(0x36 ^ (i < 20 ? hash[i] : 0));
	lock_hash(GCRY_MD_SHA1, pad, 64, "", 0, key);
	lock_put(v, 16, 4);
	memcpy(v + 4, lock_salt, 16);
	memcpy(v + 20, "any sixteen byte", 16);
	lock_put(v + 36, 20, 4);
	lock_hash(GCRY_MD_SHA1, v + 20, 16, "", 0, hash);
	memcpy(v + 40, hash, 20);
	lock_encrypt(GCRY_CIPHER_MODE_ECB, key, 16, NULL, v + 20, 16);
	lock_encrypt(GCRY_CIPHER_MODE_ECB, key, 16, NULL, v + 40, 32);
	lock_encrypt(GCRY_CIPHER_MODE_ECB, key, 16, NULL, package, len);
	if (how->version)
		raw[2] = (unsigned char)how->version;
	xj_buf_add(info, raw, sizeof(raw));
}

/* ------------------------------------------------------------- the whole */

#define LOCK_END 0xFFFFFFFEu

static inline void
lock_entry(unsigned char *e, const char *name, unsigned type, uint32_t start,
	   size_t size, uint32_t right, uint32_t child)
{
	for (size_t i = 0; name[i]; i++)
		e[2 * i] = (unsigned char)name[i];
	lock_put(e + 64, (strlen(name) + 1) * 2, 2);
	e[66] = (unsigned char)type;
	e[67] = 1;
	lock_put(e + 68, 0xFFFFFFFF, 4);
	lock_put(e + 72, right, 4);
	lock_put(e + 76, child, 4);
	lock_put(e + 116, start, 4);
	lock_put(e + 120, size, 4);
}

/* Sectors of a chain, one behind another; the one behind its last. */
static inline uint32_t
lock_chain(unsigned char *fat, uint32_t first, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		lock_put(fat + (size_t)(first + i) * 4,
			 i + 1 < n ? first + i + 1 : LOCK_END, 4);
	return first + n;
}

/* Two streams, neither of them small: table, first, second, directory. */
static inline struct bytes
lock_file(const char *name, const void *a, size_t a_len, const void *b,
	  size_t b_len)
{
	uint32_t an = (uint32_t)(a_len + 511) / 512;
	uint32_t bn = (uint32_t)(b_len + 511) / 512;
	uint32_t tables = (an + bn + 2 + 126) / 127, at;
	struct bytes f = { .len = (size_t)(1 + tables + an + bn + 1) * 512 };
	unsigned char *p, *fat, *dir;

	assert_true(tables <= 109);
	f.data = test_calloc(1, f.len);
	p = (unsigned char *)f.data;
	fat = p + 512;
	memset(fat, 0xFF, (size_t)tables * 512);
	memcpy(p, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
	lock_put(p + 24, 0x3E, 2);
	lock_put(p + 26, 3, 2);
	lock_put(p + 28, 0xFFFE, 2);
	lock_put(p + 30, 9, 2);
	lock_put(p + 32, 6, 2);
	lock_put(p + 44, tables, 4);
	lock_put(p + 56, 4096, 4);
	lock_put(p + 60, LOCK_END, 4);
	lock_put(p + 68, LOCK_END, 4);
	memset(p + 76, 0xFF, 512 - 76);
	for (uint32_t i = 0; i < tables; i++) {
		lock_put(p + 76 + (size_t)i * 4, i, 4);
		lock_put(fat + (size_t)i * 4, 0xFFFFFFFD, 4);
	}
	at = lock_chain(fat, tables, an);
	at = lock_chain(fat, at, bn);
	lock_chain(fat, at, 1);
	lock_put(p + 48, at, 4);
	memcpy(fat + (size_t)tables * 512, a, a_len);
	memcpy(fat + (size_t)(tables + an) * 512, b, b_len);
	dir = fat + (size_t)at * 512;
	lock_entry(dir, "Root Entry", 5, LOCK_END, 0, 0xFFFFFFFF, 1);
	lock_entry(dir + 128, name, 2, tables, a_len, 2, 0xFFFFFFFF);
	lock_entry(dir + 256, "EncryptedPackage", 2, tables + an, b_len,
		   0xFFFFFFFF, 0xFFFFFFFF);
	return f;
}

static inline struct bytes
lock_sample(const struct lock_how *asked, const struct bytes *package)
{
	xj_auto(xj_buf_release) struct xj_buf info = XJ_BUF_INIT;
	size_t len = (package->len + 15) / 16 * 16, size = 8 + len;
	struct lock_how how = *asked;
	unsigned char *locked;
	struct bytes f;

	if (size < 4096)
		size = 4096;
	locked = test_calloc(1, size);
	how.key_bits = how.key_bits ? how.key_bits : 256;
	how.hash = how.hash ? how.hash : GCRY_MD_SHA512;
	how.hash_name = how.hash_name ? how.hash_name : "SHA512";
	how.rounds = how.rounds ? how.rounds : 1000;
	lock_put(locked, package->len, 8);
	memcpy(locked + 8, package->data, package->len);
	(how.standard ? lock_standard : lock_agile)(&how, &info, locked + 8,
						    len);
	while (info.len < 4096)
		xj_buf_addc(&info, how.standard ? '\0' : ' ');
	f = lock_file("EncryptionInfo", info.data, info.len, locked, size);
	test_free(locked);
	return f;
}

#endif
