# Harnesses of the importers, each with a host in memory.
FUZZ_IMPORTERS = fuzz-archive fuzz-epub fuzz-html fuzz-image fuzz-mail \
	fuzz-markdown fuzz-media fuzz-odf fuzz-ofd fuzz-ole fuzz-ooxml \
	fuzz-pdf fuzz-rtf fuzz-subtitle fuzz-text
FUZZERS += $(FUZZ_IMPORTERS)
CLEANFILES += $(FUZZ_IMPORTERS)
FUZZ_IMPORTER = %D%/fuzz-importer.c %D%/fuzz.h %D%/fuzz-import.h \
	%D%/fuzz-parts.h %D%/fuzz-compound.h %D%/fuzz-zip.h
EXTRA_DIST += $(FUZZ_IMPORTER) %D%/fuzz-media.c

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

# What makes the file of the parts that a seed has, and other conditions.
fuzz_make_epub = -DFUZZ_MAKE=fuzz_zip_make -lz
fuzz_make_odf = -DFUZZ_MAKE=fuzz_zip_make -DROUNDS_MAX=50000 -lz
fuzz_make_ofd = -DFUZZ_MAKE=fuzz_zip_make -lz
fuzz_make_ole = -DFUZZ_MAKE=fuzz_compound_make
fuzz_make_ooxml = -DFUZZ_MAKE=fuzz_package_make -DROUNDS_MAX=50000 -lz

# Of what an importer loads later, the harness is made with it.
fuzz_sources_media = tests/fuzz/fuzz-media.c plugins/media/reader.c
fuzz_libs_media = $(AVFORMAT_LIBS)
fuzz-media: media-reader.la

$(FUZZ_IMPORTERS): fuzz-%: importer-%.la $(FUZZ_IMPORTER)
	$(AM_V_GEN)$(CLANG) $(FUZZ_FLAGS) -std=gnu17 \
		-DFUZZ_NAMES='$(fuzz_names_$*)' \
		-I. -I$(top_srcdir) $(importer_$*_la_CPPFLAGS) $(AM_CPPFLAGS) -o $@ \
		$(srcdir)/%D%/fuzz-importer.c \
		$(addprefix $(top_srcdir)/, $(or $(fuzz_sources_$*), \
			$(filter %.c,$(importer_$*_la_SOURCES)))) \
		$(importer_$*_la_LIBADD) $(fuzz_libs_$*) $(fuzz_make_$*)
