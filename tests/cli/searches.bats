#!/usr/bin/env bats
# searches: those that were saved, and which hits are new.
load common

setup_file()
{
	share_library
}

setup()
{
	copy_library
	xueji -q search --save 质量 质量 >/dev/null
}

fresh()
{
	xueji searches list --json | jq -r --arg name "${1-质量}" \
		'.searches[] | select(.name == $name) | .new'
}

add_report()
{
	printf '护理质量检查通报\n\n各科质量指标。\n' >notes/report.txt
	xueji -q add notes/report.txt
}

@test "what is there when it is saved is not new, what comes later is" {
	[ "$(fresh)" = 0 ]
	add_report
	[ "$(fresh)" = 1 ]
	[ "$(fresh)" = 1 ]
	run_json searches run --json --peek 质量
	[ "$(json '.saved.new')" = 1 ]
	[ "$(json '[.hits[] | select(.new)] | map(.title) | join(",")')" = report ] ||
	[ "$(json '[.hits[] | select(.new)] | length')" = 1 ]
	run -0 xueji searches run 质量
	[[ $output == *" · new"* ]]
	[[ $output == *"1 hit is new."* ]]
	[ "$(fresh)" = 0 ]
	run -0 xueji searches run 质量
	[[ $output != *" · new"* ]]
}

@test "what was seen by mistake is new again, once" {
	run -1 xueji searches undo 质量
	add_report
	xueji -q searches run 质量 >/dev/null
	[ "$(fresh)" = 0 ]
	xueji searches undo 质量
	[ "$(fresh)" = 1 ]
	run xueji searches undo 质量
	[ "$status" -ne 0 ]
	[[ $output == *"nothing was seen that could be new again"* ]]
}

@test "a document that was changed, or removed and is back, is not new" {
	xueji -q edit 2 title=质量要点
	[ "$(fresh)" = 0 ]
	xueji -q remove 2
	xueji -q undelete 2
	[ "$(fresh)" = 0 ]
}

@test "searches are listed in both languages, renamed and removed" {
	run -0 xueji searches list
	[[ $output == *"质量"* ]]
	add_report
	run -0 xueji --lang zh searches list
	[[ $output == *"新增 1 篇"* ]]
	xueji searches rename 质量 质量管理
	run -4 xueji searches run 质量
	xueji -q searches run 质量管理 >/dev/null
	xueji searches remove 质量管理
	run -4 xueji searches remove 质量管理
	[ "$(xueji searches list --json | jq '.searches | length')" = 0 ]
}

@test "a name is taken once, and is a line" {
	run xueji search --save 质量 病历
	[ "$status" -ne 0 ]
	[[ $output == *"a search is saved as 质量 already"* ]]
	run -2 xueji search --save '' 病历
	xueji -q search --save 病历 病历 >/dev/null
	run xueji searches rename 病历 质量
	[ "$status" -ne 0 ]
}

@test "a rebuild keeps them, and the OCFL root does not know of them" {
	add_report
	xueji -q rebuild
	[ "$(fresh)" = 1 ]
	run grep -r saved library/ocfl
	[ "$status" -eq 1 ]
}

@test "each user has searches of his own" {
	xueji -q unit add hospital 医院 --kind institution ||
		xueji -q unit add hospital 医院
	xueji -q member add wang 王芳 --unit hospital --on 2011-01-01
	[ "$(xueji --as wang searches list --json | jq '.searches | length')" = 0 ]
	run -4 xueji --as wang searches run 质量
	xueji -q --as wang search --save 质量 病历 >/dev/null || [ $? = 1 ]
	[ "$(xueji searches list --json | jq -r '.searches[].query')" = 质量 ]
}
