/* words.c - what records keep in English, in the language of the locale. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library/archive.h"

#define SLOTS 3 /* values in a sentence, at most */
#define DEEP 6  /* sentences within sentences */

/*
 * Sentences with a value in them: %s stands for words, %u for a number. The
 * first that fits counts, so the narrow ones stand first. Whole sentences need
 * no row where xgettext finds them (po/Makevars names the calls); the rest of
 * them is listed in `whole`.
 */
static const char *const sentences[] = {
	/* why a file was not taken */
	N_("cannot be read: %s"),
	N_("folder cannot be read: %s"),
	N_("excluded by %s"),
	N_("document %u, which this file changes, is damaged: %s"),
	N_("the same bytes as document %u, which is in quarantine"),
	N_("the same bytes as document %u"),
	/* why a document is in quarantine */
	N_("bears the mark %s in its name"),
	N_("bears the mark %s on its first page"),
	/* how an import ended */
	N_("%s (and %u more)"),
	N_("importer %s crashed (%s)"),
	N_("importer %s aborted"),
	N_("importer %s went silent"),
	N_("importer %s ended its process (exit %u)"),
	N_("importer %s used a forbidden system call"),
	N_("importer %s was killed, for lack of memory perhaps"),
	N_("importer %s sent in line %u: %s"),
	N_("importer %s sent %s"),
	N_("importer %s failed: exit %u: %s"),
	N_("importer %s failed: exit %u"),
	N_("importer %s failed: %s"),
	N_("importer %s could not be loaded: %s"),
	N_("command: no program %s"),
	N_("importer %s failed without a reason"),
	N_("importer %s cannot read the document"),
	N_("no importer is named %s"),
	N_("left as it was; now it is %s: %s"),
	N_("%u documents were read by %s; %s is here"),
	N_("%u s of CPU"), N_("%u s of time"), N_("%u ms of time"),
	N_("%u MiB of memory"),
	N_("nested deeper than %u containers (import.depth)"),
	N_("the whole file unpacks to more than %u times its size "
	   "(import.ratio)"),
	N_("larger than %u bytes, the limit"),
	/* what importers say */
	N_("%s: left out: %s"),
	N_("%u more members left out"),
	N_("stopped before the first member: %s"),
	N_("stopped after %u of the members: %s"),
	N_("cannot be opened: %s"),
	N_("its data are damaged: %s"),
	N_("the file is damaged: %s"),
	N_("more than %u lines of contents: %s"),
	N_("more than %u pages: %s"),
	N_("%u pages in a row have nothing to read: the rest is left out"),
	N_("the password opens no member of %u"),
	N_("every member of %u is encrypted"),
	N_("its password would have to be digested more than %u times"),
	N_("more than %u times its size in contained documents"),
	N_("more than %u members"), N_("more than %u encrypted parts"),
	N_("members share the bytes at %u, as in a zip bomb"),
	N_("names in code page %u"),
	N_("the zip file cannot be read: %s"),
	N_("%s: the parts unpack to more than 1 GiB"),
	N_("%s: elements more than %u deep"),
	N_("%s has %s, which the format forbids"),
	N_("%s: is not in the book"),
	N_("%s: the page is missing"),
	N_("line %u: the HTML parser has no memory left"),
	N_("line %u: front matter that is not understood is kept as text"),
	N_("line %u: %s"), N_("page %u: %s"),
	N_("Markdown of more than %u MiB"),
	N_("no recording that can be read: %s"),
	N_("the picture has %u x %u points"),
	N_("page %u: tesseract could not read it"),
	N_("larger than %u MiB"),
	N_("the stream %s is missing"),
	N_("%s is missing"),
	N_("more than %u lines"),
	N_("compound file: %s"),
	/* what doctor finds */
	N_("importer %s"), N_("xueji.conf line %u"),
	N_("%u documents wait, %u segments"),
	N_("ABI %u"),
	/* what verify finds */
	N_("the catalog has version %u, the object version %u; "
	   "`xueji rebuild` settles it"),
	/* "partial: needs a password"; "a; b" */
	N_("%s: %s"), N_("%s; %s"),
	N_("%s is encrypted"), /* of one of a list */
};

