// SPDX-License-Identifier: GPL-2.0-only
/* Counts the kernel's objects of connections. */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "churn.h"

/* A page here or there: other caches of the kernel breathe. */
#define SLAB_SLACK_KB 1500
/* Each CPU keeps up to 1 MiB of what was given back to TCP's memory. */
#define PAGES_A_CPU 256

static char *read_file(const char *path)
{
	static char text[1 << 16];
	FILE *file = fopen(path, "re");
	size_t size;

	if (!file)
		err(2, "cannot read %s", path);
	size = fread(text, 1, sizeof(text) - 1, file);
	text[size] = 0;
	fclose(file);
	return text;
}

/* The number behind a name; names and values may be on two lines. */
static long number_after(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	if (!at)
		err(2, "there is no %s", name);
	return strtol(at + strlen(name), NULL, 10);
}

static long counter(const char *wanted)
{
	char *text = read_file("/proc/net/netstat"), *values = strchr(text, '\n') + 1, *name, *value, *next, *other;

	values[-1] = 0;
	name = strtok_r(text, " ", &next);
	value = strtok_r(values, " \n", &other);
	for (; name && value; name = strtok_r(NULL, " ", &next), value = strtok_r(NULL, " \n", &other))
		if (!strcmp(name, wanted))
			return strtol(value, NULL, 10);
	err(2, "this kernel does not count %s", wanted);
}

struct balance take_balance(void)
{
	struct balance now = {
		.pairs = counter("TCPSplicePairs"), .unpairs = counter("TCPSpliceUnpairs"),
		.ring_bytes = counter("TCPSpliceRingBytes"),
	};
	const char *text = read_file("/proc/net/sockstat");

	text = strstr(text, "TCP:");
	now.sockets = number_after(text, "alloc ");
	now.pages = number_after(text, " mem ");
	now.dying_cgroups = number_after(read_file("/sys/fs/cgroup/cgroup.stat"), "nr_dying_descendants ");
	now.slab_kb = number_after(read_file("/proc/meminfo"), "SUnreclaim:");
	return now;
}

struct balance settled_balance(long sockets)
{
	struct balance now;

	for (int i = 0; i < 600; i++) {
		write_file("/proc/sys/vm/drop_caches", "3");
		now = take_balance();
		if (now.pairs == now.unpairs && now.sockets <= sockets && !now.dying_cgroups)
			break;
		sleep_ms(100);
	}
	/* Freed by RCU, and counted in bunches. */
	sleep_ms(300);
	write_file("/proc/sys/vm/drop_caches", "3");
	return take_balance();
}

static bool judge(const char *what, long before, long after, long most)
{
	bool ok = after <= most;

	printf("%-28s %10ld before, %10ld after%s\n", what, before, after, ok ? "" : "  TOO MANY");
	return ok;
}

bool is_balanced(const struct balance *before, const struct balance *after, long connections)
{
	long pairs = after->pairs - before->pairs, unpairs = after->unpairs - before->unpairs;
	bool ok = true;

	printf("%-28s %10ld\n%-28s %10ld%s\n%-28s %10ld\n", "pairs", pairs, "unpairs", unpairs,
	       pairs == unpairs ? "" : "  UNEQUAL", "ring bytes", after->ring_bytes - before->ring_bytes);
	ok = pairs == unpairs && after->ring_bytes > before->ring_bytes;
	/* All but the few that found no port or lost an end before the other was there. */
	ok = judge("connections not paired", 0, connections - pairs, connections / 50) && ok;
	ok = judge("sockets", before->sockets, after->sockets, before->sockets) && ok;
	ok = judge("pages of TCP's memory", before->pages, after->pages,
		   before->pages + PAGES_A_CPU * sysconf(_SC_NPROCESSORS_ONLN)) && ok;
	ok = judge("dying cgroups", before->dying_cgroups, after->dying_cgroups, 0) && ok;
	return judge("slab, KiB", before->slab_kb, after->slab_kb,
		     before->slab_kb + SLAB_SLACK_KB + connections / 32) && ok;
}
