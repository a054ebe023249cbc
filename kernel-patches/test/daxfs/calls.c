// SPDX-License-Identifier: GPL-2.0-only
/* What each call gives on one host and on two that take turns; the check finds nothing after each. */
#include <stdio.h>
#include <stdlib.h>

#include "lib.h"

#define UNITS	8192ULL

static void *region;
static struct daxfs one, two;
static const char *failed;

#define EXPECT(condition) do {						\
	if (!(condition) && !failed) {					\
		fprintf(stderr, "line %d: %s\n", __LINE__, #condition);	\
		failed = #condition;					\
	}								\
} while (0)

static u8 byte_at(u64 pos, u32 seed)
{
	return (pos * 2654435761u >> 9) + seed;
}

static void fill(u8 *to, u64 pos, u64 bytes, u32 seed)
{
	for (u64 i = 0; i < bytes; i++)
		to[i] = byte_at(pos + i, seed);
}

static u8 buffer[4 << 20], other[4 << 20];

static void test_create(void)
{
	struct daxfs_inode *root = lib_root(&one), *inode, *again;
	u64 ino;

	EXPECT(lib_lookup(&two, root, "a", &ino) == -ENOENT);
	EXPECT(lib_create(&one, root, "a", LIB_FILE, &inode) == 0);
	EXPECT(lib_lookup(&two, root, "a", &ino) == 0 && ino == daxfs_ino(&one, inode));
	EXPECT(lib_create(&two, root, "a", LIB_FILE, &again) == -EEXIST);
	lib_close(&one, inode);
	EXPECT(lib_unlink(&two, root, "a") == 0);
	EXPECT(lib_lookup(&one, root, "a", &ino) == -ENOENT);
	EXPECT(lib_unlink(&one, root, "a") == -ENOENT);
}

static void test_write(void)
{
	struct daxfs_inode *inode;
	static const u64 at[] = { 0, 1, 4095, 4096, 10000, (2 << 20) - 5, 3 << 20 };

	EXPECT(lib_create(&one, lib_root(&one), "w", LIB_FILE, &inode) == 0);
	for (u32 i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		fill(buffer, at[i], 300000, i);
		EXPECT(lib_write(&one, inode, at[i], buffer, 300000) == 300000);
		EXPECT(lib_read(&two, inode, at[i], other, 300000) == 300000);
		EXPECT(!memcmp(buffer, other, 300000));
	}
	EXPECT(daxfs_size(inode, &two) == (3 << 20) + 300000);
	EXPECT(lib_read(&two, inode, (2 << 20) + 400000, other, 4096) == 4096);
	for (u32 i = 0; i < 4096; i++)
		EXPECT(!other[i]);
	EXPECT(lib_read(&two, inode, 5 << 20, other, 10) == 0);
	lib_close(&one, inode);
	EXPECT(lib_unlink(&one, lib_root(&one), "w") == 0);
}

/* A caller whose memory is not there stores nothing of what it asked for. */
static void test_write_nothing(void)
{
	struct daxfs_inode *inode;
	struct daxfs_call call;
	struct daxfs_run run;

	EXPECT(lib_create(&one, lib_root(&one), "w", LIB_FILE, &inode) == 0);
	lib_begin(&one, &call);
	EXPECT(daxfs_write_begin(&call, inode, 100, 5000, &run) == 5000);
	EXPECT(daxfs_write_end(&call, &run, 0) == -EAGAIN);
	daxfs_end(&call);
	EXPECT(!daxfs_size(inode, &one));
	lib_close(&one, inode);
	EXPECT(lib_unlink(&one, lib_root(&one), "w") == 0);
}

/* Large steps lie in chunks, small ones go on behind them, and no two files share one. */
static void test_chunks(void)
{
	struct daxfs_inode *inode, *small;
	struct daxfs_call call;
	u64 first, second;

	EXPECT(lib_create(&one, lib_root(&one), "large", LIB_FILE, &inode) == 0);
	EXPECT(lib_create(&two, lib_root(&two), "small", LIB_FILE, &small) == 0);
	for (u64 at = 0; at < 4 << 20; at += 1 << 20) {
		EXPECT(lib_write(&one, inode, at, buffer, 1 << 20) == 1 << 20);
		EXPECT(lib_write(&two, small, at, buffer, 5000) == 5000);
	}
	lib_begin(&two, &call);
	EXPECT(daxfs_chunk(&call, inode, 0, false, &first) == 0 && first % DAXFS_FANOUT == 0);
	EXPECT(daxfs_chunk(&call, inode, DAXFS_FANOUT, true, &second) == 0 && first != second);
	EXPECT(daxfs_chunk(&call, inode, 2 * DAXFS_FANOUT, true, &second) == -ERANGE);
	EXPECT(daxfs_chunk(&call, small, 0, true, &second) == -ERANGE);
	daxfs_end(&call);
	EXPECT(lib_punch(&one, inode, 5000, 5001) == 0);
	EXPECT(lib_truncate(&one, small, 0) == 0 && lib_truncate(&one, small, 4 << 20) == 0);
	lib_begin(&two, &call);
	EXPECT(daxfs_chunk(&call, inode, 0, true, &first) == -ERANGE);
	EXPECT(daxfs_chunk(&call, small, DAXFS_FANOUT, false, &first) == -ERANGE);
	EXPECT(daxfs_chunk(&call, small, DAXFS_FANOUT, true, &first) == 0 && first % DAXFS_FANOUT == 0);
	daxfs_end(&call);
	EXPECT(lib_read(&one, small, 0, other, 4 << 20) == 4 << 20);
	for (u32 i = 0; i < 4 << 20; i++)
		EXPECT(!other[i]);
	lib_close(&one, inode);
	lib_close(&two, small);
	EXPECT(lib_unlink(&one, lib_root(&one), "large") == 0);
	EXPECT(lib_unlink(&one, lib_root(&one), "small") == 0);
}

