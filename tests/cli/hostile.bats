#!/usr/bin/env bats
# What somebody made to do harm, as a person would meet it.
load common

setup()
{
	cd "$BATS_TEST_TMPDIR"
	xueji -q init library
	export XUEJI_ARCHIVE=$PWD/library
	mkdir evil
}

@test "archives inside archives are opened to a depth, and what is above is read" {
	need tar jq
	echo 最里面的一页 >0.txt
	tar -cf 1.tar 0.txt
	for i in 2 3 4 5 6 7 8 9 10; do
		echo "第${i}层的说明" >$i.txt
		tar -cf $i.tar $((i - 1)).tar $i.txt
	done
	mv 10.tar evil
	run xueji add evil
	[ "$status" -eq 5 ]
	[[ $output == *"nested deeper than 8 containers"* ]]
	xueji search 第3层的说明
	run xueji search 最里面的一页
	[ "$status" -eq 1 ]
}

@test "a bomb costs its own entry only" {
	need gzip jq
	head -c 400000000 /dev/zero | gzip >evil/bomb.gz
	echo 旁边的文件照样收入 >evil/beside.txt
	run xueji add evil
	[ "$status" -eq 5 ]
	xueji search 照样收入
	[ "$(xueji list --json | jq '[.documents[] | select(.title == "bomb")] | length')" -ge 1 ]
}

@test "archives that hold many archives stay in proportion to the file" {
	need zip jq
	echo 炸弹里的说明 >note.txt
	head -c 1000000 /dev/zero >zeros.txt
	zip -q 0.zip zeros.txt
	for level in 1 2 3; do
		for i in 1 2 3 4 5 6 7 8; do
			echo "$level $i" >"which-$level-$i.txt"
			cp "$((level - 1)).zip" "$level-$i.part.zip"
			zip -q "$level-$i.part.zip" "which-$level-$i.txt"
		done
		zip -q "$level.zip" note.txt "$level"-*.part.zip
	done
	mv 3.zip evil
	run xueji add --report report.jsonl evil
	[ "$status" -eq 5 ]
	grep -q "unpacks to more than 200 times its size" report.jsonl
	xueji search 炸弹里的说明
	[ "$(grep -c zeros.txt report.jsonl)" -lt 200 ] # of 512
}

@test "names that lead out of the archive lead nowhere" {
	need tar
	echo 外面的文件 >outside.txt
	tar -P -cf evil/slip.tar --transform 's,^,../../../,' outside.txt
	rm outside.txt
	run xueji add evil
	for up in . .. ../.. ../../.. library library/staging; do
		[ ! -e "$up/outside.txt" ]
	done
}

@test "an entity that names a file of this machine brings nothing of it" {
	need zip
	mkdir word
	printf '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>' >word/document.xml
	printf '<Types/>' >'[Content_Types].xml'
	zip -q evil/a.docx '[Content_Types].xml' word/document.xml
	run xueji add evil
	[ "$status" -eq 5 ]
	run xueji search root
	[ "$status" -eq 1 ]
}
