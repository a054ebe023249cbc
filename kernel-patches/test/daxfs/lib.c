// SPDX-License-Identifier: GPL-2.0-only
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib.h"

int lib_looks = 20000;

static u64 lib_now(void)
{
	return 1;
}

void lib_format(void *region, u64 units)
{
	struct daxfs_format_options options = { .now = 1, .secret = { 11, 22 }, .mode = 0755 };
	int err = daxfs_format(region, units << DAXFS_UNIT_SHIFT, &options);

	if (err) {
		fprintf(stderr, "format: %d\n", err);
		exit(2);
	}
}

void lib_mount(struct daxfs *fs, void *region, u64 units)
{
	const char *why;
	int err = daxfs_attach(fs, region, units << DAXFS_UNIT_SHIFT, lib_now, &why);

	if (!err)
		err = daxfs_claim(fs, DAXFS_ANY_HOST, "test");
	if (err) {
		fprintf(stderr, "mount: %d %s\n", err, why ? why : "");
		exit(2);
	}
}

struct daxfs_name lib_name(const char *text)
{
	return (struct daxfs_name){ (const u8 *)text, strlen(text) };
}

struct daxfs_inode *lib_root(struct daxfs *fs)
{
	return daxfs_slot_at(fs, fs->root, DAXFS_KIND_INODES);
}

static int start_of(void)
{
	static __thread int start;
	static int next;

	if (!start)
		start = __atomic_add_fetch(&next, 7, __ATOMIC_RELAXED);
	return start;
}

void lib_begin(struct daxfs *fs, struct daxfs_call *call)
{
	while (daxfs_begin(fs, call, start_of()) == -EBUSY)
		sched_yield();
}

bool lib_make_room(struct daxfs *fs)
{
	return daxfs_advance(fs) && daxfs_advance(fs);
}

/* As a mount does where space is short: what was freed is there when the calls under way have ended. */
static bool wait_for_calls(struct daxfs *fs)
{
	int moved = 0;

	for (int i = 0; i < lib_looks && moved < 2; i++) {
		if (daxfs_advance(fs))
			moved++;
		else
			usleep(50);
	}
	return moved == 2;
}

/* Runs a call, again where it asks for that. */
#define CALL(fs, expression) ({						\
	struct daxfs_call call;						\
	int err_, tries_ = 2;						\
									\
	do {								\
		do {							\
			err_ = daxfs_begin(fs, &call, start_of());	\
		} while (err_ == -EBUSY && !sched_yield());		\
		if (!err_) {						\
			err_ = (expression);				\
			daxfs_end(&call);				\
		}							\
	} while (err_ == -EAGAIN ||					\
		 (err_ == -ENOSPC && tries_-- && wait_for_calls(fs)));	\
	err_;								\
})

static int read_run(struct daxfs_call *call, struct daxfs_inode *inode, u64 pos, u8 *to, u64 bytes)
{
	struct daxfs_run run;
	int got = daxfs_read_begin(call, inode, pos, bytes, &run), err;

	if (got <= 0)
		return got;
	if (run.at)
		daxfs_copy(to, run.at, got);
	else
		memset(to, 0, got);
	err = daxfs_read_end(call, &run);
	return err ? err : got;
}

s64 lib_read(struct daxfs *fs, struct daxfs_inode *inode, u64 pos, void *to, u64 bytes)
{
	u64 done = 0;

	while (done < bytes) {
		int got = CALL(fs, read_run(&call, inode, pos + done, (u8 *)to + done, bytes - done));

		if (got < 0)
			return got;
		if (!got)
			break;
		done += got;
	}
	return done;
}

static int write_run(struct daxfs_call *call, struct daxfs_inode *inode, u64 pos, const u8 *from,
		     u64 bytes)
{
	struct daxfs_run run;
	int got = daxfs_write_begin(call, inode, pos, bytes, &run);

	if (got < 0)
		return got;
	daxfs_copy(run.at, from, got);
	return daxfs_write_end(call, &run, got);
}

s64 lib_write(struct daxfs *fs, struct daxfs_inode *inode, u64 pos, const void *from, u64 bytes)
{
	u64 done = 0;

	while (done < bytes) {
		int got = CALL(fs, write_run(&call, inode, pos + done, (const u8 *)from + done,
					     bytes - done));

		if (got < 0)
			return done ? (s64)done : got;
		done += got;
	}
	return done;
}

static int drop_append(struct daxfs_call *call, struct daxfs_append *append)
{
	daxfs_append_drop(call, append);
	return 0;
}

s64 lib_append(struct daxfs *fs, struct daxfs_inode *inode, const void *from, u64 bytes, u64 *pos)
{
	struct daxfs_append append;
	int err = CALL(fs, daxfs_append_begin(&call, inode, bytes, &append));

	if (err)
		return err;
	for (u64 done = 0; done < bytes;) {
		void *at;
		u64 got = daxfs_append_run(fs, &append, done, &at);

		daxfs_copy(at, (const u8 *)from + done, got);
		done += got;
	}
	err = CALL(fs, daxfs_append_commit(&call, &append, pos));
	/* Registered, and not carried out: it may land yet. */
	if (err && err != -EIO && err != -ESTALE)
		CALL(fs, drop_append(&call, &append));
	return err ? err : (s64)bytes;
}

