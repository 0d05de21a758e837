/* commands.c - the commands there are, and finding one by what was typed. */
#include <string.h>

#include "cli/cli.h"

extern const struct xj_command cmd_init, cmd_add, cmd_search, cmd_suggest, cmd_similar, cmd_searches_list,
	cmd_searches_run, cmd_searches_undo, cmd_searches_rename,
	cmd_searches_remove, cmd_searches_forget,
	cmd_show,
	cmd_get, cmd_export, cmd_list, cmd_edit, cmd_remove, cmd_undelete, cmd_purge,
	cmd_quarantine_list, cmd_quarantine_show, cmd_quarantine_set,
	cmd_quarantine_clear, cmd_unlock,
	cmd_history, cmd_accession_list, cmd_accession_show,
	cmd_accession_undo, cmd_status, cmd_verify, cmd_backup_list,
	cmd_backup_verify, cmd_backup, cmd_restore, cmd_rebuild, cmd_reindex,
	cmd_index_list, cmd_index_add_remote, cmd_index_remove,
	cmd_index_check, cmd_index_publish, cmd_ocfl_validate, cmd_plugin_list, cmd_plugin_new, cmd_plugin_test,
	cmd_plugin_install, cmd_plugin_remove, cmd_config_get, cmd_config_set,
	cmd_config_list, cmd_synonym_list, cmd_synonym_add,
	cmd_synonym_remove, cmd_dictionary_list, cmd_dictionary_add,
	cmd_dictionary_remove, cmd_unit_add, cmd_unit_move, cmd_unit_edit,
	cmd_unit_close, cmd_unit_list, cmd_unit_tree, cmd_unit_show,
	cmd_unit_history, cmd_member_add, cmd_member_import, cmd_member_move, cmd_member_edit,
	cmd_member_leave, cmd_member_link, cmd_member_password, cmd_member_list, cmd_member_show,
	cmd_member_history, cmd_member_erase, cmd_member_export,
	cmd_role_grant, cmd_role_revoke, cmd_role_list,
	cmd_token_list, cmd_token_add, cmd_token_revoke,
	cmd_ocr, cmd_scope, cmd_serve, cmd_share, cmd_unshare,
	cmd_shares, cmd_why, cmd_who_can, cmd_titles, cmd_requests,
	cmd_request, cmd_grant, cmd_decline, cmd_withdraw, cmd_audit_list, cmd_audit_verify,
	cmd_topic_list, cmd_topic_add, cmd_topic_edit, cmd_topic_move,
	cmd_topic_close, cmd_topic_merge, cmd_topic_unmerge, cmd_topic_remove,
	cmd_topic_history,
	cmd_lecture_new, cmd_lecture_list, cmd_lecture_show, cmd_lecture_edit,
	cmd_lecture_attend, cmd_lecture_code, cmd_lecture_notes, cmd_lecture_recording,
	cmd_lecture_remove, cmd_lecture_undelete, cmd_lecture_history,
	cmd_collection_new, cmd_collection_list, cmd_collection_show,
	cmd_collection_edit, cmd_collection_add, cmd_collection_drop,
	cmd_collection_move, cmd_collection_share, cmd_collection_unshare,
	cmd_collection_scope, cmd_collection_remove, cmd_collection_undelete,
	cmd_collection_history,
	cmd_seminar_list, cmd_seminar_show, cmd_seminar_new,
	cmd_seminar_edit, cmd_seminar_invite, cmd_seminar_uninvite,
	cmd_seminar_agenda, cmd_seminar_open, cmd_seminar_hold,
	cmd_seminar_close, cmd_seminar_attend, cmd_seminar_call, cmd_seminar_minutes,
	cmd_seminar_remove, cmd_seminar_undelete, cmd_seminar_history,
	cmd_packet_show, cmd_packet_add, cmd_packet_search, cmd_packet_edit,
	cmd_packet_move, cmd_packet_remove, cmd_packet_replace, cmd_packet_check,
	cmd_packet_freeze, cmd_packet_thaw, cmd_packet_build,
	cmd_decision_list, cmd_decision_add, cmd_decision_done,
	cmd_paper_new, cmd_paper_list, cmd_paper_show, cmd_paper_write,
	cmd_paper_edit, cmd_paper_check, cmd_paper_submit, cmd_paper_return,
	cmd_paper_accept, cmd_paper_share, cmd_paper_unshare, cmd_paper_withdraw,
	cmd_paper_remove, cmd_paper_history, cmd_paper_report,
	cmd_doctor, cmd_demo, cmd_help, cmd_version;

