/*
 * lock.h - an encrypted document of Office Open XML: its package as another
 * document, which is decrypted as it is read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#ifndef XJ_PLUGIN_OOXML_LOCK_H
#define XJ_PLUGIN_OOXML_LOCK_H

#include "plugins/common/cfb.h"
#include "plugins/common/crypt.h"

#define LOCK_SEGMENT 4096u
#define LOCK_BYTES 128u /* of what EncryptionInfo has of one kind */

/* How something is encrypted, and what with. */
struct lock_terms {
	bool given, known;  /* known: AES in a mode and with a hash of ours */
	int hash;           /* of libgcrypt */
	size_t key_len;     /* 0: none that AES has */
	size_t salt_len;
	unsigned char salt[LOCK_BYTES];
};

struct lock {
	/* What the readers of a package are given; only its bytes, and how
	 * many they are, differ from the document. First: read() finds the
	 * rest by it. */
	struct xj_import in;
	struct xj_host host;
	struct xj_import *document;
	struct cfb cfb;
	struct cfb_stream stream;   /* EncryptionInfo, then EncryptedPackage */
	uint64_t from;              /* where in the stream `in` begins */

	bool agile;
	long rounds;
	struct lock_terms data, password;
	unsigned char verifier[LOCK_BYTES], verified[LOCK_BYTES],
		key[LOCK_BYTES];    /* as they stand there: encrypted */
	size_t verifier_len, verified_len, key_len;

	const char *secret;         /* the password that is tried */
	gcry_cipher_hd_t aes;       /* of the package */
	uint64_t at;                /* of the segment in hand */
	size_t len;
	unsigned char segment[LOCK_SEGMENT];
};

/*
 * 0: `lock->in` is the package. Else what is wrong, which the host has been
 * told: the password is missing or wrong, or none helps. Zeroed before; close
 * in either case.
 */
int lock_open(struct lock *lock, struct xj_import *document);
void lock_close(struct lock *lock);

#endif
