// SPDX-License-Identifier: GPL-2.0-only
/*
 * A futex that processes share is known by the mapping and the index of its page. Here both
 * are the region's: an inode of its own, and the number of the page. They do not depend on
 * the file that the page is part of, which another host may change, so nothing goes stale.
 */
#include <linux/mm.h>

#include "vfs.h"

/* Devdax may have named its pages by an inode of its own, which serves as well. */
static void daxfs_keys_change(struct daxfs_region *region, struct address_space *old,
			      struct address_space *new)
{
	unsigned long first = PHYS_PFN(region->start), end = first + PHYS_PFN(region->bytes);

	for (unsigned long pfn = first; pfn < end;) {
		struct folio *folio = page_folio(pfn_to_page(pfn));

		if (folio->mapping == old) {
			folio->index = pfn - first;
			WRITE_ONCE(folio->mapping, new);
		}
		pfn += folio_nr_pages(folio);
		cond_resched();
	}
}

int daxfs_keys_set(struct super_block *sb)
{
	struct daxfs_region *region = daxfs_region_of(sb);
	struct inode *keys = alloc_anon_inode(sb);

	if (IS_ERR(keys))
		return PTR_ERR(keys);
	region->keys = keys;
	daxfs_keys_change(region, NULL, keys->i_mapping);
	return 0;
}

void daxfs_keys_clear(struct daxfs_region *region)
{
	if (!region->keys)
		return;
	daxfs_keys_change(region, region->keys->i_mapping, NULL);
	iput(region->keys);
	region->keys = NULL;
}
