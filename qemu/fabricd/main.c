// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fabricd: memory that hosts share over TCP
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include "listen.h"
#include "profile.h"
#include "serve.h"

static void make_memory(enum fabric_space space, uint64_t size)
{
	if (!memory_init(&server.spaces[space], size))
		return;
	fprintf(stderr, "fabricd: no room for %" PRIu64 " bytes: %m\n", size);
	exit(1);
}

static FILE *open_trace(const char *path)
{
	FILE *trace = path ? fopen(path, "w") : NULL;

	if (!path || trace)
		return trace;
	fprintf(stderr, "fabricd: --trace %s: %m\n", path);
	exit(2);
}

static void set_speed(const struct options *options)
{
	int i;

	for (i = 0; i < FABRIC_MAX_HOSTS; i++) {
		server.hosts[i].latency_ns = options->latency_ns;
		if (options->profile)
			profile_apply(&server.hosts[i], options->profile);
	}
}

int main(int argc, char **argv)
{
	static struct options options;
	FILE *trace;
	int i;

	parse_options(argc, argv, &options);
	/* Latencies are short: no other 50 us on top. */
	prctl(PR_SET_TIMERSLACK, 1);
	signal(SIGPIPE, SIG_IGN);
	make_memory(FABRIC_MEMORY, options.size);
	make_memory(FABRIC_TEST, FABRIC_TEST_BYTES);
	if (options.secret_len) {
		server.secret = options.secret;
		server.secret_len = options.secret_len;
	}
	set_speed(&options);
	for (i = 0; i < MOST_SESSIONS; i++)
		sessions[i].fd = -1;
	trace = open_trace(options.trace);
	serve(open_listener(&options), trace, options.control);
	return 0;
}
