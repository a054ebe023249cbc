// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Places for connections that have not said hello yet. They are few, so an
 * address may hold only some of them, a newcomer takes the place of its own
 * address's oldest, and some are kept for addresses that hosts came from. The
 * places of hosts are apart: connections without a hello never take those.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>
#include "admit.h"

#define MOST_OF_ONE_ADDRESS (STRANGERS / 2)
#define KEPT (STRANGERS / 4)		/* for known addresses */

/* Keepalive finds a link that is gone in five seconds, silent data as well. */
#define PROBE_AFTER_S 2
#define PROBE_EVERY_S 1
#define PROBES 3
#define UNANSWERED_MS 5000

/* An IPv4 address as IPv6 has it. */
struct address {
	struct in6_addr v6;
};

static struct address addresses[MOST_SESSIONS];
static struct address known[FABRIC_MAX_HOSTS];	/* by host; all zero: none */

static struct address address_of(const struct sockaddr_storage *peer)
{
	struct address address = { 0 };

	if (peer->ss_family == AF_INET6) {
		address.v6 = ((const struct sockaddr_in6 *)peer)->sin6_addr;
	} else {
		memset(address.v6.s6_addr + 10, 0xff, 2);
		memcpy(address.v6.s6_addr + 12, &((const struct sockaddr_in *)peer)->sin_addr, 4);
	}
	return address;
}

static bool same(const struct address *a, const struct address *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static bool is_known(const struct address *address)
{
	int i;

	for (i = 0; i < FABRIC_MAX_HOSTS; i++)
		if (same(&known[i], address))
			return true;
	return false;
}

static bool is_stranger(const struct session *session)
{
	return session->fd >= 0 && session->state == SESSION_GREETED;
}

/* The one that has been silent for longest: of the address, or of those that are not known. */
static struct session *oldest(const struct address *address)
{
	struct session *found = NULL, *session;

	for (session = sessions; session < sessions + MOST_SESSIONS; session++) {
		const struct address *its = &addresses[session - sessions];

		if (!is_stranger(session) || (address ? !same(its, address) : is_known(its)))
			continue;
		if (!found || session->since_ns < found->since_ns)
			found = session;
	}
	return found;
}

static bool has_place(const struct address *address)
{
	int strangers = 0, own = 0, i;

	for (i = 0; i < MOST_SESSIONS; i++) {
		if (!is_stranger(&sessions[i]))
			continue;
		strangers++;
		own += same(&addresses[i], address);
	}
	return own < MOST_OF_ONE_ADDRESS &&
	       strangers < (is_known(address) ? STRANGERS : STRANGERS - KEPT);
}

/* NULL if it has to go without. */
static struct session *find_place(const struct address *address)
{
	struct session *session = sessions;

	if (!has_place(address)) {
		struct session *victim = oldest(address);

		if (!victim && is_known(address))
			victim = oldest(NULL);
		if (!victim)
			return NULL;
		close_session(victim);
	}
	while (session < sessions + MOST_SESSIONS && session->fd >= 0)
		session++;
	return session < sessions + MOST_SESSIONS ? session : NULL;
}

static void set(int fd, int level, int option, int value)
{
	setsockopt(fd, level, option, &value, sizeof(value));
}

void admit(int listener)
{
	struct sockaddr_storage peer = { 0 };
	socklen_t peer_len = sizeof(peer);
	int fd = accept4(listener, (struct sockaddr *)&peer, &peer_len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct address address = address_of(&peer);
	struct fabric_greeting greeting = {
		.magic = htole32(FABRIC_MAGIC),
		.version = htole16(FABRIC_VERSION),
		.secret_wanted = htole16(!!server.secret),
		.memory_bytes = htole64(server.spaces[FABRIC_MEMORY].size),
	};
	struct session *session;

	if (fd < 0)
		return;
	session = find_place(&address);
	if (!session ||
	    getrandom(greeting.nonce, sizeof(greeting.nonce), 0) != sizeof(greeting.nonce) ||
	    send(fd, &greeting, sizeof(greeting), MSG_NOSIGNAL) != sizeof(greeting)) {
		close(fd);
		return;
	}
	set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set(fd, IPPROTO_TCP, TCP_KEEPIDLE, PROBE_AFTER_S);
	set(fd, IPPROTO_TCP, TCP_KEEPINTVL, PROBE_EVERY_S);
	set(fd, IPPROTO_TCP, TCP_KEEPCNT, PROBES);
	set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, UNANSWERED_MS);
	*session = (struct session){ .fd = fd, .state = SESSION_GREETED, .since_ns = now_ns() };
	memcpy(session->nonce, greeting.nonce, sizeof(greeting.nonce));
	addresses[session - sessions] = address;
	watch(session);
}

void admit_known(const struct session *session)
{
	known[session->host] = addresses[session - sessions];
}
