// SPDX-License-Identifier: GPL-2.0-only
/* Space: truncate and fallocate. */
#include <linux/fs.h>
#include <linux/falloc.h>
#include <linux/sched/signal.h>

#include "vfs.h"

static int daxfs_cut(struct daxfs_call *call, struct daxfs_inode *raw, u64 size)
{
	int err = daxfs_truncate(call, raw, size);

	if (!err)
		daxfs_touch(raw, daxfs_now());
	return err;
}

int daxfs_set_size(struct inode *inode, u64 size)
{
	int err = daxfs_vfs_hold(inode);

	if (err)
		return err;
	err = daxfs_unmap_begin(inode, size);
	if (!err) {
		err = DAXFS_CALL(daxfs_of(inode), daxfs_cut(call, daxfs_info(inode)->raw, size));
		daxfs_unmap_end(inode);
	}
	daxfs_refresh(inode);
	daxfs_vfs_unhold(inode);
	return err;
}

static int daxfs_punch_out(struct daxfs_call *call, struct daxfs_inode *raw, u64 from, u64 to)
{
	int err = daxfs_punch(call, raw, from, to);

	if (!err)
		daxfs_touch(raw, daxfs_now());
	return err;
}

static int daxfs_make_hole(struct inode *inode, u64 from, u64 to)
{
	int err = daxfs_unmap_begin(inode, from);

	if (err)
		return err;
	err = DAXFS_CALL(daxfs_of(inode),
			 daxfs_punch_out(call, daxfs_info(inode)->raw, from, to));
	daxfs_unmap_end(inode);
	return err;
}

static int daxfs_reach(struct daxfs_call *call, struct daxfs_inode *raw, u64 size)
{
	int err = daxfs_grow(call, raw, size);

	if (!err)
		daxfs_touch(raw, daxfs_now());
	return err;
}

int daxfs_grow_to(struct inode *inode, u64 size)
{
	int err = daxfs_unmap_begin(inode, size);

	if (err)
		return err;
	err = DAXFS_CALL(daxfs_of(inode), daxfs_reach(call, daxfs_info(inode)->raw, size));
	daxfs_unmap_end(inode);
	return err;
}

static int daxfs_allocate_from(struct inode *inode, u64 page, u64 end)
{
	struct daxfs_inode *raw = daxfs_info(inode)->raw;
	u64 unit;

	while (page < end) {
		u64 want = min_t(u64, end - page, DAXFS_FANOUT);
		int got = DAXFS_CALL(daxfs_of(inode),
				     daxfs_pages_make(call, raw, page, want, &unit));

		if (got < 0)
			return got;
		page += got;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

static int daxfs_drop_behind(struct inode *inode, u64 from, u64 to)
{
	int err = daxfs_unmap_begin(inode, from);

	if (err)
		return err;
	err = DAXFS_CALL(daxfs_of(inode),
			 daxfs_punch_behind(call, daxfs_info(inode)->raw, from, to));
	daxfs_unmap_end(inode);
	return err;
}

/*
 * Where it fails, nothing is left behind the end: nobody would look for it there. What
 * others have written since is not behind it.
 */
static int daxfs_allocate(struct inode *inode, u64 from, u64 to)
{
	int err = daxfs_allocate_from(inode, from >> DAXFS_UNIT_SHIFT,
				      DIV_ROUND_UP_ULL(to, DAXFS_UNIT));

	if (err)
		daxfs_drop_behind(inode, round_down(from, DAXFS_UNIT), to);
	return err;
}

long daxfs_vfs_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	u64 end = offset + len;
	int err = 0;

	if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))
		return -EOPNOTSUPP;
	inode_lock(inode);
	daxfs_refresh(inode);
	if (!(mode & FALLOC_FL_KEEP_SIZE) && end > i_size_read(inode))
		err = inode_newsize_ok(inode, end);
	if (!err)
		err = file_modified(file);
	if (!err && mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))
		err = daxfs_make_hole(inode, offset, end);
	if (!err && !(mode & FALLOC_FL_PUNCH_HOLE))
		err = daxfs_allocate(inode, offset, end);
	if (!err && !(mode & FALLOC_FL_KEEP_SIZE) && end > i_size_read(inode))
		err = daxfs_grow_to(inode, end);
	daxfs_refresh(inode);
	inode_unlock(inode);
	return err;
}
