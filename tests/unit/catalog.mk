check_PROGRAMS += \
	%D%/test-catalog \
	%D%/test-catalog-queue \
	%D%/test-catalog-texts
%C%_test_catalog_LDADD = libxj-catalog.la $(TEST_LIBS)
%C%_test_catalog_queue_LDADD = libxj-catalog.la $(TEST_LIBS)
%C%_test_catalog_texts_LDADD = libxj-catalog.la $(TEST_LIBS)
EXTRA_DIST += %D%/catalog-fixture.h