static void test_far(void)
{
	struct daxfs_inode *inode;
	static const u64 at[] = { 0, 1ULL << 21, 1ULL << 30, 1ULL << 39, (1ULL << 44) - 7 };

	EXPECT(lib_create(&one, lib_root(&one), "far", LIB_FILE, &inode) == 0);
	for (u32 i = 0; i < 5; i++)
		EXPECT(lib_write(&one, inode, at[i], "abcdefg", 7) == 7);
	EXPECT(lib_write(&one, inode, 1ULL << 44, "x", 1) == -EFBIG);
	for (u32 i = 0; i < 5; i++)
		EXPECT(lib_read(&two, inode, at[i], other, 7) == 7 && !memcmp(other, "abcdefg", 7));
	EXPECT(lib_truncate(&two, inode, (1ULL << 30) + 3) == 0);
	EXPECT(lib_read(&one, inode, 1ULL << 30, other, 7) == 3 && !memcmp(other, "abc", 3));
	EXPECT(lib_truncate(&two, inode, 1ULL << 44) == 0);
	EXPECT(lib_read(&one, inode, (1ULL << 44) - 7, other, 9) == 7 && !other[0] && !other[6]);
	lib_close(&one, inode);
	EXPECT(lib_unlink(&one, lib_root(&one), "far") == 0);
}

static void test_truncate(void)
{
	struct daxfs_inode *inode;

	fill(buffer, 0, 3 << 20, 5);
	EXPECT(lib_create(&one, lib_root(&one), "t", LIB_FILE, &inode) == 0);
	EXPECT(lib_write(&one, inode, 0, buffer, 3 << 20) == 3 << 20);
	EXPECT(lib_truncate(&two, inode, 6000) == 0);
	EXPECT(daxfs_size(inode, &one) == 6000);
	EXPECT(lib_truncate(&one, inode, 9000) == 0);
	EXPECT(lib_read(&two, inode, 0, other, 10000) == 9000);
	EXPECT(!memcmp(other, buffer, 6000));
	for (u32 i = 6000; i < 9000; i++)
		EXPECT(!other[i]);
	EXPECT(lib_truncate(&two, inode, 0) == 0);
	EXPECT(lib_read(&one, inode, 0, other, 10) == 0);
	EXPECT(lib_write(&one, inode, 100, buffer, 50) == 50);
	EXPECT(lib_read(&one, inode, 0, other, 200) == 150 && !other[0] && !memcmp(other + 100, buffer, 50));
	lib_close(&one, inode);
	EXPECT(lib_unlink(&one, lib_root(&one), "t") == 0);
}

/* As a mapping does, which reaches the whole page that the file ends in. */
static void store_behind(struct daxfs_inode *inode, u64 end)
{
	struct daxfs_call call;
	struct daxfs_run run;

	lib_begin(&one, &call);
	EXPECT(daxfs_read_begin(&call, inode, end - 1, 1, &run) == 1);
	memset((u8 *)run.at + 1, 'm', DAXFS_UNIT - end % DAXFS_UNIT);
	daxfs_end(&call);
}

static void test_grow(void)
{
	struct daxfs_inode *inode;
	struct daxfs_call call;
	struct daxfs_run run;

	EXPECT(lib_create(&one, lib_root(&one), "g", LIB_FILE, &inode) == 0);
	EXPECT(lib_write(&one, inode, 0, buffer, 100) == 100);
	store_behind(inode, 100);
	EXPECT(lib_grow(&two, inode, 90) == 0 && daxfs_size(inode, &one) == 100);
	lib_begin(&one, &call);
	EXPECT(daxfs_write_begin(&call, inode, 150, 10, &run) == 10 && daxfs_run_leaves_gap(&run));
	daxfs_write_end(&call, &run, 0);
	daxfs_end(&call);
	EXPECT(lib_grow(&two, inode, 150) == 0 && daxfs_size(inode, &one) == 150);
	store_behind(inode, 150);
	EXPECT(lib_truncate(&one, inode, 10000) == 0);
	EXPECT(lib_read(&two, inode, 0, other, 10000) == 10000 && !memcmp(other, buffer, 100));
	for (u32 i = 100; i < 10000; i++)
		EXPECT(!other[i]);
	lib_begin(&one, &call);
	EXPECT(daxfs_write_begin(&call, inode, 10000, 10, &run) == 10 && !daxfs_run_leaves_gap(&run));
	daxfs_write_end(&call, &run, 0);
	daxfs_end(&call);
	lib_close(&one, inode);
	EXPECT(lib_unlink(&one, lib_root(&one), "g") == 0);
}

