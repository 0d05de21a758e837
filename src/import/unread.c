/*
 * unread.c - what to do about a file that no importer takes: by how it begins,
 * else by its name. The sentences are listed in library/words.c too, for
 * translation.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "import/worker.h"

#define CNKI "a document of CNKI: print it to PDF in CAJViewer"
#define XPS "an XPS document: print it to PDF"
#define DJVU "a DjVu book: convert it to PDF"
#define KINDLE "a Kindle book: convert it to EPUB"
#define HELP "a help file: unpack it to HTML"
#define DRAWING "a drawing: plot it to PDF"
#define DESIGN "a document of a design program: export it as PDF"
#define PICTURE "a picture of a kind that is not read: save it as JPEG or PNG"
#define DATABASE "a database: export its tables as CSV"
#define MAILS "a store of mails: export them as EML or mbox"
#define SIGNED "signed or encrypted mail or keys: open it in the mail program " \
	       "and save what it holds"
#define OUTLOOK "a message of Outlook: have it sent again as HTML or plain text"
#define PACKED "an archive of a kind that is not unpacked: unpack it first"
#define PROGRAM "a program: nothing to read in it"
#define FONT "a font: nothing to read in it"
#define MAC "what a Mac keeps beside a file: the document is the file whose " \
	    "name has no ._ in front"
#define OWNER "a note that a document is open in Office: it can be deleted"
#define FORM "the answers to a PDF form: save the form with them as PDF"
#define ZEROS "nothing but zero bytes: the copy may have failed"
#define UNKNOWN "not a kind of document that is known here: save it as PDF, " \
		"DOCX or text where that can be done"

static const struct {
	const char *exts; /* with a space on both sides of each */
	const char *advice;
} formats[] = {
	{ " caj nh kdh ", CNKI },
	{ " ceb cebx ", "a document of Founder Apabi: print it to PDF in its "
	  "reader" },
	{ " gd gw sep ", "a document of Sursen: print it to PDF in its reader" },
	{ " pdg ", "a page of SSReader: print the book to PDF there" },
	{ " pages numbers key ", "a document of Apple iWork: export it as PDF" },
	{ " sxw sxc sxi sxd stw ", "a document of OpenOffice 1: save it as ODT, "
	  "ODS or ODP" },
	{ " sdw sdc sdd wpd shw lwp wk1 wk3 wk4 123 wri hwp ",
	  "a document of an old or foreign office program: save it there as "
	  "PDF or DOCX" },
	{ " xlsb ", "a workbook in binary form: save it as XLSX" },
	{ " xps oxps ", XPS },
	{ " djvu djv ", DJVU },
	{ " mobi azw azw3 prc ", KINDLE },
	{ " chm hlp ", HELP },
	{ " one onepkg mpp vsdx ", "a document of an Office program that is not "
	  "read: export it as PDF" },
	{ " xmind mmap emmx ", "a mind map: export it as PDF or Markdown" },
	{ " dwg dxf dgn ", DRAWING },
	{ " psd ai cdr indd idml qxd ", DESIGN },
	{ " heic heif avif jxl jp2 bpg dng cr2 nef pct fits ", PICTURE },
	{ " mdb accdb dbf db sqlite dta sav sas7bdat odb ", DATABASE },
	{ " pst ost dbx ", MAILS },
	{ " p7m p7s p7c p7z ", SIGNED },
	{ " asice asics sce scs ", "a container of signed files: save them out "
	  "of it and add them" },
	{ " fdf ", FORM },
	{ " lzo lrz grz xar rpm deb jar war dmg ", PACKED },
	{ " exe dll so msi com sys class lnk apk ipa ", PROGRAM },
	{ " ttf ttc otf woff woff2 ", FONT },
};

