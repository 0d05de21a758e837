#!/usr/bin/env bats
# show, get, list, edit, remove, undelete, purge, history.
load common

setup_file() { share_library; }
setup() { copy_library; }

@test "show has metadata, outcome and history" {
	run xueji show 1
	[ "$status" -eq 0 ]
	[[ $output == "卫生法规讲义"* ]]
	[[ $output == *"lecture-note"* ]]
	[[ $output == *"notes/law.md"* ]]
	[[ $output == *"outcome"*"ok"* ]]
	[[ $output == *"history"*"add"* ]]
}

@test "show takes a URN and its UUID" {
	urn=$(xueji show --json 1 | jq -r .urn)
	[ "$(xueji show --json "$urn" | jq .id)" = 1 ]
	[ "$(xueji show --json "${urn#urn:uuid:}" | jq .id)" = 1 ]
}

@test "show --json is whole" {
	run_json show --json 1
	[ "$(json .id)" = 1 ]
	[ "$(json .state)" = live ]
	[ "$(json '.path[0]')" = notes/law.md ]
	[ "$(json '.history[0].verb')" = add ]
	[ "$(json '.metadata | type')" = array ]
}

@test "show --text prints the text with its places" {
	run xueji show --text 2
	[ "$status" -eq 0 ]
	[[ $output == *"[line 1]"* ]]
	[[ $output == *"质量是管理出来的。"* ]]
}

@test "show --text --json has the blocks" {
	run_json show --text --json 1
	[ "$(json '[.text[] | select(.role == "heading").text] | .[0]')" = 卫生法规讲义 ]
}

@test "an unknown document exits 4, a word that is no number 2" {
	run xueji show 999
	[ "$status" -eq 4 ]
	[[ $output == "xueji: show: "*"999"* ]]
	run xueji show nonsense
	[ "$status" -eq 2 ]
}

@test "get gives the bytes of a document and of a member" {
	xueji get 1 | cmp - notes/law.md
	need unzip
	member=$(xueji list --json in:3 | jq '[.documents[] | select(.type == "text")][0].id')
	size=$(xueji show --json "$member" | jq .size)
	[ "$(xueji get "$member" | wc -c)" = "$size" ]
}

@test "get -o writes a file, a folder gets the document's name" {
	mkdir out
	xueji get 1 -o copy.md
	cmp copy.md notes/law.md
	xueji get 2 -o out
	cmp out/quality.txt notes/quality.txt
	[ "$(ls -A out)" = quality.txt ]
}

@test "get does not overwrite without --force" {
	echo mine >copy.md
	run xueji get 1 -o copy.md
	[ "$status" -eq 1 ]
	[ "$(cat copy.md)" = mine ]
	xueji get 1 -o copy.md --force
	cmp copy.md notes/law.md
}

@test "get into a folder that is not there exits 4" {
	run xueji get 1 -o nowhere/copy.md
	[ "$status" -eq 4 ]
}

@test "get writes no bytes of a zip to a terminal" {
	need script
	run script -qec "'$XUEJI' get 3" /dev/null
	[ "$status" -eq 2 ]
	[[ $output == *"-o"* ]]
	run script -qec "'$XUEJI' get 2" /dev/null
	[ "$status" -eq 0 ]
}

@test "get of an older version gives its bytes" {
	echo 第一稿 >draft.txt
	cp draft.txt before.txt
	xueji -q add draft.txt
	id=$(xueji list --json title:draft | jq '.documents[0].id')
	echo 第二稿 >>draft.txt
	xueji -q add draft.txt
	xueji get "$id" --of-version 1 | cmp - before.txt
	xueji get "$id" | cmp - draft.txt
}

@test "damaged bytes exit 7 and get no name" {
	file=$(find library/ocfl -name quality.txt | head -n 1)
	chmod u+w "$file"
	printf X | dd of="$file" conv=notrunc 2>/dev/null
	run xueji get 2 -o copy.txt
	[ "$status" -eq 7 ]
	[ ! -e copy.txt ]
	[ -z "$(ls copy.txt.* 2>/dev/null)" ]
}

@test "list shows all, with a filter some, and none exits 1" {
	run_json list --json
	[ "$(json .total)" -ge 4 ]
	run_json list --json kind:lecture-note type:text
	[ "$(json '[.documents[].id] | index(1) != null')" = true ]
	run xueji list kind:book
	[ "$status" -eq 1 ]
	run xueji list colour:red
	[ "$status" -eq 2 ]
}

@test "list sorts, limits, and leaves members out" {
	run_json list --json --sort -id --limit 1
	[ "$(json '.documents | length')" = 1 ]
	[ "$(json '.documents[0].id')" = "$(json .total)" ]
	run_json list --json --top
	[ "$(json .total)" = 3 ]
	run xueji list --sort size
	[ "$status" -eq 2 ]
}

@test "columns of a list stand under each other, wide characters counted" {
	run --separate-stderr xueji list --top
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 3 ]
}

@test "edit changes, keeps the history, and an empty value takes back" {
	run xueji edit 1 title=新题名 creator=李明 creator=王芳
	[ "$status" -eq 0 ]
	[[ $output == *"version 2"* ]]
	run_json show --json 1
	[ "$(json .title)" = 新题名 ]
	[ "$(json '[.metadata[] | select(.element == "creator" and .effective).value] | join(",")')" = 李明,王芳 ]
	[ "$(json '[.history[].verb] | index("edit") != null')" = true ]
	xueji -q edit 1 title=
	[ "$(xueji show --json 1 | jq -r .title)" = 卫生法规讲义 ]
}

@test "what was edited is found" {
	xueji -q edit 1 title=麒麟臂手册
	[ "$(xueji search --json 麒麟臂 | jq '.hits[0].id')" = 1 ]
}

@test "edit --if-version of another version exits 6" {
	xueji -q edit 1 --if-version 1 title=甲
	run xueji edit 1 --if-version 1 title=乙
	[ "$status" -eq 6 ]
	[ "$(xueji show --json 1 | jq -r .title)" = 甲 ]
}

@test "edit refuses what makes no sense" {
	run xueji edit 1 title
	[ "$status" -eq 2 ]
	run xueji edit 1 date=someday
	[ "$status" -eq 2 ]
	run xueji edit 1 kind=novel
	[ "$status" -eq 2 ]
	run xueji edit 999 title=x
	[ "$status" -eq 4 ]
}

@test "remove hides, undelete brings back" {
	run xueji remove 2 -m 重复
	[ "$status" -eq 0 ]
	run xueji search '"质量是管理"'
	[ "$status" -eq 1 ]
	[ "$(xueji show --json 2 | jq -r .state)" = removed ]
	[[ $(xueji history 2) == *"重复"* ]]
	[ "$(xueji list --json is:removed | jq .total)" = 1 ]
	xueji undelete 2
	xueji search '"质量是管理"'
}

@test "of several, what can be removed is, and the code is 5" {
	run xueji remove 999 2
	[ "$status" -eq 5 ]
	[[ $output == *"999"* ]]
	[ "$(xueji show --json 2 | jq -r .state)" = removed ]
	run xueji remove 999
	[ "$status" -eq 4 ]
}

@test "members go with their archive file" {
	member=$(xueji list --json in:3 | jq '[.documents[] | select(.parent)][0].id')
	xueji -q remove 3
	[ "$(xueji show --json "$member" | jq -r .state)" = removed ]
	xueji -q undelete 3
	[ "$(xueji show --json "$member" | jq -r .state)" = live ]
}

@test "undelete of one that is there exits 1" {
	run xueji undelete 2
	[ "$status" -eq 1 ]
}

@test "purge without a terminal needs --yes" {
	run xueji purge 2 </dev/null
	[ "$status" -eq 2 ]
	xueji show --text 2
}

@test "purge erases bytes, text and metadata, and says what stays" {
	xueji -q edit 2 creator=李某某
	run xueji purge 2 --yes -m 隐私
	[ "$status" -eq 0 ]
	[[ $output == *"words and names are erased"* ]]
	run xueji get 2
	[ "$status" -eq 4 ]
	run xueji show --text 2
	[ "$status" -eq 4 ]
	run xueji search '"质量是管理"'
	[ "$status" -eq 1 ]
	run grep -rl 质量是管理 library
	[ -z "$output" ]
	run grep -rlE '李某某|quality' library
	[ -z "$output" ]
	[[ $(xueji show 2) == "Document 2"*purged* ]]
	[[ $(xueji list is:purged) == *2* ]]
	[ "$(xueji list --json is:purged | jq -c '[.documents[].id]')" = '[2]' ]
	[ "$(xueji accession show 2 --json | jq -r '.report[0].path[0]')" = '(purged)' ]
	xueji verify
	xueji rebuild
	[ "$(xueji accession show 2 --json | jq -r '.report[0].path[0]')" = '(purged)' ]
}

@test "members of a purged archive file are shown as what they are" {
	member=$(xueji list --json in:3 | jq '[.documents[] | select(.parent)][0].id')
	xueji purge --yes 3
	run xueji show "$member"
	[ "$status" -eq 0 ]
	[[ $output == "Document $member"*purged* ]]
	[[ $output != *" B"* ]]
}

@test "purge says where the same bytes stay" {
	xueji get "$(xueji list --json in:3 | jq '[.documents[] | select(.parent and .kind != "other" and .type != "archive")][0].id')" -o copy.md
	xueji -q add copy.md
	id=$(xueji list --json title:copy | jq '.documents[0].id')
	[ "$id" != null ] || id=$(xueji accession show 4 --json | jq '.report[0].id')
	run xueji purge --yes "$id"
	[ "$status" -eq 0 ]
	[[ $output == *"The same bytes stay in document"*"papers.zip"* ]]
}

@test "purge asks on a terminal, and no is no" {
	need script
	run script -qec "'$XUEJI' purge 2" /dev/null <<<n
	[ "$status" -eq 1 ]
	xueji show --text 2
	run script -qec "'$XUEJI' purge 2" /dev/null <<<y
	[ "$status" -eq 0 ]
	[ "$(xueji show --json 2 | jq -r .state)" = purged ]
}

@test "a member cannot be purged alone" {
	member=$(xueji list --json in:3 | jq '[.documents[] | select(.parent)][0].id')
	run xueji purge --yes "$member"
	[ "$status" -eq 2 ]
}

@test "history of the archive is newest first and can be limited" {
	xueji -q edit 1 title=x
	run_json history --json --limit 1
	[ "$(json '.history | length')" = 1 ]
	[ "$(json '.history[0].verb')" = edit ]
	[ "$(json '.history[0].document')" = 1 ]
	run xueji history 999
	[ "$status" -eq 4 ]
}

@test "a very long title does not widen the table" {
	long=$(printf '很长的题名%.0s' $(seq 40))
	xueji -q edit 1 title="$long"
	run xueji list
	[[ ${lines[0]} == *"很长的题名很…"* ]] || [[ ${lines[0]} == *"…"* ]]
	[ "${#lines[0]}" -lt 200 ]
	[[ $(xueji list --json) == *"$long"* ]]
}