static void test_punch(void)
{
	struct daxfs_inode *inode;
	static const struct { u64 from, to; } holes[] = {
		{ 100, 200 }, { 4000, 9000 }, { 8192, 12288 }, { 1 << 20, (2 << 20) + 100 }, { 0, 1 },
	};

	fill(buffer, 0, 3 << 20, 9);
	EXPECT(lib_create(&one, lib_root(&one), "p", LIB_FILE, &inode) == 0);
	EXPECT(lib_write(&one, inode, 0, buffer, 3 << 20) == 3 << 20);
	for (u32 i = 0; i < 5; i++) {
		EXPECT(lib_punch(&two, inode, holes[i].from, holes[i].to) == 0);
		memset(buffer + holes[i].from, 0, holes[i].to - holes[i].from);
		EXPECT(lib_read(&one, inode, 0, other, 3 << 20) == 3 << 20);
		EXPECT(!memcmp(other, buffer, 3 << 20));
	}
	lib_close(&one, inode);
	EXPECT(lib_unlink(&one, lib_root(&one), "p") == 0);
}

static void test_append(void)
{
	static const u32 sizes[] = { 1, 100, 4096, 3999, 5000, 70000, 1 << 20 };
	struct daxfs_inode *inode;
	u64 at = 0, pos;

	EXPECT(lib_create(&one, lib_root(&one), "log", LIB_FILE, &inode) == 0);
	for (u32 i = 0; i < 7; i++) {
		fill(buffer, at, sizes[i], i);
		EXPECT(lib_append(i & 1 ? &one : &two, inode, buffer, sizes[i], &pos) == sizes[i]);
		EXPECT(pos == at && daxfs_size(inode, &one) == at + sizes[i]);
		at += sizes[i];
	}
	EXPECT(lib_read(&one, inode, 0, other, at) == (s64)at);
	for (u64 i = 0, base = 0; i < 7; base += sizes[i++])
		for (u64 j = 0; j < sizes[i]; j++)
			EXPECT(other[base + j] == byte_at(base + j, i));
	lib_close(&one, inode);
	EXPECT(lib_unlink(&one, lib_root(&one), "log") == 0);
}

static void test_open_unlinked(void)
{
	struct daxfs_inode *inode, *same;

	EXPECT(lib_create(&one, lib_root(&one), "u", LIB_FILE, &inode) == 0);
	EXPECT(lib_write(&one, inode, 0, "kept", 4) == 4);
	EXPECT(lib_open(&two, lib_root(&two), "u", &same) == 0 && same == inode);
	EXPECT(lib_unlink(&one, lib_root(&one), "u") == 0);
	lib_close(&one, inode);
	EXPECT(lib_read(&two, same, 0, other, 10) == 4 && !memcmp(other, "kept", 4));
	lib_close(&two, same);
	EXPECT(!daxfs_in_use(daxfs_load(&inode->state), DAXFS_KIND_INODES));
}

static void test_rename(void)
{
	struct daxfs_inode *root = lib_root(&one), *a, *b, *dir, *sub;
	u64 ino;

	EXPECT(lib_create(&one, root, "a", LIB_FILE, &a) == 0);
	EXPECT(lib_create(&one, root, "b", LIB_FILE, &b) == 0);
	EXPECT(lib_create(&one, root, "d", LIB_DIR, &dir) == 0);
	EXPECT(lib_create(&one, dir, "s", LIB_DIR, &sub) == 0);
	EXPECT(lib_rename(&two, root, "a", root, "b", DAXFS_RENAME_NOREPLACE) == -EEXIST);
	EXPECT(lib_rename(&two, root, "a", root, "b", DAXFS_RENAME_EXCHANGE) == 0);
	EXPECT(lib_lookup(&one, root, "a", &ino) == 0 && ino == daxfs_ino(&one, b));
	EXPECT(lib_rename(&two, root, "a", root, "b", 0) == 0);
	lib_close(&one, a);
	EXPECT(lib_lookup(&one, root, "a", &ino) == -ENOENT);
	EXPECT(lib_lookup(&one, root, "b", &ino) == 0 && ino == daxfs_ino(&one, b));
	EXPECT(lib_rename(&one, root, "b", sub, "c", 0) == 0);
	EXPECT(lib_lookup(&two, sub, "c", &ino) == 0 && ino == daxfs_ino(&one, b));
	EXPECT(lib_rename(&one, root, "d", sub, "loop", 0) == -EINVAL);
	EXPECT(lib_rename(&one, dir, "s", root, "s", 0) == 0);
	EXPECT(daxfs_load(&sub->parent) == one.root);
	EXPECT(lib_unlink(&one, root, "s") == -ENOTEMPTY);
	EXPECT(lib_rename(&one, root, "d", root, "s", 0) == -ENOTEMPTY);
	EXPECT(lib_rename(&one, sub, "c", root, "d", 0) == -EISDIR);
	EXPECT(lib_unlink(&one, sub, "c") == 0);
	EXPECT(lib_rename(&one, root, "d", root, "s", 0) == 0);
	EXPECT(lib_lookup(&one, root, "d", &ino) == -ENOENT);
	EXPECT(lib_create(&one, sub, "dead", LIB_FILE, &a) == -ENOENT);
	EXPECT(lib_unlink(&two, root, "s") == 0);
	lib_close(&one, b);
	lib_close(&one, dir);
	lib_close(&one, sub);
}

