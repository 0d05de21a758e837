#!/bin/sh
# test-media-gold.sh - recordings whose tags are known, whole and damaged.
data=$shared/data/documents
run=$top_builddir/tests/plugins/run-importer

if ! [ -d "$data/media-zh-made" ]; then
	echo "1..0 # SKIP no test data beside the source tree"
	exit 0
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/xueji-media.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
n=0

result()
{
	n=$((n + 1))
	echo "$1 $n - $2"
}

# has LINE...: all of them are in the dump.
has()
{
	for line; do
		grep -aqF -- "$line" "$tmp/dump" || return 1
	done
}

for file in "$data"/media-zh-made/*; do
	"$run" "$file" >"$tmp/dump"
	set -- 'meta title "第三讲 信息检索"'
	case $file in
	*.mkv) set -- "$@" 'outline 1 msec 0 "导言"' \
		'outline 1 msec 1500 "正文"' 'body msec 1000 end=3700 ' ;;
	*id3v1*) set -- "$@" 'meta date "2024"' 'meta album "课程录音"' ;;
	*) set -- "$@" 'meta date "2024-03-01"' 'meta creator "王老师"' \
		'meta album "课程录音"' ;;
	esac
	if has "$@" 'outcome ok'; then
		result ok "$(basename "$file") gives its tags"
	else
		result 'not ok' "$(basename "$file") gives its tags"
	fi
	size=$(wc -c <"$file")
	for part in 1 2 3 4 5; do
		cut=$tmp/$part.${file##*.}
		head -c $((size * part / 6)) "$file" >"$cut"
		"$run" "$cut"
		# A byte of each sixth is another one.
		{
			head -c $((size * part / 6)) "$file"
			printf '\377'
			tail -c +$((size * part / 6 + 2)) "$file"
		} >"$cut"
		"$run" "$cut"
	done >"$tmp/dump" 2>&1
	if [ "$(grep -ac '^outcome' "$tmp/dump")" = 10 ] &&
	   ! grep -aEq '^outcome (crashed|limit)' "$tmp/dump"; then
		result ok "$(basename "$file") damaged has an outcome"
	else
		result 'not ok' "$(basename "$file") damaged has an outcome"
	fi
done
echo "1..$n"
