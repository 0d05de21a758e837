#!/bin/sh
# symbols.sh - the library exports what its headers declare, and nothing else.
# Says so in TAP.

set -u
headers=$(ls "${top_srcdir:-.}"/include/xueji/*.h | grep -v importer.h)
library=${top_builddir:-.}/.libs/libxueji.so
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# A declaration is from XJ_API at the start of a line to the semicolon; the
# name of the function stands before its first parenthesis.
cat $headers | grep -v '^#' |
awk '/^XJ_API/ { inside = 1 }
     inside { text = text " " $0 }
     inside && /;/ { print text; text = ""; inside = 0 }' |
sed -nE 's/^[^(]*[ *](xj_[a-z0-9_]+) *\(.*/\1/p' |
LC_ALL=C sort -u >"$work/declared"

${NM:-nm} -D --defined-only "$library" >"$work/nm" || exit 1
awk '$2 != "A" { print $3 }' "$work/nm" | sed 's/@.*//' |
LC_ALL=C sort -u >"$work/exported"

# name of the test, file with the names that break it
report()
{
	count=$((count + 1))
	if test -s "$2"; then
		echo "not ok $count - $1"
		sed 's/^/# /' "$2"
		broken=1
	else
		echo "ok $count - $1"
	fi
}

count=0
broken=0
LC_ALL=C comm -23 "$work/declared" "$work/exported" >"$work/missing"
LC_ALL=C comm -13 "$work/declared" "$work/exported" >"$work/extra"
report 'every declared function is exported' "$work/missing"
report 'nothing but declared functions is exported' "$work/extra"
cat $headers | grep -c '^XJ_API' >"$work/marks"
if test "$(cat "$work/marks")" = "$(wc -l <"$work/declared")"; then
	: >"$work/unread"
else
	echo "$(cat "$work/marks") marks in $headers" >"$work/unread"
fi
report 'every XJ_API mark was understood' "$work/unread"
echo "1..$count"
exit $broken
