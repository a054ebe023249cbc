// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks at a range of physical memory from below any filesystem in it: `clear` makes it
 * zero, `count` counts its pages that hold the bytes of tests.
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "marks.h"
#include "numbers.h"

#define PAGE 4096u
#define WORDS (PAGE / sizeof(uint64_t))

static uint64_t *map_region(uint64_t start, uint64_t bytes)
{
	int fd = open("/dev/mem", O_RDWR);
	void *at;

	if (fd < 0)
		err(1, "/dev/mem");
	at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, start);
	if (at == MAP_FAILED)
		err(1, "map %#" PRIx64, start);
	close(fd);
	return at;
}

static void count(const uint64_t *words, uint64_t bytes)
{
	uint64_t filled = 0, written = 0, named = 0, used = 0;

	for (uint64_t i = 0; i < bytes / sizeof(*words); i += WORDS) {
		const uint64_t *page = words + i;
		bool is_used = false;

		filled += page[0] == mark_word(MARK_FILLED);
		written += page[0] == mark_word(MARK_WRITTEN);
		for (unsigned int j = 0; j < WORDS; j++) {
			is_used |= page[j] != 0;
			named += page[j] == mark_word(MARK_NAMED);
		}
		used += is_used;
	}
	printf("{\"filled\":%" PRIu64 ",\"written\":%" PRIu64 ",\"named\":%" PRIu64 ",\"used\":%" PRIu64 "}\n",
	       filled, written, named, used);
}

int main(int argc, char **argv)
{
	bool clears = argc == 4 && !strcmp(argv[1], "clear");
	uint64_t bytes, *words;

	if (!clears && (argc != 4 || strcmp(argv[1], "count"))) {
		fputs("usage: zerohop-region clear|count START BYTES (both decimal)\n", stderr);
		return 2;
	}
	bytes = number(argv[3], "BYTES", PAGE, UINT64_MAX) & ~(uint64_t)(PAGE - 1);
	words = map_region(number(argv[2], "START", 0, UINT64_MAX), bytes);
	if (clears)
		memset(words, 0, bytes);
	else
		count(words, bytes);
	return 0;
}
