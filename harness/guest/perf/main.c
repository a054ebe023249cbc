// SPDX-License-Identifier: GPL-2.0-only
/*
 * zerohop-perf count|record instructions|cpu-clock
 *
 * Prints "counting" on stderr. From then until its stdin ends, it counts what all
 * CPUs execute, in user space and in the kernel. "count" writes the sum; "record"
 * writes a profile from samples, in the format of the emulator's plugin
 * (qemu/plugin/profile.c):
 *
 *	ADDRESS AMOUNT
 *
 * All of user space has address 0. An amount is instructions or nanoseconds;
 * those of an idle CPU are counted, but not recorded. The status is 3 if the CPUs
 * cannot count the event: emulated CPUs have only the clock.
 */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "perf.h"

/* The interval of draining and of drawing a new period: some twenty samples. */
#define GATHER_MS 2

static const struct event events[] = {
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, 500000 },
	{ "cpu-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, 100000 },
};

static const struct event *event_of(const char *name)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (!strcmp(events[i].name, name))
			return &events[i];
	errx(2, "no event is called '%s': use instructions or cpu-clock", name);
}

static bool stdin_ended(int timeout_ms)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char rest[64];
	int ready = poll(&in, 1, timeout_ms);

	if (ready < 0 && errno != EINTR)
		err(1, "stdin");
	return ready > 0 && read(STDIN_FILENO, rest, sizeof(rest)) <= 0;
}

static void start(const struct counters *counters)
{
	start_counters(counters);
	fprintf(stderr, "counting\n");
}

static void count(const struct event *event)
{
	struct counters counters = open_counters(event, false);

	start(&counters);
	while (!stdin_ended(-1))
		;
	stop_counters(&counters);
	printf("%" PRIu64 "\n", read_counters(&counters));
}

static void record(const struct event *event)
{
	struct counters counters = open_counters(event, true);
	struct samples *samples = map_samples(&counters);

	start(&counters);
	while (!stdin_ended(GATHER_MS)) {
		gather_samples(samples);
		draw_period(&counters);
	}
	stop_counters(&counters);
	gather_samples(samples);
	read_counters(&counters);
	write_profile(samples);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "count"))
		count(event_of(argv[2]));
	else if (argc == 3 && !strcmp(argv[1], "record"))
		record(event_of(argv[2]));
	else
		errx(2, "use: zerohop-perf count|record instructions|cpu-clock");
	if (fflush(stdout))
		err(1, "stdout");
	return 0;
}
