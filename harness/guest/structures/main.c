// SPDX-License-Identifier: GPL-2.0-only
/*
 * zerohop-structures: play a lock-free structure on several hosts, once a seed
 *
 * Before each round all hosts meet at a barrier of the scheduler, which draws
 * their order from the seed. Host 0 checks what is in memory afterwards, says
 * which seeds went wrong, and ends with 1 if any did.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include "fabric.h"
#include "options.h"

/* The page of zerohop-litmus, which never runs at the same time. */
static void *map_memory(const char *path)
{
	void *memory = map_fabric_page(path, FABRIC_PAGE);

	/* Pages are there before the first round, and nothing was stored to them for that. */
	if (madvise(memory, MEMORY_BYTES, MADV_POPULATE_WRITE))
		err(3, "%s: cannot take its pages", path);
	return memory;
}

static void meet(struct schedule schedule, uint64_t seed)
{
	schedule.seed = seed;
	if (!lockstep_barrier(&schedule))
		errx(3, "this host is not under lockstep: boot it with --clock virtual and --hosts 2 or more");
}

/* Returns how much went wrong, on host 0. */
static uint64_t play(const struct structure *structure, const struct round *round,
		     const struct schedule *schedule, uint64_t seed)
{
	struct schedule after = *schedule;

	if (round->host == 0) {
		memset(round->memory, 0, MEMORY_BYTES);
		if (structure->prepare)
			structure->prepare(round);
	}
	meet(*schedule, seed);
	structure->run(round);
	after.fault = NO_FAULT;
	meet(after, seed);
	return round->host == 0 ? structure->check(round) : 0;
}

int main(int argc, char **argv)
{
	struct round round = { .ops = 100 };
	struct options options = {
		.device = "/dev/fabric",
		.first = 1,
		.last = 1,
		.schedule = { .quantum = 1000 },
	};
	uint64_t failed = 0;

	parse(argc, argv, &round, &options);
	round.memory = map_memory(options.device);
	for (uint64_t seed = options.first; seed <= options.last; seed++) {
		uint64_t wrong = play(options.structure, &round, &options.schedule, seed);

		failed += wrong > 0;
		if (wrong || (options.each && round.host == 0))
			printf("{\"seed\":%" PRIu64 ",\"wrong\":%" PRIu64 ",\"turns\":%" PRIu64
			       "}\n", seed, wrong, lockstep_turns());
	}
	if (round.host == 0)
		printf("{\"structure\":\"%s\",\"broken\":%s%s%s,\"hosts\":%u,\"seeds\":%" PRIu64
		       ",\"failed\":%" PRIu64 "}\n",
		       options.structure->name, options.structure->broken ? "\"" : "",
		       options.structure->broken ?: "null", options.structure->broken ? "\"" : "",
		       round.hosts, options.last - options.first + 1, failed);
	return failed > 0;
}
