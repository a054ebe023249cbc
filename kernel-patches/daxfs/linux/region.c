// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions: ranges of physical memory that get struct pages, so that mappings of a file can
 * be pinned. A range that another driver has (devdax, pmem) is taken as it is and held while
 * it is mounted. Taking struct pages away waits for every pin, so those of this module stay
 * until it goes, or until another range is asked for that overlaps.
 */
#include <linux/blkdev.h>
#include <linux/fs_context.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/slab.h>

#include "vfs.h"

static LIST_HEAD(daxfs_regions);
static DEFINE_MUTEX(daxfs_regions_lock);

static void daxfs_region_unmap(struct daxfs_region *region)
{
	if (region->pagemap) {
		put_dev_pagemap(region->pagemap);
	} else {
		memunmap_pages(&region->own);
		release_mem_region(region->start, region->bytes);
	}
	if (region->device)
		bdev_fput(region->device);
}

static void daxfs_region_free(struct daxfs_region *region)
{
	list_del(&region->list);
	daxfs_region_unmap(region);
	daxfs_sysfs_remove(region);
}

/* What is there already: the struct pages of devdax. */
static int daxfs_region_borrow(struct daxfs_region *region)
{
	struct dev_pagemap *pagemap = get_dev_pagemap(PHYS_PFN(region->start), NULL);

	if (!pagemap)
		return -EBUSY;
	for (int i = 0; i < pagemap->nr_range; i++) {
		const struct range *range = &pagemap->ranges[i];

		if (range->start <= region->start &&
		    range->end >= region->start + region->bytes - 1) {
			region->pagemap = pagemap;
			region->base = __va(region->start);
			return 0;
		}
	}
	put_dev_pagemap(pagemap);
	return -EBUSY;
}

static int daxfs_region_map(struct daxfs_region *region)
{
	if (!request_mem_region(region->start, region->bytes, "daxfs"))
		return daxfs_region_borrow(region);
	region->own.type = MEMORY_DEVICE_GENERIC;
	region->own.range.start = region->start;
	region->own.range.end = region->start + region->bytes - 1;
	region->own.nr_range = 1;
	region->base = memremap_pages(&region->own, NUMA_NO_NODE);
	if (!IS_ERR(region->base))
		return 0;
	release_mem_region(region->start, region->bytes);
	return PTR_ERR(region->base);
}

static struct daxfs_region *daxfs_region_new(phys_addr_t start, u64 bytes)
{
	struct daxfs_region *region = kzalloc(sizeof(*region), GFP_KERNEL);
	int err;

	if (!region)
		return ERR_PTR(-ENOMEM);
	region->start = start;
	region->bytes = bytes;
	daxfs_pinned_init(region);
	err = daxfs_region_map(region);
	if (err) {
		kfree(region);
		return ERR_PTR(err);
	}
	err = daxfs_sysfs_add(region);
	if (err) {
		daxfs_region_unmap(region);
		daxfs_sysfs_remove(region);
		return ERR_PTR(err);
	}
	list_add(&region->list, &daxfs_regions);
	return region;
}

static struct daxfs_region *daxfs_region_find(phys_addr_t start, u64 bytes)
{
	struct daxfs_region *region, *next;

	list_for_each_entry_safe(region, next, &daxfs_regions, list) {
		if (start == region->start && bytes == region->bytes)
			return region;
		if (start >= region->start + region->bytes || start + bytes <= region->start)
			continue;
		if (region->users)
			return ERR_PTR(-EBUSY);
		daxfs_region_free(region);
	}
	return daxfs_region_new(start, bytes);
}

struct daxfs_region *daxfs_region_get(struct fs_context *fc, phys_addr_t start, u64 bytes,
				      struct file *device)
{
	struct daxfs_region *region = ERR_PTR(-EINVAL);

	/* Struct pages come in groups of 2 MiB. */
	if (!bytes || (start | bytes) & (SZ_2M - 1) || start + bytes < start) {
		errorf(fc, "daxfs: phys and size must be multiples of 2M");
		goto put;
	}
	mutex_lock(&daxfs_regions_lock);
	region = daxfs_region_find(start, bytes);
	if (!IS_ERR(region) && !region->users++)
		swap(region->device, device);
	mutex_unlock(&daxfs_regions_lock);
	if (IS_ERR(region))
		errorf(fc, "daxfs: the memory at %pa is in use or cannot be mapped", &start);
put:
	if (device)
		bdev_fput(device);
	return region;
}

void daxfs_region_put(struct daxfs_region *region)
{
	mutex_lock(&daxfs_regions_lock);
	if (!--region->users && region->pagemap)
		daxfs_region_free(region);
	mutex_unlock(&daxfs_regions_lock);
}

void daxfs_regions_free(void)
{
	struct daxfs_region *region, *next;

	list_for_each_entry_safe(region, next, &daxfs_regions, list)
		daxfs_region_free(region);
}
