/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module's files share. The core knows the region; these files know Linux. An
 * inode of the VFS is a view of one generation of the region's inode, and holds nothing in
 * the region by itself: only what is open does.
 */
#ifndef DAXFS_VFS_H
#define DAXFS_VFS_H

#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/memremap.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "core/daxfs.h"

struct fs_context;

/* What /sys/fs/daxfs/ADDRESS counts, since the module has the region. */
enum daxfs_count {
	DAXFS_COUNT_FAULTS,		/* answered with pages of 4 KiB */
	DAXFS_COUNT_HUGE_FAULTS,	/* answered with 2 MiB */
	DAXFS_COUNT_REVOKES,		/* all translations of a file taken away */
	DAXFS_COUNTS,
};

/* Memory with struct pages, and the filesystem that is mounted from it. */
struct daxfs_region {
	struct list_head list;
	phys_addr_t start;
	u64 bytes;
	void *base;
	struct dev_pagemap *pagemap;	/* another driver's, held while it is mounted */
	struct dev_pagemap own;
	struct file *device;		/* the block device that it is, or NULL */
	struct inode *keys;		/* what its pages are known by, while it is mounted */
	u32 users;
	struct daxfs fs;
	bool claimed;
	struct mutex pinned_lock;	/* of the list, and of closing what is in it */
	struct list_head pinned;
	struct delayed_work pinned_work;
	struct kobject kobject;
	atomic64_t counts[DAXFS_COUNTS];
};

struct daxfs_info {
	struct inode vfs;
	struct daxfs_inode *raw;
	u64 gen;
	struct mutex lock;	/* orders the first open, the last close and the first mapping */
	u32 opens;
	bool mapped;		/* this host may have translations of its pages */
	bool kept;		/* `opens` counts one that is no file */
};

static inline struct daxfs_region *daxfs_region_of(const struct super_block *sb)
{
	return sb->s_fs_info;
}

static inline struct daxfs *daxfs_of(const struct inode *inode)
{
	return &daxfs_region_of(inode->i_sb)->fs;
}

static inline void daxfs_count(struct daxfs_region *region, enum daxfs_count which)
{
	atomic64_inc(&region->counts[which]);
}

static inline struct daxfs_info *daxfs_info(const struct inode *inode)
{
	return container_of(inode, struct daxfs_info, vfs);
}

static inline struct daxfs_name daxfs_name_of(const struct qstr *name)
{
	return (struct daxfs_name){ name->name, name->len };
}

/* Each time, another call has done something in between; so often in a row none has. */
#define DAXFS_AGAIN_MAX		4000000

/*
 * Runs a call of the core, again where it asks for that, and where space has come free. The
 * expression finds the call as `call`.
 */
#define DAXFS_CALL(fs, expression) ({						\
	struct daxfs *fs_ = (fs);						\
	struct daxfs_call call_ __uninitialized, *call = &call_;		\
	int err_, room_ = 2, again_ = 0;					\
										\
	for (;;) {								\
		err_ = daxfs_begin(fs_, call, raw_smp_processor_id());		\
		if (!err_) {							\
			err_ = (expression);					\
			daxfs_end(call);					\
		}								\
		if (err_ == -ENOSPC ? !room_-- || !daxfs_wait_for_calls(fs_) :	\
				      err_ != -EAGAIN && err_ != -EBUSY)	\
			break;							\
		if (err_ == -EAGAIN && again_++ == DAXFS_AGAIN_MAX) {		\
			err_ = -EUCLEAN;					\
			break;							\
		}								\
		cond_resched();							\
	}									\
	err_;									\
})

/* region.c */
/* Takes over the device, if the memory is one, also where it fails. */
struct daxfs_region *daxfs_region_get(struct fs_context *fc, phys_addr_t start, u64 bytes,
				      struct file *device);
void daxfs_region_put(struct daxfs_region *region);
void daxfs_regions_free(void);

/* device.c */
struct file *daxfs_device_open(struct fs_context *fc, const char *path, phys_addr_t *start,
			       u64 *bytes);

/* keys.c */
int daxfs_keys_set(struct super_block *sb);
void daxfs_keys_clear(struct daxfs_region *region);

/* sysfs.c */
int daxfs_sysfs_init(void);
void daxfs_sysfs_exit(void);
int daxfs_sysfs_add(struct daxfs_region *region);
/* Frees the region too, as soon as nobody reads its counters. */
void daxfs_sysfs_remove(struct daxfs_region *region);

/* super.c */
u64 daxfs_now(void);
/* Moves the epoch on by two: true if every call that was under way has ended. */
bool daxfs_wait_for_calls(struct daxfs *fs);

