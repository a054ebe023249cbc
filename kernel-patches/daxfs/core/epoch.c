// SPDX-License-Identifier: GPL-2.0-only
/*
 * Epochs. A call pins the epoch that it began in. The epoch moves on from E only if every
 * pin of a live host holds E (or none), so while a call that began in E is under way the
 * epoch is at most E + 1. What was unlinked is retired with the epoch read after the unlinking, and is
 * reused when the epoch is two further: by then every call that may have reached it has
 * ended. The pin is a CAS, a full barrier, and so is whatever unlinks: either the call sees
 * the word unlinked, or the retiring host reads an epoch that the pin holds back.
 */
#include "core.h"

int daxfs_begin(struct daxfs *fs, struct daxfs_call *call, u32 start)
{
	struct daxfs_host *host = daxfs_host(fs, fs->host);

	call->fs = fs;
	for (u32 i = 0; i < DAXFS_CALLS; i++, start++) {
		struct daxfs_line *line;
		u64 epoch;

		if (start >= DAXFS_CALLS)
			start %= DAXFS_CALLS;
		line = &host->calls[start];
		if (daxfs_peek(&line->pin))
			continue;
		epoch = daxfs_load(&daxfs_super(fs)->epoch);
		if (!daxfs_swap(&line->pin, 0, epoch << 1 | 1))
			continue;
		call->line = line;
		if (daxfs_alive(fs))
			return 0;
		daxfs_end(call);
		return -ESTALE;
	}
	return -EBUSY;
}

/* What a fenced host has named stays named: others resolve it. */
void daxfs_end(struct daxfs_call *call)
{
	struct daxfs_line *line = call->line;

	if ((daxfs_peek(&line->intent) || daxfs_peek(&line->hold[0])) && daxfs_alive(call->fs)) {
		daxfs_store(&line->intent, DAXFS_INTENT_NONE);
		daxfs_store(&line->hold[0], 0);
		daxfs_store(&line->hold[1], 0);
	}
	daxfs_store(&line->pin, 0);
}

void daxfs_name_intent(struct daxfs_call *call, enum daxfs_intent intent, u64 a, u64 b, u64 c,
		       u64 d)
{
	struct daxfs_line *line = call->line;

	daxfs_store(&line->intent, DAXFS_INTENT_NONE);
	daxfs_store(&line->a, a);
	daxfs_store(&line->b, b);
	daxfs_store(&line->c, c);
	daxfs_store(&line->d, d);
	daxfs_store(&line->intent, intent);
	/* Pairs with the loads of daxfs_fence_host(): it is named before it is stored. */
	daxfs_order();
}

/*
 * The barrier pairs with the CAS in daxfs_fence_host(): it sees the names, or this sees
 * that the host was fenced.
 */
int daxfs_name_and_look(struct daxfs_call *call, enum daxfs_intent intent, u64 a, u64 b, u64 c,
			u64 d)
{
	daxfs_name_intent(call, intent, a, b, c, d);
	daxfs_fence();
	return daxfs_alive(call->fs) ? 0 : -ESTALE;
}

int daxfs_hold(struct daxfs_call *call, const void *word, const void *expected)
{
	struct daxfs *fs = call->fs;

	daxfs_store(&call->line->hold[0], (const u8 *)word - fs->base);
	daxfs_store(&call->line->hold[1], expected ? (const u8 *)expected - fs->base : 0);
	/* As above. */
	daxfs_fence();
	return daxfs_alive(fs) ? 0 : -ESTALE;
}

static bool daxfs_host_passed(struct daxfs *fs, u32 index, u64 epoch)
{
	struct daxfs_host *host = daxfs_host(fs, index);

	u64 state = daxfs_load(&host->claim) & 255;

	if (state != DAXFS_HOST_LIVE && state != DAXFS_HOST_FENCING)
		return true;
	for (u32 i = 0; i < DAXFS_CALLS; i++) {
		u64 pin = daxfs_load(&host->calls[i].pin);

		if (pin && pin >> 1 != epoch)
			return false;
	}
	return true;
}

bool daxfs_advance(struct daxfs *fs)
{
	struct daxfs_word *word = &daxfs_super(fs)->epoch;
	u64 epoch = daxfs_load(word);

	for (u32 i = 0; i < DAXFS_HOSTS; i++)
		if (!daxfs_host_passed(fs, i, epoch))
			return false;
	return daxfs_swap(word, epoch, epoch + 1);
}

void daxfs_count_retired(struct daxfs *fs)
{
	u64 count = daxfs_peek(&fs->retired) + 1;

	daxfs_init(&fs->retired, count);
	if (count % DAXFS_ADVANCE_EVERY == 0)
		daxfs_advance(fs);
}
