#!/usr/bin/env bats
# A branch secretary prepares a seminar: who is invited, what they are to read,
# what they may see of it, and what comes of it.
load common

# A hospital with three departments, another one beside it, and materials.
setup_file()
{
	need jq
	cd "$BATS_FILE_TMPDIR"
	export XUEJI_TODAY=2011-05-01
	xueji -q init library
	export XUEJI_ARCHIVE=$PWD/library
	local row unit name up i
	for row in ju:卫生局: xian:县医院:ju a:内科:xian b:外科:xian \
		d:门诊部:xian c:信访办:ju; do
		IFS=: read -r unit name up <<<"$row"
		xueji -q unit add "$unit" "$name" ${up:+--parent "$up"}
	done
	{
		echo '登录名,姓名,单位'
		echo 'shu,舒记,a' && echo 'li,李主任,b' && echo 'wai,外人,c'
		echo 'ku,库管,c'
		for i in 1 2 3 4 5 6 7; do echo "a$i,甲员$i,a"; done
		for i in 1 2 3 4 5 6; do echo "b$i,乙员$i,b"; done
		for i in 1 2 3; do echo "d$i,丁员$i,d"; done
	} >members.csv
	xueji -q member import members.csv
	xueji -q role grant shu secretary --unit xian
	xueji -q role grant ku librarian --unit c
	mkdir own other
	for i in 1 2 3 4 5; do
		printf -- '---\ntitle: 医患沟通材料%s\ndate: 200%s-03-01\n---\n\n# 医患沟通\n\n沟通从倾听开始，其%s。\n' \
			"$i" "$((i + 4))" "$i" >"own/m$i.md"
	done
	cp "$XUEJI_CORPUS/专业业务/高血压患者的社区管理.pdf" own/社区.pdf
	printf '# 投诉处理规程\n\n内部：医患纠纷的沟通口径。\n' >other/rules.md
	xueji -q --as shu add --unit xian --scope below own
	xueji -q --as ku add --scope unit other
}

setup()
{
	cd "$BATS_TEST_TMPDIR" && cp -a "$BATS_FILE_TMPDIR"/{library,own,other} .
	export XUEJI_ARCHIVE=$PWD/library XUEJI_TODAY=2011-05-01
	rules=$(id_of 投诉处理规程) pdf=$(id_of 高血压患者的社区管理)
}

id_of()
{
	xueji list --limit 0 --json |
		jq -r --arg t "$1" '.documents[]|select(.title==$t).id'
}

as()
{
	local who=$1
	shift
	xueji --as "$who" "$@"
}

# A seminar of which `seminar` is the number.
plan()
{
	seminar=$(as shu seminar new 医患沟通专题研讨 --json \
		--question '怎样在十分钟里把病情说清楚？' --level branch \
		--unit xian --chair li --date 2011-05-12 --time 14:30 --place 三楼会议室 \
		--topic 专业业务 --invite a --invite b/below --invite d "$@" | jq .seminar)
}

# What is told of it, to be compared.
everything()
{
	xueji seminar show "$seminar" --json
	xueji packet show "$seminar" --json
	xueji decision list --all --json
	as a1 packet show "$seminar" --json
	xueji seminar list --json
	xueji seminar history "$seminar" --json
}

