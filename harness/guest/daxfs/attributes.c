// SPDX-License-Identifier: GPL-2.0-only
/* A part of posix: extended attributes, and what a directory says of its names. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "check.h"

#define SHOW(expression) show(#expression, expression)

static char value[5000];

static int type_of(const char *name)
{
	DIR *dir = opendir(".");
	int type = -1;

	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
		if (!strcmp(entry->d_name, name))
			type = entry->d_type;
	closedir(dir);
	return type;
}

static long rdev_of(const char *name)
{
	struct stat about;

	return lstat(name, &about) ? -1 : (long)about.st_rdev;
}

void types_of_names(void)
{
	close(open("file", O_CREAT | O_RDWR, 0644));
	SHOW(mkfifo("pipe", 0600));
	SHOW(symlink("file", "link"));
	SHOW(mkdir("dir", 0755));
	SHOW(type_of("pipe") + 100 * type_of("link") + 10000 * type_of("dir"));
	SHOW(rename("file", "link"));
	SHOW(type_of("link"));
	SHOW(renameat2(AT_FDCWD, "link", AT_FDCWD, "dir", RENAME_EXCHANGE));
	SHOW(type_of("link") + 100 * type_of("dir"));
	SHOW(renameat2(AT_FDCWD, "dir", AT_FDCWD, "pipe", RENAME_WHITEOUT));
	SHOW(type_of("dir") + 100 * type_of("pipe"));
	SHOW(rdev_of("dir"));
	SHOW(renameat2(AT_FDCWD, "link", AT_FDCWD, "moved", RENAME_WHITEOUT));
	SHOW(type_of("link") + 100 * type_of("moved"));
	SHOW(renameat2(AT_FDCWD, "absent", AT_FDCWD, "moved", RENAME_WHITEOUT));
	SHOW(unlink("dir") + unlink("pipe") + unlink("link") + rmdir("moved"));
}

void extended(void)
{
	int fd = open("x", O_CREAT | O_RDWR, 0644);
	char *names = value;

	SHOW(getxattr("x", "user.a", value, 10));
	SHOW(setxattr("x", "user.a", "one", 3, XATTR_REPLACE));
	SHOW(setxattr("x", "user.a", "one", 3, XATTR_CREATE));
	SHOW(setxattr("x", "user.a", "two", 3, XATTR_CREATE));
	SHOW(setxattr("x", "user.a", "three", 5, 0));
	SHOW(getxattr("x", "user.a", value, 10));
	SHOW(strncmp(value, "three", 5));
	SHOW(getxattr("x", "user.a", value, 4));
	SHOW(getxattr("x", "user.a", NULL, 0));
	SHOW(fsetxattr(fd, "trusted.t", "", 0, 0));
	SHOW(fgetxattr(fd, "trusted.t", value, 10));
	SHOW(setxattr("x", "security.s", value, 2000, 0));
	SHOW(getxattr("x", "security.s", NULL, 0));
	SHOW(setxattr("x", "other.o", "", 0, 0));
	SHOW(listxattr("x", NULL, 0));
	SHOW(listxattr("x", names, 5));
	SHOW(removexattr("x", "user.a"));
	SHOW(removexattr("x", "user.a"));
	SHOW(listxattr("x", names, sizeof(value)));
	SHOW(rename("x", "y"));
	SHOW(getxattr("y", "security.s", NULL, 0));
	SHOW(mkdir("d", 0755));
	SHOW(setxattr("d", "user.a", "dir", 3, 0));
	SHOW(getxattr("d", "user.a", value, 10));
	SHOW(symlink("y", "s"));
	SHOW(lsetxattr("s", "user.a", "link", 4, 0));
	SHOW(lsetxattr("s", "trusted.a", "link", 4, 0));
	SHOW(lgetxattr("s", "trusted.a", value, 10));
	SHOW(chmod("y", 0555) + setxattr("y", "user.b", "b", 1, 0));
	SHOW(close(fd));
	SHOW(unlink("y") + unlink("s") + rmdir("d"));
}
