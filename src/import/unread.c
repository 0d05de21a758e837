/*
 * unread.c - what to do about a file that no importer takes: by its name, as
 * nobody looks into it. The sentences are listed in library/words.c too, for
 * translation.
 */
#include <string.h>
#include <strings.h>

#include "import/worker.h"

static const struct {
	const char *exts; /* with a space on both sides of each */
	const char *advice;
} formats[] = {
	{ " caj nh kdh ", "a document of CNKI: print it to PDF in CAJViewer" },
	{ " ceb cebx ", "a document of Founder Apabi: print it to PDF in its "
	  "reader" },
	{ " gd gw sep ", "a document of Sursen: print it to PDF in its reader" },
	{ " pdg ", "a page of SSReader: print the book to PDF there" },
	{ " pages numbers key ", "a document of Apple iWork: export it as PDF" },
	{ " sxw sxc sxi stw ", "a document of OpenOffice 1: save it as ODT, ODS "
	  "or ODP" },
	{ " sdw sdc sdd wpd shw lwp wk1 wk3 wk4 123 wri hwp ",
	  "a document of an old or foreign office program: save it there as "
	  "PDF or DOCX" },
	{ " xps oxps ", "an XPS document: print it to PDF" },
	{ " djvu djv ", "a DjVu book: convert it to PDF" },
	{ " mobi azw azw3 prc ", "a Kindle book: convert it to EPUB" },
	{ " chm hlp ", "a help file: unpack it to HTML" },
	{ " one onepkg mpp vsdx ", "a document of an Office program that is not "
	  "read: export it as PDF" },
	{ " dwg dxf dgn ", "a drawing: plot it to PDF" },
	{ " psd ai cdr indd qxd ", "a document of a design program: export it "
	  "as PDF" },
	{ " heic heif jxl jp2 bpg dng cr2 nef pct ", "a picture of a kind that "
	  "is not read: save it as JPEG or PNG" },
	{ " mdb accdb dbf db sqlite dta sav sas7bdat ", "a database: export its "
	  "tables as CSV" },
	{ " pst ost dbx ", "a store of mails: export them as EML or mbox" },
	{ " p7m p7s p7c p7z ", "signed or encrypted mail or keys: open it in the "
	  "mail program and save what it holds" },
	{ " lzo lrz grz xar rpm deb jar dmg ", "an archive of a kind that is not "
	  "unpacked: unpack it first" },
	{ " exe dll so msi com sys class lnk apk ", "a program: nothing to "
	  "read in it" },
};

const char *
xj_unread_advice(const char *name)
{
	const char *dot = strrchr(name, '.');
	char ext[16];
	size_t n = dot ? strlen(dot + 1) : 0;

	if (strcasecmp(name, "winmail.dat") == 0)
		return "a message of Outlook: have it sent again as HTML or "
		       "plain text";
	if (n == 0 || n > sizeof(ext) - 3)
		return "no importer takes it";
	ext[0] = ext[n + 1] = ' ';
	for (size_t i = 0; i < n; i++)
		ext[i + 1] = dot[i + 1] >= 'A' && dot[i + 1] <= 'Z' ?
			     (char)(dot[i + 1] + 32) : dot[i + 1];
	ext[n + 2] = '\0';
	for (size_t i = 0; i < XJ_COUNT(formats); i++)
		if (strstr(formats[i].exts, ext))
			return formats[i].advice;
	return "no importer takes it";
}
