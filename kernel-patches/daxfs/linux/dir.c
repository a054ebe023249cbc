// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names. The dentry cache is a guess that each walk verifies against the region, absent
 * names included: nothing here relies on the locks of directories, which hold for this
 * host alone.
 */
#include <linux/namei.h>
#include <linux/slab.h>

#include "vfs.h"

/* A name whose inode is found gone so often in a row leads nowhere: the region is broken. */
#define DAXFS_FIND_TRIES	1000

/* All attributes, or those by which an inode is known and permissions are decided. */
static int daxfs_find_once(struct daxfs_call *call, struct daxfs_inode *dir,
			   const struct qstr *name, struct daxfs_attr *attr, bool all)
{
	struct daxfs_inode *raw;
	int err = daxfs_lookup(call, dir, daxfs_name_of(name), &attr->ino) ?:
		  daxfs_inode_get(call, attr->ino, 0, &raw);

	if (err)
		return err;
	if (all)
		return daxfs_getattr(call, raw, attr);
	attr->gen = daxfs_load(&raw->gen);
	daxfs_getmode(raw, attr);
	return daxfs_alive(call->fs) ? 0 : -ESTALE;
}

/* What a name leads to. */
static int daxfs_find(struct daxfs_call *call, struct inode *dir, const struct qstr *name,
		      struct daxfs_attr *attr, bool all)
{
	struct daxfs_inode *raw;
	int err = daxfs_raw(call, dir, &raw);

	if (err)
		return -ENOENT;
	for (int i = 0; i < DAXFS_FIND_TRIES; i++) {
		err = daxfs_find_once(call, raw, name, attr, all);
		/* Unlinked since the name was read. */
		if (err != -ESTALE || !daxfs_alive(call->fs))
			return err;
	}
	return -EUCLEAN;
}

/* The walk that comes again because what it had found was gone before it was open. */
static bool daxfs_walks_again(unsigned int flags)
{
	return (flags & (LOOKUP_REVAL | LOOKUP_OPEN)) == (LOOKUP_REVAL | LOOKUP_OPEN);
}

static struct inode *daxfs_inode_of(struct inode *dir, const struct qstr *name,
				    unsigned int flags)
{
	struct daxfs_attr attr;
	struct inode *inode;
	int err;

	for (int i = 0; i < DAXFS_FIND_TRIES; i++) {
		err = DAXFS_CALL(daxfs_of(dir), daxfs_find(call, dir, name, &attr, true));
		if (err)
			return ERR_PTR(err);
		inode = daxfs_inode_for(dir->i_sb, &attr);
		if (IS_ERR(inode) || !daxfs_walks_again(flags))
			return inode;
		err = daxfs_vfs_keep(inode);
		if (!err)
			return inode;
		iput(inode);
		if (err != -ESTALE)
			break;
	}
	return ERR_PTR(err);
}

