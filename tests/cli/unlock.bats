#!/usr/bin/env bats
# unlock: documents that need a password.
load common

setup_file()
{
	need zip
	share_library
	mkdir papers
	printf 'open words\n' >papers/open.txt
	printf '机要独有词甲\n' >papers/讲稿.txt
	printf '秘密★10年\n机要独有词乙\n' >papers/通知.txt
	printf 'right\n' >right
	printf 'wrong\n' >wrong
	(cd papers && zip -q -P right ../locked.zip 讲稿.txt 通知.txt)
	cp locked.zip mixed.zip
	(cd papers && zip -q ../mixed.zip open.txt)
}

setup()
{
	copy_library
	cp -a "$BATS_FILE_TMPDIR"/{papers,right,wrong,locked.zip,mixed.zip} .
}

# add FILE: its number is in $id
add()
{
	run xueji add "$1"
	id=$(xueji list --json "${1%.*}" | jq '.documents[0].id')
}

@test "a document with its password is read, searched and given back" {
	add locked.zip
	[ "$(xueji show --json "$id" | jq -r .outcome)" = encrypted ]
	xueji unlock "$id" --password-file right
	[ "$(xueji show --json "$id" | jq -r .outcome)" = ok ]
	run xueji search 独有词甲
	[[ $output == *"locked.zip › 讲稿.txt"* ]]
	run xueji get "$id" -o copy.zip
	[ "$status" -eq 3 ] # it holds what is in quarantine
	marked=$(xueji quarantine list --json | jq '.documents[0].id')
	run xueji quarantine clear "$marked" -m 样张
	[ "$status" -eq 3 ]
	xueji quarantine clear "$marked" -m 样张 --password-file right
	xueji get "$id" | cmp - locked.zip
	xueji verify
}

@test "a wrong password changes nothing and exits 3" {
	add locked.zip
	run xueji unlock "$id" --password-file wrong
	[ "$status" -eq 3 ]
	[[ $output == *"the password does not open document $id"* ]]
	[ "$(xueji show --json "$id" | jq .version)" = 1 ]
	run xueji unlock "$id" --password-file nowhere
	[ "$status" -eq 4 ]
	run xueji unlock "$id" --password-file /dev/null
	[ "$status" -eq 2 ]
}

@test "a password comes from standard input, and is asked for only at a terminal" {
	add locked.zip
	xueji unlock "$id" --password-file - <right
	run setsid -w "$XUEJI" unlock 2 </dev/null
	[ "$status" -eq 2 ]
	[[ $output == *"--password-file"* ]]
}

@test "a terminal does not show the password" {
	need script
	add locked.zip
	{ sleep 2; echo right; } | script -qec "$XUEJI unlock $id" typed >/dev/null
	[ "$(xueji show --json "$id" | jq -r .outcome)" = ok ]
	grep -q Password typed
}

@test "what is marked secret inside is quarantined" {
	add locked.zip
	[ "$(xueji quarantine list --json | jq .total)" = 0 ]
	xueji unlock "$id" --password-file right
	run xueji quarantine list
	[[ $output == *"locked.zip › 通知.txt"* ]]
	run xueji search 独有词乙
	[[ $output != *"通知"* ]]
}

@test "a wrong password that passes for the right one opens nothing either" {
	# Of a byte alone it is told: w390 and 1 in 256 others pass.
	base64 -d >passes.zip <<-END
		UEsDBAoACQAAAPRwd11En8kAHgAAABIAAAAFABwAYS50eHRVVAkAA6xIBGusSARrdXgLAA
		EEAAAAAAQAAAAAGwL6U8pjo/x6NJXi7CXc+SciPBj4zdkHrrp7mofNUEsHCESfyQAeAAAA
		EgAAAFBLAQIeAwoACQAAAPRwd11En8kAHgAAABIAAAAFABgAAAAAAAEAAACkgQAAAABhLn
		R4dFVUBQADrEgEa3V4CwABBAAAAAAEAAAAAFBLBQYAAAAAAQABAEsAAABtAAAAAAA=
	END
	add passes.zip
	printf 'w390\n' >nearly
	run xueji unlock "$id" --password-file nearly
	[ "$status" -eq 3 ]
	[ "$(xueji show --json "$id" | jq -r .outcome)" = encrypted ]
	xueji unlock "$id" --password-file right
	run xueji search '"hello secret"'
	[ "$status" -eq 0 ]
}

