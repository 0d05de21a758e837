EXTRA_DIST += %D%/common.bash
dist_check_SCRIPTS += \
	%D%/add.bats \
	%D%/backup.bats \
	%D%/documents.bats \
	%D%/export.bats \
	%D%/hostile.bats \
	%D%/index.bats \
	%D%/keeping.bats \
	%D%/lectures.bats \
	%D%/ocr.bats \
	%D%/papers.bats \
	%D%/people.bats \
	%D%/rights.bats \
	%D%/programs.bats \
	%D%/plugins.bats \
	%D%/quarantine.bats \
	%D%/query.bats \
	%D%/recordings.bats \
	%D%/reindex.bats \
	%D%/search.bats \
	%D%/searches.bats \
	%D%/seminars.bats \
	%D%/similar.bats \
	%D%/suggest.bats \
	%D%/synonyms.bats \
	%D%/tutorial.bats \
	%D%/unlock.bats

# What these say is said of texts, by hundreds of short runs: the sanitizers have
# seen those commands at work in the others.
if !SANITIZED
dist_check_SCRIPTS += %D%/manual.bats %D%/options.bats
endif
