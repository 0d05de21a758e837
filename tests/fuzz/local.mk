# Harnesses for libFuzzer, which comes with clang; `make check` runs some of the
# same functions with bytes of its own.
#	make fuzz-frame && ./fuzz-frame -max_total_time=60
CLANG = clang
FUZZ_FLAGS = -g -O1 -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=undefined
EXTRA_DIST += %D%/seeds %D%/run.sh %D%/fuzz.h %D%/fuzz-folder.h

# Those of our own modules, of which they take what is built, and compile with
# the sanitizers what they look at.
FUZZ_OWN = fuzz-accession fuzz-chunk fuzz-conf fuzz-config fuzz-date \
	fuzz-decode fuzz-frame fuzz-inventory fuzz-lines fuzz-passage \
	fuzz-query fuzz-record fuzz-secret fuzz-written
FUZZERS = $(FUZZ_OWN)
CLEANFILES += $(FUZZ_OWN)
EXTRA_DIST += $(FUZZ_OWN:fuzz-%=%D%/fuzz-%.c)

fuzz_sources_accession = src/library/accession-read.c src/library/json-put.c \
	src/util/time.c src/util/json.c
fuzz_sources_chunk = src/catalog/pack.c src/text/chunk.c
fuzz_sources_conf = src/import/program-conf.c
fuzz_sources_config = src/library/config.c
fuzz_sources_date = src/util/time.c
fuzz_sources_decode = src/text/decode.c src/text/encoding.c src/util/buf.c src/util/utf8.c
fuzz_sources_frame = src/import/frame.c src/util/wire.c src/util/buf.c \
	src/util/utf8.c
fuzz_sources_inventory = src/store/inventory-read.c \
	src/store/inventory-write.c src/store/validate-declared.c \
	src/store/validate-inventory.c src/store/validate-load.c \
	src/store/validate-names.c src/store/validate-object.c \
	src/store/validate-versions.c src/store/validate.c
fuzz_sources_lines = src/import/program-line.c src/util/utf8.c
fuzz_sources_passage = src/text/analyzer.c src/text/chunk.c src/text/counts.c \
	src/text/finder.c src/text/normal.c src/text/own.c src/text/passage.c \
	src/text/stem.c src/text/terms.c src/text/words.c src/util/utf8.c
fuzz_sources_query = src/library/search-query.c src/library/search-tree.c \
	src/library/search-wanted.c
fuzz_sources_record = src/library/record.c src/library/json-put.c \
	src/util/time.c src/util/json.c
fuzz_sources_secret = src/text/secret.c src/util/utf8.c
fuzz_sources_written = src/serve/flow.c src/serve/markdown.c \
	src/serve/template.c

$(FUZZ_OWN): fuzz-%: $(srcdir)/%D%/fuzz-%.c $(srcdir)/%D%/fuzz.h libxueji.la
	$(AM_V_GEN)$(CLANG) $(FUZZ_FLAGS) -std=gnu17 -I. $(AM_CPPFLAGS) \
		$(ICU_CFLAGS) $(UCHARDET_CFLAGS) $(SECCOMP_CFLAGS) \
		$(JANSSON_CFLAGS) $(MD4C_CFLAGS) -o $@ \
		$(srcdir)/%D%/$@.c \
		$(addprefix $(top_srcdir)/, $(fuzz_sources_$*)) \
		-Wl,--start-group .libs/libxj-library.a .libs/libxj-store.a \
		.libs/libxj-catalog.a .libs/libxj-text.a .libs/libxj-index.a \
		.libs/libxj-import.a .libs/libxj-util.a -Wl,--end-group \
		$(ICU_LIBS) $(STEMMER_LIBS) $(XAPIAN_LIBS) $(LIBGCRYPT_LIBS) \
		$(JANSSON_LIBS) $(SQLITE_LIBS) $(ZSTD_LIBS) $(SECCOMP_LIBS) \
		$(UCHARDET_LIBS) $(MD4C_LIBS) -lstdc++ -lm

include tests/fuzz/importers.mk

# Each harness for a moment; FUZZ_SECONDS=600 for long.
FUZZ_SECONDS = 1

check-fuzz: $(FUZZERS)
	@$(SHELL) $(srcdir)/%D%/run.sh $(FUZZ_SECONDS) $(top_srcdir) $(FUZZERS)

.PHONY: check-fuzz