static u8 *attributes;

static void name_within(void *context, struct daxfs_name name)
{
	(void)context;
	EXPECT(name.bytes >= attributes && name.bytes + name.length <= attributes + DAXFS_UNIT);
}

/* Whatever a byte of the attributes becomes, nothing behind their unit is read. */
static void test_xattr_hostile(void)
{
	static const u8 values[] = { 0, 1, 0x10, 0x7f, 0x80, 0xff };
	struct daxfs_inode *inode;
	struct daxfs_call call;

	EXPECT(lib_create(&one, lib_root(&one), "x", LIB_FILE, &inode) == 0);
	EXPECT(lib_set_xattr(&one, inode, "user.a", buffer, 3900, 0) == 0);
	EXPECT(lib_set_xattr(&one, inode, "user.b", buffer, 100, 0) == 0);
	attributes = daxfs_at(&one, daxfs_load(&inode->xattr));
	for (u32 i = 0; i < DAXFS_UNIT * sizeof(values); i++) {
		u8 *byte = &attributes[i / sizeof(values)], was = *byte;

		*byte = values[i % sizeof(values)];
		lib_begin(&one, &call);
		EXPECT(daxfs_xattr_list(&call, inode, name_within, NULL) == 0);
		daxfs_end(&call);
		EXPECT(lib_get_xattr(&one, inode, "user.b", other, DAXFS_UNIT) < (int)DAXFS_UNIT);
		*byte = was;
	}
	attributes[1] = 0xff;
	EXPECT(lib_check(region, UNITS, true));
	attributes[1] = 3900 & 255;
	lib_close(&one, inode);
	EXPECT(lib_unlink(&one, lib_root(&one), "x") == 0);
}

/* What another host stores into what this one has not published leads nowhere outside either. */
static void test_private_hostile(void)
{
	static const u64 values[] = { 0, 3 * UNITS, DAXFS_UNSET, DAXFS_REF_LEVEL | 1 };
	struct daxfs_inode *inode, *root = lib_root(&one);
	struct daxfs_append append;
	struct daxfs_call call;
	struct daxfs_txn *txn;
	u64 ref, result, got;
	void *at;

	EXPECT(lib_create(&one, root, "h", LIB_FILE, &inode) == 0);
	EXPECT(lib_write(&one, inode, 0, buffer, 3 << 20) == 3 << 20);
	lib_begin(&one, &call);
	for (u32 i = 0; i < 4; i++) {
		EXPECT(daxfs_append_begin(&call, inode, 8192, &append) == 0);
		daxfs_init((struct daxfs_word *)daxfs_at(&one, append.stage) + 1, values[i]);
		for (u64 done = 0; done < 8192; done += got) {
			got = daxfs_append_run(&one, &append, done, &at);
			memset(at, 'h', got);
		}
		daxfs_append_drop(&call, &append);
		EXPECT(daxfs_map_without(&call, daxfs_ino(&one, inode), daxfs_load(&inode->first.root),
					 100, 200, &result) == 0);
		daxfs_init(daxfs_at(&one, daxfs_ref_unit(result)), values[i]);
		daxfs_map_drop(&one, daxfs_load(&inode->first.root), result);
		EXPECT(daxfs_txn_new(&call, &ref, &txn) == 0);
		daxfs_txn_add(&one, txn, &inode->rdev, 0, 1);
		daxfs_init(&txn->part[0].where, values[i]);
		EXPECT(!daxfs_txn_take(&one, txn, ref, 0));
		daxfs_init(&txn->count, 100000);
		daxfs_txn_add(&one, txn, &inode->rdev, 0, 1);
		EXPECT(!daxfs_txn_take(&one, txn, ref, 99999));
		daxfs_txn_end(&one, ref, txn);
	}
	daxfs_end(&call);
	/* What was broken is not mended. */
	lib_format(region, UNITS);
}

static u32 type_of_name(struct daxfs *fs, struct daxfs_inode *dir, const char *name);

