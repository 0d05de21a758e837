#!/usr/bin/env bats
# The tutorial is done as it stands: its files are written, its commands run,
# and what it promises must come.
load common

# A script of the page. Behind ``` stands what a block is: sh; output, whose
# lines must each be in what the commands before printed; or a language and
# the file to write.
as_script()
{
	awk '
	/^```/ && !inside {
		inside = 1; kind = substr($1, 4); file = $2
		if (file != "") print "cat >" file " <<\"END OF FILE\""
		else if (kind == "sh") print "{"
		else if (kind == "output") print "expect <<\"END OF FILE\""
		else print ": <<\"END OF FILE\""
		next
	}
	/^```/ {
		inside = 0
		print kind == "sh" && file == "" ? "} >\"$out\" 2>&1 || failed" : "END OF FILE"
		next
	}
	inside { print }' "$1"
}

setup()
{
	need cc make pkg-config
	cd "$BATS_TEST_TMPDIR"
	export XDG_DATA_HOME=$PWD/data PKG_CONFIG_PATH=$top_builddir
	mkdir bin
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$XUEJI" >bin/xueji
	chmod +x bin/xueji
	export PATH=$PWD/bin:$PATH out=$PWD/out.txt
	cat >script <<-'END'
	set -e
	failed() { cat "$out"; exit 1; }
	expect()
	{
		cat "$out"
		while IFS= read -r line; do
			grep -qF -- "$line" "$out" || {
				echo "not printed: $line"
				exit 1
			}
		done
	}
	END
}

@test "the tutorial does what it says" {
	as_script "$top_srcdir/doc/importers.md" >>script
	bash script
}

@test "the importer of the tutorial has fewer than 60 lines" {
	lines=$(awk '/^```c ics.c/ { inside = 1; next } /^```/ { inside = 0 }
		inside' "$top_srcdir/doc/importers.md" | wc -l)
	[ "$lines" -gt 20 ]
	[ "$lines" -lt 60 ]
}
