// SPDX-License-Identifier: GPL-2.0-only
/* Rename. The core decides by names at one instant; what the VFS checked before is a guess. */
#include "vfs.h"

struct daxfs_move {
	struct inode *from_dir, *to_dir;
	struct daxfs_name from, to;
	u32 flags;
	const struct daxfs_new *whiteout;	/* what gets the old name, or NULL */
};

static int daxfs_move_names(struct daxfs_call *call, const struct daxfs_move *move)
{
	struct daxfs_inode *from_dir, *to_dir, *stays;
	int err = daxfs_raw(call, move->from_dir, &from_dir) ?:
		  daxfs_raw(call, move->to_dir, &to_dir);

	if (err)
		return -ENOENT;
	if (!move->whiteout)
		return daxfs_rename(call, from_dir, move->from, to_dir, move->to, move->flags,
				    NULL);
	err = daxfs_create(call, from_dir, (struct daxfs_name){}, move->whiteout, &stays);
	if (err)
		return err;
	err = daxfs_rename(call, from_dir, move->from, to_dir, move->to, move->flags, stays);
	daxfs_inode_close(call, stays);
	return err;
}

int daxfs_vfs_rename(struct mnt_idmap *idmap, struct inode *from_dir, struct dentry *from,
		     struct inode *to_dir, struct dentry *to, unsigned int flags)
{
	struct daxfs_new whiteout = daxfs_new_for(idmap, from_dir, S_IFCHR | WHITEOUT_MODE,
						  WHITEOUT_DEV);
	struct daxfs_move move = {
		.from_dir = from_dir, .from = daxfs_name_of(&from->d_name),
		.to_dir = to_dir, .to = daxfs_name_of(&to->d_name),
		.whiteout = flags & RENAME_WHITEOUT ? &whiteout : NULL,
	};
	struct inode *replaced = d_inode(to);
	int err;

	if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT))
		return -EINVAL;
	if (flags & RENAME_EXCHANGE)
		move.flags |= DAXFS_RENAME_EXCHANGE;
	if (flags & RENAME_NOREPLACE)
		move.flags |= DAXFS_RENAME_NOREPLACE;
	if (replaced)
		daxfs_vfs_keep(replaced);
	err = DAXFS_CALL(daxfs_of(from_dir), daxfs_move_names(call, &move));
	if (replaced)
		daxfs_vfs_unnamed(replaced);
	if (err)
		return err;
	daxfs_refresh(from_dir);
	daxfs_refresh(to_dir);
	daxfs_refresh(d_inode(from));
	return 0;
}