__attribute__((unused)) static const char *const whole[] = {
	N_("drafts of papers, saved searches and passwords are not in the OCFL "
	   "root: if there were any, a backup has them"),
	N_("damaged, and the backup has no better one"),
	N_("is missing"), N_("not the bytes that were stored"),
	N_("cannot be read"), N_("the object is missing"),
	N_("no backup is complete"),
	N_("the description of a snapshot is damaged"),
	N_("empty file"), N_("is gone"), N_("is the archive itself"),
	N_("is not a regular file any more"), N_("not a file or a folder"),
	N_("folders nested deeper than 256"),
	N_("symbolic link, not followed"), N_("hidden (--hidden takes it)"),
	N_("changed: a new version"), N_("new"), N_("was not taken out"),
	N_("not well-formed"), N_("needs a password"),
	N_("encrypted in a manner that cannot be opened"),
	N_("the document is encrypted in a manner that is not known here"),
	N_("a variant that cannot be read"), N_("would cost too much"),
	N_("stopped, though nobody asked it to"),
	N_("failed without a reason"), N_("cannot read the document"),
	N_("an importer"), N_("a signal"),
	N_("a hole of more than 16 MiB"), N_("too large"), N_("damaged"),
	N_("a symbolic link"), N_("a link to another member"), N_("a device"),
	N_("a pipe"), N_("a socket"),
	/* import/unread.c */
	N_("a document of CNKI: print it to PDF in CAJViewer"),
	N_("an XPS document: print it to PDF"),
	N_("a DjVu book: convert it to PDF"),
	N_("a Kindle book: convert it to EPUB"),
	N_("a help file: unpack it to HTML"),
	N_("a drawing: plot it to PDF"),
	N_("a document of a design program: export it as PDF"),
	N_("a picture of a kind that is not read: save it as JPEG or PNG"),
	N_("a database: export its tables as CSV"),
	N_("a store of mails: export them as EML or mbox"),
	N_("signed or encrypted mail or keys: open it in the mail program and "
	   "save what it holds"),
	N_("a message of Outlook: have it sent again as HTML or plain text"),
	N_("an archive of a kind that is not unpacked: unpack it first"),
	N_("a program: nothing to read in it"),
	N_("a font: nothing to read in it"),
	N_("what a Mac keeps beside a file: the document is the file whose "
	   "name has no ._ in front"),
	N_("a note that a document is open in Office: it can be deleted"),
	N_("the answers to a PDF form: save the form with them as PDF"),
	N_("nothing but zero bytes: the copy may have failed"),
	N_("not a kind of document that is known here: save it as PDF, DOCX or "
	   "text where that can be done"),
	N_("a document of Founder Apabi: print it to PDF in its reader"),
	N_("a document of Sursen: print it to PDF in its reader"),
	N_("a page of SSReader: print the book to PDF there"),
	N_("a document of Apple iWork: export it as PDF"),
	N_("a document of OpenOffice 1: save it as ODT, ODS or ODP"),
	N_("a document of an old or foreign office program: save it there as "
	   "PDF or DOCX"),
	N_("a workbook in binary form: save it as XLSX"),
	N_("a document of an Office program that is not read: export it as PDF"),
	N_("a mind map: export it as PDF or Markdown"),
	N_("a container of signed files: save them out of it and add them"),
	N_("a document, packed as a zip, of a program that is not known here: "
	   "save it there as PDF or DOCX"),
	N_("encrypted"), N_("cannot be unpacked whole"), N_("not XML"),
	N_("the list of members is encrypted"),
	N_("the members are encrypted, in the manner of RAR 5, which cannot "
	   "be opened here"),
	N_("one volume of a RAR archive in several; join them first"),
	N_("one part of a zip archive in several; join them first"),
	N_("cut short, or one volume of a 7-Zip archive in several: the list "
	   "of members, at its end, is missing"),
	N_("one cabinet of a set of several; unpack the set first"),
	N_("the file is damaged: its objects were searched for"),
	N_("the page tree is damaged"),
	N_("the page tree is lost: pages stand in the order of the file"), N_("the rest is left out"),
	/* plugins/ole/ole.c */
	N_("a drawing of Visio: export it as PDF"),
	N_("a document of Publisher: export it as PDF"),
	N_("a document of Microsoft Works: save it as DOC or RTF"),
	N_("a document of StarOffice: save it in LibreOffice as ODT or PDF"),
	N_("a document of WordPerfect Office: save it as PDF or DOCX"),
	N_("a document of Hangul: save it as DOCX or PDF"),
	N_("it is cut off"), N_("its data are damaged"), N_("a member"),
	N_("is inside a document in quarantine"), N_("put there by hand"),
	N_("was read with a password before: `xueji unlock` reads it again"),
	N_("accession undone"), N_("the stored bytes are damaged"),
	N_("the catalog does not know this object; `xueji rebuild` takes it "
	   "in"),
};

