// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hosts: a claim with an incarnation, a heartbeat, and how a host loses its authority.
 *
 * Before a host stores into shared pages or publishes, it names them, fences, and looks at
 * its claim. Whoever fences it first takes the claim and then reads the names. So either
 * the host sees that it was fenced, or its names are seen. Its pins hold until the names
 * are resolved. What it had named and may still reach is not reused until it is cut off.
 *
 * This goes for each CAS of a word that may be reused, also where one call helps another:
 * in the word's next life it could hold the value that a late CAS expects. What a CAS is to
 * publish is live before the look, so that a fence finds nothing private that comes out later.
 */
#include "core.h"

#define DAXFS_CLAIM(incarnation, state) ((incarnation) << 8 | (state))

void daxfs_beat(struct daxfs *fs)
{
	daxfs_add(&daxfs_host(fs, fs->host)->beat, 1);
}

static bool daxfs_claim_one(struct daxfs *fs, u32 index, const char *name)
{
	struct daxfs_host *host = daxfs_host(fs, index);
	u64 claim = daxfs_load(&host->claim), incarnation = (claim >> 8) + 1;

	if ((claim & 255) != DAXFS_HOST_FREE || incarnation > DAXFS_WORD_VALUE ||
	    !daxfs_swap(&host->claim, claim, DAXFS_CLAIM(incarnation, DAXFS_HOST_LIVE)))
		return false;
	fs->host = index;
	fs->incarnation = incarnation;
	fs->claim = &host->claim;
	fs->claimed = DAXFS_CLAIM(incarnation, DAXFS_HOST_LIVE);
	for (u32 i = 0; i < sizeof(host->name); i++) {
		host->name[i] = *name;
		name += *name != 0;
	}
	/* No call of a free slot is under way, whatever an image says. */
	for (u32 i = 0; i < DAXFS_CALLS; i++)
		if (daxfs_peek(&host->calls[i].pin))
			daxfs_store(&host->calls[i].pin, 0);
	return true;
}

int daxfs_claim(struct daxfs *fs, u32 host, const char *name)
{
	if (host != DAXFS_ANY_HOST && host >= DAXFS_HOSTS)
		return -EINVAL;
	for (u32 i = 0; i < DAXFS_HOSTS; i++)
		if ((host == DAXFS_ANY_HOST || host == i) && daxfs_claim_one(fs, i, name))
			return 0;
	return -EBUSY;
}

void daxfs_release(struct daxfs *fs)
{
	daxfs_cas(&daxfs_host(fs, fs->host)->claim, DAXFS_CLAIM(fs->incarnation, DAXFS_HOST_LIVE),
		  DAXFS_CLAIM(fs->incarnation, DAXFS_HOST_FREE));
}

/* Who loses authority. */
struct daxfs_lost {
	struct daxfs *fs;
	struct daxfs_call *call;
	u32 host;
	u64 incarnation;
};

static bool daxfs_is_private(const struct daxfs_lost *lost, u64 word)
{
	return daxfs_state_of(word) == DAXFS_PRIVATE && daxfs_host_of(word) == lost->host &&
	       daxfs_value_of(word) == lost->incarnation;
}

/*
 * It may still store here: what is live stays, and goes to quarantine instead of retirement.
 * What is free, or private to another host, is nothing that it can have reached.
 */
static void daxfs_taint(const struct daxfs_lost *lost, struct daxfs_word *word)
{
	for (;;) {
		u64 seen = daxfs_load(word);
		enum daxfs_state state = daxfs_state_of(seen);
		bool live = state == DAXFS_LIVE && !daxfs_value_of(seen);

		if (!live && state != DAXFS_RETIRED && state != DAXFS_HELD &&
		    !daxfs_is_private(lost, seen))
			return;
		if (daxfs_swap(word, seen,
			       daxfs_tag(live ? DAXFS_LIVE : DAXFS_QUARANTINED,
					 daxfs_kind_of(seen), lost->host, lost->incarnation)))
			return;
	}
}

static void daxfs_taint_unit(const struct daxfs_lost *lost, u64 unit)
{
	if (daxfs_in_pool(lost->fs, unit))
		daxfs_taint(lost, &daxfs_unit(lost->fs, unit)->word);
}

