// SPDX-License-Identifier: GPL-2.0-only
/* One cell: the call begins, something happens, and what is left of the connection is looked at. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "matrix.h"

static void note_call(struct scene *scene, const char *when)
{
	static bool noted;

	settle(scene);
	if (noted)
		return;
	noted = scene->call->ended;
	if (noted)
		note("%s:%s", when, scene->call->text);
	else
		note("%s: waits", when);
}

/* Reads everything that came to the peer. The amount is not compared: TCP decides it while the call is under way. */
static void drain_peer(struct scene *scene)
{
	static char bytes[65536];

	for (int quiet = 0; quiet < 3; quiet++) {
		while (recv(scene->peer, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
			quiet = 0;
		settle(scene);
	}
}

static void note_rest(const char *who, int fd, bool counted)
{
	static char bytes[1 << 20];
	struct pollfd one = { .fd = fd, .events = POLLIN | POLLRDHUP | POLLPRI };
	size_t at = 0;
	ssize_t result;
	int there = 0;

	poll(&one, 1, 0);
	ioctl(fd, FIONREAD, &there);
	while ((result = recv(fd, bytes + at, sizeof(bytes) - at, MSG_DONTWAIT)) > 0)
		at += (size_t)result;
	if (!counted)
		note("%s polls %x and reads %s", who, one.revents, outcome(result));
	else
		note("%s polls %x, has %d and reads %zu '%.40s' %s", who, one.revents, there, at, bytes, outcome(result));
	memset(bytes, 0, at);
}

void run_cell(const struct cell *cell, bool spliced, int outside)
{
	struct scene scene = { .peer = -1, .server = cell->server, .spliced = spliced, .outside = outside };
	ssize_t result;

	signal(SIGPIPE, SIG_IGN);
	open_listener(&scene);
	cell->state->enter(&scene);
	settle(&scene);
	begin_call(&scene, cell->call);
	note_call(&scene, "begun");
	arrive(&scene);
	note_call(&scene, "accepted");
	cell->event->happen(&scene);
	note_call(&scene, "happened");

	result = send(scene.peer, "tail", 4, MSG_NOSIGNAL | MSG_DONTWAIT);
	note("the peer sends %s", outcome(result));
	note_call(&scene, "more came");
	if (cell->call->writes)
		drain_peer(&scene);
	note_call(&scene, "the peer read");
	shutdown(scene.peer, SHUT_WR);
	note_call(&scene, "the peer's end");
	if (!scene.call->ended)
		shutdown(scene.fd, SHUT_RDWR);
	note_call(&scene, "own end");
	note_rest("fd", scene.fd, true);
	result = send(scene.fd, "last", 4, MSG_NOSIGNAL | MSG_DONTWAIT);
	note("sends %s", outcome(result));
	settle(&scene);
	note_rest("peer", scene.peer, !cell->call->writes && strcmp(cell->state->name, "full"));
	note("done");
}
