// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host 0 declares host 1 dead while that one works and then goes on, as a zombie. What a
 * fence leaves is as if the zombie had stopped there: nobody's bytes, sizes and names
 * change afterwards, but for bytes of its own unfinished write.
 */
#include "scene.h"

static struct daxfs_name names[4];
static char letters[4][2];

static void fence_from(int host)
{
	struct daxfs_call call;

	lib_begin(&hosts[host], &call);
	daxfs_fence_host(&call, hosts[1].host, hosts[1].incarnation << 8 | DAXFS_HOST_LIVE);
	daxfs_end(&call);
}

static void fence_other(void)
{
	fence_from(0);
}

/* A third host works, or fences as well. */
static void third_truncate(void)
{
	lib_truncate(&hosts[2], file, 50);
}

static void third_rename(void)
{
	lib_rename(&hosts[2], lib_root(&hosts[2]), "z", lib_root(&hosts[2]), "file", 0);
}

static void third_fence(void)
{
	fence_from(2);
}

static void begin_zombie(void)
{
	begin_full_page();
	lib_open(&hosts[1], lib_root(&hosts[1]), "file", &file);
	lib_close(&hosts[0], file);
	lib_write(&hosts[0], other, 0, pattern[2], 100);
}

/* Stores into a page that is another file's by then. */
static void zombie_write(void)
{
	lib_write(&hosts[1], file, 10, pattern[1], 100);
}

static void zombie_read(void)
{
	s64 got = lib_read(&hosts[1], file, 0, bytes, 100);

	for (s64 i = 0; i < got; i++)
		require(bytes[i] == 'A', "a zombie reads another file");
}

static void fence_and_reuse(void)
{
	fence_other();
	lib_truncate(&hosts[0], file, 0);
	make_room(0);
	take(0, unit);
	lib_write(&hosts[0], other, 2 * DAXFS_UNIT, pattern[2], DAXFS_UNIT);
}

/* A file that only the zombie had open is taken apart, without any change of its state. */
static void fence_unlink_and_reuse(void)
{
	fence_other();
	lib_unlink(&hosts[0], lib_root(&hosts[0]), "file");
	make_room(0);
	take(0, unit);
	lib_write(&hosts[0], other, 2 * DAXFS_UNIT, pattern[2], DAXFS_UNIT);
}

static const char *end_zombie(void)
{
	return size_of(other) < 3 * DAXFS_UNIT || holds(other, 2 * DAXFS_UNIT, 3 * DAXFS_UNIT, 'C') ?
	       NULL : "a zombie wrote into another file";
}

/* The size that a fence finds is the size. */
static void fence_and_measure(void)
{
	fence_other();
	number[0] = size_of(file);
}

static const char *end_size(void)
{
	return stopped(0) || size_of(file) == number[0] ? NULL : "a zombie changes a size";
}

static void begin_zombie_end(void)
{
	begin_long();
	lib_open(&hosts[1], lib_root(&hosts[1]), "file", &file);
}

static void zombie_extend(void)
{
	lib_write(&hosts[1], file, DAXFS_UNIT, pattern[1], 100);
}

static void zombie_truncate(void)
{
	lib_truncate(&hosts[1], file, 100);
}

static void zombie_append(void)
{
	u64 at;

	lib_append(&hosts[1], file, pattern[1], 100, &at);
}

/* A page of a write to a hole, which by then is there. */
static void fence_and_publish(void)
{
	fence_other();
	result[2] = lib_write(&hosts[0], file, DAXFS_UNIT, pattern[2], DAXFS_UNIT);
}

static const char *end_publish(void)
{
	return stopped(0) || result[2] != DAXFS_UNIT ||
	       holds(file, DAXFS_UNIT + 100, 2 * DAXFS_UNIT, 'C') ?
	       NULL : "a zombie's page took the place of another";
}

