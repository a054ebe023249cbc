// SPDX-License-Identifier: GPL-2.0-only
/* Extended attributes: set by two hosts, read meanwhile, and of inodes that go. */
#include "scene.h"

static void begin_attribute(void)
{
	begin_file();
	lib_set_xattr(&hosts[0], file, "user.a", pattern[0], 40, 0);
}

static void set_a(void)
{
	result[0] = lib_set_xattr(&hosts[0], file, "user.a", pattern[1], 30, 0);
}

static void set_b(void)
{
	result[1] = lib_set_xattr(&hosts[1], file, "user.b", pattern[2], 20, 0);
}

static bool has(const char *name, u8 value, s64 size)
{
	u8 got[64];

	if (lib_get_xattr(survivor(), file, name, got, sizeof(got)) != size)
		return false;
	for (s64 i = 0; i < size; i++)
		if (got[i] != value)
			return false;
	return true;
}

static const char *end_set(void)
{
	if ((!stopped(0) && (result[0] || !has("user.a", 'B', 30))) ||
	    (!stopped(1) && (result[1] || !has("user.b", 'C', 20))))
		return "an attribute that was set is lost";
	return has("user.a", 'A', 40) || has("user.a", 'B', 30) ? NULL : "an attribute is lost";
}

/* Until what the attribute lay in is another file's. */
static void replace_and_reuse(void)
{
	u64 was = file->xattr.raw;

	lib_set_xattr(&hosts[0], file, "user.a", pattern[1], 40, 0);
	make_room(0);
	take(0, was);
	lib_create(&hosts[0], lib_root(&hosts[0]), "other", LIB_FILE, &other);
	lib_write(&hosts[0], other, 0, pattern[2], DAXFS_UNIT);
}

static void read_attribute(void)
{
	u8 got[64];

	require(lib_get_xattr(&hosts[1], file, "user.a", got, sizeof(got)) == 40, "an attribute is not there");
	for (u32 i = 0; i < 40; i++)
		require(got[i] == got[0] && (got[0] == 'A' || got[0] == 'B'),
			"an attribute is of no instant");
}

static void begin_unlinked(void)
{
	begin_attribute();
	lib_unlink(&hosts[0], lib_root(&hosts[0]), "file");
}

static void close_file(void)
{
	lib_close(&hosts[0], file);
}

static void begin_zombie(void)
{
	begin_file();
	lib_open(&hosts[1], lib_root(&hosts[1]), "file", &file);
	lib_close(&hosts[0], file);
}

static void fence_and_reuse(void)
{
	struct daxfs_call call;

	lib_begin(&hosts[0], &call);
	daxfs_fence_host(&call, hosts[1].host, hosts[1].incarnation << 8 | DAXFS_HOST_LIVE);
	daxfs_end(&call);
	lib_unlink(&hosts[0], lib_root(&hosts[0]), "file");
	make_room(0);
	lib_create(&hosts[0], lib_root(&hosts[0]), "file", LIB_FILE, &dir2);
	lib_close(&hosts[0], dir2);
}

static const char *end_zombie(void)
{
	return stopped(0) || !dir2->xattr.raw ? NULL : "a zombie gives another file an attribute";
}

const struct scenario attributes_scenarios[] = {
	{
		.name = "attributes: two hosts set", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_attribute, .body = { set_a, set_b }, .end = end_set,
	},
	{
		.name = "attributes: set and reused against a read", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_attribute, .body = { replace_and_reuse, read_attribute },
	},
	{
		.name = "attributes: set against the last close", .hosts = 2, .depth = 2, .stops = 1,
		.begin = begin_unlinked, .body = { close_file, set_b },
	},
	{
		.name = "fence: a zombie's attribute, of another file", .hosts = 2, .depth = 2,
		.fences = true, .begin = begin_zombie, .body = { fence_and_reuse, set_b },
		.end = end_zombie,
	},
	{ .name = NULL },
};
