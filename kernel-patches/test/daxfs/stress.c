// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hosts that do everything at once on one region: as threads (built with the thread
 * sanitizer, which sees whether what is published and what is reclaimed is ordered), as
 * processes on a shared memfd, as processes that space is always short for, as processes
 * that do not wait for it on a full filesystem, and as processes of which one is killed. Words of files say whose they are; records of a log
 * are counted; the check has the last word.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib.h"

#define UNITS	4096ULL
/* Less than the files would need at their largest. */
#define UNITS_SHORT	300ULL
/* A region, and pages of it that nobody gives back, so that hardly anything fits. */
#define UNITS_FULL	256ULL
#define FILLER		70
#define WORKERS	4
#define FILES	3
#define NAMES	5
#define SPAN	(96 << 10)

struct record {
	u64 worker, number, sum;
};

static void *region;
static u64 units = UNITS, filler;
static u32 rounds;
/* Behind the region, so that processes share them. */
static struct shared {
	u64 appended[WORKERS];
	bool unsure[WORKERS];	/* the last append may have landed or not */
	struct daxfs_inode *log, *files[FILES];
} *shared;

static void fail(const char *text, int worker, s64 value)
{
	fprintf(stderr, "worker %d: %s (%lld)\n", worker, text, (long long)value);
	_exit(1);
}

