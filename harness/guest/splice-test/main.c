// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

/* For a case that hangs; the slowest takes three seconds on a quiet machine. */
#define LIMIT_SECONDS 120

static const char *const family_names[FAMILIES] = { "ipv4", "ipv6", "mapped" };

static struct {
	const char *only;
	int family;
	bool container, list, until_failure, verbose;
} options = {
	.family = -1,
};

static void move_to(const char *procs)
{
	int fd = open(procs, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		broken("cannot write to %s", procs);
	close(fd);
}

void join(const struct pair *pair, bool spliced)
{
	move_to(pair->spliced && spliced ? SPLICED_CGROUP "/cgroup.procs" : "/sys/fs/cgroup/cgroup.procs");
}

void join_inner(const struct pair *pair)
{
	if (!pair->spliced)
		return;
	if (mkdir(INNER_CGROUP, 0755) && errno != EEXIST)
		broken("mkdir " INNER_CGROUP);
	move_to(INNER_CGROUP "/cgroup.procs");
}

void set_policy(const struct pair *pair, const char *command)
{
	if (pair->spliced && system(command))
		broken("%s", command);
}

static void run_here(const struct test_case *test, enum family family, bool spliced)
{
	struct pair pair = { .client = -1, .server = -1, .listener = -1, .family = family, .spliced = spliced };

	signal(SIGPIPE, SIG_IGN);
	join(&pair, true);
	if (!test->own_pair)
		open_pair(&pair);
	test->run(&pair);
	note("done");
	_exit(0);
}

/* The notes of one run, in a process of its own; ends with how that process ended, if not well. */
static char *run_once(const struct test_case *test, enum family family, bool spliced)
{
	size_t size = 0, room = 1 << 20;
	char *notes = malloc(room);
	int ends[2], status;
	double begun = now_ms();
	ssize_t got;
	pid_t child;

	if (!notes || pipe2(ends, O_CLOEXEC))
		exit(3);
	child = fork();
	if (!child) {
		setpgid(0, 0);
		write_notes_to(ends[1]);
		alarm(LIMIT_SECONDS);
		run_here(test, family, spliced);
	}
	close(ends[1]);
	while (size < room - 100 && (got = read(ends[0], notes + size, room - 100 - size)) > 0)
		size += (size_t)got;
	close(ends[0]);
	waitpid(child, &status, 0);
	kill(-child, SIGKILL);
	if (WIFSIGNALED(status))
		size += (size_t)sprintf(notes + size, "killed: %s after %.0f ms\n", strsignal(WTERMSIG(status)),
					now_ms() - begun);
	notes[size] = 0;
	return notes;
}

static bool run_case(const struct test_case *test, enum family family)
{
	char *plain, *spliced;
	unsigned long long ring, pairs;
	const char *verdict = "ok";
	bool ok = true;

	plain = run_once(test, family, false);
	ring = counter("TCPSpliceRingBytes");
	pairs = counter("TCPSplicePairs");
	spliced = run_once(test, family, true);
	ring = counter("TCPSpliceRingBytes") - ring;
	pairs = counter("TCPSplicePairs") - pairs;

	if (strcmp(plain, spliced)) {
		verdict = "DIFFERS";
		ok = false;
	} else if (!strstr(plain, "done\n")) {
		verdict = "BROKEN";
		ok = false;
	} else if (!ring && !test->no_ring) {
		verdict = "NO RING BYTES";
		ok = false;
	}
	printf("%s %s/%s (%llu pairs, %llu ring bytes)\n", verdict, test->name, family_names[family], pairs, ring);
	if (!ok || options.verbose)
		printf("--- plain\n%s--- spliced\n%s---\n", plain, spliced);
	fflush(stdout);
	free(plain);
	free(spliced);
	return ok;
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'c':
		options.only = arg;
		return 0;
	case 'n':
		options.container = true;
		return 0;
	case 'f':
		for (options.family = 0; options.family < FAMILIES; options.family++)
			if (!strcmp(arg, family_names[options.family]))
				return 0;
		argp_error(state, "--family: expected ipv4, ipv6 or mapped, got '%s'", arg);
		return EINVAL;
	case 'l':
		options.list = true;
		return 0;
	case 'u':
		options.until_failure = true;
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
		{ .name = "case", .key = 'c', .arg = "NAME", .doc = "only this case" },
		{ .name = "family", .key = 'f', .arg = "F", .doc = "only ipv4, ipv6 or mapped" },
		{ .name = "container", .key = 'n', .doc = "each end in a network namespace of its own: " CLIENT_NETNS ", " SERVER_NETNS },
		{ .name = "list", .key = 'l', .doc = "print the cases' names" },
		{ .name = "until-failure", .key = 'u', .doc = "no further case after one that fails" },
		{ .name = "verbose", .key = 'v', .doc = "print what each case saw" },
		{ .name = NULL },
	};
	const struct argp argp = {
		.options = argp_options, .parser = parse_one,
		.doc = "Compares spliced sockets with plain TCP. splicectl must be enabled for " SPLICED_CGROUP ".",
	};
	int passed = 0, failed = 0;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	if (options.container)
		use_container();
	for (int table = 0; case_tables[table]; table++) {
		for (const struct test_case *test = case_tables[table]; test->name; test++) {
			if (options.only && strcmp(options.only, test->name))
				continue;
			if (options.list) {
				puts(test->name);
				continue;
			}
			for (int family = 0; family < FAMILIES; family++) {
				if (options.family >= 0 && family != options.family)
					continue;
				if (run_case(test, (enum family)family))
					passed++;
				else
					failed++;
				if (failed && options.until_failure)
					goto end;
			}
		}
	}
end:
	if (!options.list)
		printf("%d passed, %d failed\n", passed, failed);
	return failed ? 1 : 0;
}
