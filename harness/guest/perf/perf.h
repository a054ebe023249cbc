/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ZEROHOP_PERF_H
#define ZEROHOP_PERF_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How it ends where the CPUs do not count what is asked for. */
#define STATUS_NOT_COUNTED 3

struct event {
	const char *name;
	uint32_t type;
	uint64_t config;
	/* What one sample stands for; prime, so that no loop keeps step with it. */
	uint64_t period;
};

/* One event on every CPU that is up, whoever runs there. */
struct counters {
	const struct event *event;
	size_t n;
	int *fds;
};

struct counters open_counters(const struct event *event, bool sampled);
void start_counters(const struct counters *counters);
void stop_counters(const struct counters *counters);
/* On all CPUs together, from start to stop. */
uint64_t read_counters(const struct counters *counters);

struct samples;

struct samples *map_samples(const struct counters *counters);
/* Takes over what the kernel has written until now, so that it has room for more. */
void gather_samples(struct samples *samples);
/* A line an address: ADDRESS AMOUNT. */
void write_profile(struct samples *samples);

#endif
