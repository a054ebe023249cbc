// SPDX-License-Identifier: GPL-2.0-only
/* States of the connection when the call begins. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/socket.h>

#include "matrix.h"

static void take(int fd, size_t size)
{
	char bytes[16];

	if (recv(fd, bytes, size, MSG_WAITALL) != (ssize_t)size)
		give_up("recv");
}

static void syn_sent(struct scene *scene)
{
	hold_handshake(scene);
}

static void queued(struct scene *scene)
{
	open_early(scene);
}

/* The peer is in a cgroup that is not spliced. */
static void alone(struct scene *scene)
{
	connect_scene(scene, scene->outside);
}

static void paired(struct scene *scene)
{
	connect_scene(scene, scene->listener);
}

static void switched(struct scene *scene)
{
	paired(scene);
	say(scene->peer, "warm");
	take(scene->fd, 4);
	say(scene->fd, "warm");
	take(scene->peer, 4);
}

static void partly(struct scene *scene)
{
	switched(scene);
	say(scene->peer, "ab");
}

/* A byte of TCP's before the first of the ring's. */
static void entering(struct scene *scene)
{
	paired(scene);
	stamp(scene->peer, true);
	say(scene->peer, "a");
	stamp(scene->peer, false);
	say(scene->peer, "b");
}

/* A byte of TCP's behind the last of the ring's. */
static void leaving(struct scene *scene)
{
	switched(scene);
	say(scene->peer, "a");
	stamp(scene->peer, true);
	say(scene->peer, "b");
	stamp(scene->peer, false);
}

static void left(struct scene *scene)
{
	leaving(scene);
	take(scene->fd, 2);
	stamp(scene->fd, true);
	say(scene->fd, "warm");
	stamp(scene->fd, false);
	take(scene->peer, 4);
}

/* Longer than TCP's first probe of a closed window, at which it may find room once more. */
#define QUIET_MS	300

/* The peer has room for nothing more. */
static void full(struct scene *scene)
{
	static char bytes[10000];
	size_t filled = 0;
	ssize_t sent;

	switched(scene);
	for (int quiet_ms = 0; quiet_ms < QUIET_MS; quiet_ms += 10) {
		for (;;) {
			for (size_t i = 0; i < sizeof(bytes); i++)
				bytes[i] = big_byte(filled + i);
			sent = send(scene->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
			if (sent <= 0)
				break;
			filled += (size_t)sent;
			quiet_ms = 0;
		}
		sleep_ms(10);
	}
}

static void half_closed(struct scene *scene)
{
	switched(scene);
	shutdown(scene->fd, SHUT_WR);
}

static void ended(struct scene *scene)
{
	partly(scene);
	shutdown(scene->peer, SHUT_WR);
}

const struct state states[] = {
	{ .name = "syn_sent", .enter = syn_sent, .client_only = true },
	{ .name = "queued", .enter = queued, .client_only = true },
	{ .name = "alone", .enter = alone },
	{ .name = "paired", .enter = paired },
	{ .name = "switched", .enter = switched },
	{ .name = "partly", .enter = partly },
	{ .name = "entering", .enter = entering },
	{ .name = "leaving", .enter = leaving },
	{ .name = "left", .enter = left },
	{ .name = "full", .enter = full },
	{ .name = "half_closed", .enter = half_closed },
	{ .name = "ended", .enter = ended },
	{ 0 },
};
