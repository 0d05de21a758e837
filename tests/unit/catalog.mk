check_PROGRAMS += \
	%D%/test-catalog \
	%D%/test-catalog-damage \
	%D%/test-catalog-memory \
	%D%/test-catalog-processes \
	%D%/test-catalog-queue \
	%D%/test-catalog-texts
%C%_test_catalog_LDADD = libxj-catalog.la $(TEST_LIBS)
%C%_test_catalog_damage_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_catalog_damage_LDADD = libxj-catalog.la $(TEST_LIBS)
%C%_test_catalog_memory_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_catalog_memory_LDADD = libxj-catalog.la $(TEST_LIBS)
%C%_test_catalog_memory_LDFLAGS = $(FAILING_LINK)
%C%_test_catalog_processes_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_catalog_processes_LDADD = libxj-catalog.la $(TEST_LIBS)
%C%_test_catalog_queue_LDADD = libxj-catalog.la $(TEST_LIBS)
%C%_test_catalog_texts_LDADD = libxj-catalog.la $(TEST_LIBS)
EXTRA_DIST += %D%/catalog-fixture.h
