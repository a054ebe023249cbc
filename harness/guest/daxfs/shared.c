// SPDX-License-Identifier: GPL-2.0-only
/*
 * shared DIR BLOCKDEV: processes share a mapping, and others hold pages of it. A line a
 * part. The device takes O_DIRECT from a mapping. Holds on any filesystem that is local.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define PAGE		4096L
#define LARGE		(4L << 20)
#define PROCESSES	3
#define ROUNDS		3000

struct meeting {
	pthread_mutex_t mutex;
	long count;
	int word;
};

static int failed;
static char page[PAGE];

static void says(const char *what, bool right)
{
	printf("%s: %s\n", what, right ? "ok" : strerror(errno));
	fflush(stdout);
	failed |= !right;
	errno = 0;
}

static char *map_of(const char *name, long bytes)
{
	int fd = open(name, O_RDWR);
	char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	close(fd);
	if (at == MAP_FAILED) {
		perror(name);
		exit(1);
	}
	return at;
}

/* Written in steps of `step`, which decides how large its mappings are. */
static void made(const char *name, long bytes, long step)
{
	char *text = calloc(1, step);
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);

	for (long at = 0; at < bytes; at += step)
		if (write(fd, text, step) != step)
			perror(name);
	close(fd);
	free(text);
}

static struct meeting *met(const char *name, long bytes)
{
	struct meeting *meeting = (struct meeting *)(map_of(name, bytes) + bytes / 2);
	pthread_mutexattr_t how;

	pthread_mutexattr_init(&how);
	pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&meeting->mutex, &how);
	return meeting;
}

static bool all_end_well(int children)
{
	bool well = true;
	int status;

	while (children--)
		well &= wait(&status) > 0 && !status;
	return well;
}

/* Each process maps the file by itself. */
static void counts(const char *name, long bytes, const char *what)
{
	struct meeting *meeting = met(name, bytes);

	for (int i = 0; i < PROCESSES; i++)
		if (!fork()) {
			struct meeting *mine = (struct meeting *)(map_of(name, bytes) + bytes / 2);

			for (int j = 0; j < ROUNDS; j++) {
				if (pthread_mutex_lock(&mine->mutex))
					_exit(1);
				mine->count++;
				if (j % 16 == 0)
					sched_yield();
				pthread_mutex_unlock(&mine->mutex);
			}
			_exit(0);
		}
	says(what, all_end_well(PROCESSES) && meeting->count == PROCESSES * ROUNDS);
}

static void owner_dies(const char *name)
{
	struct meeting *meeting = met(name, LARGE);

	if (!fork()) {
		pthread_mutex_lock(&meeting->mutex);
		_exit(0);
	}
	all_end_well(1);
	errno = pthread_mutex_lock(&meeting->mutex);
	says("a robust mutex says that its owner has died",
	     errno == EOWNERDEAD && !pthread_mutex_consistent(&meeting->mutex) &&
	     !pthread_mutex_unlock(&meeting->mutex));
}

/* The one who sleeps does so in a mapping of its own. */
static void wakes(const char *name)
{
	struct meeting *meeting = met(name, LARGE);
	long woken = 0;

	meeting->word = 0;
	if (!fork()) {
		struct meeting *mine = (struct meeting *)(map_of(name, LARGE) + LARGE / 2);
		struct timespec patience = { .tv_sec = 20 };

		_exit(syscall(SYS_futex, &mine->word, FUTEX_WAIT, 0, &patience) != 0);
	}
	for (int i = 0; i < 10000 && woken == 0; i++) {
		usleep(1000);
		woken = syscall(SYS_futex, &meeting->word, FUTEX_WAKE, 1);
	}
	says("a futex wakes who sleeps in another mapping", all_end_well(1) && woken == 1);
}

/* Takes pages for other files, and lets them go. */
static void churn(void)
{
	memset(page, 'c', PAGE);
	for (int i = 0; i < 200; i++) {
		int fd = open("churn", O_RDWR | O_CREAT | O_TRUNC, 0644);

		for (int j = 0; j < 8; j++)
			if (write(fd, page, PAGE) != PAGE)
				perror("churn");
		close(fd);
		unlink("churn");
	}
	memset(page, 0, PAGE);
}