static u32 next_random(u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* The word that belongs at this place of this file. */
static u64 word_at(u32 file, u64 pos)
{
	return (pos / 8 + 1) * 0x9e3779b97f4a7c15ULL + file;
}

static void write_words(struct daxfs *fs, u32 worker, u32 file, u64 pos, u64 bytes)
{
	u64 words[1024];
	s64 got;

	for (u64 i = 0; i < bytes / 8; i++)
		words[i] = word_at(file, pos + i * 8);
	got = lib_write(fs, shared->files[file], pos, words, bytes);
	/* Where space ends, a write ends with a page. */
	if (got != (s64)bytes && got != -ENOSPC && (got < 0 || (pos + got) % DAXFS_UNIT))
		fail("a write is cut short", worker, got);
}

static void read_words(struct daxfs *fs, u32 worker, u32 file, u64 pos)
{
	u64 words[1024];
	s64 got = lib_read(fs, shared->files[file], pos, words, sizeof(words));

	/* A change that lacks space stays before it. */
	if (got < 0 && got != -ENOSPC)
		fail("a read fails", worker, got);
	for (s64 i = 0; i < got / 8; i++)
		if (words[i] && words[i] != word_at(file, pos + i * 8))
			fail("a word of another place", worker, pos + i * 8);
}

static void append_record(struct daxfs *fs, u32 worker)
{
	struct record record = { worker, shared->appended[worker], 0 };
	u64 pos;
	s64 got;

	if (shared->unsure[worker])
		return;
	record.sum = (record.worker + 1) * 1000003 + record.number;
	got = lib_append(fs, shared->log, &record, sizeof(record), &pos);
	if (got == sizeof(record))
		shared->appended[worker]++;
	else if (got == -EIO)
		shared->unsure[worker] = true;
	else if (got != -ENOSPC)
		fail("an append fails", worker, got);
}

static void change_names(struct daxfs *fs, u32 worker, u32 *seed)
{
	char from[16], to[16];
	struct daxfs_inode *inode, *root = lib_root(fs);
	int err;

	snprintf(from, sizeof(from), "n%u", next_random(seed) % NAMES);
	snprintf(to, sizeof(to), "n%u", next_random(seed) % NAMES);
	switch (next_random(seed) % 5) {
	case 0:
		err = lib_create(fs, root, from, LIB_FILE, &inode);
		if (!err) {
			lib_write(fs, inode, 0, from, sizeof(from));
			lib_close(fs, inode);
		}
		break;
	case 1:
		err = lib_unlink(fs, root, from);
		break;
	case 2:
		err = lib_rename(fs, root, from, root, to, next_random(seed) % 3);
		break;
	case 3:
		err = lib_open(fs, root, from, &inode);
		if (!err) {
			char name[16];
			s64 got = lib_read(fs, inode, 0, name, sizeof(name));

			if (got > 0 && name[0] != 'n')
				fail("a file under a name has another's bytes", worker, name[0]);
			err = lib_link(fs, root, to, inode);
			lib_close(fs, inode);
		}
		break;
	default:
		err = lib_create(fs, root, to, LIB_DIR, &inode);
		if (!err)
			lib_close(fs, inode);
	}
	if (err && err != -ENOENT && err != -EEXIST && err != -ESTALE && err != -ENOSPC &&
	    err != -ENOTDIR && err != -EISDIR && err != -EPERM && err != -EINVAL)
		fail("a name gives an error that none should", worker, err);
}

static void work(struct daxfs *fs, u32 worker, u32 seed)
{
	for (u32 i = 0; i < rounds; i++) {
		u32 file = next_random(&seed) % FILES;
		u64 pos = next_random(&seed) % SPAN & ~7ULL;
		int err = 0;

		switch (next_random(&seed) % 8) {
		case 0:
			append_record(fs, worker);
			break;
		case 1:
			err = lib_truncate(fs, shared->files[file], pos);
			break;
		case 2:
			err = lib_punch(fs, shared->files[file], pos, pos + 20000);
			break;
		case 3:
		case 4:
			change_names(fs, worker, &seed);
			break;
		case 5:
			read_words(fs, worker, file, pos);
			break;
		default:
			write_words(fs, worker, file, pos, (next_random(&seed) % 1000 + 1) * 8);
		}
		if (err && err != -ENOSPC)
			fail("a change of a file fails", worker, err);
	}
}

/* Each record that was acknowledged is there once, whole. */
static void check_log(struct daxfs *fs, bool killed)
{
	static u64 seen[WORKERS];
	u64 end = daxfs_size(shared->log, fs);
	struct record record;

	if (end % sizeof(record))
		fail("the log ends within a record", -1, end);
	for (u64 at = 0; at < end; at += sizeof(record)) {
		lib_read(fs, shared->log, at, &record, sizeof(record));
		if (record.worker >= WORKERS ||
		    record.sum != (record.worker + 1) * 1000003 + record.number)
			fail("a record is torn", -1, at);
		if (record.number != seen[record.worker]++)
			fail("a record is lost or twice there", record.worker, record.number);
	}
	for (u32 i = 0; i < WORKERS; i++) {
		u64 more = seen[i] - shared->appended[i];

		if (more > (killed || shared->unsure[i]))
			fail("an acknowledged record is not there, or one is that was not", i, more);
	}
}

static void fill(struct daxfs *fs)
{
	static u8 page[DAXFS_UNIT];
	struct daxfs_inode *inode;

	if (lib_create(fs, lib_root(fs), "filler", LIB_FILE, &inode))
		fail("no filler", -1, 0);
	for (u64 i = 0; i < filler; i++)
		if (lib_write(fs, inode, i * DAXFS_UNIT, page, DAXFS_UNIT) != DAXFS_UNIT)
			fail("the filler does not fit", -1, i);
	lib_close(fs, inode);
}

static void prepare(struct daxfs *fs)
{
	char name[16];

	lib_format(region, units);
	lib_mount(fs, region, units);
	memset(shared, 0, sizeof(*shared));
	if (lib_create(fs, lib_root(fs), "log", LIB_FILE, &shared->log))
		fail("no log", -1, 0);
	for (u32 i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		if (lib_create(fs, lib_root(fs), name, LIB_FILE, &shared->files[i]))
			fail("no file", -1, i);
	}
	fill(fs);
}

static int finish(struct daxfs *fs, bool killed)
{
	const char *finding;

	/* What lacked space while it was registered comes now. */
	lib_grow(fs, shared->log, 0);
	for (u32 i = 0; i < FILES; i++)
		lib_grow(fs, shared->files[i], 0);
	check_log(fs, killed);
	/* What was killed in the middle leaves pages behind, and no damage. */
	finding = lib_check(region, units, killed);
	printf("%llu records, %s\n", (unsigned long long)daxfs_size(shared->log, fs) / sizeof(struct record),
	       finding ? finding : "ok");
	return finding != NULL;
}

/* Two threads a host. */
static struct daxfs thread_hosts[2];

static void *run_thread(void *number)
{
	u32 worker = (u32)(u64)number;

	work(&thread_hosts[worker / 2], worker, worker * 7919 + 17);
	return NULL;
}

static int run_threads(void)
{
	pthread_t threads[WORKERS];

	prepare(&thread_hosts[0]);
	lib_mount(&thread_hosts[1], region, units);
	for (u64 i = 0; i < WORKERS; i++)
		pthread_create(&threads[i], NULL, run_thread, (void *)i);
	for (u32 i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
	return finish(&thread_hosts[0], false);
}

static struct { u32 host; u64 claim; } *claims;

static pid_t run_process(u32 worker)
{
	pid_t child = fork();
	struct daxfs fs;

	if (child)
		return child;
	lib_mount(&fs, region, units);
	claims[worker].host = fs.host;
	claims[worker].claim = fs.incarnation << 8 | DAXFS_HOST_LIVE;
	work(&fs, worker, worker * 7919 + 17);
	_exit(0);
}

static int run_processes(bool kills)
{
	struct daxfs fs;
	struct daxfs_call call;
	pid_t children[WORKERS];
	int status;

	prepare(&fs);
	for (u32 i = 0; i < WORKERS; i++)
		children[i] = run_process(i);
	if (kills) {
		usleep(100000);
		kill(children[1], SIGKILL);
		waitpid(children[1], &status, 0);
		lib_begin(&fs, &call);
		daxfs_fence_host(&call, claims[1].host, claims[1].claim);
		daxfs_end(&call);
		lib_begin(&fs, &call);
		daxfs_cut_off(&call, claims[1].host, claims[1].claim);
		daxfs_end(&call);
	}
	for (u32 i = 0; i < WORKERS; i++) {
		if (kills && i == 1)
			continue;
		waitpid(children[i], &status, 0);
		if (status)
			fail("a process ended badly", i, status);
	}
	return finish(&fs, kills);
}

int main(int argc, char **argv)
{
	int fd = memfd_create("daxfs-stress", 0);
	u64 bytes;

	if (argc > 1 && !strcmp(argv[1], "short"))
		units = UNITS_SHORT;
	if (argc > 1 && !strcmp(argv[1], "full")) {
		units = UNITS_FULL;
		filler = FILLER;
		lib_looks = 0;
	}
	bytes = units << DAXFS_UNIT_SHIFT;
	if (argc < 3 || fd < 0 || ftruncate(fd, bytes + DAXFS_UNIT))
		return 2;
	region = mmap(NULL, bytes + DAXFS_UNIT, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (region == MAP_FAILED)
		return 2;
	shared = (struct shared *)((u8 *)region + bytes);
	claims = (void *)((u8 *)shared + sizeof(*shared));
	rounds = atoi(argv[2]);
	if (!strcmp(argv[1], "threads"))
		return run_threads();
	return run_processes(!strcmp(argv[1], "kill"));
}
