/* SPDX-License-Identifier: GPL-2.0-only */
/* The words that files under test consist of, so that they can be found in the memory below. */
#ifndef LIB_MARKS_H
#define LIB_MARKS_H

#include <stdint.h>
#include <string.h>

/* A file before the test: what a read must return. */
#define MARK_FILLED	"zhfilled"
/* Written by the test itself. */
#define MARK_WRITTEN	"zhwriten"

/* The beginning of a test file's name. */
#define MARK_NAMED	"zhnamed-"

static inline uint64_t mark_word(const char *mark)
{
	uint64_t word;

	memcpy(&word, mark, sizeof(word));
	return word;
}

#endif
