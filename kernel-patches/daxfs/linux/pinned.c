// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files whose last close came while somebody held a page of them: a pipe, or I/O under way.
 * They stay open on this host, without an inode of the VFS, until the pages are let go.
 * Nobody tells when that is, so it is looked at again and again.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "vfs.h"

#define DAXFS_PINNED_TICKS	(HZ / 4)

struct daxfs_pinned {
	struct list_head list;
	u64 ino;
	struct daxfs_inode *raw;
};

static int daxfs_next_page(struct daxfs_call *call, struct daxfs_inode *raw, u64 *pos, u64 *unit)
{
	int err = daxfs_seek(call, raw, pos, true);

	return err ?: daxfs_page(call, raw, *pos >> DAXFS_UNIT_SHIFT, false, unit);
}

bool daxfs_is_pinned(struct daxfs_region *region, struct daxfs_inode *raw, u64 from)
{
	u64 unit;

	while (!DAXFS_CALL(&region->fs, daxfs_next_page(call, raw, &from, &unit))) {
		struct page *page = pfn_to_page(PHYS_PFN(region->start) + unit);

		if (unit && folio_ref_count(page_folio(page)) > 1)
			return true;
		from = (from & ~(u64)(DAXFS_UNIT - 1)) + DAXFS_UNIT;
		cond_resched();
	}
	return false;
}

static void daxfs_pinned_look(struct daxfs_region *region)
{
	struct daxfs_pinned *one, *next;

	lockdep_assert_held(&region->pinned_lock);
	list_for_each_entry_safe(one, next, &region->pinned, list) {
		if (daxfs_is_pinned(region, one->raw, 0))
			continue;
		daxfs_last_close(&region->fs, one->raw, true);
		list_del(&one->list);
		kfree(one);
	}
	if (!list_empty(&region->pinned))
		schedule_delayed_work(&region->pinned_work, DAXFS_PINNED_TICKS);
}

static void daxfs_pinned_work(struct work_struct *work)
{
	struct daxfs_region *region = container_of(work, struct daxfs_region, pinned_work.work);

	mutex_lock(&region->pinned_lock);
	daxfs_pinned_look(region);
	mutex_unlock(&region->pinned_lock);
}

void daxfs_pinned_init(struct daxfs_region *region)
{
	INIT_LIST_HEAD(&region->pinned);
	mutex_init(&region->pinned_lock);
	INIT_DELAYED_WORK(&region->pinned_work, daxfs_pinned_work);
}

void daxfs_pinned_add(struct inode *inode)
{
	struct daxfs_region *region = daxfs_region_of(inode->i_sb);
	struct daxfs_pinned *one = kmalloc(sizeof(*one), GFP_NOFS | __GFP_NOFAIL);

	one->ino = inode->i_ino;
	one->raw = daxfs_info(inode)->raw;
	mutex_lock(&region->pinned_lock);
	list_add(&one->list, &region->pinned);
	schedule_delayed_work(&region->pinned_work, DAXFS_PINNED_TICKS);
	mutex_unlock(&region->pinned_lock);
}

int daxfs_pinned_open(struct inode *inode, bool *may_be_mapped)
{
	struct daxfs_region *region = daxfs_region_of(inode->i_sb);
	struct daxfs_info *info = daxfs_info(inode);
	struct daxfs_pinned *one;
	int err;

	mutex_lock(&region->pinned_lock);
	err = daxfs_open_raw(inode);
	list_for_each_entry(one, &region->pinned, list) {
		if (err || one->ino != inode->i_ino || one->raw != info->raw)
			continue;
		list_del(&one->list);
		kfree(one);
		*may_be_mapped = true;
		break;
	}
	mutex_unlock(&region->pinned_lock);
	return err;
}

/* At the unmount. What is held even then stays open in the region, as a leftover for fsck. */
void daxfs_pinned_exit(struct daxfs_region *region)
{
	struct daxfs_pinned *one, *next;

	mutex_lock(&region->pinned_lock);
	daxfs_pinned_look(region);
	list_for_each_entry_safe(one, next, &region->pinned, list)
		kfree(one);
	INIT_LIST_HEAD(&region->pinned);
	mutex_unlock(&region->pinned_lock);
	cancel_delayed_work_sync(&region->pinned_work);
}