@test "a secretary's packet: searched, checked, asked for, frozen, built, and what came of the seminar" {
	need pdftotext pdffonts pdfinfo unzip
	plan
	as shu seminar agenda "$seminar" add 开场 --minutes 10 --speaker li
	as shu seminar agenda "$seminar" add 专家点评 --minutes 30 --speaker 张教授
	as shu seminar agenda "$seminar" add 交流 --minutes 60 --place 2
	[ "$(as b1 seminar show "$seminar" --json |
		jq -r '.agenda[].time' | paste -sd' ')" = '14:30 14:40 15:40' ]

	# By search, by hand, and a search to be frozen.
	as shu packet search "$seminar" 沟通 year:2008..2011 --take 1-2
	[ "$(as shu packet show "$seminar" --json | jq '.items|length')" = 2 ]
	as shu packet add "$seminar" "$pdf" --pages 2 --note 先读第二页
	# Unit c lets a and b read its rules, not d.
	as ku scope "$rules" --units a --units b units
	as shu packet add "$seminar" "$rules"
	as shu packet add "$seminar" --search title:材料 --hits 3

	run -1 as shu packet check "$seminar"
	[[ $output == *"3 of 18 invited cannot see item 4 (信访办, members of these units): 投诉处理规程"* ]]
	[[ $output == *"--share-until"*"packet remove"*"--title-only"* ]]
	# Who they are is told to those who may share it.
	[[ $output != *丁员* ]]
	[[ $(xueji packet check "$seminar") == *丁员1,*丁员2,*丁员3* ]]
	# It is not the secretary's to share: it is asked for, on their behalf.
	run -0 as shu packet check "$seminar" --share-until 2011-06-30
	[[ $output == *"asked for: request 1"* ]]
	run -0 as ku requests
	[[ $output == *"for d, until 2011-06-30: seminar “医患沟通专题研讨”"* ]]
	run -4 as d1 show "$rules"
	as ku grant 1 --until 2011-06-30
	as d1 show "$rules" >/dev/null
	run -0 as shu packet check "$seminar"
	[ "$output" = "18 persons are invited, and see all of it." ]

	# One is repealed: that is said, and what took its place goes in.
	old=$(as shu packet show "$seminar" --json | jq '.items[0].document')
	new=$(id_of 医患沟通材料1)
	xueji -q edit "$old" status=废止 repealed=2011-04-01 replaced-by="$new"
	run -0 as shu packet check "$seminar"
	[[ $output == *"item 1 "*": repealed"*"replaced by #$new 医患沟通材料1"*"packet replace $seminar 1"* ]]
	[[ $(as shu packet show "$seminar") == *"repealed, replaced by #$new"* ]]
	as shu packet replace "$seminar" 1
	run -0 as shu packet check "$seminar"
	[ "$output" = "18 persons are invited, and see all of it." ]
	[ "$(as shu packet show "$seminar" --json |
		jq -c '.items[0]|[.document,.status]')" = "[$new,null]" ]
	[ "$(xueji show "$new" --json | jq '.validity.replaces[0].id')" = "$old" ]
	run -1 as shu packet add "$seminar" "$new"
	as shu packet freeze "$seminar"
	as shu seminar call "$seminar" --until 2011-05-10 --limit 1
	as shu seminar open "$seminar"

	# Papers name it; who sees them finds them with it.
	{
		printf '# 倾听\n\n'
		for n in {1..60}; do printf '倾听是沟通的开始，也是尊重病人。'; done
	} >paper.md
	paper=$(as b1 paper new paper.md --based-on "$pdf" \
		--seminar "$seminar" --json | jq .paper)
	as b1 paper submit "$paper"
	[ "$(as b1 seminar show "$seminar" --json | jq -r '.papers[].title')" = 倾听 ]
	[ "$(as b2 seminar show "$seminar" --json | jq '.papers|length')" = 0 ]
	paper=$(as a1 paper new paper.md --based-on "$pdf" \
		--seminar "$seminar" --json | jq .paper)
	run -2 as a1 paper submit "$paper"
	[[ $output == *"the seminar has the 1 papers that it takes"* ]]

	# One PDF: pages taken over, fonts embedded, numbers running.
	as b2 packet build "$seminar" -o packet.pdf
	pdftotext -layout packet.pdf text
	grep -q 医患沟通专题研讨 text
	grep -q 怎样在十分钟里把病情说清楚 text
	grep -q 2011-05-12 text
	grep -q 三楼会议室 text
	grep -q 县医院 text
	[ "$(pdffonts packet.pdf | awk 'NR > 2 && $(NF-4) != "yes"' | wc -l)" = 0 ]
	page=$(sed -nE 's/^ *投诉处理规程 +([0-9]+)$/\1/p' text | head -1)
	pdftotext -f "$page" -l "$page" packet.pdf - | grep -q 沟通口径
	pages=$(pdfinfo packet.pdf | sed -n 's/^Pages: *//p')
	for n in 2 "$((pages - 1))"; do
		pdftotext -f "$n" -l "$n" packet.pdf - | grep -qx "$n"
	done
	! grep -q 为什么要在社区管 text

	as shu packet build "$seminar" --to bag -o bag
	(cd bag && sha512sum --quiet -c manifest-sha512.txt \
		tagmanifest-sha512.txt)
	# The three of d may read the rules, not download them.
	run -5 as d2 packet build "$seminar" -o d.zip
	unzip -l d.zip | grep -q 社区
	! unzip -l d.zip | grep -q 投诉
	unzip -p d.zip index.html | grep -q 沟通口径

	# A newer version changes nothing in it, and is told of.
	printf '# 投诉处理规程\n\n新的口径。\n' >other/rules.md
	(cd "$BATS_FILE_TMPDIR" && cp "$BATS_TEST_TMPDIR/other/rules.md" other/ &&
		as ku -q add other)
	[[ $(as shu packet show "$seminar") == *"投诉处理规程"*"there is a v"* ]]
	as shu packet build "$seminar" -o later.html
	grep -q 纠纷的沟通口径 later.html
	! grep -q 新的口径 later.html
	printf '# 投诉处理规程\n\n内部：医患纠纷的沟通口径。\n' \
		>"$BATS_FILE_TMPDIR/other/rules.md"

	# Two months later: minutes, decisions, reminders.
	export XUEJI_TODAY=2011-07-13
	as shu seminar hold "$seminar"
	run -2 as shu seminar attend "$seminar" a1
	[[ $output == *"--reason"* ]]
	run -5 as shu seminar attend "$seminar" a1 乙员1 a1 没来过的人 -m 补登
	[ "$(as b4 seminar show "$seminar" --json |
		jq -c '[.attended,.attendance]')" = '[2,[]]' ]
	[[ $(as shu seminar show "$seminar") == *"2 persons were there: 甲员1, 乙员1"* ]]
	printf '# 纪要\n\n议定三项。\n' >minutes.md
	as shu seminar minutes "$seminar" minutes.md
	[[ $(as a3 seminar show "$seminar") == *"entered 62 days after, not confirmed yet"* ]]
	as shu decision add "$seminar" 印发提示卡 --owner a1 --due 2011-08-01
	as shu decision add "$seminar" 组织演练 --unit b --due 2011-07-30
	as shu decision add "$seminar" 汇总投诉 --owner li --unit d --due 2011-09-01
	run -3 as shu seminar minutes "$seminar" --confirm
	as li seminar minutes "$seminar" --confirm
	as a1 decision done "$seminar" 1
	as shu seminar close "$seminar"
	export XUEJI_TODAY=2011-08-13
	[ "$(as b4 decision list --json |
		jq -c '[.decisions[]|[.number,.overdue]]')" = '[[2,14],[3,0]]' ]
	[[ $(as b4 decision list) == *"2011-07-30, 14 days overdue"*组织演练*汇总投诉* ]]
	run -2 as shu seminar edit "$seminar" --place 别处
	[[ $output == *"is concluded"* ]]

	# The OCFL root alone brings all of it back.
	everything >before.json
	rm -f library/catalog.sqlite* library/text.sqlite*
	xueji -q rebuild
	everything >after.json
	diff before.json after.json
	xueji -q verify
}