/* The page is another file's only when the pipe has let it go. */
static void outlives(void)
{
	int ends[2], open_file;
	struct iovec held;
	char *at;

	made("pinned", PAGE, PAGE);
	open_file = open("pinned", O_RDONLY);
	at = map_of("pinned", PAGE);
	memset(at, 'p', PAGE);
	held = (struct iovec){ at, PAGE };
	says("a pipe takes a page", !pipe(ends) && vmsplice(ends[1], &held, 1, 0) == PAGE);
	munmap(at, PAGE);
	unlink("pinned");
	churn();
	says("it holds the page's bytes when the name is gone",
	     read(ends[0], page, PAGE) == PAGE && page[0] == 'p' && page[PAGE - 1] == 'p');
	close(ends[0]);
	close(ends[1]);
	close(open_file);
}

static unsigned long free_pages(void)
{
	struct statfs about;

	return statfs(".", &about) ? 0 : about.f_bfree;
}

/* A file without a name, whose last close a pipe has seen, is gone when the pipe is. */
static void comes_back(void)
{
	unsigned long before = free_pages(), after = 0;
	struct iovec held;
	int ends[2];
	char *at;

	made("gone", LARGE, LARGE);
	at = map_of("gone", LARGE);
	held = (struct iovec){ at, PAGE };
	says("a pipe takes a page of a large file", !pipe(ends) && vmsplice(ends[1], &held, 1, 0) == PAGE);
	munmap(at, LARGE);
	unlink("gone");
	says("a file that a pipe holds a page of keeps its space", free_pages() + LARGE / PAGE / 2 < before);
	close(ends[0]);
	close(ends[1]);
	for (int i = 0; i < 500 && after + LARGE / PAGE / 2 < before; i++) {
		usleep(10000);
		after = free_pages();
	}
	says("its space comes back when the pipe lets go", after + LARGE / PAGE / 2 >= before);
}

/* Opened again while a pipe still holds a page, a file is not closed when the pipe lets go. */
static void stays_open(void)
{
	struct iovec held;
	int ends[2], fd;
	char *at;

	made("again", PAGE, PAGE);
	at = map_of("again", PAGE);
	memset(at, 'a', PAGE);
	held = (struct iovec){ at, PAGE };
	says("a pipe takes a page of a file with a name", !pipe(ends) && vmsplice(ends[1], &held, 1, 0) == PAGE);
	munmap(at, PAGE);
	fd = open("again", O_RDONLY);
	close(ends[0]);
	close(ends[1]);
	usleep(700000);
	unlink("again");
	churn();
	says("it has its bytes for who has opened it since",
	     pread(fd, page, PAGE, 0) == PAGE && page[0] == 'a' && page[PAGE - 1] == 'a');
	close(fd);
}

/* Through the device, from one mapping to the other. */
static void direct(const char *device, long step)
{
	int block = open(device, O_RDWR | O_DIRECT);
	char *from, *to;

	made("from", 4 * PAGE, step);
	made("to", 4 * PAGE, step);
	from = map_of("from", 4 * PAGE);
	to = map_of("to", 4 * PAGE);
	for (long i = 0; i < 4 * PAGE; i++)
		from[i] = i * 7 + step;
	says("O_DIRECT goes out of a mapping and into another",
	     block >= 0 && pwrite(block, from, 4 * PAGE, 0) == 4 * PAGE &&
	     pread(block, to, 4 * PAGE, 0) == 4 * PAGE && !memcmp(from, to, 4 * PAGE));
	close(block);
	munmap(from, 4 * PAGE);
	munmap(to, 4 * PAGE);
}

int sharing(int argc, char **argv)
{
	if (argc != 3 || chdir(argv[1]))
		return 2;
	made("small", 2 * PAGE, PAGE);
	made("large", LARGE, LARGE / 4);
	counts("small", 2 * PAGE, "a mutex in a page counts for all processes");
	counts("large", LARGE, "a mutex in 2 MiB counts for all processes");
	owner_dies("large");
	wakes("large");
	outlives();
	comes_back();
	stays_open();
	direct(argv[2], PAGE);
	unlink("small");
	unlink("large");
	unlink("from");
	unlink("to");
	return failed;
}
