// SPDX-License-Identifier: GPL-2.0-only
/* Pairing: the two ends of one connection are paired, and no other sockets. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "cases.h"
#include "forge.h"
#include "test.h"

#define ADDRESS FORGED_ADDRESS
#define SERVER_PORT 7001
#define CLIENT_PORT 7002
#define FORGED_SEQ 88000000

struct connection { int listener, client, server; };

static void enter_netns(int netns)
{
	if (setns(netns, CLONE_NEWNET))
		broken("setns");
}

/* One more network namespace with the same address, which is no loopback address. */
static int new_netns(void)
{
	struct ifreq address = { .ifr_name = "lo" }, flags = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	struct sockaddr_in *v4 = (void *)&address.ifr_addr;
	int fd, netns;

	if (unshare(CLONE_NEWNET))
		broken("unshare");
	v4->sin_family = AF_INET;
	v4->sin_addr.s_addr = inet_addr(ADDRESS);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (ioctl(fd, SIOCSIFADDR, &address) || ioctl(fd, SIOCSIFFLAGS, &flags))
		broken("lo");
	close(fd);
	netns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (netns < 0)
		broken("/proc/thread-self/ns/net");
	return netns;
}

static int socket_at(uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct timeval limit = { .tv_sec = 2 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	address.sin_addr.s_addr = inet_addr(ADDRESS);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (bind(fd, (void *)&address, sizeof(address)))
		broken("bind");
	return fd;
}

/* The same addresses and ports each time. A side whose cgroup is not spliced never registers. */
static void open_connection(const struct pair *pair, struct connection *connection, bool client, bool server)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(SERVER_PORT) };

	to.sin_addr.s_addr = inet_addr(ADDRESS);
	join(pair, server);
	connection->listener = socket_at(SERVER_PORT);
	if (listen(connection->listener, 1))
		broken("listen");
	join(pair, client);
	connection->client = socket_at(CLIENT_PORT);
	if (connect(connection->client, (void *)&to, sizeof(to)))
		broken("connect");
	connection->server = accept4(connection->listener, NULL, NULL, SOCK_CLOEXEC);
	if (connection->server < 0)
		broken("accept");
}

static void reset(int fd)
{
	struct linger linger = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(fd);
}

static void greet(const struct connection *connection)
{
	struct timeval limit = { .tv_sec = 2 };

	setsockopt(connection->server, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	send_all(connection->client, "hello", 5);
	note_recv("server", connection->server, 63, 0);
	send_all(connection->server, "welcome", 7);
	note_recv("client", connection->client, 63, 0);
}

/* One end of each of two connections registers, and they mirror each other: strangers all the same. */
static void strangers(struct pair *pair)
{
	int first = new_netns(), second = new_netns();
	unsigned long long pairs, refused;
	struct connection one, other;

	leave_container();
	pairs = counter("TCPSplicePairs");
	refused = counter("TCPSpliceRefusedPeer");
	enter_netns(first);
	open_connection(pair, &one, true, false);
	sleep_ms(20); /* at once, even their sequence numbers would be the same: of one secret and one clock */
	enter_netns(second);
	open_connection(pair, &other, false, true);
	note_growth(pair, "TCPSplicePairs", pairs, 0);
	note_growth(pair, "TCPSpliceRefusedPeer", refused, 1);
	greet(&one);
	greet(&other);
}

/* An end that waited in vain, closed or not, is not there for who comes with its address later. */
static void reused(struct pair *pair)
{
	struct connection stale, fresh;
	unsigned long long pairs;

	leave_container();
	new_netns();
	pairs = counter("TCPSplicePairs");
	for (int keep = 0; keep < 2; keep++) {
		open_connection(pair, &stale, true, false);
		reset(stale.server);
		close(stale.listener);
		note_recv("client", stale.client, 63, 0);
		if (!keep)
			close(stale.client);
		open_connection(pair, &fresh, true, true);
		note_growth(pair, "TCPSplicePairs", pairs, (unsigned long long)keep + 1);
		greet(&fresh);
		reset(fresh.client);
		close(fresh.server);
		close(fresh.listener);
	}
}

/* Two sockets that know one origin, and each other's client, are strangers: another server has answered. The client's SYN
 * reaches the server, somebody else ends that handshake, and somebody else answers the client.
 */
static void copied(struct pair *pair)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(SERVER_PORT) };
	struct segment syn, synack, forged;
	unsigned long long pairs, refused;
	int forge, listener, client, server;

	leave_container();
	new_netns();
	forge = open_forge();
	pairs = counter("TCPSplicePairs");
	refused = counter("TCPSpliceRefusedPeer");
	listener = socket_at(SERVER_PORT);
	if (listen(listener, 1))
		broken("listen");
	client = socket_at(CLIENT_PORT);
	set_nonblocking(client);
	take_only(client, FORGED_SEQ);
	inet_pton(AF_INET, ADDRESS, &to.sin_addr);
	note_result("connect", connect(client, (void *)&to, sizeof(to)));

	syn = see_segment(forge, TH_SYN, CLIENT_PORT);
	synack = see_segment(forge, TH_SYN | TH_ACK, SERVER_PORT);
	forged = (struct segment) { .from = CLIENT_PORT, .to = SERVER_PORT, .flags = TH_ACK,
				    .seq = syn.seq + 1, .ack = synack.seq + 1 };
	send_segment(forge, &forged);
	server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	forged = (struct segment) { .from = SERVER_PORT, .to = CLIENT_PORT, .flags = TH_SYN | TH_ACK,
				    .seq = FORGED_SEQ, .ack = syn.seq + 1 };
	send_segment(forge, &forged);
	note_poll("client", client, POLLOUT, 2000);

	/* All that a SYN carries to other kernels. */
	note("its SYN has %d bytes of options", syn.option_bytes);
	note_growth(pair, "TCPSplicePairs", pairs, 0);
	note_growth(pair, "TCPSpliceRefusedPeer", refused, 1);
	send_all(server, "stranger", 8);
	sleep_ms(20);
	note_recv("client", client, 63, MSG_DONTWAIT);
}

