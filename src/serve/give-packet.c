/* give-packet.c - the packet of a seminar as a download. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "serve/seminar.h"

#define PREFIX "packet-"  /* of what is built among what is staged */
#define LEFT_S 3600       /* older than this: left by a server that was killed */

static const struct form {
	const char *name, *ending, *type;
	enum xj_packet_form form;
} forms[] = {
	{ "pdf", ".pdf", "application/pdf", XJ_PACKET_PDF },
	{ "html", ".html", "application/octet-stream", XJ_PACKET_HTML },
	{ "zip", ".zip", "application/zip", XJ_PACKET_ZIP },
	{ "bag", "-bag.zip", "application/zip", XJ_PACKET_BAG },
};

/* Where it is built: in the archive, where alone a server writes. */
static const char *
folder(struct xj_arena *arena)
{
	return xj_arena_printf(arena, "%s/staging", xj_serve_options.dir);
}

static void
tidy(DIR *dir)
{
	time_t now = time(NULL);
	struct dirent *e;
	struct stat st;

	while ((e = readdir(dir)))
		if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) == 0 &&
		    fstatat(dirfd(dir), e->d_name, &st,
			    AT_SYMLINK_NOFOLLOW) == 0 &&
		    now - st.st_mtime > LEFT_S)
			xj_remove_tree(dirfd(dir), e->d_name, NULL);
}

void
xj_packets_tidy(void)
{
	xj_auto(xj_arena_freep) struct xj_arena *arena = NULL;
	DIR *dir = xj_arena_new(&arena) == XJ_OK ? opendir(folder(arena))
						 : NULL;

	if (!dir)
		return;
	tidy(dir);
	closedir(dir);
}

/* ------------------------------------------------------------------- building */

static int
take_over(const char *path, struct xj_reply *p)
{
	struct stat st;

	p->fd = open(path, O_RDONLY | O_CLOEXEC);
	unlink(path); /* it goes with its descriptor */
	if (p->fd < 0 || fstat(p->fd, &st) < 0)
		return xj_error_errno(&p->error, "%s", path);
	p->fd_size = (uint64_t)st.st_size;
	return XJ_OK;
}

static int
build(struct xj_request *q, struct xj_reply *p, uint64_t id,
      const struct form *form)
{
	const char *in = folder(q->arena), *path;
	char token[XJ_TOKEN_MAX];
	size_t count;
	int r;

	xj_token_new(token);
	if (mkdir(in, 0777) < 0 && errno != EEXIST)
		return xj_error_errno(&p->error, "%s", in);
	path = xj_arena_printf(q->arena, "%s/" PREFIX "%s%s", in, token,
			       form->ending);
	if (!path)
		return xj_error_set(&p->error, XJ_ENOMEM, "out of memory");
	r = xj_packet_build(q->archive, id, path,
			    &(struct xj_packet_options){ .form = form->form },
			    &count, &p->error);
	return r < 0 ? r : take_over(path, p);
}

static int
take_title(void *ctx, const struct xj_seminar *s)
{
	struct xj_buf *title = ctx;

	xj_buf_adds(title, s->study.title);
	return xj_buf_check(title, NULL);
}

static const struct form *
form_named(const char *name)
{
	for (size_t i = 0; i < XJ_COUNT(forms); i++)
		if (strcmp(forms[i].name, name) == 0)
			return &forms[i];
	return NULL;
}

int
xj_give_packet(struct xj_request *q, struct xj_reply *p)
{
	const struct form *form = form_named(q->parameters[1]);
	xj_auto(xj_buf_release) struct xj_buf name = XJ_BUF_INIT;
	uint64_t id;
	int r = form ? xj_seminar_asked(q, &id, &p->error) :
		xj_error_set(&p->error, XJ_ENOTFOUND, "there is no such page");

	if (r == XJ_OK)
		r = xj_seminar_tell(q->archive, id, take_title, &name, NULL);
	if (form && r == XJ_ENOTFOUND)
		return xj_seminar_none(q, &p->error);
	if (r == XJ_OK && !q->head)
		r = build(q, p, id, form);
	if (r < 0)
		return r;
	xj_buf_adds(&name, form->ending);
	p->foreign = true;
	p->type = form->type;
	xj_reply_header(q, p, "Content-Disposition",
			xj_disposition(q, xj_buf_str(&name)));
	return XJ_OK;
}
