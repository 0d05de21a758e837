/* cmd-get.c - give the original bytes back. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

static const char *opt_password_file;
static const char *opt_output, *opt_of_version;
static bool opt_force;

static const struct xj_option options[] = {
	{ 'o', "output", .value = &opt_output, .arg = "FILE",
	  .help = N_("write to this file, or into this folder") },
	{ 'f', "force", .flag = &opt_force,
	  .help = N_("overwrite the file, or write bytes to a terminal") },
	{ 0, "of-version", .value = &opt_of_version, .arg = "N",
	  .help = N_("an older version of the document") },
	OPTION_PASSWORD_FILE,
	{ 0 }
};

static int
system_failure(const char *path)
{
	int code = errno == EACCES || errno == EPERM || errno == EROFS ?
		   EXIT_DENIED : errno == ENOENT ? EXIT_MISSING : EXIT_STORE;

	return xj_fail_with(code, "%s%s%s", path, _(": "),
			    xj_tr(strerrordesc_np(errno)));
}

static int
exists(const char *path)
{
	return xj_fail_with(EXIT_NEGATIVE, _("%s: there already; --force "
					     "overwrites it"), path);
}

/* Give the finished file its name. */
static int
settle(const char *made, const char *path)
{
	if (renameat2(AT_FDCWD, made, AT_FDCWD, path,
		      opt_force ? 0 : RENAME_NOREPLACE) == 0)
		return EXIT_FINE;
	if (errno == EEXIST)
		return exists(path);
	/* Not every file system can rename so; nothing was there before. */
	if (errno == EINVAL && rename(made, path) == 0)
		return EXIT_FINE;
	return system_failure(path);
}

/* Readable as other new files are: mkstemp() lets only the owner. */
static void
usual_mode(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	fchmod(fd, 0666 & ~mask);
}

/* Under a temporary name first: damaged bytes get no good name. */
static int
write_file(struct xj_document *d, unsigned version, const char *path)
{
	xj_auto(xj_buf_release) struct xj_buf made = XJ_BUF_INIT;
	struct xj_error err = { 0 };
	int fd, code;

	if (!opt_force && access(path, F_OK) == 0)
		return exists(path);
	xj_buf_addf(&made, "%s.XXXXXX", path);
	if (xj_buf_check(&made, NULL) < 0 || (fd = mkostemp(made.data,
							  O_CLOEXEC)) < 0)
		return system_failure(path);
	usual_mode(fd);
	code = xj_document_get(d, version, fd, &err) < 0 ? xj_fail(&err)
							  : EXIT_FINE;
	if (close(fd) != 0 && code == EXIT_FINE)
		code = system_failure(path);
	if (code == EXIT_FINE)
		code = settle(made.data, path);
	if (code != EXIT_FINE)
		unlink(made.data);
	return code;
}

/* "DIR" of -o means "DIR/name"; of the name only what follows a slash. */
static const char *
target(const struct xj_document_info *i, struct xj_buf *out)
{
	const char *name = xj_path_base(i->name);
	struct stat st;

	if (stat(opt_output, &st) != 0 || !S_ISDIR(st.st_mode))
		return opt_output;
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		xj_buf_addf(out, "%s/%llu", opt_output, (ull)i->id);
	else
		xj_path_join(out, opt_output, name);
	return xj_buf_str(out);
}

static bool
is_text(const struct xj_document_info *i)
{
	return strncmp(i->format, "text/", 5) == 0;
}

static int
write_stdout(struct xj_document *d, unsigned version)
{
	struct xj_error err = { 0 };

	if (isatty(STDOUT_FILENO) && !opt_force &&
	    !is_text(xj_document_info(d)))
		return xj_usage(_("%s is not text; name a file with -o"),
				xj_document_info(d)->name);
	return xj_document_get(d, version, STDOUT_FILENO, &err) < 0 ?
	       xj_fail(&err) : EXIT_FINE;
}

static int
write_out(struct xj_document *d, unsigned version)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;

	return opt_output && strcmp(opt_output, "-") != 0 ?
	       write_file(d, version, target(xj_document_info(d), &path)) :
	       write_stdout(d, version);
}

/* A member of an encrypted document comes out of it with the password. */
static int
write_with_password(struct xj_document *d, unsigned version, const char *what)
{
	char password[XJ_PASSWORD_MAX];
	int code = xj_password_read(opt_password_file, what, password);

	xj_document_password(d, password);
	if (code == EXIT_FINE)
		code = write_out(d, version);
	explicit_bzero(password, sizeof(password));
	return code;
}

static int
get(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_document *d;
	struct xj_error err = { 0 };
	uint64_t version = 0;
	int code;

	(void)argc;
	if (!xj_number("of-version", opt_of_version, &version))
		return EXIT_USAGE;
	if (xj_document_open(archive, argv[0], &d, &err) < 0)
		return xj_fail(&err);
	code = opt_password_file ?
		write_with_password(d, (unsigned)version, argv[0]) :
		write_out(d, (unsigned)version);
	xj_document_free(d);
	return code;
}

const struct xj_command cmd_get = {
	.name = "get", .args = "ID", .needs = NEEDS_READ,
	.summary = N_("give the original bytes back, checked"),
	.options = options, .least = 1, .most = 1, .run = get,
};