/* In the order of the general help. */
const struct xj_command *const xj_commands[] = {
	&cmd_init, &cmd_demo, &cmd_serve, &cmd_add, &cmd_search, &cmd_suggest, &cmd_similar,
	&cmd_searches_list, &cmd_searches_run, &cmd_searches_undo,
	&cmd_searches_rename, &cmd_searches_remove, &cmd_searches_forget,
	&cmd_show, &cmd_get, &cmd_export,
	&cmd_list, &cmd_edit, &cmd_remove, &cmd_undelete, &cmd_purge,
	&cmd_quarantine_list, &cmd_quarantine_show, &cmd_quarantine_set,
	&cmd_quarantine_clear, &cmd_unlock,
	&cmd_scope, &cmd_share, &cmd_unshare, &cmd_shares, &cmd_why,
	&cmd_who_can, &cmd_titles, &cmd_requests, &cmd_request, &cmd_grant,
	&cmd_decline, &cmd_withdraw, &cmd_audit_list, &cmd_audit_verify,
	&cmd_history, &cmd_accession_list, &cmd_accession_show,
	&cmd_accession_undo, &cmd_status, &cmd_verify, &cmd_backup,
	&cmd_backup_list, &cmd_backup_verify, &cmd_restore, &cmd_rebuild,
	&cmd_reindex, &cmd_index_list, &cmd_index_add_remote,
	&cmd_index_remove, &cmd_index_check, &cmd_index_publish, &cmd_ocr,
	&cmd_ocfl_validate, &cmd_plugin_list,
	&cmd_plugin_new, &cmd_plugin_test,
	&cmd_plugin_install, &cmd_plugin_remove, &cmd_config_list,
	&cmd_config_get, &cmd_config_set, &cmd_synonym_list, &cmd_synonym_add,
	&cmd_synonym_remove, &cmd_dictionary_list, &cmd_dictionary_add,
	&cmd_dictionary_remove, &cmd_unit_tree, &cmd_unit_list,
	&cmd_unit_show, &cmd_unit_add, &cmd_unit_move, &cmd_unit_edit,
	&cmd_unit_close, &cmd_unit_history, &cmd_member_list,
	&cmd_member_show, &cmd_member_add, &cmd_member_import, &cmd_member_move,
	&cmd_member_edit, &cmd_member_leave, &cmd_member_link, &cmd_member_password,
	&cmd_member_history,
	&cmd_member_erase,
	&cmd_member_export,
	&cmd_role_list, &cmd_role_grant, &cmd_role_revoke,
	&cmd_token_list, &cmd_token_add, &cmd_token_revoke,
	&cmd_topic_list, &cmd_topic_add, &cmd_topic_edit, &cmd_topic_move,
	&cmd_topic_close, &cmd_topic_merge, &cmd_topic_unmerge,
	&cmd_topic_remove, &cmd_topic_history,
	&cmd_lecture_new, &cmd_lecture_list, &cmd_lecture_show,
	&cmd_lecture_edit, &cmd_lecture_attend, &cmd_lecture_code, &cmd_lecture_notes,
	&cmd_lecture_recording, &cmd_lecture_remove, &cmd_lecture_undelete,
	&cmd_lecture_history,
	&cmd_collection_new, &cmd_collection_list, &cmd_collection_show,
	&cmd_collection_edit, &cmd_collection_add, &cmd_collection_drop,
	&cmd_collection_move, &cmd_collection_share, &cmd_collection_unshare,
	&cmd_collection_scope, &cmd_collection_remove,
	&cmd_collection_undelete, &cmd_collection_history,
&cmd_seminar_list, &cmd_seminar_show, &cmd_seminar_new,
	&cmd_seminar_edit, &cmd_seminar_invite, &cmd_seminar_uninvite,
	&cmd_seminar_agenda, &cmd_seminar_open, &cmd_seminar_hold,
	&cmd_seminar_close, &cmd_seminar_attend, &cmd_seminar_call, &cmd_seminar_minutes,
	&cmd_seminar_remove, &cmd_seminar_undelete, &cmd_seminar_history,
	&cmd_packet_show, &cmd_packet_add, &cmd_packet_search,
	&cmd_packet_edit, &cmd_packet_move, &cmd_packet_remove, &cmd_packet_replace,
	&cmd_packet_check, &cmd_packet_freeze, &cmd_packet_thaw,
	&cmd_packet_build, &cmd_decision_list, &cmd_decision_add,
	&cmd_decision_done,
	&cmd_paper_new, &cmd_paper_list, &cmd_paper_show, &cmd_paper_write,
	&cmd_paper_edit, &cmd_paper_check, &cmd_paper_submit, &cmd_paper_return,
	&cmd_paper_accept, &cmd_paper_share, &cmd_paper_unshare,
	&cmd_paper_withdraw, &cmd_paper_remove, &cmd_paper_history, &cmd_paper_report,
	&cmd_doctor, &cmd_help,
	&cmd_version, NULL
};

