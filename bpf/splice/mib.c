// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader.h"
#include "mib.h"

#define NAMED "/run/netns"
#define MOST_NAMESPACES 1024
#define MOST_COUNTERS 64

static struct {
	char name[48];
	uint64_t value;
} counters[MOST_COUNTERS];
static size_t counter_count;

static ino_t seen[MOST_NAMESPACES];
static size_t seen_count;

static bool is_new(const char *path)
{
	struct stat st;

	if (stat(path, &st) || seen_count == MOST_NAMESPACES)
		return false;
	for (size_t i = 0; i < seen_count; i++)
		if (seen[i] == st.st_ino)
			return false;
	seen[seen_count++] = st.st_ino;
	return true;
}

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
static void add_table(const char *path, const char *prefix)
{
	char *names = NULL, *values = NULL, *name, *value, *names_at, *values_at;
	size_t names_size = 0, values_size = 0;
	FILE *file = fopen(path, "re");

	if (!file)
		return;	/* its last process ended meanwhile */
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

static void add_processes(const char *prefix)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char path[64];

	if (!proc)
		die("cannot read /proc");
	while ((entry = readdir(proc))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/ns/net", entry->d_name);
		if (!is_new(path))
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/net/netstat", entry->d_name);
		add_table(path, prefix);
	}
	closedir(proc);
}

static void add_named(const char *prefix)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	DIR *named = opendir(NAMED);
	struct dirent *entry;
	char path[sizeof(NAMED) + 257];
	int fd;

	while (named && (entry = readdir(named))) {
		snprintf(path, sizeof(path), NAMED "/%s", entry->d_name);
		if (entry->d_name[0] == '.' || !is_new(path))
			continue;
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0 && !setns(fd, CLONE_NEWNET))
			add_table("/proc/thread-self/net/netstat", prefix);
		if (fd >= 0)
			close(fd);
	}
	if (named)
		closedir(named);
	if (setns(home, CLONE_NEWNET))
		die("cannot return to the first network namespace");
	close(home);
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

	add_processes(prefix);
	add_named(prefix);
	for (size_t i = 0; i < counter_count; i++) {
		snake(name, sizeof(name), counters[i].name);
		each(name, counters[i].value);
	}
}
