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
	%D%/manual.bats \
	%D%/ocr.bats \
	%D%/options.bats \
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
