// SPDX-License-Identifier: GPL-2.0-only
/*
 * How often the kernel copies what a cgroup's processes exchange: bytes that the socket
 * layers copy from user memory and to it, and those that SMC-D's loopback device moves
 * from a send buffer into a receive buffer. Its control messages carry the signal flag
 * and are no payload.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "copies.h"

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
	__type(value, struct copies_counters);
} counters SEC(".maps");

static int count(unsigned long long bytes)
{
	struct copies_counters *own;
	u32 zero = 0;

	own = bpf_map_lookup_elem(&counters, &zero);
	if (own)
		own->copied_bytes += bytes;
	return 0;
}

SEC("fexit/_copy_from_iter")
int BPF_PROG(copy_in, void *to, size_t bytes, struct iov_iter *from, size_t copied)
{
	return bpf_current_task_under_cgroup(&cgroup, 0) == 1 ? count(copied) : 0;
}

SEC("fexit/_copy_to_iter")
int BPF_PROG(copy_out, const void *from, size_t bytes, struct iov_iter *to, size_t copied)
{
	return bpf_current_task_under_cgroup(&cgroup, 0) == 1 ? count(copied) : 0;
}

/* It may run in a worker's context. */
SEC("fentry/smc_lo_move_data")
int BPF_PROG(copy_between, struct smcd_dev *device, u64 token, unsigned int index, bool signals,
	     unsigned int offset, void *data, unsigned int size)
{
	return signals ? 0 : count(size);
}

char LICENSE[] SEC("license") = "GPL";
