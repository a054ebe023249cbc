// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes. The region has them; the VFS' copy is taken over before generic code looks
 * at it, since other hosts change them.
 */
#include <linux/iversion.h>

#include "vfs.h"

static struct timespec64 daxfs_time(u64 ns)
{
	return ns_to_timespec64((s64)ns);
}

static u64 daxfs_ns(struct timespec64 time)
{
	return timespec64_to_ns(&time);
}

void daxfs_take_attr(struct inode *inode, const struct daxfs_attr *attr)
{
	if (inode->i_mode != (umode_t)attr->mode)
		inode->i_mode = attr->mode;
	i_uid_write(inode, attr->uid);
	i_gid_write(inode, attr->gid);
	if (inode->i_nlink != attr->nlink)
		set_nlink(inode, attr->nlink);
	i_size_write(inode, S_ISDIR(attr->mode) ? DAXFS_UNIT : attr->size);
	inode->i_blocks = attr->pages << (DAXFS_UNIT_SHIFT - 9);
	inode_set_atime_to_ts(inode, daxfs_time(attr->atime));
	inode_set_mtime_to_ts(inode, daxfs_time(attr->mtime));
	inode_set_ctime_to_ts(inode, daxfs_time(attr->ctime));
	inode_set_iversion_raw(inode, attr->version);
}

static int daxfs_attr_of(struct daxfs_call *call, struct inode *inode, struct daxfs_attr *attr)
{
	struct daxfs_inode *raw;
	int err = daxfs_raw(call, inode, &raw);

	return err ?: daxfs_getattr(call, raw, attr);
}

static int daxfs_refresh_attr(struct inode *inode, struct daxfs_attr *attr)
{
	int err = DAXFS_CALL(daxfs_of(inode), daxfs_attr_of(call, inode, attr));

	if (err)
		return err;
	/* An inode never changes its type. */
	if ((attr->mode ^ inode->i_mode) & S_IFMT)
		return -EUCLEAN;
	spin_lock(&inode->i_lock);
	daxfs_take_attr(inode, attr);
	spin_unlock(&inode->i_lock);
	return 0;
}

int daxfs_refresh(struct inode *inode)
{
	struct daxfs_attr attr __uninitialized;
	int err = daxfs_refresh_attr(inode, &attr);

	if (err != -ESTALE)
		return err;
	spin_lock(&inode->i_lock);
	if (inode->i_nlink)
		clear_nlink(inode);
	spin_unlock(&inode->i_lock);
	return err;
}

static int daxfs_mode_of(struct daxfs_call *call, struct inode *inode, struct daxfs_attr *attr)
{
	struct daxfs_inode *raw;
	int err = daxfs_raw(call, inode, &raw);

	if (!err)
		daxfs_getmode(raw, attr);
	return err;
}

int daxfs_refresh_if(struct inode *inode, const struct daxfs_attr *attr)
{
	if ((umode_t)attr->mode == inode->i_mode && attr->uid == i_uid_read(inode) &&
	    attr->gid == i_gid_read(inode) && inode->i_nlink)
		return 0;
	return daxfs_refresh(inode);
}

/* What decides about permissions, which seldom changes. */
static int daxfs_refresh_mode(struct inode *inode)
{
	struct daxfs_attr attr __uninitialized;
	int err = DAXFS_CALL(daxfs_of(inode), daxfs_mode_of(call, inode, &attr));

	return err ?: daxfs_refresh_if(inode, &attr);
}

int daxfs_vfs_permission(struct mnt_idmap *idmap, struct inode *inode, int mask)
{
	int err;

	if (mask & MAY_NOT_BLOCK)
		return -ECHILD;
	err = daxfs_refresh_mode(inode);
	if (err && err != -ESTALE)
		return err;
	return generic_permission(idmap, inode, mask);
}

int daxfs_vfs_getattr(struct mnt_idmap *idmap, const struct path *path, struct kstat *stat,
		      u32 request_mask, unsigned int flags)
{
	struct inode *inode = d_inode(path->dentry);
	struct daxfs_attr attr = {};
	int err = daxfs_refresh_attr(inode, &attr);

	/* One that this host has unlinked, and that only a path still leads to. */
	if (err == -ESTALE && !inode->i_nlink)
		err = 0;
	if (err)
		return err;
	generic_fillattr(idmap, request_mask, inode, stat);
	if (attr.btime) {
		stat->result_mask |= STATX_BTIME;
		stat->btime = daxfs_time(attr.btime);
	}
	return 0;
}

/* What the VFS' copy says. The caller has i_lock, since others refresh the copy. */
static void daxfs_give_attr(struct inode *inode, struct daxfs_attr *attr)
{
	*attr = (struct daxfs_attr){
		.mode = inode->i_mode,
		.uid = i_uid_read(inode),
		.gid = i_gid_read(inode),
		.atime = daxfs_ns(inode_get_atime(inode)),
		.mtime = daxfs_ns(inode_get_mtime(inode)),
		.ctime = daxfs_ns(inode_get_ctime(inode)),
	};
}

static int daxfs_store_attr(struct daxfs_call *call, struct inode *inode, struct daxfs_attr *attr,
			    u32 which)
{
	struct daxfs_inode *raw;
	struct daxfs_attr now;
	int err = daxfs_raw(call, inode, &raw) ?: daxfs_getattr(call, raw, &now);

	attr->flags = now.flags;
	return err ?: daxfs_setattr(call, raw, attr, which);
}

static u32 daxfs_which(unsigned int valid)
{
	u32 which = 0;

	if (valid & ATTR_MODE)
		which |= DAXFS_SET_MODE;
	if (valid & (ATTR_UID | ATTR_GID))
		which |= DAXFS_SET_OWNER;
	if (valid & ATTR_ATIME)
		which |= DAXFS_SET_ATIME;
	if (valid & ATTR_MTIME)
		which |= DAXFS_SET_MTIME;
	if (valid & ATTR_CTIME)
		which |= DAXFS_SET_CTIME;
	return which;
}

int daxfs_vfs_setattr(struct mnt_idmap *idmap, struct dentry *dentry, struct iattr *attr)
{
	struct inode *inode = d_inode(dentry);
	int err = daxfs_refresh(inode) ?: setattr_prepare(idmap, dentry, attr);
	u32 which = daxfs_which(attr->ia_valid);
	struct daxfs_attr new;

	if (!err && attr->ia_valid & ATTR_SIZE)
		err = daxfs_set_size(inode, attr->ia_size);
	if (err)
		return err;
	spin_lock(&inode->i_lock);
	setattr_copy(idmap, inode, attr);
	daxfs_give_attr(inode, &new);
	spin_unlock(&inode->i_lock);
	return DAXFS_CALL(daxfs_of(inode), daxfs_store_attr(call, inode, &new, which));
}

int daxfs_vfs_update_time(struct inode *inode, int flags)
{
	struct daxfs_attr new;
	u32 which = 0;

	spin_lock(&inode->i_lock);
	flags = inode_update_timestamps(inode, flags);
	daxfs_give_attr(inode, &new);
	spin_unlock(&inode->i_lock);
	if (flags & S_ATIME)
		which |= DAXFS_SET_ATIME;
	if (flags & S_MTIME)
		which |= DAXFS_SET_MTIME;
	if (flags & S_CTIME)
		which |= DAXFS_SET_CTIME;
	return which ? DAXFS_CALL(daxfs_of(inode), daxfs_store_attr(call, inode, &new, which)) : 0;
}
