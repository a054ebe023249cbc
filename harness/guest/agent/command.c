// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands by id. A command has ended when its process has ended and the output
 * in its pipes is sent. Its background processes may keep running.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"

struct command {
	struct command *next;
	uint32_t id;
	pid_t pid;
	bool exited;
	bool terminal;
	uint32_t status;

	int in;
	bool in_ends;			/* the host has sent all */
	char *pending;			/* stdin that the command has not taken yet */
	size_t pending_head, pending_tail;

	struct stream {
		enum frame_type type;
		int fd;
		size_t credit;
	} out, err;
};

static struct command *commands;

static struct command *find(uint32_t id)
{
	struct command *command = commands;

	while (command && command->id != id)
		command = command->next;
	return command;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void say(uint32_t id, const char *what, int error)
{
	char text[200];

	snprintf(text, sizeof(text), "zerohop: %s: %s\n", what, strerror(error));
	port_send(id, FRAME_STDERR, text, strlen(text));
}

static void start(uint32_t id, const struct spawn_request *request)
{
	struct command *command = calloc(1, sizeof(*command));
	struct spawned spawned;
	int error;

	if (command)
		command->pending = malloc(STREAM_WINDOW);
	error = command && command->pending ? spawn(request, &spawned) : -ENOMEM;
	if (error) {
		say(id, "cannot start a process", -error);
		port_send_u32(id, FRAME_EXIT, 126);
		if (command)
			free(command->pending);
		free(command);
		return;
	}
	command->id = id;
	command->pid = spawned.pid;
	command->terminal = request->terminal;
	command->in = spawned.in;
	command->out = (struct stream){ FRAME_STDOUT, spawned.out, STREAM_WINDOW };
	command->err = (struct stream){ FRAME_STDERR, spawned.err, STREAM_WINDOW };
	command->next = commands;
	commands = command;
}

/* Points at `count` strings and a final NULL; false if the payload holds fewer. */
static bool take_strings(char **strings, uint32_t count, const char **from, const char *end)
{
	while (count--) {
		const char *nul = memchr(*from, 0, end - *from);

		if (!nul)
			return false;
		*strings++ = (char *)*from;
		*from = nul + 1;
	}
	*strings = NULL;
	return true;
}

void command_run(uint32_t id, const char *payload, size_t size)
{
	const char *strings = payload + sizeof(struct run_request), *end = payload + size;
	struct run_request run;
	char *cwd[2], **argv, **env;

	if (size < sizeof(run))
		die("a RUN frame of %zu bytes", size);
	memcpy(&run, payload, sizeof(run));
	if (run.argc == 0 || run.argc > FRAME_MAX || run.envc > FRAME_MAX)
		die("a RUN frame with %u arguments and %u variables", run.argc, run.envc);
	argv = calloc(run.argc + 1, sizeof(*argv));
	env = calloc(run.envc + 1, sizeof(*env));
	if (!argv || !env || !take_strings(cwd, 1, &strings, end) ||
	    !take_strings(argv, run.argc, &strings, end) ||
	    !take_strings(env, run.envc, &strings, end))
		die("a RUN frame that is cut short");
	start(id, &(struct spawn_request){
		.id = id, .cwd = cwd[0], .argv = argv, .env = env,
		.terminal = run.terminal, .rows = run.rows, .columns = run.columns,
	});
	free(argv);
	free(env);
}

void command_stdin(uint32_t id, const char *data, size_t size)
{
	struct command *command = find(id);

	/* The host may not know yet that the command has ended or closed its stdin. */
	if (!command || command->in < 0)
		return;
	if (command->pending_tail - command->pending_head + size > STREAM_WINDOW)
		die("stdin beyond its credit");
	if (STREAM_WINDOW - command->pending_tail < size) {
		command->pending_tail -= command->pending_head;
		memmove(command->pending, command->pending + command->pending_head,
			command->pending_tail);
		command->pending_head = 0;
	}
	memcpy(command->pending + command->pending_tail, data, size);
	command->pending_tail += size;
}

void command_stdin_eof(uint32_t id)
{
	struct command *command = find(id);

	if (command)
		command->in_ends = true;
}

void command_signal(uint32_t id, int number)
{
	struct command *command = find(id);

	if (command && !command->exited)
		spawn_signal(command->pid, number);
}

void command_kill(uint32_t id)
{
	struct command *command = find(id);

	if (command)
		spawn_kill(id, command->pid);
}

void command_window_size(uint32_t id, uint32_t rows, uint32_t columns)
{
	const struct winsize size = { .ws_row = rows, .ws_col = columns };
	struct command *command = find(id);

	if (command && command->terminal && command->out.fd >= 0)
		ioctl(command->out.fd, TIOCSWINSZ, &size);
}

void command_credit(uint32_t id, enum frame_type stream, uint32_t size)
{
	struct command *command = find(id);

	if (command && stream == FRAME_STDOUT)
		command->out.credit += size;
	if (command && stream == FRAME_STDERR)
		command->err.credit += size;
}

/* As process 1 the agent inherits every orphan, and reaps it here too. */
void commands_reap(void)
{
	struct command *command;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (command = commands; command && command->pid != pid; )
			command = command->next;
		if (!command)
			continue;
		command->exited = true;
		command->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	}
}

