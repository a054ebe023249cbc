/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum test {
	TEST_READ,
	TEST_WRITE,
	TEST_FIRST,	/* writes into a file that was cut to nothing */
	TEST_LOAD,	/* reads through a mapping that is made for the pass */
	TEST_STORE,	/* writes through one */
	TEST_FILL,	/* nothing: the files are filled and left behind */
};

struct options {
	const char *dir;
	enum test test;
	size_t size;		/* bytes of an operation */
	uint64_t bytes;		/* of a file */
	bool random;		/* each block once a pass, in a fixed random order */
	unsigned int threads;
	bool one_file;		/* all threads use file 0 */
	uint64_t ns;		/* how long each thread is timed, at least */
};

struct worker {
	const struct options *options;
	int fd;
	char *buffer;		/* one operation's bytes */
	uint32_t *order;	/* of the blocks of a file */
	uint32_t blocks;
	uint64_t operations;	/* that were timed */
	uint64_t ns;		/* that they took */
	uint64_t all;		/* operations, those that were not timed too */
};

struct options parse_options(int argc, char **argv);

/* Makes the worker's file, full of the mark that reads expect. */
void prepare(struct worker *worker, const struct options *options, unsigned int index);
/* Passes over the file until the time is up; the first ones are not timed. */
void work(struct worker *worker);

#endif
