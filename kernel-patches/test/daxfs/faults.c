// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each call with its n-th allocation failing, for every n: that one alone, after which the
 * call tries again; all from it on, until there is space again; and the same while all
 * files are removed, or while a repair runs. A call that fails has changed nothing, or has registered a change that
 * comes later. In the end nothing is left over and every count is right.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib.h"

#define UNITS	512ULL
#define BYTES	(12 * DAXFS_UNIT)

enum lack { ONCE, LASTING, WHILE_EMPTIED, WHILE_REPAIRED };

static void *region;
static struct daxfs one, two;
static u64 allocations, fail_at = DAXFS_UNSET;
static enum lack lack;
static struct daxfs_inode *root, *a, *b, *dir, *nameless;
static u8 buffer[2 * BYTES];
static const char *wrong;

static void expect(bool condition, const char *text)
{
	if (!condition && !wrong)
		wrong = text;
}

static bool refused(void)
{
	u64 now = allocations++;

	return lack == ONCE ? now == fail_at : now >= fail_at;
}

u64 __real_daxfs_unit_alloc(struct daxfs *fs, enum daxfs_kind kind, u64 owner, u64 want, bool urgent,
			    u64 *first);
u64 __real_daxfs_page_alloc(struct daxfs *fs, u64 owner, u32 index, u64 before, u64 want, u64 *first);
int __real_daxfs_slot_alloc(struct daxfs *fs, enum daxfs_kind kind, bool urgent, u64 *ref, void **at);

u64 __wrap_daxfs_unit_alloc(struct daxfs *fs, enum daxfs_kind kind, u64 owner, u64 want, bool urgent,
			    u64 *first)
{
	*first = 0;
	return refused() ? 0 : __real_daxfs_unit_alloc(fs, kind, owner, want, urgent, first);
}

u64 __wrap_daxfs_page_alloc(struct daxfs *fs, u64 owner, u32 index, u64 before, u64 want, u64 *first)
{
	*first = 0;
	/* In pieces, so that a write of several runs meets the lack between two. */
	return refused() ? 0 : __real_daxfs_page_alloc(fs, owner, index, before, want < 2 ? want : 2,
						       first);
}

int __wrap_daxfs_slot_alloc(struct daxfs *fs, enum daxfs_kind kind, bool urgent, u64 *ref, void **at)
{
	*ref = 0;
	return refused() ? -ENOSPC : __real_daxfs_slot_alloc(fs, kind, urgent, ref, at);
}

static char longer[201];

static void prepare(void)
{
	/* What a unit held before leads to units that are in use. */
	for (u64 i = 0; i < UNITS * DAXFS_UNIT / 8; i++)
		((u64 *)region)[i] = DAXFS_TABLE_FIRST + i % 32;
	lib_format(region, UNITS);
	lib_mount(&one, region, UNITS);
	lib_mount(&two, region, UNITS);
	root = lib_root(&one);
	memset(longer, 'l', sizeof(longer) - 1);
	for (u32 i = 0; i < sizeof(buffer); i++)
		buffer[i] = i / 7 + 1;
	expect(!lib_create(&one, root, "a", LIB_FILE, &a) && !lib_create(&one, root, "b", LIB_FILE, &b) &&
	       !lib_create(&one, root, "d", LIB_DIR, &dir) &&
	       !lib_create(&one, root, "", LIB_FILE, &nameless) &&
	       lib_write(&one, a, 0, buffer, BYTES + 100) == BYTES + 100 &&
	       lib_write(&one, b, 0, buffer, 100) == 100 &&
	       !lib_set_xattr(&one, b, "user.a", "1", 1, 0) && !lib_set_xattr(&one, b, "user.b", "2", 1, 0),
	       "it does not begin");
}

static int write_holes(void)
{
	s64 got = lib_write(&one, b, 3 * DAXFS_UNIT + 5, buffer, 8 * DAXFS_UNIT);

	return got < 0 || got == 8 * DAXFS_UNIT ? got : -ENOSPC;
}

static int map_hole(void)
{
	struct daxfs_call call;
	u64 first;
	int err;

	lib_begin(&one, &call);
	err = daxfs_pages_make(&call, b, 1, 2, &first);
	daxfs_end(&call);
	return err;
}

static int map_chunk(void)
{
	struct daxfs_call call;
	u64 first;
	int err = lib_truncate(&one, b, 2 * DAXFS_FANOUT * DAXFS_UNIT);

	if (err)
		return err;
	lib_begin(&one, &call);
	err = daxfs_chunk(&call, b, DAXFS_FANOUT, true, &first);
	daxfs_end(&call);
	return err == -ERANGE ? -ENOSPC : err;
}

static int append_within(void)
{
	return lib_append(&one, a, buffer, 5 * DAXFS_UNIT, &(u64){ 0 });
}

static int append_small(void)
{
	return lib_append(&one, b, buffer, 10, &(u64){ 0 });
}

static int append_first(void)
{
	return lib_append(&one, nameless, buffer, DAXFS_UNIT, &(u64){ 0 });
}

static int cut_within(void)
{
	return lib_truncate(&one, a, 9 * DAXFS_UNIT + 7);
}

