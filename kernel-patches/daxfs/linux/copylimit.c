// SPDX-License-Identifier: GPL-2.0-only
/*
 * copylimit: the least that read() and write() of a range of memory cost. Its files are
 * windows of that memory: calls copy, keep times, and do nothing else. There is no
 * allocation, no size to agree on, and nothing that keeps two hosts apart, so no
 * filesystem that is reached by calls can be faster. It is for measurements.
 */
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/fs_parser.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uio.h>

#define COPYLIMIT_MAGIC		0x63706c6d
#define COPYLIMIT_FILES		4u

/* The options of a mount, and its memory. */
struct copylimit {
	u64 phys, bytes;
	void *base;
};

enum copylimit_option { COPYLIMIT_OPT_PHYS, COPYLIMIT_OPT_SIZE };

static const struct fs_parameter_spec copylimit_parameters[] = {
	fsparam_string("phys", COPYLIMIT_OPT_PHYS),
	fsparam_string("size", COPYLIMIT_OPT_SIZE),
	{}
};

/* How much of a call lies within the file. */
static size_t copylimit_span(struct kiocb *iocb, struct iov_iter *iter)
{
	loff_t size = i_size_read(file_inode(iocb->ki_filp));

	if (iocb->ki_pos >= size)
		return 0;
	return min_t(u64, iov_iter_count(iter), size - iocb->ki_pos);
}

static void *copylimit_at(struct kiocb *iocb)
{
	return file_inode(iocb->ki_filp)->i_private + iocb->ki_pos;
}

static ssize_t copylimit_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	size_t span = copylimit_span(iocb, to);
	size_t copied = copy_to_iter(copylimit_at(iocb), span, to);

	iocb->ki_pos += copied;
	file_accessed(iocb->ki_filp);
	return span && !copied ? -EFAULT : copied;
}

static ssize_t copylimit_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	ssize_t err = generic_write_checks(iocb, from);
	size_t span, copied;

	if (err <= 0)
		return err;
	err = file_update_time(iocb->ki_filp);
	if (err)
		return err;
	span = copylimit_span(iocb, from);
	if (!span)
		return -ENOSPC;
	copied = copy_from_iter(copylimit_at(iocb), span, from);
	iocb->ki_pos += copied;
	return copied ?: -EFAULT;
}

static const struct file_operations copylimit_file_operations = {
	.read_iter = copylimit_read_iter,
	.write_iter = copylimit_write_iter,
	.llseek = generic_file_llseek,
	.fsync = noop_fsync,
};

/* A file is as long as its window. */
static int copylimit_setattr(struct mnt_idmap *idmap, struct dentry *dentry, struct iattr *attr)
{
	if (attr->ia_valid & ATTR_SIZE && attr->ia_size != i_size_read(d_inode(dentry)))
		return -EPERM;
	return simple_setattr(idmap, dentry, attr);
}

static const struct inode_operations copylimit_file_inode_operations = {
	.setattr = copylimit_setattr,
};

static struct inode *copylimit_inode(struct super_block *sb, umode_t mode)
{
	struct inode *inode = new_inode(sb);

	if (!inode)
		return NULL;
	inode->i_ino = get_next_ino();
	inode->i_mode = mode;
	simple_inode_init_ts(inode);
	return inode;
}

/* A window under its number as a name. */
static int copylimit_make_file(struct dentry *root, u32 index)
{
	struct copylimit *limit = root->d_sb->s_fs_info;
	u64 bytes = limit->bytes / COPYLIMIT_FILES;
	struct dentry *dentry;
	struct inode *inode;
	char name[2] = { '0' + index };

	dentry = d_alloc_name(root, name);
	if (!dentry)
		return -ENOMEM;
	inode = copylimit_inode(root->d_sb, S_IFREG | 0644);
	if (!inode) {
		dput(dentry);
		return -ENOMEM;
	}
	inode->i_op = &copylimit_file_inode_operations;
	inode->i_fop = &copylimit_file_operations;
	inode->i_private = limit->base + index * bytes;
	i_size_write(inode, bytes);
	d_add(dentry, inode);
	return 0;
}