/* The slot, or else the unit, in which this byte of the region lies. */
static void daxfs_taint_at(const struct daxfs_lost *lost, u64 offset)
{
	struct daxfs *fs = lost->fs;
	u64 unit = offset >> DAXFS_UNIT_SHIFT, word;
	u32 size, slot;

	if (!daxfs_in_pool(fs, unit))
		return;
	word = daxfs_load(&daxfs_unit(fs, unit)->word);
	size = daxfs_slot_size(daxfs_kind_of(word));
	if (!size || !daxfs_in_use(word, daxfs_kind_of(word))) {
		daxfs_taint_unit(lost, unit);
		return;
	}
	slot = (offset & (DAXFS_UNIT - 1)) / size;
	if ((slot + 1) * size <= DAXFS_UNIT)
		daxfs_taint(lost, (struct daxfs_word *)((u8 *)daxfs_at(fs, unit) + slot * size));
}

static void daxfs_taint_slot(const struct daxfs_lost *lost, u64 ref, enum daxfs_kind kind)
{
	struct daxfs_word *slot = daxfs_slot_at(lost->fs, ref, kind);

	if (slot)
		daxfs_taint(lost, slot);
}

/*
 * A change of a file under way, or a write that will raise the size of the state `cell`.
 * The state is made one that is over, so that a late CAS of its size changes nothing, and a
 * late one of its `next` fails. Neither the inode nor the state is reused.
 */
static void daxfs_lost_state(const struct daxfs_lost *lost, u64 ino, u64 cell)
{
	struct daxfs_inode *inode = daxfs_slot_at(lost->fs, ino, DAXFS_KIND_INODES);

	daxfs_taint_slot(lost, ino, DAXFS_KIND_INODES);
	daxfs_taint_slot(lost, cell, DAXFS_KIND_CELLS);
	if (inode && daxfs_in_use(daxfs_load(&inode->state), DAXFS_KIND_INODES))
		daxfs_renew(lost->call, inode);
}

static void daxfs_lost_store(const struct daxfs_lost *lost, struct daxfs_line *line)
{
	u64 first = daxfs_load(&line->b), count = daxfs_load(&line->c);

	for (u64 i = 0; i < count && i < DAXFS_FANOUT; i++)
		daxfs_taint_unit(lost, first + i);
	daxfs_lost_state(lost, daxfs_load(&line->a), daxfs_load(&line->d));
}

/* A change that it registers, or carries out for another host. */
static void daxfs_lost_op(const struct daxfs_lost *lost, struct daxfs_line *line)
{
	daxfs_taint_slot(lost, daxfs_load(&line->c), DAXFS_KIND_CELLS);
	daxfs_lost_state(lost, daxfs_load(&line->a), daxfs_load(&line->b));
}

/* What it has published is live; what it has not is private, and quarantined later. */
static void daxfs_lost_publish(const struct daxfs_lost *lost, struct daxfs_line *line)
{
	u64 node = daxfs_load(&line->b), which = daxfs_load(&line->c);
	u64 first = which & ~0U, end = first + (which >> 32);

	if (!daxfs_in_pool(lost->fs, node) || end > DAXFS_FANOUT)
		return;
	for (u64 i = first; i < end; i++) {
		struct daxfs_word *word = (struct daxfs_word *)daxfs_at(lost->fs, node) + i;
		u64 value = daxfs_load(word);

		/* The hole that its CAS expects becomes another one. */
		while (daxfs_is_hole(value) && !(value & DAXFS_REF_SEALED)) {
			u64 hole = value + BIT_ULL(DAXFS_REF_SLOT_SHIFT);
			u64 seen = daxfs_cas(word, value, hole);

			if (seen == value)
				break;
			value = seen;
		}
		if (!daxfs_is_hole(value))
			daxfs_taint_unit(lost, daxfs_ref_unit(value));
	}
	daxfs_taint_unit(lost, node);
	daxfs_lost_state(lost, daxfs_load(&line->a), daxfs_load(&line->d));
}

