// SPDX-License-Identifier: GPL-2.0-only
/*
 * posix DIR: what calls give, a line each, in an empty directory. The same program runs on
 * another filesystem, and the lines are compared.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define SHOW(expression) show(#expression, expression)

static char bytes[70000];
/* Volatile, so that the compiler does not see where it leads. */
static char *volatile nowhere;

static int make(const char *name)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);

	if (fd < 0)
		perror(name);
	return fd;
}

static long size_of(const char *name)
{
	struct stat about;

	return lstat(name, &about) ? -1 : about.st_size;
}

static long blocks_of(const char *name)
{
	struct stat about;

	return stat(name, &about) ? -1 : about.st_blocks;
}

static long mode_of(const char *name)
{
	struct stat about;

	return lstat(name, &about) ? -1 : (long)about.st_mode;
}

static long links_of(const char *name)
{
	struct stat about;

	return lstat(name, &about) ? -1 : (long)about.st_nlink;
}

static struct timespec times_of(const char *name, int which)
{
	struct stat about = {};

	lstat(name, &about);
	return which == 'a' ? about.st_atim : which == 'm' ? about.st_mtim : about.st_ctim;
}

static int later(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? (a.tv_sec > b.tv_sec) - (a.tv_sec < b.tv_sec) :
				      (a.tv_nsec > b.tv_nsec) - (a.tv_nsec < b.tv_nsec);
}

static void tick(void)
{
	usleep(20000);
}

static void names(void)
{
	char longest[NAME_MAX + 1], longer[NAME_MAX + 2];

	memset(longest, 'n', NAME_MAX);
	longest[NAME_MAX] = 0;
	memset(longer, 'n', NAME_MAX + 1);
	longer[NAME_MAX + 1] = 0;
	close(make("a"));
	SHOW(open("a", O_CREAT | O_EXCL, 0644));
	SHOW(open("missing", O_RDONLY));
	SHOW(open("a/b", O_RDONLY));
	SHOW(open("missing/b", O_CREAT, 0644));
	SHOW(mkdir("d", 0751));
	SHOW(mkdir("d", 0751));
	SHOW(mode_of("d"));
	SHOW(open("d", O_RDWR));
	SHOW(close(make(longest)));
	SHOW(open(longer, O_CREAT, 0644));
	SHOW(unlink(longest));
	SHOW(unlink("d"));
	SHOW(rmdir("a"));
	SHOW(rmdir("d/."));
	SHOW(link("a", "b"));
	SHOW(links_of("a"));
	SHOW(link("a", "b"));
	SHOW(link("d", "dd"));
	SHOW(unlink("b"));
	SHOW(links_of("a"));
	SHOW(symlink("a", "s"));
	SHOW(symlink("a", "s"));
	SHOW(size_of("s"));
	SHOW(readlink("s", bytes, sizeof(bytes)));
	SHOW(readlink("a", bytes, sizeof(bytes)));
	SHOW(open("s", O_RDONLY | O_NOFOLLOW));
	SHOW(symlink("loop", "loop"));
	SHOW(open("loop", O_RDONLY));
	SHOW(unlink("loop"));
	SHOW(mkfifo("f", 0600));
	SHOW(mode_of("f"));
	SHOW(mknod("null", S_IFCHR | 0600, makedev(1, 3)));
	SHOW(open("null", O_WRONLY) >= 0);
	SHOW(mkdir("d/e", 0700));
	SHOW(links_of("d"));
	SHOW(rmdir("d"));
	SHOW(rmdir("d/e"));
	SHOW(links_of("d"));
	SHOW(unlink("f") + unlink("null") + unlink("s") + unlink("a"));
	SHOW(rmdir("d"));
	SHOW(rmdir("d"));
}

