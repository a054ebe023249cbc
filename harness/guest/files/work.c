// SPDX-License-Identifier: GPL-2.0-only
/*
 * A pass is every block of the file once. The loop around a call is some ten instructions,
 * so that what is counted is the call.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "marks.h"

/* Fewer passes flatter filesystems whose pages are not aged. */
#define WARM_PASSES	4u
#define PAGE		4096u

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* Eight bytes an instruction, as the kernel's copies without ERMS. */
static void copy_words(void *to, const void *from, size_t bytes)
{
	size_t words = bytes / 8;

	asm volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}

static void mark(char *buffer, size_t bytes, const char *with)
{
	uint64_t word = mark_word(with);

	for (size_t i = 0; i < bytes; i += sizeof(word))
		memcpy(buffer + i, &word, sizeof(word));
}

/* A buffer that shares no page index with the file's bytes, which would slow emulation down. */
static char *new_buffer(size_t bytes)
{
	char *at = mmap(NULL, bytes + 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		err(1, "memory");
	return at + PAGE;
}

static void write_at(struct worker *worker, uint64_t offset)
{
	size_t size = worker->options->size;
	ssize_t done = pwrite(worker->fd, worker->buffer, size, offset);

	if (done != (ssize_t)size)
		err(1, "pwrite of %zu at %llu gave %zd", size, (unsigned long long)offset, done);
}

static void check_filled(const struct worker *worker)
{
	uint64_t word;

	memcpy(&word, worker->buffer, sizeof(word));
	if (word != mark_word(MARK_FILLED))
		errx(1, "a read gave %#llx, which nobody wrote there", (unsigned long long)word);
}

static void read_at(struct worker *worker, uint64_t offset)
{
	size_t size = worker->options->size;
	ssize_t done = pread(worker->fd, worker->buffer, size, offset);

	if (done != (ssize_t)size)
		err(1, "pread of %zu at %llu gave %zd", size, (unsigned long long)offset, done);
	check_filled(worker);
}

static void through_mapping(struct worker *worker, bool stores)
{
	const struct options *options = worker->options;
	int protection = PROT_READ | (stores ? PROT_WRITE : 0);
	char *at = mmap(NULL, options->bytes, protection, MAP_SHARED, worker->fd, 0);

	if (at == MAP_FAILED)
		err(1, "mmap");
	for (uint32_t i = 0; i < worker->blocks; i++) {
		char *block = at + worker->order[i] * options->size;

		if (stores) {
			copy_words(block, worker->buffer, options->size);
		} else {
			copy_words(worker->buffer, block, options->size);
			check_filled(worker);
		}
	}
	munmap(at, options->bytes);
}

static void by_calls(struct worker *worker, void (*call)(struct worker *worker, uint64_t offset))
{
	for (uint32_t i = 0; i < worker->blocks; i++)
		call(worker, worker->order[i] * worker->options->size);
}

/* How long the pass took, ns. */
static uint64_t pass(struct worker *worker)
{
	uint64_t start;

	if (worker->options->test == TEST_FIRST && ftruncate(worker->fd, 0))
		err(1, "ftruncate");
	start = now_ns();
	switch (worker->options->test) {
	case TEST_READ:
		by_calls(worker, read_at);
		break;
	case TEST_LOAD:
	case TEST_STORE:
		through_mapping(worker, worker->options->test == TEST_STORE);
		break;
	default:
		by_calls(worker, write_at);
	}
	return now_ns() - start;
}

static uint32_t *blocks_in_order(uint32_t blocks, bool random)
{
	uint32_t *order = calloc(blocks, sizeof(*order));
	uint64_t state = 1;

	if (!order)
		err(1, "memory");
	for (uint32_t i = 0; i < blocks; i++) {
		uint32_t other;

		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		other = random ? (state >> 33) % (i + 1) : i;
		order[i] = order[other];
		order[other] = i;
	}
	return order;
}

static void fill(const struct worker *worker)
{
	size_t step = 1 << 20;
	char *buffer = new_buffer(step);

	mark(buffer, step, MARK_FILLED);
	for (uint64_t at = 0; at < worker->options->bytes; at += step) {
		uint64_t left = worker->options->bytes - at;
		size_t bytes = left < step ? left : step;

		if (pwrite(worker->fd, buffer, bytes, at) != (ssize_t)bytes)
			err(1, "fill");
	}
	munmap(buffer - PAGE, step + 2 * PAGE);
}

void prepare(struct worker *worker, const struct options *options, unsigned int index)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%u", options->dir, options->one_file ? 0 : index);
	worker->options = options;
	worker->fd = open(path, O_RDWR | O_CREAT, 0644);
	if (worker->fd < 0)
		err(1, "%s", path);
	worker->blocks = options->bytes / options->size;
	worker->order = blocks_in_order(worker->blocks, options->random);
	worker->buffer = new_buffer(options->size);
	mark(worker->buffer, options->size, MARK_WRITTEN);
	fill(worker);
}

void work(struct worker *worker)
{
	for (unsigned int i = 0; i < WARM_PASSES; i++)
		pass(worker);
	worker->all = WARM_PASSES * (uint64_t)worker->blocks;
	while (worker->ns < worker->options->ns) {
		worker->ns += pass(worker);
		worker->operations += worker->blocks;
	}
	worker->all += worker->operations;
}
