// SPDX-License-Identifier: GPL-2.0-only
/* A process that runs sequences in its cgroup, one after the other, and writes down what it sees. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"
#include "notes.h"

#define LIMIT_SECONDS 60
#define RING_SIZE "/proc/sys/net/ipv4/tcp_splice_ring_bytes"

struct worker {
	const char *cgroup;
	bool spliced;
	pid_t pid;
	int requests, notes;
	char text[1 << 18];
};

static int notes_fd = 2;
static volatile sig_atomic_t broken_pipes;

void note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!write_note(notes_fd, format, args))
		_exit(4);
	va_end(args);
}

void give_up(const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	note("GIVES UP: %s", line);
	_exit(3);
}

const char *outcome(long result)
{
	static __thread char texts[4][24];
	static __thread int next;
	int error = errno;
	char *text = texts[next++ % 4];

	if (result < 0)
		snprintf(text, sizeof(texts[0]), "-%s", strerrorname_np(error));
	else
		snprintf(text, sizeof(texts[0]), "%ld", result);
	return text;
}

const char *name_of(int who)
{
	return who == CLIENT ? "client" : "server";
}

static void on_signal(int number)
{
	if (number == SIGPIPE)
		broken_pipes++;
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		give_up("cannot write %s: %s", path, outcome(-1));
	close(fd);
}

/* Rings that grow to all sizes; a direction of `most` bytes leaves both TCP and a ring room for more. */
static size_t choose_ring(struct draw *draw, bool spliced)
{
	static const unsigned int sizes[] = { 4096, 8192, 65536, 262144, 262144, 1048576, 4194304 };
	unsigned int size = sizes[below(draw, 7)];
	char text[20];

	if (spliced) {
		snprintf(text, sizeof(text), "%u", size);
		write_file(RING_SIZE, text);
	}
	return size / 2 < 16384 ? size / 2 : 16384;
}

static void run_step(struct link *link, const struct step *step, size_t number)
{
	struct draw draw = { step->seed };
	int who = link->end[step->who].closed ? !step->who : step->who;

	if (link->end[who].closed)
		return;
	note("%zu. %s", number, step->kind->name);
	broken_pipes = 0;
	step->kind->run(link, who, &draw);
	if (broken_pipes)
		note("SIGPIPE %d", (int)broken_pipes);
	settle(link);
}

static void run_sequence(const struct request *request, bool spliced)
{
	struct step steps[MOST_STEPS];
	struct draw draw = { ~request->seed };
	size_t count = plan(request->seed, steps);
	struct link link = { .most = choose_ring(&draw, spliced) };

	open_link(&link, &draw);
	settle(&link);
	for (size_t i = 0; i < count; i++)
		if (request->keep[i])
			run_step(&link, &steps[i], i);
	close_link(&link);
}

static __attribute__((noreturn)) void work(const struct worker *worker, int requests, int notes)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct request request;
	char path[256];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	notes_fd = notes;
	snprintf(path, sizeof(path), "%s/cgroup.procs", worker->cgroup);
	write_file(path, "0");
	sigaction(SIGPIPE, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	while (read(requests, &request, sizeof(request)) == sizeof(request)) {
		alarm(LIMIT_SECONDS);
		run_sequence(&request, worker->spliced);
		alarm(0);
		if (write(notes, "", 1) != 1)
			break;
	}
	_exit(0);
}

static void employ(struct worker *worker)
{
	int requests[2], notes[2];

	if (pipe2(requests, O_CLOEXEC) || pipe2(notes, O_CLOEXEC))
		give_up("pipe: %s", outcome(-1));
	worker->pid = fork();
	if (!worker->pid) {
		close(requests[1]);
		close(notes[0]);
		work(worker, requests[0], notes[1]);
	}
	close(requests[0]);
	close(notes[1]);
	worker->requests = requests[1];
	worker->notes = notes[0];
}

struct worker *hire(const char *cgroup, bool spliced)
{
	struct worker *worker = calloc(1, sizeof(*worker));

	if (!worker)
		give_up("no memory");
	worker->cgroup = cgroup;
	worker->spliced = spliced;
	employ(worker);
	return worker;
}

void ask(struct worker *worker, const struct request *request)
{
	if (write(worker->requests, request, sizeof(*request)) != sizeof(*request))
		give_up("a worker is gone");
}

void dismiss(struct worker *worker)
{
	kill(worker->pid, SIGKILL);
	waitpid(worker->pid, NULL, 0);
}

/* A worker that ended in the middle says so in its text, and is replaced. */
const char *answer(struct worker *worker)
{
	size_t size = 0;
	ssize_t got;
	int status;

	while (size < sizeof(worker->text) - 200) {
		got = read(worker->notes, worker->text + size, sizeof(worker->text) - 200 - size);
		if (got <= 0)
			break;
		size += (size_t)got;
		if (!worker->text[size - 1])
			return worker->text;
	}
	close(worker->requests);
	close(worker->notes);
	kill(worker->pid, SIGKILL);
	waitpid(worker->pid, &status, 0);
	snprintf(worker->text + size, 100, "%s %d\n", WIFSIGNALED(status) ? "killed by signal" : "ended with status",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	employ(worker);
	return worker->text;
}