static void renames(void)
{
	mkdir("d", 0755);
	mkdir("e", 0755);
	mkdir("d/in", 0755);
	close(make("a"));
	close(make("b"));
	SHOW(rename("a", "b"));
	SHOW(size_of("a"));
	SHOW(rename("b", "b"));
	SHOW(rename("missing", "b"));
	SHOW(rename("b", "d"));
	SHOW(rename("d", "b"));
	SHOW(rename("e", "d"));
	SHOW(rename("d", "d/in/deeper"));
	SHOW(rename("d/in", "e"));
	SHOW(links_of("d"));
	SHOW(links_of("e"));
	SHOW(rename("e", "d/e"));
	SHOW(renameat2(AT_FDCWD, "b", AT_FDCWD, "d", RENAME_NOREPLACE));
	SHOW(renameat2(AT_FDCWD, "b", AT_FDCWD, "c", RENAME_NOREPLACE));
	SHOW(renameat2(AT_FDCWD, "c", AT_FDCWD, "d", RENAME_EXCHANGE));
	SHOW(mode_of("c") & S_IFMT);
	SHOW(renameat2(AT_FDCWD, "c", AT_FDCWD, "nothing", RENAME_EXCHANGE));
	SHOW(rename("c", "f"));
	SHOW(rmdir("f/e"));
	SHOW(rmdir("f"));
	SHOW(link("d", "g"));
	SHOW(rename("d", "g"));
	SHOW(links_of("g"));
	SHOW(unlink("d") + unlink("g"));
}

static void contents(void)
{
	int fd = make("a"), other = open("a", O_WRONLY | O_APPEND);
	struct iovec parts[2] = { { bytes, 3 }, { bytes + 100, 4 } };
	long blocks;
	void *untouched;

	memset(bytes, 'x', sizeof(bytes));
	SHOW(write(fd, bytes, 10));
	SHOW(write(other, bytes, 5));
	SHOW(size_of("a"));
	SHOW(lseek(fd, 0, SEEK_CUR));
	SHOW(lseek(fd, -3, SEEK_END));
	SHOW(lseek(fd, -30, SEEK_END));
	SHOW(read(fd, bytes, 100));
	SHOW(read(fd, bytes, 100));
	untouched = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	SHOW(pwrite(fd, untouched, 100, 9 * 4096 + 100));
	SHOW(munmap(untouched, 8192) + ftruncate(fd, 15));
	SHOW(pwrite(fd, bytes, 1, 1 << 20));
	SHOW(pread(fd, bytes, sizeof(bytes), 1000));
	SHOW(bytes[0] + bytes[sizeof(bytes) - 1]);
	SHOW(lseek(fd, 100, SEEK_HOLE));
	SHOW(lseek(fd, 5000, SEEK_DATA));
	SHOW(lseek(fd, 1 << 20, SEEK_HOLE));
	SHOW(lseek(fd, 2 << 20, SEEK_DATA));
	SHOW(writev(other, parts, 2));
	SHOW(size_of("a"));
	SHOW(pwrite(fd, bytes, 0, 5));
	SHOW(pwrite(fd, bytes, 1, -1));
	SHOW(pread(fd, nowhere, 10, 0));
	SHOW(pwrite(fd, nowhere, 10, 0));
	SHOW(write(other, nowhere, 10));
	SHOW(size_of("a"));
	SHOW(ftruncate(fd, 5000));
	SHOW(ftruncate(fd, 100));
	SHOW(ftruncate(fd, 6000));
	SHOW(pread(fd, bytes, 6000, 0));
	SHOW(bytes[99] + bytes[100] + bytes[5999]);
	SHOW(ftruncate(fd, -1));
	SHOW(pwrite(fd, bytes, 1, 5000000000));
	SHOW(size_of("a"));
	SHOW(pread(fd, bytes, 2, 4999999999));
	SHOW(ftruncate(fd, 0));
	SHOW(fallocate(fd, 0, 0, 10000));
	SHOW(size_of("a"));
	SHOW(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 20000));
	SHOW(size_of("a"));
	SHOW(pwrite(fd, bytes, 9000, 0));
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4000, 3000));
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 1));
	SHOW(fallocate(fd, 0, 0, 0));
	blocks = blocks_of("a");
	SHOW(fallocate(fd, 0, 100100, 1L << 40));
	SHOW(blocks_of("a") - blocks);
	memset(bytes, 'y', sizeof(bytes));
	SHOW(pread(fd, bytes, 10000, 0));
	SHOW(bytes[3999] + bytes[4000] + bytes[6999] + bytes[7000]);
	SHOW(fsync(fd) + fdatasync(fd));
	SHOW(flock(fd, LOCK_EX | LOCK_NB));
	SHOW(flock(other, LOCK_EX | LOCK_NB));
	SHOW(copy_file_range(fd, NULL, other, NULL, 10, 0));
	SHOW(pwritev2(fd, parts, 2, 0, RWF_APPEND));
	SHOW(size_of("a"));
	SHOW(close(open("a", O_RDWR | O_DIRECT)));
	SHOW(unlink("a"));
	SHOW(pwrite(fd, bytes, 7, 0));
	SHOW(pread(fd, bytes, 7, 0));
	SHOW(close(fd) + close(other));
	fd = open(".", O_TMPFILE | O_RDWR, 0600);
	SHOW(fd >= 0);
	SHOW(write(fd, "text", 4));
	snprintf(bytes, 100, "/proc/self/fd/%d", fd);
	SHOW(linkat(AT_FDCWD, bytes, AT_FDCWD, "t", AT_SYMLINK_FOLLOW));
	SHOW(size_of("t"));
	SHOW(links_of("t"));
	SHOW(close(fd) + unlink("t"));
}

