/* SPDX-License-Identifier: GPL-2.0-only */
/* What a test program sees, a line each, compared between TCP and the splice. */
#ifndef LIB_NOTES_H
#define LIB_NOTES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
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

#endif
