// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "house.h"

/* For a cell that hangs where even its end does not help. */
#define LIMIT_SECONDS 30

struct house { int to, from; };

static void run_child(const struct cell *cell, bool spliced, int outside, char text[TEXT_BYTES])
{
	size_t size = 0;
	ssize_t got;
	int ends[2], status;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		err(1, "pipe");
	child = fork();
	if (!child) {
		text_fd = ends[1];
		alarm(LIMIT_SECONDS);
		run_cell(cell, spliced, outside);
		_exit(0);
	}
	close(ends[1]);
	memset(text, 0, TEXT_BYTES);
	while (size < TEXT_BYTES - 100 && (got = read(ends[0], text + size, TEXT_BYTES - 100 - size)) > 0)
		size += (size_t)got;
	close(ends[0]);
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status))
		sprintf(text + size, "killed: %s\n", strsignal(WTERMSIG(status)));
}

static void live(const char *cgroup, int from, int to)
{
	struct scene outside = { 0 };
	static char text[TEXT_BYTES];
	struct cell cell;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	open_listener(&outside);
	if (cgroup) {
		char procs[200];
		int fd;

		snprintf(procs, sizeof(procs), "%s/cgroup.procs", cgroup);
		fd = open(procs, O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "0", 1) != 1)
			err(1, "%s", procs);
		close(fd);
	}
	while (read(from, &cell, sizeof(cell)) == sizeof(cell)) {
		run_child(&cell, cgroup, outside.listener, text);
		if (write(to, text, sizeof(text)) != sizeof(text))
			err(1, "write");
	}
	_exit(0);
}

struct house *move_in(const char *cgroup)
{
	struct house *house = malloc(sizeof(*house));
	int to[2], from[2];

	if (!house || pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
		err(1, "pipe");
	if (!fork())
		live(cgroup, to[0], from[1]);
	close(to[0]);
	close(from[1]);
	house->to = to[1];
	house->from = from[0];
	return house;
}

void text_of(struct house *house, const struct cell *cell, char text[TEXT_BYTES])
{
	size_t at = 0;
	ssize_t got;

	if (write(house->to, cell, sizeof(*cell)) != sizeof(*cell))
		err(1, "a process of mine is gone");
	while (at < TEXT_BYTES && (got = read(house->from, text + at, TEXT_BYTES - at)) > 0)
		at += (size_t)got;
	if (at < TEXT_BYTES)
		errx(1, "a process of mine is gone");
}
