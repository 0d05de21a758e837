/*
 * crypt.h - what encrypted documents are opened with, over libgcrypt.
 *
 * Compiled into each importer that needs it; needs libgcrypt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_CRYPT_H
#define XJ_PLUGIN_CRYPT_H

#include <stdbool.h>

#include <gcrypt.h>

#include <xueji/importer.h>

#define AES_BLOCK 16u
#define HASH_MAX 64u

/* Rounds that make a key of a password; what asks for more is not meant well.
 * Office itself allows no more ([MS-OFFCRYPTO], 2.3.4.10). Fuzz harnesses, which
 * have less time, allow fewer. */
#ifndef ROUNDS_MAX
#define ROUNDS_MAX 10000000
#endif

/* For setup(): libgcrypt reads files when it begins. */
int crypt_setup(void);

/* The bytes that base64 says, blanks passed over; 0: none, or more than fit. */
size_t base64_read(const char *text, unsigned char *out, size_t max);

/* With an initial vector CBC, else ECB. NULL: no memory. Close it. */
gcry_cipher_hd_t aes_open(const unsigned char *key, size_t len, bool cbc);
/* In place; whole blocks. `iv` has AES_BLOCK bytes, or is NULL with ECB. */
bool aes_decrypt(gcry_cipher_hd_t aes, const unsigned char *iv,
		 unsigned char *bytes, size_t len);

#endif
