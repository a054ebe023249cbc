// SPDX-License-Identifier: GPL-2.0-only
/*
 * The policy of spliced sockets: which TCP connections of a cgroup may bypass TCP. The
 * kernel proves that two sockets are one connection. This program decides the rest: which
 * ports, whether only loopback, and which network namespaces may pair.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "splice.h"

#define AF_INET 2
#define AF_INET6 10
#define SOL_SOCKET 1
#define SO_BUSY_POLL 46

/* How long a reader polls its ring before it sleeps, us; -1 keeps the socket's own value. */
const volatile int busy_poll_us = -1;

/* 0: both ends must be in one network namespace. Otherwise, namespaces with the same number may pair. */
const volatile unsigned long long domain = 0;

/* Only connections between two addresses of loopback. */
const volatile bool loopback_only = false;

/* Register no socket. It shows the program's own cost for a connection that stays with TCP. */
const volatile bool decline = false;

/* The connection must have one of these ports on either side; empty: any port. */
const volatile unsigned int port_count = 0;
const volatile unsigned int ports[SPLICE_PORTS] = {};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct splice_counters);
} counters SEC(".maps");

/* Weak, because a program that declines everything does not need it. */
extern int bpf_sock_splice_pair(struct bpf_sock_ops *ctx, u64 domain, u64 flags) __ksym __weak;

extern int bpf_sock_splice_revoke(struct sock_common *sock) __ksym __weak;

static bool is_loopback(const struct bpf_sock_ops *ctx)
{
	u32 remote = ctx->remote_ip4;

	if (ctx->family == AF_INET6) {
		if (ctx->remote_ip6[0] || ctx->remote_ip6[1])
			return false;
		if (ctx->remote_ip6[2] == 0)
			return ctx->remote_ip6[3] == bpf_htonl(1);
		if (ctx->remote_ip6[2] != bpf_htonl(0xffff))
			return false;
		remote = ctx->remote_ip6[3];
	}
	return (bpf_ntohl(remote) >> 24) == 127;
}

static bool has_port(u32 local, u32 remote)
{
	if (!port_count)
		return true;
	for (u32 i = 0; i < SPLICE_PORTS; i++) {
		if (i >= port_count)
			break;
		if (ports[i] == local || ports[i] == remote)
			return true;
	}
	return false;
}

static bool may_pair(const struct bpf_sock_ops *ctx)
{
	return !decline && (!loopback_only || is_loopback(ctx)) &&
	       has_port(ctx->local_port, bpf_ntohl(ctx->remote_port));
}

/* Both ends as they are established, and a client before its first packet, which then says whose it is. */
SEC("sockops")
int pair(struct bpf_sock_ops *ctx)
{
	struct splice_counters *count;
	u32 zero = 0;
	int budget = busy_poll_us;
	int paired;

	if (ctx->op == BPF_SOCK_OPS_TCP_CONNECT_CB) {
		if (may_pair(ctx))
			bpf_sock_splice_pair(ctx, domain, 0);
		return 1;
	}
	if (ctx->op != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB &&
	    ctx->op != BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
		return 1;
	count = bpf_map_lookup_elem(&counters, &zero);
	if (!count)
		return 1;
	if (!may_pair(ctx)) {
		count->declined++;
		return 1;
	}
	paired = bpf_sock_splice_pair(ctx, domain, 0);
	if (paired < 0) {
		count->refused++;
		count->last_errno = -paired;
		return 1;
	}
	if (paired)
		count->paired++;
	else
		count->waiting++;
	if (budget >= 0)
		bpf_setsockopt(ctx, SOL_SOCKET, SO_BUSY_POLL, &budget, sizeof(budget));
	return 1;
}

/* The used fields of the kernel's structures; their offsets come from its BTF. */
struct splice_ring___list {
	u8 *data;
	u32 size, head, tail;
} __attribute__((preserve_access_index));

struct sock_splice_end___list {
	struct sock_splice_end___list *peer;
	u8 out_mode;
	struct splice_ring___list out;
} __attribute__((preserve_access_index));

struct tcp_sock___list {
	struct sock_splice_end___list *splice;
} __attribute__((preserve_access_index));

static void copy_address(unsigned char to[16], const struct sock_common *from, bool local)
{
	u32 v4 = local ? BPF_CORE_READ(from, skc_rcv_saddr) : BPF_CORE_READ(from, skc_daddr);

	if (BPF_CORE_READ(from, skc_family) == AF_INET6) {
		if (local)
			BPF_CORE_READ_INTO(to, from, skc_v6_rcv_saddr.in6_u.u6_addr8);
		else
			BPF_CORE_READ_INTO(to, from, skc_v6_daddr.in6_u.u6_addr8);
		return;
	}
	__builtin_memset(to, 0, 16);
	to[10] = to[11] = 0xff;
	__builtin_memcpy(to + 12, &v4, sizeof(v4));
}

SEC("iter/tcp")
int list(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct sock_splice_end___list *end;
	struct splice_socket found = {};
	struct tcp_sock___list *own;
	struct socket *socket;
	struct sock *sk;

	if (!common)
		return 0;
	own = (void *)bpf_skc_to_tcp_sock(common);
	if (!own)
		return 0;
	end = BPF_CORE_READ(own, splice);
	if (!end)
		return 0;
	sk = (void *)common;
	socket = BPF_CORE_READ(sk, sk_socket);
	copy_address(found.local, common, true);
	copy_address(found.remote, common, false);
	found.local_port = BPF_CORE_READ(common, skc_num);
	found.remote_port = bpf_ntohs(BPF_CORE_READ(common, skc_dport));
	if (socket)
		found.inode = BPF_CORE_READ((struct socket_alloc *)socket, vfs_inode.i_ino);
	if (BPF_CORE_READ(end, out.data))
		found.ring_bytes = BPF_CORE_READ(end, out.size);
	found.unread_bytes = BPF_CORE_READ(end, out.head) - BPF_CORE_READ(end, out.tail);
	found.is_paired = BPF_CORE_READ(end, peer) != NULL;
	found.out_mode = BPF_CORE_READ(end, out_mode);
	bpf_seq_write(ctx->meta->seq, &found, sizeof(found));
	return 0;
}

/* The pairs to revoke: those with a socket of this cgroup or one below it; 0: of any. */
const volatile unsigned long long revoked_cgroup = 0;

static bool is_below(struct cgroup *cgroup)
{
	struct cgroup_subsys_state *parent;

	if (!revoked_cgroup)
		return true;
	for (u32 i = 0; cgroup && i < SPLICE_CGROUP_DEPTH; i++) {
		if (BPF_CORE_READ(cgroup, kn, id) == revoked_cgroup)
			return true;
		parent = BPF_CORE_READ(cgroup, self.parent);
		cgroup = parent ? BPF_CORE_READ(parent, cgroup) : NULL;
	}
	return false;
}

SEC("iter/tcp")
int revoke(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	char revoked = 1;
	struct sock *sk;

	if (!common)
		return 0;
	sk = (struct sock *)bpf_skc_to_tcp_sock(common);
	if (!sk || !has_port(common->skc_num, bpf_ntohs(common->skc_dport)) ||
	    !is_below(BPF_CORE_READ(sk, sk_cgrp_data.cgroup)))
		return 0;
	if (bpf_sock_splice_revoke(common))
		bpf_seq_write(ctx->meta->seq, &revoked, sizeof(revoked));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
