/* page-pages.c - pages of a PDF as pictures, drawn by a confined program. */
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xueji/pages.h>

#include "serve/serve.h"

#define PAGES_SHOWN 10
#define KEPT_MAX (48u << 20)   /* bytes of pictures in memory */
#define KEY_MAX 33

/* ---------------------------------------------------------- pictures that are kept */

/* The one that was asked for last is the first. */
struct kept {
	char key[KEY_MAX];
	char *bytes;
	size_t len;
	struct kept *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct kept *pictures;
static size_t kept_bytes;

static void
kept_free(struct kept *k)
{
	kept_bytes -= k->len;
	free(k->bytes);
	free(k);
}

static bool
find_kept(const char *key, struct xj_buf *out)
{
	bool found = false;

	pthread_mutex_lock(&lock);
	for (struct kept **at = &pictures, *k; (k = *at); at = &k->next)
		if (strcmp(k->key, key) == 0) {
			*at = k->next;
			k->next = pictures;
			pictures = k;
			xj_buf_add(out, k->bytes, k->len);
			found = !out->failed;
			break;
		}
	pthread_mutex_unlock(&lock);
	return found;
}

/* The oldest go when there are too many. */
static void
keep(const char *key, const struct xj_buf *picture)
{
	struct kept *k = calloc(1, sizeof(*k)), **at;
	size_t room = 0;

	if (!k || !(k->bytes = malloc(picture->len + 1))) {
		free(k);
		return;
	}
	memcpy(k->bytes, picture->data, picture->len);
	strcpy(k->key, key);
	k->len = picture->len;
	pthread_mutex_lock(&lock);
	k->next = pictures;
	pictures = k;
	kept_bytes += k->len;
	for (at = &pictures; *at && room + (*at)->len <= KEPT_MAX;
	     at = &(*at)->next)
		room += (*at)->len;
	while ((k = *at)) {
		*at = k->next;
		kept_free(k);
	}
	pthread_mutex_unlock(&lock);
}

void
xj_pictures_free(void)
{
	struct kept *k;

	while ((k = pictures)) {
		pictures = k->next;
		kept_free(k);
	}
}

/* -------------------------------------------------------------------- a picture */

static const char *
key_of(struct xj_request *q, const struct xj_document *d, unsigned page,
       unsigned width, const char *const *words)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	unsigned char digest[16];
	char *key = xj_arena_alloc(q->arena, KEY_MAX);

	xj_buf_addf(&b, "%s %u %u", xj_document_info(d)->sha512, page, width);
	for (; *words; words++)
		xj_buf_addf(&b, "\n%s", *words);
	crypto_generichash(digest, sizeof(digest),
			   (const unsigned char *)xj_buf_str(&b), b.len, NULL,
			   0);
	if (key)
		xj_hex(digest, sizeof(digest), key);
	return key ? key : "";
}

static int
draw(struct xj_request *q, struct xj_document *d, unsigned page,
     unsigned width, const char *const *words, struct xj_buf *out,
     struct xj_error *err)
{
	xj_auto(xj_closep) int fd = memfd_create("picture", MFD_CLOEXEC);
	struct stat st = { 0 };
	int r = fd < 0 ? xj_error_errno(err, "memory") :
		xj_page_draw(q->archive, d, page, width, words, fd, err);

	if (r == XJ_OK && fstat(fd, &st) < 0)
		r = xj_error_errno(err, "memory");
	if (r == XJ_OK)
		r = xj_buf_reserve(out, (size_t)st.st_size + 1);
	if (r < 0)
		return r;
	out->len = (size_t)xj_pread_all(fd, out->data, (size_t)st.st_size, 0);
	out->data[out->len] = '\0';
	return XJ_OK;
}

int
xj_give_picture(struct xj_request *q, struct xj_reply *p)
{
	const char *words[XJ_WORDS_MAX + 1] = { 0 };
	unsigned width = (unsigned)xj_argument_number(q, "w", 200, 2000, 1000);
	unsigned long page = strtoul(q->parameters[1], NULL, 10);
	struct xj_document *d;
	int r = xj_document_asked(q, &d, &p->error);

	if (r < 0)
		return r;
	xj_read_words(q, words);
	p->etag = key_of(q, d, (unsigned)page, width, words);
	p->type = "image/png";
	/* Whoever has it already needs no other. */
	if ((!q->if_none_match || !strstr(q->if_none_match, p->etag)) &&
	    !find_kept(p->etag, &p->body)) {
		r = draw(q, d, (unsigned)page, width, words, &p->body,
			 &p->error);
		if (r == XJ_OK)
			keep(p->etag, &p->body);
	}
	xj_document_free(d);
	return r;
}

/* ----------------------------------------------------------------------- the page */

static json_t *
drawn(struct xj_request *q, const struct xj_document_info *info, uint64_t from)
{
	json_t *list = json_array();
	char place[128];

	(void)q;
	for (uint64_t n = from; n < from + PAGES_SHOWN && n <= info->pages; n++) {
		xj_model_place("page", n, NULL, place);
		json_array_append_new(list, json_pack("{s:I, s:o, s:o}",
			"page", (json_int_t)n, "place", xj_json_of(place),
			"alt", xj_json_format(_("Page %llu as a picture; its "
						"words are in the text"),
					      (ull)n)));
	}
	return list;
}

int
xj_page_pages(struct xj_request *q, struct xj_reply *p)
{
	const char *words[XJ_WORDS_MAX + 1] = { 0 };
	const struct xj_document_info *info;
	struct xj_document *d;
	uint64_t from;
	json_t *marked;
	int r = xj_document_asked(q, &d, &p->error);

	if (r < 0)
		return r;
	info = xj_document_info(d);
	if (!xj_page_can_draw(d)) {
		xj_document_free(d);
		return xj_error_set(&p->error, XJ_ENOTFOUND, "there is no "
				    "such page");
	}
	from = xj_argument_number(q, "from", 1, info->pages, 1);
	xj_read_words(q, words);
	marked = json_array();
	for (size_t i = 0; words[i]; i++)
		json_array_append_new(marked, xj_json_of(words[i]));
	p->model = xj_model_info(info);
	json_object_set_new(p->model, "words", marked);
	json_object_set_new(p->model, "q", xj_json_of(xj_argument(q, "q")));
	json_object_set_new(p->model, "title", xj_json_of(
		*info->title ? info->title : info->name));
	json_object_set_new(p->model, "drawn", drawn(q, info, from));
	if (from > 1)
		json_object_set_new(p->model, "previous", json_integer(
			from > PAGES_SHOWN ? (json_int_t)(from - PAGES_SHOWN)
					   : 1));
	if (from + PAGES_SHOWN <= info->pages)
		json_object_set_new(p->model, "next", json_integer(
			(json_int_t)(from + PAGES_SHOWN)));
	json_object_set_new(p->model, "turned", json_boolean(
		info->pages > PAGES_SHOWN));
	json_object_set_new(p->model, "range", xj_json_format(
		_("page %llu of %llu"), (ull)from, (ull)info->pages));
	p->page = "pages";
	xj_document_free(d);
	return XJ_OK;
}
