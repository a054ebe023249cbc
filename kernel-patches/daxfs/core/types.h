/* SPDX-License-Identifier: GPL-2.0-only */
/* The core's types and errors, from the kernel's headers or from user space's. */
#ifndef DAXFS_TYPES_H
#define DAXFS_TYPES_H

#ifdef __KERNEL__
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef __UINT8_TYPE__ u8;
typedef __UINT16_TYPE__ u16;
typedef __UINT32_TYPE__ u32;
typedef __UINT64_TYPE__ u64;
typedef __INT64_TYPE__ s64;

#define BIT_ULL(bit)	(1ULL << (bit))
/* In the kernel: what the compiler does not clear, because it is set field by field. */
#define __uninitialized
#endif

#endif