/* What is told of a name is what it leads to, whatever it led to before. */
static void test_types(void)
{
	struct daxfs_inode *root = lib_root(&one), *a, *sub, *white;

	EXPECT(lib_create(&one, root, "a", LIB_FILE, &a) == 0);
	EXPECT(lib_create(&one, root, "d", LIB_DIR, &sub) == 0);
	EXPECT(lib_rename(&two, root, "a", root, "d", DAXFS_RENAME_EXCHANGE) == 0);
	EXPECT(type_of_name(&one, root, "a") == 4 && type_of_name(&one, root, "d") == 8);
	EXPECT(lib_create(&one, root, "", 0020000, &white) == 0);
	EXPECT(lib_whiteout(&one, root, "a", "moved", white) == 0);
	EXPECT(type_of_name(&two, root, "a") == 2 && type_of_name(&two, root, "moved") == 4);
	lib_close(&one, white);
	EXPECT(lib_create(&one, root, "", 0020000, &white) == 0);
	EXPECT(lib_whiteout(&one, root, "none", "a", white) == -ENOENT);
	lib_close(&one, white);
	EXPECT(!daxfs_in_use(daxfs_load(&white->state), DAXFS_KIND_INODES));
	EXPECT(lib_unlink(&two, root, "a") == 0 && lib_unlink(&two, root, "moved") == 0);
	EXPECT(lib_unlink(&two, root, "d") == 0);
	lib_close(&one, a);
	lib_close(&one, sub);
}

static void add_name(void *context, struct daxfs_name name)
{
	memcpy((char *)context + strlen(context), name.bytes, name.length);
}

static void test_xattr(void)
{
	struct daxfs_inode *inode;
	struct daxfs_call call;
	char names[64] = "";
	u64 before;

	EXPECT(lib_create(&one, lib_root(&one), "x", LIB_FILE, &inode) == 0);
	before = daxfs_free_units(&one);
	fill(buffer, 0, 5000, 3);
	EXPECT(lib_get_xattr(&one, inode, "user.a", other, 10) == -ENODATA);
	EXPECT(lib_set_xattr(&one, inode, "user.a", "one", 3, DAXFS_XATTR_REPLACE) == -ENODATA);
	EXPECT(lib_set_xattr(&one, inode, "user.a", "one", 3, DAXFS_XATTR_CREATE) == 0);
	EXPECT(lib_set_xattr(&two, inode, "user.a", "two", 3, DAXFS_XATTR_CREATE) == -EEXIST);
	EXPECT(lib_set_xattr(&two, inode, "user.none", "", 0, 0) == 0);
	EXPECT(lib_set_xattr(&two, inode, "user.b", buffer, 3000, 0) == 0);
	EXPECT(lib_get_xattr(&two, inode, "user.a", other, 10) == 3 && !memcmp(other, "one", 3));
	EXPECT(lib_get_xattr(&one, inode, "user.b", other, 3000) == 3000 && !memcmp(other, buffer, 3000));
	EXPECT(lib_get_xattr(&one, inode, "user.b", other, 2999) == -ERANGE);
	EXPECT(lib_get_xattr(&one, inode, "user.b", NULL, 0) == 3000);
	EXPECT(lib_get_xattr(&one, inode, "user.none", other, 10) == 0);
	EXPECT(lib_set_xattr(&one, inode, "user.c", buffer, 1100, 0) == -ENOSPC);
	EXPECT(lib_set_xattr(&one, inode, "user.c", buffer, 5000, 0) == -ENOSPC);
	EXPECT(lib_set_xattr(&one, inode, "user.a", buffer, 1000, DAXFS_XATTR_REPLACE) == 0);
	EXPECT(lib_get_xattr(&two, inode, "user.a", other, 1000) == 1000 && !memcmp(other, buffer, 1000));
	lib_begin(&two, &call);
	EXPECT(daxfs_xattr_list(&call, inode, add_name, names) == 0);
	daxfs_end(&call);
	EXPECT(!strcmp(names, "user.noneuser.buser.a"));
	EXPECT(daxfs_free_units(&one) == before - 1);
	EXPECT(lib_set_xattr(&one, inode, "user.b", NULL, 0, 0) == 0);
	EXPECT(lib_set_xattr(&one, inode, "user.b", NULL, 0, 0) == -ENODATA);
	EXPECT(lib_set_xattr(&one, inode, "user.none", NULL, 0, 0) == 0);
	EXPECT(lib_set_xattr(&one, inode, "user.a", NULL, 0, 0) == 0);
	EXPECT(daxfs_free_units(&one) == before && !daxfs_load(&inode->xattr));
	EXPECT(lib_set_xattr(&one, inode, "user.a", "one", 3, 0) == 0);
	lib_close(&one, inode);
	EXPECT(lib_unlink(&two, lib_root(&two), "x") == 0);
	EXPECT(daxfs_free_units(&one) >= before);
}

static bool count_names(void *context, struct daxfs_name name, u64 ino, u8 type, u64 cookie)
{
	u32 *left = context;

	(void)ino;
	(void)type;
	(void)cookie;
	EXPECT(name.length == 5 || name.length == 204);
	return (*left)-- > 0;
}

struct type_of {
	const char *name;
	u32 type;
};

static bool find_type(void *context, struct daxfs_name name, u64 ino, u8 type, u64 cookie)
{
	struct type_of *of = context;

	(void)ino;
	(void)cookie;
	if (name.length == strlen(of->name) && !memcmp(name.bytes, of->name, name.length))
		of->type = type;
	return true;
}

static u32 type_of_name(struct daxfs *fs, struct daxfs_inode *dir, const char *name)
{
	struct type_of of = { .name = name };
	struct daxfs_call call;
	u64 cookie = 0;

	lib_begin(fs, &call);
	EXPECT(daxfs_readdir(&call, dir, &cookie, find_type, &of) == 0);
	daxfs_end(&call);
	return of.type;
}

