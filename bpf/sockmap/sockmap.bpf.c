// SPDX-License-Identifier: GPL-2.0-only
/*
 * The redirect that service meshes use: every connection of a cgroup joins one sockhash,
 * and what one end sends is put on the other end's ingress queue without passing TCP.
 * Both ends have to be in the map. The other end's key is the own key, mirrored, so it works
 * both on loopback and between network namespaces. Two namespaces that reuse one pair of
 * addresses and ports do not disturb each other: the later connection is not added to the
 * map, and stays TCP.
 *
 * A message whose other end is not (or no longer) in the map goes by TCP and is counted
 * in passed_messages. A later one could overtake it; programs that wait for an answer
 * before they send again do not notice.
 *
 * In 6.12 the ingress queue knows no receive buffer: only tcp_mem, for all sockets together,
 * stops a sender that is faster than its receiver, and send() then fails with ENOMEM (so
 * ends netperf's TCP_STREAM). Request-response never gets there.
 */
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "sockmap.h"

#define AF_INET 2

#define SOCKETS 65536

/* An IPv4 address takes the first word, the rest is zero. */
struct key {
	u32 local[4], remote[4];
	u32 local_port, remote_port;	/* host byte order */
};

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, SOCKETS);
	__type(key, struct key);
	__type(value, u64);
} sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sockmap_counters);
} counters SEC(".maps");

static struct sockmap_counters *my_counters(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&counters, &zero);
}

static void join(struct bpf_sock_ops *ctx)
{
	struct sockmap_counters *count = my_counters();
	struct key key = {
		.local_port = ctx->local_port,
		.remote_port = bpf_ntohl(ctx->remote_port),
	};
	long error;

	if (ctx->family == AF_INET) {
		key.local[0] = ctx->local_ip4;
		key.remote[0] = ctx->remote_ip4;
	} else {
		key.local[0] = ctx->local_ip6[0];
		key.local[1] = ctx->local_ip6[1];
		key.local[2] = ctx->local_ip6[2];
		key.local[3] = ctx->local_ip6[3];
		key.remote[0] = ctx->remote_ip6[0];
		key.remote[1] = ctx->remote_ip6[1];
		key.remote[2] = ctx->remote_ip6[2];
		key.remote[3] = ctx->remote_ip6[3];
	}
	error = bpf_sock_hash_update(ctx, &sockets, &key, BPF_NOEXIST);
	if (!count)
		return;
	if (error)
		count->refused_sockets++;
	else
		count->joined_sockets++;
}

SEC("sockops")
int established(struct bpf_sock_ops *ctx)
{
	if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB || ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
		join(ctx);
	return 1;
}

SEC("sk_msg")
int redirect(struct sk_msg_md *ctx)
{
	struct sockmap_counters *count = my_counters();
	struct key peer = {
		.local_port = bpf_ntohl(ctx->remote_port),
		.remote_port = ctx->local_port,
	};
	u32 size = ctx->size;

	if (ctx->family == AF_INET) {
		peer.local[0] = ctx->remote_ip4;
		peer.remote[0] = ctx->local_ip4;
	} else {
		peer.local[0] = ctx->remote_ip6[0];
		peer.local[1] = ctx->remote_ip6[1];
		peer.local[2] = ctx->remote_ip6[2];
		peer.local[3] = ctx->remote_ip6[3];
		peer.remote[0] = ctx->local_ip6[0];
		peer.remote[1] = ctx->local_ip6[1];
		peer.remote[2] = ctx->local_ip6[2];
		peer.remote[3] = ctx->local_ip6[3];
	}
	if (!count)
		return SK_PASS;
	/* The helper returns SK_DROP if there is no such peer; the message then goes by TCP. */
	if (bpf_msg_redirect_hash(ctx, &sockets, &peer, BPF_F_INGRESS) != SK_PASS) {
		count->passed_messages++;
		return SK_PASS;
	}
	count->redirected_messages++;
	count->redirected_bytes += size;
	return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
