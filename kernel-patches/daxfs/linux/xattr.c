// SPDX-License-Identifier: GPL-2.0-only
/* Extended attributes: user., security. and trusted., as the region has them. */
#include <linux/capability.h>
#include <linux/xattr.h>

#include "vfs.h"

struct daxfs_value {
	struct daxfs_name name;
	void *bytes;
	u32 size;
	u32 flags;
};

static struct daxfs_value daxfs_value_of_attr(const struct xattr_handler *handler,
					      const char *name)
{
	const char *full = xattr_full_name(handler, name);

	return (struct daxfs_value){ .name = { full, strlen(full) } };
}

static int daxfs_attr_get(struct daxfs_call *call, struct inode *inode,
			  const struct daxfs_value *value)
{
	struct daxfs_inode *raw;
	int err = daxfs_raw(call, inode, &raw);

	return err ?: daxfs_xattr_get(call, raw, value->name, value->bytes, value->size);
}

static int daxfs_vfs_xattr_get(const struct xattr_handler *handler, struct dentry *dentry,
			       struct inode *inode, const char *name, void *bytes, size_t size)
{
	struct daxfs_value value = daxfs_value_of_attr(handler, name);

	value.bytes = bytes;
	value.size = min_t(size_t, size, DAXFS_UNIT);
	return DAXFS_CALL(daxfs_of(inode), daxfs_attr_get(call, inode, &value));
}

static int daxfs_attr_set(struct daxfs_call *call, struct inode *inode,
			  const struct daxfs_value *value)
{
	struct daxfs_attr now = { .ctime = daxfs_now() };
	struct daxfs_inode *raw;
	int err = daxfs_raw(call, inode, &raw);

	return err ?: daxfs_xattr_set(call, raw, value->name, value->bytes, value->size,
				      value->flags) ?:
	       daxfs_setattr(call, raw, &now, DAXFS_SET_CTIME);
}

static int daxfs_vfs_xattr_set(const struct xattr_handler *handler, struct mnt_idmap *idmap,
			       struct dentry *dentry, struct inode *inode, const char *name,
			       const void *bytes, size_t size, int flags)
{
	struct daxfs_value value = daxfs_value_of_attr(handler, name);

	if (size > DAXFS_UNIT)
		return -ENOSPC;
	value.bytes = (void *)bytes;
	value.size = size;
	if (flags & XATTR_CREATE)
		value.flags |= DAXFS_XATTR_CREATE;
	if (flags & XATTR_REPLACE)
		value.flags |= DAXFS_XATTR_REPLACE;
	return DAXFS_CALL(daxfs_of(inode), daxfs_attr_set(call, inode, &value));
}

static const struct xattr_handler daxfs_user_xattrs = {
	.prefix = XATTR_USER_PREFIX,
	.get = daxfs_vfs_xattr_get,
	.set = daxfs_vfs_xattr_set,
};

static const struct xattr_handler daxfs_security_xattrs = {
	.prefix = XATTR_SECURITY_PREFIX,
	.get = daxfs_vfs_xattr_get,
	.set = daxfs_vfs_xattr_set,
};

static const struct xattr_handler daxfs_trusted_xattrs = {
	.prefix = XATTR_TRUSTED_PREFIX,
	.get = daxfs_vfs_xattr_get,
	.set = daxfs_vfs_xattr_set,
};

const struct xattr_handler * const daxfs_xattr_handlers[] = {
	&daxfs_user_xattrs, &daxfs_security_xattrs, &daxfs_trusted_xattrs, NULL,
};

/* Names one after the other, as listxattr() gives them; beyond `size` they are counted. */
struct daxfs_names {
	char *to;
	size_t size;
	size_t used;
	bool trusted;		/* the caller sees those too */
};

static void daxfs_names_add(void *context, struct daxfs_name name)
{
	struct daxfs_names *names = context;

	if (!names->trusted && name.length > XATTR_TRUSTED_PREFIX_LEN &&
	    !memcmp(name.bytes, XATTR_TRUSTED_PREFIX, XATTR_TRUSTED_PREFIX_LEN))
		return;
	if (names->used + name.length + 1 <= names->size) {
		memcpy(names->to + names->used, name.bytes, name.length);
		names->to[names->used + name.length] = 0;
	}
	names->used += name.length + 1;
}

static int daxfs_attr_list(struct daxfs_call *call, struct inode *inode, struct daxfs_names *names)
{
	struct daxfs_inode *raw;
	int err = daxfs_raw(call, inode, &raw);

	names->used = 0;
	return err ?: daxfs_xattr_list(call, raw, daxfs_names_add, names);
}

ssize_t daxfs_vfs_listxattr(struct dentry *dentry, char *to, size_t size)
{
	struct daxfs_names names = {
		.to = to, .size = size, .trusted = capable(CAP_SYS_ADMIN),
	};
	int err = DAXFS_CALL(daxfs_of(d_inode(dentry)),
			     daxfs_attr_list(call, d_inode(dentry), &names));

	if (err)
		return err;
	return size && names.used > size ? -ERANGE : names.used;
}
