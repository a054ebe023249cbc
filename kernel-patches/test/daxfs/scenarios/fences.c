// SPDX-License-Identifier: GPL-2.0-only
/* A host that is declared dead while it works, and goes on later; and claims. */
#include "scene.h"

static struct daxfs late[2];

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
	if (size_of(other) != 2 * DAXFS_UNIT)
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
	require(size_of(file) == 50, "a zombie makes a file longer");
}

static const char *end_zombie_size(void)
{
	return size_of(file) == 50 ? NULL : "a zombie makes a file longer";
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

const struct scenario fences_scenarios[] = {
	{
		.name = "claim", .hosts = 2, .depth = 2,
		.begin = begin_file, .body = { claim_0, claim_1 }, .end = end_claim,
	},
	{
		.name = "fence: a zombie's stores", .hosts = 2, .depth = 2, .fences = true,
		.begin = begin_zombie, .body = { fence_and_reuse, zombie_write }, .end = end_zombie,
	},
	{
		.name = "fence: a zombie's size", .hosts = 2, .depth = 2, .fences = true,
		.begin = begin_zombie, .body = { fence_and_cut, zombie_extend }, .end = end_zombie_size,
	},
	{
		.name = "fence: a zombie's page", .hosts = 2, .depth = 2, .fences = true,
		.begin = begin_zombie, .body = { fence_and_publish, zombie_extend }, .end = end_zombie_publish,
	},
	{
		.name = "fence: a zombie's unlink", .hosts = 2, .depth = 2, .fences = true,
		.begin = begin_zombie, .body = { fence_and_look, zombie_unlink }, .end = end_zombie_unlink,
	},
	{
		.name = "fence: a zombie's create", .hosts = 2, .depth = 2, .fences = true,
		.begin = begin_zombie, .body = { fence_and_look_new, zombie_create }, .end = end_zombie_create,
	},
	{
		.name = "fence: a zombie's rename", .hosts = 2, .depth = 2, .fences = true,
		.begin = begin_zombie, .body = { fence_and_look_new, zombie_rename }, .end = end_zombie_rename,
	},
	{ .name = NULL },
};
