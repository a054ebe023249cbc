// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open files: reads and writes copy between the caller and the region, a run at a time,
 * and take no lock. A fault of the caller's memory may not sleep while a call is under
 * way, so what could not be copied at once is faulted in between two calls.
 */
#include <linux/mm.h>
#include <linux/uio.h>

#include "vfs.h"

int daxfs_vfs_open(struct inode *inode, struct file *file)
{
	int err = daxfs_vfs_hold(inode);

	if (err)
		return err;
	daxfs_refresh(inode);
	daxfs_vfs_opened(inode);
	if (S_ISREG(inode->i_mode))
		file->f_mode |= FMODE_CAN_ODIRECT;
	return generic_file_open(inode, file);
}

int daxfs_vfs_release(struct inode *inode, struct file *file)
{
	daxfs_vfs_unhold(inode);
	return 0;
}

/* What was stored is there for every host; nothing is written back. */
int daxfs_vfs_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	return daxfs_alive(daxfs_of(file_inode(file))) ? 0 : -ESTALE;
}

static int daxfs_read_run(struct daxfs_call *call, struct daxfs_inode *raw, u64 pos,
			  struct iov_iter *to)
{
	struct daxfs_run run __uninitialized;
	int got = daxfs_read_begin(call, raw, pos, iov_iter_count(to), &run), err;
	size_t copied;

	if (got <= 0)
		return got;
	pagefault_disable();
	copied = run.at ? copy_to_iter(run.at, got, to) : iov_iter_zero(got, to);
	pagefault_enable();
	err = daxfs_read_end(call, &run);
	if (!err)
		return copied ?: -EFAULT;
	iov_iter_revert(to, copied);
	return err;
}

static ssize_t daxfs_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	struct daxfs_inode *raw = daxfs_info(inode)->raw;
	ssize_t done = 0;
	size_t ask;
	int got = 0;

	while (iov_iter_count(to)) {
		got = DAXFS_CALL(daxfs_of(inode), daxfs_read_run(call, raw, iocb->ki_pos, to));
		ask = min_t(size_t, iov_iter_count(to), SZ_128K);
		if (got == -EFAULT && fault_in_iov_iter_writeable(to, ask) < ask)
			continue;
		if (got <= 0)
			break;
		iocb->ki_pos += got;
		done += got;
		if (iov_iter_count(to))
			cond_resched();
	}
	file_accessed(iocb->ki_filp);
	return done ?: got;
}

static int daxfs_size_of(struct daxfs_call *call, struct inode *inode, u64 *size)
{
	*size = daxfs_size(daxfs_info(inode)->raw, call->fs);
	return 0;
}

int daxfs_take_size(struct inode *inode, u64 *size)
{
	int err = DAXFS_CALL(daxfs_of(inode), daxfs_size_of(call, inode, size));

	if (err)
		return err;
	spin_lock(&inode->i_lock);
	i_size_write(inode, *size);
	spin_unlock(&inode->i_lock);
	return 0;
}

/* A call of this host has reached this byte, which generic code may look for. */
static void daxfs_reached(struct inode *inode, u64 end)
{
	if (end <= i_size_read(inode))
		return;
	spin_lock(&inode->i_lock);
	if (end > i_size_read(inode))
		i_size_write(inode, end);
	spin_unlock(&inode->i_lock);
}

static int daxfs_write_run(struct daxfs_call *call, struct daxfs_inode *raw, u64 pos,
			   struct iov_iter *from)
{
	struct daxfs_run run __uninitialized;
	int got = daxfs_write_begin(call, raw, pos, iov_iter_count(from), &run), stands;
	size_t copied;

	if (got < 0)
		return got;
	if (daxfs_run_leaves_gap(&run)) {
		daxfs_write_end(call, &run, 0);
		return -ERANGE;
	}
	pagefault_disable();
	copied = copy_from_iter(run.at, got, from);
	pagefault_enable();
	stands = daxfs_write_end(call, &run, copied);
	if (stands < 0 || stands < copied)
		iov_iter_revert(from, copied - max(stands, 0));
	if (stands > 0)
		daxfs_touch(raw, daxfs_now());
	return copied ? stands : -EFAULT;
}

