// SPDX-License-Identifier: GPL-2.0-only
/*
 * Extended attributes. All of an inode lie in one unit, which never changes: who sets or
 * removes one makes another unit, complete, and one CAS of inode->xattr publishes it. So a
 * reader sees the attributes of one instant. The word goes from unit to unit, or to 0 where
 * none is left; a CAS that comes late and expects 0 finds that there are none again. It is
 * sealed where the inode is taken apart.
 */
#include "core.h"

#define DAXFS_XATTR_WORD	sizeof(struct daxfs_word)

/* Of an attribute within its unit: a word that says how long both are, the name, the value. */
struct daxfs_xattr {
	struct daxfs_name name;
	const u8 *value;
	u32 bytes;
};

static u32 daxfs_xattr_size(const struct daxfs_xattr *attr)
{
	u32 bytes = attr->name.length + attr->bytes;

	return DAXFS_XATTR_WORD + (bytes + DAXFS_XATTR_WORD - 1) / DAXFS_XATTR_WORD * DAXFS_XATTR_WORD;
}

/* The attribute at `*at` of a unit, and where the next one lies; false: there is none. */
static bool daxfs_xattr_next(const u8 *unit, u32 *at, struct daxfs_xattr *attr)
{
	u64 about;

	if (*at + DAXFS_XATTR_WORD > DAXFS_UNIT)
		return false;
	about = daxfs_load((const struct daxfs_word *)(unit + *at));
	attr->name.bytes = unit + *at + DAXFS_XATTR_WORD;
	attr->name.length = about & 255;
	attr->value = attr->name.bytes + attr->name.length;
	attr->bytes = about >> 8 & 0xffff;
	if (!attr->name.length || *at + daxfs_xattr_size(attr) > DAXFS_UNIT)
		return false;
	*at += daxfs_xattr_size(attr);
	return true;
}

bool daxfs_xattr_whole(const u8 *unit)
{
	struct daxfs_xattr attr;
	u32 at = 0;

	while (daxfs_xattr_next(unit, &at, &attr))
		;
	return at == DAXFS_UNIT || (at && !daxfs_load((const struct daxfs_word *)(unit + at)));
}

static bool daxfs_xattr_is(const struct daxfs_xattr *attr, struct daxfs_name name)
{
	return attr->name.length == name.length &&
	       !memcmp(attr->name.bytes, name.bytes, name.length);
}

/* The unit that a word leads to, or NULL for none. A retired one is read to its end. */
static int daxfs_xattr_unit(struct daxfs *fs, struct daxfs_inode *inode, u64 ref, const u8 **unit)
{
	struct daxfs_unit *entry;

	*unit = NULL;
	if (ref & DAXFS_REF_SEALED)
		return -ESTALE;
	if (!ref)
		return 0;
	if (!daxfs_in_pool(fs, ref))
		return -EUCLEAN;
	entry = daxfs_unit(fs, ref);
	if (daxfs_kind_of(daxfs_load(&entry->word)) != DAXFS_KIND_XATTR ||
	    daxfs_load(&entry->owner) != daxfs_ino(fs, inode))
		return -EUCLEAN;
	*unit = daxfs_at(fs, ref);
	return 0;
}

int daxfs_xattr_get(struct daxfs_call *call, struct daxfs_inode *inode, struct daxfs_name name,
		    void *value, u32 room)
{
	struct daxfs_xattr attr;
	const u8 *unit;
	u32 at = 0;
	int err = daxfs_xattr_unit(call->fs, inode, daxfs_load(&inode->xattr), &unit);

	if (err)
		return err;
	while (unit && daxfs_xattr_next(unit, &at, &attr)) {
		if (!daxfs_xattr_is(&attr, name))
			continue;
		if (room && attr.bytes > room)
			return -ERANGE;
		if (room)
			daxfs_copy(value, attr.value, attr.bytes);
		return daxfs_alive(call->fs) ? (int)attr.bytes : -ESTALE;
	}
	return daxfs_alive(call->fs) ? -ENODATA : -ESTALE;
}

int daxfs_xattr_list(struct daxfs_call *call, struct daxfs_inode *inode,
		     void (*emit)(void *context, struct daxfs_name name), void *context)
{
	struct daxfs_xattr attr;
	const u8 *unit;
	u32 at = 0;
	int err = daxfs_xattr_unit(call->fs, inode, daxfs_load(&inode->xattr), &unit);

	if (err)
		return err;
	while (unit && daxfs_xattr_next(unit, &at, &attr))
		emit(context, attr.name);
	return daxfs_alive(call->fs) ? 0 : -ESTALE;
}

