/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's TCP counters, over all its network namespaces. */
#ifndef MIB_H
#define MIB_H

#include <stdint.h>

/*
 * Calls `each` for every counter of TcpExt whose name starts with `prefix`, summed over
 * all namespaces with a process or a name under /run/netns. The name is passed
 * without the prefix, in snake case: TCPSpliceRingBytes becomes ring_bytes.
 */
void report_mib(const char *prefix, void (*each)(const char *name, uint64_t value));

#endif
