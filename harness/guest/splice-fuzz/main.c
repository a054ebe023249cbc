// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"
#include "netstat.h"

#define MOST_FAILURES 5

static struct {
	unsigned long long seed, ops;
	const char *keep;
	bool seeded, verbose;
} options;

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	char *end = arg;

	switch (key) {
	case 's':
		options.seed = strtoull(arg, &end, 10);
		options.seeded = true;
		break;
	case 'o':
		options.ops = strtoull(arg, &end, 10);
		break;
	case 'k':
		options.keep = arg;
		return 0;
	case 'v':
		options.verbose = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	if (end == arg || *end)
		argp_error(state, "expected a number, got '%s'", arg);
	return 0;
}

static struct request request_for(uint64_t seed)
{
	struct request request = { .seed = seed };
	struct step steps[MOST_STEPS];
	size_t count = plan(seed, steps);
	char *list = options.keep ? strdup(options.keep) : NULL, *save, *item;

	memset(request.keep, !list, count);
	for (item = list ? strtok_r(list, ",", &save) : NULL; item; item = strtok_r(NULL, ",", &save))
		if (strtoul(item, NULL, 10) < count)
			request.keep[strtoul(item, NULL, 10)] = true;
	free(list);
	return request;
}

static size_t steps_of(const struct request *request)
{
	size_t count = 0;

	for (size_t i = 0; i < MOST_STEPS; i++)
		count += request->keep[i];
	return count;
}

static void print_texts(const char *plain, const char *spliced)
{
	printf("--- plain\n%s--- spliced\n%s---\n", plain, spliced);
	fflush(stdout);
}

static void report(struct worker *const workers[2], struct request request)
{
	size_t before = steps_of(&request), after;
	int again = 0;

	for (int i = 0; i < 3; i++)
		again += differs(workers, &request);
	after = again ? shrink(workers, &request) : before;
	printf("DIFFERS with seed %llu, and again in %d of 3; of %zu operations these %zu are enough:\n"
	       "zerohop-splice-fuzz --seed %llu --keep ",
	       (unsigned long long)request.seed, again, before, after, (unsigned long long)request.seed);
	for (size_t i = 0; i < MOST_STEPS; i++)
		if (request.keep[i])
			printf("%zu,", i);
	printf("\n");
	print_texts(last_difference[0], last_difference[1]);
}

int main(int argc, char **argv)
{
	static const struct argp_option argp_options[] = {
		{ .name = "seed", .key = 's', .arg = "N", .doc = "the first sequence (default: of the clock)" },
		{ .name = "ops", .key = 'o', .arg = "N", .doc = "go on until so many operations are done (default: one sequence)" },
		{ .name = "keep", .key = 'k', .arg = "I,J...", .doc = "only these operations of the sequence" },
		{ .name = "verbose", .key = 'v', .doc = "print what the runs see where they agree, too" },
		{ .name = NULL },
	};
	const struct argp argp = {
		.options = argp_options, .parser = parse_one,
		.doc = "Runs the same random operations over plain TCP and over a splice, and compares what they see. "
		       "splicectl must be enabled for /sys/fs/cgroup/zerohop.",
	};
	unsigned long long ops = 0, sequences = 0, failures = 0, pairs, ring;
	struct worker *workers[2];

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	if (!options.seeded)
		options.seed = (unsigned long long)time(NULL) * 1000003;
	for (int table = 0; kind_tables[table]; table++)
		for (const struct kind *kind = kind_tables[table]; kind->name; kind++)
			if (kind->left_out)
				printf("left out: %s: %s\n", kind->name, kind->left_out);
	printf("seed %llu\n", options.seed);
	fflush(stdout);

	fill_noise();
	pairs = netstat("TCPSplicePairs");
	ring = netstat("TCPSpliceRingBytes");
	workers[0] = hire("/sys/fs/cgroup", false);
	workers[1] = hire("/sys/fs/cgroup/zerohop", true);
	do {
		struct request request = request_for(options.seed + sequences++);

		ops += steps_of(&request);
		if (differs(workers, &request)) {
			report(workers, request);
			failures++;
		} else if (options.verbose) {
			ask(workers[1], &request);
			printf("--- both\n%s", answer(workers[1]));
		}
	} while (ops < options.ops && failures < MOST_FAILURES);
	for (int i = 0; i < 2; i++)
		dismiss(workers[i]);

	pairs = netstat("TCPSplicePairs") - pairs;
	ring = netstat("TCPSpliceRingBytes") - ring;
	printf("%llu operations in %llu sequences, %llu differ; %llu pairs, %llu ring bytes\n", ops, sequences, failures,
	       pairs, ring);
	if (pairs < sequences || !ring) {
		printf("not every sequence was spliced\n");
		return 1;
	}
	return failures ? 1 : 0;
}
