// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

static int netns[2] = { -1, -1 };

static int open_netns(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		broken("no network namespace %s", name);
	return fd;
}

void use_netns(const char *client, const char *server)
{
	netns[CLIENT_SIDE] = open_netns(client);
	netns[SERVER_SIDE] = strcmp(client, server) ? open_netns(server) : netns[CLIENT_SIDE];
}

void use_container(void)
{
	use_netns(CLIENT_NETNS, SERVER_NETNS);
}

void leave_container(void)
{
	netns[CLIENT_SIDE] = netns[SERVER_SIDE] = -1;
}

bool in_one_netns(void)
{
	return netns[CLIENT_SIDE] == netns[SERVER_SIDE];
}

bool in_container(void)
{
	return netns[SERVER_SIDE] >= 0;
}

void enter(enum side side)
{
	if (in_container() && setns(netns[side], CLONE_NEWNET))
		broken("setns");
}

static socklen_t address_of(enum family family, bool client, int port, struct sockaddr_storage *address)
{
	struct sockaddr_in *v4 = (void *)address;
	struct sockaddr_in6 *v6 = (void *)address;

	memset(address, 0, sizeof(*address));
	if (family == V4 || (family == MAPPED && client)) {
		v4->sin_family = AF_INET;
		v4->sin_addr.s_addr = in_container() ? inet_addr(SERVER_V4) : htonl(INADDR_LOOPBACK);
		v4->sin_port = htons((uint16_t)port);
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_addr = family == V6 ? in6addr_loopback : in6addr_any;
	if (family == V6 && in_container())
		inet_pton(AF_INET6, SERVER_V6, &v6->sin6_addr);
	v6->sin6_port = htons((uint16_t)port);
	return sizeof(*v6);
}

/* TCP's own buffers grow while nobody looks, and then a full one is not full. */
static void fix_buffers(int fd)
{
	int bytes = 100000;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)))
		broken("buffer sizes");
}

int listen_at(enum family family, int *port)
{
	struct sockaddr_storage address;
	socklen_t size = address_of(family, false, 0, &address);
	int one = 1, fd;

	enter(SERVER_SIDE);
	fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	fix_buffers(fd);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (void *)&address, size) || listen(fd, 16) ||
	    getsockname(fd, (void *)&address, &size))
		broken("listen");
	*port = ntohs(((struct sockaddr_in *)&address)->sin_port);
	return fd;
}

static int connect_with(enum family family, int port, int flags)
{
	struct sockaddr_storage address;
	socklen_t size = address_of(family, true, port, &address);
	int fd;

	enter(CLIENT_SIDE);
	fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
	fix_buffers(fd);
	if (fd < 0 || (connect(fd, (void *)&address, size) && errno != EINPROGRESS))
		broken("connect");
	return fd;
}

int connect_to(enum family family, int port)
{
	return connect_with(family, port, 0);
}

int begin_connect(enum family family, int port)
{
	int fd = connect_with(family, port, SOCK_NONBLOCK);

	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK))
		broken("O_NONBLOCK");
	return fd;
}

void open_pair(struct pair *pair)
{
	int port;

	pair->listener = listen_at(pair->family, &port);
	pair->client = connect_to(pair->family, port);
	pair->server = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
	if (pair->server < 0)
		broken("accept");
}

void open_deferred_pair(struct pair *pair, const char *first)
{
	int port, seconds = 5;

	pair->listener = listen_at(pair->family, &port);
	if (setsockopt(pair->listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds)))
		broken("TCP_DEFER_ACCEPT");
	pair->client = connect_to(pair->family, port);
	send_all(pair->client, first, strlen(first));
	pair->server = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
	if (pair->server < 0)
		broken("accept");
}

static uint8_t pattern(size_t at)
{
	return (uint8_t)(at * 2654435761u >> 13 ^ at);
}

void fill_pattern(uint8_t *bytes, size_t size, size_t offset)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = pattern(offset + i);
}

size_t pattern_breaks_at(const uint8_t *bytes, size_t size, size_t offset)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i] != pattern(offset + i))
			return i;
	return size;
}

