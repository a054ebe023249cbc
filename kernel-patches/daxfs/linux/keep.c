// SPDX-License-Identifier: GPL-2.0-only
/*
 * Between the walk that finds a name and the open of what it leads to, the name may go. The
 * VFS walks once more, and then gives up. So an inode that is about to be opened is kept: it
 * is held in the region without being open. This host keeps what it takes the last name of,
 * until the VFS' inode goes; and what a second walk finds, until it is open.
 */
#include <linux/mm.h>

#include "vfs.h"

int daxfs_vfs_keep(struct inode *inode)
{
	struct daxfs_info *info = daxfs_info(inode);
	bool more;
	int err;

	/* Others are opened without the region. */
	if (!S_ISREG(inode->i_mode) && !S_ISDIR(inode->i_mode))
		return 0;
	err = daxfs_vfs_hold(inode);
	if (err)
		return err;
	mutex_lock(&info->lock);
	more = info->kept;
	WRITE_ONCE(info->kept, true);
	mutex_unlock(&info->lock);
	if (more)
		daxfs_vfs_unhold(inode);
	return 0;
}

static void daxfs_vfs_unkeep(struct inode *inode)
{
	struct daxfs_info *info = daxfs_info(inode);
	bool kept;

	mutex_lock(&info->lock);
	kept = info->kept;
	WRITE_ONCE(info->kept, false);
	mutex_unlock(&info->lock);
	if (kept)
		daxfs_vfs_unhold(inode);
}

void daxfs_vfs_opened(struct inode *inode)
{
	if (READ_ONCE(daxfs_info(inode)->kept) && inode->i_nlink)
		daxfs_vfs_unkeep(inode);
}

void daxfs_vfs_unnamed(struct inode *inode)
{
	daxfs_refresh(inode);
	if (inode->i_nlink)
		daxfs_vfs_unkeep(inode);
}

void daxfs_vfs_evict(struct inode *inode)
{
	truncate_inode_pages_final(&inode->i_data);
	clear_inode(inode);
	daxfs_vfs_unkeep(inode);
}
