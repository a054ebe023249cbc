// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inodes. One is taken apart when it has no name and no host has it open. To find that out
 * it is first marked DYING; then the openers are looked at again. An opener sets its bit
 * and then looks at the mark. So one of the two sees the other.
 */
#include "core.h"

int daxfs_inode_get(struct daxfs_call *call, u64 ino, u64 gen, struct daxfs_inode **inode)
{
	struct daxfs_inode *at = daxfs_slot_at(call->fs, ino, DAXFS_KIND_INODES);

	if (!at || ino & ~DAXFS_TARGET_INO)
		return -ESTALE;
	if (!daxfs_in_use(daxfs_load(&at->state), DAXFS_KIND_INODES) ||
	    (gen && daxfs_load(&at->gen) != gen))
		return -ESTALE;
	*inode = at;
	return 0;
}

static void daxfs_mask(struct daxfs_word *word, u64 set, u64 clear)
{
	u64 mask = daxfs_load(word), seen;

	while ((seen = daxfs_cas(word, mask, (mask | set) & ~clear)) != mask)
		mask = seen;
}

int daxfs_inode_open(struct daxfs_call *call, u64 ino, u64 gen, struct daxfs_inode **inode)
{
	int err = daxfs_inode_get(call, ino, gen, inode);

	if (err)
		return err;
	daxfs_mask(&(*inode)->openers, BIT_ULL(call->fs->host), 0);
	if (!(daxfs_load(&(*inode)->link) & DAXFS_LINK_DYING) &&
	    daxfs_in_use(daxfs_load(&(*inode)->state), DAXFS_KIND_INODES))
		return 0;
	daxfs_inode_close(call, *inode);
	return -ESTALE;
}

void daxfs_inode_close(struct daxfs_call *call, struct daxfs_inode *inode)
{
	daxfs_mask(&inode->openers, 0, BIT_ULL(call->fs->host));
	daxfs_inode_release(call, inode);
}

void daxfs_inode_map(struct daxfs_call *call, struct daxfs_inode *inode)
{
	daxfs_mask(&inode->mappers, BIT_ULL(call->fs->host), 0);
}

void daxfs_inode_unmap(struct daxfs_call *call, struct daxfs_inode *inode)
{
	daxfs_mask(&inode->mappers, 0, BIT_ULL(call->fs->host));
}

static bool daxfs_is_dir(struct daxfs_inode *inode)
{
	return (daxfs_load(&inode->mode) & 0170000) == 0040000;
}

static void daxfs_inode_free(struct daxfs_call *call, struct daxfs_inode *inode)
{
	struct daxfs *fs = call->fs;

	if (daxfs_is_dir(inode))
		daxfs_list_retire(fs, inode);
	else
		daxfs_cells_retire(call, inode);
	daxfs_xattr_free(fs, inode);
	daxfs_slot_retire(fs, daxfs_ino(fs, inode), DAXFS_KIND_INODES);
}

void daxfs_inode_release(struct daxfs_call *call, struct daxfs_inode *inode)
{
	for (;;) {
		u64 link = daxfs_load(&inode->link);

		if (link & (DAXFS_LINK_COUNT | DAXFS_LINK_DYING) || daxfs_load(&inode->openers) ||
		    !daxfs_in_use(daxfs_load(&inode->state), DAXFS_KIND_INODES))
			return;
		if (daxfs_name_and_look(call, DAXFS_INTENT_FREE, daxfs_ino(call->fs, inode), 0, 0,
					0))
			return;
		if (!daxfs_swap(&inode->link, link, link | DAXFS_LINK_DYING))
			continue;
		if (!daxfs_load(&inode->openers)) {
			daxfs_inode_free(call, inode);
			return;
		}
		/* Somebody came in between. If it has gone again, it left the rest to this. */
		daxfs_cas(&inode->link, link | DAXFS_LINK_DYING, link);
	}
}

int daxfs_inode_new(struct daxfs_call *call, const struct daxfs_new *new, u64 parent, bool named,
		    u64 *ino, struct daxfs_inode **inode)
{
	struct daxfs *fs = call->fs;
	u64 now = fs->now(), head;
	struct daxfs_entry *entry;
	void *at;
	int err = daxfs_slot_alloc(fs, DAXFS_KIND_INODES, false, ino, &at);

	if (err)
		return err;
	*inode = at;
	daxfs_init(&(*inode)->gen, daxfs_load(&(*inode)->gen) + 1);
	daxfs_init(&(*inode)->link, named ? 1 : DAXFS_LINK_TEMPORARY);
	daxfs_init(&(*inode)->openers, BIT_ULL(fs->host));
	daxfs_init(&(*inode)->cell, DAXFS_REF_OWN);
	daxfs_init(&(*inode)->mode, new->mode);
	daxfs_init(&(*inode)->owner, (u64)new->uid << 32 | new->gid);
	daxfs_init(&(*inode)->rdev, new->rdev);
	daxfs_init(&(*inode)->atime, now);
	daxfs_init(&(*inode)->mtime, now);
	daxfs_init(&(*inode)->ctime, now);
	daxfs_init(&(*inode)->btime, now);
	daxfs_init(&(*inode)->parent, parent);
	if (!daxfs_is_dir(*inode))
		return 0;
	err = daxfs_entry_new(fs, *inode, (struct daxfs_name){ NULL, 0 }, 0, *ino, &head, &entry);
	if (err) {
		daxfs_slot_retire(fs, *ino, DAXFS_KIND_INODES);
		return err;
	}
	daxfs_entry_live(fs, head);
	daxfs_init(&(*inode)->head, head);
	return 0;
}

