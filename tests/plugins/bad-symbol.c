/* bad-symbol.c - a plugin for tests without the function that is asked for. */
__attribute__((visibility("default"))) int xj_importer_v0(void);

int
xj_importer_v0(void)
{
	return 0;
}
