# The importers of office documents and books that are zip files.
EXTRA_DIST += %D%/zip-sample.h %D%/lock-sample.h %D%/odf-lock-sample.h
check_PROGRAMS += %D%/test-ooxml
%C%_test_ooxml_SOURCES = %D%/test-ooxml.c %D%/sample.h %D%/host.c %D%/host.h
%C%_test_ooxml_CPPFLAGS = $(AM_CPPFLAGS) $(LIBGCRYPT_CFLAGS) $(LIBZIP_CFLAGS)
%C%_test_ooxml_LDADD = libxj-import.la $(TEST_LIBS) $(LIBGCRYPT_LIBS) \
	$(LIBZIP_LIBS)

noinst_PROGRAMS += %D%/make-locked
%C%_make_locked_SOURCES = %D%/make-locked.c %D%/sample.h %D%/host.c %D%/host.h
%C%_make_locked_CPPFLAGS = $(AM_CPPFLAGS) $(LIBGCRYPT_CFLAGS) \
	$(LIBZIP_CFLAGS) $(ZLIB_CFLAGS)
%C%_make_locked_LDADD = libxj-import.la $(TEST_LIBS) $(LIBGCRYPT_LIBS) \
	$(LIBZIP_LIBS) $(ZLIB_LIBS)

dist_check_SCRIPTS += %D%/test-office-gold.sh

check_PROGRAMS += %D%/test-odf %D%/test-epub
%C%_test_odf_SOURCES = %D%/test-odf.c %D%/sample.h %D%/host.c %D%/host.h
%C%_test_odf_CPPFLAGS = $(AM_CPPFLAGS) $(LIBGCRYPT_CFLAGS) \
	$(LIBZIP_CFLAGS) $(ZLIB_CFLAGS)
%C%_test_odf_LDADD = libxj-import.la $(TEST_LIBS) $(LIBGCRYPT_LIBS) \
	$(LIBZIP_LIBS) $(ZLIB_LIBS)
%C%_test_epub_SOURCES = %D%/test-epub.c %D%/sample.h %D%/host.c %D%/host.h
%C%_test_epub_CPPFLAGS = $(AM_CPPFLAGS) $(LIBZIP_CFLAGS)
%C%_test_epub_LDADD = libxj-import.la $(TEST_LIBS) $(LIBZIP_LIBS)

check_PROGRAMS += %D%/test-ofd
%C%_test_ofd_SOURCES = %D%/test-ofd.c %D%/sample.h %D%/host.c %D%/host.h
%C%_test_ofd_CPPFLAGS = $(AM_CPPFLAGS) $(LIBZIP_CFLAGS)
%C%_test_ofd_LDADD = libxj-import.la $(TEST_LIBS) $(LIBZIP_LIBS)
