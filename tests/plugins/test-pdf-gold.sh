#!/bin/sh
# test-pdf-gold.sh - PDF whose text is known, by runs of five characters; and
# that every PDF there is comes to an end.
data=$shared/data/documents
run=$top_builddir/tests/plugins/run-importer
agree=$top_builddir/tests/plugins/agree

if ! [ -d "$data/gold-born-from-text" ]; then
	echo "1..0 # SKIP no test data beside the source tree"
	exit 0
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/xueji-pdf.XXXXXX") || exit 99
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

# share GOLD PDF
share()
{
	"$run" --text "$2" >"$tmp/text"
	"$agree" "$1" "$tmp/text"
}

# TeX draws the straight quote of a source as a closing one, and a reader who
# types either finds both: so the bar is for the text as it is searched, and the
# text as it is shown may be a little further off.
for pdf in "$data"/gold-born-from-text/*.pdf "$data"/gold-nonembedded-cjk/*.pdf
do
	name=$(basename "$pdf" .pdf)
	shown=$(share "${pdf%.pdf}.txt" "$pdf")
	searched=$("$agree" -s "${pdf%.pdf}.txt" "$tmp/text")
	if at_least "$searched" 0.9700 && at_least "$shown" 0.9400; then
		say ok "$name agrees by $searched, as shown by $shown"
	else
		say "not ok" "$name agrees by $searched, as shown by $shown"
	fi
done

# Other extractors' text; they leave paragraphs in the order of drawing.
low=0 all=0
for text in "$data"/pdf-*/*.pdf.expected.txt; do
	got=$(share "$text" "${text%.expected.txt}")
	all=$((all + 1))
	if ! at_least "$got" 0.9500; then
		low=$((low + 1))
		echo "# $got $(basename "$text")"
	fi
done
if [ $low -le $((all / 10)) ]; then
	say ok "all but $low of $all agree with other extractors"
else
	say "not ok" "$low of $all disagree with other extractors"
fi

# An outcome for each, and never a crash or a limit.
bad=0 all=0
for pdf in "$data"/pdf-*/*.pdf "$data"/mixed-tika/*.pdf; do
	[ -f "$pdf" ] || continue
	all=$((all + 1))
	outcome=$("$run" "$pdf" 2>&1 | grep -a '^outcome')
	case $outcome in
	'outcome ok '*|'outcome partial '*|'outcome encrypted '*|\
	'outcome corrupt '*) ;;
	*)
		bad=$((bad + 1))
		echo "# $(basename "$pdf"): $outcome" ;;
	esac
done
if [ $bad = 0 ]; then
	say ok "$all documents come to an end"
else
	say "not ok" "$bad of $all documents do not come to an end"
fi

# The files of pdfminer are locked with the word foo.
if "$run" -w foo "$data/pdf-pdfminer/rc4-40.pdf" | grep -q '^outcome ok'; then
	say ok "a password opens what it locks"
else
	say "not ok" "a password opens what it locks"
fi
if "$run" -w bar "$data/pdf-pdfminer/rc4-40.pdf" |
	grep -q '^outcome encrypted .*the password is wrong'; then
	say ok "a wrong password is said to be wrong"
else
	say "not ok" "a wrong password is said to be wrong"
fi
echo "1..$n"
