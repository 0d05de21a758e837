#!/usr/bin/env bats
# export: documents written together, as folder, zip, bag, page and PDF.
load common

setup_file()
{
	cd "$BATS_FILE_TMPDIR"
	make_library
	cp "$XUEJI_CORPUS/专业业务/高血压患者的社区管理.pdf" notes/pressure.pdf
	printf '# 表格\n\n|药名|剂量|\n|---|---|\n|甲|一片|\n' >notes/table.md
	printf '<b>不是标签</b> & "引号" <script>alert(1)</script>\n' \
		>notes/markup.txt
	xueji -q -A library add notes/pressure.pdf notes/table.md \
		notes/markup.txt
}

setup()
{
	copy_library
	pressure=$(id_of pressure.pdf) table=$(id_of table.md)
	markup=$(id_of markup.txt)
}

id_of()
{
	xueji list --limit 0 --json |
		jq -r --arg n "$1" '.documents[]|select(.path[-1]|endswith($n)).id'
}

@test "a folder has the originals in order, named by their titles, and a page" {
	run -0 xueji export -o out "$pressure" 1 2
	[ "$(ls out | wc -l)" = 4 ]
	cmp out/01*.pdf notes/pressure.pdf
	cmp out/02*.md notes/law.md
	grep -q 病历要及时书写 out/index.html
	grep -q '<h2>卫生法规讲义</h2>' out/index.html
	grep -q 'href="01%20高血压患者的社区管理.pdf"' out/index.html
}

@test "what a document says is text on the page, whatever it looks like" {
	run -0 xueji export -o out.html --title '<i>题</i>' "$markup" "$table"
	! grep -q '<script\|<b>\|<i>' out.html
	grep -q '&lt;script&gt;alert(1)' out.html
	grep -q '<td>甲</td><td>一片</td>' out.html
}

@test "a zip has names that any system reads" {
	need python3
	run -0 xueji export -o out.zip 1 "$pressure"
	python3 - <<-'END'
		import zipfile
		z = zipfile.ZipFile('out.zip')
		assert z.testzip() is None
		names = [i.filename for i in z.infolist()]
		assert names == ['index.html', '01 卫生法规讲义.md',
				 '02 高血压患者的社区管理.pdf'], names
		assert all(i.flag_bits & 0x800 for i in z.infolist()[1:])
	END
}

