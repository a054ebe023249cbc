// SPDX-License-Identifier: GPL-2.0-only
/* images: mounting an image and using what is in it. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "images.h"

/* A changed image may have a directory that is its own child, or names without end. */
#define DEPTH	4
#define NAMES	400

static int outside, left;
static sigjmp_buf bus;

static int configure(int fs, unsigned int command, const char *key, const char *value)
{
	return syscall(SYS_fsconfig, fs, command, key, value, 0);
}

int image_mount(const struct place *place)
{
	int fs = syscall(SYS_fsopen, "daxfs", 0), mount = -1;
	char phys[32], size[32], said[256];
	ssize_t reason;

	snprintf(phys, sizeof(phys), "%#llx", (unsigned long long)place->start);
	snprintf(size, sizeof(size), "%llu", (unsigned long long)place->bytes);
	if (!configure(fs, FSCONFIG_SET_STRING, "phys", phys) && !configure(fs, FSCONFIG_SET_STRING, "size", size) &&
	    !configure(fs, FSCONFIG_CMD_CREATE, NULL, NULL))
		mount = syscall(SYS_fsmount, fs, 0, 0);
	reason = read(fs, said, sizeof(said));
	close(fs);
	if (mount < 0)
		return reason > 0 ? 1 : -1;
	syscall(SYS_move_mount, mount, "", AT_FDCWD, place->dir, MOVE_MOUNT_F_EMPTY_PATH);
	close(mount);
	return 0;
}

void image_unmount(const struct place *place)
{
	/* A mount that stays would be used again, with what it has taken over. */
	if (umount(place->dir))
		perror("umount");
}

static void put(const char *path, size_t bytes, off_t at)
{
	static char text[1 << 16];
	int fd = open(path, O_RDWR | O_CREAT, 0644);

	memset(text, 'a', sizeof(text));
	for (size_t done = 0; done < bytes; done += sizeof(text))
		pwrite(fd, text, bytes - done < sizeof(text) ? bytes - done : sizeof(text), at + done);
	close(fd);
}

void image_fill(const char *dir)
{
	char name[32];

	chdir(dir);
	mkdir("many", 0755);
	mkdir("many/deeper", 0755);
	put("large", 1 << 20, 0);
	for (int i = 0; i < 120; i++) {
		snprintf(name, sizeof(name), "many/%d", i);
		put(name, i % 4 ? 0 : 3000, 0);
	}
	put("sparse", 5000, 1 << 24);
	link("large", "many/linked");
	symlink("many/deeper/and/so/on", "symlink");
	mkfifo("fifo", 0644);
	setxattr("large", "user.one", "value", 5, 0);
	setxattr("many", "user.two", name, sizeof(name), 0);
	chdir("/");
}

static void look(const void *bytes, ssize_t count)
{
	uint64_t word;

	for (ssize_t i = 0; i + (ssize_t)sizeof(word) <= count; i += sizeof(word)) {
		memcpy(&word, (const char *)bytes + i, sizeof(word));
		outside |= word == OUTSIDE;
	}
}

static void on_bus(int signal)
{
	(void)signal;
	siglongjmp(bus, 1);
}

static void use_mapping(int fd)
{
	char *at = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		return;
	if (!sigsetjmp(bus, 1)) {
		look(at, 8192);
		at[100] = 'b';
	}
	munmap(at, 8192);
}

static void use_file(const char *path)
{
	static char got[1 << 16];
	int fd = open(path, O_RDWR | O_NONBLOCK);
	off_t at = 0;

	for (int i = 0; i < 20 && (at = lseek(fd, at, SEEK_DATA)) >= 0; i++, at += sizeof(got))
		look(got, pread(fd, got, sizeof(got), at));
	look(got, fgetxattr(fd, "user.one", got, sizeof(got)));
	look(got, flistxattr(fd, got, sizeof(got)));
	use_mapping(fd);
	pwrite(fd, "changed", 7, 5000);
	ftruncate(fd, 3000);
	fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 100, 200);
	close(fd);
	fd = open(path, O_WRONLY | O_APPEND | O_NONBLOCK);
	write(fd, "appended", 8);
	close(fd);
}

static void use_name(int dir, const char *name, int depth);

static void use_dir(int at, int depth)
{
	DIR *dir = fdopendir(dup(at));
	struct dirent *entry;

	while (dir && left > 0 && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			use_name(at, entry->d_name, depth);
	if (dir)
		closedir(dir);
}

static void use_name(int dir, const char *name, int depth)
{
	struct stat about;
	char to[4096];
	int inner;

	left--;
	if (fstatat(dir, name, &about, AT_SYMLINK_NOFOLLOW))
		return;
	look(to, readlinkat(dir, name, to, sizeof(to)));
	if (S_ISDIR(about.st_mode) && depth < DEPTH) {
		inner = openat(dir, name, O_RDONLY | O_DIRECTORY);
		use_dir(inner, depth + 1);
		close(inner);
	} else if (S_ISREG(about.st_mode) && about.st_size && !fchdir(dir)) {
		use_file(name);
	}
	if (left % 3 == 0)
		renameat(dir, name, dir, "renamed");
	if (left % 5 == 0)
		unlinkat(dir, name, 0);
}

int image_use(const char *dir)
{
	int root = open(dir, O_RDONLY | O_DIRECTORY);

	signal(SIGBUS, on_bus);
	left = NAMES;
	use_dir(root, 0);
	if (!fchdir(root)) {
		mkdir("new", 0755);
		put("new/file", 100000, 0);
		rename("new", "moved");
		unlink("moved/file");
		rename("moved", "many/deeper");
		rmdir("moved");
	}
	chdir("/");
	close(root);
	return outside;
}
