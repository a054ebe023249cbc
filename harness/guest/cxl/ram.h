/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CXL_RAM_H
#define CXL_RAM_H

/*
 * Cuts the memory of the DAX device that `link` leads to into equal parts, and makes
 * one of them memory of this kernel, in a NUMA node without CPUs. The others are
 * other hosts': the device is told of this part alone before the kernel sees it.
 */
void ram(const char *link, unsigned long part, unsigned long parts);

#endif
