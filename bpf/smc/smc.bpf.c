// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives the processes of one cgroup SMC sockets when they request TCP ones. Their TCP
 * handshake then carries the offer of SMC; over the loopback device (SMC_LO) both ends
 * take it, and payload moves through memory (SMC-D) while the TCP connection idles.
 *
 * Copies, from net/smc of 6.12: loopback announces "nocopy" (smc_lo_support_dmb_nocopy),
 * so each end maps its peer's receive buffer as its own send buffer (smcd_buf_attach) and
 * smc_lo_move_data() moves nothing but the 40 odd bytes of a cursor message. That leaves
 * two copies a direction: the sender's into the peer's buffer, the receiver's out of it.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "smc.h"

#define AF_INET 2
#define AF_INET6 10
#define SOCK_TYPE_MASK 0xf
#define IPPROTO_IP 0
#define IPPROTO_TCP_ 6
#define IPPROTO_SMC_ 256

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
	__type(value, struct smc_counters);
} counters SEC(".maps");

static bool asks_for_tcp(int family, int type, int protocol)
{
	return (family == AF_INET || family == AF_INET6) && (type & SOCK_TYPE_MASK) == SOCK_STREAM &&
	       (protocol == IPPROTO_IP || protocol == IPPROTO_TCP_);
}

SEC("fmod_ret/update_socket_protocol")
int BPF_PROG(convert, int family, int type, int protocol)
{
	struct smc_counters *count;
	u32 zero = 0;

	if (!asks_for_tcp(family, type, protocol) || bpf_current_task_under_cgroup(&cgroup, 0) != 1)
		return protocol;
	count = bpf_map_lookup_elem(&counters, &zero);
	if (count)
		count->converted_sockets++;
	return IPPROTO_SMC_;
}

char LICENSE[] SEC("license") = "GPL";
