// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images that no host would write: an input is a list of changes (where, what) to a small
 * filesystem with a bit of everything. Then the validator, the check, and the calls; all
 * must come to an end without touching anything outside.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "lib.h"

#define BYTES	(LIB_UNITS << DAXFS_UNIT_SHIFT)

static u8 *region, *image;

static u64 now(void)
{
	return 1;
}

static void fill(void)
{
	struct daxfs fs;
	struct daxfs_inode *root, *dir, *inode;
	char name[8] = "f0";
	u64 pos;

	lib_format(region, LIB_UNITS);
	lib_mount(&fs, region, LIB_UNITS);
	root = lib_root(&fs);
	lib_create(&fs, root, "dir", LIB_DIR, &dir);
	for (int i = 0; i < 8; i++, name[1]++) {
		lib_create(&fs, i & 1 ? dir : root, name, LIB_FILE, &inode);
		lib_write(&fs, inode, i * 3000, region, 5000);
		lib_append(&fs, inode, region, 100, &pos);
		lib_truncate(&fs, inode, 7000);
		lib_set_xattr(&fs, inode, "user.a", region, 50, 0);
		lib_set_xattr(&fs, inode, "user.b", region, 60, 0);
		lib_close(&fs, inode);
	}
	lib_write(&fs, inode, 1ULL << 33, "x", 1);
	lib_close(&fs, dir);
	daxfs_release(&fs);
}

static void ignore(struct daxfs_checker *checker, enum daxfs_severity severity, const char *what,
		   u64 where)
{
	(void)checker;
	(void)severity;
	(void)what;
	(void)where;
}

static bool take(void *context, struct daxfs_name name, u64 ino, u8 type, u64 cookie)
{
	u32 *left = context;

	(void)ino;
	(void)type;
	(void)cookie;
	for (u32 i = 0; i < name.length; i++)
		*left += name.bytes[i] == '/';
	return --*left;
}

static void use(struct daxfs *fs)
{
	struct daxfs_inode *root = lib_root(fs), *inode;
	struct daxfs_call call;
	u64 cookie = 0, pos;
	u32 left = 50;
	u8 buffer[9000];

	lib_begin(fs, &call);
	daxfs_readdir(&call, root, &cookie, take, &left);
	daxfs_end(&call);
	if (!lib_open(fs, root, "f0", &inode)) {
		lib_read(fs, inode, 0, buffer, sizeof(buffer));
		lib_write(fs, inode, 100, buffer, sizeof(buffer));
		lib_append(fs, inode, buffer, 5000, &pos);
		lib_punch(fs, inode, 10, 5000);
		lib_truncate(fs, inode, 50);
		lib_get_xattr(fs, inode, "user.b", buffer, sizeof(buffer));
		lib_set_xattr(fs, inode, "user.b", buffer, 100, 0);
		lib_set_xattr(fs, inode, "user.a", NULL, 0, 0);
		lib_close(fs, inode);
	}
	lib_rename(fs, root, "f2", root, "f4", 0);
	if (!lib_open(fs, root, "dir", &inode)) {
		lib_rename(fs, root, "f6", inode, "f1", 0);
		lib_rename(fs, root, "dir", inode, "loop", 0);
		lib_close(fs, inode);
	}
	lib_unlink(fs, root, "f0");
	lib_create(fs, root, "new", LIB_FILE, &inode);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t bytes)
{
	struct daxfs_checker checker = { .found = ignore };
	struct daxfs_call call;
	const char *why;
	struct daxfs fs;

	if (!region) {
		/* What lies behind it may not be touched. */
		region = mmap(NULL, BYTES + (16 << 20), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		mprotect(region, BYTES, PROT_READ | PROT_WRITE);
		image = malloc(BYTES);
		fill();
		memcpy(image, region, BYTES);
	}
	memcpy(region, image, BYTES);
	for (; bytes >= 4; data += 4, bytes -= 4) {
		u32 where = (data[0] | data[1] << 8 | data[2] << 16) % BYTES;

		region[where] = data[3];
	}
	/* A sum that fits, or most inputs would say the same. */
	((struct daxfs_super *)region)->sum.raw = daxfs_sum(region, offsetof(struct daxfs_super, sum));
	if (daxfs_attach(&fs, region, BYTES, now, &why))
		return 0;
	daxfs_check(&checker, &fs);
	if (daxfs_claim(&fs, DAXFS_ANY_HOST, "fuzz"))
		return 0;
	use(&fs);
	if (daxfs_begin(&fs, &call, 0))
		return 0;
	checker.repair = true;
	checker.call = &call;
	daxfs_check(&checker, &fs);
	daxfs_end(&call);
	return 0;
}
