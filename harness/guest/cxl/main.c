// SPDX-License-Identifier: GPL-2.0-only
/*
 * zerohop-cxl: bring the fabric's memory up, as cxl create-region and daxctl do
 *
 * A CXL memory device that the kernel has found is made one region of volatile
 * memory. /dev/fabric leads to a DAX device of the size asked for, and
 * /dev/fabric-test to one behind it, which is the self-test's. Where the memory
 * is a shared PCI BAR instead (ivshmem), /dev/fabric leads there and the
 * self-test has no place of its own. /dev/fabric-round holds the number by
 * which this round of hosts differs from earlier ones on the same memory.
 * Prints what was found and made, as JSON.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CXL "/sys/bus/cxl/devices"
#define DAX "/sys/bus/dax/devices"
#define LINK "/dev/fabric"
#define TEST_LINK "/dev/fabric-test"
#define ROUND "/dev/fabric-round"
#define TEST_BYTES (2 << 20)

static const char *path_of(const char *dir, const char *name, const char *file)
{
	static char paths[4][512];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s/%s", dir, name, file);
	return path;
}

static void put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		err(3, "%s: cannot write \"%s\"", path, value);
	close(fd);
}

static void put_number(const char *path, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	put(path, text);
}

static const char *get(const char *path, char *value, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, value, size - 1);

	if (n < 0)
		err(3, "%s", path);
	close(fd);
	value[n] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return value;
}

/* The first match. Waits for it, because drivers need time. */
static bool find(const char *pattern, char *path, size_t size, int patience_ms)
{
	glob_t found;

	for (;; patience_ms -= 10) {
		if (!glob(pattern, 0, NULL, &found)) {
			snprintf(path, size, "%s", found.gl_pathv[0]);
			globfree(&found);
			return true;
		}
		if (patience_ms <= 0)
			return false;
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
}

static const char *base(const char *path)
{
	return strrchr(path, '/') + 1;
}

static void link_to(const char *link, const char *device)
{
	unlink(link);
	if (symlink(device, link))
		err(3, "%s", link);
}

/* A region over all of the device's volatile memory, not interleaved. */
static void make_region(const char *decoder, uint64_t size, char *region, size_t region_size)
{
	static const char root[] = "decoder0.0";

	put(path_of(CXL, decoder, "mode"), "ram");
	put_number(path_of(CXL, decoder, "dpa_size"), size);
	get(path_of(CXL, root, "create_ram_region"), region, region_size);
	put(path_of(CXL, root, "create_ram_region"), region);
	put(path_of(CXL, region, "interleave_granularity"), "256");
	put(path_of(CXL, region, "interleave_ways"), "1");
	put_number(path_of(CXL, region, "size"), size);
	put(path_of(CXL, region, "target0"), decoder);
	put(path_of(CXL, region, "commit"), "1");
}

/* Gives the DAX device its size and its driver. It must not become the kernel's own memory (kmem). */
static void make_dax(const char *dax, uint64_t size, const char *link)
{
	char path[512];

	put_number(path_of(DAX, dax, "size"), size);
	put("/sys/bus/dax/drivers/device_dax/new_id", dax);
	snprintf(path, sizeof(path), "/dev/%s", dax);
	if (!find(path, path, sizeof(path), 5000))
		errx(3, "%s did not appear", path);
	link_to(link, path);
}

/* The region gives a first DAX device by itself, which has all of it until its size is set. */
static void make_daxes(const char *region, uint64_t size, bool with_test, char *dax, size_t dax_size)
{
	char path[512];

	put("/sys/bus/dax/drivers_autoprobe", "0");
	put("/sys/bus/cxl/drivers/cxl_region/bind", region);
	if (!find(DAX "/dax*", path, sizeof(path), 5000))
		errx(3, "%s gave no DAX device", region);
	snprintf(dax, dax_size, "%s", base(path));
	make_dax(dax, size, LINK);
	if (!with_test)
		return;
	if (!find(CXL "/dax_region*/dax_region/create", path, sizeof(path), 5000))
		errx(3, "%s makes no second DAX device", region);
	put(path, "1");
	if (!find(DAX "/dax*.1", path, sizeof(path), 5000))
		errx(3, "%s gave no second DAX device", region);
	make_dax(base(path), TEST_BYTES, TEST_LINK);
}

static void up_cxl(const char *memdev, uint64_t bytes)
{
	char decoder[512], region[64], dax[64], ram[32], serial[32], start[32];
	uint64_t capacity = strtoull(get(path_of(CXL, memdev, "ram/size"), ram, sizeof(ram)), NULL, 0);

	if (!bytes)
		bytes = capacity;
	if (bytes > capacity)
		errx(2, "%s holds %" PRIu64 " bytes, expected %" PRIu64, memdev, capacity, bytes);
	if (!find(CXL "/endpoint*/decoder*.0", decoder, sizeof(decoder), 10000))
		errx(3, "%s has no decoder", memdev);
	make_region(base(decoder), capacity, region, sizeof(region));
	make_daxes(region, bytes, bytes + TEST_BYTES <= capacity, dax, sizeof(dax));
	printf("{\"path\":\"cxl\",\"device\":\"/dev/%s\",\"bytes\":%" PRIu64 ",\"memdev\":\"%s\","
	       "\"serial\":\"%s\",\"capacity\":%" PRIu64 ",\"decoder\":\"%s\",\"region\":\"%s\","
	       "\"start\":\"%s\"}\n", dax, bytes, memdev,
	       get(path_of(CXL, memdev, "serial"), serial, sizeof(serial)), capacity, base(decoder),
	       region, get(path_of(CXL, region, "resource"), start, sizeof(start)));
}

/* The PCI device with ivshmem's ids; its third BAR is the memory. */
static bool up_ivshmem(void)
{
	char vendor[16], device[16], resource[512];
	glob_t found;
	size_t i;

	if (glob("/sys/bus/pci/devices/*", 0, NULL, &found))
		return false;
	for (i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];

		if (strcmp(get(path_of(path, ".", "vendor"), vendor, sizeof(vendor)), "0x1af4") ||
		    strcmp(get(path_of(path, ".", "device"), device, sizeof(device)), "0x1110"))
			continue;
		put(path_of(path, ".", "enable"), "1");
		snprintf(resource, sizeof(resource), "%s/resource2", path);
		link_to(LINK, resource);
		link_to(TEST_LINK, resource);
		printf("{\"path\":\"ivshmem\",\"device\":\"%s\"}\n", resource);
		return true;
	}
	return false;
}

static void set_round(const char *round)
{
	FILE *file = fopen(ROUND, "w");

	if (!file || fprintf(file, "%s\n", round) < 0 || fclose(file))
		err(3, ROUND);
}

int main(int argc, char **argv)
{
	char memdev[512];

	if (argc < 2 || argc > 4 || strcmp(argv[1], "up"))
		errx(2, "usage: zerohop-cxl up [BYTES [ROUND]]");
	if (argc == 4)
		set_round(argv[3]);
	if (up_ivshmem())
		return 0;
	if (!find(CXL "/mem*", memdev, sizeof(memdev), 10000))
		errx(3, "the kernel has found no CXL memory: see dmesg for cxl");
	up_cxl(base(memdev), argc >= 3 ? strtoull(argv[2], NULL, 0) : 0);
	return 0;
}
