/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of io_uring that an echo needs, without a library. */
#ifndef URING_H
#define URING_H

#include <linux/io_uring.h>
#include <stdint.h>

struct uring {
	int fd;
	uint32_t *sq_tail, *sq_array, sq_mask;
	uint32_t *cq_head, *cq_tail, cq_mask;
	struct io_uring_sqe *entries;
	struct io_uring_cqe *completions;
};

void uring_open(struct uring *ring);
void uring_submit(struct uring *ring, const struct io_uring_sqe *entry);
/* The result of a request: the used part of its completion. */
struct outcome { uint64_t user_data; int result; uint32_t flags; };
struct outcome uring_wait(struct uring *ring);
/* Submits and waits. Returns the result, or -errno. */
int uring_call(struct uring *ring, const struct io_uring_sqe *entry);

#endif
