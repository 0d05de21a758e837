# Tests of the pages, by Node's own runner.
dist_check_SCRIPTS += %D%/pages.mjs
EXTRA_DIST += %D%/serve.mjs %D%/node.sh
