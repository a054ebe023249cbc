/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests share: a region, hosts on it, and calls that do again what asks for it. */
#ifndef LIB_H
#define LIB_H

#include "../../daxfs/tools/check.h"

#define LIB_UNITS	DAXFS_UNITS_MIN

/* A region of this many units, formatted. */
void lib_format(void *region, u64 units);
/* Attaches and claims, or says why not and ends the program. */
void lib_mount(struct daxfs *fs, void *region, u64 units);

struct daxfs_name lib_name(const char *text);
struct daxfs_inode *lib_root(struct daxfs *fs);

/* Moves the epoch on twice if nobody holds it back, so that what was retired can be reused. */
bool lib_make_room(struct daxfs *fs);
void lib_begin(struct daxfs *fs, struct daxfs_call *call);
/* Looks, 50 us apart, until calls that are under way must have ended or are stuck; 0: nobody waits for them. */
extern int lib_looks;

/* As pread(2), pwrite(2) and so on; a negative errno. The inode is open. */
s64 lib_read(struct daxfs *fs, struct daxfs_inode *inode, u64 pos, void *to, u64 bytes);
s64 lib_write(struct daxfs *fs, struct daxfs_inode *inode, u64 pos, const void *from, u64 bytes);
s64 lib_append(struct daxfs *fs, struct daxfs_inode *inode, const void *from, u64 bytes, u64 *pos);
int lib_truncate(struct daxfs *fs, struct daxfs_inode *inode, u64 size);
int lib_grow(struct daxfs *fs, struct daxfs_inode *inode, u64 size);
int lib_punch(struct daxfs *fs, struct daxfs_inode *inode, u64 from, u64 to);
int lib_punch_behind(struct daxfs *fs, struct daxfs_inode *inode, u64 from, u64 to);
/* Leaves the inode open. */
int lib_create(struct daxfs *fs, struct daxfs_inode *dir, const char *name, u32 mode,
	       struct daxfs_inode **inode);
int lib_open(struct daxfs *fs, struct daxfs_inode *dir, const char *name, struct daxfs_inode **inode);
void lib_close(struct daxfs *fs, struct daxfs_inode *inode);
int lib_lookup(struct daxfs *fs, struct daxfs_inode *dir, const char *name, u64 *ino);
int lib_unlink(struct daxfs *fs, struct daxfs_inode *dir, const char *name);
int lib_link(struct daxfs *fs, struct daxfs_inode *dir, const char *name, struct daxfs_inode *inode);
int lib_rename(struct daxfs *fs, struct daxfs_inode *from_dir, const char *from,
	       struct daxfs_inode *to_dir, const char *to, u32 flags);

/* Renames within a directory; `stays` gets the old name. */
int lib_whiteout(struct daxfs *fs, struct daxfs_inode *dir, const char *from, const char *to,
		 struct daxfs_inode *stays);
int lib_set_xattr(struct daxfs *fs, struct daxfs_inode *inode, const char *name, const void *value,
		  u32 size, u32 flags);
int lib_get_xattr(struct daxfs *fs, struct daxfs_inode *inode, const char *name, void *value,
		  u32 room);

/* What the check finds, or NULL. Leftovers are a finding unless a host was stopped. */
const char *lib_check(void *region, u64 units, bool stopped);

#define LIB_FILE	0100644u
#define LIB_DIR		0040755u

#endif
