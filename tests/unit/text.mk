check_PROGRAMS += %D%/test-text %D%/test-text-passage
%C%_test_text_SOURCES = %D%/test-text.c %D%/test-text.h
%C%_test_text_CPPFLAGS = $(AM_CPPFLAGS) $(ICU_CFLAGS)
%C%_test_text_LDADD = libxj-text.la $(TEST_LIBS)
%C%_test_text_passage_SOURCES = %D%/test-text-passage.c %D%/test-text.h
%C%_test_text_passage_LDADD = libxj-text.la $(TEST_LIBS)
%C%_test_text_passage_LDFLAGS = $(FAILING_LINK)
