# check_PROGRAMS += %D%/test-library
# %C%_test_library_LDADD = libxueji.la $(TEST_LIBS)
check_PROGRAMS += \
	%D%/test-search \
	%D%/test-search-query
%C%_test_search_LDADD = libxueji.la libxj-catalog.la libxj-text.la $(TEST_LIBS)
EXTRA_DIST += %D%/search-fixture.h
# The library keeps these to itself.
%C%_test_search_query_SOURCES = %D%/test-search-query.c \
	tests/fuzz/fuzz-query.c \
	src/library/search-query.c src/library/search-tree.c \
	src/library/search-wanted.c
%C%_test_search_query_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
%C%_test_search_query_LDADD = libxj-text.la libxj-index.la $(TEST_LIBS)
%C%_test_search_query_LINK = $(CXXLINK)
