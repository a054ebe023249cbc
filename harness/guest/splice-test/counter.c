// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's counters of splices. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

static unsigned long long counter_here(const char *name)
{
	static char text[1 << 16];
	char *names, *values, *n, *v, *save_n, *save_v;
	int fd = open("/proc/thread-self/net/netstat", O_RDONLY | O_CLOEXEC);
	ssize_t got = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[got > 0 ? got : 0] = 0;
	names = strtok_r(text, "\n", &save_n);
	values = strtok_r(NULL, "\n", &save_n);
	n = strtok_r(names, " ", &save_n);
	v = strtok_r(values, " ", &save_v);
	for (; n && v; n = strtok_r(NULL, " ", &save_n), v = strtok_r(NULL, " ", &save_v))
		if (!strcmp(n, name))
			return strtoull(v, NULL, 10);
	broken("the kernel does not count %s", name);
}

unsigned long long counter(const char *name)
{
	unsigned long long value;

	enter(CLIENT_SIDE);
	value = counter_here(name);
	if (in_one_netns())
		return value;
	enter(SERVER_SIDE);
	return value + counter_here(name);
}

void note_growth(const struct pair *pair, const char *name, unsigned long long before, unsigned long long by)
{
	unsigned long long growth = counter(name) - before;

	if (pair->spliced && growth != by)
		note("%s grew by %llu, not %llu", name, growth, by);
}
