/* bad-abi.c - a plugin for tests that was made for an interface to come. */
#include <xueji/importer.h>

__attribute__((visibility("default")))
const struct xj_importer *xj_importer_v1(void);

const struct xj_importer *
xj_importer_v1(void)
{
	static const struct xj_importer importer = {
		.abi = XJ_IMPORTER_ABI + 1, .name = "bad-abi",
	};

	return &importer;
}
