// SPDX-License-Identifier: GPL-2.0-only
/*
 * The power is cut while WRITERS threads work in DIR:
 *
 *   cut write DIR DEVICE           each counts its steps in DEVICE, behind the filesystem
 *   cut copy DEVICE START          copies the filesystem to memory at START, prints the counts
 *   cut look DIR COUNT...          DIR must hold what so many steps leave
 *
 * The harness stops the writing host, and lets another one copy and look.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

#define WRITERS		3
#define BYTES		(64UL << 20)	/* of the filesystem */
#define COUNTS		4096UL		/* behind it */
#define KEPT		8L		/* files that are there at once */
#define HALVED		4L		/* steps after which a file is cut to half of its size */
#define RECORD		120L
#define LONGEST		300000L

static const char *root;
static uint64_t *counts;

static void *map(const char *path, uint64_t at, size_t bytes)
{
	int fd = open(path, O_RDWR);
	void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, at);

	if (fd < 0 || mapped == MAP_FAILED)
		err(1, "%s", path);
	close(fd);
	return mapped;
}

static long size_of(long writer, long step)
{
	return 1 + (step * 2654435761u + writer * 40503u) % (step % 3 ? 9000 : LONGEST);
}

static char byte_of(long writer, long step, long at)
{
	return writer * 31 + step * 7 + at / 512 + 1;
}

static const char *name_of(const char *kind, long writer, long step)
{
	static __thread char names[2][128];
	static __thread int next;

	snprintf(names[next ^= 1], sizeof(names[0]), "%s/%ld.%s%ld", root, writer, kind, step);
	return names[next];
}

static void done(bool right, const char *what)
{
	if (!right)
		err(1, "%s", what);
}

static void write_file(const char *name, long writer, long step)
{
	long bytes = size_of(writer, step);
	char *text = malloc(bytes);
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);

	for (long i = 0; i < bytes; i++)
		text[i] = byte_of(writer, step, i);
	for (long at = 0; at < bytes; at += 50000)
		done(write(fd, text + at, bytes - at < 50000 ? bytes - at : 50000) > 0, "write");
	done(!fsync(fd) && !close(fd), "fsync");
	free(text);
}

static void record_of(long writer, long step, char *record)
{
	memset(record, 'a' + writer, RECORD);
	record[snprintf(record, RECORD, "%ld ", step)] = ' ';
	record[RECORD - 1] = '\n';
}

static void append(long writer, long step)
{
	int fd = open(name_of("log", writer, 0), O_WRONLY | O_CREAT | O_APPEND, 0644);
	char record[RECORD];

	record_of(writer, step, record);
	done(write(fd, record, RECORD) == RECORD && !fsync(fd) && !close(fd), "append");
}

static void *writes(void *number)
{
	long writer = (long)number;

	for (long step = 0;; step++) {
		write_file(name_of("new", writer, step), writer, step);
		append(writer, step);
		done(!rename(name_of("new", writer, step), name_of("file", writer, step)), "rename");
		if (step >= HALVED)
			done(!truncate(name_of("file", writer, step - HALVED),
				       size_of(writer, step - HALVED) / 2), "truncate");
		if (step >= KEPT)
			done(!unlink(name_of("file", writer, step - KEPT)), "unlink");
		__atomic_store_n(&counts[writer], step + 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

static int cut_write(const char *device)
{
	pthread_t threads[WRITERS];

	counts = map(device, BYTES, 2UL << 20);
	memset(counts, 0, COUNTS);
	for (long i = 0; i < WRITERS; i++)
		pthread_create(&threads[i], NULL, writes, (void *)i);
	pthread_join(threads[0], NULL);
	return 1;
}

static int cut_copy(const char *device, uint64_t start)
{
	char *from = map(device, 0, BYTES + (2UL << 20));

	memcpy(map("/dev/mem", start, BYTES), from, BYTES);
	counts = (uint64_t *)(from + BYTES);
	for (int i = 0; i < WRITERS; i++)
		printf("%llu ", (unsigned long long)counts[i]);
	putchar('\n');
	return 0;
}

static int wrong;

static void expect(bool right, const char *name, const char *what)
{
	if (!right)
		printf("%s: %s (%s)\n", name, what, errno ? strerror(errno) : "its bytes");
	wrong |= !right;
	errno = 0;
}

/* Whether a file has the bytes of its step, all or half of them. */
static void look_at(const char *name, long writer, long step, bool whole, bool half, bool absent)
{
	long bytes = size_of(writer, step), got;
	int fd = open(name, O_RDONLY);
	char *text = malloc(bytes + 1);

	if (fd < 0) {
		expect(absent && errno == ENOENT, name, "is not there");
		free(text);
		return;
	}
	got = read(fd, text, bytes + 1);
	expect((whole && got == bytes) || (half && got == bytes / 2), name, "has another size");
	for (long i = 0; i < got; i++)
		if (text[i] != byte_of(writer, step, i)) {
			expect(false, name, "has other bytes");
			break;
		}
	close(fd);
	free(text);
}

static void look_at_log(long writer, long steps)
{
	const char *name = name_of("log", writer, 0);
	char record[RECORD], is[RECORD];
	int fd = open(name, O_RDONLY);
	long step = 0, got;

	for (; (got = read(fd, is, RECORD)) > 0; step++) {
		record_of(writer, step, record);
		expect(got == RECORD && !memcmp(record, is, RECORD), name, "has a record that is not whole");
	}
	expect(step == steps || step == steps + 1, name, "has another number of records");
	close(fd);
}

/* So many steps are done, and the next one may be, in part or as a whole. */
static void look_at_writer(long writer, long steps)
{
	for (long step = steps > 2 * KEPT ? steps - 2 * KEPT : 0; step < steps; step++) {
		bool halved = step + HALVED < steps, halving = step + HALVED == steps;
		const char *name = name_of("file", writer, step);

		if (step + KEPT < steps)
			expect(access(name, F_OK), name, "is there");
		else
			look_at(name, writer, step, !halved, halved || halving, step + KEPT == steps);
	}
	if (!access(name_of("file", writer, steps), F_OK))
		look_at(name_of("file", writer, steps), writer, steps, true, false, false);
	look_at_log(writer, steps);
}

static void look_for_others(long names)
{
	struct dirent *entry;
	DIR *dir = opendir(root);

	while (dir && (entry = readdir(dir)))
		names -= entry->d_name[0] != '.';
	expect(dir && names >= 0, root, "has names that no step leaves");
	closedir(dir);
}

int cut(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "copy"))
		return cut_copy(argv[2], strtoull(argv[3], NULL, 0));
	if (argc < 4)
		return 2;
	root = argv[2];
	if (!strcmp(argv[1], "write"))
		return cut_write(argv[3]);
	for (long i = 0; i < WRITERS && i + 3 < argc; i++)
		look_at_writer(i, atol(argv[i + 3]));
	look_for_others(WRITERS * (KEPT + 3));
	return wrong;
}