/* The state of a file that a zombie works on becomes one of another file, of the same size. */
static void begin_states(void)
{
	begin_zombie();
	lib_truncate(&hosts[0], other, DAXFS_UNIT);
	lib_truncate(&hosts[0], file, DAXFS_UNIT);
	make_room(0);
}

static void cut_fence_and_reuse(void)
{
	lib_truncate(&hosts[0], file, DAXFS_UNIT);
	fence_other();
	make_room(0);
	lib_truncate(&hosts[0], other, DAXFS_UNIT);
}

static void fence_cut_and_reuse(void)
{
	fence_other();
	lib_truncate(&hosts[0], file, DAXFS_UNIT);
	make_room(0);
	lib_truncate(&hosts[0], other, DAXFS_UNIT);
}

/*
 * The state that the zombie makes is over as well, and another file is about to have it: it
 * is registered there, and nothing of it is decided.
 */
static void fence_and_reuse_both(void)
{
	struct daxfs_cell *now, *next;
	struct daxfs_call call;
	u64 ref;

	fence_cut_and_reuse();
	lib_begin(&hosts[0], &call);
	daxfs_cell_now(&call, other, &now);
	daxfs_slot_alloc(&hosts[0], DAXFS_KIND_CELLS, true, &ref, (void **)&next);
	daxfs_init(&next->size, DAXFS_UNSET);
	daxfs_init(&next->root, DAXFS_UNSET);
	daxfs_init(&next->tail, DAXFS_UNSET);
	daxfs_init(&next->from, DAXFS_UNIT);
	daxfs_init(&next->to, (u64)DAXFS_OP_SIZE << DAXFS_OP_SHIFT | DAXFS_UNIT);
	daxfs_slot_live(&hosts[0], ref, DAXFS_KIND_CELLS);
	daxfs_cas(&now->next, 0, ref);
	daxfs_end(&call);
}

static const char *end_states(void)
{
	if (size_of(other) != DAXFS_UNIT)
		return "a zombie changes the size of another file";
	return holds(other, 100, DAXFS_UNIT, 0) ? NULL : "a zombie changes another file";
}

static const char *end_registered(void)
{
	lib_truncate(survivor(), other, DAXFS_UNIT);
	return end_states();
}

/* A node of a file becomes a page of zeroes, in which a late CAS may take each word for a hole. */
static void begin_nodes(void)
{
	begin_zombie();
	unit = file->first.root.raw & DAXFS_REF_UNIT;
	memset(pattern[2], 0, sizeof(pattern[2]));
}

static const char *end_nodes(void)
{
	return size_of(other) < 3 * DAXFS_UNIT || holds(other, 2 * DAXFS_UNIT, 3 * DAXFS_UNIT, 0) ?
	       NULL : "a zombie changes a page that was a node";
}

/* Attributes are those that were set last, of the inode that is there now. */
static void zombie_chmod(void)
{
	struct daxfs_attr attr = { .mode = LIB_FILE | 0777, .uid = 7 };
	struct daxfs_call call;

	if (daxfs_begin(&hosts[1], &call, 0))
		return;
	daxfs_setattr(&call, file, &attr, DAXFS_SET_MODE | DAXFS_SET_OWNER);
	daxfs_end(&call);
}

static void fence_and_chmod(void)
{
	struct daxfs_attr attr = { .mode = LIB_FILE & ~077u };
	struct daxfs_call call;

	fence_other();
	lib_begin(&hosts[0], &call);
	daxfs_setattr(&call, file, &attr, DAXFS_SET_MODE);
	daxfs_end(&call);
}

static void fence_and_reuse_inode(void)
{
	fence_other();
	lib_unlink(&hosts[0], lib_root(&hosts[0]), "file");
	make_room(0);
	lib_create(&hosts[0], lib_root(&hosts[0]), "file", LIB_FILE & ~077u, &dir2);
	lib_close(&hosts[0], dir2);
}

static const char *end_mode(void)
{
	return stopped(0) || file->mode.raw == (LIB_FILE & ~077u) ? NULL : "a zombie changes a mode";
}

