/*
 * ocr.h - what the files of the OCR importer share. Nobody else includes it.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 *
 * A page becomes a picture in grey, of a PDF by MuPDF, of a picture file by
 * leptonica; tesseract reads it.
 */
#ifndef XJ_OCR_H
#define XJ_OCR_H

#include <math.h>
#include <stdbool.h>

#include <leptonica/allheaders.h>

#include <xueji/importer.h>

#include "plugins/common/utf8.h"

/* At 200 dots an inch tesseract reads as well as at more, in less time. */
#define XJ_OCR_DPI 200
#define XJ_OCR_PIXELS 16000000u /* of a page that is read */

/* ----------------------------------------------------------- recognise.c */

/* Load what tesseract was trained with; not 0: there is none. */
int xj_ocr_setup(void);

/* Read a page, 8 bits a pixel and its resolution set, and send its
 * paragraphs. */
int xj_ocr_page(struct xj_import *in, PIX *page, uint64_t number);

/* ------------------------------------------------------------- picture.c */

/* The pages of a picture file that are asked for. */
int xj_ocr_pictures(struct xj_import *in);

/* ----------------------------------------------------------------- pdf.c */

/* The pages of a PDF that are asked for. */
int xj_ocr_pdf(struct xj_import *in);

#endif
