// SPDX-License-Identifier: GPL-2.0-only
/* What hosts do at the same time, and what must be so whoever comes first. */
#include <stdio.h>

#include "search.h"

static struct daxfs_inode *file, *other, *dir, *dir2;
static int result[HOSTS];
static u64 number[HOSTS];
static u8 bytes[3 * DAXFS_UNIT], pattern[HOSTS][2 * DAXFS_UNIT];


static void patterns(void)
{
	for (int i = 0; i < HOSTS; i++)
		memset(pattern[i], 'A' + i, sizeof(pattern[i]));
}

static void make(const char *name, struct daxfs_inode **inode)
{
	patterns();
	lib_create(&hosts[0], lib_root(&hosts[0]), name, LIB_FILE, inode);
}

/* Of the file, all is `value`. */
static bool holds(struct daxfs_inode *inode, u64 from, u64 to, u8 value)
{
	static u8 read[3 * DAXFS_UNIT];

	if (lib_read(survivor(), inode, from, read, to - from) != (s64)(to - from))
		return false;
	for (u64 i = 0; i < to - from; i++)
		if (read[i] != value)
			return false;
	return true;
}

static u64 size(struct daxfs_inode *inode)
{
	return daxfs_size(inode, survivor());
}

/* Publish: both write parts of one page that is not there yet. */
static void begin_file(void)
{
	make("file", &file);
}

static void write_front(void)
{
	lib_write(&hosts[0], file, 0, pattern[0], 100);
}

static void write_back(void)
{
	lib_write(&hosts[1], file, 100, pattern[1], 100);
}

static void write_third(void)
{
	lib_write(&hosts[2], file, 200, pattern[2], 100);
}

static const char *end_publish(void)
{
	u64 end = size(file);

	if (!stopped(0) && !holds(file, 0, 100, 'A'))
		return "an acknowledged write is lost";
	if (!stopped(1) && (end < 200 || !holds(file, 100, 200, 'B')))
		return "an acknowledged write is lost";
	return NULL;
}

static const char *end_publish_three(void)
{
	if (!stopped(2) && (size(file) < 300 || !holds(file, 200, 300, 'C')))
		return "an acknowledged write is lost";
	return end_publish();
}

/* Allocate: two files grow. */
static void begin_two(void)
{
	make("file", &file);
	make("other", &other);
	hosts[1].hint = hosts[0].hint;
}

static void grow_file(void)
{
	lib_write(&hosts[0], file, 0, pattern[0], 2 * DAXFS_UNIT);
}

static void grow_other(void)
{
	lib_write(&hosts[1], other, 0, pattern[1], 2 * DAXFS_UNIT);
}

static const char *end_two(void)
{
	if (!stopped(0) && !holds(file, 0, 2 * DAXFS_UNIT, 'A'))
		return "a page of one file is another's";
	if (!stopped(1) && !holds(other, 0, 2 * DAXFS_UNIT, 'B'))
		return "a page of one file is another's";
	return NULL;
}

/* Epochs: a page is cut off and used again while another host reads it. */
static void begin_full_page(void)
{
	begin_two();
	lib_write(&hosts[0], file, 0, pattern[0], DAXFS_UNIT);
	lib_write(&hosts[0], other, 0, pattern[2], 1);
	hosts[0].slab[DAXFS_KIND_CELLS].raw = 0;
}

/* The next page that this host takes is the first that is free. */
static void take_first(int host)
{
	daxfs_init(&hosts[host].hint, hosts[host].pool);
}

static void cut_and_reuse(void)
{
	lib_truncate(&hosts[0], file, 0);
	daxfs_make_room(&hosts[0]);
	daxfs_make_room(&hosts[0]);
	take_first(0);
	lib_write(&hosts[0], other, DAXFS_UNIT, pattern[1], 2 * DAXFS_UNIT);
}

static void read_file(void)
{
	s64 got = lib_read(&hosts[1], file, 0, bytes, DAXFS_UNIT);

	require(got >= 0, "a read fails");
	for (s64 i = 0; i < got; i++)
		require(bytes[i] == 'A', "a read gives what was never the file's");
}