@test "a zip with open and locked members is unlocked, and all come out of it" {
	add mixed.zip
	[ "$(xueji show --json "$id" | jq -r .outcome)" = partial ]
	run xueji unlock "$id" --password-file wrong
	[ "$status" -eq 3 ]
	open=$(xueji list --json "in:$id" open | jq '.documents[0].id')
	xueji unlock "$id" --password-file right
	member=$(xueji list --json "in:$id" 讲稿 | jq '.documents[0].id')
	xueji get "$open" | cmp - papers/open.txt
	run xueji get "$member" -o copy.txt
	[ "$status" -eq 3 ]
	[[ $output == *"needs its password"* ]]
	xueji get "$member" --password-file right | cmp - papers/讲稿.txt
}

@test "the password is kept nowhere, so a rebuild needs it again" {
	printf 'Xq7-geheim\n' >secret
	(cd papers && zip -q -P Xq7-geheim ../other.zip 讲稿.txt)
	add other.zip
	xueji unlock "$id" --password-file secret
	! grep -rqaF Xq7-geheim library
	run xueji rebuild
	[ "$status" -eq 0 ]
	[[ $output == *"1 document was read with a password"* ]]
	[ "$(xueji list --json is:encrypted | jq .total)" = 2 ]
	run xueji search 独有词甲
	[[ $output != *"讲稿"* ]]
	xueji unlock "$id" --password-file secret
	[ "$(xueji list --json is:encrypted | jq .total)" = 0 ]
	run xueji search 独有词甲
	[[ $output == *"讲稿"* ]]
}

@test "a document that needs no password is left alone" {
	run xueji unlock 1 --password-file right
	[ "$status" -eq 2 ]
	[[ $output == *"needs no password"* ]]
}

@test "a PDF is unlocked" {
	pdf=$top_srcdir/../shared/data/documents/pdf-pdfbox/PasswordSample-128bit.pdf
	[ -e "$pdf" ] || skip "the test data are not here"
	printf 'user\n' >user
	run xueji add "$pdf"
	id=$(xueji list --json is:encrypted | jq '.documents[0].id')
	xueji unlock "$id" --password-file user
	[ "$(xueji show --json "$id" | jq .text_bytes)" -gt 0 ]
}

# Of an encrypted file that no password of ours opens.
assert_keyless()
{
	[ "$(xueji show --json "$id" | jq -r .outcome)" = encrypted ]
	run xueji unlock "$id" --password-file right
	[ "$status" -eq 2 ]
	[[ $output == *"cannot be unlocked here: open it with its own program"* ]]
	[[ $output != *"does not open"* ]]
	run xueji --lang zh unlock "$id" --password-file right
	[[ $output == *"在这里解不开：请用原来的程序打开"* ]]
}

# assert_unlocks NAME
assert_unlocks()
{
	"$top_builddir/tests/plugins/make-locked" "$1" right 机要独有词丙
	add "$1"
	[ "$(xueji show --json "$id" | jq -r .outcome)" = encrypted ]
	run xueji unlock "$id" --password-file wrong
	[ "$status" -eq 3 ]
	[[ $output == *"the password does not open document $id"* ]]
	xueji unlock "$id" --password-file right
	run xueji search 独有词丙
	[[ $output == *"$1"* ]]
	xueji get "$id" | cmp - "$1"
}

@test "a document of Word is unlocked" { assert_unlocks 讲稿.docx; }

@test "a document of LibreOffice is unlocked" { assert_unlocks 讲稿.odt; }

@test "documents that Word itself encrypted are unlocked" {
	data=$top_srcdir/../shared/data/documents
	[ -d "$data" ] || skip "the test data are not here"
	printf solrcell >solrcell
	printf password >password
	run xueji add "$data/office-poi/bug53475-password-is-solrcell.docx"
	run xueji add "$data/mixed-tika/protected_normal_case.docx"
	id=$(xueji list --json solrcell | jq '.documents[0].id')
	xueji unlock "$id" --password-file solrcell
	id=$(xueji list --json is:encrypted | jq '.documents[0].id')
	xueji unlock "$id" --password-file password
	run xueji search '"sample Word document"'
	[[ $output == *protected_normal_case.docx* ]]
}

@test "what no password opens says what to do, and exits 2" {
	need 7z
	(cd papers && 7z a -bd -pright ../hidden.7z -mhe=on 讲稿.txt &&
		7z a -bd -pright ../members.7z 讲稿.txt) >/dev/null
	add hidden.7z
	assert_keyless
	add members.7z
	assert_keyless
	doc=$top_srcdir/../shared/data/documents/office-poi/password_password_cryptoapi.doc
	[ -e "$doc" ] || skip "the test data are not here"
	run xueji add "$doc"
	id=$(xueji list --json password | jq '.documents[0].id')
	assert_keyless
}
