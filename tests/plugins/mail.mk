# The importer of e-mail.
check_PROGRAMS += %D%/test-mail
%C%_test_mail_SOURCES = %D%/test-mail.c %D%/sample.h %D%/host.c %D%/host.h
%C%_test_mail_LDADD = libxj-import.la $(TEST_LIBS)

dist_check_SCRIPTS += %D%/test-mail-gold.sh
