// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transactions: up to four words that change at one instant, the CAS of the outcome.
 * Only who made one puts it into words; a CAS of it that comes late finds the value that
 * it expects, and the word goes on to say that value, since the outcome is decided. A word
 * that holds a transaction changes only after the outcome is decided.
 */
#include "core.h"

#define DAXFS_TXN_PARTS		4u

static struct daxfs_txn *daxfs_txn_at(struct daxfs *fs, u64 value)
{
	return daxfs_slot_at(fs, value & ~DAXFS_REF_TXN, DAXFS_KIND_TXNS);
}

static u32 daxfs_txn_parts(struct daxfs_txn *txn)
{
	u64 count = daxfs_load(&txn->count);

	return count < DAXFS_TXN_PARTS ? count : DAXFS_TXN_PARTS;
}

static u64 daxfs_offset(struct daxfs *fs, const struct daxfs_word *where)
{
	return (const u8 *)where - fs->base;
}

static struct daxfs_word *daxfs_txn_where(struct daxfs *fs, struct daxfs_txn *txn, u32 part)
{
	u64 where = daxfs_load(&txn->part[part].where);

	if (where % sizeof(struct daxfs_word) || !daxfs_in_pool(fs, where >> DAXFS_UNIT_SHIFT))
		return NULL;
	return (struct daxfs_word *)(fs->base + where);
}

/* A broken one that would give another transaction gives nothing. */
static u64 daxfs_txn_value(struct daxfs_txn *txn, u32 part)
{
	bool committed = daxfs_load(&txn->outcome) == DAXFS_TXN_COMMITTED;
	u64 value = daxfs_load(committed ? &txn->part[part].new : &txn->part[part].old);

	return value & DAXFS_REF_TXN ? 0 : value;
}

u64 daxfs_resolve(struct daxfs *fs, u64 value, const struct daxfs_word *where)
{
	struct daxfs_txn *txn;

	if (!(value & DAXFS_REF_TXN))
		return value;
	txn = daxfs_txn_at(fs, value);
	if (!txn)
		return 0;
	for (u32 i = 0; i < daxfs_txn_parts(txn); i++) {
		if (daxfs_load(&txn->part[i].where) == daxfs_offset(fs, where))
			return daxfs_txn_value(txn, i);
	}
	return 0;
}

/* Whether every word holds it. None lets it go before the outcome is decided. */
static bool daxfs_txn_complete(struct daxfs *fs, u64 ref, struct daxfs_txn *txn)
{
	for (u32 i = 0; i < daxfs_txn_parts(txn); i++) {
		struct daxfs_word *where = daxfs_txn_where(fs, txn, i);

		if (!where || daxfs_load(where) != (ref | DAXFS_REF_TXN))
			return false;
	}
	/* The parts are there before the first word is taken. */
	return daxfs_txn_parts(txn);
}

int daxfs_txn_push(struct daxfs_call *call, u64 ref)
{
	struct daxfs *fs = call->fs;
	struct daxfs_txn *txn = daxfs_txn_at(fs, ref);

	ref &= ~DAXFS_REF_TXN;
	if (!txn)
		return 0;
	/* In another life it would be decided by what was seen in this one. */
	if (daxfs_hold(call, txn, NULL))
		return -ESTALE;
	if (daxfs_load(&txn->outcome) == DAXFS_TXN_PENDING)
		daxfs_cas(&txn->outcome, DAXFS_TXN_PENDING,
			  daxfs_txn_complete(fs, ref, txn) ? DAXFS_TXN_COMMITTED :
							     DAXFS_TXN_ABORTED);
	return 0;
}

/* A host that was fenced looks only. */
u64 daxfs_settled(struct daxfs_call *call, struct daxfs_word *where)
{
	for (;;) {
		u64 value = daxfs_load(where);

		if (!(value & DAXFS_REF_TXN))
			return value;
		if (daxfs_txn_push(call, value))
			return daxfs_resolve(call->fs, value, where);
		daxfs_cas(where, value, daxfs_resolve(call->fs, value, where));
	}
}

void daxfs_txn_settle(struct daxfs_call *call, struct daxfs_txn *txn)
{
	for (u32 i = 0; i < daxfs_txn_parts(txn); i++) {
		struct daxfs_word *where = daxfs_txn_where(call->fs, txn, i);

		if (where)
			daxfs_settled(call, where);
	}
}

int daxfs_txn_new(struct daxfs_call *call, u64 *ref, struct daxfs_txn **txn)
{
	void *at;
	int err = daxfs_slot_alloc(call->fs, DAXFS_KIND_TXNS, true, ref, &at);

	if (err)
		return err;
	*txn = at;
	return 0;
}

/* With all its parts, so that whoever reads the name can decide the transaction. */
int daxfs_txn_name(struct daxfs_call *call, u64 ref)
{
	return daxfs_name_and_look(call, DAXFS_INTENT_TXN, ref, 0, 0, 0);
}

void daxfs_txn_add(struct daxfs *fs, struct daxfs_txn *txn, struct daxfs_word *where, u64 old,
		   u64 new)
{
	u64 part = daxfs_load(&txn->count);

	if (part >= DAXFS_TXN_PARTS)
		return;
	daxfs_init(&txn->part[part].where, daxfs_offset(fs, where));
	daxfs_init(&txn->part[part].old, old);
	daxfs_init(&txn->part[part].new, new);
	daxfs_init(&txn->count, part + 1);
}

bool daxfs_txn_take(struct daxfs *fs, struct daxfs_txn *txn, u64 ref, u32 part)
{
	struct daxfs_word *where = part < DAXFS_TXN_PARTS ? daxfs_txn_where(fs, txn, part) : NULL;

	return where && daxfs_swap(where, daxfs_load(&txn->part[part].old), ref | DAXFS_REF_TXN);
}

bool daxfs_txn_commit(struct daxfs_call *call, struct daxfs_txn *txn)
{
	if (daxfs_alive(call->fs))
		daxfs_cas(&txn->outcome, DAXFS_TXN_PENDING, DAXFS_TXN_COMMITTED);
	return daxfs_load(&txn->outcome) == DAXFS_TXN_COMMITTED;
}

void daxfs_txn_end(struct daxfs *fs, u64 ref, struct daxfs_txn *txn)
{
	daxfs_cas(&txn->outcome, DAXFS_TXN_PENDING, DAXFS_TXN_ABORTED);
	for (u32 i = 0; i < daxfs_txn_parts(txn); i++) {
		struct daxfs_word *where = daxfs_txn_where(fs, txn, i);

		if (where)
			daxfs_cas(where, ref | DAXFS_REF_TXN,
				  daxfs_resolve(fs, ref | DAXFS_REF_TXN, where));
	}
	daxfs_slot_retire(fs, ref, DAXFS_KIND_TXNS);
}
