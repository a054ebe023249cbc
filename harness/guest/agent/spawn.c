// SPDX-License-Identifier: GPL-2.0-only
/* One process: its session, its cgroup, its streams. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "agent.h"

#define CGROUP_ROOT "/sys/fs/cgroup/run"

/* Both ends of the three streams; on a terminal all of them are one pty. */
struct streams {
	int ours[3];
	int theirs[3];
};

static void cgroup_path(char *path, size_t size, uint32_t id, const char *file)
{
	snprintf(path, size, CGROUP_ROOT "/%u/%s", id, file);
}

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		complain("write %s to %s: %s", text, path, strerror(errno));
	close(fd);
}

static void close_all(const int fds[3])
{
	int i;

	for (i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static int open_pipes(struct streams *streams)
{
	int i, ends[2];

	for (i = 0; i < 3; i++) {
		if (pipe2(ends, O_CLOEXEC) < 0)
			return -errno;
		streams->ours[i] = ends[i == 0];
		streams->theirs[i] = ends[i != 0];
		fcntl(streams->ours[i], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

static int open_terminal(struct streams *streams, uint32_t rows, uint32_t columns)
{
	const struct winsize size = { .ws_row = rows, .ws_col = columns };
	int unlocked = 0, master;

	master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (master < 0)
		return -errno;
	streams->ours[0] = master;
	streams->ours[1] = fcntl(master, F_DUPFD_CLOEXEC, 0);
	if (streams->ours[1] < 0 || ioctl(master, TIOCSPTLCK, &unlocked) < 0)
		return -errno;
	ioctl(master, TIOCSWINSZ, &size);
	streams->theirs[0] = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return streams->theirs[0] < 0 ? -errno : 0;
}

static void become(const struct spawn_request *request, const struct streams *streams)
{
	char path[64];
	sigset_t none;
	int i;

	setsid();
	cgroup_path(path, sizeof(path), request->id, "cgroup.procs");
	write_text(path, "0");
	if (request->terminal)
		ioctl(streams->theirs[0], TIOCSCTTY, 0);
	for (i = 0; i < 3; i++)
		dup2(streams->theirs[request->terminal ? 0 : i], i);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);

	if (chdir(request->cwd) < 0) {
		dprintf(2, "zerohop: cannot enter %s: %s\n", request->cwd, strerror(errno));
		_exit(126);
	}
	environ = request->env;
	execvp(request->argv[0], request->argv);
	/* The statuses are those of a shell. */
	i = errno;
	dprintf(2, "zerohop: cannot run %s: %s\n", request->argv[0], strerror(i));
	_exit(i == ENOENT ? 127 : 126);
}

int spawn(const struct spawn_request *request, struct spawned *spawned)
{
	struct streams streams = { { -1, -1, -1 }, { -1, -1, -1 } };
	char path[64];
	pid_t pid;
	int error;

	mkdir(CGROUP_ROOT, 0755);
	cgroup_path(path, sizeof(path), request->id, "");
	mkdir(path, 0755);

	error = request->terminal ? open_terminal(&streams, request->rows, request->columns) :
				    open_pipes(&streams);
	if (error)
		goto out;
	pid = fork();
	if (pid == 0)
		become(request, &streams);
	if (pid < 0) {
		error = -errno;
		goto out;
	}
	*spawned = (struct spawned){ pid, streams.ours[0], streams.ours[1], streams.ours[2] };
out:
	close_all(streams.theirs);
	if (error) {
		close_all(streams.ours);
		spawn_forget(request->id);
	}
	return error;
}

/* Signals the process group, which a newly forked child may not have created yet. */
void spawn_signal(pid_t pid, int number)
{
	if (kill(-pid, number) < 0 && errno == ESRCH)
		kill(pid, number);
}

/* The cgroup has the processes that did not move elsewhere; the process group has the moved ones that stayed in it. */
void spawn_kill(uint32_t id, pid_t pid)
{
	char path[64];

	spawn_signal(pid, SIGKILL);
	cgroup_path(path, sizeof(path), id, "cgroup.kill");
	write_text(path, "1");
}

/* Fails, as intended, while a background process of the command still runs in it. */
void spawn_forget(uint32_t id)
{
	char path[64];

	cgroup_path(path, sizeof(path), id, "");
	rmdir(path);
}
