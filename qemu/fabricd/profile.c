// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include "number.h"
#include "profile.h"

#define TIMES 1000

/*
 * Round figures for a load of one line, and for one link's bandwidth. What
 * they are for is their ratios: a switch is passed twice, there and back.
 */
static const struct {
	const char *name;
	uint64_t latency_ns;
	uint64_t ps_per_byte;
} profiles[] = {
	{ "local-dram", 100, 10 },		/* 100 GB/s */
	{ "cxl-direct", 250, 20 },		/* 50 GB/s: 16 lanes of PCIe 5 */
	{ "cxl-one-switch", 400, 20 },
	{ "cxl-two-switches", 550, 20 },
};

bool profile_apply(struct host *host, const char *text)
{
	size_t len = strcspn(text, ":"), i;
	uint64_t times = TIMES;

	if (text[len] && !parse_number(text + len + 1, 1, 1000000, &times))
		return false;
	for (i = 0; i < sizeof(profiles) / sizeof(*profiles); i++) {
		if (strlen(profiles[i].name) != len || strncmp(profiles[i].name, text, len))
			continue;
		host->latency_ns = profiles[i].latency_ns * times;
		host->ps_per_byte = profiles[i].ps_per_byte * times;
		return true;
	}
	return false;
}
