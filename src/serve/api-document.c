/* api-document.c - what programs change of a document. */
#include "serve/api.h"

/* Elements by name, as `xueji edit` takes them. */
int
xj_api_document_edit(struct xj_request *q, struct xj_reply *p)
{
	const struct xj_given *given = xj_body_all(q);
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_DOCUMENT | XJ_API_MATCH);

	if (r == XJ_OK && !given)
		r = XJ_ENOMEM;
	if (r == XJ_OK && given->element)
		r = xj_edit(c.archive, c.id, given, c.options.if_version,
			    &p->error);
	return xj_api_end(&c, q, p, r, xj_api_document);
}

int
xj_api_document_remove(struct xj_request *q, struct xj_reply *p)
{
	const char *reason = xj_asked(q, "reason");
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_DOCUMENT);

	if (r == XJ_OK)
		r = xj_remove(c.archive, c.id, reason, &p->error);
	return xj_api_end(&c, q, p, r, NULL);
}

int
xj_api_document_undelete(struct xj_request *q, struct xj_reply *p)
{
	struct xj_api_change c;
	int r = xj_api_begin(&c, q, p, XJ_API_NUMBER);

	if (r == XJ_OK)
		r = xj_undelete(c.archive, c.id, &p->error);
	return xj_api_end(&c, q, p, r, xj_api_document);
}
