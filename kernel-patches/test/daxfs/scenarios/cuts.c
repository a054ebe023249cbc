// SPDX-License-Identifier: GPL-2.0-only
/* Truncate and punch against what others read and write. */
#include "scene.h"

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
	u64 end = size_of(file);

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

static const char *end_cut_place(void)
{
	if (!stopped(1) && !holds(file, 10, 110, 'B'))
		return "an acknowledged write is lost";
	if (!stopped(0) && size_of(file) != 2000)
		return "the truncate is lost";
	return NULL;
}

/* Punch against a write to another page of the same node. */
static void begin_pages(void)
{
	make_file("file", &file);
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
	if (!stopped(1) && (size_of(file) != 12000 || !holds(file, 6000, 12000, 'B')))
		return "an acknowledged write is lost";
	return NULL;
}

/* The same against a page that is not there yet. */
static void begin_hole(void)
{
	make_file("file", &file);
	lib_write(&hosts[0], file, 0, pattern[0], DAXFS_UNIT);
	lib_truncate(&hosts[0], file, 2 * DAXFS_UNIT);
}

static void punch_within(void)
{
	lib_punch(&hosts[0], file, 0, 1000);
}

static void write_to_hole(void)
{
	lib_write(&hosts[1], file, DAXFS_UNIT, pattern[1], 100);
}

static const char *end_hole(void)
{
	if (!stopped(1) && !holds(file, DAXFS_UNIT, DAXFS_UNIT + 100, 'B'))
		return "an acknowledged write is lost";
	return stopped(0) || holds(file, 0, 1000, 0) ? NULL : "a punch is lost";
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

/*
 * A write stores into a page that a change is about to replace, and will do itself again.
 * A read that went on with that page would show bytes that the next read does not.
 */
static struct daxfs_call write_call;
static struct daxfs_run write_run;

static void cut_behind(void)
{
	lib_truncate(&hosts[0], file, 2000);
}

static void append_behind(void)
{
	lib_append(&hosts[0], file, pattern[0], 100, &number[0]);
}

static void store_and_pause(void)
{
	lib_begin(&hosts[1], &write_call);
	result[1] = daxfs_write_begin(&write_call, file, 10, 100, &write_run);
	if (result[1] > 0)
		daxfs_copy(write_run.at, pattern[1], result[1]);
}

static void read_twice(void)
{
	u8 first[100], second[100];

	lib_read(&hosts[2], file, 10, first, sizeof(first));
	lib_read(&hosts[2], file, 10, second, sizeof(second));
	require(first[0] == second[0] || second[0] == 'B', "a read shows bytes that the next does not");
}

static const char *end_twice(void)
{
	if (result[1] > 0)
		result[1] = daxfs_write_end(&write_call, &write_run, result[1]);
	daxfs_end(&write_call);
	return NULL;
}

/* A file with bytes behind its end, as a mapping leaves them, grows; another host writes there. */
static void begin_scribbled(void)
{
	struct daxfs_call call;
	struct daxfs_run run;

	begin_long();
	lib_begin(&hosts[0], &call);
	daxfs_write_begin(&call, file, 3000, 500, &run);
	daxfs_copy(run.at, pattern[2], 500);
	daxfs_end(&call);
}

static void grow(void)
{
	lib_grow(&hosts[0], file, 5000);
}

static void write_to_end(void)
{
	lib_write(&hosts[1], file, 3000, pattern[1], 100);
}

static const char *end_grown(void)
{
	if (!holds(file, 0, 3000, 'A') || (!stopped(1) && !holds(file, 3000, 3100, 'B')))
		return "an acknowledged write is lost";
	if (!stopped(0) && size_of(file) != 5000)
		return "a growth is lost";
	if (stopped(0) || stopped(1) || holds(file, 3100, 5000, 0))
		return NULL;
	return "bytes behind the end are in the file";
}

/* Pages behind the end are let go of; another host makes one of them a part of the file. */
static void begin_reserved(void)
{
	struct daxfs_call call;
	u64 unit;

	begin_long();
	lib_begin(&hosts[0], &call);
	daxfs_pages_make(&call, file, 1, 2, &unit);
	daxfs_end(&call);
}

static void drop_behind(void)
{
	lib_punch_behind(&hosts[0], file, 0, 3 * DAXFS_UNIT);
}

static void write_reserved(void)
{
	lib_write(&hosts[1], file, DAXFS_UNIT, pattern[1], 500);
}

static const char *end_reserved(void)
{
	if (!holds(file, 0, 3000, 'A') || (!stopped(1) && !holds(file, DAXFS_UNIT, DAXFS_UNIT + 500, 'B')))
		return "an acknowledged write is lost";
	if (!stopped(0) && !stopped(1) && daxfs_load(&file->pages) != 2)
		return "a page behind the end stays";
	return NULL;
}

/* What a call on one host did is there for a call that begins later on another. */
static void cut_and_tell(void)
{
	lib_truncate(&hosts[0], file, 0);
	lib_write(&hosts[0], file, 0, pattern[2], DAXFS_UNIT);
	result[0] = 1;
}

static void read_again(void)
{
	int told;

	lib_read(&hosts[1], file, 0, bytes, 100);
	told = result[0];
	lib_read(&hosts[1], file, 0, bytes, 100);
	require(!told || bytes[0] == 'C', "a read does not see what another host's call did before");
}

const struct scenario cuts_scenarios[] = {
	{
		.name = "truncate against a write over the end", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_long, .body = { cut_short, write_over_end }, .end = end_cut_write,
	},
	{
		.name = "truncate against a write in place", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_long, .body = { cut_short, write_in_place }, .end = end_cut_place,
	},
	{
		.name = "truncate and write against a read", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_pages, .body = { cut_and_write, read_two },
	},
	{
		.name = "truncate against a write and reads, three hosts", .hosts = 3, .depth = 1,
		.begin = begin_long, .body = { cut_behind, store_and_pause, read_twice },
		.end = end_twice,
	},
	{
		.name = "append against a write and reads, three hosts", .hosts = 3, .depth = 2,
		.begin = begin_long, .body = { append_behind, store_and_pause, read_twice },
		.end = end_twice,
	},
	{
		.name = "truncate and write against a read that comes later", .hosts = 2, .depth = 2,
		.begin = begin_pages, .body = { cut_and_tell, read_again },
	},
	{
		.name = "growth against a write behind the end", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_scribbled, .body = { grow, write_to_end }, .end = end_grown,
	},
	{
		.name = "punch behind the end against a write there", .hosts = 2, .depth = 2,
		.stops = 1, .begin = begin_reserved, .body = { drop_behind, write_reserved },
		.end = end_reserved,
	},
	{
		.name = "punch against a write to a hole", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_hole, .body = { punch_within, write_to_hole }, .end = end_hole,
	},
	{
		.name = "punch against a write", .hosts = 2, .depth = 1, .stops = 1,
		.begin = begin_pages, .body = { punch_first, write_last }, .end = end_punch,
	},
	{ .name = NULL },
};