@test "whoever is not invited learns nothing of a seminar, and a packet shows nobody more than he sees" {
	plan
	as shu packet add "$seminar" "$pdf"
	run -4 as wai seminar show "$seminar"
	[ "$output" = "$(as wai seminar show 99999 2>&1 | sed "s/99999/$seminar/")" ]
	[ -z "$(as wai seminar list)" ]
	run -4 as wai packet show "$seminar"
	run -4 as wai packet build "$seminar" -o out.html
	# He is invited: the seminar is there, its materials are not.
	as shu seminar invite "$seminar" wai
	as wai seminar show "$seminar" >/dev/null
	[ -z "$(as wai packet show "$seminar")" ]
	run -2 as wai packet build "$seminar" -o out.html
	run -3 as wai packet add "$seminar" "$pdf"
	run -3 as wai packet check "$seminar"
	run -3 as wai seminar new 私会 --unit c
	# What is left as a title is a title to him, to others the whole.
	as shu packet edit "$seminar" 1 --title-only
	run -0 as shu packet check "$seminar"
	as wai packet build "$seminar" -o title.html
	grep -q 高血压患者的社区管理 title.html
	! grep -q 生活方式 title.html
	as b1 packet build "$seminar" -o whole.html
	grep -q 生活方式 whole.html
	as shu seminar uninvite "$seminar" wai
	run -4 as wai seminar show "$seminar"
	# Removed, and back.
	as shu seminar remove "$seminar"
	run -4 as shu packet show "$seminar"
	[ "$(as shu seminar list --removed --json | jq '.seminars|length')" = 1 ]
	as shu seminar undelete "$seminar"
	as b1 seminar show "$seminar" >/dev/null
}

