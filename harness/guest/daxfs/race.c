// SPDX-License-Identifier: GPL-2.0-only
/*
 * race DIR ME ALL: what ALL hosts do to one directory at once comes out right on each. They
 * meet between two parts by files that each leaves for the others.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "race.h"

#define NAMES	400
#define RECORDS	2000
#define LONGEST	6000
#define WAIT_S	120

int race_me;
static int all, failures;
static char block[1 << 16];

const char *name_of(const char *what, int number, int host)
{
	static char names[4][64];
	static int next;

	snprintf(names[next %= 4], sizeof(names[0]), "%s.%d.%d", what, number, host);
	return names[next++];
}

void expect(bool right, const char *what)
{
	printf("%s: %s\n", what, right ? "ok" : strerror(errno));
	failures += !right;
}

/* Polls, for so long as a busy machine may take. */
static bool until(bool (*done)(const char *name), const char *name)
{
	struct timespec now, end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	do {
		if (done(name))
			return true;
		usleep(500);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec < end.tv_sec + WAIT_S);
	errno = ETIMEDOUT;
	return false;
}

static bool exists(const char *name)
{
	return !access(name, F_OK);
}

static void put(const char *name, const void *bytes, size_t count)
{
	int fd = open(name, O_WRONLY | O_CREAT, 0644);

	if (write(fd, bytes, count) != (ssize_t)count)
		perror(name);
	close(fd);
}

static long get(const char *name)
{
	char text[32] = "";
	int fd = open(name, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return -1;
	close(fd);
	return atol(text);
}

void meet(const char *where)
{
	put(name_of(where, 0, race_me), "", 0);
	for (int i = 0; i < all; i++)
		if (!until(exists, name_of(where, 0, i))) {
			perror(where);
			exit(1);
		}
}

/* The sum of what each host says. */
static long total(const char *what, long mine)
{
	char text[32];
	long sum = 0;

	snprintf(text, sizeof(text), "%ld", mine);
	put(name_of(what, 1, race_me), text, strlen(text));
	meet(what);
	for (int i = 0; i < all; i++)
		sum += get(name_of(what, 1, i));
	return sum;
}

static void exclusive(void)
{
	long won = 0;

	for (int i = 0; i < NAMES; i++) {
		int fd = open(name_of("x", i, 0), O_WRONLY | O_CREAT | O_EXCL, 0644);

		won += fd >= 0;
		close(fd);
	}
	expect(total("won", won) == NAMES, "each name is made by one host");
}

static void renames(void)
{
	long won = 0, left = 0;

	for (int i = 0; i < NAMES; i++)
		won += !rename(name_of("x", i, 0), name_of("y", i, race_me));
	expect(total("moved", won) == NAMES, "each name is moved by one host");
	for (int i = 0; i < NAMES; i++) {
		int found = 0;

		for (int j = 0; j < all; j++)
			found += exists(name_of("y", i, j));
		left += found != 1 || exists(name_of("x", i, 0));
	}
	expect(!left, "each has one name after it");
	meet("looked");
	for (int i = 0; i < NAMES; i++)
		unlink(name_of("y", i, race_me));
}

static size_t record_size(int host, int number)
{
	return 24 + (number * 2654435761u + host * 40503u) % (number % 4 ? 100 : LONGEST);
}

static void appends(void)
{
	static char record[LONGEST + 32];
	int fd = open("log", O_WRONLY | O_CREAT | O_APPEND, 0644), next[64] = {};
	bool whole = true;
	FILE *log;

	for (int i = 0; i < RECORDS; i++) {
		size_t bytes = record_size(race_me, i);

		memset(record, 'a' + race_me, bytes);
		record[snprintf(record, 20, "%2d %8d ", race_me, i)] = ' ';
		record[bytes - 1] = '\n';
		whole &= write(fd, record, bytes) == (ssize_t)bytes;
	}
	expect(whole, "every append is taken");
	close(fd);
	meet("appended");
	log = fopen("log", "r");
	while (whole && fgets(record, sizeof(record), log)) {
		int host = -1, number = -1;

		sscanf(record, "%d %d", &host, &number);
		whole = host >= 0 && host < all && number == next[host]++ &&
			strlen(record) == record_size(host, number);
		for (char *at = record + 20; whole && *at != '\n'; at++)
			whole = *at == 'a' + host;
	}
	fclose(log);
	for (int i = 0; i < all; i++)
		whole &= next[i] == RECORDS;
	expect(whole, "appends lie whole, each host's in order");
}

/* A file that was complete when it was renamed is complete for any host that finds it by its new name. */
static void published(void)
{
	int next = (race_me + 1) % all;
	bool right = true;

	memset(block, 'a' + race_me, sizeof(block));
	for (int i = 0; i < 50; i++) {
		char first;
		int fd;

		put(name_of("new", i, race_me), block, sizeof(block));
		rename(name_of("new", i, race_me), name_of("done", i, race_me));
		right &= until(exists, name_of("done", i, next));
		fd = open(name_of("done", i, next), O_RDONLY);
		right &= fd >= 0 && lseek(fd, 0, SEEK_END) == sizeof(block) &&
			 pread(fd, &first, 1, sizeof(block) - 1) == 1 && first == 'a' + next;
		close(fd);
	}
	expect(right, "a name that another host makes is seen, with all its bytes");
	meet("published");
	for (int i = 0; i < 50; i++)
		right &= !unlink(name_of("done", i, race_me));
	meet("unpublished");
	for (int i = 0; i < 50; i++)
		right &= !exists(name_of("done", i, next));
	expect(right, "a name that another host takes away is gone");
}

static void unlinked(void)
{
	int next = (race_me + 1) % all, fd;
	char byte = 0;
	bool right = true;

	memset(block, 'A' + race_me, sizeof(block));
	put(name_of("open", 0, race_me), block, sizeof(block));
	meet("made");
	fd = open(name_of("open", 0, next), O_RDONLY);
	meet("opened");
	unlink(name_of("open", 0, race_me));
	meet("unlinked");
	/* Writes to any page that was freed too early. */
	memset(block, '!', sizeof(block));
	for (int i = 0; i < 20; i++) {
		put(name_of("churn", i % 4, race_me), block, sizeof(block));
		unlink(name_of("churn", i % 4, race_me));
	}
	meet("churned");
	for (size_t at = 0; at < sizeof(block); at += 4096)
		right &= pread(fd, &byte, 1, at) == 1 && byte == 'A' + next;
	expect(right, "what this host has open stays when another unlinks it");
	close(fd);
}

static volatile char *map;

static bool others_stored(const char *name)
{
	(void)name;
	for (int i = 0; i < all; i++)
		if (map[i * 5000] != 'a' + i)
			return false;
	return true;
}

static void mappings(void)
{
	int fd;

	if (!race_me) {
		fd = open("map", O_RDWR | O_CREAT, 0644);
		expect(!ftruncate(fd, 64 * 5000), "a file to map");
		close(fd);
	}
	meet("to map");
	fd = open("map", O_RDWR);
	map = mmap(NULL, 64 * 5000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	map[race_me * 5000] = 'a' + race_me;
	expect(until(others_stored, NULL), "stores of every host are seen through mappings");
	meet("mapped");
	munmap((void *)map, 64 * 5000);
	close(fd);
}

int race(int argc, char **argv)
{
	if (argc != 4 || chdir(argv[1]))
		return 2;
	race_me = atoi(argv[2]);
	all = atoi(argv[3]);
	meet("start");
	exclusive();
	renames();
	appends();
	published();
	unlinked();
	mappings();
	race_rivals();
	meet("end");
	return failures != 0;
}
