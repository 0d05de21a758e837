/* test-people.c - units, members and roles by the rules, on days that are set. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "library-fixture.h"

/* --------------------------------------------------------------- the makers */

static void
today(const char *day)
{
	setenv("XUEJI_TODAY", day, 1);
}

static int
unit(struct shelf *s, const char *code, const char *parent, const char *axis)
{
	return xj_unit_add(s->archive, &(struct xj_unit_given){
		.code = code, .name = code, .parent = parent, .axis = axis },
		NULL, NULL, &s->err);
}

static int
member(struct shelf *s, const char *login, const char *in, const char *on)
{
	return xj_member_add(s->archive, &(struct xj_member_given){
		.login = login, .name = login, .unit = in },
		&(struct xj_change_options){ .on = on }, NULL, &s->err);
}

static int
move(struct shelf *s, const char *login, const char *to, const char *on)
{
	return xj_member_move(s->archive, login, to, XJ_MOVE, false,
			      &(struct xj_change_options){ .on = on }, NULL,
			      &s->err);
}

static void
organise(struct shelf *s)
{
	today("2011-05-15");
	must(unit(s, "bureau", NULL, NULL));
	must(unit(s, "zx", "bureau", NULL));
	must(unit(s, "zy", "bureau", NULL));
	must(unit(s, "nk", "zx", NULL));
	must(unit(s, "dw", NULL, "party"));
}

/* ------------------------------------------------------------- the askers */

static int
put_membership(void *ctx, const struct xj_member *m)
{
	struct xj_buf *b = ctx;

	for (size_t i = 0; i < m->membership_count; i++) {
		const struct xj_membership *s = &m->memberships[i];

		xj_buf_addf(b, "%s%s%s %s–%s", b->len ? "; " : "", s->unit,
			    s->primary ? "*" : "", s->from ? s->from : "",
			    s->until ? s->until : "");
	}
	return XJ_OK;
}

static void
assert_memberships(struct shelf *s, const char *login, const char *expected)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	must(xj_members(s->archive, &(struct xj_members_options){
		.member = login, .past = true }, put_membership, &b, &s->err));
	assert_string_equal(xj_buf_str(&b), expected);
}

static int
put_unit(void *ctx, const struct xj_unit *u)
{
	struct xj_buf *b = ctx;

	xj_buf_addf(b, "%s%s%u:%llu", b->len ? " " : "", u->code, u->depth,
		    (unsigned long long)u->people);
	return XJ_OK;
}

static void
assert_tree(struct shelf *s, const char *day, const char *expected)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	must(xj_units(s->archive, &(struct xj_units_options){ .day = day },
		      put_unit, &b, &s->err));
	assert_string_equal(xj_buf_str(&b), expected);
}

/* ------------------------------------------------------------------- units */

static void
tree_of_a_day_is_known(void **state)
{
	(void)state;
	SHELF(s);
	organise(s);
	must(member(s, "lihua", "nk", "2011-01-01"));
	must(xj_unit_move(s->archive, "nk", "zy", false,
			  &(struct xj_change_options){ .on = "2011-05-20" },
			  NULL, &s->err));
	assert_tree(s, "2011-05-19",
		    "bureau1:1 zx2:1 nk3:1 zy2:0 dw1:0");
	assert_tree(s, "2011年5月20日",
		    "bureau1:1 zx2:0 zy2:1 nk3:1 dw1:0");
	must(xj_unit_close(s->archive, "zx", NULL, false,
			   &(struct xj_change_options){ .on = "2011-06-30" },
			   NULL, &s->err));
	assert_tree(s, "2011-07-01", "bureau1:1 zy2:1 nk3:1 dw1:0");
	assert_sound(s);
}

/* On a later day zx comes below nk's parent: putting that below nk now would
 * make a ring then. */
static void
no_cycle_on_any_later_day(void **state)
{
	(void)state;
	SHELF(s);
	organise(s);
	assert_status(xj_unit_move(s->archive, "bureau", "nk", false, NULL,
				   NULL, &s->err), XJ_EINVAL);
	assert_says(s, "unit bureau cannot be put under its own part nk");
	must(xj_unit_move(s->archive, "zy", "nk", false,
			  &(struct xj_change_options){ .on = "2011-09-01" },
			  NULL, &s->err));
	assert_status(xj_unit_move(s->archive, "nk", "zy", false, NULL, NULL,
				   &s->err), XJ_EINVAL);
	assert_says(s, "own part");
	assert_sound(s);
}

