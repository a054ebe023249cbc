// SPDX-License-Identifier: GPL-2.0-only
/* slowctl: makes every send of one cgroup slower by a loop of N iterations. */
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#include "loader.h"
#include "slow.h"
#include "slow.skel.h"

/* The most iterations of one bpf_loop() call. */
#define MOST_ITERATIONS (8 << 20)

static void enable(int cgroup_fd, uint64_t iterations)
{
	struct slow *skel = slow__open();
	uint32_t zero = 0;

	if (!skel)
		die("the programs do not open: %s", strerror(errno));
	if (iterations > MOST_ITERATIONS)
		die("--iterations: expected at most %d", MOST_ITERATIONS);
	skel->rodata->iterations = (unsigned int)iterations;
	if (slow__load(skel))
		die("the programs do not load: %s", strerror(errno));
	if (bpf_map_update_elem(bpf_map__fd(skel->maps.cgroup), &zero, &cgroup_fd, BPF_ANY))
		die("cannot give the cgroup to the programs: %s", strerror(errno));
	pin_map(skel->maps.counters, "counters");
	pin_link(bpf_program__attach(skel->progs.slow_inet), "inet");
	pin_link(bpf_program__attach(skel->progs.slow_inet6), "inet6");
	pin_link(bpf_program__attach(skel->progs.slow_smc), "smc");
	pin_link(bpf_program__attach(skel->progs.slow_unix), "unix");
	slow__destroy(skel);
}

static void report(void)
{
	struct slow_counters counters;

	sum_counters("counters", (uint64_t *)&counters, sizeof(counters) / sizeof(uint64_t));
	report_number("calls", counters.calls);
}

int main(int argc, char **argv)
{
	static const struct loader loader = {
		.name = "slow",
		.doc = "Makes every send of a cgroup slower by a calibrated loop.",
		.option = "iterations",
		.option_doc = "enable: iterations of the loop for each send",
		.enable = enable,
		.report = report,
	};

	return loader_main(&loader, argc, argv);
}
