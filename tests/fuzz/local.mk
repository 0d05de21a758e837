# Harnesses for libFuzzer, which comes with clang; `make check` runs the same
# functions with bytes of its own.
#	make fuzz-frame && ./fuzz-frame -max_total_time=60
CLANG = clang
FUZZ_FLAGS = -g -O1 -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=undefined
FUZZERS =
CLEANFILES += fuzz-frame fuzz-decode fuzz-query
EXTRA_DIST += %D%/seeds %D%/run.sh %D%/fuzz-frame.c %D%/fuzz-decode.c %D%/fuzz-query.c

fuzz-frame: $(srcdir)/%D%/fuzz-frame.c $(top_srcdir)/src/import/frame.c
	$(AM_V_GEN)$(CLANG) $(FUZZ_FLAGS) \
		-std=gnu17 -D_GNU_SOURCE -I. -I$(top_srcdir)/include \
		-I$(top_srcdir)/src -o $@ $(srcdir)/%D%/fuzz-frame.c \
		$(top_srcdir)/src/import/frame.c \
		$(top_srcdir)/src/import/wire.c \
		$(top_srcdir)/src/util/buf.c $(top_srcdir)/src/util/error.c \
		$(top_srcdir)/src/util/utf8.c

fuzz-decode: $(srcdir)/%D%/fuzz-decode.c $(top_srcdir)/src/text/decode.c
	$(AM_V_GEN)$(CLANG) $(FUZZ_FLAGS) \
		-std=gnu17 -D_GNU_SOURCE -I. -I$(top_srcdir)/include \
		-I$(top_srcdir)/src $(ICU_CFLAGS) $(UCHARDET_CFLAGS) -o $@ \
		$(srcdir)/%D%/fuzz-decode.c \
		$(top_srcdir)/src/text/decode.c \
		$(top_srcdir)/src/util/buf.c $(top_srcdir)/src/util/error.c \
		$(top_srcdir)/src/util/utf8.c $(ICU_LIBS) $(UCHARDET_LIBS)

# Of the modules below it takes what is built, without the sanitizers.
fuzz-query: $(srcdir)/%D%/fuzz-query.c libxj-text.la libxj-index.la \
		$(top_srcdir)/src/library/search-query.c \
		$(top_srcdir)/src/library/search-tree.c \
		$(top_srcdir)/src/library/search-wanted.c
	$(AM_V_GEN)$(CLANG) $(FUZZ_FLAGS) \
		-std=gnu17 -D_GNU_SOURCE -I. -I$(top_srcdir)/include \
		-I$(top_srcdir)/src $(JANSSON_CFLAGS) -o $@ \
		$(srcdir)/%D%/fuzz-query.c \
		$(top_srcdir)/src/library/search-query.c \
		$(top_srcdir)/src/library/search-tree.c \
		$(top_srcdir)/src/library/search-wanted.c \
		.libs/libxj-text.a .libs/libxj-index.a .libs/libxj-util.a \
		$(ICU_LIBS) $(STEMMER_LIBS) $(XAPIAN_LIBS) $(LIBGCRYPT_LIBS) \
		$(JANSSON_LIBS) -lstdc++ -lm

# Each harness for a few seconds; FUZZ_SECONDS=600 for long. Harnesses of other
# fragments add themselves to FUZZERS.
FUZZERS += fuzz-frame fuzz-decode fuzz-query
FUZZ_SECONDS = 4

check-fuzz: $(FUZZERS)
	@$(SHELL) $(srcdir)/%D%/run.sh $(FUZZ_SECONDS) $(top_srcdir) $(FUZZERS)

.PHONY: check-fuzz

include tests/fuzz/importers.mk
include tests/fuzz/kept.mk