static struct daxfs_name daxfs_name_in(struct daxfs_entry *entry)
{
	return (struct daxfs_name){ entry->name, daxfs_load(&entry->about) & 255 };
}

/* Whether an entry is in the list of its directory. */
static bool daxfs_is_listed(const struct daxfs_lost *lost, struct daxfs_inode *dir,
			    struct daxfs_entry *entry)
{
	struct daxfs_place place;

	return !daxfs_list_find(lost->call, dir, daxfs_name_in(entry), &place) &&
	       place.entry == entry;
}

/* A name that came in stays; one that did not will not come to life. */
static void daxfs_lost_create(const struct daxfs_lost *lost, struct daxfs_line *line)
{
	u64 ino = daxfs_load(&line->c);
	struct daxfs_inode *dir = daxfs_slot_at(lost->fs, daxfs_load(&line->a), DAXFS_KIND_INODES);
	struct daxfs_entry *entry = daxfs_entry_at(lost->fs, daxfs_load(&line->b));

	if (!dir || !entry)
		return;
	daxfs_taint(lost, &entry->state);
	daxfs_taint(lost, &dir->state);
	daxfs_taint_slot(lost, ino, DAXFS_KIND_INODES);
	if (!daxfs_is_listed(lost, dir, entry))
		daxfs_cas(&entry->target, ino, 0);
}

static void daxfs_lost_unlink(const struct daxfs_lost *lost, struct daxfs_line *line)
{
	struct daxfs_entry *entry = daxfs_entry_at(lost->fs, daxfs_load(&line->b));
	u64 target;

	if (!entry)
		return;
	/* Its CAS expects the target as it was. */
	do {
		target = daxfs_settled(lost->call, &entry->target);
	} while (target && !daxfs_swap(&entry->target, target, target + DAXFS_TARGET_TURN) &&
		 daxfs_alive(lost->fs));
	daxfs_taint(lost, &entry->state);
	daxfs_taint_slot(lost, daxfs_load(&line->a), DAXFS_KIND_INODES);
	daxfs_taint_slot(lost, daxfs_load(&line->c), DAXFS_KIND_INODES);
}

/* Decided, a late CAS of it changes nothing; and the slot is private still. */
static void daxfs_lost_txn(const struct daxfs_lost *lost, struct daxfs_line *line)
{
	u64 ref = daxfs_load(&line->a);
	struct daxfs_txn *txn = daxfs_slot_at(lost->fs, ref, DAXFS_KIND_TXNS);

	if (!txn)
		return;
	daxfs_txn_push(lost->call, ref);
	daxfs_txn_settle(lost->call, txn);
}

static void daxfs_lost_line(const struct daxfs_lost *lost, struct daxfs_line *line)
{
	for (u32 i = 0; i < 2; i++)
		daxfs_taint_at(lost, daxfs_load(&line->hold[i]));
	switch (daxfs_load(&line->intent)) {
	case DAXFS_INTENT_STORE:
		daxfs_lost_store(lost, line);
		break;
	case DAXFS_INTENT_PUBLISH:
		daxfs_lost_publish(lost, line);
		break;
	case DAXFS_INTENT_OP:
		daxfs_lost_op(lost, line);
		break;
	case DAXFS_INTENT_CREATE:
		daxfs_lost_create(lost, line);
		break;
	case DAXFS_INTENT_UNLINK:
		daxfs_lost_unlink(lost, line);
		break;
	case DAXFS_INTENT_TXN:
		daxfs_lost_txn(lost, line);
		break;
	case DAXFS_INTENT_FREE:
		daxfs_taint_slot(lost, daxfs_load(&line->a), DAXFS_KIND_INODES);
		break;
	default:
		break;
	}
}

/* Whether the fence of this incarnation took it out of use. */
static bool daxfs_is_tainted(const struct daxfs_lost *lost, struct daxfs_word *word)
{
	u64 seen = daxfs_load(word);

	return (daxfs_state_of(seen) == DAXFS_LIVE || daxfs_state_of(seen) == DAXFS_QUARANTINED) &&
	       daxfs_host_of(seen) == lost->host && daxfs_value_of(seen) == lost->incarnation;
}