/* Another kernel repeats the SYN of a client that waits here, bit by bit: it does not say whose it is. */
static void foreign(struct pair *pair)
{
	struct segment syn, synack, forged;
	unsigned long long pairs, refused;
	struct connection connection;
	int forge, listener, server;

	leave_container();
	new_netns();
	forge = open_forge();
	open_connection(pair, &connection, true, false);
	syn = see_segment(forge, TH_SYN, CLIENT_PORT);
	take_only(connection.client, FORGED_SEQ);
	reset(connection.server);
	close(connection.listener);

	pairs = counter("TCPSplicePairs");
	refused = counter("TCPSpliceRefusedPeer");
	join(pair, true);
	listener = socket_at(SERVER_PORT);
	if (listen(listener, 1))
		broken("listen");
	forged = (struct segment) { .from = CLIENT_PORT, .to = SERVER_PORT, .flags = TH_SYN, .seq = syn.seq };
	close(forge);
	forge = open_forge(); /* that has not seen the first handshake */
	send_segment(forge, &forged);
	synack = see_segment(forge, TH_SYN | TH_ACK, SERVER_PORT);
	forged = (struct segment) { .from = CLIENT_PORT, .to = SERVER_PORT, .flags = TH_ACK,
				    .seq = syn.seq + 1, .ack = synack.seq + 1 };
	send_segment(forge, &forged);
	server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	note_growth(pair, "TCPSplicePairs", pairs, 0);
	note_growth(pair, "TCPSpliceRefusedPeer", refused, 1);
	send_all(server, "stranger", 8);
	sleep_ms(20);
	note_recv("client", connection.client, 63, MSG_DONTWAIT);
}

/* The policy names no domain: both ends must be in one network namespace. */
static void no_domain(struct pair *pair)
{
	unsigned long long pairs, refused;

	set_policy(pair, "splicectl disable && splicectl enable --cgroup " SPLICED_CGROUP " --domain 0");
	use_container();
	pairs = counter("TCPSplicePairs");
	refused = counter("TCPSpliceRefusedNetns");
	open_pair(pair);
	note_growth(pair, "TCPSplicePairs", pairs, 0);
	note_growth(pair, "TCPSpliceRefusedNetns", refused, 1);
	send_all(pair->client, "hello", 5);
	note_recv("server", pair->server, 63, 0);
	set_policy(pair, "splicectl disable && splicectl enable --cgroup " SPLICED_CGROUP);
}

const struct test_case pairing_cases[] = {
	{ .name = "strangers", .run = strangers, .own_pair = true, .no_ring = true },
	{ .name = "reused", .run = reused, .own_pair = true, .no_ring = true },
	{ .name = "copied", .run = copied, .own_pair = true, .no_ring = true },
	{ .name = "foreign", .run = foreign, .own_pair = true, .no_ring = true },
	{ .name = "no_domain", .run = no_domain, .own_pair = true, .no_ring = true },
	{ 0 },
};
