// SPDX-License-Identifier: GPL-2.0-only
/* smcctl: SMC-D over loopback beneath the unchanged TCP programs of one cgroup. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include "loader.h"
#include "namespaces.h"
#include "netlink.h"
#include "smc.h"
#include "smc.skel.h"

/*
 * A blocking send() that does not fit SMC's ring returns a short count, which programs
 * written for TCP do not expect (netperf takes it as the end). The kernel's default of
 * 64 KiB, less a header, does not even hold one message of 64 KiB.
 */
#define DEFAULT_RING_BYTES 65536
#define RING_BYTES 131072

static void write_number(const char *path, int number)
{
	FILE *file = fopen(path, "w");

	if (!file || fprintf(file, "%d\n", number) < 0 || fclose(file))
		die("cannot write %s: %s", path, strerror(errno));
}

static void size_rings(void *bytes)
{
	write_number("/proc/sys/net/smc/wmem", *(int *)bytes);
	write_number("/proc/sys/net/smc/rmem", *(int *)bytes);
}

static void enable(int cgroup_fd, uint64_t unused)
{
	struct smc *skel;
	uint32_t zero = 0;

	(void)unused;
	smc_require_device();
	skel = smc__open_and_load();
	if (!skel)
		die("the program does not load: %s", strerror(errno));
	if (bpf_map_update_elem(bpf_map__fd(skel->maps.cgroup), &zero, &cgroup_fd, BPF_ANY))
		die("cannot give the cgroup to the program: %s", strerror(errno));
	pin_map(skel->maps.counters, "counters");
	smc_add_eid();
	in_each_namespace(size_rings, &(int){ RING_BYTES });
	pin_link(bpf_program__attach(skel->progs.convert), "convert");
	smc__destroy(skel);
}

static void disable(void)
{
	in_each_namespace(size_rings, &(int){ DEFAULT_RING_BYTES });
	smc_remove_eid();
}

static void add_facts(void *facts)
{
	smc_add_facts(facts);
}

static void report(void)
{
	struct smc_counters counters;
	struct smc_facts facts = { 0 };

	sum_counters("counters", (uint64_t *)&counters, sizeof(counters) / sizeof(uint64_t));
	in_each_namespace(add_facts, &facts);
	report_number("converted_sockets", counters.converted_sockets);
	report_number("smcd_tx_bytes", facts.tx_bytes);
	report_number("smcd_rx_bytes", facts.rx_bytes);
	report_number("smcd_connections", facts.connections);
	report_number("fallbacks", facts.fallbacks);
	report_number("live_smcd_sockets", facts.live_smcd);
	report_number("live_fallback_sockets", facts.live_fallback);
}

int main(int argc, char **argv)
{
	static const struct loader loader = {
		.name = "smc",
		.doc = "Carries the TCP connections of a cgroup over SMC-D's loopback device.",
		.enable = enable,
		.disable = disable,
		.report = report,
	};

	return loader_main(&loader, argc, argv);
}
