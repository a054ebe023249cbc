// SPDX-License-Identifier: GPL-2.0-only
/* Hosts that come. */
#include "scene.h"

static struct daxfs late[2];

static void claim(int which)
{
	const char *why;

	daxfs_attach(&late[which], region, LIB_UNITS * DAXFS_UNIT, hosts[0].now, &why);
	require(!daxfs_claim(&late[which], DAXFS_ANY_HOST, "late"), "no slot is free");
}

static void claim_0(void)
{
	claim(0);
}

static void claim_1(void)
{
	claim(1);
}

static const char *end_claim(void)
{
	if (late[0].host == late[1].host && late[0].incarnation == late[1].incarnation)
		return "two hosts have one slot";
	return NULL;
}

const struct scenario claims_scenarios[] = {
	{
		.name = "claim", .hosts = 2, .depth = 3, .begin = begin_file,
		.body = { claim_0, claim_1 }, .end = end_claim,
	},
	{ .name = NULL },
};