static void attributes(void)
{
	struct timespec before;
	struct timespec set[2] = { { 1000, 5 }, { 2000, 6 } };
	int fd = make("a");

	SHOW(chmod("a", 04755));
	SHOW(mode_of("a"));
	SHOW(chown("a", 1000, 1001));
	SHOW(mode_of("a"));
	SHOW(chmod("a", 02755));
	setegid(1000);
	seteuid(1000);
	SHOW(open("a", O_WRONLY) >= 0);
	SHOW(chmod("a", 0700));
	SHOW(unlink("a"));
	seteuid(0);
	setegid(0);
	SHOW(mode_of("a"));
	SHOW(utimensat(AT_FDCWD, "a", set, 0));
	SHOW(times_of("a", 'a').tv_sec * 10 + times_of("a", 'a').tv_nsec);
	SHOW(times_of("a", 'm').tv_sec * 10 + times_of("a", 'm').tv_nsec);
	before = times_of("a", 'm');
	SHOW(write(fd, bytes, 1));
	SHOW(later(times_of("a", 'm'), before));
	before = times_of("a", 'c');
	tick();
	SHOW(chmod("a", 0600));
	SHOW(later(times_of("a", 'c'), before));
	before = times_of("a", 'm');
	tick();
	SHOW(ftruncate(fd, 100));
	SHOW(later(times_of("a", 'm'), before));
	before = times_of(".", 'm');
	tick();
	SHOW(link("a", "b"));
	SHOW(later(times_of(".", 'm'), before));
	before = times_of(".", 'm');
	tick();
	SHOW(unlink("b"));
	SHOW(later(times_of(".", 'm'), before));
	before = times_of("a", 'm');
	tick();
	SHOW(read(fd, bytes, 10));
	SHOW(later(times_of("a", 'm'), before));
	SHOW(mkdir("g", 02775) + chmod("g", 02775));
	SHOW(chown("g", 0, 77));
	SHOW(mkdir("g/in", 0755));
	SHOW(mode_of("g/in"));
	SHOW(close(open("g/f", O_CREAT | O_WRONLY, 0644)));
	SHOW(unlink("g/f") + rmdir("g/in") + rmdir("g") + unlink("a") + close(fd));
}

static sigjmp_buf bus;

static void on_bus(int signal)
{
	siglongjmp(bus, signal);
}

/* Returns the byte of a mapping, or -2 for SIGBUS. */
static int load(volatile char *at)
{
	return sigsetjmp(bus, 1) ? -2 : *at;
}

