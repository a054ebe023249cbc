// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every size and kind of access that a fabric keeps whole between hosts, each
 * on a cell of its own. Counted kinds add one, and the memory must hold the sum
 * of all hosts. Traded ones exchange tokens, of which none may vanish or
 * double. The others are seen to be wrong at once: a bit that only this host
 * sets and clears has changed, or a value is of two writes.
 */
#include <inttypes.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "kinds.h"

enum judge { COUNTED, TRADED, SEEN };

struct kind {
	const char *name;
	unsigned int size, offset;	/* in its cell */
	enum judge judge;
	/* Returns whether nothing was seen to be wrong. */
	bool (*step)(struct kinds *kinds, const struct kind *kind, void *at);
};

/* ACCESS(letter, type) for the size of the kind. */
#define OF_SIZE(size, ACCESS)				\
	do {						\
		switch (size) {				\
		case 1: ACCESS("b", uint8_t); break;	\
		case 2: ACCESS("w", uint16_t); break;	\
		case 4: ACCESS("l", uint32_t); break;	\
		default: ACCESS("q", uint64_t);		\
		}					\
	} while (0)

static uint64_t load(const void *at, unsigned int size)
{
	uint64_t value = 0;

#define LOAD(letter, type) do {								\
		type loaded;								\
		asm volatile("mov" letter " %1, %0" : "=q" (loaded) : "m" (*(const type *)at)); \
		value = loaded;								\
	} while (0)
	OF_SIZE(size, LOAD);
	return value;
}

static void store(void *at, unsigned int size, uint64_t value)
{
#define STORE(letter, type) \
	asm volatile("mov" letter " %1, %0" : "=m" (*(type *)at) : "q" ((type)value))
	OF_SIZE(size, STORE);
}

static bool step_xadd(struct kinds *kinds, const struct kind *kind, void *at)
{
	(void)kinds;
#define XADD(letter, type) do {								\
		type one = 1;								\
		asm volatile("lock xadd" letter " %0, %1" : "+q" (one), "+m" (*(type *)at) : : "cc"); \
	} while (0)
	OF_SIZE(kind->size, XADD);
	return true;
}

static bool step_inc(struct kinds *kinds, const struct kind *kind, void *at)
{
	(void)kinds;
#define INC(letter, type) asm volatile("lock inc" letter " %0" : "+m" (*(type *)at) : : "cc")
	OF_SIZE(kind->size, INC);
	return true;
}

static bool step_cmpxchg(struct kinds *kinds, const struct kind *kind, void *at)
{
	bool done;

	(void)kinds;
#define CMPXCHG(letter, type) do {							\
		type old = load(at, sizeof(type));					\
		do {									\
			asm volatile("lock cmpxchg" letter " %3, %1"			\
				     : "=@ccz" (done), "+m" (*(type *)at), "+a" (old)	\
				     : "q" ((type)(old + 1)));				\
		} while (!done);							\
	} while (0)
	OF_SIZE(kind->size, CMPXCHG);
	return true;
}

/* Both halves go up together, or not at all. */
static bool step_cmpxchg16(struct kinds *kinds, const struct kind *kind, void *at)
{
	uint64_t low = 0, high = 0;
	bool done;

	(void)kinds, (void)kind;
	do {
		asm volatile("lock cmpxchg16b %1"
			     : "=@ccz" (done), "+m" (*(unsigned __int128 *)at), "+a" (low), "+d" (high)
			     : "b" (low + 1), "c" (high + 1));
		if (low != high)
			return false;
	} while (!done);
	return true;
}

static bool step_xchg(struct kinds *kinds, const struct kind *kind, void *at);

/* Sets, flips and clears this host's own bit. */
static bool step_bits(struct kinds *kinds, const struct kind *kind, void *at)
{
	uint64_t mine = UINT64_C(1) << kinds->host % (8 * kind->size);
	bool right = true;

	/* Two hosts have one bit of a byte: there the second stays away. */
	if (kinds->host >= 8 * kind->size)
		return true;
#define BITS(letter, type) do {								\
		type bit = mine, others = ~mine;					\
		asm volatile("lock or" letter " %1, %0" : "+m" (*(type *)at) : "q" (bit) : "cc"); \
		right = right && load(at, kind->size) & mine;				\
		asm volatile("lock xor" letter " %1, %0" : "+m" (*(type *)at) : "q" (bit) : "cc"); \
		right = right && !(load(at, kind->size) & mine);			\
		asm volatile("lock xor" letter " %1, %0" : "+m" (*(type *)at) : "q" (bit) : "cc"); \
		right = right && load(at, kind->size) & mine;				\
		asm volatile("lock and" letter " %1, %0" : "+m" (*(type *)at) : "q" (others) : "cc"); \
		right = right && !(load(at, kind->size) & mine);			\
	} while (0)
	OF_SIZE(kind->size, BITS);
	return right;
}

