/*
 * library/ocr.h - what the files of OCR share: ocr.c reads pages in lanes and
 * keeps what it reads by the bytes of the picture; ocr-merge.c puts it between
 * the text of the documents.
 */
#ifndef XJ_LIBRARY_OCR_H
#define XJ_LIBRARY_OCR_H

#include "library/archive.h"

/*
 * Put what was kept of the waiting pages of a document with its text, and count
 * them in `result`. A change of its own.
 */
int xj_ocr_merge(struct xj_archive *a, uint64_t id,
		 struct xj_ocr_result *result, struct xj_error *err);

/* The same of every document of which anything is kept: after a rebuild. */
int xj_ocr_merge_kept(struct xj_archive *a, struct xj_error *err);

#endif
