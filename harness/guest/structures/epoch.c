// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reclamation by epochs: hosts read an object that others replace, and an old one
 * is used again when no host can be reading it: two epochs later, since an epoch
 * ends only when every reader has announced it. The check counts objects
 * that were free, or changed, under a reader.
 */
#include "wait.h"

#define OWN 4			/* objects of a host */
#define OBJECTS (1 + OWN * MOST_HOSTS)
#define READS 3
#define FREE 0			/* no object in use has this value */

/* The planted bug of a form. */
enum fault {
	RIGHT,
	SHORT_GRACE,
	LATE_ANNOUNCE,
	NO_FENCE,
};

struct epochs {
	struct line epoch, current, changed;
	struct line announced[MOST_HOSTS];	/* 0: reads nothing */
	struct line objects[OBJECTS];
};

/* A host's own state, which no other host sees. */
struct worker {
	struct epochs *epochs;
	enum fault fault;
	unsigned int host, hosts, free_count, old_count;
	uint64_t next_value;
	uint32_t free[OBJECTS];
	struct {
		uint32_t object;
		uint64_t since;
	} old[OBJECTS];
};

static uint64_t epoch_of(const struct epochs *epochs)
{
	return __atomic_load_n(&epochs->epoch.value, __ATOMIC_SEQ_CST);
}

static void announce(const struct worker *worker)
{
	uint64_t *mine = &worker->epochs->announced[worker->host].value;
	uint64_t epoch = epoch_of(worker->epochs);

	/* Broken without a fence: the object is read before others see the announcement. */
	if (worker->fault == NO_FENCE)
		__atomic_store_n(mine, epoch, __ATOMIC_RELEASE);
	else
		__atomic_exchange_n(mine, epoch, __ATOMIC_SEQ_CST);
}

static uint64_t object_of(const struct epochs *epochs)
{
	return __atomic_load_n(&epochs->current.value, __ATOMIC_ACQUIRE);
}

static void read_object(const struct worker *worker)
{
	struct epochs *epochs = worker->epochs;
	uint64_t object = object_of(epochs), value;
	const uint64_t *at;

	announce(worker);
	/* Broken: what was read before the announcement may have been replaced before it. */
	if (worker->fault != LATE_ANNOUNCE)
		object = object_of(epochs);
	at = &epochs->objects[object].value;
	value = __atomic_load_n(at, __ATOMIC_ACQUIRE);
	for (int i = 0; i < READS; i++) {
		if (value != FREE && __atomic_load_n(at, __ATOMIC_ACQUIRE) == value)
			continue;
		count_wrong(&epochs->changed, object);
		break;
	}
	__atomic_store_n(&epochs->announced[worker->host].value, 0, __ATOMIC_RELEASE);
}

static void try_to_advance(const struct worker *worker)
{
	struct epochs *epochs = worker->epochs;
	uint64_t epoch = epoch_of(epochs);

	for (unsigned int host = 0; host < worker->hosts; host++) {
		uint64_t announced = __atomic_load_n(&epochs->announced[host].value, __ATOMIC_SEQ_CST);

		if (announced && announced != epoch)
			return;
	}
	__atomic_compare_exchange_n(&epochs->epoch.value, &epoch, epoch + 1, false, __ATOMIC_SEQ_CST,
				    __ATOMIC_RELAXED);
}

/* Broken with one epoch: readers of the last one may still be at it. */
static void reclaim(struct worker *worker)
{
	uint64_t epoch = epoch_of(worker->epochs), grace = worker->fault == SHORT_GRACE ? 1 : 2;
	unsigned int kept = 0;

	for (unsigned int i = 0; i < worker->old_count; i++) {
		uint32_t object = worker->old[i].object;

		if (worker->old[i].since + grace > epoch) {
			worker->old[kept++] = worker->old[i];
			continue;
		}
		__atomic_store_n(&worker->epochs->objects[object].value, FREE, __ATOMIC_RELEASE);
		worker->free[worker->free_count++] = object;
	}
	worker->old_count = kept;
}

static void replace_object(struct worker *worker)
{
	struct epochs *epochs = worker->epochs;
	uint32_t object;

	if (worker->free_count == 0)
		return;
	object = worker->free[--worker->free_count];
	__atomic_store_n(&epochs->objects[object].value, worker->next_value++, __ATOMIC_RELEASE);
	object = __atomic_exchange_n(&epochs->current.value, object, __ATOMIC_SEQ_CST);
	worker->old[worker->old_count].object = object;
	worker->old[worker->old_count++].since = epoch_of(epochs);
}

static void play(const struct round *round, enum fault fault)
{
	struct worker worker = {
		.epochs = round->memory,
		.fault = fault,
		.host = round->host,
		.hosts = round->hosts,
		.next_value = (uint64_t)(round->host + 1) << 32,
	};

	for (uint32_t object = 0; object < OWN; object++)
		worker.free[worker.free_count++] = 1 + round->host * OWN + object;
	for (uint64_t i = 0; i < round->ops; i++) {
		read_object(&worker);
		replace_object(&worker);
		try_to_advance(&worker);
		reclaim(&worker);
	}
}

static void right(const struct round *round)
{
	play(round, RIGHT);
}

static void short_grace(const struct round *round)
{
	play(round, SHORT_GRACE);
}

static void late_announce(const struct round *round)
{
	play(round, LATE_ANNOUNCE);
}

static void no_fence(const struct round *round)
{
	play(round, NO_FENCE);
}

static void begin(const struct round *round)
{
	struct epochs *epochs = round->memory;

	epochs->epoch.value = 1;
	epochs->objects[0].value = 1;
}

static uint64_t changed(const struct round *round)
{
	return ((const struct epochs *)round->memory)->changed.value;
}

const struct structure epoch_forms[] = {
	{ .name = "epoch", .prepare = begin, .run = right, .check = changed },
	{ .name = "epoch", .broken = "short-grace", .prepare = begin, .run = short_grace, .check = changed },
	{ .name = "epoch", .broken = "late-announce", .prepare = begin, .run = late_announce, .check = changed },
	{ .name = "epoch", .broken = "no-fence", .prepare = begin, .run = no_fence, .check = changed },
	{ },
};
