# OCR, with pages that are made when the tests run.
dist_check_SCRIPTS += %D%/test-ocr-gold.sh
if OCR
noinst_PROGRAMS += %D%/make-scan
%C%_make_scan_SOURCES = %D%/make-scan.c
%C%_make_scan_CPPFLAGS = $(AM_CPPFLAGS) $(MUPDF_CFLAGS)
%C%_make_scan_LDADD = $(MUPDF_LIBS)
endif
