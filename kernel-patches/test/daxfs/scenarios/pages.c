// SPDX-License-Identifier: GPL-2.0-only
/* Pages that are published, allocated and written, and the size that grows with them. */
#include "scene.h"

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
	u64 end = size_of(file);

	if (!stopped(0) && !holds(file, 0, 100, 'A'))
		return "an acknowledged write is lost";
	if (!stopped(1) && (end < 200 || !holds(file, 100, 200, 'B')))
		return "an acknowledged write is lost";
	return NULL;
}

static const char *end_publish_three(void)
{
	if (!stopped(2) && (size_of(file) < 300 || !holds(file, 200, 300, 'C')))
		return "an acknowledged write is lost";
	return end_publish();
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
	if (!stopped(0) && size_of(file) != 2 * DAXFS_UNIT + 10)
		return "the file is shorter than what was written";
	if (!stopped(1) && (size_of(file) < DAXFS_UNIT + 10 || !holds(file, DAXFS_UNIT, DAXFS_UNIT + 10, 'B')))
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

const struct scenario pages_scenarios[] = {
	{
		.name = "publish", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_file, .body = { write_front, write_back }, .end = end_publish,
	},
	{
		.name = "publish, three hosts", .hosts = 3, .depth = 1,
		.begin = begin_file, .body = { write_front, write_back, write_third }, .end = end_publish_three,
	},
	{
		.name = "allocate", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_two, .body = { grow_file, grow_other }, .end = end_two,
	},
	{
		.name = "size: two writes behind the end", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_file, .body = { write_far, write_near }, .end = end_sizes,
	},
	{
		.name = "size: a read of a write behind the end", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_long, .body = { read_end, write_behind },
	},
	{ .name = NULL },
};
