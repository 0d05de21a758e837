# Decoding, normal forms, words. Add a file to SOURCES, headers too.
noinst_LTLIBRARIES += libxj-text.la
libxj_text_la_SOURCES = \
	%D%/analyzer.c \
	%D%/chunk.c \
	%D%/counts.c \
	%D%/decode.c \
	%D%/decode.h \
	%D%/encoding.c \
	%D%/encoding.h \
	%D%/finder.c \
	%D%/finder.h \
	%D%/forms.c \
	%D%/inner.h \
	%D%/length.c \
	%D%/markup.c \
	%D%/names.c \
	%D%/near.c \
	%D%/normal.c \
	%D%/order.c \
	%D%/own.c \
	%D%/passage.c \
	%D%/person.c \
	%D%/pinyin.c \
	%D%/pinyin.h \
	%D%/secret.c \
	%D%/stem.c \
	%D%/stop.c \
	%D%/strokes.c \
	%D%/strokes.h \
	%D%/tables.c \
	%D%/tables.h \
	%D%/terms.c \
	%D%/text.h \
	%D%/words.c
libxj_text_la_CPPFLAGS = $(AM_CPPFLAGS) $(ICU_CFLAGS) $(UCHARDET_CFLAGS) \
	-I$(top_srcdir)/%D% -DTABLES_FILE='"%D%/tables.bin"'
libxj_text_la_LIBADD = $(ICU_LIBS) $(UCHARDET_LIBS) $(STEMMER_LIBS)

# The tables that characters and words are looked up in, made from ICU's and
# OpenCC's data as installed. No source, so that they are not distributed.
noinst_PROGRAMS += %D%/make-tables
%C%_make_tables_SOURCES = %D%/make-tables.c %D%/tables.h
%C%_make_tables_CPPFLAGS = $(AM_CPPFLAGS) $(ICU_CFLAGS)
%C%_make_tables_CFLAGS = $(WARN_CFLAGS) -O2
%C%_make_tables_LDADD = $(ICU_LIBS)

text_dicts = TSCharacters TSPhrases TWVariantsRev HKVariantsRev
%D%/tables.bin: %D%/make-tables$(EXEEXT)
	$(AM_V_GEN)texts= && for d in $(text_dicts); do \
		$(OPENCC_DICT) -f ocd2 -i $(OPENCC_DATA)/$$d.ocd2 \
			-t text -o $@.$$d && \
		texts="$$texts $@.$$d" || exit 1; \
	done && \
	%D%/make-tables$(EXEEXT) $@.new $$texts && \
	rm -f $$texts && mv $@.new $@
$(libxj_text_la_OBJECTS): %D%/tables.bin

# How characters are read and written, from Rime's dictionaries as installed.
nodist_libxj_text_la_SOURCES = %D%/pinyin-table.c %D%/strokes-table.c
EXTRA_DIST += %D%/pinyin.awk %D%/strokes.awk
%D%/pinyin-table.c: %D%/pinyin.awk
	$(AM_V_GEN)$(OPENCC_DICT) -f ocd2 -i $(OPENCC_DATA)/TSCharacters.ocd2 \
		-t text -o $@.ts && \
	{ echo '#include "pinyin.h"' && \
	LC_ALL=C $(AWK) -f $(top_srcdir)/%D%/pinyin.awk $@.ts \
		$(RIME_DATA)/luna_pinyin.dict.yaml; } >$@.new && \
	rm -f $@.ts && mv $@.new $@
%D%/strokes-table.c: %D%/strokes.awk
	$(AM_V_GEN){ echo '#include "strokes.h"' && \
	LC_ALL=C $(AWK) -f $(top_srcdir)/%D%/strokes.awk \
		$(RIME_DATA)/stroke.dict.yaml; } >$@.new && mv $@.new $@
CLEANFILES += %D%/tables.bin %D%/pinyin-table.c %D%/strokes-table.c
