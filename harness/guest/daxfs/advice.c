// SPDX-License-Identifier: GPL-2.0-only
/* A part of posix: what is done to mappings, and mappings as the memory of other calls. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define SHOW(expression) show(#expression, expression)
#define PAGE	4096L
#define BYTES	(8 * PAGE)

static char bytes[BYTES];

static char *map_file(int fd, long count, int flags)
{
	return mmap(NULL, count, PROT_READ | PROT_WRITE, flags, fd, 0);
}

static void moved(int fd)
{
	char *at = map_file(fd, BYTES, MAP_SHARED);

	at[PAGE] = '1';
	at = mremap(at, BYTES, 4 * PAGE, 0);
	SHOW(at[PAGE]);
	at = mremap(at, 4 * PAGE, 2 * BYTES, MREMAP_MAYMOVE);
	SHOW(at[PAGE]);
	at = mremap(at + PAGE, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at + 4 * PAGE);
	SHOW(*at);
	SHOW(mremap(at, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL) != MAP_FAILED);
	SHOW(*at);
	SHOW(munmap(at, PAGE));
}

static void advised(int fd)
{
	char *shared = map_file(fd, BYTES, MAP_SHARED), *private = map_file(fd, BYTES, MAP_PRIVATE);
	unsigned char there[8];

	SHOW(madvise(shared, BYTES, MADV_POPULATE_WRITE));
	shared[0] = 's';
	private[0] = 'p';
	SHOW(madvise(private, BYTES, MADV_DONTNEED));
	SHOW(private[0]);
	SHOW(madvise(shared, BYTES, MADV_DONTNEED));
	SHOW(shared[0]);
	SHOW(madvise(shared, BYTES, MADV_WILLNEED) + madvise(shared, BYTES, MADV_SEQUENTIAL));
	SHOW(madvise(shared, BYTES, MADV_COLD) + madvise(shared, BYTES, MADV_PAGEOUT));
	SHOW(shared[0]);
	SHOW(madvise(shared, BYTES, MADV_FREE));
	SHOW(madvise(shared, BYTES, MADV_REMOVE));
	SHOW(shared[0]);
	SHOW(madvise(private, BYTES, MADV_REMOVE));
	SHOW(madvise(shared, BYTES, MADV_POPULATE_READ));
	SHOW(mincore(shared, BYTES, there));
	SHOW(there[0] + there[7]);
	SHOW(mlock(shared, BYTES) + munlock(shared, BYTES));
	SHOW(msync(shared, BYTES, MS_ASYNC) + msync(shared, BYTES, MS_SYNC | MS_INVALIDATE));
	SHOW(munmap(shared, BYTES) + munmap(private, BYTES));
}

static void others_memory(int fd)
{
	char *shared = map_file(fd, 2 * BYTES, MAP_SHARED), got[16] = "";
	struct iovec mine = { got, 4 }, theirs = { shared + PAGE, 4 };
	int memory = open("/proc/self/mem", O_RDWR), status;
	pid_t child;

	memcpy(shared + PAGE, "abcd", 4);
	SHOW(process_vm_readv(getpid(), &mine, 1, &theirs, 1, 0));
	SHOW(memcmp(got, "abcd", 4));
	SHOW(pwrite(memory, "mem", 3, (off_t)(shared + 2 * PAGE)));
	SHOW(memcmp(shared + 2 * PAGE, "mem", 3));
	SHOW(mprotect(shared, BYTES, PROT_READ));
	SHOW(pread(fd, shared, 100, 0));
	SHOW(mprotect(shared, BYTES, PROT_READ | PROT_WRITE));
	/* Beyond the end of the file. */
	SHOW(pread(fd, shared + BYTES, 100, 0));
	SHOW(pwrite(fd, shared + BYTES, 100, 0));
	SHOW(pwrite(fd, shared + BYTES - 50, 100, 0));
	SHOW(pread(memory, got, 4, (off_t)(shared + BYTES)));
	child = fork();
	if (!child) {
		memcpy(shared + 3 * PAGE, "child", 5);
		_exit(munmap(shared, 2 * BYTES));
	}
	waitpid(child, &status, 0);
	SHOW(status + memcmp(shared + 3 * PAGE, "child", 5));
	SHOW(munmap(shared, 2 * BYTES) + close(memory));
}

static void looked_at(int fd)
{
	char *shared = map_file(fd, BYTES, MAP_SHARED);
	int smaps = open("/proc/self/smaps", O_RDONLY), places = open("/proc/self/pagemap", O_RDONLY);
	long got, all = 0;

	memset(shared, 1, BYTES);
	while ((got = read(smaps, bytes, sizeof(bytes))) > 0)
		all += got;
	SHOW(all > 100);
	SHOW(pread(places, bytes, 64, (off_t)shared / PAGE * 8));
	SHOW(close(smaps) + close(places) + munmap(shared, BYTES));
}

static void refused(int fd)
{
	int reader = open("a", O_RDONLY);

	SHOW(mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, reader, 0) == MAP_FAILED);
	SHOW(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 1) == MAP_FAILED);
	SHOW(mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE | MAP_SYNC, fd, 0) == MAP_FAILED);
	SHOW(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 1L << 50) != MAP_FAILED);
	SHOW(close(reader));
}

void advice(void)
{
	int fd = open("a", O_RDWR | O_CREAT, 0644);

	SHOW(ftruncate(fd, BYTES));
	moved(fd);
	advised(fd);
	others_memory(fd);
	looked_at(fd);
	refused(fd);
	SHOW(close(fd) + unlink("a"));
}
