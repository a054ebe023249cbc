// SPDX-License-Identifier: GPL-2.0-only
/* The command line of zerohop-files. */
#include <argp.h>
#include <err.h>
#include <string.h>

#include "files.h"
#include "numbers.h"

static const char *const tests[] = { "read", "write", "first", "load", "store", "fill" };

enum { KEY_BYTES = 256, KEY_ONE_FILE };

static const struct argp_option argp_options[] = {
	{ .name = "dir", .key = 'd', .arg = "DIR", .doc = "where the files are, named 0, 1, 2, 3" },
	{ .name = "test", .key = 't', .arg = "NAME",
	  .doc = "read, write, first (writes into an empty file), load, store (through a mapping) or fill" },
	{ .name = "size", .key = 's', .arg = "BYTES", .doc = "bytes of an operation (default 4096)" },
	{ .name = "bytes", .key = KEY_BYTES, .arg = "BYTES", .doc = "bytes of a file (default 8 MiB)" },
	{ .name = "order", .key = 'o', .arg = "NAME", .doc = "sequential (the default) or random" },
	{ .name = "threads", .key = 'n', .arg = "N", .doc = "threads (default 1, at most 4)" },
	{ .name = "one-file", .key = KEY_ONE_FILE, .doc = "all threads use one file" },
	{ .name = "ms", .key = 'm', .arg = "N", .doc = "how long to measure (default 20)" },
	{ .name = NULL },
};

static enum test test_of(const char *name)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (!strcmp(tests[i], name))
			return i;
	errx(2, "--test: no test is called '%s' (see --help)", name);
}

static bool is_random(const char *name)
{
	if (strcmp(name, "random") && strcmp(name, "sequential"))
		errx(2, "--order: expected sequential or random, got %s", name);
	return name[0] == 'r';
}

static error_t take(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'd':
		options->dir = arg;
		return 0;
	case 't':
		options->test = test_of(arg);
		return 0;
	case 's':
		options->size = number(arg, "--size", 8, 1 << 24);
		return 0;
	case KEY_BYTES:
		options->bytes = number(arg, "--bytes", 4096, 1ULL << 40);
		return 0;
	case 'o':
		options->random = is_random(arg);
		return 0;
	case 'n':
		options->threads = number(arg, "--threads", 1, 4);
		return 0;
	case KEY_ONE_FILE:
		options->one_file = true;
		return 0;
	case 'm':
		options->ns = number(arg, "--ms", 1, 3600000) * 1000000;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

struct options parse_options(int argc, char **argv)
{
	static const struct argp parser = {
		.options = argp_options,
		.parser = take,
		.doc = "Reads and writes files and tells how long an operation takes, as one line of JSON.",
	};
	struct options options = {
		.size = 4096, .bytes = 8 << 20, .threads = 1, .ns = 20 * 1000000,
	};

	argp_parse(&parser, argc, argv, 0, NULL, &options);
	if (!options.dir)
		errx(2, "--dir is missing (see --help)");
	if (options.size % 8 || options.bytes % options.size)
		errx(2, "--bytes must be a multiple of --size, and --size one of 8");
	return options;
}
