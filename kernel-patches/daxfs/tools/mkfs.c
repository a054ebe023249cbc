// SPDX-License-Identifier: GPL-2.0-only
/* mkfs.daxfs: an empty filesystem on a file, a block device or a devdax device. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "image.h"

static int usage(void)
{
	fputs("usage: mkfs.daxfs [--size SIZE] [--label LABEL] [--mode OCTAL] [--force] PATH\n"
	      "SIZE is needed where PATH is a new file: 4096, 512M, 3G.\n", stderr);
	return 2;
}

static bool holds_filesystem(const struct image *image)
{
	struct daxfs fs;
	const char *why;

	return !daxfs_attach(&fs, image->at, image->bytes, image_now, &why);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "size", required_argument, NULL, 's' },  { "label", required_argument, NULL, 'L' },
		{ "mode", required_argument, NULL, 'm' },  { "force", no_argument, NULL, 'f' },
		{ NULL, 0, NULL, 0 },
	};
	struct daxfs_format_options format = { .mode = 0755, .uid = getuid(), .gid = getgid() };
	bool force = false;
	struct image image;
	u64 size = 0;
	int option, err;

	while ((option = getopt_long(argc, argv, "s:L:m:f", options, NULL)) != -1) {
		switch (option) {
		case 's':
			size = image_size(optarg);
			if (size < DAXFS_UNITS_MIN << DAXFS_UNIT_SHIFT) {
				fprintf(stderr, "Expected --size to be at least 1M, got %s.\n", optarg);
				return 2;
			}
			break;
		case 'L':
			if (strlen(optarg) > DAXFS_LABEL) {
				fprintf(stderr, "Expected --label to have at most 32 bytes, got %zu.\n",
					strlen(optarg));
				return 2;
			}
			memcpy(format.label, optarg, strlen(optarg));
			break;
		case 'm':
			format.mode = strtoul(optarg, NULL, 8) & 07777;
			break;
		case 'f':
			force = true;
			break;
		default:
			return usage();
		}
	}
	if (optind != argc - 1)
		return usage();
	if (getrandom(format.secret, sizeof(format.secret), 0) != sizeof(format.secret) ||
	    getrandom(format.uuid, sizeof(format.uuid), 0) != sizeof(format.uuid)) {
		perror("getrandom");
		return 1;
	}
	format.uuid[6] = (format.uuid[6] & 15) | 0x40;
	format.uuid[8] = (format.uuid[8] & 63) | 0x80;
	format.now = image_now();
	if (image_open(&image, argv[optind], size, true))
		return 1;
	if (!force && holds_filesystem(&image)) {
		fprintf(stderr, "%s holds a DaxFS already. To lose it: --force\n", image.path);
		return 1;
	}
	err = daxfs_format(image.at, image.bytes, &format);
	if (err) {
		fprintf(stderr, "%s: cannot be formatted: %s\n", image.path, strerror(-err));
		return 1;
	}
	printf("%s: %llu units of 4096 bytes\n", image.path,
	       (unsigned long long)(image.bytes >> DAXFS_UNIT_SHIFT));
	return 0;
}