static struct dentry *daxfs_vfs_lookup(struct inode *dir, struct dentry *dentry,
				       unsigned int flags)
{
	struct inode *inode;

	if (dentry->d_name.len > DAXFS_NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	inode = daxfs_inode_of(dir, &dentry->d_name, flags);
	if (inode == ERR_PTR(-ENOENT))
		inode = NULL;
	return d_splice_alias(inode, dentry);
}

static int daxfs_revalidate(struct dentry *dentry, unsigned int flags)
{
	struct inode *inode;
	struct dentry *parent;
	struct daxfs_attr attr __uninitialized;
	int err;

	if (flags & LOOKUP_RCU)
		return -ECHILD;
	if (IS_ROOT(dentry))
		return 1;
	parent = dget_parent(dentry);
	inode = d_inode(dentry);
	err = DAXFS_CALL(daxfs_of(d_inode(parent)),
			 daxfs_find(call, d_inode(parent), &dentry->d_name, &attr, false));
	dput(parent);
	if (err == -ENOENT)
		return !inode;
	if (err)
		return err;
	if (!inode || inode->i_ino != attr.ino || daxfs_info(inode)->gen != attr.gen)
		return 0;
	/* Whoever needs the others takes them over by itself. */
	err = daxfs_refresh_if(inode, &attr);
	if (!err && daxfs_walks_again(flags))
		err = daxfs_vfs_keep(inode);
	return err == -ESTALE ? 0 : err ?: 1;
}

const struct dentry_operations daxfs_dentry_operations = {
	.d_revalidate = daxfs_revalidate,
};

struct daxfs_new daxfs_new_for(struct mnt_idmap *idmap, struct inode *dir, umode_t mode,
			       dev_t rdev)
{
	struct user_namespace *ns = i_user_ns(dir);
	struct daxfs_new new = {
		.mode = mode,
		.uid = from_kuid(ns, mapped_fsuid(idmap, ns)),
		.gid = from_kgid(ns, mapped_fsgid(idmap, ns)),
		.rdev = new_encode_dev(rdev),
	};

	if (dir->i_mode & S_ISGID) {
		new.gid = i_gid_read(dir);
		if (S_ISDIR(mode))
			new.mode |= S_ISGID;
	}
	return new;
}

static int daxfs_make(struct daxfs_call *call, struct inode *dir, struct daxfs_name name,
		      const struct daxfs_new *new, struct daxfs_attr *attr)
{
	struct daxfs_inode *at, *raw;
	int err = daxfs_raw(call, dir, &at);

	if (err)
		return -ENOENT;
	err = daxfs_create(call, at, name, new, &raw);
	return err ?: daxfs_getattr(call, raw, attr);
}

/* The VFS' inode for a new one, held. The call that made it left it open. */
static struct inode *daxfs_adopt(struct super_block *sb, const struct daxfs_attr *attr)
{
	struct inode *inode = daxfs_inode_for(sb, attr);
	int err;

	if (IS_ERR(inode))
		return inode;
	err = daxfs_vfs_hold(inode);
	if (!err)
		return inode;
	iput(inode);
	return ERR_PTR(err);
}

static struct inode *daxfs_new_inode(struct inode *dir, struct daxfs_name name,
				     const struct daxfs_new *new)
{
	struct daxfs_attr attr;
	int err = DAXFS_CALL(daxfs_of(dir), daxfs_make(call, dir, name, new, &attr));

	return err ? ERR_PTR(err) : daxfs_adopt(dir->i_sb, &attr);
}

static int daxfs_named(struct inode *dir, struct dentry *dentry, struct inode *inode)
{
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	daxfs_vfs_unhold(inode);
	daxfs_refresh(dir);
	d_instantiate(dentry, inode);
	return 0;
}

static int daxfs_vfs_mknod(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry,
			   umode_t mode, dev_t rdev)
{
	struct daxfs_new new = daxfs_new_for(idmap, dir, mode, rdev);
	struct inode *inode = daxfs_new_inode(dir, daxfs_name_of(&dentry->d_name), &new);

	return daxfs_named(dir, dentry, inode);
}

static int daxfs_vfs_create(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry,
			    umode_t mode, bool excl)
{
	return daxfs_vfs_mknod(idmap, dir, dentry, mode, 0);
}

static int daxfs_create_open(struct inode *dir, struct dentry *dentry, struct file *file,
			     umode_t mode)
{
	struct daxfs_new new = daxfs_new_for(file_mnt_idmap(file), dir, mode, 0);
	struct inode *inode = daxfs_new_inode(dir, daxfs_name_of(&dentry->d_name), &new);
	int err;

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	daxfs_refresh(dir);
	d_instantiate(dentry, inode);
	file->f_mode |= FMODE_CREATED;
	err = finish_open(file, dentry, NULL);
	daxfs_vfs_unhold(inode);
	return err;
}

/* A name that another host makes meanwhile is found, and the VFS looks at its permissions. */
static int daxfs_atomic_open(struct inode *dir, struct dentry *dentry, struct file *file,
			     unsigned int flags, umode_t mode)
{
	struct dentry *other = NULL;
	int err;

	for (int i = 0; i < DAXFS_FIND_TRIES; i++) {
		if (d_unhashed(dentry))
			other = daxfs_vfs_lookup(dir, dentry, LOOKUP_OPEN | LOOKUP_REVAL);
		if (IS_ERR(other))
			return PTR_ERR(other);
		if (!(flags & O_CREAT) || d_really_is_positive(other ?: dentry))
			return finish_no_open(file, other);
		err = daxfs_create_open(dir, dentry, file, mode);
		if (err != -EEXIST || flags & O_EXCL)
			return err;
		d_drop(dentry);
	}
	return err;
}

static int daxfs_vfs_mkdir(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry,
			   umode_t mode)
{
	return daxfs_vfs_mknod(idmap, dir, dentry, mode | S_IFDIR, 0);
}

static int daxfs_vfs_tmpfile(struct mnt_idmap *idmap, struct inode *dir, struct file *file,
			     umode_t mode)
{
	struct daxfs_new new = daxfs_new_for(idmap, dir, mode, 0);
	struct inode *inode = daxfs_new_inode(dir, (struct daxfs_name){}, &new);
	int err;

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	set_nlink(inode, 1);
	d_tmpfile(file, inode);
	err = finish_open_simple(file, 0);
	daxfs_vfs_unhold(inode);
	return err;
}

/* What links a name to an inode, or unlinks it. */
typedef int daxfs_act_on_name(struct daxfs_call *call, struct daxfs_inode *dir,
			      struct daxfs_name name, struct daxfs_inode *inode);

static int daxfs_on_name(struct daxfs_call *call, struct inode *dir, struct dentry *dentry,
			 struct inode *inode, daxfs_act_on_name *act)
{
	struct daxfs_inode *at, *raw;
	int err = daxfs_raw(call, dir, &at);

	if (err)
		return -ENOENT;
	err = daxfs_raw(call, inode, &raw);
	return err ?: act(call, at, daxfs_name_of(&dentry->d_name), raw);
}

static int daxfs_vfs_link(struct dentry *old, struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = d_inode(old);
	int err = DAXFS_CALL(daxfs_of(dir),
			     daxfs_on_name(call, dir, dentry, inode, daxfs_link));

	if (err)
		return err;
	daxfs_refresh(dir);
	daxfs_refresh(inode);
	ihold(inode);
	d_instantiate(dentry, inode);
	return 0;
}

static int daxfs_write_link(struct daxfs_call *call, struct daxfs_inode *raw, const char *text,
			    u32 bytes)
{
	struct daxfs_run run;
	int got = daxfs_write_begin(call, raw, 0, bytes, &run);

	if (got < 0)
		return got;
	daxfs_copy(run.at, text, got);
	got = daxfs_write_end(call, &run, got);
	return got < 0 ? got : 0;
}

/* It gets its name when its text is in it, so that nobody sees it without. */
static int daxfs_make_link(struct daxfs_call *call, struct inode *dir, struct daxfs_name name,
			   const struct daxfs_new *new, const char *text, struct daxfs_attr *attr)
{
	struct daxfs_inode *at, *raw;
	int err = daxfs_raw(call, dir, &at);

	if (err)
		return -ENOENT;
	err = daxfs_create(call, at, (struct daxfs_name){}, new, &raw);
	if (err)
		return err;
	err = daxfs_write_link(call, raw, text, strlen(text)) ?: daxfs_link(call, at, name, raw) ?:
	      daxfs_getattr(call, raw, attr);
	if (err)
		daxfs_inode_close(call, raw);
	return err;
}

static int daxfs_vfs_symlink(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry,
			     const char *text)
{
	struct daxfs_new new = daxfs_new_for(idmap, dir, S_IFLNK | 0777, 0);
	struct daxfs_attr attr;
	int err = DAXFS_CALL(daxfs_of(dir),
			     daxfs_make_link(call, dir, daxfs_name_of(&dentry->d_name), &new, text,
					     &attr));

	return err ?: daxfs_named(dir, dentry, daxfs_adopt(dir->i_sb, &attr));
}

static int daxfs_unlink_inode(struct inode *dir, struct dentry *dentry, struct inode *inode)
{
	int err;

	daxfs_vfs_keep(inode);
	err = DAXFS_CALL(daxfs_of(dir), daxfs_on_name(call, dir, dentry, inode, daxfs_unlink));
	daxfs_vfs_unnamed(inode);
	return err;
}

/* The name leads to another inode than the VFS has seen and looked at. */
static int daxfs_unlink_other(struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = daxfs_inode_of(dir, &dentry->d_name, 0);
	int err;

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	if (S_ISDIR(inode->i_mode))
		err = -EISDIR;
	else if (check_sticky(&nop_mnt_idmap, dir, inode))
		err = -EPERM;
	else
		err = daxfs_unlink_inode(dir, dentry, inode);
	iput(inode);
	return err;
}

static int daxfs_vfs_unlink(struct inode *dir, struct dentry *dentry)
{
	int err = daxfs_unlink_inode(dir, dentry, d_inode(dentry));

	for (int i = 0; err == -ESTALE && !d_is_dir(dentry) && i < DAXFS_FIND_TRIES; i++)
		err = daxfs_unlink_other(dir, dentry);
	if (!err)
		daxfs_refresh(dir);
	return err;
}

/* Names that were read within a call, and are given to the caller after it. */
struct daxfs_batch {
	u32 used;
	u8 bytes[DAXFS_UNIT - sizeof(u32)];
};

struct daxfs_batch_name {
	u64 ino;
	u64 cookie;
	u8 type;
	u8 length;
	u8 bytes[];
};

static bool daxfs_batch_add(void *context, struct daxfs_name name, u64 ino, u8 type, u64 cookie)
{
	struct daxfs_batch *batch = context;
	struct daxfs_batch_name *one = (void *)(batch->bytes + batch->used);
	u32 bytes = ALIGN(sizeof(*one) + name.length, 8);

	if (batch->used + bytes > sizeof(batch->bytes))
		return false;
	*one = (struct daxfs_batch_name){ ino, cookie, type, name.length };
	memcpy(one->bytes, name.bytes, name.length);
	batch->used += bytes;
	return true;
}

static int daxfs_batch_read(struct daxfs_call *call, struct daxfs_inode *dir, u64 cookie,
			    struct daxfs_batch *batch)
{
	batch->used = 0;
	return daxfs_readdir(call, dir, &cookie, daxfs_batch_add, batch);
}

/* False: the caller has no room for more. */
static bool daxfs_batch_emit(struct daxfs_batch *batch, struct dir_context *context)
{
	for (u32 at = 0; at < batch->used;) {
		struct daxfs_batch_name *one = (void *)(batch->bytes + at);

		if (!dir_emit(context, one->bytes, one->length, one->ino, one->type))
			return false;
		context->pos = one->cookie;
		at += ALIGN(sizeof(*one) + one->length, 8);
	}
	return true;
}

static int daxfs_iterate(struct file *file, struct dir_context *context)
{
	struct inode *inode = file_inode(file);
	struct daxfs_batch *batch;
	int err = 0;

	if (!dir_emit_dots(file, context))
		return 0;
	batch = kmalloc(sizeof(*batch), GFP_KERNEL);
	if (!batch)
		return -ENOMEM;
	do {
		err = DAXFS_CALL(daxfs_of(inode),
				 daxfs_batch_read(call, daxfs_info(inode)->raw, context->pos,
						  batch));
	} while (!err && batch->used && daxfs_batch_emit(batch, context));
	kfree(batch);
	file_accessed(file);
	return err;
}

/* Positions are cookies. */
static loff_t daxfs_dir_llseek(struct file *file, loff_t offset, int whence)
{
	return generic_file_llseek_size(file, offset, whence, S64_MAX, 0);
}

const struct file_operations daxfs_dir_file_operations = {
	.open = daxfs_vfs_open,
	.release = daxfs_vfs_release,
	.read = generic_read_dir,
	.iterate_shared = daxfs_iterate,
	.llseek = daxfs_dir_llseek,
	.fsync = daxfs_vfs_fsync,
};

const struct inode_operations daxfs_dir_operations = {
	.lookup = daxfs_vfs_lookup,
	.create = daxfs_vfs_create,
	.atomic_open = daxfs_atomic_open,
	.link = daxfs_vfs_link,
	.unlink = daxfs_vfs_unlink,
	.symlink = daxfs_vfs_symlink,
	.mkdir = daxfs_vfs_mkdir,
	.rmdir = daxfs_vfs_unlink,
	.mknod = daxfs_vfs_mknod,
	.rename = daxfs_vfs_rename,
	.tmpfile = daxfs_vfs_tmpfile,
	.permission = daxfs_vfs_permission,
	.getattr = daxfs_vfs_getattr,
	.setattr = daxfs_vfs_setattr,
	.listxattr = daxfs_vfs_listxattr,
	.update_time = daxfs_vfs_update_time,
};
