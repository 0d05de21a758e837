/*
 * run-importer.c - show what the importers make of a file.
 *
 *	run-importer [-p PLUGINDIR] [-i IMPORTER] [-m TYPE] [-w PASSWORD]
 *	             [-d DEPTH] [-e ENCODING] [--text] FILE...
 *
 * Prints a line for each block, value, child and page, and the outcome; with
 * --text the text alone. -d imports contained documents too. The worker is
 * $XUEJI_WORKER, the plugins are in $XUEJI_PLUGINS unless -p says otherwise.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "host.h"

static int
show(const struct host_options *options, const char *path, bool text_only)
{
	xj_auto(host_release) struct host_result got = HOST_RESULT_INIT;
	struct xj_error err;

	if (host_import(options, path, &got, &err) < 0) {
		fprintf(stderr, "run-importer: %s\n", err.message);
		return 1;
	}
	fputs(xj_buf_str(text_only ? &got.text : &got.dump), stdout);
	if (!text_only)
		printf("blocks=%u children=%u pages=%u cpu_us=%llu "
		       "memory=%lluK\n", got.blocks, got.children,
		       got.result.pages, (unsigned long long)got.result.cpu_us,
		       (unsigned long long)got.result.memory >> 10);
	return got.result.outcome > XJ_OUT_PARTIAL;
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "text", no_argument, NULL, 't' }, { 0 }
	};
	struct host_options options = { 0 };
	bool text_only = false;
	int c, bad = 0;

	while ((c = getopt_long(argc, argv, "p:i:m:w:d:e:t", longs, NULL)) != -1)
		switch (c) {
		case 'p': options.plugins = optarg; break;
		case 'i': options.importer = optarg; break;
		case 'm': options.mime = optarg; break;
		case 'w': options.password = optarg; break;
		case 'd': options.depth = (unsigned)atoi(optarg); break;
		case 'e': options.encoding = optarg; break;
		case 't': text_only = true; break;
		default: return 2;
		}
	if (optind == argc) {
		fputs("run-importer: no file\n", stderr);
		return 2;
	}
	for (; optind < argc; optind++)
		bad |= show(&options, argv[optind], text_only);
	return bad;
}
