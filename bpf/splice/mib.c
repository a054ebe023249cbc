// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader.h"
#include "mib.h"
#include "namespaces.h"

#define MOST_COUNTERS 64

static struct {
	char name[48];
	uint64_t value;
} counters[MOST_COUNTERS];
static size_t counter_count;

static void add(const char *name, uint64_t value)
{
	size_t i;

	for (i = 0; i < counter_count; i++)
		if (!strcmp(counters[i].name, name))
			break;
	if (i == MOST_COUNTERS)
		die("more than %d counters of one family", MOST_COUNTERS);
	if (i == counter_count)
		snprintf(counters[counter_count++].name, sizeof(counters[i].name), "%s", name);
	counters[i].value += value;
}

/* netstat has a line of names and a line of values, each starting with its table's name. */
static void add_namespace(void *prefix_given)
{
	char *names = NULL, *values = NULL, *name, *value, *names_at, *values_at;
	FILE *file = fopen("/proc/thread-self/net/netstat", "re");
	size_t names_size = 0, values_size = 0;
	const char *prefix = prefix_given;

	if (!file)
		die("cannot read /proc/thread-self/net/netstat");
	while (getline(&names, &names_size, file) > 0 && getline(&values, &values_size, file) > 0) {
		if (strncmp(names, "TcpExt:", 7))
			continue;
		name = strtok_r(names, " \n", &names_at);
		value = strtok_r(values, " \n", &values_at);
		for (; name && value; name = strtok_r(NULL, " \n", &names_at), value = strtok_r(NULL, " \n", &values_at))
			if (!strncmp(name, prefix, strlen(prefix)))
				add(name + strlen(prefix), strtoull(value, NULL, 10));
	}
	free(names);
	free(values);
	fclose(file);
}

static void snake(char *to, size_t size, const char *from)
{
	size_t at = 0;

	for (; *from && at + 2 < size; from++) {
		if (isupper((unsigned char)*from) && at)
			to[at++] = '_';
		to[at++] = (char)tolower((unsigned char)*from);
	}
	to[at] = 0;
}

void report_mib(const char *prefix, void (*each)(const char *name, uint64_t value))
{
	char name[64];

	in_each_namespace(add_namespace, (void *)prefix);
	for (size_t i = 0; i < counter_count; i++) {
		snake(name, sizeof(name), counters[i].name);
		each(name, counters[i].value);
	}
}