static const char *end_inode(void)
{
	return stopped(0) || (dir2->mode.raw == (LIB_FILE & ~077u) && !dir2->owner.raw) ?
	       NULL : "a zombie changes another file's attributes";
}

/* Four names in the order of the list of a directory. */
static void choose_names(void)
{
	u64 last = 0, best;

	for (int i = 0; i < 4; i++, last = best) {
		best = ~0ULL;
		for (u8 letter = 'a'; letter <= 'z'; letter++) {
			u64 key = daxfs_key(&hosts[0], (struct daxfs_name){ &letter, 1 });

			if (key <= last || key >= best)
				continue;
			best = key;
			letters[i][0] = letter;
		}
		names[i] = lib_name(letters[i]);
	}
}

static void create(struct daxfs_inode *in, int name)
{
	struct daxfs_inode *inode;

	if (!lib_create(&hosts[0], in, letters[name], LIB_FILE, &inode))
		lib_close(&hosts[0], inode);
}

static void begin_lists(void)
{
	choose_names();
	lib_create(&hosts[0], lib_root(&hosts[0]), "dir", LIB_DIR, &dir);
	lib_create(&hosts[0], lib_root(&hosts[0]), "dir2", LIB_DIR, &dir2);
	create(dir, 0);
}

/* The entry behind which a zombie inserts is another directory's last by then. */
static void zombie_insert(void)
{
	struct daxfs_inode *inode;

	lib_create(&hosts[1], dir, letters[1], LIB_FILE, &inode);
}

static void fence_and_reuse_entry(void)
{
	fence_other();
	lib_unlink(&hosts[0], dir, letters[0]);
	make_room(0);
	create(dir2, 2);
}

static void begin_gone(void)
{
	begin_lists();
	create(dir, 1);
	create(dir, 2);
}

/* The entry that a zombie takes out, because it is gone, is a name again by then. */
static void zombie_walk(void)
{
	u64 ino;

	lib_lookup(&hosts[1], dir, letters[2], &ino);
}

static void fence_and_come_back(void)
{
	lib_unlink(&hosts[0], dir, letters[1]);
	fence_other();
	make_room(0);
	create(dir, 1);
}

static const char *end_gone(void)
{
	u64 ino;

	return stopped(0) || !lib_lookup(survivor(), dir, letters[1], &ino) ?
	       NULL : "a zombie took out a name";
}

/* A transaction that a zombie helps is another one of the same names by then. */
static struct daxfs_place places[2];
static struct daxfs_txn *txn;
static u64 txn_ref;

static void exchange_begin(struct daxfs_call *call)
{
	u64 target[2];

	for (int i = 0; i < 2; i++) {
		daxfs_list_find(call, dir, names[i], &places[i]);
		target[i] = daxfs_settled(call, &places[i].entry->target);
	}
	daxfs_txn_new(call, &txn_ref, &txn);
	for (int i = 0; i < 2; i++)
		daxfs_txn_add(call->fs, txn, &places[i].entry->target, target[i], target[!i]);
	daxfs_txn_name(call, txn_ref);
	for (int i = 0; i < 2; i++)
		daxfs_txn_take(call->fs, txn, txn_ref, i);
}

static void exchange_end(struct daxfs_call *call)
{
	daxfs_txn_commit(call, txn);
	daxfs_txn_end(call->fs, txn_ref, txn);
}

static void begin_exchange(void)
{
	struct daxfs_call call;

	begin_lists();
	create(dir, 1);
	lib_lookup(&hosts[0], dir, letters[0], &number[0]);
	lib_lookup(&hosts[0], dir, letters[1], &number[1]);
	lib_begin(&hosts[0], &call);
	exchange_begin(&call);
	daxfs_end(&call);
}

static void fence_and_exchange(void)
{
	struct daxfs_call call;

	lib_begin(&hosts[0], &call);
	exchange_end(&call);
	daxfs_end(&call);
	fence_other();
	make_room(0);
	lib_begin(&hosts[0], &call);
	exchange_begin(&call);
	daxfs_end(&call);
}

