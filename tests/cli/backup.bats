#!/usr/bin/env bats
# backup, restore: the command.
load common

setup_file() { share_library; }
setup() { copy_library; }

# What an archive says of itself, as far as it is to be the same.
answers()
{
	xueji -A "$1" list --json --limit 0
	xueji -A "$1" history --json
	xueji -A "$1" accession list --json
	xueji -A "$1" accession show 3 --json
	xueji -A "$1" show 1 --json
	xueji -A "$1" show 3 --json
	xueji -A "$1" synonym list --json
	xueji -A "$1" dictionary list --json
	xueji -A "$1" config list --json
}

@test "a disk is lost: the archive comes back from last night's backup" {
	xueji -q edit 1 title=改过的题名 creator=李明
	xueji -q remove 2
	xueji -q synonym add 多学科会诊 MDT
	xueji -q dictionary add 三会一课
	xueji config set import.depth 4
	xueji backup b
	answers library >before
	rm -rf library
	run xueji restore b --to "$PWD/new"
	[ "$status" -eq 0 ]
	[[ $output == *"2 documents"*"3 accessions"* ]]
	answers new >after
	cmp before after
	xueji -A new verify
	[ "$(xueji -A new search --json 改过的题名 | jq '.hits[0].id')" = 1 ]
	xueji -A new undelete 2
	xueji -q -A new add notes/hygiene.txt
	xueji -A new verify
}

@test "the second backup copies what is new and nothing else" {
	run_json backup --json b
	[ "$(json .new)" -ge 6 ]
	first=$(json .snapshot)
	run_json backup --json b
	[ "$(json .same)" = true ]
	[ "$(json .snapshot)" = "$first" ]
	xueji -q edit 1 title=新题名
	xueji -q add notes/hygiene.txt
	run_json backup --json b
	[ "$(json .new)" = 2 ] # the document and its accession
	[ "$(json .changed)" = 1 ]
	[ "$(json .failed)" = 0 ]
}

@test "--dry-run says what would be copied and makes nothing" {
	run xueji backup -n b
	[ "$status" -eq 0 ]
	[[ $output == "Would copy: 6 new objects"* ]]
	[ ! -e b ]
	xueji -q backup b
	xueji -q edit 1 title=新题名
	run xueji backup -n b
	[[ $output == "Would copy: 0 new objects, 1 changed"* ]]
	[ "$(xueji backup list b --json | jq '.snapshots | length')" = 1 ]
}

@test "the root in a backup is valid OCFL, and can be rebuilt from alone" {
	xueji -q backup b
	xueji ocfl validate b/ocfl
	mkdir alone
	cp -a b/ocfl alone/
	xueji -A alone rebuild
	[ "$(xueji -A alone list --json --limit 0 | jq '[.documents[]|[.id,.urn,.title]]')" = \
	  "$(xueji list --json --limit 0 | jq '[.documents[]|[.id,.urn,.title]]')" ]
}

@test "one goes back to an older snapshot by its name" {
	xueji -q backup b
	first=$(xueji backup list b --json | jq -r '.snapshots[0].name')
	answers library >before
	xueji -q edit 1 title=新题名
	printf '改了的内容。\n' >notes/quality.txt
	xueji -q add notes
	xueji -q backup b
	[ "$(xueji backup list b --json | jq '.snapshots | length')" = 2 ]
	run xueji restore b --at "$first" --to old
	[ "$status" -eq 0 ]
	# Numbers of revisions aside, all is as it was.
	answers old >after
	cmp before after
	xueji -A old verify
	xueji -A old search 质量是管理出来的
	run xueji -A old search 改了的内容
	[ "$status" -eq 1 ] || [[ $output != *"改了的内容"* ]]
	run xueji restore b --at 1999 --to never
	[ "$status" -eq 4 ]
	[ ! -e never ]
}

