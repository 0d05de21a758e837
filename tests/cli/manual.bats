#!/usr/bin/env bats
# Every example of the manual is run, in a library that has what they name.
load common

setup_file()
{
	share_library
	cd "$BATS_FILE_TMPDIR"
	mkdir -p notes/draft out
	echo draft >notes/draft/a.txt
	echo '医院管理学第一章' >book.txt
	printf '1\t质量\n2\t病历\n' >queries.tsv
	zip -q -P 春眠不觉晓 locked.zip book.txt
}

setup()
{
	cd "$BATS_TEST_TMPDIR"
	cp -a "$BATS_FILE_TMPDIR"/{library,notes,out,book.txt,queries.tsv,locked.zip} .
	export XUEJI_ARCHIVE=$PWD/library
	export XDG_DATA_HOME=$PWD/data PKG_CONFIG_PATH=$top_builddir
	# As it is installed, for the makefiles of examples too.
	mkdir bin
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$XUEJI" >bin/xueji
	chmod +x bin/xueji
	export PATH=$PWD/bin:$PATH
}

# The commands between .EX and .EE of a page, as one would type them.
examples()
{
	sed -n '/^\.EX$/,/^\.EE$/p' "$1" | grep -v '^\.E[XE]$' |
	sed 's/\\-/-/g; s/\\e/\\/g'
}

run_examples()
{
	local line
	examples "$top_srcdir/doc/en/$1.man" >examples.txt
	[ -s examples.txt ]
	while IFS= read -r line; do
		echo "$line"
		bash -c "$line" </dev/null
	done <examples.txt
	examples "$top_srcdir/doc/zh/$1.man" | cmp - examples.txt
}

@test "examples of xueji work" { run_examples xueji; }
@test "examples of xueji-accession work" { run_examples xueji-accession; }
@test "examples of xueji-add work" { run_examples xueji-add; }
@test "examples of xueji-backup work" { run_examples xueji-backup; }
@test "examples of xueji-collection work" {
	need jq
	run_examples xueji-collection
}
@test "examples of xueji-seminar, xueji-packet and xueji-decision work" {
	need jq
	for page in seminar packet decision; do
		run_examples "xueji-$page"
	done
}
@test "examples of xueji-config work" { run_examples xueji-config; }
@test "examples of xueji-demo work" { run_examples xueji-demo; }
@test "examples of xueji-dictionary work" { run_examples xueji-dictionary; }
@test "examples of xueji-doctor work" { run_examples xueji-doctor; }
@test "examples of xueji-edit work" { run_examples xueji-edit; }
@test "examples of xueji-get work" { run_examples xueji-get; }
@test "examples of xueji-help work" { run_examples xueji-help; }
@test "examples of xueji-history work" { run_examples xueji-history; }
@test "examples of xueji-index work" { run_examples xueji-index; }
@test "examples of xueji-init work" { run_examples xueji-init; }
@test "examples of xueji-lecture work" {
	need jq
	run_examples xueji-lecture
}
@test "examples of xueji-list work" { run_examples xueji-list; }
@test "examples of xueji-member work" { run_examples xueji-member; }
@test "examples of xueji-ocfl work" { run_examples xueji-ocfl; }
@test "examples of xueji-paper work" {
	need jq
	run_examples xueji-paper
}
@test "examples of xueji-plugin work" { run_examples xueji-plugin; }
@test "examples of xueji-purge work" { run_examples xueji-purge; }
@test "examples of xueji-quarantine work" { run_examples xueji-quarantine; }
@test "examples of xueji-rebuild work" { run_examples xueji-rebuild; }
@test "examples of xueji-role work" { run_examples xueji-role; }
@test "examples of xueji-ocr work" { run_examples xueji-ocr; }
@test "examples of xueji-reindex work" { run_examples xueji-reindex; }
@test "examples of xueji-remove work" { run_examples xueji-remove; }
@test "examples of xueji-restore work" { run_examples xueji-restore; }
@test "examples of xueji-search work" {
	add_query_documents
	run_examples xueji-search
}
@test "examples of xueji-show work" { run_examples xueji-show; }
@test "examples of xueji-status work" { run_examples xueji-status; }
@test "examples of xueji-searches work" { run_examples xueji-searches; }
@test "examples of xueji-similar work" { run_examples xueji-similar; }
@test "examples of xueji-suggest work" { run_examples xueji-suggest; }
@test "examples of xueji-synonym work" { run_examples xueji-synonym; }
@test "examples of xueji-undelete work" { run_examples xueji-undelete; }
@test "examples of xueji-unit work" { run_examples xueji-unit; }
@test "examples of xueji-unlock work" { run_examples xueji-unlock; }
@test "examples of xueji-verify work" { run_examples xueji-verify; }
@test "examples of xueji-audit work" { run_examples xueji-audit; }
@test "examples of xueji-decline work" { run_examples xueji-decline; }
@test "examples of xueji-grant work" { run_examples xueji-grant; }
@test "examples of xueji-request work" { run_examples xueji-request; }
@test "examples of xueji-requests work" { run_examples xueji-requests; }
@test "examples of xueji-scope work" { run_examples xueji-scope; }
@test "examples of xueji-share work" { run_examples xueji-share; }
@test "examples of xueji-shares work" { run_examples xueji-shares; }
@test "examples of xueji-titles work" { run_examples xueji-titles; }
@test "examples of xueji-token work" { run_examples xueji-token; }
@test "examples of xueji-topic work" { run_examples xueji-topic; }
@test "examples of xueji-unshare work" { run_examples xueji-unshare; }
@test "examples of xueji-who-can work" { run_examples xueji-who-can; }
@test "examples of xueji-why work" { run_examples xueji-why; }
@test "examples of xueji-withdraw work" { run_examples xueji-withdraw; }
@test "examples of xueji-version work" { run_examples xueji-version; }

