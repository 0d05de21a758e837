# check_PROGRAMS += %D%/test-text