/*
 * What its last CAS may have put somewhere since it was fenced. A name that it gave later is
 * of no account, and may lead to what others use by now.
 */
static void daxfs_late_line(const struct daxfs_lost *lost, struct daxfs_line *line)
{
	struct daxfs_entry *entry = daxfs_entry_at(lost->fs, daxfs_load(&line->b));
	struct daxfs_txn *txn = daxfs_slot_at(lost->fs, daxfs_load(&line->a), DAXFS_KIND_TXNS);
	u64 intent = daxfs_load(&line->intent);
	struct daxfs_inode *dir;

	if (intent == DAXFS_INTENT_TXN && txn && daxfs_is_tainted(lost, &txn->state))
		daxfs_txn_settle(lost->call, txn);
	if (intent != DAXFS_INTENT_CREATE || !entry || !daxfs_is_tainted(lost, &entry->state) ||
	    daxfs_settled(lost->call, &entry->target))
		return;
	/* As nothing. */
	dir = daxfs_slot_at(lost->fs, daxfs_load(&entry->dir), DAXFS_KIND_INODES);
	if (dir && daxfs_is_listed(lost, dir, entry))
		daxfs_list_remove(lost->call, dir, daxfs_name_in(entry), entry);
}

static void daxfs_quarantine(const struct daxfs_lost *lost, struct daxfs_word *word)
{
	u64 seen = daxfs_load(word);

	if (daxfs_is_private(lost, seen))
		daxfs_cas(word, seen, daxfs_tag(DAXFS_QUARANTINED, daxfs_kind_of(seen), lost->host,
						lost->incarnation));
}

static void daxfs_unquarantine(const struct daxfs_lost *lost, struct daxfs_word *word)
{
	u64 seen = daxfs_load(word);
	enum daxfs_state state = daxfs_state_of(seen);

	if (daxfs_host_of(seen) != lost->host || daxfs_value_of(seen) != lost->incarnation)
		return;
	if (state == DAXFS_QUARANTINED)
		daxfs_cas(word, seen,
			  daxfs_tag(DAXFS_RETIRED, daxfs_kind_of(seen), lost->fs->host,
				    daxfs_load(&daxfs_super(lost->fs)->epoch)));
	else if (state == DAXFS_LIVE)
		daxfs_cas(word, seen, daxfs_tag(DAXFS_LIVE, daxfs_kind_of(seen), 0, 0));
}

/* Every unit and every slot of it. */
static void daxfs_each_word(const struct daxfs_lost *lost,
			    void (*act)(const struct daxfs_lost *lost, struct daxfs_word *word))
{
	for (u64 unit = lost->fs->pool; unit < lost->fs->units - 1; unit++) {
		struct daxfs_word *word = &daxfs_unit(lost->fs, unit)->word;
		u64 seen = daxfs_load(word);
		u32 size = daxfs_slot_size(daxfs_kind_of(seen));

		act(lost, word);
		if (!size || !daxfs_in_use(seen, daxfs_kind_of(seen)))
			continue;
		for (u32 at = 0; at + size <= DAXFS_UNIT; at += size)
			act(lost, (struct daxfs_word *)((u8 *)daxfs_at(lost->fs, unit) + at));
	}
}

/* The live inode that begins here, or NULL; a private one is its maker's. */
static struct daxfs_inode *daxfs_inode_of(const struct daxfs_lost *lost, struct daxfs_word *word)
{
	bool slot = (u8 *)word >= (u8 *)daxfs_at(lost->fs, lost->fs->pool);
	u64 seen = daxfs_load(word);

	return slot && daxfs_kind_of(seen) == DAXFS_KIND_INODES &&
	       daxfs_state_of(seen) == DAXFS_LIVE ? (struct daxfs_inode *)word : NULL;
}

static void daxfs_close_for(const struct daxfs_lost *lost, struct daxfs_word *word)
{
	struct daxfs_inode *inode = daxfs_inode_of(lost, word);
	u64 openers;

	do {
		openers = inode ? daxfs_load(&inode->openers) : 0;
		if (!(openers & BIT_ULL(lost->host)))
			return;
	} while (!daxfs_swap(&inode->openers, openers, openers & ~BIT_ULL(lost->host)));
	daxfs_inode_release(lost->call, inode);
}

