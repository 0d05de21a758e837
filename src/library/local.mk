# The public API over the modules; the library that is installed. The file
# symbols.map hides what C++ templates would export by themselves: names of our
# own are visible when XJ_API says so.
noinst_LTLIBRARIES += libxj-library.la
libxj_library_la_SOURCES = \
	%D%/accession-read.c \
	%D%/accession.c \
	%D%/account.c \
	%D%/add-commit.c \
	%D%/add-lane.c \
	%D%/add-record.c \
	%D%/add-walk.c \
	%D%/add.c %D%/add.h \
	%D%/again.c \
	%D%/archive.c %D%/archive.h \
	%D%/attend-code.c \
	%D%/attendance.c \
	%D%/audit.c \
	%D%/backup-folder.c \
	%D%/backup-objects.c \
	%D%/backup-purge.c \
	%D%/backup-restore.c \
	%D%/backup-verify.c \
	%D%/backup.c %D%/backup.h \
	%D%/collection.c \
	%D%/commit.c \
	%D%/config.c \
	%D%/correct.c %D%/correct.h \
	%D%/csv.c %D%/csv.h \
	%D%/describe.c \
	%D%/documents.c \
	%D%/draw.c %D%/edit.c %D%/edit.h \
	%D%/entity.c %D%/entity.h \
	%D%/fields.h \
	%D%/found.c \
	%D%/index-merge.c \
	%D%/index-terms.c \
	%D%/indexer.c %D%/indexer.h \
	%D%/json-put.c %D%/json-put.h \
	%D%/lecture-notes.c \
	%D%/lecture.c %D%/lecture.h \
	%D%/lexicon.c %D%/lexicon.h \
	%D%/member.c \
	%D%/member-import.c \
	%D%/member-list.c \
	%D%/members.c \
	%D%/packet-files.c \
	%D%/packet-html.c \
	%D%/packet-pdf.c \
	%D%/packet-text.c \
	%D%/packet.c %D%/packet.h \
	%D%/memberships.c \
	%D%/pairs.c \
	%D%/member-erase.c \
	%D%/member-export.c \
	%D%/paper-check.c \
	%D%/paper-csv.c \
	%D%/paper-draft.c \
	%D%/paper-report.c \
	%D%/paper-show.c \
	%D%/paper.c %D%/paper.h \
	%D%/past.c %D%/past.h \
	%D%/people.c %D%/people.h \
	%D%/plugins.c \
	%D%/publish.c \
	%D%/quarantine.c \
	%D%/ocr-merge.c \
	%D%/ocr.c %D%/ocr.h \
	%D%/reader.c \
	%D%/rebuild.c \
	%D%/request.c \
	%D%/rights-record.c \
	%D%/rights.c %D%/rights.h \
	%D%/record.c \
	%D%/repair.c \
	%D%/remote-row.c \
	%D%/remote.c %D%/remote.h \
	%D%/reread.c \
	%D%/restore.c \
	%D%/role.c \
	%D%/saved.c \
	%D%/search-border.c \
	%D%/search-explain.c \
	%D%/search-index.c \
	%D%/search-meant.c \
	%D%/search-phrase.c \
	%D%/search-query.c \
	%D%/search-rank.c \
	%D%/search-show.c \
	%D%/search-kept.c \
	%D%/search-text.c \
	%D%/search-tree.c \
	%D%/search-wanted.c \
	%D%/search-why.c \
	%D%/search-widen.c \
	%D%/search.c %D%/search.h \
	%D%/seminar-build.c \
	%D%/seminar-check.c \
	%D%/seminar-minutes.c \
	%D%/seminar-packet.c \
	%D%/seminar-show.c \
	%D%/seminar.c %D%/seminar.h \
	%D%/share.c \
	%D%/sharing.c \
	%D%/similar-copies.c \
	%D%/similar-terms.c \
	%D%/similar.c %D%/similar.h \
	%D%/status.c \
	%D%/study-share.c \
	%D%/study.c %D%/study.h \
	%D%/suggest-terms.c \
	%D%/suggest-tops.c \
	%D%/suggest.c %D%/suggest.h \
	%D%/synonyms-standard.h \
	%D%/take.c \
	%D%/topic-list.c \
	%D%/topic-use.c \
	%D%/token.c %D%/topic.c %D%/topic.h \
	%D%/trial.c \
	%D%/unit.c \
	%D%/unit-list.c \
	%D%/unit-tree.c \
	%D%/validity.c %D%/validity.h \
	%D%/upkeep.c \
	%D%/verify.c \
	%D%/why.c \
	%D%/words-standard.h \
	%D%/words.c
libxj_library_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(ZSTD_CFLAGS) \
	$(SQLITE_CFLAGS) $(SODIUM_CFLAGS) -DXJ_VERSION='"$(PACKAGE_VERSION)"' \
	-DXJ_BUILT_IN='"$(plugin_LTLIBRARIES)"'
libxj_library_la_LIBADD = libxj-import.la libxj-index.la libxj-text.la \
	libxj-catalog.la libxj-store.la libxj-util.la $(JANSSON_LIBS) \
	$(ZSTD_LIBS) $(CSV_LIBS) $(SODIUM_LIBS)

lib_LTLIBRARIES += libxueji.la
libxueji_la_SOURCES =
# Never compiled: says that the C++ compiler does the linking.
nodist_EXTRA_libxueji_la_SOURCES = %D%/dummy.cc
libxueji_la_LIBADD = libxj-library.la
libxueji_la_LDFLAGS = -no-undefined -version-info 0:0:0 $(NO_UNDEFINED) \
	-Wl,--version-script=$(top_srcdir)/%D%/symbols.map
EXTRA_libxueji_la_DEPENDENCIES = %D%/symbols.map
EXTRA_DIST += %D%/symbols.map
