#!/bin/sh
# test-ole-gold.sh - documents of old Word, Excel and PowerPoint whose text is
# known, by runs of five characters; and that every one there is comes to an
# end.
data=$shared/data/documents
run=$top_builddir/tests/plugins/run-importer
agree=$top_builddir/tests/plugins/agree

if ! [ -d "$data/gold-born-from-text" ]; then
	echo "1..0 # SKIP no test data beside the source tree"
	exit 0
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/xueji-ole.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
n=0

say()
{
	n=$((n + 1))
	echo "$1 $n - $2"
}

# at_least SHARE LIMIT, both with four places
at_least()
{
	[ "$(printf '%s\n%s\n' "$1" "$2" | sort | head -n 1)" = "$2" ]
}

# share GOLD FILE
share()
{
	"$run" --text "$2" >"$tmp/text"
	"$agree" "$1" "$tmp/text"
}

for file in "$data"/gold-born-from-text/*.doc \
	"$data"/gold-born-from-text/*.xls "$data"/gold-born-from-text/*.ppt; do
	name=$(basename "$file")
	got=$(share "${file%.*}.txt" "$file")
	if at_least "$got" 0.9950; then
		say ok "$name agrees by $got"
	else
		say "not ok" "$name agrees by $got"
	fi
done

for file in "$data"/gold-born-from-text/*-lo-*.doc; do
	name=$(basename "$file")
	"$run" "$file" >"$tmp/dump"
	if grep -q '^meta creator "档案馆测试"' "$tmp/dump" &&
		grep -q '^meta created "2024-03-01T' "$tmp/dump" &&
		grep -q '^meta subject "检索"' "$tmp/dump" &&
		grep -q '^meta title ".*" source="summary"' "$tmp/dump"
	then
		say ok "$name has its title, creator, date and keyword"
	else
		say "not ok" "$name lacks some of its metadata"
	fi
done

low=0 all=0
for text in "$data"/office-*/*.doc.expected.txt; do
	got=$(share "$text" "${text%.expected.txt}")
	all=$((all + 1))
	if ! at_least "$got" 0.9500; then
		low=$((low + 1))
		echo "# $got $(basename "$text")"
	fi
done
if [ $low = 0 ]; then
	say ok "all of $all agree with other extractors"
else
	say "not ok" "$low of $all disagree with other extractors"
fi

# An outcome for each, and never a crash or a limit.
bad=0 all=0
for file in "$data"/*/*.doc "$data"/*/*.xls "$data"/*/*.ppt "$data"/*/*.msg \
	"$data"/*/*.wps "$data"/*/*.vsd; do
	all=$((all + 1))
	outcome=$("$run" "$file" 2>&1 | grep -a '^outcome')
	case $outcome in
	'outcome ok '*|'outcome partial '*|'outcome encrypted '*|\
	'outcome corrupt '*|'outcome unsupported '*) ;;
	*)
		bad=$((bad + 1))
		echo "# $(basename "$file"): $outcome" ;;
	esac
done
if [ $bad = 0 ]; then
	say ok "$all documents come to an end"
else
	say "not ok" "$bad of $all documents do not come to an end"
fi

"$run" "$data/office-poi/attachment_test_msg.msg" >"$tmp/dump"
if grep -q '^meta title "test pièce jointe 1"' "$tmp/dump" &&
	grep -q '^meta date "2009-04-22T14:36:33Z"' "$tmp/dump" &&
	grep -q '^body part 1 "contenu"' "$tmp/dump" &&
	grep -q '^child attachment "test-unicode.doc" size=24064' "$tmp/dump"
then
	say ok "a message has its subject, date, body and attachments"
else
	say "not ok" "a message lacks some of its parts"
fi

if "$run" "$data/office-poi/password_password_cryptoapi.doc" |
	grep -q '^outcome encrypted '; then
	say ok "a locked document is said to be locked"
else
	say "not ok" "a locked document is said to be locked"
fi
echo "1..$n"
