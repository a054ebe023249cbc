// SPDX-License-Identifier: GPL-2.0-only
/* The system calls that move bytes into and out of a socket, under one signature. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fuzz.h"

#define PARTS 5

/* Cuts a buffer into parts, some of them empty. */
static int cut(uint8_t *bytes, size_t size, struct iovec parts[PARTS], struct draw *draw)
{
	int count = 1 + (int)below(draw, PARTS);

	for (int i = 0; i < count; i++) {
		size_t part = i == count - 1 ? size : below(draw, (uint32_t)size + 1);

		parts[i] = (struct iovec){ bytes, part };
		bytes += part;
		size -= part;
	}
	return count;
}

static ssize_t by_send(int fd, uint8_t *bytes, size_t size, int flags, struct draw *draw)
{
	(void)draw;
	return send(fd, bytes, size, flags);
}

/* write() and its kin know no flags but what the file has; a caller that gives some gets send(). */
static ssize_t by_write(int fd, uint8_t *bytes, size_t size, int flags, struct draw *draw)
{
	return flags ? by_send(fd, bytes, size, flags, draw) : write(fd, bytes, size);
}

static ssize_t by_writev(int fd, uint8_t *bytes, size_t size, int flags, struct draw *draw)
{
	struct iovec parts[PARTS];
	int count = cut(bytes, size, parts, draw);

	return flags ? by_send(fd, bytes, size, flags, draw) : writev(fd, parts, count);
}

static ssize_t by_sendmsg(int fd, uint8_t *bytes, size_t size, int flags, struct draw *draw)
{
	struct iovec parts[PARTS];
	struct msghdr message = { .msg_iov = parts };

	message.msg_iovlen = (size_t)cut(bytes, size, parts, draw);
	return sendmsg(fd, &message, flags);
}

static size_t messages(struct mmsghdr headers[PARTS], struct iovec parts[PARTS], size_t count)
{
	memset(headers, 0, PARTS * sizeof(*headers));
	for (size_t i = 0; i < count; i++)
		headers[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1 };
	return count;
}

static ssize_t total(const struct mmsghdr *headers, int count)
{
	ssize_t sum = 0;

	for (int i = 0; i < count; i++)
		sum += headers[i].msg_len;
	return count < 0 ? count : sum;
}

static ssize_t by_sendmmsg(int fd, uint8_t *bytes, size_t size, int flags, struct draw *draw)
{
	struct iovec parts[PARTS];
	struct mmsghdr headers[PARTS];
	size_t count = messages(headers, parts, (size_t)cut(bytes, size, parts, draw));

	return total(headers, sendmmsg(fd, headers, (unsigned int)count, flags));
}

static ssize_t by_sendfile(int fd, uint8_t *bytes, size_t size, int flags, struct draw *draw)
{
	int file, error;
	ssize_t moved;

	if (flags || !size)
		return by_send(fd, bytes, size, flags, draw);
	file = memfd_create("fuzz", MFD_CLOEXEC);
	if (file < 0 || write(file, bytes, size) != (ssize_t)size || lseek(file, 0, SEEK_SET))
		give_up("a file to send: %s", outcome(-1));
	moved = sendfile(fd, file, NULL, size);
	error = errno;
	close(file);
	errno = error;
	return moved;
}

/* Through a pipe, which gets its pages lent or copies them. */
static ssize_t by_splice(int fd, uint8_t *bytes, size_t size, int flags, struct draw *draw)
{
	struct iovec part = { bytes, size };
	int ends[2], error;
	ssize_t moved;

	if (flags || !size || size > 60000)
		return by_send(fd, bytes, size, flags, draw);
	if (pipe2(ends, O_CLOEXEC))
		give_up("pipe: %s", outcome(-1));
	moved = one_in(draw, 2) ? vmsplice(ends[1], &part, 1, 0) : write(ends[1], bytes, size);
	if (moved != (ssize_t)size)
		give_up("into a pipe: %s", outcome(moved));
	moved = splice(ends[0], NULL, fd, NULL, size, 0);
	error = errno;
	close(ends[0]);
	close(ends[1]);
	errno = error;
	return moved;
}

const struct way *a_way_to_send(struct draw *draw)
{
	static const struct way ways[] = {
		{ "send", by_send }, { "write", by_write }, { "writev", by_writev }, { "sendmsg", by_sendmsg },
		{ "sendmmsg", by_sendmmsg }, { "sendfile", by_sendfile }, { "splice", by_splice },
	};
	/* The plain ones twice as often. */
	uint32_t drawn = below(draw, 11);

	return &ways[drawn < 7 ? drawn : drawn - 7];
}

static ssize_t by_recv(int fd, uint8_t *bytes, size_t size, int flags, struct draw *draw)
{
	(void)draw;
	return recv(fd, bytes, size, flags);
}

static ssize_t by_read(int fd, uint8_t *bytes, size_t size, int flags, struct draw *draw)
{
	return flags ? by_recv(fd, bytes, size, flags, draw) : read(fd, bytes, size);
}

static ssize_t by_readv(int fd, uint8_t *bytes, size_t size, int flags, struct draw *draw)
{
	struct iovec parts[PARTS];
	int count = cut(bytes, size, parts, draw);

	return flags ? by_recv(fd, bytes, size, flags, draw) : readv(fd, parts, count);
}

static ssize_t by_recvmsg(int fd, uint8_t *bytes, size_t size, int flags, struct draw *draw)
{
	struct iovec parts[PARTS];
	struct msghdr message = { .msg_iov = parts };

	message.msg_iovlen = (size_t)cut(bytes, size, parts, draw);
	return recvmsg(fd, &message, flags);
}

/* One message: a second would wait for what nobody sends. */
static ssize_t by_recvmmsg(int fd, uint8_t *bytes, size_t size, int flags, struct draw *draw)
{
	struct iovec part = { bytes, size };
	struct mmsghdr header = { .msg_hdr = { .msg_iov = &part, .msg_iovlen = 1 } };

	(void)draw;
	return total(&header, recvmmsg(fd, &header, 1, flags, NULL));
}

const struct way *a_way_to_receive(struct draw *draw)
{
	static const struct way ways[] = {
		{ "recv", by_recv }, { "read", by_read }, { "readv", by_readv }, { "recvmsg", by_recvmsg },
		{ "recvmmsg", by_recvmmsg },
	};

	return &ways[below(draw, 5)];
}
