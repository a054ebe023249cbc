// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "matrix.h"
#include "notes.h"

int text_fd = STDOUT_FILENO;

void note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_note(text_fd, format, arguments);
	va_end(arguments);
}

void give_up(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	end_unable(text_fd, "BROKEN", format, arguments);
}

const char *outcome(long result)
{
	static char texts[4][32];
	static int next;
	char *text = texts[next++ % 4];

	if (result < 0)
		snprintf(text, sizeof(texts[0]), "%s", strerrorname_np(errno));
	else
		snprintf(text, sizeof(texts[0]), "%ld", result);
	return text;
}
