// SPDX-License-Identifier: GPL-2.0-only
/* Pairs the TCP sockets of a cgroup so that a writer may copy into its peer's reader. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "onecopy.h"

/* Ends in any two network namespaces of the cgroup may pair, so it must not reuse addresses. */
#define DOMAIN 1

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct onecopy_counters);
} counters SEC(".maps");

extern int bpf_sock_onecopy_pair(struct bpf_sock_ops *ctx, u64 domain, u64 flags) __ksym;

SEC("sockops")
int pair(struct bpf_sock_ops *ctx)
{
	struct onecopy_counters *count;
	u32 zero = 0;
	int paired;

	if (ctx->op != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB &&
	    ctx->op != BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
		return 1;
	count = bpf_map_lookup_elem(&counters, &zero);
	if (!count)
		return 1;
	paired = bpf_sock_onecopy_pair(ctx, DOMAIN, 0);
	if (paired < 0)
		count->refused++;
	else if (paired)
		count->paired++;
	else
		count->waiting++;
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
