/*
 * odf-lock-sample.h - encrypted OpenDocument files made on the spot, by the
 * letter of OASIS OpenDocument 1.3, part 2, and with nothing of the importer.
 *
 *	static const struct zip_part parts[] = { { "mimetype", ... }, ... };
 *	xj_auto(free_bytes) struct bytes doc = odf_lock_sample(
 *		&(struct odf_lock_how){ .password = "right" }, parts);
 *
 * Include after lock-sample.h; needs libgcrypt, libzip and zlib.
 */
#ifndef XJ_TEST_ODF_LOCK_SAMPLE_H
#define XJ_TEST_ODF_LOCK_SAMPLE_H

#include <zlib.h>

#define ODF_LOCK_PARTS 8
#define ODF_LOCK_PACKAGES "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"

/* Zeroed fields: AES-256 as of ODF 1.2, 1,000 rounds. */
struct odf_lock_how {
	const char *password;
	bool blowfish;           /* as of ODF 1.1 */
	unsigned rounds;
	const char *word, *lie;  /* put in the place of a word in the manifest */
	size_t cut, flip;        /* each part cut to this, a bit flipped there */
};

/* Deflated, and with room to be padded. */
static inline unsigned char *
odf_lock_deflate(const char *text, size_t *len)
{
	size_t room = compressBound((uLong)strlen(text)) + 64;
	unsigned char *out = test_calloc(1, room);
	z_stream z = { .next_in = (Bytef *)(uintptr_t)text,
		       .avail_in = (uInt)strlen(text), .next_out = out,
		       .avail_out = (uInt)room - 16 };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, -15, 8,
				      Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	*len = z.total_out;
	deflateEnd(&z);
	return out;
}

static inline void
odf_lock_aes(const unsigned char *start, const unsigned char salt[16],
	     unsigned rounds, unsigned char *bytes, size_t *len)
{
	unsigned char key[32], pad = (unsigned char)(16 - *len % 16);

	memset(bytes + *len, 0, pad);
	bytes[*len + pad - 1] = pad;
	*len += pad;
	assert_int_equal(gcry_kdf_derive(start, 32, GCRY_KDF_PBKDF2,
		GCRY_MD_SHA1, salt, 16, rounds, sizeof(key), key), 0);
	lock_encrypt(GCRY_CIPHER_MODE_CBC, key, 32, lock_data_salt, bytes,
		     *len);
}

static inline void
odf_lock_blowfish(const unsigned char *start, const unsigned char salt[16],
		  unsigned rounds, unsigned char *bytes, size_t len)
{
	unsigned char key[16];
	gcry_cipher_hd_t cipher;

	assert_int_equal(gcry_kdf_derive(start, 20, GCRY_KDF_PBKDF2,
		GCRY_MD_SHA1, salt, 16, rounds, sizeof(key), key), 0);
	assert_int_equal(gcry_cipher_open(&cipher, GCRY_CIPHER_BLOWFISH,
					  GCRY_CIPHER_MODE_CFB, 0), 0);
	assert_int_equal(gcry_cipher_setkey(cipher, key, sizeof(key)), 0);
	assert_int_equal(gcry_cipher_setiv(cipher, lock_data_salt, 8), 0);
	assert_int_equal(gcry_cipher_encrypt(cipher, bytes, len, NULL, 0), 0);
	gcry_cipher_close(cipher);
}

/* What the manifest says of a part. */
static inline void
odf_lock_entry(const struct odf_lock_how *how, const struct zip_part *part,
	       const unsigned char *sum, const unsigned char salt[16],
	       struct xj_buf *out)
{
	xj_buf_addf(out, "<m:file-entry m:full-path=\"%s\" m:size=\"%zu\">"
		    "<m:encryption-data m:checksum-type=\"%s\"", part->name,
		    strlen(part->text), how->blowfish ? "SHA1/1K" :
		    ODF_LOCK_PACKAGES "#sha256-1k");
	lock_attribute(out, "m:checksum", sum, how->blowfish ? 20 : 32);
	xj_buf_addf(out, "><m:algorithm m:algorithm-name=\"%s\"",
		    how->blowfish ? "Blowfish CFB" :
		    "http://www.w3.org/2001/04/xmlenc#aes256-cbc");
	lock_attribute(out, "m:initialisation-vector", lock_data_salt,
		       how->blowfish ? 8 : 16);
	if (!how->blowfish)
		xj_buf_adds(out, "/><m:start-key-generation m:start-key-"
			    "generation-name=\"http://www.w3.org/2000/09/"
			    "xmldsig#sha256\" m:key-size=\"32\"");
	xj_buf_addf(out, "/><m:key-derivation m:key-derivation-name=\"PBKDF2\""
		    "%s m:iteration-count=\"%u\"", how->blowfish ? "" :
		    " m:key-size=\"32\"", how->rounds);
	lock_attribute(out, "m:salt", salt, 16);
	xj_buf_adds(out, "/></m:encryption-data></m:file-entry>");
}

static inline char *
odf_lock_part(const struct odf_lock_how *how, const struct zip_part *part,
	      unsigned char number, struct xj_buf *manifest, size_t *out_len)
{
	unsigned char sum[32], start[32], salt[16] = "salt of the part";
	size_t len;
	unsigned char *bytes = odf_lock_deflate(part->text, &len);
	int hash = how->blowfish ? GCRY_MD_SHA1 : GCRY_MD_SHA256;

	salt[15] = number;
	gcry_md_hash_buffer(hash, sum, bytes, len < 1024 ? len : 1024);
	gcry_md_hash_buffer(hash, start, how->password, strlen(how->password));
	if (how->blowfish)
		odf_lock_blowfish(start, salt, how->rounds, bytes, len);
	else
		odf_lock_aes(start, salt, how->rounds, bytes, &len);
	if (how->flip && how->flip < len)
		bytes[how->flip] ^= 1;
	odf_lock_entry(how, part, sum, salt, manifest);
	*out_len = how->cut && how->cut < len ? how->cut : len;
	return (char *)bytes;
}

/* All parts are encrypted but the first, which says the type. */
static inline struct bytes
odf_lock_sample(const struct odf_lock_how *asked, const struct zip_part *parts)
{
	xj_auto(xj_buf_release) struct xj_buf manifest = XJ_BUF_INIT;
	struct zip_part locked[ODF_LOCK_PARTS + 2] = { parts[0] };
	size_t lens[ODF_LOCK_PARTS + 2] = { strlen(parts[0].text) }, n = 1;
	struct odf_lock_how how = *asked;
	struct bytes zip;

	how.rounds = how.rounds ? how.rounds : 1000;
	xj_buf_adds(&manifest, "<m:manifest xmlns:m='" ODF_LOCK_PACKAGES "'>");
	for (; parts[n].name; n++) {
		assert_true(n < ODF_LOCK_PARTS);
		locked[n].name = parts[n].name;
		locked[n].text = odf_lock_part(&how, &parts[n],
					       (unsigned char)n, &manifest,
					       &lens[n]);
	}
	xj_buf_adds(&manifest, "</m:manifest>");
	lock_lie(&manifest, how.word, how.lie);
	locked[n].name = "META-INF/manifest.xml";
	locked[n].text = xj_buf_str(&manifest);
	lens[n] = manifest.len;
	zip = zip_sample_of(locked, lens, true);
	for (size_t i = 1; i < n; i++)
		test_free((void *)(uintptr_t)locked[i].text);
	return zip;
}

#endif
