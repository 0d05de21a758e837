#!/bin/sh
# Every sample is imported, twice, and so are damaged copies of it. What the
# importer sends must be what stands in the sample's .expected; make that of a
# new sample with
#	xueji plugin test --sent importer-@NAME@.so SAMPLE >SAMPLE.expected
# and read it before you believe it.
set -u
importer=$1
bad=0
sent=$(mktemp) || exit 1
trap 'rm -f "$sent"' EXIT

for sample in samples/*; do
	case $sample in *.expected) continue ;; esac
	"${XUEJI:-xueji}" plugin test --sent "$importer" "$sample" >"$sent" ||
		bad=1
	if diff -u "$sample.expected" "$sent"; then
		echo "ok: $sample"
	else
		bad=1
	fi
done
exit $bad
