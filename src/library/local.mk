# The public API over the modules; the library that is installed. The file
# symbols.map hides what C++ templates would export by themselves: names of our
# own are visible when XJ_API says so.
lib_LTLIBRARIES += libxueji.la
libxueji_la_SOURCES =
# Never compiled: says that the C++ compiler does the linking.
nodist_EXTRA_libxueji_la_SOURCES = %D%/dummy.cc
libxueji_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(ZSTD_CFLAGS)
libxueji_la_LIBADD = libxj-import.la libxj-index.la libxj-text.la \
	libxj-catalog.la libxj-store.la libxj-util.la $(JANSSON_LIBS) \
	$(ZSTD_LIBS)
libxueji_la_LDFLAGS = -no-undefined -version-info 0:0:0 $(NO_UNDEFINED) \
	-Wl,--version-script=$(top_srcdir)/%D%/symbols.map
EXTRA_libxueji_la_DEPENDENCIES = %D%/symbols.map
EXTRA_DIST += %D%/symbols.map
