// SPDX-License-Identifier: GPL-2.0-only
/* mapped FILE: its bytes, through a mapping. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

int mapped(int argc, char **argv)
{
	struct stat about;
	void *at;
	int fd;

	if (argc != 2)
		return 2;
	fd = open(argv[1], O_RDONLY);
	if (fd < 0 || fstat(fd, &about)) {
		perror(argv[1]);
		return 1;
	}
	at = mmap(NULL, about.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED || fwrite(at, 1, about.st_size, stdout) != (size_t)about.st_size || fflush(stdout)) {
		perror(argv[1]);
		return 1;
	}
	return 0;
}
