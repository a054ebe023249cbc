// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "forge.h"
#include "test.h"

int open_forge(void)
{
	struct timeval limit = { .tv_sec = 5 };
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP);

	if (fd < 0)
		broken("SOCK_RAW");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return fd;
}

/* Over the header and what stands before it in the sum: the two addresses, the protocol and the length. */
static uint16_t checksum(const struct tcphdr *header, struct in_addr address)
{
	const uint16_t *words = (const void *)header;
	uint32_t sum = htons(IPPROTO_TCP) + htons(sizeof(*header));

	for (int i = 0; i < 2; i++)
		sum += (address.s_addr & 0xffff) + (address.s_addr >> 16);
	for (size_t i = 0; i < sizeof(*header) / 2; i++)
		sum += words[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

void send_segment(int forge, const struct segment *segment)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct tcphdr header = {
		.source = htons(segment->from), .dest = htons(segment->to),
		.seq = htonl(segment->seq), .ack_seq = htonl(segment->ack),
		.doff = sizeof(header) / 4, .window = htons(30000),
	};

	inet_pton(AF_INET, FORGED_ADDRESS, &to.sin_addr);
	header.th_flags = segment->flags;
	header.check = checksum(&header, to.sin_addr);
	if (sendto(forge, &header, sizeof(header), 0, (void *)&to, sizeof(to)) != sizeof(header))
		broken("sendto");
}

struct segment see_segment(int forge, uint8_t flags, uint16_t from)
{
	uint8_t packet[2048];
	const struct tcphdr *header;
	ssize_t got;

	while ((got = recv(forge, packet, sizeof(packet), 0)) > 0) {
		header = (void *)(packet + ((struct iphdr *)packet)->ihl * 4);
		if (header->th_flags == flags && ntohs(header->source) == from)
			return (struct segment) {
				.from = from, .to = ntohs(header->dest),
				.seq = ntohl(header->seq), .ack = ntohl(header->ack_seq), .flags = flags,
				.option_bytes = header->doff * 4 - (int)sizeof(*header),
			};
	}
	broken("no segment with the flags %x", flags);
}

void take_only(int fd, uint32_t seq)
{
	struct sock_filter program[] = {
		{ .code = BPF_LD | BPF_W | BPF_ABS, .k = offsetof(struct tcphdr, th_seq) },
		{ .code = BPF_JMP | BPF_JEQ | BPF_K, .k = seq, .jf = 1 },
		{ .code = BPF_RET | BPF_K, .k = UINT32_MAX },
		{ .code = BPF_RET | BPF_K, .k = 0 },
	};
	struct sock_fprog filter = { .len = sizeof(program) / sizeof(program[0]), .filter = program };

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)))
		broken("SO_ATTACH_FILTER");
}
