/*
 * make-locked.c - a small encrypted document, for tests of the command.
 *
 *	make-locked OUT.docx|OUT.odt PASSWORD TEXT
 *
 * PASSWORD is of ASCII, TEXT of characters that XML takes as they are.
 *
 * SPDX-License-Identifier: AGPL-3.0-or-later
 * Copyright (c) 2026 the Xueji authors
 */
#include "host.h"
#include "sample.h"
#include "zip-sample.h"
#include "lock-sample.h"
#include "odf-lock-sample.h"

static struct bytes
make_docx(const char *password, const char *text)
{
	xj_auto(xj_buf_release) struct xj_buf body = XJ_BUF_INIT;
	struct zip_part parts[] = {
		{ "[Content_Types].xml", "<Types/>" },
		{ "word/document.xml", NULL }, { 0 }
	};
	char16_t wide[64] = { 0 };

	xj_buf_addf(&body, "<w:document xmlns:w=\"http://schemas.openxmlformats"
		    ".org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>"
		    "%s</w:t></w:r></w:p></w:body></w:document>", text);
	parts[1].text = xj_buf_str(&body);
	for (size_t i = 0; password[i] && i < XJ_COUNT(wide) - 1; i++)
		wide[i] = (unsigned char)password[i];
	xj_auto(free_bytes) struct bytes zip = zip_sample(parts, false);
	return lock_sample(&(struct lock_how){ .password = wide }, &zip);
}

static struct bytes
make_odt(const char *password, const char *text)
{
	xj_auto(xj_buf_release) struct xj_buf body = XJ_BUF_INIT;
	struct zip_part parts[] = {
		{ "mimetype", "application/vnd.oasis.opendocument.text" },
		{ "content.xml", NULL }, { 0 }
	};

#define NS "urn:oasis:names:tc:opendocument:xmlns:"
	xj_buf_addf(&body, "<o:document-content xmlns:o=\"" NS "office:1.0\" "
		    "xmlns:t=\"" NS "text:1.0\"><o:body><o:text><t:p>%s</t:p>"
		    "</o:text></o:body></o:document-content>", text);
	parts[1].text = xj_buf_str(&body);
	return odf_lock_sample(&(struct odf_lock_how){ .password = password },
			       parts);
}

int
main(int argc, char **argv)
{
	if (argc != 4) {
		fputs("make-locked OUT.docx|OUT.odt PASSWORD TEXT\n", stderr);
		return 2;
	}
	xj_auto(free_bytes) struct bytes doc = strstr(argv[1], ".odt") ?
		make_odt(argv[2], argv[3]) : make_docx(argv[2], argv[3]);
	FILE *out = fopen(argv[1], "wb");

	if (!out || fwrite(doc.data, 1, doc.len, out) != doc.len ||
	    fclose(out) != 0) {
		perror(argv[1]);
		return 1;
	}
	return 0;
}
