// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "churn.h"

static socklen_t loopback(int family, struct sockaddr_storage *address)
{
	struct sockaddr_in *v4 = (void *)address;
	struct sockaddr_in6 *v6 = (void *)address;

	memset(address, 0, sizeof(*address));
	address->ss_family = (sa_family_t)family;
	if (family == AF_INET) {
		v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(*v4);
	}
	v6->sin6_addr = in6addr_loopback;
	return sizeof(*v6);
}

struct door open_door(uint64_t *random)
{
	struct door door = { .family = below(random, 2) ? AF_INET : AF_INET6 };
	struct sockaddr_storage address;
	socklen_t size = loopback(door.family, &address);

	door.fd = socket(door.family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (door.fd < 0 || bind(door.fd, (void *)&address, size) || listen(door.fd, 16))
		err(2, "listen");
	return door;
}

static int knock(const struct door *door)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	int fd = socket(door->family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (getsockname(door->fd, (void *)&address, &size))
		err(2, "getsockname");
	if (fd >= 0 && connect(fd, (void *)&address, size)) {
		if (errno != EADDRNOTAVAIL && errno != ENOMEM && errno != ENOBUFS)
			err(2, "connect");
		close(fd);
		fd = -1;
	}
	return fd;
}

bool open_connection(const struct door *door, int ends[2])
{
	ends[0] = knock(door);
	if (ends[0] < 0)
		return false;
	ends[1] = accept4(door->fd, NULL, NULL, SOCK_CLOEXEC);
	if (ends[1] < 0)
		err(2, "accept");
	return true;
}

void abandon_connection(uint64_t *random)
{
	struct door door = open_door(random);
	int fd = knock(&door);

	if (fd >= 0 && below(random, 2))
		send(fd, "nobody", 6, MSG_NOSIGNAL);
	if (fd >= 0 && below(random, 2)) {
		close(fd);
		fd = -1;
	}
	close(door.fd);
	if (fd >= 0)
		close(fd);
}
