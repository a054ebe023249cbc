// SPDX-License-Identifier: GPL-2.0-only
/* storm: one file's bytes by calls and mappings, while it is cut and grows. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storm.h"

#define PAGE	4096L
#define PAGES	16L
#define BYTES	(PAGES * PAGE)
#define RECORD	100
#define LARGE	(24L << 20)

static int fd, appender, ends[2];
static char *map, *private;
/* Volatile, because a signal reads it. */
static __thread sigjmp_buf *volatile bus;

/* On a thread that has said where to go on. */
static void on_bus(int signal)
{
	if (!bus)
		abort();
	(void)signal;
	siglongjmp(*bus, 1);
}

static void opened(void)
{
	signal(SIGBUS, on_bus);
	fd = open("bytes", O_RDWR | O_CREAT | O_TRUNC, 0644);
	appender = open("bytes", O_WRONLY | O_APPEND);
	map = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	private = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	must(fd >= 0 && appender >= 0 && map != MAP_FAILED && private != MAP_FAILED && !pipe(ends), "open");
}

static void closed(void)
{
	munmap(map, BYTES);
	munmap(private, BYTES);
	close(fd);
	close(appender);
	close(ends[0]);
	close(ends[1]);
	must(!unlink("bytes"), "unlink");
}

/* Pages that leave one file are soon another's. */
static void others_bytes(void)
{
	static char text[BYTES];
	int other = open("other", O_RDWR | O_CREAT | O_TRUNC, 0644);

	memset(text, 'X', sizeof(text));
	must(write(other, text, sizeof(text)) == (ssize_t)sizeof(text), "write another file");
	close(other);
	must(!unlink("other"), "unlink another file");
}

static void expect_bytes(const char *bytes, long count)
{
	for (long i = 0; i < count; i++)
		if (!must(!bytes[i] || bytes[i] == 'A', "bytes of another file"))
			return;
}

static void cut_and_write(void)
{
	static char text[BYTES];

	memset(text, 'A', sizeof(text));
	must(!ftruncate(fd, rand() % 2 ? 0 : rand() % BYTES), "ftruncate");
	must(pwrite(fd, text, sizeof(text), 0) == (ssize_t)sizeof(text), "pwrite");
}

static void read_all(void)
{
	char got[BYTES];
	long bytes = pread(fd, got, sizeof(got), 0);

	must(bytes >= 0, "pread");
	expect_bytes(got, bytes);
}

static void cut_and_grow(void)
{
	must(!ftruncate(fd, rand() % BYTES), "ftruncate");
	must(!ftruncate(fd, BYTES), "ftruncate up");
	must(!fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, rand() % BYTES, BYTES), "punch");
}

static void store(void)
{
	sigjmp_buf back;

	if (!sigsetjmp(back, 1)) {
		bus = &back;
		memset(map + rand() % PAGES * PAGE, 'A', PAGE);
	}
	bus = NULL;
}

static void load(void)
{
	static __thread char got[PAGE];
	volatile long at = rand() % PAGES * PAGE;
	sigjmp_buf back;

	if (!sigsetjmp(back, 1)) {
		bus = &back;
		memcpy(got, map + at, PAGE);
		expect_bytes(got, PAGE);
		memcpy(got, private + at, PAGE);
		expect_bytes(got, PAGE);
		private[at] = 'A';
	}
	bus = NULL;
}

static void write_itself(void)
{
	long from = rand() % PAGES * PAGE, to = rand() % PAGES * PAGE;

	may(pwrite(fd, map + from, BYTES - from, to), EFAULT, 0, "pwrite from its mapping");
	may(pread(fd, map + to, BYTES - to, from), EFAULT, 0, "pread to its mapping");
	must(!ftruncate(fd, BYTES), "ftruncate");
}

static void append(void)
{
	char text[RECORD];

	memset(text, 'A', sizeof(text));
	must(write(appender, text, sizeof(text)) == RECORD, "append");
}

static void append_itself(void)
{
	may(write(appender, map + rand() % BYTES / RECORD * RECORD, RECORD), EFAULT, 0, "append from its mapping");
}

static void cut_all(void)
{
	struct stat about;

	must(!fstat(fd, &about), "fstat");
	if (about.st_size > BYTES)
		must(!ftruncate(fd, 0), "ftruncate");
}

static void through_pipe(void)
{
	struct iovec page = { map + rand() % PAGES * PAGE, PAGE };
	char got[PAGE];
	long bytes = may(vmsplice(ends[1], &page, 1, 0), EFAULT, 0, "vmsplice");

	if (bytes > 0) {
		must(read(ends[0], got, bytes) == bytes, "read a pipe");
		expect_bytes(got, bytes);
	}
}

static void fork_and_store(void)
{
	pid_t child = fork();

	if (!child) {
		signal(SIGBUS, SIG_DFL);
		map[0] = private[PAGE] = 'A';
		_exit(0);
	}
	must(waitpid(child, NULL, 0) == child, "fork");
}

static char large[LARGE];

/* Once it is cut, its space is there for the next round. */
static void fill(void)
{
	static int other;

	if (!other)
		other = open("large", O_RDWR | O_CREAT, 0644);
	for (long at = 0; at < LARGE; at += LARGE / 6)
		must(pwrite(other, large, LARGE / 6, at) == LARGE / 6, "pwrite");
	must(!ftruncate(other, 0), "ftruncate");
	unlink("large");
}

static void read_large(void)
{
	static char got[LARGE / 8];

	must(pread(fd, got, sizeof(got), 0) == sizeof(got), "pread");
}

static void opened_large(void)
{
	opened();
	must(pwrite(fd, large, LARGE / 8, 0) == LARGE / 8, "pwrite");
}

static void reserve_too_much(void)
{
	must(fallocate(fd, 0, 0, 1L << 40) < 0 && errno == ENOSPC, "fallocate");
}

static long pages;

/* One page more, as long as the allocation lasts, and one of those before is there. */
static void write_more(void)
{
	char text[RECORD], got[RECORD];
	long before;

	memset(text, 'A', sizeof(text));
	if (may(pwrite(fd, text, RECORD, pages * PAGE), ENOSPC, 0, "pwrite") < 0)
		return;
	before = rand() % ++pages * PAGE;
	must(pread(fd, got, RECORD, before) == RECORD && !memcmp(got, text, RECORD), "a write is lost");
	if (pages * PAGE < LARGE)
		return;
	must(!ftruncate(fd, 0), "ftruncate");
	pages = 0;
}

static void opened_empty(void)
{
	opened();
	must(!ftruncate(fd, 0), "ftruncate");
	pages = 0;
}

const struct scene storm_bytes[] = {
	{ "a read sees the file's bytes while it is cut", opened,
	  { cut_and_write, read_all, others_bytes, read_all }, closed },
	{ "a mapping sees the file's bytes while it is cut", opened,
	  { cut_and_grow, store, load, others_bytes }, closed },
	{ "a file is written from its own mapping while it is cut", opened,
	  { write_itself, cut_and_grow, store, write_itself }, closed },
	{ "appends from a mapping end while the file is cut", opened,
	  { append, append_itself, cut_all, store }, closed },
	{ "a pipe holds a page of the file while it is cut", opened,
	  { through_pipe, cut_and_grow, store, others_bytes }, closed },
	{ "a process forks while the file is cut", opened,
	  { fork_and_store, cut_and_grow, load, others_bytes }, closed },
	{ "space that was cut off serves the next write while others read", opened_large,
	  { fill, read_large, read_large }, closed },
	{ "a write stands beside an allocation that fails", opened_empty,
	  { reserve_too_much, write_more }, closed },
	{}
};
