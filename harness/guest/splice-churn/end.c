// SPDX-License-Identifier: GPL-2.0-only
/* Operations on one end of a connection, while another thread may be at the other end. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "churn.h"

static void close_hard(int fd)
{
	struct linger linger = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(fd);
}

static void disconnect(int fd)
{
	static const struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

	connect(fd, &nowhere, sizeof(nowhere));
	close(fd);
}

/* The last reference to the socket is in a queue that nobody reads. */
static void close_in_flight(int fd)
{
	union { struct cmsghdr header; char room[CMSG_SPACE(sizeof(int))]; } control = { 0 };
	struct iovec part = { "x", 1 };
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control),
	};
	int ends[2];

	control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET,
					   .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	if (!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) {
		sendmsg(ends[0], &message, MSG_NOSIGNAL);
		close(fd);
		close(ends[0]);
		close(ends[1]);
	} else {
		close(fd);
	}
}

/* As `ss --kill` does it. */
static void abort_by_diag(int fd)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 body;
	} request = {
		.header = { .nlmsg_len = sizeof(request), .nlmsg_type = SOCK_DESTROY,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
		.body = { .sdiag_protocol = IPPROTO_TCP, .idiag_states = ~0u },
	};
	struct sockaddr_in6 here = { 0 }, there = { 0 };
	socklen_t size = sizeof(here), size_there = sizeof(there), size_cookie = sizeof(uint64_t);
	uint64_t cookie = 0;
	int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	char reply[512];

	if (netlink >= 0 && !getsockname(fd, (void *)&here, &size) &&
	    !getpeername(fd, (void *)&there, &size_there) &&
	    !getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size_cookie)) {
		request.body.sdiag_family = (__u8)here.sin6_family;
		request.body.id.idiag_sport = here.sin6_port;
		request.body.id.idiag_dport = there.sin6_port;
		/* By its addresses alone the listener would be found once the connection has been reset. */
		request.body.id.idiag_cookie[0] = (__u32)cookie;
		request.body.id.idiag_cookie[1] = (__u32)(cookie >> 32);
		if (here.sin6_family == AF_INET) {
			request.body.id.idiag_src[0] = ((struct sockaddr_in *)&here)->sin_addr.s_addr;
			request.body.id.idiag_dst[0] = ((struct sockaddr_in *)&there)->sin_addr.s_addr;
		} else {
			memcpy(request.body.id.idiag_src, &here.sin6_addr, 16);
			memcpy(request.body.id.idiag_dst, &there.sin6_addr, 16);
		}
		if (send(netlink, &request, sizeof(request), 0) > 0)
			recv(netlink, reply, sizeof(reply), 0);
	}
	close(netlink);
}

bool act(int fd, uint64_t *random)
{
	static __thread char bytes[1 << 16];
	struct pollfd one = { .fd = fd, .events = POLLIN | POLLOUT };
	size_t size = below(random, 4) ? below(random, 3000) : below(random, sizeof(bytes));

	switch (below(random, 40)) {
	case 0 ... 10:
		send(fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
		return false;
	case 11 ... 21:
		recv(fd, bytes, size, MSG_DONTWAIT);
		return false;
	case 22:
		poll(&one, 1, (int)below(random, 2));
		return false;
	case 23:
		send(fd, bytes, 1, MSG_OOB | MSG_DONTWAIT | MSG_NOSIGNAL);
		return false;
	case 24 ... 26:
		shutdown(fd, SHUT_WR);
		return false;
	case 27:
		shutdown(fd, (int)below(random, 3));
		return false;
	case 28:
		abort_by_diag(fd);
		return false;
	case 29 ... 30:
		close_hard(fd);
		return true;
	case 31:
		disconnect(fd);
		return true;
	case 32:
		close_in_flight(fd);
		return true;
	default:
		close(fd);
		return true;
	}
}
