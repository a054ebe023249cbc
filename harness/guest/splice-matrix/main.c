// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "house.h"
#include "matrix.h"
#include "netstat.h"
#include "numbers.h"

/* A text of a splice's that TCP has not given is compared with so many more of both. */
#define TRIES 20

static struct {
	const char *call, *state, *event;
	unsigned int every, from, lanes, races;
	bool one_cpu, verbose;
} options = { .every = 1, .lanes = 12 };

/* Whether TCP gives the splice's text. Both are made again if not: a busy host makes a text of its own now and then. */
static bool same(struct house *plain, struct house *spliced, const struct cell *cell, char texts[2][TEXT_BYTES])
{
	static char seen[TRIES][TEXT_BYTES];

	for (int i = 0; i < TRIES; i++) {
		text_of(plain, cell, seen[i]);
		text_of(spliced, cell, texts[1]);
		for (int j = 0; j <= i; j++)
			if (!strcmp(seen[j], texts[1]) && strstr(texts[1], "done\n"))
				return true;
	}
	memcpy(texts[0], seen[0], TEXT_BYTES);
	return false;
}

/* Over all lanes. */
static struct { atomic_uint cells, different; } *totals;

static void work(unsigned int lane)
{
	struct house *plain = move_in(NULL), *spliced = move_in(SPLICED_CGROUP);
	static char texts[2][TEXT_BYTES];
	unsigned int at = 0;

	for (const struct state *state = states; state->name; state++)
	for (const struct kind_of_call *call = calls; call->name; call++)
	for (const struct event *event = events; event->name; event++) {
		struct cell cell = { .call = call, .state = state, .event = event, .server = at % 2 && !state->client_only };

		if ((options.call && strcmp(options.call, call->name)) ||
		    (options.state && strcmp(options.state, state->name)) ||
		    (options.event && strcmp(options.event, event->name)))
			continue;
		if (known_difference(&cell))
			continue;
		at++;
		if (at % options.every != options.from % options.every || at / options.every % options.lanes != lane)
			continue;
		totals->cells++;
		if (!same(plain, spliced, &cell, texts)) {
			totals->different++;
			dprintf(STDOUT_FILENO, "DIFFERS %s %s %s\n--- plain\n%s--- spliced\n%s---\n", state->name, call->name,
				event->name, texts[0], texts[1]);
		} else if (options.verbose) {
			dprintf(STDOUT_FILENO, "ok %s %s %s\n%s", state->name, call->name, event->name, texts[1]);
		}
	}
}

/* Instead of cells. */
static void race_in_lane(unsigned int lane)
{
	int fd = open(SPLICED_CGROUP "/cgroup.procs", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		err(1, SPLICED_CGROUP);
	run_races(options.from * 64 + lane, options.races / options.lanes);
	totals->cells += options.races / options.lanes;
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	(void)state;
	switch (key) {
	case 'c':
		options.call = arg;
		return 0;
	case 's':
		options.state = arg;
		return 0;
	case 'e':
		options.event = arg;
		return 0;
	case 'y':
		options.every = (unsigned int)number(arg, "--every", 1, 100000);
		return 0;
	case 'f':
		options.from = (unsigned int)number(arg, "--from", 0, 100000);
		return 0;
	case 'l':
		options.lanes = (unsigned int)number(arg, "--lanes", 1, 64);
		return 0;
	case 'o':
		options.one_cpu = true;
		return 0;
	case 'r':
		options.races = (unsigned int)number(arg, "--races", 1, 100000000);
		return 0;
	case 'v':
		options.verbose = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp_option argp_options[] = {
		{ .name = "call", .key = 'c', .arg = "NAME", .doc = "only this call" },
		{ .name = "state", .key = 's', .arg = "NAME", .doc = "only this state" },
		{ .name = "event", .key = 'e', .arg = "NAME", .doc = "only this event" },
		{ .name = "every", .key = 'y', .arg = "N", .doc = "each Nth cell" },
		{ .name = "from", .key = 'f', .arg = "N", .doc = "the first of those" },
		{ .name = "lanes", .key = 'l', .arg = "N", .doc = "so many cells at once" },
		{ .name = "one-cpu", .key = 'o', .doc = "all on one CPU" },
		{ .name = "races", .key = 'r', .arg = "N", .doc = "instead, so many connections whose ends race" },
		{ .name = "verbose", .key = 'v', .doc = "print what each cell saw" },
		{ .name = NULL },
	};
	const struct argp argp = {
		.options = argp_options, .parser = parse_one,
		.doc = "Compares calls that are under way while their connection changes, over TCP and over a splice. "
		       "splicectl must be enabled for " SPLICED_CGROUP ".",
	};
	unsigned long long through_rings;
	unsigned int failed = 0;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	if (options.one_cpu) {
		cpu_set_t set;

		CPU_ZERO(&set);
		CPU_SET(0, &set);
		if (sched_setaffinity(0, sizeof(set), &set))
			err(1, "sched_setaffinity");
	}
	totals = mmap(NULL, sizeof(*totals), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (totals == MAP_FAILED)
		err(1, "mmap");
	through_rings = netstat("TCPSpliceRingBytes");
	for (unsigned int lane = 0; lane < options.lanes; lane++) {
		if (fork())
			continue;
		if (options.races)
			race_in_lane(lane);
		else
			work(lane);
		_exit(0);
	}
	for (unsigned int lane = 0; lane < options.lanes; lane++) {
		int status;

		wait(&status);
		failed += status != 0;
	}
	through_rings = netstat("TCPSpliceRingBytes") - through_rings;
	printf("%u %s, %u differ, %u processes failed, %llu bytes through rings\n", totals->cells,
	       options.races ? "races" : "cells", totals->different, failed, through_rings);
	return totals->different || failed || !through_rings ? 1 : 0;
}
