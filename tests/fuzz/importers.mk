# Harnesses of the importers, each with a host in memory. Those of packages are
# given parts, of which the harness makes the zip.
FUZZ_PLAIN = fuzz-archive fuzz-html fuzz-image fuzz-mail fuzz-markdown \
	fuzz-media fuzz-ole fuzz-pdf fuzz-rtf fuzz-subtitle fuzz-text
FUZZ_PACKED = fuzz-epub fuzz-odf fuzz-ofd fuzz-ooxml
FUZZERS += $(FUZZ_PLAIN) $(FUZZ_PACKED)
CLEANFILES += $(FUZZ_PLAIN) $(FUZZ_PACKED)
EXTRA_DIST += %D%/fuzz-import.h %D%/fuzz-importer.c %D%/fuzz-media.c \
	%D%/fuzz-package.h

# The names that the bytes may have.
fuzz_names_archive = "a.zip", "a.tar", "a.lzh"
fuzz_names_epub = "a.epub"
fuzz_names_html = "a.html"
fuzz_names_image = "a.jpg"
fuzz_names_mail = "a.eml", "a.mbox"
fuzz_names_markdown = "a.md"
fuzz_names_media = "a.mp3", "a.mkv", "a.mp4"
fuzz_names_odf = "a.odt", "a.ods"
fuzz_names_ofd = "a.ofd"
fuzz_names_ole = "a.doc"
fuzz_names_ooxml = "a.docx"
fuzz_names_pdf = "a.pdf"
fuzz_names_rtf = "a.rtf"
fuzz_names_subtitle = "a.srt", "a.lrc", "a.vtt", "a.ass"
fuzz_names_text = "a.txt"

# Of what an importer loads later, the harness is made with it.
fuzz_sources_media = tests/fuzz/fuzz-media.c plugins/media/reader.c
fuzz_libs_media = $(AVFORMAT_LIBS)

FUZZ_BUILD = $(CLANG) $(FUZZ_FLAGS) -std=gnu17 -DFUZZ_NAMES='$(fuzz_names_$*)' \
	-I. $(importer_$*_la_CPPFLAGS) $(AM_CPPFLAGS) -o $@ \
	$(srcdir)/%D%/fuzz-importer.c \
	$(addprefix $(top_srcdir)/, $(or $(fuzz_sources_$*), \
		$(filter %.c,$(importer_$*_la_SOURCES)))) \
	$(importer_$*_la_LIBADD) $(fuzz_libs_$*)

$(FUZZ_PLAIN): fuzz-%: importer-%.la $(srcdir)/%D%/fuzz-importer.c \
		$(srcdir)/%D%/fuzz-import.h
	$(AM_V_GEN)$(FUZZ_BUILD)

$(FUZZ_PACKED): fuzz-%: importer-%.la $(srcdir)/%D%/fuzz-importer.c \
		$(srcdir)/%D%/fuzz-import.h $(srcdir)/%D%/fuzz-package.h
	$(AM_V_GEN)$(FUZZ_BUILD) -DFUZZ_PACKAGE -lz
