// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings. A fault maps the region's own page, or 2 MiB of them that lie as one, and makes
 * one for a hole, since a page of zeroes would go stale. While the inode says that this host
 * maps it, no host reuses a page that leaves the file. To replace pages itself, this host
 * takes all its translations away, keeps faults out, and looks whether somebody still holds
 * a page.
 */
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pfn_t.h>

#include "vfs.h"

/* Pages that a fault maps where they lie together, as the kernel does for files of its cache. */
#define DAXFS_FAULT_PAGES	16u

static int daxfs_fault_run(struct daxfs_call *call, struct daxfs_inode *raw, u64 page,
			   struct daxfs_run *run)
{
	int err = daxfs_read_begin(call, raw, page << DAXFS_UNIT_SHIFT,
				   DAXFS_FAULT_PAGES << DAXFS_UNIT_SHIFT, run);

	if (err <= 0)
		return err ?: -ERANGE;
	if (run->first)
		return daxfs_read_end(call, run);
	run->pages = 1;
	return daxfs_page(call, raw, page, true, &run->first);
}

static vm_fault_t daxfs_fault_insert(struct vm_fault *vmf, u32 page, phys_addr_t first)
{
	return vmf_insert_mixed(vmf->vma, vmf->address + page * PAGE_SIZE,
				phys_to_pfn_t(first + page * PAGE_SIZE, PFN_DEV | PFN_MAP));
}

/* The page of the fault and, as far as that goes, those behind it in the mapping. */
static vm_fault_t daxfs_fault_around(struct vm_fault *vmf, phys_addr_t first, u32 pages)
{
	u64 left = (vmf->vma->vm_end - vmf->address) >> PAGE_SHIFT;
	vm_fault_t result = daxfs_fault_insert(vmf, 0, first);

	for (u32 page = 1; page < pages && page < left; page++)
		if (daxfs_fault_insert(vmf, page, first) != VM_FAULT_NOPAGE)
			break;
	return result;
}

static bool daxfs_may_store(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_SHARED | VM_WRITE)) == (VM_SHARED | VM_WRITE);
}

static vm_fault_t daxfs_fault(struct vm_fault *vmf)
{
	struct inode *inode = file_inode(vmf->vma->vm_file);
	struct daxfs_region *region = daxfs_region_of(inode->i_sb);
	struct daxfs_inode *raw = daxfs_info(inode)->raw;
	vm_fault_t result = VM_FAULT_SIGBUS;
	struct daxfs_run run;
	int err;

	filemap_invalidate_lock_shared(inode->i_mapping);
	err = DAXFS_CALL(&region->fs, daxfs_fault_run(call, raw, vmf->pgoff, &run));
	if (!err)
		result = daxfs_fault_around(vmf, region->start + (run.first << PAGE_SHIFT),
					    run.pages);
	filemap_invalidate_unlock_shared(inode->i_mapping);
	daxfs_count(region, DAXFS_COUNT_FAULTS);
	if (!err && daxfs_may_store(vmf->vma))
		daxfs_touch(raw, daxfs_now());
	return result;
}

/* Whether 2 MiB of the mapping lie around the fault, and 2 MiB of the file behind them. */
static bool daxfs_fault_fits(const struct vm_fault *vmf)
{
	unsigned long start = vmf->address & PMD_MASK;

	return start >= vmf->vma->vm_start && start + PMD_SIZE <= vmf->vma->vm_end &&
	       !((vmf->pgoff ^ PHYS_PFN(vmf->address)) & (DAXFS_FANOUT - 1));
}

/*
 * One translation for 2 MiB, where they lie so. A store to a hole makes them so, a load does
 * not. A private page comes of a single one.
 */
