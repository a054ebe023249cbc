// SPDX-License-Identifier: GPL-2.0-only
/* splicectl: lets the TCP connections of one cgroup bypass TCP where both ends are here. */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "list.h"
#include "loader.h"
#include "mib.h"
#include "revoke.h"
#include "splice.h"
#include "splice.skel.h"

enum { KEY_BUSY_POLL = 300, KEY_PORT, KEY_LOOPBACK, KEY_DOMAIN, KEY_DECLINE };

static const struct argp_option own_options[] = {
	{ .name = "busy-poll-us", .key = KEY_BUSY_POLL, .arg = "N",
	  .doc = "enable: how long a reader polls its ring before it sleeps (default: the socket's own SO_BUSY_POLL)" },
	{ .name = "port", .key = KEY_PORT, .arg = "N",
	  .doc = "enable, revoke: only connections from or to this port; may be repeated" },
	{ .name = "loopback-only", .key = KEY_LOOPBACK,
	  .doc = "enable: only connections to an address of loopback" },
	{ .name = "domain", .key = KEY_DOMAIN, .arg = "N",
	  .doc = "enable: 0 pairs within a network namespace only; any other number pairs across those of the cgroup (default 1)" },
	{ .name = "decline", .key = KEY_DECLINE,
	  .doc = "enable: attach, and leave every connection to TCP" },
	{ .name = NULL },
};

static struct {
	int busy_poll_us;
	unsigned long long domain;
	bool loopback_only, decline;
	unsigned int ports[SPLICE_PORTS];
	unsigned int port_count;
} policy = { .busy_poll_us = -1, .domain = 1 };

static unsigned long long number(const struct argp_state *state, const char *what, const char *text,
				 unsigned long long high)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (end == text || *end || *text == '-' || errno || value > high)
		argp_error(state, "--%s: expected a number from 0 to %llu, got '%s'", what, high, text);
	return value;
}

static error_t parse_own(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case KEY_BUSY_POLL:
		policy.busy_poll_us = (int)number(state, "busy-poll-us", arg, INT_MAX);
		return 0;
	case KEY_PORT:
		if (policy.port_count == SPLICE_PORTS)
			argp_error(state, "--port: expected at most %d ports", SPLICE_PORTS);
		policy.ports[policy.port_count++] = (unsigned int)number(state, "port", arg, 65535);
		return 0;
	case KEY_LOOPBACK:
		policy.loopback_only = true;
		return 0;
	case KEY_DOMAIN:
		policy.domain = number(state, "domain", arg, ULLONG_MAX);
		return 0;
	case KEY_DECLINE:
		policy.decline = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void require_kfunc(void)
{
	static const char name[] = "bpf_sock_splice_pair";
	struct btf *btf = btf__load_vmlinux_btf();

	if (!btf)
		die("this kernel has no BTF (CONFIG_DEBUG_INFO_BTF): %s", strerror(errno));
	if (btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) < 0)
		die("this kernel has no %s(): boot one with the patches of kernel-patches/series/sock-splice", name);
	btf__free(btf);
}

static void enable(int cgroup_fd, uint64_t unused)
{
	struct splice *skel;

	(void)unused;
	if (!policy.decline)
		require_kfunc();
	skel = splice__open();
	if (!skel)
		die("the program does not open: %s", strerror(errno));
	skel->rodata->busy_poll_us = policy.busy_poll_us;
	skel->rodata->domain = policy.domain;
	skel->rodata->loopback_only = policy.loopback_only;
	skel->rodata->decline = policy.decline;
	skel->rodata->port_count = policy.port_count;
	memcpy((void *)skel->rodata->ports, policy.ports, sizeof(policy.ports));
	bpf_program__set_autoload(skel->progs.list, false);
	bpf_program__set_autoload(skel->progs.revoke, false);
	if (splice__load(skel))
		die("the program does not load: %s", strerror(errno));
	pin_map(skel->maps.counters, "counters");
	pin_link(bpf_program__attach_cgroup(skel->progs.pair, cgroup_fd), "pair");
	splice__destroy(skel);
}

static void report(void)
{
	struct splice_counters counters;

	sum_counters("counters", (uint64_t *)&counters, sizeof(counters) / sizeof(uint64_t));
	report_number("declined_sockets", counters.declined);
	report_number("waiting_sockets", counters.waiting);
	report_number("paired_sockets", counters.paired);
	report_number("refused_sockets", counters.refused);
	report_mib("TCPSplice", report_number);
}

static void list(bool json)
{
	require_kfunc();
	list_sockets(json);
}

static void revoke_pairs(int cgroup_fd)
{
	require_kfunc();
	revoke_pairs_of(cgroup_fd, policy.ports, policy.port_count);
}

int main(int argc, char **argv)
{
	static const struct argp own = { .options = own_options, .parser = parse_own };
	static const struct loader loader = {
		.name = "splice",
		.doc = "Moves what the TCP connections of a cgroup carry through memory, where both ends are in this kernel.",
		.own = &own,
		.enable = enable,
		.report = report,
		.list = list,
		.revoke = revoke_pairs,
	};

	return loader_main(&loader, argc, argv);
}