/* The same against a write: what is in it may reach nothing but the file. */
static void write_to_file(void)
{
	lib_write(&hosts[1], file, 0, pattern[0], 100);
}

static const char *end_reuse(void)
{
	u64 end = size(other);

	if (end > 1 && !holds(other, DAXFS_UNIT, end, 'B'))
		return "a write reaches another file";
	return NULL;
}

/* Truncate against a write that makes the file longer. */
static void begin_long(void)
{
	make("file", &file);
	lib_write(&hosts[0], file, 0, pattern[0], 3000);
}

static void cut_short(void)
{
	lib_truncate(&hosts[0], file, 2000);
}

static void write_over_end(void)
{
	lib_write(&hosts[1], file, 2500, pattern[1], 1000);
}

static const char *end_cut_write(void)
{
	u64 end = size(file);

	if (!holds(file, 0, 2000, 'A'))
		return "a byte before the cut is lost";
	if (stopped(0) || stopped(1))
		return NULL;
	if (end == 2000)
		return NULL;
	if (end != 3500 || !holds(file, 2500, 3500, 'B'))
		return "a write is half lost";
	return holds(file, 2000, 2500, 0) ? NULL : "bytes that were cut off are back";
}

/* Truncate within a page that another host writes in place. */
static void write_in_place(void)
{
	lib_write(&hosts[1], file, 10, pattern[1], 100);
}

static const char *end_cut_place(void)
{
	if (!stopped(1) && !holds(file, 10, 110, 'B'))
		return "an acknowledged write is lost";
	if (!stopped(0) && size(file) != 2000)
		return "the truncate is lost";
	return NULL;
}

/* The size of two writes behind the end. */
static void write_far(void)
{
	lib_write(&hosts[0], file, 2 * DAXFS_UNIT, pattern[0], 10);
}

static void write_near(void)
{
	lib_write(&hosts[1], file, DAXFS_UNIT, pattern[1], 10);
}

static const char *end_sizes(void)
{
	if (!stopped(0) && size(file) != 2 * DAXFS_UNIT + 10)
		return "the file is shorter than what was written";
	if (!stopped(1) && (size(file) < DAXFS_UNIT + 10 || !holds(file, DAXFS_UNIT, DAXFS_UNIT + 10, 'B')))
		return "the file is shorter than what was written";
	return NULL;
}

/* A size is not seen before its bytes. */
static void read_end(void)
{
	u64 end = daxfs_size(file, &hosts[0]);

	if (end <= 3000)
		return;
	require(lib_read(&hosts[0], file, 3000, bytes, end - 3000) == (s64)(end - 3000),
		"a read ends before the size");
	for (u64 i = 0; i < end - 3000; i++)
		require(bytes[i] == 'B', "a size is seen before its bytes");
}

static void write_behind(void)
{
	lib_write(&hosts[1], file, 3000, pattern[1], 2000);
}

/* Appends. */
static void append_0(void)
{
	result[0] = lib_append(&hosts[0], file, pattern[0], 1500, &number[0]);
}

static void append_1(void)
{
	result[1] = lib_append(&hosts[1], file, pattern[1], 4000, &number[1]);
}

static void append_2(void)
{
	result[2] = lib_append(&hosts[2], file, pattern[2], 10, &number[2]);
}

static const char *check_append(int host, u64 length)
{
	if (stopped(host))
		return NULL;
	if (result[host] != (int)length || number[host] + length > size(file))
		return "an append failed";
	return holds(file, number[host], number[host] + length, 'A' + host) ? NULL :
									   "an append is not whole";
}

static const char *end_append(void)
{
	const char *finding = check_append(0, 1500);

	if (!finding)
		finding = check_append(1, 4000);
	if (!finding && !stopped(0) && !stopped(1) && size(file) != 5500)
		finding = "appends overlap";
	return finding;
}

static const char *end_append_three(void)
{
	const char *finding = end_append();

	if (size(file) == 5510)
		finding = NULL;
	if (!finding)
		finding = check_append(2, 10);
	return finding;
}

static void begin_append_page(void)
{
	make("file", &file);
	lib_write(&hosts[0], file, 0, pattern[2], 3000);
}