@test "every page has its parts, in both languages, without complaint" {
	need groff
	for page in "$top_builddir"/doc/en/*.1; do
		grep -q '^\.SH NAME$' "$page"
		grep -q '^\.SH SYNOPSIS$' "$page"
		grep -q '^\.SH OPTIONS$' "$page"
		! grep -q '@OPTIONS@' "$page"
		[ -z "$(groff -man -Tutf8 -Kutf8 -ww -z "$page" 2>&1)" ]
	done
	for page in "$top_builddir"/doc/zh/*.1; do
		grep -q '^\.SH 名称$' "$page"
		# Lines of Chinese have few places to be stretched at.
		[ -z "$(groff -man -mzh -Tutf8 -Kutf8 -z "$page" 2>&1 |
			grep -vE "cannot adjust|can't break")" ]
	done
}

@test "every message has its Chinese" {
	need msgfmt
	[ -z "$(msgfmt --statistics -o /dev/null "$top_srcdir/po/zh_CN.po" 2>&1 |
		grep -E 'fuzzy|untranslated')" ]
	need xgettext msgcmp
	cd "$top_srcdir"
	grep -v '^#' po/POTFILES.in |
	xgettext $(sed -n '/^XGETTEXT_OPTIONS/,/[^\]$/ s/^[^-]*\(--.*[^\]\).*/\1/p' po/Makevars) \
		--files-from=- -o "$BATS_TEST_TMPDIR/all.pot"
	msgcmp "po/zh_CN.po" "$BATS_TEST_TMPDIR/all.pot"
}

@test "the JSON that is described is the JSON that comes" {
	need jq
	for key in $("$XUEJI" search --json 质量 |
		jq -r 'keys[], (.hits[0] | keys[])') \
		$("$XUEJI" list --json | jq -r '.documents[0] | keys[]') \
		$("$XUEJI" status --json | jq -r 'keys[]') \
		$("$XUEJI" accession show 1 --json | jq -r 'keys[]'); do
		grep -q "\`$key\`\|\"$key\"" "$top_srcdir/doc/json.md" || {
			echo "$key"
			false
		}
	done
}