@test "a document that does not hold any more says so, and what took its place to who may see that" {
	plan
	xueji -q edit "$pdf" replaced-by="$rules"
	[ "$(xueji show "$pdf" --json |
		jq -c '.validity|[.status,.replaced_by.id]')" = "[\"repealed\",$rules]" ]
	# The rules are unit c's: nothing of them is told to others.
	[ "$(as b1 show "$pdf" --json | jq -c '.validity|[.status,.replaced_by]')" = '["repealed",null]' ]
	! as b1 show "$pdf" --json | grep -q 'replaced-by"\|urn:uuid:.*urn:uuid:'
	run -0 as shu packet add "$seminar" "$pdf"
	[[ $output == *"document $pdf: repealed"* && $output != *投诉* ]]
	run -2 as shu packet replace "$seminar" 1
	[[ $output == *"nothing that you may see took the place"* ]]
	run -2 as shu edit "$pdf" replaced-by="$rules"
	[ "$output" = "$(as shu edit "$pdf" replaced-by=99999 2>&1 | sed "s/99999/$rules/")" ]
	# Days decide, and the chain is followed; nothing takes its own place.
	one=$(id_of 医患沟通材料1) two=$(id_of 医患沟通材料2)
	xueji -q edit "$one" repealed=2011-06-01 in-force=2010-01-01 replaced-by="$two"
	[ "$(xueji show "$one" --json | jq -r .validity.status)" = in-force ]
	[ "$(XUEJI_TODAY=2011-06-01 xueji show "$one" --json | jq -r .validity.status)" = repealed ]
	[ "$(XUEJI_TODAY=2009-06-01 xueji show "$one" --json | jq -r .validity.status)" = not-yet ]
	run -2 xueji edit "$two" replaced-by="$one"
	[[ $output == *"was itself replaced by document $two"* ]]
	run -2 xueji edit "$two" replaced-by="$two"
	run -2 xueji edit "$two" status=作废了吧
	[[ $output == *"in-force, revised, repealed"* ]]
	xueji -q edit "$two" status=修订 replaced-by="$pdf"
	[ "$(xueji show "$one" --json | jq .validity.replaced_by.id)" = "$rules" ]
	as shu collection new 必读 --unit a >/dev/null
	run -0 as shu collection add "$(as shu collection list --json | jq '.collections[0].id')" "$two"
	[[ $output == *"document $two: revised since, replaced by #$pdf "* ]]
}