static void daxfs_xattr_put(u8 *unit, u32 *at, const struct daxfs_xattr *attr)
{
	u8 *name = unit + *at + DAXFS_XATTR_WORD;

	daxfs_init((struct daxfs_word *)(unit + *at), attr->name.length | (u64)attr->bytes << 8);
	daxfs_copy(name, attr->name.bytes, attr->name.length);
	daxfs_copy(name + attr->name.length, attr->value, attr->bytes);
	*at += daxfs_xattr_size(attr);
}

/* What a set becomes: the bytes it takes, and whether the attribute was there. */
static u32 daxfs_xattr_measure(const u8 *unit, const struct daxfs_xattr *set, bool *there)
{
	u32 bytes = set->value ? daxfs_xattr_size(set) : 0, at = 0, from;
	struct daxfs_xattr attr;

	*there = false;
	for (from = 0; unit && daxfs_xattr_next(unit, &at, &attr); from = at) {
		if (daxfs_xattr_is(&attr, set->name))
			*there = true;
		else
			bytes += at - from;
	}
	return bytes;
}

/* A private unit like `old` with the attribute set, or without it; 0 where none is left. */
static int daxfs_xattr_build(struct daxfs *fs, struct daxfs_inode *inode, const u8 *old,
			     const struct daxfs_xattr *set, u32 flags, u64 *result)
{
	struct daxfs_xattr attr;
	u32 at = 0, to = 0;
	bool there;
	u8 *unit;
	u32 bytes = daxfs_xattr_measure(old, set, &there);

	*result = 0;
	if (there && flags & DAXFS_XATTR_CREATE)
		return -EEXIST;
	if (!there && (flags & DAXFS_XATTR_REPLACE || !set->value))
		return -ENODATA;
	if (bytes > DAXFS_UNIT)
		return -ENOSPC;
	if (!bytes)
		return 0;
	if (!daxfs_unit_alloc(fs, DAXFS_KIND_XATTR, daxfs_ino(fs, inode), 1,
			      !set->value && daxfs_unit_room(fs), result))
		return -ENOSPC;
	unit = daxfs_at(fs, *result);
	/* What a unit held before is nobody's to read. */
	daxfs_zero(unit, DAXFS_UNIT);
	while (old && daxfs_xattr_next(old, &at, &attr)) {
		if (!daxfs_xattr_is(&attr, set->name) && to + daxfs_xattr_size(&attr) <= DAXFS_UNIT)
			daxfs_xattr_put(unit, &to, &attr);
	}
	if (set->value && to + daxfs_xattr_size(set) <= DAXFS_UNIT)
		daxfs_xattr_put(unit, &to, set);
	return 0;
}

static int daxfs_xattr_try(struct daxfs_call *call, struct daxfs_inode *inode,
			   const struct daxfs_xattr *set, u32 flags)
{
	struct daxfs *fs = call->fs;
	u64 old = daxfs_load(&inode->xattr), new;
	const u8 *unit;
	int err = daxfs_xattr_unit(fs, inode, old, &unit) ?:
		  daxfs_xattr_build(fs, inode, unit, set, flags, &new);

	if (err)
		return err;
	/* Live before the look, so that a fence finds nothing private that is published later. */
	if (new)
		daxfs_unit_live(fs, new);
	err = daxfs_hold(call, &inode->xattr, unit);
	if (!err && !daxfs_swap(&inode->xattr, old, new))
		err = -EAGAIN;
	if (err)
		old = new;
	if (old)
		daxfs_unit_retire(fs, old, NULL);
	return err;
}

int daxfs_xattr_set(struct daxfs_call *call, struct daxfs_inode *inode, struct daxfs_name name,
		    const void *value, u32 bytes, u32 flags)
{
	struct daxfs_xattr set = { .name = name, .value = value, .bytes = bytes };
	int err;

	if (!name.length || name.length > DAXFS_NAME_MAX)
		return -ERANGE;
	if (bytes > DAXFS_UNIT)
		return -ENOSPC;
	do {
		err = daxfs_xattr_try(call, inode, &set, flags);
	} while (err == -EAGAIN);
	return err;
}

void daxfs_xattr_free(struct daxfs *fs, struct daxfs_inode *inode)
{
	u64 ref = daxfs_load(&inode->xattr), seen;

	while ((seen = daxfs_cas(&inode->xattr, ref, DAXFS_REF_SEALED)) != ref)
		ref = seen;
	if (daxfs_in_pool(fs, ref))
		daxfs_unit_retire(fs, ref, NULL);
}
