/*
 * main.c - xueji-server DIR LISTEN PORT URL [quiet], as `xueji serve` starts it:
 * serves until a signal ends it. SIGHUP prints another link to sign in with. For
 * tests: --routes prints the routes, --cage DIR OUTSIDE tries the confinement.
 */
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "serve/seminar.h"
#include "serve/upload.h"

struct xj_serve_options xj_serve_options;

/* In the language of who started it, which threads do not change. */
static enum xj_language
own_language(void)
{
	static const char *const names[] = { "LANGUAGE", "LC_ALL",
					     "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < XJ_COUNT(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value && !(i > 0 && strcmp(value, "C") == 0))
			return strncmp(value, "zh", 2) == 0 ? XJ_CHINESE
							    : XJ_ENGLISH;
	}
	return XJ_ENGLISH;
}

static const char *
pages_dir(void)
{
	const char *dir = getenv("XUEJI_PAGES");

	return dir && *dir ? dir : XJ_DATADIR "/pages";
}

static void
address(char *out, size_t size)
{
	const struct xj_serve_options *o = &xj_serve_options;
	bool six = strchr(o->listen, ':') != NULL;

	if (o->url && *o->url)
		snprintf(out, size, "%s", o->url);
	else
		snprintf(out, size, "http://%s%s%s:%u", six ? "[" : "",
			 o->listen, six ? "]" : "", xj_http_port());
}

static void
print_link(void)
{
	char token[XJ_TOKEN_MAX], at[512];

	xj_link_owner(token);
	address(at, sizeof(at));
	printf(_("To sign in as the archive's owner, once: %s/link/%s\n"),
	       at, token);
	fflush(stdout);
}

static void
greet(void)
{
	char at[512];

	address(at, sizeof(at));
	printf(_("The archive %s is served at %s/\n"),
	       xj_serve_options.dir, at);
	print_link();
	printf(_("Ctrl-C ends it.\n"));
	fflush(stdout);
}

static void
wait_for_end(const sigset_t *signals)
{
	int signal = 0;

	while (sigwait(signals, &signal) == 0)
		if (signal != SIGHUP)
			return;
		else
			print_link();
}

static int
start(struct xj_error *err)
{
	int r = xj_templates_load(pages_dir(), err);

	if (r == XJ_OK)
		r = xj_assets_load(pages_dir(), err);
	if (r == XJ_OK)
		r = xj_openapi_load(pages_dir(), err);
	if (r == XJ_OK)
		r = xj_sessions_start(err);
	/* Before there are threads, which would not be in it. */
	if (r == XJ_OK && !xj_cage_enter())
		fprintf(stderr, "xueji: serve: %s\n", _("this kernel does not "
			"confine the server to its archive (Landlock)"));
	xj_packets_tidy();
	if (r == XJ_OK)
		r = xj_uploads_start(err);
	if (r == XJ_OK)
		r = xj_pool_start(err);
	if (r == XJ_OK)
		r = xj_later_start(err);
	return r < 0 ? r : xj_http_start(err);
}

/* Nobody new comes in; who was answered meanwhile gets it; then all ends. */
static void
end(void)
{
	xj_http_quiesce();
	xj_pool_end();
	xj_later_end();
	xj_http_end();
	xj_uploads_end();
	xj_status_end();
	xj_pictures_free();
	xj_sessions_end();
	xj_templates_free();
	xj_assets_free();
	xj_openapi_free();
}

int
main(int argc, char **argv)
{
	enum xj_language language = own_language();
	struct xj_error err = { 0 };
	sigset_t signals;
	int r;

	if (argc == 2 && strcmp(argv[1], "--routes") == 0) {
		xj_routes_print();
		return 0;
	}
	if (argc == 4 && strcmp(argv[1], "--cage") == 0) {
		xj_serve_options.dir = argv[2];
		return xj_cage_try(argv[3]);
	}
	if (argc < 5) {
		fprintf(stderr, "xueji-server is started by `xueji serve`\n");
		return 2;
	}
	xj_serve_options = (struct xj_serve_options){
		.dir = argv[1], .listen = argv[2],
		.port = (unsigned)strtoul(argv[3], NULL, 10), .url = argv[4],
		.quiet = argc > 5,
	};
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	r = xj_languages_start(&err);
	if (r == XJ_OK) {
		xj_language_use(language);
		r = start(&err);
	}
	if (r == XJ_OK) {
		greet();
		wait_for_end(&signals);
	} else {
		fprintf(stderr, "xueji: serve: %s\n", err.message);
	}
	end();
	return r == XJ_OK ? 0 : r == XJ_EBUSY ? 6 : 7;
}
