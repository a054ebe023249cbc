// SPDX-License-Identifier: GPL-2.0-only
/* Connections, and how to know that nothing is on its way. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "matrix.h"

/*
 * TCP's own buffers grow while nobody looks, and then a full one is not full. Its second small
 * segment waits for an acknowledgment, which a timer may hold back.
 */
static void fix(int fd)
{
	int bytes = 60000, at_once = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once)))
		give_up("options");
}

void open_listener(struct scene *scene)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		give_up("socket");
	fix(fd);
	if (bind(fd, (void *)&address, sizeof(address)) || listen(fd, 16))
		give_up("listen");
	scene->listener = fd;
}

static int begin_connect(struct scene *scene, int listener)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || getsockname(listener, (void *)&address, &size))
		give_up("socket");
	fix(fd);
	scene->port = ntohs(address.sin_port);
	if (connect(fd, (void *)&address, size) && errno != EINPROGRESS)
		give_up("connect");
	if (fcntl(fd, F_SETFL, 0))
		give_up("O_NONBLOCK");
	return fd;
}

void arrive(struct scene *scene)
{
	int none = 0;

	if (scene->peer >= 0)
		return;
	setsockopt(scene->listener, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof(none));
	scene->peer = accept4(scene->listener, NULL, NULL, SOCK_CLOEXEC);
	if (scene->peer < 0)
		give_up("accept");
}

void connect_scene(struct scene *scene, int listener)
{
	int client = begin_connect(scene, listener);
	int server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (server < 0)
		give_up("accept");
	scene->fd = scene->server ? server : client;
	scene->peer = scene->server ? client : server;
}

/* The client's first packets are lost until arrive(). */
void hold_handshake(struct scene *scene)
{
	struct sock_filter nothing = { .code = BPF_RET | BPF_K };
	struct sock_fprog drop = { .len = 1, .filter = &nothing };

	if (setsockopt(scene->listener, SOL_SOCKET, SO_ATTACH_FILTER, &drop, sizeof(drop)))
		give_up("SO_ATTACH_FILTER");
	scene->fd = begin_connect(scene, scene->listener);
}

void open_early(struct scene *scene)
{
	scene->fd = begin_connect(scene, scene->listener);
}

void stamp(int fd, bool wanted)
{
	int flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_TSONLY;

	if (!wanted)
		flags = 0;
	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)))
		give_up("SO_TIMESTAMPING");
}

void say(int fd, const char *text)
{
	ssize_t size = (ssize_t)strlen(text);

	if (send(fd, text, (size_t)size, MSG_NOSIGNAL) != size)
		give_up("send");
}

void sleep_ms(int ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	while (nanosleep(&time, &time) && errno == EINTR)
		;
}

static bool asleep(const struct call *call)
{
	char path[64], text[512], *state;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", call->tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (got <= 0)
		return false;
	text[got] = 0;
	state = strrchr(text, ')');
	return state && state[2] == 'S';
}

void settle(struct scene *scene)
{
	for (int quiet = 0, looks = 0; quiet < 3 && looks < 500; looks++) {
		sleep_ms(5);
		quiet = !scene->call || scene->call->ended || asleep(scene->call) ? quiet + 1 : 0;
	}
}
