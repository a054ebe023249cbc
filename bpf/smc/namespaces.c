// SPDX-License-Identifier: GPL-2.0-only
/* SMC counts, and sizes its rings, for each network namespace by itself. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader.h"
#include "namespaces.h"

#define NETNS_FOLDER "/run/netns"
#define OWN_NETNS "/proc/self/ns/net"

static bool same_namespace(int a, int b)
{
	struct stat first, second;

	return !fstat(a, &first) && !fstat(b, &second) && first.st_ino == second.st_ino;
}

void in_each_namespace(void (*call)(void *context), void *context)
{
	int own = open(OWN_NETNS, O_RDONLY | O_CLOEXEC);
	DIR *dir = opendir(NETNS_FOLDER);
	struct dirent *entry;

	if (own < 0)
		die("cannot open " OWN_NETNS ": %s", strerror(errno));
	call(context);
	while (dir && (entry = readdir(dir))) {
		int other = entry->d_name[0] == '.' ? -1 : openat(dirfd(dir), entry->d_name, O_RDONLY | O_CLOEXEC);

		if (other < 0)
			continue;
		if (!same_namespace(own, other) && !setns(other, CLONE_NEWNET)) {
			call(context);
			if (setns(own, CLONE_NEWNET))
				die("cannot return to the caller's network namespace: %s", strerror(errno));
		}
		close(other);
	}
	if (dir)
		closedir(dir);
	close(own);
}