void daxfs_inode_drop(struct daxfs *fs, u64 ino, struct daxfs_inode *inode)
{
	u64 head = daxfs_load(&inode->head);

	if (head)
		daxfs_list_retire(fs, inode);
	daxfs_slot_retire(fs, ino, DAXFS_KIND_INODES);
}

int daxfs_link_add(struct daxfs_inode *inode)
{
	u64 link = daxfs_load(&inode->link), seen;

	for (;; link = seen) {
		if (link & DAXFS_LINK_DYING ||
		    (!(link & DAXFS_LINK_COUNT) && !(link & DAXFS_LINK_TEMPORARY)))
			return -ENOENT;
		if ((link & DAXFS_LINK_COUNT) == DAXFS_LINK_COUNT)
			return -EMLINK;
		seen = daxfs_cas(&inode->link, link, link + 1);
		if (seen == link)
			return 0;
	}
}

void daxfs_link_named(struct daxfs_inode *inode)
{
	if (daxfs_load(&inode->link) & DAXFS_LINK_TEMPORARY)
		daxfs_mask(&inode->link, 0, DAXFS_LINK_TEMPORARY);
}

void daxfs_link_sub(struct daxfs_call *call, struct daxfs_inode *inode)
{
	u64 link = daxfs_load(&inode->link), seen;

	while (link & DAXFS_LINK_COUNT) {
		seen = daxfs_cas(&inode->link, link, link - 1);
		if (seen == link)
			break;
		link = seen;
	}
	daxfs_inode_release(call, inode);
}

static u32 daxfs_nlink(struct daxfs *fs, struct daxfs_inode *inode)
{
	u64 link = daxfs_load(&inode->link) & DAXFS_LINK_COUNT;

	if (!daxfs_is_dir(inode) || !link)
		return link;
	return 2 + (daxfs_resolve(fs, daxfs_load(&inode->dir), &inode->dir) / DAXFS_DIR_SUBDIR &
		    (BIT_ULL(28) - 1));
}

int daxfs_getattr(struct daxfs_call *call, struct daxfs_inode *inode, struct daxfs_attr *attr)
{
	struct daxfs *fs = call->fs;
	u64 mode = daxfs_load(&inode->mode), owner = daxfs_load(&inode->owner);

	if (!daxfs_in_use(daxfs_load(&inode->state), DAXFS_KIND_INODES))
		return -ESTALE;
	*attr = (struct daxfs_attr){
		.ino = daxfs_ino(fs, inode),
		.gen = daxfs_load(&inode->gen),
		.size = daxfs_size(inode, fs),
		.pages = daxfs_load(&inode->pages),
		.version = daxfs_load(&inode->version),
		.atime = daxfs_load(&inode->atime),
		.mtime = daxfs_load(&inode->mtime),
		.ctime = daxfs_load(&inode->ctime),
		.btime = daxfs_load(&inode->btime),
		.mode = mode,
		.flags = mode >> 32,
		.uid = owner >> 32,
		.gid = owner,
		.nlink = daxfs_nlink(fs, inode),
		.rdev = daxfs_load(&inode->rdev),
		.parent = daxfs_target_ino(daxfs_resolve(fs, daxfs_load(&inode->parent),
							 &inode->parent)),
	};
	return daxfs_alive(fs) ? 0 : -ESTALE;
}

void daxfs_getmode(struct daxfs_inode *inode, struct daxfs_attr *attr)
{
	u64 owner = daxfs_load(&inode->owner);

	attr->mode = daxfs_load(&inode->mode);
	attr->uid = owner >> 32;
	attr->gid = owner;
}

/*
 * By a CAS from what was there before the look, so that a host which is fenced changes
 * neither another inode nor what others set since.
 */
static int daxfs_put(struct daxfs_call *call, struct daxfs_word *word, u64 value)
{
	u64 seen;

	do {
		seen = daxfs_load(word);
		if (daxfs_hold(call, word, NULL))
			return -ESTALE;
	} while (!daxfs_swap(word, seen, value));
	return 0;
}

int daxfs_setattr(struct daxfs_call *call, struct daxfs_inode *inode, const struct daxfs_attr *attr,
		  u32 which)
{
	int err = 0;

	if (which & DAXFS_SET_MODE)
		err = daxfs_put(call, &inode->mode, (u64)attr->flags << 32 | attr->mode);
	if (!err && which & DAXFS_SET_OWNER)
		err = daxfs_put(call, &inode->owner, (u64)attr->uid << 32 | attr->gid);
	if (!err && which & DAXFS_SET_ATIME)
		err = daxfs_put(call, &inode->atime, attr->atime);
	if (!err && which & DAXFS_SET_MTIME)
		err = daxfs_put(call, &inode->mtime, attr->mtime);
	if (!err && which & DAXFS_SET_CTIME)
		err = daxfs_put(call, &inode->ctime, attr->ctime);
	if (!err)
		daxfs_add(&inode->version, 1);
	return err;
}

/* Times before 1970 are negative. */
static void daxfs_later(struct daxfs_word *word, u64 time)
{
	u64 seen, now = daxfs_load(word);

	while ((s64)now < (s64)time) {
		seen = daxfs_cas(word, now, time);
		if (seen == now)
			return;
		now = seen;
	}
}

void daxfs_touch(struct daxfs_inode *inode, u64 now)
{
	daxfs_later(&inode->mtime, now);
	daxfs_later(&inode->ctime, now);
	daxfs_add(&inode->version, 1);
}
