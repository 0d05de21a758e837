#!/usr/bin/env bats
# unit, member, role: the organisation on the command line; --as.
load common

setup()
{
	cd "$BATS_TEST_TMPDIR"
	xueji -q init library
	export XUEJI_ARCHIVE=$PWD/library XUEJI_TODAY=2011-05-15
}

make_units()
{
	xueji -q unit add bureau 卫生局
	xueji -q unit add zx 县医院 --parent bureau
	xueji -q unit add nk 内科 --parent zx
	xueji -q unit add dw 局党委 --kind 党委
	xueji -q unit add zb 第一支部 --parent dw --institution 县医院
}

make_people()
{
	make_units
	xueji -q member add lihua 李华 --unit 内科 --party zb --on 2011-01-01
	xueji -q member add wang 王芳 --unit zx --on 2011-01-01
}

@test "the tree shows both lines, and each person once" {
	make_people
	xueji -q member move wang --also nk
	run xueji unit tree
	[ "${lines[1]}" = "卫生局  bureau  2 people" ]
	[ "${lines[2]}" = "  县医院  zx  2 people" ]
	[ "${lines[3]}" = "    内科  nk  2 people" ]
	[[ $output == *"party line"*"  第一支部  zb  1 person" ]]
}

@test "a unit is not put under its own part, nor on the other line" {
	make_units
	run xueji unit move bureau --to nk
	[ "$status" = 2 ]
	[[ $output == *"unit bureau cannot be put under its own part nk" ]]
	run xueji unit move zb --to zx
	[ "$status" = 2 ]
	[[ $output == *"--institution zx" ]]
}

@test "a code is never used again, and its holder is named" {
	make_units
	xueji -q unit close nk --on 2011-04-30
	run xueji unit add nk 新内科
	[ "$status" = 1 ]
	[[ $output == *内科*2011-04-30* ]]
}

@test "who does not know the login is told the nearest; who has left does not act" {
	make_people
	run xueji --as lihau list
	[ "$status" = 4 ]
	[[ $output == *"did you mean lihua?" ]]
	xueji -q member leave wang --on 2011-05-14
	run xueji --as wang list
	[ "$status" = 3 ]
	run xueji --as lihua unit add x 某科
	[ "$status" = 3 ]
	xueji -q role grant lihua operator
	xueji -q --as lihua unit add x 某科
	[ "$(xueji unit history x --json | jq -r '.history[0].user')" = lihua ]
}

@test "what was changed meanwhile is not overwritten, and both versions are told" {
	make_units
	xueji -q unit edit zx --name 县人民医院 --if-version 1
	run xueji unit edit zx --name 第一医院 --if-version 1
	[ "$status" = 6 ]
	[[ $output == *"version 2 by now, not 1"*"县医院 → 县人民医院" ]]
}

@test "a dry run changes nothing" {
	make_people
	before=$(xueji member list --json)
	xueji -q member move lihua --to zx --dry-run
	xueji -q unit close nk --with-members --dry-run
	[ "$(xueji member list --json)" = "$before" ]
}

@test "units, members and roles come back from the OCFL root alone" {
	make_people
	xueji -q unit move nk --to bureau --on 2011-05-10
	xueji -q member move lihua --to zx --on 2011-05-12
	xueji -q role grant lihua librarian --unit zx --until 2011-12-31
	xueji -q unit close nk
	told()
	{
		xueji unit list --all --json
		xueji unit show nk --json
		xueji unit tree --json --on 2011-05-01
		xueji member list --all --json
		xueji member show lihua --json
		xueji role list --json
		xueji member history lihua --json
	}
	told >before
	rm library/catalog.sqlite*
	xueji -q rebuild
	told | diff before -
	xueji -q verify
}

# ------------------------------------------------------------------- import

