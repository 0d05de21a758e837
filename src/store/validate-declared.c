/* validate-declared.c - declarations of conformance, and extensions. */
#include "store/validate.h"

#include <errno.h>
#include <string.h>

/* The codes of one rule for objects and for roots. */
struct rules {
	const char *prefix;
	const char *missing, *type, *value, *version, *text;
};

static const struct rules for_object = {
	.prefix = "ocfl_object_", .missing = "E003", .type = "E005",
	.value = "E006", .version = "E004", .text = "E007",
};

static const struct rules for_root = {
	.prefix = "ocfl_", .missing = "E076", .type = "E078",
	.value = "E079", .version = "E077", .text = "E080",
};

/* "T=dvalue", as NAMASTE has it. */
bool
xj_is_declaration(const char *name)
{
	return name[0] != '\0' && name[1] == '=';
}

static void
check_text(struct xj_check *c, int fd, const struct rules *rules,
	   const char *name)
{
	xj_auto(xj_buf_release) struct xj_buf text = XJ_BUF_INIT;
	struct xj_error why;
	size_t n = strlen(name + 2);

	if (xj_fs_read(fd, name, 256, &text, &why) < 0)
		xj_check_report(c, rules->text, name, "%s", why.message);
	else if (text.len != n + 1 || memcmp(text.data, name + 2, n) != 0 ||
		 text.data[n] != '\n')
		xj_check_report(c, rules->text, name,
				"the text is not \"%s\" and a newline",
				name + 2);
}

/* 10 or 11; 0 when the name is not as it must be. */
static unsigned
check_name(struct xj_check *c, const struct rules *rules, const char *name)
{
	size_t n = strlen(rules->prefix);
	const char *version = name + 2 + n;

	if (strncmp(name + 2, rules->prefix, n) != 0) {
		xj_check_report(c, rules->value, name,
				"a declaration of something else");
		return 0;
	}
	if (name[0] != '0')
		xj_check_report(c, rules->type, name, "the type is not 0");
	if (strcmp(version, "1.0") == 0)
		return 10;
	if (strcmp(version, "1.1") == 0)
		return 11;
	xj_check_report(c, rules->version, name,
			"%s is no version of the specification that is known "
			"here", version);
	return 0;
}

unsigned
xj_check_declaration(struct xj_check *c, int fd,
		     const struct xj_fs_list *list, bool is_object)
{
	const struct rules *rules = is_object ? &for_object : &for_root;
	unsigned spec = 0, count = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct xj_fs_entry *e = &list->entries[i];

		if (!xj_is_declaration(e->name) || e->type != DT_REG)
			continue;
		spec = check_name(c, rules, e->name);
		check_text(c, fd, rules, e->name);
		count++;
	}
	if (count == 0)
		xj_check_report(c, is_object ? "E003" : "E069", "",
				"no declaration of conformance");
	if (count > 1)
		xj_check_report(c, rules->missing, "",
				"%u declarations of conformance", count);
	return spec;
}

/* ------------------------------------------------------------- extensions */

static void
check_extension(struct xj_check *c, const struct xj_fs_entry *e,
		bool is_object, unsigned spec)
{
	xj_auto(xj_buf_release) struct xj_buf path = XJ_BUF_INIT;
	const char *not_folder = is_object ? "E067" :
				 spec == 10 ? "E086" : "E112";

	if (xj_path_join(&path, "extensions", e->name) < 0)
		xj_check_no_memory(c);
	else if (e->type == DT_LNK)
		xj_check_report(c, "E090", path.data, "is a symbolic link");
	else if (e->type != DT_DIR)
		xj_check_report(c, not_folder, path.data,
				"is not the folder of an extension");
	else if (!xj_is_registered_extension(e->name))
		xj_check_report(c, is_object ? "W013" : "W016", path.data,
				"is not a registered extension");
}

void
xj_check_extensions(struct xj_check *c, int fd, bool is_object, unsigned spec)
{
	xj_auto(xj_fs_list_release) struct xj_fs_list list = { 0 };

	if (xj_fs_list(fd, "extensions", &list) < 0) {
		xj_check_failed(c, "extensions");
		return;
	}
	for (size_t i = 0; i < list.count && xj_check_goes_on(c); i++)
		check_extension(c, &list.entries[i], is_object, spec);
}
