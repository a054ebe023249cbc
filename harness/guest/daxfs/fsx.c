// SPDX-License-Identifier: GPL-2.0-only
/*
 * fsx FILE SEED OPERATIONS: reads, writes, appends, truncates, punches, allocates and uses
 * mappings of one file at random, and compares it with a copy in memory after each.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

#define MOST	(1 << 20)

static const char *path;
static int file, appender;
static uint8_t model[MOST], buffer[MOST];
static size_t size;
static uint64_t state;

static uint32_t draw(uint32_t below)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(state >> 33) % below;
}

/* Often at the borders of pages, where filesystems go wrong. */
static size_t place(size_t below)
{
	size_t at = draw(below);

	return draw(3) ? at : at & ~(size_t)4095;
}

/* The latest operations, for a failure's report. */
static char history[16][80];
static unsigned int noted;

static void note(const char *what, size_t at, size_t bytes)
{
	snprintf(history[noted++ % 16], sizeof(history[0]), "%s at %zu, %zu bytes, size %zu", what, at, bytes,
		 size);
}

static int fail(long operation, const char *what)
{
	fprintf(stderr, "%s: operation %ld: %s: %s\n", path, operation, what, strerror(errno));
	for (unsigned int i = noted < 16 ? 0 : noted - 16; i < noted; i++)
		fprintf(stderr, "  %s\n", history[i % 16]);
	return 1;
}

static void fill(size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		buffer[i] = draw(256);
}

static void grown(size_t at, size_t bytes)
{
	memcpy(model + at, buffer, bytes);
	if (size < at + bytes)
		size = at + bytes;
}

static bool do_write(void)
{
	size_t at = place(MOST), bytes = 1 + draw(draw(4) ? 5000 : 200000);

	if (at + bytes > MOST)
		bytes = MOST - at;
	note("write", at, bytes);
	fill(bytes);
	if (pwrite(file, buffer, bytes, at) != (ssize_t)bytes)
		return false;
	grown(at, bytes);
	return true;
}

static bool do_append(void)
{
	size_t bytes = 1 + draw(9000);

	if (size + bytes > MOST)
		return true;
	note("append", size, bytes);
	fill(bytes);
	if (write(appender, buffer, bytes) != (ssize_t)bytes)
		return false;
	grown(size, bytes);
	return true;
}

static bool do_read(void)
{
	size_t at = place(MOST), bytes = 1 + draw(100000), want;
	ssize_t got = pread(file, buffer, bytes, at);

	note("read", at, got);
	want = at >= size ? 0 : size - at < bytes ? size - at : bytes;
	if (got >= 0 && (size_t)got != want)
		errno = ERANGE;
	return got == (ssize_t)want && !memcmp(buffer, model + at, want);
}

static bool do_truncate(void)
{
	size_t to = place(MOST);

	note("truncate", to, 0);
	if (ftruncate(file, to))
		return false;
	if (to < size)
		memset(model + to, 0, size - to);
	size = to;
	return true;
}

static bool do_punch(void)
{
	size_t at = place(MOST), bytes = 1 + draw(50000), last;

	note("punch", at, bytes);
	if (fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, bytes))
		return false;
	last = at + bytes < MOST ? at + bytes : MOST;
	memset(model + at, 0, last - at);
	return true;
}

static bool do_allocate(void)
{
	size_t at = place(MOST), bytes = 1 + draw(50000);

	if (at + bytes > MOST)
		bytes = MOST - at;
	note("allocate", at, bytes);
	if (fallocate(file, 0, at, bytes))
		return false;
	if (size < at + bytes)
		size = at + bytes;
	return true;
}

/*
 * Stores into a mapping, or compares it, within the file. A store up to the file's end goes
 * on to the end of its page: nobody may see those bytes, also where the file grows over them.
 */
static bool use_mapping(bool store)
{
	size_t at, bytes, base;
	uint8_t *map;
	bool same = true;

	if (!size)
		return true;
	at = place(size);
	base = at & ~(size_t)4095;
	bytes = 1 + draw(60000);
	if (at + bytes > size)
		bytes = size - at;
	note(store ? "store" : "load", at, bytes);
	map = mmap(NULL, at - base + bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, base);
	if (map == MAP_FAILED)
		return false;
	if (store) {
		fill(bytes);
		memcpy(map + (at - base), buffer, bytes);
		memcpy(model + at, buffer, bytes);
		if (at + bytes == size)
			memset(map + (size - base), 'E', -size & 4095);
	} else {
		same = !memcmp(map + (at - base), model + at, bytes);
	}
	return !munmap(map, at - base + bytes) && same;
}

/* Sees the file whole, and its size. */
static bool compare(void)
{
	struct stat about;

	if (fstat(file, &about))
		return false;
	errno = about.st_size == (off_t)size ? 0 : ERANGE;
	return !errno && pread(file, buffer, MOST, 0) == (ssize_t)size && !memcmp(buffer, model, size);
}

static const char *step(void)
{
	switch (draw(10)) {
	case 0:
	case 1:
		return do_write() ? NULL : "write";
	case 2:
		return do_append() ? NULL : "append";
	case 3:
	case 4:
		return do_read() ? NULL : "read";
	case 5:
		return do_truncate() ? NULL : "truncate";
	case 6:
		return do_punch() ? NULL : "punch";
	case 7:
		return do_allocate() ? NULL : "allocate";
	case 8:
		return use_mapping(true) ? NULL : "store through a mapping";
	default:
		return use_mapping(false) ? NULL : "read through a mapping";
	}
}

int fsx(int argc, char **argv)
{
	long operations = argc == 4 ? atol(argv[3]) : 0;

	if (!operations)
		return 2;
	path = argv[1];
	state = strtoull(argv[2], NULL, 0);
	file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	appender = open(path, O_WRONLY | O_APPEND);
	if (file < 0 || appender < 0)
		return fail(0, "open");
	for (long i = 1; i <= operations; i++) {
		const char *what = step();

		if (what)
			return fail(i, what);
		if (i % 16 == 0 && !compare())
			return fail(i, "the file is another than its model");
	}
	printf("%ld operations, %zu bytes\n", operations, size);
	return 0;
}
