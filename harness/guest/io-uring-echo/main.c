// SPDX-License-Identifier: GPL-2.0-only
/*
 * An echo over io_uring: a server that reads with one request for each piece, a server that reads
 * with a single multishot request into buffers that the kernel chooses, and clients that compare
 * the echo.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "uring.h"

#define CONNECTIONS 8
#define BYTES 2000003u
#define PIECE 4096
#define BUFFERS 16
#define GROUP 7

static uint8_t data[BYTES];

static void send_whole(struct uring *ring, int fd, const void *bytes, uint32_t size)
{
	struct io_uring_sqe send = {
		.opcode = IORING_OP_SEND, .fd = fd, .addr = (uintptr_t)bytes, .len = size, .msg_flags = MSG_WAITALL,
	};
	int sent = uring_call(ring, &send);

	if (sent != (int)size) {
		errno = sent < 0 ? -sent : EIO;
		err(1, "send");
	}
}

static int receive(struct uring *ring, int fd, void *bytes, uint32_t size)
{
	struct io_uring_sqe receive = {
		.opcode = IORING_OP_RECV, .fd = fd, .addr = (uintptr_t)bytes, .len = size,
	};
	int got = uring_call(ring, &receive);

	errno = -got;
	if (got < 0)
		err(1, "recv");
	return got;
}

static void echo_pieces(struct uring *ring, int fd)
{
	static __thread uint8_t bytes[10 * PIECE];
	int got;

	while ((got = receive(ring, fd, bytes, sizeof(bytes))))
		send_whole(ring, fd, bytes, (uint32_t)got);
}

static void provide(struct uring *ring, uint8_t *bytes, int first, int count)
{
	struct io_uring_sqe buffers = {
		.opcode = IORING_OP_PROVIDE_BUFFERS, .fd = count, .addr = (uintptr_t)bytes, .len = PIECE,
		.off = (uint64_t)first, .buf_group = GROUP,
	};

	if (uring_call(ring, &buffers) < 0)
		err(1, "buffers");
}

/* Sends received data and returns its buffer through a separate ring, which has no other completions. */
static void echo_multishot(struct uring *ring, int fd)
{
	static __thread uint8_t bytes[BUFFERS][PIECE];
	struct io_uring_sqe receive = {
		.opcode = IORING_OP_RECV, .fd = fd, .ioprio = IORING_RECV_MULTISHOT, .flags = IOSQE_BUFFER_SELECT,
		.buf_group = GROUP,
	};
	struct io_uring_sqe buffer = {
		.opcode = IORING_OP_PROVIDE_BUFFERS, .fd = 1, .len = PIECE, .buf_group = GROUP, .user_data = 1,
	};
	struct outcome came;
	struct uring sender;
	bool armed = false, ended = false;

	uring_open(&sender);
	provide(ring, bytes[0], 0, BUFFERS);
	while (!ended) {
		if (!armed)
			uring_submit(ring, &receive);
		armed = true;
		came = uring_wait(ring);
		if (came.user_data)
			continue;
		armed = came.flags & IORING_CQE_F_MORE;
		if (came.result == -ENOBUFS)
			continue;
		errno = -came.result;
		if (came.result < 0)
			err(1, "multishot recv");
		ended = !came.result;
		if (!(came.flags & IORING_CQE_F_BUFFER))
			continue;
		buffer.off = came.flags >> IORING_CQE_BUFFER_SHIFT;
		buffer.addr = (uintptr_t)bytes[buffer.off];
		if (!ended)
			send_whole(&sender, fd, bytes[buffer.off], (uint32_t)came.result);
		uring_submit(ring, &buffer);
	}
	close(sender.fd);
}

struct server { int fd; bool multishot; };

static void *serve(void *argument)
{
	const struct server *server = argument;
	struct uring ring;

	uring_open(&ring);
	(server->multishot ? echo_multishot : echo_pieces)(&ring, server->fd);
	close(ring.fd);
	close(server->fd);
	return NULL;
}

static void *send_data(void *argument)
{
	struct uring ring;
	int fd = *(int *)argument;

	uring_open(&ring);
	for (uint32_t at = 0, size; at < BYTES; at += size) {
		size = at % 60000 + 1 < BYTES - at ? at % 60000 + 1 : BYTES - at;
		send_whole(&ring, fd, data + at, size);
	}
	shutdown(fd, SHUT_WR);
	close(ring.fd);
	return NULL;
}

static void *compare(void *argument)
{
	static __thread uint8_t bytes[30000];
	struct uring ring;
	uint32_t at = 0;
	int fd = *(int *)argument, got;

	uring_open(&ring);
	while ((got = receive(&ring, fd, bytes, sizeof(bytes)))) {
		if (at + (uint32_t)got > BYTES || memcmp(bytes, data + at, (size_t)got)) {
			fprintf(stderr, "wrong bytes from %u on\n", at);
			exit(1);
		}
		at += (uint32_t)got;
	}
	close(ring.fd);
	if (at != BYTES) {
		fprintf(stderr, "%u bytes of %u came back\n", at, BYTES);
		exit(1);
	}
	return NULL;
}

int main(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), clients[CONNECTIONS];
	struct server servers[CONNECTIONS];
	pthread_t threads[3 * CONNECTIONS];

	for (uint32_t i = 0; i < BYTES; i++)
		data[i] = (uint8_t)(i * 2654435761u >> 11 ^ i);
	if (bind(listener, (void *)&address, size) || listen(listener, CONNECTIONS) ||
	    getsockname(listener, (void *)&address, &size))
		err(1, "listen");
	for (int i = 0; i < CONNECTIONS; i++) {
		clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(clients[i], (void *)&address, size))
			err(1, "connect");
		servers[i] = (struct server){ accept4(listener, NULL, NULL, SOCK_CLOEXEC), i % 2 };
		if (pthread_create(&threads[3 * i], NULL, serve, &servers[i]) ||
		    pthread_create(&threads[3 * i + 1], NULL, send_data, &clients[i]) ||
		    pthread_create(&threads[3 * i + 2], NULL, compare, &clients[i]))
			err(1, "pthread_create");
	}
	for (int i = 0; i < 3 * CONNECTIONS; i++)
		pthread_join(threads[i], NULL);
	printf("%d connections, %u bytes there and back on each\n", CONNECTIONS, BYTES);
	return 0;
}