int lib_truncate(struct daxfs *fs, struct daxfs_inode *inode, u64 size)
{
	return CALL(fs, daxfs_truncate(&call, inode, size));
}

int lib_grow(struct daxfs *fs, struct daxfs_inode *inode, u64 size)
{
	return CALL(fs, daxfs_grow(&call, inode, size));
}

int lib_punch(struct daxfs *fs, struct daxfs_inode *inode, u64 from, u64 to)
{
	return CALL(fs, daxfs_punch(&call, inode, from, to));
}

int lib_punch_behind(struct daxfs *fs, struct daxfs_inode *inode, u64 from, u64 to)
{
	return CALL(fs, daxfs_punch_behind(&call, inode, from, to));
}

int lib_create(struct daxfs *fs, struct daxfs_inode *dir, const char *name, u32 mode,
	       struct daxfs_inode **inode)
{
	struct daxfs_new new = { .mode = mode };

	return CALL(fs, daxfs_create(&call, dir, lib_name(name), &new, inode));
}

static int open_name(struct daxfs_call *call, struct daxfs_inode *dir, const char *name,
		     struct daxfs_inode **inode)
{
	u64 ino;
	int err = daxfs_lookup(call, dir, lib_name(name), &ino);

	return err ? err : daxfs_inode_open(call, ino, 0, inode);
}

int lib_open(struct daxfs *fs, struct daxfs_inode *dir, const char *name, struct daxfs_inode **inode)
{
	return CALL(fs, open_name(&call, dir, name, inode));
}

static int close_inode(struct daxfs_call *call, struct daxfs_inode *inode)
{
	daxfs_inode_close(call, inode);
	return 0;
}

void lib_close(struct daxfs *fs, struct daxfs_inode *inode)
{
	CALL(fs, close_inode(&call, inode));
}

int lib_lookup(struct daxfs *fs, struct daxfs_inode *dir, const char *name, u64 *ino)
{
	return CALL(fs, daxfs_lookup(&call, dir, lib_name(name), ino));
}

static int unlink_name(struct daxfs_call *call, struct daxfs_inode *dir, const char *name)
{
	struct daxfs_inode *inode;
	u64 ino;
	int err = daxfs_lookup(call, dir, lib_name(name), &ino);

	if (!err)
		err = daxfs_inode_get(call, ino, 0, &inode);
	return err ? err : daxfs_unlink(call, dir, lib_name(name), inode);
}

int lib_unlink(struct daxfs *fs, struct daxfs_inode *dir, const char *name)
{
	return CALL(fs, unlink_name(&call, dir, name));
}

int lib_link(struct daxfs *fs, struct daxfs_inode *dir, const char *name, struct daxfs_inode *inode)
{
	return CALL(fs, daxfs_link(&call, dir, lib_name(name), inode));
}

int lib_whiteout(struct daxfs *fs, struct daxfs_inode *dir, const char *from, const char *to,
		 struct daxfs_inode *stays)
{
	return CALL(fs, daxfs_rename(&call, dir, lib_name(from), dir, lib_name(to), 0, stays));
}

int lib_set_xattr(struct daxfs *fs, struct daxfs_inode *inode, const char *name, const void *value,
		  u32 size, u32 flags)
{
	return CALL(fs, daxfs_xattr_set(&call, inode, lib_name(name), value, size, flags));
}

int lib_get_xattr(struct daxfs *fs, struct daxfs_inode *inode, const char *name, void *value,
		  u32 room)
{
	return CALL(fs, daxfs_xattr_get(&call, inode, lib_name(name), value, room));
}

int lib_rename(struct daxfs *fs, struct daxfs_inode *from_dir, const char *from,
	       struct daxfs_inode *to_dir, const char *to, u32 flags)
{
	return CALL(fs, daxfs_rename(&call, from_dir, lib_name(from), to_dir, lib_name(to), flags, NULL));
}

static void keep_first(struct daxfs_checker *checker, enum daxfs_severity severity, const char *what,
		       u64 where)
{
	const char **first = checker->context;

	(void)where;
	if (getenv("LIB_VERBOSE"))
		fprintf(stderr, "check: %s: %s, at %llx\n", severity ? "damage" : "leftover", what,
			(unsigned long long)where);
	if (first[severity] == NULL)
		first[severity] = what;
}

const char *lib_check(void *region, u64 units, bool stopped)
{
	const char *first[2] = { NULL, NULL }, *why;
	struct daxfs_checker checker = { .found = keep_first, .context = first };
	struct daxfs fs;

	if (daxfs_attach(&fs, region, units << DAXFS_UNIT_SHIFT, lib_now, &why))
		return why;
	if (daxfs_check(&checker, &fs))
		return "no memory for the check";
	return first[DAXFS_DAMAGE] || stopped ? first[DAXFS_DAMAGE] : first[DAXFS_LEFTOVER];
}
