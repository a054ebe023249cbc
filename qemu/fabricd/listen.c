// SPDX-License-Identifier: GPL-2.0-or-later
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "events.h"
#include "listen.h"

#define BACKLOG 64

static void print_place(const struct sockaddr *address, socklen_t len, char *text, size_t size)
{
	char name[INET6_ADDRSTRLEN] = "", port[8] = "";
	bool v6 = address->sa_family == AF_INET6;

	getnameinfo(address, len, name, sizeof(name), port, sizeof(port),
		    NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(text, size, v6 ? "[%s]:%s" : "%s:%s", name, port);
}

int open_listener(const struct options *options)
{
	const struct sockaddr *wanted = &options->listen.any;
	socklen_t len = wanted->sa_family == AF_INET6 ? sizeof(options->listen.v6)
						      : sizeof(options->listen.v4);
	struct sockaddr_storage bound;
	socklen_t bound_len = sizeof(bound);
	char place[INET6_ADDRSTRLEN + 16];
	int fd = socket(wanted->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	if (fd < 0 || bind(fd, wanted, len) || listen(fd, BACKLOG) ||
	    getsockname(fd, (struct sockaddr *)&bound, &bound_len)) {
		print_place(wanted, len, place, sizeof(place));
		fprintf(stderr, "fabricd: cannot listen on %s: %m\n", place);
		exit(1);
	}
	print_place((struct sockaddr *)&bound, bound_len, place, sizeof(place));
	tell("{\"event\":\"listening\",\"address\":\"%s\"}\n", place);
	return fd;
}
