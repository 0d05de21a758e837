# The library through its public functions, with the real importers.
check_PROGRAMS += \
	%D%/test-accession \
	%D%/test-add \
	%D%/test-backup \
	%D%/test-config \
	%D%/test-documents \
	%D%/test-edit \
	%D%/test-full \
	%D%/test-indexer \
	%D%/test-kill \
	%D%/test-papers \
	%D%/test-quarantine \
	%D%/test-ocr \
	%D%/test-people \
	%D%/test-rebuild \
	%D%/test-rights \
	%D%/test-verify
%C%_test_accession_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_add_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_backup_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_config_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_documents_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_edit_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_full_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_indexer_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_kill_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_papers_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_quarantine_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_ocr_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_people_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_rebuild_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_rights_LDADD = libxueji.la $(TEST_LIBS)
%C%_test_verify_LDADD = libxueji.la $(TEST_LIBS)
EXTRA_DIST += %D%/library-fixture.h %D%/make-pdf.h %D%/make-zip.h

# What the library keeps to itself.
check_PROGRAMS += \
	%D%/test-accession-read \
	%D%/test-describe \
	%D%/test-merge \
	%D%/test-record \
	%D%/test-suggest
%C%_test_accession_read_LDADD = libxj-library.la $(TEST_LIBS)
%C%_test_accession_read_LINK = $(CXXLINK)
%C%_test_describe_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
%C%_test_describe_LDADD = libxj-library.la $(TEST_LIBS)
%C%_test_describe_LINK = $(CXXLINK)
%C%_test_merge_LDADD = libxj-library.la $(TEST_LIBS)
%C%_test_merge_LINK = $(CXXLINK)
%C%_test_record_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
%C%_test_record_LDADD = libxj-library.la $(TEST_LIBS)
%C%_test_record_LINK = $(CXXLINK)
%C%_test_suggest_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
%C%_test_suggest_LDADD = libxj-library.la $(TEST_LIBS)
%C%_test_suggest_LINK = $(CXXLINK)

check_PROGRAMS += \
	%D%/test-search \
	%D%/test-search-query \
	%D%/test-search-why \
	%D%/test-similar
%C%_test_search_why_LDADD = libxueji.la libxj-catalog.la libxj-text.la $(TEST_LIBS)
%C%_test_similar_LDADD = libxueji.la libxj-catalog.la libxj-text.la $(TEST_LIBS)
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
