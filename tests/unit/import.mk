check_PROGRAMS += %D%/test-import
%C%_test_import_LDADD = libxj-import.la $(TEST_LIBS)
%C%_test_import_LDFLAGS = $(FAILING_LINK)

check_PROGRAMS += %D%/test-frame
%C%_test_frame_SOURCES = %D%/test-frame.c tests/fuzz/fuzz-frame.c
%C%_test_frame_LDADD = libxj-import.la $(TEST_LIBS)

check_PROGRAMS += %D%/test-decode
%C%_test_decode_SOURCES = %D%/test-decode.c tests/fuzz/fuzz-decode.c
%C%_test_decode_CPPFLAGS = $(AM_CPPFLAGS) $(ICU_CFLAGS)
%C%_test_decode_LDADD = libxj-text.la $(TEST_LIBS) $(ICU_LIBS)

check_PROGRAMS += %D%/test-tool
%C%_test_tool_LDADD = libxj-import.la $(TEST_LIBS)
