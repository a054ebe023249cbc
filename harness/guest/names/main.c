// SPDX-License-Identifier: GPL-2.0-only
/*
 * zerohop-names: makes, looks at, renames and removes many files of one directory, and
 * tells how long one operation takes, as one line of JSON. Every answer is checked.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "marks.h"
#include "numbers.h"

static unsigned int files;

static const char *name_of(unsigned int index, char letter)
{
	static char names[2][32];
	char *name = names[letter == 'b'];

	snprintf(name, sizeof(names[0]), MARK_NAMED "%c-%u", letter, index);
	return name;
}

static void create_one(unsigned int index)
{
	int fd = open(name_of(index, 'a'), O_RDWR | O_CREAT | O_EXCL, 0644);

	if (fd < 0 || close(fd))
		err(1, "create");
}

static void stat_one(unsigned int index)
{
	struct stat about;

	if (stat(name_of(index, 'a'), &about) || about.st_nlink != 1)
		err(1, "stat");
}

static void open_one(unsigned int index)
{
	int fd = open(name_of(index, 'a'), O_RDONLY);

	if (fd < 0 || close(fd))
		err(1, "open");
}

static void rename_one(unsigned int index)
{
	if (rename(name_of(index, 'a'), name_of(index, 'b')))
		err(1, "rename");
}

static void unlink_one(unsigned int index)
{
	if (unlink(name_of(index, 'b')))
		err(1, "unlink");
}

/* Once for all files, and each must be there. */
static void list_all(unsigned int index)
{
	unsigned int found = 0;
	struct dirent *entry;
	DIR *dir;

	if (index)
		return;
	dir = opendir(".");
	if (!dir)
		err(1, "opendir");
	while ((entry = readdir(dir)))
		found += !strncmp(entry->d_name, MARK_NAMED, strlen(MARK_NAMED));
	closedir(dir);
	if (found != files)
		errx(1, "readdir gave %u names of %u", found, files);
}

static const struct {
	const char *name;
	void (*one)(unsigned int index);
} steps[] = {
	{ "create", create_one }, { "stat", stat_one },	    { "open", open_one },
	{ "readdir", list_all },  { "rename", rename_one }, { "unlink", unlink_one },
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static uint64_t take(size_t step)
{
	uint64_t start = now_ns();

	for (unsigned int i = 0; i < files; i++)
		steps[step].one(i);
	return now_ns() - start;
}

int main(int argc, char **argv)
{
	uint64_t ns[STEPS] = { 0 };
	unsigned int rounds;

	if (argc != 4) {
		fputs("usage: zerohop-names DIR FILES ROUNDS\n", stderr);
		return 2;
	}
	files = number(argv[2], "FILES", 1, 10000000);
	rounds = number(argv[3], "ROUNDS", 1, 1000000);
	if (chdir(argv[1]))
		err(1, "%s", argv[1]);
	for (size_t step = 0; step < STEPS; step++)
		take(step);
	for (unsigned int round = 0; round < rounds; round++)
		for (size_t step = 0; step < STEPS; step++)
			ns[step] += take(step);
	for (size_t step = 0; step < STEPS; step++)
		printf("%c\"%s\":%.3f", step ? ',' : '{', steps[step].name,
		       (double)ns[step] / files / rounds);
	puts("}");
	return 0;
}
