// SPDX-License-Identifier: GPL-2.0-only
/* Names: created, removed, renamed, opened. */
#include "scene.h"

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
	make_file("n", &file);
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
	make_file("n", &file);
	lib_close(&hosts[0], file);
}

static void begin_names(void)
{
	begin_name();
	make_file("m", &other);
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

/* A file and a directory, each of which becomes the other's name. */
static void begin_types(void)
{
	begin_dir();
	lib_create(&hosts[0], dir, "in", LIB_FILE, &file);
	lib_close(&hosts[0], file);
}

static void exchange_types(void)
{
	result[0] = lib_rename(&hosts[0], dir, "in", lib_root(&hosts[0]), "dir2", DAXFS_RENAME_EXCHANGE);
}

static void remove_inner(void)
{
	/* It may have become another inode's name. */
	do {
		result[1] = lib_unlink(&hosts[1], dir, "in");
	} while (result[1] == -ESTALE);
}

static const char *end_types(void)
{
	if (stopped(0) || stopped(1))
		return NULL;
	if (result[1])
		return "a name is not removed";
	return lib_unlink(survivor(), lib_root(survivor()), "dir") ? "an empty directory is not removed" : NULL;
}

/* Names enough for a shortcut, the last of which is yet to come. */
static char many[6][2];

static void begin_many(void)
{
	u64 last = 0;

	begin_dir();
	for (char letter = 'a'; letter <= 'z'; letter++) {
		u64 key = daxfs_key(&hosts[0], (struct daxfs_name){ (u8 *)&letter, 1 });

		if (key > last)
			many[5][0] = letter;
		last = key > last ? key : last;
	}
	for (int i = 0, letter = 'a'; i < 5; letter++) {
		if (letter == many[5][0])
			continue;
		many[i][0] = letter;
		lib_create(&hosts[0], dir, many[i++], LIB_FILE, &file);
		lib_close(&hosts[0], file);
	}
}

static void create_last(void)
{
	result[0] = lib_create(&hosts[0], dir, many[5], LIB_FILE, &file);
	if (!result[0])
		lib_close(&hosts[0], file);
}

static void remove_many(void)
{
	for (int i = 0; i < 6; i++)
		lib_unlink(&hosts[1], dir, many[i]);
	result[1] = lib_unlink(&hosts[1], lib_root(&hosts[1]), "dir");
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
	make_file("n", &file);
	lib_write(&hosts[0], file, 0, pattern[0], 100);
	unit = unit_of(file, 0);
	number[0] = daxfs_ino(&hosts[0], file);
	number[1] = file->gen.raw;
	lib_close(&hosts[0], file);
	make_file("other", &other);
}

static void unlink_and_reuse(void)
{
	lib_unlink(&hosts[0], lib_root(&hosts[0]), "n");
	make_room(0);
	take(0, unit);
	lib_write(&hosts[0], other, 0, pattern[1], DAXFS_UNIT);
}

static void read_open(struct daxfs_inode *inode)
{
	require(lib_read(&hosts[1], inode, 0, bytes, 200) == 100, "an open file has lost its size");
	for (int i = 0; i < 100; i++)
		require(bytes[i] == 'A', "an open file has lost its bytes");
	lib_close(&hosts[1], inode);
}

static void open_and_read(void)
{
	struct daxfs_inode *inode;

	if (!lib_open(&hosts[1], lib_root(&hosts[1]), "n", &inode))
		read_open(inode);
}

/* By a handle, as open_by_handle_at() does. */
static void open_number_and_read(void)
{
	struct daxfs_inode *inode;
	struct daxfs_call call;
	int err;

	lib_begin(&hosts[1], &call);
	err = daxfs_inode_open(&call, number[0], number[1], &inode);
	daxfs_end(&call);
	if (!err)
		read_open(inode);
}

const struct scenario names_scenarios[] = {
	{
		.name = "create, exclusive", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_file, .body = { create_0, create_1 }, .end = end_exclusive,
	},
	{
		.name = "create against unlink", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_name, .body = { unlink_0, create_1 },
	},
	{
		.name = "create against rmdir", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_dir, .body = { remove_dir, create_in_dir }, .end = end_rmdir,
	},
	{
		.name = "rename against rmdir", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_dir, .body = { remove_dir, rename_into_dir }, .end = end_rmdir,
	},
	{
		.name = "unlink, twice", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_name, .body = { unlink_0, unlink_1 }, .end = end_unlink,
	},
	{
		.name = "rename: not neither", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_name, .body = { rename_0, look_for_both }, .end = end_one_name,
	},
	{
		.name = "rename: not both", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_name, .body = { rename_0, look_for_one }, .end = end_one_name,
	},
	{
		.name = "rename that replaces", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_names, .body = { rename_0, look_for_target }, .end = end_one_name,
	},
	{
		.name = "rename there and back", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_names, .body = { rename_0, rename_back }, .end = end_one_name,
	},
	{
		.name = "rename against exchange", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_names, .body = { rename_0, exchange_1 }, .end = end_one_name,
	},
	{
		.name = "rename, three hosts", .hosts = 3, .depth = 1,
		.begin = begin_names, .body = { rename_0, rename_back, rename_third },
	},
	{
		.name = "rename against unlink of its target", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_names, .body = { rename_0, unlink_target }, .end = end_rename_unlink,
	},
	{
		.name = "rename of directories into each other", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_dir, .body = { move_0, move_1 }, .end = end_moves,
	},
	{
		.name = "exchange of a file and a directory against rmdir", .hosts = 2, .depth = 2,
		.stops = 1, .begin = begin_types, .body = { exchange_types, remove_inner },
		.end = end_types,
	},
	{
		.name = "shortcut against rmdir", .hosts = 2, .depth = 1,
		.begin = begin_many, .body = { create_last, remove_many },
	},
	{
		.name = "open by number against unlink and reuse", .hosts = 2, .depth = 2,
		.begin = begin_open, .body = { unlink_and_reuse, open_number_and_read },
	},
	{
		.name = "open against unlink and reuse", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_open, .body = { unlink_and_reuse, open_and_read },
	},
	{ .name = NULL },
};