static void test_many_names(void)
{
	struct daxfs_inode *root = lib_root(&one), *dir, *inode;
	struct daxfs_call call;
	u64 cookie = 0, last, ino;
	u32 seen = 0, left;
	char name[256];

	EXPECT(lib_create(&one, root, "many", LIB_DIR, &dir) == 0);
	for (u32 i = 0; i < 9000; i++) {
		snprintf(name, sizeof(name), i % 10 ? "%05u" : "%05u%0199u", i, 7);
		EXPECT(lib_create(&one, dir, name, LIB_FILE, &inode) == 0);
		lib_close(&one, inode);
	}
	do {
		last = cookie;
		left = 100;
		lib_begin(&two, &call);
		EXPECT(daxfs_readdir(&call, dir, &cookie, count_names, &left) == 0);
		daxfs_end(&call);
		seen += 100 - (left == ~0u ? 0 : left);
	} while (cookie != last);
	EXPECT(seen == 9000);
	for (u32 i = 0; i < 9000; i++) {
		snprintf(name, sizeof(name), i % 10 ? "%05u" : "%05u%0199u", i, 7);
		EXPECT(lib_lookup(&two, dir, name, &ino) == 0);
		EXPECT(lib_unlink(&two, dir, name) == 0);
	}
	lib_close(&one, dir);
	EXPECT(lib_unlink(&one, root, "many") == 0);
}

/* Space comes back, also what other hosts gave up. */
static void test_constant_use(void)
{
	struct daxfs_inode *inode;
	u64 before = 0;

	for (u32 i = 0; i < 3000; i++) {
		if (i == 1000)
			before = daxfs_free_units(&one);
		EXPECT(lib_create(&one, lib_root(&one), "loop", LIB_FILE, &inode) == 0);
		EXPECT(lib_write(&one, inode, 0, buffer, 200000) == 200000);
		EXPECT(lib_truncate(&two, inode, 1000) == 0);
		EXPECT(lib_append(&two, inode, buffer, 20000, &(u64){ 0 }) == 20000);
		lib_close(&one, inode);
		EXPECT(lib_unlink(&two, lib_root(&two), "loop") == 0);
		if (failed)
			return;
	}
	EXPECT(daxfs_free_units(&one) + 4 >= before);
}

/* Whether the file is `bytes` of the buffer again and again. */
static bool is_buffers(struct daxfs_inode *inode, u64 bytes)
{
	for (u64 at = 0; at < bytes; at += sizeof(buffer))
		if (lib_read(&one, inode, at, other, sizeof(buffer)) != (s64)sizeof(buffer) ||
		    memcmp(other, buffer, sizeof(buffer)))
			return false;
	return true;
}

/* What does not get the space that it wants takes nothing of others. */
static void test_short(void)
{
	struct daxfs_inode *root = lib_root(&one), *full, *small;
	struct daxfs_call call;
	u64 at = 0;
	int err = 0;

	fill(buffer, 0, sizeof(buffer), 7);
	EXPECT(lib_create(&one, root, "small", LIB_FILE, &small) == 0);
	EXPECT(lib_write(&one, small, 0, buffer, 8192) == 8192);
	EXPECT(lib_create(&one, root, "full", LIB_FILE, &full) == 0);
	while (lib_write(&one, full, at, buffer, sizeof(buffer)) == (s64)sizeof(buffer))
		at += sizeof(buffer);
	EXPECT(lib_append(&one, full, buffer, 4096, &(u64){ 0 }) == -ENOSPC);
	EXPECT(lib_append(&two, small, buffer, 4096, &(u64){ 0 }) == -ENOSPC);
	EXPECT(is_buffers(full, at));
	EXPECT(!lib_check(region, UNITS, true));
	/* While a call is under way, what is replaced does not come back. */
	lib_begin(&two, &call);
	for (int i = 0; i < 200 && !err; i++)
		err = lib_punch(&one, small, 100, 200);
	EXPECT(err == -ENOSPC);
	daxfs_end(&call);
	EXPECT(is_buffers(full, at));
	EXPECT(!lib_check(region, UNITS, true));
	lib_close(&one, full);
	lib_close(&one, small);
	EXPECT(lib_unlink(&one, root, "full") == 0);
	EXPECT(lib_unlink(&one, root, "small") == 0);
}

static void test_full(void)
{
	struct daxfs_inode *root = lib_root(&one), *inode;
	s64 got;
	u64 at = 0;

	EXPECT(lib_create(&one, root, "full", LIB_FILE, &inode) == 0);
	while ((got = lib_write(&one, inode, at, buffer, 1 << 20)) > 0)
		at += got;
	EXPECT(got == -ENOSPC && at > 20 << 20);
	EXPECT(lib_read(&one, inode, at - 4096, other, 8192) == 4096);
	EXPECT(lib_append(&one, inode, buffer, 4096, &(u64){ 0 }) == -ENOSPC);
	EXPECT(lib_truncate(&one, inode, at / 2 + 5) == 0);
	EXPECT(lib_write(&one, inode, at / 2, buffer, 1 << 20) == 1 << 20);
	lib_close(&one, inode);
	EXPECT(lib_unlink(&one, root, "full") == 0);
	EXPECT(lib_create(&one, root, "more", LIB_FILE, &inode) == 0);
	EXPECT(lib_write(&one, inode, 0, buffer, 4 << 20) == 4 << 20);
	lib_close(&one, inode);
	EXPECT(lib_unlink(&one, root, "more") == 0);
}

