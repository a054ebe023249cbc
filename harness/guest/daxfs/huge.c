// SPDX-License-Identifier: GPL-2.0-only
/*
 * huge DIR COUNTERS BLOCKDEV: mappings of 2 MiB, against calls, other mappings and pins. The
 * device takes O_DIRECT from a mapping. Prints a line for each check that fails.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define MIB	(1L << 20)
#define CHUNK	(2 * MIB)
#define BYTES	(4 * CHUNK)
#define PAGE	4096L

static const char *counters;
static int wrong;
static char buffer[BYTES], other[BYTES];

#define EXPECT(condition) do {							\
	if (!(condition)) {							\
		printf("huge.c:%d: %s is false\n", __LINE__, #condition);	\
		wrong = 1;							\
	}									\
} while (0)

static long counter(const char *name)
{
	char path[256];
	long value = -1;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", counters, name);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%ld", &value) != 1)
		perror(path);
	if (file)
		fclose(file);
	return value;
}

static long faults, huge_faults;

static void counters_start(void)
{
	faults = counter("faults");
	huge_faults = counter("huge_faults");
}

/* Whether there were so many faults of either size since. */
static int counted(long small, long huge)
{
	long was_small = counter("faults") - faults, was_huge = counter("huge_faults") - huge_faults;

	if (was_small == small && was_huge == huge)
		return 1;
	printf("%ld faults of 4 KiB and %ld of 2 MiB, expected %ld and %ld\n", was_small, was_huge, small, huge);
	return 0;
}

static void pattern(int seed)
{
	for (long i = 0; i < BYTES; i += sizeof(long))
		*(long *)(buffer + i) = i * 31 + seed;
}

/* A file of 8 MiB that was written a MiB at a time. */
static int written(const char *name, int seed)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);

	pattern(seed);
	for (long at = 0; at < BYTES; at += MIB)
		EXPECT(pwrite(fd, buffer + at, MIB, at) == MIB);
	return fd;
}

static char *map(int fd, int protection, int flags)
{
	char *at = mmap(NULL, BYTES, protection, flags, fd, 0);

	if (at == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return at;
}

static char *shared(int fd)
{
	return map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);
}

static int file_is(int fd, const char *bytes)
{
	return pread(fd, other, BYTES, 0) == BYTES && !memcmp(other, bytes, BYTES);
}

static sigjmp_buf bus;

static void on_bus(int signal)
{
	(void)signal;
	siglongjmp(bus, 1);
}

static int load(volatile char *at)
{
	return sigsetjmp(bus, 1) ? -2 : *at;
}

static void loads_and_stores(void)
{
	int fd = written("a", 1);
	char *at = shared(fd);

	counters_start();
	EXPECT(!memcmp(at, buffer, BYTES));
	memset(at + CHUNK - 10, 'x', 20);
	EXPECT(counted(0, BYTES / CHUNK));
	memset(buffer + CHUNK - 10, 'x', 20);
	EXPECT(file_is(fd, buffer));
	EXPECT(pwrite(fd, "call", 4, 3 * CHUNK) == 4);
	EXPECT(!memcmp(at + 3 * CHUNK, "call", 4));
	munmap(at, BYTES);
	close(fd);
}

/* A store to a hole gets 2 MiB; a load gets a page, and so do stores beside it. */
static void holes(void)
{
	int fd = open("h", O_RDWR | O_CREAT, 0644);
	char *at;

	EXPECT(!ftruncate(fd, BYTES));
	at = shared(fd);
	counters_start();
	at[CHUNK + 5] = 'y';
	EXPECT(counted(0, 1));
	EXPECT(!at[CHUNK + 6] && !at[2 * CHUNK - 1]);
	EXPECT(counted(0, 1));
	EXPECT(!load(at));
	at[PAGE] = 'z';
	EXPECT(counted(2, 1));
	EXPECT(pread(fd, other, BYTES, 0) == BYTES);
	EXPECT(other[CHUNK + 5] == 'y' && other[PAGE] == 'z' && !other[0] && !other[CHUNK]);
	munmap(at, BYTES);
	close(fd);
}

static void allocated(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0644);
	char *at;

	EXPECT(!fallocate(fd, 0, 0, BYTES));
	at = shared(fd);
	counters_start();
	for (long i = 0; i < BYTES; i++)
		if (at[i])
			EXPECT(!i);
	EXPECT(counted(0, BYTES / CHUNK));
	munmap(at, BYTES);
	close(fd);
}

