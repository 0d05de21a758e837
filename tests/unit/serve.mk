# What the server is made of, without a server.
check_PROGRAMS += %D%/test-markdown
%C%_test_markdown_SOURCES = %D%/test-markdown.c src/serve/flow.c \
	src/serve/markdown.c src/serve/template.c
%C%_test_markdown_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(MD4C_CFLAGS)
%C%_test_markdown_LDADD = $(TEST_LIBS) $(JANSSON_LIBS) $(MD4C_LIBS)