static const char *end_append_place(void)
{
	if (!stopped(1) && !holds(file, 10, 110, 'B'))
		return "an acknowledged write is lost";
	if (!stopped(0) && (size(file) != 4500 || !holds(file, 3000, 4500, 'A')))
		return "an append is not whole";
	return NULL;
}

static const char *end_append_behind(void)
{
	if (!stopped(0) && !stopped(1) && !holds(file, number[0], number[0] + 1500, 'A') &&
	    number[0] == 5000)
		return "an append is not whole";
	return holds(file, 0, 3000, 'C') ? NULL : "bytes before the end are lost";
}

static void cut_to_100(void)
{
	lib_truncate(&hosts[1], file, 100);
}

static const char *end_append_cut(void)
{
	if (stopped(0) || stopped(1))
		return NULL;
	if (size(file) == 100)
		return holds(file, 0, 100, 'C') ? NULL : "bytes before the cut are lost";
	if (size(file) != 1600 || !holds(file, 100, 1600, 'A'))
		return "neither truncate and append, nor append and truncate";
	return NULL;
}

/* Punch against a write to another page of the same node. */
static void begin_pages(void)
{
	make("file", &file);
	lib_write(&hosts[0], file, 0, pattern[0], 2 * DAXFS_UNIT);
}

static void punch_first(void)
{
	lib_punch(&hosts[0], file, 0, 5000);
}

static void write_last(void)
{
	lib_write(&hosts[1], file, 6000, pattern[1], 6000);
}

static const char *end_punch(void)
{
	if (!stopped(0) && !holds(file, 0, 5000, 0))
		return "a punch is lost";
	if (!stopped(1) && (size(file) != 12000 || !holds(file, 6000, 12000, 'B')))
		return "an acknowledged write is lost";
	return NULL;
}

/* Reads see a file before or after a truncate and a write, not between. */
static void cut_and_write(void)
{
	lib_truncate(&hosts[0], file, 0);
	lib_write(&hosts[0], file, DAXFS_UNIT, pattern[2], DAXFS_UNIT);
}

static void read_two(void)
{
	s64 got = lib_read(&hosts[1], file, 0, bytes, DAXFS_UNIT);

	if (got != DAXFS_UNIT)
		return;
	for (u64 i = 1; i < DAXFS_UNIT; i++)
		require(bytes[i] == bytes[0], "a read sees half of a truncate");
	require(bytes[0] == 'A' || !bytes[0], "a read gives what was never there");
}

/* Names. */
static void create_0(void)
{
	struct daxfs_inode *inode;

	result[0] = lib_create(&hosts[0], lib_root(&hosts[0]), "n", LIB_FILE, &inode);
	if (!result[0])
		lib_close(&hosts[0], inode);
}

static void create_1(void)
{
	struct daxfs_inode *inode;

	result[1] = lib_create(&hosts[1], lib_root(&hosts[1]), "n", LIB_FILE, &inode);
	if (!result[1])
		lib_close(&hosts[1], inode);
}

static const char *end_exclusive(void)
{
	u64 ino;

	if (stopped(0) || stopped(1))
		return NULL;
	if (!result[0] == !result[1])
		return "a name is created twice, or by nobody";
	return lib_lookup(survivor(), lib_root(survivor()), "n", &ino) ? "a name that was created is not there" :
								     NULL;
}

static void begin_dir(void)
{
	make("n", &file);
	lib_close(&hosts[0], file);
	lib_create(&hosts[0], lib_root(&hosts[0]), "dir", LIB_DIR, &dir);
	lib_create(&hosts[0], lib_root(&hosts[0]), "dir2", LIB_DIR, &dir2);
	lib_close(&hosts[0], dir);
	lib_close(&hosts[0], dir2);
}

static void remove_dir(void)
{
	result[0] = lib_unlink(&hosts[0], lib_root(&hosts[0]), "dir");
}

static void create_in_dir(void)
{
	struct daxfs_inode *inode, *held;

	result[1] = lib_open(&hosts[1], lib_root(&hosts[1]), "dir", &held);
	if (result[1])
		return;
	result[1] = lib_create(&hosts[1], held, "in", LIB_FILE, &inode);
	if (!result[1])
		lib_close(&hosts[1], inode);
	lib_close(&hosts[1], held);
}

