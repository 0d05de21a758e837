#!/usr/bin/env bats
# Reflection papers: written, handed in, decided, shared; and who knows of them.
load common

# A county hospital below a bureau; Wang writes, Zhao is her secretary, Sun the
# reviewer, Qian leads the unit.
setup_file()
{
	need jq
	cd "$BATS_FILE_TMPDIR"
	export XUEJI_TODAY=2011-05-10
	xueji -q init library
	export XUEJI_ARCHIVE=$PWD/library
	local row login name unit
	xueji -q unit add ju 卫生局
	xueji -q unit add nei 内科 --parent ju
	xueji -q unit add wai 外科 --parent ju
	for row in wang:王芳:nei li:李明:nei zhao:赵军:nei qian:钱进:nei \
		sun:孙立:nei zhou:周平:ju zheng:郑文:wai; do
		IFS=: read -r login name unit <<<"$row"
		xueji -q member add "$login" "$name" --unit "$unit"
	done
	xueji -q role grant zhao secretary --unit nei
	xueji -q role grant qian lead --unit nei
	xueji -q role grant sun reviewer --unit nei
	xueji -q role grant zhou reviewer --unit ju
	xueji -q role grant zheng reviewer --unit wai
	printf '# 医改意见\n\n坚持以人为本，方便群众就医。\n' >policy.md
	printf '外科内部资料。\n' >own.md
	xueji -q add policy.md --unit ju --scope members
	xueji -q add own.md --unit wai --scope private
	{
		printf '# 读医改意见有感\n\n> 坚持以人为本，方便群众就医。\n\n'
		for i in {1..45}; do
			printf '我体会到基层工作要从病人的感受出发，zebuword。'
		done
	} >paper.md
}

setup()
{
	cd "$BATS_TEST_TMPDIR"
	cp -a "$BATS_FILE_TMPDIR"/{library,paper.md} .
	export XUEJI_ARCHIVE=$PWD/library XUEJI_TODAY=2011-05-10
}

as()
{
	local who=$1
	shift
	xueji --as "$who" "$@"
}

# The paper that Wang has begun.
begin()
{
	id=$(as wang paper new paper.md --based-on 1 \
		--topic law --json | jq .paper)
}

# Who sees it, of all: in a list, by its number, in a search for its words. Who
# does not, gets what he gets of a number that is not there.
seen_by()
{
	local who seen=
	for who in wang li zhao qian sun zhou zheng; do
		if [ "$(as $who paper list --json | jq '.papers | length')" = 1 ]
		then
			as $who paper show "$id" >/dev/null
			[ "$(as $who search --json zebuword |
				jq .total)" = 1 ] || return 1
			seen="$seen $who"
			continue
		fi
		[ "$(as $who paper show "$id" 2>&1)" = \
			"$(as $who paper show 999 2>&1 | sed "s/999/$id/")" ]
		[ "$(as $who search --json zebuword | jq .total)" = 0 ]
		[ "$(as $who list --json | jq .total)" = 1 ]
		[[ $(as $who suggest 读医改) != *有感* ]]
	done
	echo "${seen# }"
}

