/* cmd-unlock.c - read documents that are encrypted, with their password. */
#include <string.h>

#include "cli/cli.h"

static const char *opt_password_file;

static const struct xj_option options[] = {
	OPTION_PASSWORD_FILE,
	{ 0 }
};

/* What was read may turn out to be marked secret. */
static bool
is_quarantined(struct xj_archive *archive, const char *ref)
{
	struct xj_document *d;

	if (xj_quarantine_open(archive, ref, &d, NULL) < 0)
		return false;
	xj_document_free(d);
	return true;
}

static int
unlock_one(struct xj_archive *archive, const char *ref, const char *password)
{
	struct xj_error err = { 0 };
	uint64_t id;
	int code = xj_id_of(archive, ref, &id);

	if (code != EXIT_FINE)
		return code;
	if (xj_unlock(archive, id, password, &err) < 0)
		return xj_fail(&err);
	if (is_quarantined(archive, ref))
		xj_say(_("Document %llu bears a mark of secrecy: it is in "
			 "quarantine."), (ull)id);
	else if (!opt_quiet)
		printf(_("Document %llu is read and can be found.\n"),
		       (ull)id);
	return EXIT_FINE;
}

static int
unlock_all(struct xj_archive *archive, int argc, char **argv,
	   const char *password)
{
	int worst = EXIT_FINE, fine = 0;

	for (int i = 0; i < argc; i++) {
		int code = unlock_one(archive, argv[i], password);

		fine += code == EXIT_FINE;
		worst = code != EXIT_FINE ? code : worst;
	}
	return worst != EXIT_FINE && fine ? EXIT_PART : worst;
}

static int
unlock(struct xj_archive *archive, int argc, char **argv)
{
	char password[XJ_PASSWORD_MAX];
	int code = xj_password_read(opt_password_file, argv[0], password);

	if (code == EXIT_FINE)
		code = unlock_all(archive, argc, argv, password);
	explicit_bzero(password, sizeof(password));
	return code;
}

const struct xj_command cmd_unlock = {
	.name = "unlock", .args = "ID...", .needs = NEEDS_WRITE,
	.summary = N_("read encrypted documents with their password"),
	.options = options, .least = 1, .most = -1, .run = unlock,
};
