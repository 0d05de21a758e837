# The importer of recordings.
dist_check_SCRIPTS += %D%/test-media-gold.sh
check_PROGRAMS += %D%/test-media
%C%_test_media_SOURCES = %D%/test-media.c %D%/sample.h %D%/host.c %D%/host.h
%C%_test_media_LDADD = libxj-import.la $(TEST_LIBS)
