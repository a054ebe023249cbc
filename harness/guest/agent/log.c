// SPDX-License-Identifier: GPL-2.0-only
/* The agent's messages go to the kernel's log, because the streams belong to the commands. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "agent.h"

static void log_line(const char *format, va_list arguments)
{
	char text[512];
	int fd, length;

	fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	vsnprintf(text, sizeof(text), format, arguments);
	/* KERN_ERR: reaches the console at any loglevel in use. */
	length = dprintf(fd, "<3>zerohop: %s\n", text);
	(void)length;
	close(fd);
}

void complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(format, arguments);
	va_end(arguments);
}

/* Powers off instead of exiting, because the end of process 1 would be a kernel panic. */
void die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(format, arguments);
	va_end(arguments);
	power_off();
}

void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	_exit(1);
}
