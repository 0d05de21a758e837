#!/usr/bin/env bats
# quarantine: what is marked secret.
load common

setup_file() { share_library; }

setup()
{
	copy_library
	mkdir papers
	printf '秘密★10年\n\n关于某事项的通知\n独有词甲\n' >papers/通知.txt
	printf 'open words\n' >papers/open.txt
}

@test "add says what is in quarantine and exits 5" {
	run --separate-stderr xueji add papers
	[ "$status" -eq 5 ]
	[[ $output == *"quarantined"*"1"*"quarantine list"* ]]
	[[ $stderr == *"通知.txt: quarantined: bears the mark 秘密★10年 on its first page"* ]]
	run_json add --json papers
	[ "$(json .quarantined)" = 0 ]
	[ "$(json .held)" = 2 ]
}

@test "what is in quarantine is seen by quarantine alone" {
	run xueji add papers
	run xueji quarantine list
	[[ $output == *"通知.txt"*"秘密★10年"* ]]
	id=$(xueji quarantine list --json | jq '.documents[0].id')
	for command in show "show --text" get history "edit title=x" remove undelete; do
		set -- $command
		run xueji "$1" "$id" "${@:2}"
		[ "$status" -eq 4 ]
	done
	run xueji search 独有词甲
	[[ $output != *"通知"* ]]
	run xueji list
	[[ $output != *"通知"* ]]
	run xueji history
	[[ $output != *"通知"* ]]
	run xueji quarantine show "$id"
	[ "$status" -eq 0 ]
	[[ $output == *"秘密★10年"* ]]
	[[ $output != *"独有词甲"* ]]
	[ "$(xueji status --json | jq .quarantined)" = 1 ]
}

@test "clear needs a reason and makes a document like any other" {
	run xueji add papers
	id=$(xueji quarantine list --json | jq '.documents[0].id')
	run xueji quarantine clear "$id"
	[ "$status" -eq 2 ]
	xueji quarantine clear "$id" --reason 教学样张
	run xueji search 独有词甲
	[[ $output == *"通知"* ]]
	run xueji history "$id"
	[[ $output == *"clear"*"教学样张"* ]]
	[ "$(xueji quarantine list --json | jq .total)" = 0 ]
	run xueji quarantine clear "$id" -m again
	[ "$status" -eq 4 ]
}

@test "purge erases what is in quarantine" {
	run xueji add papers
	id=$(xueji quarantine list --json | jq '.documents[0].id')
	xueji purge --yes "$id"
	[ "$(xueji quarantine list --json | jq .total)" = 0 ]
	! grep -rqaF 独有词甲 library
}

@test "an archive file around a marked one keeps its bytes" {
	need zip
	(cd papers && zip -q ../all.zip 通知.txt open.txt)
	run xueji add all.zip
	zip=$(xueji list --json all | jq '.documents[0].id')
	run xueji get "$zip" -o out.zip
	[ "$status" -eq 3 ]
	[ ! -e out.zip ]
	run xueji search open
	[[ $output == *"all.zip › open.txt"* ]]
}

@test "set and clear take several" {
	run xueji quarantine set 1 2 -m 待核实
	[ "$status" -eq 0 ]
	[ "$(xueji quarantine list --json | jq .total)" = 2 ]
	run xueji quarantine set 1
	[ "$status" -eq 1 ]
	run xueji quarantine clear 1 2 999 -m 公开
	[ "$status" -eq 5 ]
	[ "$(xueji quarantine list --json | jq .total)" = 0 ]
}
