// SPDX-License-Identifier: GPL-2.0-only
/*
 * mount.daxfs: what mount(8) calls for the type daxfs. It turns a device's name into the
 * memory behind it, and prints what the kernel says of a mount that fails.
 */
#include <fcntl.h>
#include <getopt.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "image.h"

#define FAILED	32	/* mount(8)'s exit code for a mount that failed */

struct request {
	int fs;
	unsigned int attributes;
	u64 phys, bytes;
	const char *device;	/* a block device, whose driver knows both */
};

static int usage(void)
{
	fputs("usage: mount.daxfs SOURCE DIRECTORY [-o OPTIONS]\n"
	      "SOURCE is phys:ADDRESS,SIZE, a devdax device such as /dev/dax0.0 (or the same behind dax:), or\n"
	      "a DAX block device such as /dev/pmem0\n", stderr);
	return 1;
}

static int configure(int fs, unsigned int command, const char *key, const char *value)
{
	return syscall(SYS_fsconfig, fs, command, key, value, 0);
}

static bool read_number(const struct stat *about, const char *attribute, u64 *value)
{
	unsigned long long number;
	char path[64];
	FILE *file;
	int found;

	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/%s", major(about->st_rdev), minor(about->st_rdev),
		 attribute);
	file = fopen(path, "r");
	if (!file)
		return false;
	found = fscanf(file, "%lli", (long long *)&number);
	fclose(file);
	*value = number;
	return found == 1;
}

/* Where the source lies in physical memory. */
static bool locate(struct request *request, const char *source)
{
	struct stat about;
	char *end;

	if (!strncmp(source, "phys:", 5)) {
		request->phys = strtoull(source + 5, &end, 0);
		request->bytes = *end == ',' ? image_size(end + 1) : 0;
		return request->bytes;
	}
	if (!strncmp(source, "dax:", 4))
		source += 4;
	if (stat(source, &about))
		return false;
	if (S_ISBLK(about.st_mode)) {
		request->device = source;
		return true;
	}
	return S_ISCHR(about.st_mode) &&
	       read_number(&about, "resource", &request->phys) && read_number(&about, "size", &request->bytes);
}

static int option_of(struct request *request, char *option)
{
	static const struct { const char *name; unsigned int attribute; } attributes[] = {
		{ "defaults", 0 },		 { "rw", 0 },
		{ "nosuid", MOUNT_ATTR_NOSUID }, { "nodev", MOUNT_ATTR_NODEV },
		{ "noexec", MOUNT_ATTR_NOEXEC }, { "relatime", MOUNT_ATTR_RELATIME },
		{ "noatime", MOUNT_ATTR_NOATIME }, { "strictatime", MOUNT_ATTR_STRICTATIME },
		{ "nodiratime", MOUNT_ATTR_NODIRATIME },
	};
	char *value = strchr(option, '=');

	if (!strcmp(option, "ro")) {
		request->attributes |= MOUNT_ATTR_RDONLY;
		return configure(request->fs, FSCONFIG_SET_FLAG, "ro", NULL);
	}
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (!strcmp(option, attributes[i].name)) {
			request->attributes |= attributes[i].attribute;
			return 0;
		}
	if (!value)
		return configure(request->fs, FSCONFIG_SET_FLAG, option, NULL);
	*value++ = 0;
	return configure(request->fs, FSCONFIG_SET_STRING, option, value);
}

static int options_of(struct request *request, char *options)
{
	int err = 0;

	for (char *option = strtok(options, ","); option && !err; option = strtok(NULL, ","))
		err = option_of(request, option);
	return err;
}

static int number_of(const struct request *request, const char *key, u64 value)
{
	char text[32];

	snprintf(text, sizeof(text), "%#llx", (unsigned long long)value);
	return configure(request->fs, FSCONFIG_SET_STRING, key, text);
}

static int memory_of(const struct request *request)
{
	if (request->device)
		return configure(request->fs, FSCONFIG_SET_STRING, "device", request->device);
	return number_of(request, "phys", request->phys) || number_of(request, "size", request->bytes);
}

static int mount_at(const struct request *request, const char *where)
{
	int mount = syscall(SYS_fsmount, request->fs, 0, request->attributes);

	return mount < 0 ? -1 : syscall(SYS_move_mount, mount, "", AT_FDCWD, where, MOVE_MOUNT_F_EMPTY_PATH);
}

/* Each message of the kernel, without the letter that says how grave it is. */
static void explain(int fs, const char *source, const char *where)
{
	char text[256];
	ssize_t bytes;

	fprintf(stderr, "mount.daxfs: %s on %s: %m\n", source, where);
	while ((bytes = read(fs, text, sizeof(text))) > 2)
		fprintf(stderr, "%.*s", (int)bytes - 2, text + 2);
}

int main(int argc, char **argv)
{
	struct request request = { .fs = syscall(SYS_fsopen, "daxfs", 0) };
	char *options = NULL;
	int option;

	if (request.fs < 0) {
		perror("mount.daxfs: this kernel has no DaxFS");
		return FAILED;
	}
	while ((option = getopt(argc, argv, "o:sfnvt:")) != -1) {
		if (option == '?')
			return usage();
		if (option == 'o')
			options = optarg;
	}
	if (optind != argc - 2)
		return usage();
	if (!locate(&request, argv[optind])) {
		fprintf(stderr, "mount.daxfs: %s is neither phys:ADDRESS,SIZE nor a devdax or block device\n", argv[optind]);
		return FAILED;
	}
	if (configure(request.fs, FSCONFIG_SET_STRING, "source", argv[optind]) ||
	    memory_of(&request) || (options && options_of(&request, options)) ||
	    configure(request.fs, FSCONFIG_CMD_CREATE, NULL, NULL) || mount_at(&request, argv[optind + 1])) {
		explain(request.fs, argv[optind], argv[optind + 1]);
		return FAILED;
	}
	return 0;
}
