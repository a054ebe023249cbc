// SPDX-License-Identifier: GPL-2.0-only
/* BPF programs that look sockets up, and users in the kernel that read them. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/kcm.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "cases.h"

struct tuple {
	uint32_t saddr, daddr;
	uint16_t sport, dport;
};

static int load(enum bpf_prog_type type, const struct bpf_insn *program, size_t size)
{
	union bpf_attr attr = {
		.prog_type = type,
		.insns = (uintptr_t)program,
		.insn_cnt = (uint32_t)(size / sizeof(*program)),
		.license = (uintptr_t)"GPL",
	};
	int fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (fd < 0)
		broken("BPF_PROG_LOAD");
	return fd;
}

/* Finds an established socket by what it gets, and lets go of it; returns 1 if there was one. */
static int load_lookup(const struct tuple *tuple)
{
	int32_t words[3];
	struct bpf_insn program[] = {
		{ .code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = 10, .off = -12 },
		{ .code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = 10, .off = -8 },
		{ .code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = 10, .off = -4 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 2, .src_reg = 10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 2, .imm = -12 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = sizeof(*tuple) },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 4, .imm = BPF_F_CURRENT_NETNS },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 5, .imm = 0 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_sk_lookup_tcp },
		{ .code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = 0, .off = 3 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 1, .src_reg = 0 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_sk_release },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	memcpy(words, tuple, sizeof(words));
	for (int i = 0; i < 3; i++)
		program[i].imm = words[i];
	return load(BPF_PROG_TYPE_SCHED_CLS, program, sizeof(program));
}

static long run(int program)
{
	char packet[64] = { 0 };
	union bpf_attr attr = {
		.test = { .prog_fd = (uint32_t)program, .data_in = (uintptr_t)packet,
			  .data_size_in = sizeof(packet), .repeat = 1 },
	};

	if (syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attr, sizeof(attr)))
		broken("BPF_PROG_TEST_RUN");
	return (long)attr.test.retval;
}

/* Returns the socket's reference count, by /proc/net/tcp. */
static int references(const struct tuple *tuple)
{
	char line[512], wanted[64];
	FILE *file = fopen("/proc/thread-self/net/tcp", "re");
	int count = -1;

	snprintf(wanted, sizeof(wanted), "%08X:%04X %08X:%04X 01", tuple->daddr, ntohs(tuple->dport),
		 tuple->saddr, ntohs(tuple->sport));
	while (file && fgets(line, sizeof(line), file))
		if (strstr(line, wanted))
			sscanf(line, "%*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %d", &count);
	fclose(file);
	return count;
}

/* A program that looks a socket up drops its reference. */
static void looked_up(struct pair *pair)
{
	struct sockaddr_in here, there;
	socklen_t size = sizeof(here);
	int program, before;
	struct tuple tuple;

	if (pair->family == V6)
		return;
	enter(CLIENT_SIDE);
	send_all(pair->client, "x", 1);
	sleep_ms(300); /* until no timer of TCP has a reference */
	getsockname(pair->client, (void *)&here, &size);
	getpeername(pair->client, (void *)&there, &size);
	tuple = (struct tuple){ .saddr = there.sin_addr.s_addr, .daddr = here.sin_addr.s_addr,
				.sport = there.sin_port, .dport = here.sin_port };
	program = load_lookup(&tuple);
	before = references(&tuple);
	for (int i = 0; i < 10; i++)
		if (run(program) != 1)
			broken("not found");
	note("listed: %d, references kept: %d", before > 0, references(&tuple) - before);
}

/* A multiplexer of messages, of five bytes each, takes the socket when the first is there. */
static void kernel_reader(struct pair *pair)
{
	const struct bpf_insn five[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 5 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	struct kcm_attach attach = { .fd = pair->server };
	struct timeval limit = { .tv_sec = 5 };
	int kcm;

	enter(SERVER_SIDE);
	kcm = socket(AF_KCM, SOCK_DGRAM | SOCK_CLOEXEC, KCMPROTO_CONNECTED);
	if (kcm < 0)
		broken("AF_KCM");
	setsockopt(kcm, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	attach.bpf_fd = load(BPF_PROG_TYPE_SOCKET_FILTER, five, sizeof(five));
	send_all(pair->client, "early", 5);
	sleep_ms(20);
	note_result("attach", ioctl(kcm, SIOCKCMATTACH, &attach));
	note_recv("kernel", kcm, 63, 0);
	send_all(pair->client, "later", 5);
	note_recv("kernel", kcm, 63, 0);
	note_result("send", send(kcm, "answer", 6, 0));
	note_recv("client", pair->client, 63, 0);
}

const struct test_case bpf_cases[] = {
	{ .name = "looked_up", .run = looked_up, .no_ring = true },
	{ .name = "kernel_reader", .run = kernel_reader },
	{ 0 },
};
