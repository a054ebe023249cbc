// SPDX-License-Identifier: GPL-2.0-only
/*
 * zerohop-tsc: prints the frequency of this machine's time stamp counter in kHz,
 * for guests that cannot measure it while they boot
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

#define INTERVAL_NS 50000000

struct reading {
	uint64_t ns, ticks;
};

/* The reading with the shortest interruption, out of many. */
static struct reading read_both(void)
{
	struct reading best = { 0 };
	uint64_t least = UINT64_MAX;
	int i;

	for (i = 0; i < 100; i++) {
		struct timespec now;
		uint64_t before = __rdtsc(), after;

		clock_gettime(CLOCK_MONOTONIC_RAW, &now);
		after = __rdtsc();
		if (after - before >= least)
			continue;
		least = after - before;
		best.ns = now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
		best.ticks = before + least / 2;
	}
	return best;
}

int main(void)
{
	struct reading first = read_both(), last;

	nanosleep(&(struct timespec){ .tv_nsec = INTERVAL_NS }, NULL);
	last = read_both();
	printf("%" PRIu64 "\n", (last.ticks - first.ticks) * 1000000 / (last.ns - first.ns));
	return 0;
}
