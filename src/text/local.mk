# Decoding, normal forms, words. Add a file to SOURCES, headers too.
noinst_LTLIBRARIES += libxj-text.la
libxj_text_la_SOURCES = \
	%D%/decode.c \
	%D%/decode.h
libxj_text_la_CPPFLAGS = $(AM_CPPFLAGS) $(ICU_CFLAGS) $(UCHARDET_CFLAGS)
libxj_text_la_LIBADD = $(ICU_LIBS) $(UCHARDET_LIBS)
