// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "sysfs.h"

const char *path_of(const char *dir, const char *name, const char *file)
{
	static char paths[4][512];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s/%s", dir, name, file);
	return path;
}

void put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		err(3, "%s: cannot write \"%s\"", path, value);
	close(fd);
}

void put_number(const char *path, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	put(path, text);
}

const char *get(const char *path, char *value, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, value, size - 1);

	if (n < 0)
		err(3, "%s", path);
	close(fd);
	value[n] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return value;
}

bool find(const char *pattern, char *path, size_t size, int patience_ms)
{
	glob_t found;

	for (;; patience_ms -= 10) {
		if (!glob(pattern, 0, NULL, &found)) {
			snprintf(path, size, "%s", found.gl_pathv[0]);
			globfree(&found);
			return true;
		}
		if (patience_ms <= 0)
			return false;
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
}

const char *base(const char *path)
{
	return strrchr(path, '/') + 1;
}