@test "what makes no sense is refused by name, and changes nothing" {
	plan
	version=$(xueji seminar show "$seminar" --json | jq .version)
	run -2 as shu seminar edit "$seminar" --until 2011-05-01
	[[ $output == *2011-05-01*2011-05-12* ]]
	run -2 as shu seminar edit "$seminar" --level 国家
	run -2 as shu seminar edit "$seminar" --time 25:00
	run -4 as shu seminar invite "$seminar" 没有的单位
	run -2 as shu seminar edit "$seminar" --topic 没有的专题
	run -2 as shu seminar hold "$seminar"
	[[ $output == *"was not held yet"* ]]
	run -2 as shu seminar minutes "$seminar" --text 补的
	[[ $output == *"was not held yet"* ]]
	run -2 as shu decision add "$seminar" 早了 --owner a1
	run -2 as shu seminar call "$seminar" --until 2011-04-01
	run -2 as shu packet add "$seminar" "$pdf:3"
	[[ $output == *"has 2 pages, not 3"* ]]
	run -4 as shu packet add "$seminar" "$pdf@9"
	run -2 as shu packet check "$seminar" --share-until 2011-04-30
	run -2 as shu packet freeze "$seminar"
	run -4 as shu packet show "$pdf"
	[ "$(xueji seminar show "$seminar" --json | jq .version)" = "$version" ]

	# Something gone, pages beyond the end, a search without hits.
	one=$(id_of 医患沟通材料1)
	as shu -q packet add "$seminar" "$one" "$pdf:2"
	run -1 as shu packet add "$seminar" "$one"
	as shu -q packet add "$seminar" --search zzyzx --note 待查
	xueji -q remove "$one"
	qpdf=$(command -v qpdf) && "$qpdf" own/社区.pdf --pages . 1 -- short.pdf &&
		cp short.pdf "$BATS_FILE_TMPDIR/own/社区.pdf" &&
		(cd "$BATS_FILE_TMPDIR" && as shu -q add --unit xian --scope below own/社区.pdf) &&
		cp own/社区.pdf "$BATS_FILE_TMPDIR/own/社区.pdf" &&
		as shu -q packet edit "$seminar" 2 --newest
	run -2 as shu packet freeze "$seminar"
	[[ $output == *"item 1"*"it was removed"* ]]
	[ -z "$qpdf" ] || [[ $output == *"item 2"*"has 1 pages, not 2"* ]]
	[[ $output == *"item 3 zzyzx: the search has no hits"* ]]
	run -0 as shu packet freeze "$seminar" --skip-missing
	[ "$(as shu packet show "$seminar" --json |
		jq -c '.items[2]|[.what,.title,.note]')" = '["title","zzyzx","待查"]' ]
	run -2 as shu packet move "$seminar" 1 2
	[[ $output == *"is frozen"* ]]
	as shu packet thaw "$seminar"
	run -4 as shu packet move "$seminar" 9 1

	# Two people change it: the second is told what the first did.
	version=$(xueji seminar show "$seminar" --json | jq .version)
	as li seminar show "$seminar" --json >/dev/null
	as shu seminar edit "$seminar" --place 二楼 --if-version "$version"
	run -6 xueji seminar edit "$seminar" --place 五楼 --if-version "$version"
	[[ $output == *"version $((version + 1))"*"not $version"*"shu"*"三楼会议室 → 二楼"* ]]
	XUEJI_TODAY=2011-05-13 as shu -q seminar hold "$seminar"
	export XUEJI_TODAY=2011-05-13
	run -2 as shu decision add "$seminar" 早了 --owner a1 --due 2011-05-11
	[[ $output == *2011-05-11*2011-05-12* ]]
	run -2 as shu decision add "$seminar" 谁来办 --due 2011-06-11
	run -2 as shu seminar close "$seminar"
	# Killed at any moment, a change is there whole or not at all.
	for i in 1 2 3 4; do
		timeout -s KILL "0.0$((i * 2))" "$XUEJI" --as shu -q decision add "$seminar" "第$i项" --owner a1 || true
	done
	shown=$(xueji seminar show "$seminar" --json)
	[ "$(jq '.decisions|length' <<<"$shown")" = \
		"$(xueji seminar history "$seminar" --json | jq '[.history[]|select(.verb=="decide")]|length')" ]
	xueji -q verify
}
