/*
 * lock.h - an encrypted OpenDocument: each part in a cipher of its own, which
 * is taken off as the part is read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_ODF_LOCK_H
#define XJ_PLUGIN_ODF_LOCK_H

#include "plugins/common/crypt.h"
#include "plugins/common/xml.h"

#define LOCK_SALT_MAX 64u
#define LOCK_KEY_MAX 32u

struct lock_cipher;

/* What the manifest says of a part. */
struct locked_part {
	char *name;
	const struct lock_cipher *cipher; /* NULL: none of ours */
	bool derived;              /* by PBKDF2 */
	int start, sum;            /* hashes of libgcrypt; 0: none of ours */
	long key_len, rounds;
	size_t iv_len, salt_len, checksum_len;
	unsigned char iv[AES_BLOCK], salt[LOCK_SALT_MAX], checksum[HASH_MAX];
};

/* Zeroed before it is used. */
struct lock {
	struct xj_import *in;
	char name[PART_NAME_MAX];  /* of the part the manifest is at */
	struct locked_part *parts;
	size_t n, room;
	bool right;                /* the password opened a part */
	uint64_t rounds;           /* spent on keys */
	const struct locked_part *last; /* whose key is in `key` */
	unsigned char key[LOCK_KEY_MAX];
};

/*
 * Read the manifest. Where it says that parts are encrypted, readers of the
 * package get them decrypted from then on; the first tells whether the password
 * is right. 0, or what is wrong, which the host has been told.
 */
int lock_open(struct lock *lock, struct package *package);

#endif
