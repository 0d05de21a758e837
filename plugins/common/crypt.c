/*
 * crypt.c - libgcrypt within an importer, and base64.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "crypt.h"

/* The worker's own keys are none, so no locked memory is needed. */
int
crypt_setup(void)
{
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
		return 0;
	if (!gcry_check_version(GCRYPT_VERSION))
		return -1;
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	return 0;
}

static int
base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

size_t
base64_read(const char *text, unsigned char *out, size_t max)
{
	uint32_t bits = 0;
	unsigned held = 0;
	size_t n = 0;

	for (; *text && *text != '='; text++) {
		int digit = base64_digit(*text);

		if (strchr(" \t\r\n", *text))
			continue;
		if (digit < 0)
			return 0;
		bits = bits << 6 | (uint32_t)digit;
		held += 6;
		if (held < 8)
			continue;
		if (n == max)
			return 0;
		held -= 8;
		out[n++] = (unsigned char)(bits >> held);
	}
	return n;
}

gcry_cipher_hd_t
aes_open(const unsigned char *key, size_t len, bool cbc)
{
	int algorithm = len == 16 ? GCRY_CIPHER_AES128 :
			len == 24 ? GCRY_CIPHER_AES192 : GCRY_CIPHER_AES256;
	gcry_cipher_hd_t aes;

	if (gcry_cipher_open(&aes, algorithm, cbc ? GCRY_CIPHER_MODE_CBC :
			     GCRY_CIPHER_MODE_ECB, 0))
		return NULL;
	if (gcry_cipher_setkey(aes, key, len) == 0)
		return aes;
	gcry_cipher_close(aes);
	return NULL;
}

bool
aes_decrypt(gcry_cipher_hd_t aes, const unsigned char *iv,
	    unsigned char *bytes, size_t len)
{
	if (iv && gcry_cipher_setiv(aes, iv, AES_BLOCK))
		return false;
	return gcry_cipher_decrypt(aes, bytes, len, NULL, 0) == 0;
}
