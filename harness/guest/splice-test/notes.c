// SPDX-License-Identifier: GPL-2.0-only
/* The notes of a case: a line each, compared between TCP and the splice. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "notes.h"
#include "test.h"

static int notes_fd = STDOUT_FILENO;

void write_notes_to(int fd)
{
	notes_fd = fd;
}

void note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_note(notes_fd, format, args);
	va_end(args);
}

void note_result(const char *what, long result)
{
	if (result < 0)
		note("%s = -%s", what, strerrorname_np(errno));
	else
		note("%s = %ld", what, result);
}

void broken(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	end_unable(notes_fd, "broken", format, args);
}
