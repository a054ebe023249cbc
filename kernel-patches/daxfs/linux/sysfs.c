// SPDX-License-Identifier: GPL-2.0-only
/* /sys/fs/daxfs/ADDRESS: what happened in a region's mappings on this host. */
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "vfs.h"

static struct kset *daxfs_kset;

struct daxfs_counter {
	struct attribute attribute;
	enum daxfs_count which;
};

static ssize_t daxfs_counter_show(struct kobject *kobject, struct attribute *attribute, char *text)
{
	struct daxfs_region *region = container_of(kobject, struct daxfs_region, kobject);
	struct daxfs_counter *counter = container_of(attribute, struct daxfs_counter, attribute);

	return sysfs_emit(text, "%lld\n", atomic64_read(&region->counts[counter->which]));
}

static struct daxfs_counter daxfs_faults = {
	{ .name = "faults", .mode = 0444 }, DAXFS_COUNT_FAULTS,
};

static struct daxfs_counter daxfs_huge_faults = {
	{ .name = "huge_faults", .mode = 0444 }, DAXFS_COUNT_HUGE_FAULTS,
};

static struct daxfs_counter daxfs_revokes = {
	{ .name = "revokes", .mode = 0444 }, DAXFS_COUNT_REVOKES,
};

static struct attribute *daxfs_counter_attrs[] = {
	&daxfs_faults.attribute, &daxfs_huge_faults.attribute, &daxfs_revokes.attribute, NULL,
};
ATTRIBUTE_GROUPS(daxfs_counter);

static void daxfs_kobject_release(struct kobject *kobject)
{
	kfree(container_of(kobject, struct daxfs_region, kobject));
}

static const struct sysfs_ops daxfs_counter_ops = {
	.show = daxfs_counter_show,
};

static const struct kobj_type daxfs_region_type = {
	.release = daxfs_kobject_release,
	.sysfs_ops = &daxfs_counter_ops,
	.default_groups = daxfs_counter_groups,
};

int daxfs_sysfs_init(void)
{
	daxfs_kset = kset_create_and_add("daxfs", NULL, fs_kobj);
	return daxfs_kset ? 0 : -ENOMEM;
}

void daxfs_sysfs_exit(void)
{
	kset_unregister(daxfs_kset);
}

int daxfs_sysfs_add(struct daxfs_region *region)
{
	region->kobject.kset = daxfs_kset;
	return kobject_init_and_add(&region->kobject, &daxfs_region_type, NULL, "%pa",
				    &region->start);
}

void daxfs_sysfs_remove(struct daxfs_region *region)
{
	kobject_put(&region->kobject);
}