@test "a member writes, is returned, writes anew, is accepted, and shares" {
	begin
	run as wang paper check "$id"
	[ "$status" -eq 0 ]
	[[ $output == *"817 characters of your own; 800 are needed."* ]]
	[[ $output == *"1, characters in them: 12."* ]]
	as wang paper submit "$id"
	[ "$(seen_by)" = "wang sun zhou" ]
	as sun paper return "$id" --reason 请结合本科室的工作谈谈体会
	[[ $(as wang paper show "$id") == *请结合本科室* ]]
	run as li paper history "$id"
	[ "$status" -eq 4 ]
	{ cat paper.md; printf '\n在内科尤其如此。\n'; } >second.md
	as wang paper write "$id" second.md
	[ "$(as sun paper show "$id" --json | jq -r .papers[0].state)" = \
		returned ]
	! as sun paper show "$id" --text | grep 尤其如此
	# The second return leaves it to the unit above.
	as wang paper submit "$id"
	as sun paper return "$id" --reason 请再核对一遍所引用的文件
	as wang paper write "$id" second.md
	as wang paper edit "$id" --title 读医改意见有感二稿
	as wang paper submit "$id"
	run as sun paper accept "$id"
	[ "$status" -eq 3 ]
	[[ $output == *"reviewers of unit ju"* ]]
	[ "$(as zhou paper list --waiting --json | jq .papers[0].id)" = "$id" ]
	as zhou paper accept "$id" --word 写得实在
	[ "$(seen_by)" = "wang zhao sun zhou" ]
	as wang paper share "$id" --to nei --until 2011-12-31
	[ "$(as wang paper show "$id" --json | jq -r .papers[0].state)" = \
		shared ]
	[ "$(as qian search --json 尤其如此 | jq .total)" = 1 ]
	[ "$(seen_by)" = "wang li zhao qian sun zhou" ]
	# What was said of it, and what it was before, is not shared.
	[[ $(as li paper show "$id") != *核对* ]]
	text=$(as li paper show "$id" --json | jq .papers[0].document)
	[[ $(as li history "$text") != *return* ]]
	run as li get "$text" --of-version 1
	[ "$status" -eq 3 ]
	run as li paper history "$id"
	[ "$status" -eq 3 ]
	for who in li zhao sun; do
		run as $who paper share "$id" --to ju
		[ "$status" -eq 3 ]
		run as $who share "$text" --to ju
		[ "$status" -ne 0 ]
		run as $who edit "$text" title=x
		[ "$status" -eq 3 ]
	done
	[[ $(xueji why zhao "$text") == *"is secretary of unit nei"* ]]
	XUEJI_TODAY=2012-01-01 seen_by >seen
	[ "$(cat seen)" = "wang zhao sun zhou" ]
	as wang paper unshare "$id" --to nei
	as wang paper withdraw "$id"
	[ "$(as wang paper list --json | jq -r .papers[0].state)" = withdrawn ]
	for who in sun zhao; do
		run as $who paper show "$id"
		[ "$status" -eq 4 ]
		[ "$(as $who search --json zebuword | jq .total)" = 0 ]
	done
}

@test "a draft is its authors', and gone when it is erased" {
	begin
	for who in li zhao qian sun zhou; do
		[ "$(as $who paper list --json | jq '.papers | length')" = 0 ]
		for verb in show check edit\ --title=x submit history withdraw \
			remove; do
			run as $who paper $verb "$id"
			[ "$status" -eq 4 ]
		done
	done
	run xueji paper show "$id"
	[ "$status" -eq 4 ]
	[ "$(xueji paper list --json | jq '.papers | length')" = 0 ]
	! grep -rq zebuword library/ocfl
	as wang paper edit "$id" --with li
	[ "$(as li paper show "$id" --text | wc -c)" -gt 900 ]
	run as li paper submit "$id"
	[ "$status" -eq 3 ]
	printf '第二稿\n' | as wang paper write "$id" -
	[ "$(as wang paper history "$id" --drafts --json |
		jq '.drafts | length')" = 2 ]
	# Who looked at an older one does not write over the newer.
	run as wang paper write "$id" paper.md --if-version 1
	[ "$status" -eq 6 ]
	EDITOR='sed -i s/第二/第三/' as wang paper write "$id"
	[ "$(as wang paper show "$id" --text)" = 第三稿 ]
	xueji verify
	as wang paper remove "$id"
	run as wang paper show "$id"
	[ "$status" -eq 4 ]
}