@test "a bag holds what its manifests say, and nothing else" {
	run -0 xueji export -o bag --form bag 1 2 "$pressure"
	cd bag
	[ "$(head -1 bagit.txt)" = 'BagIt-Version: 1.0' ]
	[ "$(sed -n 2p bagit.txt)" = 'Tag-File-Character-Encoding: UTF-8' ]
	sha512sum --quiet -c manifest-sha512.txt
	sha512sum --quiet -c tagmanifest-sha512.txt
	diff <(find data -type f | sort) <(cut -d' ' -f3- manifest-sha512.txt | sort)
	diff <(ls | grep -v '^data$\|^tagmanifest') \
		<(cut -d' ' -f3- tagmanifest-sha512.txt | sort)
	bytes=$(cat data/* | wc -c) files=$(ls data | wc -l)
	grep -qx "Payload-Oxum: $bytes.$files" bag-info.txt
	# In one file it is a folder of that file.
	cd .. && need unzip
	run -0 xueji export -o bag.zip --form bag 1 2 "$pressure"
	unzip -q bag.zip -d whole && cd whole/bag
	sha512sum --quiet -c manifest-sha512.txt tagmanifest-sha512.txt
}

@test "a PDF has cover, contents with page numbers, and text that can be taken" {
	need pdftotext pdffonts pdfinfo
	run -0 xueji export -o out.pdf --title 学习日材料 --line 第三党支部 \
		1 "$table" "$pressure"
	pdftotext -layout out.pdf text
	grep -q 第三党支部 text
	grep -q 病历要及时书写 text
	grep -q 从四成提高到七成 text || grep -q 高血压患者的社区管理 text
	# where the contents say a document is, it is
	page=$(sed -nE 's/^ *表格 +([0-9]+)$/\1/p' text | head -1)
	pdftotext -f "$page" -l "$page" out.pdf - | grep -q 剂量
	[ "$(pdffonts out.pdf | awk 'NR > 2 && $(NF-4) != "yes"' | wc -l)" = 0 ]
	[ "$(pdfinfo out.pdf | sed -n 's/^Pages: *//p')" = 7 ]
	pdfinfo out.pdf | grep -q '^Title: *学习日材料'
}

@test "pages of a PDF file are taken over, those that are asked for" {
	need pdftotext pdfinfo
	run -0 xueji export -o one.pdf "$pressure:2"
	run -0 xueji export -o two.pdf "$pressure:1-"
	[ "$(pdfinfo one.pdf | sed -n 's/^Pages: *//p')" = 4 ]
	[ "$(pdfinfo two.pdf | sed -n 's/^Pages: *//p')" = 5 ]
	pdftotext -f 4 one.pdf - | grep -q 生活方式
	! pdftotext -f 4 one.pdf - | grep -q 为什么要在社区管
	# the page's own fonts are still those of the file
	pdffonts one.pdf | grep -q BAAAAA
}

@test "an older version is exported as it was" {
	printf '# 章程\n\n第一版的话。\n' >rules.md
	xueji -q add rules.md
	printf '# 章程\n\n第二版的话。\n' >rules.md
	xueji -q add rules.md
	id=$(id_of rules.md)
	run -0 xueji export -o new.html "$id"
	run -0 xueji export -o old.html "$id@1"
	run -0 xueji export -o old "$id@1"
	grep -q 第二版的话 new.html
	! grep -q 第一版的话 new.html
	grep -q 第一版的话 old.html
	! grep -q 第二版的话 old.html
	grep -q 第一版的话 old/01*.md
}

@test "a PDF that is not to be cut gives its text, and that is said" {
	need qpdf
	qpdf --encrypt user owner 256 -- notes/pressure.pdf notes/locked.pdf
	run xueji add notes/locked.pdf
	printf user >password
	xueji -q unlock "$(id_of locked.pdf)" --password-file password
	run -5 xueji export -o out.pdf "$(id_of locked.pdf)"
	[[ "$output" == *"its text is set instead"* ]]
	pdftotext out.pdf - | grep -q 生活方式
}

@test "what cannot be is refused, and leaves nothing behind" {
	run -2 xueji export -o out.pdf "$pressure:9"
	[[ "$output" == *"has 2 pages, not 9"* ]]
	run -2 xueji export -o out.pdf 1:3
	[[ "$output" == *"has no pages"* ]]
	run -4 xueji export -o out.pdf 1@7
	run -4 xueji export -o out.pdf 999
	run -2 xueji export -o out.pdf "$pressure:2-1"
	run -2 xueji export -o out.pdf 1x
	run -2 xueji export -o out.pdf 1:
	run -2 xueji export 1
	run -4 xueji export -o none/out.pdf 1
	touch there.pdf
	run -1 xueji export -o there.pdf 1
	[ ! -s there.pdf ]
	[ -z "$(ls | grep -v '^library$\|^notes$\|^there.pdf$')" ]
}

@test "what is in quarantine is not exported" {
	printf '秘密★10年\n\n内部材料。\n' >notes/secret.txt
	run xueji add notes/secret.txt
	id=$(xueji quarantine list --json | jq '.documents[0].id')
	run -4 xueji export -o out.html "$id"
	[ ! -e out.html ]
}

@test "JSON says what was written" {
	run_json export --json -o out.zip 1 2
	[ "$(jq -r '.form, .documents' <<<"$output" | paste -sd' ')" = 'zip 2' ]
}