ssize_t daxfs_write_at(struct inode *inode, u64 pos, struct iov_iter *from)
{
	struct daxfs_inode *raw = daxfs_info(inode)->raw;
	ssize_t done = 0;
	size_t ask;
	int got = 0;

	while (iov_iter_count(from)) {
		got = DAXFS_CALL(daxfs_of(inode), daxfs_write_run(call, raw, pos + done, from));
		ask = min_t(size_t, iov_iter_count(from), SZ_128K);
		if (got == -EFAULT && fault_in_iov_iter_readable(from, ask) < ask)
			continue;
		if (got == -ERANGE)
			got = daxfs_grow_to(inode, pos + done);
		if (got < 0)
			break;
		done += got;
		if (iov_iter_count(from))
			cond_resched();
	}
	return done ?: got;
}

/*
 * Who writes to a program that runs as its owner, or with capabilities, makes it one that
 * does not.
 */
static int daxfs_remove_privs(struct kiocb *iocb)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	struct daxfs_inode *raw = daxfs_info(inode)->raw;
	int err;

	if (!(daxfs_load(&raw->mode) & (S_ISUID | S_ISGID)) && !daxfs_load(&raw->xattr))
		return 0;
	inode_lock(inode);
	err = daxfs_refresh(inode) ?: file_remove_privs(iocb->ki_filp);
	inode_unlock(inode);
	return err;
}

static ssize_t daxfs_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	ssize_t done;
	u64 size;
	int err = daxfs_remove_privs(iocb);

	if (!err && iocb->ki_flags & IOCB_APPEND)
		err = daxfs_take_size(inode, &size);
	if (err)
		return err;
	done = generic_write_checks(iocb, from);
	if (done <= 0)
		return done;
	if (iocb->ki_flags & IOCB_APPEND)
		done = daxfs_append_iter(iocb, from);
	else
		done = daxfs_write_at(inode, iocb->ki_pos, from);
	if (done <= 0)
		return done;
	if (!(iocb->ki_flags & IOCB_APPEND))
		iocb->ki_pos += done;
	daxfs_reached(inode, iocb->ki_pos);
	return done;
}

static loff_t daxfs_llseek(struct file *file, loff_t offset, int whence)
{
	struct inode *inode = file_inode(file);
	u64 pos = offset, size;
	int err;

	if (whence == SEEK_SET || whence == SEEK_CUR)
		return generic_file_llseek(file, offset, whence);
	err = daxfs_take_size(inode, &size);
	if (err)
		return err;
	if (whence != SEEK_DATA && whence != SEEK_HOLE)
		return generic_file_llseek(file, offset, whence);
	if (offset < 0 || pos >= size)
		return -ENXIO;
	err = DAXFS_CALL(daxfs_of(inode), daxfs_seek(call, daxfs_info(inode)->raw, &pos,
						     whence == SEEK_DATA));
	return err ?: vfs_setpos(file, pos, inode->i_sb->s_maxbytes);
}

const struct file_operations daxfs_file_operations = {
	.open = daxfs_vfs_open,
	.release = daxfs_vfs_release,
	.read_iter = daxfs_read_iter,
	.write_iter = daxfs_write_iter,
	.splice_read = copy_splice_read,
	.splice_write = iter_file_splice_write,
	.llseek = daxfs_llseek,
	.fsync = daxfs_vfs_fsync,
	.fallocate = daxfs_vfs_fallocate,
	.mmap = daxfs_vfs_mmap,
	.get_unmapped_area = thp_get_unmapped_area,
};

const struct inode_operations daxfs_file_inode_operations = {
	.permission = daxfs_vfs_permission,
	.getattr = daxfs_vfs_getattr,
	.setattr = daxfs_vfs_setattr,
	.listxattr = daxfs_vfs_listxattr,
	.update_time = daxfs_vfs_update_time,
};