static void daxfs_unmap_for(const struct daxfs_lost *lost, struct daxfs_word *word)
{
	struct daxfs_inode *inode = daxfs_inode_of(lost, word);
	u64 mappers;

	do {
		mappers = inode ? daxfs_load(&inode->mappers) : 0;
	} while (mappers & BIT_ULL(lost->host) &&
		 !daxfs_swap(&inode->mappers, mappers, mappers & ~BIT_ULL(lost->host)));
}

/* A page that was held back for mappings, of which there is none any more. */
static void daxfs_let_go(const struct daxfs_lost *lost, struct daxfs_word *word)
{
	struct daxfs_unit *unit = (struct daxfs_unit *)word;
	u64 seen = daxfs_load(word);
	struct daxfs_inode *inode;

	if (daxfs_state_of(seen) != DAXFS_HELD)
		return;
	inode = daxfs_slot_at(lost->fs, daxfs_load(&unit->owner), DAXFS_KIND_INODES);
	if (!inode || !daxfs_load(&inode->mappers))
		daxfs_cas(word, seen, daxfs_tag(DAXFS_RETIRED, daxfs_kind_of(seen), lost->fs->host,
						daxfs_load(&daxfs_super(lost->fs)->epoch)));
}

int daxfs_fence_host(struct daxfs_call *call, u32 index, u64 claim)
{
	struct daxfs_lost lost = {
		.fs = call->fs, .call = call, .host = index, .incarnation = claim >> 8,
	};
	struct daxfs_host *host = daxfs_host(call->fs, index);

	if (index >= DAXFS_HOSTS || index == call->fs->host || (claim & 255) != DAXFS_HOST_LIVE)
		return -EINVAL;
	/* Pairs with the barrier in daxfs_name_and_look(). */
	daxfs_cas(&host->claim, claim, DAXFS_CLAIM(lost.incarnation, DAXFS_HOST_FENCING));
	if (daxfs_load(&host->claim) != DAXFS_CLAIM(lost.incarnation, DAXFS_HOST_FENCING))
		return -ESTALE;
	for (u32 i = 0; i < DAXFS_CALLS; i++)
		daxfs_lost_line(&lost, &host->calls[i]);
	daxfs_each_word(&lost, daxfs_quarantine);
	daxfs_each_word(&lost, daxfs_close_for);
	if (!daxfs_alive(call->fs))
		return -ESTALE;
	daxfs_cas(&host->claim, DAXFS_CLAIM(lost.incarnation, DAXFS_HOST_FENCING),
		  DAXFS_CLAIM(lost.incarnation, DAXFS_HOST_FENCED));
	return 0;
}

int daxfs_cut_off(struct daxfs_call *call, u32 index, u64 claim)
{
	struct daxfs_lost lost = {
		.fs = call->fs, .call = call, .host = index, .incarnation = claim >> 8,
	};
	struct daxfs_host *host = daxfs_host(call->fs, index);

	if (daxfs_load(&host->claim) != DAXFS_CLAIM(lost.incarnation, DAXFS_HOST_FENCED))
		return -ESTALE;
	for (u32 i = 0; i < DAXFS_CALLS; i++) {
		daxfs_late_line(&lost, &host->calls[i]);
		daxfs_store(&host->calls[i].intent, DAXFS_INTENT_NONE);
		daxfs_store(&host->calls[i].hold[0], 0);
		daxfs_store(&host->calls[i].hold[1], 0);
		daxfs_store(&host->calls[i].pin, 0);
	}
	/* It may have taken units and opened inodes since. */
	daxfs_each_word(&lost, daxfs_quarantine);
	daxfs_each_word(&lost, daxfs_close_for);
	daxfs_each_word(&lost, daxfs_unmap_for);
	daxfs_each_word(&lost, daxfs_let_go);
	daxfs_each_word(&lost, daxfs_unquarantine);
	daxfs_cas(&host->claim, DAXFS_CLAIM(lost.incarnation, DAXFS_HOST_FENCED),
		  DAXFS_CLAIM(lost.incarnation, DAXFS_HOST_FREE));
	return 0;
}
