# Tests of the pages, by Node's own runner. That in a browser wants `npm ci` in this
# folder, which `./setup check` says.
dist_check_SCRIPTS += %D%/api.mjs %D%/browser.mjs %D%/edit.mjs %D%/hostile.mjs \
	%D%/pages.mjs %D%/papers.mjs %D%/rights.mjs \
	%D%/seminars.mjs \
	%D%/status.mjs %D%/study.mjs %D%/upload.mjs
# Stories in a browser spend their time in it; the sanitizers see the same routes
# asked for by the others, and a browser in browser.mjs.
if !SANITIZED
dist_check_SCRIPTS += %D%/papers-browser.mjs %D%/seminars-browser.mjs \
	%D%/study-browser.mjs %D%/upload-browser.mjs
endif
EXTRA_DIST += %D%/serve.mjs %D%/node.sh %D%/package.json \
	%D%/package-lock.json %D%/.npmrc
