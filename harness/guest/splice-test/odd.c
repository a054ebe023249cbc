// SPDX-License-Identifier: GPL-2.0-only
/* Uses that a ring cannot carry: the connection leaves the ring, or never enters it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/net_tstamp.h>
#include <linux/tcp.h>
#include <linux/tls.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/errqueue.h>

#include "cases.h"

static void urgent(struct pair *pair)
{
	send_all(pair->client, "abc", 3);
	note_result("send urgent", send(pair->client, "!", 1, MSG_OOB));
	send_all(pair->client, "def", 3);
	sleep_ms(20);
	note_poll("server", pair->server, POLLIN | POLLPRI, 60000);
	note_recv("recv", pair->server, 10, 0);
	note_recv("recv urgent", pair->server, 1, MSG_OOB);
	note_recv("recv", pair->server, 10, 0);
	send_all(pair->server, "back", 4);
	note_recv("client", pair->client, 10, 0);
}

/* An urgent byte ends a read that waits for more, and a peek, among TCP's bytes and behind the ring's. */
static void urgent_waited(struct pair *pair)
{
	for (int i = 0; i < 2; i++) {
		send_all(pair->client, "abc", 3);
		note_result("send urgent", send(pair->client, "!", 1, MSG_OOB));
		send_all(pair->client, "def", 3);
		sleep_ms(20);
		note_recv("peek", pair->server, 6, MSG_PEEK);
		note_recv("peek at all", pair->server, 6, MSG_PEEK | MSG_WAITALL);
		note_recv("recv all", pair->server, 6, MSG_WAITALL);
		note_recv("recv urgent", pair->server, 1, MSG_OOB);
		note_recv("recv", pair->server, 3, MSG_WAITALL);
	}
}

static void send_stamp(struct pair *pair)
{
	int flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_TX_ACK | SOF_TIMESTAMPING_SOFTWARE |
		    SOF_TIMESTAMPING_OPT_TSONLY | SOF_TIMESTAMPING_OPT_ID;
	char control[512];
	struct msghdr message;
	int stamps = 0;

	send_all(pair->client, "abc", 3);
	if (setsockopt(pair->client, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)))
		broken("SO_TIMESTAMPING");
	send_all(pair->client, "def", 3);
	note_recv("recv", pair->server, 6, MSG_WAITALL);
	for (int i = 0; i < 500 && stamps < 2; i++) {
		message = (struct msghdr){ .msg_control = control, .msg_controllen = sizeof(control) };
		if (recvmsg(pair->client, &message, MSG_ERRQUEUE) >= 0)
			stamps++;
		else
			sleep_ms(10);
	}
	note("%d stamps", stamps);
}

static void file_to_socket(struct pair *pair)
{
	int file = memfd_create("data", MFD_CLOEXEC);
	static uint8_t bytes[200000];
	off_t offset = 0;
	size_t sent = 0;

	fill_pattern(bytes, sizeof(bytes), 0);
	if (write(file, bytes, sizeof(bytes)) != sizeof(bytes))
		broken("write");
	while (sent < sizeof(bytes)) {
		ssize_t more = sendfile(pair->client, file, &offset, 50000);

		if (more <= 0)
			broken("sendfile");
		sent += (size_t)more;
		note_pattern("server", pair->server, 0);
		for (size_t at = sent - (size_t)more; at < sent;) {
			uint8_t got[4096];
			ssize_t count = recv(pair->server, got, sent - at < 4096 ? sent - at : 4096, 0);

			if (count <= 0 || pattern_breaks_at(got, (size_t)count, at) != (size_t)count)
				broken("wrong bytes at %zu", at);
			at += (size_t)count;
		}
	}
	note("%zu sent", sent);
}

static void pipe_to_socket(struct pair *pair)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) || write(ends[1], "through a pipe", 14) != 14)
		broken("pipe");
	note_result("splice", splice(ends[0], NULL, pair->client, NULL, 14, 0));
	note_recv("recv", pair->server, 14, MSG_WAITALL);
}

static void socket_to_pipe(struct pair *pair)
{
	int ends[2];
	char bytes[20] = { 0 };

	if (pipe2(ends, O_CLOEXEC))
		broken("pipe");
	send_all(pair->client, "into a pipe", 11);
	note_result("splice", splice(pair->server, NULL, ends[1], NULL, 100, 0));
	note_result("read", read(ends[0], bytes, sizeof(bytes)));
	note("%s", bytes);
	set_nonblocking(pair->server);
	note_result("splice", splice(pair->server, NULL, ends[1], NULL, 100, 0));
	shutdown(pair->client, SHUT_WR);
	sleep_ms(20);
	note_result("splice", splice(pair->server, NULL, ends[1], NULL, 100, 0));
}

