// SPDX-License-Identifier: GPL-2.0-only
/* A part of posix: the ends of ranges, odd names, and calls that few programs make. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "check.h"

#define SHOW(expression) show(#expression, expression)
#define SPARSE	(1L << 42)

static char bytes[70000];

static long size_of(const char *name)
{
	struct stat about;

	return lstat(name, &about) ? -1 : about.st_size;
}

static void offsets(void)
{
	int fd = open("o", O_RDWR | O_CREAT, 0644), log = open("o", O_WRONLY | O_APPEND);

	SHOW(pread(fd, bytes, 10, LLONG_MAX - 5));
	SHOW(pread(fd, bytes, 10, LLONG_MAX - 10));
	SHOW(pwrite(fd, bytes, 10, LLONG_MAX - 5));
	SHOW(pwrite(fd, bytes, 1, LLONG_MAX));
	SHOW(fallocate(fd, 0, LLONG_MAX - 10, 100));
	SHOW(fallocate(fd, 0, -1, 100));
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, SPARSE, SPARSE));
	SHOW(fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, 4096));
	SHOW(fallocate(fd, FALLOC_FL_INSERT_RANGE, 0, 4096));
	SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE, 0, 4096));
	SHOW(lseek(fd, -1, SEEK_SET));
	SHOW(lseek(fd, -1, SEEK_DATA));
	SHOW(lseek(fd, 0, SEEK_DATA));
	SHOW(lseek(fd, 0, SEEK_HOLE));
	SHOW(ftruncate(fd, SPARSE));
	SHOW(lseek(fd, 0, SEEK_DATA));
	SHOW(lseek(fd, 0, SEEK_HOLE));
	SHOW(lseek(fd, 5000, SEEK_HOLE));
	SHOW(lseek(fd, SPARSE, SEEK_HOLE));
	SHOW(lseek(fd, SPARSE - 1, SEEK_HOLE));
	SHOW(pwrite(fd, "end", 3, SPARSE - 3));
	SHOW(lseek(fd, 10, SEEK_DATA) == SPARSE - 4096);
	SHOW(lseek(fd, SPARSE - 1, SEEK_HOLE) == SPARSE);
	SHOW(pread(fd, bytes, 100, SPARSE - 50));
	SHOW(memcmp(bytes + 47, "end", 3));
	SHOW(ftruncate(fd, SPARSE - 2));
	SHOW(pwrite(fd, "start", 5, 0));
	SHOW(lseek(fd, 1, SEEK_DATA));
	SHOW(lseek(fd, 1, SEEK_HOLE));
	SHOW(lseek(fd, 4096, SEEK_DATA) == SPARSE - 4096);
	SHOW(ftruncate(fd, 5));
	SHOW(pwrite(log, "more", 4, 0));
	SHOW(size_of("o"));
	SHOW(pread(fd, bytes, 20, 0));
	SHOW(memcmp(bytes, "startmore", 9));
	SHOW(close(fd) + close(log));
	SHOW(unlink("o"));
}

static void odd_names(void)
{
	char name[NAME_MAX + 1], longer[PATH_MAX + 10];

	memset(name, '\xff', NAME_MAX);
	name[NAME_MAX] = 0;
	memset(longer, 'p', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = 0;
	SHOW(mkdir(name, 0755));
	SHOW(rmdir(name));
	SHOW(close(open("\n\t\x01", O_CREAT | O_RDWR, 0600)));
	SHOW(access("\n\t\x01", F_OK));
	SHOW(unlink("\n\t\x01"));
	SHOW(open(longer, O_CREAT, 0644));
	SHOW(symlink(longer, "s"));
	longer[PATH_MAX - 1] = 0;
	SHOW(symlink(longer, "s"));
	SHOW(readlink("s", bytes, sizeof(bytes)));
	SHOW(open("s", O_RDONLY));
	SHOW(symlink("", "empty"));
	SHOW(unlink("s"));
	SHOW(mkdir("", 0755));
	SHOW(mkdir(".", 0755));
	SHOW(mkdir("missing/", 0755) + rmdir("missing/"));
	SHOW(open("missing/", O_CREAT, 0644));
	SHOW(rename(".", "x"));
	SHOW(mkdir("d", 0755) + mkdir("d/e", 0755));
	SHOW(rename("d", "d/e"));
	SHOW(rename("d", "d/e/f"));
	SHOW(rename("d/e", "d"));
	SHOW(renameat2(AT_FDCWD, "d", AT_FDCWD, "d/e", RENAME_EXCHANGE));
	SHOW(renameat2(AT_FDCWD, "d", AT_FDCWD, "e", RENAME_EXCHANGE | RENAME_NOREPLACE));
	SHOW(rename("d/e/..", "x"));
	SHOW(open("d", O_RDONLY | O_CREAT, 0644));
	SHOW(open("d", O_RDONLY | O_TRUNC));
	SHOW(open("d", O_TMPFILE | O_RDONLY, 0600));
	SHOW(rmdir("d/e") + rmdir("d"));
}

/* A directory that is gone, and is somebody's working directory. */
static void gone(void)
{
	int back = open(".", O_RDONLY | O_DIRECTORY), dir;

	SHOW(mkdir("w", 0755) + chdir("w"));
	dir = open(".", O_RDONLY | O_DIRECTORY);
	SHOW(rmdir("../w"));
	SHOW(open("x", O_CREAT, 0644));
	SHOW(mkdir("x", 0755));
	SHOW(open(".", O_TMPFILE | O_RDWR, 0600) >= 0);
	SHOW(access("..", F_OK));
	SHOW(rename("../absent", "x"));
	SHOW(syscall(SYS_getdents64, dir, bytes, sizeof(bytes)));
	SHOW(fchdir(back) + close(dir));
	dir = open(".", O_RDONLY | O_DIRECTORY);
	SHOW(syscall(SYS_getdents64, dir, bytes, 10));
	SHOW(read(dir, bytes, 10));
	SHOW(close(dir) + close(back));
}