static uint64_t pattern(const struct kinds *kinds)
{
	return UINT64_C(0x0101010101010101) * (uint8_t)(16 * kinds->steps + kinds->host);
}

/* All bytes of a value are the same. */
static bool step_plain(struct kinds *kinds, const struct kind *kind, void *at)
{
	uint64_t mask = UINT64_MAX >> (64 - 8 * kind->size), value;

	store(at, kind->size, pattern(kinds));
	value = load(at, kind->size);
	return value == ((value & 0xff) * UINT64_C(0x0101010101010101) & mask);
}

static bool step_vector(struct kinds *kinds, const struct kind *kind, void *at)
{
	typedef uint64_t vector __attribute__((vector_size(16)));
	vector value = { pattern(kinds), pattern(kinds) };

	(void)kind;
	asm volatile("movdqa %1, %0" : "=m" (*(vector *)at) : "x" (value));
	asm volatile("movdqa %1, %0" : "=x" (value) : "m" (*(vector *)at));
	return value[0] == value[1];
}

/* The kernel's own locked instruction: on a futex it adds to, or changes bits of, a second word. */
static bool kernel_op(void *at, unsigned int op, unsigned int operand)
{
	static uint32_t nobody_waits;

	return syscall(SYS_futex, &nobody_waits, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 0, 0, at,
		       FUTEX_OP(op, operand, FUTEX_OP_CMP_EQ, 0)) >= 0;
}

static bool step_kernel_add(struct kinds *kinds, const struct kind *kind, void *at)
{
	(void)kinds, (void)kind;
	return kernel_op(at, FUTEX_OP_ADD, 1);
}

static bool step_kernel_xor(struct kinds *kinds, const struct kind *kind, void *at)
{
	unsigned int mine = 1U << kinds->host % 11;	/* a futex's operand has 12 bits, one a sign */
	bool was = load(at, kind->size) & mine;

	if (kinds->host >= 11)
		return true;
	return kernel_op(at, FUTEX_OP_XOR, mine) && !(load(at, kind->size) & mine) == was;
}

static const struct kind table[] = {
	{ "xadd1", 1, 3, COUNTED, step_xadd }, { "xadd2", 2, 2, COUNTED, step_xadd },
	{ "xadd4", 4, 4, COUNTED, step_xadd }, { "xadd8", 8, 8, COUNTED, step_xadd },
	{ "xadd2-unaligned", 2, 7, COUNTED, step_xadd },
	{ "xadd4-unaligned", 4, 6, COUNTED, step_xadd },
	{ "xadd8-unaligned", 8, 20, COUNTED, step_xadd },
	{ "inc1", 1, 3, COUNTED, step_inc }, { "inc2", 2, 2, COUNTED, step_inc },
	{ "inc4", 4, 4, COUNTED, step_inc }, { "inc8", 8, 8, COUNTED, step_inc },
	{ "cmpxchg1", 1, 3, COUNTED, step_cmpxchg }, { "cmpxchg2", 2, 2, COUNTED, step_cmpxchg },
	{ "cmpxchg4", 4, 4, COUNTED, step_cmpxchg }, { "cmpxchg8", 8, 8, COUNTED, step_cmpxchg },
	{ "cmpxchg8-unaligned", 8, 20, COUNTED, step_cmpxchg },
	{ "cmpxchg16", 16, 16, COUNTED, step_cmpxchg16 },
	{ "xchg1", 1, 3, TRADED, step_xchg }, { "xchg2", 2, 2, TRADED, step_xchg },
	{ "xchg4", 4, 4, TRADED, step_xchg }, { "xchg8", 8, 8, TRADED, step_xchg },
	{ "xchg8-unaligned", 8, 20, TRADED, step_xchg },
	{ "bits1", 1, 3, SEEN, step_bits }, { "bits2", 2, 2, SEEN, step_bits },
	{ "bits4", 4, 4, SEEN, step_bits }, { "bits8", 8, 8, SEEN, step_bits },
	{ "plain2", 2, 2, SEEN, step_plain }, { "plain4", 4, 4, SEEN, step_plain },
	{ "plain8", 8, 8, SEEN, step_plain },
	{ "plain2-unaligned", 2, 7, SEEN, step_plain },
	{ "plain4-unaligned", 4, 2, SEEN, step_plain },
	{ "plain8-unaligned", 8, 4, SEEN, step_plain },
	{ "plain16", 16, 16, SEEN, step_vector },
	{ "kernel-add", 4, 4, COUNTED, step_kernel_add },
	{ "kernel-xor", 4, 4, SEEN, step_kernel_xor },
};

