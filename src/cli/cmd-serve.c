/* cmd-serve.c - start the server of the archive's pages in our place. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

static const char *opt_listen, *opt_port, *opt_url;

static const struct xj_option options[] = {
	{ 'l', "listen", .value = &opt_listen, .arg = "ADDRESS",
	  .help = N_("the address to listen on; default 127.0.0.1, this "
		     "machine alone") },
	{ 'p', "port", .value = &opt_port, .arg = "N",
	  .help = N_("default 8460; 0 is any that is free") },
	{ 0, "url", .value = &opt_url, .arg = "URL",
	  .help = N_("the address that readers use, when it is another") },
	{ 0 }
};

static const char *
program(void)
{
	const char *set = secure_getenv("XUEJI_SERVER");

	return set && *set ? set : XJ_LIBEXECDIR "/xueji-server";
}

static bool
is_url(const char *url)
{
	const char *host = strncmp(url, "http://", 7) == 0 ? url + 7 :
			   strncmp(url, "https://", 8) == 0 ? url + 8 : "";

	return *host && !strpbrk(host, "/?# \"<>");
}

static int
serve(struct xj_archive *archive, int argc, char **argv)
{
	struct xj_error err = { 0 };
	uint64_t port = 8460;
	char number[24];

	(void)argc;
	(void)argv;
	if (!xj_number("port", opt_port, &port))
		return EXIT_USAGE;
	if (port > 65535)
		return xj_usage(_("--port: at most 65535"));
	if (opt_url && !is_url(opt_url))
		return xj_usage(_("--url: http:// or https:// and a name, "
				  "nothing behind it"));
	/* Opened once to write: what a crash left is put right, and whoever
	 * serves something else hears of it here. */
	if (xj_archive_open(opt_dir, 0, &archive, &err) < 0 &&
	    xj_archive_open(opt_dir, XJ_OPEN_READONLY, &archive, &err) < 0)
		return xj_fail(&err);
	xj_archive_close(archive);
	snprintf(number, sizeof(number), "%llu", (ull)port);
	execl(program(), "xueji-server", opt_dir,
	      opt_listen ? opt_listen : "127.0.0.1", number,
	      opt_url ? opt_url : "", opt_quiet ? "quiet" : NULL,
	      (char *)NULL);
	return xj_fail_with(EXIT_STORE, "%s: %s", program(), strerror(errno));
}

const struct xj_command cmd_serve = {
	.name = "serve", .args = "", .needs = NEEDS_DIR,
	.summary = N_("show the archive as web pages, to browsers"),
	.options = options, .run = serve,
};