/* A private page comes of a store; the file does not see it. */
static void private(void)
{
	int fd = written("p", 2);
	char *at = map(fd, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	counters_start();
	EXPECT(!memcmp(at, buffer, BYTES));
	EXPECT(counted(0, BYTES / CHUNK));
	at[CHUNK + 7] = '!';
	EXPECT(at[CHUNK + 7] == '!' && at[CHUNK + 8] == buffer[CHUNK + 8]);
	EXPECT(file_is(fd, buffer));
	EXPECT(pwrite(fd, "new", 3, CHUNK + PAGE) == 3);
	EXPECT(!memcmp(at + CHUNK + PAGE, "new", 3));
	munmap(at, BYTES);
	at = map(fd, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	at[9] = '!';
	EXPECT(pread(fd, other, 10, 0) == 10 && other[9] == buffer[9]);
	munmap(at, BYTES);
	close(fd);
}

static void protection(void)
{
	int fd = written("m", 3);
	char *at = map(fd, PROT_READ, MAP_SHARED);

	counters_start();
	EXPECT(load(at) == buffer[0]);
	EXPECT(!mprotect(at, BYTES, PROT_READ | PROT_WRITE));
	at[1] = 'w';
	EXPECT(counter("faults") == faults);
	EXPECT(pread(fd, other, 2, 0) == 2 && other[1] == 'w');
	munmap(at, BYTES);
	close(fd);
}

static void cuts(void)
{
	int fd = written("c", 4), status;
	char *at = shared(fd);
	pid_t child;

	EXPECT(!memcmp(at, buffer, BYTES));
	EXPECT(!fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, PAGE, 2 * PAGE));
	memset(buffer + PAGE, 0, 2 * PAGE);
	EXPECT(!memcmp(at, buffer, BYTES));
	at[PAGE] = 'p';
	buffer[PAGE] = 'p';
	EXPECT(file_is(fd, buffer));
	EXPECT(!ftruncate(fd, CHUNK + 100));
	EXPECT(load(at + CHUNK) == buffer[CHUNK]);
	EXPECT(!at[CHUNK + 100] && load(at + CHUNK + PAGE) == -2 && load(at + 2 * CHUNK) == -2);
	EXPECT(!ftruncate(fd, BYTES));
	EXPECT(!load(at + CHUNK + 100) && !load(at + 2 * CHUNK));
	at[BYTES - 1] = 'e';
	child = fork();
	if (!child) {
		at[3 * CHUNK] = 'c';
		_exit(at[BYTES - 1] != 'e');
	}
	waitpid(child, &status, 0);
	EXPECT(!status && at[3 * CHUNK] == 'c');
	munmap(at, BYTES);
	close(fd);
}

/* A pipe holds a page of a huge mapping: a cut waits for it, and a signal ends the wait. */
static void pins(void)
{
	int fd = written("v", 5), ends[2], status;
	char *at = shared(fd);
	struct iovec page = { at + CHUNK + 3 * PAGE, PAGE };
	pid_t child;

	EXPECT(!pipe(ends));
	counters_start();
	EXPECT(vmsplice(ends[1], &page, 1, 0) == PAGE);
	EXPECT(counted(0, 1));
	child = fork();
	if (!child) {
		alarm(1);
		_exit(ftruncate(fd, 0) != 0);
	}
	waitpid(child, &status, 0);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
	EXPECT(file_is(fd, buffer));
	EXPECT(read(ends[0], other, PAGE) == PAGE && !memcmp(other, page.iov_base, PAGE));
	EXPECT(!ftruncate(fd, 0));
	munmap(at, BYTES);
	close(ends[0]);
	close(ends[1]);
	close(fd);
}

static void direct(const char *device)
{
	int fd = written("d", 6), block = open(device, O_RDWR | O_DIRECT);
	char *at = shared(fd);

	EXPECT(block >= 0);
	EXPECT(pwrite(block, at, CHUNK, 0) == CHUNK);
	memset(at, 0, CHUNK);
	EXPECT(pread(block, at + CHUNK, CHUNK, 0) == CHUNK);
	EXPECT(!memcmp(at + CHUNK, buffer, CHUNK));
	EXPECT(pread(fd, other, CHUNK, CHUNK) == CHUNK && !memcmp(other, buffer, CHUNK));
	munmap(at, BYTES);
	close(block);
	close(fd);
}

int huge(int argc, char **argv)
{
	if (argc != 4 || chdir(argv[1]))
		return 2;
	counters = argv[2];
	signal(SIGBUS, on_bus);
	loads_and_stores();
	holes();
	allocated();
	private();
	protection();
	cuts();
	pins();
	direct(argv[3]);
	if (!wrong)
		puts("huge: ok");
	return wrong;
}