/* Whether `name` begins with the whole word. */
static bool
begins(const char *name, const char *word)
{
	size_t n = strlen(word);

	return strncmp(name, word, n) == 0 &&
	       (name[n] == '\0' || name[n] == ' ');
}

static bool
is_called(const struct xj_command *c, int argc, char **argv, int *used)
{
	const char *space = strchr(c->name, ' ');

	if (!begins(c->name, argv[0]))
		return false;
	*used = space ? 2 : 1;
	return !space || (argc > 1 && strcmp(space + 1, argv[1]) == 0);
}

const struct xj_command *
xj_command_find(int argc, char **argv, int *used)
{
	const struct xj_command *found = NULL;
	int words;

	*used = 0;
	for (size_t i = 0; argc > 0 && xj_commands[i]; i++)
		if (is_called(xj_commands[i], argc, argv, &words) &&
		    words > *used) { /* "backup list" before "backup" */
			found = xj_commands[i];
			*used = words;
		}
	return found;
}

bool
xj_command_group(const char *word)
{
	for (size_t i = 0; xj_commands[i]; i++)
		if (strcmp(xj_commands[i]->name, word) == 0)
			return false;
	for (size_t i = 0; xj_commands[i]; i++)
		if (strchr(xj_commands[i]->name, ' ') &&
		    begins(xj_commands[i]->name, word))
			return true;
	return false;
}

/* ------------------------------------------------------------ did you mean */

#define WORD_MAX_LEN 63

/*
 * Letters to insert, drop, change or swap with their neighbour on the way from
 * one word to the other (optimal string alignment distance). Words too long to
 * be a slip are far from everything.
 */
static size_t
distance(const char *a, const char *b)
{
	size_t d[3][WORD_MAX_LEN + 1], n = strlen(a), m = strlen(b);

	if (n > WORD_MAX_LEN || m > WORD_MAX_LEN)
		return SIZE_MAX;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = d[i % 3], *last = d[(i + 2) % 3];
		size_t *before = d[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
	}
	return d[n % 3][m];
}

struct nearest {
	const char *word, *best;
	size_t distance;
};

static void
consider(struct nearest *n, const char *name)
{
	size_t d = distance(n->word, name);

	/* "sea" is not mistyped but begun. */
	if (strlen(n->word) >= 2 &&
	    strncmp(name, n->word, strlen(n->word)) == 0)
		d = 1;
	if (d < n->distance) {
		n->distance = d;
		n->best = name;
	}
}

/* A word is near when at least half of it is right. */
static const char *
near_enough(const struct nearest *n)
{
	size_t most = strlen(n->word) / 2;

	return n->best && n->distance <= (most > 3 ? 3 : most) ? n->best : NULL;
}

const char *
xj_nearest_command(const char *word)
{
	struct nearest n = { .word = word, .distance = SIZE_MAX };

	for (size_t i = 0; xj_commands[i]; i++)
		consider(&n, xj_commands[i]->name);
	return near_enough(&n);
}

const char *
xj_nearest_option(const struct xj_command *command, const char *word)
{
	struct nearest n = { .distance = SIZE_MAX };
	char name[WORD_MAX_LEN + 1];
	size_t len = strcspn(word += strspn(word, "-"), "=");

	snprintf(name, sizeof(name), "%.*s",
		 (int)(len < sizeof(name) ? len : sizeof(name) - 1), word);
	n.word = name;
	for (const struct xj_option *o = command ? command->options : NULL;
	     o && o->name; o++)
		consider(&n, o->name);
	for (const struct xj_option *o = xj_options_everywhere; o->name; o++)
		consider(&n, o->name);
	return near_enough(&n);
}
