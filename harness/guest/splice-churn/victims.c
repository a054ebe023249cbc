// SPDX-License-Identifier: GPL-2.0-only
/* Processes that churn in a cgroup, some of them until they have eaten up its memory. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "churn.h"

#define THREADS 8
#define HUNGRY_MEMORY "25165824"

void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err(2, "cannot write %s to %s", text, path);
	close(fd);
}

void prepare_cgroups(void)
{
	write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	write_file("/sys/fs/cgroup/zerohop/cgroup.subtree_control", "+memory");
	if (mkdir(WORK_CGROUP, 0755) || mkdir(HUNGRY_CGROUP, 0755))
		err(2, "cannot make the cgroups");
	write_file(HUNGRY_CGROUP "/memory.max", HUNGRY_MEMORY);
	write_file(HUNGRY_CGROUP "/memory.oom.group", "1");
}

void remove_cgroups(void)
{
	for (int i = 0; i < 1000 && (rmdir(WORK_CGROUP) || rmdir(HUNGRY_CGROUP)) && errno == EBUSY; i++)
		sleep_ms(10);
	write_file("/sys/fs/cgroup/zerohop/cgroup.subtree_control", "-memory");
	write_file("/sys/fs/cgroup/cgroup.subtree_control", "-memory");
}

static void *eat(void *unused)
{
	for (;;) {
		char *meal = mmap(NULL, 1 << 18, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (meal != MAP_FAILED)
			memset(meal, 1, 1 << 18);
		sleep_ms(2);
	}
	return unused;
}

pid_t start_process(const char *cgroup, bool hungry, uint64_t seed, atomic_long *left)
{
	char path[128];
	pthread_t eater;
	pid_t child = fork();

	if (child < 0)
		err(2, "fork");
	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	write_file(path, "0");
	if (hungry && pthread_create(&eater, NULL, eat, NULL))
		err(2, "pthread_create");
	churn(THREADS, seed, left);
	_exit(0);
}