@test "what makes no sense is refused, and says why" {
	run as wang paper new 题 --year 2012
	[ "$status" -eq 2 ]
	[[ $output == *"2012 has not come yet"* ]]
	xueji config set paper.closed '2009 2010'
	run as wang paper new 题 --year 2010
	[ "$status" -eq 2 ]
	[[ $output == *"2010 is closed"* ]]
	run as wang paper new 题 --based-on 2
	[ "$status" -eq 4 ]
	run as wang paper new 题 --unit wai
	[ "$status" -eq 3 ]
	run xueji paper new 题
	[ "$status" -eq 3 ]
	[[ $output == *"--as"* ]]
	printf '短文 <b onclick="x()">要点</b><script>alert(1)</script>' >short.md
	run as wang paper new 题 short.md
	[[ $output == *"Left out of the markup that was pasted: script"* ]]
	id=$(as wang paper list --json | jq .papers[0].id)
	[ "$(as wang paper show "$id" --text)" = '短文 **要点**' ]
	run as wang paper check "$id" --json
	[ "$status" -eq 1 ]
	[ "$(jq '.problems | length' <<<"$output")" = 2 ]
	run as wang paper submit "$id"
	[ "$status" -eq 2 ]
	[[ $output == *"796 fewer than the 800"* ]]
	as wang paper write "$id" paper.md
	run as wang paper submit "$id"
	[ "$status" -eq 2 ]
	[[ $output == *"based on no document"* ]]
	as wang paper edit "$id" --based-on 1
	{ printf '秘密★10年\n\n'; cat paper.md; } >secret.md
	as wang paper write "$id" secret.md
	run as wang paper submit "$id"
	[ "$status" -eq 2 ]
	[[ $output == *秘密* ]]
	printf '%%PDF-1.4\n' >scan.pdf
	run as wang paper write "$id" scan.pdf
	[ "$status" -eq 2 ]
	[[ $output == *"no text"* ]]
	as wang paper write "$id" paper.md
	as wang paper submit "$id"
	run as sun paper return "$id" --reason 不好
	[ "$status" -eq 2 ]
	run as wang paper share "$id" --to nei
	[ "$status" -eq 2 ]
	# One that he cannot decide about is to a reviewer like one that is not there.
	run as wang paper accept "$id"
	[ "$status" -eq 3 ]
	[[ $output == *"an author cannot accept his own paper"* ]]
	run as zheng paper accept "$id"
	[ "$status" -eq 3 ]
	[[ $output == *"an author cannot accept his own paper"* ]]
	[ "$output" = "$(as zheng paper accept 999 2>&1 | sed "s/999/$id/")" ]
	run as sun paper accept "$id" --if-version 7
	[ "$status" -eq 6 ]
}

@test "papers are there again after a rebuild from the originals alone" {
	begin
	as wang paper submit "$id"
	as sun paper accept "$id"
	as wang paper share "$id" --to nei
	as li paper new 草稿 paper.md -b 1
	for who in wang li zhao sun zheng; do
		as $who paper list --json | jq 'del(.papers[] |
			select(.state == "draft"))'
		as $who search --json zebuword | jq .total
	done >before
	xueji rebuild
	[ "$(as li paper list --state draft --json | jq -r \
		.papers[0].title)" = 草稿 ]
	[ "$(as wang paper list --json | jq '.papers | length')" = 1 ]
	rm -r library/catalog.sqlite* library/text.sqlite* library/index
	xueji rebuild >told 2>&1
	grep -q 'drafts of papers.*a backup has them' told
	for who in wang li zhao sun zheng; do
		as $who paper list --json
		as $who search --json zebuword | jq .total
	done | jq . >after
	diff <(jq . before) after
}

