// SPDX-License-Identifier: GPL-2.0-only
/* storm: names that some threads change while others use them. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "storm.h"

#define FIXED	50

static void put(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (must(fd >= 0, "open to write"))
		must(write(fd, text, strlen(text)) == (ssize_t)strlen(text), "write");
	close(fd);
}

static void same_text(int fd, const char *text)
{
	char got[64] = "";

	must(read(fd, got, sizeof(got)) == (ssize_t)strlen(text) && !strcmp(got, text), "other bytes");
	close(fd);
}

static void replaced(void)
{
	put("f", "version");
}

static void replace(void)
{
	put("new", "version");
	must(!rename("new", "f"), "rename");
}

static void open_replaced(void)
{
	int fd = open("f", O_RDONLY);

	if (must(fd >= 0, "open"))
		same_text(fd, "version");
}

static void stat_replaced(void)
{
	struct stat about;

	must(!stat("f", &about) && about.st_size == 7, "stat");
}

static void unlinked(void)
{
	unlink("new");
	unlink("f");
}

static void make_or_open(void)
{
	int fd = open("g", O_RDWR | O_CREAT, 0644);

	must(fd >= 0, "open with O_CREAT");
	close(fd);
}

static void make_alone(void)
{
	int fd = may(open("g", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST, 0, "open with O_EXCL");

	if (fd >= 0)
		close(fd);
}

static void unmake(void)
{
	may(unlink("g"), ENOENT, 0, "unlink");
}

static void unmade(void)
{
	unlink("g");
}

static void exchanged(void)
{
	put("x", "one");
	must(!mkdir("y", 0755), "mkdir");
}

static void exchange(void)
{
	must(!renameat2(AT_FDCWD, "x", AT_FDCWD, "y", RENAME_EXCHANGE), "exchange");
}

static void look_exchanged(void)
{
	struct stat about;

	must(!stat("x", &about) && !stat("y", &about), "stat");
}

static void unexchanged(void)
{
	unlink("x");
	unlink("y");
	rmdir("x");
	rmdir("y");
}

static void dir_comes_and_goes(void)
{
	may(mkdir("d", 0755), EEXIST, 0, "mkdir");
	may(rmdir("d"), ENOTEMPTY, ENOENT, "rmdir");
}

static void dir_moves(void)
{
	may(rename("d", "e"), ENOENT, ENOTEMPTY, "rename");
	may(rename("e", "d"), ENOENT, ENOTEMPTY, "rename back");
}

static void file_in_dir(void)
{
	int fd = may(open("d/x", O_RDWR | O_CREAT, 0644), ENOENT, 0, "open in it");

	if (fd >= 0)
		close(fd);
	may(unlink("d/x"), ENOENT, 0, "unlink in it");
	may(unlink("e/x"), ENOENT, 0, "unlink in it");
}

static void dirs_gone(void)
{
	unlink("d/x");
	unlink("e/x");
	rmdir("d");
	rmdir("e");
}

static const char *fixed(int number)
{
	static __thread char name[32];

	snprintf(name, sizeof(name), "l/fixed-%d", number);
	return name;
}

static void listed(void)
{
	must(!mkdir("l", 0755), "mkdir");
	for (int i = 0; i < FIXED; i++)
		put(fixed(i), "");
}

static void others_come_and_go(void)
{
	static int number;
	char name[2][32];

	snprintf(name[0], sizeof(name[0]), "l/other-%d", number++ % 500);
	snprintf(name[1], sizeof(name[1]), "l/moved-%d", number % 500);
	put(name[0], "");
	must(!rename(name[0], name[1]), "rename");
	must(!unlink(name[1]), "unlink");
}

static void list(void)
{
	int seen[FIXED] = {}, number;
	struct dirent *entry;
	DIR *dir = opendir("l");

	if (!must(dir, "opendir"))
		return;
	while ((entry = readdir(dir)))
		if (sscanf(entry->d_name, "fixed-%d", &number) == 1)
			seen[number]++;
	closedir(dir);
	for (int i = 0; i < FIXED; i++)
		must(seen[i] == 1, "a name is missed or repeated");
}

static void unlisted(void)
{
	for (int i = 0; i < FIXED; i++)
		unlink(fixed(i));
	must(!rmdir("l"), "rmdir");
}

static void linked(void)
{
	put("a", "linked");
}

static void link_and_unlink(void)
{
	may(link("a", "b"), EEXIST, 0, "link");
	may(unlink("b"), ENOENT, 0, "unlink");
}

static void count_links(void)
{
	struct stat about;

	must(!stat("a", &about) && (about.st_nlink == 1 || about.st_nlink == 2), "stat");
}

static void open_link(void)
{
	int fd = may(open("b", O_RDONLY), ENOENT, 0, "open");

	if (fd >= 0)
		same_text(fd, "linked");
}

static void name_temporary(void)
{
	int fd = open(".", O_TMPFILE | O_RDWR, 0600);
	char path[40];

	if (!must(fd >= 0, "open with O_TMPFILE"))
		return;
	must(write(fd, "whole", 5) == 5, "write");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	may(linkat(AT_FDCWD, path, AT_FDCWD, "t", AT_SYMLINK_FOLLOW), EEXIST, 0, "linkat");
	close(fd);
}

static void open_temporary(void)
{
	int fd = may(open("t", O_RDONLY), ENOENT, 0, "open");

	if (fd >= 0)
		same_text(fd, "whole");
	may(unlink("t"), ENOENT, 0, "unlink");
}

static void set_attribute(void)
{
	static char value[2][300];
	static int turn;

	memset(value[0], 'a', sizeof(value[0]));
	memset(value[1], 'b', sizeof(value[1]));
	turn = !turn;
	must(!setxattr("a", "user.v", value[turn], turn ? 100 : 300, 0), "setxattr");
}

static void get_attribute(void)
{
	char value[300];
	ssize_t bytes = may(getxattr("a", "user.v", value, sizeof(value)), ENODATA, 0, "getxattr");

	for (ssize_t i = 1; i < bytes; i++)
		must(value[i] == value[0] && bytes == (value[0] == 'b' ? 100 : 300), "half a value");
}

static void remove_attribute(void)
{
	may(removexattr("a", "user.v"), ENODATA, 0, "removexattr");
}

static void unlinked_all(void)
{
	unlink("a");
	unlink("b");
	unlink("t");
}

const struct scene storm_names[] = {
	{ "a name that is replaced leads to a whole file", replaced,
	  { replace, open_replaced, stat_replaced, open_replaced }, unlinked },
	{ "a name is opened or made while it is removed", NULL,
	  { make_or_open, unmake, make_or_open, make_alone }, unmade },
	{ "names that are exchanged are both there", exchanged, { exchange, look_exchanged }, unexchanged },
	{ "a directory comes, goes and moves while it is used", NULL,
	  { dir_comes_and_goes, file_in_dir, dir_moves, file_in_dir }, dirs_gone },
	{ "a listing has each name that stays once", listed,
	  { others_come_and_go, list, list }, unlisted },
	{ "a file that gets and loses a second name keeps its first", linked,
	  { link_and_unlink, count_links, open_link, link_and_unlink }, unlinked_all },
	{ "a file without a name gets one when it is whole", NULL,
	  { name_temporary, open_temporary, name_temporary, open_temporary }, unlinked_all },
	{ "an attribute is whole", linked,
	  { set_attribute, get_attribute, remove_attribute }, unlinked_all },
	{}
};
