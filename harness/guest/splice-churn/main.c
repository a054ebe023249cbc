// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "churn.h"

static struct {
	long connections, kills, starved;
	unsigned long long seed;
} options = { .connections = 100000, .kills = 50, .starved = 10, .seed = 1 };

/* splitmix64 */
uint32_t below(uint64_t *state, uint32_t bound)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (uint32_t)(((z ^ z >> 31) >> 32) * bound >> 32);
}

void sleep_ms(unsigned int ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	while (nanosleep(&time, &time) && errno == EINTR)
		;
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	char *end;
	long value = arg ? strtol(arg, &end, 10) : 0;

	if (arg && (end == arg || *end || value < 0))
		argp_error(state, "expected a number, got '%s'", arg);
	switch (key) {
	case 'c':
		options.connections = value;
		return 0;
	case 'k':
		options.kills = value;
		return 0;
	case 'o':
		options.starved = value;
		return 0;
	case 's':
		options.seed = (unsigned long long)value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static bool ended_well(pid_t child, int number)
{
	int status;

	if (waitpid(child, &status, 0) != child)
		err(2, "waitpid");
	if (number ? WIFSIGNALED(status) && WTERMSIG(status) == number : !status)
		return true;
	printf("a process ended with status %x\n", status);
	return false;
}

/* One process goes through its connections; beside it others are killed in the middle of theirs. */
static bool run(long connections, long kills, long starved, uint64_t *random, long *opened)
{
	atomic_long *left = mmap(NULL, 3 * sizeof(*left), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool ok = true;
	pid_t worker;

	if (left == MAP_FAILED)
		err(2, "mmap");
	left[0] = connections;
	left[1] = left[2] = 1L << 40;
	worker = start_process(WORK_CGROUP, false, below(random, 1 << 30), &left[0]);
	for (; kills > 0; kills--) {
		pid_t victim = start_process(WORK_CGROUP, false, below(random, 1 << 30), &left[1]);

		sleep_ms(20 + below(random, 200));
		kill(victim, SIGKILL);
		ok = ended_well(victim, SIGKILL) && ok;
	}
	for (; starved > 0; starved--)
		ok = ended_well(start_process(HUNGRY_CGROUP, true, below(random, 1 << 30), &left[2]), SIGKILL) && ok;
	ok = ended_well(worker, 0) && ok;
	*opened = connections + 2 * (1L << 40) - left[1] - left[2];
	munmap(left, 3 * sizeof(*left));
	return ok;
}

int main(int argc, char **argv)
{
	static const struct argp_option argp_options[] = {
		{ .name = "connections", .key = 'c', .arg = "N", .doc = "to open and close (default 100000)" },
		{ .name = "kills", .key = 'k', .arg = "N", .doc = "processes to kill in the middle (default 50)" },
		{ .name = "starved", .key = 'o', .arg = "N", .doc = "processes to run out of memory (default 10)" },
		{ .name = "seed", .key = 's', .arg = "N", .doc = "of all choices (default 1)" },
		{ .name = NULL },
	};
	const struct argp argp = {
		.options = argp_options, .parser = parse_one,
		.doc = "Opens, uses and closes spliced connections in every order, and looks for what is left of them. "
		       "splicectl must be enabled for /sys/fs/cgroup/zerohop, and nobody else use TCP.",
	};
	struct balance start, before, after;
	uint64_t random;
	long opened;
	bool ok;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	random = options.seed;
	printf("seed %llu\n", options.seed);
	fflush(stdout);
	/* TIME_WAIT sockets stay for a minute after an orderly end; they would look like a leak. */
	write_file("/proc/sys/net/ipv4/tcp_max_tw_buckets", "200");

	start = take_balance();
	prepare_cgroups();
	/* Caches grow once. */
	ok = run(options.connections / 10, 2, 1, &random, &opened);
	before = settled_balance(start.sockets);
	ok = run(options.connections, options.kills, options.starved, &random, &opened) && ok;
	remove_cgroups();
	after = settled_balance(start.sockets);

	printf("%ld connections, %ld processes killed, %ld out of memory\n", opened, options.kills, options.starved);
	ok = is_balanced(&before, &after, opened) && ok;
	return ok ? 0 : 1;
}
