// SPDX-License-Identifier: GPL-2.0-only
/* Setup before commands can run: filesystems, loopback, a name, entropy. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent.h"

static const struct {
	const char *type, *target, *options;
	bool needed;
} filesystems[] = {
	{ "proc", "/proc", NULL, true },
	{ "sysfs", "/sys", NULL, true },
	{ "devtmpfs", "/dev", "mode=0755", true },
	{ "devpts", "/dev/pts", "gid=5,mode=620,ptmxmode=666", false },
	{ "tmpfs", "/dev/shm", "mode=1777", false },
	{ "tmpfs", "/tmp", "mode=1777", false },
	{ "tmpfs", "/run", "mode=0755", false },
	{ "cgroup2", "/sys/fs/cgroup", NULL, false },
	{ "bpf", "/sys/fs/bpf", "mode=0700", false },
	{ "debugfs", "/sys/kernel/debug", NULL, false },
	{ "tracefs", "/sys/kernel/tracing", NULL, false },
};

static const struct {
	const char *name, *target;
} links[] = {
	{ "/dev/fd", "/proc/self/fd" },
	{ "/dev/stdin", "/proc/self/fd/0" },
	{ "/dev/stdout", "/proc/self/fd/1" },
	{ "/dev/stderr", "/proc/self/fd/2" },
};

static char command_line[4096];

/* The value of name=value on the kernel's command line, or NULL. */
const char *boot_argument(const char *name)
{
	static char value[256];
	const size_t length = strlen(name);
	const char *word = command_line;

	for (; *word; word += strcspn(word, " \n")) {
		word += strspn(word, " \n");
		if (strncmp(word, name, length) || word[length] != '=')
			continue;
		word += length + 1;
		snprintf(value, sizeof(value), "%.*s", (int)strcspn(word, " \n"), word);
		return value;
	}
	return NULL;
}

/* Mounts, and creates the mount point with its parents. */
int mount_on(const char *source, const char *target, const char *type,
	     unsigned long flags, const char *options)
{
	char path[4096];
	char *slash;

	snprintf(path, sizeof(path), "%s", target);
	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(path, 0755);
		*slash = '/';
	}
	mkdir(path, 0755);
	return mount(source, target, type, flags, options) < 0 ? -errno : 0;
}

static void mount_filesystems(void)
{
	size_t i;
	int error;

	for (i = 0; i < sizeof(filesystems) / sizeof(filesystems[0]); i++) {
		error = mount_on(filesystems[i].type, filesystems[i].target, filesystems[i].type,
				 0, filesystems[i].options);
		if (error && filesystems[i].needed)
			die("mount %s: %s", filesystems[i].target, strerror(-error));
	}
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlink(links[i].target, links[i].name) < 0 && errno != EEXIST)
			complain("link %s: %s", links[i].name, strerror(errno));
}

static void read_command_line(void)
{
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, command_line, sizeof(command_line) - 1) < 0)
		die("read /proc/cmdline: %s", strerror(errno));
	close(fd);
}

static void raise_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	if (ioctl(fd, SIOCGIFFLAGS, &request) == 0) {
		request.ifr_flags |= IFF_UP;
		if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
			complain("raise lo: %s", strerror(errno));
	}
	close(fd);
}

/*
 * Fills the entropy pool from the boot's seed, so that no program waits for it
 * and equal seeds give equal boots. Nothing in a test host is secret.
 */
static void seed_random(uint64_t seed)
{
	struct {
		struct rand_pool_info info;
		uint64_t words[8];
	} pool = { .info = { .entropy_count = 512, .buf_size = 64 } };
	int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
	size_t i;

	if (fd < 0)
		return;
	for (i = 0; i < 8; i++)
		pool.words[i] = (seed + i) * 0x9e3779b97f4a7c15;
	if (ioctl(fd, RNDADDENTROPY, &pool) < 0)
		complain("seed the entropy pool: %s", strerror(errno));
	close(fd);
}

static void raise_limits(void)
{
	const struct rlimit files = { 65536, 65536 };

	setrlimit(RLIMIT_NOFILE, &files);
}

/* The boot prints notices and worse. From here on KERN_INFO counts too: stacks of hung tasks, addresses of leaks. */
static void raise_console_level(void)
{
	int fd = open("/proc/sys/kernel/printk", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "7", 1) < 0)
		complain("let the kernel say more: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
}

void setup_guest(void)
{
	const char *name, *seed;

	umask(0);
	mount_filesystems();
	read_command_line();
	raise_loopback();
	raise_limits();
	name = boot_argument("zerohop.name");
	if (name && sethostname(name, strlen(name)) < 0)
		complain("set the host's name: %s", strerror(errno));
	seed = boot_argument("zerohop.seed");
	if (seed)
		seed_random(strtoull(seed, NULL, 10));
	raise_console_level();
	umask(022);
}
