/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of io_uring that our programs need, without a library. */
#ifndef LIB_URING_H
#define LIB_URING_H

#include <err.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct uring {
	int fd;
	uint32_t *sq_tail, *sq_array, sq_mask;
	uint32_t *cq_head, *cq_tail, cq_mask;
	struct io_uring_sqe *entries;
	struct io_uring_cqe *completions;
};

/* The result of a request: the used part of its completion. */
struct outcome { uint64_t user_data; int result; uint32_t flags; };

#define URING_ENTRIES 64

static inline void *uring_map(const struct uring *ring, size_t size, off_t offset)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, offset);

	if (at == MAP_FAILED)
		err(1, "mmap of a ring");
	return at;
}

static inline void uring_open(struct uring *ring)
{
	struct io_uring_params params = { 0 };
	char *sq, *cq;

	ring->fd = (int)syscall(__NR_io_uring_setup, URING_ENTRIES, &params);
	if (ring->fd < 0)
		err(1, "io_uring_setup");
	sq = uring_map(ring, params.sq_off.array + params.sq_entries * sizeof(uint32_t), IORING_OFF_SQ_RING);
	cq = uring_map(ring, params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
	ring->entries = uring_map(ring, params.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	ring->sq_tail = (uint32_t *)(sq + params.sq_off.tail);
	ring->sq_mask = *(uint32_t *)(sq + params.sq_off.ring_mask);
	ring->sq_array = (uint32_t *)(sq + params.sq_off.array);
	ring->cq_head = (uint32_t *)(cq + params.cq_off.head);
	ring->cq_tail = (uint32_t *)(cq + params.cq_off.tail);
	ring->cq_mask = *(uint32_t *)(cq + params.cq_off.ring_mask);
	ring->completions = (struct io_uring_cqe *)(cq + params.cq_off.cqes);
}

static inline void uring_enter(struct uring *ring, unsigned int submit, unsigned int wait)
{
	while (syscall(__NR_io_uring_enter, ring->fd, submit, wait, wait ? IORING_ENTER_GETEVENTS : 0, NULL, 0) < 0)
		if (errno != EINTR)
			err(1, "io_uring_enter");
}

static inline void uring_submit(struct uring *ring, const struct io_uring_sqe *entry)
{
	uint32_t tail = *ring->sq_tail, at = tail & ring->sq_mask;

	ring->entries[at] = *entry;
	ring->sq_array[at] = at;
	/* Pairs with the kernel's acquire of the tail. */
	__atomic_store_n(ring->sq_tail, tail + 1, __ATOMIC_RELEASE);
	uring_enter(ring, 1, 0);
}

static inline struct outcome uring_wait(struct uring *ring)
{
	uint32_t head = *ring->cq_head;
	const struct io_uring_cqe *came;
	struct outcome outcome;

	/* Pairs with the kernel's release of the tail. */
	while (__atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE) == head)
		uring_enter(ring, 0, 1);
	came = &ring->completions[head & ring->cq_mask];
	outcome = (struct outcome){ came->user_data, came->res, came->flags };
	/* Pairs with the kernel's acquire of the head. */
	__atomic_store_n(ring->cq_head, head + 1, __ATOMIC_RELEASE);
	return outcome;
}

/* Submits and waits. Returns the result, or -errno. */
static inline int uring_call(struct uring *ring, const struct io_uring_sqe *entry)
{
	uring_submit(ring, entry);
	return uring_wait(ring).result;
}

#endif
