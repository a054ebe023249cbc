// SPDX-License-Identifier: GPL-2.0-only
/* copiesctl: counts the bytes that the kernel copies for the processes of one cgroup. */
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#include "copies.h"
#include "copies.skel.h"
#include "loader.h"

static void enable(int cgroup_fd, uint64_t unused)
{
	struct copies *skel = copies__open_and_load();
	uint32_t zero = 0;

	(void)unused;
	if (!skel)
		die("the programs do not load: %s", strerror(errno));
	if (bpf_map_update_elem(bpf_map__fd(skel->maps.cgroup), &zero, &cgroup_fd, BPF_ANY))
		die("cannot give the cgroup to the programs: %s", strerror(errno));
	pin_map(skel->maps.counters, "counters");
	pin_link(bpf_program__attach(skel->progs.copy_in), "in");
	pin_link(bpf_program__attach(skel->progs.copy_out), "out");
	pin_link(bpf_program__attach(skel->progs.copy_between), "between");
	copies__destroy(skel);
}

static void report(void)
{
	struct copies_counters counters;

	sum_counters("counters", (uint64_t *)&counters, sizeof(counters) / sizeof(uint64_t));
	report_number("copied_bytes", counters.copied_bytes);
}

int main(int argc, char **argv)
{
	static const struct loader loader = {
		.name = "copies",
		.doc = "Counts the bytes that the kernel copies for the processes of a cgroup.",
		.enable = enable,
		.report = report,
	};

	return loader_main(&loader, argc, argv);
}