@test "the report of a year counts persons once, and names them to few" {
	xueji config set paper.minimum 1
	hand_in()
	{
		local who=$1
		shift
		as "$who" paper new "$@" paper.md -b 1 --json >made
		as "$who" paper submit "$(jq .paper made)"
	}
	hand_in wang 一
	hand_in wang =二 --with li
	hand_in zheng 未审
	xueji member move li --to wai --on 2011-08-01
	export XUEJI_TODAY=2011-09-01
	hand_in li 三
	export XUEJI_TODAY=2012-01-05
	hand_in zhao 四 --year 2011
	for id in $(as zhou paper list --waiting --json | jq .papers[].id); do
		[[ $(as zhou paper show "$id") == *未审* ]] ||
			as zhou paper accept "$id"
	done
	as zhou paper list >/dev/null
	xueji role grant zhao inspector --unit ju
	run as zhao paper report 2011 --unit ju
	[ "$status" -eq 0 ]
	[[ ${lines[1]} =~ ^ju.*"3 of 7 (43 %)".*"0 of 7 (0 %)"\ *4\ *1$ ]]
	[[ ${lines[2]} =~ ^nei.*"2 of 5 (40 %)".*\ 3\ *1$ ]]
	[[ ${lines[3]} =~ ^wai.*"1 of 2 (50 %)".*\ 1\ *0$ ]]
	[[ $output == *"parts: 7; of them in more than one: 1."* ]]
	[[ $output == *钱进*"none yet"* ]]
	# The lead has the figures, and his own.
	as qian paper report 2011 --unit nei --json >qian
	[ "$(jq -c '[.names, .units[0].covered, [.people[].login]]' qian)" = \
		'[false,2,["qian"]]' ]
	run as qian paper report 2011 --unit wai
	[ "$status" -eq 3 ]
	[ "$(as zhao paper report 2011 --unit ju --json |
		jq -c '.people[] | select(.login == "li") | [.unit, .papers == 1.5]')" = \
		'["wai",true]' ]
	[ "$(as zhao paper report 2010 --unit ju --json |
		jq .units[0].people)" = 0 ]
	[[ $(as zhao paper report 2010 --unit ju) == *–* ]]
	xueji unit edit nei --name =cmd
	as zhao paper report 2011 --unit ju --format csv --bom >report.csv
	[ "$(head -c 3 report.csv | od -An -tx1)" = ' ef bb bf' ]
	grep -q "^nei,\"'=cmd\",5,2,0,3,1" report.csv
	run as zhao paper report 2013 --unit ju
	[ "$status" -eq 2 ]
}

