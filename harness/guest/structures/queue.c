// SPDX-License-Identifier: GPL-2.0-only
/*
 * Michael and Scott's queue: each host puts a value in and takes one out, so many
 * times, and uses the nodes that it took out again. The check counts values that
 * were taken twice or never, those of one host that came out of their order, and
 * calls that did not end.
 */
#include <err.h>
#include "wait.h"

#define OWN 3			/* nodes of a host */
#define NODES (1 + OWN * MOST_HOSTS)
#define NONE 0xffffffffu
#define MOST_VALUES 32768
/* A call tries again only where another host changed something, which it does a few times an operation. */
#define MOST_TRIES 10000

/* The planted bug of a form. */
enum fault {
	RIGHT,
	UNTAGGED,
	BLIND_LINK,
	LATE_VALUE,
};

/* A node, and how often the word that names it was changed. */
struct link {
	uint32_t node, tag;
};

struct queue {
	uint64_t head __attribute__((aligned(64)));
	uint64_t tail __attribute__((aligned(64)));
	struct {
		uint64_t next, value;
	} __attribute__((aligned(64))) nodes[NODES];
	struct line unordered, stuck;
	uint8_t taken[MOST_VALUES + 1];
};

_Static_assert(sizeof(struct queue) <= MEMORY_BYTES, "a round's memory has a queue");

/* A host's own state, which no other host sees. */
struct worker {
	struct queue *queue;
	enum fault fault;
	uint32_t free[NODES];
	unsigned int free_count;
	unsigned int tries;	/* of the call that goes on */
};

static bool may_try(struct worker *worker)
{
	return ++worker->tries < MOST_TRIES;
}

static uint64_t pack(struct link link)
{
	return (uint64_t)link.tag << 32 | link.node;
}

static struct link load(const uint64_t *at)
{
	uint64_t word = __atomic_load_n(at, __ATOMIC_ACQUIRE);

	return (struct link){ .node = word, .tag = word >> 32 };
}

static bool change(const struct worker *worker, uint64_t *at, struct link from, uint32_t node)
{
	uint64_t seen = pack(from);
	/* Broken without a tag: a word that was away and is back looks as if nothing had happened. */
	uint32_t tag = from.tag + (worker->fault != UNTAGGED);

	return __atomic_compare_exchange_n(at, &seen, pack((struct link){ node, tag }), false,
					   __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static bool link_behind(const struct worker *worker, struct link tail, struct link next, uint32_t node)
{
	uint64_t *at = &worker->queue->nodes[tail.node].next;

	if (worker->fault != BLIND_LINK)
		return change(worker, at, next, node);
	/* Broken: what another host has just linked there is lost. */
	__atomic_store_n(at, pack((struct link){ node, next.tag + 1 }), __ATOMIC_RELEASE);
	return true;
}

static bool put(struct worker *worker, uint64_t value)
{
	struct queue *queue = worker->queue;
	uint32_t node = worker->free[--worker->free_count];
	uint64_t *end = &queue->nodes[node].next;

	__atomic_store_n(&queue->nodes[node].value, value, __ATOMIC_RELAXED);
	__atomic_store_n(end, pack((struct link){ NONE, load(end).tag + (worker->fault != UNTAGGED) }),
			 __ATOMIC_RELEASE);
	while (may_try(worker)) {
		struct link tail = load(&queue->tail);
		struct link next = load(&queue->nodes[tail.node].next);

		if (pack(tail) != pack(load(&queue->tail)))
			continue;
		if (next.node != NONE) {
			change(worker, &queue->tail, tail, next.node);
		} else if (link_behind(worker, tail, next, node)) {
			change(worker, &queue->tail, tail, node);
			return true;
		}
	}
	return false;
}

/* The value; 0 where the queue is empty or the call does not end. */
static uint64_t take(struct worker *worker)
{
	struct queue *queue = worker->queue;

	while (may_try(worker)) {
		struct link head = load(&queue->head), tail = load(&queue->tail);
		struct link next = load(&queue->nodes[head.node].next);
		uint64_t value;

		if (pack(head) != pack(load(&queue->head)))
			continue;
		if (next.node == NONE)
			return 0;
		if (head.node == tail.node) {
			change(worker, &queue->tail, tail, next.node);
			continue;
		}
		value = __atomic_load_n(&queue->nodes[next.node].value, __ATOMIC_ACQUIRE);
		if (!change(worker, &queue->head, head, next.node))
			continue;
		/* Broken: another host may have taken that node out by now, and used it again. */
		if (worker->fault == LATE_VALUE)
			value = __atomic_load_n(&queue->nodes[next.node].value, __ATOMIC_ACQUIRE);
		worker->free[worker->free_count++] = head.node;
		return value;
	}
	return 0;
}

static void play(const struct round *round, enum fault fault)
{
	struct worker worker = { .queue = round->memory, .fault = fault };
	uint64_t last[MOST_HOSTS] = { };

	for (uint32_t node = 0; node < OWN; node++)
		worker.free[worker.free_count++] = 1 + round->host * OWN + node;
	for (uint64_t i = 0; i < round->ops && worker.free_count > 0; i++) {
		uint64_t value, *before;

		worker.tries = 0;
		if (!put(&worker, 1 + round->host * round->ops + i))
			break;
		worker.tries = 0;
		value = take(&worker);
		if (value == 0 || value > round->hosts * round->ops || worker.free_count == NODES)
			continue;
		__atomic_fetch_add(&worker.queue->taken[value], 1, __ATOMIC_RELAXED);
		before = &last[(value - 1) / round->ops];
		if (value <= *before)
			count_wrong(&worker.queue->unordered, value);
		*before = value;
	}
	if (worker.tries >= MOST_TRIES)
		count_wrong(&worker.queue->stuck, round->host);
}

static void right(const struct round *round)
{
	play(round, RIGHT);
}

static void untagged(const struct round *round)
{
	play(round, UNTAGGED);
}

static void blind_link(const struct round *round)
{
	play(round, BLIND_LINK);
}

static void late_value(const struct round *round)
{
	play(round, LATE_VALUE);
}

static void begin(const struct round *round)
{
	struct queue *queue = round->memory;

	if (round->hosts * round->ops > MOST_VALUES)
		errx(2, "--structure queue has %d values: expected fewer --ops", MOST_VALUES);
	for (uint32_t node = 0; node < NODES; node++)
		queue->nodes[node].next = pack((struct link){ .node = NONE });
}

static uint64_t wrong(const struct round *round)
{
	const struct queue *queue = round->memory;
	uint64_t sum = queue->unordered.value + queue->stuck.value;

	for (uint64_t value = 1; value <= round->hosts * round->ops; value++)
		sum += queue->taken[value] != 1;
	return sum;
}

const struct structure queue_forms[] = {
	{ .name = "queue", .prepare = begin, .run = right, .check = wrong },
	{ .name = "queue", .broken = "aba", .prepare = begin, .run = untagged, .check = wrong },
	{ .name = "queue", .broken = "blind-link", .prepare = begin, .run = blind_link, .check = wrong },
	{ .name = "queue", .broken = "late-value", .prepare = begin, .run = late_value, .check = wrong },
	{ },
};
