# Harnesses of the importers' own readers: an importer with a host in memory.
CLEANFILES += fuzz-rtf
EXTRA_DIST += %D%/fuzz-import.h %D%/fuzz-rtf.c
FUZZERS += fuzz-rtf

FUZZ_IMPORTER = $(CLANG) -g -O1 -fsanitize=fuzzer,address,undefined \
	-std=gnu17 -D_GNU_SOURCE -I$(top_srcdir)/include -I$(top_srcdir) \
	-I$(top_srcdir)/%D%

fuzz-rtf: $(srcdir)/%D%/fuzz-rtf.c $(srcdir)/%D%/fuzz-import.h \
		$(importer_rtf_la_SOURCES)
	$(AM_V_GEN)$(FUZZ_IMPORTER) -o $@ $(srcdir)/%D%/fuzz-rtf.c \
		$(addprefix $(top_srcdir)/, \
			$(filter %.c,$(importer_rtf_la_SOURCES)))
