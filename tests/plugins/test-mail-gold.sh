#!/bin/sh
# test-mail-gold.sh - mails whose headers and text are known, by Python's own
# reader, and odd mails of many programs.
data=$shared/data/documents
run=$top_builddir/tests/plugins/run-importer

if ! [ -d "$data/mail-zh-made" ]; then
	echo "1..0 # SKIP no test data beside the source tree"
	exit 0
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/xueji-mail.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
n=0

result()
{
	n=$((n + 1))
	echo "$1 $n - $2"
}

# read_mail FILE: the subject, the text, the name of the attachment.
cat >"$tmp/read.py" <<'END'
import email, email.policy, sys
m = email.message_from_binary_file(open(sys.argv[1], 'rb'),
                                   policy=email.policy.default)
print(m['subject'])
print(m['from'].addresses[0].display_name)
print('\n'.join(l for l in m.get_body().get_content().splitlines() if l))
for a in m.iter_attachments():
    print(a.get_filename())
END

for mail in "$data"/mail-zh-made/*.eml; do
	python3 "$tmp/read.py" "$mail" >"$tmp/want"
	"$run" "$mail" >"$tmp/dump"
	{
		sed -n 's/^meta title "\([^"]*\)".*/\1/p' "$tmp/dump"
		sed -n 's/^meta creator "\([^<"]*\) <.*/\1/p' "$tmp/dump"
		"$run" --text "$mail"
		sed -n 's/^child attachment "\([^"]*\)".*/\1/p' "$tmp/dump"
	} >"$tmp/got"
	if cmp -s "$tmp/want" "$tmp/got"; then
		result ok "$(basename "$mail") is exact"
	else
		result 'not ok' "$(basename "$mail") is exact"
		diff "$tmp/want" "$tmp/got" | sed 's/^/# /' | head -n 20
	fi
done

for folder in mail-gmime mail-mikel mail-mimekit mail-notmuch; do
	"$run" -d 5 "$data/$folder"/* >"$tmp/dump" 2>&1
	files=$(find "$data/$folder" -type f | wc -l)
	if [ "$(grep -c '^outcome' "$tmp/dump")" = "$files" ] &&
	   ! grep -Eq '^ *outcome (crashed|limit)' "$tmp/dump"; then
		result ok "each mail of $folder has an outcome"
	else
		result 'not ok' "each mail of $folder has an outcome"
	fi
done
echo "1..$n"
