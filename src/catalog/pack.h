/* catalog/pack.h - chunks of text, compressed. xj_texts_pack() is public. */
#ifndef XJ_CATALOG_PACK_H
#define XJ_CATALOG_PACK_H

#include "catalog/catalog.h"

/* What xj_texts_pack() made, undone. XJ_ECORRUPT when it did not make it. */
int xj_texts_unpack(const void *packed, size_t len, struct xj_buf *bytes,
		    struct xj_error *err);

#endif
