/* SPDX-License-Identifier: GPL-2.0-only */
/* The core's types and errors, from the kernel's headers or from user space's. */
#ifndef DAXFS_TYPES_H
#define DAXFS_TYPES_H

#ifdef __KERNEL__
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
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#ifndef ESTALE
#define ESTALE 116
#endif
#endif

#endif
