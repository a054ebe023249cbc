// SPDX-License-Identifier: GPL-2.0-only
/* A part of race: names that hosts take from each other again and again, while others use them. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "race.h"

#define FIXED	50
#define ROUND_S	2

static int wrong;

/* The first error counts. */
static void right_if(bool right)
{
	if (!right && !wrong)
		wrong = errno ? errno : ERANGE;
	errno = 0;
}

static void write_name(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	right_if(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void replace(void)
{
	write_name("rival", "version");
	right_if(!rename("rival", "replaced"));
}

static void open_replaced(void)
{
	char text[16] = "";
	int fd = open("replaced", O_RDONLY);

	right_if(fd >= 0 && read(fd, text, sizeof(text)) == 7 && !strcmp(text, "version"));
	close(fd);
}

static void make_and_remove(void)
{
	int fd = open("common", O_RDWR | O_CREAT, 0644);

	right_if(fd >= 0);
	close(fd);
	right_if(!unlink("common") || errno == ENOENT);
}

static void come_and_go(void)
{
	char name[32];
	static int number;

	snprintf(name, sizeof(name), "list/other-%d", number++ % 300);
	write_name(name, "");
	right_if(!unlink(name));
}

static void list_all(void)
{
	int seen[FIXED] = {}, number;
	struct dirent *entry;
	DIR *dir = opendir("list");

	while (dir && (entry = readdir(dir)))
		if (sscanf(entry->d_name, "fixed-%d", &number) == 1)
			seen[number]++;
	right_if(dir && !closedir(dir));
	for (int i = 0; i < FIXED; i++)
		right_if(seen[i] == 1);
}

/* Host 0 does one thing for some time and the others another. */
static void rivals(const char *where, const char *what, void (*first)(void), void (*others)(void))
{
	time_t end;

	wrong = 0;
	meet(where);
	end = time(NULL) + ROUND_S;
	while (time(NULL) < end)
		if (race_me)
			others();
		else
			first();
	meet(name_of(where, 1, 0));
	errno = wrong;
	expect(!wrong, what);
}

void race_rivals(void)
{
	char name[32];

	if (!race_me) {
		replace();
		mkdir("list", 0755);
		for (int i = 0; i < FIXED; i++) {
			snprintf(name, sizeof(name), "list/fixed-%d", i);
			write_name(name, "");
		}
	}
	rivals("to replace", "a name that another host replaces leads to a file", replace, open_replaced);
	rivals("removed", "a name that another host removes is made", make_and_remove, make_and_remove);
	rivals("listed", "a list has each name that stays, whatever another host removes", come_and_go,
	       list_all);
	if (!race_me) {
		for (int i = 0; i < FIXED; i++) {
			snprintf(name, sizeof(name), "list/fixed-%d", i);
			unlink(name);
		}
		right_if(!rmdir("list") && !unlink("replaced"));
	}
}
