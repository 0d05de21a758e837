# common.bash - what the tests of the command share.
bats_require_minimum_version 1.5.0

need()
{
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip "$tool is not installed"
	done
}

xueji()
{
	"$XUEJI" "$@"
}

# Three texts with known words, in ./notes.
make_notes()
{
	mkdir -p notes
	printf '# 卫生法规讲义\n\n依法行医，尊重病人的知情权。\n\n## 第二节\n\n病历要及时书写。\n' \
		>notes/law.md
	printf '医疗质量管理办法学习要点。\n质量是管理出来的。\n' >notes/quality.txt
	printf 'Hand hygiene saves lives.\nWash before and after.\n' \
		>notes/hygiene.txt
}

# ./library with documents 1 (law.md), 2 (quality.txt), 3 (a zip; its members
# follow).
make_library()
{
	make_notes
	xueji -q init library
	xueji -q -A library add -k lecture-note notes/law.md
	xueji -q -A library add notes/quality.txt
	cp "$XUEJI_CORPUS/专题研讨/医患沟通研讨材料.zip" notes/papers.zip
	xueji -q -A library add notes/papers.zip || test $? = 5
}

# The library, made once in a file of tests, copied for each of them.
share_library()
{
	cd "$BATS_FILE_TMPDIR" && make_library
}

copy_library()
{
	cd "$BATS_TEST_TMPDIR" && cp -a "$BATS_FILE_TMPDIR/library" \
		"$BATS_FILE_TMPDIR/notes" . && export XUEJI_ARCHIVE=$PWD/library
}

# run_json ARGUMENT...: stdout is one JSON object of format 1.
run_json()
{
	need jq
	run --separate-stderr xueji "$@"
	test "$(jq -r .format <<<"$output")" = 1
}

# The value of a path in the JSON of the last run.
json()
{
	jq -r "$@" <<<"$output"
}

# Whether the importers run under the sanitizers, without their confinement.
sanitized()
{
	grep -q fsanitize=address "$top_builddir/Makefile"
}

# What the examples of the query language find, beside ./library.
add_query_documents()
{
	printf '关于传染病防治工作的通知\n\n卫医发〔2010〕12号\n\n各医院要写好病历，保证质量。\n' \
		>notes/notice.txt
	xueji -q -A library add -k regulation notes/notice.txt notes/hygiene.txt
	xueji -q -A library edit "$(number_of notice.txt)" kind=regulation \
		title=关于传染病防治工作的通知 creator=李明 \
		subject='传染病 防治' date=2011-02-16 language=zh
}

# The number of the document that was added under a name.
number_of()
{
	xueji -A library list --json --limit 0 |
		jq -r --arg name "$1" '.documents[] |
			select(.path[-1] | endswith($name)) | .id'
}