static void
moves_on_later_days_are_not_lost_silently(void **state)
{
	(void)state;
	SHELF(s);
	struct xj_change_options later = { .on = "2011-09-01" };

	organise(s);
	must(xj_unit_move(s->archive, "nk", "zy", false, &later, NULL,
			  &s->err));
	assert_status(xj_unit_move(s->archive, "nk", "bureau", false, NULL,
				   NULL, &s->err), XJ_EEXIST);
	assert_says(s, "2011-09-01");
	must(xj_unit_move(s->archive, "nk", "bureau", true, NULL, NULL,
			  &s->err));
	assert_tree(s, "2011-09-02", "bureau1:0 nk2:0 zx2:0 zy2:0 dw1:0");
}

static void
depth_is_twelve(void **state)
{
	(void)state;
	SHELF(s);
	char code[8], parent[8];

	today("2011-05-15");
	must(unit(s, "u1", NULL, NULL));
	for (int i = 2; i <= 12; i++) {
		snprintf(code, sizeof(code), "u%d", i);
		snprintf(parent, sizeof(parent), "u%d", i - 1);
		must(unit(s, code, parent, NULL));
	}
	assert_status(unit(s, "u13", "u12", NULL), XJ_EINVAL);
	assert_says(s, "too deep");
	must(unit(s, "top", NULL, NULL));
	assert_status(xj_unit_move(s->archive, "u1", "top", false, NULL, NULL,
				   &s->err), XJ_EINVAL);
}

static void
lines_are_apart(void **state)
{
	(void)state;
	SHELF(s);
	organise(s);
	assert_status(unit(s, "zb", "zx", "party"), XJ_EINVAL);
	assert_says(s, "--institution zx");
	assert_status(unit(s, "ks", "dw", "work"), XJ_EINVAL);
	must(xj_unit_add(s->archive, &(struct xj_unit_given){ .code = "zb",
		.name = "第一支部", .parent = "dw", .institution = "zx" },
		NULL, NULL, &s->err));
	assert_status(xj_member_add(s->archive, &(struct xj_member_given){
		.login = "a", .name = "甲", .unit = "zb" }, NULL, NULL,
		&s->err), XJ_EINVAL);
	assert_says(s, "--party");
}

static void
codes_are_never_used_again(void **state)
{
	(void)state;
	SHELF(s);
	organise(s);
	assert_status(unit(s, "zx", NULL, NULL), XJ_EEXIST);
	must(xj_unit_close(s->archive, "nk", NULL, false, NULL, NULL,
			   &s->err));
	assert_status(unit(s, "nk", "zx", NULL), XJ_EEXIST);
	assert_says(s, "never used again");
	assert_status(unit(s, "NK", "zx", NULL), XJ_EINVAL);
	assert_status(unit(s, "-nk", "zx", NULL), XJ_EINVAL);
	must(xj_unit_edit(s->archive, "nk", NULL, true, NULL, NULL,
			  &s->err));
	assert_tree(s, NULL, "bureau1:0 zx2:0 nk3:0 zy2:0 dw1:0");
}

static void
closing_moves_members_to_the_successor(void **state)
{
	(void)state;
	SHELF(s);
	struct xj_change_options on = { .on = "2011-06-30" };
	struct xj_changed changed;

	organise(s);
	must(member(s, "lihua", "zx", "2011-01-01"));
	must(member(s, "wang", "zy", "2011-01-01"));
	must(xj_member_move(s->archive, "wang", "zx", XJ_MOVE_ALSO, false,
			    NULL, NULL, &s->err));
	must(xj_unit_move(s->archive, "nk", "zy", false, NULL, NULL,
			  &s->err));
	assert_status(xj_unit_close(s->archive, "zx", NULL, false, &on, NULL,
				    &s->err), XJ_EEXIST);
	must(xj_unit_close(s->archive, "zx", "zy", true, &on, &changed,
			   &s->err));
	assert_int_equal(changed.members, 2);
	assert_memberships(s, "lihua", "zx* 2011-01-01–2011-06-30; "
			   "zy* 2011-07-01–");
	/* he belongs to the successor anyway, as his primary unit */
	assert_memberships(s, "wang", "zy* 2011-01-01–; "
			   "zx 2011-05-15–2011-06-30");
	assert_sound(s);
}

