// SPDX-License-Identifier: GPL-2.0-only
/* Inodes of the VFS: made for what a call has seen, and held in the region while open. */
#include <linux/sizes.h>
#include <linux/slab.h>

#include "vfs.h"

/* Bytes of a file that one call frees. */
#define DAXFS_FREED_AT_ONCE	((u64)SZ_32M)

static struct kmem_cache *daxfs_info_cache;

static void daxfs_info_once(void *object)
{
	struct daxfs_info *info = object;

	inode_init_once(&info->vfs);
}

int daxfs_inodes_init(void)
{
	daxfs_info_cache = kmem_cache_create("daxfs_inode", sizeof(struct daxfs_info), 0,
					     SLAB_RECLAIM_ACCOUNT | SLAB_ACCOUNT, daxfs_info_once);
	return daxfs_info_cache ? 0 : -ENOMEM;
}

void daxfs_inodes_exit(void)
{
	/* Inodes are freed after a grace period. */
	rcu_barrier();
	kmem_cache_destroy(daxfs_info_cache);
}

struct inode *daxfs_inode_alloc(struct super_block *sb)
{
	struct daxfs_info *info = alloc_inode_sb(sb, daxfs_info_cache, GFP_KERNEL);

	if (!info)
		return NULL;
	info->raw = NULL;
	info->gen = 0;
	info->opens = 0;
	info->mapped = false;
	info->kept = false;
	mutex_init(&info->lock);
	return &info->vfs;
}

void daxfs_inode_dealloc(struct inode *inode)
{
	if (S_ISLNK(inode->i_mode))
		kfree(inode->i_link);
	kmem_cache_free(daxfs_info_cache, daxfs_info(inode));
}

int daxfs_raw(struct daxfs_call *call, struct inode *inode, struct daxfs_inode **raw)
{
	return daxfs_inode_get(call, inode->i_ino, daxfs_info(inode)->gen, raw);
}

static int daxfs_read_link(struct daxfs_call *call, struct inode *inode, char *text, u64 bytes)
{
	struct daxfs_inode *raw;
	struct daxfs_run run;
	int err = daxfs_raw(call, inode, &raw), got;

	if (err)
		return err;
	got = daxfs_read_begin(call, raw, 0, bytes, &run);
	if (got < 0)
		return got;
	if (got != bytes || !run.at)
		return -EUCLEAN;
	daxfs_copy(text, run.at, bytes);
	return daxfs_read_end(call, &run);
}

