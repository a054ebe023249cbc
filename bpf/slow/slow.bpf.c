// SPDX-License-Identifier: GPL-2.0-only
/*
 * The positive control: each send of a cgroup's processes first runs an empty loop, so
 * that a known slowdown is really there to be found. It sits where the socket layer
 * enters a protocol: inet_sendmsg() serves TCP, sockmap and whatever else replaces the
 * protocol beneath; SMC and AF_UNIX have their own.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "slow.h"

/* Iterations of the loop for each send. */
const volatile unsigned int iterations = 0;

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} cgroup SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct slow_counters);
} counters SEC(".maps");

static long nothing(u32 index, void *context)
{
	return 0;
}

static int delay(void)
{
	struct slow_counters *count;
	u32 zero = 0;

	if (bpf_current_task_under_cgroup(&cgroup, 0) != 1)
		return 0;
	count = bpf_map_lookup_elem(&counters, &zero);
	if (count)
		count->calls++;
	bpf_loop(iterations, nothing, NULL, 0);
	return 0;
}

SEC("fentry/inet_sendmsg")
int BPF_PROG(slow_inet)
{
	return delay();
}

SEC("fentry/inet6_sendmsg")
int BPF_PROG(slow_inet6)
{
	return delay();
}

SEC("fentry/smc_sendmsg")
int BPF_PROG(slow_smc)
{
	return delay();
}

SEC("fentry/unix_stream_sendmsg")
int BPF_PROG(slow_unix)
{
	return delay();
}

char LICENSE[] SEC("license") = "GPL";
