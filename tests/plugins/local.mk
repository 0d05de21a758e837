# Importers, each in a worker of its own, against documents whose text is known.

# Not a test: what the tests ask how much of a text they got.
noinst_PROGRAMS += %D%/agree
%C%_agree_SOURCES = %D%/agree.c
%C%_agree_CPPFLAGS = $(AM_CPPFLAGS) $(ICU_CFLAGS)
%C%_agree_LDADD = $(ICU_LIBS)
