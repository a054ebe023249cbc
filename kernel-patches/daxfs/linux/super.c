// SPDX-License-Identifier: GPL-2.0-only
/* Mounting, statfs, and the module itself. */
#include <linux/delay.h>
#include <linux/fs_context.h>
#include <linux/fs_parser.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/statfs.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>

#include "vfs.h"

struct daxfs_options {
	u64 phys, bytes;
	char *device;
	u32 host;
};

enum daxfs_option { DAXFS_OPT_PHYS, DAXFS_OPT_SIZE, DAXFS_OPT_DEVICE, DAXFS_OPT_HOST };

static const struct fs_parameter_spec daxfs_parameters[] = {
	fsparam_string("phys", DAXFS_OPT_PHYS),
	fsparam_string("size", DAXFS_OPT_SIZE),
	fsparam_string("device", DAXFS_OPT_DEVICE),
	fsparam_u32("host", DAXFS_OPT_HOST),
	{}
};

u64 daxfs_now(void)
{
	return ktime_to_ns(ktime_get_coarse_real());
}

/* A call is short, but one of a dead host never ends. */
#define DAXFS_CALLS_TICKS	(HZ / 10)

bool daxfs_wait_for_calls(struct daxfs *fs)
{
	unsigned long end = jiffies + DAXFS_CALLS_TICKS;
	int moved = 0;

	while (moved < 2 && time_before(jiffies, end)) {
		if (daxfs_advance(fs))
			moved++;
		else
			usleep_range(20, 100);
	}
	return moved == 2;
}

static int daxfs_statfs(struct dentry *dentry, struct kstatfs *about)
{
	struct daxfs *fs = daxfs_of(d_inode(dentry));

	about->f_type = DAXFS_SUPER_MAGIC;
	about->f_bsize = DAXFS_UNIT;
	about->f_blocks = fs->units - 1 - fs->pool;
	about->f_bfree = daxfs_free_units(fs);
	about->f_bavail = about->f_bfree;
	about->f_files = about->f_blocks;
	about->f_ffree = about->f_bfree;
	about->f_namelen = DAXFS_NAME_MAX;
	about->f_fsid = u64_to_fsid(fs->secret[0] ^ fs->secret[1]);
	return 0;
}

static int daxfs_show_options(struct seq_file *seq, struct dentry *root)
{
	struct daxfs_region *region = daxfs_region_of(root->d_sb);

	seq_printf(seq, ",phys=%pa,size=%llu,host=%u", &region->start, region->bytes,
		   region->fs.host);
	return 0;
}

static const struct super_operations daxfs_super_operations = {
	.alloc_inode = daxfs_inode_alloc,
	.free_inode = daxfs_inode_dealloc,
	.drop_inode = generic_delete_inode,
	.evict_inode = daxfs_vfs_evict,
	.statfs = daxfs_statfs,
	.show_options = daxfs_show_options,
};

static int daxfs_root_attr(struct daxfs_call *call, struct daxfs_attr *attr)
{
	struct daxfs_inode *raw;
	int err = daxfs_inode_get(call, call->fs->root, 0, &raw);

	return err ?: daxfs_getattr(call, raw, attr);
}

static int daxfs_make_root(struct super_block *sb)
{
	struct daxfs_attr attr;
	struct inode *root;
	int err = DAXFS_CALL(&daxfs_region_of(sb)->fs, daxfs_root_attr(call, &attr));

	if (err)
		return err;
	if (!S_ISDIR(attr.mode))
		return -EUCLEAN;
	root = daxfs_inode_for(sb, &attr);
	if (IS_ERR(root))
		return PTR_ERR(root);
	sb->s_root = d_make_root(root);
	return sb->s_root ? 0 : -ENOMEM;
}

static int daxfs_fill_super(struct super_block *sb, struct fs_context *fc)
{
	const struct daxfs_options *options = fc->fs_private;
	struct daxfs_region *region = daxfs_region_of(sb);
	const struct daxfs_super *super = region->base;
	const char *why;
	int err = daxfs_attach(&region->fs, region->base, region->bytes, daxfs_now, &why);

	if (err) {
		errorf(fc, "daxfs: %s", why);
		return err;
	}
	err = daxfs_claim(&region->fs, options->host, utsname()->nodename);
	if (err) {
		errorf(fc, "daxfs: this host slot is taken, or not one of 0 to 63");
		return err;
	}
	region->claimed = true;
	sb->s_magic = DAXFS_SUPER_MAGIC;
	sb->s_blocksize = DAXFS_UNIT;
	sb->s_blocksize_bits = DAXFS_UNIT_SHIFT;
	sb->s_maxbytes = DAXFS_SIZE_MAX;
	sb->s_time_gran = 1;
	sb->s_op = &daxfs_super_operations;
	sb->s_d_op = &daxfs_dentry_operations;
	sb->s_xattr = daxfs_xattr_handlers;
	super_set_uuid(sb, super->uuid, sizeof(super->uuid));
	err = daxfs_make_root(sb);
	if (err) {
		errorf(fc, "daxfs: the root cannot be read");
		return err;
	}
	return daxfs_keys_set(sb);
}

