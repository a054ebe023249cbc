// SPDX-License-Identifier: GPL-2.0-only
/*
 * A socket as the medium: send() and recv() until the message is whole; a spinning end
 * passes MSG_DONTWAIT and executes `pause` after each EAGAIN.
 */
#include <err.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pingpong.h"

/*
 * Whether to retry. A blocking end may get EAGAIN too: a socket in a sockmap returns it
 * on a signal, here the one that ends the counting.
 */
static bool would_block(struct channel *channel)
{
	if (errno == EINTR)
		return true;
	if (errno != EAGAIN)
		return false;
	if (channel->variant->spin) {
		channel->spins++;
		cpu_relax();
	}
	return true;
}

void socket_send(struct channel *channel, const char *message)
{
	int flags = MSG_NOSIGNAL | (channel->variant->spin ? MSG_DONTWAIT : 0);
	size_t done = 0;

	while (done < channel->size) {
		ssize_t n = send(channel->fd, message + done, channel->size - done, flags);

		if (n >= 0)
			done += (size_t)n;
		else if (!would_block(channel))
			err(1, "send");
	}
}

bool socket_receive(struct channel *channel, char *message)
{
	int flags = channel->variant->spin ? MSG_DONTWAIT : 0;
	size_t done = 0;

	while (done < channel->size) {
		ssize_t n = recv(channel->fd, message + done, channel->size - done, flags);

		if (n > 0)
			done += (size_t)n;
		else if (n == 0 && done == 0)
			return false;
		else if (n == 0)
			errx(1, "the stream ended %zu bytes into a message of %zu", done, channel->size);
		else if (!would_block(channel))
			err(1, "recv");
	}
	return true;
}

void channel_close(struct channel *channel)
{
	if (channel->out)
		atomic_store_explicit(&channel->out->full, LANE_CLOSED, memory_order_release);
	if (channel->fd >= 0)
		close(channel->fd);
}
