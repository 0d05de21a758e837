#!/usr/bin/env bats
# The query language: its examples in the manual, and what is put right.
load common

setup_file()
{
	share_library
	need jq
	cd "$BATS_FILE_TMPDIR"
	add_query_documents
}

setup() { copy_library; }

# "files<TAB>query" of each example that says what it finds.
examples()
{
	sed -n '/^\.\\" finds /{s///;N;N;s/\n\.EX\nxueji search /\t/;p;}' "$1" |
	sed 's/\\-/-/g'
}

# The names of the files found (members of the zip left out), in the order of the alphabet.
found()
{
	xueji search --json --limit 0 "$@" |
		jq -r '.hits[] | select((.related | not) and (.path | length) == 1) |
			.path[-1] | split("/")[-1]' | sort | xargs
}

@test "each example of the query language finds what the manual says" {
	examples "$top_srcdir/doc/en/xueji-search.man" >examples
	[ "$(wc -l <examples)" -gt 15 ]
	while IFS=$'\t' read -r files query; do
		echo "$query"
		eval "found $query" >names 2>said
		cat names said
		[ "$(xargs -n 1 <<<"$files" | sort | xargs)" = "$(cat names)" ]
		[ ! -s said ]
	done <examples
}

@test "both manuals have the same examples" {
	examples "$top_srcdir/doc/en/xueji-search.man" >en
	examples "$top_srcdir/doc/zh/xueji-search.man" | cmp - en
}

@test "what was put right is told, in the reader's language" {
	run --separate-stderr xueji search '"病历'
	[ "$status" -eq 0 ]
	[ "$stderr" = '": the quotation mark has no partner and was left out' ]
	[[ $output == 'Understood as: 病历'* ]]
	run --separate-stderr xueji --lang zh search '(病历 OR'
	[[ $stderr == *'OR：'* ]]
	[[ $stderr == *'(：'* ]]
	run --separate-stderr xueji search 'title: 病历 AND year:2012..2011 h*'
	[[ $stderr == *'title: has no value'* ]]
	[[ $stderr == *'AND was left out'* ]]
	[[ $stderr == *'year:2012..2011'*'ran backwards'* || $stderr == *'2012..2011: the range'* ]]
	[[ $stderr == *'h*: a single letter'* ]]
}

@test "programs are told in JSON" {
	run_json search --json '"病历 foo:bar near:3'
	[ "$(json -c '[.repairs[] | .code]')" = \
		'["quote","unknown-field","operator"]' ]
	[ "$(json '.repairs[1].part')" = foo ]
	run_json search --json 病历
	[ "$(json -c .repairs)" = '[]' ]
}

@test "what may have been meant is offered, and not answered" {
	run xueji search hygeine
	[ "$status" -eq 1 ]
	[[ ${output,,} == *"did you mean hygiene (1 document)?"* ]]
	run xueji --lang zh search hygeine
	[[ ${output,,} == *"您是不是要找：hygiene（1 篇）"* ]]
	run_json search --json hygeine
	[ "$(json -r '.meant[0].query' | tr A-Z a-z)" = hygiene ]
	[ "$(json -c '[.total, .meant[0].total]')" = '[0,1]' ]
	run_json search --json 通知
	[ "$(json -c .meant)" = '[]' ]
}

@test "nothing found is explained" {
	run xueji search hygeine
	[ "$status" -eq 1 ]
	[[ $output == *"No document has hygeine; there is: Hygiene"* || $output == *"there is: hygiene"* ]]
	run xueji search 通知 kind:minutes
	[ "$status" -eq 1 ]
	[[ $output == *"No document has kind:minutes"* ]]
	[[ $output == *"Without kind:minutes: 1 document"* ]]
	run xueji --lang zh search 通知 kind:minutes
	[[ $output == *"去掉 kind:minutes 后有 1 篇"* ]]
	run_json search --json 通知 kind:minutes
	[ "$(json -c .missing)" = '[{"text":"kind:minutes","nearest":[]}]' ]
	[ "$(json -c .without)" = '[{"part":"kind:minutes","total":1}]' ]
	run_json search --json 通知
	[ "$(json -c '[.missing, .without]')" = '[[],[]]' ]
}