/* inode.c */
int daxfs_inodes_init(void);
void daxfs_inodes_exit(void);
struct inode *daxfs_inode_alloc(struct super_block *sb);
void daxfs_inode_dealloc(struct inode *inode);
/* The VFS' inode for what a call has seen. */
struct inode *daxfs_inode_for(struct super_block *sb, const struct daxfs_attr *attr);
/* The region's inode, if it still is this one: -ESTALE. For use within a call. */
int daxfs_raw(struct daxfs_call *call, struct inode *inode, struct daxfs_inode **raw);
/* From hold to unhold the region's inode stays, whoever unlinks it, and ->raw may be used. */
int daxfs_vfs_hold(struct inode *inode);
void daxfs_vfs_unhold(struct inode *inode);
/* What hold and unhold do first and last. */
int daxfs_open_raw(struct inode *inode);
void daxfs_last_close(struct daxfs *fs, struct daxfs_inode *raw, bool mapped);

/* keep.c */
/* Whoever has found the inode by a name can open it from now on, whoever unlinks it. */
int daxfs_vfs_keep(struct inode *inode);
/* It is open, which keeps it. */
void daxfs_vfs_opened(struct inode *inode);
/* A name of an inode that is kept may be gone. */
void daxfs_vfs_unnamed(struct inode *inode);
void daxfs_vfs_evict(struct inode *inode);

/* attr.c */
/* Takes over what the region says; an inode that is gone from it has no names. */
int daxfs_refresh(struct inode *inode);
void daxfs_take_attr(struct inode *inode, const struct daxfs_attr *attr);
/* The same, unless the inode has the mode and the owner that a call has seen, and a name. */
int daxfs_refresh_if(struct inode *inode, const struct daxfs_attr *attr);
int daxfs_vfs_permission(struct mnt_idmap *idmap, struct inode *inode, int mask);
int daxfs_vfs_getattr(struct mnt_idmap *idmap, const struct path *path, struct kstat *stat,
		      u32 request_mask, unsigned int flags);
int daxfs_vfs_setattr(struct mnt_idmap *idmap, struct dentry *dentry, struct iattr *attr);
int daxfs_vfs_update_time(struct inode *inode, int flags);

/* xattr.c */
extern const struct xattr_handler * const daxfs_xattr_handlers[];
ssize_t daxfs_vfs_listxattr(struct dentry *dentry, char *to, size_t size);

/* dir.c */
extern const struct inode_operations daxfs_dir_operations;
extern const struct file_operations daxfs_dir_file_operations;
extern const struct dentry_operations daxfs_dentry_operations;

/* A new inode in a directory, of whoever asks for it. */
struct daxfs_new daxfs_new_for(struct mnt_idmap *idmap, struct inode *dir, umode_t mode,
			       dev_t rdev);

/* rename.c */
int daxfs_vfs_rename(struct mnt_idmap *idmap, struct inode *from_dir, struct dentry *from,
		     struct inode *to_dir, struct dentry *to, unsigned int flags);

/* file.c */
extern const struct inode_operations daxfs_file_inode_operations;
extern const struct file_operations daxfs_file_operations;
int daxfs_vfs_open(struct inode *inode, struct file *file);
int daxfs_vfs_release(struct inode *inode, struct file *file);
int daxfs_vfs_fsync(struct file *file, loff_t start, loff_t end, int datasync);
ssize_t daxfs_write_at(struct inode *inode, u64 pos, struct iov_iter *from);
/* The size that the region says, also for generic code, which looks at the VFS'. */
int daxfs_take_size(struct inode *inode, u64 *size);

/* append.c */
ssize_t daxfs_append_iter(struct kiocb *iocb, struct iov_iter *from);

/* space.c */
int daxfs_set_size(struct inode *inode, u64 size);
/* At least this size. */
int daxfs_grow_to(struct inode *inode, u64 size);
long daxfs_vfs_fallocate(struct file *file, int mode, loff_t offset, loff_t len);

/* mmap.c */
int daxfs_vfs_mmap(struct file *file, struct vm_area_struct *vma);
/*
 * Between these no page of the file is mapped on this host, and none comes to be: so its
 * pages may be replaced. Waits for whoever holds a page of the bytes from `from` on, or of
 * the page that the file ends in.
 */
int daxfs_unmap_begin(struct inode *inode, u64 from);
void daxfs_unmap_end(struct inode *inode);

/* pinned.c */
void daxfs_pinned_init(struct daxfs_region *region);
void daxfs_pinned_exit(struct daxfs_region *region);
/* Whether somebody holds a page of the bytes from `from` on: I/O under way, or a pipe. */
bool daxfs_is_pinned(struct daxfs_region *region, struct daxfs_inode *raw, u64 from);
/* Closes the inode that was just closed when nobody holds a page of it any more. */
void daxfs_pinned_add(struct inode *inode);
/* daxfs_open_raw(), and takes it from those that wait to be closed: then it may be mapped. */
int daxfs_pinned_open(struct inode *inode, bool *may_be_mapped);

#endif
