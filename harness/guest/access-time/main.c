// SPDX-License-Identifier: GPL-2.0-only
/*
 * zerohop-access-time: how much longer seven accesses to /dev/fabric take than to
 * this host's own memory, in ticks of the TSC, which are nanoseconds under the
 * virtual clock. One line of JSON: loads, stores, locked additions, and stores
 * of which each is flushed.
 */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <x86intrin.h>

/* Beyond what zerohop-cas and zerohop-litmus use. */
#define AT (2 << 20)
#define SPAN (2 << 20)
#define WORDS 64

typedef uint64_t (*timed)(volatile uint64_t *words);

static uint64_t loads(volatile uint64_t *words)
{
	uint64_t begin = __rdtsc();

	words[0], words[8], words[16], words[24], words[32], words[40], words[48];
	return __rdtsc() - begin;
}

static uint64_t stores(volatile uint64_t *words)
{
	uint64_t begin = __rdtsc();

	words[0] = words[8] = words[16] = words[24] = words[32] = words[40] = words[48] = 1;
	return __rdtsc() - begin;
}

static uint64_t locked(volatile uint64_t *words)
{
	uint64_t begin = __rdtsc();

	for (int i = 0; i < 7; i++)
		__atomic_fetch_add(&words[8 * i], 1, __ATOMIC_SEQ_CST);
	return __rdtsc() - begin;
}

static uint64_t flushed(volatile uint64_t *words)
{
	uint64_t begin = __rdtsc();

	for (int i = 0; i < 7; i++) {
		words[8 * i] = 1;
		_mm_clflush((const void *)&words[8 * i]);
	}
	return __rdtsc() - begin;
}

/* The code and the pages are known from the first round on; an interrupt makes a round longer. */
static uint64_t least(timed seven, volatile uint64_t *words)
{
	uint64_t best = UINT64_MAX;

	for (int round = 0; round < 8; round++) {
		uint64_t ticks = seven(words);

		best = ticks < best ? ticks : best;
	}
	return best;
}

int main(void)
{
	static volatile uint64_t near[WORDS];
	int fd = open("/dev/fabric", O_RDWR);
	volatile uint64_t *far = mmap(NULL, SPAN, PROT_READ | PROT_WRITE, MAP_SHARED, fd, AT);

	if (far == MAP_FAILED)
		err(3, "/dev/fabric");
	printf("{\"loads\":%" PRId64 ",\"stores\":%" PRId64 ",\"locked\":%" PRId64
	       ",\"flushed\":%" PRId64 "}\n",
	       least(loads, far) - least(loads, near), least(stores, far) - least(stores, near),
	       least(locked, far) - least(locked, near), least(flushed, far) - least(flushed, near));
	return 0;
}
