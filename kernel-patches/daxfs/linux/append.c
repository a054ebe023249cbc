// SPDX-License-Identifier: GPL-2.0-only
/*
 * Appends: the bytes are copied into pages of their own, outside of any call, and land
 * whole at the end that the file has by then. One that is longer than the core takes at
 * once is several.
 */
#include <linux/sched/signal.h>
#include <linux/uio.h>

#include "vfs.h"

static u64 daxfs_append_fill(struct daxfs *fs, struct daxfs_append *append, struct iov_iter *from)
{
	u64 done = 0;

	while (done < append->bytes) {
		void *at;
		u64 room = daxfs_append_run(fs, append, done, &at);
		size_t copied = copy_from_iter(at, room, from);

		done += copied;
		if (copied < room)
			break;
	}
	return done;
}

static int daxfs_append_drop_it(struct daxfs_call *call, struct daxfs_append *append)
{
	daxfs_append_drop(call, append);
	return 0;
}

static int daxfs_append_land(struct daxfs_call *call, struct daxfs_append *append, u64 *pos)
{
	int err = daxfs_append_commit(call, append, pos);

	if (!err)
		daxfs_touch(append->inode, daxfs_now());
	return err;
}

/* An append may replace the page that the file ends in. */
static int daxfs_append_unmapped(struct inode *inode, struct daxfs_append *append, u64 *pos)
{
	int err = daxfs_unmap_begin(inode, DAXFS_SIZE_MAX);

	if (err)
		return err;
	err = DAXFS_CALL(daxfs_of(inode), daxfs_append_land(call, append, pos));
	daxfs_unmap_end(inode);
	return err;
}

/* All of the bytes or, where the caller's memory ends before: -EAGAIN and how many there are. */
static int daxfs_append_bytes(struct inode *inode, struct iov_iter *from, u64 *bytes, u64 *pos)
{
	struct daxfs *fs = daxfs_of(inode);
	struct daxfs_append append;
	u64 filled;
	int err = DAXFS_CALL(fs, daxfs_append_begin(call, daxfs_info(inode)->raw, *bytes,
						    &append));

	if (err)
		return err;
	filled = daxfs_append_fill(fs, &append, from);
	if (filled == *bytes) {
		err = daxfs_append_unmapped(inode, &append, pos);
	} else {
		iov_iter_revert(from, filled);
		*bytes = filled;
		err = filled ? -EAGAIN : -EFAULT;
	}
	/* Registered, and not carried out: it may land yet, so its pages stay. */
	if (err && err != -EIO && err != -ESTALE)
		DAXFS_CALL(fs, daxfs_append_drop_it(call, &append));
	return err;
}

static ssize_t daxfs_append_some(struct inode *inode, struct iov_iter *from, u64 *pos)
{
	u64 bytes = min_t(u64, iov_iter_count(from), DAXFS_APPEND_MAX);
	int err;

	do {
		err = daxfs_append_bytes(inode, from, &bytes, pos);
	} while (err == -EAGAIN && !fatal_signal_pending(current));
	return err ?: bytes;
}

ssize_t daxfs_append_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	ssize_t done = 0, got = 0;
	u64 pos;

	while (iov_iter_count(from)) {
		got = daxfs_append_some(inode, from, &pos);
		if (got < 0)
			break;
		done += got;
		iocb->ki_pos = pos + got;
	}
	return done ?: got;
}