/* A symlink never changes, so it is read once. */
static int daxfs_take_link(struct inode *inode, u64 bytes)
{
	char *text;
	int err;

	if (!bytes || bytes >= PATH_MAX)
		return -EUCLEAN;
	text = kzalloc(bytes + 1, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	err = DAXFS_CALL(daxfs_of(inode), daxfs_read_link(call, inode, text, bytes));
	if (err) {
		kfree(text);
		return err;
	}
	inode->i_link = text;
	return 0;
}

static const struct inode_operations daxfs_link_operations = {
	.get_link = simple_get_link,
	.permission = daxfs_vfs_permission,
	.getattr = daxfs_vfs_getattr,
	.setattr = daxfs_vfs_setattr,
	.listxattr = daxfs_vfs_listxattr,
	.update_time = daxfs_vfs_update_time,
};

static const struct inode_operations daxfs_special_operations = {
	.permission = daxfs_vfs_permission,
	.getattr = daxfs_vfs_getattr,
	.setattr = daxfs_vfs_setattr,
	.listxattr = daxfs_vfs_listxattr,
	.update_time = daxfs_vfs_update_time,
};

static int daxfs_inode_fill(struct inode *inode, const struct daxfs_attr *attr)
{
	switch (attr->mode & S_IFMT) {
	case S_IFREG:
		inode->i_op = &daxfs_file_inode_operations;
		inode->i_fop = &daxfs_file_operations;
		inode->i_flags |= S_DAX;
		return 0;
	case S_IFDIR:
		inode->i_op = &daxfs_dir_operations;
		inode->i_fop = &daxfs_dir_file_operations;
		return 0;
	case S_IFLNK:
		inode->i_op = &daxfs_link_operations;
		return daxfs_take_link(inode, attr->size);
	case S_IFIFO:
	case S_IFSOCK:
	case S_IFCHR:
	case S_IFBLK:
		inode->i_op = &daxfs_special_operations;
		init_special_inode(inode, attr->mode, new_decode_dev(attr->rdev));
		return 0;
	default:
		return -EUCLEAN;
	}
}

static int daxfs_inode_is(struct inode *inode, void *data)
{
	const struct daxfs_attr *attr = data;

	return inode->i_ino == attr->ino && daxfs_info(inode)->gen == attr->gen;
}

static int daxfs_inode_becomes(struct inode *inode, void *data)
{
	const struct daxfs_attr *attr = data;

	inode->i_ino = attr->ino;
	inode->i_generation = attr->gen;
	daxfs_info(inode)->gen = attr->gen;
	return 0;
}

struct inode *daxfs_inode_for(struct super_block *sb, const struct daxfs_attr *attr)
{
	struct inode *inode = iget5_locked(sb, attr->ino, daxfs_inode_is, daxfs_inode_becomes,
					   (void *)attr);
	int err;

	if (!inode)
		return ERR_PTR(-ENOMEM);
	if (!(inode->i_state & I_NEW))
		return inode;
	daxfs_take_attr(inode, attr);
	err = daxfs_inode_fill(inode, attr);
	if (err) {
		iget_failed(inode);
		return ERR_PTR(err);
	}
	unlock_new_inode(inode);
	return inode;
}

int daxfs_open_raw(struct inode *inode)
{
	struct daxfs_info *info = daxfs_info(inode);

	return DAXFS_CALL(daxfs_of(inode),
			  daxfs_inode_open(call, inode->i_ino, info->gen, &info->raw));
}

int daxfs_vfs_hold(struct inode *inode)
{
	struct daxfs_info *info = daxfs_info(inode);
	int err = 0;

	mutex_lock(&info->lock);
	/* One that is this inode's came there before, under this lock or before this inode. */
	if (!info->opens)
		err = list_empty_careful(&daxfs_region_of(inode->i_sb)->pinned) ?
			      daxfs_open_raw(inode) :
			      daxfs_pinned_open(inode, &info->mapped);
	if (!err)
		info->opens++;
	mutex_unlock(&info->lock);
	return err;
}

static int daxfs_not_mapped(struct daxfs_call *call, struct daxfs_inode *raw)
{
	daxfs_inode_unmap(call, raw);
	return 0;
}

/* Cuts the end off a large file that no name and no other host leads to; 1: there is more. */
static int daxfs_cut_end(struct daxfs_call *call, struct daxfs_inode *raw)
{
	u64 size = daxfs_size(raw, call->fs), step = max(size >> 10, DAXFS_FREED_AT_ONCE);

	if (daxfs_load(&raw->link) & DAXFS_LINK_COUNT || size <= step ||
	    daxfs_load(&raw->openers) != BIT_ULL(call->fs->host) ||
	    daxfs_load(&raw->pages) <= DAXFS_FREED_AT_ONCE >> DAXFS_UNIT_SHIFT)
		return 0;
	return daxfs_truncate(call, raw, size - step) ?: 1;
}

static int daxfs_let_go(struct daxfs_call *call, struct daxfs_inode *raw)
{
	daxfs_inode_close(call, raw);
	return 0;
}

/* A call that freed a large file at once would keep the epoch for long. */
void daxfs_last_close(struct daxfs *fs, struct daxfs_inode *raw, bool mapped)
{
	if (mapped)
		DAXFS_CALL(fs, daxfs_not_mapped(call, raw));
	while (DAXFS_CALL(fs, daxfs_cut_end(call, raw)) > 0)
		cond_resched();
	DAXFS_CALL(fs, daxfs_let_go(call, raw));
}

void daxfs_vfs_unhold(struct inode *inode)
{
	struct daxfs_info *info = daxfs_info(inode);

	mutex_lock(&info->lock);
	if (!--info->opens) {
		if (info->mapped && daxfs_is_pinned(daxfs_region_of(inode->i_sb), info->raw, 0))
			daxfs_pinned_add(inode);
		else
			daxfs_last_close(daxfs_of(inode), info->raw, info->mapped);
		info->mapped = false;
	}
	mutex_unlock(&info->lock);
}
