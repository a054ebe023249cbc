// SPDX-License-Identifier: GPL-2.0-only
/* Rename. The core decides by names at one instant; what the VFS checked before is a guess. */
#include "vfs.h"

static int daxfs_move(struct daxfs_call *call, struct inode *from_dir, struct daxfs_name from,
		      struct inode *to_dir, struct daxfs_name to, u32 flags)
{
	struct daxfs_inode *from_at, *to_at;
	int err = daxfs_raw(call, from_dir, &from_at) ?: daxfs_raw(call, to_dir, &to_at);

	if (err)
		return -ENOENT;
	return daxfs_rename(call, from_at, from, to_at, to, flags);
}

int daxfs_vfs_rename(struct mnt_idmap *idmap, struct inode *from_dir, struct dentry *from,
		     struct inode *to_dir, struct dentry *to, unsigned int flags)
{
	u32 how = flags & RENAME_EXCHANGE ? DAXFS_RENAME_EXCHANGE : 0;
	int err;

	if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE))
		return -EINVAL;
	if (flags & RENAME_NOREPLACE)
		how |= DAXFS_RENAME_NOREPLACE;
	err = DAXFS_CALL(daxfs_of(from_dir),
			 daxfs_move(call, from_dir, daxfs_name_of(&from->d_name), to_dir,
				    daxfs_name_of(&to->d_name), how));
	if (err)
		return err;
	daxfs_refresh(from_dir);
	daxfs_refresh(to_dir);
	daxfs_refresh(d_inode(from));
	if (d_really_is_positive(to))
		daxfs_refresh(d_inode(to));
	return 0;
}
