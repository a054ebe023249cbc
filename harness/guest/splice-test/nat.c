// SPDX-License-Identifier: GPL-2.0-only
/* Connections whose addresses and ports are translated on their way: both ends are in this kernel, and they pair. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "cases.h"

#define NEAR_NETNS "zh-near"
#define ROUTER_NETNS "zh-router"
#define FAR_NETNS "zh-far"
#define ROUTER "10.91.0.254"
#define FAR "10.92.0.1"
#define SERVER_PORT 7003
#define PUBLIC_PORT 7004

static const char network[] =
	"set -e\n"
	"for ns in " NEAR_NETNS " " ROUTER_NETNS " " FAR_NETNS "; do\n"
	"	! test -e /run/netns/$ns || ip netns del $ns\n"
	"	ip netns add $ns\n"
	"	ip -n $ns link set lo up\n"
	"done\n"
	"ip netns exec " ROUTER_NETNS " sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'\n"
	"n=1\n"
	"for ns in " NEAR_NETNS " " FAR_NETNS "; do\n"
	"	ip -n " ROUTER_NETNS " link add $ns type veth peer name eth0 netns $ns\n"
	"	ip -n " ROUTER_NETNS " addr add 10.9$n.0.254/24 dev $ns\n"
	"	ip -n " ROUTER_NETNS " link set $ns up\n"
	"	ip -n $ns addr add 10.9$n.0.1/24 dev eth0\n"
	"	ip -n $ns link set eth0 up\n"
	"	ip -n $ns route add default via 10.9$n.0.254\n"
	"	n=2\n"
	"done\n";

struct translation {
	const char *netns, *rules;	/* who translates, and how */
	const char *server_netns, *to;
	int port;
};

static void must(const char *command)
{
	if (system(command))
		broken("%s", command);
}

static void set_up(const struct translation *by)
{
	char command[1024];

	must(network);
	snprintf(command, sizeof(command), "ip netns exec %s nft -f - <<'EOF'\ntable ip zerohop {\n%s}\nEOF\n", by->netns,
		 by->rules);
	must(command);
	use_netns(NEAR_NETNS, by->server_netns);
}

static void open_translated(struct pair *pair, const struct translation *by)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(SERVER_PORT) };
	struct timeval limit = { .tv_sec = 5 };

	enter(SERVER_SIDE);
	pair->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(pair->listener, (void *)&at, sizeof(at)) || listen(pair->listener, 1))
		broken("listen");
	enter(CLIENT_SIDE);
	pair->client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	inet_pton(AF_INET, by->to, &at.sin_addr);
	at.sin_port = htons((uint16_t)by->port);
	setsockopt(pair->client, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(pair->client, (void *)&at, sizeof(at)))
		broken("connect");
	pair->server = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
	if (pair->server < 0)
		broken("accept");
	setsockopt(pair->client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(pair->server, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

static void note_address(const char *what, int fd, int (*name_of)(int, struct sockaddr *, socklen_t *))
{
	char text[INET_ADDRSTRLEN];
	struct sockaddr_in name;
	socklen_t size = sizeof(name);

	name_of(fd, (void *)&name, &size);
	note("%s %s", what, inet_ntop(AF_INET, &name.sin_addr, text, sizeof(text)));
}

static void translated(struct pair *pair, const struct translation *by)
{
	unsigned long long pairs, ring;

	if (pair->family != V4)
		return;
	set_up(by);
	pairs = counter("TCPSplicePairs");
	ring = counter("TCPSpliceRingBytes");
	open_translated(pair, by);
	note_address("client is", pair->client, getsockname);
	note_address("client sees", pair->client, getpeername);
	note_address("server is", pair->server, getsockname);
	note_address("server sees", pair->server, getpeername);
	note_growth(pair, "TCPSplicePairs", pairs, 1);
	send_all(pair->client, "hello", 5);
	note_recv("server", pair->server, 63, 0);
	send_all(pair->server, "welcome", 7);
	note_recv("client", pair->client, 63, 0);
	note_growth(pair, "TCPSpliceRingBytes", ring, 12);
	/* The end goes the way of the handshake. */
	send_all(pair->client, "last", 4);
	shutdown(pair->client, SHUT_WR);
	note_recv("server", pair->server, 63, 0);
	note_recv("server", pair->server, 63, 0);
	close(pair->server);
	note_recv("client", pair->client, 63, 0);
}

static void redirected(struct pair *pair)
{
	translated(pair, &(struct translation) {
		.netns = NEAR_NETNS, .server_netns = NEAR_NETNS, .to = FAR, .port = PUBLIC_PORT,
		.rules = "chain out { type nat hook output priority -100; tcp dport 7004 redirect to :7003; }\n",
	});
}

static void published(struct pair *pair)
{
	translated(pair, &(struct translation) {
		.netns = ROUTER_NETNS, .server_netns = FAR_NETNS, .to = ROUTER, .port = PUBLIC_PORT,
		.rules = "chain pre { type nat hook prerouting priority -100; tcp dport 7004 dnat to 10.92.0.1:7003; }\n",
	});
}

static void masqueraded(struct pair *pair)
{
	translated(pair, &(struct translation) {
		.netns = ROUTER_NETNS, .server_netns = FAR_NETNS, .to = FAR, .port = SERVER_PORT,
		.rules = "chain post { type nat hook postrouting priority 100; oifname \"zh-far\" masquerade; }\n",
	});
}

const struct test_case nat_cases[] = {
	{ .name = "redirected", .run = redirected, .own_pair = true, .no_ring = true },
	{ .name = "published", .run = published, .own_pair = true, .no_ring = true },
	{ .name = "masqueraded", .run = masqueraded, .own_pair = true, .no_ring = true },
	{ 0 },
};
