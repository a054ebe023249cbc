// SPDX-License-Identifier: GPL-2.0-only
/* Connects the two ends, each in its own process and network namespace. */
#define _GNU_SOURCE
#include <err.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pingpong.h"

#ifndef AF_SMC
#define AF_SMC 43
#endif
enum { SMCPROTO_SMC, SMCPROTO_SMC6 };

static int open_socket(enum medium medium, int family)
{
	bool smc = medium == MEDIUM_SMC;
	int yes = 1;
	int fd;

	if (smc)
		fd = socket(AF_SMC, SOCK_STREAM | SOCK_CLOEXEC, family == AF_INET6 ? SMCPROTO_SMC6 : SMCPROTO_SMC);
	else
		fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		err(1, "socket(%s)", smc ? "AF_SMC" : "AF_INET");
	/* Otherwise a burst's second message would wait 40 ms for the acknowledgement of the first. */
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)))
		err(1, "setsockopt(TCP_NODELAY)");
	return fd;
}

static void share_memory(struct meeting *meeting, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t lane_size = (sizeof(struct lane) + size + page - 1) / page * page;
	char *memory = mmap(NULL, 2 * lane_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE,
			    -1, 0);

	if (memory == MAP_FAILED)
		err(1, "cannot map %zu bytes of shared memory", 2 * lane_size);
	meeting->client.out = meeting->server.in = (struct lane *)memory;
	meeting->client.in = meeting->server.out = (struct lane *)(memory + lane_size);
}

static void connect_pair(struct meeting *meeting)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		err(1, "socketpair(AF_UNIX)");
	meeting->client.fd = fds[0];
	meeting->server.fd = fds[1];
}

/* A TCP connection of this process with itself, for the kernel entries of syscall-limit. */
static void connect_self(struct meeting *meeting)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int listener = open_socket(MEDIUM_TCP, AF_INET);

	if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&address, &length))
		err(1, "cannot listen on 127.0.0.1");
	meeting->client.fd = open_socket(MEDIUM_TCP, AF_INET);
	if (connect(meeting->client.fd, (struct sockaddr *)&address, length))
		errx(1, "cannot connect to 127.0.0.1: %s (is lo up?)", strerror(errno));
	meeting->server.fd = accept(listener, NULL, NULL);
	if (meeting->server.fd < 0)
		err(1, "accept");
	close(listener);
}

void meeting_prepare(struct meeting *meeting, const struct options *options)
{
	struct channel fresh = { .variant = options->variant, .size = options->size, .fd = -1 };

	meeting->client = meeting->server = fresh;
	if (pipe2(meeting->port_pipe, O_CLOEXEC))
		err(1, "pipe");
	if (options->variant->medium == MEDIUM_UNIX)
		connect_pair(meeting);
	if (options->variant->medium == MEDIUM_SHARED)
		share_memory(meeting, options->size);
	if (options->variant->syscalls)
		connect_self(meeting);
}

static void enter_netns(const char *name)
{
	char path[256];
	int fd;

	if (!name)
		return;
	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		errx(1, "cannot open network namespace %s: %s (`ip netns add %s` makes it)", path, strerror(errno), name);
	if (setns(fd, CLONE_NEWNET))
		err(1, "cannot enter network namespace %s", name);
	close(fd);
}

static bool needs_connection(const struct options *options)
{
	return options->variant->medium == MEDIUM_TCP || options->variant->medium == MEDIUM_SMC;
}

/* The server's address as given; the port is not known yet. */
static socklen_t parse_address(const char *text, struct sockaddr_storage *address)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;

	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		return sizeof(*v4);
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		return sizeof(*v6);
	}
	errx(2, "--connect: expected an IPv4 or IPv6 address, got '%s'", text);
}

/* sin_port and sin6_port lie at the same place. */
static in_port_t *port_of(struct sockaddr_storage *address)
{
	return &((struct sockaddr_in *)address)->sin_port;
}

void meeting_join_server(struct meeting *meeting, const struct options *options)
{
	struct sockaddr_storage address;
	socklen_t length = parse_address(options->address, &address);
	int listener;

	close(meeting->port_pipe[0]);
	enter_netns(options->server_netns);
	if (!needs_connection(options))
		return;
	listener = open_socket(options->variant->medium, address.ss_family);
	if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 1))
		err(1, "cannot listen on %s", options->address);
	if (getsockname(listener, (struct sockaddr *)&address, &length))
		err(1, "getsockname");
	if (write(meeting->port_pipe[1], port_of(&address), sizeof(in_port_t)) != sizeof(in_port_t))
		err(1, "cannot tell the client the port");
	meeting->server.fd = accept(listener, NULL, NULL);
	if (meeting->server.fd < 0)
		err(1, "accept");
	close(listener);
}

void meeting_join_client(struct meeting *meeting, const struct options *options)
{
	struct sockaddr_storage address;
	socklen_t length = parse_address(options->address, &address);

	close(meeting->port_pipe[1]);
	enter_netns(options->client_netns);
	if (!needs_connection(options))
		return;
	meeting->client.fd = open_socket(options->variant->medium, address.ss_family);
	if (read(meeting->port_pipe[0], port_of(&address), sizeof(in_port_t)) != sizeof(in_port_t))
		errx(1, "the server ended before it listened");
	if (connect(meeting->client.fd, (struct sockaddr *)&address, length))
		err(1, "cannot connect to %s", options->address);
}
