// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "events.h"

static char line[16384];		/* the one that is being made */
static size_t line_len;
static char pending[4 * sizeof(line)];	/* whole lines */
static size_t pending_len;
static unsigned long dropped;

static bool queue(const char *text, size_t len)
{
	if (len > sizeof(pending) - pending_len)
		return false;
	memcpy(pending + pending_len, text, len);
	pending_len += len;
	return true;
}

static void queue_dropped(void)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "{\"event\":\"dropped\",\"lines\":%lu}\n", dropped);

	if (queue(text, len))
		dropped = 0;
}

void tell(const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line + line_len, sizeof(line) - line_len, format, args);
	va_end(args);
	line_len += n;
	if (line_len >= sizeof(line)) {
		line_len = sizeof(line) - 1;
		line[line_len - 1] = '\n';
	}
	if (!line_len || line[line_len - 1] != '\n')
		return;
	if (dropped)
		queue_dropped();
	if (dropped || !queue(line, line_len))
		dropped++;
	line_len = 0;
	write_events();
}

bool write_events(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	/* A pipe that is ready takes PIPE_BUF bytes at once, so the write does not wait. */
	while (pending_len && poll(&out, 1, 0) == 1) {
		size_t len = pending_len < PIPE_BUF ? pending_len : PIPE_BUF;
		ssize_t n = write(STDOUT_FILENO, pending, len);

		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			break;
		/* Nobody will ever read it. */
		if (n <= 0)
			n = pending_len;
		pending_len -= n;
		memmove(pending, pending + n, pending_len);
	}
	return !pending_len;
}