/* splice(2) takes the bytes that are there, even if a read would wait for more. */
static void socket_to_pipe_least(struct pair *pair)
{
	int ends[2], least = 10;
	char bytes[20] = { 0 };

	if (pipe2(ends, O_CLOEXEC) || setsockopt(pair->server, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof(least)))
		broken("pipe");
	send_all(pair->client, "hello", 5);
	sleep_ms(20);
	note_result("splice", splice(pair->server, NULL, ends[1], NULL, 100, 0));
	note_result("read", read(ends[0], bytes, sizeof(bytes)));
	note("%s", bytes);
}

static void repair(struct pair *pair)
{
	int on = 1, off = 0;

	send_all(pair->client, "unread", 6);
	note_refused(pair, pair->server, TCP_REPAIR, &on, sizeof(on));
	note_recv("server", pair->server, 6, MSG_WAITALL);
	note_result("TCP_REPAIR", setsockopt(pair->server, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)));
	note_result("and off", setsockopt(pair->server, IPPROTO_TCP, TCP_REPAIR, &off, sizeof(off)));
	send_all(pair->client, "more", 4);
	send_all(pair->server, "back", 4);
	note_recv("server", pair->server, 4, MSG_WAITALL);
	note_recv("client", pair->client, 4, MSG_WAITALL);
}

static void upper_protocol(struct pair *pair)
{
	send_all(pair->client, "unread", 6);
	send_all(pair->server, "back", 4);
	note_refused(pair, pair->server, TCP_ULP, "tls", 3);
	note_recv("server", pair->server, 6, MSG_WAITALL);
	note_refused(pair, pair->server, TCP_ULP, "tls", 3);
	note_recv("client", pair->client, 4, MSG_WAITALL);
	note_result("TCP_ULP", setsockopt(pair->server, IPPROTO_TCP, TCP_ULP, "tls", 3));
	send_all(pair->client, "more", 4);
	note_recv("server", pair->server, 4, MSG_WAITALL);
	send_all(pair->server, "forth", 5);
	note_recv("client", pair->client, 5, MSG_WAITALL);
	shutdown(pair->client, SHUT_WR);
	note_recv("server", pair->server, 10, 0);
}

static void upper_protocol_bulk(struct pair *pair)
{
	send_pattern(pair->client, 150000);
	note_refused(pair, pair->server, TCP_ULP, "tls", 3);
	note_pattern("server", pair->server, 150000);
	note_result("TCP_ULP", setsockopt(pair->server, IPPROTO_TCP, TCP_ULP, "tls", 3));
	send_pattern(pair->client, 150000);
	note_pattern("server", pair->server, 150000);
}

/* Bytes of an upper protocol go as packets, even if the other end has no such protocol. */
static void upper_protocol_keys(struct pair *pair)
{
	struct tls12_crypto_info_aes_gcm_128 keys = {
		.info = { .version = TLS_1_2_VERSION, .cipher_type = TLS_CIPHER_AES_GCM_128 },
		.iv = "initial", .key = "a key, 16 bytes", .salt = "sea", .rec_seq = "records",
	};
	struct timeval limit = { .tv_sec = 3 };
	char record[64];

	send_all(pair->client, "plain", 5);
	note_recv("server", pair->server, 5, MSG_WAITALL);
	note_result("TCP_ULP", setsockopt(pair->client, IPPROTO_TCP, TCP_ULP, "tls", 3));
	note_result("TLS_TX", setsockopt(pair->client, SOL_TLS, TLS_TX, &keys, sizeof(keys)));
	send_all(pair->client, "secret", 6);
	setsockopt(pair->server, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	/* Header, nonce, text and tag. */
	note_result("record", recv(pair->server, record, 5 + 8 + 6 + 16, MSG_WAITALL));
}

/* An option that cannot be set changes nothing: the bytes before and after are the ring's. */
static void upper_protocol_unknown(struct pair *pair)
{
	unsigned long long before;

	send_all(pair->client, "abc", 3);
	note_recv("server", pair->server, 3, MSG_WAITALL);
	note_result("TCP_ULP", setsockopt(pair->server, IPPROTO_TCP, TCP_ULP, "none", 4));
	before = counter("TCPSpliceRingBytes");
	send_all(pair->client, "def", 3);
	note_recv("server", pair->server, 3, MSG_WAITALL);
	note_growth(pair, "TCPSpliceRingBytes", before, 3);
}

/* The client is an end that waits when it leaves: the server's comes with the first bytes. */
static void upper_protocol_early(struct pair *pair)
{
	struct timeval second = { .tv_sec = 3 };
	int port, seconds = 5;

	pair->listener = listen_at(pair->family, &port);
	setsockopt(pair->listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds));
	pair->client = connect_to(pair->family, port);
	note_result("TCP_ULP", setsockopt(pair->client, IPPROTO_TCP, TCP_ULP, "tls", 3));
	send_all(pair->client, "first", 5);
	pair->server = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
	note_recv("server", pair->server, 5, MSG_WAITALL);
	send_all(pair->server, "answer", 6);
	setsockopt(pair->client, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	note_recv("client", pair->client, 6, MSG_WAITALL);
}

/* A read that maps pages, or copies few bytes, or says how many a recv() gets. */
static void map_or_recv(int fd)
{
	char copy[64] = { 0 }, rest[64] = { 0 };
	struct tcp_zerocopy_receive request = {
		.copybuf_address = (uintptr_t)copy, .copybuf_len = sizeof(copy), .err = 1000,
	};
	socklen_t size = sizeof(request);
	ssize_t more = 0;

	if (getsockopt(fd, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &request, &size)) {
		note_result("getsockopt", -1);
		return;
	}
	if (request.recv_skip_hint)
		more = recv(fd, rest, request.recv_skip_hint, MSG_DONTWAIT);
	note("error %d, '%.*s%.*s'", request.err, request.copybuf_len, copy, (int)more, rest);
}

static void map_at_end(struct pair *pair)
{
	send_all(pair->client, "the last bytes", 14);
	shutdown(pair->client, SHUT_WR);
	sleep_ms(20);
	map_or_recv(pair->server);
	map_or_recv(pair->server);
}

/* An answer has no more bytes than were asked for. */
static void map_short(struct pair *pair)
{
	struct tcp_zerocopy_receive request = { .recv_skip_hint = 0 };
	socklen_t size = offsetof(struct tcp_zerocopy_receive, recv_skip_hint);

	send_all(pair->client, "abc", 3);
	sleep_ms(20);
	note_result("getsockopt", getsockopt(pair->server, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &request, &size));
	note("behind it: %u", request.recv_skip_hint);
}

static void map_left(struct pair *pair)
{
	int flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_TSONLY;

	send_all(pair->client, "first ", 6);
	if (setsockopt(pair->client, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)))
		broken("SO_TIMESTAMPING");
	send_all(pair->client, "second", 6);
	sleep_ms(20);
	map_or_recv(pair->server);
}