static int daxfs_get_tree(struct fs_context *fc)
{
	const struct daxfs_options *options = fc->fs_private;
	phys_addr_t start = options->phys;
	u64 bytes = options->bytes;
	struct file *device = NULL;
	struct daxfs_region *region;

	if (options->device)
		device = daxfs_device_open(fc, options->device, &start, &bytes);
	if (IS_ERR(device))
		return PTR_ERR(device);
	region = daxfs_region_get(fc, start, bytes, device);
	if (IS_ERR(region))
		return PTR_ERR(region);
	return get_tree_keyed(fc, daxfs_fill_super, region);
}

/* 4096, 0x100000000, 512M, 1G. */
static int daxfs_parse_bytes(struct fs_context *fc, const struct fs_parameter *param, u64 *bytes)
{
	char *end;

	*bytes = memparse(param->string, &end);
	if (*end || end == param->string)
		return invalf(fc, "daxfs: %s=%s is no number of bytes", param->key, param->string);
	return 0;
}

static int daxfs_parse_param(struct fs_context *fc, struct fs_parameter *param)
{
	struct daxfs_options *options = fc->fs_private;
	struct fs_parse_result result;
	int option = fs_parse(fc, daxfs_parameters, param, &result);

	switch (option) {
	case DAXFS_OPT_PHYS:
		return daxfs_parse_bytes(fc, param, &options->phys);
	case DAXFS_OPT_SIZE:
		return daxfs_parse_bytes(fc, param, &options->bytes);
	case DAXFS_OPT_DEVICE:
		kfree(options->device);
		options->device = param->string;
		param->string = NULL;
		return 0;
	case DAXFS_OPT_HOST:
		options->host = result.uint_32;
		return 0;
	default:
		return option;
	}
}

/* What get_tree_keyed() did not hand to a superblock. */
static void daxfs_free_fc(struct fs_context *fc)
{
	struct daxfs_options *options = fc->fs_private;

	if (fc->s_fs_info)
		daxfs_region_put(fc->s_fs_info);
	kfree(options->device);
	kfree(options);
}

static const struct fs_context_operations daxfs_context_operations = {
	.get_tree = daxfs_get_tree,
	.parse_param = daxfs_parse_param,
	.free = daxfs_free_fc,
};

static int daxfs_init_fs_context(struct fs_context *fc)
{
	struct daxfs_options *options = kzalloc(sizeof(*options), GFP_KERNEL);

	if (!options)
		return -ENOMEM;
	options->host = DAXFS_ANY_HOST;
	fc->fs_private = options;
	fc->ops = &daxfs_context_operations;
	return 0;
}

static void daxfs_kill_sb(struct super_block *sb)
{
	struct daxfs_region *region = daxfs_region_of(sb);

	daxfs_keys_clear(region);
	kill_anon_super(sb);
	daxfs_pinned_exit(region);
	if (region->claimed)
		daxfs_release(&region->fs);
	region->claimed = false;
	daxfs_region_put(region);
}

static struct file_system_type daxfs_type = {
	.owner = THIS_MODULE,
	.name = "daxfs",
	.init_fs_context = daxfs_init_fs_context,
	.parameters = daxfs_parameters,
	.kill_sb = daxfs_kill_sb,
};
MODULE_ALIAS_FS("daxfs");

static int __init daxfs_module_init(void)
{
	int err = daxfs_inodes_init();

	if (err)
		return err;
	err = daxfs_sysfs_init();
	if (err)
		goto inodes;
	err = register_filesystem(&daxfs_type);
	if (!err)
		return 0;
	daxfs_sysfs_exit();
inodes:
	daxfs_inodes_exit();
	return err;
}

static void __exit daxfs_module_exit(void)
{
	unregister_filesystem(&daxfs_type);
	daxfs_regions_free();
	daxfs_sysfs_exit();
	daxfs_inodes_exit();
}

module_init(daxfs_module_init);
module_exit(daxfs_module_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A filesystem in memory that several hosts share");
