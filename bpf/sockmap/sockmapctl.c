// SPDX-License-Identifier: GPL-2.0-only
/* sockmapctl: the sk_msg redirect beneath the unchanged TCP programs of one cgroup. */
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#include "loader.h"
#include "sockmap.h"
#include "sockmap.skel.h"

static void enable(int cgroup_fd, uint64_t unused)
{
	struct sockmap *skel = sockmap__open_and_load();

	(void)unused;
	if (!skel)
		die("the programs do not load: %s", strerror(errno));
	if (bpf_prog_attach(bpf_program__fd(skel->progs.redirect), bpf_map__fd(skel->maps.sockets), BPF_SK_MSG_VERDICT, 0))
		die("cannot attach the redirect to its map: %s (CONFIG_BPF_STREAM_PARSER)", strerror(errno));
	pin_map(skel->maps.sockets, "sockets");
	pin_map(skel->maps.counters, "counters");
	pin_link(bpf_program__attach_cgroup(skel->progs.established, cgroup_fd), "established");
	sockmap__destroy(skel);
}

static void report(void)
{
	struct sockmap_counters counters;

	sum_counters("counters", (uint64_t *)&counters, sizeof(counters) / sizeof(uint64_t));
	report_number("joined_sockets", counters.joined_sockets);
	report_number("refused_sockets", counters.refused_sockets);
	report_number("redirected_messages", counters.redirected_messages);
	report_number("redirected_bytes", counters.redirected_bytes);
	report_number("passed_messages", counters.passed_messages);
}

int main(int argc, char **argv)
{
	static const struct loader loader = {
		.name = "sockmap",
		.doc = "Redirects what the TCP sockets of a cgroup send to their peers' ingress queues.",
		.enable = enable,
		.report = report,
	};

	return loader_main(&loader, argc, argv);
}
