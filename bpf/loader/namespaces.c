// SPDX-License-Identifier: GPL-2.0-only
/* The kernel counts and lists separately for each network namespace. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader.h"
#include "namespaces.h"

#define NAMED "/run/netns"
#define OWN "/proc/self/ns/net"
#define MOST_NAMESPACES 1024

struct visit {
	void (*call)(void *context);
	void *context;
	int home;
	ino_t seen[MOST_NAMESPACES];
	size_t count;
};

static bool is_new(struct visit *visit, int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return false;
	for (size_t i = 0; i < visit->count; i++)
		if (visit->seen[i] == st.st_ino)
			return false;
	if (visit->count == MOST_NAMESPACES)
		die("more than %d network namespaces", MOST_NAMESPACES);
	visit->seen[visit->count++] = st.st_ino;
	return true;
}

/* A thread or a name may be gone by now, and its namespace with it. */
static void enter(struct visit *visit, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (is_new(visit, fd) && !setns(fd, CLONE_NEWNET)) {
		visit->call(visit->context);
		if (setns(visit->home, CLONE_NEWNET))
			die("cannot return to the caller's network namespace: %s", strerror(errno));
	}
	close(fd);
}

typedef void visitor(struct visit *visit, const char *path);

static void each_entry(struct visit *visit, const char *folder, visitor *call)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[PATH_MAX];

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' &&
		    snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) < (int)sizeof(path))
			call(visit, path);
	if (dir)
		closedir(dir);
}

static void enter_thread(struct visit *visit, const char *thread)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/ns/net", thread) < (int)sizeof(path))
		enter(visit, path);
}

/* Each thread may be in another. What in /proc is no process has none. */
static void enter_threads(struct visit *visit, const char *process)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/task", process) < (int)sizeof(path))
		each_entry(visit, path, enter_thread);
}

void in_each_namespace(void (*call)(void *context), void *context)
{
	static struct visit visit;

	visit = (struct visit){ .call = call, .context = context, .home = open(OWN, O_RDONLY | O_CLOEXEC) };
	if (visit.home < 0)
		die("cannot open " OWN ": %s", strerror(errno));
	enter(&visit, OWN);
	each_entry(&visit, "/proc", enter_threads);
	each_entry(&visit, NAMED, enter);
	close(visit.home);
}