/*
 * Changes move pages into the reserve, and writes take what these give back, up to what takes
 * the reserve's place. So there is always enough to complete what is begun.
 */
static void test_reserve(void)
{
	struct daxfs_inode *root = lib_root(&one), *full, *more;
	u64 at = 0, page, wrote = 0;
	s64 got;

	EXPECT(lib_create(&one, root, "full", LIB_FILE, &full) == 0);
	EXPECT(lib_create(&one, root, "more", LIB_FILE, &more) == 0);
	while ((got = lib_write(&one, full, at, buffer, 1 << 20)) > 0)
		at += got;
	for (page = 0; page < 500; page++) {
		EXPECT(lib_punch(&two, full, page * DAXFS_UNIT + 100, page * DAXFS_UNIT + 200) == 0);
		while ((got = lib_write(&one, more, wrote, buffer, DAXFS_UNIT)) > 0)
			wrote += got;
	}
	for (u64 i = 0; i < at; i += got)
		EXPECT((got = lib_read(&one, full, i, other, 1 << 20)) > 0);
	EXPECT(!lib_check(region, UNITS, true));
	EXPECT(lib_append(&one, full, buffer, 100, &(u64){ 0 }) == -ENOSPC);
	EXPECT(lib_truncate(&two, full, at - 100) == 0 && lib_truncate(&two, full, 0) == 0);
	EXPECT(lib_append(&two, more, buffer, 100, &(u64){ 0 }) == 100);
	lib_close(&one, full);
	lib_close(&one, more);
	EXPECT(lib_unlink(&one, root, "full") == 0 && lib_unlink(&one, root, "more") == 0);
}

/* While another host's call is stuck, nothing that is given back can be used, and all can be removed. */
static void test_stuck(void)
{
	struct daxfs_inode *root = lib_root(&one), *inode;
	struct daxfs_call call;
	char name[16];
	s64 got;

	for (u32 i = 0; i < 400; i++) {
		snprintf(name, sizeof(name), "%u", i);
		EXPECT(lib_create(&one, root, name, i % 2 ? LIB_DIR : LIB_FILE, &inode) == 0);
		got = i % 2 ? 0 : lib_write(&one, inode, 0, buffer, 20000);
		EXPECT(got == (i % 2 ? 0 : 20000));
		lib_close(&one, inode);
	}
	EXPECT(lib_create(&one, root, "full", LIB_FILE, &inode) == 0);
	for (u64 at = 0; (got = lib_write(&one, inode, at, buffer, 1 << 20)) > 0; at += got)
		;
	EXPECT(got == -ENOSPC);
	lib_begin(&two, &call);
	for (u32 i = 0; i < 400; i++) {
		snprintf(name, sizeof(name), "%u", i);
		EXPECT(lib_unlink(i % 3 ? &one : &two, root, name) == 0);
	}
	EXPECT(lib_truncate(&one, inode, 0) == 0);
	daxfs_end(&call);
	lib_close(&one, inode);
	EXPECT(lib_unlink(&one, root, "full") == 0);
}

/* What fails to get a name may get another one. */
static void test_nameless(void)
{
	struct daxfs_inode *root = lib_root(&one), *inode, *taken;

	EXPECT(lib_create(&one, root, "taken", LIB_FILE, &taken) == 0);
	EXPECT(lib_create(&one, root, "", LIB_FILE, &inode) == 0);
	EXPECT(lib_link(&one, root, "taken", inode) == -EEXIST);
	EXPECT(lib_link(&two, root, "name", inode) == 0);
	EXPECT(lib_unlink(&two, root, "name") == 0);
	EXPECT(lib_link(&one, root, "name", inode) == -ENOENT);
	lib_close(&one, inode);
	lib_close(&one, taken);
	EXPECT(lib_unlink(&one, root, "taken") == 0);
}

static void find_nothing(struct daxfs_checker *checker, enum daxfs_severity severity, const char *what,
			 u64 where)
{
	(void)checker;
	(void)severity;
	(void)where;
	EXPECT(!what);
}

/* What a host that is gone had open is let go of by a repair. */
static void test_repair(void)
{
	struct daxfs_inode *root = lib_root(&one), *inode;
	struct daxfs_checker checker = { .found = find_nothing, .repair = true };
	struct daxfs_call call;
	struct daxfs gone;

	lib_mount(&gone, region, UNITS);
	EXPECT(lib_create(&gone, root, "gone", LIB_FILE, &inode) == 0);
	lib_begin(&gone, &call);
	daxfs_inode_map(&call, inode);
	daxfs_end(&call);
	daxfs_release(&gone);
	lib_begin(&one, &call);
	checker.call = &call;
	EXPECT(daxfs_check(&checker, &one) == 0);
	daxfs_end(&call);
	EXPECT(!daxfs_load(&inode->mappers));
	EXPECT(lib_unlink(&two, root, "gone") == 0);
	EXPECT(!daxfs_in_use(daxfs_load(&inode->state), DAXFS_KIND_INODES));
}