/* What stands at a place near the start leaves no doubt. */
static const struct {
	const char *magic;
	size_t len, at;
	const char *advice;
} starts[] = {
#define AT(place, text, advice) { text, sizeof(text) - 1, place, advice }
	AT(0, "CAJ\0", CNKI), AT(0, "KDH ", CNKI),
	AT(0, "AT&TFORM", DJVU), AT(60, "BOOKMOBI", KINDLE),
	AT(0, "ITSF", HELP), AT(0, "AC10", DRAWING),
	AT(0, "8BPS\0", DESIGN), AT(8, "CDR", DESIGN),
	AT(4, "ftypheic", PICTURE), AT(4, "ftypmif1", PICTURE),
	AT(4, "ftypavif", PICTURE), AT(4, "JXL \r\n", PICTURE),
	AT(4, "jP  \r\n", PICTURE), AT(0, "BPG\xFB", PICTURE),
	AT(0, "II+\0", PICTURE), AT(0, "MM\0+", PICTURE),
	AT(0, "SIMPLE  = ", PICTURE),
	AT(0, "SQLite format 3", DATABASE), AT(4, "Standard Jet DB", DATABASE),
	AT(4, "Standard ACE DB", DATABASE), AT(0, "!BDN", MAILS),
	AT(0, "\x78\x9F\x3E\x22", OUTLOOK), AT(0, "%FDF-", FORM),
	AT(0, "LRZI", PACKED), AT(0, "\x89LZO", PACKED), AT(0, "xar!", PACKED),
	AT(0, "\xED\xAB\xEE\xDB", PACKED), AT(0, "!<arch>\n", PACKED),
	AT(0, "\x7F" "ELF", PROGRAM), AT(0, "MZ", PROGRAM),
	AT(0, "\xCA\xFE\xBA\xBE", PROGRAM),
	AT(0, "\xCE\xFA\xED\xFE", PROGRAM),
	AT(0, "\xCF\xFA\xED\xFE", PROGRAM),
	AT(0, "L\0\0\0\1\x14\2\0", PROGRAM), AT(0, "\0asm", PROGRAM),
	AT(0, "\0\1\0\0\0", FONT), AT(0, "OTTO\0", FONT),
	AT(0, "ttcf\0", FONT), AT(0, "wOFF", FONT), AT(0, "wOF2", FONT),
	AT(0, "\0\5\x16\7\0", MAC), AT(0, "\0\5\x16\0\0", MAC),
#undef AT
};

static bool
all_zeros(const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	return len == 0 || (p[0] == 0 && memcmp(p, p + 1, len - 1) == 0);
}

static const char *
by_start(const struct xj_sample *s)
{
	for (size_t i = 0; i < XJ_COUNT(starts); i++)
		if (starts[i].at + starts[i].len <= s->head_len &&
		    memcmp((const char *)s->head + starts[i].at,
			   starts[i].magic, starts[i].len) == 0)
			return starts[i].advice;
	if (all_zeros(s->head, s->head_len) && all_zeros(s->tail, s->tail_len))
		return ZEROS;
	return NULL;
}

static const char *
by_extension(const char *name)
{
	const char *dot = strrchr(name, '.');
	char ext[16];
	int n = dot ? snprintf(ext, sizeof(ext), " %s ", dot + 1) : 0;

	if (n < 3 || n >= (int)sizeof(ext))
		return NULL;
	for (char *p = ext; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	for (size_t i = 0; i < XJ_COUNT(formats); i++)
		if (strstr(formats[i].exts, ext))
			return formats[i].advice;
	return NULL;
}

/* Many programs keep their documents in zips. */
static const char *
of_zip(const struct xj_sample *s)
{
	static const char part[] = "FixedDocument"; /* ECMA-388 */

	if (s->head_len < 4 || memcmp(s->head, "PK\3\4", 4) != 0)
		return NULL;
	if (memmem(s->tail, s->tail_len, part, sizeof(part) - 1))
		return XPS;
	return "a document, packed as a zip, of a program that is not known "
	       "here: save it there as PDF or DOCX";
}

const char *
xj_unread_advice(const struct xj_sample *s)
{
	const char *slash = strrchr(s->name, '/');
	const char *name = slash ? slash + 1 : s->name;
	const char *advice = by_start(s);

	if (!advice && strcasecmp(name, "winmail.dat") == 0)
		advice = OUTLOOK;
	if (!advice && strncmp(name, "~$", 2) == 0)
		advice = OWNER;
	if (!advice)
		advice = by_extension(name);
	if (!advice)
		advice = of_zip(s);
	return advice ? advice : UNKNOWN;
}