void send_all(int fd, const void *bytes, size_t size)
{
	while (size) {
		ssize_t sent = send(fd, bytes, size, 0);

		if (sent <= 0)
			broken("send");
		bytes = (const char *)bytes + sent;
		size -= (size_t)sent;
	}
}

size_t recv_until(int fd, void *bytes, size_t size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t more = recv(fd, (char *)bytes + got, size - got, 0);

		if (more < 0)
			broken("recv");
		if (!more)
			break;
		got += (size_t)more;
	}
	return got;
}

void send_pattern(int fd, size_t size)
{
	uint8_t bytes[30011];

	for (size_t at = 0; at < size;) {
		size_t chunk = size - at < sizeof(bytes) ? size - at : sizeof(bytes);

		fill_pattern(bytes, chunk, at);
		send_all(fd, bytes, chunk);
		at += chunk;
	}
}

size_t fill_up(int fd)
{
	static uint8_t bytes[10007];
	size_t filled = 0;
	ssize_t sent;

	/* TCP moves bytes from one queue to the other for a while. */
	for (int quiet = 0; quiet < 10; quiet++) {
		while (fill_pattern(bytes, sizeof(bytes), filled),
		       (sent = send(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
			filled += (size_t)sent;
			quiet = 0;
		}
		sleep_ms(30);
	}
	return filled;
}

void note_pattern(const char *who, int fd, size_t size)
{
	uint8_t bytes[20021];
	size_t at = 0, right;

	while (at < size) {
		size_t chunk = size - at < sizeof(bytes) ? size - at : sizeof(bytes);
		ssize_t got = recv(fd, bytes, chunk, 0);

		if (got <= 0) {
			note_result(who, got);
			break;
		}
		right = pattern_breaks_at(bytes, (size_t)got, at);
		at += right;
		if (right != (size_t)got)
			break;
	}
	note("%s reads the right bytes: %d", who, at == size);
}

void note_recv(const char *what, int fd, size_t size, int flags)
{
	char bytes[256];
	ssize_t got = recv(fd, bytes, size, flags);

	if (got < 0)
		note_result(what, got);
	else
		note("%s = %zd '%.*s'", what, got, (int)got, bytes);
}

void note_poll(const char *who, int fd, short events, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };
	int ready = poll(&poll_fd, 1, timeout_ms);

	note("%s polls %d:%s%s%s%s%s%s%s", who, ready,
	     poll_fd.revents & POLLIN ? " in" : "", poll_fd.revents & POLLOUT ? " out" : "",
	     poll_fd.revents & POLLPRI ? " pri" : "", poll_fd.revents & POLLRDHUP ? " rdhup" : "",
	     poll_fd.revents & POLLHUP ? " hup" : "", poll_fd.revents & POLLERR ? " err" : "",
	     poll_fd.revents & POLLNVAL ? " nval" : "");
}

void note_refused(const struct pair *pair, int fd, int option, const void *value, socklen_t size)
{
	bool refused = !pair->spliced || (setsockopt(fd, IPPROTO_TCP, option, value, size) && errno == EBUSY);

	note("refused: %d", refused);
}

void set_nonblocking(int fd)
{
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK))
		broken("O_NONBLOCK");
}

void sleep_ms(int ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	while (nanosleep(&time, &time) && errno == EINTR)
		;
}

double now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

struct worker {
	pthread_t thread;
	void (*body)(void *);
	void *argument;
};

static void *run_worker(void *argument)
{
	struct worker *worker = argument;

	worker->body(worker->argument);
	return NULL;
}

struct worker *start(void (*body)(void *), void *argument)
{
	struct worker *worker = malloc(sizeof(*worker));

	if (!worker)
		broken("malloc");
	worker->body = body;
	worker->argument = argument;
	if (pthread_create(&worker->thread, NULL, run_worker, worker))
		broken("pthread_create");
	return worker;
}

void finish(struct worker *worker)
{
	pthread_join(worker->thread, NULL);
	free(worker);
}