@test "a member takes with him what is held about him, and nobody else's" {
	local id
	xueji config set paper.minimum 1
	printf 'zebuown 交了的\n' >own.md
	printf 'zebudraft 没写完\n' >draft.md
	as wang search --save 私事 zebusearch >/dev/null || [ "$?" -eq 1 ]
	id=$(as wang paper new 交了 own.md -b 1 --json | jq .paper)
	as wang paper submit "$id"
	as wang paper new 草稿 draft.md
	as li paper new 别人的 draft.md
	as wang collection new 我的书单
	as li collection new 别人的书单
	as wang member export-mine -o mine.zip --files --json >told
	[ "$(jq -c '[.member, .whole, .papers, .drafts, .documents, .records,
		.requests, .searches]' told)" = '["wang",true,1,1,1,1,0,1]' ]
	[ "$(stat -c %a mine.zip)" = 600 ]
	mkdir mine
	bsdtar -xf mine.zip -C mine
	[ "$(jq -r '.login, .history[0].what' mine/member.json)" = \
		$'wang\nadd' ]
	diff own.md "mine/papers/$id.md"
	diff own.md mine/files/*.md
	grep -q zebudraft mine/drafts/*.md
	[ "$(jq -r .saved[0].text mine/drafts/*.json)" = 'zebudraft 没写完' ]
	[ "$(jq -r .title mine/records/collection-*.json)" = 我的书单 ]
	[ "$(jq -r .[0].query mine/searches.json)" = zebusearch ]
	jq -e 'any(.what == "paper submit")' mine/audit.json
	[ -z "$(grep -rl 别人 mine)" ]
	run as wang member export-mine -o mine.zip
	[ "$status" -eq 1 ]
}

@test "what is held about a member is for him and those who manage members" {
	xueji config set paper.minimum 1
	printf 'zebudraft 没写完\n' >draft.md
	as wang paper new 草稿 draft.md
	for who in wang nobody; do
		run as li member export-mine "$who" -o his.zip
		[ "$status" -eq 3 ]
		[[ $output == *"for himself"* ]]
	done
	run xueji member export-mine -o his.zip
	[ "$status" -eq 2 ]
	run xueji member export-mine nobody -o his.zip
	[ "$status" -eq 4 ]
	[ -z "$(find . -name 'his.zip*')" ]
	xueji member export-mine wang -o his.zip
	[ -z "$(bsdtar -tf his.zip | grep -E 'drafts|searches')" ]
	[ -z "$(bsdtar -xOf his.zip | grep zebudraft)" ]
	xueji role grant li operator
	[ "$(as li member export-mine wang -o known.zip --json |
		jq -c '[.whole, .papers]')" = '[false,0]' ]
	[ "$(bsdtar -tf known.zip | sort | tr '\n' ' ')" = \
		'README.txt member.json ' ]
	[ "$(xueji audit list --json | jq '[.. | strings |
		select(. == "member export-mine")] | length')" = 2 ]
}

@test "what a member who left had to himself is erased, and counts stay" {
	xueji config set paper.minimum 1
	printf 'zebualone 独自写的\n' >alone.md
	printf 'zebuboth 合写的\n' >both.md
	printf 'zebudraft 没写完\n' >draft.md
	as wang search --save 私事 zebusearch >/dev/null || [ "$?" -eq 1 ]
	as wang paper new 独自 alone.md -b 1
	as wang paper new 合写 both.md -b 1 --with li
	as wang paper new 草稿zebudraft draft.md
	for id in $(as wang paper list --json | jq '.papers[1:][].id'); do
		as wang paper submit "$id"
		as sun paper accept "$id"
	done
	grep -aq zebudraft library/catalog.sqlite*
	run xueji member erase wang --papers erase --yes
	[ "$status" -eq 2 ]
	[[ $output == *"has not left"* ]]
	xueji member leave wang --on 2011-08-31
	export XUEJI_TODAY=2011-12-31
	xueji paper report 2011 --unit ju --json | jq .units >before
	run as li member erase wang --papers erase --yes
	[ "$status" -eq 3 ]
	xueji member erase wang --papers erase --yes --json >told
	[ "$(jq -c '[.drafts, .searches, .anonymised, .erased]' told)" = \
		'[1,1,1,1]' ]
	xueji verify
	xueji backup safe >/dev/null
	! grep -ralE 'zebualone|zebudraft|zebusearch|独自' library safe
	! grep -ralE 王芳 library/ocfl | grep -v member.json |
		xargs -r grep -l paper
	[ "$(as li search --json zebuboth | jq -c '[.total, .hits[0].creators]')" \
		= '[1,"李明"]' ]
	xueji paper report 2011 --unit ju --json | jq .units | diff before -
	[[ $(xueji audit list) == *"member erase"* ]]
	rm -r library/catalog.sqlite* library/text.sqlite* library/index
	xueji rebuild >/dev/null
	xueji paper report 2011 --unit ju --json | jq .units | diff before -
}

# What an archive knows of people and their study, as each command tells it.
told()
{
	local command
	while IFS= read -r command; do
		echo "== $command"
		XUEJI_ARCHIVE=$1 xueji $command
	done <<-END
		unit list --json
		member list --json
		role list --json
		shares 1 --json
		who-can 1 --json
		list --json
		topic list --json
		collection show $collection --json
		lecture show $lecture --json
		seminar show $seminar --json
		packet show $seminar --json
		paper list --json
		paper show $id --json
		paper report 2011 --unit ju --json
	END
}

@test "a disk is lost, then the database: people, shares, study and papers are back" {
	begin
	as wang paper submit "$id"
	as sun paper accept "$id"
	as wang paper share "$id" --to wai/below
	as wang paper new paper.md --based-on 1 --year 2010
	xueji -q share 1 --to wai --until 2011-12-31
	collection=$(xueji collection new 必读 --json | jq .collection)
	xueji -q collection add "$collection" 1
	lecture=$(xueji lecture new 医改 --unit ju --start 2011-05-11 \
		--speaker li --invite wai --json | jq .lecture)
	seminar=$(xueji seminar new 谈医改 --unit nei --chair qian \
		--date 2011-06-01 --invite nei --json | jq .seminar)
	xueji -q packet add "$seminar" 1
	xueji -q packet freeze "$seminar"
	xueji -q seminar open "$seminar"
	told library >before
	xueji audit list --json | jq .entries >audit
	as wang paper list --json >drafts
	xueji -q backup b
	rm -rf library
	xueji -q restore b --to "$PWD/library"
	told library >after
	cmp before after
	xueji audit verify
	xueji audit list --json | jq .entries >again
	cmp audit again
	as wang paper list --json >again
	cmp drafts again
	xueji -q verify

	# Then only the OCFL root is left, and with it the settings.
	find library -mindepth 1 -maxdepth 1 ! -name ocfl ! -name xueji.conf \
		-exec rm -r {} +
	xueji -q rebuild
	told library >after
	cmp before after
}
