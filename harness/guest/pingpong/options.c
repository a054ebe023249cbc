// SPDX-License-Identifier: GPL-2.0-only
/* The command line of zerohop-pingpong. */
#include <err.h>
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "pingpong.h"

static const struct variant variants[] = {
	{ "tcp", MEDIUM_TCP, .spin = false },
	{ "tcp-spin", MEDIUM_TCP, .spin = true },
	{ "unix", MEDIUM_UNIX, .spin = false },
	{ "unix-spin", MEDIUM_UNIX, .spin = true },
	{ "smc", MEDIUM_SMC, .spin = false },
	{ "smc-spin", MEDIUM_SMC, .spin = true },
	{ "shm-limit", MEDIUM_SHARED, .spin = true },
	{ "syscall-limit", MEDIUM_SHARED, .spin = true, .syscalls = true },
};

enum { KEY_CPUS = 256, KEY_CLIENT_NETNS, KEY_SERVER_NETNS, KEY_AHEAD, KEY_THINK, KEY_JSON };

static const struct argp_option argp_options[] = {
	{ .name = "variant", .key = 'v', .arg = "NAME",
	  .doc = "tcp, tcp-spin, unix, unix-spin, smc, smc-spin, shm-limit or syscall-limit" },
	{ .name = "size", .key = 's', .arg = "BYTES",
	  .doc = "bytes of a request, and of a response" },
	{ .name = "seconds", .key = 't', .arg = "N",
	  .doc = "how long to measure (decimals allowed)" },
	{ .name = "cpus", .key = KEY_CPUS, .arg = "A,B",
	  .doc = "CPUs of client and server (default 0,1)" },
	{ .name = "connect", .key = 'c', .arg = "ADDR",
	  .doc = "the server's address for tcp and smc (default 127.0.0.1)" },
	{ .name = "client-netns", .key = KEY_CLIENT_NETNS, .arg = "NAME",
	  .doc = "network namespace of the client (ip netns)" },
	{ .name = "server-netns", .key = KEY_SERVER_NETNS, .arg = "NAME",
	  .doc = "network namespace of the server" },
	{ .name = "ahead", .key = KEY_AHEAD, .arg = "N",
	  .doc = "requests that the client sends before it reads the first response (default 1)" },
	{ .name = "think-us", .key = KEY_THINK, .arg = "N",
	  .doc = "how long the client sleeps between transactions (default 0: not at all)" },
	{ .name = "json", .key = KEY_JSON,
	  .doc = "print one line of JSON" },
	{ .name = NULL },
};

static const struct variant *find_variant(const char *name)
{
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		if (!strcmp(variants[i].name, name))
			return &variants[i];
	errx(2, "--variant: no variant is called '%s' (see --help)", name);
}

static double parse_number(const char *option, const char *text, double low, double high)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !(value >= low && value <= high))
		errx(2, "--%s: expected a number from %g to %g, got '%s'", option, low, high, text);
	return value;
}

static void parse_cpus(const char *text, int cpus[2])
{
	char rest;

	if (sscanf(text, "%d,%d%c", &cpus[0], &cpus[1], &rest) != 2 || cpus[0] < 0 || cpus[1] < 0)
		errx(2, "--cpus: expected two CPU numbers as A,B, got '%s'", text);
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'v':
		options->variant = find_variant(arg);
		return 0;
	case 's':
		options->size = (size_t)parse_number("size", arg, 1, 16 << 20);
		return 0;
	case 't':
		options->seconds = parse_number("seconds", arg, 0.01, 3600);
		return 0;
	case KEY_CPUS:
		parse_cpus(arg, options->cpus);
		return 0;
	case 'c':
		options->address = arg;
		return 0;
	case KEY_CLIENT_NETNS:
		options->client_netns = arg;
		return 0;
	case KEY_SERVER_NETNS:
		options->server_netns = arg;
		return 0;
	case KEY_AHEAD:
		options->ahead = (unsigned int)parse_number("ahead", arg, 1, 1024);
		return 0;
	case KEY_THINK:
		options->think_us = parse_number("think-us", arg, 0, 1e6);
		return 0;
	case KEY_JSON:
		options->json = true;
		return 0;
	case ARGP_KEY_ARG:
		errx(2, "unexpected argument '%s'", arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void parse_options(int argc, char **argv, struct options *options)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.doc = "Two pinned processes exchange one request and one response at a time, and count.",
	};

	*options = (struct options){ .size = 1, .seconds = 1, .cpus = { 0, 1 }, .ahead = 1, .address = "127.0.0.1" };
	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, options);
	if (!options->variant)
		errx(2, "--variant is needed (see --help)");
	if (options->ahead > 1 && options->variant->medium == MEDIUM_SHARED)
		errx(2, "--ahead: shared memory holds one message here, so %s cannot send %u ahead",
			  options->variant->name, options->ahead);
}
