# The program that sets packets as PDF. It runs confined, where sanitizers cannot
# work, so it has flags of its own.
pkglibexec_PROGRAMS += xueji-typeset
xueji_typeset_SOURCES = %D%/typeset.c
xueji_typeset_CPPFLAGS = $(AM_CPPFLAGS) $(PANGO_CFLAGS) $(JANSSON_CFLAGS)
xueji_typeset_CFLAGS = $(WARN_CFLAGS) -fvisibility=hidden
xueji_typeset_LDADD = $(PANGO_LIBS) $(JANSSON_LIBS)
