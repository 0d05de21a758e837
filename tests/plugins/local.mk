# Importers, each in a worker of its own, against documents whose text is known.

# Not a test: what the tests ask how much of a text they got.
noinst_PROGRAMS += %D%/agree
%C%_agree_SOURCES = %D%/agree.c
%C%_agree_CPPFLAGS = $(AM_CPPFLAGS) $(ICU_CFLAGS)
%C%_agree_LDADD = libxj-text.la libxj-util.la $(ICU_LIBS)

# Shows what an importer makes of a file:
#	XUEJI_WORKER=./xueji-importer XUEJI_PLUGINS=.libs \
#		tests/plugins/run-importer FILE
# A test of an importer adds %D%/host.c to its sources, see host.h.
noinst_PROGRAMS += %D%/run-importer
%C%_run_importer_SOURCES = %D%/run-importer.c %D%/host.c %D%/host.h
%C%_run_importer_LDADD = libxj-import.la libxj-util.la

include tests/plugins/image.mk
include tests/plugins/media.mk
include tests/plugins/mail.mk
include tests/plugins/subtitle.mk
include tests/plugins/web.mk
include tests/plugins/text.mk
include tests/plugins/bad.mk
include tests/plugins/program.mk
include tests/plugins/pdf.mk
include tests/plugins/ocr.mk
include tests/plugins/legacy.mk
include tests/plugins/office.mk
