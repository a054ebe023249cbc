/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared memory as the medium: one copy in, one flag, one copy out. It is the limit for the
 * other variants, so it is inlined into the counted loops.
 */
#ifndef LANE_H
#define LANE_H

#include <err.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "pingpong.h"

/*
 * Eight bytes an instruction, like the kernel's own copy on a CPU without ERMS, so
 * that the limit has the same copies as a kernel path.
 */
static inline void lane_copy(void *to, const void *from, size_t size)
{
	size_t words = size / 8, bytes = size % 8;

	asm volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
	if (bytes)
		asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

/*
 * The kernel entries of syscall-limit, made on a separate connected TCP socket as an
 * unmodified program would make them: a send() of no bytes, and a recv() of the message's
 * size that finds nothing and does not wait. Each runs from the system call through
 * tcp_sendmsg() or tcp_recvmsg() and its socket lock and back, and moves nothing.
 */
static inline void enter_send(int fd, const char *message)
{
	if (send(fd, message, 0, MSG_NOSIGNAL) != 0)
		errx(1, "an empty send: %s", strerror(errno));
}

static inline void enter_receive(int fd, char *message, size_t size)
{
	if (recv(fd, message, size, MSG_DONTWAIT) >= 0 || errno != EAGAIN)
		errx(1, "a receive from an empty socket: %s", strerror(errno));
}

static inline void lane_send(struct channel *channel, const char *message)
{
	lane_copy(channel->out->data, message, channel->size);
	if (channel->variant->syscalls)
		enter_send(channel->fd, message);
	/* Pairs with the acquire in lane_receive(): the copy is seen before the flag. */
	atomic_store_explicit(&channel->out->full, ++channel->sent, memory_order_release);
}

static inline bool lane_receive(struct channel *channel, char *message)
{
	uint32_t awaited = ++channel->received, full;

	if (channel->variant->syscalls)
		enter_receive(channel->fd, message, channel->size);
	while ((full = atomic_load_explicit(&channel->in->full, memory_order_acquire)) != awaited) {
		if (full == LANE_CLOSED)
			return false;
		channel->spins++;
		cpu_relax();
	}
	lane_copy(message, channel->in->data, channel->size);
	return true;
}

#endif
