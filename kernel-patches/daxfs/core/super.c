// SPDX-License-Identifier: GPL-2.0-only
/* The superblock: made, checked, summed up. What was checked is kept and not fetched again. */
#include "core.h"

static u64 daxfs_table_units(u64 units)
{
	return (units * sizeof(struct daxfs_unit) + DAXFS_UNIT - 1) >> DAXFS_UNIT_SHIFT;
}

u64 daxfs_sum(const void *at, size_t bytes)
{
	const u8 *byte = at;
	u64 sum = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < bytes; i++)
		sum = (sum ^ byte[i]) * 0x100000001b3ULL;
	return sum;
}

/* What `fs` has taken over from it, once, and the sum. */
static const char *daxfs_super_wrong(const struct daxfs *fs, const struct daxfs_super *super,
				     u64 bytes)
{
	if (daxfs_load(&super->magic) != DAXFS_MAGIC)
		return "no DaxFS here: the magic number is another";
	if (daxfs_load(&super->sum) != daxfs_sum(super, offsetof(struct daxfs_super, sum)))
		return "the superblock's sum is wrong";
	if (daxfs_load(&super->incompat) & ~DAXFS_INCOMPAT_KNOWN)
		return "the image has features that this version does not know";
	if (daxfs_load(&super->ro_compat) & ~DAXFS_RO_COMPAT_KNOWN)
		return "the image has features that this version may not write";
	if (fs->mode != DAXFS_MODE_EMPTY)
		return "this version knows mode empty alone";
	if (fs->units < DAXFS_UNITS_MIN || fs->units > DAXFS_UNITS_MAX)
		return "the number of units is out of range";
	if (fs->units << DAXFS_UNIT_SHIFT > bytes)
		return "the image is longer than the memory";
	if (fs->table != DAXFS_TABLE_FIRST || fs->pool != fs->table + daxfs_table_units(fs->units))
		return "the layout is another";
	return NULL;
}

int daxfs_attach(struct daxfs *fs, void *base, u64 bytes, u64 (*now)(void), const char **why)
{
	const struct daxfs_super *super = base;

	*why = "the memory is smaller than the smallest image";
	if (bytes < DAXFS_UNITS_MIN << DAXFS_UNIT_SHIFT)
		return -EINVAL;
	*fs = (struct daxfs){
		.base = base,
		.units = daxfs_load(&super->units),
		.table = daxfs_load(&super->table),
		.pool = daxfs_load(&super->pool),
		.root = daxfs_load(&super->root),
		.secret = { daxfs_load(&super->secret[0]), daxfs_load(&super->secret[1]) },
		.mode = daxfs_load(&super->mode),
		.host = DAXFS_HOSTS,
		.now = now,
		/* Until a slot is claimed this is no host. */
		.claim = &super->magic,
	};
	*why = daxfs_super_wrong(fs, super, bytes);
	if (*why)
		return -EINVAL;
	*why = "the root is no directory";
	if (!daxfs_slot_at(fs, fs->root, DAXFS_KIND_INODES) || fs->root & ~DAXFS_TARGET_INO)
		return -EUCLEAN;
	*why = NULL;
	return 0;
}

u64 daxfs_free_units(struct daxfs *fs)
{
	u64 used = 0, pool = fs->units - 1 - fs->pool;

	for (u32 i = 0; i < DAXFS_HOSTS; i++)
		used += daxfs_load(&daxfs_host(fs, i)->used);
	return used < pool ? pool - used : 0;
}

static void daxfs_format_super(struct daxfs_super *super, u64 units,
			       const struct daxfs_format_options *options)
{
	daxfs_init(&super->incompat, DAXFS_INCOMPAT_EMPTY);
	daxfs_init(&super->units, units);
	daxfs_init(&super->table, DAXFS_TABLE_FIRST);
	daxfs_init(&super->pool, DAXFS_TABLE_FIRST + daxfs_table_units(units));
	daxfs_init(&super->secret[0], options->secret[0]);
	daxfs_init(&super->secret[1], options->secret[1]);
	daxfs_init(&super->mode, DAXFS_MODE_EMPTY);
	daxfs_init(&super->created, options->now);
	memcpy(super->uuid, options->uuid, sizeof(super->uuid));
	memcpy(super->label, options->label, sizeof(super->label));
	daxfs_init(&super->epoch, 1);
}

/* The root is made by the core itself, as a host that claims a slot for that long. */
static int daxfs_format_root(struct daxfs *fs, const struct daxfs_format_options *options)
{
	struct daxfs_new new = {
		.mode = 0040000 | options->mode, .uid = options->uid, .gid = options->gid,
	};
	struct daxfs_inode *inode;
	struct daxfs_call call;
	int err = daxfs_claim(fs, 0, "mkfs");

	if (!err)
		err = daxfs_begin(fs, &call, 0);
	if (err)
		return err;
	err = daxfs_inode_new(&call, &new, 0, true, &fs->root, &inode);
	if (!err) {
		daxfs_init(&inode->parent, fs->root);
		daxfs_init(&inode->openers, 0);
		daxfs_init(&inode->atime, options->now);
		daxfs_init(&inode->mtime, options->now);
		daxfs_init(&inode->ctime, options->now);
		daxfs_init(&inode->btime, options->now);
		daxfs_slot_live(fs, fs->root, DAXFS_KIND_INODES);
	}
	daxfs_end(&call);
	daxfs_release(fs);
	return err;
}

static u64 daxfs_epoch_of_format(void)
{
	return 0;
}

int daxfs_format(void *base, u64 bytes, const struct daxfs_format_options *options)
{
	u64 units = bytes >> DAXFS_UNIT_SHIFT;
	struct daxfs_super *super = base;
	struct daxfs fs = { .base = base, .units = units, .table = DAXFS_TABLE_FIRST };
	int err;

	if (units < DAXFS_UNITS_MIN || units > DAXFS_UNITS_MAX)
		return -EINVAL;
	fs.pool = fs.table + daxfs_table_units(units);
	fs.now = daxfs_epoch_of_format;
	fs.secret[0] = options->secret[0];
	fs.secret[1] = options->secret[1];
	memset(base, 0, fs.pool << DAXFS_UNIT_SHIFT);
	daxfs_format_super(super, units, options);
	for (u64 unit = 0; unit < units; unit++)
		if (unit < fs.pool || unit == units - 1)
			daxfs_init(&daxfs_unit(&fs, unit)->word,
				   daxfs_tag(DAXFS_META, DAXFS_KIND_NONE, 0, 0));
	err = daxfs_format_root(&fs, options);
	if (err)
		return err;
	daxfs_init(&super->root, fs.root);
	daxfs_init(&super->magic, DAXFS_MAGIC);
	daxfs_init(&super->sum, daxfs_sum(super, offsetof(struct daxfs_super, sum)));
	memcpy(daxfs_at(&fs, units - 1), super, offsetof(struct daxfs_super, epoch));
	return 0;
}