static int cut_all(void)
{
	return lib_truncate(&one, a, 0);
}

static int grow(void)
{
	return lib_grow(&one, a, 2 * BYTES - 5);
}

static int punch(void)
{
	return lib_punch(&one, a, 100, 9 * DAXFS_UNIT + 100);
}

static int create(const char *name, u32 mode)
{
	struct daxfs_inode *inode;
	int err = lib_create(&one, root, name, mode, &inode);

	if (!err)
		lib_close(&one, inode);
	return err;
}

static int create_file(void)
{
	return create("new", LIB_FILE);
}

static int create_long(void)
{
	return create(longer, LIB_FILE);
}

static int create_dir(void)
{
	return create("new", LIB_DIR);
}

/* So many that the directory gets shortcuts. */
static int create_many(void)
{
	char name[16];
	int err = 0, made;

	for (made = 0; made < 40 && !err; made++) {
		snprintf(name, sizeof(name), "%d", made);
		err = create(name, LIB_FILE);
	}
	for (int i = 0; i < made - (err != 0); i++) {
		snprintf(name, sizeof(name), "%d", i);
		expect(!lib_unlink(&two, root, name), "a file is not removed");
	}
	return err;
}

static int create_taken(void)
{
	int err = create("d", LIB_DIR);

	return err == -EEXIST ? 0 : err;
}

static int link_nameless(void)
{
	return lib_link(&one, root, "new", nameless);
}

static int link_taken(void)
{
	int err = lib_link(&one, root, "b", nameless);

	return err == -EEXIST ? lib_link(&one, root, "new", nameless) : err;
}

static int link_more(void)
{
	return lib_link(&one, root, longer, a);
}

static int remove_file(void)
{
	return lib_unlink(&two, root, "a");
}

static int remove_dir(void)
{
	return lib_unlink(&two, root, "d");
}

static int rename_new(void)
{
	return lib_rename(&one, root, "a", dir, longer, 0);
}

static int rename_over(void)
{
	return lib_rename(&one, root, "a", root, "b", 0);
}

static int rename_refused(void)
{
	int err = lib_rename(&one, root, "a", root, "b", DAXFS_RENAME_NOREPLACE);

	return err == -EEXIST ? 0 : err;
}

static int exchange(void)
{
	return lib_rename(&one, root, "a", root, "d", DAXFS_RENAME_EXCHANGE);
}

static int move_dir(void)
{
	struct daxfs_inode *held;
	int err = lib_create(&two, root, "new", LIB_DIR, &held);

	if (!err) {
		err = lib_rename(&one, root, "d", held, "d", 0);
		lib_close(&two, held);
	}
	return err;
}

static int leave_whiteout(void)
{
	return lib_whiteout(&one, root, "a", "new", nameless);
}

static int leave_nothing(void)
{
	int err = lib_whiteout(&one, root, "none", "new", nameless);

	return err == -ENOENT ? lib_link(&one, root, "new", nameless) : err;
}

static int set_first(void)
{
	return lib_set_xattr(&one, a, "user.a", "1", 1, 0);
}

static int set_again(void)
{
	return lib_set_xattr(&one, b, "user.a", "more", 4, 0);
}

static int set_none(void)
{
	return lib_set_xattr(&one, b, "user.a", NULL, 0, 0);
}

static const struct {
	const char *name;
	int (*act)(void);
	int steps;			/* 1: one that fails has changed nothing */
	bool later;			/* it may have registered a change that comes later */
} calls[] = {
	{ "write into holes", write_holes, 9, false },
	{ "pages for a mapping", map_hole, 1, false },
	{ "a chunk for a mapping", map_chunk, 2, true },
	{ "append from within a page", append_within, 1, true },
	{ "append a few bytes", append_small, 1, true },
	{ "append to an empty file", append_first, 1, true },
	{ "truncate within a page", cut_within, 1, true },
	{ "truncate to nothing", cut_all, 1, false },
	{ "grow", grow, 1, true },
	{ "punch", punch, 1, true },
	{ "create", create_file, 1, false },
	{ "create a long name", create_long, 1, false },
	{ "create a directory", create_dir, 1, false },
	{ "create many", create_many, 1, false },
	{ "create a name that is there", create_taken, 1, false },
	{ "link a file without a name", link_nameless, 1, false },
	{ "link it after a name that is there", link_taken, 1, false },
	{ "link another name", link_more, 1, false },
	{ "unlink", remove_file, 1, false },
	{ "rmdir", remove_dir, 1, false },
	{ "rename to a new name", rename_new, 1, false },
	{ "rename over a file", rename_over, 1, false },
	{ "rename over nothing", rename_refused, 1, false },
	{ "exchange a file and a directory", exchange, 1, false },
	{ "move a directory", move_dir, 2, false },
	{ "leave a whiteout", leave_whiteout, 1, false },
	{ "leave a whiteout of nothing", leave_nothing, 1, false },
	{ "set the first attribute", set_first, 1, false },
	{ "set an attribute again", set_again, 1, false },
	{ "take an attribute away", set_none, 1, false },
};

