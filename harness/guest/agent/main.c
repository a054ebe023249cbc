// SPDX-License-Identifier: GPL-2.0-only
/*
 * Process 1 of a test host. It sets up the system, opens the virtio-serial port,
 * reports that it is ready, and runs commands, many at the same time and each
 * with its own streams. It has no shell and no network. Its only configuration
 * is the kernel's command line.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"

#define POLLS_MAX 3072

static unsigned long uptime_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* READY: protocol, kernel release, version, machine, uptime in ms at the agent's start and now. */
static void announce(unsigned long started_ms)
{
	struct utsname name;
	char text[512];
	int length;

	uname(&name);
	length = snprintf(text, sizeof(text), "%d%c%s%c%s%c%s%c%lu%c%lu%c", PROTOCOL_VERSION, 0,
			  name.release, 0, name.version, 0, name.machine, 0, started_ms, 0,
			  uptime_ms(), 0);
	port_send(0, FRAME_READY, text, length);
}

/* source, target, type, options: strings after a u32 that is nonzero for read-only. */
static void mount_share(uint32_t id, const char *payload, size_t size)
{
	const char *strings[4], *from = payload + sizeof(uint32_t), *nul;
	uint32_t read_only;
	int i, error;

	for (i = 0; i < 4; i++) {
		nul = size > sizeof(read_only) ? memchr(from, 0, payload + size - from) : NULL;
		if (!nul)
			die("a MOUNT frame that is cut short");
		strings[i] = from;
		from = nul + 1;
	}
	memcpy(&read_only, payload, sizeof(read_only));
	error = mount_on(strings[0], strings[1], strings[2], read_only ? MS_RDONLY : 0, strings[3]);
	port_send_u32(id, FRAME_EXIT, -error);
}

static uint32_t u32_at(const struct frame_header *header, const char *payload, size_t index)
{
	uint32_t value;

	if (header->size < (index + 1) * sizeof(value))
		die("a frame of type %u and %u bytes", header->type, header->size);
	memcpy(&value, payload + index * sizeof(value), sizeof(value));
	return value;
}

void dispatch(const struct frame_header *header, const char *payload)
{
	const uint32_t id = header->id;

	switch (header->type) {
	case FRAME_RUN:
		return command_run(id, payload, header->size);
	case FRAME_STDIN:
		return command_stdin(id, payload, header->size);
	case FRAME_STDIN_EOF:
		return command_stdin_eof(id);
	case FRAME_SIGNAL:
		return command_signal(id, u32_at(header, payload, 0));
	case FRAME_KILL:
		return command_kill(id);
	case FRAME_WINDOW_SIZE:
		return command_window_size(id, u32_at(header, payload, 0),
					   u32_at(header, payload, 1));
	case FRAME_CREDIT:
		return command_credit(id, u32_at(header, payload, 0), u32_at(header, payload, 1));
	case FRAME_MOUNT:
		return mount_share(id, payload, header->size);
	case FRAME_PING:
		return port_send(id, FRAME_PONG, NULL, 0);
	case FRAME_POWER_OFF:
		power_off();
	default:
		die("a frame of unknown type %u", header->type);
	}
}

static int watch_children(void)
{
	sigset_t signals;
	int fd;

	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		die("signalfd: %s", strerror(errno));
	return fd;
}

static void serve(int port, int children)
{
	static struct pollfd polls[POLLS_MAX];
	struct signalfd_siginfo ignored;
	bool blocked, left = false;
	size_t count;

	for (;;) {
		commands_pump();
		blocked = port_flush();
		polls[0] = (struct pollfd){ .fd = children, .events = POLLIN };
		polls[1] = (struct pollfd){ .fd = port, .events = blocked ? POLLOUT : POLLIN };
		count = commands_poll(polls + 2, POLLS_MAX - 2);
		if (poll(polls, count + 2, left && !blocked ? 0 : -1) < 0)
			die("poll: %s", strerror(errno));
		if (polls[0].revents) {
			while (read(children, &ignored, sizeof(ignored)) > 0)
				;
			commands_reap();
		}
		left = port_receive();
	}
}

int main(void)
{
	int children, port;
	unsigned long started_ms = uptime_ms();

	/* Without /dev/console in the initramfs, a process starts with no descriptors at all. */
	while ((port = open("/", O_RDONLY | O_DIRECTORY)) >= 0 && port <= 2)
		;
	if (port > 2)
		close(port);
	setup_guest();
	children = watch_children();
	port = port_open();
	announce(started_ms);
	serve(port, children);
}
