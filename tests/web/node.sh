#!/bin/sh
# node.sh TEST - run a test of Node's, and print TAP.
if ! ${NODE:-node} --test-reporter=tap -e '' >/dev/null 2>&1; then
	echo '1..0 # SKIP there is no node'
	exit 0
fi
exec ${NODE:-node} --test-reporter=tap "$1"
