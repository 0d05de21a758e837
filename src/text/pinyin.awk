# pinyin.awk - the readings of Han characters, as C: first the file of OpenCC
# that maps traditional characters (character, tab, simplified ones), then the
# dictionary of Rime (character, tab, syllable, tab, share of that reading).
# Run in the C locale. Shares are of the character typed alone: 会 is kuai in 会计
# and next to never else. So all count that have any, the four most usual.
BEGIN { FS = "\t" }

function take(c, syllable, share,    i, n)
{
	for (i = 1; i <= count[c]; i++)
		if (reading[c, i] == syllable) {
			if (share > weight[c, i])
				weight[c, i] = share
			return
		}
	n = ++count[c]
	reading[c, n] = syllable
	weight[c, n] = share
	if (!(syllable in number)) {
		number[syllable] = ++syllables
		name[syllables] = syllable
	}
}

FNR == NR {
	split($2, targets, " ")
	simple[$1] = targets[1]
	next
}

# One character: three bytes, or four.
/^[^#]/ && $2 ~ /^[a-z]+$/ && length($2) < 7 &&
((length($1) == 3 && $1 >= "\340") || (length($1) == 4 && $1 >= "\360")) {
	share = $3 == "" ? 100 : $3 + 0
	if (share == 0)
		next
	take($1, $2, share)
	if ($1 in simple && simple[$1] != $1)
		take(simple[$1], $2, share)
}

END {
	print "const char xj_syllables[][7] = { \"\","
	for (i = 1; i <= syllables; i++)
		printf "\"%s\",\n", name[i]
	print "};"
	print "const unsigned xj_syllables_count = " syllables + 1 ";"
	print "const struct xj_readings xj_readings[] = {"
	sort = "sort"
	fflush()
	for (c in count) {
		line = "{ \"" c "\", {"
		for (k = 1; k <= 4 && k <= count[c]; k++) {
			best = 0
			for (i = 1; i <= count[c]; i++)
				if (!used[c, i] && (!best ||
				    weight[c, i] > weight[c, best]))
					best = i
			used[c, best] = 1
			line = line " " number[reading[c, best]] ","
		}
		print line " } }," | sort
	}
	close(sort)
	print "};"
	print "const unsigned xj_readings_count = sizeof(xj_readings) /"
	print "\tsizeof(xj_readings[0]);"
}
