check_PROGRAMS += %D%/test-text %D%/test-text-chunk %D%/test-text-cut \
	%D%/test-text-passage %D%/test-text-secret \
	%D%/test-text-length
%C%_test_text_SOURCES = %D%/test-text.c %D%/test-text.h
%C%_test_text_CPPFLAGS = $(AM_CPPFLAGS) $(ICU_CFLAGS)
%C%_test_text_LDADD = libxj-text.la $(TEST_LIBS)
%C%_test_text_chunk_SOURCES = %D%/test-text-chunk.c %D%/test-text.h
%C%_test_text_chunk_LDADD = libxj-text.la $(TEST_LIBS)
%C%_test_text_chunk_LDFLAGS = $(FAILING_LINK)
%C%_test_text_length_LDADD = libxj-text.la $(TEST_LIBS)
%C%_test_text_cut_SOURCES = %D%/test-text-cut.c %D%/test-text.h
%C%_test_text_cut_CPPFLAGS = $(AM_CPPFLAGS) $(ICU_CFLAGS)
%C%_test_text_cut_LDADD = libxj-text.la $(TEST_LIBS)
%C%_test_text_cut_LDFLAGS = $(FAILING_LINK)
%C%_test_text_passage_SOURCES = %D%/test-text-passage.c %D%/test-text.h
%C%_test_text_passage_LDADD = libxj-text.la $(TEST_LIBS)
%C%_test_text_passage_LDFLAGS = $(FAILING_LINK)
%C%_test_text_secret_LDADD = libxj-text.la $(TEST_LIBS)