static vm_fault_t daxfs_huge_fault(struct vm_fault *vmf, unsigned int order)
{
	struct vm_area_struct *vma = vmf->vma;
	struct inode *inode = file_inode(vma->vm_file);
	struct daxfs_region *region = daxfs_region_of(inode->i_sb);
	struct daxfs_inode *raw = daxfs_info(inode)->raw;
	bool store = vmf->flags & FAULT_FLAG_WRITE;
	vm_fault_t result = VM_FAULT_FALLBACK;
	u64 page = round_down(vmf->pgoff, DAXFS_FANOUT), unit;

	if (order != PMD_ORDER || !daxfs_fault_fits(vmf) || (store && !(vma->vm_flags & VM_SHARED)))
		return VM_FAULT_FALLBACK;
	/* It was mapped to be loaded alone, maybe other pages than are the file's by now. */
	if (!pmd_none(*vmf->pmd)) {
		unmap_mapping_range(inode->i_mapping, page << PAGE_SHIFT, PMD_SIZE, 0);
		return VM_FAULT_NOPAGE;
	}
	filemap_invalidate_lock_shared(inode->i_mapping);
	if (!DAXFS_CALL(&region->fs, daxfs_chunk(call, raw, page, store, &unit)))
		/* The protection says whether it may be stored to. */
		result = vmf_insert_pfn_pmd(vmf, phys_to_pfn_t(region->start + (unit << PAGE_SHIFT),
							       PFN_DEV | PFN_MAP), false);
	filemap_invalidate_unlock_shared(inode->i_mapping);
	if (result != VM_FAULT_NOPAGE)
		return result;
	daxfs_count(region, DAXFS_COUNT_HUGE_FAULTS);
	if (daxfs_may_store(vma))
		daxfs_touch(raw, daxfs_now());
	return result;
}

static const struct vm_operations_struct daxfs_vm_operations = {
	.fault = daxfs_fault,
	.huge_fault = daxfs_huge_fault,
};

static int daxfs_map_it(struct daxfs_call *call, struct daxfs_inode *raw)
{
	daxfs_inode_map(call, raw);
	return 0;
}

static int daxfs_unmap_it(struct daxfs_call *call, struct daxfs_inode *raw)
{
	daxfs_inode_unmap(call, raw);
	return 0;
}

int daxfs_vfs_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct inode *inode = file_inode(file);
	struct daxfs_info *info = daxfs_info(inode);
	int err = 0;

	/* Pages that are being cut off by this host are not held because of a new mapping. */
	filemap_invalidate_lock_shared(inode->i_mapping);
	mutex_lock(&info->lock);
	if (!info->mapped)
		err = DAXFS_CALL(daxfs_of(inode), daxfs_map_it(call, info->raw));
	if (!err)
		info->mapped = true;
	mutex_unlock(&info->lock);
	filemap_invalidate_unlock_shared(inode->i_mapping);
	if (err)
		return err;
	file_accessed(file);
	vma->vm_ops = &daxfs_vm_operations;
	vm_flags_set(vma, VM_HUGEPAGE);
	return 0;
}

int daxfs_unmap_begin(struct inode *inode, u64 from)
{
	struct daxfs_region *region = daxfs_region_of(inode->i_sb);
	struct daxfs_info *info = daxfs_info(inode);
	u64 size;
	int err;

	for (;;) {
		filemap_invalidate_lock(inode->i_mapping);
		if (!info->mapped)
			return 0;
		unmap_mapping_range(inode->i_mapping, 0, 0, 0);
		daxfs_count(region, DAXFS_COUNT_REVOKES);
		err = daxfs_take_size(inode, &size);
		if (err)
			goto unlock;
		if (!daxfs_is_pinned(region, info->raw, min(from, size) & ~(u64)(DAXFS_UNIT - 1)))
			break;
		filemap_invalidate_unlock(inode->i_mapping);
		if (signal_pending(current))
			return -EINTR;
		schedule_timeout_interruptible(1);
	}
	err = DAXFS_CALL(daxfs_of(inode), daxfs_unmap_it(call, info->raw));
	if (!err)
		return 0;
unlock:
	filemap_invalidate_unlock(inode->i_mapping);
	return err;
}

void daxfs_unmap_end(struct inode *inode)
{
	struct daxfs_info *info = daxfs_info(inode);
	struct daxfs *fs = daxfs_of(inode);

	if (info->mapped) {
		/* One that helped may still be retiring pages, which it would hold. */
		daxfs_wait_for_calls(fs);
		DAXFS_CALL(fs, daxfs_map_it(call, info->raw));
	}
	filemap_invalidate_unlock(inode->i_mapping);
}
