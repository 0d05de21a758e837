/* index/remotes-cage.h - what xueji-remotes may do once all is open. Private to
 * it. */
#ifndef XJ_INDEX_REMOTES_CAGE_H
#define XJ_INDEX_REMOTES_CAGE_H

/* For good. What the kernel lacks is left out. */
void xj_remotes_confine(void);

#endif