static const struct super_operations copylimit_super_operations = {
	.statfs = simple_statfs,
	.drop_inode = generic_delete_inode,
};

static int copylimit_fill_super(struct super_block *sb, struct fs_context *fc)
{
	struct copylimit *limit = sb->s_fs_info;
	struct inode *root;
	int err = 0;

	limit->base = memremap(limit->phys, limit->bytes, MEMREMAP_WB);
	if (!limit->base)
		return invalf(fc, "copylimit: the memory at %#llx cannot be mapped", limit->phys);
	sb->s_magic = COPYLIMIT_MAGIC;
	sb->s_blocksize = PAGE_SIZE;
	sb->s_blocksize_bits = PAGE_SHIFT;
	sb->s_maxbytes = MAX_LFS_FILESIZE;
	sb->s_time_gran = 1;
	sb->s_op = &copylimit_super_operations;
	root = copylimit_inode(sb, S_IFDIR | 0755);
	if (!root)
		return -ENOMEM;
	root->i_op = &simple_dir_inode_operations;
	root->i_fop = &simple_dir_operations;
	sb->s_root = d_make_root(root);
	if (!sb->s_root)
		return -ENOMEM;
	for (u32 index = 0; !err && index < COPYLIMIT_FILES; index++)
		err = copylimit_make_file(sb->s_root, index);
	return err;
}

static int copylimit_get_tree(struct fs_context *fc)
{
	struct copylimit *limit = fc->s_fs_info;

	if (!limit->bytes || !IS_ALIGNED(limit->phys | limit->bytes, COPYLIMIT_FILES * PAGE_SIZE))
		return invalf(fc, "copylimit: phys and size must be multiples of 16K");
	return get_tree_nodev(fc, copylimit_fill_super);
}

static int copylimit_parse_param(struct fs_context *fc, struct fs_parameter *param)
{
	struct copylimit *limit = fc->s_fs_info;
	struct fs_parse_result result;
	int option = fs_parse(fc, copylimit_parameters, param, &result);

	switch (option) {
	case COPYLIMIT_OPT_PHYS:
		limit->phys = memparse(param->string, NULL);
		return 0;
	case COPYLIMIT_OPT_SIZE:
		limit->bytes = memparse(param->string, NULL);
		return 0;
	default:
		return option;
	}
}

/* A context that became no mount. */
static void copylimit_free_fc(struct fs_context *fc)
{
	kfree(fc->s_fs_info);
}

static const struct fs_context_operations copylimit_context_operations = {
	.get_tree = copylimit_get_tree,
	.parse_param = copylimit_parse_param,
	.free = copylimit_free_fc,
};

static int copylimit_init_fs_context(struct fs_context *fc)
{
	struct copylimit *limit = kzalloc(sizeof(*limit), GFP_KERNEL);

	if (!limit)
		return -ENOMEM;
	fc->s_fs_info = limit;
	fc->ops = &copylimit_context_operations;
	return 0;
}

static void copylimit_kill_sb(struct super_block *sb)
{
	struct copylimit *limit = sb->s_fs_info;

	kill_litter_super(sb);
	if (limit->base)
		memunmap(limit->base);
	kfree(limit);
}

static struct file_system_type copylimit_type = {
	.owner = THIS_MODULE,
	.name = "copylimit",
	.init_fs_context = copylimit_init_fs_context,
	.parameters = copylimit_parameters,
	.kill_sb = copylimit_kill_sb,
};
MODULE_ALIAS_FS("copylimit");

static int __init copylimit_init(void)
{
	return register_filesystem(&copylimit_type);
}

static void __exit copylimit_exit(void)
{
	unregister_filesystem(&copylimit_type);
}

module_init(copylimit_init);
module_exit(copylimit_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The least that read() and write() of a range of memory cost");
