# Harnesses for libFuzzer, which comes with clang; `make check` runs the same
# functions with bytes of its own.
#	make fuzz-frame && ./fuzz-frame -max_total_time=60
CLANG = clang
CLEANFILES += fuzz-frame fuzz-decode
EXTRA_DIST += %D%/fuzz-frame.c %D%/fuzz-decode.c

fuzz-frame: $(srcdir)/%D%/fuzz-frame.c $(top_srcdir)/src/import/frame.c
	$(AM_V_GEN)$(CLANG) -g -O1 -fsanitize=fuzzer,address,undefined \
		-std=gnu17 -D_GNU_SOURCE -I. -I$(top_srcdir)/include \
		-I$(top_srcdir)/src -o $@ $(srcdir)/%D%/fuzz-frame.c \
		$(top_srcdir)/src/import/frame.c \
		$(top_srcdir)/src/import/wire.c \
		$(top_srcdir)/src/util/buf.c $(top_srcdir)/src/util/error.c \
		$(top_srcdir)/src/util/utf8.c

fuzz-decode: $(srcdir)/%D%/fuzz-decode.c $(top_srcdir)/src/text/decode.c
	$(AM_V_GEN)$(CLANG) -g -O1 -fsanitize=fuzzer,address,undefined \
		-std=gnu17 -D_GNU_SOURCE -I. -I$(top_srcdir)/include \
		-I$(top_srcdir)/src $(ICU_CFLAGS) $(UCHARDET_CFLAGS) -o $@ \
		$(srcdir)/%D%/fuzz-decode.c \
		$(top_srcdir)/src/text/decode.c \
		$(top_srcdir)/src/util/buf.c $(top_srcdir)/src/util/error.c \
		$(top_srcdir)/src/util/utf8.c $(ICU_LIBS) $(UCHARDET_LIBS)