#define KINDS (sizeof(table) / sizeof(*table))
_Static_assert(KINDS <= MOST_KINDS, "each has a cell");

static void *place(struct shared *shared, size_t index)
{
	return shared->kinds[index].bytes + table[index].offset;
}

static uint64_t masked(uint64_t value, unsigned int size)
{
	return size < 8 ? value & ((UINT64_C(1) << 8 * size) - 1) : value;
}

/* None is another's, nor zero, which is in the memory at first. */
static uint64_t first_token(unsigned int host, size_t index)
{
	return masked((host + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 7 | 1, table[index].size);
}

static bool step_xchg(struct kinds *kinds, const struct kind *kind, void *at)
{
	uint64_t *token = &kinds->tokens[kind - table];

#define XCHG(letter, type) do {								\
		type value = *token;							\
		asm volatile("xchg" letter " %0, %1" : "+q" (value), "+m" (*(type *)at)); \
		*token = value;								\
	} while (0)
	OF_SIZE(kind->size, XCHG);
	return true;
}

void clear_kinds(struct shared *shared)
{
	size_t i, at;

	for (i = 0; i < KINDS; i++)
		for (at = 0; at < sizeof(shared->kinds[i]); at += 8)
			store(shared->kinds[i].bytes + at, 8, 0);
}

void begin_kinds(struct kinds *kinds, unsigned int host, bool stock)
{
	size_t i;

	*kinds = (struct kinds){ .host = host, .stock = stock };
	for (i = 0; i < KINDS; i++)
		kinds->tokens[i] = first_token(host, i);
}

static bool left_out(const struct kinds *kinds, size_t index)
{
	bool vector = table[index].step == step_vector;
	bool locked = table[index].judge != SEEN;

	return kinds->stock && (vector || (locked && table[index].offset % table[index].size));
}

void step_kinds(struct shared *shared, struct kinds *kinds)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (!left_out(kinds, i))
			kinds->wrong[i] += !table[i].step(kinds, &table[i], place(shared, i));
	kinds->steps++;
}

void publish_kinds(struct shared *shared, const struct kinds *kinds)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (table[i].judge == TRADED)
			store(&shared->tokens[kinds->host][i], 8, kinds->tokens[i]);
}

void judge_kinds(const struct party *party, struct kinds *kinds, uint64_t steps)
{
	unsigned int host;
	uint64_t tokens;
	size_t i;

	for (i = 0; i < KINDS; i++) {
		unsigned int size = table[i].size < 8 ? table[i].size : 8;
		uint64_t value = load(place(party->shared, i), size);

		if (left_out(kinds, i))
			continue;
		if (table[i].judge == COUNTED)
			kinds->wrong[i] += masked(steps - value, size);
		if (table[i].judge != TRADED)
			continue;
		for (tokens = value, host = 0; host < party->hosts; host++)
			tokens ^= load(&party->shared->tokens[host][i], 8) ^ first_token(host, i);
		kinds->wrong[i] += !!tokens;
	}
}

bool wrong_kinds(const struct kinds *kinds)
{
	uint64_t all = 0;
	size_t i;

	for (i = 0; i < KINDS; i++)
		all |= kinds->wrong[i];
	return all;
}

void print_wrong_kinds(const struct kinds *kinds)
{
	const char *separator = "";
	size_t i;

	printf("{");
	for (i = 0; i < KINDS; i++) {
		if (!kinds->wrong[i])
			continue;
		printf("%s\"%s\":%" PRIu64, separator, table[i].name, kinds->wrong[i]);
		separator = ",";
	}
	printf("}");
}