static void zombie_settle(void)
{
	struct daxfs_call call;

	if (daxfs_begin(&hosts[1], &call, 0))
		return;
	daxfs_settled(&call, &places[0].entry->target);
	daxfs_end(&call);
}

static const char *end_exchange(void)
{
	struct daxfs_call call;
	u64 ino[2] = { 0, 0 };

	lib_begin(survivor(), &call);
	exchange_end(&call);
	daxfs_end(&call);
	for (int i = 0; i < 2; i++)
		lib_lookup(survivor(), dir, letters[i], &ino[i]);
	/* Aborted by the zombie, done or undone by it is all the same, but it is one of these. */
	return ino[0] && ino[0] == ino[1] ? "a zombie takes one transaction for another" : NULL;
}

/* The zombie's close is the last of a file without a name; its inode and page are used again. */
static void begin_zombie_close(void)
{
	begin_zombie();
	lib_unlink(&hosts[0], lib_root(&hosts[0]), "file");
}

static void zombie_close(void)
{
	lib_close(&hosts[1], file);
}

static void fence_and_create(void)
{
	fence_other();
	make_room(0);
	take(0, unit);
	lib_create(&hosts[0], lib_root(&hosts[0]), "new", LIB_FILE, &dir2);
	lib_write(&hosts[0], dir2, 0, pattern[2], DAXFS_UNIT);
	lib_close(&hosts[0], dir2);
	result[0] = 1;
}

static const char *end_create(void)
{
	return !result[0] || holds(dir2, 0, DAXFS_UNIT, 'C') ? NULL : "a zombie frees another file";
}

/* Names are as the fence finds them. */
static const char *name;

static void fence_and_look(void)
{
	u64 ino;

	fence_other();
	result[2] = lib_lookup(&hosts[0], lib_root(&hosts[0]), name, &ino);
}

static const char *end_name(void)
{
	u64 ino;

	return stopped(0) || lib_lookup(survivor(), lib_root(survivor()), name, &ino) == result[2] ?
	       NULL : "a zombie changed a name";
}

/* Two exchanges, after which each name leads to what it led to before. */
static void fence_exchange_and_look(void)
{
	struct daxfs_inode *root = lib_root(&hosts[0]);

	fence_other();
	for (int i = 0; i < 2; i++)
		lib_rename(&hosts[0], root, "file", root, "other", DAXFS_RENAME_EXCHANGE);
	result[2] = lib_lookup(&hosts[0], root, name, &number[0]);
}

static void begin_zombie_name(void)
{
	begin_zombie();
	name = "file";
}

static void begin_zombie_new_name(void)
{
	begin_zombie();
	name = "z";
}

static void zombie_unlink(void)
{
	lib_unlink(&hosts[1], lib_root(&hosts[1]), "file");
}

static void zombie_create(void)
{
	struct daxfs_inode *inode;

	lib_create(&hosts[1], lib_root(&hosts[1]), "z", LIB_FILE, &inode);
}

static void zombie_rename(void)
{
	lib_rename(&hosts[1], lib_root(&hosts[1]), "file", lib_root(&hosts[1]), "z", 0);
}

static const char *end_rename(void)
{
	const char *finding = end_name();
	u64 ino;

	if (finding || stopped(0))
		return finding;
	return lib_lookup(survivor(), lib_root(survivor()), "file", &ino) == (result[2] ? 0 : -ENOENT) ?
	       NULL : "a rename shows neither name, or both";
}

#define FENCE(interruptions, stop, what, prepare, survive, zombie, finish)			\
	{										\
		.name = "fence: " what, .hosts = 2, .depth = interruptions, .stops = stop,	\
		.fences = true, .begin = prepare, .body = { survive, zombie }, .end = finish, \
	}