@test "--keep says how many snapshots stay" {
	for i in 1 2 3; do
		xueji -q edit 1 title=题名$i
		xueji -q backup --keep 2 b
	done
	[ "$(xueji backup list b --json | jq '.snapshots | length')" = 2 ]
	[ "$(find b/parts -name catalog.sqlite | wc -l)" = 2 ]
	[ "$(find b/parts -name text.sqlite | wc -l)" = 1 ]
	xueji backup verify b
	run xueji backup --keep 0 b
	[ "$status" -eq 2 ]
}

@test "what was purged is erased from older snapshots by the next backup" {
	printf '只此一处的暗语 zanzibar。\n' >notes/gone.txt
	xueji -q add notes/gone.txt
	gone=$(number_of gone.txt)
	xueji -q backup b
	grep -rqaF gone.txt b
	xueji -q purge --yes "$gone"
	run xueji backup b
	[ "$status" -eq 0 ]
	[[ $output == *"1 purged document was erased from older snapshots"* ]]
	run grep -rlaF -e gone.txt -e zanzibar b
	[ "$output" = "" ]
	xueji backup verify b
	first=$(xueji backup list b --json | jq -r '.snapshots[-1].name')
	xueji restore b --at "$first" --to old
	xueji -A old verify
	[ "$(xueji -A old show "$gone" --json | jq -r .state)" = purged ]
}

@test "a flipped byte is named by verify, and the rest is restored" {
	xueji -q backup b
	file=$(find b/ocfl -name quality.txt)
	chmod u+w "$file"
	printf X | dd of="$file" conv=notrunc 2>/dev/null
	run xueji backup verify b
	[ "$status" -eq 1 ]
	[[ $output == *"quality.txt"* ]]
	run xueji restore b --to new
	[ "$status" -eq 5 ]
	[[ $output == *"quality.txt"*"not the bytes that were stored"* ]]
	[ "$(xueji -A new list --json | jq .total)" = "$(xueji list --json | jq .total)" ]
	run xueji -A new verify
	[ "$status" -eq 1 ]
	xueji -A new get 1 -o - >/dev/null
}

@test "a damaged catalog is told, and an older snapshot can be restored" {
	xueji -q backup b
	xueji -q edit 1 title=新题名
	xueji -q backup b
	newest=$(ls b/parts | tail -n 1)
	printf X | dd of="b/parts/$newest/catalog.sqlite" bs=1 seek=5000 conv=notrunc 2>/dev/null
	run xueji restore b --to new
	[ "$status" -eq 7 ]
	[[ $output == *"--at"* ]]
	rm -rf new
	xueji restore b --at "$(ls b/parts | head -n 1)" --to new
	xueji -A new verify
}

@test "damage in the archive is named, exits 5, and the backup keeps what is good" {
	xueji -q backup b
	file=$(find library/ocfl -name quality.txt)
	chmod u+w "$file"
	cp "$file" good
	printf X | dd of="$file" conv=notrunc 2>/dev/null
	run xueji backup other
	[ "$status" -eq 5 ]
	[[ $output == *"document 2"*"quality.txt"*"not the bytes that were stored"* ]]
	xueji backup b # has it, and did not read it again
	cmp good "$(find b/ocfl -name quality.txt)"
	cp good "$file"
	run xueji backup other
	[ "$status" -eq 0 ]
	[[ $output == *"of which 1 new"* ]]
}

@test "what is in the way is refused, and left as it is" {
	mkdir full
	echo mine >full/file
	run xueji backup full
	[ "$status" -eq 1 ]
	[ "$(ls full)" = file ]
	run xueji backup library/b
	[ "$status" -eq 2 ]
	run xueji backup library/ocfl
	[ "$status" -eq 2 ]
	xueji -q backup b
	run xueji restore b --to library
	[ "$status" -eq 1 ]
	run xueji restore b --to full
	[ "$status" -eq 1 ]
	[[ $output == *"not empty"* ]]
	run xueji restore b
	[ "$status" -eq 1 ] # XUEJI_ARCHIVE is there
	run xueji restore library --to new
	[ "$status" -eq 4 ]
	xueji -q init second
	run xueji -A second backup b
	[ "$status" -eq 1 ]
	[[ $output == *"another archive"* ]]
	run xueji -A b status
	[ "$status" -eq 4 ]
	[[ $output == *"xueji restore"* ]]
	run xueji -A b rebuild
	[ "$status" -eq 4 ]
}