@test "a file in GBK with semicolons, a BOM or tabs is read, and its encoding told" {
	make_units
	printf '姓名;登录名;单位\n李华;lihua;内科\n' | iconv -t GBK >gbk.csv
	printf '\xEF\xBB\xBF姓名\t登录名\t单位\r\n王芳\twangf\tzx\r\n' >tabs.csv
	run xueji member import gbk.csv
	[ "${lines[0]}" = "GB18030, cells parted by semicolons, 1 rows." ]
	[ "${lines[1]}" = "1 added, 0 changed, 0 as before, 0 not taken." ]
	run xueji member import tabs.csv
	[ "${lines[0]}" = "UTF-8, cells parted by tabs, 1 rows." ]
	[ "$(xueji member list --unit bureau --below --json | jq -r '.members[].login' | paste -sd' ')" = \
		"lihua wangf" ]
}

@test "one bad row of many is written to a file that can be corrected and read" {
	make_units
	{
		echo '姓名,登录名,单位,备注'
		for i in $(seq 40); do echo "张$i,z$i,内科,\"两行
备注\""; done
		echo '坏行,bad,没有的科,'
	} >staff.csv
	run --separate-stderr xueji member import staff.csv
	[ "$status" = 5 ]
	[[ $output == *"40 added"*"1 not taken." ]]
	[[ $stderr == *"row 42, 坏行: "* ]]
	[ "$(wc -l <staff-rejected.csv)" = 2 ]
	grep -q '^坏行,bad,没有的科,,' staff-rejected.csv
	sed -i 's/没有的科,/内科,/' staff-rejected.csv
	run xueji member import staff-rejected.csv
	[ "$status" = 0 ]
	[[ $output == *"1 added"* ]]
}

@test "the same file once more changes nothing, and one with other cells those" {
	make_units
	printf '姓名,登录名,单位,党支部,起始日期\n李华,lihua,内科,第一支部,2010-03-01\n王芳,wangf,县医院,,\n' >staff.csv
	xueji -q member import staff.csv
	before=$(xueji member list --json)
	run xueji member import staff.csv
	[[ $output == *"0 added, 0 changed, 2 as before"* ]]
	[ "$(xueji member list --json)" = "$before" ]
	printf '登录名,姓名,单位\nLIHUA,李华,县医院\n' >more.csv
	run xueji member import more.csv
	[[ $output == *"1 changed"* ]]
	[ "$(xueji member show lihua --json | jq -c '[.members[0].memberships[] | select(.axis == "work") | [.unit, .from, .until]]')" = \
		'[["nk","2010-03-01","2011-05-14"],["zx","2011-05-15",null]]' ]
}

@test "a column with numbers of identity cards stops the import, and may be dropped" {
	make_units
	printf '姓名,登录名,证件\n李华,lihua,11010519491231002X\n' >staff.csv
	run xueji member import staff.csv
	[ "$status" = 3 ]
	[[ $output == *"--drop-column 证件" ]]
	[ "$(xueji member list --json | jq '.members | length')" = 0 ]
	xueji -q member import staff.csv --drop-column 证件
	[ "$(xueji member list --json | jq '.members | length')" = 1 ]
	! grep -rq 11010519491231002 library
}

@test "all or nothing, and a dry run, write nothing" {
	make_units
	printf '姓名,登录名,单位\n李华,lihua,内科\n坏,bad,无\n' >staff.csv
	run xueji member import staff.csv --all-or-nothing
	[ "$status" = 1 ]
	run xueji member import staff.csv --dry-run
	[ "$status" = 5 ]
	[ "$(xueji member list --json | jq '.members | length')" = 0 ]
}

@test "a file without headings, or with an open quotation mark, is refused" {
	printf '李华,lihua\n' >staff.csv
	run xueji member import staff.csv
	[ "$status" = 2 ]
	[[ $output == *姓名*登录名* ]]
	printf '姓名,登录名\n"李华,lihua\n' >staff.csv
	run xueji member import staff.csv
	[ "$status" = 2 ]
	[[ $output == *"quotation mark"* ]]
}
