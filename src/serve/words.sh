#!/bin/sh
# words.sh PAGES - prints words.c: the texts of the templates, for gettext.
echo '/* words.c - texts of the templates, for xgettext; `make words` writes it. */'
cat "$1"/*.html "$1"/*.xml 2>/dev/null | LC_ALL=C grep -o '{{_ [^}]*}}' |
LC_ALL=C sort -u | sed 's/^{{_ /N_("/; s/}}$/");/'
