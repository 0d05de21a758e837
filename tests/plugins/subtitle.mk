# The importer of subtitles and lyrics.
check_PROGRAMS += %D%/test-subtitle
%C%_test_subtitle_SOURCES = %D%/test-subtitle.c %D%/sample.h %D%/host.c \
	%D%/host.h
%C%_test_subtitle_LDADD = libxj-import.la $(TEST_LIBS)

dist_check_SCRIPTS += %D%/test-subtitle-gold.sh