static void end_of_stream(struct pair *pair)
{
	send_all(pair->client, "x", 1);
	note_recv("server", pair->server, 1, 0);
	shutdown(pair->client, SHUT_WR);
	sleep_ms(20);
	send_all(pair->server, "y", 1);
	note_recv("client", pair->client, 1, 0);
	note_recv("server", pair->server, 1, 0);
}

static void fast_open(struct pair *pair)
{
	int port, queue = 5, fd;
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	struct pair first = *pair;

	pair->listener = listen_at(pair->family, &port);
	setsockopt(pair->listener, IPPROTO_TCP, TCP_FASTOPEN, &queue, sizeof(queue));
	first.client = connect_to(pair->family, port);
	getpeername(first.client, (void *)&address, &size);
	close(accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC));
	for (int i = 0; i < 2; i++) {
		enter(CLIENT_SIDE);
		fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		note_result("sendto", sendto(fd, "early", 5, MSG_FASTOPEN, (void *)&address, size));
		pair->server = accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC);
		send_all(pair->server, "back", 4);
		send_all(fd, "late", 4);
		note_recv("server", pair->server, 9, MSG_WAITALL);
		note_recv("client", fd, 4, MSG_WAITALL);
		close(fd);
		note_recv("server", pair->server, 9, 0);
		close(pair->server);
	}
}

static void fast_open_again(struct pair *pair)
{
	send_all(pair->client, "x", 1);
	note_result("sendto", sendto(pair->client, "y", 1, MSG_FASTOPEN, NULL, 0));
	note_recv("server", pair->server, 2, 0);
}

const struct test_case odd_cases[] = {
	{ .name = "urgent", .run = urgent },
	{ .name = "urgent_waited", .run = urgent_waited },
	{ .name = "send_stamp", .run = send_stamp },
	{ .name = "file_to_socket", .run = file_to_socket },
	{ .name = "pipe_to_socket", .run = pipe_to_socket },
	{ .name = "socket_to_pipe", .run = socket_to_pipe },
	{ .name = "socket_to_pipe_least", .run = socket_to_pipe_least },
	{ .name = "repair", .run = repair },
	{ .name = "upper_protocol", .run = upper_protocol },
	{ .name = "upper_protocol_bulk", .run = upper_protocol_bulk },
	{ .name = "upper_protocol_keys", .run = upper_protocol_keys },
	{ .name = "upper_protocol_unknown", .run = upper_protocol_unknown },
	{ .name = "upper_protocol_early", .run = upper_protocol_early, .own_pair = true, .no_ring = true },
	{ .name = "map_at_end", .run = map_at_end },
	{ .name = "map_short", .run = map_short },
	{ .name = "map_left", .run = map_left },
	{ .name = "end_of_stream", .run = end_of_stream },
	{ .name = "fast_open", .run = fast_open, .own_pair = true, .no_ring = true },
	{ .name = "fast_open_again", .run = fast_open_again },
	{ 0 },
};
