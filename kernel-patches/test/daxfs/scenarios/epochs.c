// SPDX-License-Identifier: GPL-2.0-only
/* What was given back is not used again while anybody may reach it. */
#include "scene.h"

static void cut_and_reuse(void)
{
	lib_truncate(&hosts[0], file, 0);
	make_room(0);
	take(0, unit);
	lib_write(&hosts[0], other, 2 * DAXFS_UNIT, pattern[1], DAXFS_UNIT);
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
	u64 end = size_of(other);

	if (end > 1 && !holds(other, 2 * DAXFS_UNIT, end, 'B'))
		return "a write reaches another file";
	return NULL;
}

/* The epoch moves on in steps. */
static void advance_0(void)
{
	lib_make_room(&hosts[0]);
}

static void advance_and_reuse(void)
{
	lib_make_room(&hosts[2]);
	take(2, unit);
	lib_write(&hosts[2], other, 2 * DAXFS_UNIT, pattern[1], DAXFS_UNIT);
}

static void cut_alone(void)
{
	lib_truncate(&hosts[0], file, 0);
	lib_make_room(&hosts[0]);
}

const struct scenario epochs_scenarios[] = {
	{
		.name = "epoch: cut and reuse against a read", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_full_page, .body = { cut_and_reuse, read_file },
	},
	{
		.name = "epoch: cut, advance and reuse against a read, three hosts", .hosts = 3, .depth = 1,
		.begin = begin_full_page, .body = { cut_alone, read_file, advance_and_reuse },
	},
	{
		.name = "epoch: cut and reuse against a write", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_full_page, .body = { cut_and_reuse, write_to_file }, .end = end_reuse,
	},
	{
		.name = "epoch: cut, advance and reuse against a write, three hosts", .hosts = 3, .depth = 1,
		.begin = begin_full_page, .body = { cut_alone, write_to_file, advance_and_reuse }, .end = end_reuse,
	},
	{
		.name = "epoch: two advance", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_full_page, .body = { advance_0, read_file },
	},
	{ .name = NULL },
};