/* A piece of text that is not NUL-terminated. */
struct piece {
	const char *text;
	size_t len;
};

static bool
is_number(const struct piece *p)
{
	for (size_t i = 0; i < p->len; i++)
		if (!isdigit((unsigned char)p->text[i]))
			return false;
	return p->len > 0;
}

/* Where `part` begins in `text`: anywhere, or at the very end. */
static const char *
find_part(const char *text, const struct piece *part, bool at_end)
{
	size_t n = strlen(text);

	if (n < part->len)
		return NULL;
	if (!at_end)
		return memmem(text, n, part->text, part->len);
	text += n - part->len;
	return memcmp(text, part->text, part->len) == 0 ? text : NULL;
}

/* Whether the sentence fits the whole text; its values. */
static bool
fits(const char *sentence, const char *text, struct piece slots[SLOTS],
     size_t *count)
{
	size_t n = strcspn(sentence, "%");

	*count = 0;
	if (strncmp(sentence, text, n) != 0)
		return false;
	for (sentence += n, text += n; *sentence;) {
		struct piece after = { sentence + 2,
				       strcspn(sentence + 2, "%") };
		struct piece *slot = &slots[(*count)++];
		const char *end = find_part(text, &after,
					    !after.text[after.len]);

		if (!end)
			return false;
		*slot = (struct piece){ text, (size_t)(end - text) };
		if (slot->len == 0 || (sentence[1] == 'u' && !is_number(slot)))
			return false;
		sentence = after.text + after.len;
		text = end + after.len;
	}
	return *text == '\0';
}

static bool say(const char *text, struct xj_buf *out, unsigned deep);

static bool
say_piece(const struct piece *p, struct xj_buf *out, unsigned deep)
{
	char *copy = strndup(p->text, p->len);
	bool known = copy && deep < DEEP && say(copy, out, deep + 1);

	if (!known)
		xj_buf_add(out, p->text, p->len);
	free(copy);
	return known;
}

/* The translated sentence with its values; whether anything of it is another
 * now. The last rows of the table are only as good as what stands in them. */
static bool
say_sentence(const char *sentence, const struct piece *slots,
	     struct xj_buf *out, unsigned deep)
{
	const char *p = xj_tr(sentence);
	bool open = strncmp(sentence, "%s: %s", 6) == 0 ||
		    strncmp(sentence, "%s; %s", 6) == 0;
	bool known = p != sentence && !open;
	bool name = strncmp(sentence, "importer %s", 11) == 0; /* no word */

	for (size_t n; *p; slots++) {
		n = strcspn(p, "%");
		xj_buf_add(out, p, n);
		p += n;
		if (!*p)
			break;
		if (name)
			xj_buf_add(out, slots->text, slots->len);
		else
			known |= say_piece(slots, out, deep);
		name = false;
		p += 2;
	}
	return known;
}

/* Append what is known; false, and nothing, when it is not. */
static bool
say(const char *text, struct xj_buf *out, unsigned deep)
{
	const char *other = xj_tr(text);
	size_t start = out->len;

	if (other != text) {
		xj_buf_adds(out, other);
		return true;
	}
	for (size_t i = 0; i < XJ_COUNT(sentences); i++) {
		struct piece slots[SLOTS];
		size_t count;

		if (!fits(sentences[i], text, slots, &count))
			continue;
		if (say_sentence(sentences[i], slots, out, deep))
			return true;
		out->len = start;
	}
	return false;
}

const char *
xj_in_words(const char *text, char *out, size_t size)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	bool known = say(text, &b, 0) && !b.failed;

	snprintf(out, size, "%s", known ? b.data : text);
	out[xj_utf8_cut(out, strlen(out), size - 1)] = '\0';
	return out;
}
