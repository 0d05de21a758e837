# The server that `xueji serve` starts, and its pages.
pkglibexec_PROGRAMS += xueji-server
xueji_server_SOURCES = \
	%D%/answer.c \
	%D%/api.c %D%/api.h \
	%D%/api-body.c \
	%D%/api-change.c \
	%D%/api-document.c \
	%D%/api-me.c \
	%D%/api-upload.c \
	%D%/api-packet.c \
	%D%/api-people.c \
	%D%/api-paper.c \
	%D%/api-seminar.c \
	%D%/api-study.c \
	%D%/api-rights.c \
	%D%/api-searches.c \
	%D%/assets.c \
	%D%/cage.c \
	%D%/cite.c \
	%D%/do-packet.c \
	%D%/do-seminar.c \
	%D%/feed.c \
	%D%/flow.c \
	%D%/give-packet.c \
	%D%/http.c \
	%D%/incoming.c \
	%D%/intake.c \
	%D%/language.c \
	%D%/later.c \
	%D%/main.c \
	%D%/markdown.c \
	%D%/model-study.c \
	%D%/openapi.c \
	%D%/model-seminar.c \
	%D%/model.c \
	%D%/model-paper.c \
	%D%/model-people.c \
	%D%/multipart.c \
	%D%/model-waiting.c \
	%D%/page.c \
	%D%/page-collection.c \
	%D%/page-document.c \
	%D%/page-edit.c \
	%D%/page-home.c \
	%D%/page-lecture-files.c \
	%D%/page-lecture-form.c \
	%D%/page-lecture.c \
	%D%/page-me.c \
	%D%/page-member.c \
	%D%/page-paper.c \
	%D%/page-packet.c \
	%D%/page-pages.c \
	%D%/page-read.c \
	%D%/page-request.c \
	%D%/page-rights.c \
	%D%/page-report.c \
	%D%/page-search.c \
	%D%/page-seminar.c \
	%D%/page-sign.c \
	%D%/page-unit.c \
	%D%/page-write.c \
	%D%/people.h \
	%D%/page-study.c \
	%D%/page-topic.c \
	%D%/page-status.c \
	%D%/page-upload.c \
	%D%/pool.c \
	%D%/request.c \
	%D%/routes.c \
	%D%/seminar.h \
	%D%/serve.h \
	%D%/session.c \
	%D%/template.c \
	%D%/upload.h \
	%D%/uploads.c
xueji_server_CPPFLAGS = $(AM_CPPFLAGS) $(MICROHTTPD_CFLAGS) $(SODIUM_CFLAGS) \
	$(JANSSON_CFLAGS) $(MD4C_CFLAGS)
xueji_server_LDADD = libxueji.la libxj-util.la $(MICROHTTPD_LIBS) \
	$(SODIUM_LIBS) $(JANSSON_LIBS) $(MD4C_LIBS) $(LIBINTL) -lpthread

pagesdir = $(pkgdatadir)/pages
dist_pages_DATA = \
	%D%/pages/choices.html \
	%D%/pages/decision.html \
	%D%/pages/decisions.html \
	%D%/pages/collect.html \
	%D%/pages/collection.html \
	%D%/pages/collections.html \
	%D%/pages/document-topics.html \
	%D%/pages/document.html \
	%D%/pages/edit.html \
	%D%/pages/error.html \
	%D%/pages/feed.xml \
	%D%/pages/foot.html \
	%D%/pages/head.html \
	%D%/pages/help.html \
	%D%/pages/hit.html \
	%D%/pages/home.html \
	%D%/pages/icon.svg \
	%D%/pages/lecture-attend.html \
	%D%/pages/lecture-form.html \
	%D%/pages/lecture-notes.html \
	%D%/pages/lecture-row.html \
	%D%/pages/lecture-share.html \
	%D%/pages/lecture.html \
	%D%/pages/lectures.html \
	%D%/pages/opensearch.xml \
	%D%/pages/pages-turn.html \
	%D%/pages/pages.html \
	%D%/pages/prose.html \
	%D%/pages/packet-choose.html \
	%D%/pages/packet-download.html \
	%D%/pages/packet-line.html \
	%D%/pages/paper.html \
	%D%/pages/paper-edit.html \
	%D%/pages/paper-history.html \
	%D%/pages/paper-new.html \
	%D%/pages/paper-report.html \
	%D%/pages/paper-row.html \
	%D%/pages/me.html \
	%D%/pages/member.html \
	%D%/pages/members.html \
	%D%/pages/papers.html \
	%D%/pages/papers-all.html \
	%D%/pages/packet-search.html \
	%D%/pages/packet.html \
	%D%/pages/request-new.html \
	%D%/pages/requests.html \
	%D%/pages/rights.html \
	%D%/pages/removed.html \
	%D%/pages/row.html \
	%D%/pages/rows.js \
	%D%/pages/read.html \
	%D%/pages/runs.html \
	%D%/pages/search.html \
	%D%/pages/search.js \
	%D%/pages/seminar.html \
	%D%/pages/seminar-edit.html \
	%D%/pages/seminar-minutes.html \
	%D%/pages/seminar-row.html \
	%D%/pages/seminars.html \
	%D%/pages/sign-in.html \
	%D%/pages/status.html \
	%D%/pages/style.css \
	%D%/pages/upload.html \
	%D%/pages/upload.js \
	%D%/pages/uploaded.html \
	%D%/pages/validity.html \
	%D%/pages/topics.html \
	%D%/pages/unit.html \
	%D%/pages/units.html \
	%D%/pages/welcome.html \
	%D%/pages/write.js

# The description of the API, a file a group of nouns, joined when the server starts.
openapidir = $(pagesdir)/openapi
dist_openapi_DATA = \
	%D%/pages/openapi/base.json \
	%D%/pages/openapi/documents.json \
	%D%/pages/openapi/me.json \
	%D%/pages/openapi/papers.json \
	%D%/pages/openapi/rights.json \
	%D%/pages/openapi/people.json \
	%D%/pages/openapi/search.json \
	%D%/pages/openapi/study.json \
	%D%/pages/openapi/seminars.json \
	%D%/pages/openapi/uploads.json

# What templates say, where gettext finds it: `make -f` the tree's makefile says
# `words` after a template changed.
EXTRA_DIST += %D%/words.c %D%/words.sh
words:
	sh $(srcdir)/%D%/words.sh $(srcdir)/%D%/pages >$(srcdir)/%D%/words.c
.PHONY: words
