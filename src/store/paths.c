/* paths.c - logical and content paths, and names of version folders. */
#include "store/inventory.h"

#include <string.h>

bool
xj_version_name(const char *name, unsigned *number, unsigned *padded)
{
	size_t digits;
	unsigned value = 0;

	if (name[0] != 'v')
		return false;
	digits = strspn(name + 1, "0123456789");
	if (digits == 0 || digits > 9 || name[1 + digits] != '\0')
		return false;
	for (size_t i = 1; i <= digits; i++)
		value = value * 10 + (unsigned)(name[i] - '0');
	*number = value;
	*padded = name[1] == '0' ? (unsigned)digits : 0;
	return value > 0;
}

static bool
part_is_plain(const char *part, size_t len)
{
	if (len == 0 || (len == 1 && part[0] == '.'))
		return false;
	return !(len == 2 && part[0] == '.' && part[1] == '.');
}

bool
xj_path_is_plain(const char *path)
{
	for (;;) {
		size_t len = strcspn(path, "/");

		if (!part_is_plain(path, len))
			return false;
		if (path[len] == '\0')
			return true;
		path += len + 1;
	}
}

static int
weight(char c)
{
	return c == '\0' ? 0 : c == '/' ? 1 : (unsigned char)c + 1;
}

int
xj_path_compare(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return weight(*a) - weight(*b);
}

bool
xj_path_is_within(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 &&
	       (path[n] == '\0' || path[n] == '/');
}