static void rename_into_dir(void)
{
	struct daxfs_inode *held;

	result[1] = lib_open(&hosts[1], lib_root(&hosts[1]), "dir", &held);
	if (result[1])
		return;
	result[1] = lib_rename(&hosts[1], lib_root(&hosts[1]), "n", held, "in", 0);
	lib_close(&hosts[1], held);
}

static const char *end_rmdir(void)
{
	if (stopped(0) || stopped(1))
		return NULL;
	if (!result[0] && !result[1])
		return "a directory with a name in it was removed";
	return result[0] && result[1] ? "neither the removal nor the name came" : NULL;
}

static void unlink_0(void)
{
	result[0] = lib_unlink(&hosts[0], lib_root(&hosts[0]), "n");
}

static void unlink_1(void)
{
	result[1] = lib_unlink(&hosts[1], lib_root(&hosts[1]), "n");
}

static const char *end_unlink(void)
{
	if (stopped(0) || stopped(1))
		return NULL;
	return !result[0] == !result[1] ? "a name is removed twice, or by nobody" : NULL;
}

static void begin_name(void)
{
	make("n", &file);
	lib_close(&hosts[0], file);
}

static void begin_names(void)
{
	begin_name();
	make("m", &other);
	lib_close(&hosts[0], other);
}

static void rename_0(void)
{
	result[0] = lib_rename(&hosts[0], lib_root(&hosts[0]), "n", lib_root(&hosts[0]), "m", 0);
}

static void look_for_both(void)
{
	u64 ino;

	if (lib_lookup(&hosts[1], lib_root(&hosts[1]), "n", &ino) == -ENOENT)
		require(!lib_lookup(&hosts[1], lib_root(&hosts[1]), "m", &ino),
			"a rename shows neither name");
}

static void look_for_one(void)
{
	u64 ino;

	if (!lib_lookup(&hosts[1], lib_root(&hosts[1]), "m", &ino))
		require(lib_lookup(&hosts[1], lib_root(&hosts[1]), "n", &ino) == -ENOENT,
			"a rename shows both names");
}

static void look_for_target(void)
{
	u64 ino;

	require(!lib_lookup(&hosts[1], lib_root(&hosts[1]), "m", &ino),
		"a rename that replaces shows no name");
}

static void rename_back(void)
{
	result[1] = lib_rename(&hosts[1], lib_root(&hosts[1]), "m", lib_root(&hosts[1]), "n", 0);
}

static void exchange_1(void)
{
	result[1] = lib_rename(&hosts[1], lib_root(&hosts[1]), "m", lib_root(&hosts[1]), "n",
			       DAXFS_RENAME_EXCHANGE);
}

static void rename_third(void)
{
	result[2] = lib_rename(&hosts[2], lib_root(&hosts[2]), "n", lib_root(&hosts[2]), "o", 0);
}

static void unlink_target(void)
{
	result[1] = lib_unlink(&hosts[1], lib_root(&hosts[1]), "m");
}

static int count_names(void)
{
	static const char *const names[] = { "n", "m", "o" };
	int count = 0;
	u64 ino;

	for (int i = 0; i < 3; i++)
		count += !lib_lookup(survivor(), lib_root(survivor()), names[i], &ino);
	return count;
}

static const char *end_one_name(void)
{
	if (stopped(0) || stopped(1))
		return count_names() ? NULL : "a rename lost a name";
	return count_names() == 1 ? NULL : "not one name is left";
}

static const char *end_rename_unlink(void)
{
	if (stopped(0) || stopped(1))
		return NULL;
	if (result[0])
		return "a rename failed";
	return count_names() == (result[1] ? 1 : 0) || (!result[1] && count_names() == 1) ?
	       NULL : "names are lost or left";
}

/* Two directories into each other. */
static void move_0(void)
{
	struct daxfs_inode *held;

	result[0] = lib_open(&hosts[0], lib_root(&hosts[0]), "dir2", &held);
	if (result[0])
		return;
	result[0] = lib_rename(&hosts[0], lib_root(&hosts[0]), "dir", held, "x", 0);
	lib_close(&hosts[0], held);
}

