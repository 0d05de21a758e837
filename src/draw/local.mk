# The program that draws a page of a PDF. It runs confined, where sanitizers cannot
# work, so it has flags of its own.
pkglibexec_PROGRAMS += xueji-draw
xueji_draw_SOURCES = %D%/draw.c
xueji_draw_CPPFLAGS = $(AM_CPPFLAGS) $(MUPDF_CFLAGS)
xueji_draw_CFLAGS = $(WARN_CFLAGS) -fvisibility=hidden
xueji_draw_LDADD = $(MUPDF_LIBS)
xueji_draw_LDFLAGS = -Wl,--gc-sections
