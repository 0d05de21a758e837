# Tests of the pages, by Node's own runner. That in a browser wants `npm ci` in this
# folder, which `./setup check` says.
dist_check_SCRIPTS += %D%/api.mjs %D%/rights.mjs %D%/browser.mjs %D%/hostile.mjs %D%/pages.mjs %D%/upload.mjs \
	%D%/study.mjs
dist_check_SCRIPTS += %D%/seminars.mjs
dist_check_SCRIPTS += %D%/browser.mjs %D%/hostile.mjs %D%/pages.mjs \
	%D%/study.mjs %D%/papers.mjs
EXTRA_DIST += %D%/serve.mjs %D%/node.sh %D%/package.json \
	%D%/package-lock.json %D%/.npmrc
