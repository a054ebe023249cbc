// SPDX-License-Identifier: GPL-2.0-only
/*
 * Treiber's stack: each host takes a node and puts it back, so many times. A
 * node that two hosts hold at once, and one that is on no stack at the end, are wrong.
 */
#include "lockstep.h"
#include "structure.h"

#define NODES 8
/* That a host holds at once. */
#define MOST_HELD 2
#define NONE 0xffffffffu

/* The head names the first node; its tag counts the changes. */
struct head {
	uint32_t node, tag;
};

struct stack {
	uint64_t head __attribute__((aligned(64)));
	struct line next[NODES];
	struct line held[NODES];
	struct line doubly_held;
};

static uint64_t pack(struct head head)
{
	return (uint64_t)head.tag << 32 | head.node;
}

static struct head unpack(uint64_t word)
{
	return (struct head){ .node = word, .tag = word >> 32 };
}

static bool change(struct stack *stack, uint64_t from, struct head to)
{
	return __atomic_compare_exchange_n(&stack->head, &from, pack(to), false, __ATOMIC_SEQ_CST,
					   __ATOMIC_RELAXED);
}

static uint32_t pop(struct stack *stack, uint32_t tags)
{
	for (;;) {
		uint64_t seen = __atomic_load_n(&stack->head, __ATOMIC_ACQUIRE);
		struct head head = unpack(seen);
		uint32_t next;

		if (head.node == NONE)
			return NONE;
		next = __atomic_load_n(&stack->next[head.node].value, __ATOMIC_ACQUIRE);
		if (change(stack, seen, (struct head){ next, head.tag + tags }))
			return head.node;
	}
}

static void push(struct stack *stack, uint32_t node, uint32_t tags)
{
	for (;;) {
		uint64_t seen = __atomic_load_n(&stack->head, __ATOMIC_ACQUIRE);
		struct head head = unpack(seen);

		__atomic_store_n(&stack->next[node].value, head.node, __ATOMIC_RELEASE);
		if (change(stack, seen, (struct head){ node, head.tag + tags }))
			return;
	}
}

static void hold(struct stack *stack, uint32_t node)
{
	if (__atomic_exchange_n(&stack->held[node].value, 1, __ATOMIC_SEQ_CST)) {
		__atomic_fetch_add(&stack->doubly_held.value, 1, __ATOMIC_SEQ_CST);
		lockstep_mark(node);
	}
}

/* The first of two nodes is back on top while the second is still held. */
static void play(const struct round *round, uint32_t tags)
{
	struct stack *stack = round->memory;

	for (uint64_t i = 0; i < round->ops; i++) {
		uint32_t nodes[MOST_HELD];
		int taken = 0;

		while (taken < MOST_HELD && (nodes[taken] = pop(stack, tags)) != NONE)
			hold(stack, nodes[taken++]);
		for (int n = 0; n < taken; n++) {
			__atomic_store_n(&stack->held[nodes[n]].value, 0, __ATOMIC_SEQ_CST);
			push(stack, nodes[n], tags);
		}
	}
}

static void tagged(const struct round *round)
{
	play(round, 1);
}

/* Broken: a head that was away and is back looks as if nothing had happened. */
static void untagged(const struct round *round)
{
	play(round, 0);
}

static void fill(const struct round *round)
{
	struct stack *stack = round->memory;

	stack->head = pack((struct head){ .node = NONE });
	for (uint32_t node = 0; node < NODES; node++)
		push(stack, node, 1);
}

static uint64_t wrong(const struct round *round)
{
	const struct stack *stack = round->memory;
	uint64_t found = 0;
	uint32_t node = unpack(stack->head).node;

	while (node != NONE && found <= NODES) {
		node = stack->next[node].value;
		found++;
	}
	/* A host that died takes what it held with it. */
	if (round->may_die && found < NODES && NODES - found <= MOST_HELD)
		found = NODES;
	return stack->doubly_held.value + (found > NODES ? 1 : NODES - found);
}

const struct structure stack_forms[] = {
	{ .name = "stack", .prepare = fill, .run = tagged, .check = wrong },
	{ .name = "stack", .broken = "aba", .prepare = fill, .run = untagged, .check = wrong },
	{ },
};