/* Counts of a directory end before they run into each other. */
static void test_counts(void)
{
	struct daxfs_inode *root = lib_root(&one), *dir, *inode;

	EXPECT(lib_create(&one, root, "d", LIB_DIR, &dir) == 0);
	daxfs_init(&dir->dir, DAXFS_DIR_COUNTED - DAXFS_DIR_SUBDIR);
	EXPECT(lib_create(&two, dir, "s", LIB_DIR, &inode) == -EMLINK);
	EXPECT(lib_create(&two, dir, "f", LIB_FILE, &inode) == 0);
	lib_close(&two, inode);
	daxfs_init(&dir->dir, DAXFS_DIR_SUBDIR - 1);
	EXPECT(lib_create(&two, dir, "g", LIB_FILE, &inode) == -EMLINK);
	EXPECT(lib_rename(&two, dir, "f", dir, "g", 0) == -EMLINK);
	daxfs_init(&dir->dir, 1);
	EXPECT(lib_unlink(&two, dir, "f") == 0);
	lib_close(&one, dir);
	EXPECT(lib_unlink(&two, root, "d") == 0);
}

/* A host that stopped with a file open and unlinked: the fence lets go of it, the cut reuses. */
static void test_fence(void)
{
	struct daxfs_inode *inode;
	struct daxfs_call call;
	struct daxfs dead;
	u64 claim;

	lib_mount(&dead, region, UNITS);
	claim = dead.incarnation << 8 | DAXFS_HOST_LIVE;
	EXPECT(lib_create(&dead, lib_root(&dead), "dead", LIB_FILE, &inode) == 0);
	EXPECT(lib_write(&dead, inode, 0, buffer, 100000) == 100000);
	EXPECT(lib_unlink(&one, lib_root(&one), "dead") == 0);
	EXPECT(daxfs_in_use(daxfs_load(&inode->state), DAXFS_KIND_INODES));
	lib_begin(&one, &call);
	EXPECT(daxfs_fence_host(&call, dead.host, claim) == 0);
	daxfs_end(&call);
	EXPECT(!daxfs_in_use(daxfs_load(&inode->state), DAXFS_KIND_INODES));
	EXPECT(lib_create(&dead, lib_root(&dead), "late", LIB_FILE, &inode) == -ESTALE);
	lib_begin(&one, &call);
	EXPECT(daxfs_cut_off(&call, dead.host, claim) == 0);
	daxfs_end(&call);
	lib_mount(&dead, region, UNITS);
	EXPECT(dead.incarnation == (claim >> 8) + 1);
	daxfs_release(&dead);
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "create is seen by the other host, once", test_create },
	{ "write and read across pages and nodes", test_write },
	{ "a write that stores nothing leaves nothing", test_write_nothing },
	{ "large writes and holes get pages that lie as one", test_chunks },
	{ "a file of 16 TiB", test_far },
	{ "truncate cuts and zeroes", test_truncate },
	{ "a file grows by zeroes, whatever lay behind its end", test_grow },
	{ "punch leaves holes", test_punch },
	{ "append lands at the end", test_append },
	{ "an open file outlives its name on the other host", test_open_unlinked },
	{ "rename replaces, exchanges, refuses", test_rename },
	{ "a name has the type of what it leads to", test_types },
	{ "broken attributes end with their unit", test_xattr_hostile },
	{ "what is not published leads nowhere outside", test_private_hostile },
	{ "attributes are set, listed and taken away", test_xattr },
	{ "readdir gives each of 9000 names once", test_many_names },
	{ "space comes back", test_constant_use },
	{ "what does not get the space that it wants takes nothing of others", test_short },
	{ "a full filesystem loses nothing and empties", test_full },
	{ "what is begun leaves enough to complete it", test_reserve },
	{ "a full filesystem empties while a call is stuck", test_stuck },
	{ "a file without a name gets one, once", test_nameless },
	{ "a repair lets go of what nobody has open", test_repair },
	{ "a directory counts no further than it can", test_counts },
	{ "a fenced host has no authority", test_fence },
};

int main(void)
{
	int wrong = 0;

	region = aligned_alloc(DAXFS_UNIT, UNITS << DAXFS_UNIT_SHIFT);
	for (u32 i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		const char *finding;

		memset(region, 0xa5, UNITS << DAXFS_UNIT_SHIFT);
		lib_format(region, UNITS);
		lib_mount(&one, region, UNITS);
		lib_mount(&two, region, UNITS);
		failed = NULL;
		tests[i].run();
		finding = lib_check(region, UNITS, false);
		printf("%s: %s\n", tests[i].name, failed ? failed : finding ? finding : "ok");
		wrong += failed || finding;
	}
	return wrong != 0;
}