const struct scenario fences_scenarios[] = {
	FENCE(2, 1, "a zombie's stores", begin_zombie, fence_and_reuse, zombie_write, end_zombie),
	FENCE(1, 0, "a zombie's stores into what is gone", begin_zombie, fence_unlink_and_reuse, zombie_write,
	      end_zombie),
	FENCE(2, 0, "a zombie's read of what is gone", begin_zombie, fence_unlink_and_reuse, zombie_read, NULL),
	FENCE(1, 1, "a zombie's size", begin_zombie, fence_and_measure, zombie_extend, end_size),
	FENCE(2, 0, "a zombie's end", begin_zombie_end, fence_and_measure, write_behind, end_size),
	FENCE(1, 1, "a zombie's truncate", begin_zombie, fence_and_measure, zombie_truncate, end_size),
	FENCE(1, 1, "a zombie's append", begin_zombie_end, fence_and_measure, zombie_append, end_size),
	FENCE(2, 0, "a zombie's chmod", begin_zombie, fence_and_chmod, zombie_chmod, end_mode),
	FENCE(2, 0, "an inode of a chmod, of another file", begin_zombie, fence_and_reuse_inode, zombie_chmod,
	      end_inode),
	FENCE(2, 1, "a zombie's page", begin_zombie, fence_and_publish, zombie_extend, end_publish),
	FENCE(1, 0, "a state of a write, of another file", begin_states, cut_fence_and_reuse, zombie_extend,
	      end_states),
	FENCE(1, 0, "a state of a truncate, of another file", begin_states, fence_cut_and_reuse,
	      zombie_truncate, end_states),
	FENCE(1, 0, "a state that a zombie makes, of another file", begin_states, fence_and_reuse_both,
	      zombie_truncate, end_registered),
	FENCE(1, 0, "a state of an append, of another file", begin_states, fence_cut_and_reuse,
	      zombie_append, end_states),
	FENCE(1, 0, "a node of a write, of another file", begin_nodes, fence_and_reuse, zombie_extend,
	      end_nodes),
	FENCE(1, 0, "a node of a truncate, of another file", begin_nodes, fence_and_reuse, zombie_truncate,
	      end_nodes),
	FENCE(2, 1, "a place in a list, of another directory", begin_lists, fence_and_reuse_entry,
	      zombie_insert, NULL),
	FENCE(2, 0, "an entry that is gone, and back", begin_gone, fence_and_come_back, zombie_walk, end_gone),
	{
		.name = "fence: a transaction, and another of its names", .hosts = 2, .depth = 2,
		.fences = true, .begin = begin_exchange, .body = { fence_and_exchange, zombie_settle },
		.end = end_exchange,
	},
	FENCE(2, 1, "a zombie's last close", begin_zombie_close, fence_and_create, zombie_close, end_create),
	FENCE(2, 1, "a zombie's unlink", begin_zombie_name, fence_and_look, zombie_unlink, end_name),
	FENCE(2, 0, "a zombie's unlink of a name that was another's", begin_zombie_name,
	      fence_exchange_and_look, zombie_unlink, end_name),
	FENCE(2, 1, "a zombie's create", begin_zombie_new_name, fence_and_look, zombie_create, end_name),
	FENCE(2, 1, "a zombie's rename", begin_zombie_new_name, fence_and_look, zombie_rename, end_rename),
	{
		.name = "fence: a write, while a third host cuts", .hosts = 3, .depth = 1, .fences = true,
		.begin = begin_zombie, .body = { fence_other, zombie_extend, third_truncate },
	},
	{
		.name = "fence: a rename, while a third host renames", .hosts = 3, .depth = 1,
		.fences = true, .begin = begin_zombie,
		.body = { fence_other, zombie_rename, third_rename },
	},
	{
		.name = "fence: by two hosts", .hosts = 3, .depth = 1, .fences = true,
		.begin = begin_zombie, .body = { fence_other, zombie_extend, third_fence },
	},
	{
		.name = "fence: of a rename, by two hosts", .hosts = 3, .depth = 1, .fences = true,
		.begin = begin_zombie, .body = { fence_other, zombie_rename, third_fence },
	},
	{ .name = NULL },
};
