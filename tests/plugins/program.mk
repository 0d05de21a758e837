# Importers that are programs. The one of bad deeds runs in a cage with a limit
# of memory, which the sanitizers do not know.
check_PROGRAMS += %D%/test-program
%C%_test_program_SOURCES = %D%/test-program.c %D%/host.c %D%/host.h
%C%_test_program_LDADD = libxj-import.la $(TEST_LIBS)

noinst_PROGRAMS += %D%/bad-program
%C%_bad_program_CFLAGS = $(WARN_CFLAGS) -pthread
%C%_bad_program_LDADD =
