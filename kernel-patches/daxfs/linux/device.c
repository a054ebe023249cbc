// SPDX-License-Identifier: GPL-2.0-only
/*
 * A DAX block device, such as pmem: its driver has the memory and says where that is. The
 * device stays open, for DaxFS alone, while the memory is mounted.
 */
#include <linux/blkdev.h>
#include <linux/dax.h>
#include <linux/fs_context.h>
#include <linux/pfn_t.h>

#include "vfs.h"

/* Finds all of the memory as one range. */
static int daxfs_device_range(struct block_device *bdev, phys_addr_t *start, u64 *bytes)
{
	struct dax_device *dax;
	u64 offset;
	void *at;
	pfn_t pfn;
	long pages;
	int id;

	dax = fs_dax_get_by_bdev(bdev, &offset, NULL, NULL);
	if (!dax)
		return -EOPNOTSUPP;
	*bytes = round_down(bdev_nr_bytes(bdev), SZ_2M);
	id = dax_read_lock();
	pages = dax_direct_access(dax, PHYS_PFN(offset), PHYS_PFN(*bytes), DAX_ACCESS, &at, &pfn);
	dax_read_unlock(id);
	fs_put_dax(dax, NULL);
	*start = PFN_PHYS(pfn_t_to_pfn(pfn));
	return pages < (long)PHYS_PFN(*bytes) ? -EOPNOTSUPP : 0;
}

struct file *daxfs_device_open(struct fs_context *fc, const char *path, phys_addr_t *start,
			       u64 *bytes)
{
	struct file *device = bdev_file_open_by_path(path, BLK_OPEN_READ | BLK_OPEN_WRITE,
						     fc->fs_type, NULL);
	int err;

	if (IS_ERR(device)) {
		errorf(fc, "daxfs: %s is no block device, or is in use", path);
		return device;
	}
	err = daxfs_device_range(file_bdev(device), start, bytes);
	if (!err)
		return device;
	errorf(fc, "daxfs: %s has no memory that can be mapped, or not in one piece", path);
	bdev_fput(device);
	return ERR_PTR(err);
}