static void move_1(void)
{
	struct daxfs_inode *held;

	result[1] = lib_open(&hosts[1], lib_root(&hosts[1]), "dir", &held);
	if (result[1])
		return;
	result[1] = lib_rename(&hosts[1], lib_root(&hosts[1]), "dir2", held, "y", 0);
	lib_close(&hosts[1], held);
}

static const char *end_moves(void)
{
	if (stopped(0) || stopped(1))
		return NULL;
	if (!result[0] && !result[1])
		return "two directories lie in each other";
	return result[0] && result[1] ? "neither directory moved" : NULL;
}

/* An inode that one host unlinks while another opens it. */
static void begin_open(void)
{
	make("n", &file);
	lib_write(&hosts[0], file, 0, pattern[0], 100);
	lib_close(&hosts[0], file);
	make("other", &other);
}

static void unlink_and_reuse(void)
{
	lib_unlink(&hosts[0], lib_root(&hosts[0]), "n");
	daxfs_make_room(&hosts[0]);
	daxfs_make_room(&hosts[0]);
	take_first(0);
	lib_write(&hosts[0], other, 0, pattern[1], 2 * DAXFS_UNIT);
}

static void open_and_read(void)
{
	struct daxfs_inode *inode;

	if (lib_open(&hosts[1], lib_root(&hosts[1]), "n", &inode))
		return;
	require(lib_read(&hosts[1], inode, 0, bytes, 200) == 100, "an open file has lost its size");
	for (int i = 0; i < 100; i++)
		require(bytes[i] == 'A', "an open file has lost its bytes");
	lib_close(&hosts[1], inode);
}

/* A host is declared dead while it works; it goes on later, as a zombie. */
static void fence_other(void)
{
	struct daxfs_call call;

	lib_begin(&hosts[0], &call);
	result[0] = daxfs_fence_host(&call, hosts[1].host, hosts[1].incarnation << 8 | DAXFS_HOST_LIVE);
	daxfs_end(&call);
}

static void begin_zombie(void)
{
	begin_full_page();
	lib_open(&hosts[1], lib_root(&hosts[1]), "file", &file);
	lib_close(&hosts[0], file);
	lib_write(&hosts[0], other, 0, pattern[2], 100);
}

static void zombie_write(void)
{
	result[1] = lib_write(&hosts[1], file, 10, pattern[1], 100);
}

static void fence_and_reuse(void)
{
	fence_other();
	if (result[0])
		return;
	lib_truncate(&hosts[0], file, 0);
	daxfs_make_room(&hosts[0]);
	daxfs_make_room(&hosts[0]);
	take_first(0);
	lib_write(&hosts[0], other, 0, pattern[2], 2 * DAXFS_UNIT);
}

static const char *end_zombie(void)
{
	if (size(other) != 2 * DAXFS_UNIT)
		return NULL;
	return holds(other, 0, 2 * DAXFS_UNIT, 'C') ? NULL : "a zombie wrote into another file";
}

/* A zombie's CAS of the size. */
static void zombie_extend(void)
{
	result[1] = lib_write(&hosts[1], file, DAXFS_UNIT, pattern[1], 100);
}

static void fence_and_cut(void)
{
	fence_other();
	lib_truncate(&hosts[0], file, 50);
	number[0] = 1;
	require(size(file) == 50, "a zombie makes a file longer");
}

static const char *end_zombie_size(void)
{
	return size(file) == 50 ? NULL : "a zombie makes a file longer";
}

/* A zombie's CAS of a word that is a hole. */
static void fence_and_publish(void)
{
	fence_other();
	result[2] = lib_write(&hosts[0], file, DAXFS_UNIT, pattern[2], DAXFS_UNIT);
}

static const char *end_zombie_publish(void)
{
	return result[2] != DAXFS_UNIT || holds(file, DAXFS_UNIT + 100, 2 * DAXFS_UNIT, 'C') ?
	       NULL : "a zombie's page took the place of another";
}

static void zombie_unlink(void)
{
	result[1] = lib_unlink(&hosts[1], lib_root(&hosts[1]), "file");
}

