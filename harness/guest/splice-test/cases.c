// SPDX-License-Identifier: GPL-2.0-only
#include "cases.h"

const struct test_case *const case_tables[] = {
	pairing_cases, nat_cases, stream_cases, flag_cases, wait_cases, end_cases, odd_cases, memory_cases, seam_cases, midway_cases,
	revoke_cases, bpf_cases, NULL,
};
