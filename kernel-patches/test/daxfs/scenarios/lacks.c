// SPDX-License-Identifier: GPL-2.0-only
/* Hosts that lack the space to complete what they begin or meet, beside others that have it. */
#include "scene.h"

/* What a host does not get to complete something. */
static enum { NOTHING, NODES, ALL } lacks[HOSTS];

u64 __real_daxfs_unit_alloc(struct daxfs *fs, enum daxfs_kind kind, u64 owner, u64 want, bool urgent,
			    u64 *first);

u64 __wrap_daxfs_unit_alloc(struct daxfs *fs, enum daxfs_kind kind, u64 owner, u64 want, bool urgent,
			    u64 *first)
{
	bool node = kind == DAXFS_KIND_NODE, page = kind == DAXFS_KIND_DATA;

	*first = 0;
	for (int i = 0; i < HOSTS; i++)
		if (urgent && fs == &hosts[i] && ((node && lacks[i]) || (page && lacks[i] == ALL)))
			return 0;
	return __real_daxfs_unit_alloc(fs, kind, owner, want, urgent, first);
}

static void append(int host, int what, u64 length)
{
	lacks[host] = what;
	result[host] = lib_append(&hosts[host], file, pattern[host], length, &number[host]);
	lacks[host] = NOTHING;
}

static void append_0(void)
{
	append(0, NOTHING, 1500);
}

static void append_short_0(void)
{
	append(0, ALL, 1500);
}

static void append_to_page_0(void)
{
	append(0, NODES, 1500);
}

static void append_1(void)
{
	append(1, NOTHING, 10);
}

static void append_short_1(void)
{
	append(1, ALL, 10);
}

static void punch_1(void)
{
	result[1] = lib_punch(&hosts[1], file, 100, 200);
}

/* What was registered comes; what was not is not there. */
static const char *end_sizes(u64 second)
{
	u64 size = 3000 + (result[0] == -ENOSPC ? 0 : 1500) + (result[1] == -ENOSPC ? 0 : second);

	lib_grow(survivor(), file, 0);
	return size_of(file) == size ? NULL : "an append that failed is there, or one that did not is lost";
}

static const char *end_short_0(void)
{
	return result[1] == 10 ? end_sizes(10) : "an append fails though there is space";
}

static const char *end_short_1(void)
{
	return result[0] == 1500 ? end_sizes(10) : "an append fails though there is space";
}

static const char *end_behind(void)
{
	if (result[1])
		return "a punch fails though there is space";
	return result[0] == -EIO ? "an append fails for the lack of another's change" : end_sizes(0);
}

/* Nothing is left of a file that goes while its last change waits for space. */
static void cut_and_close(void)
{
	lacks[0] = ALL;
	lib_truncate(&hosts[0], file, 2000);
	lib_close(&hosts[0], file);
	lacks[0] = NOTHING;
}

static void append_and_close(void)
{
	lacks[0] = ALL;
	lib_append(&hosts[0], file, pattern[0], 1500, &number[0]);
	lib_close(&hosts[0], file);
	lacks[0] = NOTHING;
}

static void remove_1(void)
{
	lacks[1] = ALL;
	lib_unlink(&hosts[1], lib_root(&hosts[1]), "file");
	lacks[1] = NOTHING;
}

const struct scenario lacks_scenarios[] = {
	{
		.name = "lack: an append, and another that has space", .hosts = 2, .depth = 1,
		.begin = begin_long, .body = { append_short_0, append_1 }, .end = end_short_0,
	},
	{
		.name = "lack: an append, and another that has none", .hosts = 2, .depth = 1,
		.begin = begin_long, .body = { append_0, append_short_1 }, .end = end_short_1,
	},
	{
		.name = "lack: an append, and a punch behind it", .hosts = 2, .depth = 2,
		.begin = begin_long, .body = { append_to_page_0, punch_1 }, .end = end_behind,
	},
	{
		.name = "lack: a truncate of a file that goes", .hosts = 2, .depth = 2,
		.begin = begin_long, .body = { cut_and_close, remove_1 },
	},
	{
		.name = "lack: an append to a file that goes", .hosts = 2, .depth = 2,
		.begin = begin_long, .body = { append_and_close, remove_1 },
	},
	{ .name = NULL },
};