static void fence_and_look(void)
{
	u64 ino;

	fence_other();
	result[2] = lib_lookup(&hosts[0], lib_root(&hosts[0]), "file", &ino);
}

static const char *end_zombie_unlink(void)
{
	u64 ino;

	return lib_lookup(survivor(), lib_root(survivor()), "file", &ino) == result[2] ?
	       NULL : "a zombie changed a name";
}

static void zombie_create(void)
{
	struct daxfs_inode *inode;

	lib_create(&hosts[1], lib_root(&hosts[1]), "z", LIB_FILE, &inode);
}

static void fence_and_look_new(void)
{
	u64 ino;

	fence_other();
	result[2] = lib_lookup(&hosts[0], lib_root(&hosts[0]), "z", &ino);
}

static const char *end_zombie_create(void)
{
	u64 ino;

	return lib_lookup(survivor(), lib_root(survivor()), "z", &ino) == result[2] ?
	       NULL : "a zombie changed a name";
}

static void zombie_rename(void)
{
	lib_rename(&hosts[1], lib_root(&hosts[1]), "file", lib_root(&hosts[1]), "z", 0);
}

static const char *end_zombie_rename(void)
{
	const char *finding = end_zombie_create();
	u64 ino;

	if (finding)
		return finding;
	return lib_lookup(survivor(), lib_root(survivor()), "file", &ino) == (result[2] ? 0 : -ENOENT) ?
	       NULL : "a rename shows neither name, or both";
}

/* Claims. */
static struct daxfs late[2];

static void claim_0(void)
{
	const char *why;

	daxfs_attach(&late[0], region, LIB_UNITS * DAXFS_UNIT, hosts[0].now, &why);
	require(!daxfs_claim(&late[0], DAXFS_ANY_HOST, "a"), "no slot is free");
}

static void claim_1(void)
{
	const char *why;

	daxfs_attach(&late[1], region, LIB_UNITS * DAXFS_UNIT, hosts[0].now, &why);
	require(!daxfs_claim(&late[1], DAXFS_ANY_HOST, "b"), "no slot is free");
}

static const char *end_claim(void)
{
	if (late[0].host == late[1].host && late[0].incarnation == late[1].incarnation)
		return "two hosts have one slot";
	return NULL;
}

/* The epoch moves on in steps. */
static void advance_0(void)
{
	daxfs_make_room(&hosts[0]);
}

static void advance_and_reuse(void)
{
	daxfs_make_room(&hosts[2]);
	take_first(2);
	lib_write(&hosts[2], other, DAXFS_UNIT, pattern[1], 2 * DAXFS_UNIT);
}

static void cut_alone(void)
{
	lib_truncate(&hosts[0], file, 0);
	daxfs_make_room(&hosts[0]);
}

#define ALL 99