static bool may_read(const struct stream *stream)
{
	return stream->fd >= 0 && stream->credit > 0 && port_has_room(FRAME_MAX);
}

size_t commands_poll(struct pollfd *polls, size_t max)
{
	struct command *command;
	size_t count = 0;

	for (command = commands; command && count + 3 <= max; command = command->next) {
		/* Only the awaited ends are polled, because a closed pipe would be reported again and again. */
		if (command->in >= 0 && command->pending_head < command->pending_tail)
			polls[count++] = (struct pollfd){ .fd = command->in, .events = POLLOUT };
		if (may_read(&command->out))
			polls[count++] = (struct pollfd){ .fd = command->out.fd, .events = POLLIN };
		if (may_read(&command->err))
			polls[count++] = (struct pollfd){ .fd = command->err.fd, .events = POLLIN };
	}
	return count;
}

static void feed(struct command *command)
{
	const size_t pending = command->pending_tail - command->pending_head;
	static const char end_of_file = 4;	/* ^D */
	ssize_t written;

	if (command->in < 0)
		return;
	if (pending > 0) {
		written = write(command->in, command->pending + command->pending_head, pending);
		if (written < 0 && errno == EAGAIN)
			return;
		/* The command has closed its stdin. Without credit the host sends no more. */
		if (written < 0) {
			close_fd(&command->in);
			return;
		}
		command->pending_head += written;
		port_send_credit(command->id, FRAME_STDIN, written);
	}
	if (!command->in_ends || command->pending_head < command->pending_tail)
		return;
	if (command->terminal && write(command->in, &end_of_file, 1) < 0 && errno == EAGAIN)
		return;
	close_fd(&command->in);
}

/* True once nothing is left to read: the stream has ended, or the command has and its pipe is empty. */
static bool drain(const struct command *command, struct stream *stream)
{
	static char data[FRAME_MAX];
	ssize_t got;
	size_t want;

	while (may_read(stream)) {
		want = stream->credit < sizeof(data) ? stream->credit : sizeof(data);
		got = read(stream->fd, data, want);
		if (got < 0 && errno == EAGAIN)
			return command->exited;
		if (got <= 0) {
			close_fd(&stream->fd);
			break;
		}
		stream->credit -= got;
		port_send(command->id, stream->type, data, got);
	}
	return stream->fd < 0;
}

static void forget(struct command *command)
{
	close_fd(&command->in);
	close_fd(&command->out.fd);
	close_fd(&command->err.fd);
	spawn_forget(command->id);
	free(command->pending);
	free(command);
}

void commands_pump(void)
{
	struct command **link = &commands, *command;
	bool drained;

	while ((command = *link)) {
		feed(command);
		drained = drain(command, &command->out);
		drained = drain(command, &command->err) && drained;
		if (!command->exited || !drained || !port_has_room(FRAME_MAX)) {
			link = &command->next;
			continue;
		}
		port_send_u32(command->id, FRAME_EXIT, command->status);
		*link = command->next;
		forget(command);
	}
}
