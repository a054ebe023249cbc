// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "loader.h"
#include "pins.h"

void pin_path(char *path, size_t size, const char *mechanism, const char *name)
{
	snprintf(path, size, PINS "/%s/%s", mechanism, name);
}

void make_pin_folder(const char *mechanism)
{
	char path[256];

	pin_path(path, sizeof(path), mechanism, "");
	if ((mkdir(PINS, 0700) && errno != EEXIST) || (mkdir(path, 0700) && errno != EEXIST))
		die("cannot make %s: %s", path, strerror(errno));
}

bool has_pins(const char *mechanism)
{
	char path[256];

	pin_path(path, sizeof(path), mechanism, "");
	return !access(path, F_OK);
}

static uint32_t link_id(const char *path)
{
	struct bpf_link_info info = { 0 };
	uint32_t length = sizeof(info);
	int fd = bpf_obj_get(path);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &length))
		die("cannot open %s: %s", path, strerror(errno));
	close(fd);
	return info.id;
}

/* The kernel releases an unpinned link after a grace period, not at unlink(). */
static void wait_until_gone(uint32_t id)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	for (int i = 0; i < 5000; i++) {
		int fd = bpf_link_get_fd_by_id(id);

		if (fd < 0 && errno == ENOENT)
			return;
		if (fd >= 0)
			close(fd);
		nanosleep(&pause, NULL);
	}
	die("link %u is still attached 5 s after it was unpinned", id);
}

static void remove_pin(const char *path)
{
	bool is_link = strstr(path, LINK_SUFFIX);
	uint32_t id = is_link ? link_id(path) : 0;

	if (unlink(path))
		die("cannot remove %s: %s", path, strerror(errno));
	if (is_link)
		wait_until_gone(id);
}

void remove_pins(const char *mechanism)
{
	char folder[256], path[512];
	struct dirent *entry;
	bool any = false;
	DIR *dir;

	pin_path(folder, sizeof(folder), mechanism, "");
	dir = opendir(folder);
	if (!dir && errno == ENOENT)
		return;
	if (!dir)
		die("cannot read %s: %s", folder, strerror(errno));
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		pin_path(path, sizeof(path), mechanism, entry->d_name);
		remove_pin(path);
		rewinddir(dir);
		any = true;
	}
	closedir(dir);
	if (rmdir(folder))
		die("cannot remove %s: %s", folder, strerror(errno));
	/* Workers free trampolines, programs and maps a little later (15 ms seen). Wait, so that the next
	 * measurement does not include it.
	 */
	if (any)
		nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
}