/* ----------------------------------------------------------------- members */

static void
one_primary_unit_on_each_line(void **state)
{
	(void)state;
	SHELF(s);
	organise(s);
	must(member(s, "lihua", "nk", "2011-01-01"));
	must(xj_member_move(s->archive, "lihua", "zy", XJ_MOVE_ALSO, false,
			    &(struct xj_change_options){ .on = "2011-02-01" },
			    NULL, &s->err));
	assert_memberships(s, "lihua", "nk* 2011-01-01–; zy 2011-02-01–");
	/* the further one becomes the primary one when that ends */
	must(xj_member_move(s->archive, "lihua", "nk", XJ_MOVE_OUT, false,
			    &(struct xj_change_options){ .on = "2011-03-31" },
			    NULL, &s->err));
	assert_memberships(s, "lihua", "nk* 2011-01-01–2011-03-31; "
			   "zy 2011-02-01–2011-03-31; zy* 2011-04-01–");
	must(move(s, "lihua", "zx", "2011-05-01"));
	must(move(s, "lihua", "nk", "2011-05-01"));
	assert_memberships(s, "lihua", "nk* 2011-01-01–2011-03-31; "
			   "zy 2011-02-01–2011-03-31; "
			   "zy* 2011-04-01–2011-04-30; nk* 2011-05-01–");
	/* back on the same day: as if nothing had been */
	must(move(s, "lihua", "zy", "2011-05-01"));
	assert_memberships(s, "lihua", "nk* 2011-01-01–2011-03-31; "
			   "zy 2011-02-01–2011-03-31; zy* 2011-04-01–");
	assert_status(move(s, "lihua", "nk", "2011-03-01"), XJ_EEXIST);
}

static int
check_primary(void *ctx, const struct xj_member *m)
{
	size_t n = 0;

	(void)ctx;
	for (size_t i = 0; i < m->membership_count; i++) {
		n += m->memberships[i].primary;
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(m->memberships[k].unit,
						m->memberships[i].unit);
	}
	assert_int_equal(n, m->membership_count > 0);
	return XJ_OK;
}

static void
assert_one_primary(struct shelf *s, const char *login)
{
	for (unsigned i = 0; i < 24; i++) {
		char day[16];

		snprintf(day, sizeof(day), "2011-%02u-%02u", 1 + i / 2,
			 1 + i * 7 % 28);
		must(xj_members(s->archive, &(struct xj_members_options){
			.member = login, .day = day }, check_primary, NULL,
			&s->err));
	}
}

static void
moves_of_random_days_keep_one_primary_unit(void **state)
{
	static const char *const to[] = { "zx", "zy", "nk", "bureau" };
	unsigned seed = 7;

	(void)state;
	SHELF(s);
	organise(s);
	must(member(s, "lihua", "nk", "2010-01-01"));
	for (int i = 0; i < 60; i++) {
		char day[16];
		int r;

		seed = seed * 1103515245u + 12345u;
		snprintf(day, sizeof(day), "2011-%02u-%02u",
			 1 + seed / 65536 % 12, 1 + seed / 1024 % 28);
		r = xj_member_move(s->archive, "lihua", to[seed / 4096 % 4],
				   (enum xj_move)(seed / 256 % 3),
				   seed / 512 % 2,
				   &(struct xj_change_options){ .on = day },
				   NULL, &s->err);
		assert_true(r == XJ_OK || r == XJ_EEXIST ||
			    r == XJ_ENOTFOUND);
		assert_one_primary(s, "lihua");
	}
	assert_sound(s);
}

static void
logins_differ_by_more_than_case_and_width(void **state)
{
	(void)state;
	SHELF(s);
	organise(s);
	must(member(s, "lihua", "nk", NULL));
	assert_status(member(s, "LiHua", NULL, NULL), XJ_EEXIST);
	assert_says(s, "case or width");
	assert_status(member(s, "ｌｉｈｕａ", NULL, NULL), XJ_EEXIST);
	assert_status(member(s, "lihua", NULL, NULL), XJ_EEXIST);
	assert_status(member(s, "li hua", NULL, NULL), XJ_EINVAL);
	must(xj_member_edit(s->archive, "LIHUA", (struct xj_given[]){
		{ "login", "LiHua" }, { 0 } }, NULL, NULL, &s->err));
}