const struct scenario scenarios[] = {
	{ "publish", 2, begin_file, { write_front, write_back }, end_publish, ALL, true, false },
	{ "publish, three hosts", 3, begin_file, { write_front, write_back, write_third },
	  end_publish_three, 2, false, false },
	{ "allocate", 2, begin_two, { grow_file, grow_other }, end_two, ALL, true, false },
	{ "epoch: cut and reuse against a read", 2, begin_full_page, { cut_and_reuse, read_file },
	  NULL, ALL, true, false },
	{ "epoch: cut, advance and reuse against a read, three hosts", 3, begin_full_page,
	  { cut_alone, read_file, advance_and_reuse }, NULL, 2, false, false },
	{ "epoch: cut and reuse against a write", 2, begin_full_page, { cut_and_reuse, write_to_file },
	  end_reuse, ALL, true, false },
	{ "epoch: cut, advance and reuse against a write, three hosts", 3, begin_full_page,
	  { cut_alone, write_to_file, advance_and_reuse }, end_reuse, 2, false, false },
	{ "epoch: two advance", 2, begin_full_page, { advance_0, read_file }, NULL, ALL, true, false },
	{ "size: two writes behind the end", 2, begin_file, { write_far, write_near }, end_sizes, ALL,
	  true, false },
	{ "size: a read of a write behind the end", 2, begin_long, { read_end, write_behind }, NULL, ALL,
	  true, false },
	{ "truncate against a write over the end", 2, begin_long, { cut_short, write_over_end },
	  end_cut_write, ALL, true, false },
	{ "truncate against a write in place", 2, begin_long, { cut_short, write_in_place },
	  end_cut_place, ALL, true, false },
	{ "truncate and write against a read", 2, begin_pages, { cut_and_write, read_two }, NULL, ALL,
	  true, false },
	{ "punch against a write", 2, begin_pages, { punch_first, write_last }, end_punch, ALL, true,
	  false },
	{ "append", 2, begin_file, { append_0, append_1 }, end_append, ALL, true, false },
	{ "append, three hosts", 3, begin_file, { append_0, append_1, append_2 }, end_append_three, 1,
	  false, false },
	{ "append against a write in place", 2, begin_append_page, { append_0, write_in_place },
	  end_append_place, ALL, true, false },
	{ "append against a write behind the end", 2, begin_append_page, { append_0, write_behind },
	  end_append_behind, ALL, true, false },
	{ "append against truncate", 2, begin_append_page, { append_0, cut_to_100 }, end_append_cut, ALL,
	  true, false },
	{ "create, exclusive", 2, begin_file, { create_0, create_1 }, end_exclusive, ALL, true, false },
	{ "create against unlink", 2, begin_name, { unlink_0, create_1 }, NULL, ALL, true, false },
	{ "create against rmdir", 2, begin_dir, { remove_dir, create_in_dir }, end_rmdir, ALL, true,
	  false },
	{ "rename against rmdir", 2, begin_dir, { remove_dir, rename_into_dir }, end_rmdir, ALL, true,
	  false },
	{ "unlink, twice", 2, begin_name, { unlink_0, unlink_1 }, end_unlink, ALL, true, false },
	{ "rename: not neither", 2, begin_name, { rename_0, look_for_both }, end_one_name, ALL, true,
	  false },
	{ "rename: not both", 2, begin_name, { rename_0, look_for_one }, end_one_name, ALL, true, false },
	{ "rename that replaces", 2, begin_names, { rename_0, look_for_target }, end_one_name, ALL, true,
	  false },
	{ "rename there and back", 2, begin_names, { rename_0, rename_back }, end_one_name, ALL, true,
	  false },
	{ "rename against exchange", 2, begin_names, { rename_0, exchange_1 }, end_one_name, ALL, true,
	  false },
	{ "rename, three hosts", 3, begin_names, { rename_0, rename_back, rename_third }, NULL, 1, false,
	  false },
	{ "rename against unlink of its target", 2, begin_names, { rename_0, unlink_target },
	  end_rename_unlink, ALL, true, false },
	{ "rename of directories into each other", 2, begin_dir, { move_0, move_1 }, end_moves, ALL,
	  true, false },
	{ "open against unlink and reuse", 2, begin_open, { unlink_and_reuse, open_and_read }, NULL, ALL,
	  true, false },
	{ "claim", 2, begin_file, { claim_0, claim_1 }, end_claim, ALL, false, false },
	{ "fence: a zombie's stores", 2, begin_zombie, { fence_and_reuse, zombie_write }, end_zombie, ALL,
	  false, true },
	{ "fence: a zombie's size", 2, begin_zombie, { fence_and_cut, zombie_extend }, end_zombie_size,
	  ALL, false, true },
	{ "fence: a zombie's page", 2, begin_zombie, { fence_and_publish, zombie_extend },
	  end_zombie_publish, ALL, false, true },
	{ "fence: a zombie's unlink", 2, begin_zombie, { fence_and_look, zombie_unlink },
	  end_zombie_unlink, ALL, false, true },
	{ "fence: a zombie's create", 2, begin_zombie, { fence_and_look_new, zombie_create },
	  end_zombie_create, ALL, false, true },
	{ "fence: a zombie's rename", 2, begin_zombie, { fence_and_look_new, zombie_rename },
	  end_zombie_rename, ALL, false, true },
};
const int scenario_count = sizeof(scenarios) / sizeof(scenarios[0]);

