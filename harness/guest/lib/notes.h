/* SPDX-License-Identifier: GPL-2.0-only */
/* Notes of a test program, a line each, compared between TCP and the splice. _GNU_SOURCE must be defined. */
#ifndef LIB_NOTES_H
#define LIB_NOTES_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* In one write: several threads may note at once. */
static inline bool write_note(int fd, const char *format, va_list args)
{
	char line[4096];
	int size = vsnprintf(line, sizeof(line) - 1, format, args);

	if (size > (int)sizeof(line) - 2)
		size = sizeof(line) - 2;
	line[size++] = '\n';
	return write(fd, line, (size_t)size) == size;
}

/* Writes why the program cannot test, with the name of errno, and ends it. The word comes first. */
__attribute__((noreturn)) static inline void end_unable(int fd, const char *word, const char *format,
							va_list args)
{
	int error = errno;

	dprintf(fd, "%s: ", word);
	vdprintf(fd, format, args);
	dprintf(fd, " (%s)\n", strerrorname_np(error));
	_exit(3);
}

#endif
