# Harnesses of the importers' own readers: an importer with a host in memory.
CLEANFILES += fuzz-rtf fuzz-ole
EXTRA_DIST += %D%/fuzz-import.h %D%/fuzz-rtf.c %D%/fuzz-ole.c
FUZZERS += fuzz-rtf fuzz-ole

FUZZ_IMPORTER = $(CLANG) -g -O1 -fsanitize=fuzzer,address,undefined \
	-std=gnu17 -D_GNU_SOURCE -I$(top_srcdir)/include -I$(top_srcdir) \
	-I$(top_srcdir)/%D%

fuzz-rtf: $(srcdir)/%D%/fuzz-rtf.c $(srcdir)/%D%/fuzz-import.h \
		$(importer_rtf_la_SOURCES)
	$(AM_V_GEN)$(FUZZ_IMPORTER) -o $@ $(srcdir)/%D%/fuzz-rtf.c \
		$(addprefix $(top_srcdir)/, \
			$(filter %.c,$(importer_rtf_la_SOURCES)))

fuzz-ole: $(srcdir)/%D%/fuzz-ole.c $(srcdir)/%D%/fuzz-import.h \
		$(importer_ole_la_SOURCES)
	$(AM_V_GEN)$(FUZZ_IMPORTER) -o $@ $(srcdir)/%D%/fuzz-ole.c \
		$(addprefix $(top_srcdir)/, \
			$(filter %.c,$(importer_ole_la_SOURCES)))
