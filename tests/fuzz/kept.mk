# Harnesses of what lies in an archive. Of the modules they take what is built,
# and compile with the sanitizers what they look at.
FUZZ_KEPT = fuzz-chunk fuzz-config fuzz-inventory fuzz-record
FUZZERS += $(FUZZ_KEPT)
CLEANFILES += $(FUZZ_KEPT)
EXTRA_DIST += %D%/fuzz-folder.h %D%/fuzz-chunk.c %D%/fuzz-config.c \
	%D%/fuzz-inventory.c %D%/fuzz-record.c

fuzz_sources_chunk = src/catalog/pack.c src/text/chunk.c
fuzz_sources_config = src/library/config.c
fuzz_sources_inventory = src/store/inventory-read.c \
	src/store/inventory-write.c src/store/validate-declared.c \
	src/store/validate-inventory.c src/store/validate-load.c \
	src/store/validate-names.c src/store/validate-object.c \
	src/store/validate-versions.c src/store/validate.c
fuzz_sources_record = src/library/record.c src/library/json-put.c \
	src/util/time.c src/util/json.c

$(FUZZ_KEPT): fuzz-%: $(srcdir)/%D%/fuzz-%.c libxueji.la
	$(AM_V_GEN)$(CLANG) $(FUZZ_FLAGS) -std=gnu17 -I. $(AM_CPPFLAGS) \
		$(JANSSON_CFLAGS) -o $@ $(srcdir)/%D%/$@.c \
		$(addprefix $(top_srcdir)/, $(fuzz_sources_$*)) \
		-Wl,--start-group .libs/libxj-library.a .libs/libxj-store.a \
		.libs/libxj-catalog.a .libs/libxj-text.a .libs/libxj-index.a \
		.libs/libxj-import.a .libs/libxj-util.a -Wl,--end-group \
		$(ICU_LIBS) $(STEMMER_LIBS) $(XAPIAN_LIBS) $(LIBGCRYPT_LIBS) \
		$(JANSSON_LIBS) $(SQLITE_LIBS) $(ZSTD_LIBS) $(SECCOMP_LIBS) \
		$(UCHARDET_LIBS) -lstdc++ -lm
