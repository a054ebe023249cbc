// SPDX-License-Identifier: GPL-2.0-only
/* onecopyctl: the one-copy rendezvous beneath the unchanged TCP programs of one cgroup. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include "loader.h"
#include "onecopy.h"
#include "onecopy.skel.h"

static void enable(int cgroup_fd, uint64_t unused)
{
	struct onecopy *skel = onecopy__open_and_load();

	(void)unused;
	if (!skel)
		die("the program does not load: %s%s", strerror(errno),
		    errno == ESRCH || errno == EINVAL ? " (this kernel has no bpf_sock_onecopy_pair?)" : "");
	pin_map(skel->maps.counters, "counters");
	pin_link(bpf_program__attach_cgroup(skel->progs.pair, cgroup_fd), "pair");
	onecopy__destroy(skel);
}

/* Reports all of the kernel's counters under the kernel's names. */
static void report_bytes(void)
{
	FILE *file = fopen("/proc/sock_onecopy", "re");
	char name[32];
	uint64_t value;

	if (!file)
		die("cannot open /proc/sock_onecopy: %s", strerror(errno));
	while (fscanf(file, "%31s %" SCNu64, name, &value) == 2)
		report_number(name, value);
	fclose(file);
}

static void report(void)
{
	struct onecopy_counters counters;

	sum_counters("counters", (uint64_t *)&counters, sizeof(counters) / sizeof(uint64_t));
	report_number("waiting_sockets", counters.waiting);
	report_number("paired_sockets", counters.paired);
	report_number("refused_sockets", counters.refused);
	report_bytes();
}

int main(int argc, char **argv)
{
	static const struct loader loader = {
		.name = "onecopy",
		.doc = "Copies what the TCP connections of a cgroup carry from the writer's buffer into the reader's, where both ends are in this kernel.",
		.enable = enable,
		.report = report,
	};

	return loader_main(&loader, argc, argv);
}
