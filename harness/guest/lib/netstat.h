/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LIB_NETSTAT_H
#define LIB_NETSTAT_H

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A counter of TCP's in this network namespace, or 0 if the kernel has none of that name. */
static inline unsigned long long netstat(const char *wanted)
{
	char *names = NULL, *values = NULL, *n, *v, *save_n, *save_v;
	size_t names_room = 0, values_room = 0;
	FILE *file = fopen("/proc/net/netstat", "re");
	unsigned long long found = 0;

	if (!file || getline(&names, &names_room, file) < 0 || getline(&values, &values_room, file) < 0)
		err(1, "/proc/net/netstat");
	n = strtok_r(names, " \n", &save_n);
	v = strtok_r(values, " \n", &save_v);
	for (; n && v; n = strtok_r(NULL, " \n", &save_n), v = strtok_r(NULL, " \n", &save_v))
		if (!strcmp(n, wanted))
			found = strtoull(v, NULL, 10);
	fclose(file);
	free(names);
	free(values);
	return found;
}

#endif