static u64 sum(u64 to, const void *at, s64 bytes)
{
	return (to ^ daxfs_sum(at, bytes > 0 ? bytes : 0) ^ bytes) * 0x100000001b3ULL;
}

/* What a file, a directory or nothing says. */
static u64 state_of(u64 to, struct daxfs_inode *in, const char *name)
{
	static u8 bytes[4 * BYTES];
	struct daxfs_inode *inode;
	struct daxfs_attr attr;
	struct daxfs_call call;
	int err = lib_open(&two, in, name, &inode);
	bool is_dir;

	if (err)
		return sum(to, name, err);
	lib_begin(&two, &call);
	err = daxfs_getattr(&call, inode, &attr);
	daxfs_end(&call);
	is_dir = attr.mode >> 12 == 4;
	to = sum(to, &attr.mode, sizeof(attr.mode)) + attr.nlink;
	if (!is_dir) {
		/* After what was registered. */
		err = err ?: lib_grow(&two, inode, 0);
		to = sum(to, bytes, lib_read(&two, inode, 0, bytes, sizeof(bytes)));
		to = sum(to, bytes, lib_get_xattr(&two, inode, "user.a", bytes, 10));
		to = sum(to, bytes, lib_get_xattr(&two, inode, "user.b", bytes, 10));
	}
	expect(!err, "a file has no attributes");
	lib_close(&two, inode);
	return to;
}

static u64 state(void)
{
	const char *names[] = { "a", "b", "d", "new", longer };
	u64 to = 0;

	for (u32 i = 0; i < 5; i++)
		to = state_of(to, dir, names[i]) ^ state_of(to, root, names[i]) * 3;
	return to;
}

static void close_all(void)
{
	lib_close(&one, a);
	lib_close(&one, b);
	lib_close(&one, dir);
	lib_close(&one, nameless);
}

/* The removal of a file needs no space. */
static void remove_from(struct daxfs_inode *in, const char *name)
{
	struct daxfs_inode *inode;

	if (lib_open(&two, in, name, &inode))
		return;
	if (daxfs_load(&inode->mode) >> 12 != 4)
		expect(!lib_unlink(&two, in, name), "a file is not removed");
	lib_close(&two, inode);
}

static void empty(void)
{
	const char *names[] = { "a", "b", "d", "new", longer };

	for (u32 i = 0; i < 5; i++) {
		remove_from(root, names[i]);
		remove_from(dir, names[i]);
	}
	close_all();
}

static void ignore(struct daxfs_checker *checker, enum daxfs_severity severity, const char *what,
		   u64 where)
{
	(void)checker;
	(void)what;
	(void)where;
	expect(severity == DAXFS_LEFTOVER, "a repair finds damage");
}

static void repair(void)
{
	struct daxfs_call call;
	struct daxfs_checker checker = { .found = ignore, .repair = true, .call = &call };

	close_all();
	lib_begin(&two, &call);
	daxfs_check(&checker, &two);
	daxfs_end(&call);
}

/* One run; false: nothing failed. */
static bool run(u32 which, enum lack how, u64 at, u64 after)
{
	const char *finding;
	bool failed, done;
	u64 before, is;
	int result;

	prepare();
	before = state();
	lack = how;
	allocations = 0;
	fail_at = at;
	result = calls[which].act();
	failed = allocations > at;
	if (how == WHILE_EMPTIED)
		empty();
	if (how == WHILE_REPAIRED)
		repair();
	fail_at = DAXFS_UNSET;
	done = result >= 0;
	expect(done || result == -ENOSPC || (result == -EIO && calls[which].later), "another error");
	expect(done || how != ONCE || calls[which].later || calls[which].act == map_hole,
	       "another try does not help");
	is = how == WHILE_EMPTIED ? after : state();
	if (calls[which].steps == 1 || done)
		expect(is == after || (!done && is == before), "it has done what it should not");
	if (!done && !calls[which].later && calls[which].steps == 1 && how != WHILE_EMPTIED)
		expect(is == before, "a call that failed has done something");
	if (how < WHILE_EMPTIED)
		close_all();
	finding = lib_check(region, UNITS, false);
	expect(!finding, finding);
	return failed;
}

static void run_all(u32 which)
{
	static const char *const how_name[] = { "once", "from then on", "while all is removed",
					       "while a repair runs" };
	u64 after, at;

	wrong = NULL;
	prepare();
	calls[which].act();
	after = state();
	close_all();
	expect(!lib_check(region, UNITS, false), "it goes wrong without a failure");
	for (int how = ONCE; how <= WHILE_REPAIRED; how++) {
		for (at = 0; !wrong && run(which, how, at, after); at++)
			;
		if (wrong) {
			printf("%s: %s, allocation %llu fails %s\n", calls[which].name, wrong,
			       (unsigned long long)at, how_name[how]);
			return;
		}
	}
	printf("%s: ok\n", calls[which].name);
}

int main(void)
{
	int bad = 0;

	region = aligned_alloc(DAXFS_UNIT, UNITS << DAXFS_UNIT_SHIFT);
	for (u32 i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		run_all(i);
		bad += wrong != NULL;
	}
	return bad != 0;
}