static void mappings(void)
{
	int fd = make("a"), pipe_ends[2], status = 0;
	char *shared, *private;
	pid_t child;

	signal(SIGBUS, on_bus);
	SHOW(pwrite(fd, "abcdefgh", 8, 0));
	SHOW(pwrite(fd, "second", 6, 4096));
	shared = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	private = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	SHOW(shared != MAP_FAILED && private != MAP_FAILED);
	SHOW(load(shared + 1));
	SHOW(load(private + 1));
	private[2] = 'P';
	shared[3] = 'S';
	SHOW(load(shared + 2));
	SHOW(load(private + 3));
	SHOW(pread(fd, bytes, 8, 0));
	SHOW(bytes[2] + bytes[3]);
	SHOW(pwrite(fd, "W", 1, 0));
	SHOW(load(shared));
	SHOW(load(shared + 4096));
	SHOW(load(shared + 4096 + 100));
	SHOW(load(shared + 8192));
	SHOW(ftruncate(fd, 4096));
	SHOW(load(shared + 4096));
	SHOW(load(private + 4096));
	SHOW(load(shared + 3));
	SHOW(load(private + 2));
	SHOW(ftruncate(fd, 12288));
	SHOW(load(shared + 4096));
	shared[8192] = 'h';
	SHOW(pread(fd, bytes, 1, 8192));
	SHOW(bytes[0]);
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 8192, 4096));
	SHOW(load(shared + 8192));
	child = fork();
	if (!child) {
		shared[5] = 'C';
		private[6] = 'Q';
		_exit(0);
	}
	waitpid(child, &status, 0);
	SHOW(status);
	SHOW(load(shared + 5));
	SHOW(load(private + 6));
	SHOW(msync(shared, 4096, MS_SYNC));
	SHOW(pipe(pipe_ends));
	SHOW(write(pipe_ends[1], shared, 8));
	SHOW(read(pipe_ends[0], bytes, 8));
	SHOW(bytes[5]);
	/* The file's own page is the buffer. */
	SHOW(pwrite(fd, shared, 4096, 4096));
	SHOW(load(shared + 4096 + 5));
	SHOW(pread(fd, shared + 8192, 4096, 0));
	SHOW(load(shared + 8192 + 5));
	SHOW(munmap(private, 16384));
	SHOW(unlink("a"));
	SHOW(close(fd));
	SHOW(load(shared + 5));
	SHOW(munmap(shared, 16384));
	close(pipe_ends[0]);
	close(pipe_ends[1]);
}

static void listing(void)
{
	static uint8_t seen[3000];
	struct dirent *entry;
	char name[40];
	long count = 0, twice = 0, place;
	DIR *dir;

	mkdir("d", 0755);
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "d/%d", i);
		close(make(name));
	}
	dir = opendir("d");
	while ((entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		twice += seen[atoi(entry->d_name)]++;
		count++;
	}
	SHOW(count);
	SHOW(twice);
	rewinddir(dir);
	for (int i = 0; i < 1000; i++)
		readdir(dir);
	place = telldir(dir);
	snprintf(name, sizeof(name), "%.20s", readdir(dir)->d_name);
	for (int i = 0; i < 500; i++)
		readdir(dir);
	seekdir(dir, place);
	SHOW(strcmp(name, readdir(dir)->d_name));
	rewinddir(dir);
	count = 0;
	/* Removed while it is read: each name once all the same. */
	while ((entry = readdir(dir))) {
		snprintf(name, sizeof(name), "d/%.20s", entry->d_name);
		count += *entry->d_name != '.' && !unlink(name);
	}
	SHOW(count);
	SHOW(closedir(dir));
	SHOW(rmdir("d"));
}

int posix(int argc, char **argv)
{
	struct statvfs about;

	if (argc != 2)
		return 2;
	if (chdir(argv[1])) {
		perror(argv[1]);
		return 1;
	}
	umask(022);
	names();
	renames();
	contents();
	attributes();
	mappings();
	listing();
	types_of_names();
	extended();
	edges();
	advice();
	SHOW(statvfs(".", &about));
	SHOW(about.f_namemax);
	return 0;
}
