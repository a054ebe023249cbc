// SPDX-License-Identifier: GPL-2.0-only
/* Appends against each other and against all else. */
#include "scene.h"

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
	if (result[host] != (int)length || number[host] + length > size_of(file))
		return "an append failed";
	return holds(file, number[host], number[host] + length, 'A' + host) ? NULL :
									   "an append is not whole";
}

static const char *end_append(void)
{
	const char *finding = check_append(0, 1500);

	if (!finding)
		finding = check_append(1, 4000);
	if (!finding && !stopped(0) && !stopped(1) && size_of(file) != 5500)
		finding = "appends overlap";
	return finding;
}

static const char *end_append_three(void)
{
	const char *finding = end_append();

	if (size_of(file) == 5510)
		finding = NULL;
	if (!finding)
		finding = check_append(2, 10);
	return finding;
}

static void begin_append_page(void)
{
	make_file("file", &file);
	lib_write(&hosts[0], file, 0, pattern[2], 3000);
}

/* Both within one page. */
static void append_few_0(void)
{
	lib_append(&hosts[0], file, pattern[0], 20, &number[0]);
}

static void append_few_1(void)
{
	lib_append(&hosts[1], file, pattern[1], 10, &number[1]);
}

static const char *end_append_few(void)
{
	if (stopped(0) || stopped(1))
		return holds(file, 0, 3000, 'C') ? NULL : "bytes before the end are lost";
	if (size_of(file) != 3030 || !holds(file, number[0], number[0] + 20, 'A') ||
	    !holds(file, number[1], number[1] + 10, 'B'))
		return "an append is not whole";
	return holds(file, 0, 3000, 'C') ? NULL : "bytes before the end are lost";
}

static const char *end_append_place(void)
{
	if (!stopped(1) && !holds(file, 10, 110, 'B'))
		return "an acknowledged write is lost";
	if (!stopped(0) && (size_of(file) != 4500 || !holds(file, 3000, 4500, 'A')))
		return "an append is not whole";
	return NULL;
}

static const char *end_append_behind(void)
{
	if (!holds(file, 0, 3000, 'C'))
		return "bytes before the end are lost";
	if (stopped(0) || stopped(1))
		return NULL;
	/* The append comes before the write, between its two runs, or behind it. */
	if (size_of(file) < 5000 || !holds(file, 3000, 5000, 'B'))
		return "an acknowledged write is lost";
	if (number[0] == 3000)
		return size_of(file) == 5000 ? NULL : "the file is longer than what was written";
	return size_of(file) == number[0] + 1500 && holds(file, 5000, number[0] + 1500, 'A') ?
	       NULL : "an append is not whole";
}

static void cut_to_100(void)
{
	lib_truncate(&hosts[1], file, 100);
}

static const char *end_append_cut(void)
{
	if (stopped(0) || stopped(1))
		return NULL;
	if (size_of(file) == 100)
		return holds(file, 0, 100, 'C') ? NULL : "bytes before the cut are lost";
	if (size_of(file) != 1600 || !holds(file, 100, 1600, 'A'))
		return "neither truncate and append, nor append and truncate";
	return NULL;
}

const struct scenario appends_scenarios[] = {
	{
		.name = "append", .hosts = 2, .depth = 1, .stops = 1,
		.begin = begin_file, .body = { append_0, append_1 }, .end = end_append,
	},
	{
		.name = "append to one page", .hosts = 2, .depth = 1, .stops = 1,
		.begin = begin_append_page, .body = { append_few_0, append_few_1 },
		.end = end_append_few,
	},
	{
		.name = "append, three hosts", .hosts = 3, .depth = 1,
		.begin = begin_file, .body = { append_0, append_1, append_2 }, .end = end_append_three,
	},
	{
		.name = "append against a write in place", .hosts = 2, .depth = 2, .stops = 2,
		.begin = begin_append_page, .body = { append_0, write_in_place }, .end = end_append_place,
	},
	{
		.name = "append against a write behind the end", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_append_page, .body = { append_0, write_behind }, .end = end_append_behind,
	},
	{
		.name = "append against truncate", .hosts = 2, .depth = 1, .stops = 1,
		.begin = begin_append_page, .body = { append_0, cut_to_100 }, .end = end_append_cut,
	},
	{ .name = NULL },
};