static void
identity_cards_are_never_kept(void **state)
{
	(void)state;
	SHELF(s);
	organise(s);
	must(member(s, "lihua", "nk", NULL));
	assert_status(xj_member_edit(s->archive, "lihua", (struct xj_given[]){
		{ "staff_number", "11010519491231002X" }, { 0 } }, NULL, NULL,
		&s->err), XJ_EINVAL);
	must(xj_member_edit(s->archive, "lihua", (struct xj_given[]){
		{ "staff_number", "110105194912310021" }, { 0 } }, NULL, NULL,
		&s->err)); /* its check digit is wrong: it is none */
}

static int
put_pinyin(void *ctx, const struct xj_member *m)
{
	xj_buf_addf(ctx, "%s;", m->pinyin);
	return XJ_OK;
}

static void
pinyin_is_made_and_may_be_said(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;

	(void)state;
	SHELF(s);
	today("2011-05-15");
	must(xj_member_add(s->archive, &(struct xj_member_given){
		.login = "a", .name = "张三" }, NULL, NULL, &s->err));
	must(xj_member_add(s->archive, &(struct xj_member_given){
		.login = "b", .name = "单雄飞", .pinyin = "Shan Xiong Fei" },
		NULL, NULL, &s->err));
	must(xj_member_edit(s->archive, "b", (struct xj_given[]){
		{ "name", "单飞" }, { 0 } }, NULL, NULL, &s->err));
	must(xj_member_add(s->archive, &(struct xj_member_given){
		.login = "c", .name = "John 李" }, NULL, NULL, &s->err));
	must(xj_members(s->archive, &(struct xj_members_options){ 0 },
			put_pinyin, &b, &s->err));
	assert_string_equal(xj_buf_str(&b),
			    "john li;shan xiong fei;zhang san;");
}

static void
leaving_ends_everything_and_coming_back_begins_anew(void **state)
{
	(void)state;
	SHELF(s);
	struct xj_change_options on = { .on = "2011-05-14" };

	organise(s);
	must(member(s, "lihua", "nk", "2011-01-01"));
	must(xj_role_grant(s->archive, "lihua", "资料员", "zx", NULL, NULL,
			   NULL, &s->err));
	must(xj_member_leave(s->archive, "lihua", &on, NULL, &s->err));
	assert_memberships(s, "lihua", "nk* 2011-01-01–2011-05-14");
	assert_status(xj_archive_set_reader(s->archive, "lihua", &s->err),
		      XJ_EPERM);
	assert_status(xj_role_grant(s->archive, "lihua", "lead", NULL, NULL,
				    NULL, NULL, &s->err), XJ_EINVAL);
	must(move(s, "lihua", "zy", NULL));
	assert_memberships(s, "lihua", "nk* 2011-01-01–2011-05-14; "
			   "zy* 2011-05-15–");
	must(xj_archive_set_reader(s->archive, "LIHUA", &s->err));
}

/* ---------------------------------------------------------------- versions */

static int
put_entry(void *ctx, const struct xj_history_entry *e)
{
	xj_buf_addf(ctx, "v%u %s;", e->version, e->verb);
	return XJ_OK;
}

static void
the_second_of_two_edits_is_refused(void **state)
{
	xj_auto(xj_buf_release) struct xj_buf b = XJ_BUF_INIT;
	const struct xj_given first[] = { { "name", "甲院" }, { 0 } };
	const struct xj_given second[] = { { "name", "乙院" }, { 0 } };
	struct xj_change_options o = { .if_version = 1 };
	struct xj_changed changed;

	(void)state;
	SHELF(s);
	organise(s);
	must(xj_unit_edit(s->archive, "zx", first, false, &o, &changed,
			  &s->err));
	assert_int_equal(changed.version, 2);
	assert_status(xj_unit_edit(s->archive, "zx", second, false, &o, NULL,
				   &s->err), XJ_EBUSY);
	assert_says(s, "zx → 甲院");
	/* what changes nothing makes no version */
	must(xj_unit_edit(s->archive, "zx", first, false, NULL, &changed,
			  &s->err));
	assert_false(changed.changed);
	must(xj_unit_history(s->archive, "甲院", put_entry, &b, &s->err));
	assert_string_equal(xj_buf_str(&b), "v1 add;v2 edit;");
}

/* ------------------------------------------------------------------ readers */