static void unnamed(void)
{
	int fd = open(".", O_TMPFILE | O_EXCL | O_RDWR, 0600);

	snprintf(bytes, 100, "/proc/self/fd/%d", fd);
	SHOW(linkat(AT_FDCWD, bytes, AT_FDCWD, "t", AT_SYMLINK_FOLLOW));
	close(fd);
	fd = open("u", O_CREAT | O_RDWR, 0600);
	SHOW(unlink("u"));
	snprintf(bytes, 100, "/proc/self/fd/%d", fd);
	SHOW(linkat(AT_FDCWD, bytes, AT_FDCWD, "t", AT_SYMLINK_FOLLOW));
	SHOW(fchmod(fd, 0640) + ftruncate(fd, 100));
	SHOW(close(fd));
}

static void moved_bytes(void)
{
	int fd = open("m", O_RDWR | O_CREAT, 0644), other = open("n", O_RDWR | O_CREAT, 0644);
	int ends[2], waiting = 0;
	loff_t from = 0, to = 0;
	struct iovec part = { bytes, 10 };

	memset(bytes, 'm', sizeof(bytes));
	SHOW(pwrite(fd, bytes, 50000, 0));
	SHOW(sendfile(other, fd, &from, 60000));
	SHOW(size_of("n"));
	SHOW(copy_file_range(fd, &from, other, &to, 10, 0));
	from = 10;
	to = 15;
	SHOW(copy_file_range(fd, &from, fd, &to, 10, 0));
	from = 10;
	to = 60000;
	SHOW(copy_file_range(fd, &from, fd, &to, 30000, 0));
	SHOW(copy_file_range(fd, &from, other, &to, 10, 1));
	SHOW(size_of("m"));
	SHOW(pipe(ends));
	from = 100;
	SHOW(splice(fd, &from, ends[1], NULL, 30000, 0));
	to = 20;
	SHOW(splice(ends[0], NULL, other, &to, 30000, 0));
	from = 1L << 40;
	SHOW(splice(fd, &from, ends[1], NULL, 100, 0));
	SHOW(pwritev2(fd, &part, 1, 5, RWF_DSYNC | RWF_SYNC));
	SHOW(pwritev2(fd, &part, 1, -1, 0));
	SHOW(pwritev2(fd, &part, 1, 0, 0x4000));
	SHOW(preadv2(fd, &part, 1, 5, RWF_HIPRI));
	lseek(fd, 40000, SEEK_SET);
	SHOW(ioctl(fd, FIONREAD, &waiting));
	SHOW(waiting);
	SHOW(ioctl(fd, 0x1234, 0));
	SHOW(posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED));
	SHOW(readahead(fd, 0, 4096));
	SHOW(sync_file_range(fd, 0, 4096, SYNC_FILE_RANGE_WRITE));
	SHOW(syncfs(fd));
	SHOW(close(ends[0]) + close(ends[1]) + close(fd) + close(other));
	SHOW(unlink("m") + unlink("n"));
}

/* The mtime that a file has after a write, once it was set to this. */
static long written_after(long set)
{
	struct timespec times[2] = { { set, 0 }, { set, 0 } };
	struct stat before = {}, after = {};
	int fd = open("time", O_RDWR | O_CREAT, 0644);
	long right = !futimens(fd, times) && !fstat(fd, &before) && before.st_mtim.tv_sec == set;

	right += 2 * (write(fd, "1", 1) == 1 && !fstat(fd, &after) && after.st_mtim.tv_sec > 1700000000);
	close(fd);
	unlink("time");
	return right;
}

static void old_times(void)
{
	SHOW(written_after(0));
	SHOW(written_after(-1));
	SHOW(written_after(-2000000000));
}

static void watched(void)
{
	int fd = inotify_init1(IN_NONBLOCK);

	SHOW(inotify_add_watch(fd, ".", IN_ALL_EVENTS) > 0);
	close(open("seen", O_CREAT | O_RDWR, 0644));
	rename("seen", "other");
	unlink("other");
	SHOW(read(fd, bytes, sizeof(bytes)));
	SHOW(close(fd));
}

void edges(void)
{
	offsets();
	odd_names();
	gone();
	unnamed();
	moved_bytes();
	old_times();
	watched();
}
