# Programs that measure: noinst_PROGRAMS += %D%/x, EXTRA_DIST += %D%/x.sh