@test "an archive that went on from an older state does not overwrite its backup" {
	xueji -q backup b
	xueji -q edit 1 title=昨天
	xueji -q backup b
	xueji -q restore b --at "$(ls b/snapshots | head -n 1 | cut -d. -f1)" --to old
	xueji -q -A old edit 1 title=另一条路
	run xueji -A old backup b
	[ "$status" -eq 1 ]
	[[ $output == *"new folder"* ]]
	xueji backup verify b
	xueji -q -A old backup other
	xueji -q restore b --to new
	[ "$(xueji -A new show 1 --json | jq -r .title)" = 昨天 ]
}

@test "an empty disk with what systems put there is taken" {
	mkdir -p disk/lost+found 'disk/System Volume Information'
	xueji backup disk
	xueji restore disk --to new
}

@test "without the stored text it is read again" {
	xueji -q backup --no-text b
	[ "$(find b/parts -name text.sqlite | wc -l)" = 0 ]
	run xueji restore b --to new
	[ "$status" -eq 0 ]
	[[ $output == *"read again"* ]]
	xueji show --text 1 >before
	xueji -A new show --text 1 >after
	cmp before after
	xueji -A new search 质量
}

@test "backup, list and restore speak JSON and Chinese" {
	run_json backup --json --verify b
	[ "$(json .verified.errors)" = 0 ]
	run_json backup list b --json
	[ "$(json '.snapshots[0].documents')" = 3 ]
	[ "$(json '.snapshots[0].text')" = true ]
	run_json backup verify b --json
	[ "$(json .errors)" = 0 ]
	run_json restore b --json --to new
	[ "$(json .documents)" = 3 ]
	[ "$(json .damaged)" = 0 ]
	[[ $(xueji --lang zh backup b) == *"没有变化"* ]]
	[[ $(xueji --lang zh backup list b) == *"快照"* ]]
}

@test "the help of backup has its further commands" {
	run xueji backup --help
	[ "$status" -eq 0 ]
	[[ $output == *"--keep"*"backup list"*"backup verify"* ]]
	run xueji help backup
	[[ $output == *"--keep"* ]]
}

@test "verify --repair-from mends what is damaged, and only that" {
	xueji -q backup b
	xueji -q edit 1 title=备份之后
	chmod -R u+w library/ocfl
	printf X | dd of="$(find library/ocfl -name quality.txt)" conv=notrunc 2>/dev/null
	rm "$(find library/ocfl -path '*v1/content*' -name law.md)"
	printf X | dd of="$(find library/ocfl -name papers.zip -path '*v1*' | sed 's,/v1/.*,,')/inventory.json" \
		bs=1 seek=40 conv=notrunc 2>/dev/null
	run xueji verify
	[ "$status" -eq 1 ]
	run xueji verify --repair-from b
	[ "$status" -eq 0 ]
	[[ $output == *"mended from the backup"* ]]
	xueji verify
	[ "$(xueji show 1 --json | jq -r .title)" = 备份之后 ]
	xueji get 1 -o - | cmp - notes/law.md
	run_json verify --repair-from b --json
	[ "$(json .repaired.mended)" = 0 ]
}

@test "what the backup does not have better is named, and stays as it is" {
	xueji -q backup b
	for root in b library; do
		file=$(find $root/ocfl -name quality.txt)
		chmod u+w "$file"
		printf X | dd of="$file" conv=notrunc 2>/dev/null
	done
	run xueji verify --repair-from b
	[ "$status" -eq 1 ]
	[[ $output == *"quality.txt"*"no better one"* ]]
	run xueji verify --repair-from notes
	[ "$status" -ne 0 ]
}
