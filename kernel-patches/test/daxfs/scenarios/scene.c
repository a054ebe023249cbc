// SPDX-License-Identifier: GPL-2.0-only
#include "scene.h"

struct daxfs_inode *file, *other, *dir, *dir2;
u64 number[HOSTS], unit;
u8 bytes[3 * DAXFS_UNIT], pattern[HOSTS][2 * DAXFS_UNIT];

static void patterns(void)
{
	for (int i = 0; i < HOSTS; i++)
		memset(pattern[i], 'A' + i, sizeof(pattern[i]));
}

void make_file(const char *name, struct daxfs_inode **inode)
{
	patterns();
	lib_create(&hosts[0], lib_root(&hosts[0]), name, LIB_FILE, inode);
}

bool holds(struct daxfs_inode *inode, u64 from, u64 to, u8 value)
{
	static u8 read[3 * DAXFS_UNIT];

	if (lib_read(survivor(), inode, from, read, to - from) != (s64)(to - from))
		return false;
	for (u64 i = 0; i < to - from; i++)
		if (read[i] != value)
			return false;
	return true;
}

u64 size_of(struct daxfs_inode *inode)
{
	return daxfs_size(inode, survivor());
}

void begin_file(void)
{
	make_file("file", &file);
}

void begin_two(void)
{
	make_file("file", &file);
	make_file("other", &other);
	hosts[1].hint = hosts[0].hint;
}

void begin_full_page(void)
{
	begin_two();
	lib_write(&hosts[0], file, 0, pattern[0], DAXFS_UNIT);
	lib_write(&hosts[0], other, 0, pattern[2], 1);
	hosts[0].slab[DAXFS_KIND_CELLS].raw = 0;
	unit = unit_of(file, 0);
}

u64 unit_of(struct daxfs_inode *inode, u64 page)
{
	struct daxfs_call call;
	u64 found;

	lib_begin(&hosts[0], &call);
	daxfs_page(&call, inode, page, false, &found);
	daxfs_end(&call);
	return found;
}

void take(int host, u64 which)
{
	daxfs_init(&hosts[host].hint, which);
}

void make_room(int host)
{
	lib_make_room(&hosts[host]);
	lib_make_room(&hosts[host]);
}

void begin_long(void)
{
	make_file("file", &file);
	lib_write(&hosts[0], file, 0, pattern[0], 3000);
}

void write_in_place(void)
{
	lib_write(&hosts[1], file, 10, pattern[1], 100);
}

void write_behind(void)
{
	lib_write(&hosts[1], file, 3000, pattern[1], 2000);
}
