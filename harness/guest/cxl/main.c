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
 * `ram` then makes one host's part of /dev/fabric that host's own memory.
 * Prints what was found and made, as JSON.
 */
#include <err.h>
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ram.h"
#include "sysfs.h"

#define LINK "/dev/fabric"
#define TEST_LINK "/dev/fabric-test"
#define ROUND "/dev/fabric-round"
#define TEST_BYTES (2 << 20)

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

/* The ports on the way to the device, from the root of the CXL hierarchy down, as root0/port1. */
static const char *ports_to(const char *decoder_path, char *ports, size_t size)
{
	char path[PATH_MAX];
	size_t used = 0;
	char *name, *rest;

	if (!realpath(decoder_path, path))
		err(3, "%s", decoder_path);
	for (name = strtok_r(path, "/", &rest); name; name = strtok_r(NULL, "/", &rest)) {
		if (strncmp(name, "root", 4) && strncmp(name, "port", 4))
			continue;
		used += snprintf(ports + used, size - used, "%s%s", used ? "/" : "", name);
		if (used >= size)
			errx(3, "too many ports on the way to %s", decoder_path);
	}
	return ports;
}

static void up_cxl(const char *memdev, uint64_t bytes)
{
	char decoder[512], region[64], dax[64], ram[32], serial[32], start[32], ports[256];
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
	       "\"ports\":\"%s\",\"start\":\"%s\"}\n", dax, bytes, memdev,
	       get(path_of(CXL, memdev, "serial"), serial, sizeof(serial)), capacity, base(decoder),
	       region, ports_to(decoder, ports, sizeof(ports)), get(path_of(CXL, region, "resource"), start, sizeof(start)));
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

static void up(int argc, char **argv)
{
	char memdev[512];

	if (argc == 2)
		set_round(argv[1]);
	if (up_ivshmem())
		return;
	if (!find(CXL "/mem*", memdev, sizeof(memdev), 10000))
		errx(3, "the kernel has found no CXL memory: see dmesg for cxl");
	up_cxl(base(memdev), argc >= 1 ? strtoull(argv[0], NULL, 0) : 0);
}

int main(int argc, char **argv)
{
	if (argc >= 2 && argc <= 4 && !strcmp(argv[1], "up"))
		up(argc - 2, argv + 2);
	else if (argc == 4 && !strcmp(argv[1], "ram"))
		ram(LINK, strtoul(argv[2], NULL, 0), strtoul(argv[3], NULL, 0));
	else
		errx(2, "usage: zerohop-cxl up [BYTES [ROUND]] | ram PART PARTS");
	return 0;
}