static void
who_is_no_operator_changes_nothing(void **state)
{
	(void)state;
	SHELF(s);
	organise(s);
	must(member(s, "lihua", "nk", NULL));
	must(member(s, "admin", NULL, NULL));
	must(xj_role_grant(s->archive, "admin", "operator", NULL, NULL, NULL,
			   NULL, &s->err));
	must(xj_archive_set_reader(s->archive, "lihua", &s->err));
	assert_status(unit(s, "x", NULL, NULL), XJ_EPERM);
	assert_status(move(s, "lihua", "zy", NULL), XJ_EPERM);
	must(xj_archive_set_reader(s->archive, "admin", &s->err));
	must(unit(s, "x", NULL, NULL));
	must(xj_archive_set_reader(s->archive, NULL, &s->err));
	must(unit(s, "y", NULL, NULL));
}

/* ------------------------------------------------------------------- kill */

static unsigned
draw(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16 & 0x7FFF;
}

/* Members added and moved until somebody kills it; what was done is told. */
static void
work_until_killed(struct shelf *s, unsigned seed, int fd)
{
	static const char *const to[] = { "zx", "zy", "nk", "bureau" };

	shelf_open(s, 0);
	for (unsigned i = 0;; i++) {
		struct xj_changed changed;
		char login[32];
		int r;

		snprintf(login, sizeof(login), "m%u-%u", seed % 1000, i / 2);
		r = i % 2 ? xj_member_move(s->archive, login,
					   to[draw(&seed) % 4], XJ_MOVE, true,
					   NULL, &changed, &s->err)
			  : xj_member_add(s->archive,
				&(struct xj_member_given){ .login = login,
					.name = login, .unit = "zx" },
				NULL, &changed, &s->err);
		if (r < 0)
			_exit(1);
		dprintf(fd, "%s %u\n", login, changed.version);
	}
}

static int
check_version(void *ctx, const struct xj_member *m)
{
	assert_true(m->version >= *(const unsigned *)ctx);
	return check_primary(NULL, m);
}

static unsigned
assert_told(struct shelf *s, FILE *told)
{
	unsigned version, n = 0;
	char login[32];

	for (; fscanf(told, "%31s %u\n", login, &version) == 2; n++)
		must(xj_members(s->archive, &(struct xj_members_options){
			.member = login }, check_version, &version, &s->err));
	return n;
}

static void
nothing_told_is_lost_when_it_is_killed(void **state)
{
	unsigned seed = 42, told = 0;

	(void)state;
	SHELF(s);
	organise(s);
	for (unsigned round = 0; round < 12; round++) {
		long us = 5000 + draw(&seed) % 200 * 1000;
		int ends[2];
		pid_t child;
		FILE *f;

		assert_int_equal(pipe(ends), 0);
		if ((child = fork()) == 0)
			work_until_killed(s, seed, ends[1]);
		close(ends[1]);
		nanosleep(&(struct timespec){ 0, us * 1000 }, NULL);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		shelf_open(s, 0);
		f = fdopen(ends[0], "r");
		told += assert_told(s, f);
		fclose(f);
		assert_sound(s);
	}
	assert_true(told > 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(tree_of_a_day_is_known),
	cmocka_unit_test(no_cycle_on_any_later_day),
	cmocka_unit_test(moves_on_later_days_are_not_lost_silently),
	cmocka_unit_test(depth_is_twelve),
	cmocka_unit_test(lines_are_apart),
	cmocka_unit_test(codes_are_never_used_again),
	cmocka_unit_test(closing_moves_members_to_the_successor),
	cmocka_unit_test(one_primary_unit_on_each_line),
	cmocka_unit_test(moves_of_random_days_keep_one_primary_unit),
	cmocka_unit_test(logins_differ_by_more_than_case_and_width),
	cmocka_unit_test(identity_cards_are_never_kept),
	cmocka_unit_test(pinyin_is_made_and_may_be_said),
	cmocka_unit_test(leaving_ends_everything_and_coming_back_begins_anew),
	cmocka_unit_test(the_second_of_two_edits_is_refused),
	cmocka_unit_test(who_is_no_operator_changes_nothing),
	cmocka_unit_test(nothing_told_is_lost_when_it_is_killed),
};

int
main(void)
{
	return tap_run(tests, XJ_COUNT(tests), NULL, NULL);
}
